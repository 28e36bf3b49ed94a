"""Contributions read: their sums, by project and in general, and one giver's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, select

from app.budget.giving_models import Contribution, ContributionMove, Move
from app.budget.giving_rules import Sums, sums_of

PAGE = 25
LAST = 10**9  # no number of ours is larger, and databases take no larger ones


@dataclass(frozen=True, slots=True)
class Given:
    """A contribution with its moves, the oldest first, and their sums."""

    one: Contribution
    moves: tuple[ContributionMove, ...]
    sums: Sums


@dataclass(frozen=True, slots=True)
class Together:
    """Confirmed contributions added up, in tenge."""

    count: int = 0
    pledged: int = 0
    received: int = 0
    spent: int = 0
    returned: int = 0

    @property
    def towards(self) -> int:
        """What may be counted on: promised and not taken back or given back."""
        return self.pledged - self.returned

    @property
    def missing(self) -> int:
        """What was promised and has not come."""
        return self.pledged - self.received

    def __add__(self, other: "Together") -> "Together":
        return Together(
            self.count + other.count,
            self.pledged + other.pledged,
            self.received + other.received,
            self.spent + other.spent,
            self.returned + other.returned,
        )


NOTHING = Together()


def together(
    session: Session, *, district_id: str, proposal_id: str | None = None
) -> Mapping[str | None, Together]:
    """Confirmed contributions by project; None: in general. In two queries."""
    where: list[Any] = [
        Contribution.district_id == district_id,
        col(Contribution.confirmed_at).is_not(None),
    ]
    if proposal_id is not None:
        where.append(Contribution.proposal_id == proposal_id)
    worth = session.exec(
        select(Contribution.proposal_id, func.count(), func.sum(col(Contribution.worth)))
        .where(*where)
        .group_by(col(Contribution.proposal_id))
    ).all()
    moved: dict[tuple[str | None, str], int] = {}
    for to, kind, amount in session.exec(
        select(
            Contribution.proposal_id,
            ContributionMove.move,
            func.sum(col(ContributionMove.amount)),
        )
        .join(Contribution, col(Contribution.id) == col(ContributionMove.contribution_id))
        .where(*where)
        .group_by(col(Contribution.proposal_id), col(ContributionMove.move))
    ).all():
        moved[to, kind] = int(amount)
    return {
        to: Together(
            count=count,
            pledged=int(total) - moved.get((to, Move.TAKEN_BACK), 0),
            received=moved.get((to, Move.RECEIVED), 0),
            spent=moved.get((to, Move.SPENT), 0),
            returned=moved.get((to, Move.RETURNED), 0),
        )
        for to, count, total in worth
    }


def towards(session: Session, *, district_id: str, proposal_id: str) -> Together:
    """What was confirmed for one project."""
    found = together(session, district_id=district_id, proposal_id=proposal_id)
    return found.get(proposal_id, NOTHING)


def contributions(
    session: Session,
    *,
    district_id: str,
    confirmed: bool = True,
    proposal_id: str = "",
    page: int = 1,
    most: int | None = PAGE,
) -> tuple[list[Given], int]:
    """A page of contributions, the newest first, and how many there are. `most=None`: all."""
    where: list[Any] = [Contribution.district_id == district_id]
    if confirmed:
        where.append(col(Contribution.confirmed_at).is_not(None))
    else:  # what its giver has left behind with an account waits for nobody
        where.append(col(Contribution.confirmed_at).is_(None))
        where.append(col(Contribution.person_id).is_not(None))
    if proposal_id:
        where.append(Contribution.proposal_id == proposal_id)
    total = session.exec(select(func.count()).select_from(Contribution).where(*where)).one()
    query = select(Contribution).where(*where).order_by(col(Contribution.number).desc())
    if most is not None:
        query = query.offset((page - 1) * most).limit(most)
    return _with_moves(session, session.exec(query).all()), total


def contribution(session: Session, *, district_id: str, number: int) -> Given | None:
    """One contribution of this district."""
    if number > LAST:
        return None
    one = session.exec(
        select(Contribution).where(
            Contribution.district_id == district_id, Contribution.number == number
        )
    ).all()
    found = _with_moves(session, one)
    return found[0] if found else None


def given_by(session: Session, *, district_id: str, person_id: str) -> list[Given]:
    """What one resident promised here, the newest first."""
    rows = session.exec(
        select(Contribution)
        .where(Contribution.district_id == district_id, Contribution.person_id == person_id)
        .order_by(col(Contribution.number).desc())
    ).all()
    return _with_moves(session, rows)


def _with_moves(session: Session, rows: Sequence[Contribution]) -> list[Given]:
    moves: dict[str, list[ContributionMove]] = {one.id: [] for one in rows}
    if rows:
        for step in session.exec(
            select(ContributionMove)
            .where(col(ContributionMove.contribution_id).in_(moves))
            .order_by(col(ContributionMove.at), col(ContributionMove.id))
        ):
            moves[step.contribution_id].append(step)
    return [
        Given(
            one,
            tuple(moves[one.id]),
            sums_of(one.worth, ((step.move, step.amount) for step in moves[one.id])),
        )
        for one in rows
    ]
