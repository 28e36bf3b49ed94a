"""Keeping the roll by hand: somebody added, corrected, taken off, each with a reason.

A person stands on one roll at a time in the whole installation; the database holds that too. Once
the list of a round is closed, changes want a second official (`agreed`).
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from app.core.clock import day_of
from app.core.ids import new_id
from app.core.keys import Keyring
from app.core.refusal import Refusal, insist
from app.core.text import fold
from app.ledger.actions import record
from app.people.iin import of_age, why_not_iin
from app.people.models import Card, OffRoll, Person, RollEntry
from app.people.roll_changes import note_change
from app.people.roll_check import (
    Newcomer,
    born_of,
    known_people,
    line_of,
    why_not_born,
    why_not_day,
    why_not_settlement,
)
from app.people.roll_models import RollLock
from app.people.roll_sheet import Line, why_not_name
from app.people.sign_in import end_all
from app.places.models import District


def lock_of(session: Session, *, district_id: str, now: datetime) -> RollLock | None:
    """The closed list that keeps the roll shut now; the one that is shut longest."""
    return session.exec(
        select(RollLock)
        .where(RollLock.district_id == district_id)
        .where(RollLock.since <= now, RollLock.until > now)
        .order_by(col(RollLock.until).desc(), col(RollLock.round_id))
    ).first()


def why_not_locked(session: Session, *, district_id: str, now: datetime) -> Refusal | None:
    """Why the roll cannot be changed by one official now: a round's list is closed."""
    lock = lock_of(session, district_id=district_id, now=now)
    return Refusal("people.roll_closed", until=lock.until) if lock else None


def begin_change(session: Session, *, district_id: str, now: datetime, agreed: bool) -> None:
    """One change of a district's roll at a time; refuses where its list is closed."""
    session.exec(
        select(District.id).where(District.id == district_id).with_for_update(key_share=True)
    ).one()
    if not agreed:
        insist(why_not_locked(session, district_id=district_id, now=now))


def why_not_add(
    session: Session,
    *,
    keyring: Keyring,
    district_id: str,
    name: str,
    iin: str,
    settlement_id: str,
    born: date | None,
    now: datetime,
) -> Refusal | None:
    """Why this cannot be a line of the roll, said at its field."""
    line = _typed(name, iin, settlement_id, born)
    for why, field in (
        (why_not_name(line.name), "name"),
        (why_not_iin(line.iin) or why_not_born(line, day_of(now)), "iin"),
        (why_not_settlement(session, district_id, settlement_id), "settlement_id"),
    ):
        if why is not None:
            return why.at(field)
    mac = keyring.mac("iin", line.iin)
    person = known_people(session, [mac]).get(mac)
    if person is not None and person.roll == district_id:
        return Refusal("people.this_roll", field="iin")
    return None


def add_by_hand(
    session: Session,
    *,
    keyring: Keyring,
    district_id: str,
    name: str,
    iin: str,
    settlement_id: str,
    born: date | None = None,
    basis: str,
    by_name: str,
    now: datetime,
    agreed: bool = False,
) -> str:
    """Puts one person on the roll, on the basis of a document; returns the person's id.

    Somebody of another roll stays there, and the raion's official is asked: then the id is that of
    somebody who does not stand on this roll.
    """
    begin_change(session, district_id=district_id, now=now, agreed=agreed)
    insist(
        why_not_add(
            session,
            keyring=keyring,
            district_id=district_id,
            name=name,
            iin=iin,
            settlement_id=settlement_id,
            born=born,
            now=now,
        )
    )
    line = _typed(name, iin, settlement_id, born)
    mac, grown = keyring.mac("iin", line.iin), of_age(born_of(line))
    person = known_people(session, [mac]).get(mac)
    said = line_of(line.name, settlement_id, grown)
    if person is not None and person.roll is not None:
        from app.people.conflicts import open_conflict  # circular: settling one moves people

        open_conflict(
            session,
            keyring=keyring,
            district_id=district_id,
            person_id=person.id,
            stands_in=person.roll,
            line={**said, "basis": basis},
            by_name=by_name,
            now=now,
        )
        return person.id
    known_id = person.id if person else None
    one = Newcomer(0, mac, line.name, settlement_id, grown, known_id)
    (person_id,) = put(session, district_id=district_id, new=[one], now=now, basis=basis)
    note_change(
        session,
        district_id=district_id,
        person_id=person_id,
        before={},
        after=said,
        why=basis,
        by_name=by_name,
        now=now,
    )
    record(
        session,
        district_id=district_id,
        subject=district_id,
        kind="people.added",
        at=now,
        office="clerk",
        by_name=by_name,
    )
    return person_id


def correct(
    session: Session,
    *,
    keyring: Keyring,
    district_id: str,
    person_id: str,
    name: str,
    settlement_id: str,
    born: date | None,
    why: str,
    by_name: str,
    now: datetime,
    agreed: bool = False,
) -> None:
    """Corrects a line of this roll. `born` is None where the day of birth stays as it is.

    Raises Refusal people.nothing_changed, people.not_on_this_roll, and those of a line.
    """
    begin_change(session, district_id=district_id, now=now, agreed=agreed)
    insist(
        why_not_correct(
            session,
            district_id=district_id,
            person_id=person_id,
            name=name,
            settlement_id=settlement_id,
            born=born,
            now=now,
        )
    )
    person, entry = _line(session, district_id, person_id)
    before = line_of(person.full_name, entry.settlement_id, person.of_age_on)
    after = line_of(_clean(name), settlement_id, of_age(born) if born else person.of_age_on)
    changed = [part for part, text in after.items() if text != before[part]]
    person.full_name, person.name_folded = after["name"], fold(after["name"])
    person.of_age_on = date.fromisoformat(after["of_age_on"])
    entry.settlement_id = settlement_id
    session.add_all([person, entry])
    note_change(
        session,
        district_id=district_id,
        person_id=person_id,
        before={part: before[part] for part in changed},
        after={part: after[part] for part in changed},
        why=why,
        by_name=by_name,
        now=now,
    )
    record(
        session,
        district_id=district_id,
        subject=district_id,
        kind="people.corrected",
        at=now,
        office="clerk",
        by_name=by_name,
    )


def why_not_correct(
    session: Session,
    *,
    district_id: str,
    person_id: str,
    name: str,
    settlement_id: str,
    born: date | None,
    now: datetime,
) -> Refusal | None:
    """Why a line of this roll cannot become this one, said at its field."""
    for why, field in (
        (why_not_name(_clean(name)), "name"),
        (why_not_settlement(session, district_id, settlement_id), "settlement_id"),
        (why_not_day(born, day_of(now)) if born else None, "born"),
    ):
        if why is not None:
            return why.at(field)
    try:
        person, entry = _line(session, district_id, person_id)
    except Refusal as why:
        return why
    grown = of_age(born) if born else person.of_age_on
    if line_of(_clean(name), settlement_id, grown) == line_of(
        person.full_name, entry.settlement_id, person.of_age_on
    ):
        return Refusal("people.nothing_changed")
    return None


def take_off(
    session: Session,
    *,
    district_id: str,
    person_id: str,
    why: OffRoll,
    note: str = "",
    by_name: str,
    now: datetime,
    agreed: bool = False,
) -> None:
    """Takes somebody off the roll: their card and their sessions end. The history stays."""
    begin_change(session, district_id=district_id, now=now, agreed=agreed)
    person, entry = _line(session, district_id, person_id)
    before = line_of(person.full_name, entry.settlement_id, person.of_age_on)
    entry.removed_on = day_of(now)
    entry.removed_why = why
    entry.removed_note = note
    session.add(entry)
    session.execute(
        update(Card)
        .where(col(Card.person_id) == person_id, col(Card.replaced_at).is_(None))
        .values(replaced_at=now)
    )
    end_all(session, now=now, person_id=person_id)
    note_change(
        session,
        district_id=district_id,
        person_id=person_id,
        before=before,
        after={},
        why=note,
        by_name=by_name,
        now=now,
    )
    record(
        session,
        district_id=district_id,
        subject=district_id,
        kind="people.taken_off",
        at=now,
        office="clerk",
        by_name=by_name,
        why=str(why),
    )


def put(
    session: Session,
    *,
    district_id: str,
    new: Sequence[Newcomer],
    now: datetime,
    import_id: str | None = None,
    basis: str = "",
) -> list[str]:
    """Writes the newcomers; in one order for everybody, so that two lists cannot lock each other.

    The database has the last word on one roll at a time: two offices may press at once.
    """
    ordered = sorted(new, key=lambda one: one.iin_mac)
    ids = {one.iin_mac: one.person_id or new_id() for one in ordered}
    people = [
        {
            "id": ids[one.iin_mac],
            "iin_mac": one.iin_mac,
            "full_name": one.name,
            "name_folded": fold(one.name),
            "of_age_on": one.of_age_on,
        }
        for one in ordered
        if one.person_id is None
    ]
    entries = [
        {
            "id": new_id(),
            "district_id": district_id,
            "person_id": ids[one.iin_mac],
            "settlement_id": one.settlement_id,
            "import_id": import_id,
            "basis": basis,
            "added_on": day_of(now),
            "removed_why": "",
            "removed_note": "",
        }
        for one in ordered
    ]
    try:
        if people:
            session.execute(insert(Person), people)
        if entries:
            session.execute(insert(RollEntry), entries)
        for one in ordered:
            if one.person_id is not None:
                session.execute(
                    update(Person)
                    .where(col(Person.id) == one.person_id)
                    .values(full_name=one.name, name_folded=fold(one.name), of_age_on=one.of_age_on)
                )
        session.flush()
    except IntegrityError:
        raise Refusal("people.roll_raced") from None
    return [ids[one.iin_mac] for one in ordered]


def _line(session: Session, district_id: str, person_id: str) -> tuple[Person, RollEntry]:
    row = session.exec(
        select(Person, RollEntry)
        .join(RollEntry, col(RollEntry.person_id) == Person.id)
        .where(RollEntry.district_id == district_id, RollEntry.person_id == person_id)
        .where(col(RollEntry.removed_on).is_(None))
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise Refusal("people.not_on_this_roll")
    return row


def _clean(name: str) -> str:
    return " ".join(name.split())


def _typed(name: str, iin: str, settlement_id: str, born: date | None) -> Line:
    return Line(
        0, _clean(name), iin.replace(" ", ""), settlement_id, born.isoformat() if born else ""
    )
