"""The history of the roll: who was added, corrected, taken off, when, why and by whom.

A `RollChange` without a *before* is an addition by hand, one without an *after* a removal, one with
both a correction. Whom a list added is known by their entry's import.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from app.core.clock import at, day_of
from app.core.ids import new_id
from app.core.text import fold
from app.people.models import Person, RollEntry, RollImport
from app.people.roll_models import RollChange


class Step(StrEnum):
    """What happened to somebody's line."""

    ADDED = "added"
    CHANGED = "changed"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """One thing that happened to a person's line in this district."""

    step: Step
    day: date
    at: datetime | None  # None where only the day is known
    by_name: str  # empty where it was not written down
    before: Mapping[str, str]
    after: Mapping[str, str]
    why: str  # an OffRoll's code where somebody was taken off
    note: str  # the document, the reason
    source: str  # of the list that did it


@dataclass(frozen=True, slots=True)
class OffLine:
    """Somebody who was taken off this roll, as they stood on it then."""

    person_id: str
    name: str
    settlement_id: str
    day: date
    at: datetime | None
    by_name: str
    why: str
    note: str


def note_change(
    session: Session,
    *,
    district_id: str,
    person_id: str,
    before: Mapping[str, str],
    after: Mapping[str, str],
    why: str,
    by_name: str,
    now: datetime,
) -> None:
    """Keeps what was changed of a person's line."""
    session.add(
        RollChange(
            id=new_id(),
            district_id=district_id,
            person_id=person_id,
            before=dict(before),
            after=dict(after),
            why=why,
            by_name=by_name,
            at=now,
        )
    )
    session.flush()


def history_of(session: Session, *, district_id: str, person_id: str) -> list[HistoryItem]:
    """Everything that happened to a person's line in this district, the newest first."""
    entries = session.exec(
        select(RollEntry).where(
            RollEntry.district_id == district_id, RollEntry.person_id == person_id
        )
    ).all()
    changes = _changes(session, district_id, [person_id])
    lists = _imports(
        session, [one.import_id for one in entries] + [one.import_id for one in changes]
    )
    found = [
        HistoryItem(
            step=Step.CHANGED,
            day=day_of(one.at),
            at=one.at,
            by_name=one.by_name,
            before=one.before,
            after=one.after,
            why="",
            note=one.why,
            source=_source(lists, one),
        )
        for one in changes
        if one.before and one.after
    ]
    for entry in entries:
        brought = lists.get(entry.import_id or "")
        added = _nearest(changes, person_id, entry.added_on, added=True)
        by: RollImport | RollChange | None = brought or added
        found.append(
            HistoryItem(
                step=Step.ADDED,
                day=entry.added_on,
                at=by.at if by else None,
                by_name=by.by_name if by else "",
                before={},
                after={},
                why="",
                note=entry.basis,
                source=brought.source if brought else "",
            )
        )
        if entry.removed_on is not None:
            off = _nearest(changes, person_id, entry.removed_on, added=False)
            found.append(
                HistoryItem(
                    step=Step.OFF,
                    day=entry.removed_on,
                    at=off.at if off else None,
                    by_name=off.by_name if off else "",
                    before=off.before if off else {},
                    after={},
                    why=entry.removed_why,
                    note=entry.removed_note,
                    source=_source(lists, off) if off else "",
                )
            )
    order = {Step.ADDED: 0, Step.CHANGED: 1, Step.OFF: 2}
    return sorted(found, key=lambda one: (one.at or at(one.day), order[one.step]), reverse=True)


def taken_off(
    session: Session, *, district_id: str, name: str = "", first: int = 0, most: int = 50
) -> tuple[list[OffLine], int]:
    """Who was taken off this roll, the latest first, `most` of them, and how many there are.

    Whoever stands on another roll by now is found and shown by the name they had here: what that
    district corrected since is its own.
    """
    rows = session.exec(
        select(RollEntry, Person)
        .join(Person, col(Person.id) == RollEntry.person_id)
        .where(RollEntry.district_id == district_id, col(RollEntry.removed_on).is_not(None))
        .order_by(col(RollEntry.removed_on).desc(), col(Person.name_folded), col(RollEntry.id))
    ).all()
    names = {person.id: person.full_name for _, person in rows}
    names |= _names_of_then(session, district_id, set(names))
    words = fold(name).split()
    wanted = [
        entry for entry, person in rows if all(word in fold(names[person.id]) for word in words)
    ]
    shown = wanted[first : first + most]
    changes = _changes(session, district_id, [entry.person_id for entry in shown])
    return [_off_line(entry, names[entry.person_id], changes) for entry in shown], len(wanted)


def off_line(session: Session, *, district_id: str, person_id: str) -> OffLine | None:
    """Somebody who stood on this roll, as they stood on it last."""
    row = session.exec(
        select(RollEntry, Person)
        .join(Person, col(Person.id) == RollEntry.person_id)
        .where(RollEntry.district_id == district_id, RollEntry.person_id == person_id)
        .where(col(RollEntry.removed_on).is_not(None))
        .order_by(col(RollEntry.removed_on).desc(), col(RollEntry.id))
    ).first()
    if row is None:
        return None
    entry, person = row
    names = {person_id: person.full_name, **_names_of_then(session, district_id, {person_id})}
    return _off_line(entry, names[person_id], _changes(session, district_id, [person_id]))


def _off_line(entry: RollEntry, name: str, changes: Sequence[RollChange]) -> OffLine:
    assert entry.removed_on is not None
    off = _nearest(changes, entry.person_id, entry.removed_on, added=False)
    return OffLine(
        person_id=entry.person_id,
        name=off.before.get("name", name) if off else name,
        settlement_id=entry.settlement_id,
        day=entry.removed_on,
        at=off.at if off else None,
        by_name=off.by_name if off else "",
        why=entry.removed_why,
        note=entry.removed_note,
    )


def _names_of_then(session: Session, district_id: str, people: set[str]) -> dict[str, str]:
    """The last name here of those who stand on another roll now."""
    elsewhere = people & set(
        session.exec(
            select(RollEntry.person_id).where(
                RollEntry.district_id != district_id,
                col(RollEntry.removed_on).is_(None),
                col(RollEntry.person_id).in_(
                    select(RollEntry.person_id).where(RollEntry.district_id == district_id)
                ),
            )
        ).all()
    )
    changes = _changes(session, district_id, sorted(elsewhere))
    return {
        one.person_id: str(one.before["name"])
        for one in changes
        if not one.after and "name" in one.before
    }


def _changes(session: Session, district_id: str, people: Sequence[str]) -> list[RollChange]:
    """The changes of these people, in their order."""
    found: list[RollChange] = []
    for start in range(0, len(people), 500):
        found += session.exec(
            select(RollChange)
            .where(RollChange.district_id == district_id)
            .where(col(RollChange.person_id).in_(people[start : start + 500]))
        ).all()
    return sorted(found, key=lambda one: (one.at, one.id))


def _imports(session: Session, ids: Sequence[str | None]) -> dict[str, RollImport]:
    wanted = {one for one in ids if one is not None}
    rows = session.exec(select(RollImport).where(col(RollImport.id).in_(wanted))).all()
    return {one.id: one for one in rows}


def _source(lists: Mapping[str, RollImport], one: RollChange) -> str:
    return lists[one.import_id].source if one.import_id is not None else ""


def _nearest(
    changes: Sequence[RollChange], person_id: str, day: date, *, added: bool
) -> RollChange | None:
    """The change that put somebody on the roll, or took them off it, on this day."""
    for one in reversed(changes):
        missing = one.before if added else one.after
        if one.person_id == person_id and day_of(one.at) == day and not missing:
            return one
    return None
