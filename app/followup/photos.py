"""Photos of works: what the office shows of them."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlmodel import Session, select

from app.core.refusal import Refusal
from app.followup.actions import record_works, works_for_change
from app.proposals.models import Photo
from app.proposals.photos import Picture, keep

MOST_PHOTOS = 12  # of one project's works


def add_photos(
    session: Session,
    *,
    district_id: str,
    proposal_id: str,
    pictures: Sequence[Picture],
    by_name: str,
    now: datetime,
    office: str = "clerk",
) -> int:
    """Keeps photos of the works, each once; how many were new. Raises photos.too_many."""
    works = works_for_change(session, district_id=district_id, proposal_id=proposal_id, now=now)
    known = set(
        session.exec(
            select(Photo.sha256).where(
                Photo.district_id == district_id,
                Photo.proposal_id == proposal_id,
                Photo.kind == "works",
            )
        )
    )
    fresh = {sha256(one.data).hexdigest(): one for one in pictures}
    added = [picture for digest, picture in fresh.items() if digest not in known]
    if len(known) + len(added) > MOST_PHOTOS:
        raise Refusal("photos.too_many", field="photos", most=MOST_PHOTOS)
    for picture in added:
        keep(
            session,
            district_id=district_id,
            picture=picture,
            now=now,
            kind="works",
            proposal_id=proposal_id,
        )
    if added:
        kind = "followup.photos_added"
        record_works(session, works, kind, office, by_name, now, photos=len(added))
    return len(added)
