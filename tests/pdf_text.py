"""The text of a PDF that typst wrote, read without another tool: enough to see what is printed."""

import re
import zlib
from collections.abc import Iterator

ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of(pdf: bytes) -> str:
    """Everything that is shown, run after run."""
    objects = {int(n): body for n, body in re.findall(rb"(\d+) 0 obj(.*?)endobj", pdf, re.DOTALL)}
    fonts = {
        name: _letters(objects, int(number))
        for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", pdf)
    }
    runs: list[str] = []
    for body in objects.values():
        content = _stream(body)
        if b" Tf" not in content:
            continue
        font: dict[int, str] = {}
        for name, shown in re.findall(
            rb"/(f\d+) [\d.]+ Tf|\[((?:\\.|[^\]\\])*)\]TJ", content, re.DOTALL
        ):
            if name:
                font = fonts[name]
            else:
                runs.append("".join(font[code] for code in _codes(shown)))
    return "\n".join(runs)


def _stream(body: bytes) -> bytes:
    found = re.search(rb"stream\r?\n", body)
    size = re.search(rb"/Length (\d+)", body)
    if not found or not size:
        return b""
    content = body[found.end() : found.end() + int(size[1])]  # its last byte may be a line's end
    return zlib.decompress(content) if b"FlateDecode" in body else content


def _letters(objects: dict[int, bytes], font: int) -> dict[int, str]:
    """What each glyph of a font stands for."""
    at = re.search(rb"/ToUnicode (\d+) 0 R", objects[font])
    assert at, "a font without the meaning of its glyphs: nobody could search or read it aloud"
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", _stream(objects[int(at[1])]))
    return {
        int(glyph, 16): bytes.fromhex(said.decode()).decode("utf-16-be") for glyph, said in pairs
    }


def _codes(shown: bytes) -> Iterator[int]:
    for literal in re.findall(rb"\(((?:\\.|[^)\\])*)\)", shown, re.DOTALL):
        raw = re.sub(rb"\\([0-7]{1,3}|.)", _plain, literal, flags=re.DOTALL)
        for place in range(0, len(raw), 2):
            yield int.from_bytes(raw[place : place + 2], "big")


def _plain(escaped: re.Match[bytes]) -> bytes:
    said = escaped[1]
    return bytes([int(said, 8)]) if said.isdigit() else ESCAPES.get(said, said)
