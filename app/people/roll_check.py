"""Reading a list against the rolls, before anything is written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy
from sqlmodel import Session, col, select

from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.core.text import fold
from app.people.iin import born_on, of_age, why_not_iin
from app.people.models import Person, RollEntry
from app.people.roll_sheet import Line, read_day, why_not_name
from app.places.models import Place, Settlement


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row of a list from which the identification number is gone already."""

    row: int
    name: str
    iin_mac: str
    settlement: str  # as it was typed
    of_age_on: date | None  # None only where `why` says so
    told: bool  # the day of birth has a column of its own, and it is filled in
    why: Refusal | None  # what is wrong with the row, whatever the rolls hold


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a row of the file."""

    row: int
    why: Refusal


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A row that would put somebody on the roll."""

    row: int
    iin_mac: str
    name: str
    settlement_id: str
    of_age_on: date
    person_id: str | None  # known here from an earlier roll


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who is known here from some roll."""

    id: str
    roll: str | None  # the district on whose roll they stand
    name: str
    settlement_id: str | None
    of_age_on: date

    @property
    def line(self) -> dict[str, str]:
        """Their line of the roll, in plain values."""
        return line_of(self.name, self.settlement_id or "", self.of_age_on)


@dataclass(frozen=True, slots=True)
class Changed:
    """A row that says something else of somebody than the roll does; only what differs."""

    row: int
    person_id: str
    name: str  # as the roll has it
    before: Mapping[str, str]
    after: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A row that names somebody of another roll. No page of the district may say which row."""

    person_id: str
    stands_in: str
    line: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CheckedRoll:
    """A list read against the rolls, before anything is written."""

    rows: int
    standing: int  # how many stand on the roll now
    already: tuple[ListRow, ...]  # stand on this roll and are left as they are
    new: tuple[Newcomer, ...]
    changed: tuple[Changed, ...]
    gone: tuple[Known, ...]  # stand on this roll and not on a list that names everybody
    conflicts: tuple[Conflict, ...]
    problems: tuple[RowProblem, ...]


def line_of(name: str, settlement_id: str, of_age_on: date) -> dict[str, str]:
    """A person's line of the roll as histories keep it."""
    return {"name": name, "settlement_id": settlement_id, "of_age_on": of_age_on.isoformat()}


def hash_lines(keyring: Keyring, lines: Sequence[Line], *, today: date) -> tuple[ListRow, ...]:
    """The rows with a keyed hash in the place of each number, looked at one by one."""
    found = []
    for line in lines:
        why = why_not_name(line.name) or why_not_iin(line.iin) or why_not_born(line, today)
        grown = None if why else of_age(born_of(line))
        mac = keyring.mac("iin", line.iin)
        told = bool(line.born)
        found.append(ListRow(line.row, line.name, mac, line.settlement, grown, told, why))
    return tuple(found)


def check_rows(
    session: Session, *, district_id: str, rows: Sequence[ListRow], whole: bool
) -> CheckedRoll:
    """What a list would do to the roll as it is now. `whole`: it names everybody."""
    places = _settlements(session, district_id)
    known = known_people(session, (line.iin_mac for line in rows))
    stand = _standing(session, district_id)
    seen: dict[str, int] = {}
    already: list[ListRow] = []
    new: list[Newcomer] = []
    changed: list[Changed] = []
    conflicts: list[Conflict] = []
    problems: list[RowProblem] = []
    for line in rows:
        why = line.why or _why_not_there(line, places)
        if why is None and line.iin_mac in seen:
            why = Refusal("people.iin_twice", row=seen[line.iin_mac])
        seen.setdefault(line.iin_mac, line.row)
        if why is not None:
            problems.append(RowProblem(line.row, why))
            continue
        settlement_id, grown = places[fold(line.settlement)], line.of_age_on
        assert settlement_id is not None
        assert grown is not None
        person = known.get(line.iin_mac)
        if person is None or person.roll is None:
            known_id = person.id if person else None
            new.append(Newcomer(line.row, line.iin_mac, line.name, settlement_id, grown, known_id))
        elif person.roll != district_id:
            said = line_of(line.name, settlement_id, grown)
            conflicts.append(Conflict(person.id, person.roll, said))
        elif differs := _differs(person, line, settlement_id, grown):
            before = {name: person.line[name] for name in differs}
            changed.append(Changed(line.row, person.id, person.name, before, differs))
        else:
            already.append(line)
    gone = [one for mac, one in stand.items() if mac not in seen] if whole else []
    gone.sort(key=lambda one: (fold(one.name), one.id))
    return CheckedRoll(
        rows=len(rows),
        standing=len(stand),
        already=tuple(already),
        new=tuple(new),
        changed=tuple(changed),
        gone=tuple(gone),
        conflicts=tuple(conflicts),
        problems=tuple(problems),
    )


def _differs(person: Known, line: ListRow, settlement_id: str, grown: date) -> dict[str, str]:
    """What the list says otherwise than the roll, by the names of `line_of`.

    A list in capitals changes nobody's name. The day of birth is changed by its own column only:
    where it was corrected against a document, the number's digits do not take that back.
    """
    said = line_of(line.name, settlement_id, grown)
    same = {"name"} if line.name.casefold() == person.name.casefold() else set()
    if not line.told:
        same.add("of_age_on")
    return {
        name: text for name, text in said.items() if name not in same and text != person.line[name]
    }


def known_people(session: Session, macs: Iterable[str]) -> dict[str, Known]:
    """Who of these stands here already, and on whose roll."""
    wanted = sorted(set(macs))
    found: dict[str, Known] = {}
    for start in range(0, len(wanted), 500):  # databases limit the length of an IN
        rows = session.execute(
            sqlalchemy.select(
                col(Person.iin_mac),
                col(Person.id),
                col(RollEntry.district_id),
                col(Person.full_name),
                col(RollEntry.settlement_id),
                col(Person.of_age_on),
            )
            .join(
                RollEntry,
                (col(RollEntry.person_id) == Person.id) & col(RollEntry.removed_on).is_(None),
                isouter=True,
            )
            .where(col(Person.iin_mac).in_(wanted[start : start + 500]))
        ).all()
        found.update({mac: Known(*known) for mac, *known in rows})
    return found


def _standing(session: Session, district_id: str) -> dict[str, Known]:
    rows = session.execute(
        sqlalchemy.select(
            col(Person.iin_mac),
            col(Person.id),
            col(Person.full_name),
            col(RollEntry.settlement_id),
            col(Person.of_age_on),
        )
        .join(RollEntry, col(RollEntry.person_id) == Person.id)
        .where(col(RollEntry.district_id) == district_id, col(RollEntry.removed_on).is_(None))
    ).all()
    return {
        mac: Known(person_id, district_id, name, settlement_id, grown)
        for mac, person_id, name, settlement_id, grown in rows
    }


def _settlements(session: Session, district_id: str) -> dict[str, str | None]:
    """Every way to write a settlement of the district; None where two are written alike."""
    rows = session.exec(
        select(Settlement, Place)
        .join(Place, col(Place.kato) == Settlement.id, isouter=True)
        .where(Settlement.district_id == district_id)
    ).all()
    found: dict[str, str | None] = {}
    for settlement, place in rows:
        names = [settlement.id, settlement.name_kk, settlement.name_ru]
        if place is not None:
            names += [place.name_kk, place.name_ru, place.short_kk, place.short_ru]
        for name in {fold(name) for name in names if name}:
            found[name] = settlement.id if found.get(name, settlement.id) == settlement.id else None
    return found


def _why_not_there(line: ListRow, places: Mapping[str, str | None]) -> Refusal | None:
    if not line.settlement or fold(line.settlement) not in places:
        return Refusal("people.settlement_unknown")
    if places[fold(line.settlement)] is None:
        return Refusal("people.settlement_two")
    return None


def why_not_born(line: Line, today: date) -> Refusal | None:
    """Why the day of birth cannot be: none, unreadable, or ahead."""
    if line.born and read_day(line.born) is None:
        return Refusal("form.day")
    born = read_day(line.born) if line.born else born_on(line.iin)
    if born is None:
        return Refusal("people.iin_day")
    return why_not_day(born, today)


def why_not_day(born: date, today: date) -> Refusal | None:
    """Why nobody can be born on this day."""
    if born > today:
        return Refusal("people.born_ahead")
    return Refusal("form.day") if born.year < 1800 else None


def born_of(line: Line) -> date:
    """The day of birth, from its column or from the number."""
    born = read_day(line.born) if line.born else born_on(line.iin)
    assert born is not None
    return born


def why_not_settlement(session: Session, district_id: str, settlement_id: str) -> Refusal | None:
    """Why nobody can live there: it is no settlement of this district."""
    known = session.get(Settlement, (district_id, settlement_id))
    return None if known else Refusal("people.settlement_unknown")
