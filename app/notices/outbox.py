"""The outbox: what waits to be sent, sealed; taken by one sender at a time, deleted when it went.

A message is claimed in a short transaction that puts its next try off; only then the network is
spoken to. Whoever dies meanwhile has lost nothing: the message comes up again, under the same id.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from app.core.ids import new_id
from app.core.keys import Keyring
from app.notices.models import Outbox

CODE = "code"  # a code somebody waits for: goes first
FIRST_WAIT = timedelta(seconds=30)  # doubles; longer than any gateway is given to answer
LONGEST_WAIT = timedelta(minutes=15)
_STEP = 256  # letters: what waits does not tell by its length what it is


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to be sent. `to` is empty where it goes nowhere."""

    id: str
    kind: str
    to: str
    code: str
    lang: str
    facts: Mapping[str, str | int]


def put(
    session: Session,
    *,
    keyring: Keyring,
    kind: str,
    to: str,
    code: str,
    lang: str,
    facts: Mapping[str, str | int],
    now: datetime,
    ends_at: datetime,
    letter_id: str = "",
) -> str:
    """Lays a message ready in the caller's transaction; returns its id.

    `to` is `+77…`, `code` the phrase that is worded with `facts` when it is sent.
    """
    letter_id = letter_id or new_id()
    content = json.dumps({"to": to, "code": code, "lang": lang, "facts": dict(facts)})
    content = content.ljust(-(-len(content) // _STEP) * _STEP)
    session.add(
        Outbox(
            id=letter_id,
            kind=kind,
            sealed=keyring.seal("outbox", letter_id, content),
            next_at=now,
            ends_at=ends_at,
        )
    )
    session.flush()
    return letter_id


def due(session: Session, *, now: datetime) -> bool:
    """Whether anything is to be sent now."""
    query = select(Outbox.id).where(Outbox.next_at <= now, Outbox.ends_at > now)
    return session.exec(query.limit(1)).first() is not None


def claim(session: Session, *, keyring: Keyring, now: datetime) -> Letter | None:
    """The next message that is due, codes first; its next try is put off. None when all is sent."""
    row = session.exec(
        select(Outbox)
        .where(Outbox.next_at <= now, Outbox.ends_at > now)
        .order_by((col(Outbox.kind) != CODE), col(Outbox.next_at), col(Outbox.id))
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        return None
    row.next_at = now + wait_after(row.tries)
    row.tries += 1
    session.add(row)
    session.flush()
    return _opened(keyring, row)


def wait_after(tries: int) -> timedelta:
    """How long a message rests after a try that came to nothing."""
    wait: timedelta = FIRST_WAIT * 2 ** min(tries, 10)
    return min(wait, LONGEST_WAIT)


def drop(session: Session, *, letter_id: str) -> None:
    """The message went out, or never will."""
    session.execute(delete(Outbox).where(col(Outbox.id) == letter_id))


def put_off(session: Session, *, letter_id: str, until: datetime) -> None:
    """The message is not to be tried before then."""
    session.execute(update(Outbox).where(col(Outbox.id) == letter_id).values(next_at=until))


def useless(session: Session, *, now: datetime) -> bool:
    """Whether there is anything that `drop_useless` would throw away."""
    return session.exec(select(Outbox.id).where(Outbox.ends_at <= now).limit(1)).first() is not None


def drop_useless(session: Session, *, now: datetime) -> int:
    """Throws away what would come too late; returns how many."""
    gone = session.execute(delete(Outbox).where(col(Outbox.ends_at) <= now))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def waiting(session: Session, *, keyring: Keyring, letter_id: str) -> Letter | None:
    """A message that was not sent yet."""
    row = session.get(Outbox, letter_id)
    return _opened(keyring, row) if row is not None else None


def _opened(keyring: Keyring, row: Outbox) -> Letter:
    content = json.loads(keyring.unseal("outbox", row.id, row.sealed))
    return Letter(
        row.id, row.kind, content["to"], content["code"], content["lang"], content["facts"]
    )
