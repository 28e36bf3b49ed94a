"""Files that are two things at once: whatever rides along with a picture does not get in."""

import io
import struct
import zipfile
import zlib

import pytest
from PIL import Image

from app.core.refusal import Refusal
from app.proposals import photos
from app.proposals.photos import remake, remake_scan

SCRIPT = b"<script>alert(document.domain)</script>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
PDF = b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF"


def picture(kind: str) -> bytes:
    kept = io.BytesIO()
    Image.radial_gradient("L").resize((300, 200)).convert("RGB").save(kept, kind)
    return kept.getvalue()


def archive() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as made:
        made.writestr("index.html", SCRIPT)
    return kept.getvalue()


def in_a_jpegs_comment(ride: bytes) -> bytes:
    whole = picture("JPEG")
    return whole[:2] + b"\xff\xfe" + struct.pack(">H", len(ride) + 2) + ride + whole[2:]


def in_a_pngs_text(ride: bytes) -> bytes:
    whole = picture("PNG")
    body = b"tEXt" + b"Comment\0" + ride
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return whole[:33] + chunk + whole[33:]


def behind(kind: str, ride: bytes) -> bytes:
    return picture(kind) + ride


@pytest.mark.parametrize("ride", [SCRIPT, SVG, PDF, archive()], ids=["html", "svg", "pdf", "zip"])
@pytest.mark.parametrize("how", ["comment", "text", "jpeg", "png", "webp"])
def test_what_rides_along_with_a_picture_is_gone(how: str, ride: bytes) -> None:
    made = {
        "comment": lambda: in_a_jpegs_comment(ride),
        "text": lambda: in_a_pngs_text(ride),
    }.get(how, lambda: behind(how.upper(), ride))()
    assert ride in made
    for read in (remake, remake_scan):
        kept = read(made)
        assert kept.media_type == "image/jpeg"
        assert ride not in kept.data
        assert not any(mark in kept.data for mark in (b"<script", b"<svg", b"%PDF", b"PK\x03\x04"))


@pytest.mark.parametrize("ride", [SCRIPT, SVG, archive()], ids=["html", "svg", "zip"])
def test_a_page_with_a_picture_behind_it_is_no_picture(ride: bytes) -> None:
    for read in (remake, remake_scan):
        with pytest.raises(Refusal) as why:
            read(ride + picture("JPEG"))
        assert why.value.code in ("photos.unknown", "photos.unknown_scan")


@pytest.mark.parametrize("text", [b"", b"\xef\xbb\xbf", b" \n", b"<?xml version='1.0'?>"])
def test_no_svg_however_it_begins(text: bytes) -> None:
    for read in (remake, remake_scan):
        with pytest.raises(Refusal):
            read(text + SVG)


@pytest.mark.parametrize("lie", ["JPEG", "PNG", "WEBP"])
def test_first_bytes_that_lie_open_no_other_decoder(lie: str) -> None:
    """Pillow knows dozens of formats; the one that the first bytes name is the only one tried."""
    first = {"JPEG": b"\xff\xd8\xff", "PNG": b"\x89PNG\r\n\x1a\n", "WEBP": b"RIFF____WEBP"}[lie]
    for kind in ("GIF", "BMP", "TIFF", "ICO"):
        kept = io.BytesIO()
        Image.new("RGB", (16, 16)).save(kept, kind)
        with pytest.raises(Refusal) as why:
            remake(first + kept.getvalue())
        assert why.value.code == "photos.broken"


def test_a_bomb_of_few_bytes_takes_little_memory() -> None:
    """A PNG whose header promises 10 gigapixels, of a kilobyte: refused by the header alone."""
    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    bomb = (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    )
    idat = b"IDAT" + zlib.compress(b"\0" * 100_000, 9)
    bomb += struct.pack(">I", len(idat) - 4) + idat + struct.pack(">I", zlib.crc32(idat))
    assert len(bomb) < 1000
    with pytest.raises(Refusal) as why:
        remake(bomb)
    assert why.value.code in ("photos.too_many_pixels", "photos.broken")


def test_a_frame_of_an_animation_is_one_picture() -> None:
    frames = [Image.new("RGB", (64, 64), (n, 0, 0)) for n in range(50)]
    kept = io.BytesIO()
    frames[0].save(kept, "WEBP", save_all=True, append_images=frames[1:])
    made = remake(kept.getvalue())
    with Image.open(io.BytesIO(made.data)) as one:
        assert getattr(one, "n_frames", 1) == 1
    assert len(made.data) < photos.MOST_BYTES
