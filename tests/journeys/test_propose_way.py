"""A proposal's page is its way: what happened, what holds now, what comes next and by when."""

from datetime import date
from typing import Any

import pytest

from app.core.clock import at
from app.core.database import transaction
from app.ledger.actions import record
from app.proposals.models import Proposal, Status
from app.rounds.models import Round
from tests.browser import Page
from tests.conftest import SetClock
from tests.town import Town

DUE = date(2026, 3, 3)


@pytest.fixture
def of(visit: Any, clock: SetClock) -> Round:
    clock.set(at(date(2026, 2, 20), 12))
    return visit.town.round("surat")  # type: ignore[no-any-return]


def made(town: Town, of: Round, **over: Any) -> Proposal:
    return town.proposal(
        of,
        **{"status": Status.SUBMITTED, "title_kk": "", "title_ru": "", "price": None, "due": DUE}
        | over,
    )


def show(visit: Any, proposal: Proposal, lang: str = "kk", who: str = "") -> Page:
    number = proposal.number
    visit.town.session.rollback()
    return visit(who).get(f"/{lang}/surat/proposals/{number}")  # type: ignore[no-any-return]


def states(page: Page) -> list[str]:
    """How the steps of the way are drawn: did, now, late, next."""
    return [one.attrs["class"] for one in page.tree.one(".line").all("li") if one.attrs]


def test_what_is_under_review_says_by_when(visit: Any, of: Round) -> None:
    page = show(visit, made(visit.town, of))
    assert "Соңғы күні: 3 наурыз 2026" in page.text(".note")
    assert states(page) == ["now", *["next"] * 6]
    assert not any(link.endswith("/ask") for link in page.links())


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("kk", "Жауап беру мерзімі өтіп кетті: 4 жұмыс күні"),
        ("ru", "Ответ просрочен: 4 рабочих дня"),
        ("en", "Answer overdue by 4 working days"),
    ],
)
def test_an_overdue_answer_is_said_in_words_and_a_deputy_can_be_asked(
    visit: Any, of: Round, clock: SetClock, lang: str, words: str
) -> None:
    proposal = made(visit.town, of)
    clock.set(at(date(2026, 3, 9), 12))
    page = show(visit, proposal, lang)
    assert words in page.text(".st")
    assert f"/{lang}/surat/proposals/{proposal.number}/ask" in page.links()
    assert states(page)[0] == "late"


def test_an_extended_term_says_its_new_day_and_why(visit: Any, of: Round) -> None:
    why = {"extended_why_kk": "Смета керек.", "extended_why_ru": "Нужна смета."}
    proposal = made(visit.town, of, extended_until=date(2026, 3, 20), **why)
    page = show(visit, proposal)
    assert "Қарау мерзімі ұзартылды. Жаңа мерзім: 20 наурыз 2026" in page.text(".st")
    assert "Смета керек." in page.text(".note")
    assert "Нужна смета." in show(visit, proposal, "ru").text(".note")


def test_a_returned_proposal_waits_for_its_author(visit: Any, of: Round, clock: SetClock) -> None:
    proposal = made(visit.town, of, status=Status.RETURNED, waiting_since=date(2026, 2, 17))
    clock.set(at(date(2026, 3, 30), 12))  # long after it was due: the clock stands still
    page = show(visit, proposal)
    assert states(page)[0] == "now"
    assert not any(link.endswith("/ask") for link in page.links())
    clock.set(at(date(2026, 4, 10), 12))
    assert show(visit, proposal).tree.one(".line").all("li") == []  # too late for the ballot


@pytest.mark.parametrize("status", [Status.REFUSED, Status.FORWARDED, Status.WITHDRAWN])
def test_what_has_ended_promises_nothing(visit: Any, of: Round, status: Status) -> None:
    page = show(visit, made(visit.town, of, status=status))
    assert page.tree.one(".line").all("li") == []


@pytest.mark.parametrize(
    ("status", "moment", "ahead"),
    [
        (Status.ADMITTED, date(2026, 3, 20), 6),
        (Status.ON_BALLOT, date(2026, 4, 18), 5),
        (Status.ON_BALLOT, date(2026, 4, 28), 5),
        (Status.RECOMMENDED, date(2026, 5, 2), 4),
        (Status.NOT_RECOMMENDED, date(2026, 5, 2), 1),  # the akim's answer is still owed
        (Status.RECOMMENDED, date(2026, 6, 10), 2),
        (Status.RECOMMENDED, date(2027, 2, 1), 0),
    ],
)
def test_what_lies_ahead_follows_the_calendar(
    visit: Any, of: Round, clock: SetClock, status: Status, moment: date, ahead: int
) -> None:
    proposal = made(visit.town, of, status=status, price=1_000_000, title_kk="Шам")
    clock.set(at(moment, 12))
    for lang in ("kk", "ru", "en"):
        page = show(visit, proposal, lang)
        assert states(page) == ["now", *["next"] * ahead]


def test_entries_of_every_room_are_worded_with_their_office_and_reason(
    visit: Any, of: Round
) -> None:
    town = visit.town
    proposal = made(town, of, status=Status.REFUSED)
    with transaction(town.session):
        record(
            town.session,
            district_id="d-surat",
            subject=proposal.id,
            kind="proposals.withdrawn",
            at=at(date(2026, 2, 15), 10),
            office="akim",
            by_name="Ерлан Тасқынов",
            reason_kk="Округтің құзыретіне жатпайды.",
            reason_ru="Не относится к компетенции округа.",
            amount=3_950_000,
            date=date(2026, 2, 14),
            number="27",
            nobody_reads_this="x",
        )
        record(  # the same subject in the other district is no part of this way
            town.session,
            district_id="d-oytal",
            subject=proposal.id,
            kind="proposals.corrected",
            at=at(date(2026, 2, 16), 10),
            office="akim",
            by_name="Жанар Тілеуова",
        )
    page = show(visit, proposal)
    way = page.text(".line")
    for word in (
        "15 ақпан 2026",
        "Ерлан Тасқынов, ",
        "Округтің құзыретіне жатпайды.",
        "Сомасы: 3 950 000 ₸",
        "Күні: 14 ақпан 2026",
        "№ 27",
    ):
        assert word in way
    assert "Не относится" not in way
    assert "Жанар" not in way
    assert "Не относится к компетенции округа." in show(visit, proposal, "ru").text(".say")


def test_residents_words_keep_their_own_language(visit: Any, of: Round) -> None:
    proposal = made(visit.town, of, lang="ru", title="Фонари на улице", body="Улица тёмная.")
    page = show(visit, proposal, "kk")
    assert page.tree.one("h1").attrs["lang"] == "ru"
    assert page.tree.one(".words").attrs["lang"] == "ru"
    assert page.tree.one("html").attrs["lang"] == "kk"


def test_an_admitted_title_is_read_in_the_readers_language(visit: Any, of: Round) -> None:
    proposal = made(
        visit.town, of, status=Status.ADMITTED, title_kk="Көшеге шам", title_ru="Фонари", price=5
    )
    seen = {lang: show(visit, proposal, lang).tree.one("h1") for lang in ("kk", "ru", "en")}
    assert {lang: (h1.text, h1.attrs["lang"]) for lang, h1 in seen.items()} == {
        "kk": ("Көшеге шам", "kk"),
        "ru": ("Фонари", "ru"),
        "en": ("Фонари", "ru"),
    }


def test_the_number_of_the_state_register_stands_beside_ours(visit: Any, of: Round) -> None:
    proposal = made(visit.town, of, state_number="ЖТ-2026-00417")
    assert "ЖТ-2026-00417" in show(visit, proposal).text("main")


def test_the_filters_work_without_a_script_and_as_a_part(visit: Any, of: Round) -> None:
    town = visit.town
    made(town, of, title="Ауыз су құдығын тазалау", direction=12)
    made(town, of, title="Көшеге шам", status=Status.ADMITTED)
    town.session.rollback()
    browser = visit()
    page = browser.get("/kk/surat/rounds/2026/proposals")
    found = page.submit("#filters", q="кудык")
    assert found.tree.one("[data-total]").attrs["data-total"] == "1"
    assert found.tree.one("#q-q").attrs["value"] == "кудык"
    part = browser.get("/kk/surat/rounds/2026/proposals?q=кудык", headers={"hx-request": "true"})
    assert "<html" not in part.html
    assert part.html.strip() in found.html
    assert "HX-Request" in part.response.headers["vary"]
    chosen = page.submit("#filters", status="admitted")
    assert "Көшеге шам" in chosen.text("#found")
    assert "құдығын" not in chosen.text("#found")
    odd = "?page_no=999999999999&direction=99&status=draft&settlement=1&q=%00%27%3Cb%3E"
    assert browser.get(f"/kk/surat/rounds/2026/proposals{odd}").status == 200
    assert browser.get("/kk/surat/rounds/1999/proposals").status == 404


def test_the_table_to_take_away_holds_no_formula(visit: Any, of: Round) -> None:
    town = visit.town
    made(town, of, title="=HYPERLINK(1)", place="+7 701", body="x")
    made(town, of, title="Жоба нұсқасы", status=Status.DRAFT, number=None)
    town.session.rollback()
    page = visit().get("/ru/surat/rounds/2026/proposals.csv")
    assert page.response.headers["content-disposition"].startswith("attachment")
    head, *rows = page.html.strip().splitlines()
    assert head.startswith("\ufeffnumber,status,lang,title")
    assert len(rows) == 1
    assert "'=HYPERLINK(1)" in rows[0]
    assert "'+7 701" in rows[0]


def test_a_vote_brought_in_from_elsewhere_promises_nothing_here(
    visit: Any, of: Round, clock: SetClock
) -> None:
    town = visit.town
    foreign = town.round("surat", key="2017", imported_from="Town_2017.pb", currency="PLN")
    proposal = made(
        town, foreign, status=Status.RECOMMENDED, title="Park", lang="pl", author="", body=""
    )
    clock.set(at(date(2026, 5, 2), 12))
    page = show(visit, proposal)
    assert page.tree.one(".line").all("li") == []
    assert page.tree.one("h1").attrs["lang"] == "pl"
    assert page.tree.all(".place") == []
    browser = visit("aigerim")
    assert browser.get("/kk/surat/rounds/2017/proposals").tree.all(".btn.alt") != []
    assert browser.get("/kk/surat/rounds/2017/proposals/new").status == 404
    form = {"draft": "0" * 20, "title": "Жаңа ұсыныс", "body": "Бұл жерде ұсыныс жоқ болуы керек."}
    assert browser.post("/kk/surat/rounds/2017/proposals/new", form).status == 404
