"""A resident on a phone: how much of our budget is our own, and what did it pay for?"""

import re

import pytest

from tests.chromium import axe_violations, overflow
from tests.demo_site import Open, Walker

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def press(walker: Walker, name: str) -> None:
    walker.press(walker.page.get_by_role("link", name=name, exact=True).first)


@pytest.mark.parametrize("width", [360, 1280])
def test_two_presses_from_the_front_page_to_what_our_own_taxes_paid_for(
    walk: Open, width: int
) -> None:
    visitor = walk(width=width)
    page = visitor.open("/surat/")
    press(visitor, "Бүкіл бюджет")
    said = page.locator("main .lead").all_inner_texts()
    own = next(one for one in said if one.startswith("Өз кірісіміз"))
    found = re.search(r"\d\s₸ \((\d+),(\d)\s%\)", own)
    assert found, own
    assert page.locator("#own").is_visible()
    # The bar is as long as the words say.
    bed, full = page.locator("section[aria-labelledby=own] svg.bar rect").all()[:2]
    whole, part = bed.bounding_box(), full.bounding_box()
    assert whole is not None
    assert part is not None
    assert abs(part["width"] / whole["width"] * 100 - float(f"{found[1]}.{found[2]}")) < 0.5
    assert overflow(page) == []
    press(visitor, "Өз салықтарымыз неге жұмсалды")
    assert visitor.path.endswith("/own")
    assert page.locator("section[aria-labelledby=to] .compare li").count() > 3
    assert (axe_violations(page), overflow(page)) == ([], [])
    visitor.press(page.locator("section[aria-labelledby=projects] a").first)
    assert "/proposals/" in visitor.path


def test_the_citizens_budget_prints_on_two_pages(walk: Open) -> None:
    """A sheet of A4 on both sides: Kazakh on the one, Russian on the other."""
    visitor = walk(width=1280)
    visitor.page.goto("/kk/surat/budget/2026/citizens")
    printed = visitor.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 2
    languages = visitor.page.locator("section.sheet").evaluate_all("all => all.map(s => s.lang)")
    assert languages == ["kk", "ru"]
