"""Reading the roll: numbers, lists, one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy
from sqlmodel import Session, col, func, select

from app.core.text import fold
from app.people.models import Card, Person, RollEntry, RollImport
from app.places.models import Settlement


@dataclass(frozen=True, slots=True)
class RollLine:
    """A person on the roll, with the card they have."""

    person_id: str
    name: str
    of_age_on: date
    settlement_id: str
    settlement_kk: str
    settlement_ru: str
    added_on: date
    card_number: str | None
    card_issued_at: datetime | None


@dataclass(frozen=True, slots=True)
class SettlementCount:
    """How many people of a settlement stand on the roll."""

    settlement_id: str
    name_kk: str
    name_ru: str
    people: int
    adults: int  # 18 today
    cards: int


def _on_roll(district_id: str) -> tuple[Any, ...]:
    return (RollEntry.district_id == district_id, col(RollEntry.removed_on).is_(None))


def _joined(query: Any) -> Any:
    settlement = (col(Settlement.district_id) == RollEntry.district_id) & (
        col(Settlement.id) == RollEntry.settlement_id
    )
    card = (col(Card.person_id) == Person.id) & col(Card.replaced_at).is_(None)
    return (
        query.select_from(RollEntry)
        .join(Person, col(Person.id) == RollEntry.person_id)
        .join(Settlement, settlement)
        .join(Card, card, isouter=True)
    )


def roll_lines(
    session: Session,
    *,
    district_id: str,
    name: str = "",
    settlement_id: str = "",
    with_card: bool | None = None,
    person_ids: Sequence[str] | None = None,
    first: int = 0,
    most: int = 50,
) -> tuple[list[RollLine], int]:
    """People of the roll by their names, `most` of them from `first` on, and how many there are.

    `name` is any part of a name; Kazakh letters may be typed as Russian ones.
    """
    where = list(_on_roll(district_id))
    for word in fold(name).split():
        where.append(col(Person.name_folded).contains(word, autoescape=True))
    if settlement_id:
        where.append(RollEntry.settlement_id == settlement_id)
    if with_card is not None:
        where.append(col(Card.number).is_not(None) if with_card else col(Card.number).is_(None))
    if person_ids is not None:
        where.append(col(Person.id).in_(person_ids))
    total = session.exec(_joined(select(func.count())).where(*where)).one()
    rows = session.exec(
        _joined(select(Person, RollEntry, Settlement, Card))
        .where(*where)
        .order_by(col(Person.name_folded), col(Person.id))
        .offset(first)
        .limit(most)
    ).all()
    return [_line(*row) for row in rows], int(total)


def _line(person: Person, entry: RollEntry, place: Settlement, card: Card | None) -> RollLine:
    return RollLine(
        person_id=person.id,
        name=person.full_name,
        of_age_on=person.of_age_on,
        settlement_id=place.id,
        settlement_kk=place.name_kk,
        settlement_ru=place.name_ru,
        added_on=entry.added_on,
        card_number=card.number if card else None,
        card_issued_at=card.issued_at if card else None,
    )


def roll_line(session: Session, *, district_id: str, person_id: str) -> RollLine | None:
    """One person of this roll."""
    found, _ = roll_lines(session, district_id=district_id, person_ids=[person_id])
    return found[0] if found else None


def roll_counts(session: Session, *, district_id: str, today: date) -> list[SettlementCount]:
    """The roll in numbers, by settlement, the largest first."""
    adult = func.count().filter(col(Person.of_age_on) <= today)
    place = (col(Settlement.id), col(Settlement.name_kk), col(Settlement.name_ru))
    numbers = (func.count(), adult, func.count(col(Card.number)))
    rows = session.execute(
        _joined(sqlalchemy.select(*place, *numbers)).where(*_on_roll(district_id)).group_by(*place)
    ).all()
    found = [SettlementCount(*row) for row in rows]
    return sorted(found, key=lambda one: (-one.people, one.name_kk))


def roll_imports(session: Session, *, district_id: str) -> Sequence[RollImport]:
    """The lists brought in so far, the newest first."""
    return session.exec(
        select(RollImport)
        .where(RollImport.district_id == district_id)
        .order_by(col(RollImport.at).desc(), col(RollImport.id))
    ).all()
