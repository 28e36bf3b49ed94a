"""Keeping the roll: a list brought in, somebody added or taken off by hand.

A person stands on one roll at a time in the whole installation; the database holds that too.
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
from app.people.models import Card, OffRoll, Person, RollEntry, RollImport
from app.people.roll_check import (
    CheckedRoll,
    Newcomer,
    born_of,
    check_roll,
    known_people,
    why_not_born,
    why_not_settlement,
)
from app.people.roll_sheet import Line, why_not_name
from app.people.sign_in import end_all


class RollRefused(Refusal):
    """The file was not taken in: `checked.problems` says why, row by row."""

    def __init__(self, checked: CheckedRoll) -> None:
        super().__init__("people.roll_rows", n=len(checked.problems))
        self.checked = checked


def import_roll(
    session: Session,
    *,
    keyring: Keyring,
    district_id: str,
    text: str | bytes,
    source: str,
    source_date: date,
    by_name: str,
    now: datetime,
) -> RollImport:
    """Puts the file's new people on the roll, all of them or nobody.

    Raises `RollRefused` with the problems row by row; whoever stands there already is left.
    """
    if source_date > day_of(now):
        raise Refusal("people.day_ahead", field="source_date")
    checked = check_roll(session, keyring=keyring, district_id=district_id, text=text, now=now)
    if checked.problems:
        raise RollRefused(checked)
    brought = RollImport(
        id=new_id(),
        district_id=district_id,
        source=source,
        source_date=source_date,
        sha256=checked.sha256,
        rows=checked.rows,
        added=len(checked.new),
        by_name=by_name,
        at=now,
    )
    session.add(brought)
    session.flush()
    _put(session, district_id, checked.new, now, import_id=brought.id)
    record(
        session,
        district_id=district_id,
        subject=district_id,
        kind="people.roll_imported",
        at=now,
        office="clerk",
        by_name=by_name,
        source=source,
        source_date=source_date,
        sha256=checked.sha256,
        rows=checked.rows,
        added=len(checked.new),
    )
    return brought


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
) -> str:
    """Puts one person on the roll, on the basis of a document; returns the person's id."""
    typed = born.isoformat() if born else ""
    line = Line(0, " ".join(name.split()), iin.replace(" ", ""), settlement_id, typed)
    for why, field in (
        (why_not_name(line.name), "name"),
        (why_not_iin(line.iin) or why_not_born(line, day_of(now)), "iin"),
        (why_not_settlement(session, district_id, settlement_id), "settlement_id"),
    ):
        insist(why.at(field) if why else None)
    mac = keyring.mac("iin", line.iin)
    person = known_people(session, [mac]).get(mac)
    if person is not None and person.roll is not None:
        here = person.roll == district_id
        raise Refusal("people.this_roll" if here else "people.other_roll", field="iin")
    known_id = person.id if person else None
    one = Newcomer(0, mac, line.name, settlement_id, of_age(born_of(line)), known_id)
    (person_id,) = _put(session, district_id, [one], now, basis=basis)
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


def take_off(
    session: Session,
    *,
    district_id: str,
    person_id: str,
    why: OffRoll,
    note: str = "",
    by_name: str,
    now: datetime,
) -> None:
    """Takes somebody off the roll: their card and their sessions end. The history stays."""
    entry = session.exec(
        select(RollEntry).where(
            RollEntry.district_id == district_id,
            RollEntry.person_id == person_id,
            col(RollEntry.removed_on).is_(None),
        )
    ).first()
    if entry is None:
        raise Refusal("people.not_on_this_roll")
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


def _put(
    session: Session,
    district_id: str,
    new: Sequence[Newcomer],
    now: datetime,
    *,
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
