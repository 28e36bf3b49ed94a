"""Signing in and out, as people do it."""

import json
import logging
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from app.core.clock import at
from app.core.database import open_session, transaction
from app.core.settings import Settings
from app.main import create_app
from app.people.card_text import grouped, new_code, new_secret
from app.people.cards import IssuedCard, issue_card
from app.people.models import Official, Role, SignIn, Tries
from app.people.officials import give_office
from app.people.passwords import hash_password
from app.web.carry import local_path
from tests.browser import Browser
from tests.conftest import SetClock
from tests.office import app_of, code_now, enter
from tests.town import Town

Visit = Callable[..., Browser]
PASSWORD = "жеті рет өлшеп бір рет кес"
HASHED = hash_password(PASSWORD)


def card_of(town: Town, name: str = "aigerim") -> IssuedCard:
    district = "oytal" if name == "gulnar" else "surat"
    with transaction(town.session) as session:
        return issue_card(
            session,
            keyring=town.keyring,
            district_id=f"d-{district}",
            person_id=town.ids[name],
            by_name="Дана Омарова",
            now=town.clock.now(),
        )


def official(town: Town, login: str = "asan", offices: int = 1) -> str:
    """An official with an app for codes; its secret."""
    with transaction(town.session) as session:
        session.add(
            Official(id=f"o-{login}", login=login, full_name="Асан Қайғы", password_hash=HASHED)
        )
        session.flush()
        for slug in ("surat", "oytal")[:offices]:
            give_office(
                session,
                official_id=f"o-{login}",
                role=Role.CLERK,
                district_id=f"d-{slug}",
                since=date(2026, 1, 1),
            )
    return app_of(town, f"o-{login}")


def rows(visit: Visit, model: type[Any]) -> list[Any]:
    """The rows there are, read in a session of its own: an open one would keep writers out."""
    with open_session(visit.app.state.engine) as session:
        return list(session.exec(select(model)).all())


def test_with_a_card_typed_carelessly(visit: Visit) -> None:
    card = card_of(visit.town)
    phone = visit()
    page = phone.get("/kk/sign-in?next=/kk/me")
    page = page.submit(
        "#card",
        card=f" {grouped(card.number)}",
        code=grouped(card.code, 5).lower().replace("0", "о"),
    )
    assert page.status == 200
    assert page.path == "/kk/me"
    assert "Сейітова Айгерім Бақытқызы" in page.text(".who")
    (row,) = rows(visit, SignIn)
    assert row.shared


def test_the_phones_owner_stays_signed_in(visit: Visit, clock: SetClock) -> None:
    card = card_of(visit.town)
    shared, own = visit(), visit()
    for browser, phone in ((shared, "shared"), (own, "own")):
        page = browser.get("/kk/sign-in?next=/kk/me")
        page.submit("#card", card=card.number, code=card.code, phone=phone)
        assert browser.get("/kk/me").path == "/kk/me"
    for _ in range(4):
        clock.forward(seconds=170)
        assert shared.get("/kk/me").path == "/kk/me"
    clock.forward(seconds=181)
    assert shared.get("/kk/me").path == "/kk/sign-in"
    assert "Айгерім" not in shared.get("/kk/sign-in?ended=1").html
    assert own.get("/kk/me").path == "/kk/me"
    clock.forward(days=14)
    assert own.get("/kk/me").path == "/kk/sign-in"


@pytest.mark.parametrize(("place", "group"), [(4, "first"), (9, "second")])
def test_a_slip_is_found_without_counting_a_try(visit: Visit, place: int, group: str) -> None:
    card = card_of(visit.town)
    slip = "2" if card.code[place] != "2" else "3"
    wrong = card.code[:place] + slip + card.code[place + 1 :]
    page = visit().get("/kk/sign-in").submit("#card", card=card.number, code=wrong)
    assert page.status == 422
    assert page.refusals == [f"people.code_slip_{group}"]
    assert card.number in page.html  # what was typed is still there
    assert wrong in page.html  # to look at it again: no card has this code
    assert rows(visit, Tries) == []


def test_a_code_that_may_be_right_is_not_sent_back(visit: Visit) -> None:
    card = card_of(visit.town)
    slip = card.number[:-1] + ("2" if card.number[-1] != "2" else "3")
    for number, code in ((slip, card.code), (card.number, new_code()), (card.number, new_secret())):
        page = visit().get("/kk/sign-in").submit("#card", card=number, code=code)
        assert page.status == 422
        assert code not in page.html
        assert number in page.html


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ({"card": "", "code": ""}, ["form.missing"]),
        ({"card": "x" * 41, "code": "y" * 61}, ["form.too_long"]),
        ({"card": "<script>alert(1)</script>", "code": "АӘ\x00БВ"}, ["people.number_shape"]),
        ({"card": "𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠", "code": "1"}, ["people.number_shape"]),
    ],
)
@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_nonsense_is_answered_in_words(
    visit: Visit, lang: str, typed: dict[str, str], codes: list[str]
) -> None:
    page = visit().get(f"/{lang}/sign-in").submit("#card", **typed)
    assert page.status == 422
    assert page.refusals == codes
    assert "<script>alert" not in page.html


def test_wrong_codes_slow_down_and_the_refusal_keeps_the_count(
    visit: Visit, clock: SetClock
) -> None:
    card = card_of(visit.town)
    phone = visit()
    for _ in range(5):
        page = phone.get("/kk/sign-in").submit("#card", card=card.number, code=new_code())
        assert page.refusals == ["people.card_wrong"]
    page = phone.get("/kk/sign-in").submit("#card", card=card.number, code=card.code)
    assert page.status == 422
    assert page.refusals == ["people.wait"]
    assert "12:01" in page.text("#problems")
    other = card_of(visit.town, "bolat")  # a neighbour is not made to wait
    assert visit().get("/kk/sign-in").submit("#card", card=other.number, code=other.code).status
    assert len(rows(visit, SignIn)) == 1
    clock.forward(seconds=30)
    page = phone.get("/kk/sign-in?next=/kk/me").submit("#card", card=card.number, code=card.code)
    assert page.path == "/kk/me"
    # at the card nothing is left; of the network, five wrong ones
    assert [row.subject.split(":")[0] for row in rows(visit, Tries)] == ["network"]


def test_the_link_on_a_card_signs_nobody_in(visit: Visit) -> None:
    card = card_of(visit.town)
    phone = visit()
    page = phone.get(f"/kk/sign-in/card/{card.number}/{card.secret}")
    assert page.status == 200
    assert "asar" not in phone.client.cookies
    assert rows(visit, SignIn) == []
    assert page.response.headers["cache-control"] == "no-store"
    assert page.response.headers["referrer-policy"] == "no-referrer"
    assert "Айгерім" not in page.html
    page = page.submit("#card")
    assert page.path == "/kk/surat/"
    assert len(rows(visit, SignIn)) == 1
    assert phone.get("/kk/me").path == "/kk/me"


def test_the_link_works_where_a_browser_says_no_origin(visit: Visit) -> None:
    """A phone on plain http sends `Origin: null` from a page without a referrer."""
    card = card_of(visit.town)
    phone = Browser(visit.app, says_origin=False)
    page = phone.get(f"/kk/sign-in/card/{card.number}/{card.secret}")
    phone.client.headers["origin"] = "null"
    stranger = phone.client.post("/kk/sign-in", data={"card": card.number, "code": card.secret})
    assert stranger.status_code == 403
    assert page.submit("#card").path == "/kk/surat/"


def test_a_link_that_is_no_card_says_so_only_after_the_press(visit: Visit) -> None:
    phone = visit()
    page = phone.get("/ru/sign-in/card/12345678/%3Cscript%3E").submit("#card")
    assert page.status == 422
    assert page.refusals == ["people.number_slip"]


def test_signing_in_anew_ends_the_session_before(visit: Visit) -> None:
    phone = visit("bolat")
    before = phone.client.cookies["asar"]
    card = card_of(visit.town)
    page = phone.get("/kk/sign-in").submit("#card", card=card.number, code=card.code)
    assert "Айгерім" in page.text(".who")
    assert phone.client.cookies["asar"] != before
    assert visit().get("/kk/me").path == "/kk/sign-in"
    assert Browser(visit.app, cookie=before).get("/kk/me").path == "/kk/sign-in"


def test_signing_out_leaves_no_name(visit: Visit) -> None:
    phone = visit("aigerim")
    token = phone.client.cookies["asar"]
    page = phone.get("/kk/sign-out")
    assert "Айгерім" in page.html
    assert phone.get("/kk/me").path == "/kk/me"  # asking is not leaving
    page = page.submit("main form")
    assert page.status == 200
    assert "Айгерім" not in page.html
    assert "asar" not in phone.client.cookies
    assert phone.get("/kk/me").path == "/kk/sign-in"
    assert Browser(visit.app, cookie=token).get("/kk/me").path == "/kk/sign-in"


def test_handing_the_phone_over_says_so(visit: Visit) -> None:
    phone = visit("aigerim")
    page = phone.get("/kk/sign-out")
    page = page.submit("main form", handover="1")
    assert "Телефонды келесі адамға беруге болады." in page.text()
    assert phone.post("/kk/sign-out", {"handover": "1"}).status == 200  # pressed twice


def test_over_https_the_browser_is_told_to_forget(
    visit: Visit, settings: Settings, tmp_path
) -> None:
    safe = settings.model_copy(update={"public_url": "https://asar.example"})
    state = visit.app.state
    app = create_app(safe, engine=state.engine, keyring=state.keyring, clock=state.clock)
    card = card_of(visit.town)
    client = TestClient(app, base_url="https://asar.example", follow_redirects=False)
    headers = {"sec-fetch-site": "same-origin"}
    answer = client.post(
        "/kk/sign-in", data={"card": card.number, "code": card.code}, headers=headers
    )
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-asar=")
    for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert part in cookie
    assert "omain=" not in cookie
    assert "Max-Age" not in cookie  # a shared phone's browser forgets it when it closes
    out = client.post("/kk/sign-out", data={}, headers=headers)
    assert out.headers["clear-site-data"] == '"cache", "cookies", "storage"'
    assert "__Host-asar" not in client.cookies


def test_an_official_signs_in(visit: Visit, clock: SetClock) -> None:
    secret = official(visit.town)
    page = visit().get("/ru/sign-in").follow("/ru/sign-in?as=official")
    page = page.submit("#official", login="Asan", password=PASSWORD)
    page = page.submit("#second", code=code_now(secret, clock))
    assert page.path == "/ru/surat/desk"
    assert "Асан Қайғы" in page.text(".who")
    assert visit().get("/kk/surat/desk/roll").path == "/kk/sign-in"


def test_unknown_and_wrong_look_the_same(visit: Visit) -> None:
    official(visit.town)

    def seen(login: str) -> tuple[int, list[str], str]:
        page = visit().get("/kk/sign-in?as=official")
        page = page.submit("#official", login=login, password="жоқ жоқ жоқ жоқ")
        return page.status, page.refusals, page.text("#problems")

    for _ in range(5):
        assert seen("asan") == seen("qazan")
    assert seen("asan") == seen("qazan")
    assert seen("asan")[1] == ["people.wait"]


def test_the_password_is_never_sent_back(visit: Visit) -> None:
    page = visit().get("/kk/sign-in?as=official")
    page = page.submit("#official", login="asan", password="құпия құпия құпия")
    assert page.status == 422
    assert "құпия құпия" not in page.html
    assert 'value="asan"' in page.html


def test_several_offices_are_chosen_on_ones_own_page(visit: Visit, clock: SetClock) -> None:
    secret = official(visit.town, offices=2)
    desk = visit()
    page = enter(desk, clock, secret, login="asan", password=PASSWORD)
    assert page.path == "/kk/me"
    assert desk.get("/kk/surat/desk/roll").status == 403
    forms = [form for form in page.tree.all("main form") if "office" in form.attrs["action"]]
    assert len(forms) == 2
    page = page.submit("main form[action=/kk/me/office]")
    assert page.path in ("/kk/surat/desk", "/kk/oytal/desk")
    mine, other = ("surat", "oytal") if "surat" in page.path else ("oytal", "surat")
    assert desk.get(f"/kk/{mine}/desk/roll").status == 200
    assert desk.get(f"/kk/{other}/desk/roll").status == 403
    stolen = desk.get("/kk/me").submit(
        "main form[action=/kk/me/office]", office=visit.town.ids["erlan.office"]
    )
    assert stolen.status == 422
    assert stolen.refusals == ["people.office_not_held"]


def test_ones_own_sessions_and_nobody_elses(visit: Visit) -> None:
    first, second, bolat = visit("aigerim"), visit("aigerim"), visit("bolat")
    page = first.get("/kk/me")
    assert len(page.tree.all("main form[action=/kk/me/sessions]")) == 3
    mine = {row.id: row for row in rows(visit, SignIn)}
    foreign = next(r.id for r in mine.values() if r.person_id == visit.town.ids["bolat"])
    first.post("/kk/me/sessions", {"session": foreign})
    assert bolat.get("/kk/me").path == "/kk/me"
    first.post("/kk/me/sessions", {"session": "others"})
    assert second.get("/kk/me").path == "/kk/sign-in"
    assert bolat.get("/kk/me").path == "/kk/me"
    page = first.get("/kk/me").submit("main form[action=/kk/me/sessions]")
    assert page.path == "/kk/sign-in"
    assert first.get("/kk/me").path == "/kk/sign-in"


def test_a_new_password(visit: Visit, clock: SetClock) -> None:
    secret = official(visit.town)
    desk, other = visit(), visit()
    for browser in (desk, other):
        enter(browser, clock, secret, login="asan", password=PASSWORD)
    new = "жеті жұрттың тілін біл"
    page = desk.get("/kk/me")
    for typed, code in (
        ({"old": PASSWORD, "password": "қысқа", "again": "қысқа"}, "people.password_short"),
        ({"old": PASSWORD, "password": new, "again": new + "!"}, "people.password_again"),
        ({"old": "басқа басқа басқа", "password": new, "again": new}, "people.password_wrong"),
    ):
        refused = page.submit("#new-password", **typed)
        assert (refused.status, refused.refusals) == (422, [code])
    assert other.get("/kk/me").path == "/kk/me"
    page.submit("#new-password", old=PASSWORD, password=new, again=new)
    assert desk.get("/kk/me").path == "/kk/me"
    assert other.get("/kk/me").path == "/kk/sign-in"
    page = enter(other, clock, secret, login="asan", password=new)
    assert page.path == "/kk/surat/desk"


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/kk/\\evil",
        "javascript:alert(1)",
        "/static/app.js",
        "/kk/sign-out",
        "/kk/me\r\nset-cookie: a=b",
        "kk/me",
        "",
    ],
)
def test_the_way_on_stays_on_our_pages(visit: Visit, path: str) -> None:
    assert local_path(path) == ""
    card = card_of(visit.town)
    phone = visit()
    page = phone.get("/kk/sign-in", params={"next": path})
    page = page.submit("#card", card=card.number, code=card.code, next=path)
    assert page.path == "/kk/surat/"


def test_the_way_on_leads_back(visit: Visit) -> None:
    assert local_path("/kk/surat/rounds/2026/ballot?x=1") == "/kk/surat/rounds/2026/ballot?x=1"
    card = card_of(visit.town)
    page = visit().get("/ru/me")
    assert page.path == "/ru/sign-in"
    assert page.submit("#card", card=card.number, code=card.code).path == "/ru/me"


def test_nothing_personal_in_the_logs(visit: Visit, caplog: pytest.LogCaptureFixture) -> None:
    from app.web.guard import JsonLines

    caplog.set_level(logging.INFO, logger="asar")
    card = card_of(visit.town)
    phone = visit()
    phone.get(f"/kk/sign-in/card/{card.number}/{card.secret}").submit("#card")
    phone.get("/kk/sign-in").submit("#card", card=card.number, code=new_code())
    lines = "\n".join(JsonLines().format(record) for record in caplog.records)
    assert "/{lang}/sign-in/card/{number}/{code}" in lines
    for secret in (card.number, card.code, card.secret, "Айгерім", phone.client.cookies["asar"]):
        assert secret not in lines


def test_a_demo_lists_its_people_and_a_press_signs_in(
    visit: Visit, settings: Settings, tmp_path
) -> None:
    card = card_of(visit.town)
    official(visit.town)
    entries = [
        {
            "name": "Сейітова Айгерім Бақытқызы",
            "role": "resident",
            "district": "surat",
            "sign_in": {"card": card.number, "code": card.code},
        },
        {
            "name": "Асан Қайғы",
            "role": "clerk",
            "district": "surat",
            "sign_in": {"login": "asan", "password": PASSWORD},
        },
        {"name": "Тимур Ли", "role": "observer", "district": None, "sign_in": {"login": "timur"}},
    ]
    (tmp_path / "demo-cards.json").write_text(json.dumps(entries), encoding="utf-8")
    assert "Асан Қайғы" not in visit().get("/kk/sign-in").html  # not outside a demo
    state = visit.app.state
    app = create_app(
        settings.model_copy(update={"mode": "demo"}),
        engine=state.engine,
        keyring=state.keyring,
        clock=state.clock,
    )
    page = Browser(app).get("/kk/sign-in")
    assert [d.all("summary")[0].text for d in page.tree.all("main details")] == [
        "Сұрат ауылдық округі",
        "Аудан және бүкіл ел",
    ]
    page = page.submit("main details form")
    assert page.path == "/kk/surat/"
    assert "Айгерім" in page.text(".who")
    (tmp_path / "demo-cards.json").write_text("[", encoding="utf-8")
    assert Browser(app).get("/kk/sign-in").status == 200


def test_touching_is_its_own_small_transaction(visit: Visit, clock: SetClock) -> None:
    phone = visit("aigerim")
    assert [row.seen_at for row in rows(visit, SignIn)] == [clock.now()]
    clock.forward(minutes=11)
    phone.get("/kk/me")
    assert [row.seen_at for row in rows(visit, SignIn)] == [clock.now()]
    assert clock.now() < at(date(2026, 4, 19))
