"""Holds an Equal Shares outcome against its own account, and knows nothing of how it was found.

From the account it takes the share, the order and the prices; from the election who chose what.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from app.counting.election import Election
from app.counting.outcome import Outcome, Purse, Verdict


def check(
    election: Election,
    outcome: Outcome,
    points: Sequence[tuple[Mapping[str, int], int]] | None = None,
) -> None:
    """Raises AssertionError where the account does not hold together."""
    shares = outcome.shares
    assert shares is not None
    kinds = points or [(dict.fromkeys(b, 1), times) for b, times in election.ballots if b]
    costs = {p.id: p.cost for p in election.projects}
    rivals = {p: {r for g in election.exclusions if p in g for r in g} - {p} for p in costs}

    # Everybody begins with the same: the first share and whole steps on top of it.
    voters = sum(times for _, times in kinds)
    assert shares.ballots == voters
    assert shares.first == (Fraction(election.budget, voters) if voters else 0)
    step = 0 if shares.completion == "none" else shares.step_money
    if step is None:
        assert shares.step_share is not None
        step = shares.first * shares.step_share
    assert shares.share == shares.first + shares.increases * step

    money = [shares.share for _ in kinds]
    taken: set[str] = set()
    for turn, bought in enumerate(outcome.turns, start=1):
        backing = bought.backing
        assert backing is not None
        assert backing.turn == turn
        price = backing.price
        assert price is not None
        had = paid = Fraction(0)
        people = full = 0
        for kind, (ballot, times) in enumerate(kinds):
            given = ballot.get(bought.project, 0)
            if given <= 0:
                continue
            pays = min(money[kind], price * given)  # the price, or all they have
            had += money[kind] * times
            paid += pays * times
            people += times
            full += times * (pays == price * given)
            money[kind] -= pays
            assert money[kind] >= 0
        # The price is paid in full, to the last fraction, by supporters only; at least one of them
        # pays the full price, so that nobody could pay less.
        assert paid == bought.cost == costs[bought.project]
        assert full >= 1
        assert backing.had == had // 1
        assert sum(n for n, _ in backing.payers) == people
        assert backing.payers[0][0] == full
        assert sum(sum_ for _, sum_ in backing.payers) == bought.cost
        assert not rivals[bought.project] & taken
        taken.add(bought.project)

    # After the last turn nothing more can be afforded that has not left the count.
    total = sum(costs[p] for p in taken)
    assert total <= election.budget
    assert sum((m * t for m, (_, t) in zip(money, kinds, strict=True)), Fraction(0)) == (
        shares.share * voters - total
    )
    for step_of in outcome.steps:
        project = step_of.project
        if project in taken or step_of.backing is None:
            continue
        had = sum(
            (m * t for m, (b, t) in zip(money, kinds, strict=True) if b.get(project, 0) > 0),
            Fraction(0),
        )
        if rivals[project] & taken:
            continue
        assert had < costs[project], f"{project} could still be bought"
        backing = step_of.backing
        assert backing.turn is None
        assert backing.short_after is not None
        assert had <= backing.had + 1
        assert backing.had < costs[project]
        # Who took the money: bought by then, and not more than the supporters ever had.
        earlier = {s.project for s in outcome.turns[: backing.short_after]}
        assert {taker for taker, _ in backing.takers} <= earlier

    # Then, where asked, down the list of votes.
    filled = [s for s in outcome.steps if s.paid_from is Purse.REMAINDER]
    assert not filled or shares.completion == "add1u"
    assert [s.votes for s in filled] == sorted((s.votes for s in filled), reverse=True)
    funded = {s.project for s in outcome.steps if s.verdict is Verdict.FUNDED}
    assert funded == taken | {s.project for s in filled} == set(outcome.selected)
    assert not any(rivals[p] & funded for p in funded)
    assert sum(costs[p] for p in funded) == outcome.total_cost <= election.budget
    left = election.budget - outcome.total_cost
    for step_of in outcome.steps:
        if step_of.verdict is Verdict.TOO_DEAR and shares.completion == "add1u":
            assert costs[step_of.project] > left
