"""What a Pabulib file says, kept whole, and the election in it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from app.counting.election import Election, Project

# Pabulib's sign for "admitted to the ballot, then withdrawn".
WITHDRAWN_COST = 999_999_999


class VoteType(StrEnum):
    APPROVAL = "approval"
    CHOOSE_ONE = "choose-1"
    CUMULATIVE = "cumulative"
    SCORING = "scoring"
    ORDINAL = "ordinal"


# Ballots of these kinds carry a number for every project.
WITH_POINTS = frozenset({VoteType.CUMULATIVE, VoteType.SCORING})


class PbProject(NamedTuple):
    """A line of PROJECTS: what is counted, and all its cells by column name as they stood."""

    project: Project
    fields: Mapping[str, str]

    @property
    def id(self) -> str:
        return self.project.id

    @property
    def name(self) -> str:
        """The name, or the id where the file has no names."""
        return self.fields.get("name", "").strip() or self.project.id


class PbVote(NamedTuple):
    """A line of VOTES: choices in the order given, points beside them, all cells as they stood."""

    voter: str
    choices: tuple[str, ...]
    points: tuple[int, ...]
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PbFile:
    """A Pabulib file. `budget` and costs in units of 10**-decimals of the currency.

    `threshold`: least votes or points that can win; `max_length`: most projects on a ballot, 0 for
    no limit; `default_score`: what a scoring ballot gives to projects that it does not name.
    """

    meta: Mapping[str, str]
    vote_type: VoteType
    budget: int
    decimals: int
    threshold: int
    max_length: int
    default_score: int
    project_columns: tuple[str, ...]
    projects: tuple[PbProject, ...]
    vote_columns: tuple[str, ...]
    votes: tuple[PbVote, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "meta", MappingProxyType(dict(self.meta)))

    @property
    def rule(self) -> str:
        """The name of the rule that the file says it was counted by; empty where it says none."""
        return self.meta.get("rule", "").strip()

    @property
    def currency(self) -> str:
        """The currency as written (`KZT`, `PLN`); empty where the file says none."""
        return self.meta.get("currency", "").strip()

    def ballots(self) -> Iterator[tuple[str, ...]]:
        """The ballots without their voters, a project once on each however often it was written."""
        for vote in self.votes:
            yield tuple(dict.fromkeys(vote.choices))

    def election(
        self,
        *,
        seed: str = "",
        exclusions: Iterable[Iterable[str]] = (),
        guarantees: Mapping[str, int] | None = None,
    ) -> Election:
        """The election to be counted, with the threshold that the file sets.

        What the format has no words for comes beside it: `exclusions`, groups of projects of which
        one can win, and `guarantees`, a settlement's part in smallest units; a project's settlement
        is its `neighborhood`. ValueError for what cannot be, such as a part for no project's place.
        """
        together = Counter(vote.choices for vote in self.votes)
        parts = dict(guarantees or {})
        projects = [line.project for line in self.projects]
        if parts:
            places = [line.fields.get("neighborhood", "").strip() for line in self.projects]
            for place in parts.keys() - set(places):
                raise ValueError(f"no project of the file has the neighborhood {place!r}")
            projects = [replace(p, settlement=at) for p, at in zip(projects, places, strict=True)]
        return Election(
            budget=self.budget,
            projects=tuple(projects),
            ballots=tuple((frozenset(ballot), times) for ballot, times in together.items()),
            threshold=self.threshold,
            seed=seed,
            decimals=self.decimals,
            exclusions=tuple(map(frozenset, exclusions)),
            guarantees=tuple(parts.items()),
        )

    def selected(self) -> frozenset[str] | None:
        """The published winners (`selected` 1); None where the file does not tell."""
        if "selected" not in self.project_columns:
            return None
        return frozenset(line.id for line in self.projects if self._selected(line) == "1")

    def selected_specially(self) -> dict[str, str]:
        """Projects with another mark than 0 and 1, which the file's comment explains."""
        marks = {line.id: self._selected(line) for line in self.projects}
        return {project: mark for project, mark in marks.items() if mark not in ("", "0", "1")}

    def published(self, column: str) -> dict[str, int]:
        """The numbers published in a column (`votes`, `score`), of projects that have one."""
        cells = {line.id: line.fields.get(column, "").strip() for line in self.projects}
        return {
            project: int(whole)
            for project, cell in cells.items()
            if (whole := cell.removesuffix(".0")).isascii() and whole.isdigit()
        }

    @staticmethod
    def _selected(line: PbProject) -> str:
        mark = line.fields.get("selected", "").strip().removesuffix(".0")
        return "" if mark == "None" else mark
