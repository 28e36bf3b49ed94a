"""Setting up a second factor: at the first sign-in, and later on one's own page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import segno
from fastapi import HTTPException, Response
from markupsafe import Markup

from app.core.clock import day_of
from app.core.database import transaction
from app.core.refusal import Refusal
from app.people import factors, passkeys, totp
from app.people.card_text import grouped
from app.people.models import Official
from app.people.office_models import FactorKind
from app.people.passkeys import Site
from app.people.sign_in import Opened
from app.web.forms import Filled, Posted, blank
from app.web.frame import Link
from app.web.render import page, see_other
from app.web.visit import Visit
from app.words.catalogue import N_, translations


@dataclass(frozen=True, slots=True)
class SetUp:
    """Who sets up, from which pages, and what follows in the same transaction.

    `first`: only the password was shown, so this may be done only where there is no factor yet.
    """

    official_id: str
    sign_in_id: str
    base: str  # the address of the three kinds, without the last slash
    up: Link
    first: bool
    then: Callable[[datetime], Opened | None]


@dataclass(frozen=True, slots=True)
class InUse:
    """The factor is in use; whoever signed in with it for the first time has a session now."""

    opened: Opened | None


def kind_of(text: str) -> FactorKind:
    """The kind that an address names."""
    try:
        return FactorKind(text)
    except ValueError:
        raise HTTPException(404) from None


def site_of(visit: Visit) -> Site | None:
    """What keys are bound to here; None where an address of digits has no name to bind to."""
    base = visit.settings.public_url
    if not base:  # never in production, which demands it
        base = f"{visit.request.url.scheme}://{visit.request.headers.get('host', '')}"
    try:
        parts = urlsplit(base)
        host = parts.hostname or ""
    except ValueError:  # a Host header that is none
        return None
    try:
        ip_address(host)
    except ValueError:
        return Site(host, f"{parts.scheme}://{parts.netloc}") if host else None
    return None


def show(visit: Visit, of: SetUp, kind: FactorKind, form: Filled[Any] | None = None) -> Response:
    """The step that is open now; without a beginning, back to where it begins."""
    official = visit.session.get_one(Official, of.official_id)
    status = 422 if form is not None and form.problems else 200
    action = f"{of.base}/{kind}"
    if kind is FactorKind.KEY:
        site = site_of(visit)
        challenge = passkeys.asked(
            visit.session, sign_in_id=of.sign_in_id, purpose="enroll", now=visit.now
        )
        if site is None or challenge is None:
            return see_other(visit, of.up.url)
        return page(
            visit,
            "people/key.html",
            status=status,
            form=form or blank(),
            action=action,
            options=passkeys.enrolling(
                visit.session, site=site, official=official, challenge=challenge
            ),
            enrolling=True,
            up=of.up,
        )
    factor = factors.unfinished(visit.session, official_id=of.official_id, kind=kind, now=visit.now)
    if factor is None:
        return see_other(visit, of.up.url)
    if kind is FactorKind.CODES:
        return page(
            visit,
            "people/codes_typed.html",
            status=status,
            form=form or blank(),
            action=action,
            up=of.up,
        )
    secret = factors.secret_of(visit.keyring, factor)
    drawn = segno.make(totp.address_of(secret, login=official.login), error="m", micro=False)
    return page(
        visit,
        "people/totp.html",
        status=status,
        form=form or blank(),
        action=action,
        qr=Markup(drawn.svg_inline(scale=5, border=2, light="#fff", svgclass=None, lineclass=None)),
        secret=grouped(secret),
        up=of.up,
    )


def act(visit: Visit, of: SetUp, kind: FactorKind, posted: Posted) -> Response | InUse:
    """Begins, or takes what proves that the factor works."""
    session = visit.session
    if not ("code" in posted.many or "answer" in posted.many):
        return _begin(visit, of, kind)
    try:
        if kind is FactorKind.KEY:
            return InUse(_enroll(visit, of, posted))
        with transaction(session):
            now = visit.clock.now()
            factors.finish(
                session,
                keyring=visit.keyring,
                official_id=of.official_id,
                kind=kind,
                typed=posted.text("code")[:60],
                first=of.first,
                now=now,
                wall=visit.clock.wall(),
            )
            return InUse(of.then(now))
    except Refusal as why:
        if kind is FactorKind.KEY:  # its challenge is gone: the next try gets a new one
            with transaction(session):
                now = visit.clock.now()
                passkeys.ask_key(session, sign_in_id=of.sign_in_id, purpose="enroll", now=now)
        return show(visit, of, kind, blank(name=posted.text("name")).refused(why))


def _begin(visit: Visit, of: SetUp, kind: FactorKind) -> Response:
    session, now = visit.session, visit.clock.now()
    if kind is FactorKind.KEY and site_of(visit) is None:
        return see_other(visit, of.up.url)
    codes: list[str] = []
    with transaction(session):
        if of.first and factors.factors_of(session, official_id=of.official_id):
            raise Refusal("people.set_up_over")
        if kind is FactorKind.KEY:
            passkeys.ask_key(session, sign_in_id=of.sign_in_id, purpose="enroll", now=now)
        elif kind is FactorKind.TOTP:
            factors.begin_totp(session, keyring=visit.keyring, official_id=of.official_id, now=now)
        else:
            codes = factors.begin_codes(
                session, keyring=visit.keyring, official_id=of.official_id, now=now
            )
    if not codes:
        return see_other(visit, f"{of.base}/{kind}")
    official = session.get_one(Official, of.official_id)
    say = translations(visit.lang).gettext
    return page(
        visit,
        "people/codes_print.html",
        codes=[grouped(code) for code in codes],
        name=official.full_name,
        made_on=day_of(visit.now),
        on=Link(f"{of.base}/{kind}", say(N_("I have printed it: go on"))),
    )


def _enroll(visit: Visit, of: SetUp, posted: Posted) -> Opened | None:
    session, site = visit.session, site_of(visit)
    if site is None:
        raise Refusal("people.key_wrong")
    # Taken away before the answer is looked at, in a transaction of its own.
    with transaction(session):
        challenge = passkeys.take(
            session, sign_in_id=of.sign_in_id, purpose="enroll", now=visit.clock.now()
        )
    if challenge is None:
        raise Refusal("people.key_late")
    with transaction(session):
        now = visit.clock.now()
        passkeys.enroll(
            session,
            site=site,
            official_id=of.official_id,
            challenge=challenge,
            answer=posted.text("answer"),
            name=posted.text("name"),
            first=of.first,
            now=now,
        )
        return of.then(now)
