"""Reading a list against the rolls, before anything is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlmodel import Session, col, select

from app.core.clock import day_of
from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.core.text import fold
from app.people.iin import born_on, of_age, why_not_iin
from app.people.models import Person, RollEntry
from app.people.roll_sheet import Line, decode, read_day, read_lines, why_not_name
from app.places.models import Place, Settlement


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
class CheckedRoll:
    """A file read against the rolls, before anything is written."""

    sha256: str
    rows: int
    already: int  # stand on this roll and are left as they are
    new: tuple[Newcomer, ...]
    problems: tuple[RowProblem, ...]


def check_roll(
    session: Session, *, keyring: Keyring, district_id: str, text: str | bytes, now: datetime
) -> CheckedRoll:
    """What a file would do. Raises Refusal where it is no such table at all."""
    data = text.encode() if isinstance(text, str) else text
    lines = read_lines(decode(data))
    places = _settlements(session, district_id)
    macs = {line.row: keyring.mac("iin", line.iin) for line in lines}
    known = known_people(session, macs.values())
    seen: dict[str, int] = {}
    new: list[Newcomer] = []
    problems: list[RowProblem] = []
    already = 0
    for line in lines:
        mac = macs[line.row]
        why = _why_not_row(line, places, day_of(now))
        if why is None and mac in seen:
            why = Refusal("people.iin_twice", row=seen[mac])
        person = known.get(mac)
        if why is None and person is not None and person.roll not in (None, district_id):
            why = Refusal("people.other_roll")
        seen.setdefault(mac, line.row)
        if why is not None:
            problems.append(RowProblem(line.row, why))
        elif person is not None and person.roll == district_id:
            already += 1
        else:
            settlement_id = places[fold(line.settlement)]
            assert settlement_id is not None
            known_id = person.id if person else None
            day = of_age(born_of(line))
            new.append(Newcomer(line.row, mac, line.name, settlement_id, day, known_id))
    return CheckedRoll(sha256(data).hexdigest(), len(lines), already, tuple(new), tuple(problems))


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who is known here from some roll."""

    id: str
    roll: str | None  # the district on whose roll they stand


def known_people(session: Session, macs: Iterable[str]) -> dict[str, Known]:
    """Who of these stands here already, and on whose roll."""
    wanted = sorted(set(macs))
    found: dict[str, Known] = {}
    for start in range(0, len(wanted), 500):  # databases limit the length of an IN
        rows = session.exec(
            select(Person.iin_mac, Person.id, RollEntry.district_id)
            .join(
                RollEntry,
                (col(RollEntry.person_id) == Person.id) & col(RollEntry.removed_on).is_(None),
                isouter=True,
            )
            .where(col(Person.iin_mac).in_(wanted[start : start + 500]))
        ).all()
        found.update({mac: Known(person_id, roll) for mac, person_id, roll in rows})
    return found


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


def _why_not_row(line: Line, places: Mapping[str, str | None], today: date) -> Refusal | None:
    if why := why_not_name(line.name):
        return why
    if why := why_not_iin(line.iin) or why_not_born(line, today):
        return why
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
    return Refusal("people.born_ahead") if born > today else None


def born_of(line: Line) -> date:
    """The day of birth, from its column or from the number."""
    born = read_day(line.born) if line.born else born_on(line.iin)
    assert born is not None
    return born


def why_not_settlement(session: Session, district_id: str, settlement_id: str) -> Refusal | None:
    """Why nobody can live there: it is no settlement of this district."""
    known = session.get(Settlement, (district_id, settlement_id))
    return None if known else Refusal("people.settlement_unknown")
