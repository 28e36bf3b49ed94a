"""What the budget files hold and where they are: the documented schema."""

from dataclasses import dataclass

from fastapi import APIRouter, Response

from app.budget.exports import COLUMNS, FORMAT, LICENCE
from app.budget.models import Kind, Origin, Side
from app.web.doors import Anyone
from app.web.render import page
from app.words import phrases

router = APIRouter()


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """A column as its readers need it."""

    name: str
    type: str
    words: str
    key: bool


@dataclass(frozen=True, slots=True)
class DataView:
    """The schema of the budget files."""

    format: int
    licence: str
    columns: tuple[ColumnRow, ...]
    codes: tuple[tuple[str, str, str], ...]  # column, code, words


@router.get("/{lang}/about/data")
def data(visit: Anyone) -> Response:
    """The columns, units and keys of the budget files, and the addresses they stay at."""
    lang = visit.lang
    codes = [
        *(("step", kind, phrases.label(f"budget.kind.{kind}", lang)) for kind in Kind),
        *(("side", side, phrases.label(f"budget.side.{side}", lang)) for side in Side),
        *(("origin", one, phrases.label(f"budget.origin.{one}", lang)) for one in Origin),
    ]
    view = DataView(
        format=FORMAT,
        licence=LICENCE,
        columns=tuple(
            ColumnRow(
                one.name,
                phrases.label(f"data.type.{one.type}", lang),
                phrases.label(f"data.column.{one.name}", lang),
                one.key,
            )
            for one in COLUMNS
        ),
        codes=tuple((column, str(code), words) for column, code, words in codes),
    )
    return page(visit, "about/data.html", view=view)
