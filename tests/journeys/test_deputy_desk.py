"""The deputy's desk over a raion, the raion's public page, and who may open what."""

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Engine, event

from app.core.clock import at
from app.core.database import transaction
from app.decisions.models import Body, Said, Word
from app.proposals.models import Proposal, Status
from app.rounds.models import Round
from tests.browser import Browser, Page
from tests.conftest import SetClock
from tests.town import RAION, Town
from tests.works_town import OTHER_RAION, last_round, next_door, works

Visit = Callable[..., Browser]
DESK = f"/kk/raions/{RAION}/desk"


@pytest.fixture
def town(visit: Visit) -> Town:
    return visit.town  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def askar(visit: Visit, town: Town) -> Browser:
    """The deputy of the raion next door, where works are late too."""
    token = next_door(town)
    return Browser(visit.app, cookie=token)  # type: ignore[attr-defined]


def depart(town: Town, about: Proposal, body: Body = Body.AKIM) -> None:
    values = (about.district_id, about.round_id, about.id)
    with transaction(town.session):
        town.session.add(
            Word(
                id=f"w{about.number}"[:20],
                district_id=values[0],
                round_id=values[1],
                proposal_id=values[2],
                body=body,
                version=1,
                said=Said.AGREED,
                departs=True,
                amount=2_400_000,
                reason_kk="Жол апатты",
                reason_ru="Дорога аварийная",
                by_name="Жанар Тілеуова",
                at=at(date(2025, 5, 29), 12),
            )
        )


@pytest.fixture
def raion(town: Town) -> tuple[Round, Round]:
    """Surat: one late answer, late works. Oytal: later works, a departure by its akim."""
    surat, oytal = last_round(town), last_round(town, "oytal")
    works(town, surat, "Жамбыл көшесін жарықтандыру")
    works(town, oytal, "Мәдениет үйінің шатыры", promised_on=date(2026, 3, 1))
    works(town, surat, "Спорт алаңының қоршауы", promised_on=date(2026, 5, 20))  # not late
    depart(town, town.proposal(oytal, "Жол жөндеу", status=Status.NOT_RECOMMENDED))
    now = town.round()
    town.proposal(
        *(now, "Көпірді жөндеу"), status=Status.SUBMITTED, due=date(2026, 4, 10), title_kk=""
    )
    return surat, oytal


def rows(page: Page) -> list[str]:
    """The table's rows: groups and titles."""
    return [one.all("th")[0].text for one in page.tree.all("tbody tr")]


def test_own_constituency_first_then_the_others(visit: Visit, raion: tuple[Round, Round]) -> None:
    page = visit("saule").get(DESK)
    assert rows(page) == [
        "Менің сайлау округім: Сұрат",
        "Көпірді жөндеуСұрат",
        "Жамбыл көшесін жарықтандыруСұрат",
        "Басқа округтер",
        "Жол жөндеуОйтал",
        "Мәдениет үйінің шатырыОйтал",
    ]
    assert page.text(".tiles b") == "1 | 1 | 2 | 0"
    table = page.text("table")
    for words in ("5 жұмыс күні", "19 күн", "48 күн", "2 400 000 ₸", "Өзгеше шешім: әкім"):
        assert words in table, words
    asks = [url for url in page.links() if url.endswith("/ask")]
    assert len(asks) == 4
    assert {visit("saule").get(url).status for url in asks} == {200}


def test_filters_by_district_and_kind(visit: Visit, raion: tuple[Round, Round]) -> None:
    saule = visit("saule")
    page = saule.get(DESK).submit("form.filters", district="oytal")
    assert rows(page) == ["Басқа округтер", "Жол жөндеуОйтал", "Мәдениет үйінің шатырыОйтал"]
    page = page.submit("form.filters", kind="works")
    assert rows(page) == ["Басқа округтер", "Мәдениет үйінің шатырыОйтал"]
    assert page.text(".tiles b") == "1 | 1 | 2 | 0"  # the figures stay those of the raion
    page = saule.get(f"{DESK}?district=surat&kind=departure")
    assert page.tree.all("table") == []
    odd = saule.get(f"{DESK}?district=boranqul&kind=%3Cscript%3E")
    assert len(rows(odd)) == 6


def test_the_table_can_be_taken_away_as_filtered(visit: Visit, raion: tuple[Round, Round]) -> None:
    page = visit("saule").get(f"{DESK}?kind=works")
    (url,) = [one for one in page.links() if ".csv" in one]
    answer = visit("saule").get(url)
    found = list(csv.DictReader(io.StringIO(answer.html.lstrip("\ufeff"))))
    assert [(one["district"], one["delay"], one["delay_unit"]) for one in found] == [
        ("oytal", "48", "day"),
        ("surat", "19", "day"),
    ]
    every = visit("saule").get(f"{DESK}.csv")
    units = [one["delay_unit"] for one in csv.DictReader(io.StringIO(every.html.lstrip("\ufeff")))]
    assert sorted(units) == ["", "day", "day", "working_day"]


def test_one_raions_desk_shows_nothing_of_the_next(
    visit: Visit, town: Town, raion: tuple[Round, Round], askar: Browser
) -> None:
    with transaction(town.session):
        town.ids["temir"] = town.resident("Темір Темірұлы")
    theirs = f"/kk/raions/{OTHER_RAION}/desk"
    page = askar.get(theirs)
    assert page.status == 200
    for words in ("Жамбыл көшесін", "Мәдениет үйі", "Көпірді", "Сұрат", "Ойтал"):
        assert words not in page.text(), words
    assert askar.get(DESK).status == askar.get(f"{DESK}.csv").status == 403
    assert visit("saule").get(theirs).status == visit("raushan").get(theirs).status == 403


@pytest.mark.parametrize("name", ["aigerim", "dana", "erlan", "marat", "timur", "operator"])
def test_the_desk_is_for_the_raions_maslikhat(
    visit: Visit, raion: tuple[Round, Round], name: str
) -> None:
    for path in (DESK, f"{DESK}.csv"):
        assert visit(name).get(path).status == 403
        assert visit().get(path).path == "/kk/sign-in"


def test_the_maslikhats_office_reads_and_records_and_does_not_ask(
    visit: Visit, town: Town, raion: tuple[Round, Round], clock: SetClock
) -> None:
    page = visit("raushan").get(DESK)
    assert "Мәслихат шешімін күткен раунд жоқ" in page.text()
    assert [url for url in page.links() if url.endswith("/ask")] == []
    assert len(page.tree.all(".tiles li")) == 3
    now = town.session.get_one(Round, _current(town))
    project = town.proposal(now, "Құдық", status=Status.RECOMMENDED)
    for body in (Body.ASSEMBLY, Body.AKIM):
        with transaction(town.session):
            town.session.add(
                Word(
                    id=f"{body}",
                    district_id=project.district_id,
                    round_id=project.round_id,
                    proposal_id=project.id,
                    body=body,
                    version=1,
                    said=Said.AGREED,
                    departs=False,
                    by_name="Ерлан",
                    at=clock.now(),
                )
            )
    clock.set(at(date(2026, 12, 10), 12))
    page = visit("raushan").get(DESK)
    assert "/kk/surat/approval" in page.links()
    assert "/kk/oytal/approval" not in page.links()
    assert "/kk/surat/approval" not in visit("saule").get(DESK).links()


def _current(town: Town) -> str:
    from sqlmodel import select

    return town.session.exec(
        select(Round.id).where(Round.district_id == "d-surat", Round.key == "2026")
    ).one()


def queries_of(engine: Engine, act: Callable[[], object]) -> int:
    count = 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1

    event.listen(engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return count


def test_thirty_rows_cost_as_many_queries_as_one(
    visit: Visit, town: Town, sqlite_engine: Engine
) -> None:
    surat = last_round(town)
    works(town, surat, "Жұмыс 1")
    town.session.rollback()
    saule = visit("saule")
    saule.get(DESK)
    one = queries_of(sqlite_engine, lambda: saule.get(DESK))
    for number in range(2, 31):
        made = works(town, surat, f"Жұмыс {number}")
        form = saule.get(f"/kk/surat/proposals/{made.number}/ask")
        form.submit("main form", text="Бұл жұмыс қашан аяқталады деп күтеміз?")
    town.session.rollback()
    page = saule.get(DESK)
    assert len(page.tree.all("tbody tr")) == 31
    assert len(page.tree.all("#own")) == 1
    assert "Табылғаны: 30" in page.text("caption")
    assert queries_of(sqlite_engine, lambda: saule.get(DESK)) == one


def test_a_long_desk_is_paged_and_own_districts_stay_first(visit: Visit, town: Town) -> None:
    oytal, surat = last_round(town, "oytal"), last_round(town)
    for number in range(29):
        works(town, oytal, f"Ойтал жұмысы {number}", promised_on=date(2026, 3, 1))
    for number in range(3):
        works(town, surat, f"Сұрат жұмысы {number}")
    saule = visit("saule")
    page = saule.get(f"{DESK}?kind=works")
    assert rows(page)[:2] == ["Менің сайлау округім: Сұрат", "Сұрат жұмысы 0Сұрат"]
    assert len(page.tree.all("tbody td.act")) == 30
    second = page.follow("Келесі")
    assert len(second.tree.all("tbody td.act")) == 2
    assert rows(second)[0] == "Басқа округтер"
    for odd in ("0", "-1", "x", "9" * 9, "%00"):
        assert saule.get(f"{DESK}?page={odd}").status == 200


def test_the_raions_page_is_for_everybody(
    visit: Visit, raion: tuple[Round, Round], askar: Browser
) -> None:
    page = visit().get(f"/kk/raions/{RAION}/")
    assert rows(page) == ["Ойтал ауылдық округі", "Сұрат ауылдық округі"]
    assert "Сәуле Оразбаева Сайлау округі: Сұрат" in page.text()
    assert "1 / 3 (33 %)" in page.text("table")
    by_answers = page.follow("Мерзімі өткен жауаптар")
    assert rows(by_answers) == ["Сұрат ауылдық округі", "Ойтал ауылдық округі"]
    assert rows(by_answers.follow("Өзгеше шешімдер"))[0] == "Ойтал ауылдық округі"
    assert DESK not in page.links()
    assert DESK in visit("saule").get(f"/kk/raions/{RAION}/").links()
    assert DESK not in askar.get(f"/kk/raions/{RAION}/").links()
    odd = visit().get(f"/kk/raions/{RAION}/?sort=%27")
    assert rows(odd) == rows(page)


def test_the_raions_table_can_be_taken_away(visit: Visit, raion: tuple[Round, Round]) -> None:
    answer = visit().get(f"/kk/raions/{RAION}/districts.csv")
    found = {one["slug"]: one for one in csv.DictReader(io.StringIO(answer.html.lstrip("\ufeff")))}
    assert set(found) == {"surat", "oytal"}
    assert (found["surat"]["answers_late"], found["surat"]["works_late"]) == ("1", "1")
    assert (found["oytal"]["departures"], found["oytal"]["stage"]) == ("1", "works")


@pytest.mark.parametrize("kato", ["999999999", "x", "315446000x", "310000000"])
def test_a_raion_that_is_not_there(visit: Visit, raion: tuple[Round, Round], kato: str) -> None:
    assert visit().get(f"/kk/raions/{kato}/").status == 404
    assert visit().get(f"/kk/raions/{kato}/districts.csv").status == 404
    assert visit("saule").get(f"/kk/raions/{kato}/desk").status == 403


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_in_three_languages(visit: Visit, raion: tuple[Round, Round], lang: str) -> None:
    assert visit().get(f"/{lang}/raions/{RAION}/").status == 200
    for name in ("saule", "raushan"):
        assert visit(name).get(f"/{lang}/raions/{RAION}/desk").status == 200
