"""The clerk's desk: a list brought in, cards printed and handed out, somebody taken off."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select
from starlette.testclient import TestClient

from app.core.database import open_session
from app.core.keys import Keyring
from app.core.settings import Settings
from app.main import create_app
from app.people.models import Card, RollEntry, RollImport
from tests.browser import Browser, Page
from tests.conftest import SetClock
from tests.rooms.test_people_roll import numbers
from tests.town import Town

Visit = Callable[..., Browser]
IINS = numbers("610615")
ONE, TWO, THREE = (next(IINS) for _ in range(3))
LIST = f"Аты-жөні;ЖСН;Елді мекен\nСейітова Әсел;{ONE};Сұрат\nКим Александр;{TWO};Аққайнар\n"
FROM = {"source": "Тұрғындар тізілімі", "source_date": "2026-04-01"}


def rows(visit: Visit, model: Any) -> list[Any]:
    with open_session(visit.app.state.engine) as session:
        return list(session.exec(select(model)).all())


def bring(page: Page, text: str | bytes, button: str = "Тізімді енгізу", **over: Any) -> Page:
    data = text.encode() if isinstance(text, str) else text
    given = {"list": ("roll.csv", data), **FROM, **over}
    return page.submit("#import", button, **given)


def test_from_a_list_to_a_signed_in_neighbour(visit: Visit) -> None:
    """The whole road: Dana brings a list in, prints cards, Asel signs in with hers."""
    dana = visit("dana")
    page = dana.get("/kk/surat/desk/roll").follow("/kk/surat/desk/roll/import")
    checked = bring(page, LIST, "Файлды тек тексеру")
    assert checked.status == 200
    assert "Файл дұрыс" in checked.text()
    assert rows(visit, RollImport) == []
    assert ONE not in checked.html
    page = bring(checked, LIST)
    assert page.path == "/kk/surat/desk/roll"
    assert "Тұрғындар тізілімі" in page.text()
    assert "4" in page.text(".tiles")

    page = dana.get("/kk/surat/desk/cards?name=әсел")
    sheet = page.submit("#cards")
    assert sheet.status == 200
    assert sheet.response.headers["cache-control"] == "no-store"
    (code,) = [one.text for one in sheet.tree.all(".secret")]
    number = sheet.tree.one(".cut-card .nb").text
    assert len(sheet.tree.all(".qr svg")) == 1
    assert "Карта нөмірі / Номер карточки" in sheet.text(".cut-card")
    for again in (dana.get("/kk/surat/desk/cards"), dana.get("/kk/surat/desk/cards/list")):
        assert code not in again.html
    assert number in dana.get("/kk/surat/desk/cards/list").text()

    page = visit().get("/kk/sign-in?next=/kk/me").submit("#card", card=number, code=code)
    assert page.path == "/kk/me"
    assert "Сейітова Әсел" in page.text("h1")


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_rows_to_correct_are_named_by_their_number_only(visit: Visit, lang: str) -> None:
    page = visit("dana").get(f"/{lang}/surat/desk/roll/import")
    bad = LIST + f"Ахмет Әлі;{THREE[:-1]}{(int(THREE[-1]) + 1) % 10};Сұрат\n;{THREE};Шу\n"
    button = {"kk": "Тізімді енгізу", "ru": "Загрузить список", "en": "Bring the list in"}[lang]
    page = bring(page, bad, button)
    assert page.status == 422
    assert page.refusals == ["people.iin_check", "people.name_missing", "people.roll_rows"]
    assert [row.text.split()[-1] for row in page.tree.all("main tbody tr th")][:2] == ["4", "5"]
    assert THREE[:6] not in page.html
    assert "Ахмет" not in page.html
    assert 'value="Тұрғындар тізілімі"' in page.html
    assert rows(visit, RollImport) == []
    assert len(rows(visit, RollEntry)) == 3


@pytest.mark.parametrize(
    ("over", "text", "code"),
    [
        ({"source": ""}, LIST, "form.missing"),
        ({"source_date": "ертең"}, LIST, "form.day"),
        ({"source_date": "2027-01-01"}, LIST, "people.day_ahead"),
        ({"list": None}, LIST, "people.no_file"),
        ({}, "", "people.no_file"),
        ({}, "PK\x03\x04", "people.roll_header"),
        ({}, bytes(range(256)), "people.roll_encoding"),
        ({}, f"аты;жоқ\n{ONE};\n", "people.roll_header"),
    ],
)
def test_what_cannot_be_brought_in(
    visit: Visit, over: dict[str, Any], text: str | bytes, code: str
) -> None:
    page = bring(visit("dana").get("/kk/surat/desk/roll/import"), text, **over)
    assert page.status == 422
    assert page.refusals == [code]
    assert rows(visit, RollImport) == []


def test_a_lost_card_is_replaced(visit: Visit) -> None:
    dana, phone = visit("dana"), visit()
    url = f"/kk/surat/desk/roll/people/{visit.town.ids['aigerim']}"

    def issue() -> tuple[str, str]:
        sheet = dana.get(url).submit(f"main form[action={url}/card]")
        number = sheet.tree.one(".cut-card .nb").text
        return number, sheet.tree.one(".secret").text

    old = issue()
    page = phone.get("/kk/sign-in?next=/kk/me").submit("#card", card=old[0], code=old[1])
    assert page.path == "/kk/me"
    new = issue()
    assert phone.get("/kk/me").path == "/kk/sign-in"
    page = phone.get("/kk/sign-in").submit("#card", card=old[0], code=old[1])
    assert page.refusals == ["people.card_replaced"]
    assert phone.get("/kk/sign-in").submit("#card", card=new[0], code=new[1]).status == 200


def test_cards_sent_twice_are_refused_the_second_time(visit: Visit) -> None:
    page = visit("dana").get("/kk/surat/desk/cards")
    assert page.submit("#cards").status == 200
    again = page.submit("#cards")
    assert again.status == 422
    assert again.refusals == ["people.card_there"]
    assert len(rows(visit, Card)) == 2
    assert page.submit("#cards", person=None).refusals == ["people.nobody_chosen"]


def test_taken_off_with_a_reason(visit: Visit) -> None:
    dana, aigerim = visit("dana"), visit("aigerim")
    url = f"/kk/surat/desk/roll/people/{visit.town.ids['aigerim']}"
    page = dana.get(url)
    assert page.submit("#take-off").refusals == ["form.missing"]
    assert page.submit("#take-off", why="forged", note="анықтама").refusals == ["form.choice"]
    assert aigerim.get("/kk/me").path == "/kk/me"
    page = page.submit("#take-off", why="moved", note="Анықтама № 7")
    assert page.path == "/kk/surat/desk/roll"
    assert aigerim.get("/kk/me").path == "/kk/sign-in"
    assert dana.get(url).status == 404


def test_one_person_by_hand(visit: Visit) -> None:
    page = visit("dana").get("/kk/surat/desk/roll/add")
    typed = {"name": "Ахмет Әлі", "iin": THREE, "settlement_id": "315446200", "basis": "№ 7"}
    refused = page.submit("#add", **{**typed, "iin": THREE[:-1]})
    assert refused.status == 422
    assert refused.refusals == ["people.iin_digits"]
    assert THREE[:-1] not in refused.html
    assert 'value="Ахмет Әлі"' in refused.html
    page = refused.submit("#add", iin=THREE)
    assert page.path.startswith("/kk/surat/desk/roll/people/")
    assert "Ахмет Әлі" in page.text("h1")


PATHS = (
    "",
    "/import",
    "/add",
    "/template.csv",
)


@pytest.mark.parametrize("name", ["", "aigerim", "gulnar", "marat", "erlan", "saule", "timur"])
def test_the_roll_is_the_own_clerks_alone(visit: Visit, name: str) -> None:
    browser = visit(name)
    for path in [f"/roll{path}" for path in PATHS] + ["/cards", "/cards/list"]:
        page = browser.get(f"/kk/surat/desk{path}")
        if name:
            assert page.status == 403, path
        else:
            assert page.path == "/kk/sign-in", path
        assert "Сейітова Айгерім" not in page.text()
    for path in ("/roll/import", "/roll/add", "/cards"):
        if name:
            assert browser.post(f"/kk/surat/desk{path}", {}).status == 403


def test_another_districts_people_are_not_there(visit: Visit) -> None:
    marat = visit("marat")
    person = visit.town.ids["aigerim"]
    url = f"/kk/oytal/desk/roll/people/{person}"
    assert marat.get(url).status == 404
    assert marat.post(f"{url}/card", {}).status == 404
    assert marat.post(f"{url}/off", {"why": "died", "note": "жалған"}).status in (404, 422)
    forged = marat.post("/kk/oytal/desk/cards", {"person": person})
    assert forged.refusals == ["people.not_on_this_roll"]
    assert "Айгерім" not in marat.get("/kk/oytal/desk/roll?name=айгерім").text("tbody")
    assert visit("aigerim").get("/kk/me").path == "/kk/me"
    assert rows(visit, Card) == []


def test_a_search_finds_kazakh_letters_typed_as_russian_ones(visit: Visit) -> None:
    dana = visit("dana")
    for typed in ("айгерим", "СЕЙІТОВА", "бакыткызы айг"):
        assert "Сейітова Айгерім" in dana.get("/kk/surat/desk/roll", params={"name": typed}).text(
            "main tbody"
        )
    page = dana.get("/kk/surat/desk/roll", params={"name": "100%_"})
    assert page.status == 200
    assert "Айгерім" not in page.text()


@pytest.mark.parametrize(
    "query",
    ["name=%00", "settlement=%00", "page=0", "page=99999999999", "page=x", "page=%D9%A1", "name=я"],
)
def test_a_crooked_search_finds_nobody(
    engine: Engine, keyring: Keyring, clock: SetClock, settings: Settings, town: Town, query: str
) -> None:
    client = TestClient(create_app(settings, engine=engine, keyring=keyring, clock=clock))
    client.cookies.set("asar", town.sign_in("dana"))
    for path in ("roll", "cards", "cards/list"):
        assert client.get(f"/kk/surat/desk/{path}?{query}").status_code == 200
    assert client.get("/kk/sign-in?next=%00&as=%00&ended=%00").status_code == 200
    assert client.get(f"/kk/sign-in?next=/kk/{'x' * 3000}").status_code == 200
    assert client.get("/kk/sign-in/card/%00/%00").status_code == 200
    assert client.get("/kk/surat/desk/roll/people/%00").status_code == 404
    assert (
        client.post(
            "/kk/surat/desk/roll/people/%00/card", headers={"sec-fetch-site": "same-origin"}
        ).status_code
        == 404
    )


def test_the_empty_list_is_one_that_can_be_read(visit: Visit) -> None:
    dana = visit("dana")
    given = dana.client.get("/ru/surat/desk/roll/template.csv")
    text = given.text.replace("000000000000", ONE)
    page = bring(dana.get("/ru/surat/desk/roll/import"), text, "Загрузить список")
    assert page.path == "/ru/surat/desk/roll"
    assert len(rows(visit, RollEntry)) == 4
