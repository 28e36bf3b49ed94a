"""A month alone becomes the sum since January: the month before it is added. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.budget.models import Side
from app.budget.sums import BALANCE, Line, totals


def with_before(lines: Sequence[Line], before: Sequence[Line]) -> tuple[Line, ...]:
    """The lines of a month and those up to the month before, as one; the new paper's order.

    Lines are one where their key and their own words are. A paper without financing does not say
    what covers the time since January: what covered the months before is then left out.
    """
    financed = any(line.side == Side.FINANCING for line in lines)
    before = [line for line in before if financed or line.side != Side.FINANCING]
    old: dict[tuple[str, str, str], Line] = {}
    for line in before:
        name = (line.key, line.name_kk, line.name_ru)
        old[name] = _added(line, old.get(name))
    found: list[Line] = []
    for line in lines:
        found.append(_added(line, old.pop((line.key, line.name_kk, line.name_ru), None)))
    return (*found, *old.values())


def stated_with_before(stated: Mapping[str, int], before: Sequence[Line]) -> dict[str, int]:
    """The totals that the paper states, with what was there before."""
    found = totals(before)
    if BALANCE not in found:
        found[BALANCE] = found.get("receipt", 0) - found.get("spending", 0)
    return {key: amount + found.get(key, 0) for key, amount in stated.items()}


def _added(line: Line, other: Line | None) -> Line:
    if other is None:
        return line
    planned = None
    if line.planned is not None and other.planned is not None:
        planned = line.planned + other.planned
    return replace(line, amount=line.amount + other.amount, planned=planned)
