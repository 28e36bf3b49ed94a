"""Writing into the record."""

import json
from datetime import date, datetime
from hashlib import sha256
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
    before: object = None,
    after: object = None,
    **facts: object,
) -> Entry:
    """Writes one entry in the caller's transaction. Dates become ISO text.

    `before` and `after` are the thing as it stood and as it stands, in plain values: the record
    keeps their digests, so that anyone who has the thing can prove which one it was.
    """
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
        before_sha256=digest(before),
        after_sha256=digest(after),
        facts={name: _plain(value) for name, value in facts.items() if value is not None},
    )
    session.add(entry)
    session.flush()
    return entry


def digest(thing: object) -> str | None:
    """SHA-256 of the canonical JSON: keys sorted, no spaces, UTF-8; nothing of nothing."""
    if thing is None:
        return None
    text = json.dumps(
        thing, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain
    )
    return sha256(text.encode()).hexdigest()


def _plain(value: object) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value
