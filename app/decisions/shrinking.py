"""What becomes of a result when the approved budget gives the round less than was asked about.

The frozen rules say it beforehand: projects that won stay in the order in which they were chosen,
as far as the money goes; the rest drop from the bottom. Whatever a body has taken off the way, or
reduced, needs no more money than that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.counting.outcome import Outcome, Verdict
from app.decisions.models import Body, Word
from app.decisions.rules import BudgetState, budget_state
from app.proposals.models import Proposal
from app.rounds.models import Round

OFF = frozenset({BudgetState.OUT, BudgetState.REMOVED, BudgetState.NOT_APPROVED})


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A confirmed sum that is smaller than the one asked about, and what no longer fits. Tenge."""

    asked: int
    confirmed: int
    kept: tuple[str, ...]  # proposals' ids, in the order in which they were chosen
    dropped: tuple[str, ...]

    @property
    def less(self) -> int:
        """By how much the sum is smaller."""
        return self.asked - self.confirmed


def still_fit(costs: Sequence[int], amount: int) -> int:
    """How many of these projects, in their order, still fit into a sum: the rest drop.

    The last one drops first, then the one before it, until what is left fits. A cheap one further
    down does not come back in the place of a dear one.
    """
    left = len(costs)
    while left and sum(costs[:left]) > amount:
        left -= 1
    return left


def chosen(outcome: Outcome) -> tuple[str, ...]:
    """The recommended projects by their numbers on the ballot, in the order of their choice."""
    return tuple(step.project for step in outcome.steps if step.verdict is Verdict.FUNDED)


def price_now(proposal: Proposal, words: Mapping[Body, Word]) -> int:
    """What a project needs by the last word on it, in tenge; nothing once it is off the way."""
    if budget_state(words) in OFF:
        return 0
    said = [words[body].amount for body in Body if body in words]
    return next((one for one in reversed(said) if one is not None), proposal.price or 0)


def shrunk(
    of: Round,
    outcome: Outcome,
    *,
    proposals: Mapping[str, Proposal],
    words: Mapping[str, Mapping[Body, Word]],
) -> Shrunk | None:
    """What drops from a round's result; None where the sum is not confirmed, or not smaller."""
    if of.confirmed_envelope is None or of.confirmed_envelope >= of.envelope:
        return None
    running = [
        one
        for number in chosen(outcome)
        if (one := proposals.get(number)) is not None
        and budget_state(words.get(one.id, {})) not in OFF
    ]
    fits = still_fit(
        [price_now(one, words.get(one.id, {})) for one in running], of.confirmed_envelope
    )
    ids = tuple(one.id for one in running)
    return Shrunk(of.envelope, of.confirmed_envelope, ids[:fits], ids[fits:])
