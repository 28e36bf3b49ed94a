"""What goes together, and that what is said to go together can be counted."""

from collections import Counter
from typing import Any

import pytest

from app.counting import combinations, equal_shares, most_votes
from app.counting.combinations import Combination, every, notes, why_not
from app.counting.election import Election, Project
from app.counting.outcome import Outcome


def test_the_table_is_whole_and_says_yes_and_no() -> None:
    table = list(every())
    assert len({one for one, _ in table}) == len(table) == 2 * 5 * 4 * 4 * 8
    assert Counter(refused for _, refused in table if refused is not None).keys() == {
        combinations.COMPLETION_IS_OF_SHARES,
        combinations.COMPLETION_MISSING,
        combinations.UTILITY_IS_OF_SHARES,
        combinations.UTILITY_MISSING,
        combinations.POINTS_ARE_THE_UTILITY,
        combinations.POINTS_NEED_SUCH_BALLOTS,
        combinations.SHARES_NEED_NO_GUARANTEE,
    }
    # Most votes: every kind of ballot with every extra. Equal Shares: three completions, two
    # utilities for three kinds of plain ballots and one for two kinds with points, no guarantee.
    assert Counter(one.rule for one, refused in table if refused is None) == {
        "most-votes": 5 * 8,
        "equal-shares": 3 * (3 * 2 + 2) * 4,
    }


@pytest.mark.parametrize(
    ("one", "refused"),
    [
        (Combination("most-votes"), None),
        (Combination("most-votes", "ranking", guarantee=True, exclusions=True), None),
        (Combination("most-votes", completion="add1u"), "completion_is_of_shares"),
        (Combination("most-votes", utility="cost"), "utility_is_of_shares"),
        (Combination("equal-shares"), "completion_missing"),
        (Combination("equal-shares", completion="add1u"), "utility_missing"),
        (Combination("equal-shares", completion="add1u", utility="cost"), None),
        (Combination("equal-shares", "points", "add1u", "cost"), "points_are_the_utility"),
        (Combination("equal-shares", "choose-one", "add1", "points"), "points_need_such_ballots"),
        (
            Combination("equal-shares", "approval", "add1u", "cost", guarantee=True),
            "shares_need_no_guarantee",
        ),
    ],
)
def test_why_not(one: Combination, refused: str | None) -> None:
    assert why_not(one) == refused


def test_what_is_true_and_not_plain_to_see_is_noted() -> None:
    assert notes(Combination("most-votes", "choose-one")) == ()
    assert notes(Combination("equal-shares", "choose-one", "add1u", "cost")) == (
        "no_use_for_one_choice",
    )
    assert notes(Combination("equal-shares", "knapsack", "none", "cost")) == (
        "much_may_stay_unspent",
        "knapsack_draws_to_cheap",
    )


@pytest.mark.parametrize(
    "combination", [one for one, refused in every() if refused is None], ids=repr
)
def test_every_defined_combination_is_counted(combination: Combination) -> None:
    projects = [Project(p, 10 + n, settlement="x" if n % 2 else "") for n, p in enumerate("abcdef")]
    ballots: list[tuple[str, ...]] = [("a", "b"), ("a", "c"), ("d",), ("e", "f", "a"), ()]
    if combination.ballots == "choose-one":
        ballots = [(p,) for p in "aabcd"]
    election = Election.of(
        budget=40,
        projects=projects,
        ballots=ballots,
        threshold=1 if combination.threshold else 0,
        exclusions=[("a", "b")] if combination.exclusions else (),
        guarantees={"x": 15} if combination.guarantee else None,
    )
    marks = [({p: 5 - n for n, p in enumerate(b)}, 1) for b in ballots if b]
    outcome: Outcome
    if combination.rule == "most-votes":
        totals = Counter(dict.fromkeys("abcdef", 0))
        for ballot, _ in marks:
            totals.update(ballot)
        outcome = most_votes.count(election, points=totals if combination.pointed else None)
    else:
        way: dict[str, Any] = {"completion": combination.completion}
        if combination.pointed:
            way["points"] = marks
        else:
            way["utility"] = combination.utility
        outcome = equal_shares.count(election, **way)
        assert outcome.shares is not None
        assert outcome.shares.utility == combination.utility
    assert 0 < outcome.total_cost <= 40
    assert Outcome.from_json(outcome.to_json()) == outcome
