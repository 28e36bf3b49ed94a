"""The budgets of many units side by side: a constant number of queries, however many they are.

What is compared are the figures that `budget.actions.publish` keeps in `Budget`; none of them is
worked out from lines here. What is not published is None, never nought.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, false, true
from sqlalchemy import select as select_columns
from sqlmodel import Session, and_, col, func, select

from app.budget.models import PLAN, Budget, BudgetVersion, Origin
from app.budget.sums import share
from app.places.models import UNIT_KINDS, District, DistrictFact, Level, Place

# What is read of a unit in one query, in the order of `Unit`.
COLUMNS: tuple[Any, ...] = (
    Place.kato,
    Place.name_kk,
    Place.name_ru,
    Place.short_kk,
    Place.short_ru,
    func.coalesce(Place.parent_kato, ""),
    District.id,
    func.coalesce(District.slug, ""),
    func.coalesce(District.budget_only, false()),
    Budget.plan_kind,
    func.coalesce(BudgetVersion.origin, ""),
    func.coalesce(BudgetVersion.source_url, ""),
    Budget.receipts,
    Budget.own,
    Budget.transfers,
    Budget.spending,
    Budget.actual_month,
    Budget.actual_spending,
)
HOME = 6  # where the district's id stands


@dataclass(frozen=True, slots=True)
class Scope:
    """Which units: all of them, those of an oblast, or those of a raion (KATO)."""

    oblast_kato: str = ""
    raion_kato: str = ""

    def holds(self, kato: Any, parent: Any) -> ColumnElement[bool]:
        """The condition on a unit's own code and its raion's."""
        if self.raion_kato:
            return col(parent) == self.raion_kato
        if self.oblast_kato:
            return col(kato).startswith(self.oblast_kato[:2], autoescape=True)
        return true()


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the classifier and what is published of its budget of one year (whole tenge)."""

    kato: str
    name_kk: str
    name_ru: str
    short_kk: str  # without its kind, for search
    short_ru: str
    raion_kato: str
    district_id: str | None  # None: nothing of it is here
    slug: str
    budget_only: bool
    plan_kind: str | None  # None: nothing is published of this year
    origin: str
    source_url: str
    receipts: int | None
    own: int | None
    transfers: int | None
    spending: int | None
    actual_month: int | None
    actual_spending: int | None
    people: int | None
    people_year: int | None
    newest_year: int | None  # of which a plan is published

    @property
    def published(self) -> bool:
        """Whether a plan of this year is published."""
        return self.plan_kind is not None

    @property
    def lives(self) -> bool:
        """Whether it holds rounds here and publishes by itself."""
        return self.district_id is not None and not self.budget_only

    @property
    def own_share(self) -> float | None:
        """Own revenue in all receipts, 0..1."""
        return share(self.own, self.receipts)

    @property
    def per_resident(self) -> float | None:
        """Receipts for each resident, tenge."""
        return share(self.receipts, self.people)

    @property
    def executed(self) -> float | None:
        """What was spent to the end of `actual_month` of what the year's plan spends, 0..1."""
        return share(self.actual_spending, self.spending)


@dataclass(frozen=True, slots=True)
class Together:
    """What several units come to. A share is counted over those of which both sums are known."""

    units: int
    published: int
    invented: int
    receipts: int | None
    own_share: float | None
    per_resident: float | None
    executed: float | None
    months: tuple[int, int] | None  # the execution is told to the end of these months


@dataclass(frozen=True, slots=True)
class Medians:
    """The middle one of what is known; None where nothing is."""

    receipts: float | None
    own_share: float | None
    per_resident: float | None
    executed: float | None


def years_published(session: Session) -> Sequence[int]:
    """The years of which any unit's plan is published, newest first."""
    found = select(col(Budget.year)).where(col(Budget.plan_number).is_not(None)).distinct()
    return session.exec(found.order_by(col(Budget.year).desc())).all()


def units(session: Session, *, year: int, scope: Scope) -> list[Unit]:
    """Every unit of the classifier in this scope, published or not. Three queries."""
    people = _people(session, scope, year)
    newest = _newest_years(session, scope)
    asked = (
        select_columns(*COLUMNS)
        .select_from(Place)
        .outerjoin(District, col(District.kato) == col(Place.kato))
        .outerjoin(
            Budget,
            and_(
                col(Budget.district_id) == col(District.id),
                col(Budget.year) == year,
                col(Budget.plan_number).is_not(None),
            ),
        )
        .outerjoin(
            BudgetVersion,
            and_(
                col(BudgetVersion.district_id) == col(Budget.district_id),
                col(BudgetVersion.year) == col(Budget.year),
                col(BudgetVersion.month) == PLAN,
                col(BudgetVersion.number) == col(Budget.plan_number),
            ),
        )
        .where(
            col(Place.level) == Level.UNIT,
            col(Place.kind).in_(sorted(UNIT_KINDS)),
            scope.holds(Place.kato, Place.parent_kato),
        )
        .order_by(col(Place.kato))
    )
    found = []
    for row in session.exec(asked):  # type: ignore[call-overload]
        home = row[HOME]
        amount, counted = people.get(home, (None, None))
        found.append(Unit(*row, amount, counted, newest.get(home)))  # type: ignore[call-arg]
    return found


def _people(session: Session, scope: Scope, year: int) -> dict[str, tuple[int, int]]:
    """How many live in a district, and when that was counted: of the year or the nearest before
    it, else the oldest known."""
    rows = session.exec(
        select(col(DistrictFact.district_id), col(DistrictFact.amount), col(DistrictFact.year))
        .join(District, col(District.id) == col(DistrictFact.district_id))
        .where(DistrictFact.key == "people", scope.holds(District.kato, District.raion_kato))
        .order_by(col(DistrictFact.year))
    )
    found: dict[str, tuple[int, int]] = {}
    for district_id, amount, counted in rows:
        if district_id not in found or counted <= year:
            found[district_id] = (amount, counted)
    return found


def _newest_years(session: Session, scope: Scope) -> dict[str, int]:
    rows = session.exec(
        select(col(Budget.district_id), func.max(Budget.year))
        .join(District, col(District.id) == col(Budget.district_id))
        .where(
            col(Budget.plan_number).is_not(None), scope.holds(District.kato, District.raion_kato)
        )
        .group_by(col(Budget.district_id))
    )
    return {district_id: int(year) for district_id, year in rows}


def together(some: Iterable[Unit]) -> Together:
    """What these units come to."""
    all_ = list(some)
    there = [one for one in all_ if one.published]
    months = sorted(
        one.actual_month
        for one in there
        if one.executed is not None and one.actual_month is not None
    )
    return Together(
        units=len(all_),
        published=len(there),
        invented=sum(one.origin == Origin.INVENTED for one in there),
        receipts=_sum([one.receipts for one in there]),
        own_share=_share([(one.own, one.receipts) for one in there]),
        per_resident=_share([(one.receipts, one.people) for one in there]),
        executed=_share([(one.actual_spending, one.spending) for one in there]),
        months=(months[0], months[-1]) if months else None,
    )


def medians(some: Iterable[Unit]) -> Medians:
    """The middle of these units, each counted once."""
    there = [one for one in some if one.published]
    return Medians(
        receipts=_middle([one.receipts for one in there]),
        own_share=_middle([one.own_share for one in there]),
        per_resident=_middle([one.per_resident for one in there]),
        executed=_middle([one.executed for one in there]),
    )


def _sum(amounts: Sequence[int | None]) -> int | None:
    known = [one for one in amounts if one is not None]
    return sum(known) if known else None


def _share(pairs: Sequence[tuple[int | None, int | None]]) -> float | None:
    known = [(part, whole) for part, whole in pairs if part is not None and whole]
    return share(sum(part for part, _ in known), sum(whole for _, whole in known))


def _middle(values: Sequence[float | None]) -> float | None:
    known = [one for one in values if one is not None]
    return float(median(known)) if known else None
