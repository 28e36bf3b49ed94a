"""The rounds of an Equal Shares outcome as tables, worked out again from its own account.

What an official report prints (Wieliczka 2023 did): in every round, for every project not yet
bought, how many effective votes it has and what its supporters have left. Nothing but the share
and the prices of the account is used, so the tables are also a recount of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from app.counting.down_the_list import why_not_in_the_running
from app.counting.election import Election, Project
from app.counting.outcome import Outcome
from app.counting.shares_field import PointBallots

Kind = tuple[Mapping[str, int], int]


@dataclass(frozen=True, slots=True)
class Standing:
    """A project before a round; `effective_votes` None when its supporters cannot pay for it.

    Amounts in smallest units, exact. Where ballots carry points, effective votes are points.
    """

    project: str
    effective_votes: Fraction | None
    had: Fraction


@dataclass(frozen=True, slots=True)
class Round:
    """What stood to be bought, the project that was, and what all voters had left after it.

    `standings`: the most effective votes first; what cannot be afforded last. A project stands in
    the table of the round in which it is bought, and no longer after it; one that cannot be paid
    for stands in one more table, and no longer.
    """

    turn: int
    project: str
    standings: tuple[Standing, ...]
    left: Fraction


def rounds(
    election: Election, outcome: Outcome, *, points: PointBallots | None = None
) -> tuple[Round, ...]:
    """The tables of an outcome of this election; `points` as they were counted with."""
    if outcome.shares is None:
        raise ValueError("only Equal Shares has rounds")
    ballots: list[Kind] = (
        [(dict.fromkeys(ballot, 1), people) for ballot, people in election.ballots if ballot]
        if points is None
        else list(points)
    )
    votes = {step.project: step.votes for step in outcome.steps}
    standing = {
        project.id: project
        for project in election.projects
        if project.cost <= election.budget
        and why_not_in_the_running(project, votes[project.id], election.threshold) is None
    }
    supporters: dict[str, list[int]] = {project: [] for project in standing}
    for kind, (ballot, _) in enumerate(ballots):
        for project, given in ballot.items():
            if project in standing and given > 0:
                supporters[project].append(kind)
    money = [outcome.shares.share] * len(ballots)
    left = outcome.shares.share * outcome.shares.ballots
    rivals = election.rivals()
    tables = []
    for step in outcome.turns:
        assert step.backing is not None
        assert step.backing.turn is not None
        assert step.backing.price is not None
        standings = [
            _standing(project, supporters[project.id], ballots, money)
            for project in standing.values()
        ]
        bought = standing.pop(step.project)
        left -= bought.cost
        tables.append(
            Round(
                turn=step.backing.turn,
                project=bought.id,
                standings=tuple(
                    sorted(standings, key=lambda one: (-(one.effective_votes or 0), one.project))
                ),
                left=left,
            )
        )
        for kind in supporters[bought.id]:
            asked = step.backing.price * ballots[kind][0][bought.id]
            money[kind] = max(Fraction(0), money[kind] - asked)
        gone = {one.project for one in standings if one.effective_votes is None}
        for project in gone | rivals.get(bought.id, frozenset()):
            standing.pop(project, None)
    return tuple(tables)


def _standing(
    project: Project, kinds: list[int], ballots: list[Kind], money: list[Fraction]
) -> Standing:
    payers = sorted(
        (money[kind] / ballots[kind][0][project.id], ballots[kind][0][project.id], ballots[kind][1])
        for kind in kinds
    )
    had = sum((each * given * people for each, given, people in payers), Fraction(0))
    lacking, weight = Fraction(project.cost), sum(given * people for _, given, people in payers)
    for each, given, people in payers:
        if each * weight >= lacking:
            return Standing(project.id, project.cost * weight / lacking, had)
        lacking -= each * given * people
        weight -= given * people
    return Standing(project.id, None, had)
