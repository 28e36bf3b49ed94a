"""Reading budgets: versions, their lines, and the years of a district."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from app.budget.models import PLAN, Budget, BudgetLine, BudgetVersion
from app.budget.sums import Line


@dataclass(frozen=True, slots=True)
class Published:
    """A version and its lines, in the paper's order."""

    version: BudgetVersion
    lines: tuple[Line, ...]


def years(session: Session, *, district_id: str) -> Sequence[Budget]:
    """The years of which something is published, newest first, with the figures that hold."""
    return session.exec(
        select(Budget).where(Budget.district_id == district_id).order_by(col(Budget.year).desc())
    ).all()


def versions(session: Session, *, district_id: str, year: int) -> Sequence[BudgetVersion]:
    """Everything published of a year: the plan first, then the months; oldest first in each."""
    return session.exec(
        select(BudgetVersion)
        .where(BudgetVersion.district_id == district_id, col(BudgetVersion.year) == year)
        .order_by(col(BudgetVersion.month), col(BudgetVersion.number))
    ).all()


def version(
    session: Session, *, district_id: str, year: int, number: int, month: int = PLAN
) -> BudgetVersion | None:
    """One version of the plan, or of a month."""
    return session.exec(
        select(BudgetVersion).where(
            BudgetVersion.district_id == district_id,
            BudgetVersion.year == year,
            BudgetVersion.month == month,
            BudgetVersion.number == number,
        )
    ).first()


def newest(
    session: Session, *, district_id: str, year: int, month: int = PLAN
) -> BudgetVersion | None:
    """The version of a plan, or of a month, that holds."""
    return session.exec(
        select(BudgetVersion)
        .where(
            BudgetVersion.district_id == district_id,
            BudgetVersion.year == year,
            BudgetVersion.month == month,
        )
        .order_by(col(BudgetVersion.number).desc())
        .limit(1)
    ).first()


def lines(session: Session, *, district_id: str, version_id: str) -> tuple[Line, ...]:
    """The lines of a version, in their order."""
    return lines_of_all(session, district_id=district_id, version_ids=[version_id]).get(
        version_id, ()
    )


def lines_of_all(
    session: Session, *, district_id: str, version_ids: Sequence[str]
) -> dict[str, tuple[Line, ...]]:
    """The lines of several versions, by version."""
    rows = session.exec(
        select(BudgetLine)
        .where(BudgetLine.district_id == district_id, col(BudgetLine.version_id).in_(version_ids))
        .order_by(col(BudgetLine.version_id), col(BudgetLine.place))
    ).all()
    found: dict[str, list[Line]] = {}
    for row in rows:
        found.setdefault(row.version_id, []).append(
            Line(**{name: getattr(row, name) for name in Line.__dataclass_fields__})
        )
    return {version_id: tuple(all_) for version_id, all_ in found.items()}


def published(
    session: Session, *, district_id: str, year: int, month: int = PLAN
) -> Published | None:
    """The plan, or a month's execution, that holds."""
    found = newest(session, district_id=district_id, year=year, month=month)
    if found is None:
        return None
    return Published(found, lines(session, district_id=district_id, version_id=found.id))


def months(session: Session, *, district_id: str, year: int) -> tuple[Published, ...]:
    """The execution that holds for each month published, in their order."""
    held: dict[int, BudgetVersion] = {}
    for one in versions(session, district_id=district_id, year=year):
        if one.month != PLAN:
            held[one.month] = one
    all_lines = lines_of_all(
        session, district_id=district_id, version_ids=[one.id for one in held.values()]
    )
    return tuple(Published(one, all_lines.get(one.id, ())) for _, one in sorted(held.items()))


def part_sums(
    session: Session, *, district_id: str, version_ids: Sequence[str]
) -> dict[str, tuple[Line, ...]]:
    """Versions by side and part alone, added up by the database: for tables of many versions."""
    rows = session.exec(
        select(
            BudgetLine.version_id,
            BudgetLine.side,
            BudgetLine.part,
            func.sum(BudgetLine.amount),
        )
        .where(BudgetLine.district_id == district_id, col(BudgetLine.version_id).in_(version_ids))
        .group_by(col(BudgetLine.version_id), col(BudgetLine.side), col(BudgetLine.part))
    ).all()
    found: dict[str, list[Line]] = {}
    for version_id, side, part, amount in rows:
        found.setdefault(version_id, []).append(Line(side, int(amount), part))
    return {version_id: tuple(all_) for version_id, all_ in found.items()}
