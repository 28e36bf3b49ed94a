"""Budgets side by side: the country's oblasts, an oblast's raions and units, a raion's units."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Response
from sqlmodel import col, select

from app.budget.comparing import Scope, units, years_published
from app.core.clock import day_of
from app.core.text import clean, fold
from app.followup.beside_budgets import Compared, beside
from app.places.models import Level, Place
from app.web.compare_view import (
    SORTS,
    Figures,
    Table,
    group_figures,
    heads,
    median_figures,
    ordered,
    place_names,
    row_of,
    sort_asked,
    unit_figures,
)
from app.web.doors import Anyone
from app.web.frame import Link
from app.web.render import page
from app.web.sheet import Pager, paged
from app.web.visit import Visit
from app.words.catalogue import N_, translations

router = APIRouter()
BASE = "/{lang}/budgets/"
OF_PLACE = "/{lang}/budgets/{kato:int}"
Sorted = Callable[[str], str]  # the address of the same page in another order


@dataclass(frozen=True, slots=True)
class CompareView:
    """A page of the comparison."""

    title: str
    above: tuple[Link, ...]
    year: int
    action: str  # where the form of year, order and name leads
    years: tuple[tuple[str, str], ...]
    sorts: tuple[tuple[str, str], ...]
    sort: str
    search: bool
    searched: str
    tables: tuple[Table, ...]
    pager: Pager | None
    any_invented: bool
    raion: Link | None
    try_it: Link
    files: tuple[Link, ...]


@router.get(BASE)
def country(visit: Anyone, year: str = "", sort: str = "name", q: str = "") -> Response:
    """The oblasts with their sums; units by name."""
    return page(visit, "compare/budgets.html", view=compare_view(visit, None, year, sort, q))


@router.get(OF_PLACE)
def of_place(visit: Anyone, kato: int, year: str = "", sort: str = "name") -> Response:
    """An oblast's raions and units, or a raion's units."""
    place = place_at(visit, kato)
    return page(visit, "compare/budgets.html", view=compare_view(visit, place, year, sort))


def place_at(visit: Visit, kato: int) -> Place:
    """The oblast or raion of this address; 404 without one."""
    place = visit.session.get(Place, f"{kato:09d}")
    if place is None or place.level not in (Level.OBLAST, Level.RAION):
        raise HTTPException(404)
    return place


def scope_of(place: Place | None) -> Scope:
    """Which units a page is about."""
    if place is None:
        return Scope()
    if place.level == Level.OBLAST:
        return Scope(oblast_kato=place.kato)
    return Scope(raion_kato=place.kato)


def year_asked(visit: Visit, typed: str) -> tuple[int, list[int]]:
    """The year an address asks for, else this year or the newest before it; and all there are."""
    found = list(years_published(visit.session))
    if typed.isascii() and typed.isdigit() and int(typed[:6]) in found:
        return int(typed[:6]), found
    today = day_of(visit.now).year
    return max((year for year in found if year <= today), default=today), found or [today]


def compare_view(
    visit: Visit, place: Place | None, typed_year: str, sort: str, q: str = ""
) -> CompareView:
    """Everything on a page, in a constant number of queries."""
    say = translations(visit.lang).gettext
    year, years = year_asked(visit, typed_year)
    sort, searched = sort_asked(sort), clean(q)[:60]
    scope = scope_of(place)
    compared = beside(
        visit.session,
        units=units(visit.session, year=year, scope=scope),
        year=year,
        today=day_of(visit.now),
    )
    places = places_of(visit, place)
    names = place_names(visit, places.values())
    here = f"{visit.root}/budgets/" + (place.kato if place else "")
    query = {"year": str(year), "sort": sort if sort != "name" else "", "q": searched}

    def sorted_by(name: str) -> str:
        kept = {key: value for key, value in {**query, "sort": name}.items() if value}
        return f"{here}?{urlencode(kept)}"

    tables = []
    if place is None and not searched:
        tables.append(_groups(visit, compared, places, names, sort, sorted_by, Level.OBLAST, year))
    elif place is not None and place.level == Level.OBLAST:
        tables.append(_groups(visit, compared, places, names, sort, sorted_by, Level.RAION, year))
    pager = None
    if place is not None or searched:
        shown = [one for one in compared if _found(one, places, fold(searched))]
        with_raion = place is None or place.level == Level.OBLAST
        rows = ordered(
            visit,
            [
                unit_figures(
                    visit,
                    one,
                    year=year,
                    above=names.get(one.unit.raion_kato, "") if with_raion else "",
                )
                for one in shown
            ],
            sort,
        )
        some, pager = paged(visit, rows, here, query)
        tables.append(
            _units(visit, some, shown, sort, sorted_by, with_all=not with_raion, year=year)
        )
    return CompareView(
        title=visit.in_lang(place, "name") if place else say(N_("Budgets side by side")),
        above=_above(visit, place, places, names, year),
        year=year,
        action=here,
        years=tuple((str(one), str(one)) for one in years),
        sorts=tuple((name, say(words)) for name, (words, _) in SORTS.items()),
        sort=sort.removeprefix("-"),
        search=place is None,
        searched=searched,
        tables=tuple(tables),
        pager=pager,
        any_invented=any(one.unit.origin == "invented" for one in compared),
        raion=Link(f"{visit.root}/raions/{place.kato}/", say(N_("The raion's rounds and deputies")))
        if place is not None and place.level == Level.RAION
        else None,
        try_it=Link(f"{visit.root}/budgets/try", say(N_("Try it with your own district's file"))),
        files=tuple(
            Link(f"{here.rstrip('/')}/units.{kind}?year={year}", words)
            for kind, words in (
                ("csv", say(N_("Download the table (CSV)"))),
                ("xlsx", say(N_("Download the table (XLSX)"))),
            )
        ),
    )


def _found(one: Compared, places: dict[str, Place], wanted: str) -> bool:
    """Whether a unit or its raion is called so; what kind of place it is does not count."""
    raion = places.get(one.unit.raion_kato)
    names = [one.unit.short_kk, one.unit.short_ru]
    if raion is not None:
        names += [raion.short_kk, raion.short_ru]
    return wanted in fold(" ".join(names))


def places_of(visit: Visit, place: Place | None) -> dict[str, Place]:
    """The oblasts and raions that a page names."""
    query = select(Place).where(col(Place.level).in_((Level.OBLAST, Level.RAION)))
    if place is not None:
        query = query.where(col(Place.kato).startswith(place.kato[:2], autoescape=True))
    return {one.kato: one for one in visit.session.exec(query)}


def _above(
    visit: Visit,
    place: Place | None,
    places: dict[str, Place],
    names: dict[str, str],
    year: int,
) -> tuple[Link, ...]:
    if place is None:
        return ()
    base = f"{visit.root}/budgets/"
    all_ = translations(visit.lang).gettext(N_("Budgets side by side"))
    found = [Link(f"{base}?year={year}", all_)]
    parent = place.parent_kato
    if parent and parent in places:
        found.append(Link(f"{base}{parent}?year={year}", names[parent]))
    return (*found, Link(f"{base}{place.kato}?year={year}", names[place.kato], current=True))


def _groups(
    visit: Visit,
    compared: Sequence[Compared],
    places: dict[str, Place],
    names: dict[str, str],
    sort: str,
    sorted_by: Sorted,
    level: Level,
    year: int,
) -> Table:
    """The oblasts of the country, or the raions of an oblast."""
    say = translations(visit.lang).gettext
    members: dict[str, list[Compared]] = {}
    for one in compared:
        raion = places.get(one.unit.raion_kato)
        kato = one.unit.raion_kato
        if level is Level.OBLAST and raion is not None:
            kato = raion.parent_kato or raion.kato
        members.setdefault(kato, []).append(one)
    query = urlencode({"year": year, **({"sort": sort} if sort != "name" else {})})
    rows = [
        group_figures(
            visit,
            names.get(kato, kato),
            f"{visit.root}/budgets/{kato}?{query}",
            some,
            year=year,
        )
        for kato, some in members.items()
    ]
    first = say(N_("Oblast") if level is Level.OBLAST else N_("Raion"))
    caption = say(N_("Oblasts") if level is Level.OBLAST else N_("Raions of the oblast"))
    middle = median_figures(visit, [one.unit for one in compared])
    summary = [group_figures(visit, say(N_("All together")), "", compared, year=year)]
    return _table(visit, "groups", caption, first, sort, sorted_by, rows, summary, middle)


def _units(
    visit: Visit,
    rows: Sequence[Figures],
    shown: Sequence[Compared],
    sort: str,
    sorted_by: Sorted,
    *,
    with_all: bool,
    year: int,
) -> Table:
    say = translations(visit.lang).gettext
    summary = (
        [group_figures(visit, say(N_("All together")), "", shown, year=year)] if with_all else []
    )
    middle = median_figures(visit, [one.unit for one in shown])
    caption, first = say(N_("Units")), say(N_("Unit"))
    return _table(visit, "units", caption, first, sort, sorted_by, rows, summary, middle)


def _table(
    visit: Visit,
    id_: str,
    caption: str,
    first: str,
    sort: str,
    sorted_by: Sorted,
    rows: Sequence[Figures],
    summary: Sequence[Figures],
    middle: Figures | None,
) -> Table:
    median = middle.own if middle is not None else None
    inorder = ordered(visit, rows, sort) if id_ == "groups" else rows
    return Table(
        id=id_,
        caption=caption,
        heads=heads(visit, first, sort, sorted_by),
        summary=tuple(
            row_of(visit, one, median=median) for one in (*summary, *filter(None, [middle]))
        )
        if len(rows) > 1
        else (),
        rows=tuple(row_of(visit, one, median=median) for one in inorder),
    )
