"""Who may vote, and what a ballot may say. Pure.

An empty ballot is not one: a vote names at least one project. A vote is changed, not taken back;
whoever wants none of the projects does not vote.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from app.core.refusal import Refusal
from app.rounds.calendar import Act, Calendar, why_not_now
from app.voting.models import Channel

FEWEST_SHEETS = 10  # printed at once: one sheet printed for one person would tell whose it is
MOST_SHEETS = 200


@dataclass(frozen=True, slots=True)
class Paper:
    """The list a ballot is made of: the numbers on it, and how many one may choose.

    With a knapsack ballot there is no such number: what is chosen fits `money`, in tenge like the
    `prices` of the numbers.
    """

    numbers: frozenset[int]
    most: int
    prices: Mapping[int, int] = field(default_factory=dict)
    money: int | None = None  # None where the sum is not limited

    def cost(self, choices: Collection[int]) -> int:
        """What these cost together."""
        return sum(self.prices.get(number, 0) for number in set(choices))


def why_not_choose(choices: Collection[int], *, on: Paper) -> Refusal | None:
    """Why these choices make no ballot. Order and repetition mean nothing."""
    chosen = set(choices)
    if not chosen:
        return Refusal("voting.choose_one", field="choice")
    if not chosen <= on.numbers:
        return Refusal("voting.not_on_ballot", field="choice")
    if on.money is not None:
        over = on.cost(chosen) - on.money
        if over > 0:
            return Refusal("voting.too_dear", field="choice", tenge=on.money, over_tenge=over)
        return None
    if len(chosen) > on.most:
        return Refusal("voting.too_many", field="choice", n=on.most)
    return None


def why_no_right(
    *, listed_on: date | None, of_age_on: date, roll_closes_on: date, adult_by: date
) -> Refusal | None:
    """Why somebody has no right in a round: who came on its roll when, and turns 18 when."""
    if listed_on is None:
        return Refusal("voting.not_on_roll")
    if listed_on > roll_closes_on:
        return Refusal("voting.listed_late", day=roll_closes_on)
    if of_age_on > adult_by:
        return Refusal("voting.too_young", day=adult_by)
    return None


def why_not_vote(
    *, of: Calendar, now: datetime, no_right: Refusal | None, used: Channel | None
) -> Refusal | None:
    """Why this person has no ballot online at this moment."""
    if why := why_not_now(Act.VOTE, of, now):
        return why
    if no_right is not None:
        return no_right
    if used is Channel.PAPER:
        return Refusal("voting.paper_issued")
    return None


def why_not_cast(
    *,
    of: Calendar,
    now: datetime,
    no_right: Refusal | None,
    used: Channel | None,
    choices: Collection[int],
    on: Paper,
) -> Refusal | None:
    """Why this ballot of this person cannot be counted at this moment."""
    return why_not_vote(of=of, now=now, no_right=no_right, used=used) or why_not_choose(
        choices, on=on
    )


def why_not_print(count: int, *, of: Calendar, now: datetime) -> Refusal | None:
    """Why so many sheets cannot be printed now."""
    if why := why_not_now(Act.PRINT_BALLOTS, of, now):
        return why
    if not FEWEST_SHEETS <= count <= MOST_SHEETS:
        return Refusal("voting.sheets", field="count", least=FEWEST_SHEETS, most=MOST_SHEETS)
    return None


def why_not_issue(*, of: Calendar, now: datetime, no_right: Refusal | None) -> Refusal | None:
    """Why no paper ballot can be handed to this person now."""
    if why := why_not_now(Act.ISSUE_PAPER, of, now):
        return why
    return None if no_right is None else no_right.at("person")


def why_not_read(choices: Collection[int], *, spoiled: bool, on: Paper) -> Refusal | None:
    """Why this is not what a paper ballot can say. Spoiled ones carry no choices."""
    if spoiled:
        return None
    why = why_not_choose(choices, on=on)
    if why is None or why.code == "voting.not_on_ballot":
        return why
    if on.money is not None:
        over = on.cost(choices) - on.money
        if over > 0:
            return Refusal(
                "voting.mark_spoiled_dear", field="choice", tenge=on.money, over_tenge=over
            )
        return Refusal("voting.mark_spoiled_empty", field="choice")
    return Refusal("voting.mark_spoiled", field="choice", n=on.most)
