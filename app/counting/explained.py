"""Why one project won or lost: the account's own numbers as plain English sentences."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.counting.backing import Backing
from app.counting.outcome import Outcome, Purse, Step, Verdict, step_account
from app.counting.pb_file import PbFile
from app.counting.printed import BROKEN_BY, MOST_NAMED, money, names_of, tied

LONGEST_NAME = 40  # of a project that is named on the way


@dataclass(frozen=True, slots=True)
class Explained:
    """One project of an outcome; `place`: when its turn came, from 1."""

    outcome: Outcome
    step: Step
    place: int
    name: str
    currency: str
    names: dict[str, str]

    @property
    def won(self) -> bool:
        return self.step.verdict is Verdict.FUNDED

    def sentences(self) -> list[str]:
        """What is to be said about it, the answer first."""
        return [*self._answer(), *self._support(), *self._reason(), *self._tie()]

    def account(self) -> dict[str, Any]:
        """The same as plain JSON values; `step` as in the outcome's account."""
        outcome = self.outcome
        return {
            "project": self.step.project,
            "name": self.name,
            "rule": outcome.rule,
            "won": self.won,
            "place": self.place,
            "projects": len(outcome.steps),
            "voters": outcome.voters,
            "needed": outcome.amount(self.step.cost),
            "had": None if self.had is None else outcome.amount(self.had),
            "missing": outcome.amount(self._missing),
            "after": self.after,
            "left": outcome.amount(self.step.left_before),
            "taken_before": list(self._before),
            "step": step_account(self.step, outcome.decimals, richer=outcome.richer),
            "sentences": self.sentences(),
        }

    @property
    def had(self) -> int | None:
        """The money that was there for it: what its supporters had of their shares, otherwise what
        was left when its turn came; None where money was not asked about."""
        if self.step.verdict not in (Verdict.FUNDED, Verdict.TOO_DEAR, Verdict.SHORT):
            return None
        return self.step.backing.had if self.step.backing else self.step.left_before

    @property
    def after(self) -> str | None:
        """Of a loser: the project after whose taking there was too little for it."""
        if self.won or self.had is None or self.step.cost > self.outcome.budget:
            return None
        if self.step.backing:
            turn = self.step.backing.short_after
            return self.outcome.turns[turn - 1].project if turn else None
        return next(
            (
                step.project
                for step in self.outcome.steps[: self.place - 1]
                if step.verdict is Verdict.FUNDED and step.left_after < self.step.cost
            ),
            None,
        )

    @property
    def _before(self) -> tuple[str, ...]:
        """What was taken before its turn, in the order of the count."""
        steps = self.outcome.steps[: self.place - 1]
        return tuple(step.project for step in steps if step.verdict is Verdict.FUNDED)

    @property
    def _missing(self) -> int:
        return 0 if self.won or self.had is None else max(0, self.step.cost - self.had)

    def _money(self, number: int) -> str:
        return f"{money(self.outcome, number)} {self.currency}".rstrip()

    def _named(self, project: str) -> str:
        name = self.names.get(project, "")
        if len(name) > LONGEST_NAME:
            name = name[:LONGEST_NAME].rsplit(" ", 1)[0] + "…"
        return f"{project} ({name})" if name else project

    def _answer(self) -> Iterator[str]:
        said = "won" if self.won else "did not win"
        name = f" ({self.name})" if self.name else ""
        yield f"Project {self.step.project}{name} {said}."

    def _support(self) -> Iterator[str]:
        step, outcome = self.step, self.outcome
        people = f"{_number(step.supporters)} of {_number(outcome.voters)} voters chose it"
        if outcome.measure == "points":
            people += f" and gave it {_number(step.votes)} points"
        cost = "" if step.verdict is Verdict.WITHDRAWN else f" It costs {self._money(step.cost)}."
        yield f"{people}.{cost}"

    def _reason(self) -> Iterator[str]:
        step, outcome = self.step, self.outcome
        match step.verdict:
            case Verdict.WITHDRAWN:
                yield "It stood on the ballot and was withdrawn."
            case Verdict.NO_COST:
                yield "It has no price, and what costs nothing cannot be weighed against money."
            case Verdict.BELOW_THRESHOLD:
                yield (
                    f"At least {_number(outcome.threshold)} {outcome.measure} were needed: "
                    f"{_number(outcome.threshold - step.votes)} more than it got."
                )
            case Verdict.RIVAL_TAKEN:
                yield (
                    f"Only one of it and {self._named(step.rival or '')} can be built, "
                    "and that one was taken before."
                )
            case Verdict.AFTER_STOP:
                yield (
                    "This rule stops at the first project that does not fit. That was "
                    f"{self._named(self._stopped_at())}, before the turn of this one."
                )
            case Verdict.FUNDED:
                yield from self._how_it_won()
            case Verdict.SHORT:
                yield from self._what_supporters_had()
            case Verdict.TOO_DEAR if step.cost > outcome.budget:
                yield (
                    f"That is more than there is for all projects: {self._money(outcome.budget)}, "
                    f"{self._money(step.cost - outcome.budget)} too little."
                )
            case Verdict.TOO_DEAR:
                if step.backing:
                    yield from self._what_supporters_had()
                yield from self._what_was_left()

    def _how_it_won(self) -> Iterator[str]:
        step, backing = self.step, self.step.backing
        if step.paid_from is Purse.SHARES and backing:
            yield from self._bought(backing)
            return
        if step.paid_from is Purse.GUARANTEE and step.part:
            part = step.part
            yield (
                f"The part kept for {part.settlement} had {self._money(part.left_before)} left "
                f"when its turn came, and {self._money(part.left_after)} after it."
            )
            return
        if step.paid_from is Purse.REMAINDER:
            if backing:
                yield from self._what_supporters_had()
            yield "What the shares left over was then given out by votes, and it fitted."
        yield (
            f"Its turn came as number {self.place} of {len(self.outcome.steps)}: "
            f"{self._money(step.left_before)} of {self._money(self.outcome.budget)} were left, "
            f"{self._money(step.left_after)} after it."
        )

    def _bought(self, backing: Backing) -> Iterator[str]:
        shares = self.outcome.shares
        if shares is None or backing.price is None:
            return
        account = step_account(self.step, self.outcome.decimals, richer=True)["backing"]
        yield (
            f"It was bought in turn {backing.turn}: its supporters had {self._money(backing.had)} "
            f"of their shares left and paid its {self._money(self.step.cost)} together."
        )
        full = backing.payers[0][0] if backing.payers else 0
        unit = "for each point" if shares.utility == "points" else "each"
        rest = self.step.supporters - full
        less = f"; {_number(rest)} had less left and paid that" if rest else ""
        yield (
            f"{_number(full)} of them paid {account['price_amount']} {self.currency}".rstrip()
            + f" {unit}{less}."
        )

    def _what_supporters_had(self) -> Iterator[str]:
        step, backing = self.step, self.step.backing
        if backing is None:
            return
        lacking = step.cost - backing.had
        if backing.short_after == 0:
            yield (
                f"The shares of its supporters come to {self._money(backing.had)}: "
                f"{self._money(lacking)} too little from the start."
            )
            return
        when = "In the end"
        if backing.short_after:
            turn = self.outcome.turns[backing.short_after - 1]
            when = f"After {self._named(turn.project)} was bought in turn {backing.short_after}"
        yield (
            f"{when}, its supporters had {self._money(backing.had)} of their shares left: "
            f"{self._money(lacking)} too little."
        )
        if backing.takers:
            spent = ", ".join(
                f"{self._named(project)} {self._money(taken)}" for project, taken in backing.takers
            )
            yield f"Most of their money had gone to what they chose as well: {spent}."

    def _what_was_left(self) -> Iterator[str]:
        step = self.step
        filled = "When the rest was given out by votes, its" if step.backing else "Its"
        yield (
            f"{filled} turn came as number {self.place} of {len(self.outcome.steps)}: "
            f"{self._money(step.left_before)} of {self._money(self.outcome.budget)} were left, "
            f"{self._money(step.cost - step.left_before)} too little."
        )
        if step.backing:
            return
        if self.after:
            yield f"Too little was left after {self._named(self.after)} was taken."
        before = self._before
        if before:
            named = ", ".join(map(self._named, before[:MOST_NAMED]))
            others = len(before) - MOST_NAMED
            more = f" and {_number(others)} more" if others > 0 else ""
            yield f"Taken before it: {named}{more}."

    def _stopped_at(self) -> str:
        return next(s.project for s in self.outcome.steps if s.verdict is Verdict.TOO_DEAR)

    def _tie(self) -> Iterator[str]:
        step = self.step
        if step.tie_broken_by is None:
            return
        lot = f" (its lot: {step.draw[:8]}…)" if step.draw else ""
        decided = BROKEN_BY[step.tie_broken_by]
        yield f"It was tied with {tied(step)}; what decided: {decided}{lot}."


def explain(file: PbFile, outcome: Outcome, project: str) -> Explained:
    """The explanation of one project; KeyError where the file has none of this id."""
    step = outcome.step_of(project)
    names = names_of(file)
    return Explained(
        outcome=outcome,
        step=step,
        place=outcome.steps.index(step) + 1,
        name=names[project],
        currency=file.currency,
        names=names,
    )


def _number(number: int) -> str:
    return f"{number:,}".replace(",", " ")
