"""What a phone has to fetch is small, ours, and the same as what was vendored."""

import gzip
import re
from hashlib import sha256
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "static"
HTMX = "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717"  # htmx.org 2.0.11


def squeezed(name: str) -> int:
    """The size of a file as it travels: gzipped bytes."""
    return len(gzip.compress((STATIC / name).read_bytes(), 9))


def colours() -> dict[str, str]:
    """The palette by name, as the stylesheet states it."""
    sheet = (STATIC / "app.css").read_text()
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", sheet)) | {"white": "#ffffff"}


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2.2, 1.4.3)."""

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


def test_htmx_is_the_one_that_was_reviewed():
    assert sha256((STATIC / "htmx-2.0.11.min.js").read_bytes()).hexdigest() == HTMX
    assert "BSD" in (STATIC / "htmx-LICENSE.txt").read_text()


@pytest.mark.parametrize(
    ("name", "budget"),
    [
        ("app.css", 8192),
        ("print.css", 3072),
        ("app.js", 1024),
        ("ballot.js", 1024),
        ("passkey.js", 1024),
    ],
)
def test_a_phone_can_carry_it(name, budget):
    assert squeezed(name) <= budget


def test_the_first_visit_is_light():
    first = squeezed("app.css") + squeezed("app.js") + squeezed("favicon.svg")
    assert first <= 23 * 1024 - 13 * 1024  # the page itself may take 13 KB of the 23
    assert first + squeezed("htmx-2.0.11.min.js") <= 40 * 1024 - 13 * 1024


@pytest.mark.parametrize("path", sorted(STATIC.iterdir()), ids=lambda path: path.name)
def test_nothing_is_fetched_from_elsewhere(path):
    text = path.read_text().replace("http://www.w3.org/", "")
    if not path.name.startswith("htmx"):
        assert not re.search(r"https?:|url\(|@import|@font-face", text)


@pytest.mark.parametrize("name", ["app.js", "ballot.js", "leave.js", "passkey.js"])
def test_scripts_hold_no_words_and_no_style(name):
    code = re.sub(r"//.*", "", (STATIC / name).read_text())
    assert code.isascii()
    assert not re.search(r"\.style\b|innerHTML|eval\(|new Function", code)


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "ground"),
        ("ink", "gold"),
        ("mut", "ground"),
        ("mut", "pale"),
        ("teal", "ground"),
        ("teal", "pale"),
        ("white", "teal"),
        ("white", "deep"),
        ("deep", "pale"),
        ("red", "red-pale"),
        ("red", "white"),
        ("white", "red"),
        ("green", "green-pale"),
        ("edge", "white"),
    ],
)
def test_words_stand_out_from_their_ground(text, ground):
    palette = colours()
    assert contrast(palette[text], palette[ground]) >= (3 if text == "edge" else 4.5)
