"""A unit of which only the budget is shown: every door of doors.txt is knocked at."""

import re
from collections.abc import Callable
from datetime import date

import pytest

from app.budget.units_import import ship_real_units
from app.core.clock import at
from app.core.database import transaction
from app.places.actions import open_district
from tests.browser import Browser
from tests.journeys.test_rights_matrix import DOORS
from tests.town import Town

Visit = Callable[..., Browser]
SLUG, KATO, UNITS_RAION = "agybet", "613633000", "613600000"
VALUES = {"year": "2025", "month": "3", "number": "1", "kato": UNITS_RAION, "key": "2026"}
OPEN = re.compile(r"/\{lang\}/\{slug\}(/?|/record.*|/budget(?!/(calendar|published)).*)")


@pytest.fixture
def town(visit: Visit) -> Town:
    home: Town = visit.town  # type: ignore[attr-defined]
    home.classification()
    with transaction(home.session):
        ship_real_units(home.session, now=at(date(2026, 4, 18)))
    return home


def addresses() -> list[tuple[str, str]]:
    """Every GET that names a district or a raion: the route, and this unit's address of it."""

    def part(found: re.Match[str]) -> str:
        name = found[1]
        return {"lang": "kk", "slug": SLUG, **VALUES}.get(name, "1")

    found = []
    for line in DOORS.read_text().splitlines():
        words = line.split()
        if words[:1] == ["GET"] and re.search(r"\{(slug|kato)", words[1]):
            found.append((words[1], re.sub(r"\{(\w+)(?::\w+)?\}", part, words[1])))
    return found


def test_every_door_is_its_money_or_does_not_exist(visit: Visit, town: Town) -> None:
    wanted = addresses()
    assert len(wanted) > 100
    for who in ("", "dana", "bekzat", "operator", "aigerim"):
        browser = visit(who)
        browser.client.follow_redirects = False
        opened = []
        for route, url in wanted:
            browser.before()
            status = browser.client.get(url).status_code
            if "{slug}" in route and not OPEN.fullmatch(route) and not route.startswith("/api/"):
                assert status == 404, (who, route, status)
            else:
                assert status in (200, 303, 308, 403, 404), (who, route, status)
            if status == 200 and "{slug}" in route:
                opened.append(route)
        assert {"/{lang}/{slug}/", "/{lang}/{slug}/record"} <= set(opened), who
        assert {"/{lang}/{slug}/budget", "/{lang}/{slug}/budget/{year:int}"} <= set(opened), who


def test_its_pages_lead_to_no_closed_door(visit: Visit, town: Town) -> None:
    browser = visit()
    waiting, seen = [("", f"/kk/{SLUG}/")], set()
    while waiting:
        whence, url = waiting.pop()
        if url in seen:
            continue
        seen.add(url)
        page = browser.get(url)
        assert page.status == 200, (whence, url)
        if f"/{SLUG}" in url and page.is_html:
            waiting += [
                (url, link.split("#")[0])
                for link in page.links()
                if link.startswith(("/kk/", "/api/")) and link.split("#")[0] not in seen
            ]
    assert len(seen) > 8


def test_nothing_offers_it_as_a_place_to_take_part(visit: Visit, town: Town) -> None:
    browser = visit()
    front = browser.get("/kk/").text()
    assert "Сұрат" in front
    assert "Ағыбет" not in front
    assert "Ағыбет" not in browser.get(f"/kk/raions/{UNITS_RAION}/").text()
    home = browser.get(f"/kk/{SLUG}/")
    assert "Мұнда әзірге раунд өткізілмейді" in home.text("header")
    assert "adilet.zan.kz" in home.text()
    assert "№ 26/155" in home.text()
    assert not any("/roll" in link or "/rounds" in link for link in home.links())


def test_it_begins_to_live_and_all_doors_open(visit: Visit, town: Town) -> None:
    browser = visit()
    assert browser.get(f"/kk/{SLUG}/roll").status == 404
    with transaction(town.session):
        open_district(town.session, kato=KATO, now=at(date(2026, 4, 18)))
    assert browser.get(f"/kk/{SLUG}/roll").status == 200
    assert "Ағыбет" in browser.get("/kk/").text()
    assert browser.get(f"/kk/{SLUG}/budget/2025").status == 200
