"""Reading the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from app.ledger.models import Entry


def entries_about(session: Session, *, district_id: str, subject: str) -> Sequence[Entry]:
    """The entries about one thing, oldest first."""
    return session.exec(
        select(Entry)
        .where(Entry.district_id == district_id, Entry.subject == subject)
        .order_by(col(Entry.number))
    ).all()


def entries_of_round(session: Session, *, district_id: str, round_id: str) -> Sequence[Entry]:
    """The entries of a round, oldest first."""
    return session.exec(
        select(Entry)
        .where(Entry.district_id == district_id, Entry.round_id == round_id)
        .order_by(col(Entry.at), col(Entry.number))
    ).all()


@dataclass(frozen=True, slots=True)
class Sought:
    """Which acts of a district are asked for; nothing chosen means all."""

    office: str = ""
    about: str = ""  # the room of the act: the part of its kind before the dot
    round_id: str = ""
    since: datetime | None = None
    until: datetime | None = None  # the first moment after


def acts_of(
    session: Session, *, district_id: str, sought: Sought, first: int = 0, most: int | None = None
) -> Sequence[Entry]:
    """The acts of a district, the newest first: `most` of them from `first` on, or all."""
    query = _sought(select(Entry), district_id, sought).order_by(
        col(Entry.at).desc(), col(Entry.subject), col(Entry.number).desc()
    )
    if most is not None:
        query = query.offset(first).limit(most)
    found: Sequence[Entry] = session.exec(query).all()
    return found


def count_acts(session: Session, *, district_id: str, sought: Sought) -> int:
    """How many acts of a district are asked for."""
    return int(
        session.exec(_sought(select(func.count()).select_from(Entry), district_id, sought)).one()
    )


def _sought(query: Any, district_id: str, sought: Sought) -> Any:
    query = query.where(Entry.district_id == district_id)
    if sought.office:
        query = query.where(Entry.office == sought.office)
    if sought.about:
        query = query.where(col(Entry.kind).startswith(f"{sought.about}.", autoescape=True))
    if sought.round_id:
        query = query.where(Entry.round_id == sought.round_id)
    if sought.since is not None:
        query = query.where(Entry.at >= sought.since)
    if sought.until is not None:
        query = query.where(Entry.at < sought.until)
    return query
