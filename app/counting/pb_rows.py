"""The rows and cells of a Pabulib file, each with the line on which it begins."""

import csv
import re
from collections.abc import Iterator, Sequence

from app.counting.bad_file import BadFile

SECTIONS = ("META", "PROJECTS", "VOTES")
RENAMED = {"target": "beneficiaries"}

# More than there is of any currency; a longer number is a slip or an attack.
_AMOUNT = re.compile(r"0*([0-9]{1,15})(?:\.([0-9]{1,18})0*)?")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_WHOLE = re.compile(r"(-?[0-9]{1,24})(?:\.0{1,24})?")

Row = tuple[int, list[str]]


# The largest published election is a tenth of this; a million ballots of five choices a third.
MOST_BYTES = 128 * 1024 * 1024
MOST_IN_A_LINE = 1024 * 1024
_LINE = re.compile(rb"[^\r\n]*+(?:\r\n|[\r\n])|[^\r\n]+")
_MARK = b"\xef\xbb\xbf"


def too_large() -> BadFile:
    """The objection to a file that nobody should have to read."""
    return BadFile(1, "too_large", most=MOST_BYTES // 1024**2)


def _lines(data: bytes) -> Iterator[str]:
    """The lines of the file without its byte order mark, one at a time: text takes room."""
    if len(data) > MOST_BYTES:
        raise too_large()
    start = len(_MARK) if data.startswith(_MARK) else 0
    for number, found in enumerate(_LINE.finditer(data, start), start=1):
        line = found[0]
        if len(line) > MOST_IN_A_LINE:
            raise BadFile(number, "cell_too_long")
        if b"\0" in line:
            raise BadFile(number, "nul")
        try:
            yield line.decode()
        except UnicodeDecodeError:
            raise BadFile(number, "not_utf8") from None


class Rows:
    """The rows of the file with the lines on which they begin, blank ones left out."""

    def __init__(self, data: bytes) -> None:
        if not data or data.isspace():
            raise BadFile(1, "empty")
        self._reader = csv.reader(_lines(data), delimiter=";", strict=True)
        self._found: Row | None = None
        self.last = 1

    def __iter__(self) -> Iterator[Row]:
        return self

    def __next__(self) -> Row:
        if self._found is not None:
            found, self._found = self._found, None
            return found
        while True:
            line = self._reader.line_num + 1
            try:
                cells = next(self._reader)
            except csv.Error as wrong:
                long = "field limit" in str(wrong)
                raise BadFile(line, "cell_too_long" if long else "broken_quoting") from None
            if any(cells) and any(map(str.strip, cells)):
                self.last = line
                return line, cells

    def put_back(self, row: Row) -> None:
        self._found = row

    def until_the_next_section(self) -> Iterator[Row]:
        for line, cells in self:
            if section_of(cells):
                self.put_back((line, cells))
                return
            yield line, cells


def section_of(cells: Sequence[str]) -> str:
    """The section that a row begins; empty where it begins none."""
    name = cells[0].strip().upper()
    return name if name in SECTIONS and not any(map(str.strip, cells[1:])) else ""


def begin(rows: Rows, section: str, needed: Sequence[str]) -> tuple[str, ...]:
    """The section's line and its line of column names."""
    line, cells = next(rows, (rows.last, []))
    if not cells:
        raise BadFile(line, "section_missing", section=section)
    found = section_of(cells)
    if found != section:
        if found:
            raise BadFile(line, "section_unexpected", section=found)
        raise BadFile(line, "section_expected", section=section, found=cells[0].strip())
    line, cells = next(rows, (rows.last, []))
    if not cells or section_of(cells):
        raise BadFile(line, "header_missing", section=section)
    while len(cells) > 1 and not cells[-1].strip():
        cells = cells[:-1]
    columns: list[str] = []
    for cell in cells:
        column = RENAMED.get(cell.strip(), cell.strip())
        if column in columns:
            raise BadFile(line, "column_repeated", column=column)
        columns.append(column)
    for column in needed:
        if column not in columns:
            raise BadFile(line, "column_missing", section=section, column=column)
    return tuple(columns)


def exactly(line: int, cells: list[str], width: int) -> list[str]:
    """As many cells as there are columns; only empty ones may be too many."""
    if len(cells) == width:
        return cells
    if len(cells) > width and not any(map(str.strip, cells[width:])):
        return cells[:width]
    raise BadFile(line, "cells", found=len(cells), expected=width)


def amount(key: str, text: str, line: int) -> tuple[str, str]:
    """The digits before and, without the zeros at the end, after the point."""
    found = _AMOUNT.fullmatch(text.strip())
    if not found:
        if _NUMBER.fullmatch(text.strip()):
            raise BadFile(line, "amount_too_long", key=key, value=text.strip()[:40])
        raise BadFile(line, "not_an_amount", key=key, value=text.strip())
    return found[1], (found[2] or "").rstrip("0")


def decimals_of(digits: tuple[str, str]) -> int:
    """How many digits an amount has behind the point."""
    return len(digits[1])


def units(digits: tuple[str, str], decimals: int) -> int:
    """An amount in whole numbers of the smallest unit, 10**-decimals."""
    return int(digits[0] + digits[1].ljust(decimals, "0"))


def whole(key: str, text: str, line: int) -> int:
    """A whole number, negative ones too; `3.0` is one."""
    found = _WHOLE.fullmatch(text.strip())
    if not found:
        raise BadFile(line, "not_a_whole_number", key=key, value=text.strip())
    return int(found[1])
