"""What is counted: projects, money and ballots, free of everything that does not decide."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Self


@dataclass(frozen=True, slots=True, order=True)
class Project:
    """One line of the ballot; `cost` in the election's smallest unit (tenge, grosz, cent).

    What was withdrawn costs nothing in a count: Pabulib's files cannot say what it would have cost,
    and a recount from the file must come to the same account. `settlement` names the place that it
    is in, where places have a guaranteed part of the money; empty where it serves everybody.
    """

    id: str
    cost: int
    withdrawn: bool = False
    settlement: str = ""

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("a project needs an id")
        _whole(self.cost)


Ballot = frozenset[str]


@dataclass(frozen=True, slots=True)
class Election:
    """Everything a count depends on, in one order whatever order it came in.

    `ballots` are (set of project ids, how many voters handed in exactly that set); equal ones are
    added up here. `threshold` is the least number of votes that can win. `decimals` says how many
    digits of an amount lie behind the point when it is written out (0 for tenge).
    `exclusions`: groups of projects of which at most one can win (a project may be in several).
    `guarantees`: settlement → the part of the budget that is kept for its projects first; together
    not more than the budget.
    Raises ValueError for what cannot be an election, TypeError for an amount that is not an int.
    """

    budget: int
    projects: tuple[Project, ...]
    ballots: tuple[tuple[Ballot, int], ...]
    threshold: int = 0
    seed: str = ""
    decimals: int = 0
    exclusions: tuple[frozenset[str], ...] = ()
    guarantees: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        for number in (self.budget, self.threshold, self.decimals):
            _whole(number)
        projects = tuple(
            sorted(Project(p.id, 0, withdrawn=True) if p.withdrawn else p for p in self.projects)
        )
        ids = {project.id for project in projects}
        if len(ids) != len(projects):
            raise ValueError("two projects bear the same id")
        together: dict[Ballot, int] = {}
        for ballot, times in self.ballots:
            _whole(times)
            if not ballot <= ids:
                raise ValueError(f"a ballot names unknown projects: {sorted(ballot - ids)}")
            together[ballot] = together.get(ballot, 0) + times
        # A ballot as a number, one bit per project: sorts ten thousands of them in a blink.
        bits = {project.id: 1 << place for place, project in enumerate(projects)}
        ballots = sorted(together.items(), key=lambda pair: sum(map(bits.__getitem__, pair[0])))
        object.__setattr__(self, "projects", projects)
        object.__setattr__(self, "ballots", tuple((b, n) for b, n in ballots if n))
        object.__setattr__(self, "exclusions", _groups(self.exclusions, ids))
        object.__setattr__(self, "guarantees", _parts(self.guarantees, self.budget))

    @classmethod
    def of(
        cls,
        *,
        budget: int,
        projects: Iterable[Project],
        ballots: Iterable[Iterable[str]],
        threshold: int = 0,
        seed: str = "",
        decimals: int = 0,
        exclusions: Iterable[Iterable[str]] = (),
        guarantees: Mapping[str, int] | None = None,
    ) -> Self:
        """The same from one ballot per voter, each any iterable of project ids."""
        return cls(
            budget=budget,
            projects=tuple(projects),
            ballots=tuple((frozenset(ballot), 1) for ballot in ballots),
            threshold=threshold,
            seed=seed,
            decimals=decimals,
            exclusions=tuple(map(frozenset, exclusions)),
            guarantees=tuple((guarantees or {}).items()),
        )

    @property
    def voters(self) -> int:
        """How many ballots were handed in, empty ones included."""
        return sum(times for _, times in self.ballots)

    def votes(self) -> dict[str, int]:
        """Project id → number of ballots that name it; every project has its line."""
        votes = {project.id: 0 for project in self.projects}
        for ballot, times in self.ballots:
            for project in ballot:
                votes[project] += times
        return votes

    def rivals(self) -> dict[str, frozenset[str]]:
        """Project id → the projects that cannot win beside it; only those that have any."""
        found: dict[str, frozenset[str]] = {}
        for group in self.exclusions:
            for project in group:
                found[project] = found.get(project, frozenset()) | (group - {project})
        return found


def draw_number(seed: str, project: str) -> str:
    """The lot of a project: 64 hexadecimal digits, the lowest goes first."""
    return sha256(f"{seed}\n{project}".encode()).hexdigest()


def _groups(groups: Iterable[frozenset[str]], ids: set[str]) -> tuple[frozenset[str], ...]:
    found = set(map(frozenset, groups))
    for group in found:
        if not group <= ids:
            raise ValueError(f"a group names unknown projects: {sorted(group - ids)}")
        if len(group) < 2:
            raise ValueError("projects exclude each other from two on")
    return tuple(sorted(found, key=sorted))


def _parts(parts: tuple[tuple[str, int], ...], budget: int) -> tuple[tuple[str, int], ...]:
    for settlement, part in parts:
        _whole(part)
        if not settlement:
            raise ValueError("a guaranteed part needs a settlement")
    if len(dict(parts)) != len(parts):
        raise ValueError("a settlement has two guaranteed parts")
    if sum(part for _, part in parts) > budget:
        raise ValueError("the guaranteed parts are more than the budget")
    return tuple(sorted((settlement, part) for settlement, part in parts if part))


def _whole(number: int) -> None:
    # Floats and booleans slip past annotations, and a float would bring in rounding.
    if type(number) is not int:
        raise TypeError(f"only whole numbers are counted with, not {type(number).__name__}")
    if number < 0:
        raise ValueError(f"a negative number cannot be counted with: {number}")
