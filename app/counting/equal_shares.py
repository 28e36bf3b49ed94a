"""The Method of Equal Shares: every ballot gets an equal share of the money and spends it together.

Every non-empty ballot gets budget ÷ ballots, an exact fraction. A project can be bought when its
supporters together have its cost. They pay alike, and who has less than that pays all they have:
the price is the lowest equal payment that comes to the cost. Effective votes are cost ÷ price; the
project with the most is bought first (utility `cost`), or the one with the lowest price (utility
`number`), or with the lowest price for a point (where ballots carry points), and so on until nobody
can afford anything. Ties: lower cost, then more votes, then the draw. With `add1` the shares grow
step by step while all that is bought stays within the budget (see `add1`), with `add1u` what is
left after that is filled up by votes, and marked so.
Peters, Pierczyński, Skowron, *Proportional Participatory Budgeting with Additive Utilities* (2021).

A project is eligible when it is in the running, has the threshold's votes and does not cost more
than the budget. Of projects that exclude each other the first that is bought stays; the others
leave at once. Guaranteed parts are not defined here, see `combinations`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from app.counting.add1 import Grown, grow
from app.counting.backing import Backing, Completion, Shares, Utility
from app.counting.commission import Commission
from app.counting.down_the_list import Listed, walk, why_not_in_the_running
from app.counting.election import Election, draw_number
from app.counting.outcome import Outcome, Purse, Step, TieBreaker, Verdict
from app.counting.shares_field import Field, PointBallots, exact_share, lay_out
from app.counting.shares_run import Bought, Run, run
from app.counting.shares_telling import tell

RULE = "equal-shares"
STEP_SHARE = Fraction(1, 1000)


def count(
    election: Election,
    *,
    points: PointBallots | None = None,
    utility: Utility = "cost",
    completion: Completion = "add1u",
    step_share: Fraction = STEP_SHARE,
    step_money: int | None = None,
    stop_when_exhaustive: bool = False,
    commission: Commission | None = None,
    rule: str = RULE,
    leaps: bool = True,
) -> Outcome:
    """Count an election.

    `points`: where ballots carry points, all non-empty ones as (project → points, how many voters
    handed in exactly that); utility is then points, and votes are their sums. `step_share`: a step
    of Add1 as a part of the first share; `step_money` instead of it: in smallest units.
    `stop_when_exhaustive`: also end Add1 when nothing that is left fits, for replaying published
    elections. `commission` instead of the draw: raises Undecided where it has not spoken.
    `leaps` False runs every single step of Add1; the outcome is the same.
    """
    if election.guarantees:
        raise ValueError("Equal Shares knows no guaranteed parts")
    if step_share <= 0 or (step_money is not None and step_money <= 0):
        raise ValueError("a step must be more than nothing")
    supporters = election.votes()
    ballots: Iterable[tuple[Mapping[str, int] | frozenset[str], int]] = election.ballots
    votes: Mapping[str, int] = supporters
    if points is not None:
        ballots = list(points)
        utility = "points"
        votes = _totals(election, ballots)
    voters = sum(times for ballot, times in election.ballots if ballot)
    field = lay_out(
        election,
        (
            project
            for project in election.projects
            if project.cost <= election.budget
            and why_not_in_the_running(project, votes[project.id], election.threshold) is None
        ),
        ballots=ballots,
        utility=utility,
        votes=votes,
        supporters=supporters,
    )
    first = exact_share(election.budget, voters)
    shares = Shares(
        utility=utility, completion=completion, ballots=voters, first=first, share=first
    )
    if completion == "none":
        last = run(field, first, budget=election.budget, commission=commission)
        assert last is not None
    else:
        # Without money or ballots there is nothing to grow by, and the first look is the last.
        step = Fraction(step_money) if step_money is not None else first * step_share or Fraction(1)
        grown = _grown(field, first, step, election.budget, stop_when_exhaustive, commission, leaps)
        last = grown.run
        shares = replace(
            shares,
            share=last.share,
            increases=grown.increases,
            step_share=step_share if step_money is None else None,
            step_money=step_money,
            stop_when_exhaustive=stop_when_exhaustive,
            ended=grown.ended,
        )
    listed = Listed.of(
        election,
        votes=votes,
        supporters=supporters,
        commission=commission,
        without={field.projects[at].id for at in last.order},
    )
    steps = _steps(election, field, last, listed, fill_up=completion == "add1u")
    funded = [step for step in steps if step.verdict is Verdict.FUNDED]
    return Outcome(
        rule=rule,
        budget=election.budget,
        seed=election.seed,
        threshold=election.threshold,
        voters=election.voters,
        steps=tuple(steps),
        selected=tuple(sorted(step.project for step in funded)),
        total_cost=sum(step.cost for step in funded),
        decimals=election.decimals,
        measure="votes" if points is None else "points",
        shares=shares,
        exclusions=tuple(tuple(sorted(group)) for group in election.exclusions),
        decided=None if commission is None else commission.decided,
    )


def _totals(
    election: Election, ballots: Iterable[tuple[Mapping[str, int] | frozenset[str], int]]
) -> dict[str, int]:
    totals = {project.id: 0 for project in election.projects}
    for ballot, times in ballots:
        assert isinstance(ballot, Mapping)
        for project, given in ballot.items():
            totals[project] += given * times
    return totals


def _grown(
    field: Field,
    first: Fraction,
    step: Fraction,
    budget: int,
    stop_when_exhaustive: bool,
    commission: Commission | None,
    leaps: bool,
) -> Grown:
    def fits(now: Run) -> bool:
        bought = set(now.order)
        out = bought | {rival for at in bought for rival in field.rivals[at]}
        return any(
            project.cost <= budget - now.total
            for at, project in enumerate(field.projects)
            if at not in out
        )

    return grow(
        field,
        first,
        step,
        budget=budget,
        fits=fits if stop_when_exhaustive else None,
        commission=commission,
        leaps=leaps,
    )


def _steps(
    election: Election, field: Field, last: Run, listed: Listed, *, fill_up: bool
) -> list[Step]:
    told = tell(field, last)
    left = election.budget
    rival_of: dict[str, str] = {}
    steps = []
    for bought in last.rounds:
        project = field.projects[bought.candidate]
        broken_by = _what_broke_the_tie(field, bought, listed.commission)
        steps.append(
            Step(
                project=project.id,
                votes=listed.votes[project.id],
                cost=project.cost,
                verdict=Verdict.FUNDED,
                left_before=left,
                left_after=left - project.cost,
                tied_with=tuple(sorted(field.projects[at].id for at in bought.tied)),
                tie_broken_by=broken_by,
                draw=draw_number(election.seed, project.id) if broken_by == "draw" else None,
                supporters=listed.supporters[project.id],
                paid_from=Purse.SHARES,
                backing=told[project.id],
            )
        )
        left -= project.cost
        for rival in listed.rivals.get(project.id, ()):
            rival_of.setdefault(rival, project.id)
    if fill_up:
        rest = walk(listed, left=left, purse=Purse.REMAINDER, rival_of=rival_of)
    else:
        rest = _left_out(listed, left, told, rival_of, election.budget)
    steps += (replace(step, backing=told.get(step.project)) for step in rest)
    return steps


def _left_out(
    listed: Listed,
    left: int,
    told: Mapping[str, Backing],
    rival_of: Mapping[str, str],
    budget: int,
) -> tuple[Step, ...]:
    steps = []
    for project in listed.projects:
        missing = 0
        verdict = listed.out.get(project.id)
        if verdict is None and project.id in rival_of:
            verdict = Verdict.RIVAL_TAKEN
        elif verdict is None and project.cost > budget:
            verdict, missing = Verdict.TOO_DEAR, project.cost - left
        elif verdict is None:
            verdict, missing = Verdict.SHORT, project.cost - told[project.id].had
        steps.append(
            Step(
                project=project.id,
                votes=listed.votes[project.id],
                cost=project.cost,
                verdict=verdict,
                left_before=left,
                left_after=left,
                missing=missing,
                supporters=listed.supporters[project.id],
                rival=rival_of.get(project.id) if verdict is Verdict.RIVAL_TAKEN else None,
            )
        )
    return tuple(steps)


def _what_broke_the_tie(
    field: Field, bought: Bought, commission: Commission | None
) -> TieBreaker | None:
    if not bought.tied:
        return None
    at = bought.candidate
    if all(field.projects[other].cost != field.projects[at].cost for other in bought.tied):
        return "cost"
    if all(field.level[other] != field.level[at] for other in bought.tied):
        return "votes"
    if commission is None:
        return "draw"
    equal = {
        field.projects[other].id for other in bought.tied if field.level[other] == field.level[at]
    }
    equal.add(field.projects[at].id)
    return "commission" if any(equal <= set(order) for order in commission.decided) else None
