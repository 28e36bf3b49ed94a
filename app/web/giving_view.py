"""What pages about contributions share: a contribution in words, sums by project."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sqlmodel import col, select

from app.budget.giving_models import GivenAs, Move
from app.budget.giving_queries import Given, Together
from app.core.clock import day_of
from app.core.ids import new_id
from app.proposals.models import PUBLIC, Proposal
from app.proposals.pledges import takes_pledges
from app.proposals.queries import title_in
from app.web.forms import Filled, blank
from app.web.frame import Link
from app.web.visit import Visit
from app.web.way import Mark
from app.web.works_panel import either
from app.words import formats, phrases
from app.words.catalogue import N_, translations

MARKS = {
    "waiting": "cur",
    "pledged": "plain",
    "partly": "cur",
    "received": "ok",
    "spent": "ok",
    "taken_back": "bad",
    "returned": "turn",
}


@dataclass(frozen=True, slots=True)
class Titled:
    """A project by its number and title; for the village in general: no number."""

    number: str
    title: str
    lang: str
    url: str


@dataclass(frozen=True, slots=True)
class MoveLine:
    """What came of a contribution, once."""

    day: str
    what: str
    sum: str
    words: str
    document: str
    mended: bool
    spent: bool
    back: bool  # taken or given back


@dataclass(frozen=True, slots=True)
class GivenRow:
    """A contribution as a page shows it."""

    number: int
    what: str
    given_as: str
    giver: str  # empty where nobody agreed to be named
    day: str
    to: Titled
    mark: Mark
    worth: str
    pledged: str
    received: str
    spent: str
    coming: str
    moves: tuple[MoveLine, ...]
    url: str


@dataclass(frozen=True, slots=True)
class SumsRow:
    """What was given to one project, or in general."""

    to: Titled
    count: int
    pledged: str
    received: str
    spent: str
    missing: str  # empty where everything has come


def state_of(given: Given) -> str:
    """How a contribution stands, as a code."""
    sums = given.sums
    if sums.pledged == 0:
        return "taken_back"
    if given.one.confirmed_at is None:
        return "waiting"
    if sums.received == 0:
        return "pledged"
    if sums.returned == sums.received:
        return "returned"
    if sums.coming:
        return "partly"
    return "received" if sums.unspent else "spent"


def projects_by_id(visit: Visit, ids: Iterable[str | None]) -> dict[str, Proposal]:
    """The public projects of this district with these ids."""
    wanted = sorted({one for one in ids if one})
    if not wanted:
        return {}
    rows = visit.session.exec(
        select(Proposal).where(
            Proposal.district_id == visit.district.id,
            col(Proposal.status).in_(sorted(PUBLIC)),
            col(Proposal.id).in_(wanted),
        )
    )
    return {one.id: one for one in rows}


def titled(visit: Visit, proposal: Proposal | None) -> Titled:
    """To what somebody gives."""
    if proposal is None:
        return Titled("", translations(visit.lang).gettext(N_("For the village")), "", "")
    title, lang = title_in(proposal, visit.lang)
    number = proposal.number or ""
    return Titled(number, title, lang, f"{visit.here}/proposals/{number}")


def pledge_form(visit: Visit, to: str) -> Filled[Any]:
    """The form of a pledge as it opens; a project that takes no pledges is not chosen."""
    known = {one.number for one in takes_pledges(visit.session, district_id=visit.district.id)}
    chosen = to if to in known else ""
    return blank(contribution_id=new_id(), to=chosen, given_as=GivenAs.MONEY)


def projects_to_choose(visit: Visit) -> list[tuple[str, str]]:
    """What a pledge can go to: the village in general, then each project."""
    say = translations(visit.lang).gettext
    projects = [("", say(N_("For the village in general")))]
    for one in takes_pledges(visit.session, district_id=visit.district.id):
        to = titled(visit, one)
        projects.append((to.number, f"№ {to.number} · {to.title}"))
    return projects


def given_rows(visit: Visit, found: Sequence[Given], url: str = "") -> tuple[GivenRow, ...]:
    """Contributions in words. `url` is where one of them is opened; its number follows."""
    projects = projects_by_id(visit, (one.one.proposal_id for one in found))
    return tuple(given_row(visit, one, projects, url) for one in found)


def given_row(
    visit: Visit, given: Given, projects: Mapping[str, Proposal], url: str = ""
) -> GivenRow:
    """One contribution in words."""
    one, sums = given.one, given.sums
    state = state_of(given)
    label = phrases.label(f"given_as.{one.given_as}", visit.lang)
    return GivenRow(
        number=one.number,
        what=either(visit, one, "what"),
        given_as=label,
        giver=one.name if one.named else "",
        day=formats.day(day_of(one.at), visit.lang),
        to=titled(visit, projects.get(one.proposal_id or "")),
        mark=Mark(MARKS[state], phrases.label(f"giving.state.{state}", visit.lang)),  # type: ignore[arg-type]
        worth=formats.tenge(one.worth),
        pledged=formats.tenge(sums.pledged),
        received=formats.tenge(sums.received),
        spent=formats.tenge(sums.spent),
        coming=formats.tenge(sums.coming),
        moves=tuple(
            MoveLine(
                day=formats.day(step.moved_on, visit.lang),
                what=phrases.label(f"move.{step.move}", visit.lang),
                sum=formats.tenge(step.amount),
                words=either(visit, step, "words"),
                document=step.document,
                mended=step.amount < 0,
                spent=step.move == Move.SPENT,
                back=step.move in (Move.TAKEN_BACK, Move.RETURNED),
            )
            for step in given.moves
        ),
        url=f"{url}/{one.number}" if url else "",
    )


def sums_rows(visit: Visit, by_project: Mapping[str | None, Together]) -> tuple[SumsRow, ...]:
    """What was given, by project, the largest first; in general last."""
    projects = projects_by_id(visit, by_project)
    order = sorted(by_project, key=lambda to: (to is None, -by_project[to].pledged, to or ""))
    return tuple(
        SumsRow(
            to=titled(visit, projects.get(to or "")),
            count=found.count,
            pledged=formats.tenge(found.pledged),
            received=formats.tenge(found.received),
            spent=formats.tenge(found.spent),
            missing=formats.tenge(found.missing) if found.missing else "",
        )
        for to in order
        for found in [by_project[to]]
    )


def ways_to_give(lang: str) -> list[tuple[str, str]]:
    """Money, labour, machines, for a form."""
    return [(str(one), phrases.label(f"given_as.{one}", lang)) for one in GivenAs]


def pledge_link(visit: Visit, number: str = "") -> Link | None:
    """Where the reader pledges: a resident on their page, the clerk at the desk."""
    say = translations(visit.lang).gettext
    query = f"?to={number}" if number else ""
    who = visit.who
    if who is not None and not who.is_resident:
        if who.role != "clerk" or who.district_id != visit.district.id:
            return None
        url = f"{visit.here}/desk/contributions/new{query}"
        return Link(url, say(N_("Write down a contribution")))
    if who is not None and who.district_id != visit.district.id:
        return None
    url = f"{visit.here}/contributions/new{query}"
    if who is None:  # so that the project is not lost on the way
        url = f"{visit.root}/sign-in?next={quote(url)}"
    return Link(url, say(N_("Pledge a contribution")))
