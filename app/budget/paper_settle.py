"""Which rows of a paper's tree become lines, and whether what is told twice agrees. Pure."""

from collections.abc import Sequence

from app.budget.models import Level, Side
from app.budget.paper_columns import SUMS
from app.budget.paper_matching import Taken, key_of
from app.budget.paper_tree import Node
from app.core.refusal import Refusal


def settle(roots: Sequence[Node], rounded: bool) -> list[Node]:
    """Which rows become lines; marks every row. `rounded`: sums had tiyn."""
    lines: list[Node] = []
    for node in roots:
        lines += _settle(node, rounded)
    return lines


def _settle(node: Node, rounded: bool) -> list[Node]:
    if node.has_sum:  # rows of a form that nobody filled in divide nothing
        node.children = [
            one for one in node.children if one.has_sum or any(deep.has_sum for deep in one.below())
        ]
    deeper = {one.target.key for one in node.below() if one.target is not None}
    article = node.target is not None and (
        node.target.level == Level.ARTICLE or node.side == Side.FINANCING or node.chosen
    )
    unknown = node.side == Side.SPENDING and node.target is None and node.depth >= 3 and not deeper
    mine = node.target.key if node.target is not None else ""
    if (article and deeper <= {mine}) or unknown or not node.children:
        for one in node.below():
            one.taken = Taken.DETAIL
        _check(node, rounded)
        return [_as_line(node)]
    lines = [line for one in node.children for line in _settle(one, rounded)]
    if node.target is not None and node.target.level == Level.PART:
        node.key, node.taken = key_of(node.target), Taken.TOTAL if node.sums else Taken.DETAIL
    else:
        node.taken = Taken.DETAIL
        _check(node, rounded)
    return lines


def _as_line(node: Node) -> Node:
    if node.target is not None:
        node.key = key_of(node.target)
    elif node.side == Side.RECEIPT and node.part:
        node.key = f"{node.side}:{node.part}"
    if not node.has_sum:
        node.taken = Taken.NOTHING
    else:
        node.taken = Taken.LINE if node.key else Taken.UNKNOWN
    return node


def _check(node: Node, rounded: bool) -> None:
    """Whether the rows under a sum come to it."""
    for role in SUMS:
        told = node.sums.get(role)
        below = [one.sums[role] for one in node.children if role in one.sums]
        if told is None or not below:
            continue
        found = sum(below)
        if abs(found - told) > (len(below) if rounded else 0) and node.why is None:
            node.why = Refusal(
                "budget_papers.subtotal", row=node.number, stated_tenge=told, found_tenge=found
            )
