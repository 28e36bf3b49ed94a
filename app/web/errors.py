"""What a visitor reads when something is not there, not theirs, or broken."""

import logging

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from app.core.refusal import Refusal
from app.places.models import District
from app.web.doors import SignInFirst
from app.web.render import page
from app.web.visit import Visit
from app.words.catalogue import LANGUAGES, N_, translations

log = logging.getLogger("asar.web")
TITLES = {
    400: N_("This request cannot be read"),
    403: N_("This page is not yours to open"),
    404: N_("There is no such page"),
    405: N_("There is no such page"),
    409: N_("This cannot be done now"),
    413: N_("What you sent is too large"),
    500: N_("Something broke on our side"),
    503: N_("Too many people at once"),
}
LINES = {
    403: N_("It belongs to another office or another district. Nothing was changed."),
    404: N_("The address may have a slip in it, or the page has moved."),
    413: N_(
        "Please choose smaller photos, or a smaller file, and send again. Nothing was changed."
    ),
    500: N_("Nothing was saved. Please go back and try again; the mistake has been noted."),
    503: N_("Nothing was lost. Please go back and press the button again."),
}


def _visit(request: Request) -> Visit:
    known = getattr(request.state, "visit", None)
    if known is not None:
        return known  # type: ignore[no-any-return]
    state = request.app.state
    first = request.url.path.split("/")[1]
    return Visit(
        request=request,
        session=Session(state.engine),
        settings=state.settings,
        keyring=state.keyring,
        clock=state.clock,
        now=state.clock.now(),
        lang=first if first in LANGUAGES else "kk",
        who=None,
        home=None,
    )


def _answer(request: Request, status: int, line: str = "", code: str = "") -> Response:
    visit = _visit(request)
    if visit.home is not None:
        # A transaction that was undone left the district to be read anew, and the door has closed
        # the session: read it here, or show the page without it where the database is away.
        try:
            visit.session.rollback()
            visit.home = visit.session.get(District, inspect(visit.home).identity)
        except SQLAlchemyError:
            visit.home = visit.who = None
    say = translations(visit.lang).gettext
    title = say(TITLES.get(status, TITLES[500]))
    if not line and status in LINES:
        line = say(LINES[status])
    try:
        return page(visit, "error.html", status=status, title=title, line=line, code=code)
    finally:
        # The door had closed it already, and the frame opened it again: left open, it would hold
        # SQLite's read lock, and nobody could write.
        visit.session.close()


def http_error(request: Request, error: Exception) -> Response:
    """404, 403, 405, 413 and the like, as a page."""
    status = getattr(error, "status_code", 500)
    return _answer(request, status)


def refused(request: Request, error: Exception) -> Response:
    """A refusal that no form was there to show."""
    assert isinstance(error, Refusal)
    from app.words.phrases import refusal

    visit = _visit(request)
    return _answer(request, 409, refusal(error, visit.lang), error.code)


def sign_in_first(request: Request, error: Exception) -> Response:
    """On to the sign-in page, and back afterwards."""
    assert isinstance(error, SignInFirst)
    return RedirectResponse(error.url, status_code=303)


def busy(request: Request, error: Exception) -> Response:
    """The database was locked for too long, or is away."""
    log.error("database", exc_info=error)
    return _answer(request, 503)


def crashed(request: Request, error: Exception) -> Response:
    """A mistake of ours."""
    log.error("crashed", exc_info=error)
    return _answer(request, 500)
