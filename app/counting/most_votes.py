"""Most votes: down the list from the most votes, taking whatever still fits into the money.

The greedy rule that most cities use (Pabulib's `greedy`), with an optional threshold.
Ties: lower cost, then more supporters where points were counted, then the draw.
"""

from collections import defaultdict
from collections.abc import Mapping

from app.counting.election import Election, Project, draw_number
from app.counting.outcome import Measure, Outcome, Step, TieBreaker, Verdict

RULE = "most-votes"


def count(
    election: Election,
    *,
    points: Mapping[str, int] | None = None,
    rule: str = RULE,
    stop_when_one_does_not_fit: bool = False,
) -> Outcome:
    """Count an election.

    `points` (project id → points) take the place of the number of votes where ballots carry
    points or ranks. `stop_when_one_does_not_fit` is Pabulib's `greedy-no-skip`, for replaying
    published elections; withdrawn projects never stop it.
    """
    supporters = election.votes()
    votes = supporters if points is None else points
    measure: Measure = "votes" if points is None else "points"
    order = sorted(
        election.projects,
        key=lambda p: (-votes[p.id], p.cost, -supporters[p.id], draw_number(election.seed, p.id)),
    )
    equals: dict[int, list[Project]] = defaultdict(list)
    for project in order:
        if why_not_in_the_running(project, votes[project.id], election.threshold) is None:
            equals[votes[project.id]].append(project)

    left = election.budget
    stopped = False
    steps = []
    for project in order:
        tied_with: tuple[str, ...] = ()
        tie_broken_by: TieBreaker | None = None
        missing = 0
        verdict = why_not_in_the_running(project, votes[project.id], election.threshold)
        if verdict is None:
            others = [p for p in equals[votes[project.id]] if p is not project]
            tied_with = tuple(sorted(p.id for p in others))
            tie_broken_by = _what_broke_the_tie(project, others, supporters)
            if stopped:
                verdict = Verdict.AFTER_STOP
            elif project.cost <= left:
                verdict = Verdict.FUNDED
            else:
                verdict = Verdict.TOO_DEAR
                missing = project.cost - left
                stopped = stop_when_one_does_not_fit
        left_after = left - project.cost if verdict is Verdict.FUNDED else left
        steps.append(
            Step(
                project=project.id,
                votes=votes[project.id],
                cost=project.cost,
                verdict=verdict,
                left_before=left,
                left_after=left_after,
                missing=missing,
                tied_with=tied_with,
                tie_broken_by=tie_broken_by,
                draw=draw_number(election.seed, project.id) if tie_broken_by == "draw" else None,
                supporters=supporters[project.id],
            )
        )
        left = left_after
    return Outcome(
        rule=rule,
        budget=election.budget,
        seed=election.seed,
        threshold=election.threshold,
        voters=election.voters,
        steps=tuple(steps),
        selected=tuple(sorted(s.project for s in steps if s.verdict is Verdict.FUNDED)),
        total_cost=election.budget - left,
        decimals=election.decimals,
        measure=measure,
    )


def why_not_in_the_running(project: Project, votes: int, threshold: int) -> Verdict | None:
    """Why money does not even have to be asked about; None when it does."""
    if project.withdrawn:
        return Verdict.WITHDRAWN
    if project.cost == 0:
        return Verdict.NO_COST
    if votes < threshold:
        return Verdict.BELOW_THRESHOLD
    return None


def _what_broke_the_tie(
    project: Project, others: list[Project], supporters: Mapping[str, int]
) -> TieBreaker | None:
    if not others:
        return None
    as_dear = [p for p in others if p.cost == project.cost]
    if not as_dear:
        return "cost"
    if any(supporters[p.id] == supporters[project.id] for p in as_dear):
        return "draw"
    return "votes"
