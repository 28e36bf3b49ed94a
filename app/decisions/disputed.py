"""How close a result was, for weighing it against votes that were somebody else's. Pure."""

from app.counting.outcome import Outcome, Verdict

OUT_OF_RUNNING = frozenset({Verdict.WITHDRAWN, Verdict.NO_COST})


def margin(outcome: Outcome) -> int | None:
    """The fewest votes between a recommended project and one that is not, either way around.

    So many votes of others could have turned the two. None where all, or none, are recommended.
    """
    running = [step for step in outcome.steps if step.verdict not in OUT_OF_RUNNING]
    won = [step.votes for step in running if step.verdict is Verdict.FUNDED]
    lost = [step.votes for step in running if step.verdict is not Verdict.FUNDED]
    return min((abs(one - other) for one in won for other in lost), default=None)
