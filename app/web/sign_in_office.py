"""How officials sign in: login and password, then the second factor on a page of its own."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from app.core.database import transaction
from app.core.refusal import Refusal, insist
from app.people import factors, passkeys, totp
from app.people.networks import count_network, give_back
from app.people.office_models import Factor, FactorKind
from app.people.office_sign_in import (
    HALF_LASTS,
    Half,
    half_of,
    open_for_official,
    open_half,
    tries_of_second,
)
from app.people.officials import check_password
from app.people.queries import who_is
from app.people.sign_in import Opened, count_try, end, tries_of_login
from app.web.carry import carry, client_address, forget_half, half_cookie, local_path, put_cookie
from app.web.doors import Anyone
from app.web.factor_set_up import InUse, SetUp, act, kind_of, show, site_of
from app.web.forms import Filled, Form, blank
from app.web.frame import Link, home_of
from app.web.render import page, see_other
from app.web.visit import Visit
from app.words.catalogue import N_, translations

router = APIRouter()


class OfficialForm(BaseModel):
    """An official's name and password."""

    login: str = Field(max_length=100)
    password: str = Field(max_length=400)


def enter_official(visit: Visit, typed: OfficialForm, after: str) -> Response:
    """The password was right: on to the second factor. Raises Refusal where it was not."""
    session, now = visit.session, visit.clock.now()
    whence, keyring = client_address(visit), visit.keyring
    # Counted before the password is looked at, in a transaction of its own.
    with transaction(session):
        paced = count_network(session, keyring=keyring, address=whence, now=now)
        slowed = paced or count_try(session, subject=tries_of_login(keyring, typed.login), now=now)
        if slowed and not paced:  # nothing was tried
            give_back(session, keyring=keyring, address=whence)
    insist(slowed)
    known = check_password(session, login=typed.login, password=typed.password)
    with transaction(session):
        give_back(session, keyring=keyring, address=whence)
        opened = open_half(session, keyring=keyring, known=known, now=now)
    return half_way(visit, opened, after)


def half_way(visit: Visit, opened: Opened, after: str) -> Response:
    """Half a session, whose cookie is not the session's, and on to the second factor."""
    response = see_other(visit, _second(visit, after))
    put_cookie(visit, response, half_cookie(visit), opened.token, HALF_LASTS)
    return response


@router.get("/{lang}/sign-in/second")
def ask_second(visit: Anyone, after: Annotated[str, Query(alias="next")] = "") -> Response:
    """Where the second factor is asked for, or set up when there is none yet."""
    half = _half(visit)
    return _begin_anew(visit, after) if half is None else _asked(visit, half, after)


@router.post("/{lang}/sign-in/second")
def answer_second(visit: Anyone, posted: Form) -> Response:
    """A code, or what a key signed: with it the session opens."""
    half, after = _half(visit), posted.text("next")
    if half is None:
        return _begin_anew(visit, after)
    session, now = visit.session, visit.clock.now()
    by_key = bool(posted.text("answer"))
    try:
        if not by_key and not posted.text("code"):
            raise Refusal("form.missing", field="code")
        # Counted before it is looked at, in a transaction of its own; a challenge goes with it.
        with transaction(session):
            slowed = count_try(
                session, subject=tries_of_second(visit.keyring, half.official_id), now=now
            )
            challenge = passkeys.take(
                session, sign_in_id=half.sign_in_id, purpose="answer", now=now
            )
        insist(slowed)
        with transaction(session):
            if by_key:
                _answer_with_key(visit, half, challenge, posted.text("answer"), now)
            else:
                factors.answer_with_code(
                    session,
                    keyring=visit.keyring,
                    official_id=half.official_id,
                    typed=posted.text("code")[:60],
                    now=now,
                    wall=visit.clock.wall(),
                    again=visit.settings.mode == "demo",
                )
            opened = _open(visit, half, now)
    except Refusal as why:
        if why.code == "people.half_over":
            return _begin_anew(visit, after)
        return _asked(visit, half, after, blank().refused(why))
    return _let_in(visit, opened, local_path(after))


@router.post("/{lang}/sign-in/second/key")
def begin_key(visit: Anyone, posted: Form) -> Response:
    """A challenge for the key to sign."""
    half, after = _half(visit), posted.text("next")
    if half is None:
        return _begin_anew(visit, after)
    with transaction(visit.session):
        passkeys.ask_key(
            visit.session, sign_in_id=half.sign_in_id, purpose="answer", now=visit.clock.now()
        )
    return see_other(visit, _second(visit, after, "/key"))


@router.get("/{lang}/sign-in/second/key")
def ask_for_key(visit: Anyone, after: Annotated[str, Query(alias="next")] = "") -> Response:
    """The page on which the browser asks for the key."""
    half, site = _half(visit), site_of(visit)
    if half is None:
        return _begin_anew(visit, after)
    challenge = passkeys.asked(
        visit.session, sign_in_id=half.sign_in_id, purpose="answer", now=visit.now
    )
    if challenge is None or site is None:
        return see_other(visit, _second(visit, after))
    say = translations(visit.lang).gettext
    response = page(
        visit,
        "people/key.html",
        form=blank(next=local_path(after)),
        action=f"{visit.root}/sign-in/second",
        options=passkeys.answering(
            visit.session, site=site, official_id=half.official_id, challenge=challenge
        ),
        enrolling=False,
        up=Link(_second(visit, after), say(N_("Another way"))),
    )
    response.headers["cache-control"] = "no-store"
    return response


@router.get("/{lang}/sign-in/second/new/{kind}")
def first_factor(visit: Anyone, kind: str) -> Response:
    """Setting up the first factor: nothing else opens before."""
    chosen, half = kind_of(kind), _half(visit)
    if half is None or _held(visit, half):
        return _begin_anew(visit, "") if half is None else see_other(visit, _second(visit, ""))
    return _private(show(visit, _set_up(visit, half), chosen))


@router.post("/{lang}/sign-in/second/new/{kind}")
def set_up_first(visit: Anyone, kind: str, posted: Form) -> Response:
    """Begins the first factor, or proves it and opens the session."""
    chosen, half = kind_of(kind), _half(visit)
    if half is None:
        return _begin_anew(visit, "")
    try:
        done = act(visit, _set_up(visit, half), chosen, posted)
    except Refusal:  # set up in another window by now: asked for from here on
        return see_other(visit, _second(visit, ""))
    if not isinstance(done, InUse):
        return _private(done)
    assert done.opened is not None
    return _let_in(visit, done.opened, f"{visit.root}/me/factors")


def _half(visit: Visit) -> Half | None:
    token = visit.request.cookies.get(half_cookie(visit), "")
    return half_of(visit.session, token=token, now=visit.now) if token else None


def _held(visit: Visit, half: Half) -> list[Factor]:
    return factors.factors_of(visit.session, official_id=half.official_id)


def _second(visit: Visit, after: str, more: str = "") -> str:
    after = local_path(after)
    way_on = f"?next={quote(after)}" if after else ""
    return f"{visit.root}/sign-in/second{more}{way_on}"


def _begin_anew(visit: Visit, after: str) -> Response:
    after = local_path(after)
    way_on = f"&next={quote(after)}" if after else ""
    return see_other(visit, f"{visit.root}/sign-in?as=official{way_on}")


def _asked(visit: Visit, half: Half, after: str, form: Filled[Any] | None = None) -> Response:
    held = _held(visit, half)
    kinds = {factor.kind for factor in held}
    base = f"{visit.root}/sign-in/second"
    if not held:
        return _private(
            page(
                visit,
                "people/first_factor.html",
                base=f"{base}/new",
                keys=site_of(visit) is not None,
            )
        )
    return _private(
        page(
            visit,
            "people/second.html",
            status=422 if form is not None else 200,
            form=form or blank(),
            after=local_path(after),
            app=FactorKind.TOTP in kinds,
            codes=FactorKind.CODES in kinds,
            keys=FactorKind.KEY in kinds and site_of(visit) is not None,
            demo=demo_code(visit, held),
        )
    )


def demo_code(visit: Visit, held: list[Factor]) -> str:
    """The code that a demo person's phone would show now; nothing outside of a demo."""
    app = next((factor for factor in held if factor.kind == FactorKind.TOTP), None)
    if visit.settings.mode != "demo" or app is None:
        return ""
    now = totp.step_at(visit.clock.wall())
    step = min(max(now, app.last_step + 1), now + 1)
    return totp.code_at(factors.secret_of(visit.keyring, app), step)


def _answer_with_key(
    visit: Visit, half: Half, challenge: bytes | None, answer: str, now: datetime
) -> None:
    site = site_of(visit)
    if challenge is None or site is None:
        raise Refusal("people.key_late")
    passkeys.answer_with_key(
        visit.session,
        site=site,
        official_id=half.official_id,
        challenge=challenge,
        answer=answer,
        now=now,
    )


def _set_up(visit: Visit, half: Half) -> SetUp:
    say = translations(visit.lang).gettext
    then: Callable[[datetime], Opened | None] = lambda now: _open(visit, half, now)  # noqa: E731
    return SetUp(
        official_id=half.official_id,
        sign_in_id=half.sign_in_id,
        base=f"{visit.root}/sign-in/second/new",
        up=Link(f"{visit.root}/sign-in/second", say(N_("Another way"))),
        first=True,
        then=then,
    )


def _open(visit: Visit, half: Half, now: datetime) -> Opened:
    """The session, in the transaction of the proof; whoever was signed in here before is not."""
    before = visit.who
    mine = before is not None and before.official_id == half.official_id
    opened = open_for_official(
        visit.session,
        keyring=visit.keyring,
        half=half,
        hours=visit.settings.office_sign_in_hours,
        now=now,
        office_id=before.office_id if before is not None and mine else None,
    )
    if before is not None:
        end(visit.session, sign_in_id=before.sign_in_id, now=now)
    return opened


def _let_in(visit: Visit, opened: Opened, url: str) -> Response:
    visit.who = who_is(
        visit.session, token=opened.token, now=visit.clock.now(), idle=timedelta(hours=1)
    )
    if opened.offices > 1 and not url.endswith("/me/factors"):
        url = f"{visit.root}/me"
    response = carry(visit, see_other(visit, url or home_of(visit)), opened, None)
    forget_half(visit, response)
    return response


def _private(response: Response) -> Response:
    response.headers["cache-control"] = "no-store"
    return response
