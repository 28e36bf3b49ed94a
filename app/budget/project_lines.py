"""Lines of published plans that belong to a round or to its projects: where a promise stands."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session, col, or_, select

from app.budget.models import PLAN, BudgetLine, BudgetVersion


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """A line of a published plan with the version it stands in."""

    version: BudgetVersion
    line: BudgetLine


def project_lines(
    session: Session,
    *,
    district_id: str,
    proposal_ids: Collection[str] = (),
    round_id: str | None = None,
) -> list[ProjectLine]:
    """The lines of these projects, or of this round, in published plans: by year and version."""
    rows = session.exec(
        select(BudgetVersion, BudgetLine)
        .where(
            BudgetLine.version_id == BudgetVersion.id,
            BudgetLine.district_id == district_id,
            BudgetVersion.district_id == district_id,
            BudgetVersion.month == PLAN,
            or_(
                col(BudgetLine.proposal_id).in_(proposal_ids),
                BudgetLine.round_id == round_id if round_id else False,
            ),
        )
        .order_by(col(BudgetVersion.year), col(BudgetVersion.number), col(BudgetLine.place))
    ).all()
    return [ProjectLine(version, line) for version, line in rows]
