"""Most votes and Equal Shares on one file, side by side: winners, money, and what voters get."""

from dataclasses import dataclass
from typing import Any, Self, TextIO

from app.counting.compare import OutcomesCompared, compare
from app.counting.outcome import Outcome
from app.counting.pb_file import PbFile
from app.counting.printed import aligned, money, names_of, say


@dataclass(frozen=True, slots=True)
class TwoRules:
    """Both outcomes, and for how many voters which is better (Equal Shares is the first there)."""

    file: PbFile
    by_votes: Outcome
    by_shares: Outcome
    compared: OutcomesCompared

    @classmethod
    def of(cls, file: PbFile, by_votes: Outcome, by_shares: Outcome) -> Self:
        """Two outcomes of this file."""
        return cls(file, by_votes, by_shares, compare(by_shares, by_votes, file.election()))

    def account(self) -> dict[str, Any]:
        """What `asar compare --json` prints."""
        compared, budget = self.compared, self.by_votes.budget
        return {
            "budget": self.by_votes.amount(budget),
            "currency": self.file.currency,
            "voters": compared.voters,
            "most_votes": self._side(self.by_votes),
            "equal_shares": {
                **self._side(self.by_shares),
                "shares": self.by_shares.account()["shares"],
            },
            "both": self._both,
            "only_most_votes": self._only(self.by_votes, self.by_shares),
            "only_equal_shares": self._only(self.by_shares, self.by_votes),
            "nothing_under_both": compared.nothing_both,
            **{
                key: {
                    "more_under_most_votes": preferred.second,
                    "more_under_equal_shares": preferred.first,
                    "equal": preferred.same,
                }
                for key, preferred in (
                    ("by_number", compared.by_number),
                    ("by_cost", compared.by_cost),
                )
            },
        }

    def print(self, out: TextIO) -> None:
        """The same as text."""
        first, second = self.by_votes, self.by_shares
        say(f"budget:  {money(first, first.budget)} {self.file.currency}", to=out)
        say(f"ballots: {self.compared.voters}", to=out)
        say("", to=out)
        rows = [
            (
                name,
                str(len(outcome.selected)),
                money(outcome, outcome.total_cost),
                str(self._nothing(outcome)),
                self._chosen(outcome),
            )
            for name, outcome in (("most votes", first), ("equal shares", second))
        ]
        head = ("", "winners", "cost", "voters with nothing", "chosen that won, on average")
        for line in aligned(head, rows):
            say(line, to=out)
        say("", to=out)
        preferred = self.compared.by_number
        for words, people in (
            ("more of their choices won under most votes:", preferred.second),
            ("more of their choices won under equal shares:", preferred.first),
            ("as many under both:", preferred.same),
        ):
            say(f"{words:<46}{people}", to=out)
        say("", to=out)
        say(f"win under both: {', '.join(self._both) or '-'}", to=out)
        self._print_only("only under most votes", first, second, out)
        self._print_only("only under equal shares", second, first, out)

    def _print_only(self, title: str, outcome: Outcome, other: Outcome, out: TextIO) -> None:
        only, names = self._only(outcome, other), names_of(self.file)
        say(f"{title}:{'' if only else ' -'}", to=out)
        steps = [outcome.step_of(project) for project in only]
        rows = [
            ("", s.project, str(s.votes), money(outcome, s.cost), names[s.project]) for s in steps
        ]
        if rows:
            for line in aligned(("", "project", outcome.measure, "cost", "name"), rows):
                say(line, to=out)

    def _side(self, outcome: Outcome) -> dict[str, Any]:
        return {
            "selected": list(outcome.selected),
            "total_cost": outcome.amount(outcome.total_cost),
            "nothing": self._nothing(outcome),
            "chosen_won": self._chosen(outcome),
        }

    def _nothing(self, outcome: Outcome) -> int:
        compared = self.compared
        return compared.nothing_first if outcome is self.by_shares else compared.nothing_second

    def _chosen(self, outcome: Outcome) -> str:
        """How many of their choices a voter gets on average, two digits."""
        compared = self.compared
        won = compared.chosen_first if outcome is self.by_shares else compared.chosen_second
        return f"{won / (compared.voters or 1):.2f}"

    @property
    def _both(self) -> list[str]:
        return sorted({*self.by_votes.selected} & {*self.by_shares.selected})

    @staticmethod
    def _only(one: Outcome, other: Outcome) -> list[str]:
        return sorted({*one.selected} - {*other.selected})
