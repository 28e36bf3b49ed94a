"""Which rules, ballots and extras go together, and why the others do not: codes, worded elsewhere.

One table for the page on which a round's rules are made, for the command and for the tests. Left
out of it on purpose is what changes no outcome (the draw, or a commission in its place, goes with
everything).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Literal, get_args

from app.counting.backing import Completion

Rule = Literal["most-votes", "equal-shares"]
Ballots = Literal["approval", "choose-one", "knapsack", "points", "ranking"]
Weighed = Literal["cost", "number", "points"]

# Why something is refused.
COMPLETION_IS_OF_SHARES = "completion_is_of_shares"
COMPLETION_MISSING = "completion_missing"
UTILITY_IS_OF_SHARES = "utility_is_of_shares"
UTILITY_MISSING = "utility_missing"
POINTS_ARE_THE_UTILITY = "points_are_the_utility"
POINTS_NEED_SUCH_BALLOTS = "points_need_such_ballots"
SHARES_NEED_NO_GUARANTEE = "shares_need_no_guarantee"

# What somebody who chooses it should be told.
NO_USE_FOR_ONE_CHOICE = "no_use_for_one_choice"
KNAPSACK_DRAWS_TO_CHEAP = "knapsack_draws_to_cheap"
MUCH_MAY_STAY_UNSPENT = "much_may_stay_unspent"
SOME_MAY_STAY_UNSPENT = "some_may_stay_unspent"


@dataclass(frozen=True, slots=True)
class Combination:
    """A way to count. `completion` and `utility` are of Equal Shares only, None for most votes."""

    rule: Rule
    ballots: Ballots = "approval"
    completion: Completion | None = None
    utility: Weighed | None = None
    threshold: bool = False
    exclusions: bool = False
    guarantee: bool = False

    @property
    def pointed(self) -> bool:
        """Whether ballots give projects different weight: by points, or a ranking's points."""
        return self.ballots in ("points", "ranking")


def why_not(one: Combination) -> str | None:
    """The code of the reason why this is not defined; None where it is.

    Most votes: any ballot (points are added up where there are any), threshold, exclusions and
    guaranteed parts in any combination. Equal Shares: any ballot, with a completion and a utility
    (points where ballots carry them), threshold and exclusions; no guaranteed parts, for every
    voter already has an equal part to spend, those of the smallest place too, and a reserved one
    would take it from them.
    """
    if one.rule == "most-votes":
        if one.completion is not None:
            return COMPLETION_IS_OF_SHARES
        return UTILITY_IS_OF_SHARES if one.utility is not None else None
    if one.completion is None:
        return COMPLETION_MISSING
    if one.utility is None:
        return UTILITY_MISSING
    if one.pointed and one.utility != "points":
        return POINTS_ARE_THE_UTILITY
    if not one.pointed and one.utility == "points":
        return POINTS_NEED_SUCH_BALLOTS
    return SHARES_NEED_NO_GUARANTEE if one.guarantee else None


def notes(one: Combination) -> tuple[str, ...]:
    """Codes of what is true of a defined combination and not plain to see.

    From 936 real elections: with one choice a ballot Equal Shares leaves more voters with nothing
    than most votes does, without completion it spends half of the money; and voters with a knapsack
    ballot choose cheaper projects.
    """
    found = []
    if one.rule == "equal-shares":
        if one.ballots == "choose-one":
            found.append(NO_USE_FOR_ONE_CHOICE)
        if one.completion == "none":
            found.append(MUCH_MAY_STAY_UNSPENT)
        if one.completion == "add1":
            found.append(SOME_MAY_STAY_UNSPENT)
    if one.ballots == "knapsack":
        found.append(KNAPSACK_DRAWS_TO_CHEAP)
    return tuple(found)


def every() -> Iterator[tuple[Combination, str | None]]:
    """The whole table: each combination with the code of its refusal, None where it is defined."""
    completions: tuple[Completion | None, ...] = (None, *get_args(Completion))
    utilities: tuple[Weighed | None, ...] = (None, *get_args(Weighed))
    switch = (False, True)
    for values in product(
        get_args(Rule), get_args(Ballots), completions, utilities, switch, switch, switch
    ):
        combination = Combination(*values)
        yield combination, why_not(combination)
