"""Pledges to a project: which projects take them, and how they count in the price.

The price that the vote sees is what the budget pays: the whole cost without what neighbours have
pledged and the office has confirmed. It is frozen with the list. Whatever becomes of a pledge, the
budget never pays more than that price unless the maslikhat refines its decision.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from app.budget import giving
from app.budget.giving_models import Contribution
from app.budget.giving_queries import towards
from app.budget.giving_rules import Pledge
from app.core.refusal import Refusal, insist
from app.proposals.models import Proposal, Status
from app.proposals.queries import proposal_for
from app.rounds.models import Round

# Beyond these nothing will be built, or it has been decided without them.
TAKES = frozenset(
    {
        *(Status.SUBMITTED, Status.RETURNED, Status.ADMITTED),
        *(Status.ON_BALLOT, Status.RECOMMENDED),
    }
)


def why_not_pledge_to(proposal: Proposal, of: Round) -> Refusal | None:
    """Why a project takes no pledges."""
    if of.cancelled_at is not None or of.imported_from or proposal.status not in TAKES:
        return Refusal("giving.project_closed", field="to")
    return None


def takes_pledges(session: Session, *, district_id: str) -> Sequence[Proposal]:
    """The projects one can pledge to, the newest first."""
    return session.exec(
        select(Proposal)
        .join(Round, col(Round.id) == col(Proposal.round_id))
        .where(
            Proposal.district_id == district_id,
            col(Proposal.status).in_(sorted(TAKES)),
            col(Round.cancelled_at).is_(None),
            Round.imported_from == "",
        )
        .order_by(col(Proposal.number).desc())
    ).all()


def pledge_to(
    session: Session,
    *,
    district_id: str,
    number: str,
    pledge: Pledge,
    now: datetime,
    person_id: str | None = None,
    by_name: str = "",
    contribution_id: str | None = None,
) -> Contribution:
    """Writes a pledge down: to the project of this number, or in general without one.

    Raises Refusal giving.project_closed, form.choice, and as `budget.giving.pledge`.
    """
    to = giving.IN_GENERAL
    if number:
        found = proposal_for(session, district_id=district_id, number=number, who=None, lock=True)
        if found is None:
            raise Refusal("form.choice", field="to")
        insist(why_not_pledge_to(found, session.get_one(Round, found.round_id)))
        to = giving.To(found.id, found.number or "", found.round_id)
    return giving.pledge(
        session,
        district_id=district_id,
        pledge=pledge,
        to=to,
        person_id=person_id,
        by_name=by_name,
        contribution_id=contribution_id,
        now=now,
    )


def promised_to(session: Session, *, proposal: Proposal) -> int:
    """What confirmed pledges to a project come to, in tenge."""
    return towards(session, district_id=proposal.district_id, proposal_id=proposal.id).towards
