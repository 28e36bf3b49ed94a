"""A database that somebody else is writing to: the page says so, and nothing is lost."""

from collections.abc import Callable

from sqlalchemy import text
from starlette.testclient import TestClient

from app.core.database import make_engine, open_session, transaction
from app.core.settings import Settings
from app.main import create_app
from tests.browser import Browser, read


def test_a_busy_database_is_said_in_words(
    visit: Callable[..., Browser], settings: Settings
) -> None:
    token = visit.town.sign_in("dana")
    engine = make_engine(settings.database_url)
    state = visit.app.state
    app = create_app(settings, engine=engine, keyring=state.keyring, clock=state.clock)
    client = TestClient(app, raise_server_exceptions=False)
    client.cookies.set("asar", token)
    with engine.connect() as warm:
        warm.execute(text("PRAGMA busy_timeout=200"))
    with open_session(state.engine) as other, transaction(other):
        answer = client.post(
            "/kk/surat/desk/roll/add",
            data={
                "name": "Ахмет Әлі",
                "iin": "600615110003",
                "settlement_id": "315446200",
                "basis": "№ 7",
            },
            headers={"sec-fetch-site": "same-origin"},
        )
    assert answer.status_code == 503
    page = read(answer.text)
    assert "Сұрат ауылдық округі" in page.one("header").text
    assert "Дана Омарова" in answer.text
    engine.dispose()
