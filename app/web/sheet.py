"""Tables to take away: CSV for spreadsheets, in UTF-8 with a mark so that they show our letters."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from fastapi import Response

from app.web.render import file


def sheet(name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A table as a download. Days are ISO, sums whole tenge, nothing is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(heads)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return file("\ufeff" + text.getvalue(), "text/csv; charset=utf-8", name=name)


def _cell(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else plain(value)


def plain(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + cell
    return "" if cell is None else cell
