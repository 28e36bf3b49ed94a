"""Most votes: down the list from the most votes, taking whatever still fits into the money.

The greedy rule that most cities use (Pabulib's `greedy`), with an optional threshold.
Ties: lower cost, then more supporters where points were counted, then the draw.
Of projects that exclude each other the first on the list that fits is taken; the others leave.

With guaranteed parts the list is gone down twice. First, a project whose settlement has a part is
taken if its cost fits into what is left of that part. Then the parts end: what they did not spend
joins what was shared from the start, and everything not yet taken, from wherever, has its turn
again in the same order and is taken if it fits into all that is left. So a settlement gets at least
what its part can buy of its own projects in their order, never less of the shared money than the
others, and no tenge stays behind because it was reserved. Ballots do not say where a voter lives:
the order is that of everybody's votes both times, the threshold holds both times.
"""

from collections.abc import Mapping

from app.counting.commission import Commission
from app.counting.down_the_list import Listed, walk
from app.counting.election import Election
from app.counting.outcome import Measure, Outcome, Step, Verdict

RULE = "most-votes"


def count(
    election: Election,
    *,
    points: Mapping[str, int] | None = None,
    rule: str = RULE,
    stop_when_one_does_not_fit: bool = False,
    commission: Commission | None = None,
) -> Outcome:
    """Count an election.

    `points` (project id → points) take the place of the number of votes where ballots carry
    points or ranks. `stop_when_one_does_not_fit` is Pabulib's `greedy-no-skip`, for replaying
    published elections; withdrawn projects never stop it, and there are no guaranteed parts in it.
    `commission` instead of the draw: raises Undecided where it has not spoken.
    """
    if stop_when_one_does_not_fit and election.guarantees:
        raise ValueError("a rule that stops knows no guaranteed parts")
    supporters = election.votes()
    votes = supporters if points is None else points
    measure: Measure = "votes" if points is None else "points"
    listed = Listed.of(election, votes=votes, supporters=supporters, commission=commission)
    steps: tuple[Step, ...] = walk(
        listed,
        left=election.budget,
        parts=dict(election.guarantees),
        stop_when_one_does_not_fit=stop_when_one_does_not_fit,
    )
    return Outcome(
        rule=rule,
        budget=election.budget,
        seed=election.seed,
        threshold=election.threshold,
        voters=election.voters,
        steps=steps,
        selected=tuple(sorted(s.project for s in steps if s.verdict is Verdict.FUNDED)),
        total_cost=sum(s.cost for s in steps if s.verdict is Verdict.FUNDED),
        decimals=election.decimals,
        measure=measure,
        exclusions=tuple(tuple(sorted(group)) for group in election.exclusions),
        guarantees=election.guarantees,
        decided=None if commission is None else commission.decided,
    )
