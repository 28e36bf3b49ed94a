"""What a paper changes against the one that holds. Pure: whole tenge."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.budget.models import Side
from app.budget.sums import BALANCE, Line, totals

COLUMNS = ("amount", "amount_1", "amount_2", "planned")
WHOLES = (Side.RECEIPT, Side.SPENDING, BALANCE, Side.FINANCING)


@dataclass(frozen=True, slots=True)
class Change:
    """A line, or a total, that is not what it was. None: it was not there, or is not any more."""

    key: str  # as in `sums`
    before: int | None
    now: int | None
    name_kk: str = ""  # where the line has words of its own
    name_ru: str = ""
    beside: bool = False  # what differs are the planned years, or what was planned for the time

    @property
    def by(self) -> int:
        """How much more (less: negative) it is now, in tenge."""
        return (self.now or 0) - (self.before or 0)


def changes(lines: Iterable[Line], held: Iterable[Line]) -> tuple[Change, ...]:
    """Line by line, in the new paper's order; what is gone comes last.

    Lines of one key and one name are one: a paper may divide a sum as it likes.
    """
    new, old = _added(lines), _added(held)
    found = []
    for name in (*new, *(one for one in old if one not in new)):
        now, before = new.get(name), old.get(name)
        if now == before:
            continue
        amounts = (before[0] if before else None, now[0] if now else None)
        found.append(Change(name[0], *amounts, name[1], name[2], beside=amounts[0] == amounts[1]))
    return tuple(found)


def whole_changes(lines: Iterable[Line], held: Iterable[Line]) -> tuple[Change, ...]:
    """Receipts, spending, balance and financing as they were and as they are, changed or not."""
    new, old = totals(lines), totals(held)
    return tuple(
        Change(key, old.get(key), new.get(key)) for key in WHOLES if key in new or key in old
    )


_Name = tuple[str, str, str, str, str]


def _added(lines: Iterable[Line]) -> dict[_Name, tuple[int | None, ...]]:
    found: dict[_Name, tuple[int | None, ...]] = {}
    for line in lines:
        name = (
            line.key,
            line.name_kk,
            line.name_ru,
            line.proposal_id or "",
            line.round_id or "",
        )
        amounts = tuple(getattr(line, column) for column in COLUMNS)
        before = found.get(name)
        found[name] = (
            amounts
            if before is None
            else tuple(
                one if other is None else other if one is None else one + other
                for one, other in zip(before, amounts, strict=True)
            )
        )
    return found
