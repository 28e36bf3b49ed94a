"""Tables to take away: CSV and XLSX in which numbers are numbers and no text is a formula.

CSV is UTF-8 with a mark, so that spreadsheets show our letters, with commas. A text that a
spreadsheet would take for a formula gets an apostrophe, which `core.sheets` takes off again: what
is read back is what was written. A workbook tells neither when nor on which machine it was made;
the same content is the same bytes.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import openpyxl  # type: ignore[import-untyped]
from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]
from openpyxl.styles import Alignment, Font  # type: ignore[import-untyped]

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Where a formula may begin: at the start of a cell, and after whatever parts the file into cells
# for a spreadsheet that is set to another mark than the comma.
_FORMULA = re.compile(r"(?:^|[;\t\r\n])[\s\"']*(?=[=+\-@＝＋－＠])")
_ESCAPED = re.compile(r"((?:^|[;\t\r\n])[\s\"']*)'(?=[=+\-@＝＋－＠])")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_OLDEST = (1980, 1, 1, 0, 0, 0)  # the first moment that a ZIP archive can tell
_TOLD = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")
_MOST_WIDTH, _LEAST_WIDTH = 60, 8  # characters
_LOOKED_AT = 200  # rows, for a column's width


@dataclass(frozen=True, slots=True)
class OutSheet:
    """A sheet of a workbook to write: lines of text above, captions, rows."""

    title: str
    heads: Sequence[str]
    rows: Iterable[Sequence[object]]
    above: Sequence[str] = ()
    below: Sequence[str] = ()


def inert(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return _FORMULA.sub(lambda found: found[0] + "'", text)


def as_told(text: str) -> str:
    """What `inert` was given."""
    return _ESCAPED.sub(r"\1", text)


def csv_text(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV, its mark included. Days are ISO, nothing is an empty cell."""
    kept = io.StringIO()
    writer = csv.writer(kept, lineterminator="\r\n")
    writer.writerow([inert(head) for head in heads])
    for row in rows:
        writer.writerow([_csv_cell(value) for value in row])
    return "\ufeff" + kept.getvalue()


def xlsx_bytes(
    heads: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    title: str = "",
    above: Sequence[str] = (),
    below: Sequence[str] = (),
) -> bytes:
    """A workbook of one sheet. Text stays text (a code keeps its noughts), numbers numbers."""
    return xlsx_book([OutSheet(title, heads, rows, above, below)])


def xlsx_book(sheets: Sequence[OutSheet]) -> bytes:
    """A workbook of several sheets."""
    book = openpyxl.Workbook(write_only=True)
    book.properties.creator = "Asar"
    for place, one in enumerate(sheets, start=1):
        _write(book, one, place)
    kept = io.BytesIO()
    book.save(kept)
    return _timeless(kept.getvalue())


def _write(book: openpyxl.Workbook, one: OutSheet, place: int) -> None:
    sheet = book.create_sheet(_sheet_name(one.title) or f"{place}")
    rows = [list(row) for row in one.rows]
    for number, width in enumerate(_widths(one.heads, rows), start=1):
        sheet.column_dimensions[openpyxl.utils.get_column_letter(number)].width = width
    sheet.freeze_panes = f"A{len(one.above) + 2}"
    for line in one.above:
        sheet.append([_xlsx_cell(sheet, line)])
    heads = [_xlsx_cell(sheet, head) for head in one.heads]
    for cell in heads:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.append(heads)
    for row in rows:
        sheet.append([_xlsx_cell(sheet, value) for value in row])
    for line in one.below:
        sheet.append([_xlsx_cell(sheet, line)])


def _xlsx_cell(sheet: object, value: object) -> WriteOnlyCell:
    if value is None or value == "":
        return WriteOnlyCell(sheet)
    if isinstance(value, (bool, str)) or not isinstance(value, (int, float, Decimal, date)):
        cell = WriteOnlyCell(sheet, value="")
        cell.value = _UNWRITABLE.sub("", str(value))
        cell.data_type = "s"  # also what begins like a formula
        cell.number_format = "@"
        if inert(str(value)) != str(value):
            cell.quotePrefix = True  # and stays text when somebody types into it
        return cell
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.replace(tzinfo=None)  # a workbook knows no zones
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, int):
        cell.number_format = "#,##0"
    elif isinstance(value, (float, Decimal)):
        cell.number_format = "#,##0.0##"
    return cell


def _csv_cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return value
    return inert(str(value))


def _widths(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> list[int]:
    found = [len(head) for head in heads]
    for row in rows[:_LOOKED_AT]:
        for place, value in enumerate(row[: len(found)]):
            found[place] = max(found[place], len(str("" if value is None else value)) * 5 // 4)
    return [min(max(width + 2, _LEAST_WIDTH), _MOST_WIDTH) for width in found]


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", _UNWRITABLE.sub("", title)).strip(" '")[:31]


def _timeless(data: bytes) -> bytes:
    """The same workbook without its hour."""
    kept = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as made,
        zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in made.namelist():
            content = _TOLD.sub(rb"\g<1>1980-01-01T00:00:00Z\3", made.read(name))
            entry = zipfile.ZipInfo(name, _OLDEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return kept.getvalue()
