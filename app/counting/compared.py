"""Two outcomes of one election side by side: who wins under which, and what residents get of it."""

from dataclasses import dataclass
from fractions import Fraction

from app.counting.election import Election
from app.counting.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Gain:
    """What residents get under one outcome; `chosen_won` is how many of their projects, on average.

    `nothing`: ballots of which no project won.
    """

    nothing: int
    chosen_won: Fraction


@dataclass(frozen=True, slots=True)
class Compared:
    """What two outcomes do differently, seen from the projects and from the ballots.

    `more_first`, `more_second` and `equal` count the ballots more of whose chosen projects won
    under the one, under the other, or as many under both: the comparison step of published Equal
    Shares elections. Empty ballots are among the equal ones.
    """

    first: Outcome
    second: Outcome
    both: tuple[str, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    more_first: int
    more_second: int
    equal: int
    gain_first: Gain
    gain_second: Gain


def compare(election: Election, first: Outcome, second: Outcome) -> Compared:
    """Hold two outcomes of the same election against each other."""
    one, other = frozenset(first.selected), frozenset(second.selected)
    ones = [(len(ballot & one), len(ballot & other), times) for ballot, times in election.ballots]
    return Compared(
        first=first,
        second=second,
        both=tuple(sorted(one & other)),
        only_first=tuple(sorted(one - other)),
        only_second=tuple(sorted(other - one)),
        more_first=sum(times for won, lost, times in ones if won > lost),
        more_second=sum(times for lost, won, times in ones if won > lost),
        equal=sum(times for left, right, times in ones if left == right),
        gain_first=_gain([(won, times) for won, _, times in ones]),
        gain_second=_gain([(won, times) for _, won, times in ones]),
    )


def _gain(won: list[tuple[int, int]]) -> Gain:
    people = sum(times for _, times in won)
    return Gain(
        nothing=sum(times for number, times in won if not number),
        chosen_won=Fraction(sum(number * times for number, times in won), people or 1),
    )
