"""The throw-away PostgreSQL is what the tests of durability believe it to be."""

import os
import stat

import pytest
import sqlalchemy
from sqlalchemy import text

from tests import postgres

pytestmark = [pytest.mark.postgres]


@pytest.fixture(scope="module")
def server():
    try:
        own = postgres.Cluster()
    except postgres.PostgresMissing as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(missing))
    yield own
    own.remove()
    assert not own.folder.exists()


def ask(url, question):
    engine = sqlalchemy.create_engine(url)
    try:
        with engine.begin() as connection:
            answer = connection.execute(text(question))
            return answer.scalar() if answer.returns_rows else None
    finally:
        engine.dispose()


def test_it_is_durable_and_speaks_our_letters(server):
    url = server.create_database("letters")
    assert ask(url, "show fsync") == "on"
    assert ask(url, "select upper('әңғүұқөһі')") == "ӘҢҒҮҰҚӨҺІ"
    assert ask(url, "show timezone") == "Asia/Almaty"


def test_only_its_owner_gets_in(server):
    url = server.create_database("closed")
    assert stat.S_IMODE(server.folder.stat().st_mode) == 0o700
    over_tcp = server.url("closed", tcp=True)
    assert ask(over_tcp, "select 1") == 1
    with pytest.raises(sqlalchemy.exc.OperationalError, match="password authentication failed"):
        ask(over_tcp.replace(server.password, "guess"), "select 1")
    assert ask(url, "select 1") == 1


def test_databases_are_copied_and_dropped(server):
    template = server.create_database("filled")
    ask(template, "create table ballot as select 7 as n")
    assert ask(server.create_database("copy", template="filled"), "select n from ballot") == 7
    assert "ballot" in server.dump("copy")

    engine = sqlalchemy.create_engine(server.url("copy"))
    with engine.connect() as held:
        held.execute(text("select 1"))
        server.drop_database("copy")
        with pytest.raises(sqlalchemy.exc.OperationalError):
            held.execute(text("select 1"))
        held.invalidate()
    engine.dispose()
    with pytest.raises(sqlalchemy.exc.OperationalError, match="does not exist"):
        ask(server.url("copy"), "select 1")


def test_what_was_committed_outlives_a_crash(server):
    url = server.create_database("crash")
    ask(url, "create table ballot (n integer)")
    ask(url, "insert into ballot values (42)")
    port = server.port
    server.crash()
    with pytest.raises(sqlalchemy.exc.OperationalError):
        ask(url, "select 1")
    server.start()
    assert server.port == port
    assert "was not properly shut down" in server.log()
    assert ask(url, "select n from ballot") == 42
