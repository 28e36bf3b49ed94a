"""When steps may be leapt over, and what floats must not decide: worked by hand."""

from fractions import Fraction

import pytest

from app.counting import equal_shares
from app.counting.commission import Commission, Undecided
from app.counting.election import Election, Project
from app.counting.shares_field import Field, lay_out
from app.counting.shares_run import run
from tests.counting import checker


def laid_out(costs: dict[str, int], kinds: list[str]) -> Field:
    election = Election.of(budget=10**6, projects=[], ballots=[])
    projects = [Project(p, cost) for p, cost in costs.items()]
    votes = {p: sum(p in kind for kind in kinds) for p in costs}
    return lay_out(
        election,
        projects,
        ballots=[(frozenset(kind), 1) for kind in kinds],
        utility="number",
        votes=votes,
        supporters=votes,
    )


# Two people pay 4 twice alone and have s - 8 left for p and for w, which somebody with all of s
# wants as well: p costs that one 12 - (s - 8) = 20 - s, w costs 11 - (s - 8) = 19 - s.
# With 10 each w costs 9, with 11 each p costs 9 too, but w then 8.
COSTS = {"a": 4, "b": 4, "c": 4, "d": 4}
KINDS = ["abp", "p", "cdw", "w"]


@pytest.mark.parametrize(
    ("p", "w", "commission", "alike"),
    [
        # w goes first when they tie: nothing between 10 and 11 can put p before it.
        (12, 11, None, True),
        # What a commission said of four need not hold of two of them: no leap.
        (12, 11, Commission((tuple("abcd"),)), False),
        # Further apart: p has 9 at 11 where w had 8 at 10.
        (12, 10, None, True),
        # Closer: p would be at 8 where w was at 9.
        (11, 11, None, False),
    ],
)
def test_a_leap_needs_every_other_price_above_or_a_tie_that_is_won(
    p: int, w: int, commission: Commission | None, alike: bool
) -> None:
    field = laid_out({**COSTS, "p": p, "w": w}, KINDS)
    low = run(field, Fraction(10), budget=1000, commission=commission)
    assert low is not None
    high = run(field, Fraction(11), budget=1000, commission=commission, like=low)
    assert high is not None
    assert high.alike is alike
    only = run(
        field, Fraction(11), budget=1000, commission=commission, like=low, only_if_alike=True
    )
    assert (only is not None) is alike


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_what_a_commission_said_of_two_holds_at_every_share(order: tuple[str, ...]) -> None:
    # a and b tie whatever the share; who chose both makes their order matter.
    field = laid_out({"a": 4, "b": 4}, ["ab", "a", "b"])
    with pytest.raises(Undecided):
        run(field, Fraction(10), budget=1000, commission=Commission())
    low = run(field, Fraction(10), budget=1000, commission=Commission((order,)))
    assert low is not None
    assert tuple(field.projects[one.candidate].id for one in low.rounds) == order
    high = run(field, Fraction(20), budget=1000, commission=Commission((order,)), like=low)
    assert high is not None
    assert high.alike


def test_a_commission_does_not_make_the_count_slow() -> None:
    # One person wants the hall and has 0.1 to begin with: 500 times the share, 499,000 steps.
    election = Election(
        budget=100,
        projects=(Project("hall", 50), Project("a", 10), Project("b", 10)),
        ballots=(
            (frozenset({"hall"}), 1),
            (frozenset({"hall", "a", "b"}), 1),
            (frozenset("ab"), 900),
            (frozenset("a"), 49),
            (frozenset("b"), 49),
            (frozenset(), 3),
        ),
    )
    assert election.voters - 3 == 1000
    outcome = equal_shares.count(election, commission=Commission((("b", "a"),)))
    assert outcome.selected == ("a", "b", "hall")
    assert outcome.shares is not None
    assert outcome.shares.increases > 200_000


def test_who_would_win_the_tie_stands_in_the_way_of_a_leap() -> None:
    # The same with x at 5 for one of w's two, and p cheaper than w: with 10 each p costs
    # 10 - 2 = 8 and w 12 - 5 = 7, with 11 each p costs 7 and w 6. w is bought before p at both, but
    # 7 is not above 7, and of equals p would go first.
    field = laid_out({"a": 4, "b": 4, "x": 5, "p": 10, "w": 12}, ["abp", "p", "xw", "w"])
    low = run(field, Fraction(10), budget=1000)
    assert low is not None
    assert [field.projects[one.candidate].id for one in low.rounds][2:] == ["x", "w", "p"]
    assert [one.price for one in low.rounds] == [4, 4, 5, 7, 8]
    high = run(field, Fraction(11), budget=1000, like=low)
    assert high is not None
    assert high.order == low.order
    assert [one.price for one in high.rounds] == [4, 4, 5, 6, 7]
    assert high.alike is False
    assert run(field, Fraction(11), budget=1000, like=low, only_if_alike=True) is None


def test_a_run_that_buys_more_or_less_is_not_alike() -> None:
    # With 10 each one person cannot buy q for 11; with 11 they can.
    field = laid_out({"a": 4, "q": 11}, ["a", "q"])
    low = run(field, Fraction(10), budget=1000)
    assert low is not None
    assert len(low.rounds) == 1
    assert run(field, Fraction(11), budget=1000, like=low, only_if_alike=True) is None
    same = run(field, Fraction(21, 2), budget=1000, like=low, only_if_alike=True)
    assert same is not None
    assert same.alike
    over = run(field, Fraction(11), budget=14, like=low)
    assert over is not None
    assert over.over
    assert not over.alike


@pytest.mark.parametrize("one", [0, 1])
def test_somebody_who_lacks_one_of_1e40_pays_all_and_is_no_debtor(one: int) -> None:
    # 1: thirty people pay 1 each for p. 2: g takes all but 1 from 25 others. 3: a asks ten of the
    # thirty for all the s - 1 that they have and ten others for s. To a float s - 1 is s; who takes
    # them for able to pay s leaves them 1 in debt, and e, whose other supporter has 1, is lost.
    s = 10**40
    kinds = {"pa": 9, "pae": 1, "p": 20, "a": 10, "g": 24, "ge": 1}
    voters = sum(kinds.values())
    costs = {"p": 30, "g": 25 * (s - 1), "a": 20 * s - 10, "e": 1 + one}
    election = Election(
        budget=voters * s,
        projects=tuple(Project(p, cost) for p, cost in costs.items()),
        ballots=tuple((frozenset(ballot), people) for ballot, people in kinds.items()),
    )
    outcome = equal_shares.count(election, completion="none")
    checker.check(election, outcome)
    assert [t.project for t in outcome.turns] == ["p", "g", "a", "e"][: 4 - one]


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_effective_votes_that_differ_in_the_last_of_forty_digits_decide(more: int) -> None:
    # After x, both a's and b's poorer supporter has 1/3 of a share left; b costs a little more or
    # less. By number the cheaper one goes first, however little cheaper it is.
    s = 3 * 10**40
    election = Election(
        budget=4 * s,
        projects=(Project("x", 4 * s // 3), Project("a", s), Project("b", s + more)),
        ballots=tuple((frozenset(ballot), 1) for ballot in ("xa", "xb", "a", "b")),
        seed="a",
    )
    outcome = equal_shares.count(election, utility="number", completion="none")
    checker.check(election, outcome)
    order = [t.project for t in outcome.turns if t.project != "x"]
    first = outcome.step_of(order[0])
    if more:
        assert order[0] == ("a" if more > 0 else "b")
        assert first.tied_with == ()
    else:
        assert first.tie_broken_by == "draw"
