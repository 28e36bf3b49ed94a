"""What is kept of a resident's letters to deputies, and what becomes of them."""

from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from app.followup.models import Plea


def kept_of_person(session: Session, *, person_id: str) -> list[dict[str, Any]]:
    """What a person asked the deputies to look at."""
    return [
        {"lang": one.lang, "text": one.text, "at": one.at, "became_question": bool(one.question_id)}
        for one in session.exec(select(Plea).where(Plea.person_id == person_id))
    ]


def erase_person(session: Session, *, person_id: str) -> None:
    """The letters go; a deputy's public question that came of one is the deputy's own, and stays.

    What was said of works ("built", "not built") bears no name: only a keyed hash, and stays.
    """
    session.execute(delete(Plea).where(col(Plea.person_id) == person_id))
    session.flush()
