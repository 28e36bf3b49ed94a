"""Long tables: a page of them at a time, and the whole to take away."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from fastapi import Response

from app.core.sheet_writer import CSV, csv_text
from app.web.render import file
from app.web.visit import Visit

T = TypeVar("T")
PAGE = 30  # rows


@dataclass(frozen=True, slots=True)
class Pager:
    """Where in a long list this page is."""

    page: int
    pages: int
    previous_url: str
    next_url: str


def paged(
    visit: Visit, rows: Sequence[T], url: str, query: Mapping[str, str]
) -> tuple[list[T], Pager]:
    """The rows of the page that the address asks for, and the ways to the others."""
    asked = visit.request.query_params.get("page", "")
    pager = pager_of(page_asked(asked), len(rows), url, query)
    return list(rows[(pager.page - 1) * PAGE : pager.page * PAGE]), pager


def page_asked(typed: str) -> int:
    """Which page an address asks for; the first for anything odd."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1


def pager_of(
    number: int, total: int, url: str, query: Mapping[str, str], *, most: int = PAGE
) -> Pager:
    """The pages of a list of `total` rows, `most` to a page; beyond the last is the last."""
    pages = max(1, -(-total // most))
    number = min(max(number, 1), pages)

    def to(other: int) -> str:
        kept = {name: value for name, value in query.items() if value}
        return f"{url}?{urlencode({**kept, 'page': other})}" if 1 <= other <= pages else ""

    return Pager(number, pages, to(number - 1), to(number + 1))


def sheet(
    name: str, heads: Sequence[str], rows: Iterable[Sequence[object]], *, public: bool = True
) -> Response:
    """A table as a download. Days are ISO, sums whole tenge, nothing is an empty cell."""
    return file(csv_text(heads, rows), CSV, name=name, public=public)
