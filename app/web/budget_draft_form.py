"""The sums of a draft as they are typed: fields named by column and line, and what came of them.

`amount-3` is the sum of line 3, `stated-receipt:tax` a total that the paper states, `line-3` says
what line 3 was when the page was made. Lines that were not on the page stay as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from app.budget.classification import Classification
from app.budget.models import PLAN, Level, Side
from app.budget.rules import MOST_LINES
from app.budget.sums import BALANCE, Line
from app.core.money import read_sum, write_sum
from app.core.refusal import Refusal
from app.web.forms import Posted

UNITS = (1, 1000)
PLAN_COLUMNS = ("amount", "amount_1", "amount_2")
MONTH_COLUMNS = ("amount", "planned")
STATED = "stated-"
MAY_BE_BELOW_ZERO = (Side.FINANCING, BALANCE)


class SumAt(Protocol):
    """Reads a field's sum; notes what is wrong with it."""

    def __call__(self, name: str, *, signed: bool) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, and what it comes to where nothing is wrong with it."""

    typed: Mapping[str, str]
    problems: tuple[Refusal, ...]
    lines: tuple[Line, ...]
    stated: Mapping[str, int]
    added: bool = False


def columns(month: int) -> tuple[str, ...]:
    """The sums of a line: a plan's three years, or what was done and what was planned."""
    return PLAN_COLUMNS if month == PLAN else MONTH_COLUMNS


def unit_of(typed: str) -> int:
    """1: tenge; 1000: thousands."""
    return 1000 if typed == "1000" else 1


def opening(
    lines: Sequence[Line], stated: Mapping[str, int], *, month: int, unit: int
) -> dict[str, str]:
    """A draft as the form's fields. A line without a sum opens empty."""
    typed = {}
    for place, line in enumerate(lines, start=1):
        for column in columns(month):
            amount = getattr(line, column)
            shown = amount if column != "amount" else amount or None
            typed[f"{column}-{place}"] = "" if shown is None else write_sum(shown, unit=unit)
    for key, amount in stated.items():
        typed[f"{STATED}{key}"] = write_sum(amount, unit=unit)
    return typed


def read(
    posted: Posted,
    lines: Sequence[Line],
    stated: Mapping[str, int],
    *,
    month: int,
    entries: Classification,
) -> Typed:
    """The lines and totals as typed. What is wrong is said at its field."""
    unit = unit_of(posted.text("unit"))
    problems: list[Refusal] = []

    def sum_at(name: str, *, signed: bool) -> int | None:
        text = posted.text(name)
        if not text:
            return None
        try:
            return read_sum(text, unit=unit, signed=signed)
        except Refusal as why:
            problems.append(why.at(name))
            return None

    found = []
    for place, line in enumerate(lines, start=1):
        if not posted.text(f"line-{place}"):
            found.append(line)
            continue
        amounts = {
            column: sum_at(f"{column}-{place}", signed=line.side == Side.FINANCING)
            for column in columns(month)
        }
        found.append(
            replace(line, **{**amounts, "amount": amounts["amount"] or 0})  # type: ignore[arg-type]
        )
    new, added = _added(posted, month, entries, problems, sum_at)
    if added is not None:
        found = insert(found, added)
        if len(found) > MOST_LINES:
            problems.append(Refusal("budget.many_lines", field="new_key", most=MOST_LINES))
    totals = dict(stated)
    for name in posted.many:
        key = name.removeprefix(STATED)
        if name == key or not _is_total(key, entries):
            continue
        amount = sum_at(name, signed=key.partition(":")[0] in MAY_BE_BELOW_ZERO)
        if amount is None:
            totals.pop(key, None)
        else:
            totals[key] = amount
    typed = {name: values[0] for name, values in posted.many.items() if values}
    return Typed(typed, tuple(problems), tuple(found), totals, new)


def _added(
    posted: Posted,
    month: int,
    entries: Classification,
    problems: list[Refusal],
    sum_at: SumAt,
) -> tuple[bool, Line | None]:
    """The line of the last row of the form, where one was filled in."""
    key = posted.text("new_key")
    if not key:
        if any(posted.text(f"new_{column}") for column in columns(month)):
            problems.append(Refusal("form.missing", field="new_key"))
        return False, None
    line = line_of(key, entries)
    if line is None:
        problems.append(Refusal("form.choice", field="new_key"))
        return False, None
    signed = line.side == Side.FINANCING
    amounts = {one: sum_at(f"new_{one}", signed=signed) for one in columns(month)}
    amounts["amount"] = amounts["amount"] or 0
    return True, replace(line, **amounts)  # type: ignore[arg-type]


def line_of(key: str, entries: Classification) -> Line | None:
    """A line without sums for `receipt:tax` or `receipt:tax:fines`, where the year knows it."""
    side, _, rest = key.partition(":")
    part, _, article = rest.partition(":")
    for one in entries.entries:
        wanted = (part, Level.PART) if not article else (article, Level.ARTICLE)
        if (one.side, one.key, one.level) == (side, *wanted) and one.part == part:
            return Line(side, 0, part, article, code=one.code)
    return None


def insert(lines: Sequence[Line], line: Line) -> list[Line]:
    """The lines with one more: after its article, else its part, else its side."""
    for depth in ("key", "part", "side"):
        places = [
            at
            for at, one in enumerate(lines)
            if one.side == line.side and getattr(one, depth) == getattr(line, depth)
        ]
        if places:
            return [*lines[: places[-1] + 1], line, *lines[places[-1] + 1 :]]
    later = [at for at, one in enumerate(lines) if _place(one.side) > _place(line.side)]
    at = later[0] if later else len(lines)
    return [*lines[:at], line, *lines[at:]]


def _place(side: str) -> int:
    return list(Side).index(Side(side))


def _is_total(key: str, entries: Classification) -> bool:
    return key == BALANCE or key in set(Side) or line_of(key, entries) is not None


def stale_lines(posted: Posted, entries: Classification) -> tuple[tuple[int, Line], ...]:
    """The lines, by place, that the page had when it was made: to show what was typed on it."""
    found = []
    for place in range(1, MOST_LINES + 1):
        if key := posted.text(f"line-{place}"):
            found.append((place, line_of(key, entries) or Line(Side.SPENDING, 0)))
    return tuple(found)
