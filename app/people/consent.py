"""A second pair of eyes: one official asks, another one of the district or the raion agrees.

What is asked for is kept whole (`facts` in public, `sealed` where it is personal), so that the
second agrees to exactly this. What can be done at once is done in the transaction of the agreement
(`app.second` knows how); what is shown only once (a link, sheets of cards) is then the first one's
to do, and uses the agreement up.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.core.ids import new_id
from app.core.keys import Keyring
from app.core.refusal import Refusal, insist
from app.ledger.actions import record
from app.people.models import Office, Official, Role
from app.people.office_models import Consent, ConsentState, NamedSecond
from app.people.queries import Who, offices_held
from app.places.models import District

LASTS = timedelta(days=7)  # a request nobody answers ends by itself
USED_WITHIN = timedelta(days=3)  # an agreement that was not used
SEALED = "consent"


class Act(StrEnum):
    """What wants a second official."""

    CORRECT_ROLL = "correct_roll"  # after the list was closed
    CHANGE_ROUND = "change_round"  # after proposals opened
    CANCEL_ROUND = "cancel_round"
    HOLD_RESULT = "hold_result"
    REISSUE_CARDS = "reissue_cards"  # more than a handful
    MAKE_OFFICIAL = "make_official"


ONE_AT_A_TIME = frozenset({Act.CHANGE_ROUND, Act.CANCEL_ROUND, Act.HOLD_RESULT})
USED_BY_THE_FIRST = frozenset({Act.REISSUE_CARDS, Act.MAKE_OFFICIAL})


@dataclass(frozen=True, slots=True)
class Actor:
    """An official in their office, as the record names them."""

    official_id: str
    name: str
    office: Role


def actor_of(who: Who) -> Actor:
    """Who acts, of somebody who is signed in and in an office."""
    assert who.official_id is not None
    assert who.role is not None
    return Actor(who.official_id, who.name, who.role)


def ask(
    session: Session,
    *,
    keyring: Keyring,
    district_id: str,
    act: Act,
    subject: str,
    first: Actor,
    why: str,
    now: datetime,
    facts: dict[str, Any] | None = None,
    private: dict[str, Any] | None = None,
    round_id: str | None = None,
) -> Consent:
    """Asks for a second official's consent. About a round, an act waits only once.

    `facts` are public and go into the record; `private` is sealed and shown to both officials.
    """
    if act in ONE_AT_A_TIME:
        waiting = session.exec(
            select(Consent)
            .where(Consent.district_id == district_id, Consent.subject == subject)
            .where(Consent.act == act, Consent.state == ConsentState.WAITING)
            .where(Consent.ends_at > now)
        ).first()
        if waiting is not None:
            raise Refusal("people.consent_waits")
    insist(why_nobody(session, district_id=district_id, first=first, now=now))
    asked = Consent(
        id=new_id(),
        district_id=district_id,
        act=act,
        subject=subject,
        facts=facts or {},
        why=why,
        first_id=first.official_id,
        first_name=first.name,
        first_office=first.office,
        asked_at=now,
        ends_at=now + LASTS,
    )
    if private is not None:
        text = json.dumps(private, ensure_ascii=False, sort_keys=True)
        asked.sealed = keyring.seal(SEALED, asked.id, text)
    session.add(asked)
    session.flush()
    _note(session, asked, kind="people.consent_asked", by=first, now=now, round_id=round_id)
    return asked


def private_of(keyring: Keyring, asked: Consent) -> dict[str, Any]:
    """What was sealed with a request; empty where nothing was."""
    if asked.sealed is None:
        return {}
    found: dict[str, Any] = json.loads(keyring.unseal(SEALED, asked.id, asked.sealed))
    return found


def why_not_agree(session: Session, *, asked: Consent, who: Who, now: datetime) -> Refusal | None:
    """Why this official cannot be the second of this request now."""
    if asked.state != ConsentState.WAITING:
        return Refusal("people.consent_settled")
    if asked.ends_at <= now:
        return Refusal("people.consent_ended", at=asked.ends_at)
    if who.official_id == asked.first_id:
        return Refusal("people.consent_own")
    if not may_second(session, district_id=asked.district_id, who=who, now=now):
        return Refusal("people.consent_not_yours")
    return None


def why_nobody(
    session: Session, *, district_id: str, first: Actor, now: datetime
) -> Refusal | None:
    """Nobody could be the second to this official: somebody has to be named first."""
    found = seconds(session, district_id=district_id, now=now)
    if any(official_id != first.official_id for official_id, _ in found):
        return None
    return Refusal("people.no_second")


def may_second(session: Session, *, district_id: str, who: Who, now: datetime) -> bool:
    """Whether somebody, as they act now, can be a second for this district."""
    found = seconds(session, district_id=district_id, now=now)
    return any(one == who.official_id and office.id == who.office_id for one, office in found)


def seconds(session: Session, *, district_id: str, now: datetime) -> list[tuple[str, Office]]:
    """Who can be a second: officials of the district, and of the raion's akim's office.

    Where an office has one clerk, only those who were named in advance.
    """
    district = session.get_one(District, district_id)
    held = session.exec(
        select(Office)
        .join(Official, col(Official.id) == Office.official_id)
        .where(col(Official.closed_at).is_(None))
        .where(
            or_(
                and_(
                    col(Office.district_id) == district_id,
                    col(Office.role).in_([Role.CLERK, Role.AKIM]),
                ),
                and_(
                    col(Office.raion_kato) == district.raion_kato,
                    col(Office.role) == Role.RAION_OFFICE,
                ),
            )
        )
        .order_by(col(Office.role), col(Office.id))
    ).all()
    today = [
        one
        for one in held
        if one.id in {o.id for o in offices_held(session, official_id=one.official_id, now=now)}
    ]
    clerks = {one.official_id for one in today if one.role == Role.CLERK}
    if len(clerks) > 1:
        return [(one.official_id, one) for one in today]
    named = {one.official_id for one in named_seconds(session, district_id=district_id)}
    return [(one.official_id, one) for one in today if one.official_id in named | clerks]


def named_seconds(session: Session, *, district_id: str) -> Sequence[NamedSecond]:
    """Who was named in advance, and still is."""
    return session.exec(
        select(NamedSecond)
        .where(NamedSecond.district_id == district_id, col(NamedSecond.ended_at).is_(None))
        .order_by(col(NamedSecond.named_at), col(NamedSecond.id))
    ).all()


def agree(
    session: Session, *, asked: Consent, second: Actor, now: datetime, round_id: str | None = None
) -> None:
    """The second official agrees. `app.second` asks `why_not_agree` first, then does it."""
    used_later = asked.act in USED_BY_THE_FIRST
    asked.state = ConsentState.AGREED if used_later else ConsentState.DONE
    if used_later:
        asked.ends_at = now + USED_WITHIN
    _settle(session, asked, second, now)
    _note(session, asked, kind="people.consent_given", by=second, now=now, round_id=round_id)


def refuse(
    session: Session,
    *,
    asked: Consent,
    second: Actor,
    answer: str,
    now: datetime,
    round_id: str | None = None,
) -> None:
    """The second official says no, and why."""
    asked.state, asked.answer = ConsentState.REFUSED, answer
    _settle(session, asked, second, now)
    _note(
        session,
        asked,
        kind="people.consent_refused",
        by=second,
        now=now,
        round_id=round_id,
        # About a round everybody may read why not; elsewhere the words may be about a person.
        answer=answer if asked.act in ONE_AT_A_TIME else None,
    )


def take_back(
    session: Session, *, asked: Consent, first: Actor, now: datetime, round_id: str | None = None
) -> None:
    """Whoever asked does not ask any more."""
    if asked.first_id != first.official_id or asked.state != ConsentState.WAITING:
        raise Refusal("people.consent_settled")
    asked.state, asked.settled_at, asked.sealed = ConsentState.TAKEN_BACK, now, None
    session.add(asked)
    session.flush()
    _note(session, asked, kind="people.consent_taken_back", by=first, now=now, round_id=round_id)


def use(session: Session, *, asked: Consent, first: Actor, now: datetime) -> None:
    """Uses an agreement up: once, by whoever asked, before it ends."""
    if asked.state != ConsentState.AGREED or asked.first_id != first.official_id:
        raise Refusal("people.consent_settled")
    if asked.ends_at <= now:
        raise Refusal("people.consent_ended", at=asked.ends_at)
    asked.state = ConsentState.DONE
    asked.sealed = None
    session.add(asked)
    session.flush()


def late_requests(session: Session, *, now: datetime) -> bool:
    """Whether there is anything to `expire`."""
    return session.exec(_late(now).limit(1)).first() is not None


def _late(now: datetime) -> SelectOfScalar[Consent]:
    return (
        select(Consent)
        .where(col(Consent.state).in_([ConsentState.WAITING, ConsentState.AGREED]))
        .where(Consent.ends_at <= now)
    )


def expire(session: Session, *, now: datetime) -> int:
    """Ends what nobody answered or used in time; returns how many. Called by `tick`."""
    late = session.exec(_late(now).with_for_update()).all()
    for asked in late:
        asked.state, asked.settled_at, asked.sealed = ConsentState.EXPIRED, now, None
        session.add(asked)
        record(
            session,
            district_id=asked.district_id,
            subject=asked.subject,
            kind="people.consent_expired",
            at=now,
            office="clock",
            act=asked.act,
        )
    session.flush()
    return len(late)


def load(session: Session, *, district_id: str, consent_id: str, lock: bool = False) -> Consent:
    """A request of this district, and of no other. Raises LookupError."""
    query = select(Consent).where(Consent.district_id == district_id, Consent.id == consent_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.exec(query).first()
    if found is None:
        raise LookupError(consent_id)
    return found


def requests(
    session: Session, *, district_id: str, states: Sequence[ConsentState] = (), most: int = 50
) -> Sequence[Consent]:
    """The requests of a district, the newest first."""
    query = select(Consent).where(Consent.district_id == district_id)
    if states:
        query = query.where(col(Consent.state).in_(states))
    return session.exec(
        query.order_by(col(Consent.asked_at).desc(), col(Consent.id)).limit(most)
    ).all()


def waiting_for(session: Session, *, district_id: str, who: Who, now: datetime) -> list[Consent]:
    """The requests of a district that wait for this very official."""
    found = session.exec(
        select(Consent)
        .where(Consent.district_id == district_id, Consent.state == ConsentState.WAITING)
        .where(Consent.ends_at > now, Consent.first_id != who.official_id)
        .order_by(col(Consent.ends_at), col(Consent.id))
    ).all()
    if not found or not may_second(session, district_id=district_id, who=who, now=now):
        return []
    return list(found)


def _settle(session: Session, asked: Consent, second: Actor, now: datetime) -> None:
    asked.second_id, asked.second_name = second.official_id, second.name
    asked.second_office, asked.settled_at = second.office, now
    if asked.state == ConsentState.REFUSED:
        asked.sealed = None  # of what was agreed it is still needed, until it is done
    session.add(asked)
    session.flush()


def _note(
    session: Session,
    asked: Consent,
    *,
    kind: str,
    by: Actor,
    now: datetime,
    round_id: str | None,
    **facts: object,
) -> None:
    record(
        session,
        district_id=asked.district_id,
        round_id=round_id,
        subject=asked.subject,
        kind=kind,
        at=now,
        office=str(by.office),
        by_name=by.name,
        act=asked.act,
        **facts,
    )
