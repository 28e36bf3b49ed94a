"""Signing in through the state's identity provider.

Three steps of our own around the provider's: a form (POST) keeps what must come back, its answer
holds a plain link to the provider, and whoever returns presses one more button (POST). The link
is no redirect for a reason: `form-action 'self'` holds for every redirect after a form, too, and a
provider sends people on through hosts that we cannot name. Following a link signs nobody in.
"""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from app.core.database import transaction
from app.core.refusal import Refusal, insist
from app.people import state_provider
from app.people.networks import count_network, give_back
from app.people.sign_in import end
from app.people.state import LASTS, open_with_state, remember, take_up
from app.people.state_provider import name_of, offered
from app.web.carry import (
    carry_resident,
    client_address,
    drop_cookie,
    idle_minutes,
    local_path,
    put_cookie,
)
from app.web.doors import Anyone
from app.web.forms import Filled, Form, blank, fill
from app.web.render import page
from app.web.visit import Visit
from app.words.catalogue import LANGUAGES

router = APIRouter()
COOKIE = "asar-state"  # with __Host- before it over https
__all__ = ["offered", "router"]


class BackForm(BaseModel):
    """What came back from the provider, and whose phone it is."""

    code: str = Field(default="", max_length=4000)
    state: str = Field(default="", max_length=200)
    iss: str = Field(default="", max_length=500)
    phone: Literal["shared", "own"] = "shared"


@router.get("/{lang}/sign-in/state")
def ask(visit: Anyone, after: Annotated[str, Query(alias="next")] = "") -> Response:
    """Says what the provider will tell us, and leads on to it."""
    return _asked(visit, blank(), local_path(after))


@router.post("/{lang}/sign-in/state")
def start(visit: Anyone, posted: Form) -> Response:
    """Keeps what must come back, and shows the way to the provider."""
    _insist_offered(visit)
    session, now = visit.session, visit.clock.now()
    after = local_path(posted.text("next"))
    try:
        with transaction(session):
            slowed = count_network(
                session, keyring=visit.keyring, address=client_address(visit), now=now
            )
        insist(slowed)
        # The provider is asked while nothing is read or written here.
        begun = state_provider.begin(visit.settings, lang=visit.lang)
    except Refusal as why:
        return _asked(visit, blank().refused(why.at("")), after, status=422)
    with transaction(session):
        browser = remember(session, keyring=visit.keyring, start=begun, after=after, now=now)
    response = page(visit, "people/state_go.html", name=_name(visit), url=begun.url)
    put_cookie(visit, response, _cookie(visit), browser, LASTS)
    response.headers["referrer-policy"] = "no-referrer"
    return response


@router.get("/sign-in/state/back")
def returned(
    visit: Anyone, code: str = "", state: str = "", iss: str = "", error: str = ""
) -> Response:
    """Where the provider sends everybody: on to the page in their own language."""
    _insist_offered(visit)
    lang = state[:2] if state[:2] in LANGUAGES else visit.lang
    query = state_provider.back_query(code[:4000], state[:200], iss[:500], error[:100])
    response = RedirectResponse(f"/{lang}/sign-in/state/back?{query}", status_code=303)
    return _unseen(response)


@router.get("/{lang}/sign-in/state/back")
def back(
    visit: Anyone, code: str = "", state: str = "", iss: str = "", error: str = ""
) -> Response:
    """One button for whoever comes back. Following the provider's link signs nobody in."""
    _insist_offered(visit)
    if error or not code or not state:
        why = Refusal("people.state_broken_off")
        return _unseen(_asked(visit, blank().refused(why), "", status=409))
    typed = blank(code=code[:4000], state=state[:200], iss=iss[:500], phone="shared")
    return _unseen(
        page(
            visit,
            "people/state_back.html",
            form=typed,
            name=_name(visit),
            minutes=idle_minutes(visit),
        )
    )


@router.post("/{lang}/sign-in/state/back")
def enter(visit: Anyone, posted: Form) -> Response:
    """Uses up what was kept, asks the provider, and signs in whom it vouches for."""
    _insist_offered(visit)
    form = fill(BackForm, posted)
    browser = visit.request.cookies.get(_cookie(visit), "")
    after = ""
    try:
        if form.value is None:
            raise Refusal("people.state_ended")
        response, after = _enter(visit, form.value, browser)
    except Refusal as why:
        response = _asked(visit, blank().refused(why.at("")), after, status=422)
    drop_cookie(visit, response, _cookie(visit))
    return _unseen(response)


def _enter(visit: Visit, sent: BackForm, browser: str) -> tuple[Response, str]:
    session, now = visit.session, visit.clock.now()
    # Used up before anything is looked at, in a transaction of its own: a refusal keeps it so.
    with transaction(session):
        kept = take_up(session, keyring=visit.keyring, state=sent.state, browser=browser, now=now)
    vouched = state_provider.vouched(
        visit.settings,
        code=sent.code,
        issuer=sent.iss,
        nonce=kept.nonce,
        verifier=kept.verifier,
        now=int(visit.clock.wall().timestamp()),
    )
    with transaction(session):
        opened = open_with_state(
            session,
            keyring=visit.keyring,
            vouched=vouched,
            shared=sent.phone == "shared",
            own_phone_days=visit.settings.own_phone_days,
            now=now,
        )
        give_back(session, keyring=visit.keyring, address=client_address(visit))
        if visit.who is not None:
            end(session, sign_in_id=visit.who.sign_in_id, now=now)
    return carry_resident(visit, opened, kept.after), kept.after


def _asked(visit: Visit, form: Filled[Any], after: str, *, status: int = 200) -> Response:
    _insist_offered(visit)
    return page(
        visit, "people/state.html", status=status, form=form, after=after, name=_name(visit)
    )


def _insist_offered(visit: Visit) -> None:
    if not offered(visit.settings):
        raise HTTPException(404)


def _name(visit: Visit) -> str:
    return name_of(visit.settings, visit.lang)


def _cookie(visit: Visit) -> str:
    return f"__Host-{COOKIE}" if visit.settings.over_https else COOKIE


def _unseen(response: Response) -> Response:
    """The address of such an answer holds a code: it is kept nowhere and told to nobody."""
    response.headers["cache-control"] = "no-store"
    response.headers["referrer-policy"] = "no-referrer"
    return response
