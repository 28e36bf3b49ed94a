"""Two people on one phone, one after the other: Kazakh, 360 px, with and without scripts."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from app.core.database import open_session, transaction
from app.people.models import Person
from app.people.phones import set_phone
from tests.chromium import axe_violations, overflow
from tests.demo_site import Open, Site, Walker

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

DAY = "voting"
NUMBER = "+77012345678"
MINUTE = timedelta(minutes=1)


def put_on(site: Site, *cards: dict[str, Any]) -> None:
    state = site.app.state
    for card in cards:
        with open_session(state.engine) as session, transaction(session):
            person = session.exec(select(Person).where(Person.full_name == card["name"])).one()
            set_phone(
                session,
                keyring=state.keyring,
                person_id=person.id,
                number=NUMBER,
                most=5,
                now=site.clock.now(),
            )


def sound(walker: Walker) -> None:
    page = walker.page
    assert overflow(page) == []
    assert axe_violations(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert overflow(page) == []
    page.set_viewport_size({"width": 360, "height": 740})


def to_who(walker: Walker, *, look: bool) -> None:
    """From the sign-in page to the question who one is, by the code of the demonstration."""
    page = walker.open("/sign-in?next=/kk/surat/")
    walker.follow("Телефонмен кіру")
    assert walker.path.startswith("/kk/sign-in/phone")
    if look:
        sound(walker)
    page.locator("[name=phone]").fill("8 701 234-56-78")
    walker.press(page.locator("#number button"))
    assert walker.path.startswith("/kk/sign-in/phone/code")
    if look:
        sound(walker)
    code = page.locator("[data-demo-code]").inner_text()
    page.locator("[name=code]").fill(f"{(int(code) + 1) % 10**6:06d}")
    walker.press(page.locator("#code button"))
    assert "people.code_not_right" in page.content()
    assert page.locator("[name=code]").input_value() == ""
    if look:
        sound(walker)
    page.locator("[name=code]").fill(code)
    walker.press(page.locator("#code button"))
    assert walker.path.startswith("/kk/sign-in/phone/who")


@pytest.mark.parametrize("scripts", [True, False], ids=["with_script", "without_script"])
def test_two_people_on_one_phone_one_after_the_other(walk: Open, site: Site, scripts: bool) -> None:
    first = site.card("resident", slug="surat", nth=0)
    second = site.card("resident", slug="surat", nth=1)
    put_on(site, first, second)
    phone = walk(scripts=scripts)
    page = phone.page
    to_who(phone, look=scripts)
    if scripts:
        sound(phone)
    # The second one's vote is not to be had by whoever holds the phone.
    page.locator("[name=person]").nth(1).check()
    phone.press(page.locator("#who button"))
    assert "people.group_missing" in page.content()
    if scripts:
        sound(phone)
    page.locator("[name=person]").nth(0).check()
    phone.press(page.locator("#who button"))
    assert phone.path == "/kk/surat/"
    assert first["name"] in phone.text("header")
    phone.press(page.locator("header .who form button"))
    assert first["name"] not in page.content()
    # A minute later the phone is in other hands.
    later = site.clock.now()
    site.clock.set(later.replace(microsecond=0) + MINUTE)
    to_who(phone, look=False)
    assert first["name"].split()[0] not in page.content(), "no family names before one is in"
    page.locator("[name=person]").nth(1).check()
    page.locator("[name=group]").fill(second["sign_in"]["code"].replace(" ", "").lower()[:5])
    phone.press(page.locator("#who button"))
    assert phone.path == "/kk/surat/"
    assert second["name"] in phone.text("header")
