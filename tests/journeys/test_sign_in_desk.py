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
from app.people.models import Card, RollImport
from tests.browser import Browser, Page
from tests.conftest import SetClock
from tests.rooms.test_people_roll import numbers
from tests.town import Town

Visit = Callable[..., Browser]
IINS = numbers("610615")
ONE, TWO = (next(IINS) for _ in range(2))
LIST = f"Аты-жөні;ЖСН;Елді мекен\nСейітова Әсел;{ONE};Сұрат\nКим Александр;{TWO};Аққайнар\n"
FROM = {
    "source": "Тұрғындар тізілімі",
    "source_date": "2026-04-01",
    "legal_basis": "№ 148 Заң, 39-1-бап",
}


def rows(visit: Visit, model: Any) -> list[Any]:
    with open_session(visit.app.state.engine) as session:
        return list(session.exec(select(model)).all())


def bring(page: Page, text: str | bytes, **over: Any) -> Page:
    """Chooses a list; what comes back shows everything it would do."""
    data = text.encode() if isinstance(text, str) else text
    given = {"list": ("roll.csv", data), **FROM, **over}
    return page.submit("#import", **given)


def test_from_a_list_to_a_signed_in_neighbour(visit: Visit) -> None:
    """The whole road: Dana brings a list in, prints cards, Asel signs in with hers."""
    dana = visit("dana")
    page = dana.get("/kk/surat/desk/roll").follow("/kk/surat/desk/roll/import")
    looked_at = bring(page, LIST)
    assert looked_at.status == 200
    assert "Сейітова Әсел" in looked_at.text("tbody")
    assert rows(visit, RollImport) == []
    assert ONE not in looked_at.html
    page = looked_at.submit("#confirm")
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


PATHS = (
    "",
    "/import",
    "/add",
    "/off",
    "/template.csv",
    "/template.xlsx",
)


@pytest.mark.parametrize("name", ["", "aigerim", "gulnar", "marat", "erlan", "saule", "timur"])
def test_the_roll_is_the_own_clerks_alone(visit: Visit, name: str) -> None:
    browser = visit(name)
    for path in [f"/roll{path}" for path in PATHS] + ["/cards", "/cards/anew", "/cards/list"]:
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
    for path in ("roll", "cards", "cards/anew", "cards/list"):
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
