"""An election laid out for Equal Shares: what every run, at whatever share, has in common."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import itemgetter
from typing import Any

from app.counting.backing import Utility
from app.counting.election import Election, Project, draw_number

# Ballots with points, as (project → points above 0, how many voters handed in exactly that).
PointBallots = Iterable[tuple[Mapping[str, int], int]]

Pick = Callable[[Sequence[int]], Iterable[int]]


@dataclass(frozen=True, slots=True)
class Field:
    """Candidates are numbered in the order that breaks ties; voters who chose alike are one kind.

    Per candidate: `kinds` that support it, with their `points` (None where all pay alike);
    `singles`, which takes the entries of kinds of one person out of a list with one entry a kind,
    and `several`, the other kinds; `backers`, its supporters, and `weight`, their points (or they);
    `scale`, by which a price is divided to compare it: the cost where utility is cost, otherwise 1.
    `level` is the same for those that cost and votes leave equal; `rivals` are numbers.
    Per kind: `people`, and the candidates `chosen`.
    """

    projects: tuple[Project, ...]
    kinds: tuple[tuple[int, ...], ...]
    points: tuple[tuple[int, ...], ...] | None
    singles: tuple[Pick, ...]
    several: tuple[tuple[int, ...], ...]
    weight: tuple[int, ...]
    backers: tuple[int, ...]
    scale: tuple[int, ...]
    level: tuple[int, ...]
    rivals: tuple[tuple[int, ...], ...]
    people: tuple[int, ...]
    chosen: tuple[tuple[int, ...], ...]
    width: int  # bits that hold any sum of weights

    @property
    def supported(self) -> tuple[int, ...]:
        """The candidates with votes."""
        return tuple(at for at, kinds in enumerate(self.kinds) if kinds)


def lay_out(
    election: Election,
    candidates: Iterable[Project],
    *,
    ballots: Iterable[tuple[Mapping[str, int] | frozenset[str], int]],
    utility: Utility,
    votes: Mapping[str, int],
    supporters: Mapping[str, int],
) -> Field:
    """The field of these candidates; `ballots` are mappings where utility is points."""

    def rank(project: Project) -> tuple[int, int, int]:
        return (project.cost, -votes[project.id], -supporters[project.id])

    projects = tuple(sorted(candidates, key=lambda p: (*rank(p), draw_number(election.seed, p.id))))
    number = {project.id: at for at, project in enumerate(projects)}
    pointed = utility == "points"
    together = _together(ballots, number)
    people = tuple(together.values())

    kinds: list[list[int]] = [[] for _ in projects]
    weight = [0] * len(projects)
    points: list[list[int]] = [[] for _ in projects]
    chosen = []
    for kind, (marks, times) in enumerate(together.items()):
        chosen.append(tuple(at for at, _ in marks) if pointed else marks)
        for mark in marks:
            at, given = mark if pointed else (mark, 1)
            kinds[at].append(kind)
            weight[at] += times * given
            if pointed:
                points[at].append(given)
    levels: dict[tuple[int, int, int], int] = {}
    every_rival = election.rivals()
    return Field(
        projects=projects,
        kinds=tuple(map(tuple, kinds)),
        points=tuple(map(tuple, points)) if pointed else None,
        singles=tuple(_pick([kind for kind in of if people[kind] == 1]) for of in kinds),
        several=tuple(tuple(kind for kind in of if people[kind] > 1) for of in kinds),
        weight=tuple(weight),
        backers=tuple(sum(map(people.__getitem__, of)) for of in kinds),
        scale=tuple(p.cost if utility == "cost" else 1 for p in projects),
        level=tuple(levels.setdefault(rank(p), len(levels)) for p in projects),
        rivals=tuple(
            tuple(sorted(number[r] for r in every_rival.get(p.id, ()) if r in number))
            for p in projects
        ),
        people=people,
        chosen=tuple(chosen),
        width=max((*weight, sum(people)), default=0).bit_length() + 1,
    )


def _together(
    ballots: Iterable[tuple[Mapping[str, int] | frozenset[str], int]], number: Mapping[str, int]
) -> dict[Any, int]:
    """Equal ballots as one, only with candidates: sorted numbers, or pairs of number and points."""
    together: dict[Any, int] = {}
    for ballot, times in ballots:
        marks: Any
        if isinstance(ballot, Mapping):
            marks = tuple(
                sorted(
                    (number[p], given) for p, given in ballot.items() if p in number and given > 0
                )
            )
        else:
            marks = tuple(sorted([number[p] for p in ballot if p in number]))
        if marks:
            together[marks] = together.get(marks, 0) + times
    # One order whatever order the ballots came in.
    return dict(sorted(together.items()))


def _pick(kinds: Sequence[int]) -> Pick:
    if len(kinds) > 1:
        return itemgetter(*kinds)
    return lambda of: [of[kind] for kind in kinds]


def exact_share(budget: int, ballots: int) -> Fraction:
    """The equal share of a non-empty ballot; 0 where there is none."""
    return Fraction(budget, ballots) if ballots else Fraction(0)
