"""Projects that exclude each other, settlements with a part of their own, ties left to people."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.counting import equal_shares, most_votes
from app.counting.commission import Commission, Undecided
from app.counting.election import Election, Project, draw_number
from app.counting.outcome import Outcome, Part, Purse, Verdict
from tests.counting import checker
from tests.counting.test_shares_properties import elections


def village(
    budget: int,
    projects: dict[str, int],
    ballots: dict[tuple[str, ...], int],
    *,
    where: dict[str, str] | None = None,
    **others: Any,
) -> Election:
    return Election(
        budget=budget,
        projects=tuple(
            Project(p, cost, settlement=(where or {}).get(p, "")) for p, cost in projects.items()
        ),
        ballots=tuple((frozenset(b), times) for b, times in ballots.items()),
        **others,
    )


def said(outcome: Outcome) -> list[tuple[str, str, str | None, int]]:
    return [(s.project, s.verdict.value, s.rival, s.left_after) for s in outcome.steps]


# -- rivals


def test_of_rivals_the_first_that_fits_is_taken_and_the_others_leave() -> None:
    # The small and the large playground exclude each other; so do the large one and the park.
    election = village(
        100,
        {"large": 110, "small": 40, "park": 50, "lamps": 20},
        {("large",): 9, ("small",): 5, ("park",): 4, ("lamps",): 1},
        exclusions=(frozenset({"large", "small"}), frozenset({"large", "park"})),
    )
    # The large one does not fit: it takes nobody out.
    assert said(most_votes.count(election)) == [
        ("large", "too_dear", None, 100),
        ("small", "funded", None, 60),
        ("park", "funded", None, 10),
        ("lamps", "too_dear", None, 10),
    ]
    # Now it fits, and takes both out: the money goes on to the lamps.
    cheaper = replace(
        election,
        projects=tuple(Project(p.id, 80 if p.id == "large" else p.cost) for p in election.projects),
    )
    assert said(most_votes.count(cheaper)) == [
        ("large", "funded", None, 20),
        ("small", "rival_taken", "large", 20),
        ("park", "rival_taken", "large", 20),
        ("lamps", "funded", None, 0),
    ]


def test_who_was_taken_first_is_named_as_the_rival() -> None:
    election = village(
        100,
        {"first": 10, "second": 10, "z": 10},
        {("first",): 3, ("second",): 2, ("z",): 1},
        exclusions=(frozenset({"first", "z"}), frozenset({"second", "z"})),
    )
    for outcome in (most_votes.count(election), equal_shares.count(election)):
        assert outcome.selected == ("first", "second")
        assert outcome.step_of("z").rival == "first"


def test_rivals_leave_the_count_of_shares_with_their_supporters_money_unspent() -> None:
    # 10 people, 10 each. a (6 people, 5 each) takes b out; b's own supporters keep their 40.
    election = village(
        100,
        {"a": 30, "b": 40, "c": 20},
        {("a",): 6, ("b", "c"): 4},
        exclusions=(frozenset("ab"),),
    )
    outcome = equal_shares.count(election)
    checker.check(election, outcome)
    assert said(outcome) == [
        ("a", "funded", None, 70),
        ("c", "funded", None, 50),
        ("b", "rival_taken", "a", 50),
    ]
    b = outcome.step_of("b").backing
    assert b is not None
    assert (b.had, b.short_after, b.turn) == (40, None, None)
    assert outcome.shares is not None
    assert outcome.shares.ended == "all_in"  # b, with votes, is out and not waited for


def test_a_rival_is_not_filled_up_with_and_fills_up_before_its_rivals() -> None:
    # With 40 each c could be bought too, for 110 in all: so nobody ever has the 44 for e.
    election = village(
        100,
        {"a": 30, "b": 30, "c": 80, "d": 45, "e": 44},
        {("a",): 5, ("b",): 1, ("c",): 2, ("d",): 1, ("e",): 1},
        exclusions=(frozenset("ab"), frozenset("de")),
        seed="x",
    )
    outcome = equal_shares.count(election)
    checker.check(election, outcome)
    assert {s.project: (s.verdict, s.rival) for s in outcome.steps} == {
        "a": (Verdict.FUNDED, None),
        "b": (Verdict.RIVAL_TAKEN, "a"),
        "c": (Verdict.TOO_DEAR, None),
        "e": (Verdict.FUNDED, None),
        "d": (Verdict.RIVAL_TAKEN, "e"),
    }
    assert [s.project for s in outcome.filled_up] == ["e"]


@given(elections())
def test_no_two_rivals_ever_win(election: Election) -> None:
    for outcome in (most_votes.count(election), equal_shares.count(election)):
        for group in election.exclusions:
            assert len(group & set(outcome.selected)) <= 1
        for step in outcome.steps:
            if step.verdict is Verdict.RIVAL_TAKEN:
                assert step.rival in outcome.selected
        assert Outcome.from_json(outcome.to_json()) == outcome


# -- guaranteed parts

SURAT = {"school": 60, "park": 30, "well": 25, "bridge": 15, "lamps": 8, "fence": 5}
WHERE = {"school": "Surat", "park": "Surat", "well": "Aqbulaq", "bridge": "Aqbulaq"} | {
    "lamps": "Tasotkel"
}
PEOPLE = {
    ("school", "park"): 90,
    ("school",): 5,
    ("well",): 10,
    ("bridge",): 12,
    ("lamps",): 8,
    ("fence",): 4,
}


def surat(**parts: int) -> Election:
    return village(100, SURAT, PEOPLE, where=WHERE, guarantees=tuple(parts.items()))


def test_without_parts_the_centre_takes_nearly_everything() -> None:
    outcome = most_votes.count(surat())
    assert outcome.selected == ("lamps", "park", "school")
    assert outcome.richer is False


def test_a_settlement_gets_what_its_part_can_buy_and_the_rest_is_everybody_s() -> None:
    # Aqbulaq's part is 20: the bridge (12 votes) fits, of the well only 5 are left. Tasotkel's 10
    # buy the lamps. What is left, 77, is everybody's: the school, then the park does not fit.
    outcome = most_votes.count(surat(Aqbulaq=20, Tasotkel=10))
    assert said(outcome) == [
        ("bridge", "funded", None, 85),
        ("lamps", "funded", None, 77),
        ("school", "funded", None, 17),
        ("park", "too_dear", None, 17),
        ("well", "too_dear", None, 17),
        ("fence", "funded", None, 12),
    ]
    assert outcome.guarantees == (("Aqbulaq", 20), ("Tasotkel", 10))
    by_name = {s.project: s for s in outcome.steps}
    assert by_name["bridge"].paid_from is by_name["lamps"].paid_from is Purse.GUARANTEE
    assert by_name["school"].paid_from is by_name["fence"].paid_from is None
    assert by_name["bridge"].part == Part("Aqbulaq", 20, 5)
    assert by_name["well"].part == Part("Aqbulaq", 5, 5)
    assert by_name["lamps"].part == Part("Tasotkel", 10, 2)
    assert by_name["school"].part is None
    assert by_name["well"].missing == 8  # of 25, with 17 left of everything
    assert Outcome.from_json(outcome.to_json()) == outcome


def test_a_part_that_buys_nothing_stays_nobody_s() -> None:
    assert (
        most_votes.count(surat(Aqbulaq=10, Nowhere=20)).selected
        == most_votes.count(surat()).selected
    )
    with pytest.raises(ValueError, match="more than the budget"):
        surat(Aqbulaq=60, Tasotkel=41)
    with pytest.raises(ValueError, match="two guaranteed parts"):
        village(10, {}, {}, guarantees=(("a", 1), ("a", 2)))


def test_rivals_across_settlements_go_by_the_one_list() -> None:
    election = replace(surat(Aqbulaq=20, Tasotkel=10), exclusions=(frozenset({"bridge", "lamps"}),))
    outcome = most_votes.count(election)
    assert outcome.step_of("lamps").rival == "bridge"
    # And what a part has bought is out of reach of a rival with more votes that had no part in it.
    election = replace(election, exclusions=(frozenset({"bridge", "school"}),))
    outcome = most_votes.count(election)
    assert outcome.step_of("school").rival == "bridge"


def test_the_threshold_holds_for_parts_too_and_shares_know_none() -> None:
    outcome = most_votes.count(replace(surat(Aqbulaq=20, Tasotkel=10), threshold=10))
    assert outcome.step_of("lamps").verdict is Verdict.BELOW_THRESHOLD
    with pytest.raises(ValueError, match="guaranteed"):
        equal_shares.count(surat(Aqbulaq=20))
    with pytest.raises(ValueError, match="guaranteed"):
        most_votes.count(surat(Aqbulaq=20), stop_when_one_does_not_fit=True)


@given(elections(), st.data())
def test_every_settlement_gets_at_least_what_its_part_buys(
    election: Election, data: st.DataObject
) -> None:
    places = ["", "a", "b"]
    projects = tuple(
        replace(p, settlement=data.draw(st.sampled_from(places))) for p in election.projects
    )
    some = data.draw(st.integers(0, election.budget))
    parts = {"a": some, "b": data.draw(st.integers(0, election.budget - some))}
    election = replace(election, projects=projects, guarantees=tuple(parts.items()))
    outcome = most_votes.count(election)
    assert Outcome.from_json(outcome.to_json()) == outcome
    left = election.budget
    for step in outcome.steps:
        assert step.left_before == left
        left -= step.cost if step.verdict is Verdict.FUNDED else 0
        assert step.left_after == left >= 0
    for place, part in parts.items():
        own = [p for p in election.projects if p.settlement == place and not p.withdrawn]
        bought = [
            s for s in outcome.steps if s.paid_from is Purse.GUARANTEE and s.part
            and s.part.settlement == place
        ]  # fmt: skip
        spent = sum(s.cost for s in bought)
        assert spent <= part
        # By itself, with its part for all the money, the settlement's list buys the same; rivals
        # from elsewhere may have come before.
        if not election.exclusions:
            alone = most_votes.count(
                Election(
                    budget=part,
                    projects=tuple(own),
                    ballots=tuple(
                        (ballot & {p.id for p in own}, n) for ballot, n in election.ballots
                    ),
                    threshold=election.threshold,
                    seed=election.seed,
                )
            )
            assert {s.project for s in bought} == set(alone.selected)


# -- what is left to the commission


def test_a_tie_that_matters_is_named_and_waits_for_the_commission() -> None:
    election = village(100, {"a": 60, "b": 60, "c": 30}, {("a", "b"): 5, ("c",): 9})
    with pytest.raises(Undecided) as waiting:
        most_votes.count(election, commission=Commission())
    assert waiting.value.tied == ("a", "b")
    outcome = most_votes.count(election, commission=Commission((("b", "a"),)))
    assert outcome.selected == ("b", "c")
    assert outcome.decided == (("b", "a"),)
    assert outcome.step_of("b").tie_broken_by == "commission"
    assert outcome.step_of("b").draw is None
    assert Outcome.from_json(outcome.to_json()) == outcome
    other = most_votes.count(election, commission=Commission((("a", "b"),)))
    assert other.selected == ("a", "c")


def test_a_tie_that_changes_nothing_bothers_nobody() -> None:
    # Both fit, or neither does: no commission has to sit.
    for cost in (30, 90):
        election = village(80, {"a": cost, "b": cost}, {("a", "b"): 5})
        outcome = most_votes.count(election, commission=Commission())
        assert len(outcome.selected) in (0, 2)
        assert {s.tie_broken_by for s in outcome.steps} == {None}
    # Lower cost and, with points, more supporters are asked before it.
    election = village(80, {"a": 50, "b": 60}, {("a", "b"): 5})
    assert most_votes.count(election, commission=Commission()).selected == ("a",)
    # Who is out already is in no tie.
    election = village(
        80,
        {"won": 30, "a": 50, "b": 50},
        {("won",): 9, ("a", "b"): 5},
        exclusions=(frozenset({"won", "a"}),),
    )
    assert most_votes.count(election, commission=Commission()).selected == ("b", "won")
    # Rivals matter although both would fit.
    election = village(80, {"a": 30, "b": 30}, {("a", "b"): 5}, exclusions=(frozenset("ab"),))
    with pytest.raises(Undecided):
        most_votes.count(election, commission=Commission())


def test_under_shares_only_equals_who_share_supporters_are_put_to_it() -> None:
    # Nobody chose both: whichever goes first, the other is next.
    apart = village(100, {"a": 20, "b": 20}, {("a",): 5, ("b",): 5})
    outcome = equal_shares.count(apart, commission=Commission())
    assert outcome.selected == ("a", "b")
    assert {outcome.steps[0].project, *outcome.steps[0].tied_with} == {"a", "b"}
    assert outcome.steps[0].tie_broken_by is None
    together = village(100, {"a": 60, "b": 60, "c": 20}, {("a", "b"): 8, ("c",): 2})
    with pytest.raises(Undecided) as waiting:
        equal_shares.count(together, commission=Commission())
    assert waiting.value.tied == ("a", "b")
    for order in permutations("ab"):
        outcome = equal_shares.count(together, commission=Commission((order,)))
        checker.check(together, outcome)
        assert outcome.turns[0].project == order[0]
        assert outcome.turns[0].tie_broken_by == "commission"


@given(elections(), st.randoms(use_true_random=False))
def test_a_commission_that_always_decides_as_the_lot_would_have_gets_the_same_winners(
    election: Election, chance: Any
) -> None:
    # Whatever ties there are: asked one after the other, the count comes to its end, and where
    # every decision follows the lots, to the winners of the draw.
    for rule in (most_votes.count, equal_shares.count):
        decided: list[tuple[str, ...]] = []
        while True:
            try:
                outcome = rule(election, commission=Commission(tuple(decided)))
                break
            except Undecided as tie:
                lots = sorted(tie.tied, key=lambda p: draw_number(election.seed, p))
                assert tuple(lots) not in decided
                decided.append(tuple(lots))
        assert outcome.selected == rule(election).selected
