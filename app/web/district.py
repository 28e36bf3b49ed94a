"""The front of a district: what is going on now, the village's money, projects, works, delays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse
from sqlmodel import col, select

from app.budget.queries import years
from app.core.clock import day_of
from app.places.models import DistrictFact, Settlement
from app.places.queries import facts
from app.proposals.models import PUBLIC, VOTED, Proposal, Status
from app.rounds.calendar import Calendar
from app.rounds.models import EnvelopeKind, Round
from app.web.budget_view import year_to_show
from app.web.doors import Anyone
from app.web.frame import Link, current_round
from app.web.front_works import OverdueRow, WorksCard, overdue_rows, title_of, works_cards
from app.web.now import NowCard, now_card
from app.web.render import page
from app.web.unit_front import unit_front
from app.web.visit import Visit
from app.words import formats, phrases
from app.words.catalogue import N_, translations

router = APIRouter()
SHOWN = 4  # projects, works and delays on the page; the rest is behind a link


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar."""

    label: str
    text: str
    share: float
    kind: str


@dataclass(frozen=True, slots=True)
class BudgetCard:
    """The district's budget of a year and how many live on it, with the source."""

    title: str
    sum: str
    parts: tuple[Part, ...]  # own money and the raion's; empty where only a total is known
    rows: tuple[tuple[str, str, bool], ...]
    source: str


@dataclass(frozen=True, slots=True)
class EnvelopeCard:
    """The money asked about, against what all projects cost together."""

    title: str
    sum: str
    parts: tuple[Part, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProjectCard:
    """A project in three lines."""

    place: str
    title: str
    lang: str
    url: str
    price: str


@dataclass(frozen=True, slots=True)
class Projects:
    """Some projects of the round, and the way to all of them."""

    title: str
    cards: tuple[ProjectCard, ...]
    all: Link


@dataclass(frozen=True, slots=True)
class DistrictView:
    """The district's front page."""

    title: str
    now: NowCard
    budget: BudgetCard | None
    envelope: EnvelopeCard | None
    projects: Projects | None
    works: tuple[WorksCard, ...]
    overdue: tuple[OverdueRow, ...]
    overdue_count: int


@router.get("/{lang}/{slug}/")
def front(visit: Anyone) -> Response:
    """The district's front page."""
    if visit.district.budget_only:
        return page(visit, "compare/unit.html", view=unit_front(visit))
    return page(visit, "places/district.html", view=district_view(visit))


@router.get("/{lang}/{slug}")
def no_slash(visit: Anyone) -> Response:
    """The same page with its slash."""
    return RedirectResponse(f"{visit.here}/", status_code=308)


def district_view(visit: Visit) -> DistrictView:
    """Everything on the front page, in a constant number of queries."""
    session, district = visit.session, visit.district
    found = current_round(visit, district)
    known = facts(session, district_id=district.id)
    places = {
        row.id: visit.in_lang(row, "name")
        for row in session.exec(select(Settlement).where(Settlement.district_id == district.id))
    }
    live = found if found and found[0].cancelled_at is None else None
    proposals = _proposals(visit, live[0]) if live else []
    overdue, count = overdue_rows(visit, most=SHOWN)
    return DistrictView(
        title=visit.in_lang(district, "name"),
        now=now_card(visit, found),
        budget=_budget(visit, known),
        envelope=_envelope(visit, *live, proposals) if live else None,
        projects=_projects(visit, *live, proposals, places) if live else None,
        works=works_cards(visit, places),
        overdue=overdue,
        overdue_count=count,
    )


def _proposals(visit: Visit, current: Round) -> Sequence[Proposal]:
    return visit.session.exec(
        select(Proposal).where(
            Proposal.district_id == visit.district.id,
            Proposal.round_id == current.id,
            col(Proposal.status).in_(sorted(PUBLIC)),
        )
    ).all()


def _budget(visit: Visit, known: Sequence[DistrictFact]) -> BudgetCard | None:
    """The year that *our money* opens with; where nothing is published, the total that is known."""
    found = years(visit.session, district_id=visit.district.id)
    year = year_to_show(found, day_of(visit.now).year)
    shown = next((one for one in found if one.year == year), None)
    if shown is None or shown.receipts is None:
        return _budget_fact(visit, known)
    say = translations(visit.lang).gettext
    parts: tuple[Part, ...] = ()
    if shown.own is not None and shown.receipts:
        given = shown.transfers or 0
        rows = [(N_("Our own money"), shown.own, "full"), (N_("From the raion"), given, "soft")]
        if rest := shown.receipts - shown.own - given:
            rows.append((N_("Other receipts"), rest, "gold"))
        parts = tuple(
            Part(
                say(label),
                f"{formats.tenge(amount)} · {formats.percent(amount / shown.receipts, 1)}",
                amount * 100 / shown.receipts,
                kind,
            )
            for label, amount, kind in rows
        )
    source = phrases.label(f"budget.kind.{shown.plan_kind}", visit.lang)
    if shown.invented:
        source += f". {phrases.label('budget.origin.invented', visit.lang)}"
    return BudgetCard(
        title=say(N_("Budget of %(year)s")) % {"year": shown.year},
        sum=formats.tenge(shown.receipts),
        parts=parts,
        rows=_people(visit, known),
        source=source,
    )


def _budget_fact(visit: Visit, known: Sequence[DistrictFact]) -> BudgetCard | None:
    newest = next((fact for fact in known if fact.key == "budget"), None)
    if newest is None:
        return None
    say = translations(visit.lang).gettext
    source = newest.source
    if newest.source_date:
        source += f", {formats.day(newest.source_date, visit.lang)}"
    return BudgetCard(
        title=say(N_("Budget of %(year)s")) % {"year": newest.year},
        sum=formats.tenge(newest.amount),
        parts=(),
        rows=_people(visit, known),
        source=say(N_("Source: %(source)s")) % {"source": source},
    )


def _people(visit: Visit, known: Sequence[DistrictFact]) -> tuple[tuple[str, str, bool], ...]:
    rows = []
    for key in ("people", "households", "voters"):
        fact = next((fact for fact in known if fact.key == key), None)
        if fact is not None:
            label = f"{phrases.label(f'fact.{key}', visit.lang)}, {fact.year}"
            rows.append((label, formats.number(fact.amount), False))
    return tuple(rows)


def _envelope(
    visit: Visit, current: Round, of: Calendar, proposals: Sequence[Proposal]
) -> EnvelopeCard:
    catalogue = translations(visit.lang)
    envelope = current.confirmed_envelope or current.envelope
    voted = [one for one in proposals if one.status in VOTED and one.price]
    together = sum(one.price or 0 for one in voted)
    parts: tuple[Part, ...] = ()
    notes = []
    if voted:
        words = catalogue.ngettext(
            "%(n)s project together", "%(n)s projects together", len(voted)
        ) % {"n": len(voted)}
        share = min(100.0, envelope * 100 / together) if together else 100.0
        parts = (
            Part(
                catalogue.gettext(N_("The money there is")), formats.tenge(envelope), share, "full"
            ),
            Part(words, formats.tenge(together), 100 - share, "soft"),
        )
        notes.append(
            catalogue.gettext(N_("There is not enough for all of them, so we choose."))
            if together > envelope
            else catalogue.gettext(N_("There is enough for all of them."))
        )
    if current.envelope_kind == EnvelopeKind.CONFIRMED:
        notes.append(catalogue.gettext(N_("The sum is confirmed: the budget is approved.")))
    else:
        notes.append(
            catalogue.gettext(N_("The sum is indicative until the maslikhat approves the budget."))
        )
    title = catalogue.gettext(N_("Put to the vote from the budget of %(year)s"))
    return EnvelopeCard(
        title % {"year": current.budget_year}, formats.tenge(envelope), parts, tuple(notes)
    )


def _projects(
    visit: Visit,
    current: Round,
    of: Calendar,
    proposals: Sequence[Proposal],
    places: dict[str, str],
) -> Projects | None:
    catalogue = translations(visit.lang)
    today = day_of(visit.now)
    voted = [one for one in proposals if one.status in VOTED]
    if current.counted_at is not None:
        title = catalogue.gettext(N_("Recommended by the vote"))
        chosen = sorted(
            (one for one in voted if one.status == Status.RECOMMENDED),
            key=lambda one: (-(one.votes or 0), one.ballot_number or 0),
        )
        way = f"{visit.here}/rounds/{current.key}/results"
        label = catalogue.gettext(N_("All results"))
    elif voted:
        title = catalogue.gettext(N_("Projects on the ballot"))
        # Which four are shown changes every day: a place on the front page is no advantage.
        chosen = sorted(voted, key=lambda one: _shuffle(one.id, today))
        way = f"{visit.here}/rounds/{current.key}/proposals"
        label = _all_projects(visit, len(voted))
    else:
        title = catalogue.gettext(N_("Newest proposals"))
        chosen = sorted(
            (one for one in proposals if one.status != Status.WITHDRAWN),
            key=lambda one: one.number or "",
            reverse=True,
        )
        way = f"{visit.here}/rounds/{current.key}/proposals"
        label = catalogue.gettext(N_("All proposals"))
    if not chosen:
        return None
    cards = tuple(_project(visit, one, places) for one in chosen[:SHOWN])
    return Projects(title, cards, Link(way, label))


def _all_projects(visit: Visit, count: int) -> str:
    words = translations(visit.lang).ngettext("%(n)s project", "All %(n)s projects", count)
    return words % {"n": count}


def _shuffle(proposal_id: str, today: date) -> str:
    return sha256(f"{today.isoformat()} {proposal_id}".encode()).hexdigest()


def _project(visit: Visit, one: Proposal, places: dict[str, str]) -> ProjectCard:
    title, lang = title_of(visit, one)
    price = one.price or one.estimate
    return ProjectCard(
        place=places.get(one.settlement_id or "", "") or one.place,
        title=title,
        lang=lang,
        url=f"{visit.here}/proposals/{one.number}",
        price=formats.tenge(price) if price else "",
    )
