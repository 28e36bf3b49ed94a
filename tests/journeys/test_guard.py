"""What stands before every page: headers, same origin for whatever writes, sizes, no crash."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.browser import Browser

Visit = Callable[..., Browser]


def client(visit: Visit) -> TestClient:
    app: FastAPI = visit.app  # type: ignore[attr-defined]
    return TestClient(app, follow_redirects=False)


def test_every_page_carries_the_strict_policy(visit: Visit) -> None:
    for path in ("/kk/", "/ru/surat/", "/en/sign-in", "/kk/nowhere", "/static/app.css"):
        page = visit().get(path)
        assert page.status == (404 if "nowhere" in path else 200), path
        headers = page.response.headers
        assert "script-src 'self'" in headers["content-security-policy"], path
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "none"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://testserver.evil.example"}, 403),
        ({}, 403),  # says nothing and carries no token
        ({"sec-fetch-site": "same-origin"}, 303),
        ({"origin": "http://testserver"}, 303),
    ],
)
def test_only_our_own_pages_may_write(visit: Visit, headers: dict[str, str], status: int) -> None:
    token = visit.town.sign_in("aigerim")  # type: ignore[attr-defined]
    browser = client(visit)
    browser.cookies.set("asar", token)
    answer = browser.post("/kk/sign-out", data={}, headers=headers)
    assert answer.status_code in ((200, 303) if status == 303 else (status,))
    still = browser.get("/kk/me").status_code == 200
    assert still == (status == 403), "a refused form signed somebody out, or a good one did not"


def test_a_browser_that_says_nothing_gets_in_with_its_own_token_only(visit: Visit) -> None:
    token = visit.town.sign_in("aigerim")  # type: ignore[attr-defined]
    hers = Browser(visit.app, cookie=token, says_origin=False)  # type: ignore[attr-defined]
    other = Browser(
        visit.app,  # type: ignore[attr-defined]
        cookie=visit.town.sign_in("bolat"),  # type: ignore[attr-defined]
        says_origin=False,
    )
    stolen = other.get("/kk/sign-out").tree.all("input[name=_token]")[0].attrs["value"]
    assert hers.post("/kk/sign-out", {"_token": stolen}).status == 403
    page = hers.get("/kk/sign-out").submit("main form")
    assert page.status == 200
    assert "/kk/sign-in" in hers.get("/kk/me").path


def test_a_flood_of_bytes_is_refused(visit: Visit) -> None:
    body = "x=" + "a" * 27_000_000
    answer = client(visit).post(
        "/kk/sign-in",
        content=body,
        headers={
            "sec-fetch-site": "same-origin",
            "content-type": "application/x-www-form-urlencoded",
        },
    )
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "/xx/",
        "/kk/nowhere/",
        "/kk/surat/rounds/1999/results",
        "/kk/surat/rounds/2026%00/results",
        "/kk/surat/proposals/%3Cscript%3E",
        "/kk/surat/proposals/2026-9999",
        "/kk/surat/photos/..%2f..%2fetc%2fpasswd",
        "/static/../pyproject.toml",
        "/docs",
        "/openapi.json",
    ],
)
def test_what_is_not_there_is_a_404_in_the_readers_language(visit: Visit, path: str) -> None:
    answer = client(visit).get(path)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


def test_the_way_in_follows_the_browsers_language(visit: Visit) -> None:
    for asked, lang in (
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("en-GB", "en"),
        ("de-DE,kk;q=0.5", "kk"),
        ("fr", "kk"),
        ("", "kk"),
        ("ru;q=zzz", "kk"),
    ):
        answer = client(visit).get("/", headers={"accept-language": asked})
        assert (answer.status_code, answer.headers["location"]) == (302, f"/{lang}/")


def test_a_visitor_is_sent_to_sign_in_and_back(visit: Visit) -> None:
    answer = client(visit).get("/kk/surat/desk")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/kk/sign-in?next=/kk/surat/desk"
