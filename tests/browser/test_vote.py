"""The vote, in Kazakh on a phone of 360 px, with the page's script and without any."""

import re
from typing import Any

import pytest
from playwright.sync_api import Error as PlaywrightError

from tests.chromium import axe_violations, overflow
from tests.demo_site import Open, Site, Walker

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

BALLOT = "/surat/rounds/2026/ballot"
NOT_YET = "ӘЛІ ЕСЕПКЕ АЛЫНҒАН ЖОҚ"
COUNTED = "Дауысыңыз есепке алынды"


def boxes(walker: Walker) -> Any:
    return walker.page.locator("#ballot input[name=choice]")


def ticked(walker: Walker) -> set[str]:
    found: list[str] = walker.page.evaluate(
        "[...document.querySelectorAll('input[name=choice]:checked')].map(box => box.value)"
    )
    return set(found)


def tick(walker: Walker, numbers: set[str]) -> None:
    for number in sorted(numbers - ticked(walker)):
        touch(walker, number)


def touch(walker: Walker, number: str) -> None:
    """A finger lands on the card: its label covers the box and the whole card."""
    walker.page.locator(f"label[for=c-{number}]").click()


def check_page(walker: Walker) -> None:
    """From the ballot to the check page."""
    walker.press(walker.page.locator("#ballot button"))
    assert walker.path == f"/kk{BALLOT}/check"


def go_back(walker: Walker) -> None:
    """The back button. To a page that was made by a POST and must not be kept, Chromium shows
    its own page instead, which offers to send the form again."""
    try:
        walker.page.go_back()
    except PlaywrightError as refused:
        if "ERR_CACHE_MISS" not in str(refused):
            raise
        walker.page.wait_for_timeout(400)  # until that page of Chromium's stands


def tenge(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def sound(walker: Walker) -> None:
    """No page of the vote scrolls sideways or fails axe, on a phone of 320 px either."""
    page = walker.page
    assert axe_violations(page) == []
    size = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 640})
    assert overflow(page) == []
    assert size is not None
    page.set_viewport_size(size)


def test_the_total_moves_as_one_ticks_and_too_many_is_said_at_once(walk: Open, site: Site) -> None:
    aigerim = walk()
    aigerim.sign_in(site.card("resident", slug="surat"))
    page = aigerim.open(BALLOT)
    assert aigerim.text("[data-count]") == "0"
    assert page.locator("[data-live]").is_visible()
    costs = {}
    for index in range(boxes(aigerim).count()):
        box = boxes(aigerim).nth(index)
        costs[box.get_attribute("value")] = int(box.get_attribute("data-cost"))
    assert len(costs) > 5, "the demo's ballot must be longer than the most one may choose"
    chosen = sorted(costs)[:2]
    for count, number in enumerate(chosen, start=1):
        tick(aigerim, {number})
        assert aigerim.text("[data-count]") == str(count)
        assert tenge(aigerim.text("[data-sum]")) == sum(costs[one] for one in chosen[:count])
    assert page.locator("[data-few]").is_visible(), "the nudge to choose at least three"
    touch(aigerim, chosen[1])  # taken back
    assert aigerim.text("[data-count]") == "1"
    assert tenge(aigerim.text("[data-sum]")) == costs[chosen[0]]
    tick(aigerim, set(costs))
    assert page.locator("[data-over]").is_visible()
    assert page.locator("[data-dear]").is_visible()
    sound(aigerim)
    aigerim.press(page.locator("#ballot button"))
    assert aigerim.refusals == ["voting.too_many"]
    assert ticked(aigerim) == set(costs), "what was ticked is still there"
    assert page.evaluate("document.activeElement.id") == "problems"
    sound(aigerim)


@pytest.mark.parametrize("scripts", [True, False], ids=["with_script", "without_script"])
def test_aigerim_votes_changes_her_vote_and_hands_the_phone_over(
    walk: Open, site: Site, scripts: bool
) -> None:
    # A demo's sign-in page lists its people; a real one names nobody.
    site.app.state.settings = site.demo.settings.model_copy(update={"mode": "development"})
    aigerim = walk(scripts=scripts)
    card = site.card("resident", slug="surat")
    aigerim.sign_in(card, phone="shared")
    page = aigerim.open(BALLOT)
    if not scripts:
        assert not page.locator("[data-live]").is_visible(), "a total that would not move"
    tick(aigerim, {"2", "5"})
    check_page(aigerim)
    assert NOT_YET in aigerim.text()
    if scripts:
        sound(aigerim)
    # Back to the list by the page's own button: the ticks are there, nothing is counted.
    aigerim.press(page.locator("button[name=do]"))
    assert ticked(aigerim) == {"2", "5"}
    tick(aigerim, {"3"})
    check_page(aigerim)
    aigerim.press(page.locator("#cast button:not([name])"))
    assert aigerim.path == f"/kk{BALLOT}/done"
    assert COUNTED in aigerim.h1()
    assert "27 сәуір 2026, 20:00" in aigerim.text()
    if scripts:
        sound(aigerim)
    # Another look at it, and another mind.
    aigerim.open(BALLOT)
    assert ticked(aigerim) == {"2", "3", "5"}
    touch(aigerim, "3")
    check_page(aigerim)
    aigerim.press(page.locator("#cast button:not([name])"))
    assert page.locator("main ul.list li").count() == 2
    # Finish and hand over: the next person finds no name, and the back button nothing private.
    private = page.locator("main ul.list b").first.inner_text()
    name = card["name"]
    assert private in page.content()
    assert name in page.content()
    aigerim.press(page.locator(".done form button"))
    assert name not in page.content()
    assert [one for one in aigerim.context.cookies() if one["name"] == "asar"] == []
    for _ in range(6):
        go_back(aigerim)
        assert name not in page.content()
        assert ticked(aigerim) == set()
        assert COUNTED not in page.content()
    aigerim.open(f"{BALLOT}/done")
    assert aigerim.path.startswith("/kk/sign-in")


def test_leaving_the_check_page_asks_and_the_button_does_not(walk: Open, site: Site) -> None:
    bolat = walk()
    bolat.sign_in(site.card("resident", slug="surat", nth=1))
    page = bolat.open(BALLOT)
    tick(bolat, {"1"})
    check_page(bolat)
    asked: list[tuple[str, str]] = []

    def stay(dialog: Any) -> None:
        asked.append((dialog.type, dialog.message))
        dialog.dismiss()

    page.on("dialog", stay)
    page.locator("header .brand").click()
    assert asked[0][0] == "confirm"
    assert NOT_YET in asked[0][1]
    assert bolat.path == f"/kk{BALLOT}/check", "whoever says no stays"
    page.evaluate("location.reload()")
    page.wait_for_timeout(200)
    assert [kind for kind, _ in asked] == ["confirm", "beforeunload"]
    page.remove_listener("dialog", stay)
    bolat.press(page.locator("#cast button:not([name])"))
    assert bolat.path == f"/kk{BALLOT}/done"
    assert len(asked) == 2, "casting is no leaving"


@pytest.mark.parametrize("scripts", [True, False], ids=["with_script", "without_script"])
def test_a_double_press_and_the_back_button_leave_one_ballot(
    walk: Open, site: Site, scripts: bool
) -> None:
    aigerim = walk(scripts=scripts)
    aigerim.sign_in(site.card("resident", slug="surat", nth=2))
    before = turnout(aigerim)
    page = aigerim.open(BALLOT)
    tick(aigerim, {"4"})
    check_page(aigerim)
    page.locator("#cast button:not([name])").dblclick(no_wait_after=True)
    page.wait_for_url(f"**{BALLOT}/done")
    assert turnout(aigerim) == before + 1
    # Back to the check page and once more: the browser sends the same form, and one ballot stays.
    go_back(aigerim)
    assert COUNTED in aigerim.h1()
    go_back(aigerim)
    page.reload()  # what the browser offers there: to send the choices to the check page again
    assert NOT_YET in aigerim.text()
    aigerim.press(page.locator("#cast button:not([name])"))
    assert COUNTED in aigerim.h1()
    aigerim.open(BALLOT)
    assert ticked(aigerim) == {"4"}
    assert turnout(aigerim) == before + 1


def turnout(walker: Walker) -> int:
    """How many have voted so far: one figure for the district, shown by the round's rules."""
    text = walker.open(BALLOT) and walker.text()
    return int(re.search(r"дауыс бергендер:\s*(\d+)", text)[1])  # type: ignore[index]


def test_a_stranger_to_the_ballot_sees_no_count_anywhere(walk: Open, site: Site) -> None:
    visitor = walk()
    visitor.open(BALLOT)
    assert visitor.page.locator("input[name=choice]").count() == 0
    assert visitor.page.locator("main li h2").count() > 5
    sound(visitor)


def test_no_connection_is_said_and_the_ticks_stay(walk: Open, site: Site) -> None:
    aigerim = walk()
    aigerim.sign_in(site.card("resident", slug="surat", nth=3))
    page = aigerim.open(BALLOT)
    tick(aigerim, {"6"})
    check_page(aigerim)
    aigerim.context.set_offline(True)
    page.locator("#cast button:not([name])").click()
    assert page.locator("[data-not-sent]").is_visible()
    assert aigerim.path == f"/kk{BALLOT}/check"
    aigerim.context.set_offline(False)
    page.wait_for_function("document.querySelector('[data-not-sent]').hidden")
    aigerim.press(page.locator("#cast button:not([name])"))
    assert COUNTED in aigerim.h1()
