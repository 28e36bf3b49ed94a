"""Small elections, each with its whole protocol written out by hand."""

from hashlib import sha256

import pytest

from app.counting import most_votes
from app.counting.election import Election, Project
from app.counting.outcome import Outcome, Step, Verdict


def lot(seed: str, project: str) -> str:
    """The draw as the contract words it, worked out apart from the code under test."""
    return sha256(seed.encode() + b"\n" + project.encode()).hexdigest()


def village(
    budget: int,
    projects: dict[str, int],
    ballots: dict[tuple[str, ...], int],
    *,
    threshold: int = 0,
    seed: str = "",
    withdrawn: frozenset[str] = frozenset(),
) -> Election:
    return Election(
        budget=budget,
        projects=tuple(Project(p, cost, p in withdrawn) for p, cost in projects.items()),
        ballots=tuple((frozenset(b), times) for b, times in ballots.items()),
        threshold=threshold,
        seed=seed,
    )


def protocol(outcome: Outcome) -> list[tuple[str, int, str, int, int]]:
    return [(s.project, s.votes, s.verdict, s.left_after, s.missing) for s in outcome.steps]


def test_what_does_not_fit_is_skipped_and_the_next_one_still_gets_its_turn() -> None:
    election = village(
        100,
        {"lamps": 60, "school": 50, "well": 40, "fence": 1},
        {("lamps", "school"): 5, ("lamps",): 2, ("well", "school"): 1, ("fence",): 1, (): 3},
    )
    assert most_votes.count(election) == Outcome(
        rule="most-votes",
        budget=100,
        seed="",
        threshold=0,
        voters=12,
        steps=(
            Step("lamps", 7, 60, Verdict.FUNDED, 100, 40, supporters=7),
            Step("school", 6, 50, Verdict.TOO_DEAR, 40, 40, missing=10, supporters=6),
            Step(
                "fence",
                1,
                1,
                Verdict.FUNDED,
                40,
                39,
                tied_with=("well",),
                tie_broken_by="cost",
                supporters=1,
            ),
            Step(
                "well",
                1,
                40,
                Verdict.TOO_DEAR,
                39,
                39,
                missing=1,
                tied_with=("fence",),
                tie_broken_by="cost",
                supporters=1,
            ),
        ),
        selected=("fence", "lamps"),
        total_cost=61,
    )


def test_a_price_that_meets_what_is_left_exactly_fits() -> None:
    outcome = most_votes.count(village(100, {"a": 60, "b": 40}, {("a",): 2, ("b",): 1}))
    assert protocol(outcome) == [("a", 2, "funded", 40, 0), ("b", 1, "funded", 0, 0)]


def test_dearer_than_the_whole_envelope_never_fits_and_stops_nobody() -> None:
    outcome = most_votes.count(village(100, {"a": 101, "b": 100}, {("a",): 9, ("b",): 1}))
    assert protocol(outcome) == [("a", 9, "too_dear", 100, 1), ("b", 1, "funded", 0, 0)]


def test_the_threshold_is_met_by_exactly_as_many_votes() -> None:
    election = village(
        100, {"a": 10, "b": 10, "c": 10}, {("a",): 3, ("b",): 2, ("c",): 1}, threshold=2
    )
    assert protocol(most_votes.count(election)) == [
        ("a", 3, "funded", 90, 0),
        ("b", 2, "funded", 80, 0),
        ("c", 1, "below_threshold", 80, 0),
    ]


def test_without_a_threshold_a_project_that_nobody_chose_is_taken_when_it_fits() -> None:
    assert protocol(most_votes.count(village(100, {"a": 10}, {}))) == [("a", 0, "funded", 90, 0)]


def test_withdrawn_and_priceless_projects_take_no_money_and_tie_with_nobody() -> None:
    election = village(
        100,
        {"a": 10, "gone": 11, "free": 0},
        {("a", "gone", "free"): 4},
        withdrawn=frozenset({"gone"}),
    )
    outcome = most_votes.count(election)
    assert {(s.project, s.verdict, s.cost, s.left_after, s.tied_with) for s in outcome.steps} == {
        ("free", "no_cost", 0, 100, ()),
        ("gone", "withdrawn", 0, 100, ()),
        ("a", "funded", 10, 90, ()),
    }
    assert outcome.selected == ("a",)
    assert outcome.total_cost == 10


@pytest.mark.parametrize("seed", ["", "Сұрат 2026", "a\nb", "00ff"])
def test_equal_votes_and_equal_cost_are_drawn_by_the_hash_of_seed_and_id(seed: str) -> None:
    projects = {p: 40 for p in ("1", "2", "құдық", "шам")}
    outcome = most_votes.count(village(100, projects, {tuple(projects): 5}, seed=seed))
    drawn = sorted(projects, key=lambda p: lot(seed, p))
    assert [s.project for s in outcome.steps] == drawn
    assert outcome.selected == tuple(sorted(drawn[:2]))
    assert [(s.tie_broken_by, s.draw) for s in outcome.steps] == [
        ("draw", lot(seed, p)) for p in drawn
    ]
    assert outcome.steps[0].tied_with == tuple(sorted(set(projects) - {drawn[0]}))


def test_the_draw_is_the_one_that_anybody_can_work_out_with_sha256sum() -> None:
    # printf 'lamp\nA' | sha256sum, printf 'lamp\nB' | sha256sum
    outcome = most_votes.count(village(1, {"A": 1, "B": 1}, {}, seed="lamp"))
    assert [(s.project, s.draw, s.verdict) for s in outcome.steps] == [
        ("A", "2e8ea53df3bda5e8d35cfe9694094892b75e08f794b1e243e973f87841137526", "funded"),
        ("B", "fd54441657945fbc478f3e9a8e61c60604d150bdb5f0e6d3dd588dfb48c2e4d6", "too_dear"),
    ]


def test_lower_cost_goes_before_the_draw_and_only_equals_are_drawn() -> None:
    election = village(100, {"dear": 60, "x": 50, "y": 50}, {("dear", "x", "y"): 3}, seed="s")
    first, second = sorted(("x", "y"), key=lambda p: lot("s", p))
    outcome = most_votes.count(election)
    assert [(s.project, s.tied_with, s.tie_broken_by, s.verdict) for s in outcome.steps] == [
        (first, tuple(sorted(("dear", second))), "draw", "funded"),
        (second, tuple(sorted(("dear", first))), "draw", "funded"),
        ("dear", ("x", "y"), "cost", "too_dear"),
    ]


def test_where_points_decide_equal_points_and_cost_ask_for_more_supporters_first() -> None:
    election = village(50, {"few": 50, "many": 50}, {("few",): 1, ("many",): 3})
    outcome = most_votes.count(election, points={"few": 9, "many": 9})
    assert [(s.project, s.votes, s.supporters, s.tie_broken_by) for s in outcome.steps] == [
        ("many", 9, 3, "votes"),
        ("few", 9, 1, "votes"),
    ]
    assert outcome.measure == "points"


def test_a_rule_that_stops_passes_over_the_withdrawn_and_stops_at_the_first_too_dear() -> None:
    election = village(
        100,
        {"a": 50, "gone": 999, "b": 60, "c": 1, "d": 1},
        {("a",): 9, ("gone",): 8, ("b",): 7, ("c",): 6, ("d",): 1},
        threshold=2,
        withdrawn=frozenset({"gone"}),
    )
    outcome = most_votes.count(election, rule="greedy-no-skip", stop_when_one_does_not_fit=True)
    assert protocol(outcome) == [
        ("a", 9, "funded", 50, 0),
        ("gone", 8, "withdrawn", 50, 0),
        ("b", 7, "too_dear", 50, 10),
        ("c", 6, "after_stop", 50, 0),
        ("d", 1, "below_threshold", 50, 0),
    ]


def test_money_is_never_a_float_and_nothing_is_negative() -> None:
    with pytest.raises(TypeError):
        Project("a", 1.0)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Election(budget=True, projects=(), ballots=())
    with pytest.raises(ValueError, match="negative"):
        Project("a", -1)
    with pytest.raises(ValueError, match="negative"):
        Election(budget=1, projects=(), ballots=((frozenset(), -1),))


def test_an_election_with_unknown_or_double_projects_is_none() -> None:
    with pytest.raises(ValueError, match="unknown"):
        Election.of(budget=1, projects=[Project("a", 1)], ballots=[["b"]])
    with pytest.raises(ValueError, match="same id"):
        Election.of(budget=1, projects=[Project("a", 1), Project("a", 2)], ballots=[])
    with pytest.raises(ValueError, match="id"):
        Project("", 1)
