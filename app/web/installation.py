"""Health, readiness, the way from `/` to the reader's language, and the pages about Asar."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from app.web.doors import Anyone
from app.web.ready import what_is_missing
from app.web.render import page
from app.words.catalogue import LANGUAGES

router = APIRouter()
NEVER_KEPT = {"cache-control": "no-store"}


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


@router.get("/healthz")
def healthz(visit: Anyone) -> Response:
    """The process is alive. Asks nothing of the database."""
    return JSONResponse({"alive": True}, headers=NEVER_KEPT)


@router.get("/readyz")
def readyz(visit: Anyone) -> Response:
    """Whether this process may take work; 503 names what is missing."""
    missing = what_is_missing(visit.request.app.state.engine, visit.keyring)
    status = 503 if missing else 200
    body = {"ready": not missing, "missing": missing}
    return JSONResponse(body, status_code=status, headers=NEVER_KEPT)


@router.get("/{lang}")
def no_slash(visit: Anyone) -> Response:
    """The same page with its slash."""
    return RedirectResponse(f"{visit.root}/", status_code=308)


@router.get("/{lang}/about")
def about(visit: Anyone) -> Response:
    """What Asar is and whose it is."""
    return page(visit, "about/about.html", operator=visit.settings.operator)


@router.get("/{lang}/about/help")
def help_page(visit: Anyone) -> Response:
    """How to vote, to sign in with a card, and to do it on paper."""
    return page(visit, "about/help.html")


@router.get("/{lang}/about/accessibility")
def accessibility(visit: Anyone) -> Response:
    """What was done so that everybody can use it, and what is still lacking."""
    return page(visit, "about/accessibility.html")
