"""Reading for the desk: the queue, one proposal under review, what waits for the akim."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, func, select

from app.core.clock import day_of
from app.core.text import fold
from app.core.workdays import Term, TermState, WorkCalendar
from app.places.queries import work_calendar
from app.proposals.models import Proposal, Review, Status, Verdict
from app.proposals.queries import proposal_for
from app.proposals.review_rules import forward_by, term_of
from app.rounds.calendar import Act
from app.rounds.models import Round
from app.rounds.queries import calendars_of

PAGE = 20
SOON = 3  # working days
OPEN = (Status.SUBMITTED, Status.RETURNED)
ANSWERED = (
    Status.ADMITTED,
    Status.FORWARDED,
    Status.REFUSED,
    Status.ON_BALLOT,
    Status.RECOMMENDED,
    Status.NOT_RECOMMENDED,
)


class Pile(StrEnum):
    """The piles on the desk; a proposal under review lies on exactly one."""

    LATE = "late"  # overdue and not prepared
    SOON = "soon"  # due within three working days
    LATER = "later"
    READY = "ready"  # prepared, waits for the akim
    WAITING = "waiting"  # for the resident's correction


@dataclass(frozen=True, slots=True)
class InQueue:
    """One proposal under review."""

    number: str
    title: str
    lang: str
    author: str
    settlement_id: str | None
    term: Term
    pile: Pile
    verdict: Verdict | None
    half_done: bool
    sent_back: bool
    forward_by: date | None  # while it can still be forwarded in time

    @property
    def unprepared(self) -> bool:
        """Whether the clerk has something to do here."""
        return self.pile in (Pile.LATE, Pile.SOON, Pile.LATER)


@dataclass(frozen=True, slots=True)
class Ready:
    """A prepared answer as it waits for the akim."""

    proposal: Proposal
    review: Review
    term: Term


def queue(session: Session, *, district_id: str, now: datetime) -> list[InQueue]:
    """Everything the office owes an answer, what is due first on top. Three queries."""
    rows = session.exec(
        select(Proposal, Review)
        .join(Review, col(Review.proposal_id) == col(Proposal.id), isouter=True)
        .where(Proposal.district_id == district_id, col(Proposal.status).in_(OPEN))
    ).all()
    days = work_calendar(session)
    calendars = calendars_of(session, district_id=district_id)
    found = [
        _in_queue(proposal, review, day_of(now), days)
        for proposal, review in rows
        if calendars[proposal.round_id].cancelled_at is None
        # What was returned and never corrected is closed by the end of the review.
        and (
            proposal.status == Status.SUBMITTED
            or calendars[proposal.round_id].allows(Act.CORRECT, now)
        )
    ]
    order = {Pile.READY: 1, Pile.WAITING: 2}
    found.sort(key=lambda one: (order.get(one.pile, 0), one.term.due, one.number))
    return found


def _in_queue(
    proposal: Proposal, review: Review | None, today: date, days: WorkCalendar
) -> InQueue:
    term = term_of(proposal, today=today, calendar=days)
    assert term is not None
    assert proposal.number is not None
    assert proposal.submitted_at is not None
    last = forward_by(proposal.submitted_at, days)
    ready = _is_ready(review)
    return InQueue(
        number=proposal.number,
        title=proposal.title,
        lang=proposal.lang,
        author=proposal.author,
        settlement_id=proposal.settlement_id,
        term=term,
        pile=_pile(term, ready),
        verdict=Verdict(review.verdict) if review is not None and review.verdict else None,
        half_done=review is not None and not review.ready,
        sent_back=review is not None and bool(review.note),
        forward_by=last if today <= last and not ready else None,
    )


def _pile(term: Term, ready: bool) -> Pile:
    if term.state is TermState.WAITING:
        return Pile.WAITING
    if ready:
        return Pile.READY
    if term.state is TermState.OVERDUE:
        return Pile.LATE
    return Pile.SOON if term.days <= SOON else Pile.LATER


def next_in_queue(found: Sequence[InQueue], *, after: str = "") -> InQueue | None:
    """The first that is not prepared, other than the one just left."""
    return next((one for one in found if one.unprepared and one.number != after), None)


def answered(
    session: Session, *, district_id: str, settlement_id: str = "", text: str = "", page: int = 1
) -> tuple[Sequence[Proposal], int]:
    """A page of what was answered, the newest first, and how many there are."""
    where: list[Any] = [Proposal.district_id == district_id, col(Proposal.status).in_(ANSWERED)]
    if settlement_id:
        where.append(col(Proposal.settlement_id) == settlement_id)
    for word in fold(text).split():
        found = col(Proposal.search).contains(word, autoescape=True)
        where.append(found | col(Proposal.number).contains(word, autoescape=True))
    total = session.exec(select(func.count()).select_from(Proposal).where(*where)).one()
    rows = session.exec(
        select(Proposal)
        .where(*where)
        .order_by(col(Proposal.answered_at).desc(), col(Proposal.number).desc())
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    ).all()
    return rows, total


def under_review(
    session: Session, *, district_id: str, number: str
) -> tuple[Proposal, Review | None] | None:
    """A proposal of this district with what was prepared for it."""
    proposal = proposal_for(session, district_id=district_id, number=number, who=None)
    if proposal is None:
        return None
    return proposal, session.get(Review, proposal.id)


def ready_to_issue(session: Session, *, district_id: str, now: datetime) -> list[Ready]:
    """What waits for the akim, what is due first on top."""
    rows = session.exec(
        select(Proposal, Review)
        .join(Review, col(Review.proposal_id) == col(Proposal.id))
        .join(Round, col(Round.id) == Proposal.round_id)
        .where(
            Proposal.district_id == district_id,
            Proposal.status == Status.SUBMITTED,
            col(Round.cancelled_at).is_(None),
            col(Review.ready).is_(True),
        )
    ).all()
    days = work_calendar(session)
    found = []
    for proposal, review in rows:
        term = term_of(proposal, today=day_of(now), calendar=days)
        assert term is not None
        found.append(Ready(proposal, review, term))
    return sorted(found, key=lambda one: (one.term.due, one.proposal.number or ""))


def states_of(
    session: Session, *, district_id: str, numbers: Sequence[str]
) -> list[tuple[Proposal, bool]]:
    """These proposals as they stand, and whether an answer still waits for the akim."""
    rows = session.exec(
        select(Proposal, Review)
        .join(Review, col(Review.proposal_id) == col(Proposal.id), isouter=True)
        .where(Proposal.district_id == district_id, col(Proposal.number).in_(numbers))
        .order_by(col(Proposal.number))
    ).all()
    return [(proposal, _is_ready(review)) for proposal, review in rows]


def _is_ready(review: Review | None) -> bool:
    return review is not None and review.ready
