"""A passkey in a real Chromium, with the debugging protocol's own authenticator."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pyotp
import pytest
import uvicorn
from sqlmodel import select

from app.core.clock import SystemClock
from app.core.database import make_engine, open_session, transaction
from app.core.keys import Keyring
from app.core.settings import Settings
from app.main import create_app
from app.people.models import Official, Role
from app.people.office_models import Factor, KeyChallenge
from app.people.officials import give_office
from app.people.passwords import hash_password
from tests.chromium import watch
from tests.conftest import SetClock
from tests.office import app_of
from tests.schema import build_schema
from tests.town import Town

PASSWORD = "жеті рет өлшеп бір рет кес"


class RealClock(SystemClock, SetClock):
    """The machine's own, for a town that wants one that can be set."""

    def __init__(self) -> None:
        super().__init__(SystemClock().now())

    def now(self) -> Any:
        return SystemClock().now()


class Office:
    """Dana's office: a town served on localhost, whose pages a browser takes for a safe place."""

    def __init__(self, folder: Path) -> None:
        url = f"sqlite:///{folder / 'asar.db'}"
        build_schema(url)
        self.engine = make_engine(url)
        keyring = Keyring(folder / "keys")
        keyring.make()
        self.clock = RealClock()
        with open_session(self.engine) as session:
            self.town = Town(session, keyring, self.clock)
            with transaction(session):
                session.add(
                    Official(
                        id="o-asan",
                        login="asan",
                        full_name="Асан Қайғы",
                        password_hash=hash_password(PASSWORD),
                    )
                )
                session.flush()
                give_office(
                    session,
                    official_id="o-asan",
                    role=Role.CLERK,
                    district_id="d-surat",
                    since=date(2020, 1, 1),
                )
            self.secret = app_of(self.town, "o-asan")
        settings = Settings(
            mode="development", database_url=url, keys_dir=folder / "keys", tick_seconds=0
        )
        self.app = create_app(settings, engine=self.engine, keyring=keyring, clock=self.clock)

    def rows(self, model: Any) -> list[Any]:
        with open_session(self.engine) as session:
            return list(session.exec(select(model)).all())


@contextmanager
def served(office: Office) -> Iterator[str]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(office.app, access_log=False, log_config=None, server_header=False)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    patience = time.monotonic() + 30
    while not server.started:
        assert time.monotonic() < patience
        time.sleep(0.02)
    try:
        yield f"http://localhost:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=15)
        listener.close()


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def authenticator(page: Any, **over: Any) -> tuple[Any, str]:
    """A key that is plugged in and touched as soon as anybody asks."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasResidentKey": False,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
        **over,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def press(page: Any, css: str) -> None:
    with page.expect_navigation():
        page.locator(css).click()


def password(page: Any) -> None:
    page.goto("/kk/sign-in?as=official")
    page.locator("#official [name=login]").fill("asan")
    page.locator("#official [name=password]").fill(PASSWORD)
    press(page, "#official button")
    assert page.url.endswith("/kk/sign-in/second")


def test_a_key_is_added_and_signs_in(browser: Any, office: Office) -> None:
    with served(office) as origin:
        context = browser.new_context(base_url=origin, viewport={"width": 360, "height": 740})
        context.set_default_timeout(10_000)
        page = context.new_page()
        seen = watch(page, origin=origin)
        usb, key = authenticator(page)

        password(page)
        page.locator("#second [name=code]").fill(pyotp.TOTP(office.secret).now())
        press(page, "#second button")
        assert page.url.endswith("/kk/surat/desk")

        page.goto("/kk/me/factors")
        press(page, "form[action='/kk/me/factors/new/key'] button")
        page.locator("[name=name]").fill("Көк кілт")
        press(page, "[data-touch]")
        assert page.url.endswith("/kk/me/factors"), page.locator("main").inner_text()
        assert "Көк кілт" in page.locator("main").inner_text()
        (row,) = [one for one in office.rows(Factor) if one.kind == "key"]
        assert row.public_key
        assert row.proved_at
        assert office.rows(KeyChallenge) == []

        # The same key once more is told by the browser itself: it is in the list of known ones.
        press(page, "form[action='/kk/me/factors/new/key'] button")
        page.locator("[data-touch]").click()
        page.locator("[data-failed]").wait_for(state="visible")

        # Signing in with it.
        context.clear_cookies()
        password(page)
        press(page, "#by-key-form button")
        assert page.url.endswith("/kk/sign-in/second/key")
        press(page, "[data-touch]")
        assert page.url.endswith("/kk/surat/desk"), page.locator("main").inner_text()
        (row,) = [one for one in office.rows(Factor) if one.kind == "key"]
        assert row.sign_count > 0
        assert row.used_at

        # What one key signed once is never taken again, nor in another sign-in.
        context.clear_cookies()
        password(page)
        press(page, "#by-key-form button")
        sent: list[str] = []
        page.on(
            "request",
            lambda one: sent.append(one.post_data or "") if one.method == "POST" else None,
        )
        press(page, "[data-touch]")
        assert page.url.endswith("/kk/surat/desk")
        (posted,) = [one for one in sent if "answer=" in one]
        context.clear_cookies()
        password(page)
        press(page, "#by-key-form button")
        answer = page.evaluate(
            """async (body) => {
              const token = document.querySelector('[name=_token]').value;
              const sent = new URLSearchParams(body);
              sent.set('_token', token);
              const got = await fetch('/kk/sign-in/second', {method: 'POST', body: sent});
              return [got.status, await got.text()];
            }""",
            posted,
        )
        assert answer[0] == 422
        assert "people.key_wrong" in answer[1]

        # A copy of the key, whose count is behind, is refused.
        with open_session(office.engine) as session, transaction(session):
            row = session.exec(select(Factor).where(Factor.kind == "key")).one()
            row.sign_count += 1000
        press_back = page.goto("/kk/sign-in/second")
        assert press_back.ok
        press(page, "#by-key-form button")
        press(page, "[data-touch]")
        assert page.url.endswith("/kk/sign-in/second")
        assert page.locator("[data-refusal='people.key_wrong']").count()

        usb.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": key})
        frowns = [one for one in seen.frowns if "422" not in one]
        context.close()
    assert frowns == []


def test_without_scripts_the_page_says_so_and_leads_on(browser: Any, office: Office) -> None:
    with served(office) as origin:
        context = browser.new_context(base_url=origin, java_script_enabled=False)
        page = context.new_page()
        password(page)
        page.locator("#second [name=code]").fill(pyotp.TOTP(office.secret).now())
        press(page, "#second button")
        page.goto("/kk/me/factors")
        press(page, "form[action='/kk/me/factors/new/key'] button")
        assert "скриптілері" in page.locator("main").inner_text()
        assert not page.locator("[data-touch]").is_visible()
        press(page, "main .back a")
        assert page.url.endswith("/kk/me/factors")
        context.close()
