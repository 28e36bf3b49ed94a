"""Communal property and enterprises, as the public reads them."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Response
from sqlmodel import select

from app.budget.property_models import Property, PropertyIncome, PropertyKind
from app.budget.property_queries import Thing, register, thing, versions_of
from app.core.clock import day_of
from app.places.models import Settlement
from app.proposals.models import Proposal
from app.web.doors import Anyone
from app.web.frame import Link
from app.web.giving_view import Titled, projects_by_id, titled
from app.web.render import page
from app.web.sheet import Pager, paged, sheet
from app.web.visit import Visit
from app.web.works_panel import either
from app.words import formats, phrases
from app.words.catalogue import N_, translations

router = APIRouter()
PATH = "/{lang}/{slug}/property"
COLUMNS = (
    *("number", "kind", "name_kk", "name_ru", "bin", "purpose_kk", "purpose_ru", "address"),
    *("used_by_kk", "used_by_ru", "year", "rent_tenge", "income_tenge", "upkeep_tenge"),
    *("built_kk", "built_ru", "project", "let_go_on", "let_go_why_kk", "let_go_why_ru"),
    "invented",
)


@dataclass(frozen=True, slots=True)
class ThingRow:
    """A thing in the list."""

    url: str
    name: str
    kind: str
    place: str
    bin: str
    year: str  # the last that was told of
    brought: str
    cost: str
    gone: str
    invented: bool


@dataclass(frozen=True, slots=True)
class RegisterView:
    """The register, group by group."""

    tiles: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str, tuple[ThingRow, ...]], ...]
    pager: Pager
    invented: bool
    csv: tuple[Link, ...]
    money: Link
    desk: Link | None


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A service and its price."""

    name: str
    price: str
    unit: str


@dataclass(frozen=True, slots=True)
class YearLine:
    """A year of a thing: what it brought in, what it cost, what that built."""

    year: int
    rent: str
    income: str
    upkeep: str
    left: str  # what it brought in without what it cost
    loss: bool
    built: str
    project: Titled | None
    corrected: str  # the reason, where an earlier version stood otherwise
    version: int


@dataclass(frozen=True, slots=True)
class ThingView:
    """One thing."""

    number: int
    name: str
    kind: str
    rows: tuple[tuple[str, str, bool], ...]
    purpose: str
    invented: bool
    gone: str
    gone_why: str
    services: tuple[ServiceLine, ...]
    years: tuple[YearLine, ...]
    older: tuple[YearLine, ...]
    back: Link
    desk: Link | None


@router.get(PATH)
def show(visit: Anyone) -> Response:
    """The register: what belongs to the community and what it brings in."""
    found = register(visit.session, district_id=visit.district.id)
    places = places_of(visit)
    order = list(PropertyKind)
    rows = sorted(
        found,
        key=lambda one: (
            one.one.gone_at is not None,
            order.index(PropertyKind(one.one.kind)),
            one.one.number,
        ),
    )
    base = f"{visit.here}/property"
    shown, pager = paged(visit, rows, base, {})
    say = translations(visit.lang).gettext
    groups: dict[str, list[ThingRow]] = {}
    for one in shown:
        gone = one.one.gone_at is not None
        head = (
            say(N_("Let go"))
            if gone
            else phrases.label(f"property_kind.{one.one.kind}", visit.lang)
        )
        groups.setdefault(head, []).append(_row(visit, one, places))
    view = RegisterView(
        tiles=_tiles(visit, found),
        groups=tuple((head, tuple(lines)) for head, lines in groups.items()),
        pager=pager,
        invented=any(one.one.invented for one in found),
        csv=(Link(f"{base}.csv", "CSV"),),
        money=Link(f"{visit.here}/budget", say(N_("Our money"))),
        desk=_desk(visit, ""),
    )
    return page(visit, "property/list.html", view=view)


@router.get(PATH + ".csv")
def as_csv(visit: Anyone) -> Response:
    """The same as a table: a row for each thing and year; years without a word are empty."""
    found = register(visit.session, district_id=visit.district.id)
    projects = projects_by_id(visit, (year.proposal_id for one in found for year in one.years))
    rows = []
    for entry in found:
        one = entry.one
        for year in entry.years or (None,):
            project = projects.get(year.proposal_id or "") if year else None
            rows.append(
                (
                    *(one.number, one.kind, one.name_kk, one.name_ru, one.bin),
                    *(one.purpose_kk, one.purpose_ru, one.address),
                    *(one.used_by_kk, one.used_by_ru),
                    *(
                        (year.year, year.rent, year.income, year.upkeep)
                        if year
                        else (None, None, None, None)
                    ),
                    *((year.built_kk, year.built_ru) if year else ("", "")),
                    project.number if project else "",
                    day_of(one.gone_at) if one.gone_at else None,
                    *(one.gone_why_kk, one.gone_why_ru),
                    1 if one.invented else 0,
                )
            )
    return sheet(f"{visit.district.slug}-property.csv", COLUMNS, rows)


@router.get(PATH + "/{number:int}")
def show_one(visit: Anyone, number: int) -> Response:
    """One thing: what it is for, its services, its years."""
    return page(visit, "property/one.html", view=thing_view(visit, thing_here(visit, number)))


def thing_here(visit: Visit, number: int) -> Thing:
    """The thing of this address; 404 without one."""
    found = thing(visit.session, district_id=visit.district.id, number=number)
    if found is None:
        raise HTTPException(404)
    return found


def thing_view(visit: Visit, entry: Thing) -> ThingView:
    """Everything public about a thing."""
    one, say = entry.one, translations(visit.lang).gettext
    versions = versions_of(visit.session, property_id=one.id)
    projects = projects_by_id(visit, (year.proposal_id for year in versions))
    newest = {year.id for year in entry.years}
    place = ", ".join(
        part for part in (places_of(visit).get(one.settlement_id or "", ""), one.address) if part
    )
    rows = (
        (say(N_("BIN")), one.bin, False),
        (say(N_("Where it is")), place, False),
        (say(N_("Let to")), either(visit, one, "used_by"), False),
    )
    return ThingView(
        number=one.number,
        name=visit.in_lang(one, "name"),
        kind=phrases.label(f"property_one.{one.kind}", visit.lang),
        rows=tuple(row for row in rows if row[1]),
        purpose=either(visit, one, "purpose"),
        invented=one.invented,
        gone=formats.day(day_of(one.gone_at), visit.lang) if one.gone_at else "",
        gone_why=either(visit, one, "gone_why"),
        services=tuple(
            ServiceLine(
                name=visit.in_lang(row, "name"),
                price=formats.tenge(row.price) if row.price else say(N_("free of charge")),
                unit=visit.in_lang(row, "unit"),
            )
            for row in entry.services
        ),
        years=tuple(year_line(visit, year, projects) for year in entry.years),
        older=tuple(year_line(visit, year, projects) for year in versions if year.id not in newest),
        back=Link(f"{visit.here}/property", say(N_("Communal property"))),
        desk=_desk(visit, f"/{one.number}"),
    )


def year_line(visit: Visit, year: PropertyIncome, projects: dict[str, Proposal]) -> YearLine:
    """A year in words."""
    left = year.rent + year.income - year.upkeep
    project = projects.get(year.proposal_id or "")
    return YearLine(
        year=year.year,
        rent=formats.tenge(year.rent),
        income=formats.tenge(year.income),
        upkeep=formats.tenge(year.upkeep),
        left=formats.tenge(left),
        loss=left < 0,
        built=either(visit, year, "built"),
        project=titled(visit, project) if project is not None else None,
        corrected=either(visit, year, "corrects_why"),
        version=year.version,
    )


def places_of(visit: Visit) -> dict[str, str]:
    """The settlements' names in the reader's language."""
    rows = visit.session.exec(select(Settlement).where(Settlement.district_id == visit.district.id))
    return {row.id: visit.in_lang(row, "name") for row in rows}


def _row(visit: Visit, entry: Thing, places: dict[str, str]) -> ThingRow:
    one, newest = entry.one, entry.newest
    return ThingRow(
        url=f"{visit.here}/property/{one.number}",
        name=visit.in_lang(one, "name"),
        kind=phrases.label(f"property_one.{one.kind}", visit.lang),
        place=", ".join(
            part for part in (places.get(one.settlement_id or "", ""), one.address) if part
        ),
        bin=one.bin,
        year=str(newest.year) if newest else "",
        brought=formats.tenge(newest.rent + newest.income) if newest else "",
        cost=formats.tenge(newest.upkeep) if newest else "",
        gone=formats.day(day_of(one.gone_at), visit.lang) if one.gone_at else "",
        invented=one.invented,
    )


def _tiles(visit: Visit, found: Sequence[Thing]) -> tuple[tuple[str, str], ...]:
    """How much there is, and what it brought in and cost in the last year that was told of."""
    say = translations(visit.lang).gettext
    ours: list[Property] = [one.one for one in found if one.one.gone_at is None]
    tiles = [(formats.number(len(ours)), say(N_("things in the register")))]
    last = max((year.year for one in found for year in one.years), default=None)
    if last is not None:
        years = [year for one in found for year in one.years if year.year == last]
        brought = sum(year.rent + year.income for year in years)
        cost = sum(year.upkeep for year in years)
        tiles += [
            (formats.tenge(brought), say(N_("brought in, %(year)s")) % {"year": last}),
            (formats.tenge(cost), say(N_("upkeep, %(year)s")) % {"year": last}),
        ]
    return tuple(tiles)


def _desk(visit: Visit, path: str) -> Link | None:
    who = visit.who
    if who is None or who.role != "clerk" or who.district_id != visit.district.id:
        return None
    say = translations(visit.lang).gettext
    return Link(f"{visit.here}/desk/property{path}", say(N_("Open at the desk")))
