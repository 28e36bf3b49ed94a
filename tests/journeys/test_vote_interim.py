"""While the vote runs, nothing that anybody can open changes with the votes that are cast.

Every page and download that can be reached by links is read before thirty ballots are cast and
after, by a visitor, a neighbour, the clerk, the akim, a deputy and an observer. Where the round's
rules show the turnout, that one figure is the only difference: so the comparison does see things.
"""

import re
from collections.abc import Callable
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest

from app.core.database import transaction
from app.rounds.models import Round
from app.voting.actions import cast
from tests.browser import Browser
from tests.town import RAION, Town

CASTS = 30
STARTS = (
    "/kk/",
    "/kk/surat/",
    "/kk/surat/rounds/2026/",
    "/kk/surat/rounds/2026/ballot",
    "/kk/surat/rounds/2026/proposals",
    "/kk/surat/rounds/2026/rules",
    "/kk/surat/rounds/2026/results",
    "/kk/surat/rounds/2026/results.csv",
    "/kk/surat/rounds/2026/results.json",
    "/kk/surat/rounds/2026/ballots.pb",
    "/kk/surat/rounds/2026/results/ballots.pb",
    "/kk/surat/rounds/2026/protocol",
    "/kk/surat/results",
    "/kk/surat/works",
    f"/kk/raions/{RAION}/",
    f"/kk/raions/{RAION}/desk",
    "/kk/surat/desk",
    "/kk/surat/desk/round",
    "/kk/surat/desk/paper",
    "/kk/surat/desk/assembly",
    "/kk/surat/desk/decisions",
    "/readyz",
    "/healthz",
)
FRESH = re.compile(
    r'name="(_token|idem|claim|contribution_id|move_id|property_id|spare_id)" value="[^"]*"'
)


def read_all(browser: Browser, *, most: int = 150) -> dict[str, str]:
    """Every page that links lead to, without what is fresh in every form."""
    found: dict[str, str] = {}
    waiting = list(STARTS)
    while waiting and len(found) < most:
        path = waiting.pop(0)
        if path in found:
            continue
        page = browser.get(path)
        found[path] = f"{page.status} {FRESH.sub('', page.html)}"
        if not page.is_html:
            continue
        for link in page.links():
            target = urlsplit(urldefrag(urljoin(path, link)).url)
            wanted = target.path + (f"?{target.query}" if target.query else "")
            inside = not target.netloc and wanted.startswith(("/kk/surat", "/kk/raions"))
            if inside and wanted not in found:
                waiting.append(wanted)
    return found


def cast_thirty(town: Town, of: Round) -> None:
    with transaction(town.session):
        people = [person for person in town.ids["voters"].split()]
    for number, person in enumerate(people):
        with transaction(town.session) as session:
            cast(
                session,
                keyring=town.keyring,
                clock=town.clock,
                district_id=of.district_id,
                round_id=of.id,
                person_id=person,
                choices=[1, 2] if number % 3 else [2, 3, 4],
                idem=f"form {number}",
            )


@pytest.fixture
def vote(visit: Callable[..., Browser]) -> Round:
    town: Town = visit.town  # type: ignore[attr-defined]
    made = town.round()
    for number in range(6):
        town.proposal(made, f"Жоба {number + 1}")
    with transaction(town.session):
        voters = [town.resident(f"Тұрғын {number}") for number in range(CASTS)]
    town.ids["voters"] = " ".join(voters)
    return made


@pytest.mark.parametrize("name", ["", "bolat", "dana", "erlan", "saule", "timur"])
def test_no_page_changes_with_the_votes(
    visit: Callable[..., Browser], vote: Round, name: str
) -> None:
    town: Town = visit.town  # type: ignore[attr-defined]
    browser = visit(name)
    before = read_all(browser)
    assert sum(page.startswith("200") for page in before.values()) > 8
    cast_thirty(town, vote)
    after = read_all(browser)
    assert set(after) == set(before)
    # A workbook tells the second it was made in.
    told = [path for path in before if after[path] != before[path] and ".xlsx" not in path]
    assert told == []


def test_the_turnout_is_the_one_figure_that_may_change(
    visit: Callable[..., Browser], vote: Round
) -> None:
    town: Town = visit.town  # type: ignore[attr-defined]
    with transaction(town.session) as session:
        one = session.get_one(Round, vote.id)
        one.show_turnout = True
        session.add(one)
    browser = visit()
    before = read_all(browser)
    cast_thirty(town, vote)
    after = read_all(browser)
    changed = [path for path in before if after[path] != before[path]]
    assert "/kk/surat/rounds/2026/ballot" in changed
    for path in changed:
        was, now = before[path].split(), after[path].split()
        assert len(was) == len(now), path
        differences = {(a, b) for a, b in zip(was, now, strict=True) if a != b}
        assert all("30" in b for _, b in differences), differences
