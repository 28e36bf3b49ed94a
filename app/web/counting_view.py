"""How a round is voted and counted, in plain words: for the rules page, its print and the ballot.

Everything comes from the canonical rules alone, so that a frozen page says what was frozen.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.counting.combinations import notes
from app.places.models import Settlement
from app.rounds.counting_rules import Counts, combination
from app.rounds.models import CountingRule, Ties
from app.web.visit import Visit
from app.words import phrases
from app.words.catalogue import N_, translations


@dataclass(frozen=True, slots=True)
class Part:
    """What is kept for a settlement first."""

    place: str
    sum: str


@dataclass(frozen=True, slots=True)
class RivalGroup:
    """Projects of which at most one is taken."""

    projects: tuple[str, ...]  # "№ 3. Title"


@dataclass(frozen=True, slots=True)
class CountingView:
    """The rule of a round in words."""

    knapsack: bool
    most_cost: str
    rule: str  # its name
    shares: bool
    steps: tuple[str, ...]  # what the rule does, in order
    does_not: str
    completion: str  # how Equal Shares comes to its end; empty for most votes
    utility: str
    compared: str  # that the other rule is shown as a comparison; empty where it is not
    drawn: bool  # ties are drawn; else the commission decides
    percent: int
    parts: tuple[Part, ...]
    rivals: tuple[RivalGroup, ...]
    notes: tuple[str, ...]


def note_words(one: Counts, lang: str) -> tuple[str, ...]:
    """What is true of a way to count and not plain to see."""
    return tuple(phrases.label(f"count_note.{code}", lang) for code in notes(combination(one)))


@dataclass(frozen=True, slots=True)
class Told:
    """What the canonical rules say of the count, as the table of combinations asks for it."""

    method: str
    most_choices: int
    threshold: int
    counting_rule: str
    utility: str
    completion: str
    guarantee_percent: int


def told_by(rules: Mapping[str, Any]) -> Told:
    """The settings of the count in canonical rules."""
    ballot, counting = rules["ballot"], rules["counting"]
    shares: Mapping[str, str] = counting.get("equal_shares", {})
    return Told(
        method=ballot["method"],
        most_choices=ballot.get("most_choices", 0),
        threshold=counting["threshold"],
        counting_rule=counting["rule"],
        utility=shares.get("utility", "cost"),
        completion=shares.get("completion", "add1u"),
        guarantee_percent=counting.get("guarantee", {}).get("percent", 0),
    )


def counting_view(
    visit: Visit,
    rules: Mapping[str, Any],
    *,
    sum_of: Callable[[int], str],
    settlements: Sequence[Settlement],
    compared: bool,
) -> CountingView:
    """How these rules count."""
    lang = visit.lang
    say = translations(lang).gettext
    official = "kk" if lang == "kk" else "ru"
    told, counting = told_by(rules), rules["counting"]
    shares = told.counting_rule == CountingRule.EQUAL_SHARES
    titles = {row["number"]: row[f"title_{official}"] for row in rules["projects"]}
    places = {one.id: visit.in_lang(one, "name") for one in settlements}
    parts: Mapping[str, int] = counting.get("guarantee", {}).get("parts", {})
    most_cost = rules["ballot"].get("most_cost")
    return CountingView(
        knapsack=most_cost is not None,
        most_cost=sum_of(most_cost) if most_cost is not None else "",
        rule=phrases.label(f"counting_rule.{told.counting_rule}", lang),
        shares=shares,
        steps=tuple(say(words) for words in (SHARES if shares else ())),
        does_not=say(N_("It does nothing for ballots on which only one project is chosen."))
        if shares
        else "",
        completion=phrases.label(f"completion_does.{told.completion}", lang) if shares else "",
        utility=phrases.label(f"utility_does.{told.utility}", lang) if shares else "",
        compared=_compared(say, shares) if compared else "",
        drawn=str(Ties.COMMISSION) not in counting["ties"],
        percent=told.guarantee_percent,
        parts=tuple(Part(places.get(place, place), sum_of(part)) for place, part in parts.items()),
        rivals=tuple(
            RivalGroup(tuple(f"№ {number}. {titles.get(number, '')}" for number in group))
            for group in counting.get("rivals", ())
        ),
        notes=note_words(told, lang),
    )


SHARES = (
    N_("The money is divided into equal shares, one for every ballot."),
    N_(
        "Whoever chose a project pays for it together with the others who chose it, each the same; "
        "whoever has less left than that gives all they have."
    ),
    N_(
        "The project is taken first that costs its supporters the least for what it is worth. It "
        "is paid from their shares, and the next one is looked for."
    ),
)


def _compared(say: Callable[[str], str], shares: bool) -> str:
    if shares:
        return say(
            N_(
                "This rule is binding. Beside the result it is shown, as a comparison only, what "
                "most votes would have chosen."
            )
        )
    return say(
        N_(
            "This rule is binding. Beside the result it is shown, as a comparison only, what Equal "
            "Shares would have chosen; it decides nothing."
        )
    )
