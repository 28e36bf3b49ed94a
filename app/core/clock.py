"""What time it is, and the district's days.

All moments are UTC inside; people read them in Asia/Almaty, which is UTC+5 since 2024-03-01.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

ALMATY = ZoneInfo("Asia/Almaty")


class Clock(Protocol):
    """Anything that tells the moment, in UTC."""

    def now(self) -> datetime: ...

    def wall(self) -> datetime:
        """The moment outside: what a phone's authenticator counts by. A demo has its own days."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def wall(self) -> datetime:
        return datetime.now(UTC)


class ShiftedClock:
    """The machine's clock moved by a constant: a demo lives on its own day and runs on from it."""

    def __init__(self, shift: timedelta) -> None:
        self.shift = shift

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift

    def wall(self) -> datetime:
        return datetime.now(UTC)


def day_of(moment: datetime) -> date:
    """The calendar day in Kazakhstan at this moment."""
    return moment.astimezone(ALMATY).date()


def at(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """The moment of an hour of a day in Kazakhstan, as UTC."""
    return datetime.combine(day, time(hour, minute), ALMATY).astimezone(UTC)
