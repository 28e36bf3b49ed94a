"""Communal property read: the register, one thing, its years."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, select

from app.budget.property_models import Property, PropertyIncome, PropertyService

LAST = 10**9  # no number of ours is larger, and databases take no larger ones


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing with its services and with the version of each year that holds, newest first."""

    one: Property
    services: tuple[PropertyService, ...]
    years: tuple[PropertyIncome, ...]

    @property
    def newest(self) -> PropertyIncome | None:
        """The last year that was told of."""
        return self.years[0] if self.years else None


def register(session: Session, *, district_id: str) -> list[Thing]:
    """Everything in the register, what was let go too, by its numbers. In three queries."""
    rows = session.exec(
        select(Property).where(Property.district_id == district_id).order_by(col(Property.number))
    ).all()
    return _things(session, rows)


def thing(session: Session, *, district_id: str, number: int) -> Thing | None:
    """One thing of this district."""
    if number > LAST:
        return None
    rows = session.exec(
        select(Property).where(Property.district_id == district_id, Property.number == number)
    ).all()
    found = _things(session, rows)
    return found[0] if found else None


def built_by_income(
    session: Session, *, district_id: str, proposal_id: str
) -> list[tuple[Property, PropertyIncome]]:
    """The things whose income helped to build a project, by year."""
    newest = _newest_versions(district_id)
    return [
        (one, year)
        for one, year in session.exec(
            select(Property, PropertyIncome)
            .join(PropertyIncome, col(PropertyIncome.property_id) == col(Property.id))
            .join(
                newest,
                (newest.c.property_id == PropertyIncome.property_id)
                & (newest.c.year == PropertyIncome.year)
                & (newest.c.version == PropertyIncome.version),
            )
            .where(Property.district_id == district_id, PropertyIncome.proposal_id == proposal_id)
            .order_by(col(PropertyIncome.year))
        )
    ]


def versions_of(session: Session, *, property_id: str) -> Sequence[PropertyIncome]:
    """Every version of every year, the newest first."""
    return session.exec(
        select(PropertyIncome)
        .where(PropertyIncome.property_id == property_id)
        .order_by(col(PropertyIncome.year).desc(), col(PropertyIncome.version).desc())
    ).all()


def services_of(session: Session, *, property_ids: Sequence[str]) -> Sequence[PropertyService]:
    """The services of these things, in their order."""
    return session.exec(
        select(PropertyService)
        .where(col(PropertyService.property_id).in_(property_ids))
        .order_by(col(PropertyService.property_id), col(PropertyService.place))
    ).all()


def _newest_versions(district_id: str) -> Any:
    return (
        select(
            PropertyIncome.property_id,
            PropertyIncome.year,
            func.max(PropertyIncome.version).label("version"),
        )
        .where(PropertyIncome.district_id == district_id)
        .group_by(col(PropertyIncome.property_id), col(PropertyIncome.year))
        .subquery()
    )


def _things(session: Session, rows: Sequence[Property]) -> list[Thing]:
    ids = [one.id for one in rows]
    services: dict[str, list[PropertyService]] = {one: [] for one in ids}
    years: dict[str, dict[int, PropertyIncome]] = {one: {} for one in ids}
    if ids:
        for service in services_of(session, property_ids=ids):
            services[service.property_id].append(service)
        for year in session.exec(
            select(PropertyIncome)
            .where(col(PropertyIncome.property_id).in_(ids))
            .order_by(col(PropertyIncome.year).desc(), col(PropertyIncome.version).desc())
        ):
            years[year.property_id].setdefault(year.year, year)
    return [Thing(one, tuple(services[one.id]), tuple(years[one.id].values())) for one in rows]
