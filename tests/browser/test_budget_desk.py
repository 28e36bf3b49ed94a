"""The clerk corrects a month at 360 px in Kazakh: typed, checked, published in a few presses."""

import pytest

from tests.browser.test_every_page import look
from tests.demo_site import Open, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

DESK = "/kk/surat/desk/budget"
MARCH = f"{DESK}/2026/3"


def test_dana_corrects_march_in_a_few_presses(walk: Open, site: Site) -> None:
    dana = walk()
    dana.sign_in(site.card("clerk", slug="surat"))
    page = dana.open("/surat/desk/budget")
    presses = 0

    def press(css: str) -> None:
        nonlocal presses
        dana.press(page.locator(css).first)
        presses += 1

    press(f"main a[href='{MARCH}']")
    page.locator("[name=start][value=held]").check()
    press("#start button")
    first = page.locator("#draft input.num[name^='amount-']").first
    before = first.input_value()
    first.fill("7 жүз")
    press("#draft button[value=save]")
    assert page.locator("[data-refusal='form.money']").count() > 0
    assert page.locator("[aria-invalid=true]").first.input_value() == "7 жүз"
    page.locator("[aria-invalid=true]").first.fill(before.replace("\u00a0", " ") or "1")
    page.locator("[name='stated-receipt']").fill("1")
    press("#draft button[value=save]")
    assert look(dana, MARCH, wide=True) == []  # it does not add up, and says where
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.locator("[data-gap='f-stated-receipt']").count() == 1
    page.locator("[name='stated-receipt']").fill("")
    page.locator("#draft input.num[name^='amount-']").first.fill("393 000")
    press("#draft button[value=save]")
    assert look(dana, MARCH) == []
    assert look(dana, f"{MARCH}/lines/2") == []
    page.goto(MARCH)
    page.locator("[name=words_kk]").fill("Қате жазылған сома түзетілді")
    page.locator("[name=words_ru]").fill("Исправлена ошибка в сумме")
    press("#draft button[value=publish]")
    assert dana.path == f"{MARCH}?published=1"
    assert page.locator(".note.ok").count() == 1
    assert page.locator("table tr", has_text="Қате жазылған").count() == 1
    assert presses == 6  # one of them to mend what was typed wrong
