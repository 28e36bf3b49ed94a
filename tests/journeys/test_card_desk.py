"""Cards at the desk: sheets in HTML and PDF, the list to sign, many anew with a second official."""

import re
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
import segno
from sqlmodel import col, select

from app.core.database import open_session, transaction
from app.people import consent
from app.people.cards import HANDFUL, IssuedCard, issue_cards
from app.people.consent import Actor
from app.people.models import Card, Role
from app.people.office_models import Consent
from app.web import card_pdf
from app.web.card_sheets import CardWords, ListGroup, ListLine, PrintedCard, printed_cards
from tests.browser import Browser, Page
from tests.pdf_text import text_of
from tests.town import Town

Visit = Callable[..., Browser]
HARD = (
    'Оспанов "Қайрат" #read("/etc/passwd") $x^2$ @ref [box] <a> \\ `код` *б* _к_ ~ \' // /* { } =',
    "#{panic()}",
    "Ә" * 60,
    "<script>alert(1)</script>",
)


def rows(visit: Visit, model: Any) -> list[Any]:
    with open_session(visit.app.state.engine) as session:
        return list(session.exec(select(model)).all())


def people(town: Town, count: int) -> list[str]:
    with transaction(town.session):
        made = [town.resident(f"Тұрғын {chr(0x0410 + place)}") for place in range(count)]
    town.session.rollback()
    return made


def with_cards(town: Town, ids: Sequence[str]) -> list[IssuedCard]:
    with transaction(town.session) as session:
        return issue_cards(
            session,
            keyring=town.keyring,
            district_id="d-surat",
            person_ids=ids,
            replace=False,
            by_name="Дана Омарова",
            now=town.clock.now(),
        )


def printed(page: Page) -> set[str]:
    return {one.text for one in page.tree.all(".secret")}


def test_a_sheet_says_what_one_must_know_in_both_languages(visit: Visit) -> None:
    sheet = visit("dana").get("/ru/surat/desk/cards").submit("#cards")
    for card in sheet.tree.all(".cut-card"):
        assert re.fullmatch(r"[0-9A-Z]{5} [0-9A-Z]{5}", card.one(".secret").text)
        assert len(card.all(".qr svg")) == 1
        assert len(card.all("p[lang=kk]")) == len(card.all("p[lang=ru]")) == 4
        for said in (
            "қағаз бюллетень онлайн берілген дауыстың орнына есептеледі",  # paper overrides
            "бумажный бюллетень, сданный на месте голосования, засчитывается вместо",
            "жаңа карта береді, ал бұл карта бірден жарамсыз болады",  # the old one dies
            "под собственную подпись, а не одному на всю семью",
            "Осы жерден бүктеңіз / Сложите здесь",
        ):
            assert said in card.text


def test_the_list_is_by_settlement_and_by_the_kazakh_alphabet(visit: Visit) -> None:
    town = visit.town
    names = ["Яковлев Ян", "Әлиев Әли", "Абаев Абай", "Өмірова Өмір", "Оспан Ораз", "Іңкәр Іле"]
    with transaction(town.session):
        for name in names:
            town.resident(name)
    town.session.rollback()
    dana = visit("dana")
    sheet = dana.get("/kk/surat/desk/cards").submit("#cards")
    ordered = [
        "Абаев Абай",
        "Әлиев Әли",
        "Ермеков Болат Серікұлы",
        "Оспан Ораз",
        "Өмірова Өмір",
        "Сейітова Айгерім Бақытқызы",
        "Іңкәр Іле",
        "Яковлев Ян",
    ]
    assert [one.text for one in sheet.tree.all(".cut-card .whose")] == ordered
    for page in (sheet, dana.get("/kk/surat/desk/cards/list")):
        lines = page.tree.all(".signs")
        assert [line.all("td")[1].text for line in lines] == ordered
        assert [one.text for one in page.tree.all("tbody th")] == ["Сұрат"]
        assert [len(line.all("td")) for line in lines] == [5] * len(ordered)


def test_the_square_carries_the_link_with_the_long_secret(visit: Visit) -> None:
    town = visit.town
    (card,) = with_cards(town, [town.ids["aigerim"]])
    from app.places.models import District

    seen = SimpleNamespace(
        session=town.session,
        settings=SimpleNamespace(public_url="https://asar.example/"),
        district=town.session.get_one(District, "d-surat"),
    )
    (shown,) = printed_cards(seen, [card])  # type: ignore[arg-type]
    town.session.rollback()
    link = f"https://asar.example/kk/sign-in/card/{card.number}/{card.secret}"
    drawn = segno.make(link, error="m", micro=False).svg_inline(
        scale=1, border=2, omitsize=True, svgclass=None, lineclass=None
    )
    assert str(shown.qr) == drawn
    page = visit().get(link.removeprefix("https://asar.example"))
    assert page.submit("#card").path == "/kk/surat/"


def test_a_handful_anew_at_once_and_the_old_ones_die(visit: Visit) -> None:
    ids = people(visit.town, HANDFUL + 1)
    old = with_cards(visit.town, ids)
    dana = visit("dana")
    page = dana.get("/kk/surat/desk/cards").follow("/kk/surat/desk/cards/anew")
    assert str(HANDFUL) in page.text(".tiles")
    sheet = page.submit("#anew", person=ids[:HANDFUL])
    assert sheet.status == 200
    assert len(printed(sheet)) == HANDFUL
    phone = visit()
    by_person = {card.person_id: card for card in old}
    dead, alive = by_person[ids[0]], by_person[ids[HANDFUL]]
    refused = phone.get("/kk/sign-in").submit("#card", card=dead.number, code=dead.code)
    assert refused.refusals == ["people.card_replaced"]
    page = phone.get("/kk/sign-in?next=/kk/me").submit("#card", card=alive.number, code=alive.code)
    assert page.path == "/kk/me"


def test_more_than_a_handful_waits_for_a_second_official(visit: Visit) -> None:
    town = visit.town
    ids = people(town, HANDFUL + 1)
    with_cards(town, ids)
    town.session.rollback()
    dana, nurlan = visit("dana"), visit("nurlan")
    page = dana.get("/kk/surat/desk/cards/anew").submit("#anew", person=ids)
    assert page.status == 422
    assert set(page.refusals) == {"form.missing", "people.cards_want_second"}
    chosen = [one for one in page.tree.all("#anew input[name=person]") if "checked" in one.attrs]
    assert {one.attrs["value"] for one in chosen} == set(ids)
    page = page.submit("#anew", why="Су басып, карталар бүлінді")
    assert page.path == "/kk/surat/desk/cards"
    assert printed(page) == set()
    assert not page.tree.all("form.agreed")
    (asked,) = rows(visit, Consent)
    forged = dana.post(f"/kk/surat/desk/cards/agreed/{asked.id}", {})
    assert (forged.status, forged.refusals) == (422, ["people.consent_settled"])

    with transaction(town.session) as session:
        row = consent.load(session, district_id="d-surat", consent_id=asked.id, lock=True)
        second = Actor(town.ids["nurlan"], "Нұрлан Жақсыбеков", Role.CLERK)
        consent.agree(session, asked=row, second=second, now=town.clock.now())
    assert not nurlan.get("/kk/surat/desk/cards").tree.all("form.agreed")
    foreign = nurlan.post(f"/kk/surat/desk/cards/agreed/{asked.id}", {})
    assert foreign.refusals == ["people.consent_settled"]
    assert visit("marat").post(f"/kk/oytal/desk/cards/agreed/{asked.id}", {}).status == 404
    assert visit("erlan").post(f"/kk/surat/desk/cards/agreed/{asked.id}", {}).status == 403

    page = dana.get("/kk/surat/desk/cards")
    sheet = page.submit("form.agreed")
    assert sheet.status == 200
    assert sheet.response.headers["cache-control"] == "no-store"
    assert len(printed(sheet)) == len(ids)
    again = page.submit("form.agreed")
    assert (again.status, again.refusals) == (422, ["people.consent_settled"])
    with open_session(visit.app.state.engine) as session:
        live = session.exec(select(Card).where(col(Card.replaced_at).is_(None))).all()
    assert len(live) == len(ids)


def test_one_by_one_the_handful_ends_too_and_the_page_says_so(visit: Visit) -> None:
    ids = people(visit.town, HANDFUL + 1)
    with_cards(visit.town, ids)
    visit.town.session.rollback()
    dana = visit("dana")
    for place, one in enumerate(ids):
        url = f"/kk/surat/desk/roll/people/{one}"
        answer = dana.get(url).submit(f"main form[action={url}/card]")
        if place < HANDFUL:
            assert len(printed(answer)) == 1
        else:
            assert (answer.status, answer.refusals) == (422, ["people.cards_want_second"])
            (chosen,) = answer.tree.all("#anew input[name=person]")
            assert (chosen.attrs["value"], "checked" in chosen.attrs) == (one, True)
            page = answer.submit("#anew", why="Су басып, карталар бүлінді")
            assert page.path == "/kk/surat/desk/cards"
            assert len(rows(visit, Consent)) == 1


def test_as_pdf_where_typst_is(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    dana = visit("dana")
    page = dana.get("/kk/surat/desk/cards")
    ids = [one.attrs["value"] for one in page.tree.all("#cards input[name=person]")]
    with monkeypatch.context() as patch:
        patch.setattr(card_pdf, "find_spec", lambda _: None)
        assert not dana.get("/kk/surat/desk/cards").tree.all("button[value=pdf]")
    assert page.tree.all("button[value=pdf]")
    answer = dana.client.post(
        "/kk/surat/desk/cards",
        data={"person": ids, "as": "pdf"},
        headers={"sec-fetch-site": "same-origin"},
    )
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    said = flat(text_of(answer.content))
    for name in ("Сейітова Айгерім Бақытқызы", "Ермеков Болат Серікұлы"):
        assert said.count(flat(name)) == 2  # on the card and on the list
    for number in (one.number for one in rows(visit, Card)):
        assert f"{number[:4]}{number[4:]}" in said
    assert flat("қағаз бюллетень онлайн берілген дауыстың орнына") in said
    assert flat("Осы жерден бүктеңіз / Сложите здесь") in said
    code = re.findall(r"[0-9A-Z]{5} [0-9A-Z]{5}", text_of(answer.content))[0]
    number = re.findall(r"\d{4} \d{4}", text_of(answer.content))[0]
    entered = visit().get("/kk/sign-in").submit("#card", card=number, code=code)
    assert entered.path == "/kk/surat/"


def flat(text: str) -> str:
    """Without gaps and hyphens: where lines break is typst's own affair."""
    return re.sub(r"[\s\-\u00ad\u2010]", "", text)


@pytest.mark.parametrize("name", HARD)
def test_to_typst_a_name_is_a_name(name: str) -> None:
    """Whatever stands in it is printed; nothing of it is carried out."""
    square = segno.make("x").svg_inline(scale=1, border=2, omitsize=True)
    words = CardWords(name, name, name, name, ((name, name),), ((name, name),))
    card = PrintedCard(name, name, "1234 5678", "ABCDE FGHJK", square)  # type: ignore[arg-type]
    group = ListGroup(name, (ListLine(1, name, "1234 5678"),))
    made = card_pdf.sheets_pdf(words, [card], [group], heads=[name] * 5, title=name, lang="kk")
    said = flat(text_of(made)).replace("’", "'").replace("“", '"').replace("”", '"')
    assert said.count(flat(name)) >= 12
    assert "root:" not in said
