"""What changes about places: a unit comes to live here; what the product ships is put in.

`units.csv` holds the three shipped units in the classifier's own format, `facts.csv` the real
figures known about them with their source, `days_off.csv` the holidays. In the last, `how_sure`
says `unverified` (the list of the labour law from memory), `derived` (a holiday on a weekend makes
the next working day a day off) or `estimate` (Kurban-ait follows the moon and is proclaimed each
year). All of them are rows that an operator may change.
"""

import csv
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from sqlmodel import Session, col, select

from app.core.ids import new_id
from app.core.refusal import Refusal, insist
from app.places.classifier import import_classifier
from app.places.models import (
    UNIT_KINDS,
    DayOff,
    District,
    DistrictFact,
    Kind,
    Level,
    Place,
    Settlement,
)
from app.places.names import transliterate

HERE = Path(__file__).parent
SHIPPED = ("315446000", "315443000", "473639000")  # Surat, Oytal, Boranqul
RESERVED = frozenset(
    {
        *("about", "admin", "api", "budgets", "desk", "en", "healthz", "kk", "me", "metrics"),
        *("raions", "readyz", "ru", "sign-in", "sign-out", "static"),
    }
)
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def ship_units(session: Session) -> int:
    """Puts in the places of the shipped units, and the days off. Returns the number of places."""
    ship_days_off(session)
    return import_classifier(session, HERE / "units.csv")


def ship_days_off(session: Session) -> int:
    """Puts in the holidays that are not there yet; what was edited stays. Returns how many."""
    known = set(session.exec(select(col(DayOff.day))).all())
    new = [
        DayOff(
            day=date.fromisoformat(row["day"]),
            works=row["works"] == "yes",
            name_kk=row["name_kk"],
            name_ru=row["name_ru"],
        )
        for row in _rows("days_off.csv")
        if date.fromisoformat(row["day"]) not in known
    ]
    session.add_all(new)
    session.flush()
    return len(new)


def open_district(
    session: Session,
    *,
    kato: str,
    slug: str | None = None,
    budget_only: bool = False,
    now: datetime,
) -> District:
    """Makes a unit of the classifier live here, with its settlements and what is known of it.

    `budget_only` makes one that only shows its published budget; called again without it, such a
    unit begins to live. Raises Refusal places.unknown, places.no_unit, places.already,
    places.slug_*.
    """
    place = session.get(Place, kato)
    if place is None:
        raise Refusal("places.unknown", kato=kato)
    if place.level != Level.UNIT or Kind(place.kind) not in UNIT_KINDS:
        raise Refusal("places.no_unit", kato=kato)
    known = session.exec(select(District).where(District.kato == kato)).first()
    if known is not None:
        if budget_only or not known.budget_only:
            raise Refusal("places.already", kato=kato)
        return _begin_to_live(session, known, slug=slug, now=now)
    taken = set(session.exec(select(col(District.slug))).all())
    if slug is not None:
        insist(why_not_slug(slug, taken))
    else:
        slug = free_slug(place.short_kk, taken)
    raion = session.get_one(Place, place.parent_kato)
    oblast = session.get_one(Place, raion.parent_kato) if raion.parent_kato else raion
    district = District(
        id=new_id(),
        slug=slug,
        kato=kato,
        raion_kato=raion.kato,
        kind=place.kind,
        name_kk=place.name_kk,
        name_ru=place.name_ru,
        short_kk=place.short_kk,
        short_ru=place.short_ru,
        raion_kk=raion.name_kk,
        raion_ru=raion.name_ru,
        oblast_kk=oblast.name_kk,
        oblast_ru=oblast.name_ru,
        budget_only=budget_only,
        opened_at=now,
    )
    session.add(district)
    session.flush()
    _put_facts(session, district)
    if budget_only:
        session.flush()
        return district
    _settle(session, district)
    if session.exec(select(DayOff).limit(1)).first() is None:
        ship_days_off(session)
    session.flush()
    return district


def _begin_to_live(
    session: Session, district: District, *, slug: str | None, now: datetime
) -> District:
    """A unit whose budget alone was shown gets its settlements, and all its doors open."""
    if slug is not None and slug != district.slug:
        insist(why_not_slug(slug, set(session.exec(select(col(District.slug))).all())))
        district.slug = slug
    district.budget_only, district.opened_at = False, now
    session.add(district)
    session.flush()
    _settle(session, district)
    if session.exec(select(DayOff).limit(1)).first() is None:
        ship_days_off(session)
    session.flush()
    return district


def why_not_slug(slug: str, taken: set[str]) -> Refusal | None:
    """Why a district cannot live at this address."""
    if not SLUG.fullmatch(slug) or len(slug) > 60:
        return Refusal("places.slug_form", field="slug", slug=slug[:80])
    if slug in RESERVED:
        return Refusal("places.slug_reserved", field="slug", slug=slug)
    if slug in taken:
        return Refusal("places.slug_taken", field="slug", slug=slug)
    return None


def free_slug(short_kk: str, taken: set[str]) -> str:
    """The unit's name in Latin letters; with a number where another unit has it."""
    name = transliterate(short_kk)[:50] or "district"
    wanted, count = name, 1
    while wanted in taken or wanted in RESERVED:
        count += 1
        wanted = f"{name}-{count}"
    return wanted


def _settle(session: Session, district: District) -> None:
    below = session.exec(
        select(Place).where(Place.parent_kato == district.kato).order_by(col(Place.kato))
    ).all()
    people = {
        row["kato"]: int(row["amount"]) for row in _rows("facts.csv") if row["key"] == "people"
    }
    # Where nobody seems to live the unit itself is the settlement: every resident has one.
    if all(one.hidden for one in below):
        below = [session.get_one(Place, district.kato), *below]
    for one in below:
        plain = one.kind != Kind.OTHER  # a station keeps its word: a village may share its name
        session.add(
            Settlement(
                district_id=district.id,
                id=one.kato,
                name_kk=one.short_kk if plain else one.name_kk,
                name_ru=one.short_ru if plain else one.name_ru,
                people=people.get(one.kato),
                hidden=one.hidden,
            )
        )


def _put_facts(session: Session, district: District) -> None:
    for row in _rows("facts.csv"):
        if row["kato"] == district.kato:
            session.add(
                DistrictFact(
                    id=new_id(),
                    district_id=district.id,
                    key=row["key"],
                    year=int(row["year"]),
                    amount=int(row["amount"]),
                    source=row["source"],
                    source_date=date.fromisoformat(row["source_date"]),
                )
            )


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
