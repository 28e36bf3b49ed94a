"""What became of one's own choices: the browser says the same as the server, and sends nothing."""

import pytest

from tests.demo_site import Open

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

MINE = "/oytal/rounds/2025/results/mine"  # counted by Equal Shares
ANSWER = "#answer dd"
TICKED = ("1", "2", "4")


def answered(walk: Open, *, scripts: bool) -> tuple[list[str], list[str], list[str]]:
    """The figures, what stands beside the ticks, and what was sent."""
    walker = walk(scripts=scripts)
    page = walker.open(MINE)
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(f"{asked.method} {asked.url}"))
    for number in TICKED:
        page.locator(f"[name=choices][value='{number}']").check()
    page.locator("form[data-mine-form] button").click()
    page.locator(ANSWER).first.wait_for(state="visible")
    came = page.locator("[data-came]:visible").all_inner_texts()
    return page.locator(ANSWER).all_inner_texts(), came, sent


def test_the_browser_and_the_server_say_the_same(walk: Open) -> None:
    here, beside_here, sent = answered(walk, scripts=True)
    assert [one for one in sent if "/rounds/" in one] == []
    there, beside_there, posted = answered(walk, scripts=False)
    assert [one.partition("/kk/")[2] for one in posted if one.startswith("POST")] == [MINE[1:]]
    assert here == there
    assert beside_here == beside_there
    assert len(here) == 6
    assert len(beside_here) == len(TICKED)
