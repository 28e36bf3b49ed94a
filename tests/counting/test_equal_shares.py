"""Equal Shares on elections that one can work out on a sheet of paper, each written out whole."""

from fractions import Fraction
from hashlib import sha256

import pytest

from app.counting import equal_shares, most_votes
from app.counting.backing import Backing
from app.counting.election import Election, Project
from app.counting.outcome import Outcome, Purse, Verdict
from tests.counting import checker


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


def letters(text: str) -> dict[tuple[str, ...], int]:
    """`3 ab, 2 c`: three who chose a and b, two who chose c."""
    return {tuple(b): int(n) for n, b in (part.split() for part in text.split(","))}


def bought(outcome: Outcome) -> list[tuple[str, Fraction | None]]:
    return [(s.project, s.backing.price) for s in outcome.turns if s.backing]


def backing(outcome: Outcome, project: str) -> Backing:
    found = outcome.step_of(project).backing
    assert found is not None
    return found


# -- from the papers and the book


def test_the_book_s_example_with_eight_voters_round_by_round() -> None:
    # Lackner & Skowron, Multi-Winner Voting with Approval Preferences (2023), the Method of Equal
    # Shares for three of four equal candidates, in 40ths: everybody has 3/8 = 15, one costs 40.
    # c: 5 supporters pay 8 (1/5). a: two have 7 left and pay it all, two pay 13 (13/40).
    # Then d's supporters have 3·7 + 15 = 36, b's 2·2 + 15 = 19: nothing more can be bought.
    election = village(120, dict.fromkeys("abcd", 40), letters("3 cd, 2 ab, 2 ac, 1 bd"))
    outcome = equal_shares.count(election, utility="number", completion="none")
    checker.check(election, outcome)
    assert outcome.shares is not None
    assert outcome.shares.first == outcome.shares.share == 15
    assert bought(outcome) == [("c", 8), ("a", 13)]
    assert outcome.selected == ("a", "c")
    assert [(s.project, s.left_before, s.left_after) for s in outcome.steps] == [
        ("c", 120, 80),
        ("a", 80, 40),
        ("d", 40, 40),
        ("b", 40, 40),
    ]
    assert backing(outcome, "c") == Backing(
        had=75, turn=1, price=Fraction(8), payers=((5, 40), (0, 0), (0, 0), (0, 0), (0, 0), (0, 0))
    )
    # 7 of 13 is more than a half and less than three quarters.
    assert backing(outcome, "a") == Backing(
        had=44,
        turn=2,
        price=Fraction(13),
        payers=((2, 26), (0, 0), (2, 14), (0, 0), (0, 0), (0, 0)),
    )
    assert backing(outcome, "a").effective_votes(40) == Fraction(40, 13)
    d, b = outcome.step_of("d"), outcome.step_of("b")
    assert (d.verdict, d.missing, d.backing) == (
        Verdict.SHORT,
        4,
        Backing(had=36, short_after=1, takers=(("c", 24),)),
    )
    assert (b.verdict, b.missing, b.backing) == (
        Verdict.SHORT,
        21,
        Backing(had=19, short_after=2, takers=(("a", 26),)),
    )
    assert backing(outcome, "d").support(40) == Fraction(9, 10)


def test_the_book_s_running_example_stops_one_short() -> None:
    # The same book, its first example: 12 voters, four of the candidates, in 24ths. Everybody has
    # 8; a takes 3 from eight of them; b and c then have 3·5 + 8 = 23 of the 24 that they need.
    election = village(
        96, dict.fromkeys("abcdefg", 24), letters("3 ab, 3 ac, 2 ad, 1 bcf, 1 e, 1 f, 1 g")
    )
    outcome = equal_shares.count(election, utility="number", completion="none")
    checker.check(election, outcome)
    assert bought(outcome) == [("a", 3)]
    assert {
        s.project: (s.missing, backing(outcome, s.project).short_after) for s in outcome.steps[1:]
    } == {
        "b": (1, 1),
        "c": (1, 1),
        "d": (8, 0),
        "f": (8, 0),
        "e": (16, 0),
        "g": (16, 0),
    }


def test_half_of_the_people_get_half_of_the_money() -> None:
    # The example with which Peters, Pierczyński and Skowron begin: 51 of a hundred want the red
    # projects, 49 the blue ones, there is money for ten. Most votes buys ten red ones.
    red, blue = [f"red {n}" for n in range(10)], [f"blue {n}" for n in range(10)]
    election = village(1000, dict.fromkeys(red + blue, 100), {tuple(red): 51, tuple(blue): 49})
    assert most_votes.count(election).selected == tuple(red)
    plain = equal_shares.count(election, completion="none")
    # 51 · 10 buys five, 49 · 10 four. With 100·5/49 = 10.204… each, after 21 steps, five and five.
    assert sorted(p.split()[0] for p in plain.selected) == ["blue"] * 4 + ["red"] * 5
    grown = equal_shares.count(election, completion="add1")
    checker.check(election, grown)
    assert sorted(p.split()[0] for p in grown.selected) == ["blue"] * 5 + ["red"] * 5
    # It goes on to the last step before a sixth red one: 100·6/51 = 11.76…, step 177.
    assert grown.shares is not None
    assert (grown.shares.increases, grown.shares.ended) == (176, "over")
    assert grown.shares.share == 10 + Fraction(176, 100)


def test_points_are_paid_for_by_the_point() -> None:
    # Additive utilities, as in the paper: who gave more points pays more. Everybody has 4.
    # y: 6 points in all, one costs 1; they pay 1, 3 and 2. x before that: who gave 5 would have to
    # pay more than 4, pays 4, the other pays 2 for one point. So y is first, and x is then short.
    election = village(12, {"x": 6, "y": 6}, {("x", "y"): 2, ("y",): 1})
    points = [({"x": 5, "y": 1}, 1), ({"x": 1, "y": 3}, 1), ({"y": 2}, 1)]
    outcome = equal_shares.count(election, points=points, completion="none")
    checker.check(election, outcome, points)
    assert outcome.measure == "points"
    assert [(s.project, s.votes, s.supporters) for s in outcome.steps] == [("y", 6, 3), ("x", 6, 2)]
    assert bought(outcome) == [("y", 1)]
    assert backing(outcome, "x") == Backing(had=4, short_after=1, takers=(("y", 4),))
    # Without y, x costs 2 for a point.
    alone = equal_shares.count(
        village(12, {"x": 6}, {("x",): 2, (): 1}),
        points=[({"x": 5}, 1), ({"x": 1}, 1)],
        completion="none",
    )
    # Two ballots are not empty, so everybody has 6: 6 · 1 would do, and one point costs 1.
    assert bought(alone) == [("x", 1)]


def test_by_cost_the_dear_one_that_many_want_goes_first_by_number_the_cheap_one() -> None:
    # 10 people with 10 each. dear: 8 of them, 12.5 each is too much; 64: 8 each, 8 effective votes.
    # cheap: 5 of them, 2 each, 5 effective votes; by number 2 is less than 8.
    election = village(
        100, {"dear": 64, "cheap": 10}, {("dear",): 5, ("dear", "cheap"): 3, ("cheap",): 2}
    )
    by_cost = equal_shares.count(election, completion="none")
    assert bought(by_cost) == [("dear", 8), ("cheap", 2)]
    by_number = equal_shares.count(election, utility="number", completion="none")
    assert bought(by_number) == [("cheap", 2), ("dear", 8)]


# -- steps, stops and filling up


def test_shares_grow_until_everything_with_votes_is_in() -> None:
    # 10 people, 10 each: b is bought at 5. a needs 60 from 4 people, 15 each: step 500 of 0.01.
    election = village(100, {"a": 60, "b": 30}, letters("4 a, 6 b"))
    outcome = equal_shares.count(election, completion="add1")
    checker.check(election, outcome)
    assert outcome.shares is not None
    assert (outcome.shares.share, outcome.shares.increases, outcome.shares.ended) == (
        15,
        500,
        "all_in",
    )
    assert bought(outcome) == [("b", 5), ("a", 15)]
    ones = equal_shares.count(election, completion="add1", step_money=1)
    assert ones.shares is not None
    assert (ones.shares.share, ones.shares.increases) == (15, 5)
    twos = equal_shares.count(election, completion="add1", step_money=2)
    assert twos.shares is not None
    assert (twos.shares.share, twos.shares.increases) == (16, 3)


def test_shares_stop_before_the_step_that_would_cost_too_much_and_the_rest_goes_by_votes() -> None:
    # a needs 80 from 4 people, 20 each, step 1000: then all would cost 110. Step 999 decides.
    election = village(100, {"a": 80, "b": 30, "c": 60, "d": 50}, letters("4 a, 4 b, 1 bc, 1 bd"))
    outcome = equal_shares.count(election)
    checker.check(election, outcome)
    assert outcome.shares is not None
    assert (outcome.shares.share, outcome.shares.increases, outcome.shares.ended) == (
        Fraction(1999, 100),
        999,
        "over",
    )
    assert [
        (s.project, s.verdict, s.paid_from, s.left_after, s.missing) for s in outcome.steps
    ] == [
        ("b", Verdict.FUNDED, Purse.SHARES, 70, 0),
        ("a", Verdict.TOO_DEAR, None, 70, 10),
        ("d", Verdict.FUNDED, Purse.REMAINDER, 20, 0),
        ("c", Verdict.TOO_DEAR, None, 20, 40),
    ]
    # The supporters of a had 4 · 19.99.
    assert backing(outcome, "a") == Backing(had=79, short_after=0)
    assert outcome.selected == ("b", "d")
    assert [s.project for s in outcome.filled_up] == ["d"]
    # d and c had as many votes: the cheaper one first.
    assert outcome.step_of("d").tie_broken_by == "cost"
    unfilled = equal_shares.count(election, completion="add1")
    assert unfilled.selected == ("b",)
    assert unfilled.step_of("d").verdict is Verdict.SHORT


def test_it_stops_when_nothing_fits_only_where_that_is_asked() -> None:
    # a takes 95 of 100 at once and b never fits. Its one supporter, with 9.5 paid, could buy it
    # with a share of 59.5, step 4950: without the early stop that is the first step that is over.
    election = village(100, {"a": 95, "b": 50}, letters("9 a, 1 ab"))
    early = equal_shares.count(election, completion="add1", stop_when_exhaustive=True)
    late = equal_shares.count(election, completion="add1")
    assert early.shares is not None
    assert late.shares is not None
    assert (early.shares.increases, early.shares.ended) == (0, "exhaustive")
    assert (late.shares.increases, late.shares.ended) == (4949, "over")
    assert early.selected == late.selected == ("a",)


def test_what_nobody_chose_ends_no_count_and_is_taken_by_votes_if_it_fits() -> None:
    # Two other programs never come back from this one.
    election = village(100, {"a": 10, "nobody": 20}, letters("3 a"))
    for early in (False, True):
        outcome = equal_shares.count(election, stop_when_exhaustive=early)
        checker.check(election, outcome)
        assert outcome.shares is not None
        assert (outcome.shares.increases, outcome.shares.ended) == (0, "all_in")
        assert [(s.project, s.paid_from) for s in outcome.steps] == [
            ("a", Purse.SHARES),
            ("nobody", Purse.REMAINDER),
        ]
    unfilled = equal_shares.count(election, completion="add1")
    assert unfilled.step_of("nobody").verdict is Verdict.SHORT
    assert unfilled.step_of("nobody").missing == 20


# -- elections at the edge


def test_one_voter_buys_the_most_that_they_can() -> None:
    outcome = equal_shares.count(village(10, {"a": 6, "b": 5, "c": 3}, {("a", "b", "c"): 1}))
    # All have one effective vote: the lower cost first. Then 2 is left and nothing more fits.
    assert bought(outcome) == [("c", 3), ("b", 5)]
    assert outcome.step_of("c").tied_with == ("a", "b")
    assert outcome.step_of("c").tie_broken_by == "cost"
    assert outcome.step_of("a").verdict is Verdict.TOO_DEAR


@pytest.mark.parametrize("completion", ["none", "add1", "add1u"])
@pytest.mark.parametrize("ballots", [{}, {(): 3}])
def test_nobody_buys_nothing_and_the_rest_goes_by_votes(
    completion: equal_shares.Completion, ballots: dict[tuple[str, ...], int]
) -> None:
    election = village(10, {"a": 6, "b": 11}, ballots)
    outcome = equal_shares.count(election, completion=completion)
    checker.check(election, outcome)
    assert outcome.selected == (("a",) if completion == "add1u" else ())
    assert outcome.shares is not None
    assert (outcome.shares.ballots, outcome.shares.share) == (0, 0)
    # Nobody chose a: by most votes it is taken all the same when it fits.
    assert most_votes.count(election).selected == ("a",)


def test_without_money_nothing_is_bought() -> None:
    outcome = equal_shares.count(village(0, {"a": 1}, {("a",): 1}))
    assert [(s.verdict, s.missing) for s in outcome.steps] == [(Verdict.TOO_DEAR, 1)]
    assert outcome.shares is not None
    assert outcome.shares.ended == "all_in"


def test_nothing_can_be_bought_where_everything_costs_more_than_there_is() -> None:
    for completion, missing in (("none", 1), ("add1", 1), ("add1u", 1)):
        outcome = equal_shares.count(
            village(10, {"a": 11, "b": 11}, {("a", "b"): 5}),
            completion=completion,  # type: ignore[arg-type]
        )
        assert outcome.selected == ()
        assert {(s.verdict, s.missing, s.backing) for s in outcome.steps} == {
            (Verdict.TOO_DEAR, missing, None)
        }


def test_a_project_dearer_than_all_the_money_takes_nobody_s_share() -> None:
    outcome = equal_shares.count(village(10, {"a": 11, "b": 10}, {("a", "b"): 9, ("a",): 1}))
    assert outcome.selected == ("b",)
    assert outcome.shares is not None
    # 9 of 10 people can pay 10 from a share of 10/9 on, step 112 of 0.001.
    assert outcome.shares.increases == 112


def test_everything_is_bought_where_there_is_money_for_all() -> None:
    outcome = equal_shares.count(village(100, {"a": 10, "b": 20, "c": 3}, letters("5 ab, 5 bc")))
    assert outcome.selected == ("a", "b", "c")
    assert outcome.shares is not None
    assert (outcome.shares.increases, outcome.shares.ended) == (0, "all_in")


@pytest.mark.parametrize("seed", ["", "Сұрат 2026"])
def test_where_all_tie_the_draw_decides_and_shows_its_lots(seed: str) -> None:
    projects = {p: 40 for p in ("1", "2", "құдық", "шам")}
    outcome = equal_shares.count(village(100, projects, {tuple(projects): 5}, seed=seed))
    lots = {p: sha256(f"{seed}\n{p}".encode()).hexdigest() for p in projects}
    drawn = sorted(projects, key=lots.__getitem__)
    assert [s.project for s in outcome.turns] == drawn[:2]
    assert [(s.tie_broken_by, s.draw) for s in outcome.turns] == [
        ("draw", lots[p]) for p in drawn[:2]
    ]
    assert outcome.turns[0].tied_with == tuple(sorted(set(projects) - {drawn[0]}))
    assert outcome.turns[1].tied_with == tuple(sorted(drawn[2:]))


def test_of_equal_effective_votes_and_cost_more_votes_go_first() -> None:
    # X empties nine people. One of them chose p as well, so p has four votes, three of them with
    # money; q has three. Both cost 12, 4 for each of three.
    election = village(
        150, {"X": 90, "p": 12, "q": 12}, {("X",): 8, ("X", "p"): 1, ("p",): 3, ("q",): 3}
    )
    outcome = equal_shares.count(election, completion="none")
    assert bought(outcome) == [("X", 10), ("p", 4), ("q", 4)]
    p = outcome.step_of("p")
    assert (p.tied_with, p.tie_broken_by, p.draw) == (("q",), "votes", None)
    assert backing(outcome, "p").payers == ((3, 12), (0, 0), (0, 0), (0, 0), (0, 0), (1, 0))


def test_the_threshold_holds_before_and_while_filling_up() -> None:
    election = village(100, {"a": 10, "b": 10}, letters("5 a, 1 b"), threshold=2)
    outcome = equal_shares.count(election)
    assert [(s.project, s.verdict, s.backing is None) for s in outcome.steps] == [
        ("a", Verdict.FUNDED, False),
        ("b", Verdict.BELOW_THRESHOLD, True),
    ]
    # b's voter has a share all the same: a fifth of the people is not a sixth.
    assert outcome.shares is not None
    assert outcome.shares.first == Fraction(100, 6)


def test_withdrawn_and_priceless_projects_take_no_money() -> None:
    election = village(
        100,
        {"a": 10, "gone": 11, "free": 0},
        {("a", "gone", "free"): 4, ("gone",): 1},
        withdrawn=frozenset({"gone"}),
    )
    outcome = equal_shares.count(election)
    assert {(s.project, s.verdict) for s in outcome.steps} == {
        ("a", Verdict.FUNDED),
        ("gone", Verdict.WITHDRAWN),
        ("free", Verdict.NO_COST),
    }
    assert outcome.shares is not None
    assert outcome.shares.ballots == 5  # a ballot for what was withdrawn is not an empty one


def test_amounts_far_beyond_any_float_are_still_exact() -> None:
    # One unit more or less in 10**40 decides, and a float sees no difference at all.
    huge = 10**40
    for cost, can in ((3 * huge, True), (3 * huge + 1, False)):
        election = village(4 * huge, {"a": cost, "b": 1}, letters("3 a, 1 b"))
        outcome = equal_shares.count(election, completion="none")
        checker.check(election, outcome)
        assert ("a" in outcome.selected) is can
    # b is cheaper by 1 in 10**40: by number it is first, though the floats of both prices are one.
    election = village(4 * huge, {"a": huge, "b": huge - 1}, letters("2 ab, 2 a, 2 b"))
    outcome = equal_shares.count(election, utility="number", completion="none")
    assert [s.project for s in outcome.turns][:1] == ["b"]
    assert outcome.turns[0].tied_with == ()


def test_thirds_do_not_get_lost() -> None:
    # Each has 100/3. a takes 25 from all, c's two have 2 · 25/3 = 16.67 left, 17 is too much.
    for cost, selected in ((16, ("a", "c")), (17, ("a",))):
        election = village(100, {"a": 75, "c": cost}, letters("1 a, 2 ac"))
        assert equal_shares.count(election, completion="none").selected == selected
    # Exactly what three thirds come to, after three purchases of thirds.
    election = village(10, {"a": 1, "b": 1, "c": 1, "d": 7}, {tuple("abcd"): 3})
    outcome = equal_shares.count(election, completion="none")
    assert outcome.selected == ("a", "b", "c", "d")
    assert outcome.total_cost == 10


def test_exactly_enough_is_not_short() -> None:
    # l's two have exactly its 20 until x takes 1 from one of them.
    election = village(40, {"l": 20, "x": 3}, letters("1 lx, 1 l, 2 x"))
    outcome = equal_shares.count(election, completion="none")
    checker.check(election, outcome)
    assert backing(outcome, "l") == Backing(had=19, short_after=1, takers=(("x", 1),))
