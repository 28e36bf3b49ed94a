"""What is thrown at a form, and what must be true of the answer whatever was thrown."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.browser import Element, read
from tests.forms_under_siege import JPEG, Filled, Place, send
from tests.siege import NEXT, Siege, Things

SCRIPT = "<script>alert(1)</script>"
IMAGE = "\"'><img src=x onerror=alert(1)>"
RAW = (SCRIPT, "<img src=x", "<svg/onload", "javascript:alert")
TEXTS = {
    "too long": "ұ" * 20_000,
    "NUL and controls": "а\x00б\x07\x1b[31m\x7f\x85",
    "script": SCRIPT,
    "image": IMAGE,
    "svg": "</textarea></title><svg/onload=alert(1)>",
    "link": "javascript:alert(1)",
    "emoji": "🐎👩‍👩‍👧🇰🇿",
    "right to left": "\u202eشكرا جزيلا\u2066",
    "wrong script": "日本語テキスト",
    "invisible": "\u200b\u2060\ufeff",
    "spaces": " \t\n ",
    "template": "{{ 7*7 }}{% raise %}%(name)s %s {0.__class__}",
    "query": "'; DROP TABLE proposal; --",
    "header": "a\r\nSet-Cookie: asar=1\r\n\r\n",
    "path": "../../../../etc/passwd",
    "formula": '=HYPERLINK("https://evil.example","Ашу")',
    "huge number": "9" * 25,
    "endless number": "9" * 5_000,
    "just too many": "9223372036854775808",
    "most tenge": "1000000000000000",
    "negative": "-1",
    "infinite": "1e400",
    "not a number": "NaN",
    "zero": "0",
    "other digits": "١٢٣²",
    "last day": "9999-12-31",
    "first day": "0001-01-01",
    "no such day": "31.02.2026",
    "day of long ago": "1582-10-04",
    "hour": "25:61",
    "truth": "true",
}


@dataclass(frozen=True, slots=True)
class Shot:
    """One bad form: what is wrong with it, and the form."""

    what: str
    form: Filled


def whole(form: Filled) -> Iterator[Shot]:
    """What is wrong with all of it at once."""
    bare = form.copy()
    bare.data, bare.files = {}, []
    yield Shot("nothing at all", bare)
    empty = form.copy()
    empty.data = {name: [""] for name in form.data}
    empty.files = []
    yield Shot("all empty", empty)
    twice = form.copy()
    twice.data = {name: [*values, "x", "<b>"] for name, values in form.data.items()}
    yield Shot("every field three times", twice)
    more = form.copy()
    more.data |= {f"unknown{n}": [SCRIPT] for n in range(50)} | {"": ["x"], "[]": ["x"]}
    yield Shot("fields that nobody asked for", more)
    for what, text in TEXTS.items():
        one = form.copy()
        one.data = {
            name: [text] if form.kinds.get(name) in ("text", "textarea", "date", "search") else v
            for name, v in one.data.items()
        }
        yield Shot(f"{what} in every written field", one)


def by_field(form: Filled) -> Iterator[Shot]:
    """Each field alone."""
    for name in form.data:
        if name == "_token":
            continue
        missing = form.copy()
        del missing.data[name]
        yield Shot(f"{name} missing", missing)
        as_file = form.copy()
        del as_file.data[name]
        as_file.files.append((name, ("a.txt", b"text", "text/plain")))
        yield Shot(f"{name} as a file", as_file)
        for what, text in TEXTS.items():
            one = form.copy()
            one.data[name] = [text]
            yield Shot(f"{name}: {what}", one)
    for name in {name for name, _ in form.files}:
        as_text = form.copy()
        as_text.files = [one for one in form.files if one[0] != name]
        as_text.data[name] = [SCRIPT]
        yield Shot(f"{name} as text", as_text)


def forged(form: Filled, home: Things, other: Things, foreign: dict[str, str]) -> Iterator[Shot]:
    """What the form chooses itself, exchanged for things of the next district."""
    for name, values in form.data.items():
        if form.kinds.get(name) not in ("hidden", "button", "select", "radio", "checkbox"):
            continue
        if name == "_token" or not values:
            continue
        known = {getattr(home, one): getattr(other, one) for one in ("person", "settlement")}
        for value in {known.get(values[0], ""), *foreign.values()} - {""}:
            one = form.copy()
            one.data[name] = [value]
            yield Shot(f"{name} forged: {value}", one)


def bad_files(form: Filled) -> Iterator[Shot]:
    """Every field of a file with what is no such file."""
    for name in {name for name, _ in form.files}:
        for what, file in FILES.items():
            one = form.copy()
            one.files = [f for f in form.files if f[0] != name] + [(name, file)]
            yield Shot(f"{name}: {what}", one)
        many = form.copy()
        many.files = [(name, ("a.jpg", JPEG, "image/jpeg"))] * 7
        yield Shot(f"{name}: seven files", many)


def _zip() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("a.txt", "text")
    return kept.getvalue()


BOMB_PNG = (  # says that it is 60,000 by 60,000 pixels
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xea\x60\x00\x00\xea\x60\x08\x02\x00\x00\x00"
    b"\x00\x00\x00\x00"
)
NOT_SAID_BACK = {"group", "iin", "code"}  # a number that is kept nowhere, and a secret
FILES: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.jpg", b"", "image/jpeg"),
    "text": ("a.jpg", "Бұл сурет емес".encode(), "image/jpeg"),
    "half a JPEG": ("a.jpg", JPEG[: len(JPEG) // 2], "image/jpeg"),
    "a JPEG's head": ("a.jpg", b"\xff\xd8\xff\xe0" + b"\x00" * 64, "image/jpeg"),
    "polyglot": ("a.html", JPEG + SCRIPT.encode(), "text/html"),
    "HTML": ("a.jpg", b"<!doctype html>" + SCRIPT.encode(), "image/jpeg"),
    "SVG": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg"),
    "zip": ("a.jpg", _zip(), "image/jpeg"),
    "PDF": ("a.jpg", b"%PDF-1.4\n%%EOF", "application/pdf"),
    "too large": ("a.jpg", JPEG[:20] + b"\x00" * 8_100_000, "image/jpeg"),
    "too many pixels": ("a.png", BOMB_PNG, "image/png"),
    "a bad name": (f'..\\..\\"><{SCRIPT}\x00.jpg', JPEG, "image/jpeg"),
    "half UTF-16": ("list.csv", b"\xff\xfen\x00a", "text/csv"),
    "NUL rows": ("list.csv", b"name;iin;settlement\n\x00;\x00;\x00\n", "text/csv"),
    "one long row": ("list.csv", b'name;iin;settlement\n"' + b"a" * 300_000, "text/csv"),
    "a formula": ("list.csv", b"name;iin;settlement\n=1+1;890101300019;=cmd\n", "text/csv"),
}


def throw(siege: Siege, place: Place, shot: Shot) -> list[str]:
    """Sends it, and says everything that is wrong with what came of it. Puts all back."""
    before, rows = siege.version, siege.kept_rows
    try:
        answer = send(siege, place.who, shot.form)
        wrong = complaints(siege, place, shot, answer, before, rows)
    except Exception as crash:
        wrong = [f"crashed: {crash!r}"[:400]]
    if siege.version != before:
        siege.restore()
    return [f"{place} | {shot.what}: {one}" for one in wrong]


def complaints(
    siege: Siege, place: Place, shot: Shot, answer: Any, before: int, rows: dict[str, int]
) -> list[str]:
    wrong = shown_badly(answer)
    status = answer.status_code
    if status not in (200, 303, 403, 404, 409, 413, 422):
        wrong.append(f"status {status}")
    if status >= 400:
        # A failed try at a secret is counted, and that is all that a refusal may write.
        now = siege.rows()
        changed = {name for name in rows if rows[name] != now[name]} - may_write(place)
        if changed or (siege.version != before and not may_write(place)):
            wrong.append(f"refused, and yet written: {changed or 'some row'}")
    if status in (409, 422):
        tree = read(answer.text)
        if not any(one.attrs.get("data-refusal") for one in tree.walk()):
            wrong.append("a refusal without its code")
        if status == 422:
            wrong += forgotten(tree, shot.form)
    if status == 303:
        after = answer.headers["location"]
        if not after.startswith("/") or after.startswith("//"):
            wrong.append(f"leads away: {after}")
        wrong += [
            f"{one} (after {after})" for one in shown_badly(siege.ask(place.who, "GET", after))
        ]
    return wrong


def may_write(place: Place) -> set[str]:
    """What a refusal may keep: a failed try, and the photos that came with a page of a draft."""
    if "/sign-in" in place.action or place.action in ("/me/password", "/me/erase"):
        return {"tries"}
    if "/phone" in place.action:
        return {"tries"}
    if place.action == "/dispute":  # whether there is a vote at all is a question, and counts
        return {"desk_question", "entry"}
    return {"photo"} if place.action == "/where" else set()


def shown_badly(answer: Any) -> list[str]:
    """What no page may show."""
    wrong = []
    if answer.status_code >= 500:
        wrong.append(f"status {answer.status_code}")
    if "text/html" in answer.headers.get("content-type", ""):
        low = answer.text.lower()
        wrong += [f"raw {one}" for one in RAW[:3] if one in low]
        wrong += [f"link to {RAW[3]}"] if f'href="{RAW[3]}' in low else []
        wrong += ["a traceback"] if "traceback" in low else []
    if "set-cookie" in answer.headers and "asar=1;" in answer.headers["set-cookie"]:
        wrong.append("a header of theirs")
    return wrong


def forgotten(tree: Element, form: Filled) -> list[str]:
    """What was typed and no longer stands in the form that came back."""
    from app.core.text import clean

    wrong = []
    hidden = {
        one.attrs.get("name"): one.attrs.get("value") for one in tree.all("input[type=hidden]")
    }
    about = [name for name, kind in form.kinds.items() if kind == "hidden" and name != "_token"]
    if any(hidden.get(name) not in form.data.get(name, [""]) for name in about):
        return []  # what it is about was forged: another form came back
    for name, values in form.data.items():
        kind = form.kinds.get(name)
        if kind not in ("text", "textarea", "date") or not values or name in NOT_SAID_BACK:
            continue
        typed = " ".join(clean(values[0]).split())
        shown = [one for one in tree.walk() if one.attrs.get("name") == name]
        if not shown:
            wrong.append(f"the field {name} is gone")
            continue
        texts = [
            one.attrs.get("value", "")
            if one.tag == "input"
            else "".join(c for c in one.children if isinstance(c, str))
            for one in shown
        ]
        if typed not in [" ".join(text.split()) for text in texts]:
            wrong.append(f"what was typed into {name} is gone")
    return wrong


def everything(
    form: Filled, home: Things, other: Things, foreign: dict[str, str]
) -> Iterator[Shot]:
    """Every shot there is at a form."""
    yield from whole(form)
    yield from bad_files(form)
    yield from forged(form, home, other, foreign)
    yield from by_field(form)


def foreign_things(siege: Siege) -> dict[str, str]:
    """Names of things of the next district."""
    other = siege.things[NEXT]
    return {
        "office": siege.office_of("other-akim"),
        "session": siege.session_of("other-resident"),
        "draft": other.draft,
        "person": other.person,
        "settlement": other.settlement,
        "number": other.submitted,
    }
