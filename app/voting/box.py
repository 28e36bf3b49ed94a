"""The ballot box: the few statements that two clicks can race on.

Each is one statement that the database decides alone (ON CONFLICT …). Nothing is read first and
written after: between the two another cast of the same person could come.
"""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

from app.voting.models import Ballot, CastKey, Channel


def table_of(model: type[SQLModel]) -> Table:
    """The table of a model, for statements that load no rows into the session."""
    return cast(Table, model.__table__)  # type: ignore[attr-defined]


def _insert(session: Session, model: type[SQLModel]) -> postgresql.Insert | sqlite.Insert:
    dialect = session.get_bind().dialect.name
    table = table_of(model)
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def use_key(session: Session, *, district_id: str, round_id: str, key: str) -> bool:
    """Uses an idempotency key; False when it was used before."""
    statement = (
        _insert(session, CastKey)
        .values(district_id=district_id, round_id=round_id, key=key)
        .on_conflict_do_nothing()
        .returning(table_of(CastKey).c.key)
    )
    return session.connection().execute(statement).first() is not None


def put_in(
    session: Session, *, district_id: str, round_id: str, ballot_key: str, envelope: bytes
) -> bool:
    """Puts an online ballot in, in the place of the one before; False where paper was issued."""
    return _put(
        session,
        {
            "district_id": district_id,
            "round_id": round_id,
            "ballot_key": ballot_key,
            "channel": Channel.ONLINE.value,
            "envelope": envelope,
        },
    )


def mark_paper(session: Session, *, district_id: str, round_id: str, ballot_key: str) -> bool:
    """Turns a right into one on paper, whatever was voted online; False where it was already."""
    return _put(
        session,
        {
            "district_id": district_id,
            "round_id": round_id,
            "ballot_key": ballot_key,
            "channel": Channel.PAPER.value,
            "envelope": None,
        },
    )


def _put(session: Session, ballot: Mapping[str, Any]) -> bool:
    table = table_of(Ballot)
    statement = (
        _insert(session, Ballot)
        .values(**ballot)
        .on_conflict_do_update(
            index_elements=[table.c.district_id, table.c.round_id, table.c.ballot_key],
            set_={"channel": ballot["channel"], "envelope": ballot["envelope"]},
            # A paper ballot overrides an online one until close, never the other way round.
            where=table.c.channel == Channel.ONLINE.value,
        )
        .returning(table.c.ballot_key)
    )
    return session.connection().execute(statement).first() is not None


def take_out_paper(session: Session, *, district_id: str, round_id: str, ballot_key: str) -> bool:
    """Frees a right that was issued on paper; False where there was none."""
    table = table_of(Ballot)
    statement = (
        table.delete()
        .where(table.c.district_id == district_id, table.c.round_id == round_id)
        .where(table.c.ballot_key == ballot_key, table.c.channel == Channel.PAPER.value)
        .returning(table.c.ballot_key)
    )
    return session.connection().execute(statement).first() is not None
