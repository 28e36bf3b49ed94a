"""Codes sent to a phone: six digits, five tries, ten minutes, for one browser and one purpose.

A number that nobody is on gets the same answer by the same work: a row, a code that goes nowhere,
a try counted. Who may ask how often is counted from the rows themselves, under the number's lock.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, update
from sqlmodel import Session, col, select

from app.core.clock import day_of
from app.core.ids import new_id
from app.core.keys import Keyring
from app.core.refusal import Refusal, insist
from app.people import budget
from app.people.cards import tries_of_persons_card
from app.people.models import Card, Means
from app.people.phone_models import CodeFor, PhoneCode
from app.people.phones import OnNumber, hold_number, people_on
from app.people.queries import hash_token
from app.people.sign_in import Opened, forget_tries, open_for_resident

DIGITS = 6
LASTS = timedelta(minutes=10)
MOST_TRIES = 5
RESEND_AFTER = timedelta(minutes=1)
MOST_AN_HOUR = 5
MOST_A_DAY = 10
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """A code as it goes out, once. `to` is empty for a number that nobody is on."""

    id: str
    code: str
    to: str
    token: str  # for the asking browser's own cookie
    ends_at: datetime


def spent(session: Session, *, most: int, now: datetime) -> bool:
    """Whether the installation has sent as much today as it may: nobody gets a code any more."""
    return budget.used(session, name=budget.MESSAGES, day=day_of(now)) >= most


def ask_code(
    session: Session,
    *,
    keyring: Keyring,
    purpose: CodeFor,
    number: str,
    most_a_day: int,
    now: datetime,
    person_id: str | None = None,
) -> Asked:
    """A new code; older ones for the same number and purpose die. `most_a_day`: installation-wide.

    Refuses alike for numbers that somebody is on and numbers that nobody is on.
    """
    hold_number(session, keyring=keyring, number=number, now=now)
    if spent(session, most=most_a_day, now=now):
        raise Refusal("people.codes_spent")
    mac = keyring.mac("phone", number)
    insist(_why_not_ask(session, mac=mac, person_id=person_id, now=now))
    somebody = bool(people_on(session, phone_mac=mac)) or purpose is CodeFor.SET_PHONE
    budget.use_one(session, name=budget.MESSAGES if somebody else budget.NOWHERE, day=day_of(now))
    session.execute(
        update(PhoneCode)
        .where(
            col(PhoneCode.phone_mac) == mac,
            col(PhoneCode.purpose) == purpose,
            col(PhoneCode.proved_at).is_(None),
            col(PhoneCode.ends_at) > now,
        )
        .values(ends_at=now)
    )
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    token, row_id = secrets.token_urlsafe(32), new_id()
    row = PhoneCode(
        id=row_id,
        browser_sha256=hash_token(token),
        purpose=purpose,
        phone_mac=mac,
        person_id=person_id,
        sealed=keyring.seal("phone-code", row_id, number),
        code_mac=keyring.mac("phone-code", row_id, code),
        made_at=now,
        ends_at=now + LASTS,
    )
    session.add(row)
    session.flush()
    return Asked(row_id, code, number if somebody else "", token, row.ends_at)


def _why_not_ask(
    session: Session, *, mac: str, person_id: str | None, now: datetime
) -> Refusal | None:
    """A message a minute, five an hour, ten a day: for a number, and for whoever sets one."""
    for whose in (
        col(PhoneCode.phone_mac) == mac,
        col(PhoneCode.person_id) == (person_id or "-"),
    ):
        made = session.exec(
            select(PhoneCode.made_at)
            .where(whose, PhoneCode.made_at > now - KEPT)
            .order_by(col(PhoneCode.made_at).desc())
            .limit(MOST_A_DAY)
        ).all()
        if made and made[0] + RESEND_AFTER > now:
            return Refusal("people.code_soon")
        for most, span in ((MOST_AN_HOUR, timedelta(hours=1)), (MOST_A_DAY, KEPT)):
            if len(made) >= most and made[most - 1] + span > now:
                until = made[most - 1] + span
                whole = until.replace(second=0, microsecond=0)
                return Refusal(
                    "people.codes_wait",
                    until=whole if whole == until else whole + timedelta(minutes=1),
                )
    return None


def newest_code(session: Session, *, token: str, purpose: CodeFor) -> PhoneCode | None:
    """The code that this browser asked for, for this purpose; dead or alive."""
    return session.exec(
        select(PhoneCode)
        .where(PhoneCode.browser_sha256 == hash_token(token), PhoneCode.purpose == purpose)
        .order_by(col(PhoneCode.made_at).desc())
        .limit(1)
    ).first()


def number_to(keyring: Keyring, code: PhoneCode) -> str:
    """The number that a code was asked for with; empty when the code was used."""
    return keyring.unseal("phone-code", code.id, code.sealed) if code.sealed else ""


def count_code_try(session: Session, *, token: str, purpose: CodeFor, now: datetime) -> str:
    """Counts a try before the code is looked at; returns which code may be, or an empty text.

    Goes into a transaction of its own: at most five tries of one code are ever looked at, also
    when all come at once.
    """
    row = newest_code(session, token=token, purpose=purpose)
    if row is None:
        return ""
    counted = session.execute(
        update(PhoneCode)
        .where(
            col(PhoneCode.id) == row.id,
            col(PhoneCode.tries) < MOST_TRIES,
            col(PhoneCode.proved_at).is_(None),
            col(PhoneCode.used_at).is_(None),
            col(PhoneCode.ends_at) > now,
        )
        .values(tries=PhoneCode.tries + 1)
    )
    return row.id if counted.rowcount == 1 else ""  # type: ignore[attr-defined]


def prove(
    session: Session, *, keyring: Keyring, code_id: str, typed: str, now: datetime
) -> PhoneCode:
    """Takes the right code, once. `code_id` comes from `count_code_try`; "" refuses."""
    row = session.exec(
        select(PhoneCode)
        .where(PhoneCode.id == code_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None or row.proved_at is not None or row.used_at is not None or row.ends_at <= now:
        raise Refusal("people.code_dead", field="code")
    somebody = bool(people_on(session, phone_mac=row.phone_mac))
    right = hmac.compare_digest(keyring.mac("phone-code", row.id, typed), row.code_mac)
    if not right or not (somebody or row.purpose == CodeFor.SET_PHONE):
        raise Refusal("people.code_not_right", field="code")
    row.proved_at = now
    session.add(row)
    session.flush()
    return row


def proved_code(
    session: Session, *, token: str, purpose: CodeFor, now: datetime
) -> PhoneCode | None:
    """The code this browser proved in the last ten minutes and has not used up yet."""
    row = newest_code(session, token=token, purpose=purpose)
    if row is None or row.proved_at is None or row.used_at is not None:
        return None
    return row if row.proved_at + LASTS > now else None


def use_code(session: Session, *, code_id: str, now: datetime) -> None:
    """Uses a proved code up, once; its number is forgotten with it."""
    done = session.execute(
        update(PhoneCode)
        .where(
            col(PhoneCode.id) == code_id,
            col(PhoneCode.proved_at).is_not(None),
            col(PhoneCode.used_at).is_(None),
        )
        .values(used_at=now, sealed=None)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Refusal("people.code_dead", field="code")


def open_with_phone(
    session: Session,
    *,
    code: PhoneCode,
    person_id: str,
    group_right: bool,
    shared: bool,
    own_phone_days: int,
    keyring: Keyring,
    now: datetime,
) -> Opened:
    """Signs in somebody who is on the number of a proved code, and uses it up.

    `group_right`: whether they typed the right group of their card; some need no card.
    """
    who = someone_on(session, code=code, person_id=person_id)
    if who.needs_card and not group_right:
        raise Refusal("people.group_wrong", field="group")
    use_code(session, code_id=code.id, now=now)
    opened = open_for_resident(
        session,
        person_id=person_id,
        how=Means.PHONE,
        shared=shared,
        own_phone_days=own_phone_days,
        now=now,
    )
    if opened is None:
        raise Refusal("people.choose_yourself", field="person")
    if who.needs_card:
        forget_tries(session, tries_of_persons_card(session, keyring=keyring, person_id=person_id))
    return opened


def someone_on(session: Session, *, code: PhoneCode, person_id: str) -> OnNumber:
    """The chosen one of those on the number of a code."""
    for one in people_on(session, phone_mac=code.phone_mac):
        if one.person_id == person_id:
            return one
    raise Refusal("people.choose_yourself", field="person")


def has_group(session: Session, *, person_id: str) -> bool:
    """Whether a person has a card with groups: those of the first release had none."""
    group = session.exec(
        select(Card.group_mac).where(Card.person_id == person_id, col(Card.replaced_at).is_(None))
    ).first()
    return bool(group)


def forget_codes(session: Session, *, now: datetime) -> int:
    """Deletes what no limit looks back at any more; returns how many."""
    gone = session.execute(delete(PhoneCode).where(_old(now)))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def old_codes(session: Session, *, now: datetime) -> bool:
    """Whether there is anything that `forget_codes` would delete."""
    return session.exec(select(PhoneCode.id).where(_old(now)).limit(1)).first() is not None


def _old(now: datetime) -> ColumnElement[bool]:
    return col(PhoneCode.made_at) < now - KEPT
