"""Officials as tests need them: with an app for codes, and through both steps of signing in."""

import pyotp

from app.core.database import transaction
from app.people import factors
from app.people.office_models import FactorKind
from tests.browser import Browser, Page
from tests.conftest import SetClock
from tests.town import Town


def app_of(town: Town, official_id: str) -> str:
    """Sets up an app for codes in the past, so that the code of this moment is still good."""
    now = town.clock.now()
    earlier = now.replace(year=now.year - 1)
    with transaction(town.session) as session:
        factor = factors.begin_totp(session, keyring=town.keyring, official_id=official_id, now=now)
        secret = factors.secret_of(town.keyring, factor)
        factors.finish(
            session,
            keyring=town.keyring,
            official_id=official_id,
            kind=FactorKind.TOTP,
            typed=pyotp.TOTP(secret).at(earlier),
            first=False,
            now=now,
            wall=earlier,
        )
    return secret


def code_now(secret: str, clock: SetClock) -> str:
    """What the app shows now."""
    return pyotp.TOTP(secret).at(clock.wall())


def enter(
    browser: Browser,
    clock: SetClock,
    secret: str,
    *,
    login: str,
    password: str,
    path: str = "/kk/sign-in?as=official",
) -> Page:
    """Login, password and code. The clock goes on by half a minute: no code is good twice."""
    page = browser.get(path).submit("#official", login=login, password=password)
    assert page.path.endswith("/sign-in/second"), page.refusals
    clock.forward(seconds=30)
    return page.submit("#second", code=code_now(secret, clock))
