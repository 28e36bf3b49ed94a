"""The three steps of a proposal, in Kazakh on a phone of 360 px, in the month of proposals."""

import io
import random
from typing import Any

import pytest
from PIL import Image

from tests.chromium import axe_violations, overflow
from tests.demo_site import Open, Site, Walker

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

DAY = "proposals"
NEW = "/surat/rounds/2026/proposals/new"
TITLE = "Мектеп көшесіне үш шам орнату"
BODY = "Кешке балалар қараңғыда жүреді. <b>Үш</b> шам & бағана жетеді."
PLACE = "Абай көшесі, мектептен дүкенге дейін"
CAMERA = "Phone of Aigerim"


def photo() -> dict[str, Any]:
    """A picture as a phone takes it: large, noisy, with what it knows about its owner."""
    picture = Image.effect_noise((1600, 1200), 80).convert("RGB")
    exif = Image.Exif()
    exif[0x010F] = CAMERA
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=85, exif=exif)
    return {"name": "көше.jpg", "mimeType": "image/jpeg", "buffer": kept.getvalue()}


def sound(walker: Walker) -> None:
    page = walker.page
    assert axe_violations(page) == []
    assert overflow(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert overflow(page) == []
    page.set_viewport_size({"width": 360, "height": 740})


def fill_what(walker: Walker) -> None:
    page = walker.page
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=body]").fill(BODY)
    page.locator("[name=direction]").select_option(index=2)
    page.locator("[name=text_lang][value=kk]").check()


@pytest.mark.parametrize("scripts", [True, False], ids=["with_script", "without_script"])
def test_aigerim_proposes_in_three_steps_with_a_photo(
    walk: Open, site: Site, scripts: bool
) -> None:
    aigerim = walk(scripts=scripts)
    card = site.card("resident", slug="surat", nth=random.Random(scripts).randrange(3))
    aigerim.sign_in(card)
    page = aigerim.open("/surat/")
    aigerim.press(
        page.locator("main a[href$='/proposals/new'], header a[href$='/proposals/new']")
        .locator("visible=true")
        .first
    )
    assert aigerim.path == f"/kk{NEW}"
    if scripts:
        sound(aigerim)
    fill_what(aigerim)
    aigerim.press(page.locator("main form button").last)
    assert aigerim.path.endswith("/where")
    if scripts:
        sound(aigerim)
    # Stopped here, and taken up again from the list: what was written is kept.
    where = aigerim.path
    page.go_back()
    page.goto(where)
    assert TITLE in aigerim.text()
    # An empty form says at each field what is missing, and keeps the photo that came with it.
    page.locator("[name=photos]").set_input_files([photo()])
    aigerim.press(page.locator("#where button"))
    assert {"settlement", "place"} <= {
        one.split("-")[1]
        for one in page.evaluate(
            "[...document.querySelectorAll('.emsg')].map(problem => problem.id)"
        )
    }
    assert page.locator("img.thumb").count() == 1
    if scripts:
        sound(aigerim)
    page.locator("[name=settlement]").first.check()
    page.locator("[name=place]").fill(PLACE)
    page.locator("[name=estimate]").fill("1 200 000")
    aigerim.press(page.locator("#where button"))
    assert aigerim.path.endswith("/check")
    assert "1 200 000 ₸" in aigerim.text()
    assert BODY in aigerim.text(), "what was typed stands there as it was typed"
    if scripts:
        sound(aigerim)
    # A double press hands it in once.
    page.locator("#send button").dblclick(no_wait_after=True)
    page.wait_for_url("**/receipt")
    number = aigerim.path.split("/")[-2]
    assert number in aigerim.text()
    if scripts:
        sound(aigerim)
    visitor = walk(scripts=scripts)
    visitor.open(f"/surat/proposals/{number}")
    assert TITLE in visitor.h1()
    assert card["name"] not in visitor.page.content(), "the public sees a first name and a letter"
    picture = visitor.page.locator("main .photos-in a").first.get_attribute("href")
    shown = visitor.context.request.get(f"{site.origin}{picture}")
    assert shown.status == 200
    assert CAMERA.encode() not in shown.body()
    assert Image.open(io.BytesIO(shown.body())).width <= 1600
    visitor.open(f"/surat/rounds/2026/proposals?q={TITLE.replace(' ', '+')}")
    assert visitor.page.locator(f"main a[href$='/proposals/{number}']").count() == 1


def test_a_picture_that_is_none_and_too_much_text_are_refused_in_words(
    walk: Open, site: Site
) -> None:
    bolat = walk()
    bolat.sign_in(site.card("resident", slug="surat", nth=3))
    page = bolat.open(NEW)
    bolat.press(page.locator("main form button").last)
    assert {"title", "body", "direction"} <= {
        one.split("-")[1]
        for one in page.evaluate(
            "[...document.querySelectorAll('.emsg')].map(problem => problem.id)"
        )
    }
    assert page.evaluate("document.activeElement.id") == "problems"
    # From the summary to the field by one press.
    page.locator("#problems a").first.click()
    assert page.evaluate("document.activeElement.name") == "title"
    sound(bolat)
    fill_what(bolat)
    bolat.press(page.locator("main form button").last)
    page.locator("[name=settlement]").first.check()
    page.locator("[name=place]").fill(PLACE)
    page.locator("[name=photos]").set_input_files(
        [{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"<script>alert(1)</script>"}]
    )
    bolat.press(page.locator("#where button"))
    assert any(one.startswith("photos.") for one in bolat.refusals)
    assert page.locator("[name=place]").input_value() == PLACE
    sound(bolat)
    page.locator("[name=photos]").set_input_files([photo()] * 3)
    bolat.press(page.locator("#where button"))
    assert bolat.path.endswith("/check")
    assert "<script>" not in page.content().split("<main")[1]
