"""Going down the list of votes: what most votes does, and what fills up after Equal Shares."""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from app.counting.commission import Commission
from app.counting.election import Election, Project, draw_number
from app.counting.outcome import Part, Purse, Step, TieBreaker, Verdict


def why_not_in_the_running(project: Project, votes: int, threshold: int) -> Verdict | None:
    """Why money does not even have to be asked about; None when it does."""
    if project.withdrawn:
        return Verdict.WITHDRAWN
    if project.cost == 0:
        return Verdict.NO_COST
    if votes < threshold:
        return Verdict.BELOW_THRESHOLD
    return None


@dataclass(frozen=True, slots=True)
class Listed:
    """Projects from the most votes down, with what it takes to compare them."""

    projects: tuple[Project, ...]
    votes: Mapping[str, int]
    supporters: Mapping[str, int]
    out: Mapping[str, Verdict]  # those that are not in the running
    rivals: Mapping[str, frozenset[str]]
    seed: str
    commission: Commission | None

    @classmethod
    def of(
        cls,
        election: Election,
        *,
        votes: Mapping[str, int],
        supporters: Mapping[str, int],
        commission: Commission | None,
        without: Container[str] = (),
    ) -> "Listed":
        """All projects of an election but those `without`."""
        projects = [project for project in election.projects if project.id not in without]
        out = {}
        for project in projects:
            verdict = why_not_in_the_running(project, votes[project.id], election.threshold)
            if verdict is not None:
                out[project.id] = verdict
        seed = election.seed
        return cls(
            projects=tuple(
                sorted(
                    projects,
                    key=lambda p: (
                        -votes[p.id],
                        p.cost,
                        -supporters[p.id],
                        draw_number(seed, p.id),
                    ),
                )
            ),
            votes=votes,
            supporters=supporters,
            out=out,
            rivals=election.rivals(),
            seed=seed,
            commission=commission,
        )


def walk(
    listed: Listed,
    *,
    left: int,
    purse: Purse | None = None,
    parts: dict[str, int] | None = None,
    rival_of: Mapping[str, str] | None = None,
    stop_when_one_does_not_fit: bool = False,
) -> tuple[Step, ...]:
    """A step for every project, in the order in which they had their last turn.

    `left`: the money, `parts` of it for settlements first; `rival_of`: projects that are out
    already, with the one that was taken before them.
    """
    return _Walk(
        listed,
        left,
        purse,
        dict(parts or {}),
        dict(rival_of or {}),
        stops=stop_when_one_does_not_fit,
    ).steps()


class _Walk:
    def __init__(
        self,
        listed: Listed,
        left: int,
        purse: Purse | None,
        parts: dict[str, int],
        rival_of: dict[str, str],
        *,
        stops: bool,
    ) -> None:
        self._listed = listed
        self._left = left
        self._purse = purse
        self._parts = parts
        self._rival_of = rival_of
        self._stops = stops
        self._stopped = False
        self._turn_in_part: dict[str, Part] = {}
        self._by_commission: set[str] = set()
        self._steps: list[Step] = []
        self._equals: dict[int, list[Project]] = defaultdict(list)
        for project in listed.projects:
            if project.id not in listed.out:
                self._equals[listed.votes[project.id]].append(project)

    def steps(self) -> tuple[Step, ...]:
        listed = self._listed
        projects: Sequence[Project] = listed.projects
        if self._parts:
            of_parts = [
                p for p in projects if p.settlement in self._parts and p.id not in listed.out
            ]
            for project in self._in_order(of_parts, self._left_in_part):
                self._turn_in_its_part(project)
            taken = {step.project for step in self._steps}
            projects = [p for p in projects if p.id not in taken]
        for project in self._in_order(projects, lambda _: self._left):
            self._turn(project)
        return tuple(self._steps)

    def _in_order(
        self, projects: Iterable[Project], left_for: Callable[[Project], int]
    ) -> Iterable[Project]:
        """One after the other; equals are ordered when their turn comes, for then it shows whether
        their order matters."""
        if self._listed.commission is None:
            yield from projects
            return
        for _, group in groupby(projects, key=self._rank):
            equals = list(group)
            able = [
                p
                for p in equals
                if p.id not in self._listed.out
                and p.id not in self._rival_of
                and p.cost <= left_for(p)
            ]
            if len(able) < 2 or self._all_fit(able, left_for):
                yield from equals
                continue
            order = self._listed.commission.order(p.id for p in able)
            self._by_commission.update(order)
            yield from sorted(able, key=lambda p: order.index(p.id))
            yield from (p for p in equals if p not in able)

    def _all_fit(self, able: Sequence[Project], left_for: Callable[[Project], int]) -> bool:
        """Whether all of them can be taken, in whatever order."""
        if any(not self._rivals(p).isdisjoint(other.id for other in able) for p in able):
            return False
        if left_for == self._left_in_part:
            return all(
                sum(p.cost for p in able if p.settlement == one.settlement) <= left_for(one)
                for one in able
            )
        return sum(p.cost for p in able) <= self._left

    def _rank(self, project: Project) -> tuple[int, int, int]:
        listed = self._listed
        return (-listed.votes[project.id], project.cost, -listed.supporters[project.id])

    def _rivals(self, project: Project) -> frozenset[str]:
        return self._listed.rivals.get(project.id, frozenset())

    def _left_in_part(self, project: Project) -> int:
        return self._parts[project.settlement]

    def _turn_in_its_part(self, project: Project) -> None:
        if project.id in self._rival_of:
            return
        before = self._left_in_part(project)
        fits = project.cost <= before
        after = before - project.cost if fits else before
        self._turn_in_part[project.id] = Part(project.settlement, before, after)
        if fits:
            self._parts[project.settlement] = after
            self._take(project, Purse.GUARANTEE)

    def _turn(self, project: Project) -> None:
        verdict = self._listed.out.get(project.id)
        if verdict is not None:
            self._note(project, verdict)
        elif project.id in self._rival_of:
            self._note(project, Verdict.RIVAL_TAKEN, rival=self._rival_of[project.id])
        elif self._stopped:
            self._note(project, Verdict.AFTER_STOP)
        elif project.cost <= self._left:
            self._take(project, self._purse)
        else:
            self._note(project, Verdict.TOO_DEAR, missing=project.cost - self._left)
            self._stopped = self._stops

    def _take(self, project: Project, purse: Purse | None) -> None:
        self._note(project, Verdict.FUNDED, paid_from=purse)
        self._left -= project.cost
        for rival in self._rivals(project):
            self._rival_of.setdefault(rival, project.id)

    def _note(
        self,
        project: Project,
        verdict: Verdict,
        *,
        missing: int = 0,
        paid_from: Purse | None = None,
        rival: str | None = None,
    ) -> None:
        listed = self._listed
        tied_with: tuple[str, ...] = ()
        tie_broken_by: TieBreaker | None = None
        if project.id not in listed.out:
            others = [p for p in self._equals[listed.votes[project.id]] if p is not project]
            tied_with = tuple(sorted(p.id for p in others))
            tie_broken_by = self._what_broke_the_tie(project, others)
        after = self._left - project.cost if verdict is Verdict.FUNDED else self._left
        self._steps.append(
            Step(
                project=project.id,
                votes=listed.votes[project.id],
                cost=project.cost,
                verdict=verdict,
                left_before=self._left,
                left_after=after,
                missing=missing,
                tied_with=tied_with,
                tie_broken_by=tie_broken_by,
                draw=draw_number(listed.seed, project.id) if tie_broken_by == "draw" else None,
                supporters=listed.supporters[project.id],
                paid_from=paid_from,
                rival=rival,
                part=self._turn_in_part.get(project.id),
            )
        )

    def _what_broke_the_tie(self, project: Project, others: list[Project]) -> TieBreaker | None:
        if not others:
            return None
        as_dear = [p for p in others if p.cost == project.cost]
        if not as_dear:
            return "cost"
        supporters = self._listed.supporters
        if any(supporters[p.id] == supporters[project.id] for p in as_dear):
            if self._listed.commission is None:
                return "draw"
            return "commission" if project.id in self._by_commission else None
        return "votes"
