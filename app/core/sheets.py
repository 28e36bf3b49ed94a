"""Tables as offices have them: bytes of CSV or XLSX become numbered rows of text.

Columns are known by their captions, in any order and in any of the first rows; what else stands in
the file is not read. Nothing here raises anything but `Refusal`.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.core.refusal import Refusal
from app.core.sheet_writer import as_told
from app.core.text import clean, fold
from app.core.workbook import MOST_COLUMNS, Sheet, cell_name, sheets_of

MOST_BYTES = 20_000_000
HEADER_WITHIN = 15  # rows that are not empty
_MOST_CAPTION = 60  # characters
_DEEP = 6_000  # rows of a paper that are looked at, empty ones included
_WIDE = MOST_COLUMNS + 1  # columns that are looked at, to say that there are too many
_MARKS = (";", "\t", ",")
# By their first bytes: what is no table, whatever its name says.
_OTHER_KINDS = (
    b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b",
    b"BZh", b"\xfd7zXZ", b"MZ", b"\x7fELF",
)  # fmt: skip
_MARKED_UP = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<script")


@dataclass(frozen=True, slots=True)
class Row:
    """A row below the captions, by the names of its columns, cleaned."""

    number: int  # as a spreadsheet shows it
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """What was asked for of a file."""

    rows: tuple[Row, ...]
    others: tuple[str, ...]  # captions of columns that were not read


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet as it lies: its rows that are not empty, by their numbers, and where formulas are
    without a value."""

    rows: tuple[tuple[int, tuple[str, ...]], ...]
    uncounted: frozenset[tuple[int, int]] = frozenset()
    name: str = ""


def read_grids(
    data: bytes, *, most_bytes: int, most_rows: int, most_unpacked: int
) -> tuple[Grid, ...]:
    """Every sheet of a file, for papers whose captions stand anywhere. Cells are cleaned.

    Raises Refusal for what is no table, for too many rows (empty ones do not count) or columns.
    """
    if len(data) > most_bytes:
        raise Refusal("sheets.big", most=max(1, most_bytes // 1_000_000))
    _insist_on_table(data)
    if data[:2] == b"PK":
        found = sheets_of(data, most_columns=_WIDE, most_scanned=_DEEP, most_unpacked=most_unpacked)
        try:
            return tuple(_grid(sheet, most_rows) for sheet in found)
        except Refusal as why:
            if why.code == "sheets.long":
                raise Refusal("sheets.many_rows", most=most_rows) from None
            raise
    text = decode(data).removeprefix("\ufeff")
    grids = []
    broken: Refusal | None = None
    for mark in _MARKS:
        try:
            grids.append(_grid(Sheet(_parted(text, mark, _WIDE), frozenset()), most_rows))
        except Refusal as why:
            if why.code != "sheets.quote":  # under another mark the quotes may be whole
                raise
            broken = broken or why
    if not grids and broken is not None:
        raise broken
    # The mark that parts the most rows is the file's.
    return (max(grids, key=_parts),)


def _parts(grid: Grid) -> int:
    return sum(sum(bool(cell) for cell in cells) > 1 for _, cells in grid.rows)


def _grid(sheet: Sheet, most_rows: int) -> Grid:
    rows: list[tuple[int, tuple[str, ...]]] = []
    for number, cells in sheet.rows:
        cleaned = [" ".join(clean(cell).split()) for cell in cells]
        while cleaned and not cleaned[-1]:
            cleaned.pop()
        if not cleaned:
            continue
        if len(cleaned) > MOST_COLUMNS:
            raise Refusal("sheets.wide", most=MOST_COLUMNS)
        rows.append((number, tuple(cleaned)))
        if len(rows) > most_rows:
            raise Refusal("sheets.many_rows", most=most_rows)
    return Grid(tuple(rows), sheet.uncounted, sheet.name)


def read_table(
    data: bytes,
    *,
    captions: Mapping[str, Sequence[str]],
    needed: Sequence[str],
    most_rows: int,
) -> Table | None:
    """The columns of `captions` (name → how offices call it); None where no row names them.

    Raises Refusal for what is no table, and for a formula of these columns without its value.
    """
    if len(data) > MOST_BYTES:
        raise Refusal("sheets.big", most=MOST_BYTES // 1_000_000)
    column = {fold(caption): name for name, all_ in captions.items() for caption in all_}
    for sheet in _readings(data):
        rows = _filled(sheet.rows)
        header = _header(rows, column, needed)
        if header is not None:
            places, others = header
            return Table(tuple(_below(rows, sheet, places, most_rows)), others)
    return None


def _readings(data: bytes) -> Iterator[Sheet]:
    """The ways to read a file: a workbook's sheets, or text with one mark after another."""
    _insist_on_table(data)
    if data[:2] == b"PK":
        yield from sheets_of(data)
        return
    text = decode(data).removeprefix("\ufeff")
    for mark in _MARKS:
        yield Sheet(_parted(text, mark), frozenset())


def _insist_on_table(data: bytes) -> None:
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Refusal("sheets.old")  # the old Excel; a workbook behind a password is one too
    start = data[:64].lstrip().lower()
    if data.startswith(_OTHER_KINDS) or start.startswith(_MARKED_UP):
        raise Refusal("sheets.kind")


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
            raise Refusal("sheets.encoding")
        return data.decode("kz1048")
    except UnicodeDecodeError:
        raise Refusal("sheets.encoding") from None


def _parted(text: str, mark: str, most: int = MOST_COLUMNS) -> Iterator[tuple[int, Sequence[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    number = 0
    try:
        for cells in reader:
            number += 1
            yield number, [as_told(cell) for cell in cells[:most]]
    except csv.Error:
        raise Refusal("sheets.quote", row=number + 1) from None


def _filled(rows: Iterator[tuple[int, Sequence[str]]]) -> Iterator[tuple[int, Sequence[str]]]:
    return ((number, cells) for number, cells in rows if any(cell.strip() for cell in cells))


def _header(
    rows: Iterator[tuple[int, Sequence[str]]], column: Mapping[str, str], needed: Sequence[str]
) -> tuple[dict[str, int], tuple[str, ...]] | None:
    """Where the columns are, and the captions of the others; the rows stand below it then."""
    try:
        for _, (_number, cells) in zip(range(HEADER_WITHIN), rows, strict=False):
            places: dict[str, int] = {}
            others: list[str] = []
            twice = False
            for place, cell in enumerate(cells):
                caption = " ".join(clean(cell).split())
                name = column.get(fold(caption))
                if name is None and caption:
                    others.append(caption[:_MOST_CAPTION])
                elif name is not None:
                    twice = twice or name in places
                    places[name] = place
            if all(name in places for name in needed):
                return None if twice else (places, tuple(others))
    except Refusal as why:
        if why.code != "sheets.quote":  # under another mark the quotes may be whole
            raise
    return None


def _below(
    rows: Iterator[tuple[int, Sequence[str]]],
    sheet: Sheet,
    places: Mapping[str, int],
    most_rows: int,
) -> Iterator[Row]:
    kept = 0
    for number, cells in rows:
        for place in places.values():
            if (number, place) in sheet.uncounted:
                raise Refusal("sheets.formula", cell=cell_name(number, place))
        found = {
            name: clean(cells[place]) if place < len(cells) else ""
            for name, place in places.items()
        }
        if not any(found.values()):
            continue
        if not kept and all(len(text) < 3 and text.isdigit() for text in found.values()):
            continue  # official forms number their columns under the captions
        kept += 1
        if kept > most_rows:
            raise Refusal("sheets.long", most=most_rows)
        yield Row(number, found)
