"""A roll as a file: which columns a list has. Knows no database.

Columns, in any order, by their captions: name, IIN, settlement (KATO code or name), and, where
wanted, the day of birth. The law asks nothing else of a member of the local community (Law 148,
art. 39-1: a citizen, of age, registered there), so no other column is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.core.refusal import Refusal
from app.core.sheets import HEADER_WITHIN, read_table

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
NEEDED = ("name", "iin", "settlement")


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it was typed, cleaned."""

    row: int
    name: str
    iin: str
    settlement: str
    born: str


@dataclass(frozen=True, slots=True)
class ReadList:
    """What was read of a file."""

    lines: tuple[Line, ...]
    others: tuple[str, ...]  # captions of columns that were not read


def read_list(data: bytes) -> ReadList:
    """The rows of a file. Raises Refusal where it is no such table."""
    if not data.strip():
        raise Refusal("people.roll_empty")
    table = read_table(data, captions=CAPTIONS, needed=NEEDED, most_rows=MOST_ROWS)
    if table is None:
        raise Refusal("people.roll_header", within=HEADER_WITHIN)
    if not table.rows:
        raise Refusal("people.roll_empty")
    return ReadList(tuple(_line(row.number, row.cells) for row in table.rows), table.others)


def _line(number: int, cells: Mapping[str, str]) -> Line:
    def cell(column: str) -> str:
        return " ".join(cells.get(column, "").split())

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
