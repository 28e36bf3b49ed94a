"""The desk's paper: Dana prints and hands out, Nurlan reads again, Erlan settles."""

from collections.abc import Callable
from itertools import cycle

import pytest

from app.rounds.models import Round, Stage
from app.voting import readings
from tests.browser import Browser, Page
from tests.town import STARTS, Town

DESK = "/kk/surat/desk/paper"
BALLOT = "/kk/surat/rounds/2026/ballot"


@pytest.fixture
def town(visit: Callable[..., Browser]) -> Town:
    return visit.town  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def vote(town: Town) -> Round:
    made = town.round()
    for number in range(8):
        town.proposal(made, f"Жоба {number + 1}", title_ru=f"Проект {number + 1}")
    town.round("oytal")
    return made


def printed(page: Page) -> list[str]:
    return [one.text for one in page.tree.all(".number b")]


def issue(desk: Browser, name: str) -> Page:
    page = desk.get(f"{DESK}/issue").submit("form[role=search]", name=name)
    person = page.tree.all("input[name=person]")[0].attrs["value"]
    return page.submit(
        "#issue", page.tree.one("button[value=issue]").text, person=person, document="1"
    )


def test_a_sheet_from_the_printer_to_the_balance(
    visit: Callable[..., Browser], town: Town, vote: Round
) -> None:
    dana, nurlan, erlan = visit("dana"), visit("nurlan"), visit("erlan")
    sheets = dana.get(DESK).follow(f"{DESK}/print").submit("#print", count="10")
    assert sheets.status == 200
    numbers = printed(sheets)
    assert len(set(numbers)) == 10
    # Both languages stand on every sheet, and every project on each of them, in its own order.
    first, second = sheets.tree.all(".sheet")[:2]
    for sheet in (first, second):
        assert "Қай жобалар" in sheet.text
        assert "Какие проекты" in sheet.text
        assert all(f"№ {n}. Жоба {n}" in sheet.text for n in range(1, 9))
        assert "Проект 3" in sheet.text
    assert [li.text for li in first.all("li")] != [li.text for li in second.all("li")]
    # Aigerim voted online; the desk is not told.
    aigerim = visit("aigerim")
    aigerim.get(BALLOT).submit("#ballot", choice=["1"]).submit("#cast")
    page = issue(dana, "айгерим")
    assert "done=issued" in str(page.response.url)
    again = issue(dana, "айгерим")
    assert (again.status, again.refusals) == (422, ["voting.already_issued"])
    issue(dana, "Болат")
    assert "voting.paper_issued" in aigerim.get(BALLOT).refusals
    # Two people read the first sheet alike and the second differently; the akim settles.
    for desk, ticks in ((dana, ["2"]), (nurlan, ["2"])):
        page = (
            desk.get(DESK).follow(f"{DESK}/enter").submit("#enter", number=numbers[0], choice=ticks)
        )
    assert "done=agree" in str(page.response.url)
    dana.get(f"{DESK}/enter").submit("#enter", number=numbers[1], choice=["3", "4"])
    page = nurlan.get(f"{DESK}/enter").submit("#enter", number=numbers[1], choice=["3"])
    assert "done=differ" in str(page.response.url)
    page = erlan.get(f"{DESK}/settle")
    page = page.follow(numbers[1])
    assert page.tree.one("#f-number").attrs["value"] == numbers[1].replace(" ", "")
    assert page.tree.all("input[checked]") == []  # he reads the sheet, not the two readings
    page = page.submit("#settle", choice=["3", "4"])
    assert "done=settled" in str(page.response.url)
    balance = readings.balance(town.session, of=vote)
    assert (balance.issued, balance.agreed, balance.settled_by_third) == (2, 2, 1)


def test_the_second_reader_does_not_see_the_first(
    visit: Callable[..., Browser], town: Town, vote: Round
) -> None:
    dana, nurlan = visit("dana"), visit("nurlan")
    numbers = printed(dana.get(f"{DESK}/print").submit("#print", count="10"))
    issue(dana, "Болат")
    dana.get(f"{DESK}/enter").submit("#enter", number=numbers[0], choice=["7"])
    for path in (DESK, f"{DESK}/enter", f"{DESK}/settle"):
        page = nurlan.get(path)
        assert page.tree.all("input[checked]") == []
        assert numbers[0] not in page.html
        assert numbers[0].replace(" ", "") not in page.html


def test_bad_input_comes_back_with_what_was_typed(
    visit: Callable[..., Browser], town: Town, vote: Round
) -> None:
    dana = visit("dana")
    page = dana.get(f"{DESK}/print").submit("#print", count="1")
    assert (page.status, page.refusals) == (422, ["voting.sheets"])
    assert page.tree.one("#f-count").attrs["value"] == "1"
    page = dana.get(f"{DESK}/print").submit("#print", count="көп")
    assert (page.status, page.refusals) == (422, ["form.number"])
    numbers = printed(dana.get(f"{DESK}/print").submit("#print", count="10", large="1"))
    page = dana.get(f"{DESK}/enter").submit("#enter", number="12345", choice=["3"])
    assert (page.status, page.refusals) == (422, ["voting.number_slip"])
    assert [one.attrs["value"] for one in page.tree.all("input[checked]")] == ["3"]
    page = dana.get(f"{DESK}/enter").submit("#enter", number=numbers[0], choice=["3"])
    assert (page.status, page.refusals) == (422, ["voting.more_than_issued"])
    for odd in ("<script>alert(1)</script>", "1\x002", "9" * 5000, "ғ"):
        page = dana.get(f"{DESK}/enter").submit("#enter", number=odd, choice=["x", "1"])
        assert page.status == 422
        assert "<script>alert" not in page.html
    page = dana.get(f"{DESK}/issue?name=%00").submit("form[role=search]", name="Болат")
    person = page.tree.all("input[name=person]")[0].attrs["value"]
    button = page.tree.one("button[value=issue]").text
    assert page.submit("#issue", button).refusals == ["voting.person"]
    assert page.submit("#issue", button, person=person).refusals == ["voting.document"]
    gulnar = town.ids["gulnar"]
    refused = page.submit("#issue", button, person=gulnar, document="1")
    assert (refused.status, refused.refusals) == (422, ["voting.not_on_roll"])
    back = page.tree.one("button[value=take_back]").text
    assert page.submit("#issue", back, person=person, number="1").refusals == ["voting.number_slip"]
    assert page.submit("#issue", back, person=person, number=numbers[0]).refusals == [
        "voting.none_out"
    ]


def test_an_unused_sheet_comes_back(visit: Callable[..., Browser], town: Town, vote: Round) -> None:
    dana = visit("dana")
    numbers = printed(dana.get(f"{DESK}/print").submit("#print", count="10"))
    issue(dana, "Болат")
    page = dana.get(f"{DESK}/issue?name=Болат")
    person = page.tree.all("input[name=person]")[0].attrs["value"]
    back = page.tree.one("button[value=take_back]").text
    page = page.submit("#issue", back, person=person, number=numbers[3])
    assert "done=back" in str(page.response.url)
    page = visit("bolat").get(BALLOT).submit("#ballot", choice=["1"]).submit("#cast")
    assert page.path == f"{BALLOT}/done"


def test_the_desk_is_closed_to_everybody_else(
    visit: Callable[..., Browser], town: Town, vote: Round
) -> None:
    for name in ("aigerim", "marat", "zhanar", "saule", "timur", "operator"):
        browser = visit(name)
        for part in ("", "/print", "/issue", "/enter", "/settle"):
            assert browser.get(DESK + part).status == 403, (name, part)
            if part:
                assert browser.post(DESK + part, {"number": "1"}).status == 403, (name, part)
    assert visit().get(DESK).path == "/kk/sign-in"


def test_every_stage_has_its_page(visit: Callable[..., Browser], town: Town, vote: Round) -> None:
    dana = visit("dana")
    for lang, start in zip(cycle(("kk", "ru", "en")), STARTS.values(), strict=False):
        town.clock.set(start)  # type: ignore[attr-defined]
        for part in ("", "/print", "/issue", "/enter", "/settle"):
            assert dana.get(DESK.replace("/kk/", f"/{lang}/") + part).status == 200
    town.clock.set(STARTS[Stage.RESULTS])  # type: ignore[attr-defined]
    page = dana.get(f"{DESK}/enter").submit("#enter", number="1", choice=["1"])
    assert page.status == 422


def test_a_district_without_a_round_has_an_empty_tray(visit: Callable[..., Browser]) -> None:
    dana = visit("dana")
    assert dana.get(DESK).status == 200
    assert dana.get(f"{DESK}/enter").status == 404
