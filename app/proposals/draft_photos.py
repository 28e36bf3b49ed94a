"""The photos of a draft, or of a correction that is not sent yet."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlmodel import Session, col, delete

from app.core.refusal import insist
from app.proposals import photos, rules
from app.proposals.models import Photo, Proposal, Status
from app.proposals.queries import photos_of


def change_photos(
    session: Session,
    draft: Proposal,
    pictures: Sequence[photos.Picture],
    drop: Sequence[str],
    now: datetime,
) -> None:
    """Drops these photos and adds those: at most three, each once.

    Of a returned proposal both wait in its correction until it is sent again. Raises Refusal.
    """
    shown = photos_of(session, proposal=draft, writing=True)
    gone = [one for one in shown if one.id in drop]
    # A photo sent twice, as by a double press, is kept once.
    known = {one.sha256 for one in shown}
    pictures = [one for one in pictures if sha256(one.data).hexdigest() not in known]
    insist(rules.why_not_photos(kept=len(shown) - len(gone), added=len(pictures)))
    made = [
        photos.keep(
            session,
            district_id=draft.district_id,
            proposal_id=draft.id,
            picture=picture,
            now=now,
        ).id
        for picture in pictures
    ]
    if draft.status == Status.DRAFT:
        delete_photos(session, draft, [one.id for one in gone])
        return
    change = draft.correction or {}
    unseen = [one.id for one in gone if one.new]
    delete_photos(session, draft, unseen)
    added = [one for one in change.get("added", []) if one not in unseen] + made
    dropped = change.get("dropped", []) + [one.id for one in gone if not one.new]
    draft.correction = {**change, "added": added, "dropped": dropped}


def delete_photos(session: Session, draft: Proposal, ids: Sequence[str]) -> None:
    """Deletes photos of this very proposal."""
    session.execute(
        delete(Photo).where(
            col(Photo.district_id) == draft.district_id,
            col(Photo.proposal_id) == draft.id,
            col(Photo.id).in_(ids),
        )
    )
