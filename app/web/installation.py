"""Health, readiness, the way from `/` to the reader's language, and the pages about Asar."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from app.web.doors import Anyone
from app.web.render import page
from app.words.catalogue import LANGUAGES

router = APIRouter()


def preferred_language(header: str) -> str:
    """The first of our languages that the browser asks for; Kazakh when it asks for none."""
    wanted = []
    for place, part in enumerate(header.split(",")):
        tag, _, quality = part.strip().partition(";q=")
        code = tag.split("-")[0].lower()
        if code in LANGUAGES:
            try:
                wanted.append((-float(quality or 1), place, code))
            except ValueError:
                continue
    return min(wanted)[2] if wanted else "kk"


@router.get("/")
def start(visit: Anyone, request: Request) -> Response:
    """On to the reader's language."""
    lang = preferred_language(request.headers.get("accept-language", ""))
    return RedirectResponse(f"/{lang}/", status_code=302, headers={"vary": "Accept-Language"})


@router.get("/{lang}")
def no_slash(visit: Anyone) -> Response:
    """The same page with its slash."""
    return RedirectResponse(f"{visit.root}/", status_code=308)
