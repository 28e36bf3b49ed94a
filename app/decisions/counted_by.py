"""Counting by a round's own frozen rules: the pure count gets what they say, and nothing else."""

from collections.abc import Iterable, Sequence
from typing import Any

from app.counting import equal_shares, most_votes
from app.counting.commission import Commission
from app.counting.election import Election
from app.counting.outcome import Outcome
from app.decisions.ballot_file import Counted, Line
from app.rounds.counting_rules import COMPLETIONS
from app.rounds.models import CountingRule, Round, Ties


def election_of(
    of: Round, lines: Sequence[Line], ballots: Iterable[Counted], *, seed: str
) -> Election:
    """What is counted: the frozen list and the ballots, with rivals and guaranteed parts."""
    said: dict[str, Any] = (of.rules or {}).get("counting", {})
    parts: dict[str, int] = said.get("guarantee", {}).get("parts", {})
    return Election(
        budget=of.envelope,
        projects=tuple(line.project for line in lines),
        ballots=tuple((frozenset(map(str, chosen)), times) for chosen, times in ballots),
        threshold=of.threshold,
        seed=seed,
        decimals=of.minor_digits,
        exclusions=tuple(frozenset(map(str, group)) for group in said.get("rivals", ())),
        guarantees=tuple(parts.items()),
    )


def count_by(of: Round, election: Election, *, decided: Sequence[Sequence[str]] = ()) -> Outcome:
    """Count by the round's rule. `decided`: what its commission put on the record so far.

    Raises `counting.commission.Undecided` where equal projects wait for the commission.
    """
    commission = None
    if of.ties == Ties.COMMISSION:
        commission = Commission(tuple(tuple(order) for order in decided))
    if of.counting_rule == CountingRule.EQUAL_SHARES:
        return equal_shares.count(
            election,
            utility="number" if of.utility == "number" else "cost",
            completion=COMPLETIONS[of.completion],
            commission=commission,
        )
    return most_votes.count(election, commission=commission)


def count_by_the_other(of: Round, election: Election) -> Outcome:
    """What the other rule would have chosen in its usual way: a comparison that decides nothing.

    Equal projects are told apart by the draw; a guaranteed part has no place in Equal Shares.
    """
    if of.counting_rule == CountingRule.EQUAL_SHARES:
        return most_votes.count(election)
    plain = Election(
        budget=election.budget,
        projects=election.projects,
        ballots=election.ballots,
        threshold=election.threshold,
        seed=election.seed,
        decimals=election.decimals,
        exclusions=election.exclusions,
    )
    return equal_shares.count(plain)
