"""Equal Shares on real elections: what cities published, and what other programs computed."""

import json
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from app.counting import equal_shares, most_votes, score
from app.counting.backing import Utility
from app.counting.compare import Preferred, compare
from app.counting.outcome import Outcome
from app.counting.pabulib import PbFile, read_path
from app.counting.rounds import rounds
from tests.counting import checker

SHARED = Path(__file__).parents[3] / "shared" / "data"
FOLDER = SHARED / "pabulib"
OTHERS = SHARED / "reference-outcomes"

WIELICZKA = "Poland_Wieliczka_2023_Green_Budget.pb"
# Name, official winners, the official share; all by cost, steps of one złoty or euro from the
# exact share, nothing filled up, no stop when nothing fits.
REAL = {
    WIELICZKA: (30, 164, "315.84"),
    "Poland_Swiecie_2023.pb": (17, 242, "661.11"),
    "Netherlands_Assen_2024.pb": (9, 843, "2033.48"),
}

if FOLDER.is_dir():
    EXPECTED: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text("utf-8"))["files"]
else:
    EXPECTED = {}

here = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="NOT TESTED AGAINST REAL ELECTIONS: ../shared/data is not there"
)


@cache
def published(name: str) -> PbFile:
    return read_path(FOLDER / name)


@cache
def officially(name: str) -> Outcome:
    return equal_shares.count(
        published(name).election(),
        completion="add1",
        step_money=10 ** published(name).decimals,
        rule="equalshares/add1",
    )


COMPUTED: list[Any] = [
    (name, utility)
    for name, facts in EXPECTED.items()
    for utility in ("cost", "number")
    if f"equal-shares/none/{utility}" in facts.get("computed", {})
]
if not COMPUTED:
    COMPUTED = [pytest.param("", "", marks=pytest.mark.skip(reason="NO REAL ELECTIONS"))]


@pytest.mark.parametrize(("name", "utility"), COMPUTED)
def test_the_plain_method_wins_as_an_independent_program_computed(
    name: str, utility: Utility
) -> None:
    # The other program knew no thresholds.
    election = replace(published(name).election(), threshold=0)
    outcome = equal_shares.count(election, utility=utility, completion="none")
    expected = EXPECTED[name]["computed"][f"equal-shares/none/{utility}"]
    assert list(outcome.selected) == sorted(expected)
    assert Outcome.from_json(outcome.to_json()) == outcome


@here
def test_every_computed_outcome_is_here() -> None:
    assert len(COMPUTED) == 197


@here
@pytest.mark.parametrize("name", REAL)
def test_a_real_equal_shares_election_comes_out_exactly(name: str) -> None:
    winners, increases, share = REAL[name]
    outcome = officially(name)
    assert outcome.shares is not None
    assert list(outcome.selected) == sorted(EXPECTED[name]["selected_official"])
    assert (len(outcome.selected), outcome.shares.increases) == (winners, increases)
    assert outcome.shares.account(0)["share_amount"] == share
    checker.check(published(name).election(), outcome)


@here
def test_the_official_report_of_wieliczka_round_by_round() -> None:
    # 30 rounds in the same order; 639 effective votes to two decimals, and as many supporters'
    # savings, which the report cuts off at whole złoty.
    official = json.loads((FOLDER / "wieliczka_2023_trace.json").read_text("utf-8"))["rounds"]
    ours = rounds(published(WIELICZKA).election(), officially(WIELICZKA))
    assert [one.project for one in ours] == [one["selected"] for one in official]
    cells = 0
    done: set[str] = set()
    for mine, theirs in zip(ours, official, strict=True):
        standings = {one.project: one for one in mine.standings}
        open_ = {p: row for p, row in theirs["rows"].items() if p not in done}
        assert set(standings) >= set(open_)
        for project, row in open_.items():
            cells += 1
            votes = standings[project].effective_votes or Fraction(0)
            assert _hundredths(votes) == Decimal(str(row["eff"])), (mine.turn, project)
            assert standings[project].had // 1 == row["supp"], (mine.turn, project)
            assert (row["mark"] == "unaff.") is (standings[project].effective_votes is None)
        done.add(mine.project)
    assert (len(ours), cells) == (30, 639)


def _hundredths(number: Fraction) -> Decimal:
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)


@here
def test_the_comparison_that_wieliczka_published() -> None:
    election = published(WIELICZKA).election()
    found = compare(officially(WIELICZKA), most_votes.count(election), election)
    assert found.by_number == Preferred(first=1615, second=873, same=4098)
    assert found.voters == 6586
    other = compare(most_votes.count(election), officially(WIELICZKA), election)
    assert other.by_number == Preferred(first=873, second=1615, same=4098)
    assert (other.nothing_first, other.nothing_second) == (
        found.nothing_second,
        found.nothing_first,
    )


@here
def test_a_loser_of_wieliczka_is_told_what_was_missing() -> None:
    # The report on project 87: its supporters fell short of 74,000 with what they had left.
    official = json.loads((FOLDER / "wieliczka_2023_trace.json").read_text("utf-8"))["rounds"]
    outcome = officially(WIELICZKA)
    for table in official:
        for project, row in table["rows"].items():
            if row["mark"] != "unaff.":
                continue
            step = outcome.step_of(project)
            assert step.backing is not None
            assert step.backing.short_after == table["round"] - 1
            assert step.backing.had == row["supp"]
            assert step.missing == row["cost"] - row["supp"]


# -- outcomes of other programs


@cache
def _fixture(path: str) -> PbFile:
    tail = path.removeprefix("test/fixtures/")
    for candidate in (OTHERS / tail, OTHERS / "pb" / tail):
        if candidate.is_file():
            return read_path(candidate)
    return published(WIELICZKA)  # their third copy of the whole election


# What is not our rule, and why.
NOT_OURS = {
    "ties unbroken": "stops where we draw: the tool was given nothing to break a tie with",
    "ties by the dearer": "fills up by votes with the dearer of equals first; we take the cheaper",
    "ties by name": "breaks ties by the name of the project; we by cost, votes and lot",
    "effort": "a utility of neither cost nor number: cost through the number of supporters",
    "phragmen": "another rule: sequential Phragmén",
    "greedy_cardinality": "another rule: votes through cost",
    "maximin": "another rule: maximin support",
}
JS = {
    "hungary_budapest_2024.pb::utilitarian_floats_tie": "ties by the dearer",
    "netherlands_amsterdam_2022_west.pb::none_floats_notie": "ties unbroken",
}
SUBSAMPLES = (
    "poland_warszawa_2021_bielany",
    "netherlands_amsterdam_2022_west",
    "hungary_budapest_2024",
)
PABUTOOLS = {
    (file, kind): kind
    for file in SUBSAMPLES
    for kind in ("effort", "phragmen", "greedy_cardinality")
} | {("netherlands_amsterdam_2022_west", "greedy_cost"): "ties by name"}


def _js_outcomes() -> list[Any]:
    found = [
        pytest.param(case.get("fixture", WIELICZKA), case, id=f"{source}-{name}")
        for source in ("js", "pb")
        if (OTHERS / f"{source}_reference.json").is_file()
        for name, case in json.loads((OTHERS / f"{source}_reference.json").read_text()).items()
        if name not in JS
    ]
    return found or [pytest.param("", {}, marks=pytest.mark.skip(reason="NO REFERENCE OUTCOMES"))]


@pytest.mark.parametrize(("fixture", "case"), _js_outcomes())
def test_the_tool_of_equalshares_net_comes_to_the_same(fixture: str, case: dict[str, Any]) -> None:
    asked = case["params"]
    election = _fixture(fixture).election()
    way: dict[str, Any] = {"completion": asked["completion"]}
    if asked["completion"] == "utilitarian":
        # Filled up at once: the first step is so large that it must be over the budget.
        way = {"completion": "add1u", "step_money": 100 * election.budget}
    elif asked["completion"] != "none":
        # It begins at a whole unit beside the exact share; these elections do not notice.
        way |= {"step_money": asked["increment"], "stop_when_exhaustive": True}
    outcome = equal_shares.count(election, **way)
    assert list(outcome.selected) == sorted(case["result"]["winners"])
    assert outcome.total_cost == case["result"]["totalCost"]
    assert outcome.shares is not None
    assert abs(outcome.shares.share - Fraction(case["result"]["endowment"])) < 1


def _pabutools_outcomes() -> list[Any]:
    found = []
    for name in ("", "satisfaction_", "rules_", "cardinal_", "ordinal_", "maximin_"):
        path = OTHERS / f"pabutools_{name}reference.json"
        if not path.is_file():
            continue
        for fixture, results in json.loads(path.read_text("utf-8")).items():
            for kind in results:
                if kind in ("lexico_order", "total_cost", "budget_limit") or name == "maximin_":
                    continue
                if (Path(fixture).stem, kind) not in PABUTOOLS:
                    found.append(pytest.param(fixture, kind, results[kind], id=f"{name}{fixture}"))
    return found or [
        pytest.param("", "", (), marks=pytest.mark.skip(reason="NO REFERENCE OUTCOMES"))
    ]


@pytest.mark.parametrize(("fixture", "kind", "winners"), _pabutools_outcomes())
def test_pabutools_comes_to_the_same(fixture: str, kind: str, winners: list[str]) -> None:
    file = _fixture(fixture)
    election = file.election()
    if kind == "greedy_cost":
        outcome = most_votes.count(election)
    elif "ordinal" in fixture:
        # Their ranks give nothing to the last place; published files, and we, give it one point.
        marks = [
            ({p: len(ballot) - place for place, p in enumerate(ballot, start=1)}, 1)
            for ballot in file.ballots()
        ]
        outcome = equal_shares.count(election, points=marks, completion="none")
    else:
        utility: Utility = "number" if kind == "cardinality" else "cost"
        outcome = equal_shares.count(
            election, points=score.marked_ballots(file), utility=utility, completion="none"
        )
    assert list(outcome.selected) == sorted(winners)


@pytest.mark.skipif(not OTHERS.is_dir(), reason="NO REFERENCE OUTCOMES")
def test_what_is_not_compared_is_named_with_its_reason() -> None:
    assert {*JS.values(), *PABUTOOLS.values(), "maximin"} == set(NOT_OURS)
    js, pabutools = _js_outcomes(), _pabutools_outcomes()
    assert (len(js), len(pabutools)) == (24, 17)
    # They really differ, or are no outcome: nothing is left out for convenience.
    everything = json.loads((OTHERS / "pb_reference.json").read_text("utf-8"))
    assert "result" not in everything["netherlands_amsterdam_2022_west.pb::none_floats_notie"]
    dearer = everything["hungary_budapest_2024.pb::utilitarian_floats_tie"]
    election = _fixture(dearer["fixture"]).election()
    ours = equal_shares.count(election, step_money=100 * election.budget)
    differing = set(ours.selected) ^ set(dearer["result"]["winners"])
    tied = {s.project for s in ours.steps if s.tied_with and s.backing and not s.backing.turn}
    assert differing <= tied
