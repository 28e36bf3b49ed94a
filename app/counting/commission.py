"""Ties that a district leaves to people: the count stops and names who is equal."""

from collections.abc import Iterable
from dataclasses import dataclass


class Undecided(Exception):
    """Projects that votes and cost leave equal, where their order matters; `tied` is sorted."""

    def __init__(self, tied: Iterable[str]) -> None:
        self.tied = tuple(sorted(tied))
        super().__init__(f"equal, and left to the commission: {', '.join(self.tied)}")


@dataclass(frozen=True, slots=True)
class Commission:
    """Takes the draw's place. `decided`: orders it has put on the record, each the first first.

    Lower cost and more votes are asked before it, as before the draw. It is asked only where the
    order of the equal ones can change who is taken. A count that needs an order which is not there
    raises `Undecided`; it is counted again with that order among `decided`, perhaps more than once.
    """

    decided: tuple[tuple[str, ...], ...] = ()

    def order(self, tied: Iterable[str]) -> list[str]:
        """The equal ones in the order that was decided; raises Undecided where none was."""
        equal = set(tied)
        for order in self.decided:
            if equal <= set(order):
                return [project for project in order if project in equal]
        raise Undecided(equal)
