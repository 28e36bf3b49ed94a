"""What an Equal Shares count tells: of the whole count, and of every project's supporters' money.

Fractions are kept exactly as `n/d` where the count can be checked from them (shares and prices);
everything else is for reading and comes in amounts of the smallest unit, rounded down.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, Self

from app.counting.amounts import amount_text, amount_units, fraction_text, rounded_text

Utility = Literal["cost", "number", "points"]
Completion = Literal["none", "add1", "add1u"]
Ended = Literal["over", "all_in", "exhaustive"]

# Supporters by what they paid of the full price: all of it, from ¾, from ½, from ¼, something,
# nothing, because they had nothing left.
BANDS = 6
# So many of the projects that had taken a loser's supporters' money are named, the largest first.
MOST_TAKERS = 5


@dataclass(frozen=True, slots=True)
class Shares:
    """What was asked and what came of it.

    `ballots`: non-empty ones, each with an equal share. `first` is that share at the start, `share`
    the one that decided, both in smallest units; `increases` how many steps lie between. Steps are
    `step_share` of the first share, or `step_money` smallest units. `ended` says why no further
    step was taken: the next one would have cost more than there is (`over`), everything with votes
    was in (`all_in`), or nothing more fitted (`exhaustive`, only where that was asked); None
    without completion.
    """

    utility: Utility
    completion: Completion
    ballots: int
    first: Fraction
    share: Fraction
    increases: int = 0
    step_share: Fraction | None = None
    step_money: int | None = None
    stop_when_exhaustive: bool = False
    ended: Ended | None = None

    def savings(self, spent: int) -> Fraction:
        """What all voters together have left once so much was bought by shares."""
        return self.share * self.ballots - spent

    def account(self, decimals: int) -> dict[str, Any]:
        """Plain JSON; amounts as decimal strings."""
        return {
            "utility": self.utility,
            "completion": self.completion,
            "ballots": self.ballots,
            "first": fraction_text(self.first),
            "share": fraction_text(self.share),
            "share_amount": rounded_text(self.share, decimals),
            "increases": self.increases,
            "step_share": None if self.step_share is None else fraction_text(self.step_share),
            "step_money": (
                None if self.step_money is None else amount_text(self.step_money, decimals)
            ),
            "stop_when_exhaustive": self.stop_when_exhaustive,
            "ended": self.ended,
        }

    @classmethod
    def from_account(cls, account: dict[str, Any], decimals: int) -> Self:
        """The reverse of `account`."""
        step, money = account["step_share"], account["step_money"]
        return cls(
            utility=account["utility"],
            completion=account["completion"],
            ballots=account["ballots"],
            first=Fraction(account["first"]),
            share=Fraction(account["share"]),
            increases=account["increases"],
            step_share=None if step is None else Fraction(step),
            step_money=None if money is None else amount_units(money, decimals),
            stop_when_exhaustive=account["stop_when_exhaustive"],
            ended=account["ended"],
        )


@dataclass(frozen=True, slots=True)
class Backing:
    """What a project's supporters had, and what they paid.

    Of a project that they bought: `turn` (from 1), `price`, the most that one of them paid (where
    ballots carry points: for one point), `had`, what they all had before, and `payers`: how many
    people and how much money in each of the bands of `BANDS`, together exactly its cost.
    Of one that they did not buy: `short_after`, the turn after which they had less than its cost
    (0: from the start; None: it left the count before that), `had`, what they had left then (or in
    the end), and `takers`, the projects that had taken most of their money by then, with how much.
    """

    had: int
    turn: int | None = None
    price: Fraction | None = None
    payers: tuple[tuple[int, int], ...] = ()
    short_after: int | None = None
    takers: tuple[tuple[str, int], ...] = ()

    def effective_votes(self, cost: int) -> Fraction | None:
        """How many who pay the full price would pay for it: cost through price."""
        return None if self.price is None else cost / self.price

    def support(self, cost: int) -> Fraction:
        """The part of the cost that the supporters could pay, at most 1."""
        return min(Fraction(1), Fraction(self.had, cost)) if cost else Fraction(1)
