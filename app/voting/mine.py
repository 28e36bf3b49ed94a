"""Was a vote cast in somebody's name? Answered anew each time with the round's key, never kept.

The answer is whether and by which way, never what. The office may ask for a person who stands
before it; that it asked is public by number, and the person sees who asked and when.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, func, select

from app.core.clock import at, day_of
from app.core.ids import new_id
from app.core.keys import Keyring
from app.core.refusal import Refusal, insist
from app.ledger.actions import record
from app.people.models import RollEntry
from app.people.queries import Who
from app.rounds.calendar import Calendar
from app.rounds.models import Round, Stage
from app.rounds.queries import calendars_of, rounds_of
from app.voting import envelopes, queries
from app.voting.list_models import DeskQuestion

SAME_QUESTION = timedelta(minutes=2)
MOST_ASKED_A_DAY = 60  # by one district's office: it asks for whoever stands there, not for all


class Answer(StrEnum):
    """What can be said of a person's right in a round."""

    ONLINE = "online"
    PAPER = "paper"  # a paper ballot was issued: what was cast online no longer counts
    UNUSED = "unused"
    DESTROYED = "destroyed"  # the round's key is gone: nobody can tell any more
    NO_KEY = "no_key"  # the key is missing here at this moment


@dataclass(frozen=True, slots=True)
class MyVote:
    """One person's right in one round. `open` while it can still be changed."""

    of: Round
    calendar: Calendar
    answer: Answer
    open: bool


def my_votes(
    session: Session, *, keyring: Keyring, district_id: str, person_id: str, now: datetime
) -> list[MyVote]:
    """What became of a person's right in every round of a district whose vote has begun."""
    calendars = calendars_of(session, district_id=district_id)
    found = []
    for of in rounds_of(session, district_id=district_id):
        calendar = calendars.get(of.id)
        if calendar is None or of.imported_from or calendar.begins(Stage.VOTING) > now:
            continue
        found.append(
            MyVote(
                of=of,
                calendar=calendar,
                answer=answer_in(session, keyring=keyring, of=of, person_id=person_id),
                open=calendar.stage(now) is Stage.VOTING,
            )
        )
    return found


def answer_in(session: Session, *, keyring: Keyring, of: Round, person_id: str) -> Answer:
    """What can be said of a person's right in one round."""
    if envelopes.why_no_key(keyring, of):
        # A key is destroyed only when its round is beyond dispute; until then it is missing.
        return Answer.NO_KEY if of.counted_at is None else Answer.DESTROYED
    used = queries.used_right(session, keyring=keyring, of=of, person_id=person_id)
    return Answer.UNUSED if used is None else Answer(used.value)


def ask_at_desk(
    session: Session, *, district_id: str, person_id: str, document: bool, who: Who, now: datetime
) -> None:
    """Notes that the office asks for somebody who stands before it, before it is answered.

    Whoever stands on this roll, or once stood: a vote may have been cast before they left.
    """
    listed = select(RollEntry.id).where(
        RollEntry.district_id == district_id, RollEntry.person_id == person_id
    )
    if session.exec(listed).first() is None:
        raise LookupError(person_id)
    if not document:
        raise Refusal("voting.document", field="document")
    if _just_asked(session, person_id=person_id, by_name=who.name, now=now):
        return
    insist(_why_not_ask(session, district_id=district_id, now=now))
    session.add(
        DeskQuestion(
            id=new_id(), district_id=district_id, person_id=person_id, by_name=who.name, at=now
        )
    )
    record(
        session,
        district_id=district_id,
        subject=district_id,
        kind="voting.asked_at_desk",
        at=now,
        office=str(who.role),
        by_name=who.name,
    )


def _just_asked(session: Session, *, person_id: str, by_name: str, now: datetime) -> bool:
    """A second press of the same button is the same question."""
    asked = session.exec(
        select(DeskQuestion.id).where(
            DeskQuestion.person_id == person_id,
            DeskQuestion.by_name == by_name,
            DeskQuestion.at > now - SAME_QUESTION,
        )
    ).first()
    return asked is not None


def _why_not_ask(session: Session, *, district_id: str, now: datetime) -> Refusal | None:
    today = day_of(now)
    asked = session.exec(
        select(func.count())
        .select_from(DeskQuestion)
        .where(DeskQuestion.district_id == district_id, DeskQuestion.at >= at(today))
    ).one()
    if asked < MOST_ASKED_A_DAY:
        return None
    return Refusal("voting.asked_enough", most=MOST_ASKED_A_DAY, day=today + timedelta(days=1))


def asked_about(session: Session, *, person_id: str) -> Sequence[DeskQuestion]:
    """When the office asked about this person, the newest first."""
    return session.exec(
        select(DeskQuestion)
        .where(DeskQuestion.person_id == person_id)
        .order_by(col(DeskQuestion.at).desc(), col(DeskQuestion.id))
    ).all()
