"""The comparison of budgets to take away: every unit of the page, as CSV and XLSX."""

from collections.abc import Iterator, Mapping

from fastapi import APIRouter, Response

from app.budget.comparing import units
from app.core.clock import day_of
from app.core.sheet_writer import XLSX, xlsx_bytes
from app.followup.beside_budgets import Compared, beside
from app.places.models import Place
from app.web.compare import BASE, OF_PLACE, place_at, places_of, scope_of, year_asked
from app.web.doors import Anyone
from app.web.render import file
from app.web.sheet import sheet
from app.web.visit import Visit

router = APIRouter()
COLUMNS = (
    *("kato", "name_kk", "name_ru", "raion_kato", "raion_kk", "raion_ru", "slug", "year"),
    *("step", "origin", "source_url", "receipts", "own", "own_share", "transfers", "spending"),
    *("people", "people_year", "per_resident", "executed_month", "executed_spending", "executed"),
    *("envelope", "envelope_budget_year", "envelope_share"),
    *("publications_late", "answers", "answers_late"),
)


@router.get(BASE + "units.csv")
def all_csv(visit: Anyone, year: str = "") -> Response:
    """Every unit of the country."""
    return _csv(visit, None, year)


@router.get(BASE + "units.xlsx")
def all_xlsx(visit: Anyone, year: str = "") -> Response:
    """The same as a workbook."""
    return _xlsx(visit, None, year)


@router.get(OF_PLACE + "/units.csv")
def place_csv(visit: Anyone, kato: int, year: str = "") -> Response:
    """Every unit of an oblast or a raion."""
    return _csv(visit, place_at(visit, kato), year)


@router.get(OF_PLACE + "/units.xlsx")
def place_xlsx(visit: Anyone, kato: int, year: str = "") -> Response:
    """The same as a workbook."""
    return _xlsx(visit, place_at(visit, kato), year)


def _csv(visit: Visit, place: Place | None, typed: str) -> Response:
    year, rows = _rows(visit, place, typed)
    return sheet(f"{_name(place, year)}.csv", COLUMNS, rows)


def _xlsx(visit: Visit, place: Place | None, typed: str) -> Response:
    year, rows = _rows(visit, place, typed)
    name = _name(place, year)
    return file(xlsx_bytes(COLUMNS, rows, title=name), XLSX, name=f"{name}.xlsx")


def _name(place: Place | None, year: int) -> str:
    return f"budgets-{place.kato if place else 'all'}-{year}"


def _rows(visit: Visit, place: Place | None, typed: str) -> tuple[int, Iterator[list[object]]]:
    year, _ = year_asked(visit, typed)
    found = beside(
        visit.session,
        units=units(visit.session, year=year, scope=scope_of(place)),
        year=year,
        today=day_of(visit.now),
    )
    raions = places_of(visit, place)
    return year, (_cells(one, year, raions) for one in found)


def _cells(one: Compared, year: int, raions: Mapping[str, Place]) -> list[object]:
    unit, raion = one.unit, raions.get(one.unit.raion_kato)
    return [
        *(unit.kato, unit.name_kk, unit.name_ru, unit.raion_kato),
        *(raion.name_kk if raion else "", raion.name_ru if raion else "", unit.slug, year),
        *(unit.plan_kind or "not_published", unit.origin, unit.source_url),
        *(unit.receipts, unit.own, _rounded(unit.own_share), unit.transfers, unit.spending),
        *(unit.people, unit.people_year, _rounded(unit.per_resident, 0)),
        *(unit.actual_month, unit.actual_spending, _rounded(unit.executed)),
        *(one.envelope.amount if one.envelope else None,),
        *(one.envelope.budget_year if one.envelope else None, _rounded(one.envelope_share)),
        *(one.publications_late, one.answers, one.answers_late),
    ]


def _rounded(value: float | None, digits: int = 4) -> float | None:
    return None if value is None else round(value, digits)
