"""What the form of a round says about ballot and count: the choices, and which one recommends.

Three sentences each: what it does, what is recommended, and why. The figures are of 936 real
elections by approval ballots that are published in Pabulib, counted again by every rule.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.rounds.models import BallotMethod, Completion, CountingRule, Ties, Utility
from app.web.counting_view import Told, note_words
from app.words import phrases

Options = tuple[tuple[str, str, str], ...]  # value, words, what it does and why
CHOICES = {
    "method": BallotMethod,
    "counting_rule": CountingRule,
    "utility": Utility,
    "completion": Completion,
    "ties": Ties,
}
USUAL: Mapping[str, object] = {
    "method": BallotMethod.APPROVAL,
    "counting_rule": CountingRule.MOST_VOTES,
    "utility": Utility.COST,
    "completion": Completion.ADD1U,
    "ties": Ties.DRAW,
    "guarantee_percent": 0,
}
LIMITS = ("most_choices", "nudge_choices", "threshold", "price_cap", "guarantee_percent")


@dataclass(frozen=True, slots=True)
class CountingForm:
    """What stands in the form's part about the count."""

    options: Mapping[str, Options]
    advice: Mapping[str, str]  # of a limit: what it does, what is recommended and why
    notes: tuple[str, ...]  # what is true of what the form says now


def counting_form(typed: Mapping[str, str], lang: str) -> CountingForm:
    """The choices in words, and the plain warnings about those that are made."""
    return CountingForm(
        options={
            name: tuple(
                (
                    str(value),
                    _capital(phrases.label(f"{name}.{value}", lang)),
                    phrases.label(f"advice.{name}.{value}", lang),
                )
                for value in values
            )
            for name, values in CHOICES.items()
        },
        advice={name: phrases.label(f"advice.{name}", lang) for name in (*LIMITS, "compare_rules")},
        notes=note_words(_told(typed), lang),
    )


def _told(typed: Mapping[str, str]) -> Told:
    def one_of(name: str) -> str:
        value = typed.get(name, "")
        return value if value in set(CHOICES[name]) else str(USUAL[name])

    most = typed.get("most_choices", "")
    return Told(
        method=one_of("method"),
        most_choices=int(most) if most in map(str, range(1, 21)) else 5,
        threshold=1,
        counting_rule=one_of("counting_rule"),
        utility=one_of("utility"),
        completion=one_of("completion"),
        guarantee_percent=0,
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
