"""Photos: small, upright, without what a phone hid in them; nothing else gets in."""

import io

import pytest
from PIL import Image

from app.core.refusal import Refusal
from app.proposals import photos
from app.proposals.photos import remake, remake_scan

SECRET = b"43.2386 76.9456 Aigerim's phone"


def picture(kind: str = "JPEG", size: tuple[int, int] = (900, 600), **how: object) -> bytes:
    kept = io.BytesIO()
    Image.radial_gradient("L").resize(size).convert("RGB").save(kept, kind, **how)
    return kept.getvalue()


def with_secrets() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825)[29] = SECRET.decode()  # the place's own block
    return picture(exif=exif, comment=SECRET, xmp=b"<x>" + SECRET + b"</x>", icc_profile=SECRET)


def test_a_photo_loses_its_place_its_owner_and_its_tilt() -> None:
    before = with_secrets()
    assert before.count(SECRET) >= 3  # there is something to lose
    made = remake(before)
    assert SECRET not in made.data
    with Image.open(io.BytesIO(made.data)) as after:
        assert after.format == "JPEG"
        assert len(after.getexif()) == 0
        assert set(after.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert after.size == (made.width, made.height) == (600, 900)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_large_picture_becomes_1600_pixels_long(kind: str) -> None:
    made = remake(picture(kind, (3000, 1500)))
    assert (made.width, made.height) == (1600, 800)
    assert made.media_type == "image/jpeg"
    assert made.data.startswith(b"\xff\xd8\xff")


def test_what_is_see_through_becomes_white() -> None:
    kept = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(kept, "PNG")
    with Image.open(io.BytesIO(remake(kept.getvalue()).data)) as made:
        assert made.getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["P", "L", "LA", "I;16", "CMYK", "1"])
def test_pictures_of_every_mode_are_drawn(mode: str) -> None:
    kept = io.BytesIO()
    kind = "JPEG" if mode == "CMYK" else "PNG"
    Image.new(mode, (40, 30)).save(kept, kind)
    assert remake(kept.getvalue()).width == 40


def bomb() -> bytes:
    kept = io.BytesIO()
    Image.new("1", (7000, 6000)).save(kept, "PNG")  # 42 megapixels in a few kilobytes
    return kept.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "photos.unknown"),
        (b"GIF89a" + b"\0" * 50, "photos.unknown"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "photos.unknown"),
        (b"<html><script>alert(1)</script>", "photos.unknown"),
        (b"%PDF-1.7 and so on", "photos.unknown"),
        (b"\xff\xd8\xff\xe0 not really", "photos.broken"),
        (b"\x89PNG\r\n\x1a\n not really", "photos.broken"),
        (b"RIFF\x10\0\0\0WEBPVP8 not really", "photos.broken"),
        (picture()[:3000], "photos.broken"),
        (b"\xff\xd8\xff" + b"x" * photos.MOST_BYTES, "photos.too_big"),
        (bomb(), "photos.too_many_pixels"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_photo_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Refusal) as why:
        remake(data)
    assert why.value.code == code


def test_a_bomb_far_above_the_limit_is_refused_before_it_opens() -> None:
    kept = io.BytesIO()
    Image.new("1", (20000, 10000)).save(kept, "PNG")
    with pytest.raises(Refusal) as why:
        remake(kept.getvalue())
    assert why.value.code in ("photos.too_many_pixels", "photos.broken")


def test_a_scan_may_be_a_pdf_as_it_is_or_a_picture_made_anew() -> None:
    pdf = b"%PDF-1.7\n...\n%%EOF"
    assert remake_scan(pdf) == photos.Picture("application/pdf", pdf)
    assert SECRET not in remake_scan(with_secrets()).data
    for wrong, code in ((b"MZ\x90", "photos.unknown_scan"), (b"", "photos.unknown_scan")):
        with pytest.raises(Refusal) as why:
            remake_scan(wrong)
        assert why.value.code == code
