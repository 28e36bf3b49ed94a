"""Budgets of published acts become read-only units: a district that only shows its money.

`real_units.csv` and `real_places.csv` ship the true figures that were found, each with the address
of the act it was read from (a bare figure is no object of copyright), and the classifier's rows of
these units. Whatever else stands in such a file comes in by `asar budget import-units`.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from sqlmodel import Session, col, select

from app.budget.actions import Act, Source, publish
from app.budget.models import Kind, Origin
from app.budget.queries import newest
from app.budget.sums import lines_sha256
from app.budget.units_file import UnitRow, read_units
from app.core.clock import day_of
from app.core.refusal import Refusal
from app.core.text import fold
from app.places.actions import open_district
from app.places.classifier import BadRows, import_classifier, read_classifier
from app.places.models import UNIT_KINDS, District, Level, Place

HERE = Path(__file__).parent
OFFICE = "operator"
DERIVED_KK = "Трансферттер актінің үзіндісінде жоқ: кірістен қалған түсімдер шегеріліп есептелді"
DERIVED_RU = "Трансфертов в выдержке акта нет: посчитаны как доходы за вычетом остальных"
ANEW_KK = "Актіден қайта алынды: {}"
ANEW_RU = "Взято из акта заново: {}"
TYPE_WORDS = frozenset(
    fold(word) for word in ("район", "город", "г.", "область", "обл.", "имени", "им.")
)


class State(StrEnum):
    """What became of a row."""

    MADE = "made"  # a new read-only unit
    ADDED = "added"  # another paper of a unit that is here
    KNOWN = "known"  # nothing new in it


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a row, and where its unit is."""

    row: int
    name: str
    state: State
    slug: str
    year: int


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit of the classifier, by the names it is found by."""

    kato: str
    name_kk: str
    name_ru: str
    raion_ru: str
    oblast_ru: str


def known_units(session: Session) -> list[KnownUnit]:
    """The units of the classifier as it stands in the database."""
    rows = session.exec(
        select(Place).where(col(Place.level).in_((Level.OBLAST, Level.RAION, Level.UNIT)))
    )
    return _units({row.kato: row.model_dump() for row in rows})


def units_of_file(lines: Iterable[str]) -> list[KnownUnit]:
    """The units of a classifier's file. Raises BadRows."""
    return _units({row["kato"]: row for row in read_classifier(lines)})


def _units(places: Mapping[str, Mapping[str, object]]) -> list[KnownUnit]:
    found = []
    for kato, place in places.items():
        if place["level"] != Level.UNIT or place["kind"] not in UNIT_KINDS:
            continue
        raion = places.get(str(place["parent_kato"]), {})
        oblast = places.get(str(raion.get("parent_kato")), {})
        found.append(
            KnownUnit(
                kato,
                str(place["name_kk"]),
                str(place["name_ru"]),
                str(raion.get("name_ru", "")),
                str(oblast.get("name_ru", "")),
            )
        )
    return found


def find_unit(row: UnitRow, units: Sequence[KnownUnit]) -> KnownUnit:
    """The unit a row is about: by its code, else by its whole name and its raion.

    Raises Refusal budget_units.not_found, .other_name, .several: a guess would put one village's
    money under another's name.
    """
    if row.kato:
        for one in units:
            if one.kato == row.kato:
                if not _same_name(row, one):
                    raise Refusal("budget_units.other_name", kato=row.kato, name=one.name_ru)
                return one
        raise Refusal("budget_units.not_found", name=row.name, raion=row.raion_ru)
    found = [
        one for one in units if _same_name(row, one) and _bare(one.raion_ru) == _bare(row.raion_ru)
    ]
    if len(found) > 1:
        found = [one for one in found if _bare(one.oblast_ru) == _bare(row.oblast_ru)] or found
    if not found:
        raise Refusal("budget_units.not_found", name=row.name, raion=row.raion_ru)
    if len(found) > 1:
        raise Refusal("budget_units.several", name=row.name, raion=row.raion_ru, n=len(found))
    return found[0]


def _same_name(row: UnitRow, one: KnownUnit) -> bool:
    pairs = ((row.name_kk, one.name_kk), (row.name_ru, one.name_ru))
    return any(said and fold(said) == fold(name) for said, name in pairs)


def _bare(name: str) -> str:
    """A raion's or an oblast's name without what it is: «г. Аксу» and «город Аксу» are one."""
    return " ".join(word for word in fold(name).split() if word not in TYPE_WORDS)


def import_unit(
    session: Session, *, row: UnitRow, units: Sequence[KnownUnit], now: datetime
) -> Imported:
    """Puts one row in: makes its unit where it is not here, and publishes the figures.

    The unit must be in the classifier of the database. Raises Refusal; a unit that lives here
    publishes its own budget (budget_units.lives_here).
    """
    unit = find_unit(row, units)
    here = session.exec(select(District).where(District.kato == unit.kato)).first()
    state = State.ADDED
    if here is None:
        here = open_district(session, kato=unit.kato, budget_only=True, now=now)
        state = State.MADE
    elif not here.budget_only:
        raise Refusal("budget_units.lives_here", name=here.name_ru)
    last = newest(session, district_id=here.id, year=row.year)
    same_act = last is not None and last.act_number == row.act_number
    if last is not None and same_act and last.sha256 == lines_sha256(row.lines):
        return Imported(row.row, row.name, State.KNOWN, here.slug, row.year)
    act = Act(row.act_number, row.act_date, row.url)
    kind, corrects = row.kind, None
    if row.derived:
        act = _with(act, DERIVED_KK, DERIVED_RU)
    if last is not None:
        kind, corrects = (Kind(last.kind), last.number) if same_act else (Kind.REFINED, None)
        act = _with(act, ANEW_KK.format(row.decision), ANEW_RU.format(row.decision))
    host = urlsplit(row.url).hostname or ""
    publish(
        session,
        district_id=here.id,
        year=row.year,
        kind=kind,
        lines=row.lines,
        stated=row.stated,
        act=act,
        source=Source(Origin.SOURCE, f"{host}: {row.decision}", row.url),
        corrects=corrects,
        by_name="",
        office=OFFICE,
        now=now,
    )
    return Imported(row.row, row.name, state, here.slug, row.year)


def _with(act: Act, kk: str, ru: str) -> Act:
    return Act(
        act.number,
        act.on,
        act.url,
        ". ".join(filter(None, (act.words_kk, kk))),
        ". ".join(filter(None, (act.words_ru, ru))),
    )


def places_around(lines: Iterable[str], katos: Iterable[str]) -> Iterator[str]:
    """Of a classifier's file: the lines of these units, what is above and what is below them."""
    rows = csv.DictReader(lines)
    wanted = set(katos)
    above = {kato[:digits].ljust(9, "0") for kato in wanted for digits in (2, 4)}
    out = io.StringIO()
    writer = csv.DictWriter(out, rows.fieldnames or ())
    writer.writeheader()
    for row in rows:
        kato = row["kato"] or ""
        if kato in above or kato[:6].ljust(9, "0") in wanted:
            writer.writerow(row)
    out.seek(0)
    yield from out


def ship_real_units(session: Session, *, now: datetime) -> list[Imported]:
    """Puts in the true budgets that come with the product, and their units. Idempotent.

    `now` may be the day of a demonstration: what was decided after it is left out.
    """
    import_classifier(session, HERE / "real_places.csv")
    with (HERE / "real_units.csv").open(encoding="utf-8", newline="") as lines:
        rows, bad = read_units(lines)
    if bad:
        raise BadRows(bad)
    units = known_units(session)
    return [
        import_unit(session, row=row, units=units, now=now)
        for row in rows
        if row.act_date is None or row.act_date <= day_of(now)
    ]
