"""What is kept of a person's proposals, and what becomes of them when the account ends."""

from typing import Any

from sqlmodel import Session, col, delete, select

from app.proposals.draft_photos import delete_photos
from app.proposals.models import Photo, Proposal, Status


def kept_of_person(session: Session, *, person_id: str) -> list[dict[str, Any]]:
    """The proposals of a person, drafts too, in their own words."""
    names = (
        *("number", "status", "author", "filed_by", "lang", "title", "body", "place"),
        *("direction", "estimate", "contribution", "correction"),
        *("started_at", "submitted_at", "answered_at"),
    )
    return [
        {name: getattr(one, name) for name in names}
        for one in session.exec(
            select(Proposal).where(Proposal.person_id == person_id).order_by(Proposal.started_at)  # type: ignore[arg-type]
        )
    ]


def erase_person(session: Session, *, person_id: str) -> None:
    """Drafts and unsent corrections go with their photos; what was sent loses its author's name.

    A proposal that was handed in is a public matter: its text, number, answer and way stay.
    """
    mine = session.exec(
        select(Proposal).where(Proposal.person_id == person_id).with_for_update()
    ).all()
    for one in mine:
        if one.status == Status.DRAFT:
            session.execute(delete(Photo).where(col(Photo.proposal_id) == one.id))
            session.delete(one)
            continue
        delete_photos(session, one, (one.correction or {}).get("added", []))
        one.correction, one.person_id, one.author = None, None, ""
        session.add(one)
    session.flush()
