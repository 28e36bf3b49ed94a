"""Photos and scans: the right to see one is asked each time it is fetched."""

from fastapi import APIRouter, HTTPException, Response

from app.proposals.photos import PDF
from app.proposals.queries import photo_for
from app.web.doors import Anyone
from app.web.render import file

router = APIRouter()


@router.get("/{lang}/{slug}/photos/{photo_id}")
def show(visit: Anyone, photo_id: str) -> Response:
    """A picture, or a document to take away; with its own policy, in which nothing runs."""
    photo = photo_for(
        visit.session, district_id=visit.district.id, photo_id=photo_id, who=visit.who
    )
    if photo is None:
        raise HTTPException(404)
    # The mark lets a browser keep the bytes and still ask for the right each time.
    mark = f'"{photo.sha256[:32]}"'
    extra = {"etag": mark, "vary": "Cookie"}
    if visit.request.headers.get("if-none-match") == mark:
        return Response(status_code=304, headers={**extra, "cache-control": "private, no-cache"})
    name = f"{photo.id}.pdf" if photo.media_type == PDF else ""
    answer = file(photo.data, photo.media_type, name=name, extra=extra)
    answer.headers["cache-control"] = "private, no-cache"
    return answer
