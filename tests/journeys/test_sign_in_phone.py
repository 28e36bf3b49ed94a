"""Signing in by phone, as people do it: alone on a number, two on one, and those who try it on."""

import json
import logging
import re
import sqlite3
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from app.core.database import make_engine, open_session, transaction
from app.core.settings import Settings
from app.main import create_app
from app.people.cards import IssuedCard, issue_card
from app.people.models import Means, SignIn, Tally, Tries
from app.people.phone_models import PersonPhone, PhoneCode
from app.people.phones import masked, set_phone
from app.sending import LOOKS_EVERY, drain
from app.web.guard import JsonLines
from tests.browser import Browser, Page
from tests.conftest import SetClock
from tests.town import Town

Visit = Callable[..., Browser]
NUMBER, UNKNOWN, OTHER = "+77012345678", "+77029999999", "+77771112233"


def card_of(town: Town, name: str) -> IssuedCard:
    with transaction(town.session) as session:
        return issue_card(
            session,
            keyring=town.keyring,
            district_id="d-surat",
            person_id=town.ids[name],
            by_name="Дана Омарова",
            now=town.clock.now(),
        )


def put_on(town: Town, *names: str, number: str = NUMBER) -> None:
    for name in names:
        with transaction(town.session) as session:
            set_phone(
                session,
                keyring=town.keyring,
                person_id=town.ids[name],
                number=number,
                most=5,
                now=town.clock.now(),
            )
    town.session.rollback()


def send_all(visit: Visit) -> list[dict[str, str]]:
    """What the file gateway has written, after everything due was sent."""
    state = visit.app.state
    visit.town.session.rollback()
    drain(state.engine, state.keyring, state.clock, state.gateway, most_a_day=2000)
    path = state.settings.message_file
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def code_in(visit: Visit, to: str = NUMBER) -> str:
    sent = [one for one in send_all(visit) if one["to"] == to]
    found = re.search(r"\d{6}", sent[-1]["text"])
    assert found, sent[-1]
    return found[0]


def ask(browser: Browser, number: str = "8 701 234-56-78", after: str = "") -> Page:
    page = browser.get(f"/kk/sign-in/phone{'?next=' + after if after else ''}")
    return page.submit("#number", phone=number)


def who_is_in(browser: Browser) -> str:
    page = browser.get("/kk/me")
    return page.text("h1") if page.path == "/kk/me" else ""


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def rows(visit: Visit, model: type[Any]) -> list[Any]:
    with open_session(visit.app.state.engine) as session:
        return list(session.exec(select(model)))


def test_alone_on_a_number_one_types_the_code_and_is_in(visit: Visit) -> None:
    put_on(visit.town, "aigerim")
    aigerim = visit()
    first = aigerim.get("/kk/sign-in?next=/kk/surat/rounds/2026/")
    page = first.follow("Телефонмен кіру").submit("#number", phone="+7 (701) 234 56 78")
    assert page.path == "/kk/sign-in/phone/code"
    field = page.tree.one("#f-code")
    assert field.attrs["autocomplete"] == "one-time-code"
    assert field.attrs["inputmode"] == "numeric"
    assert "56 78" in page.text()
    assert "234" not in page.text()
    code = code_in(visit)
    assert code not in page.html
    token = aigerim.client.cookies["asar-code"]
    assert len(token) > 40
    page = page.submit("#code", code=f"{code[:3]} {code[3:]}", phone="own")
    assert page.path == "/kk/surat/rounds/2026/"
    assert who_is_in(aigerim) == "Сейітова Айгерім Бақытқызы"
    assert "asar-code" not in aigerim.client.cookies
    (made,) = rows(visit, SignIn)
    assert (made.how, made.shared) == (Means.PHONE, False)
    assert visit.town.keyring.mac("phone-code", rows(visit, PhoneCode)[0].id, code)


def test_the_cookie_of_a_code_is_http_only(visit: Visit) -> None:
    answer = visit().client.post(
        "/kk/sign-in/phone",
        data={"phone": NUMBER},
        headers={"sec-fetch-site": "same-origin"},
        follow_redirects=False,
    )
    cookie = answer.headers["set-cookie"]
    assert answer.status_code == 303
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert answer.headers["cache-control"] == "no-store"


def test_two_people_on_one_phone_one_after_the_other(visit: Visit, clock: SetClock) -> None:
    card = card_of(visit.town, "bolat")
    put_on(visit.town, "aigerim", "bolat")
    phone = visit()  # one browser: it is handed on
    page = ask(phone).submit("#code", code=code_in(visit))
    assert page.path == "/kk/sign-in/phone/who"
    assert "Айгерім С." in page.text()
    assert "Болат Е." in page.text()
    assert "Сейітова" not in page.text()
    page.submit("#who", person=visit.town.ids["aigerim"])
    assert who_is_in(phone) == "Сейітова Айгерім Бақытқызы"
    phone.get("/kk/me").submit("header form")
    clock.forward(minutes=1)
    page = ask(phone).submit("#code", code=code_in(visit))
    page = page.submit("#who", person=visit.town.ids["bolat"], group=card.code[:5].lower())
    assert who_is_in(phone) == "Ермеков Болат Серікұлы"


def test_whoever_holds_the_phone_is_not_the_second_one(visit: Visit, clock: SetClock) -> None:
    card = card_of(visit.town, "bolat")
    own = card_of(visit.town, "aigerim")
    put_on(visit.town, "aigerim", "bolat")
    phone, bolat = visit(), visit.town.ids["bolat"]
    page = ask(phone).submit("#code", code=code_in(visit))
    page = page.submit("#who", person=bolat)
    assert page.refusals == ["people.group_missing"]
    page = page.submit("#who", person=bolat, group="ABC")
    assert page.refusals == ["people.group_shape"]
    page = page.submit("#who", person=visit.town.ids["gulnar"], group=card.code[:5])
    assert page.refusals == ["people.choose_yourself"]
    for _ in range(5):
        page = page.submit("#who", person=bolat, group=own.code[:5])
        assert page.refusals == ["people.group_wrong"]
        assert own.code[:5] not in page.html
    page = page.submit("#who", person=bolat, group=card.code[:5])
    assert page.refusals == ["people.wait"], "tries are counted for the card itself"
    assert who_is_in(phone) == ""
    # The card's own way waits with it; and the first one still needs no card.
    clock.forward(minutes=1)
    page = phone.get("/kk/sign-in/phone/who")
    page = page.submit("#who", person=bolat, group=card.code[:5])
    assert who_is_in(phone) == "Ермеков Болат Серікұлы"


def test_a_second_one_without_a_card_is_told_to_get_one(visit: Visit) -> None:
    put_on(visit.town, "aigerim", "bolat")
    page = ask(visit()).submit("#code", code=code_in(visit))
    page = page.submit("#who", person=visit.town.ids["bolat"], group="ABCDE")
    assert page.refusals == ["people.card_needed"]


def test_the_only_one_left_who_came_second_still_shows_the_card(visit: Visit) -> None:
    card = card_of(visit.town, "bolat")
    put_on(visit.town, "aigerim", "bolat")
    put_on(visit.town, "aigerim", number=OTHER)
    phone = visit()
    page = ask(phone).submit("#code", code=code_in(visit))
    assert page.path == "/kk/sign-in/phone/who"
    page.submit("#who", person=visit.town.ids["bolat"], group=card.code[:5])
    assert who_is_in(phone) == "Ермеков Болат Серікұлы"


def test_known_and_unknown_numbers_look_the_same(visit: Visit, clock: SetClock) -> None:
    """Page by page, from the first answer to the last refusal: only tokens differ."""
    put_on(visit.town, "aigerim")
    told: dict[str, list[tuple[int, str, int]]] = {}
    writes: dict[str, list[int]] = {}
    for number in (NUMBER, UNKNOWN):
        browser = visit()
        before = _counts(visit)
        pages = [ask(browser, number)]
        pages.append(pages[0].submit("#again"))
        pages += [pages[0].submit("#code", code="12345")]
        wrong = "000000" if number == UNKNOWN else other_than(code_in(visit))
        pages += [pages[0].submit("#code", code=wrong) for _ in range(6)]
        clock.forward(minutes=1)
        pages.append(pages[0].submit("#again"))
        pages.append(browser.get("/kk/sign-in/phone/who"))
        send_all(visit)
        told[number] = [(page.status, page.path, len(page.html)) for page in pages]
        bodies = [_bare(page, number) for page in pages]
        told[number] += [(0, body, 0) for body in bodies]
        writes[number] = [after - b for after, b in zip(_counts(visit), before, strict=True)]
        clock.forward(minutes=5)
    assert told[NUMBER] == told[UNKNOWN]
    assert writes[NUMBER] == writes[UNKNOWN]
    assert any("people.code_dead" in page[1] for page in told[NUMBER])
    tallies = {row.name: row.count for row in rows(visit, Tally)}
    assert tallies == {"messages": 2, "messages-nowhere": 2}
    assert [one["to"] for one in send_all(visit)] == [NUMBER, NUMBER]


def _bare(page: Page, number: str) -> str:
    """A page without its token, its clock and the digits that were typed."""
    text = page.html.replace(masked(number), "number")
    return re.sub(r'name="_token" value="\w+"', "", text)


def _counts(visit: Visit) -> list[int]:
    with open_session(visit.app.state.engine) as session:
        connection = session.connection()
        names = [
            name
            for (name,) in connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
            )
            if name != "tally"  # two rows of one table: what costs money, and what goes nowhere
        ]
        return [
            connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one()
            for name in names
        ]


def test_a_code_belongs_to_the_browser_that_asked(visit: Visit) -> None:
    put_on(visit.town, "aigerim")
    asked, thief = visit(), visit()
    page = ask(asked)
    code = code_in(visit)
    assert thief.get("/kk/sign-in/phone/code").path == "/kk/sign-in/phone"
    for cookie in ("", "x" * 43):
        if cookie:
            thief.client.cookies.set("asar-code", cookie, domain="testserver.local", path="/")
        answer = thief.post("/kk/sign-in/phone/code", {"code": code, "phone": "own"})
        assert answer.path == "/kk/sign-in/phone"
    assert who_is_in(thief) == ""
    page.submit("#code", code=code)
    assert who_is_in(asked) != ""
    # Replayed in the same browser, and with the very cookie: dead.
    assert asked.post("/kk/sign-in/phone/code", {"code": code}).path == "/kk/sign-in/phone"


def test_a_code_to_set_a_phone_signs_nobody_in(visit: Visit) -> None:
    """The other way round too: what was asked to sign in sets no phone."""
    card = card_of(visit.town, "aigerim")
    put_on(visit.town, "bolat")
    aigerim = visit("aigerim")
    aigerim.get("/kk/me/phone").submit("#number", phone=NUMBER, group=card.code[:5])
    code = code_in(visit)
    stranger = visit()
    stranger.client.cookies.set(
        "asar-code", aigerim.client.cookies["asar-code"], domain="testserver.local", path="/"
    )
    assert stranger.post("/kk/sign-in/phone/code", {"code": code}).path == "/kk/sign-in/phone"
    assert who_is_in(stranger) == ""


def test_no_code_came(visit: Visit, clock: SetClock) -> None:
    put_on(visit.town, "aigerim")
    browser = visit()
    page = ask(browser, after="/kk/surat/rounds/2026/")
    first = code_in(visit)
    page = page.submit("#again")
    assert page.refusals == ["people.code_soon"]
    clock.forward(minutes=1)
    page = page.submit("#again")
    assert page.path == "/kk/sign-in/phone/code"
    second = code_in(visit)
    page = page.submit("#code", code=first if first != second else other_than(second))
    assert page.refusals == ["people.code_not_right"]
    assert page.follow("Картамен кіру").path == "/kk/sign-in"
    page = page.follow("Басқа нөмір")
    assert page.path == "/kk/sign-in/phone"
    page = browser.get("/kk/sign-in/phone/code?next=/kk/surat/rounds/2026/")
    page = page.submit("#code", code=second)
    assert page.path == "/kk/surat/rounds/2026/"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "form.missing"),
        ("12", "people.phone_shape"),
        ("+7 495 123 45 67", "people.phone_not_mobile"),
    ],
)
def test_a_bad_number_is_said_at_its_field(visit: Visit, typed: str, code: str) -> None:
    page = ask(visit(), typed)
    assert (page.status, page.refusals) == (422, [code])
    assert page.tree.one("#f-phone").attrs["value"] == typed
    assert rows(visit, PhoneCode) == []


def test_more_than_an_hour_bears_points_to_the_card(visit: Visit, clock: SetClock) -> None:
    put_on(visit.town, "aigerim")
    for _ in range(5):
        ask(visit())
        clock.forward(minutes=1)
    page = ask(visit())
    assert (page.status, page.refusals) == (422, ["people.codes_wait"])
    assert page.follow("Кірудің басқа тәсілдері").path == "/kk/sign-in"


def test_when_the_days_budget_is_gone_everybody_reads_it(
    visit: Visit, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    put_on(visit.town, "aigerim")
    page = visit().get("/kk/sign-in/phone")
    with open_session(visit.app.state.engine) as session, transaction(session):
        session.add(Tally(name="messages", day=clock.now().date(), count=2000))
    for number in (NUMBER, UNKNOWN):
        late = page.submit("#number", phone=number)
        assert (late.status, late.refusals) == (422, ["people.codes_spent"])
        assert late.tree.all("#number") == []
    assert "messages_spent" in {record.__dict__.get("event") for record in caplog.records}
    page = visit().get("/kk/sign-in/phone")
    assert page.tree.all("#number") == []
    assert page.follow("Картамен кіру").path == "/kk/sign-in"
    clock.forward(days=1)
    assert ask(visit()).path == "/kk/sign-in/phone/code"


def test_a_crowd_behind_one_address_is_paced(visit: Visit, clock: SetClock) -> None:
    for nth in range(60):
        ask(visit(), f"8 702 000 00 {nth:02d}")
    page = ask(visit(), "8 702 000 01 00")
    assert page.refusals == ["people.wait_network"]
    clock.forward(seconds=10)
    assert ask(visit(), "8 702 000 01 00").path == "/kk/sign-in/phone/code"


def test_signing_in_rightly_costs_a_village_nothing(visit: Visit) -> None:
    put_on(visit.town, "aigerim")

    def network() -> list[int]:
        return [one.count for one in rows(visit, Tries) if one.subject.startswith("network:")]

    page = ask(visit())
    assert network() != [], "asking was counted"
    page.submit("#code", code=code_in(visit))
    assert network() == []


def test_in_production_the_codes_cookie_is_for_this_host_and_https_alone(
    visit: Visit, settings: Settings, keyring: Any, clock: SetClock
) -> None:
    url = "https://asar.example.kz"
    told = {"mode": "production", "sms_gateway": "http", "sms_url": f"{url}/", "public_url": url}
    app = create_app(
        settings.model_copy(update=told),
        engine=visit.app.state.engine,
        keyring=keyring,
        clock=clock,
    )
    visit.town.session.rollback()
    browser = Browser(app)
    browser.client.base_url = url
    answer = browser.client.post(
        "/kk/sign-in/phone",
        data={"phone": NUMBER},
        headers={"sec-fetch-site": "same-origin"},
        follow_redirects=False,
    )
    flags = answer.headers["set-cookie"].lower().split("; ")
    assert flags[0].startswith("__host-asar-code=")
    assert {"secure", "httponly", "path=/", "max-age=1200"} <= set(flags)
    assert not any(flag.startswith("domain") for flag in flags)


def test_the_server_sends_by_itself_and_at_once(
    visit: Visit, settings: Settings, keyring: Any, clock: SetClock
) -> None:
    put_on(visit.town, "aigerim")
    engine = make_engine(settings.database_url)
    app = create_app(settings, engine=engine, keyring=keyring, clock=clock, run_clock=True)
    with TestClient(app):
        time.sleep(0.3)  # its first look is over: from here on somebody must wake it
        begun = time.monotonic()
        ask(Browser(app))
        while not settings.message_file.exists():
            assert time.monotonic() - begun < LOOKS_EVERY - 1, "nobody woke the sender"
            time.sleep(0.02)


def test_without_a_gateway_nobody_is_offered_it(
    visit: Visit, settings: Settings, keyring: Any, clock: SetClock
) -> None:
    app = create_app(
        settings.model_copy(update={"sms_gateway": "none"}),
        engine=visit.app.state.engine,
        keyring=keyring,
        clock=clock,
    )
    browser = Browser(app, before=visit.town.session.rollback)
    assert not any("sign-in/phone" in link for link in browser.get("/kk/sign-in").links())
    for path in ("", "/code", "/who"):
        assert browser.get(f"/kk/sign-in/phone{path}").status == 404
        assert browser.post(f"/kk/sign-in/phone{path}", {"phone": NUMBER}).status == 404
    assert rows(visit, PhoneCode) == []


@pytest.mark.parametrize("mode", ["demo", "development", "production"])
def test_only_a_demonstration_shows_the_code(
    visit: Visit, settings: Settings, keyring: Any, clock: SetClock, mode: str
) -> None:
    put_on(visit.town, "aigerim")
    engine = visit.app.state.engine
    told = settings.model_copy(update={"mode": mode, "sms_gateway": "file"})
    app = create_app(told, engine=engine, keyring=keyring, clock=clock)
    browser = Browser(app, before=visit.town.session.rollback)
    if mode == "production":  # its cookies are for https alone
        browser.client.base_url = "https://testserver"
    page = ask(browser)
    for sent in (False, True):
        if sent:
            drain(engine, keyring, clock, app.state.gateway, most_a_day=9)
        page = browser.get("/kk/sign-in/phone/code")
        assert page.path == "/kk/sign-in/phone/code"
        shown = page.tree.all("[data-demo-code]")
        text = app.state.settings.message_file.read_text() if sent else ""
        if mode != "demo":
            assert shown == []
            assert not re.search(r"\b\d{6}\b", page.text())
        elif sent:
            assert shown[0].text in text
        else:
            assert re.fullmatch(r"\d{6}", shown[0].text)


def test_nothing_of_a_number_or_a_code_stays_in_the_database_or_the_logs(
    visit: Visit, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    card = card_of(visit.town, "aigerim")
    codes = []
    with caplog.at_level(logging.DEBUG):
        page = visit("dana").get(f"/kk/surat/desk/roll/people/{visit.town.ids['bolat']}")
        page = page.follow("Телефонға өту")
        page.submit("#number", phone=NUMBER, again=NUMBER, shown="passport")
        browser = visit("aigerim")
        page = browser.get("/kk/me/phone").submit("#number", phone=OTHER, group=card.code[:5])
        codes.append(code_in(visit, OTHER))
        page.submit("#code", code=codes[0])
        page = ask(visit())
        codes.append(code_in(visit))
        page.submit("#code", code=other_than(codes[1]))
        page.submit("#code", code=codes[1])
        clock.forward(minutes=1)
        ask(visit(), UNKNOWN)
        ask(visit())  # one that still waits in the outbox
    assert len(rows(visit, PersonPhone)) == 2
    path = str(visit.app.state.settings.sqlite_path)
    with sqlite3.connect(path) as database:
        dump = "\n".join(database.iterdump())
    raw = visit.app.state.settings.sqlite_path.read_bytes()
    lines = "\n".join(
        JsonLines().format(record) for record in caplog.records if record.name.startswith("asar")
    )
    assert "/{lang}/sign-in/phone/code" in lines, "nothing was logged at all"
    for number in (NUMBER, OTHER, UNKNOWN):
        for secret in (number[2:], number[-7:], number[-6:]):
            assert secret not in dump
            assert secret.encode() not in raw
            assert secret.encode().hex() not in dump.lower()
            assert secret not in lines
    for code in codes:
        assert f"'{code}'" not in dump
        assert code not in lines
    kept = rows(visit, PhoneCode)
    assert all(row.ends_at - row.made_at <= timedelta(minutes=10) for row in kept)
