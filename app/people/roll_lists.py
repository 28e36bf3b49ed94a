"""A list brought into the roll: all of it or nothing, by one official, as a public event."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import insert, update
from sqlmodel import Session, col

from app.core.clock import day_of
from app.core.ids import new_id
from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.core.text import fold
from app.ledger.actions import record
from app.people.models import Card, OffRoll, Person, RollEntry, RollImport, SignIn
from app.people.roll import begin_change, put
from app.people.roll_check import CheckedRoll, Conflict, check_rows, hash_lines
from app.people.roll_models import RollChange
from app.people.roll_sheet import read_list


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a list comes from, on which legal basis it was given, and which file it was."""

    source: str
    source_date: date
    legal_basis: str
    whole: bool  # names everybody: whoever is missing is taken off
    sha256: str


class RollRefused(Refusal):
    """The list was not taken in: `checked.problems` says why, row by row."""

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
    legal_basis: str,
    whole: bool = False,
    by_name: str,
    now: datetime,
) -> RollImport:
    """Reads a file and brings it in at once; pages go by a draft that is looked at first.

    Raises `RollRefused` with the problems row by row.
    """
    data = text.encode() if isinstance(text, str) else text
    origin = Origin(source, source_date, legal_basis, whole, sha256(data).hexdigest())
    rows = hash_lines(keyring, read_list(data).lines, today=day_of(now))
    begin_change(session, district_id=district_id, now=now, agreed=False)
    checked = check_rows(session, district_id=district_id, rows=rows, whole=whole)
    return bring_in(
        session,
        keyring=keyring,
        district_id=district_id,
        origin=origin,
        checked=checked,
        import_id=new_id(),
        by_name=by_name,
        now=now,
    )


def why_not_origin(origin: Origin, *, now: datetime) -> Refusal | None:
    """Why a list cannot come from there."""
    if origin.source_date > day_of(now):
        return Refusal("people.day_ahead", field="source_date")
    return None


def bring_in(
    session: Session,
    *,
    keyring: Keyring,
    district_id: str,
    origin: Origin,
    checked: CheckedRoll,
    import_id: str,
    by_name: str,
    now: datetime,
) -> RollImport:
    """Does what a checked list says, after `begin_change` in the same transaction."""
    if why := why_not_origin(origin, now=now):
        raise why
    if checked.problems:
        raise RollRefused(checked)
    brought = RollImport(
        id=import_id,
        district_id=district_id,
        source=origin.source,
        source_date=origin.source_date,
        legal_basis=origin.legal_basis,
        sha256=origin.sha256,
        rows=checked.rows,
        added=len(checked.new),
        changed=len(checked.changed),
        gone=len(checked.gone),
        by_name=by_name,
        at=now,
    )
    session.add(brought)
    session.flush()
    put(session, district_id=district_id, new=checked.new, now=now, import_id=brought.id)
    _change(session, brought, checked)
    _take_off(session, brought, checked)
    for conflict in checked.conflicts:
        _open(session, keyring, brought, conflict)
    after = checked.standing + len(checked.new) - len(checked.gone)
    record(
        session,
        district_id=district_id,
        subject=district_id,
        kind="people.roll_imported",
        at=now,
        office="clerk",
        by_name=by_name,
        before={"people": checked.standing},
        after={"people": after},
        source=origin.source,
        source_date=origin.source_date,
        legal_basis=origin.legal_basis,
        whole=origin.whole,
        sha256=origin.sha256,
        rows=checked.rows,
        added=len(checked.new),
        corrected=len(checked.changed),
        gone=len(checked.gone),
    )
    return brought


def _change(session: Session, brought: RollImport, checked: CheckedRoll) -> None:
    for one in sorted(checked.changed, key=lambda each: each.person_id):
        person: dict[str, object] = {}
        if "name" in one.after:
            person |= {"full_name": one.after["name"], "name_folded": fold(one.after["name"])}
        if "of_age_on" in one.after:
            person["of_age_on"] = date.fromisoformat(one.after["of_age_on"])
        if person:
            session.execute(update(Person).where(col(Person.id) == one.person_id).values(**person))
        if "settlement_id" in one.after:
            session.execute(
                update(RollEntry)
                .where(col(RollEntry.district_id) == brought.district_id)
                .where(col(RollEntry.person_id) == one.person_id)
                .where(col(RollEntry.removed_on).is_(None))
                .values(settlement_id=one.after["settlement_id"])
            )
    _note(session, brought, [(c.person_id, dict(c.before), dict(c.after)) for c in checked.changed])


def _take_off(session: Session, brought: RollImport, checked: CheckedRoll) -> None:
    """Whoever is missing from a list that names everybody: as `roll.take_off`, in bulk."""
    gone = sorted(one.id for one in checked.gone)
    for people in _hundreds(gone):
        session.execute(
            update(RollEntry)
            .where(col(RollEntry.district_id) == brought.district_id)
            .where(col(RollEntry.person_id).in_(people), col(RollEntry.removed_on).is_(None))
            .values(removed_on=day_of(brought.at), removed_why=OffRoll.LIST)
        )
        session.execute(
            update(Card)
            .where(col(Card.person_id).in_(people), col(Card.replaced_at).is_(None))
            .values(replaced_at=brought.at)
        )
        session.execute(
            update(SignIn)
            .where(col(SignIn.person_id).in_(people), col(SignIn.ended_at).is_(None))
            .values(ended_at=brought.at)
        )
    _note(session, brought, [(one.id, one.line, {}) for one in checked.gone])


def _note(
    session: Session,
    brought: RollImport,
    changes: Sequence[tuple[str, dict[str, str], dict[str, str]]],
) -> None:
    rows = [
        {
            "id": new_id(),
            "district_id": brought.district_id,
            "person_id": person_id,
            "import_id": brought.id,
            "before": before,
            "after": after,
            "why": "",
            "by_name": brought.by_name,
            "at": brought.at,
        }
        for person_id, before, after in changes
    ]
    if rows:
        session.execute(insert(RollChange), rows)


def _open(session: Session, keyring: Keyring, brought: RollImport, one: Conflict) -> None:
    from app.people.conflicts import open_conflict  # circular: settling one moves people

    open_conflict(
        session,
        keyring=keyring,
        district_id=brought.district_id,
        person_id=one.person_id,
        stands_in=one.stands_in,
        line={**one.line, "basis": f"{brought.source}, {brought.source_date.isoformat()}"},
        by_name=brought.by_name,
        now=brought.at,
    )


def _hundreds(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), 500):  # databases limit the length of an IN
        yield ids[start : start + 500]
