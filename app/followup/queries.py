"""Reading works and what is overdue, over one district or a whole raion."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, func, select

from app.core.workdays import WorkCalendar
from app.followup.models import (
    Payment,
    Plea,
    Question,
    QuestionState,
    Seen,
    Sighting,
    Works,
    WorkStep,
)
from app.proposals.models import Proposal, Status


@dataclass(frozen=True, slots=True)
class WorksRow:
    """Works with all that a page shows of them."""

    proposal: Proposal
    works: Works
    steps: tuple[WorkStep, ...]
    paid: int
    seen: dict[Seen, int]


@dataclass(frozen=True, slots=True)
class OverdueAnswer:
    """A proposal that waits for its answer longer than it should; late in working days."""

    proposal: Proposal
    due: date
    days: int


def works_of(
    session: Session, *, district_ids: Collection[str], proposal_id: str | None = None
) -> list[WorksRow]:
    """Works of these districts, the unfinished first, by their promised day: five queries."""
    query = (
        select(Proposal, Works)
        .where(Works.proposal_id == Proposal.id, col(Works.district_id).in_(district_ids))
        .order_by(col(Works.ready_on).is_not(None), col(Works.promised_on), col(Proposal.number))
    )
    if proposal_id is not None:
        query = query.where(Works.proposal_id == proposal_id)
    pairs = session.exec(query).all()
    ids = [works.proposal_id for _, works in pairs]
    steps: dict[str, list[WorkStep]] = {}
    order = {stage: place for place, stage in enumerate(("procurement", "contract", "works"))}
    for step in session.exec(select(WorkStep).where(col(WorkStep.proposal_id).in_(ids))):
        steps.setdefault(step.proposal_id, []).append(step)
    paid = dict(
        session.exec(
            select(Payment.proposal_id, func.sum(Payment.amount))
            .where(col(Payment.proposal_id).in_(ids))
            .group_by(col(Payment.proposal_id))
        ).all()
    )
    seen: dict[str, dict[Seen, int]] = {}
    for one, word, number in session.exec(
        select(Sighting.proposal_id, Sighting.seen, func.count())
        .where(col(Sighting.proposal_id).in_(ids))
        .group_by(col(Sighting.proposal_id), col(Sighting.seen))
    ):
        seen.setdefault(one, {})[Seen(word)] = number
    return [
        WorksRow(
            proposal=proposal,
            works=works,
            steps=tuple(sorted(steps.get(proposal.id, []), key=lambda s: order.get(s.stage, 9))),
            paid=int(paid.get(proposal.id) or 0),
            seen=seen.get(proposal.id, {}),
        )
        for proposal, works in pairs
    ]


def payments_of(session: Session, *, proposal_id: str) -> Sequence[Payment]:
    """The payments for works, oldest first."""
    return session.exec(
        select(Payment)
        .where(Payment.proposal_id == proposal_id)
        .order_by(col(Payment.paid_on), col(Payment.id))
    ).all()


def overdue_answers(
    session: Session, *, district_ids: Collection[str], today: date, calendar: WorkCalendar
) -> list[OverdueAnswer]:
    """Proposals whose answer is late today, the latest first."""
    waiting = session.exec(
        select(Proposal).where(
            col(Proposal.district_id).in_(district_ids),
            Proposal.status == Status.SUBMITTED,
            col(Proposal.answered_at).is_(None),
            col(Proposal.waiting_since).is_(None),
            col(Proposal.due) < today,
        )
    ).all()
    found = []
    for proposal in waiting:
        last = proposal.extended_until or proposal.due
        if last is not None and last < today:
            found.append(OverdueAnswer(proposal, last, calendar.between(last, today)))
    return sorted(found, key=lambda one: (one.due, one.proposal.number or ""))


def questions_of(
    session: Session, *, district_ids: Collection[str], proposal_id: str | None = None
) -> Sequence[Question]:
    """Deputies' questions, the open ones first, by their target date."""
    query = (
        select(Question)
        .where(col(Question.district_id).in_(district_ids))
        .order_by(
            col(Question.state).in_((QuestionState.ACCEPTED,)),
            col(Question.due),
            col(Question.number),
        )
    )
    if proposal_id is not None:
        query = query.where(Question.proposal_id == proposal_id)
    return session.exec(query).all()


def question_by_number(session: Session, *, district_id: str, number: int) -> Question | None:
    """A question of this district."""
    return session.exec(
        select(Question).where(Question.district_id == district_id, Question.number == number)
    ).first()


def pleas_of(session: Session, *, district_ids: Collection[str]) -> Sequence[Plea]:
    """Residents' pleas that no question took up yet, oldest first."""
    return session.exec(
        select(Plea)
        .where(col(Plea.district_id).in_(district_ids), col(Plea.question_id).is_(None))
        .order_by(col(Plea.at))
    ).all()
