"""Equal Shares against pencil and paper, and leaps against every single step, by the thousand.

A short seeded sample goes with every test; `make campaign` does the rest (ASAR_SEED=… for others).
"""

import os
import random
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from app.counting import add1, equal_shares
from app.counting.election import Election, Project
from app.counting.outcome import Outcome
from app.counting.pabulib import read_path
from tests.counting import checker, plainly

LONG = bool(os.environ.get("CAMPAIGN") or os.environ.get("ASAR_CAMPAIGN"))
SEED = int(os.environ.get("ASAR_SEED", "2026"))
FOLDER = Path(__file__).parents[3] / "shared" / "data" / "pabulib"

Points = list[tuple[dict[str, int], int]] | None


def made_up(chance: random.Random, *, voters: int, projects: int) -> tuple[Election, Points]:
    """An election with costs that tie, or that share no factor, and now and then with points."""
    ids = [chr(97 + n) for n in range(chance.randint(1, projects))]
    costs = {
        "few": lambda: chance.choice([1, 2, 3, 6, 12]),
        "equal": lambda: chance.choice([10, 20, 30, 30]),
        "any": lambda: chance.randint(1, 60),
        "odd": lambda: chance.randint(10**9, 10**12),
    }[chance.choice(["few", "equal", "any", "odd"])]
    lines = tuple(Project(p, costs(), chance.random() < 0.05) for p in ids)
    most = min(len(ids), 4)
    election = Election(
        budget=max(1, int(sum(p.cost for p in lines) * chance.choice([0.2, 0.3, 0.5, 0.8, 1]))),
        projects=lines,
        ballots=tuple(
            (frozenset(chance.sample(ids, chance.randint(0, most))), chance.randint(1, 4))
            for _ in range(chance.randint(1, voters))
        ),
        threshold=chance.choice([0, 0, 0, 3]),
        seed=str(chance.random()),
        exclusions=tuple(
            frozenset(chance.sample(ids, 2))
            for _ in range(chance.choice([0, 0, 1, 2]) if len(ids) > 1 else 0)
        ),
    )
    points = None
    if chance.random() < 0.4:
        points = [({p: chance.randint(0, 5) for p in b}, n) for b, n in election.ballots if b]
    return election, points


def compared(election: Election, points: Points, way: dict[str, Any]) -> Outcome:
    outcome = equal_shares.count(election, points=points, **way)
    plain = plainly.count(election, points=points, **way)
    shares = outcome.shares
    assert shares is not None
    assert [(s.project, s.backing.price) for s in outcome.turns if s.backing] == plain.bought
    assert (shares.share, shares.increases) == (plain.share, plain.increases)
    assert shares.ended == plain.ended
    assert [s.project for s in outcome.filled_up] == plain.filled
    checker.check(election, outcome, points)
    return outcome


def test_small_elections_come_out_as_with_pencil_and_paper() -> None:
    chance = random.Random(SEED)
    seen: Counter[str] = Counter()
    for _ in range(20_000 if LONG else 150):
        election, points = made_up(chance, voters=14, projects=8)
        way = {
            "utility": chance.choice(["cost", "number"]),
            "completion": chance.choice(["none", "add1", "add1u", "add1u"]),
            "step_share": Fraction(1, chance.choice([10, 30, 100])),
            "stop_when_exhaustive": chance.random() < 0.2,
        }
        outcome = compared(election, points, way)
        shares = outcome.shares
        assert shares is not None
        seen.update([str(shares.ended)])
        seen.update("tied" for s in outcome.turns if s.tied_with)
        seen.update(
            "poor"
            for s in outcome.turns
            if s.backing and any(people for people, _ in s.backing.payers[1:])
        )
        seen.update("filled" for _ in outcome.filled_up)
    for what in ("over", "all_in", "exhaustive", "None", "tied", "poor", "filled"):
        assert seen[what] > 3, seen


def test_larger_ones_do_too() -> None:
    chance = random.Random(SEED + 1)
    for _ in range(300 if LONG else 6):
        election, points = made_up(chance, voters=120, projects=12)
        compared(election, points, {"completion": "none"})
        compared(election, points, {"completion": "add1u", "step_share": Fraction(1, 4)})


def test_steps_that_are_leapt_over_would_have_bought_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # By the default of 0.1 %, where a leap is a hundred steps and more.
    runs: Counter[bool] = Counter()
    grow = add1.grow

    def counted(*given: Any, **named: Any) -> add1.Grown:
        grown = grow(*given, **named)
        runs[named["leaps"]] += grown.runs
        return grown

    monkeypatch.setattr(equal_shares, "grow", counted)
    chance = random.Random(SEED + 2)
    for _ in range(1_000 if LONG else 12):
        election, points = made_up(chance, voters=60, projects=12)
        way: dict[str, Any] = {"points": points, "utility": chance.choice(["cost", "number"])}
        every = equal_shares.count(election, leaps=False, **way)
        assert equal_shares.count(election, **way).to_json() == every.to_json()
    assert runs[True] * 3 < runs[False]


REAL = sorted(path.name for path in FOLDER.glob("*.pb"))


def test_real_elections_too() -> None:
    if not REAL:
        pytest.skip("NOT TESTED AGAINST REAL ELECTIONS: ../shared/data/pabulib is not there")
    chance = random.Random(SEED + 3)
    small = [name for name in REAL if (FOLDER / name).stat().st_size < 60_000]
    for name in REAL if LONG else chance.sample(small, 3):
        file = read_path(FOLDER / name)
        election = replace(file.election(), threshold=0)
        utility = chance.choice(["cost", "number"])
        leapt = equal_shares.count(election, utility=utility)
        checker.check(election, leapt)
        if LONG and len(election.ballots) > 4_000:
            continue  # every step of these takes an hour
        every = equal_shares.count(election, utility=utility, leaps=False)
        assert leapt.to_json() == every.to_json(), name
