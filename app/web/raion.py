"""A raion for everybody: its districts side by side, and the members of its maslikhat."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, HTTPException, Response
from sqlmodel import Session

from app.core.clock import day_of
from app.followup.overview import Standing, members, share_late, side_by_side
from app.people.models import Role
from app.places.models import Level, Place
from app.places.queries import districts
from app.web.doors import Anyone
from app.web.frame import Link
from app.web.render import page
from app.web.sheet import sheet
from app.web.visit import Visit
from app.words import formats, phrases
from app.words.catalogue import N_, translations

router = APIRouter()
Key = Callable[[Standing], Any]
# What one may sort by: the words, and the key. Most comes first, save for names.
SORTS: dict[str, tuple[str, Key]] = {
    "name": (N_("By name"), lambda one: one.district.name_kk),
    "answers": (N_("Late answers"), lambda one: -(share_late(one) or 0)),
    "works": (N_("Late works"), lambda one: -one.works_late),
    "departures": (N_("Departures from the vote"), lambda one: -one.departures),
    "questions": (N_("Overdue questions"), lambda one: -one.questions_overdue),
    "envelope": (N_("Sum of the vote"), lambda one: -(one.round.envelope if one.round else 0)),
}
COLUMNS = (
    *("kato", "slug", "name_kk", "name_ru", "round", "stage", "envelope", "currency"),
    *("answers", "answers_late", "works", "works_late", "departures"),
    *("questions", "questions_overdue"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A district beside the others."""

    url: str
    name: str
    stage: str
    budget_year: str
    envelope: str
    answers: str
    answers_url: str
    works: str
    works_url: str
    departures: str
    questions: str
    questions_url: str
    bad_answers: bool
    bad_works: bool
    bad_questions: bool


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member of the maslikhat."""

    name: str
    districts: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class RaionView:
    """The raion's page."""

    name: str
    oblast: str
    rows: tuple[Row, ...]
    sorts: tuple[Link, ...]
    members: tuple[MemberRow, ...]
    csv: tuple[Link, ...]
    desk: Link | None
    budgets: Link


def raion_link(visit: Visit) -> Link:
    """From a district up to its raion."""
    words = translations(visit.lang).gettext(N_("Compare the districts of the raion"))
    return Link(f"{visit.root}/raions/{visit.district.raion_kato}/", words)


def raion_at(session: Session, kato: str) -> Place:
    """The raion, or the city with rural units, of this address; 404 without one."""
    place = session.get(Place, kato)
    if place is None or (place.level != Level.RAION and not districts(session, raion_kato=kato)):
        raise HTTPException(404)
    return place


@router.get("/{lang}/raions/{kato}/")
def show(visit: Anyone, kato: str, sort: str = "name") -> Response:
    """The raion's districts that live here, side by side."""
    place = raion_at(visit.session, kato)
    found = districts(visit.session, raion_kato=kato)
    say = translations(visit.lang).gettext
    here = f"{visit.root}/raions/{kato}"
    sort = sort if sort in SORTS else "name"
    standings = side_by_side(visit.session, districts=found, now=visit.now)
    standings.sort(key=SORTS["name"][1])
    standings.sort(key=SORTS[sort][1])
    links = {one.id: Link(f"{visit.root}/{one.slug}/", visit.in_lang(one, "name")) for one in found}
    sitting = members(visit.session, raion_kato=kato, today=day_of(visit.now))
    at_desk = visit.who is not None and (
        visit.who.role in (Role.MASLIKHAT, Role.MASLIKHAT_OFFICE) and visit.who.raion_kato == kato
    )
    parent = visit.session.get(Place, place.parent_kato) if place.parent_kato else None
    view = RaionView(
        name=visit.in_lang(place, "name"),
        oblast=visit.in_lang(parent, "name") if parent else "",
        rows=tuple(_row(visit, one) for one in standings),
        sorts=tuple(
            Link(f"{here}/?sort={name}", say(words), name == sort)
            for name, (words, _) in SORTS.items()
        ),
        members=tuple(
            MemberRow(one.name, tuple(links[i] for i in one.constituency if i in links))
            for one in sitting
        ),
        csv=(Link(f"{here}/districts.csv", say(N_("Download the table (CSV)"))),),
        desk=Link(f"{here}/desk", say(N_("The deputy's desk"))) if at_desk else None,
        budgets=Link(f"{visit.root}/budgets/{kato}", say(N_("The raion's budgets side by side"))),
    )
    return page(visit, "followup/raion.html", view=view)


def _row(visit: Visit, one: Standing) -> Row:
    here = f"{visit.root}/{one.district.slug}"
    share = share_late(one)

    def part(some: int, all_: int) -> str:
        return f"{formats.number(some)} / {formats.number(all_)}"

    stage = phrases.label(f"stage.{one.stage}", visit.lang) if one.stage else ""
    if one.round is not None and one.round.cancelled_at is not None:
        stage = translations(visit.lang).gettext(N_("The round was called off"))
    return Row(
        url=f"{here}/",
        name=visit.in_lang(one.district, "name"),
        stage=stage,
        budget_year=str(one.round.budget_year) if one.round else "",
        envelope=formats.money(one.round.envelope, one.round.currency, one.round.minor_digits)
        if one.round
        else "",
        answers=f"{part(one.answers_late, one.answers)} ({formats.percent(share)})"
        if share is not None
        else "",
        answers_url=f"{here}/rounds/{one.round.key}/proposals" if one.round else "",
        works=part(one.works_late, one.works) if one.works else "",
        works_url=f"{here}/works",
        departures=formats.number(one.departures),
        questions=part(one.questions_overdue, one.questions) if one.questions else "",
        questions_url=f"{here}/questions",
        bad_answers=one.answers_late > 0,
        bad_works=one.works_late > 0,
        bad_questions=one.questions_overdue > 0,
    )


@router.get("/{lang}/raions/{kato}/districts.csv")
def download(visit: Anyone, kato: str) -> Response:
    """The same table to take away."""
    raion_at(visit.session, kato)
    found = districts(visit.session, raion_kato=kato)
    standings = side_by_side(visit.session, districts=found, now=visit.now)
    return sheet(f"raion-{kato}.csv", COLUMNS, [_cells(one) for one in standings])


def _cells(one: Standing) -> list[object]:
    of, district = one.round, one.district
    stage = "cancelled" if of is not None and of.cancelled_at is not None else one.stage
    return [
        *(district.kato, district.slug, district.name_kk, district.name_ru),
        *(of.key if of else None, stage, of.envelope if of else None),
        *(of.currency if of else None, one.answers, one.answers_late, one.works, one.works_late),
        *(one.departures, one.questions, one.questions_overdue),
    ]
