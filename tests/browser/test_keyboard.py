"""Signing in and voting with the keyboard alone: all is reached, and one sees where one is."""

from typing import Any

import pytest

from tests.demo_site import Open, Site, Walker

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

BALLOT = "/surat/rounds/2026/ballot"

# Where the focus is, whether one can see that it is there, and whether something lies over it.
FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const label = e.labels && e.labels[0];
  // A card of the ballot draws the ring around the box it paints for its hidden one.
  const ring = [[e, null], [label, '::before']].some(([one, part]) => {
    const style = one && getComputedStyle(one, part);
    return style && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  });
  const box = e.getBoundingClientRect();
  const spots = [[.5, .5], [.1, .1], [.9, .1], [.1, .9], [.9, .9]].map(([x, y]) =>
    document.elementFromPoint(box.left + box.width * x, box.top + box.height * y));
  const clear = spots.some(hit => hit && (e.contains(hit) || (label && label.contains(hit))));
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return {what: e.outerHTML.slice(0, 120), ring, clear, inside};
}"""


def step(walker: Walker, key: str = "Tab") -> dict[str, Any]:
    """One press; wherever the focus lands it is seen."""
    walker.page.keyboard.press(key)
    walker.page.wait_for_timeout(30)  # the page scrolls to what has the focus
    focus: dict[str, Any] | None = walker.page.evaluate(FOCUS)
    assert focus is not None, f"the focus is lost after {key}"
    assert focus["inside"], f"outside of what is seen: {focus['what']}"
    assert focus["ring"], f"no ring of focus: {focus['what']}"
    assert focus["clear"], f"something lies over it: {focus['what']}"
    return focus


def tab_to(walker: Walker, css: str, *, most: int = 90) -> None:
    for _ in range(most):
        step(walker)
        if walker.page.evaluate("css => document.activeElement.matches(css)", css):
            return
    raise AssertionError(f"{most} presses of Tab did not lead to {css}")


def enter(walker: Walker) -> None:
    with walker.page.expect_navigation():
        walker.page.keyboard.press("Enter")


@pytest.mark.parametrize("width", [360, 1280])
def test_aigerim_signs_in_and_votes_without_a_mouse(walk: Open, site: Site, width: int) -> None:
    aigerim = walk(width=width)
    card = site.card("resident", slug="surat")
    page = aigerim.open("/sign-in")
    # The first stop is the skip link, unseen until it has the focus; it leads past the menu.
    skip = page.locator(".skip").bounding_box()
    assert skip is not None
    assert skip["x"] + skip["width"] <= 0
    focus = step(aigerim)
    assert "skip" in focus["what"]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    tab_to(aigerim, "#f-card")
    page.keyboard.type(card["sign_in"]["card"])
    tab_to(aigerim, "#f-code", most=1)
    page.keyboard.type(card["sign_in"]["code"])
    tab_to(aigerim, "#card [name=phone]", most=1)
    page.keyboard.press("ArrowDown")
    assert page.locator("#card [name=phone][value=own]").is_checked()
    tab_to(aigerim, "#card button", most=2)
    enter(aigerim)
    assert "/sign-in" not in aigerim.path
    # By the menu to the ballot.
    if width == 360:
        tab_to(aigerim, ".menu summary")
        page.keyboard.press("Enter")
        tab_to(aigerim, f".menu a[href='/kk{BALLOT}']")
    else:
        tab_to(aigerim, f".nav a[href='/kk{BALLOT}']")
    enter(aigerim)
    assert aigerim.path == f"/kk{BALLOT}"
    for _ in range(2):
        tab_to(aigerim, "#ballot input[name=choice]:not(:checked)")
        page.keyboard.press("Space")
    assert aigerim.text("[data-count]") == "2"
    tab_to(aigerim, "#ballot button")
    enter(aigerim)
    assert aigerim.path == f"/kk{BALLOT}/check"
    tab_to(aigerim, "#cast button")
    enter(aigerim)
    assert aigerim.path == f"/kk{BALLOT}/done"
    tab_to(aigerim, ".done form button")
    enter(aigerim)
    assert page.locator(".who").count() == 0


def test_no_project_hides_under_the_running_total(walk: Open, site: Site) -> None:
    aigerim = walk(width=360)
    aigerim.sign_in(site.card("resident", slug="surat", nth=1))
    page = aigerim.open(BALLOT)
    tab_to(aigerim, "#ballot input[name=choice]")
    page.keyboard.press("Space")  # one alone: the total says its longest words
    tab_to(aigerim, "#ballot button")
    for _ in range(2 * page.locator("#ballot input[name=choice]").count()):
        step(aigerim, "Shift+Tab")
    tab_to(aigerim, "#ballot button")


def test_a_refused_form_takes_the_keyboard_to_what_is_wrong(walk: Open, site: Site) -> None:
    bolat = walk()
    page = bolat.open("/sign-in")
    tab_to(bolat, "#f-card")
    page.keyboard.type("1")
    tab_to(bolat, "#card button")
    enter(bolat)
    assert page.evaluate("document.activeElement.id") == "problems"
    tab_to(bolat, "#problems a", most=1)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") in ("f-card", "f-code")
    assert page.title().startswith("Қате")


def test_the_whole_front_page_of_a_district_is_walked_by_tab(walk: Open, site: Site) -> None:
    visitor = walk(width=360)
    page = visitor.open("/surat/")
    links = page.evaluate(
        "[...document.querySelectorAll('a[href], summary, button')]"
        ".filter(e => e.checkVisibility()).length"
    )
    seen = set()
    for _ in range(links):
        seen.add(step(visitor)["what"])
    assert 'href="/kk/about/accessibility"' in " ".join(seen), "the foot of the page is reached"
