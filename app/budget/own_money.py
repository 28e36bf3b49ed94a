"""What the district's own revenue paid for. Pure: whole tenge.

Money has no colour: no paper says which tenge paid for what. One rule, the plainest that is true:
money marked for a project goes to that project first; all other money is mixed, and every line of
spending holds the same part of own money as the whole mix does, and so does what is not spent.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.budget.models import Side
from app.budget.sums import Line, figures


@dataclass(frozen=True, slots=True)
class Paid:
    """A line of spending and how much of it came out of own money."""

    line: Line
    own: int


@dataclass(frozen=True, slots=True)
class OwnMoney:
    """Own revenue, where it came from and where it went: `own` is `sources` added, and `paid` and
    `left` added."""

    own: int
    sources: tuple[Line, ...]
    paid: tuple[Paid, ...]
    left: int  # own money that these lines do not spend


def own_money(lines: Sequence[Line], own_parts: Collection[str]) -> OwnMoney | None:
    """Own revenue laid beside the spending; None where either is not known by its lines."""
    whole = figures(lines, own_parts)
    spent = [line for line in lines if line.side == Side.SPENDING]
    if whole.own is None or whole.receipts is None or not spent:
        return None
    sources = tuple(line for line in lines if line.side == Side.RECEIPT and line.part in own_parts)
    others = [line for line in lines if line.side == Side.RECEIPT and line.part not in own_parts]
    rest = [line.amount for line in spent]
    _mark(others, spent, rest)
    marked = _mark(sources, spent, rest)
    own_left = whole.own - sum(marked)
    # The mix: what is left of all receipts, and balances or loans that cover a deficit.
    gone = sum(line.amount for line in spent) - sum(rest)
    mix = whole.receipts - gone + max(whole.financing, 0)
    unspent = max(mix - sum(rest), 0)
    *shares, left = in_proportion(own_left, [*rest, unspent])
    return OwnMoney(
        own=whole.own,
        sources=sources,
        paid=tuple(
            Paid(line, first + share)
            for line, first, share in zip(spent, marked, shares, strict=True)
        ),
        left=left,
    )


def _mark(receipts: Sequence[Line], spent: Sequence[Line], rest: list[int]) -> list[int]:
    """Lays money marked for a project onto that project's lines; lessens `rest` by it."""
    laid = [0] * len(spent)
    for receipt in receipts:
        amount = receipt.amount
        for at, line in enumerate(spent):
            if receipt.proposal_id and line.proposal_id == receipt.proposal_id:
                part = min(amount, rest[at])
                laid[at], rest[at], amount = laid[at] + part, rest[at] - part, amount - part
    return laid


def in_proportion(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` in whole tenge over `weights`, the largest remainders first: the parts add up to it.

    Where all weights are 0 the last one takes everything.
    """
    together = sum(weights)
    if together == 0:
        return [0] * (len(weights) - 1) + [amount]
    parts = [amount * weight // together for weight in weights]
    remainders = [amount * weight % together for weight in weights]
    order = sorted(range(len(weights)), key=lambda at: (-remainders[at], at))
    for at in order[: amount - sum(parts)]:
        parts[at] += 1
    return parts
