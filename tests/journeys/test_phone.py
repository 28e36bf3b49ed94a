"""Setting a phone: at the desk against a document, and by oneself after signing in by card."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import select

from app.core.database import open_session
from app.people.models import Means, SignIn
from app.people.phone_models import CodeFor, PersonPhone, PhoneCode
from tests.browser import Browser, Page
from tests.conftest import SetClock
from tests.journeys.test_sign_in_phone import (
    NUMBER,
    OTHER,
    ask,
    card_of,
    code_in,
    put_on,
    rows,
    send_all,
    who_is_in,
)

Visit = Callable[..., Browser]


def phone_page(visit: Visit, person: str = "aigerim", who: str = "dana") -> Page:
    page = visit(who).get(f"/kk/surat/desk/roll/people/{visit.town.ids[person]}")
    return page.follow("Телефонға өту") if page.status == 200 else page


def test_the_clerk_sets_it_and_the_person_signs_in_by_it(visit: Visit) -> None:
    page = phone_page(visit)
    page = page.submit("#number", phone="8 701 234 56 78", again="+77012345678", shown="passport")
    assert page.status == 200
    assert "+7 7•• ••• 56 78" in page.text()
    assert "234" not in page.html.split("<main")[1].split('<form id="number"')[0]
    told = send_all(visit)
    assert [(one["to"], "042" in one["text"]) for one in told] == [(NUMBER, False)]
    acts = visit("dana").get("/kk/surat/record")
    if acts.status == 200:  # the public page of the record
        assert "Бір адамның телефоны" in acts.text()
        assert "Сейітова" not in acts.text()
        assert "56 78" not in acts.text()
    aigerim = visit()
    ask(aigerim).submit("#code", code=code_in(visit))
    assert who_is_in(aigerim) == "Сейітова Айгерім Бақытқызы"
    # Taken off at the desk: the session that the phone opened ends with it.
    page = phone_page(visit).submit("main form", "Нөмірді алып тастау")
    assert "+7 7••" not in page.text()
    assert who_is_in(aigerim) == ""
    assert rows(visit, PersonPhone) == []


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({"phone": "8 701 234 56 78", "again": "8 701 234 56 79"}, ["people.phone_again"]),
        ({"phone": "8 701 234 56", "again": "8 701 234 56"}, ["people.phone_shape"]),
        ({"phone": "8 701 234 56 78", "again": "12"}, ["people.phone_shape"]),
        ({"phone": "", "again": ""}, ["form.missing"]),
        ({"shown": "face"}, ["form.choice"]),
    ],
)
def test_a_slip_at_the_desk_sets_nothing(
    visit: Visit, fields: dict[str, str], codes: list[str]
) -> None:
    good = {"phone": "8 701 234 56 78", "again": "8 701 234 56 78", "shown": "passport"}
    page = phone_page(visit).submit("#number", **{**good, **fields})
    assert (page.status, page.refusals) == (422, codes)
    assert rows(visit, PersonPhone) == []
    typed = {"shown": "passport", **good, **fields}
    for name in ("phone", "again"):
        assert page.tree.one(f"#f-{name}").attrs["value"] == typed[name], "nothing typed is lost"


def test_a_full_number_is_said_and_another_districts_person_is_not_there(visit: Visit) -> None:
    visit.app.state.settings.people_per_phone = 1
    put_on(visit.town, "bolat")
    page = phone_page(visit).submit("#number", phone=NUMBER, again=NUMBER, shown="passport")
    assert page.refusals == ["people.phone_full"]
    gulnar = f"/kk/surat/desk/roll/people/{visit.town.ids['gulnar']}/phone"
    dana = visit("dana")
    assert dana.get(gulnar).status == 404
    answer = dana.post(gulnar, {"phone": OTHER, "again": OTHER, "shown": "passport"})
    assert answer.status == 404
    assert dana.post(f"{gulnar}/off", {}).status == 404
    assert len(rows(visit, PersonPhone)) == 1


def test_a_change_at_the_desk_is_told_to_the_number_that_was_left(visit: Visit) -> None:
    put_on(visit.town, "aigerim")
    phone_page(visit).submit("#number", phone=OTHER, again=OTHER, shown="identity-card")
    told = {one["to"]: one["text"] for one in send_all(visit)}
    assert set(told) == {NUMBER, OTHER}
    assert "енді кіре алмайсыз" in told[NUMBER]
    assert "енді осы нөмірмен" in told[OTHER]
    assert not any("Айгерім" in text for text in told.values())


def test_by_oneself_with_the_card_and_a_code_to_the_number(visit: Visit) -> None:
    card = card_of(visit.town, "aigerim")
    aigerim = visit("aigerim")
    page = aigerim.get("/kk/me").follow("Менің телефоным")
    assert "Нөмір жазылмаған" in page.text()
    page = page.submit("#number", phone="8 701 234 56 78", group=card.code[:5].lower())
    assert page.path == "/kk/me/phone/code"
    assert rows(visit, PersonPhone) == [], "not before it is proved"
    page = page.submit("#code", code=code_in(visit))
    assert page.path == "/kk/me/phone"
    assert "+7 7•• ••• 56 78" in page.text()
    (row,) = rows(visit, PersonPhone)
    assert (row.person_id, row.needs_card, row.added_by) == (
        visit.town.ids["aigerim"],
        False,
        "",
    )
    # Off again, with the card once more.
    page = page.follow("Нөмірді алып тастау").submit("#take-off", group="AAAAA")
    assert page.status == 422
    assert rows(visit, PersonPhone) != []
    page = page.submit("#take-off", group=card.code[:5])
    assert rows(visit, PersonPhone) == []
    assert aigerim.get("/kk/me/phone/off").path == "/kk/me/phone"


def test_another_number_ends_what_the_old_one_opened(visit: Visit, clock: SetClock) -> None:
    card = card_of(visit.town, "aigerim")
    put_on(visit.town, "aigerim")
    by_phone = visit()
    ask(by_phone).submit("#code", code=code_in(visit))
    assert who_is_in(by_phone) != ""
    by_card = visit("aigerim")
    page = by_card.get("/kk/me/phone").submit("#number", phone=OTHER, group=card.code[:5])
    page.submit("#code", code=code_in(visit, OTHER))
    assert who_is_in(by_phone) == ""
    assert who_is_in(by_card) != ""
    assert {one["to"] for one in send_all(visit)} == {NUMBER, OTHER}


def test_a_session_by_phone_sets_no_other_phone(visit: Visit) -> None:
    card = card_of(visit.town, "aigerim")
    put_on(visit.town, "aigerim")
    thief = visit()
    ask(thief).submit("#code", code=code_in(visit))
    page = thief.get("/kk/me/phone")
    assert page.tree.all("#number") == []
    assert any("/sign-in?next=" in link for link in page.links())
    answer = thief.post("/kk/me/phone", {"phone": OTHER, "group": card.code[:5]})
    assert answer.refusals == ["people.card_first"]
    assert len(rows(visit, PhoneCode)) == 1


def test_the_cards_group_is_asked_and_its_tries_are_counted(visit: Visit) -> None:
    card = card_of(visit.town, "aigerim")
    other = card_of(visit.town, "bolat")
    page = visit("aigerim").get("/kk/me/phone")
    for _ in range(5):
        late = page.submit("#number", phone=NUMBER, group=other.code[:5])
        assert late.refusals == ["people.group_wrong"]
        assert other.code[:5] not in late.html
        assert late.tree.one("#f-phone").attrs["value"] == NUMBER
    late = page.submit("#number", phone=NUMBER, group=card.code[:5])
    assert late.refusals == ["people.wait"]
    assert rows(visit, PhoneCode) == []


def test_without_a_card_one_goes_to_the_desk(visit: Visit) -> None:
    page = visit("aigerim").get("/kk/me/phone")
    page = page.submit("#number", phone=NUMBER, group="AAAAA")
    assert page.refusals == ["people.card_needed"]


def test_a_code_of_somebody_else_in_the_same_browser_sets_nothing(visit: Visit) -> None:
    """Aigerim asked, handed the phone on, and Bolat signs in with his card: the code is hers."""
    card = card_of(visit.town, "aigerim")
    aigerim, bolat = visit("aigerim"), visit("bolat")
    aigerim.get("/kk/me/phone").submit("#number", phone=NUMBER, group=card.code[:5])
    bolat.client.cookies.set(
        "asar-code", aigerim.client.cookies["asar-code"], domain="testserver.local", path="/"
    )
    answer = bolat.post("/kk/me/phone/code", {"code": code_in(visit)})
    assert answer.path == "/kk/me/phone"
    assert rows(visit, PersonPhone) == []
    (code,) = rows(visit, PhoneCode)
    assert (code.purpose, code.proved_at) == (CodeFor.SET_PHONE, None)


def test_a_full_number_is_found_out_after_proving_it(visit: Visit) -> None:
    """Only whoever holds a phone learns that others are on it."""
    visit.app.state.settings.people_per_phone = 1
    card = card_of(visit.town, "aigerim")
    put_on(visit.town, "bolat")
    page = visit("aigerim").get("/kk/me/phone")
    page = page.submit("#number", phone=NUMBER, group=card.code[:5])
    assert page.path == "/kk/me/phone/code"
    page = page.submit("#code", code=code_in(visit))
    assert page.refusals == ["people.phone_full"]


def test_how_a_session_was_opened_is_kept(visit: Visit) -> None:
    put_on(visit.town, "aigerim")
    ask(visit()).submit("#code", code=code_in(visit))
    with open_session(visit.app.state.engine) as session:
        found: list[Any] = list(session.exec(select(SignIn.how)))
    assert found == [Means.PHONE]
