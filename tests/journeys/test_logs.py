"""The logs say what happened and never to whom: no path, no code, no name, no sum typed."""

import json
import logging
from collections.abc import Callable

import pytest

from app.web.guard import JsonLines
from tests.browser import Browser


def test_a_request_is_logged_by_its_route_alone(
    visit: Callable[..., Browser], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        visit().get("/kk/sign-in/card/12345678/ABCDEFGHJKMN?next=/kk/surat/")
        visit().get("/kk/sign-in").submit("main form", card="87654321", code="ZZZZ-YYYY-XXXX")
        visit("aigerim").get("/kk/me")
    form = JsonLines()
    lines = [form.format(record) for record in caplog.records if record.name.startswith("asar")]
    told = [json.loads(line) for line in lines]
    routes = {line.get("route") for line in told}
    assert "/{lang}/sign-in/card/{number}/{code}" in routes, "nothing was logged at all"
    everything = "\n".join(lines)
    for secret in ("12345678", "ABCDEFGHJKMN", "87654321", "ZZZZ", "YYYY", "Айгерім", "Сейітова"):
        assert secret not in everything


def test_a_crash_is_logged_without_what_the_database_was_asked(
    caplog: pytest.LogCaptureFixture, sqlite_url: str
) -> None:
    from sqlalchemy import text
    from sqlalchemy.exc import DatabaseError

    from app.core.database import make_engine

    engine = make_engine(sqlite_url)
    with engine.connect() as connection, pytest.raises(DatabaseError) as failure:
        connection.execute(text("SELECT * FROM nowhere WHERE a = :a"), {"a": "880101300123"})
    engine.dispose()
    assert "880101300123" not in str(failure.value)
