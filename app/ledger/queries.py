"""Reading the record."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

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
