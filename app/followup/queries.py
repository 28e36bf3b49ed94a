"""Reading works and what is overdue, over one district or a whole raion."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, func, select

from app.core.keys import Keyring
from app.core.workdays import WorkCalendar
from app.followup.models import (
    Payment,
    Plea,
    Question,
    QuestionState,
    Seen,
    Sighting,
    Works,
    WorkStage,
    WorkStep,
)
from app.people.models import Person
from app.people.queries import public_name
from app.proposals.models import Photo, Proposal, Status
from app.rounds.models import Round

ORDER = {str(stage): place for place, stage in enumerate(WorkStage)}


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
    """Works of these districts, the unfinished first, by their promised day: four queries."""
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
            steps=tuple(sorted(steps.get(proposal.id, []), key=lambda step: ORDER[step.stage])),
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
        select(Proposal)
        .join(Round, col(Round.id) == Proposal.round_id)
        .where(
            col(Proposal.district_id).in_(district_ids),
            col(Round.cancelled_at).is_(None),
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


def works_photos(
    session: Session, *, district_id: str, proposal_id: str
) -> Sequence[tuple[str, int, int, int]]:
    """The photos of works without their pixels, oldest first: id, width, height, bytes."""
    rows = session.exec(
        select(Photo.id, Photo.width, Photo.height, Photo.size)
        .where(
            Photo.district_id == district_id,
            Photo.proposal_id == proposal_id,
            Photo.kind == "works",
        )
        .order_by(col(Photo.at), col(Photo.id))
    ).all()
    return [(one[0], one[1], one[2], one[3]) for one in rows]


def my_sighting(
    session: Session, *, keyring: Keyring, proposal_id: str, person_id: str
) -> Seen | None:
    """What this resident said they see there."""
    mac = keyring.mac("sighting", proposal_id, person_id)
    row = session.get(Sighting, (proposal_id, mac))
    return Seen(row.seen) if row is not None else None


@dataclass(frozen=True, slots=True)
class Asked:
    """A deputy's question with the proposal it is about."""

    question: Question
    proposal: Proposal | None


# What the office owes first, then what waits for its asker, then what is closed.
_TURN = {
    QuestionState.OPEN: 0,
    QuestionState.NOT_ACCEPTED: 0,
    QuestionState.ANSWERED: 1,
    QuestionState.ACCEPTED: 2,
}


def questions_of(
    session: Session, *, district_ids: Collection[str], proposal_id: str | None = None
) -> list[Question]:
    """Deputies' questions, in the same order as `asked_of`."""
    found = asked_of(session, district_ids=district_ids, proposal_id=proposal_id)
    return [one.question for one in found]


def asked_of(
    session: Session,
    *,
    district_ids: Collection[str],
    proposal_id: str | None = None,
    number: int | None = None,
    owed_before: date | None = None,
) -> list[Asked]:
    """Deputies' questions with their proposals: what the office owes first, by target date.

    `owed_before` leaves only those whose answer was due before that day and is still owed.
    """
    query = (
        select(Question, Proposal)
        .join(
            Proposal,
            (col(Proposal.id) == col(Question.proposal_id))
            & (col(Proposal.district_id) == col(Question.district_id)),
            isouter=True,
        )
        .where(col(Question.district_id).in_(district_ids))
    )
    if proposal_id is not None:
        query = query.where(Question.proposal_id == proposal_id)
    if number is not None:
        query = query.where(Question.number == number)
    if owed_before is not None:
        query = query.where(
            col(Question.state).in_((QuestionState.OPEN, QuestionState.NOT_ACCEPTED)),
            Question.due < owed_before,
        )
    found = [Asked(question, proposal) for question, proposal in session.exec(query)]
    return sorted(
        found,
        key=lambda one: (
            _TURN[QuestionState(one.question.state)],
            one.question.due,
            one.question.district_id,
            one.question.number,
        ),
    )


@dataclass(frozen=True, slots=True)
class Pleaded:
    """A resident's plea with its proposal and the resident's name as deputies read it."""

    plea: Plea
    proposal: Proposal
    name: str


def open_pleas(session: Session, *, district_ids: Collection[str]) -> list[Pleaded]:
    """Residents' pleas that no question took up yet, oldest first."""
    rows = session.exec(
        select(Plea, Proposal, Person.full_name)
        .where(
            col(Plea.district_id).in_(district_ids),
            col(Plea.question_id).is_(None),
            Proposal.id == Plea.proposal_id,
            Proposal.district_id == Plea.district_id,
            Person.id == Plea.person_id,
        )
        .order_by(col(Plea.at), col(Plea.id))
    ).all()
    return [Pleaded(plea, proposal, public_name(name)) for plea, proposal, name in rows]


def plea_by(session: Session, *, proposal_id: str, person_id: str) -> Plea | None:
    """What this resident asked of the deputies about a proposal."""
    return session.exec(
        select(Plea).where(Plea.proposal_id == proposal_id, Plea.person_id == person_id)
    ).first()
