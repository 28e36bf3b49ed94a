"""What holds for every election that Equal Shares can be given: against pencil and paper."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.counting import equal_shares
from app.counting.election import Election, Project
from app.counting.outcome import Outcome, Verdict
from app.counting.rounds import rounds
from tests.counting import checker, plainly

seeds = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=4)


@st.composite
def elections(draw: st.DrawFn, *, rivals: bool = True, most: int = 7) -> Election:
    ids = draw(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=most, unique=True))
    # Few different costs, so that ties of every kind are common; and awkward ones.
    costs = st.sampled_from([0, 1, 2, 3, 6, 7, 12, 60, 97, 10**15])
    projects = tuple(Project(p, draw(costs), draw(st.integers(0, 11)) == 0) for p in ids)
    ballots = st.tuples(st.frozensets(st.sampled_from(ids)), st.integers(0, 4))
    groups = st.frozensets(st.sampled_from(ids), min_size=2)
    return Election(
        budget=draw(st.integers(0, 100)),
        projects=projects,
        ballots=tuple(draw(st.lists(ballots, max_size=8))),
        threshold=draw(st.sampled_from([0, 0, 0, 2])),
        seed=draw(seeds),
        exclusions=tuple(draw(st.lists(groups, max_size=2))) if rivals and len(ids) > 1 else (),
    )


ways = st.fixed_dictionaries(
    {
        "utility": st.sampled_from(["cost", "number"]),
        "completion": st.sampled_from(["none", "add1", "add1u"]),
        # Large enough that pencil and paper get to the end.
        "step_share": st.sampled_from([Fraction(1, 7), Fraction(1, 2), Fraction(1, 50)]),
        "step_money": st.sampled_from([None, None, 1, 5]),
        "stop_when_exhaustive": st.booleans(),
    }
)


def pointed(election: Election, chance: Any) -> list[tuple[dict[str, int], int]]:
    return [
        ({p: chance.randint(1, 5) for p in sorted(ballot)}, times)
        for ballot, times in election.ballots
        if ballot
    ]


def assert_same(outcome: Outcome, plain: plainly.Plain) -> None:
    shares = outcome.shares
    assert shares is not None
    assert [(s.project, s.backing.price) for s in outcome.turns if s.backing] == plain.bought
    assert (shares.share, shares.increases, shares.ended) == (
        plain.share,
        plain.increases,
        plain.ended,
    )
    assert [s.project for s in outcome.filled_up] == plain.filled
    assert list(outcome.selected) == plain.selected


@given(elections(), ways)
@settings(max_examples=300)
def test_every_election_comes_out_as_with_pencil_and_paper(
    election: Election, way: dict[str, Any]
) -> None:
    outcome = equal_shares.count(election, **way)
    assert_same(outcome, plainly.count(election, **way))
    checker.check(election, outcome)
    assert Outcome.from_json(outcome.to_json()) == outcome


@given(elections(), ways, st.randoms(use_true_random=False))
@settings(max_examples=150)
def test_so_does_every_election_with_points(
    election: Election, way: dict[str, Any], chance: Any
) -> None:
    points = pointed(election, chance)
    way = {**way, "utility": "points"}
    outcome = equal_shares.count(election, points=points, **way)
    assert_same(outcome, plainly.count(election, points=points, **way))
    checker.check(election, outcome, points)
    assert Outcome.from_json(outcome.to_json()) == outcome


@given(elections(), ways)
def test_leaping_over_steps_changes_no_byte(election: Election, way: dict[str, Any]) -> None:
    every = equal_shares.count(election, **way, leaps=False)
    assert equal_shares.count(election, **way).to_json() == every.to_json()


@given(elections(), st.randoms(use_true_random=False))
def test_the_order_of_projects_and_ballots_changes_no_byte(election: Election, chance: Any) -> None:
    projects, ballots = list(election.projects), list(election.ballots)
    groups = list(election.exclusions)
    for several in (projects, ballots, groups):
        chance.shuffle(several)
    shuffled = replace(
        election, projects=tuple(projects), ballots=tuple(ballots), exclusions=tuple(groups)
    )
    assert equal_shares.count(shuffled).to_json() == equal_shares.count(election).to_json()


@given(elections())
def test_ballots_one_by_one_or_equal_ones_together_count_the_same(election: Election) -> None:
    one_by_one = [(b, 1) for b, times in election.ballots for _ in range(times)]
    apart = replace(election, ballots=tuple(reversed(one_by_one)))
    assert equal_shares.count(apart).to_json() == equal_shares.count(election).to_json()


@given(elections(), st.sampled_from([2, 7, 100, 10**12]), st.sampled_from(["cost", "number"]))
def test_counting_in_smaller_coins_changes_no_decision(
    election: Election, coins: int, utility: Any
) -> None:
    def decided(outcome: Outcome) -> list[tuple[object, ...]]:
        return [(s.project, s.verdict, s.tied_with, s.tie_broken_by, s.draw) for s in outcome.steps]

    smaller = replace(
        election,
        budget=election.budget * coins,
        projects=tuple(Project(p.id, p.cost * coins, p.withdrawn) for p in election.projects),
    )
    before = equal_shares.count(election, utility=utility)
    after = equal_shares.count(smaller, utility=utility)
    assert decided(after) == decided(before)
    assert after.shares is not None
    assert before.shares is not None
    assert after.shares.share == before.shares.share * coins


@given(elections(), ways)
def test_every_project_has_one_step_with_a_verdict_that_is_true(
    election: Election, way: dict[str, Any]
) -> None:
    outcome = equal_shares.count(election, **way)
    projects = {p.id: p for p in election.projects}
    votes = election.votes()
    assert sorted(s.project for s in outcome.steps) == sorted(projects)
    for step in outcome.steps:
        project = projects[step.project]
        assert step.votes == step.supporters == votes[project.id]
        runs = not project.withdrawn and project.cost > 0 and step.votes >= election.threshold
        match step.verdict:
            case Verdict.FUNDED:
                assert runs
                assert step.left_after == step.left_before - project.cost >= 0
            case Verdict.TOO_DEAR:
                assert runs
                assert step.left_before + step.missing == project.cost > step.left_before
            case Verdict.SHORT:
                assert runs
                assert way["completion"] != "add1u"
                assert step.backing is not None
                assert step.missing == project.cost - step.backing.had > 0
            case Verdict.RIVAL_TAKEN:
                assert step.rival in outcome.selected
                assert any({step.rival, step.project} <= group for group in election.exclusions)
            case Verdict.BELOW_THRESHOLD:
                assert step.votes < election.threshold
            case Verdict.WITHDRAWN:
                assert project.withdrawn
            case Verdict.NO_COST:
                assert project.cost == 0
            case Verdict.AFTER_STOP:
                raise AssertionError("Equal Shares never stops at what does not fit")


@given(elections(), ways)
def test_the_tables_of_the_rounds_say_the_same_as_the_account(
    election: Election, way: dict[str, Any]
) -> None:
    outcome = equal_shares.count(election, **{**way, "completion": "none"})
    tables = rounds(election, outcome)
    assert [table.project for table in tables] == [s.project for s in outcome.turns]
    for table, step in zip(tables, outcome.turns, strict=True):
        assert step.backing is not None
        mine = next(one for one in table.standings if one.project == step.project)
        assert mine.effective_votes == step.backing.effective_votes(step.cost)
        assert mine.had // 1 == step.backing.had
        best = max(one.effective_votes or 0 for one in table.standings)
        if way["utility"] == "cost":
            assert mine.effective_votes == best


@given(elections(rivals=False), st.sampled_from(["cost", "number"]))
def test_a_group_that_agrees_gets_what_its_own_shares_can_buy(
    election: Election, utility: Any
) -> None:
    # What the papers prove for groups that choose alike (EJR, of which this is the plainest
    # consequence): if n people choose exactly the same projects and nobody else does, nothing that
    # their money together can buy is left out.
    own = Counter(dict(election.ballots))
    outcome = equal_shares.count(election, utility=utility, completion="none")
    shares = outcome.shares
    assert shares is not None
    costs = {p.id: p.cost for p in election.projects}
    for ballot, people in own.items():
        if any(ballot & other for other in own if other != ballot):
            continue
        left = shares.share * people - sum(costs[p] for p in ballot if p in outcome.selected)
        for project in ballot:
            step = outcome.step_of(project)
            if step.verdict is Verdict.SHORT:
                assert costs[project] > left


def test_nothing_that_is_no_step_is_taken_for_one() -> None:
    election = Election.of(budget=10, projects=[Project("a", 4)], ballots=[["a"]])
    for wrong in ({"step_money": 0}, {"step_share": Fraction(0)}, {"step_share": Fraction(-1, 2)}):
        with pytest.raises(ValueError, match="a step"):
            equal_shares.count(election, **wrong)  # type: ignore[arg-type]
