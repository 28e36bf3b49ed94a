"""Signing in as whom the state's identity provider vouches for.

The first time a person is found on a roll by the identification number that the provider vouches
for; from then on by issuer and subject (OpenID Connect Core 5.7), and the number only has to agree.
"""

import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Session, col, select

from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.people.iin import why_not_iin
from app.people.models import Means, Person
from app.people.phone_models import StateIdentity, StateStart
from app.people.sign_in import Opened, open_for_resident
from app.people.state_provider import Start, Vouched

LASTS = timedelta(minutes=10)
FORGOTTEN_AFTER = timedelta(hours=1)
SEALED = "state-start"


@dataclass(frozen=True, slots=True)
class Sent:
    """What was kept of somebody who was sent to the provider."""

    nonce: str
    verifier: str
    after: str  # where they wanted to go


def remember(session: Session, *, keyring: Keyring, start: Start, after: str, now: datetime) -> str:
    """Keeps what must come back, for ten minutes; returns the token of the browser's own cookie."""
    forget_starts(session, now=now)
    browser = secrets.token_urlsafe(32)
    state = _hash(start.state)
    kept = json.dumps([start.nonce, start.verifier, after])
    session.add(
        StateStart(
            state_sha256=state,
            browser_sha256=_hash(browser),
            sealed=keyring.seal(SEALED, state, kept),
            made_at=now,
            ends_at=now + LASTS,
        )
    )
    session.flush()
    return browser


def take_up(session: Session, *, keyring: Keyring, state: str, browser: str, now: datetime) -> Sent:
    """What was kept for this answer in this browser; it is used up, whoever asks at once.

    Raises Refusal people.state_ended: too late, a second time, or another browser's. The caller
    commits it before the provider is asked.
    """
    key = _hash(state)
    used = session.execute(
        update(StateStart)
        .where(
            col(StateStart.state_sha256) == key,
            col(StateStart.browser_sha256) == _hash(browser),
            col(StateStart.used_at).is_(None),
            col(StateStart.ends_at) > now,
        )
        .values(used_at=now)
    )
    if used.rowcount != 1:  # type: ignore[attr-defined]
        raise Refusal("people.state_ended")
    row = session.get_one(StateStart, key)
    nonce, verifier, after = json.loads(keyring.unseal(SEALED, key, row.sealed))
    return Sent(nonce, verifier, after)


def open_with_state(
    session: Session,
    *,
    keyring: Keyring,
    vouched: Vouched,
    shared: bool,
    own_phone_days: int,
    now: datetime,
) -> Opened:
    """Signs in whom the provider vouched for. Of somebody on no roll nothing is kept.

    Raises Refusal people.state_no_number, people.state_other_person, people.state_not_listed.
    """
    number = vouched.number
    if number is not None and why_not_iin(number) is not None:
        raise Refusal("people.state_no_number")
    subject = keyring.mac("subject", vouched.issuer, vouched.subject)
    known = session.get(StateIdentity, (vouched.issuer, subject))
    found = _person(session, keyring, number) if number is not None else None
    if known is None:
        if number is None:
            raise Refusal("people.state_no_number")
        person_id = found
    else:
        person_id = known.person_id
        if number is not None and (found is None or not hmac.compare_digest(found, person_id)):
            raise Refusal("people.state_other_person")
    opened = (
        open_for_resident(
            session,
            person_id=person_id,
            how=Means.STATE,
            shared=shared,
            own_phone_days=own_phone_days,
            now=now,
        )
        if person_id is not None
        else None
    )
    if opened is None or person_id is None:
        raise Refusal("people.state_not_listed")
    if known is None:
        _bind(session, vouched.issuer, subject, person_id, now)
    return opened


def old_starts(session: Session, *, now: datetime) -> bool:
    """Whether there is anything that `forget_starts` would delete."""
    asked = select(StateStart.state_sha256).where(StateStart.ends_at < now - FORGOTTEN_AFTER)
    return session.exec(asked.limit(1)).first() is not None


def forget_starts(session: Session, *, now: datetime) -> int:
    """Deletes what was kept of sign-ins that ended; returns how many."""
    gone = session.execute(
        delete(StateStart).where(col(StateStart.ends_at) < now - FORGOTTEN_AFTER)
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _person(session: Session, keyring: Keyring, number: str) -> str | None:
    return session.exec(
        select(Person.id).where(Person.iin_mac == keyring.mac("iin", number))
    ).first()


def _bind(session: Session, issuer: str, subject: str, person_id: str, now: datetime) -> None:
    """From now on this subject is this person; two at once bind once, and to the same one."""
    make = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    session.execute(
        make(StateIdentity)
        .values(issuer=issuer, subject_mac=subject, person_id=person_id, made_at=now)
        .on_conflict_do_nothing()
    )
    bound = session.exec(
        select(StateIdentity.person_id).where(
            StateIdentity.issuer == issuer, StateIdentity.subject_mac == subject
        )
    ).one()
    if bound != person_id:
        raise Refusal("people.state_other_person")


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
