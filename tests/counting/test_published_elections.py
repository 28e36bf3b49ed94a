"""Real elections: what an independent program computed, and what their cities published."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from app.counting import as_published, most_votes, score
from app.counting.outcome import Outcome
from app.counting.pabulib import PbFile, read, read_path, to_text

SHARED = Path(__file__).parents[3] / "shared" / "data"
FOLDER = SHARED / "pabulib"

if FOLDER.is_dir():
    EXPECTED: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text("utf-8"))["files"]
    for facts in EXPECTED.values():
        facts.update(facts.get("computed", {}))
else:
    EXPECTED = {}

# One voter wrote project 1155 three times; the file counts three votes, we count one.
WRITTEN_THRICE = "Poland_Warszawa_2026_Kobialka_Grodzisk_Brzeziny.pb"

TIE = "a tie at the edge of the money, in which the city took the dearer project"
HALF = "half the votes were on paper and are not in the file; the rule is not named"
RANGES = "prices are the upper ends of ranges and the budget was exceeded; the rule is not named"

# Every published outcome that a replay does not come to: why, what wins here and there instead.
MISSES: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "Poland_Gdynia_2020_Babie_Doly__small.pb": (TIE, ("5",), ("1",)),
    "Poland_Warszawa_2018_Niskie_Okecie.pb": (TIE, ("302", "308"), ("615",)),
    "Hungary_Budapest_2023_VIII_Jozsefvaros.pb": (HALF, (), ()),
    "Hungary_Budapest_2025_VIII_Jozsefvaros.pb": (HALF, (), ()),
    "Hungary_Veszprem_2025.pb": (RANGES, (), ()),
}


@cache
def published(name: str) -> PbFile:
    return read_path(FOLDER / name)


def names(*having: str) -> list[Any]:
    found = [name for name, facts in EXPECTED.items() if all(map(facts.get, having))]
    if found:
        return found
    return [pytest.param("", marks=pytest.mark.skip(reason=f"NO REAL ELECTIONS: {FOLDER.name}"))]


def test_the_real_elections_are_all_here() -> None:
    if not FOLDER.is_dir():
        pytest.skip("NOT TESTED AGAINST REAL ELECTIONS: ../shared/data/pabulib is not there")
    assert set(EXPECTED) == {path.name for path in FOLDER.glob("*.pb")}
    assert len(EXPECTED) == 131
    assert len(names("most-votes")) == 99


@pytest.mark.parametrize("name", names())
def test_ballots_add_up_to_the_published_numbers(name: str) -> None:
    file, expected = published(name), EXPECTED[name]
    votes = dict(expected["votes"])
    if name == WRITTEN_THRICE:
        votes["1155"] -= 2
    assert file.election().votes() == votes
    assert (len(file.votes), len(file.projects)) == (
        expected["num_votes"],
        expected["num_projects"],
    )
    if expected["score"] is not None:
        assert score.points(file) == {p: int(points) for p, points in expected["score"].items()}
    assert as_published.recount_differs(file) == (("1155",) if name == WRITTEN_THRICE else ())


@pytest.mark.parametrize("name", names("most-votes"))
def test_most_votes_wins_as_an_independent_program_computed(name: str) -> None:
    outcome = most_votes.count(published(name).election())
    assert list(outcome.selected) == sorted(EXPECTED[name]["most-votes"])


@pytest.mark.parametrize("name", names("selected_official"))
def test_the_published_rule_gives_the_published_winners(name: str) -> None:
    file = published(name)
    assert file.selected() == frozenset(EXPECTED[name]["selected_official"])
    reason, only_here, only_published = MISSES.get(name, ("", (), ()))
    if reason in (HALF, RANGES):
        assert file.rule == "unknown"
        assert as_published.why_not_replayed(file) is not None
        return
    assert as_published.why_not_replayed(file) is None
    comparison = as_published.replay(file)
    assert (comparison.only_here, comparison.only_published) == (only_here, only_published)


def test_every_published_outcome_is_replayed_but_those_of_the_table() -> None:
    if not EXPECTED:
        pytest.skip("NOT TESTED AGAINST REAL ELECTIONS: ../shared/data/pabulib is not there")
    official = names("selected_official")
    assert len(official) == 68
    assert set(MISSES) <= set(official)
    for name in EXPECTED.keys() - set(official):
        file = published(name)
        if as_published.why_not_replayed(file) is not None:
            assert file.rule == "unknown", name
        else:
            assert as_published.replay(file).published is None, name


def test_the_comparison_step_of_wieliczka_is_that_of_its_report() -> None:
    name = "Poland_Wieliczka_2023_Green_Budget.pb"
    if name not in EXPECTED:
        pytest.skip("NOT TESTED AGAINST REAL ELECTIONS: ../shared/data/pabulib is not there")
    report = EXPECTED[name]["mes_published"]
    step = as_published.replay(published(name)).step
    assert step is not None
    preferred = step.by_number
    assert (preferred.first, preferred.second, preferred.same) == (1615, 873, 4098)
    assert report["comparison"] == {"prefer_mes": 1615, "prefer_greedy": 873, "equal": 4098}
    nothing = [round(people / 6586, 2) for people in (step.nothing_first, step.nothing_second)]
    assert nothing == [
        report["share_without_any_funded_mes"],
        report["share_without_any_funded_greedy"],
    ]


@pytest.mark.parametrize("name", names())
def test_every_published_file_survives_being_written_again(name: str) -> None:
    file = published(name)
    assert read(to_text(file).encode()) == file
    outcome = most_votes.count(file.election(), points=score.points(file))
    assert Outcome.from_json(outcome.to_json()) == outcome


@pytest.mark.parametrize(
    "path",
    sorted((SHARED / "reference-outcomes").glob("pb*/*.pb"))
    or [pytest.param(None, marks=pytest.mark.skip(reason="NO REFERENCE OUTCOMES"))],
    ids=lambda path: path.stem if path else "none",
)
def test_synthetic_files_of_other_programs_are_read_and_counted(path: Path) -> None:
    file = read_path(path)
    outcome = most_votes.count(file.election(), points=score.points(file))
    assert 0 < outcome.total_cost <= outcome.budget
    assert len(outcome.steps) == len(file.projects)
