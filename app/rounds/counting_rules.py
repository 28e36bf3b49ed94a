"""How a round is counted: which settings go together, and how they stand in the frozen rules. Pure.

The count itself is `counting`; its table of combinations says what is defined.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from app.core.refusal import Refusal
from app.counting.backing import Completion as CompletionOf
from app.counting.combinations import Combination, Weighed, why_not
from app.rounds.models import BallotMethod, CountingRule

MOST_GUARANTEE = 50  # percent of the envelope for one settlement
STEP_SHARE = "0.001"  # of the first share: a step of Add1
COMPLETIONS: dict[str, CompletionOf] = {"none": "none", "add1": "add1", "add1u": "add1u"}
UTILITIES: dict[str, Weighed] = {"cost": "cost", "number": "number"}


class Counts(Protocol):
    """What says how to count: a round, or the settings it is to have."""

    @property
    def method(self) -> str: ...

    @property
    def most_choices(self) -> int: ...

    @property
    def threshold(self) -> int: ...

    @property
    def counting_rule(self) -> str: ...

    @property
    def utility(self) -> str: ...

    @property
    def completion(self) -> str: ...

    @property
    def guarantee_percent(self) -> int: ...


def combination(one: Counts) -> Combination:
    """How these settings count, as the table of combinations knows it."""
    shares = one.counting_rule == CountingRule.EQUAL_SHARES
    knapsack = one.method == BallotMethod.KNAPSACK
    return Combination(
        rule="equal-shares" if shares else "most-votes",
        ballots="knapsack" if knapsack else "choose-one" if one.most_choices == 1 else "approval",
        completion=COMPLETIONS[one.completion] if shares else None,
        utility=UTILITIES[one.utility] if shares else None,
        threshold=one.threshold > 0,
        guarantee=one.guarantee_percent > 0,
    )


def why_not_counting(one: Counts) -> Refusal | None:
    """Why ballot, rule and extras cannot be so: counting.<code of the table of combinations>."""
    if not 0 <= one.guarantee_percent <= MOST_GUARANTEE:
        return Refusal("rounds.guarantee", field="guarantee_percent", most=MOST_GUARANTEE)
    code = why_not(combination(one))
    if code is None:
        return None
    guarantee = one.guarantee_percent > 0 and one.counting_rule == CountingRule.EQUAL_SHARES
    return Refusal(f"counting.{code}", field="guarantee_percent" if guarantee else "counting_rule")


def guarantees(envelope: int, percent: int, settlements: Iterable[str]) -> dict[str, int]:
    """Settlement → what is kept for its projects first, in the envelope's units, rounded down.

    Where the parts would be more than the envelope, each gets an equal part of it.
    """
    named = sorted(set(settlements))
    if not percent or not named:
        return {}
    part = min(envelope * percent // 100, envelope // len(named))
    return dict.fromkeys(named, part)


def rival_groups(pairs: Iterable[tuple[int, str]]) -> list[list[int]]:
    """Groups of ballot numbers that exclude each other, from (number, group's name); in order."""
    groups: dict[str, list[int]] = {}
    for number, name in pairs:
        if name:
            groups.setdefault(name, []).append(number)
    return sorted(sorted(group) for group in groups.values() if len(group) > 1)


def counting_text(
    one: Counts, *, settlements: Sequence[str] = (), envelope: int = 0
) -> dict[str, Any]:
    """What the frozen rules say of the count beyond rule, threshold and draw.

    Only what a round uses: one that is counted by most votes and nothing else keeps the text, and
    so the hash, that such a round always had.
    """
    said: dict[str, Any] = {}
    if one.counting_rule == CountingRule.EQUAL_SHARES:
        said["equal_shares"] = {
            "utility": one.utility,
            "completion": one.completion,
            "step_share": STEP_SHARE,
            "stop_when_exhaustive": False,
        }
    if one.guarantee_percent:
        said["guarantee"] = {
            "percent": one.guarantee_percent,
            "parts": guarantees(envelope, one.guarantee_percent, settlements),
        }
    return said
