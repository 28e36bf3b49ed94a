"""A round's calendar, and what may be done in which stage. Pure.

A calendar is a sorted list of starts. A stage lasts until the next one begins, so exactly one
holds at any moment once the round is announced.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.core.clock import at
from app.core.refusal import Refusal
from app.rounds.models import Stage

ORDER = tuple(Stage)


class Act(StrEnum):
    """What people do in a round."""

    EDIT_RULES = "edit_rules"
    PROPOSE = "propose"
    CORRECT = "correct"  # a proposal returned for correction
    WITHDRAW = "withdraw"
    REVIEW = "review"
    ISSUE = "issue"
    ANSWER_LATE = "answer_late"  # refuse or forward what the review left unanswered
    VOTE = "vote"
    PRINT_BALLOTS = "print_ballots"
    ISSUE_PAPER = "issue_paper"
    ENTER_PAPER = "enter_paper"
    SET_DRAW = "set_draw"  # record the public value of the draw
    DECIDE_TIE = "decide_tie"  # record the commission's order of equal projects
    RECORD_ASSEMBLY = "record_assembly"
    DECIDE = "decide"
    RECORD_RAION = "record_raion"
    RECORD_APPROVAL = "record_approval"
    FOLLOW_WORKS = "follow_works"
    SEE = "see"  # say built / partly / not built
    CONFIRM_ENVELOPE = "confirm_envelope"  # the budget is approved


ALLOWED: dict[Stage, frozenset[Act]] = {
    Stage.ANNOUNCED: frozenset({Act.EDIT_RULES}),
    Stage.PROPOSALS: frozenset(
        {Act.EDIT_RULES, Act.PROPOSE, Act.CORRECT, Act.WITHDRAW, Act.REVIEW, Act.ISSUE}
    ),
    Stage.REVIEW: frozenset({Act.EDIT_RULES, Act.CORRECT, Act.WITHDRAW, Act.REVIEW, Act.ISSUE}),
    Stage.VOTING: frozenset(
        {
            Act.VOTE,
            Act.PRINT_BALLOTS,
            Act.ISSUE_PAPER,
            Act.ENTER_PAPER,
            Act.SET_DRAW,
            Act.ANSWER_LATE,
        }
    ),
    Stage.COUNTING: frozenset({Act.ENTER_PAPER, Act.SET_DRAW, Act.ANSWER_LATE}),
    # A count that waits for the commission waits on, whatever the calendar says meanwhile.
    Stage.RESULTS: frozenset({Act.RECORD_ASSEMBLY, Act.DECIDE_TIE, Act.ANSWER_LATE}),
    Stage.ASSEMBLY: frozenset({Act.RECORD_ASSEMBLY, Act.DECIDE_TIE, Act.DECIDE, Act.ANSWER_LATE}),
    Stage.DECISION: frozenset({Act.RECORD_ASSEMBLY, Act.DECIDE_TIE, Act.DECIDE, Act.ANSWER_LATE}),
    Stage.BUDGET: frozenset(
        {
            Act.DECIDE_TIE,
            Act.DECIDE,
            Act.RECORD_RAION,
            Act.RECORD_APPROVAL,
            Act.CONFIRM_ENVELOPE,
            Act.ANSWER_LATE,
        }
    ),
    Stage.WORKS: frozenset(
        {
            Act.DECIDE_TIE,
            Act.DECIDE,
            Act.RECORD_APPROVAL,
            Act.FOLLOW_WORKS,
            Act.SEE,
            Act.CONFIRM_ENVELOPE,
            Act.ANSWER_LATE,
        }
    ),
    Stage.EVALUATED: frozenset({Act.DECIDE_TIE, Act.FOLLOW_WORKS, Act.SEE, Act.ANSWER_LATE}),
}

# Who does it. Deputies, observers and the operator have no act in a round: they read, ask, keep.
ROLES: dict[Act, frozenset[str]] = {
    Act.EDIT_RULES: frozenset({"clerk"}),
    Act.PROPOSE: frozenset({"resident", "clerk"}),  # the clerk in a resident's name
    Act.CORRECT: frozenset({"resident", "clerk"}),
    Act.WITHDRAW: frozenset({"resident", "clerk"}),
    Act.REVIEW: frozenset({"clerk"}),
    Act.ISSUE: frozenset({"akim"}),
    Act.ANSWER_LATE: frozenset({"clerk", "akim"}),  # prepared, then issued
    Act.VOTE: frozenset({"resident"}),
    Act.PRINT_BALLOTS: frozenset({"clerk", "akim"}),
    Act.ISSUE_PAPER: frozenset({"clerk", "akim"}),
    Act.ENTER_PAPER: frozenset({"clerk", "akim"}),  # two read a sheet, a third settles
    Act.SET_DRAW: frozenset({"clerk"}),
    Act.DECIDE_TIE: frozenset({"clerk"}),  # what the commission decided
    Act.RECORD_ASSEMBLY: frozenset({"clerk"}),
    Act.DECIDE: frozenset({"akim"}),
    Act.RECORD_RAION: frozenset({"clerk"}),  # what the raion wrote
    Act.RECORD_APPROVAL: frozenset({"maslikhat-office"}),
    Act.FOLLOW_WORKS: frozenset({"clerk", "akim"}),
    Act.SEE: frozenset({"resident"}),
    Act.CONFIRM_ENVELOPE: frozenset({"clerk"}),
}


@dataclass(frozen=True, slots=True)
class Start:
    """A stage and the moment it begins."""

    stage: Stage
    at: datetime


@dataclass(frozen=True, slots=True)
class Calendar:
    """The starts of all stages, in order, and when the round was called off, if it was."""

    starts: tuple[Start, ...]
    cancelled_at: datetime | None = None

    def stage(self, now: datetime) -> Stage | None:
        """The stage that holds at this moment; None before the round is announced, and once it
        was called off."""
        return None if self.cancelled_at is not None else self.reached(now)

    def reached(self, now: datetime) -> Stage | None:
        """The stage that the dates alone say."""
        begun = [start.stage for start in self.starts if start.at <= now]
        return begun[-1] if begun else None

    def begins(self, stage: Stage) -> datetime:
        """When a stage begins."""
        return next(start.at for start in self.starts if start.stage == stage)

    def ends(self, stage: Stage) -> datetime | None:
        """When the next stage begins; None for the last."""
        later = [start.at for start in self.starts if start.at > self.begins(stage)]
        return later[0] if later else None

    def allows(self, act: Act, now: datetime) -> bool:
        """Whether the act belongs to the stage of this moment."""
        stage = self.stage(now)
        return stage is not None and act in ALLOWED[stage]


def calendar(starts: Sequence[Start], *, cancelled_at: datetime | None = None) -> Calendar:
    """A calendar of these starts. Raises Refusal where a stage is missing or out of order."""
    ordered = tuple(sorted(starts, key=lambda start: start.at))
    if tuple(start.stage for start in ordered) != ORDER:
        raise Refusal("rounds.calendar_order")
    if len({start.at for start in ordered}) != len(ordered):
        raise Refusal("rounds.calendar_order")
    return Calendar(ordered, cancelled_at)


def why_not_now(act: Act, of: Calendar, now: datetime) -> Refusal | None:
    """Why an act cannot be done at this moment, with the moment it opens or the one it closed.

    In a round that was called off there is nothing to do any more.
    """
    if of.cancelled_at is not None:
        return Refusal("rounds.cancelled", at=of.cancelled_at)
    if of.allows(act, now):
        return None
    opens = [s.at for s in of.starts if act in ALLOWED[s.stage] and s.at > now]
    if opens:
        return Refusal("rounds.not_yet", opens=min(opens))
    closed = [end for s in of.starts if act in ALLOWED[s.stage] and (end := of.ends(s.stage))]
    return Refusal("rounds.closed", closed=max(closed))


def usual_starts(announced: datetime, opens: date) -> dict[Stage, datetime]:
    """A calendar to begin from, given the day on which proposals open: 40 days of proposals, five
    weeks of review, three weeks of voting, results in three days, the assembly ten days after its
    notice, and the draft budget by 1 September (Budget Code article 89).
    """
    review = opens + timedelta(days=40)
    voting = review + timedelta(days=35)
    closes = voting + timedelta(days=21)
    assembly = closes + timedelta(days=17)
    decision = assembly + timedelta(days=15)
    budget = max(date(decision.year, 9, 1), decision + timedelta(days=1))
    return {
        Stage.ANNOUNCED: announced,
        Stage.PROPOSALS: at(opens),
        Stage.REVIEW: at(review),
        Stage.VOTING: at(voting, 8),
        Stage.COUNTING: at(closes, 20),
        Stage.RESULTS: at(closes + timedelta(days=3), 9),
        Stage.ASSEMBLY: at(assembly),
        Stage.DECISION: at(decision),
        Stage.BUDGET: at(budget),
        Stage.WORKS: at(date(budget.year + 1, 1, 1)),
        Stage.EVALUATED: at(date(budget.year + 1, 12, 15)),
    }
