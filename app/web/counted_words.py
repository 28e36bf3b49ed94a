"""How a round is counted, in short: for the ballot and for what stands on it."""

from collections.abc import Iterable, Mapping

from app.rounds.models import CountingRule, Round, Ties
from app.web.visit import Visit
from app.words.catalogue import N_, translations


def counted_in_short(visit: Visit, of: Round) -> tuple[str, ...]:
    """A few sentences; the rules page has them all."""
    say = translations(visit.lang).gettext
    said = []
    if of.counting_rule == CountingRule.EQUAL_SHARES:
        said.append(
            say(
                N_(
                    "By Equal Shares: every ballot has an equal share of the money, and those who "
                    "chose a project pay for it together."
                )
            )
        )
        said.append(
            say(
                N_(
                    "Whoever chooses only one project may leave most of their share unused: it is "
                    "wise to choose several."
                )
            )
        )
    else:
        said.append(
            say(N_("By most votes: from the most votes down, whatever still fits into the money."))
        )
    if of.guarantee_percent:
        said.append(
            say(N_("First %(n)s percent of the money are kept for each settlement's projects."))
            % {"n": of.guarantee_percent}
        )
    said.append(
        say(N_("Equal projects: the cheaper one first, then the commission decides."))
        if of.ties == Ties.COMMISSION
        else say(N_("Equal projects: the cheaper one first, then the draw decides."))
    )
    if of.compare_rules:
        said.append(say(N_("What the other rule would have chosen is shown as a comparison only.")))
    return tuple(said)


def rivals_by_number(of: Round) -> Mapping[int, tuple[int, ...]]:
    """Of each project of a group in the frozen list, the others; by numbers on the ballot."""
    groups: Iterable[list[int]] = (of.rules or {}).get("counting", {}).get("rivals", ())
    return {
        number: tuple(other for other in group if other != number)
        for group in groups
        for number in group
    }


def rivals_in_words(lang: str, others: Iterable[str]) -> str:
    """That of this project and these others at most one is taken; nothing without others."""
    named = "; ".join(others)
    if not named:
        return ""
    words = translations(lang).gettext(
        N_("Of this project and these at most one is taken: %(them)s")
    )
    return words % {"them": named}


def beside_price(*said: str) -> str:
    """What stands under a price, sentence after sentence."""
    return " ".join(f"{one.rstrip('.')}." for one in said if one)
