"""What comes out: the winners, and for every project why. Pages print this and add nothing."""

import json
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any, Literal, Self

FORMAT = 1


class Verdict(StrEnum):
    FUNDED = "funded"
    TOO_DEAR = "too_dear"  # costs more than what is left when its turn comes
    BELOW_THRESHOLD = "below_threshold"
    WITHDRAWN = "withdrawn"  # stood on the ballot and was taken back
    NO_COST = "no_cost"  # a price of nothing cannot be weighed against money
    AFTER_STOP = "after_stop"  # only under rules that stop at the first project that does not fit


TieBreaker = Literal["cost", "votes", "draw"]
Measure = Literal["votes", "points"]


@dataclass(frozen=True, slots=True)
class Step:
    """One project's turn; amounts in the election's smallest unit, `cost` 0 of a withdrawn one.

    `votes` is what the rule went by (points, where ballots carry points); `supporters` how many
    ballots name the project. `missing` is what was lacking where it did not fit, otherwise 0.
    `tied_with` are the other projects in the running with equal `votes`; `tie_broken_by` the last
    thing that had to be asked to give this one its place; `draw` its lot where lots decided.
    """

    project: str
    votes: int
    cost: int
    verdict: Verdict
    left_before: int
    left_after: int
    missing: int = 0
    tied_with: tuple[str, ...] = ()
    tie_broken_by: TieBreaker | None = None
    draw: str | None = None
    supporters: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """Steps in the order of the count; `selected` sorted by id as text."""

    rule: str
    budget: int
    seed: str
    threshold: int
    voters: int
    steps: tuple[Step, ...]
    selected: tuple[str, ...]
    total_cost: int
    decimals: int = 0
    measure: Measure = "votes"

    def amount(self, number: int) -> str:
        """An amount as its shortest decimal text: 1250 with two decimals is `12.5`."""
        return amount_text(number, self.decimals)

    def step_of(self, project: str) -> Step:
        """The step of one project; KeyError when it was not counted."""
        for step in self.steps:
            if step.project == project:
                return step
        raise KeyError(project)

    def account(self) -> dict[str, Any]:
        """The whole outcome as plain JSON values; amounts are decimal strings."""
        return {
            "format": FORMAT,
            "rule": self.rule,
            "budget": self.amount(self.budget),
            "decimals": self.decimals,
            "measure": self.measure,
            "seed": self.seed,
            "threshold": self.threshold,
            "voters": self.voters,
            "steps": self.steps_account(),
            "selected": list(self.selected),
            "total_cost": self.amount(self.total_cost),
        }

    def steps_account(self) -> list[dict[str, Any]]:
        return [
            {
                "project": step.project,
                "votes": step.votes,
                "supporters": step.supporters,
                "cost": self.amount(step.cost),
                "verdict": step.verdict.value,
                "left_before": self.amount(step.left_before),
                "left_after": self.amount(step.left_after),
                "missing": self.amount(step.missing),
                "tied_with": list(step.tied_with),
                "tie_broken_by": step.tie_broken_by,
                "draw": step.draw,
            }
            for step in self.steps
        ]

    def to_json(self) -> str:
        """The canonical text: keys sorted, no spaces, one line. Its bytes never change."""
        return json.dumps(self.account(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical text in UTF-8, 64 hexadecimal digits."""
        return sha256(self.to_json().encode()).hexdigest()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The outcome that `to_json` wrote; ValueError for any other text."""
        try:
            outcome = cls._from_account(json.loads(text))
        except (KeyError, TypeError, AttributeError) as broken:
            raise ValueError("this is not the account of a count") from broken
        if outcome.to_json() != text:
            raise ValueError("this is not the canonical account of a count")
        return outcome

    @classmethod
    def _from_account(cls, account: dict[str, Any]) -> Self:
        decimals = int(account["decimals"])

        def amount(key: str, of: dict[str, Any] = account) -> int:
            return amount_units(of[key], decimals)

        steps = tuple(
            Step(
                project=step["project"],
                votes=step["votes"],
                cost=amount("cost", step),
                verdict=Verdict(step["verdict"]),
                left_before=amount("left_before", step),
                left_after=amount("left_after", step),
                missing=amount("missing", step),
                tied_with=tuple(step["tied_with"]),
                tie_broken_by=step["tie_broken_by"],
                draw=step["draw"],
                supporters=step["supporters"],
            )
            for step in account["steps"]
        )
        return cls(
            rule=account["rule"],
            budget=amount("budget"),
            seed=account["seed"],
            threshold=account["threshold"],
            voters=account["voters"],
            steps=steps,
            selected=tuple(account["selected"]),
            total_cost=amount("total_cost"),
            decimals=decimals,
            measure=account["measure"],
        )


def amount_text(number: int, decimals: int) -> str:
    """Smallest units → the shortest decimal text of the amount."""
    if not decimals:
        return str(number)
    whole, rest = divmod(number, 10**decimals)
    return f"{whole}.{rest:0{decimals}}".rstrip("0").rstrip(".")


def amount_units(text: str, decimals: int) -> int:
    """The reverse of `amount_text`."""
    whole, _, rest = text.partition(".")
    return int(whole + rest.ljust(decimals, "0"))
