"""People's phones: who is on which number. A number is kept as a keyed hash, and sealed.

Families share one phone, so a number may have several people. Whoever came first signs in with a
code sent to it; each further person also types a group of their own card, so that whoever holds
the phone cannot vote for all of them.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.ledger.actions import record
from app.people.models import Means, Person, RollEntry, SignIn, Tries
from app.people.phone_models import PersonPhone

_SKIPPED = str.maketrans("", "", " \t\n\u00a0\u202f-\u2010\u2011\u2012\u2013\u2014().[]/")
_LANDLINES = ("71", "72")  # Kazakhstan's area codes; a message does not reach them


class Shown(StrEnum):
    """Which document was shown at the desk."""

    IDENTITY_CARD = "identity-card"
    PASSPORT = "passport"
    RESIDENCE_PERMIT = "residence-permit"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class OnNumber:
    """Somebody who is on a number."""

    person_id: str
    full_name: str
    needs_card: bool


@dataclass(frozen=True, slots=True)
class OwnPhone:
    """A person's number as pages show it: its last four digits."""

    number: str
    needs_card: bool
    added_at: datetime
    at_desk: bool


@dataclass(frozen=True, slots=True)
class PhoneSet:
    """What came of setting a number. `left` is the number that was there before, if another."""

    needs_card: bool
    left: str = ""
    changed: bool = True


def number_of(typed: str) -> str:
    """`+77XXXXXXXXX`: `8 701…`, `+7 701…` and `701…` are one number.

    Raises Refusal("people.phone_shape") or ("people.phone_not_mobile"), both at `phone`.
    """
    text = typed.translate(_SKIPPED)
    plus, digits = text.startswith("+"), text.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        raise Refusal("people.phone_shape", field="phone")
    if len(digits) == 11 and (digits[0] == "7" or (digits[0] == "8" and not plus)):
        digits = digits[1:]
    elif plus and 8 <= len(digits) <= 15:
        raise Refusal("people.phone_not_mobile", field="phone")  # another country's
    if len(digits) != 10 or digits[0] == "8":
        raise Refusal("people.phone_shape", field="phone")
    if digits[0] != "7" or digits.startswith(_LANDLINES):
        raise Refusal("people.phone_not_mobile", field="phone")
    return f"+7{digits}"


def masked(number: str) -> str:
    """All that a page shows of a number: `+7 7•• ••• 45 67`, never broken over two lines."""
    return "\u00a0".join((number[:2], "7••", "•••", number[-4:-2], number[-2:]))


def hold_number(session: Session, *, keyring: Keyring, number: str, now: datetime) -> None:
    """Whoever writes about this number does so one after the other, till the transaction ends."""
    make = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    subject = "number:" + keyring.mac("tries", "number", number)[:32]
    session.execute(
        make(Tries)
        .values(subject=subject, count=0, last_at=now)
        .on_conflict_do_update(index_elements=["subject"], set_={"last_at": now})
    )


def people_on(session: Session, *, phone_mac: str) -> list[OnNumber]:
    """Who is on a number and stands on a roll, the first one first."""
    found = session.exec(
        select(PersonPhone, Person)
        .join(Person, col(Person.id) == PersonPhone.person_id)
        .join(RollEntry, col(RollEntry.person_id) == PersonPhone.person_id)
        .where(PersonPhone.phone_mac == phone_mac, col(RollEntry.removed_on).is_(None))
        .order_by(col(PersonPhone.needs_card), col(PersonPhone.added_at), col(Person.id))
    ).all()
    return [OnNumber(person.id, person.full_name, phone.needs_card) for phone, person in found]


def own_phone(session: Session, *, keyring: Keyring, person_id: str) -> OwnPhone | None:
    """A person's number, masked; None where they have none."""
    row = session.get(PersonPhone, person_id)
    if row is None:
        return None
    number = keyring.unseal("phone", person_id, row.sealed)
    return OwnPhone(masked(number), row.needs_card, row.added_at, bool(row.added_by))


def set_phone(
    session: Session,
    *,
    keyring: Keyring,
    person_id: str,
    number: str,
    most: int,
    now: datetime,
    by_name: str = "",
    but: str = "",
) -> PhoneSet:
    """Puts a person on a number that was proved, or seen to at the desk.

    Their sessions that a phone had opened end, but for `but`. At most `most` people a number.
    """
    hold_number(session, keyring=keyring, number=number, now=now)
    if not _on_a_roll(session, person_id):
        raise Refusal("people.not_on_this_roll")
    mac = keyring.mac("phone", number)
    _forget_who_left(session, mac)
    row = session.get(PersonPhone, person_id, with_for_update=True, populate_existing=True)
    left = keyring.unseal("phone", person_id, row.sealed) if row is not None else ""
    others = [one for one in people_on(session, phone_mac=mac) if one.person_id != person_id]
    if len(others) >= most:
        raise Refusal("people.phone_full", field="phone", most=most, n=most)
    if row is None:
        row = PersonPhone(
            person_id=person_id, phone_mac=mac, sealed=b"", needs_card=True, added_at=now
        )
    stays_first = left == number and not row.needs_card
    needs_card = bool(others) and not stays_first
    if left == number and row.needs_card == needs_card:
        return PhoneSet(needs_card, changed=False)  # pressed twice: nothing to tell anybody
    row.needs_card = needs_card
    row.phone_mac = mac
    row.sealed = keyring.seal("phone", person_id, number)
    row.added_at, row.added_by = now, by_name
    session.add(row)
    try:
        session.flush()
    except IntegrityError:
        raise Refusal("people.phone_raced", field="phone") from None
    end_by_phone(session, person_id=person_id, but=but, now=now)
    return PhoneSet(row.needs_card, left if left != number else "")


def set_at_desk(
    session: Session,
    *,
    keyring: Keyring,
    district_id: str,
    person_id: str,
    number: str,
    shown: Shown,
    most: int,
    by_name: str,
    now: datetime,
) -> PhoneSet:
    """The office saw a document and puts a person of its roll on a number.

    The record tells that it was done and on what kind of document, and nothing of whom.
    """
    if not _on_a_roll(session, person_id, district_id):
        raise Refusal("people.not_on_this_roll")
    done = set_phone(
        session,
        keyring=keyring,
        person_id=person_id,
        number=number,
        most=most,
        now=now,
        by_name=by_name,
    )
    if not done.changed:
        return done
    record(
        session,
        district_id=district_id,
        subject=district_id,
        kind="people.phone_set",
        at=now,
        office="clerk",
        by_name=by_name,
        document=shown.value,
    )
    return done


def take_off_at_desk(
    session: Session, *, district_id: str, person_id: str, by_name: str, now: datetime
) -> None:
    """The office takes a person of its roll off their number."""
    if not _on_a_roll(session, person_id, district_id):
        raise Refusal("people.not_on_this_roll")
    if not take_off_phone(session, person_id=person_id, now=now):
        raise Refusal("people.no_phone")
    record(
        session,
        district_id=district_id,
        subject=district_id,
        kind="people.phone_taken_off",
        at=now,
        office="clerk",
        by_name=by_name,
    )


def take_off_phone(session: Session, *, person_id: str, now: datetime, but: str = "") -> bool:
    """Forgets a person's number and ends what it opened; False where there was none."""
    row = session.get(PersonPhone, person_id, with_for_update=True)
    if row is None:
        return False
    session.delete(row)
    end_by_phone(session, person_id=person_id, but=but, now=now)
    session.flush()
    return True


def end_by_phone(session: Session, *, person_id: str, but: str, now: datetime) -> None:
    """Ends a person's sessions that were opened by a phone, but for one."""
    session.execute(
        update(SignIn)
        .where(
            col(SignIn.person_id) == person_id,
            col(SignIn.how) == Means.PHONE,
            col(SignIn.ended_at).is_(None),
            col(SignIn.id) != but,
        )
        .values(ended_at=now)
    )


def _on_a_roll(session: Session, person_id: str, district_id: str = "") -> bool:
    query = select(RollEntry.id).where(
        RollEntry.person_id == person_id, col(RollEntry.removed_on).is_(None)
    )
    if district_id:
        query = query.where(RollEntry.district_id == district_id)
    return session.exec(query).first() is not None


def _forget_who_left(session: Session, mac: str) -> None:
    """Whoever stands on no roll any more keeps nobody from the number."""
    here = select(RollEntry.person_id).where(col(RollEntry.removed_on).is_(None))
    session.execute(
        delete(PersonPhone).where(
            col(PersonPhone.phone_mac) == mac, col(PersonPhone.person_id).not_in(here)
        )
    )
