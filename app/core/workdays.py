"""Working days, and the clocks that run in them.

The days off are data (`DayOff`), since holidays and moved days are set anew each year. A term
that ends on a day off moves to the next working day (APPC article 76).
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Saturdays and Sundays are off, save moved ones; holidays are off besides."""

    off: Collection[date] = field(default_factory=frozenset)
    moved: Collection[date] = field(default_factory=frozenset)

    def works(self, day: date) -> bool:
        """Whether offices work on this day."""
        if day in self.moved:
            return True
        return day.weekday() < 5 and day not in self.off

    def after(self, day: date, working_days: int) -> date:
        """The day on which a term of so many working days, begun on `day`, runs out."""
        while working_days > 0:
            day += timedelta(days=1)
            if self.works(day):
                working_days -= 1
        return self.on_or_after(day)

    def on_or_after(self, day: date) -> date:
        """This day if offices work, else the next on which they do."""
        while not self.works(day):
            day += timedelta(days=1)
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; 0 when `end` is not later."""
        return sum(self.works(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


class TermState(StrEnum):
    """How an answer stands against its term."""

    RUNNING = "running"
    EXTENDED = "extended"
    OVERDUE = "overdue"
    WAITING = "waiting"  # for the resident: the term stands still
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Term:
    """One clock: by when an office owes an answer, and how that stands today."""

    state: TermState
    due: date
    days: int  # working days left when running or extended, late when overdue


def term_state(
    *,
    due: date,
    extended_until: date | None,
    waiting: bool,
    answered: bool,
    today: date,
    calendar: WorkCalendar,
) -> Term:
    """How a term stands on `today`."""
    last = extended_until or due
    if answered:
        return Term(TermState.ANSWERED, last, 0)
    if waiting:
        return Term(TermState.WAITING, last, 0)
    if today > last:
        return Term(TermState.OVERDUE, last, calendar.between(last, today))
    state = TermState.EXTENDED if extended_until else TermState.RUNNING
    return Term(state, last, calendar.between(today, last))
