"""What comes out: the winners, and for every project why. Pages print this and add nothing."""

import json
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256
from typing import Any, Literal, Self

from app.counting.amounts import amount_text as amount_text
from app.counting.amounts import amount_units as amount_units
from app.counting.amounts import fraction_text, rounded_text
from app.counting.backing import Backing, Shares

FORMAT = 1
# Accounts with anything of Equal Shares, rivals, guaranteed parts or a commission. The others stay
# as they were first published, byte for byte.
RICHER_FORMAT = 2


class Verdict(StrEnum):
    FUNDED = "funded"
    TOO_DEAR = "too_dear"  # costs more than what is left when its turn comes
    BELOW_THRESHOLD = "below_threshold"
    WITHDRAWN = "withdrawn"  # stood on the ballot and was taken back
    NO_COST = "no_cost"  # a price of nothing cannot be weighed against money
    AFTER_STOP = "after_stop"  # only under rules that stop at the first project that does not fit
    RIVAL_TAKEN = "rival_taken"  # excludes, and is excluded by, one that was taken before
    SHORT = "short"  # its supporters had less left than it costs; only under Equal Shares


class Purse(StrEnum):
    """Out of what a project was paid, where it was not the budget as such."""

    GUARANTEE = "guarantee"  # its settlement's part
    SHARES = "shares"  # its supporters' equal shares
    REMAINDER = "remainder"  # filled up by votes after Equal Shares


TieBreaker = Literal["cost", "votes", "draw", "commission"]
Measure = Literal["votes", "points"]


@dataclass(frozen=True, slots=True)
class Part:
    """A settlement's guaranteed part before and after a project's turn in it."""

    settlement: str
    left_before: int
    left_after: int


@dataclass(frozen=True, slots=True)
class Step:
    """One project's turn; amounts in the election's smallest unit, `cost` 0 of a withdrawn one.

    `votes` is what the rule went by (points, where ballots carry points); `supporters` how many
    ballots name the project. `missing` is what was lacking where it did not fit or its supporters
    had too little, otherwise 0. `tied_with` are the other projects in the running with equal
    `votes` (bought by shares: that cost one supporter equally much in that turn); `tie_broken_by`
    the last thing that had to be asked to give this one its place; `draw` its lot where lots did.
    `rival` is the project whose taking took this one out. `part`: its turn in its settlement's
    part, if there is one. `backing`: its supporters' money, under Equal Shares.
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
    paid_from: Purse | None = None
    rival: str | None = None
    part: Part | None = None
    backing: Backing | None = None


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
    shares: Shares | None = None
    exclusions: tuple[tuple[str, ...], ...] = ()
    guarantees: tuple[tuple[str, int], ...] = ()
    decided: tuple[tuple[str, ...], ...] | None = None  # by the commission; None: by the draw

    @property
    def richer(self) -> bool:
        """Whether the account holds more than the first format has words for."""
        return not (
            self.shares is None
            and self.decided is None
            and not self.exclusions
            and not self.guarantees
        )

    @property
    def turns(self) -> tuple[Step, ...]:
        """What the supporters' shares bought, in order: the rounds of Equal Shares."""
        return tuple(step for step in self.steps if step.paid_from is Purse.SHARES)

    @property
    def filled_up(self) -> tuple[Step, ...]:
        """What was taken by votes from the remainder after Equal Shares."""
        return tuple(step for step in self.steps if step.paid_from is Purse.REMAINDER)

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
        account: dict[str, Any] = {
            "format": RICHER_FORMAT if self.richer else FORMAT,
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
        if self.richer:
            account |= {
                "shares": None if self.shares is None else self.shares.account(self.decimals),
                "exclusions": [list(group) for group in self.exclusions],
                "guarantees": {name: self.amount(part) for name, part in self.guarantees},
                "decided": None if self.decided is None else [list(one) for one in self.decided],
            }
        return account

    def steps_account(self) -> list[dict[str, Any]]:
        """The steps as plain JSON; the fields of the richer format only where it is one."""
        return [step_account(step, self.decimals, richer=self.richer) for step in self.steps]

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
        except (KeyError, TypeError, AttributeError, ZeroDivisionError) as broken:
            raise ValueError("this is not the account of a count") from broken
        if outcome.to_json() != text:
            raise ValueError("this is not the canonical account of a count")
        return outcome

    @classmethod
    def _from_account(cls, account: dict[str, Any]) -> Self:
        decimals = int(account["decimals"])
        shares, decided = account.get("shares"), account.get("decided")
        return cls(
            rule=account["rule"],
            budget=amount_units(account["budget"], decimals),
            seed=account["seed"],
            threshold=account["threshold"],
            voters=account["voters"],
            steps=tuple(step_from(step, decimals) for step in account["steps"]),
            selected=tuple(account["selected"]),
            total_cost=amount_units(account["total_cost"], decimals),
            decimals=decimals,
            measure=account["measure"],
            shares=None if shares is None else Shares.from_account(shares, decimals),
            exclusions=tuple(map(tuple, account.get("exclusions", ()))),
            guarantees=tuple(
                (name, amount_units(part, decimals))
                for name, part in sorted(account.get("guarantees", {}).items())
            ),
            decided=None if decided is None else tuple(map(tuple, decided)),
        )


def step_account(step: Step, decimals: int, *, richer: bool) -> dict[str, Any]:
    """A step as plain JSON values; amounts are decimal strings."""

    def amount(number: int) -> str:
        return amount_text(number, decimals)

    account: dict[str, Any] = {
        "project": step.project,
        "votes": step.votes,
        "supporters": step.supporters,
        "cost": amount(step.cost),
        "verdict": step.verdict.value,
        "left_before": amount(step.left_before),
        "left_after": amount(step.left_after),
        "missing": amount(step.missing),
        "tied_with": list(step.tied_with),
        "tie_broken_by": step.tie_broken_by,
        "draw": step.draw,
    }
    if richer:
        part, backing = step.part, step.backing
        account |= {
            "paid_from": None if step.paid_from is None else step.paid_from.value,
            "rival": step.rival,
            "part": part
            and {
                "settlement": part.settlement,
                "left_before": amount(part.left_before),
                "left_after": amount(part.left_after),
            },
            "backing": backing and _backing_account(backing, step.cost, decimals),
        }
    return account


def _backing_account(backing: Backing, cost: int, decimals: int) -> dict[str, Any]:
    votes = backing.effective_votes(cost)
    return {
        "had": amount_text(backing.had, decimals),
        "support": amount_text(int(backing.support(cost) * 10_000), 4),
        "turn": backing.turn,
        "price": None if backing.price is None else fraction_text(backing.price),
        "price_amount": None if backing.price is None else rounded_text(backing.price, decimals),
        "effective_votes": None if votes is None else rounded_text(votes, 0),
        "payers": [[people, amount_text(paid, decimals)] for people, paid in backing.payers],
        "short_after": backing.short_after,
        "takers": [[project, amount_text(taken, decimals)] for project, taken in backing.takers],
    }


def step_from(account: dict[str, Any], decimals: int) -> Step:
    """The reverse of `step_account`."""

    def amount(key: str, of: dict[str, Any] = account) -> int:
        return amount_units(of[key], decimals)

    part, backing, purse = account.get("part"), account.get("backing"), account.get("paid_from")
    return Step(
        project=account["project"],
        votes=account["votes"],
        cost=amount("cost"),
        verdict=Verdict(account["verdict"]),
        left_before=amount("left_before"),
        left_after=amount("left_after"),
        missing=amount("missing"),
        tied_with=tuple(account["tied_with"]),
        tie_broken_by=account["tie_broken_by"],
        draw=account["draw"],
        supporters=account["supporters"],
        paid_from=None if purse is None else Purse(purse),
        rival=account.get("rival"),
        part=part
        and Part(part["settlement"], amount("left_before", part), amount("left_after", part)),
        backing=backing
        and Backing(
            had=amount("had", backing),
            turn=backing["turn"],
            price=None if backing["price"] is None else Fraction(backing["price"]),
            payers=tuple(
                (people, amount_units(paid, decimals)) for people, paid in backing["payers"]
            ),
            short_after=backing["short_after"],
            takers=tuple(
                (project, amount_units(taken, decimals)) for project, taken in backing["takers"]
            ),
        ),
    )
