"""Numbers by settlement, with those too small to publish hidden. Pure.

The total is public, so a number is not hidden by leaving it out alone: what is left out must not
follow from the rest (statistical offices call it complementary suppression).
"""

from collections.abc import Mapping

LEAST = 20  # people in a settlement whose number may be told


def hidden_small(counts: Mapping[str, int], *, least: int = LEAST) -> dict[str, int | None]:
    """The counts, with None for each that is hidden.

    Hidden are those below `least`, and so many of the next smallest that the hidden ones together
    are not fewer than `least`, and that of each of them more than one number stays possible for
    somebody who knows the total, this rule, and which settlements are small.
    """
    ordered = sorted(counts, key=lambda name: (counts[name], name))
    small = sum(count < least for count in counts.values())
    hidden = small
    while 0 < hidden < len(ordered) and not _safe([counts[one] for one in ordered], hidden, least):
        hidden += 1
    kept = set(ordered[hidden:])
    return {name: counts[name] if name in kept else None for name in counts}


def _safe(numbers: list[int], hidden: int, least: int) -> bool:
    """Whether the first so many, of numbers in ascending order, do not follow from the rest."""
    together, most = sum(numbers[:hidden]), numbers[hidden]
    low = [0 if one < least else least for one in numbers[:hidden]]
    high = [least - 1 if one < least else most for one in numbers[:hidden]]
    return together >= least and all(
        max(low[at], together - sum(high) + high[at]) < min(high[at], together - sum(low) + low[at])
        for at in range(hidden)
    )
