"""Writing into the record."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Session, func, select

from app.core.ids import new_id
from app.ledger.models import Entry


def record(
    session: Session,
    *,
    district_id: str,
    subject: str,
    kind: str,
    at: datetime,
    office: str,
    by_name: str = "",
    round_id: str | None = None,
    **facts: object,
) -> Entry:
    """Writes one entry in the caller's transaction. Dates become ISO text."""
    last = session.exec(select(func.max(Entry.number)).where(Entry.subject == subject)).one()
    entry = Entry(
        id=new_id(),
        district_id=district_id,
        round_id=round_id,
        subject=subject,
        number=(last or 0) + 1,
        kind=kind,
        at=at,
        office=office,
        by_name=by_name,
        facts={name: _plain(value) for name, value in facts.items() if value is not None},
    )
    session.add(entry)
    session.flush()
    return entry


def _plain(value: object) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value
