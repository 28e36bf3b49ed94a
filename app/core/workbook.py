"""XLSX as cells of text: read as if it came from an enemy, and written to be filled in.

The archive is opened by us first: entries are counted and unpacked piece by piece against limits,
and only the parts that hold cells go on to openpyxl, in a new archive of our own. What a header of
the old one claimed (sizes, twice the same name, macros, links) is then without consequence.
defusedxml refuses entities.
"""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import openpyxl  # type: ignore[import-untyped]
from defusedxml.ElementTree import iterparse  # type: ignore[import-untyped]

from app.core.refusal import Refusal

MOST_COLUMNS = 64  # whatever stands to the right of them is not looked at
MOST_SCANNED = 200_000  # rows, empty ones included
_MOST_ENTRIES = 500
_MOST_PART = 64_000_000  # bytes, unpacked
_MOST_ALL = 96_000_000
_MOST_RATIO = 200  # a part that unpacks to more than so many times its size is a bomb
_RATIO_FROM = 1_000_000  # bytes
_NEEDED = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/_rels/[\w.]+\.rels|xl/\w+\.xml|xl/worksheets/\w+\.xml"
)
_FORMULA = re.compile(rb"<(\w+:)?f[\s/>]")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

if not openpyxl.DEFUSEDXML:
    raise RuntimeError("openpyxl reads XML without defusedxml here: install it")
# A cell that is no date after all is told to the log with its content, which may be a number of
# somebody's; nothing of a list belongs there.
warnings.filterwarnings("ignore", module=r"openpyxl\.")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook; rows are numbered as a spreadsheet shows them."""

    rows: Iterator[tuple[int, Sequence[str]]]
    uncounted: frozenset[tuple[int, int]]  # (row, place) of formulas without a stored value
    name: str = ""


def sheets_of(
    data: bytes,
    *,
    most_columns: int = MOST_COLUMNS,
    most_scanned: int = MOST_SCANNED,
    most_unpacked: int = _MOST_ALL,
) -> Iterator[Sheet]:
    """The visible sheets of a workbook. Raises Refusal where it is none, and nothing else.

    `most_unpacked`: bytes of all parts together that a caller is willing to read.
    """
    parts = _unpack(data, most_unpacked)
    try:
        book = openpyxl.load_workbook(
            _pack(parts), read_only=True, data_only=True, keep_links=False
        )
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            path = sheet._worksheet_path.lstrip("/")
            xml = parts.get(path, b"")
            yield Sheet(_rows(sheet, most_columns, most_scanned), _uncounted(xml), str(sheet.title))
    except Refusal:
        raise
    except Exception:  # whatever openpyxl trips over: a broken file is a broken file
        raise Refusal("sheets.broken") from None


def cell_name(row: int, place: int) -> str:
    """`C17`, of a row and a place that counts from nought."""
    letters, rest = "", place + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row}"


def book_of(rows: Sequence[Sequence[str]]) -> bytes:
    """A workbook of one sheet to fill in; every column is text, so that no nought is lost."""
    made = openpyxl.Workbook()
    sheet = made.active
    for row in rows:
        sheet.append(row)
    for place in range(1, max(len(row) for row in rows) + 1):
        letter = openpyxl.utils.get_column_letter(place)
        sheet.column_dimensions[letter].width = 32
        sheet.column_dimensions[letter].number_format = "@"
    for row in sheet.iter_rows():
        for cell in row:
            cell.number_format = "@"
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def _unpack(data: bytes, most: int) -> dict[str, bytes]:
    """The parts of the archive that hold cells, each read against the limits."""
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > _MOST_ENTRIES:
                raise Refusal("sheets.bomb")
            names = [entry.filename for entry in entries]
            _insist_on_kind(names)
            if len(set(names)) < len(names):
                raise Refusal("sheets.broken")
            if sum(entry.file_size for entry in entries) > most:
                raise Refusal("sheets.bomb")
            for entry in entries:
                if entry.file_size > _MOST_PART or entry.file_size > max(
                    _RATIO_FROM, entry.compress_size * _MOST_RATIO
                ):
                    raise Refusal("sheets.bomb")
                if entry.flag_bits & 1:
                    raise Refusal("sheets.locked")
                if _NEEDED.fullmatch(entry.filename):
                    with archive.open(entry) as part:
                        found[entry.filename] = _read(part, entry.file_size)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError):
        raise Refusal("sheets.broken") from None
    if b"macroEnabled" in found.get("[Content_Types].xml", b""):
        raise Refusal("sheets.macros")
    return found


def _read(part: Any, most: int) -> bytes:
    """A part, piece by piece: a claimed size that is too small unpacks to no more than that."""
    pieces, size = [], 0
    while piece := part.read(65_536):
        size += len(piece)
        if size > most:
            raise Refusal("sheets.bomb")
        pieces.append(piece)
    return b"".join(pieces)


def _insist_on_kind(names: list[str]) -> None:
    lower = [name.lower() for name in names]
    if any(name.endswith("vbaproject.bin") for name in lower):
        raise Refusal("sheets.macros")
    if "[content_types].xml" not in lower or not any(
        name.startswith("xl/") and name.endswith(".xml") for name in lower
    ):
        raise Refusal("sheets.kind")
    if "xl/workbook.bin" in lower:
        raise Refusal("sheets.kind")


def _pack(parts: dict[str, bytes]) -> io.BytesIO:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    made.seek(0)
    return made


def _rows(sheet: Any, most_columns: int, most_scanned: int) -> Iterator[tuple[int, Sequence[str]]]:
    sheet.reset_dimensions()  # what the sheet says of its own size is not believed
    try:
        cells = sheet.iter_rows(min_row=1, min_col=1, max_col=most_columns)
        for number, row in enumerate(cells, start=1):
            if number > most_scanned:
                raise Refusal("sheets.long", most=most_scanned)
            yield number, ["" if cell.value is None else _text(cell) for cell in row]
    except Refusal:
        raise
    except Exception:  # as above: rows are read while they are asked for
        raise Refusal("sheets.broken") from None


def _text(cell: Any) -> str:
    """What a cell shows, as far as a list needs it."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int):
        shown = str(cell.number_format)
        # 000000000000: a column of numbers that show their leading noughts
        return str(value).zfill(len(shown)) if re.fullmatch("0+", shown) else str(value)
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value)


def _uncounted(xml: bytes) -> frozenset[tuple[int, int]]:
    """Formulas that no program has counted yet: the file holds no value for them."""
    if not _FORMULA.search(xml):
        return frozenset()
    found: set[tuple[int, int]] = set()
    row = place = 0
    for event, element in iterparse(io.BytesIO(xml), events=("start", "end")):
        if element.tag == f"{_MAIN}row":
            if event == "start":
                row, place = int(element.get("r") or row + 1), 0
            else:
                element.clear()
        elif event == "end" and element.tag == f"{_MAIN}c":
            if name := element.get("r"):
                place = openpyxl.utils.cell.coordinate_to_tuple(name)[1]
            else:
                place += 1
            formula = element.find(f"{_MAIN}f") is not None
            if formula and not element.findtext(f"{_MAIN}v"):
                found.add((row, place - 1))
    return frozenset(found)
