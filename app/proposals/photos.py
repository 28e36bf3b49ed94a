"""Photos and scans: looked at by their first bytes, made anew, stripped of what they carried.

A phone writes the place, the hour and its owner's name into a photo. What is kept here is drawn
afresh from its pixels, so none of that remains.
"""

import io
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from threading import BoundedSemaphore

from PIL import Image, ImageOps
from sqlmodel import Session

from app.core.ids import new_id
from app.core.refusal import Refusal
from app.proposals.models import Photo

MOST_BYTES = 8_000_000
MOST_PIXELS = 40_000_000
SIDE = 1600  # pixels, the longer side of what is kept
QUALITY = 80
JPEG = "image/jpeg"
PDF = "application/pdf"
# A picture of 40 megapixels takes some 160 MB while it is open: not many at once.
_FEW = BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture made anew, or a document as it came."""

    media_type: str
    data: bytes
    width: int = 0
    height: int = 0


def remake(data: bytes) -> Picture:
    """A photo drawn afresh as JPEG, at most 1600 pixels long, upright, without metadata.

    Raises Refusal: photos.too_big, photos.unknown, photos.too_many_pixels, photos.broken.
    """
    if len(data) > MOST_BYTES:
        raise Refusal("photos.too_big", most=MOST_BYTES // 1_000_000)
    kind = _kind(data)
    if kind is None:
        raise Refusal("photos.unknown")
    with _FEW:
        try:
            return _drawn(data, kind)
        except Refusal:
            raise
        except Exception:  # a decoder fails in many ways over a file that was made to break it
            raise Refusal("photos.broken") from None


def remake_scan(data: bytes) -> Picture:
    """A scan: a PDF stays as it is, a picture is drawn afresh. Raises Refusal like `remake`."""
    if len(data) > MOST_BYTES:
        raise Refusal("photos.too_big", most=MOST_BYTES // 1_000_000)
    if data.startswith(b"%PDF-"):
        return Picture(PDF, data)
    if _kind(data) is None:
        raise Refusal("photos.unknown_scan")
    return remake(data)


def keep(
    session: Session,
    *,
    district_id: str,
    picture: Picture,
    now: datetime,
    kind: str = "proposal",
    proposal_id: str | None = None,
) -> Photo:
    """Keeps a picture of a proposal or of works, or a scan, in the caller's transaction."""
    photo = Photo(
        id=new_id(),
        district_id=district_id,
        proposal_id=proposal_id,
        kind=kind,
        media_type=picture.media_type,
        width=picture.width,
        height=picture.height,
        size=len(picture.data),
        sha256=sha256(picture.data).hexdigest(),
        data=picture.data,
        at=now,
    )
    session.add(photo)
    session.flush()
    return photo


def keep_scan(
    session: Session,
    *,
    district_id: str,
    data: bytes,
    now: datetime,
    proposal_id: str | None = None,
) -> Photo:
    """Keeps the scan of an act or of minutes. Raises Refusal like `remake`."""
    return keep(
        session,
        district_id=district_id,
        picture=remake_scan(data),
        now=now,
        kind="scan",
        proposal_id=proposal_id,
    )


def _kind(data: bytes) -> str | None:
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return None


def _drawn(data: bytes, kind: str) -> Picture:
    with Image.open(io.BytesIO(data), formats=(kind,)) as found:
        if found.width * found.height > MOST_PIXELS:
            raise Refusal("photos.too_many_pixels", most=MOST_PIXELS // 1_000_000)
        found.draft("RGB", (SIDE, SIDE))  # a JPEG is read smaller at once, which spares memory
        small: Image.Image = ImageOps.exif_transpose(found)
        small.thumbnail((SIDE, SIDE))
        # A new canvas: `save` would carry comments and profiles of the old one along.
        fresh = Image.new("RGB", small.size, "white")
        see_through = small.convert("RGBA") if small.mode in ("RGBA", "LA", "PA", "P") else None
        fresh.paste(see_through or small.convert("RGB"), mask=see_through)
    kept = io.BytesIO()
    fresh.save(kept, "JPEG", quality=QUALITY, optimize=True)
    return Picture(JPEG, kept.getvalue(), fresh.width, fresh.height)
