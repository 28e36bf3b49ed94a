"""Somebody says that a vote was cast in their name. A second official settles it.

No function takes a ballot out or changes one: after the close nobody can tell which it is. While
the vote runs the person votes anew and that one counts; what was found later is told in public.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from app.core.ids import new_id
from app.core.keys import Keyring
from app.core.refusal import Refusal, insist
from app.ledger.actions import record
from app.people import consent
from app.people.models import Person
from app.people.queries import Who
from app.rounds.calendar import Calendar
from app.rounds.models import Round, Stage
from app.rounds.queries import calendar_of, lock_round
from app.rounds.rules import publishes_at
from app.voting.list_models import Dispute, Outcome
from app.voting.mine import Answer, answer_in

DISPUTE_DAYS = 10  # after the results are published


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the public learns of a round's disputes: how many, and how they ended."""

    open: int
    replaced: int
    own: int
    foreign: int

    @property
    def all(self) -> int:
        """How many there were."""
        return self.open + self.replaced + self.own + self.foreign


@dataclass(frozen=True, slots=True)
class Disputed:
    """A dispute as the two officials see it."""

    dispute: Dispute
    of: Round
    name: str


def until(of: Round, calendar: Calendar) -> datetime:
    """Until when one can say that a vote in one's name was not one's own."""
    return publishes_at(of, calendar) + timedelta(days=DISPUTE_DAYS)


def why_not_open(*, of: Round, calendar: Calendar, answer: Answer, now: datetime) -> Refusal | None:
    """Why a vote cannot be disputed now."""
    if calendar.begins(Stage.VOTING) > now:
        return Refusal("voting.dispute_early", opens=calendar.begins(Stage.VOTING))
    last = until(of, calendar)
    if now >= last or of.imported_from:
        return Refusal("voting.dispute_late", until=last)
    if answer not in (Answer.ONLINE, Answer.PAPER):
        return Refusal("voting.dispute_none")
    return None


def open_dispute(
    session: Session,
    *,
    keyring: Keyring,
    district_id: str,
    round_id: str,
    person_id: str,
    text: str,
    now: datetime,
    clerk: Who | None = None,
) -> Dispute:
    """Opens a dispute; `clerk` writes it down for whoever stands at the desk. In a transaction."""
    of = lock_round(session, round_id=round_id)
    if of.district_id != district_id:
        raise LookupError(round_id)
    insist(
        why_not_open(
            of=of,
            calendar=calendar_of(session, round_id=round_id),
            answer=answer_in(session, keyring=keyring, of=of, person_id=person_id),
            now=now,
        )
    )
    if _open_one(session, of=of, person_id=person_id) is not None:
        raise Refusal("voting.dispute_open")
    made = Dispute(
        id=new_id(),
        district_id=district_id,
        round_id=round_id,
        person_id=person_id,
        text=text,
        opened_at=now,
        opened_by=clerk.official_id if clerk else None,
    )
    session.add(made)
    try:
        session.flush()
    except IntegrityError:
        raise Refusal("voting.dispute_open") from None
    record(
        session,
        district_id=district_id,
        round_id=round_id,
        subject=round_id,
        kind="voting.dispute_opened",
        at=now,
        office=str(clerk.role) if clerk else "resident",
        by_name=clerk.name if clerk else "",
    )
    return made


def why_not_settle(
    session: Session, *, dispute: Dispute, who: Who, now: datetime
) -> Refusal | None:
    """Why this official cannot settle it: it is settled, they opened it, or it is not theirs."""
    if dispute.settled_at is not None:
        return Refusal("voting.dispute_settled")
    if who.official_id == dispute.opened_by:
        return Refusal("voting.dispute_own")
    if not consent.may_second(session, district_id=dispute.district_id, who=who, now=now):
        return Refusal("voting.dispute_not_yours")
    return None


def settle(
    session: Session,
    *,
    district_id: str,
    dispute_id: str,
    who: Who,
    outcome: Outcome,
    why: str,
    now: datetime,
) -> Dispute:
    """A second official says how it ended, and why. Nothing happens to any ballot."""
    dispute = session.exec(
        select(Dispute)
        .where(Dispute.district_id == district_id, Dispute.id == dispute_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if dispute is None:
        raise LookupError(dispute_id)
    insist(why_not_settle(session, dispute=dispute, who=who, now=now))
    calendar = calendar_of(session, round_id=dispute.round_id)
    if outcome is Outcome.FOREIGN and calendar.stage(now) is Stage.VOTING:
        raise Refusal("voting.dispute_vote_again", field="outcome")
    dispute.outcome, dispute.why = outcome.value, why
    dispute.settled_by, dispute.settled_at = who.official_id, now
    session.add(dispute)
    session.flush()
    record(
        session,
        district_id=district_id,
        round_id=dispute.round_id,
        subject=dispute.round_id,
        kind="voting.dispute_settled",
        at=now,
        office=str(who.role),
        by_name=who.name,
        outcome=outcome.value,
    )
    return dispute


def numbers(session: Session, *, district_id: str, round_id: str) -> Numbers:
    """A round's disputes in numbers, for everybody."""
    rows = session.exec(
        select(Dispute.outcome, func.count())
        .where(Dispute.district_id == district_id, Dispute.round_id == round_id)
        .group_by(Dispute.outcome)
    ).all()
    found = dict(rows)
    return Numbers(
        open=found.get("", 0),
        replaced=found.get(Outcome.REPLACED, 0),
        own=found.get(Outcome.OWN, 0),
        foreign=found.get(Outcome.FOREIGN, 0),
    )


def disputes_of(session: Session, *, district_id: str) -> list[Disputed]:
    """The disputes of a district, the open ones first, then the newest."""
    rows = session.exec(
        select(Dispute, Round, Person.full_name)
        .join(Round, col(Round.id) == col(Dispute.round_id))
        .join(Person, col(Person.id) == col(Dispute.person_id), isouter=True)
        .where(Dispute.district_id == district_id)
        .order_by(
            col(Dispute.settled_at).is_not(None), col(Dispute.opened_at).desc(), col(Dispute.id)
        )
    ).all()
    return [Disputed(dispute, of, name or "") for dispute, of, name in rows]


def own_disputes(session: Session, *, person_id: str) -> Sequence[Dispute]:
    """A person's disputes, the newest first."""
    return session.exec(
        select(Dispute)
        .where(Dispute.person_id == person_id)
        .order_by(col(Dispute.opened_at).desc(), col(Dispute.id))
    ).all()


def _open_one(session: Session, *, of: Round, person_id: str) -> Dispute | None:
    return session.exec(
        select(Dispute).where(
            Dispute.district_id == of.district_id,
            Dispute.round_id == of.id,
            Dispute.person_id == person_id,
            col(Dispute.settled_at).is_(None),
        )
    ).first()
