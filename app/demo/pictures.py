"""Drawn pictures in the place of photos: nobody's street is shown as if it were invented."""

import io
import math

from PIL import Image, ImageDraw

from app.proposals.photos import Picture, remake

SIZE = (1200, 800)
Colour = tuple[int, int, int]


def _ground(top: Colour, low: Colour, earth: Colour) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """A sky over the steppe, hills, and the earth in front."""
    image = Image.new("RGB", SIZE)
    draw = ImageDraw.Draw(image)
    for y in range(SIZE[1]):
        share = y / SIZE[1]
        row = tuple(int(a + (b - a) * share) for a, b in zip(top, low, strict=True))
        draw.line([(0, y), (SIZE[0], y)], fill=row)
    for base, height, darker in ((470, 50, 0.9), (520, 34, 0.78)):
        hill = [(x, base - height * math.sin(x / 190 + base)) for x in range(0, SIZE[0] + 20, 20)]
        colour = tuple(int(part * darker) for part in earth)
        draw.polygon([*hill, (SIZE[0], SIZE[1]), (0, SIZE[1])], fill=colour)
    draw.rectangle([0, 560, *SIZE], fill=earth)
    return image, draw


def _finished(image: Image.Image) -> Picture:
    data = io.BytesIO()
    image.save(data, "JPEG", quality=88)
    return remake(data.getvalue())


def street(*, lit: bool) -> Picture:
    """A street at dusk, its lamps dark or burning."""
    image, draw = _ground((24, 44, 74), (98, 92, 110), (52, 62, 58))
    draw.polygon([(420, 800), (780, 800), (640, 540), (590, 540)], fill=(70, 74, 80))
    for place, x in enumerate((250, 400, 500, 560)):
        size = 1 - place * 0.22
        foot, head = 760 - place * 62, 760 - place * 62 - int(330 * size)
        draw.line([(x, foot), (x, head)], fill=(30, 34, 40), width=max(int(12 * size), 3))
        reach = x + int(70 * size)
        draw.line([(x, head), (reach, head)], fill=(30, 34, 40), width=max(int(9 * size), 3))
        glow = int(26 * size)
        if lit:
            draw.polygon(
                [(reach, head), (reach - 80 * size, foot), (reach + 80 * size, foot)],
                fill=(150, 140, 96),
            )
        lamp = (247, 208, 96) if lit else (88, 94, 100)
        draw.ellipse([reach - glow, head - glow // 2, reach + glow, head + glow // 2], fill=lamp)
    for x, y in ((860, 520), (980, 540), (1090, 515)):
        draw.rectangle([x, y, x + 86, y + 70], fill=(64, 58, 56))
        draw.polygon([(x - 10, y), (x + 43, y - 42), (x + 96, y)], fill=(44, 40, 42))
        draw.rectangle([x + 32, y + 22, x + 54, y + 46], fill=(236, 190, 92))
    return _finished(image)


def well() -> Picture:
    """A well by day, with its roof and its bucket."""
    image, draw = _ground((150, 198, 226), (226, 236, 236), (168, 160, 116))
    draw.rectangle([470, 520, 730, 690], fill=(132, 128, 124))
    for y in range(540, 690, 36):
        draw.line([(470, y), (730, y)], fill=(104, 100, 98), width=4)
    for x in (500, 700):
        draw.rectangle([x - 9, 330, x + 9, 530], fill=(96, 70, 48))
    draw.polygon([(430, 350), (600, 250), (770, 350)], fill=(134, 62, 44))
    draw.line([(510, 400), (690, 400)], fill=(80, 58, 40), width=14)
    draw.line([(600, 400), (600, 480)], fill=(70, 60, 50), width=4)
    draw.polygon([(572, 480), (628, 480), (618, 524), (582, 524)], fill=(70, 96, 110))
    return _finished(image)


def fence() -> Picture:
    """A playing field behind its new fence."""
    image, draw = _ground((136, 190, 222), (222, 234, 238), (122, 150, 92))
    draw.rectangle([180, 600, 1020, 760], outline=(240, 240, 236), width=6)
    draw.line([(600, 600), (600, 760)], fill=(240, 240, 236), width=6)
    draw.ellipse([550, 640, 650, 720], outline=(240, 240, 236), width=6)
    for x in range(60, 1160, 44):
        draw.line([(x, 430), (x, 610)], fill=(70, 92, 100), width=6)
    for y in range(440, 610, 24):
        draw.line([(60, y), (1148, y)], fill=(96, 120, 128), width=2)
    return _finished(image)


def drawn(name: str) -> list[Picture]:
    """The pictures of a proposal; none where it has no name."""
    if not name:
        return []
    return [{"dark_street": lambda: street(lit=False), "well": well, "fence": fence}[name]()]
