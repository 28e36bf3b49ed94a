"""Sessions: opened with a card or a password, ended by hand, by time, or by idleness.

A token has 256 random bits and is kept by its SHA-256 alone. A try at a secret is counted, in a
short transaction of its own, before the secret is looked at: a refusal cannot roll it back.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Session, col, select

from app.core.ids import new_id
from app.core.keys import Keyring
from app.core.refusal import Refusal, insist
from app.people.card_text import SECRET, why_not_code, why_not_number
from app.people.factors import any_unfinished, forget_unfinished
from app.people.models import Card, Means, Official, RollEntry, SignIn, Tries
from app.people.officials import Known
from app.people.queries import hash_token, offices_held

FREE_TRIES = 5
NO_WAIT = timedelta(0)
FIRST_WAIT = timedelta(seconds=30)  # doubles with every further try
LONGEST_WAIT = timedelta(minutes=15)
FORGIVEN_AFTER = timedelta(days=1)
SHARED_PHONE_HOURS = 4  # at the very most; three idle minutes end it long before


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that was just made. The token is told once and is not kept."""

    token: str
    sign_in_id: str
    ends_at: datetime
    shared: bool
    offices: int = 0  # how many an official may choose from
    district_id: str | None = None


def wait_after(tries: int) -> timedelta:
    """How long one waits after so many failed tries in a row."""
    if tries < FREE_TRIES:
        return timedelta(0)
    doublings = min(tries - FREE_TRIES, 10)
    wait: timedelta = FIRST_WAIT * 2**doublings
    return min(wait, LONGEST_WAIT)


def tries_of_card(keyring: Keyring, number: str) -> str:
    """Under what the tries at a card are counted."""
    return "card:" + keyring.mac("tries", "card", number)[:32]


def tries_of_login(keyring: Keyring, login: str) -> str:
    """Under what the tries at a login are counted, whether or not there is such an official."""
    return "official:" + keyring.mac("tries", "official", login)[:32]


def lock_tries(session: Session, *, subject: str, now: datetime) -> Tries:
    """The row where tries are counted, made if need be, and nobody else's until the commit.

    One statement makes or locks it: a right secret may delete it at this very moment.
    """
    make = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    session.execute(
        make(Tries)
        .values(subject=subject, count=0, last_at=now)
        .on_conflict_do_update(index_elements=["subject"], set_={"count": Tries.count})
    )
    return session.exec(
        select(Tries).where(Tries.subject == subject).execution_options(populate_existing=True)
    ).one()


def count_try(
    session: Session, *, subject: str, now: datetime, at_least: timedelta = NO_WAIT
) -> Refusal | None:
    """Counts one more try, unless one must still wait: then says until when, and counts nothing.

    Whoever has tried wrong already waits `at_least` so long: from a crowded network.
    Returns its refusal, so that the caller's transaction keeps what was counted.
    """
    row = lock_tries(session, subject=subject, now=now)
    if row.last_at + FORGIVEN_AFTER <= now:
        row.count = 0
    until = row.last_at + (max(wait_after(row.count), at_least) if row.count else NO_WAIT)
    if now < until:
        whole = until.replace(second=0, microsecond=0)
        if whole < until:
            whole += timedelta(minutes=1)
        return Refusal("people.wait", until=whole)
    row.count += 1
    row.last_at = now
    session.add(row)
    session.flush()
    return None


def open_with_card(
    session: Session,
    *,
    keyring: Keyring,
    number: str,
    code: str,
    shared: bool,
    own_phone_days: int,
    now: datetime,
) -> Opened:
    """Signs a resident in. `number` and `code` are normalized (see `card_text`).

    `code` is what was typed, or the secret of the square. Refuses with one and the same code, and
    after the same work, for a card that is not there and a code that is wrong.
    """
    insist(why_not_number(number) or why_not_code(code))
    # Locked: whoever issues it anew at this moment waits, and then ends the session opened here.
    card = session.exec(
        select(Card)
        .where(Card.number == number)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    scanned = len(code) == SECRET
    mac = keyring.mac("card-qr" if scanned else "card", number, code)
    kept = "" if card is None else (card.qr_mac or "") if scanned else card.code_mac
    right = hmac.compare_digest(mac, kept or "0" * len(mac))
    if card is None or not right:
        raise Refusal("people.card_wrong")
    if card.replaced_at is not None:
        raise Refusal("people.card_replaced")
    opened = open_for_resident(
        session,
        person_id=card.person_id,
        how=Means.CARD,
        shared=shared,
        own_phone_days=own_phone_days,
        now=now,
    )
    if opened is None:
        raise Refusal("people.card_replaced")
    forget_tries(session, tries_of_card(keyring, number))
    return opened


def open_for_resident(
    session: Session,
    *,
    person_id: str,
    how: Means,
    shared: bool,
    own_phone_days: int,
    now: datetime,
) -> Opened | None:
    """A session for a person whose secret was just checked; None where they stand on no roll."""
    entry = session.exec(
        select(RollEntry).where(
            RollEntry.person_id == person_id, col(RollEntry.removed_on).is_(None)
        )
    ).first()
    if entry is None:
        return None
    lasts = timedelta(hours=SHARED_PHONE_HOURS) if shared else timedelta(days=own_phone_days)
    row, token = new_sign_in(now, lasts, how=how, shared=shared)
    row.person_id = person_id
    session.add(row)
    session.flush()
    return Opened(token, row.id, row.ends_at, shared, district_id=entry.district_id)


def choose_office(
    session: Session, *, sign_in_id: str, official_id: str, office_id: str, now: datetime
) -> None:
    """From here on the session acts in this office, which must be held today."""
    held = {office.id for office in offices_held(session, official_id=official_id, now=now)}
    if office_id not in held:
        raise Refusal("people.office_not_held")
    session.execute(
        update(SignIn)
        .where(col(SignIn.id) == sign_in_id, col(SignIn.official_id) == official_id)
        .values(office_id=office_id)
    )


def change_password(
    session: Session, *, keyring: Keyring, known: Known, password_hash: str, but: str, now: datetime
) -> None:
    """Puts a new hash in the place of the one that was just checked; other sessions end."""
    official = session.get(Official, known.official_id)
    if official is None or official.password_hash != known.password_hash:
        raise Refusal("people.password_wrong")
    official.password_hash = password_hash
    session.add(official)
    forget_tries(session, tries_of_login(keyring, official.login))
    end_all(session, now=now, official_id=official.id, but=but)
    session.flush()


def touch(session: Session, *, sign_in_id: str, now: datetime) -> None:
    """Notes that somebody is still there. The door calls it in a transaction of its own."""
    session.execute(
        update(SignIn)
        .where(
            col(SignIn.id) == sign_in_id,
            col(SignIn.ended_at).is_(None),
            col(SignIn.seen_at) < now,
        )
        .values(seen_at=now)
    )


def end(session: Session, *, sign_in_id: str, now: datetime) -> None:
    """Ends one session; ending it twice is no harm."""
    session.execute(
        update(SignIn)
        .where(col(SignIn.id) == sign_in_id, col(SignIn.ended_at).is_(None))
        .values(ended_at=now)
    )


def end_all(
    session: Session,
    *,
    now: datetime,
    person_id: str | None = None,
    official_id: str | None = None,
    but: str = "",
) -> None:
    """Ends every session of a person or of an official, but for one."""
    whose = (
        col(SignIn.person_id) == person_id
        if person_id is not None
        else col(SignIn.official_id) == official_id
    )
    session.execute(
        update(SignIn)
        .where(whose, col(SignIn.ended_at).is_(None), col(SignIn.id) != but)
        .values(ended_at=now)
    )


def forget_old(session: Session, *, now: datetime) -> int:
    """Deletes sessions that ended a month ago and tries that are forgiven; returns how many."""
    gone = session.execute(delete(SignIn).where(_long_over(now)))
    faded = session.execute(delete(Tries).where(_forgiven(now)))
    begun = forget_unfinished(session, now=now)
    return begun + int(gone.rowcount) + int(faded.rowcount)  # type: ignore[attr-defined]


def old_ones(session: Session, *, now: datetime) -> bool:
    """Whether there is anything that `forget_old` would delete."""
    row = session.exec(select(SignIn.id).where(_long_over(now)).limit(1)).first()
    tries = session.exec(select(Tries.subject).where(_forgiven(now)).limit(1)).first()
    return row is not None or tries is not None or any_unfinished(session, now=now)


def _long_over(now: datetime) -> ColumnElement[bool]:
    month_ago = now - timedelta(days=30)
    return or_(col(SignIn.ends_at) < month_ago, col(SignIn.ended_at) < month_ago)


def _forgiven(now: datetime) -> ColumnElement[bool]:
    return col(Tries.last_at) < now - FORGIVEN_AFTER


def new_sign_in(now: datetime, lasts: timedelta, *, how: Means, shared: bool) -> tuple[SignIn, str]:
    """A session that is not yet anybody's, and its token."""
    token = secrets.token_urlsafe(32)
    row = SignIn(
        token_sha256=hash_token(token),
        id=new_id(),
        how=how,
        shared=shared,
        made_at=now,
        seen_at=now,
        ends_at=now + lasts,
    )
    return row, token


def forget_tries(session: Session, subject: str) -> None:
    """A secret was right: nobody waits any longer."""
    session.execute(delete(Tries).where(col(Tries.subject) == subject))
