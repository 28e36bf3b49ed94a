"""The gateways: a file that only its owner reads, and a real HTTP server in all its moods."""

import json
import logging
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from app.core.database import open_session, transaction
from app.core.keys import Keyring
from app.core.settings import Settings
from app.notices import outbox
from app.notices.gateways import (
    ConsoleGateway,
    FileGateway,
    gateway_of,
    why_unsafe_gateway,
)
from app.notices.http_gateway import HttpGateway
from app.notices.models import Outbox
from app.notices.refused import NotNow, NotSent
from app.sending import drain, keep_sending
from app.start import why_unsafe
from app.web.guard import JsonLines
from tests.conftest import SetClock
from tests.sms_server import SmsServer, sms_server
from tests.town import Town

NUMBER = "+77012345678"
BODY = '{"recipient": "{digits}", "messages": [{"text": "Asar: {text}", "ref": "{id}"}], "n": 1}'


@pytest.fixture
def server() -> Iterator[SmsServer]:
    with sms_server() as opened:
        yield opened


def gateway(server: SmsServer, *, body: str = BODY, seconds: float = 1) -> HttpGateway:
    return HttpGateway(
        url=server.url,
        header="X-Token",
        header_value="s3cret",
        body=body,
        seconds=seconds,
    )


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    file = FileGateway(tmp_path / "asar.db-sms")
    file.send("a1", NUMBER, "Асар коды: 042317.")
    file.send("a2", NUMBER, "Екінші\nхабарлама")
    assert file.path.stat().st_mode & 0o777 == 0o600
    lines = [json.loads(line) for line in file.path.read_text().splitlines()]
    assert lines[0] == {"id": "a1", "to": NUMBER, "text": "Асар коды: 042317."}
    assert file.text_of("a2") == "Екінші\nхабарлама"
    assert file.text_of("a3") == ""
    assert FileGateway(tmp_path / "nothing").text_of("a1") == ""


def test_the_console_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    ConsoleGateway().send("a1", NUMBER, "042317")
    assert "042317" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("mode", "chosen", "kind"),
    [
        ("production", "", "NoneType"),
        ("production", "none", "NoneType"),
        ("production", "http", "HttpGateway"),
        ("demo", "", "FileGateway"),
        ("development", "", "FileGateway"),
        ("development", "none", "NoneType"),
        ("development", "console", "ConsoleGateway"),
    ],
)
def test_which_gateway_a_mode_has(mode: str, chosen: str, kind: str) -> None:
    settings = Settings(mode=mode, sms_gateway=chosen, sms_url="https://sms.example/send")
    assert type(gateway_of(settings)).__name__ == kind


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"sms_gateway": "none"}, ""),
        ({"sms_gateway": "http", "sms_url": "https://sms.example/send"}, ""),
        ({"sms_gateway": "file"}, "ASAR_SMS_GATEWAY=file"),
        ({"sms_gateway": "console"}, "ASAR_SMS_GATEWAY=console"),
        ({"sms_gateway": "http"}, "ASAR_SMS_URL"),
        ({"sms_gateway": "http", "sms_url": "http://sms.example/"}, "ASAR_SMS_URL"),
        (
            {"sms_gateway": "http", "sms_url": "https://sms.example/", "sms_body": '{"to": "{to}'},
            "ASAR_SMS_BODY",
        ),
        (
            {"sms_gateway": "http", "sms_url": "https://sms.example/", "sms_body": '"{text}"'},
            "ASAR_SMS_BODY",
        ),
        (
            {"sms_gateway": "http", "sms_url": "https://sms.example/", "sms_header": "X-Token"},
            "ASAR_SMS_HEADER_VALUE",
        ),
    ],
)
def test_what_production_refuses_to_start_with(over: dict[str, str], said: str) -> None:
    found = why_unsafe_gateway(Settings(mode="production", **over))
    assert [said in line for line in found] == ([True] if said else [])


def test_a_gateway_like_that_keeps_the_server_from_starting(
    sqlite_engine: Engine, sqlite_url: str, keyring: Keyring
) -> None:
    told = {"database_url": sqlite_url, "keys_dir": keyring.folder}
    for chosen, kept in (("file", True), ("none", False)):
        settings = Settings(mode="production", sms_gateway=chosen, **told)
        found = why_unsafe(settings, sqlite_engine, keyring, workers=1)
        assert any("ASAR_SMS_GATEWAY=file" in line for line in found) == kept


def test_values_are_put_into_the_structure_and_never_become_it(server: SmsServer) -> None:
    nasty = 'a", "to": "+77770000000"} {to} {id} \\ \u2028 Ә'
    gateway(server).send("abc123", NUMBER, nasty)
    (asked,) = server.asked
    assert asked["line"] == "POST /send HTTP/1.1"
    assert asked["body"] == {
        "recipient": "77012345678",
        "messages": [{"text": f"Asar: {nasty}", "ref": "abc123"}],
        "n": 1,
    }
    assert asked["headers"]["idempotency-key"] == "abc123"
    assert asked["headers"]["x-token"] == "s3cret"
    assert asked["headers"]["content-type"] == "application/json"


@pytest.mark.parametrize("act", ["200", "201", "slow", "cut-body"])
def test_what_counts_as_sent(server: SmsServer, act: str) -> None:
    server.acts = [act]
    gateway(server, seconds=3).send("a1", NUMBER, "042317")


@pytest.mark.parametrize("act", ["400", "401", "403", "404", "422"])
def test_what_is_never_tried_again(server: SmsServer, act: str) -> None:
    server.acts = [act]
    with pytest.raises(NotSent, match=act):
        gateway(server).send("a1", NUMBER, "042317")


@pytest.mark.parametrize("act", ["408", "429", "500", "502", "503", "302", "cut-head"])
def test_what_is_tried_again(server: SmsServer, act: str) -> None:
    server.acts = [act]
    with pytest.raises(NotNow):
        gateway(server).send("a1", NUMBER, "042317")
    assert len(server.asked) == 1, "a redirect is not followed: it would take the token along"


@pytest.mark.parametrize("act", ["hang", "drip"])
def test_one_deadline_for_all_of_it(server: SmsServer, act: str) -> None:
    server.acts = [act]
    begun = time.monotonic()
    with pytest.raises(NotNow, match="Timeout"):
        gateway(server, seconds=0.6).send("a1", NUMBER, "042317")
    assert 0.5 < time.monotonic() - begun < 3


def test_nobody_there_is_not_now(server: SmsServer) -> None:
    away = HttpGateway(url="http://127.0.0.1:9/", header="", header_value="", body=BODY, seconds=2)
    with pytest.raises(NotNow, match="ConnectError"):
        away.send("a1", NUMBER, "042317")


def lay(town: Town) -> str:
    with transaction(town.session) as session:
        return outbox.put(
            session,
            keyring=town.keyring,
            kind="code",
            to=NUMBER,
            code="notice.code",
            lang="ru",
            facts={"code": "042317"},
            now=town.clock.now(),
            ends_at=town.clock.now() + timedelta(minutes=10),
        )


def test_a_bad_day_of_the_gateway_sends_one_message(
    engine: Engine, town: Town, clock: SetClock, server: SmsServer, caplog: pytest.LogCaptureFixture
) -> None:
    """It took the message at the second try and never said so: the repeat is known by its id."""
    server.acts = ["500", "hang", "cut-head", "429", "200"]
    letter = lay(town)
    for wait in (0, 30, 60, 120, 240):
        clock.forward(seconds=wait)
        town.session.rollback()
        with caplog.at_level(logging.DEBUG):
            drain(engine, town.keyring, clock, gateway(server, seconds=0.5), most_a_day=9)
    assert [one["headers"]["idempotency-key"] for one in server.asked] == [letter] * 5
    assert list(server.messages) == [letter]
    assert town.session.exec(select(Outbox)).all() == []
    lines = [JsonLines().format(record) for record in caplog.records]
    asar = "\n".join(line for line in lines if '"asar' in line)
    assert "status 500" in asar
    for secret in ("7012345678", "042317", "s3cret", server.url):
        assert secret not in asar
    loud = [one for one in caplog.records if one.name.startswith("httpx") and one.levelno > 10]
    assert loud == [], "its own lines would name the gateway"


def test_the_thread_sends_as_soon_as_it_is_woken(
    sqlite_engine: Engine, server: SmsServer, request: pytest.FixtureRequest
) -> None:
    """A gateway that hangs holds up its own thread, and nobody else's transaction."""
    keyring = Keyring(request.getfixturevalue("tmp_path") / "keys")
    keyring.make()
    clock = request.getfixturevalue("clock")
    server.acts = ["hang", "200"]
    state = SimpleNamespace(
        engine=sqlite_engine,
        keyring=keyring,
        clock=clock,
        gateway=gateway(server, seconds=1.5),
        settings=SimpleNamespace(sms_per_day=10),
        posted=threading.Event(),
    )
    stop = threading.Event()
    thread = threading.Thread(target=keep_sending, args=(state, stop), daemon=True)
    thread.start()
    try:
        with open_session(sqlite_engine) as session:
            town = Town(session, keyring, clock)
            time.sleep(0.3)
            first = lay(town)
            state.posted.set()
            _wait_for(lambda: len(server.asked) == 1)
            begun = time.monotonic()
            second = lay(town)  # while the gateway hangs
            assert time.monotonic() - begun < 1
            state.posted.set()
            _wait_for(lambda: second in {one["headers"]["idempotency-key"] for one in server.asked})
            assert server.asked[0]["headers"]["idempotency-key"] == first
    finally:
        stop.set()
        state.posted.set()
        thread.join(timeout=5)
    assert not thread.is_alive()


def _wait_for(true: object) -> None:
    assert callable(true)
    patience = time.monotonic() + 8
    while not true():
        assert time.monotonic() < patience
        time.sleep(0.02)
