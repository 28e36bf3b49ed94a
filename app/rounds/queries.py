"""Reading about rounds."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from app.rounds.calendar import Calendar, Start, calendar
from app.rounds.models import Round, Stage, StageStart


def round_by_key(session: Session, *, district_id: str, key: str) -> Round | None:
    """The district's round at this address."""
    return session.exec(
        select(Round).where(Round.district_id == district_id, Round.key == key)
    ).first()


def round_of(session: Session, *, district_id: str, round_id: str) -> Round | None:
    """A round of this district."""
    return session.exec(
        select(Round).where(Round.district_id == district_id, Round.id == round_id)
    ).first()


def rounds_of(session: Session, *, district_id: str) -> Sequence[Round]:
    """The district's rounds, the newest first."""
    return session.exec(
        select(Round).where(Round.district_id == district_id).order_by(col(Round.key).desc())
    ).all()


def calendar_of(session: Session, *, round_id: str) -> Calendar:
    """A round's calendar."""
    rows = session.exec(select(StageStart).where(StageStart.round_id == round_id)).all()
    cancelled_at = session.exec(select(Round.cancelled_at).where(Round.id == round_id)).first()
    return calendar(
        [Start(Stage(row.stage), row.starts_at) for row in rows], cancelled_at=cancelled_at
    )


def calendars_of(session: Session, *, district_id: str) -> dict[str, Calendar]:
    """The calendars of all rounds of a district, by round."""
    starts: dict[str, list[Start]] = {}
    for row in session.exec(select(StageStart).where(StageStart.district_id == district_id)):
        starts.setdefault(row.round_id, []).append(Start(Stage(row.stage), row.starts_at))
    off = dict(
        session.exec(
            select(Round.id, Round.cancelled_at).where(
                Round.district_id == district_id, col(Round.cancelled_at).is_not(None)
            )
        ).all()
    )
    return {
        round_id: calendar(found, cancelled_at=off.get(round_id))
        for round_id, found in starts.items()
    }


def lock_round(session: Session, *, round_id: str, alone: bool = False) -> Round:
    """The round's row, locked: shared by casts, alone by sealing and by a change of its rules.

    On SQLite the writing transaction is alone anyway. Read the clock after this, not before.
    """
    query = select(Round).where(Round.id == round_id).with_for_update(read=not alone)
    return session.exec(query.execution_options(populate_existing=True)).one()


def open_rounds(session: Session) -> Sequence[Round]:
    """Rounds of our own that are neither counted yet nor called off, in every district."""
    return session.exec(
        select(Round)
        .where(col(Round.counted_at).is_(None), Round.imported_from == "")
        .where(col(Round.cancelled_at).is_(None))
        .order_by(col(Round.id))
    ).all()
