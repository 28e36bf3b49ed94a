"""Reading the classifier of places (KATO, НК РК 11) as its CSV stands.

Columns: kato, level, name_ru, name_kk; others are ignored. All rows or none.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from app.core.refusal import Refusal
from app.places.models import Kind, Level, Place
from app.places.names import Name, read_name, ru_name, tidy

COLUMNS = ("kato", "level", "name_ru", "name_kk")
LEVELS = {
    "oblast": Level.OBLAST,
    "district": Level.RAION,
    "sub_district": Level.UNIT,
    "settlement": Level.SETTLEMENT,
}
ABOVE = {Level.RAION: 2, Level.UNIT: 4, Level.SETTLEMENT: 6}  # digits that name the parent
ORDER = tuple(LEVELS.values())


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be read: its number in the file (the heads are row 1), and why."""

    row: int
    why: Refusal


class BadRows(Exception):
    """The file was not taken: every bad row with its reason."""

    def __init__(self, rows: list[BadRow]) -> None:
        super().__init__(f"{len(rows)} bad rows, the first is row {rows[0].row}")
        self.rows = rows


@dataclass(frozen=True, slots=True)
class Read:
    """A good row."""

    row: int
    kato: str
    level: Level
    name: Name


def import_classifier(session: Session, source: Path | Iterable[str]) -> int:
    """Writes every place of the file, new or known, and returns how many there are.

    `source` is a path or the lines. Raises BadRows and writes nothing if any row is bad.
    """
    if isinstance(source, Path):
        with source.open(encoding="utf-8-sig", newline="") as lines:
            rows = read_classifier(lines)
    else:
        rows = read_classifier(source)
    for level in ORDER:  # parents first
        _upsert(session, [row for row in rows if row["level"] == level])
    return len(rows)


def read_classifier(lines: Iterable[str]) -> list[dict[str, Any]]:
    """The rows of the `place` table that a file makes. Raises BadRows."""
    reader = csv.DictReader(lines)
    lacking = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if lacking:
        raise BadRows([BadRow(1, Refusal("places.columns", columns=", ".join(lacking)))])
    read: dict[str, Read] = {}
    bad: list[BadRow] = []
    for number, row in enumerate(reader, start=2):
        why = _why_not_row(row, read)
        if why is not None:
            bad.append(BadRow(number, why))
            continue
        level = LEVELS[row["level"]]
        name = read_name(level, row["name_kk"], row["name_ru"])
        read[row["kato"]] = Read(number, row["kato"], level, name)
    for one in read.values():
        if one.level is not Level.OBLAST and parent_of(one.kato, one.level, read) is None:
            bad.append(BadRow(one.row, Refusal("places.no_parent", kato=one.kato)))
    if bad:
        raise BadRows(sorted(bad, key=lambda one: one.row))
    return [_place(one, read) for one in read.values()]


def parent_of(kato: str, level: Level, known: Mapping[str, object]) -> str | None:
    """The nearest place above: some settlements and city raions stand right under a higher one."""
    for digits in (6, 4, 2):
        code = kato[:digits].ljust(9, "0")
        if digits <= ABOVE[level] and code != kato and code in known:
            return code
    return None


def _why_not_row(row: Mapping[str, str | None], known: Mapping[str, object]) -> Refusal | None:
    kato = row["kato"] or ""
    if not re.fullmatch(r"[0-9]{9}", kato):
        return Refusal("places.kato", kato=kato[:20])
    if kato in known:
        return Refusal("places.twice", kato=kato)
    if row["level"] not in LEVELS:
        return Refusal("places.level", level=str(row["level"])[:20])
    if not tidy(row["name_kk"] or "") or not tidy(row["name_ru"] or ""):
        return Refusal("places.no_name", kato=kato)
    return None


def _place(one: Read, read: Mapping[str, Read]) -> dict[str, Any]:
    name = one.name
    # «Боранкульская с.а.» is named after its village, «с.Боранкул»; «Суратский с.о.» in short too.
    centre = read.get(one.kato[:6] + "100")
    if one.level is Level.UNIT and centre and centre.name.short_kk == name.short_kk:
        full = name.name_ru
        if name.kind in (Kind.VILLAGE, Kind.KENT, Kind.TOWN):
            full = ru_name(Kind.CITY if name.kind is Kind.TOWN else name.kind, "x")[:-1]
            full += centre.name.short_ru
        name = replace(name, name_ru=full, short_ru=centre.name.short_ru)
    parent = None if one.level is Level.OBLAST else parent_of(one.kato, one.level, read)
    return {"kato": one.kato, "parent_kato": parent, "level": one.level, **asdict(name)}


def _upsert(session: Session, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    table = Place.__table__  # type: ignore[attr-defined]
    dialect = session.get_bind().dialect.name
    make = sqlite.insert if dialect == "sqlite" else postgresql.insert
    insert = make(table)
    changed = {name: insert.excluded[name] for name in rows[0] if name != "kato"}
    session.connection().execute(
        insert.on_conflict_do_update(index_elements=["kato"], set_=changed), rows
    )
