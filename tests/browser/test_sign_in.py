"""Signing in on a phone, in Kazakh: by the card's square to a counted vote, an official's two
steps, and an invitation taken up. Each with and without scripts."""

import time
from typing import Any

import pyotp
import pytest
from sqlmodel import select

from app.core.database import open_session, transaction
from app.people.cards import IssuedCard, issue_card
from app.people.models import Person
from app.places.queries import district_by_slug
from tests.chromium import axe_violations, overflow
from tests.demo_site import Open, Site, Walker

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

DAY = "voting"
BALLOT = "/surat/rounds/2026/ballot"
WAYS = pytest.mark.parametrize("scripts", [True, False], ids=["with_script", "without_script"])


def sound(walker: Walker) -> None:
    """Nothing scrolls sideways, at 320 px either; axe needs scripts."""
    page = walker.page
    for width in (320, 360):
        page.set_viewport_size({"width": width, "height": 740})
        assert overflow(page) == [], walker.path
    if walker.scripts:
        assert axe_violations(page) == [], walker.path


def anew(site: Site, who: dict[str, Any]) -> IssuedCard:
    """What the office prints when a card was lost: the square holds its own secret."""
    state = site.app.state
    with open_session(state.engine) as session, transaction(session):
        person = session.exec(select(Person).where(Person.full_name == who["name"])).one()
        district = district_by_slug(session, who["district"])
        assert district is not None
        return issue_card(
            session,
            keyring=state.keyring,
            district_id=district.id,
            person_id=person.id,
            by_name="Омарова Дана",
            now=site.clock.now(),
        )


@WAYS
def test_by_the_cards_square_to_a_counted_vote_and_on_to_the_next(
    walk: Open, site: Site, scripts: bool
) -> None:
    # A real sign-in page names nobody; a demonstration's lists its people.
    site.app.state.settings = site.demo.settings.model_copy(update={"mode": "development"})
    who = site.card("resident", slug="surat", nth=2)
    card = anew(site, who)
    phone = walk(scripts=scripts)
    page = phone.open(f"/sign-in/card/{card.number}/{card.secret}")
    assert who["name"] not in page.content(), "a card left open tells no name"
    sound(phone)
    phone.press(page.locator("#card button"))
    assert phone.refusals == []
    assert who["name"] in phone.text("header")
    page = phone.open(BALLOT)
    page.locator("label[for=c-1]").click()
    phone.press(page.locator("#ballot button"))
    sound(phone)
    phone.press(page.locator("#cast button:not([name])"))
    assert "Дауысыңыз есепке алынды" in phone.h1()
    phone.open("/surat/my-votes")
    assert "дауыс берілген" in phone.text()
    sound(phone)
    phone.open(f"{BALLOT}/done")
    phone.press(page.locator(".done form button"))
    assert who["name"] not in page.content()
    # The old card is dead, and so says the page; the next person signs in with theirs, typed.
    old, following = who["sign_in"], site.card("resident", slug="surat", nth=3)
    page = phone.open("/sign-in")
    page.locator("[name=card]").fill(old["card"])
    page.locator("[name=code]").fill(old["code"])
    phone.press(page.locator("#card button"))
    assert phone.refusals != []
    assert page.locator("[name=code]").input_value() == ""
    sound(phone)
    typed = f"{following['sign_in']['code'][:5]} {following['sign_in']['code'][5:]}".lower()
    page.locator("[name=card]").fill(following["sign_in"]["card"])
    page.locator("[name=code]").fill(typed)
    phone.press(page.locator("#card button"))
    assert following["name"] in phone.text("header")


@WAYS
def test_an_official_by_password_and_second_factor(walk: Open, site: Site, scripts: bool) -> None:
    site.app.state.settings = site.demo.settings.model_copy(update={"mode": "development"})
    dana = site.login("dana")
    desk = walk(scripts=scripts)
    desk.open("/sign-in")
    desk.follow("Лауазымды адам ретінде кіру")
    sound(desk)
    page = desk.page
    page.locator("[name=login]").fill("dana")
    page.locator("[name=password]").fill(dana["sign_in"]["password"] + "?")
    desk.press(page.locator("#official button"))
    assert desk.refusals != []
    assert page.locator("[name=password]").input_value() == ""
    sound(desk)
    page.locator("[name=password]").fill(dana["sign_in"]["password"])
    desk.press(page.locator("#official button"))
    assert desk.path.startswith("/kk/sign-in/second")
    sound(desk)
    # The password alone opens nothing.
    desk.open("/surat/desk")
    assert desk.path.startswith("/kk/sign-in")
    desk.open("/sign-in/second")
    right = pyotp.TOTP(dana["totp_secret"]).at(time.time())
    page.locator("[name=code]").fill(f"{(int(right) + 1) % 10**6:06d}")
    desk.press(page.locator("#second button"))
    assert desk.refusals != []
    sound(desk)
    page.locator("[name=code]").fill(pyotp.TOTP(dana["totp_secret"]).at(time.time()))
    desk.press(page.locator("#second button"))
    assert "/sign-in" not in desk.path
    assert "Омарова Дана" in desk.text("header")
    desk.open("/me/factors")
    sound(desk)
    desk.press(page.locator("form[action$='/factors/new/totp'] button"))
    sound(desk)
    secret = page.locator(".receipt").inner_text().replace(" ", "")
    page.locator("#prove [name=code]").fill(pyotp.TOTP(secret).at(time.time()))
    desk.press(page.locator("#prove button"))
    assert desk.refusals == []
    assert page.locator("form[action$='/remove']").count() == 2


@WAYS
def test_an_invitation_is_agreed_to_by_another_office_and_taken_up(
    walk: Open, site: Site, scripts: bool
) -> None:
    dana, bekzat, newcomer = walk(), walk(), walk(scripts=scripts)
    name = "Сейдахметова Гүлназ"
    dana.sign_in(site.login("dana"))
    dana.open("/surat/desk/officials")
    dana.follow("Лауазымға шақыру")
    sound(dana)
    page = dana.page
    page.locator("[name=full_name]").fill(name)
    page.locator("[name=why]").fill("Жаңа маман жұмысқа алынды")
    dana.press(page.locator("main form button").last)
    assert dana.refusals == []
    sound(dana)
    assert page.locator("form[action*='/officials/agreed/']").count() == 0, "not by one alone"
    bekzat.sign_in(site.login("bekzat"))
    bekzat.open("/surat/desk/second")
    bekzat.follow("Біреуді лауазымға тағайындау")
    assert name in bekzat.text()
    sound(bekzat)
    bekzat.press(bekzat.page.locator("form[action$='/agree'] button"))
    assert bekzat.refusals == []
    dana.open("/surat/desk/officials")
    dana.press(page.locator("form[action*='/officials/agreed/'] button"))
    link = page.locator(".receipt").inner_text().strip()
    sound(dana)
    new = newcomer.page
    new.goto(link)
    sound(newcomer)
    new.locator("[name=login]").fill("gulnaz")
    new.locator("[name=password]").fill("password1234")
    new.locator("[name=again]").fill("password1234")
    newcomer.press(new.locator("#account button"))
    assert newcomer.refusals != [], "a password everybody knows"
    sound(newcomer)
    for field in ("password", "again"):
        new.locator(f"[name={field}]").fill("қоңыр сиыр көк шөпті сүйеді")
    newcomer.press(new.locator("#account button"))
    # No desk before there is a second factor: here a printed list, where phones are not let in.
    assert newcomer.path.startswith("/kk/sign-in/second")
    sound(newcomer)
    newcomer.press(new.locator("form[action$='/new/codes'] button"))
    sound(newcomer)
    first = new.locator(".secret").first.inner_text()
    newcomer.press(new.locator("a[href*='/second/new/codes']").first)
    sound(newcomer)
    new.locator("[name=code]").fill(first)
    newcomer.press(new.locator("main form button").last)
    assert "/sign-in" not in newcomer.path, newcomer.text()
    assert name in newcomer.text("header")
    newcomer.open("/surat/desk")
    assert newcomer.path == "/kk/surat/desk"
    # The link worked once.
    other = walk(scripts=scripts)
    other.page.goto(link)
    assert other.page.locator("#account").count() == 0
    sound(other)
