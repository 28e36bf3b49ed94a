"""The fixtures: engines, the clock, a town of two districts, and people with browsers.

Every test that takes `engine` runs on SQLite and on a real PostgreSQL. Where a tool is missing the
test is skipped, loudly; under CI nothing may be skipped, so it fails there.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from app.core.database import make_engine, open_session
from app.core.keys import Keyring
from app.core.settings import Settings
from tests.browser import Browser
from tests.postgres import PostgresMissing, cluster
from tests.schema import build_schema
from tests.town import Town

if TYPE_CHECKING:
    from tests.siege import Siege

NOON = datetime(2026, 4, 18, 7, 0, tzinfo=UTC)  # noon in Almaty, while the vote runs


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def wall(self) -> datetime:
        return self.now()

    def set(self, moment: datetime) -> None:
        self.moment = moment

    def forward(self, **span: float) -> None:
        self.moment += timedelta(**span)


def missing(what: str) -> None:
    """Skips where something is not installed; fails under CI."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "asar.db"
    build_schema(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template() -> str:
    try:
        server = cluster()
    except PostgresMissing as why:
        missing(str(why))
    build_schema(server.create_database("asar_template"))
    return "asar_template"


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    shutil.copy(sqlite_template, tmp_path / "asar.db")
    return f"sqlite:///{tmp_path / 'asar.db'}"


@pytest.fixture
def postgres_url(postgres_template: str, request: pytest.FixtureRequest) -> Iterator[str]:
    name = f"asar_{abs(hash(request.node.nodeid)):x}"
    yield cluster().create_database(name, template=postgres_template)
    cluster().drop_database(name)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], ids=str)
def database_url(request: pytest.FixtureRequest) -> str:
    kind = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(kind))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite_engine(sqlite_url: str) -> Iterator[Engine]:
    engine = make_engine(sqlite_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with open_session(engine) as session:
        yield session


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOON)


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    keyring = Keyring(tmp_path / "keys")
    keyring.make()
    return keyring


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        mode="development",
        database_url=f"sqlite:///{tmp_path / 'asar.db'}",
        keys_dir=tmp_path / "keys",
        tick_seconds=0,
    )


@pytest.fixture
def town(session: Session, keyring: Keyring, clock: SetClock) -> Town:
    """Two districts of one raion, with their people, on either engine."""
    return Town(session, keyring, clock)


@pytest.fixture
def visit(
    sqlite_engine: Engine, keyring: Keyring, clock: SetClock, settings: Settings
) -> Iterator[Callable[..., Browser]]:
    """`visit("aigerim")` is her browser; `visit()` is a visitor's. On SQLite.

    `visit.town` is the town they live in.
    """
    from starlette.testclient import TestClient

    from app.main import create_app

    app = create_app(settings, engine=sqlite_engine, keyring=keyring, clock=clock)
    with open_session(sqlite_engine) as session, TestClient(app) as client:
        home = Town(session, keyring, clock)

        def open_browser(name: str = "") -> Browser:
            cookie = home.sign_in(name) if name else ""
            return Browser(client.app, cookie=cookie, before=session.rollback)

        open_browser.town = home  # type: ignore[attr-defined]
        open_browser.app = app  # type: ignore[attr-defined]
        yield open_browser


@pytest.fixture(scope="session")
def voting_siege(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Siege"]:
    """The demo under siege on a day of voting: made once, for it takes a while."""
    from tests.siege import Siege

    siege = Siege(tmp_path_factory.mktemp("siege"), day=date(2026, 4, 18))
    yield siege
    siege.close()


@pytest.fixture(scope="module")
def siege(voting_siege: "Siege") -> Iterator["Siege"]:
    """The same, as it was made, for every module anew. Who writes puts it back by `restore`."""
    voting_siege.restore()
    yield voting_siege
    voting_siege.restore()
