"""Equal Shares as one would do it with pencil and paper: every voter, every step, fractions only.

Slow on purpose and written apart from the code under test: the rule's text, nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256

from app.counting.election import Election

Given = Mapping[str, int]


@dataclass
class Plain:
    bought: list[tuple[str, Fraction]]
    share: Fraction
    increases: int
    ended: str | None
    filled: list[str]

    @property
    def selected(self) -> list[str]:
        return sorted([project for project, _ in self.bought] + self.filled)


def voters_of(
    election: Election, points: Sequence[tuple[Given, int]] | None = None
) -> list[dict[str, int]]:
    """One mapping a person: the chosen projects with 1, or with their points."""
    kinds = points or [(dict.fromkeys(b, 1), times) for b, times in election.ballots if b]
    return [dict(ballot) for ballot, times in kinds for _ in range(times)]


def count(
    election: Election,
    *,
    points: Sequence[tuple[Given, int]] | None = None,
    utility: str = "cost",
    completion: str = "add1u",
    step_share: Fraction = Fraction(1, 1000),
    step_money: int | None = None,
    stop_when_exhaustive: bool = False,
) -> Plain:
    voters = voters_of(election, points)
    votes = {p.id: sum(ballot.get(p.id, 0) for ballot in voters) for p in election.projects}
    supporters = {p.id: sum(p.id in ballot for ballot in voters) for p in election.projects}
    costs = {p.id: p.cost for p in election.projects}

    def rank(project: str) -> tuple[int, int, int, str]:
        lot = sha256(f"{election.seed}\n{project}".encode()).hexdigest()
        return (costs[project], -votes[project], -supporters[project], lot)

    running = [
        p.id
        for p in election.projects
        if not p.withdrawn and p.cost > 0 and votes[p.id] >= election.threshold
    ]
    eligible = sorted((p for p in running if costs[p] <= election.budget), key=rank)
    rivals = {p: {r for g in election.exclusions if p in g for r in g} - {p} for p in costs}

    def run(share: Fraction) -> list[tuple[str, Fraction]]:
        money = [share for _ in voters]
        left = list(eligible)
        bought = []
        while True:
            best: tuple[Fraction, str, Fraction] | None = None
            for project in left:
                price = price_of(project, money)
                if price is None:
                    continue
                key = price / costs[project] if utility == "cost" and points is None else price
                if best is None or key < best[0]:
                    best = (key, project, price)
            if best is None:
                return bought
            _, project, price = best
            for voter, ballot in enumerate(voters):
                money[voter] -= min(money[voter], price * max(0, ballot.get(project, 0)))
            bought.append((project, price))
            left = [p for p in left if p != project and p not in rivals[project]]

    def price_of(project: str, money: list[Fraction]) -> Fraction | None:
        able = sorted(
            (money[voter] / ballot[project], money[voter], ballot[project])
            for voter, ballot in enumerate(voters)
            if ballot.get(project, 0) > 0
        )
        if sum(has for _, has, _ in able) < costs[project]:
            return None
        # Who is too poor pays all; the others share what is still lacking, by their points.
        for at, (most, _, _) in enumerate(able):
            lacking = costs[project] - sum(has for _, has, _ in able[:at])
            price = Fraction(lacking, 1) / sum(given for _, _, given in able[at:])
            if price <= most:
                return price
        raise AssertionError("money enough and yet no price")

    def out(bought: list[tuple[str, Fraction]]) -> set[str]:
        names = {project for project, _ in bought}
        return names.union(*(rivals[project] for project in names))

    first = Fraction(election.budget, len(voters)) if voters else Fraction(0)
    now, increases, ended = run(first), 0, None
    if completion != "none":
        step = Fraction(step_money) if step_money is not None else first * step_share
        while ended is None:
            total = sum(costs[p] for p, _ in now)
            backed = {p for p in eligible if any(b.get(p, 0) > 0 for b in voters)}
            if backed <= out(now):
                ended = "all_in"
            elif stop_when_exhaustive and not any(
                costs[p] <= election.budget - total for p in eligible if p not in out(now)
            ):
                ended = "exhaustive"
            else:
                following = run(first + (increases + 1) * step)
                if sum(costs[p] for p, _ in following) > election.budget:
                    ended = "over"
                else:
                    now, increases = following, increases + 1
    filled: list[str] = []
    if completion == "add1u":
        left = election.budget - sum(costs[p] for p, _ in now)
        gone = out(now)
        for project in sorted(running, key=lambda p: (-votes[p], *rank(p))):
            if project not in gone and costs[project] <= left:
                filled.append(project)
                left -= costs[project]
                gone |= {project} | rivals[project]
    share = first + increases * (step if completion != "none" else 0)
    return Plain(now, share, increases, ended, filled)
