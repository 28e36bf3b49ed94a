"""Two districts name one person: only the raion's official sees which, and settles it.

A clerk who adds somebody learns that there is a conflict, and not with whom; the other clerk learns
that there is one, and not about whom. So nobody's roll can be read by typing numbers into another,
and nobody loses a vote by being listed elsewhere: while either list is closed for a vote, they stay
where they stand.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col, func, or_, select

from app.core.clock import day_of
from app.core.ids import new_id
from app.core.keys import Keyring
from app.core.refusal import Refusal, insist
from app.ledger.actions import record
from app.people.models import Card, OffRoll, Person, Role, RollEntry
from app.people.roll import begin_change, lock_of
from app.people.roll_changes import note_change
from app.people.roll_check import line_of
from app.people.roll_models import RollConflict
from app.people.sign_in import end_all
from app.places.models import District, Settlement

SEALED = "conflict"
VERDICTS = ("moves", "stays")


@dataclass(frozen=True, slots=True)
class ConflictCounts:
    """The conflicts that a district's own lists made, in numbers.

    Those about its people are not among them: whoever types a number into another list must not
    read from public numbers where that person stands.
    """

    open: int
    moved: int
    stayed: int


@dataclass(frozen=True, slots=True)
class Standing:
    """The line as it stands on a roll now."""

    name: str
    settlement_id: str
    settlement_kk: str
    settlement_ru: str
    of_age_on: str
    basis: str
    added_on: str


def open_conflict(
    session: Session,
    *,
    keyring: Keyring,
    district_id: str,
    person_id: str,
    stands_in: str,
    line: dict[str, str],
    by_name: str,
    now: datetime,
) -> RollConflict:
    """Lays a conflict before the raion's official; one that is open already stays as it is.

    `district_id` names the person anew with `line`, on whose roll `stands_in` they stand. The
    record of the naming district says so, by number; the other one's says nothing before the end.
    """
    whose = select(Person.id).where(Person.id == person_id)
    session.exec(whose.with_for_update(key_share=True)).one()
    known = session.exec(
        select(RollConflict).where(
            RollConflict.district_id == district_id,
            RollConflict.person_id == person_id,
            col(RollConflict.settled_at).is_(None),
        )
    ).first()
    if known is not None:
        return known
    made = RollConflict(
        id=new_id(),
        district_id=district_id,
        stands_in=stands_in,
        person_id=person_id,
        sealed=b"",
        by_name=by_name,
        at=now,
    )
    text = json.dumps(line, ensure_ascii=False, sort_keys=True)
    made.sealed = keyring.seal(SEALED, made.id, text)
    session.add(made)
    session.flush()
    record(
        session,
        district_id=district_id,
        subject=district_id,
        kind="people.conflict_opened",
        at=now,
        office=Role.CLERK,
        by_name=by_name,
    )
    return made


def settle_conflict(
    session: Session,
    *,
    keyring: Keyring,
    raion_kato: str,
    conflict_id: str,
    verdict: str,
    why: str,
    by_name: str,
    now: datetime,
) -> RollConflict:
    """The raion's official moves somebody to the other roll, or leaves them where they stand.

    Inside a transaction. The official of the raion where the person stands decides. Moving ends
    the card and the sessions, as taking off does. Raises LookupError, Refusal
    people.conflict_settled and people.conflict_locked.
    """
    found = conflict_of(session, raion_kato=raion_kato, conflict_id=conflict_id, lock=True)
    if found.settled_at is not None:
        raise Refusal("people.conflict_settled", at=found.settled_at)
    if verdict not in VERDICTS:
        raise Refusal("form.choice", field="verdict")
    if verdict == "moves":
        _move(session, keyring, found, why, by_name, now)
    found.verdict, found.why = verdict, why
    found.settled_by, found.settled_at = by_name, now
    session.add(found)
    session.flush()
    record(
        session,
        district_id=found.district_id,
        subject=found.district_id,
        kind="people.conflict_settled",
        at=now,
        office=Role.RAION_OFFICE,
        by_name=by_name,
        verdict=verdict,
    )
    return found


def why_not_move(session: Session, *, conflict: RollConflict, now: datetime) -> Refusal | None:
    """Why somebody cannot be moved now: a list is closed, and a vote hangs on it."""
    locks = [
        lock_of(session, district_id=one, now=now)
        for one in (conflict.district_id, conflict.stands_in)
    ]
    until = max((lock.until for lock in locks if lock), default=None)
    return None if until is None else Refusal("people.conflict_locked", until=until)


def conflict_of(
    session: Session, *, raion_kato: str, conflict_id: str, lock: bool = False
) -> RollConflict:
    """A conflict that this raion's official decides. Raises LookupError for any other."""
    query = (
        select(RollConflict)
        .join(District, col(District.id) == RollConflict.stands_in)
        .where(RollConflict.id == conflict_id, District.raion_kato == raion_kato)
    )
    if lock:
        query = query.with_for_update(of=RollConflict).execution_options(populate_existing=True)
    found = session.exec(query).first()
    if found is None:
        raise LookupError(conflict_id)
    return found


def conflicts_of_raion(
    session: Session, *, raion_kato: str, most: int = 100
) -> Sequence[RollConflict]:
    """What this raion's official decides: the open ones, the oldest first; then the settled."""
    return session.exec(
        select(RollConflict)
        .join(District, col(District.id) == RollConflict.stands_in)
        .where(District.raion_kato == raion_kato)
        .order_by(
            col(RollConflict.settled_at).is_not(None),
            col(RollConflict.settled_at).desc(),
            col(RollConflict.at),
            col(RollConflict.id),
        )
        .limit(most)
    ).all()


def decided_elsewhere(session: Session, *, raion_kato: str) -> int:
    """How many open conflicts of this raion's lists another raion's official decides."""
    here = select(District.id).where(District.raion_kato == raion_kato)
    return session.exec(
        select(func.count())
        .select_from(RollConflict)
        .where(col(RollConflict.settled_at).is_(None), col(RollConflict.district_id).in_(here))
        .where(col(RollConflict.stands_in).not_in(here))
    ).one()


def open_days(session: Session, *, district_id: str) -> list[datetime]:
    """When the open conflicts of a district began: all that its clerk learns of them."""
    return list(
        session.exec(
            select(RollConflict.at)
            .where(_touches(district_id), col(RollConflict.settled_at).is_(None))
            .order_by(col(RollConflict.at))
        ).all()
    )


def conflict_counts(session: Session, *, district_id: str) -> ConflictCounts:
    """How many people a district's lists named who stood elsewhere."""
    verdicts = session.exec(
        select(RollConflict.verdict).where(RollConflict.district_id == district_id)
    ).all()
    return ConflictCounts(
        open=verdicts.count(""), moved=verdicts.count("moves"), stayed=verdicts.count("stays")
    )


def named_line(keyring: Keyring, conflict: RollConflict) -> dict[str, str]:
    """The line as the naming district gave it."""
    found: dict[str, str] = json.loads(keyring.unseal(SEALED, conflict.id, conflict.sealed))
    return found


def standing_line(session: Session, *, conflict: RollConflict) -> Standing | None:
    """The line as it stands now; None where the person left that roll meanwhile."""
    found = session.exec(
        select(Person, RollEntry, Settlement)
        .join(RollEntry, col(RollEntry.person_id) == Person.id)
        .where(
            Settlement.district_id == RollEntry.district_id,
            Settlement.id == RollEntry.settlement_id,
        )
        .where(RollEntry.district_id == conflict.stands_in, Person.id == conflict.person_id)
        .where(col(RollEntry.removed_on).is_(None))
    ).first()
    if found is None:
        return None
    person, entry, place = found
    return Standing(
        person.full_name,
        place.id,
        place.name_kk,
        place.name_ru,
        person.of_age_on.isoformat(),
        entry.basis,
        entry.added_on.isoformat(),
    )


def _touches(district_id: str) -> ColumnElement[bool]:
    return or_(
        col(RollConflict.district_id) == district_id, col(RollConflict.stands_in) == district_id
    )


def _move(
    session: Session,
    keyring: Keyring,
    conflict: RollConflict,
    why: str,
    by_name: str,
    now: datetime,
) -> None:
    for district_id in sorted((conflict.district_id, conflict.stands_in)):
        begin_change(session, district_id=district_id, now=now, agreed=True)
    insist(why_not_move(session, conflict=conflict, now=now))
    entry = session.exec(
        select(RollEntry)
        .where(RollEntry.person_id == conflict.person_id, col(RollEntry.removed_on).is_(None))
        .execution_options(populate_existing=True)
    ).first()
    line = named_line(keyring, conflict)
    place = session.get(Settlement, (conflict.district_id, line["settlement_id"]))
    if place is None or (entry is not None and entry.district_id != conflict.stands_in):
        raise Refusal("people.conflict_changed")
    person = session.get_one(Person, conflict.person_id)
    if entry is not None:
        _leave(session, person, entry, why, by_name, now)
    basis = line.get("basis", "")
    session.add(
        RollEntry(
            id=new_id(),
            district_id=conflict.district_id,
            person_id=person.id,
            settlement_id=place.id,
            basis=basis,
            added_on=day_of(now),
        )
    )
    session.flush()
    note_change(
        session,
        district_id=conflict.district_id,
        person_id=person.id,
        before={},
        after=line_of(person.full_name, place.id, person.of_age_on),
        why=basis,
        by_name=by_name,
        now=now,
    )
    _note(session, conflict.district_id, "people.added", by_name, now)


def _leave(
    session: Session, person: Person, entry: RollEntry, why: str, by_name: str, now: datetime
) -> None:
    """Off the old roll, with what taking off ends."""
    entry.removed_on, entry.removed_why = day_of(now), OffRoll.RAION
    session.add(entry)
    session.flush()
    session.execute(
        update(Card)
        .where(col(Card.person_id) == person.id, col(Card.replaced_at).is_(None))
        .values(replaced_at=now)
    )
    end_all(session, now=now, person_id=person.id)
    note_change(
        session,
        district_id=entry.district_id,
        person_id=person.id,
        before=line_of(person.full_name, entry.settlement_id, person.of_age_on),
        after={},
        why=why,
        by_name=by_name,
        now=now,
    )
    _note(session, entry.district_id, "people.taken_off", by_name, now, why=str(OffRoll.RAION))


def _note(
    session: Session, district_id: str, kind: str, by_name: str, now: datetime, **facts: Any
) -> None:
    record(
        session,
        district_id=district_id,
        subject=district_id,
        kind=kind,
        at=now,
        office=Role.RAION_OFFICE,
        by_name=by_name,
        **facts,
    )
