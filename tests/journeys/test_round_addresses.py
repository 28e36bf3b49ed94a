"""Crooked addresses are pages that are not there, on both engines."""

import pytest
from starlette.testclient import TestClient

from app.main import create_app

CROOKED = (
    "/kk/%00/",
    "/kk/su%00rat/",
    "/kk/surat%00",
    "/kk/surat/rounds/%00/",
    "/kk/surat/rounds/2026%00/rules",
    "/kk/surat/rounds/2026%00/rules.json",
    "/kk/surat/rounds/20260/",
    "/kk/surat/rounds/%3Cscript%3E/",
    "/kk/raions/%00/",
    "/kk/surat/proposals/%00",
    "/kk/surat/questions/%00",
    "/xx/surat/",
    "/kk/" + "x" * 3000 + "/",
)


@pytest.fixture
def client(engine, keyring, clock, settings, town):
    town.round()
    app = create_app(settings, engine=engine, keyring=keyring, clock=clock)
    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize("path", CROOKED)
def test_a_crooked_address_is_not_there(client, path):
    assert client.get(path).status_code in (404, 422)


@pytest.mark.parametrize(
    "query", ["?q=%00", "?raion=%00", "?raion=315400000&q=%F0%9F", "?q=" + "я" * 900]
)
def test_a_crooked_search_is_an_empty_one(client, query):
    assert client.get("/kk/" + query).status_code == 200
