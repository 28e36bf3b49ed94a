"""A roll as a file: bytes become rows. Knows columns and encodings, no database.

Columns, in any order, by their captions in the first row: name, IIN, settlement (KATO code or
name), and, where wanted, the day of birth. Rows are numbered as a spreadsheet shows them.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.core.refusal import Refusal
from app.core.text import clean, fold

MOST_ROWS = 60_000
MOST_NAME = 120  # characters
CAPTIONS = {
    "name": (
        "name", "full name", "фио", "ф.и.о.", "фамилия имя отчество", "фамилия, имя, отчество",
        "аты-жөні", "аты жөні", "тегі, аты, әкесінің аты", "тегі аты әкесінің аты", "таж",
    ),
    "iin": ("iin", "иин", "жсн"),
    "settlement": (
        "settlement", "населённый пункт", "населенный пункт", "нп", "село", "елді мекен", "ауыл",
        "kato", "като", "код като", "әаож", "әаож коды",
    ),
    "born": ("born", "date of birth", "дата рождения", "туған күні"),
}  # fmt: skip
_COLUMN = {fold(caption): column for column, all_ in CAPTIONS.items() for caption in all_}
_NEEDED = ("name", "iin", "settlement")


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it was typed, cleaned."""

    row: int
    name: str
    iin: str
    settlement: str
    born: str


def decode(data: bytes) -> str:
    """The text of a file: UTF-8, UTF-16 as a spreadsheet writes it, else the Windows page.

    KZ-1048 is the Windows page 1251 with Kazakh letters in the place of Serbian ones.
    """
    try:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        if b"\x00" in data:
            raise Refusal("people.roll_encoding")
        return data.decode("kz1048")
    except UnicodeDecodeError:
        raise Refusal("people.roll_encoding") from None


def read_lines(text: str) -> list[Line]:
    """The rows below the captions. Raises Refusal where the file is not such a table."""
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise Refusal("people.roll_empty")
    for mark in (";", "\t", ","):
        rows = _rows(text, mark)
        try:
            columns = _columns(next(rows)[1])
        except StopIteration:
            raise Refusal("people.roll_empty") from None
        if columns is not None:
            lines = [_line(number, cells, columns) for number, cells in rows]
            if not lines:
                raise Refusal("people.roll_empty")
            return lines
    raise Refusal("people.roll_header")


def _rows(text: str, mark: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    number = kept = 0
    try:
        for cells in reader:
            number += 1
            cleaned = [clean(cell) for cell in cells]
            if not any(cleaned):
                continue
            kept += 1
            if kept > MOST_ROWS + 1:
                raise Refusal("people.roll_long", most=MOST_ROWS)
            yield number, cleaned
    except csv.Error:
        raise Refusal("people.roll_csv", row=number + 1) from None


def _columns(cells: list[str]) -> dict[str, int] | None:
    found: dict[str, int] = {}
    for place, caption in enumerate(cells):
        column = _COLUMN.get(fold(" ".join(caption.split())))
        if column is not None:
            if column in found:
                return None
            found[column] = place
    return found if all(column in found for column in _NEEDED) else None


def _line(number: int, cells: list[str], columns: dict[str, int]) -> Line:
    def cell(column: str) -> str:
        place = columns.get(column, len(cells))
        return " ".join(cells[place].split()) if place < len(cells) else ""

    # Spreadsheets keep a long number as text behind an apostrophe.
    iin = cell("iin").lstrip("'").replace(" ", "")
    return Line(number, cell("name"), iin, cell("settlement").lstrip("'"), cell("born"))


def why_not_name(name: str) -> Refusal | None:
    """Why this is no person's name."""
    if not name:
        return Refusal("people.name_missing")
    if "?" in name or "\ufffd" in name:
        # What a Windows page without Kazakh letters leaves of them.
        return Refusal("people.name_letters")
    if len(name) > MOST_NAME:
        return Refusal("form.too_long", most=MOST_NAME)
    if not all(c.isalpha() or c in " -.'’ʼ" for c in name):
        return Refusal("people.name_wrong")
    if sum(c.isalpha() for c in name) < 2:
        return Refusal("people.name_wrong")
    return None


def read_day(typed: str) -> date | None:
    """`1984-05-31` or `31.05.1984`; None for anything else."""
    try:
        if typed.count(".") == 2:
            day, month, year = (int(part) for part in typed.split("."))
            return date(year, month, day)
        return date.fromisoformat(typed)
    except ValueError:
        return None
