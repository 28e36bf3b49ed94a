"""What answers tell browsers: what may be kept, what may run, who learns of an address."""

import re

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.core.settings import Settings
from app.main import create_app
from app.web.guard import CSP
from tests.browser import read
from tests.journeys.test_rights_matrix import LINES, address
from tests.siege import HOME, Siege, every_page

pytestmark = pytest.mark.xdist_group("rights")
SANDBOX = "sandbox; default-src 'none'"


def test_nothing_of_somebody_who_is_signed_in_is_kept_by_a_browser(siege: Siege) -> None:
    asked = 0
    for line in LINES:
        if line.method != "GET":
            continue
        who = next(one for one in line.lets_in if one != "visitor")
        answer = siege.ask(who, "GET", address(line.path, siege.things[HOME]))
        kept = answer.headers.get("cache-control", "")
        html = "text/html" in answer.headers.get("content-type", "")
        if answer.status_code == 200 and (line.door != "anyone" or html):
            assert kept == "no-store", f"{who} {line.path}: {kept}"
            asked += 1
        assert "public" not in kept, line.path
    assert asked > 40


def test_no_shared_cache_gives_a_page_to_somebody_else(siege: Siege) -> None:
    for line in LINES:
        if line.method == "GET" and "visitor" in line.lets_in and "{slug}" in line.path:
            answer = siege.ask("visitor", "GET", address(line.path, siege.things[HOME]))
            if answer.status_code == 200:
                kept = answer.headers["cache-control"]
                assert kept in ("no-cache", "no-store", "private, no-cache"), line.path
                assert "max-age" not in kept


DOWNLOADS = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "pb": "text/plain; charset=utf-8",
}


def test_downloads_say_what_they_are_and_nothing_in_them_runs(siege: Siege) -> None:
    found = set()
    for line in LINES:
        ending = line.path.rsplit(".", 1)[-1]
        if line.method != "GET" or ending not in DOWNLOADS:
            continue
        who = line.lets_in[0]
        url = address(line.path, siege.things[HOME])
        answer = siege.ask(who, "GET", url)
        if "rules.json" in url or "results.json" in url:
            assert answer.headers["content-type"].startswith("application/json"), url
        else:
            assert answer.headers["content-type"] == DOWNLOADS[ending], url
        assert answer.headers["content-security-policy"] == SANDBOX, url
        assert answer.headers["x-content-type-options"] == "nosniff", url
        found.add(ending)
    assert found == set(DOWNLOADS)


def test_a_photo_is_a_picture_in_a_box_of_its_own(siege: Siege) -> None:
    things = siege.things[HOME]
    answer = siege.ask("visitor", "GET", f"/kk/{HOME}/photos/{things.photo}")
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-security-policy"] == SANDBOX
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "private" in answer.headers["cache-control"]
    mark = {"if-none-match": answer.headers["etag"]}
    url = f"/kk/{HOME}/photos/{things.draft_photo}"
    assert siege.ask("author", "GET", url).status_code == 200
    # Whoever kept the mark of a photo learns nothing by it when the right is gone.
    mine = {"if-none-match": siege.ask("author", "GET", url).headers["etag"]}
    assert siege.ask("author", "GET", url, headers=mine).status_code == 304
    assert siege.ask("resident", "GET", url, headers=mine).status_code == 404
    assert siege.ask("visitor", "GET", url, headers=mark).status_code == 404


def test_a_cards_link_is_told_to_nobody(siege: Siege) -> None:
    card = next(one["sign_in"] for one in siege.cards if "card" in one["sign_in"])
    number, code = card["card"].replace(" ", ""), card["code"].replace("-", "")
    answer = siege.ask("visitor", "GET", f"/kk/sign-in/card/{number}/{code}")
    assert answer.status_code == 200
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    leaks = [
        one.attrs[name]
        for one in read(answer.text).walk()
        for name in ("href", "src", "action")
        if code in one.attrs.get(name, "").replace("-", "")
    ]
    assert [one for one in leaks if not re.match(r"/(kk|ru|en)/sign-in/card/", one)] == []


def test_every_page_keeps_to_the_policy(siege: Siege) -> None:
    for url in every_page(siege, "clerk", (f"/kk/{HOME}/desk",), of_a_kind=1):
        answer = siege.ask("clerk", "GET", url)
        if "text/html" in answer.headers["content-type"]:
            assert answer.headers["content-security-policy"] == CSP, url
            assert answer.headers["referrer-policy"] in ("same-origin", "no-referrer"), url


def cookies_of(app: FastAPI, url: str, siege: Siege) -> dict[str, str]:
    """The cookies that signing in sets, each with its flags: half a session's, then its own."""
    official = next(one["sign_in"] for one in siege.cards if one["sign_in"].get("login") == "dana")
    steps = (("/kk/sign-in", official), ("/kk/sign-in/second", {"code": siege.more["totp"]}))
    flags: dict[str, str] = {}
    with TestClient(app, base_url=url, follow_redirects=False) as client:
        for path, data in steps:
            answer = client.post(path, data=data, headers={"sec-fetch-site": "same-origin"})
            assert answer.status_code == 303, answer.text[:300]
            for one in answer.headers.get_list("set-cookie"):
                flags.setdefault(one.partition("=")[0], one.partition(";")[2].lower())
    return flags


def test_the_session_cookie_over_plain_http(siege: Siege) -> None:
    app = create_app(siege.settings, keyring=siege.keyring, clock=siege.clock)
    cookies = cookies_of(app, "http://testserver", siege)
    assert set(cookies) == {"asar", "asar-second"}
    for flags in cookies.values():
        assert "httponly" in flags
        assert "samesite=lax" in flags
        assert "secure" not in flags
        assert "domain" not in flags
    siege.restore()


def test_the_session_cookie_in_production(siege: Siege) -> None:
    settings = Settings(
        mode="production",
        database_url=siege.settings.database_url,
        keys_dir=siege.settings.keys_dir,
        public_url="https://asar.example.kz",
        tick_seconds=0,
    )
    app = create_app(settings, keyring=siege.keyring, clock=siege.clock)
    cookies = cookies_of(app, "https://asar.example.kz", siege)
    assert set(cookies) == {"__Host-asar", "__Host-asar-second"}
    for said in cookies.values():
        flags = [one.strip() for one in said.split(";")]
        assert {"httponly", "samesite=lax", "secure", "path=/"} <= set(flags)
        assert not any(one.startswith("domain") for one in flags)
    siege.restore()
    with TestClient(app, base_url="https://asar.example.kz", follow_redirects=False) as client:
        page = client.get("/kk/sign-in")
        assert page.headers["strict-transport-security"].startswith("max-age=31536000")
        assert "Тасқынов" not in page.text, "the demo's people on a sign-in page of production"
        # The plain cookie opens nothing here: somebody on the network could have set it.
        plain = client.get("/kk/me", headers={"cookie": f"asar={siege.tokens['clerk']}"})
        assert plain.status_code == 303
        own = client.get("/kk/me", headers={"cookie": f"__Host-asar={siege.tokens['clerk']}"})
        assert own.status_code == 200
