"""The demo of a day, served for a real browser: made once a day of the story, copied for walks
that change it."""

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

import pyotp
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import BrowserContext, Page

from app.core.database import make_engine
from app.core.settings import Settings
from app.demo.fill import fill_demo
from app.main import create_app
from app.start import clock_for
from app.tick import tick
from tests.chromium import Watch, watch


@dataclass(frozen=True, slots=True)
class Demo:
    """A filled demo database in a folder of its own."""

    folder: Path
    cards: list[dict[str, Any]]

    @property
    def settings(self) -> Settings:
        return _settings(self.folder)

    def copy(self, folder: Path) -> "Demo":
        """The same story in another folder, to be changed."""
        shutil.copytree(self.folder, folder)
        return Demo(folder, self.cards)


def _settings(folder: Path) -> Settings:
    return Settings(
        mode="demo",
        database_url=f"sqlite:///{folder / 'demo.db'}",
        keys_dir=folder / "keys",
        tick_seconds=0,
    )


def make_demo(folder: Path, *, day: date | None = None) -> Demo:
    """Plays the story up to a day."""
    folder.mkdir(parents=True, exist_ok=True)
    return Demo(folder, fill_demo(_settings(folder), day=day))


class HeldClock:
    """The demo's clock, that a test may put forward to a moment."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.held: datetime | None = None

    def now(self) -> datetime:
        return self.held or self.inner.now()

    def wall(self) -> datetime:
        return self.inner.wall()

    def set(self, moment: datetime) -> None:
        self.held = moment


@dataclass(slots=True)
class Site:
    """A demo being served on 127.0.0.1."""

    origin: str
    app: FastAPI
    clock: HeldClock
    demo: Demo
    stays: list[Watch] = field(default_factory=list)

    def tick(self) -> None:
        """What the clock demands now."""
        tick(self.app.state.engine, self.app.state.keyring, self.clock)

    def card(self, role: str, *, slug: str | None = None, nth: int = 0) -> dict[str, Any]:
        """The nth of the demo's people with this role."""
        found = [
            one
            for one in self.demo.cards
            if one["role"] == role and (slug is None or one["district"] == slug)
        ]
        return found[nth]

    def login(self, name: str) -> dict[str, Any]:
        """An official by login."""
        return next(one for one in self.demo.cards if one["sign_in"].get("login") == name)


@contextmanager
def served(demo: Demo) -> Iterator[Site]:
    """Serves by a real server in a thread of its own."""
    engine = make_engine(demo.settings.database_url)
    clock = HeldClock(clock_for(engine))
    app = create_app(demo.settings, engine=engine, clock=clock)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(app, access_log=False, log_config=None, server_header=False, lifespan="on")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    patience = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        assert time.monotonic() < patience, "the server did not start in time"
        time.sleep(0.02)
    try:
        yield Site(f"http://127.0.0.1:{listener.getsockname()[1]}", app, clock, demo)
    finally:
        server.should_exit = True
        thread.join(timeout=15)
        listener.close()


class Walker:
    """A person with a phone or a desk: a browser context of their own, watched."""

    def __init__(
        self, browser: Any, site: Site, *, width: int = 360, scripts: bool = True, lang: str = "kk"
    ) -> None:
        self.site = site
        self.lang = lang
        self.scripts = scripts
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": 740},
            java_script_enabled=scripts,
            base_url=site.origin,
            locale="kk-KZ",
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(10_000)
        self.page: Page = self.context.new_page()
        self.seen = watch(self.page, origin=site.origin)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    @property
    def path(self) -> str:
        """The address without the host."""
        return self.page.url.removeprefix(self.site.origin)

    def open(self, path: str) -> Page:
        """Goes to `/…` of the walker's language."""
        self.page.goto(f"/{self.lang}{path}")
        return self.page

    def sign_in(self, who: dict[str, Any], *, phone: str = "own") -> Page:
        """By the form, field by field, as somebody with a card or a password would."""
        fields = who["sign_in"]
        if "card" in fields:
            self.open("/sign-in")
            form = self.page.locator("#card")
            form.locator("[name=card]").fill(fields["card"])
            form.locator("[name=code]").fill(fields["code"])
            form.locator(f"[name=phone][value={phone}]").check()
        else:
            self.open("/sign-in?as=official")
            form = self.page.locator("#official")
            form.locator("[name=login]").fill(fields["login"])
            form.locator("[name=password]").fill(fields["password"])
        self.press(form.locator("button"))
        if "totp_secret" in who:
            self._show_code(who["totp_secret"])
        assert "/sign-in" not in self.path, self.text("main")
        return self.page

    def _show_code(self, secret: str) -> None:
        """What their app shows; where that was taken a moment ago, what it shows next."""
        for ahead in (0, 30):
            code = pyotp.TOTP(secret).at(time.time() + ahead)
            self.page.locator("#second [name=code]").fill(code)
            self.press(self.page.locator("#second button"))
            if "/sign-in" not in self.path:
                return

    def press(self, button: Any) -> None:
        """Presses and waits for the page that answers."""
        with self.page.expect_navigation():
            button.click()

    def follow(self, words: str) -> None:
        """Follows the first link in the main part whose words contain these."""
        self.press(self.page.locator("main a", has_text=words).first)

    def text(self, css: str = "main") -> str:
        """What stands there, its hard spaces made soft."""
        return self.page.locator(css).first.inner_text().replace("\u00a0", " ")

    def h1(self) -> str:
        return self.text("h1")

    @property
    def refusals(self) -> list[str]:
        """Codes of what the page refuses, each once."""
        found = self.page.locator("[data-refusal]")
        codes = [
            found.nth(index).get_attribute("data-refusal") or "" for index in range(found.count())
        ]
        return list(dict.fromkeys(codes))


Open = Callable[..., Walker]
