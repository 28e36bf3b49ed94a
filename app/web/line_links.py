"""From a budget's line back to what it is for: the project of the vote, or the round's money."""

from collections.abc import Iterable, Mapping

from sqlmodel import col, select

from app.budget.sums import Line
from app.proposals.models import Proposal
from app.rounds.models import Round
from app.web.visit import Visit


def line_links(visit: Visit, lines: Iterable[Line]) -> Mapping[str, str]:
    """Addresses by the ids of proposals and of rounds that these lines name: two queries."""
    named = [(line.proposal_id, line.round_id) for line in lines]
    proposals = {proposal_id for proposal_id, _ in named if proposal_id}
    rounds = {round_id for _, round_id in named if round_id}
    found: dict[str, str] = {}
    if proposals:
        for proposal_id, number in visit.session.exec(
            select(Proposal.id, Proposal.number).where(
                Proposal.district_id == visit.district.id,
                col(Proposal.id).in_(proposals),
                col(Proposal.number).is_not(None),
            )
        ):
            found[proposal_id] = f"{visit.here}/proposals/{number}"
    if rounds:
        for round_id, key in visit.session.exec(
            select(Round.id, Round.key).where(
                Round.district_id == visit.district.id, col(Round.id).in_(rounds)
            )
        ):
            found[round_id] = f"{visit.here}/rounds/{key}/money"
    return found


def link_of(links: Mapping[str, str], line: Line) -> str:
    """Where a line leads back to: its project, else its round; nothing for all others."""
    return links.get(line.proposal_id or "", "") or links.get(line.round_id or "", "")
