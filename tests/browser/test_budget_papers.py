"""Files at 360 and 1280 px in Kazakh: a clerk brings in a month, a stranger drops in their own."""

from pathlib import Path

import pytest

from tests.browser.test_every_page import look
from tests.demo_site import Open, Site
from tests.journeys.test_budget_import import MARCH, book
from tests.rooms.test_budget_papers import ANNEX

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_dana_brings_in_a_month(walk: Open, site: Site, tmp_path: Path) -> None:
    paper = tmp_path / "наурыз.xlsx"
    dana = walk()
    dana.sign_in(site.card("clerk", slug="surat"))
    page = dana.open("/surat/desk/budget/import?year=2026&month=3")
    # One row that nobody knows, and a total that it makes wrong.
    paper.write_bytes(book(*MARCH, ("Наурыз мейрамы", 10, 10)))
    page.set_input_files("#f-paper", str(paper))
    dana.press(page.locator("#import button"))
    assert look(dana, dana.path) == []
    assert look(dana, dana.path, wide=True) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.locator("#keep").count() == 0
    page.locator("#f-row-10").select_option("skip")
    dana.press(page.locator("#choices button"))
    assert look(dana, dana.path) == []
    dana.press(page.locator("#keep button"))
    assert dana.path == "/kk/surat/desk/budget/2026/3"
    assert "24 183 400" in dana.text().replace("\u00a0", " ")


def test_another_raions_official_sees_their_own_share(
    walk: Open, site: Site, tmp_path: Path
) -> None:
    paper = tmp_path / "Ағыбет 2025.xlsx"
    paper.write_bytes(book(*ANNEX))
    guest = walk()
    page = guest.open("/budgets/")
    guest.press(page.locator("main a[href='/kk/budgets/try']").first)
    assert look(guest, guest.path) == []
    page.set_input_files("#f-paper", str(paper))
    page.locator("#f-year").select_option("2025")
    guest.press(page.locator("#try button"))
    assert page.locator("[data-own]").inner_text().replace("\u00a0", " ") == "38,5 %"
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.set_viewport_size({"width": 1280, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") == 1280
