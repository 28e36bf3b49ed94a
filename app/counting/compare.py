"""Two outcomes of the same ballots: for how many voters which one is better."""

from dataclasses import dataclass

from app.counting.election import Election
from app.counting.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Preferred:
    """People who get more of what they chose under the first, under the second, as much under both.

    Everybody with a non-empty ballot is one of them.
    """

    first: int
    second: int
    same: int


@dataclass(frozen=True, slots=True)
class OutcomesCompared:
    """`by_number`: more of what they chose is more projects; `by_cost`: projects of more cost.

    `nothing_first`, `nothing_second`: voters of whose choices nothing is funded, `nothing_both`
    those with nothing under either. `chosen_first`, `chosen_second`: funded projects on the ballots
    of all voters together; through `voters` that is how many of their choices a voter gets.
    """

    voters: int
    by_number: Preferred
    by_cost: Preferred
    nothing_first: int
    nothing_second: int
    nothing_both: int
    chosen_first: int
    chosen_second: int


def compare(first: Outcome, second: Outcome, election: Election) -> OutcomesCompared:
    """Hold two outcomes of an election against each other, ballot by ballot.

    The comparison step of Wieliczka 2023 is `by_number`, Equal Shares first, most votes second.
    """
    costs = {project.id: project.cost for project in election.projects}
    ours, theirs = frozenset(first.selected), frozenset(second.selected)
    number, cost = [0, 0, 0], [0, 0, 0]
    nothing = [0, 0, 0]
    chosen = [0, 0]
    voters = 0
    for ballot, people in election.ballots:
        if not ballot:
            continue
        voters += people
        one, other = ballot & ours, ballot & theirs
        number[_better(len(one), len(other))] += people
        cost[_better(sum(map(costs.__getitem__, one)), sum(map(costs.__getitem__, other)))] += (
            people
        )
        nothing[0] += people * (not one)
        nothing[1] += people * (not other)
        nothing[2] += people * (not one and not other)
        chosen[0] += people * len(one)
        chosen[1] += people * len(other)
    return OutcomesCompared(voters, Preferred(*number), Preferred(*cost), *nothing, *chosen)


def _better(one: int, other: int) -> int:
    """0 where the first is more, 1 where the second is, 2 where they are equal."""
    return 2 if one == other else int(one < other)
