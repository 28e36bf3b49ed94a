"""What the whole installation may do in a day, counted in the database: right with many workers."""

from datetime import date

from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Session, select

from app.people.models import Tally

MESSAGES = "messages"  # to numbers that somebody is on: each costs money
NOWHERE = "messages-nowhere"  # asked for with other numbers: cost nothing, tell of a guesser


def used(session: Session, *, name: str, day: date) -> int:
    """How much of a day's budget is gone."""
    return (
        session.exec(select(Tally.count).where(Tally.name == name, Tally.day == day)).first() or 0
    )


def use_one(session: Session, *, name: str, day: date) -> int:
    """Counts one more; returns how many that makes."""
    make = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    table = Tally.__table__  # type: ignore[attr-defined]
    return int(
        session.execute(
            make(table)
            .values(name=name, day=day, count=1)
            .on_conflict_do_update(
                index_elements=["name", "day"], set_={"count": table.c["count"] + 1}
            )
            .returning(table.c["count"])
        ).scalar_one()
    )
