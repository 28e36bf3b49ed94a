"""The desk of the akim's office: the queue of answers, and the other duties of the day."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from fastapi import APIRouter, Response

from app.core.clock import day_of
from app.core.text import fold
from app.core.workdays import Term, TermState
from app.decisions.ties import waiting_tie
from app.followup.models import QuestionState
from app.followup.queries import questions_of
from app.people.claims import waiting_claims
from app.people.consent import waiting_for
from app.people.models import Role
from app.places.queries import settlements
from app.proposals.models import Proposal, Status
from app.proposals.queries import title_in
from app.proposals.review_queries import PAGE, InQueue, Pile, answered, next_in_queue, queue
from app.rounds.models import Stage
from app.web.budget_desk import months_due
from app.web.desk_money_view import money_duties
from app.web.doors import Desk
from app.web.frame import current_round
from app.web.render import page
from app.web.sheet import Pager, pager_of
from app.web.visit import Visit
from app.words import phrases

router = APIRouter()
MarkKind = Literal["ok", "bad", "late", "turn", "cur", "plain"]
HALF, ANSWERED = "half", "answered"
FILTERS = (*Pile, HALF, ANSWERED)
KINDS: dict[Pile, MarkKind] = {
    Pile.LATE: "late",
    Pile.SOON: "cur",
    Pile.LATER: "plain",
    Pile.READY: "ok",
    Pile.WAITING: "plain",
}
STATUS_KINDS: dict[str, MarkKind] = {
    Status.ADMITTED: "ok",
    Status.ON_BALLOT: "ok",
    Status.RECOMMENDED: "ok",
    Status.REFUSED: "bad",
}
# What else the office owes in which stage: the act, whose it is, and where it is done.
DUTIES: tuple[tuple[str, str, frozenset[Stage], frozenset[Role]], ...] = (
    ("print_paper", "paper", frozenset({Stage.VOTING}), frozenset({Role.CLERK})),
    ("settle_paper", "paper", frozenset({Stage.COUNTING}), frozenset({Role.CLERK})),
    (
        "assembly",
        "assembly",
        frozenset({Stage.RESULTS, Stage.ASSEMBLY}),
        frozenset({Role.CLERK}),
    ),
    (
        "decide",
        "decisions",
        frozenset({Stage.ASSEMBLY, Stage.DECISION}),
        frozenset({Role.CLERK, Role.AKIM}),
    ),
    ("works", "works", frozenset({Stage.WORKS, Stage.EVALUATED}), frozenset({Role.CLERK})),
)


@dataclass(frozen=True, slots=True)
class Tile:
    """A count that leads to what was counted."""

    number: int
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Clocked:
    """How an answer's clock stands: `days` are working days."""

    state: Literal["running", "extended", "overdue", "waiting", "answered"]
    due: date
    days: int


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the queue."""

    url: str
    number: str
    title: str
    lang: str
    place: str
    kind: MarkKind
    state: str  # a label's code
    verdict: str  # a label's code, or empty
    half_done: bool = False
    sent_back: bool = False
    clock: Clocked | None = None
    forward_by: date | None = None
    answered_on: date | None = None
    action: Literal["prepare", "go_on", "look"] = "look"


@dataclass(frozen=True, slots=True)
class Duty:
    """Something else the office owes, its day where there is one, and where it is done."""

    url: str
    code: str
    due: date | None = None
    count: int = 0


@dataclass(frozen=True, slots=True)
class QueueView:
    """The desk's first page."""

    akim: bool
    ready: int
    issue_url: str
    next_url: str
    next_number: str
    tiles: tuple[Tile, ...]
    rows: tuple[Row, ...]
    total: int
    state_options: list[tuple[str, str]]
    places: tuple[tuple[str, str], ...]
    state: str
    settlement: str
    asked: str
    duties: tuple[Duty, ...]
    pager: Pager
    done: str  # the number just prepared


def clocked(term: Term) -> Clocked:
    """A term as pages show it."""
    return Clocked(term.state.value, term.due, term.days)


def places_of(visit: Visit) -> dict[str, str]:
    """The names of the district's settlements, by their ids."""
    found = settlements(visit.session, district_id=visit.district.id)
    return {one.id: visit.in_lang(one, "name") for one in found}


@router.get("/{lang}/{slug}/desk")
def show(
    visit: Desk, state: str = "", settlement: str = "", q: str = "", done: str = ""
) -> Response:
    """The queue: one clear next action, then everything that is owed, by its day."""
    turned = visit.request.query_params.get("page", "1")
    number = int(turned) if turned.isascii() and turned.isdigit() and len(turned) < 6 else 1
    places = places_of(visit)
    state = state if state in FILTERS else ""
    settlement = settlement if settlement in places else ""
    found = queue(visit.session, district_id=visit.district.id, now=visit.now)
    here = f"{visit.here}/desk"
    asked = q[:100].strip()
    query = {"state": state, "settlement": settlement, "q": asked}
    if state == ANSWERED:
        rows, total = answered(
            visit.session,
            district_id=visit.district.id,
            settlement_id=settlement,
            text=asked,
            page=max(number, 1),
        )
        pager = pager_of(number, total, here, query, most=PAGE)
        shown = tuple(_answered_row(visit, row, places) for row in rows)
    else:
        wanted = [one for one in found if _fits(one, state, settlement, asked)]
        total = len(wanted)
        pager = pager_of(number, total, here, query, most=PAGE)
        first = (pager.page - 1) * PAGE
        shown = tuple(_row(visit, one, places) for one in wanted[first : first + PAGE])
    akim = visit.who is not None and visit.who.role is Role.AKIM
    following = next_in_queue(found)
    ready = sum(one.pile is Pile.READY for one in found)
    view = QueueView(
        akim=akim,
        ready=ready,
        issue_url=f"{here}/issue",
        next_url=f"{here}/proposals/{following.number}" if following and not akim else "",
        next_number=following.number if following else "",
        tiles=tuple(
            Tile(
                sum(one.pile is pile for one in found),
                phrases.label(f"pile.{pile}", visit.lang),
                f"{here}?state={pile}",
            )
            for pile in Pile
        ),
        rows=shown,
        total=total,
        state_options=[(str(name), phrases.label(f"pile.{name}", visit.lang)) for name in FILTERS],
        places=tuple(places.items()),
        state=state,
        settlement=settlement,
        asked=asked,
        duties=duties(visit),
        pager=pager,
        done=done if any(one.number == done and one.pile is Pile.READY for one in found) else "",
    )
    return page(visit, "desk/queue.html", view=view)


def _fits(one: InQueue, state: str, settlement: str, asked: str) -> bool:
    if not all(word in fold(f"{one.number} {one.title}") for word in fold(asked).split()):
        return False
    if settlement and one.settlement_id != settlement:
        return False
    if state == HALF:
        return one.half_done and one.pile is not Pile.WAITING
    return not state or one.pile == state


def _row(visit: Visit, one: InQueue, places: dict[str, str]) -> Row:
    return Row(
        url=f"{visit.here}/desk/proposals/{one.number}",
        number=one.number,
        title=one.title,
        lang=one.lang,
        place=places.get(one.settlement_id or "", ""),
        kind=KINDS[one.pile],
        state=f"pile.{one.pile}",
        verdict=f"answer.{one.verdict}" if one.verdict else "",
        half_done=one.half_done and one.unprepared,
        sent_back=one.sent_back,
        clock=clocked(one.term),
        forward_by=one.forward_by if one.term.state is not TermState.WAITING else None,
        action=("go_on" if one.half_done else "prepare") if one.unprepared else "look",
    )


def _answered_row(visit: Visit, one: Proposal, places: dict[str, str]) -> Row:
    title, lang = title_in(one, visit.lang)
    return Row(
        url=f"{visit.here}/desk/proposals/{one.number}",
        number=one.number or "",
        title=title,
        lang=lang,
        place=places.get(one.settlement_id or "", ""),
        kind=STATUS_KINDS.get(one.status, "plain"),
        state=f"status.{one.status}",
        verdict="",
        answered_on=day_of(one.answered_at) if one.answered_at else None,
    )


def duties(visit: Visit) -> tuple[Duty, ...]:
    """What else the office owes today, by the round's stage and the deputies' questions."""
    assert visit.who is not None
    role = visit.who.role
    found: list[Duty] = []
    here = f"{visit.here}/desk"
    if current := current_round(visit, visit.district):
        round_, calendar = current
        stage = calendar.stage(visit.now)
        end = calendar.ends(stage) if stage else None
        for code, path, stages, roles in DUTIES:
            if stage in stages and role in roles:
                due = day_of(end) if end and code != "works" else None
                found.append(Duty(f"{here}/{path}", f"duty.{code}", due))
        drawn = day_of(visit.now) >= round_.draw_day and round_.frozen_at is not None
        if drawn and round_.draw_value is None and role is Role.CLERK:
            due = day_of(calendar.begins(Stage.RESULTS))
            found.append(Duty(f"{here}/round", "duty.draw", due))
        if role is Role.CLERK and waiting_tie(visit.session, round_):
            found.append(Duty(f"{here}/round/{round_.key}/tie", "duty.tie", None))
        for url, code, day in money_duties(visit, round_, calendar, role):
            found.append(Duty(url, code, day))
    waiting = waiting_for(
        visit.session, district_id=visit.district.id, who=visit.who, now=visit.now
    )
    if waiting:
        due = min(day_of(one.ends_at) for one in waiting)
        found.append(Duty(f"{here}/second", "duty.second", due, len(waiting)))
    if role is Role.CLERK and (
        claims := waiting_claims(visit.session, district_id=visit.district.id)
    ):
        due = min(one.due for one in claims)
        found.append(Duty(f"{here}/roll/claims", "duty.claims", due, len(claims)))
    if role is Role.CLERK and (months := months_due(visit)):
        found.append(Duty(f"{here}/budget", "duty.budget_month", months[1], months[0]))
    questions = [
        one
        for one in questions_of(visit.session, district_ids=[visit.district.id])
        if one.state in (QuestionState.OPEN, QuestionState.NOT_ACCEPTED)
    ]
    if questions:
        due = min(one.due for one in questions)
        found.append(Duty(f"{here}/questions", "duty.questions", due, len(questions)))
    return tuple(found)
