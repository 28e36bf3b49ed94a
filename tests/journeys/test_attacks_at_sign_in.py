"""Planted sessions and guessed, replayed, raced secrets, for every way of signing in.

`test_attacks` says where each other attack is held.
"""

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from app.core.database import open_session, transaction
from app.people.card_text import new_code
from app.people.cards import IssuedCard, issue_card
from app.people.iin import check_digit
from app.people.models import SignIn
from app.people.phones import set_phone
from app.people.sign_in import FREE_TRIES
from tests.assault import everything, foreign_things, throw
from tests.browser import Browser
from tests.conftest import SetClock
from tests.forms_under_siege import VOTING, Place, find
from tests.office import app_of, code_now
from tests.siege import HOME, NEXT, Siege

pytestmark = pytest.mark.xdist_group("attacks")
Visit = Callable[..., Browser]
OURS = {"sec-fetch-site": "same-origin"}
PASSWORD = "жеті рет өлшеп бір рет кес"

# a session that somebody else has laid into the browser

COOKIES = ("asar", "asar-form", "asar-code", "asar-second", "asar-state")


def card_of(visit: Visit, name: str = "aigerim") -> IssuedCard:
    with transaction(visit.town.session) as session:
        return issue_card(
            session,
            keyring=visit.town.keyring,
            district_id="d-surat",
            person_id=visit.town.ids[name],
            by_name="Дана Омарова",
            now=visit.town.clock.now(),
        )


def official_with_app(visit: Visit, name: str = "dana") -> str:
    """Their login is their name and their password PASSWORD; the secret of their app."""
    from app.people.models import Official
    from app.people.passwords import hash_password

    town = visit.town
    with transaction(town.session) as session:
        row = session.get_one(Official, town.ids[name])
        row.login, row.password_hash = name, hash_password(PASSWORD)
        session.add(row)
    secret = app_of(town, town.ids[name])
    town.session.rollback()
    return secret


def by_card(visit: Visit, browser: Browser, clock: SetClock) -> str:
    card = card_of(visit)
    browser.get("/kk/sign-in").submit("#card", card=card.number, code=card.code)
    return "Сейітова"


def by_square(visit: Visit, browser: Browser, clock: SetClock) -> str:
    card = card_of(visit)
    browser.get(f"/kk/sign-in/card/{card.number}/{card.secret}").submit("#card")
    return "Сейітова"


def by_phone(visit: Visit, browser: Browser, clock: SetClock) -> str:
    from tests.journeys.test_sign_in_phone import ask, code_in, put_on

    put_on(visit.town, "aigerim")
    planted = browser.client.cookies.get("asar-code")
    page = ask(browser)
    assert browser.client.cookies["asar-code"] != planted
    page.submit("#code", code=code_in(visit))
    return "Сейітова"


def by_password(visit: Visit, browser: Browser, clock: SetClock) -> str:
    secret = official_with_app(visit)
    planted = browser.client.cookies.get("asar-second")
    page = browser.get("/kk/sign-in?as=official").submit(
        "#official", login="dana", password=PASSWORD
    )
    half = browser.client.cookies["asar-second"]
    assert half != planted
    page.submit("#second", code=code_now(secret, clock))
    assert browser.client.cookies["asar"] != half
    return "Дана"


WAYS = {"card": by_card, "square": by_square, "phone": by_phone, "password": by_password}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("planted", ["made up", "the attacker's own session"])
def test_what_lay_in_the_browser_before_is_never_the_session(
    visit: Visit, clock: SetClock, way: str, planted: str
) -> None:
    browser, attacker = visit(), visit("bolat")
    values = {name: f"planted-{name}" + "x" * 40 for name in COOKIES}
    if planted == "the attacker's own session":
        values["asar"] = attacker.client.cookies["asar"]
    for name, value in values.items():
        browser.client.cookies.set(name, value, domain="testserver.local", path="/")
    name = WAYS[way](visit, browser, clock)
    assert name in browser.get("/kk/me").text("h1")
    session = browser.client.cookies["asar"]
    assert session not in values.values()
    for value in values.values():  # what the attacker knows opens nothing
        page = Browser(visit.app, cookie=value).get("/kk/me")
        assert page.path == "/kk/sign-in", value
    with open_session(visit.app.state.engine) as found:
        open_ones = found.exec(select(SignIn).where(col(SignIn.ended_at).is_(None))).all()
    still = 2 if planted == "made up" else 1  # the attacker's, which nobody planted
    assert len([one for one in open_ones if not one.needs_second]) == still


def test_a_code_or_a_half_sign_in_of_the_attackers_leads_to_no_session_of_the_victims(
    visit: Visit, clock: SetClock
) -> None:
    """The attacker begins, plants what their own browser got, and waits for the victim."""
    from tests.journeys.test_sign_in_phone import ask, code_in, put_on

    put_on(visit.town, "aigerim")
    put_on(visit.town, "bolat", number="+77771112233")
    attacker, victim = visit(), visit()
    ask(attacker, "+77771112233")
    token = attacker.client.cookies["asar-code"]
    victim.client.cookies.set("asar-code", token, domain="testserver.local", path="/")
    ask(victim).submit("#code", code=code_in(visit))
    assert "Сейітова" in victim.get("/kk/me").text("h1")
    page = attacker.get("/kk/sign-in/phone/code").submit("#code", code=code_in(visit))
    assert page.status == 422  # the victim's code is of no use to the browser of the attacker
    assert attacker.get("/kk/me").path == "/kk/sign-in"


def test_the_states_answer_opens_a_session_of_its_own(
    siege: Siege, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the state's provider, with everything planted that can be."""
    iin = f"90010140001{check_digit('90010140001')}"
    siege.provider.claims = {"iin": iin, "sub": "attacks"}
    siege.engine.dispose()
    siege.watch.execute(
        "UPDATE person SET iin_mac = ? WHERE id = ?",
        (siege.keyring.mac("iin", iin), siege.things[HOME].person),
    )
    siege.watch.commit()
    monkeypatch.setattr(siege.clock, "wall", lambda: datetime.now(UTC))
    browser = Browser(siege.app)
    values = {name: f"planted-{name}" + "x" * 40 for name in COOKIES}
    values["asar"] = siege.tokens["resident"]
    for name, value in values.items():
        browser.client.cookies.set(name, value, domain="testserver.local", path="/")
    try:
        page = browser.get("/kk/sign-in/state").submit("#state")
        assert browser.client.cookies["asar-state"] != values["asar-state"]
        [url] = [link for link in page.links() if link.startswith(siege.provider.issuer)]
        back = siege.provider.authorize(url)
        page = browser.get("/sign-in/state/back", params=back).submit("#back")
        assert page.status == 200, page.refusals
        assert "Сейітова" in browser.get("/kk/me").text("h1")
        assert browser.client.cookies["asar"] not in values.values()
        assert siege.ask("resident", "GET", "/kk/me").status_code == 303, "the planted one ended"
    finally:
        siege.restore()


def test_a_bent_answer_of_the_state_breaks_nothing(siege: Siege) -> None:
    """The one form that no good one stands for in `forms_under_siege`: it takes a provider."""
    address = "/kk/sign-in/state/back"
    query = f"?code=a&state=kk.b&iss={siege.provider.issuer}"
    place = Place(VOTING, "visitor", address + query, "/state/back", {"phone": "own"})
    form, _ = find(siege, place, siege.things[HOME], {})
    shots = everything(form, siege.things[HOME], siege.things[NEXT], foreign_things(siege))
    wrong = [one for shot in shots for one in throw(siege, place, shot)]
    assert wrong == []
    assert siege.rows()["sign_in"] == siege.kept_rows["sign_in"]


# guessing, replaying, racing


def at_once(doers: list[Callable[[], None]]) -> None:
    ready = threading.Barrier(len(doers))

    def start(what: Callable[[], None]) -> None:
        ready.wait(30)
        what()

    threads = [threading.Thread(target=start, args=(one,)) for one in doers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def refusals(text: str) -> set[str]:
    return set(re.findall(r'data-refusal="([^"]+)"', text))


def test_a_password_is_guessed_no_faster_by_many_nor_with_a_right_one_between(
    visit: Visit, clock: SetClock
) -> None:
    official_with_app(visit)
    mine = official_with_app(visit, "marat")
    said: list[str] = []

    def guess(word: str) -> None:
        own = TestClient(visit.app, follow_redirects=False)
        form = {"login": "dana", "password": word}
        answer = own.post("/kk/sign-in", data=form, headers=OURS)
        said.append(*refusals(answer.text) or {"in"})

    at_once([lambda n=n: guess(f"аңдып қойған сөз {n}") for n in range(9)])
    assert said.count("people.password_wrong") == FREE_TRIES
    assert said.count("people.wait") == 9 - FREE_TRIES
    # Signing in as oneself forgives nothing that was counted at another login.
    browser = visit()
    page = browser.get("/kk/sign-in?as=official").submit(
        "#official", login="marat", password=PASSWORD
    )
    page.submit("#second", code=code_now(mine, clock))
    assert "Марат" in browser.get("/kk/me").text("h1")
    said.clear()
    guess(PASSWORD)  # even the right one is not looked at
    assert said == ["people.wait"]


def test_a_second_factor_is_guessed_no_faster_from_many_browsers(
    visit: Visit, clock: SetClock
) -> None:
    """Whoever knows the password opens as many half sign-ins as they like: one count for all."""
    secret = official_with_app(visit)
    halves = []
    for _ in range(FREE_TRIES - 1):
        own = TestClient(visit.app, follow_redirects=False)
        form = {"login": "dana", "password": PASSWORD}
        assert own.post("/kk/sign-in", data=form, headers=OURS).status_code == 303
        halves.append(own)
    said: list[str] = []

    def guess(own: TestClient) -> None:
        for _ in range(4):
            answer = own.post("/kk/sign-in/second", data={"code": "000000"}, headers=OURS)
            said.append(*refusals(answer.text) or {"in"})

    at_once([lambda own=own: guess(own) for own in halves])
    assert len(said) == 4 * len(halves)
    assert said.count("people.factor_wrong") <= FREE_TRIES
    assert set(said) == {"people.factor_wrong", "people.wait"}
    right = halves[0].post(
        "/kk/sign-in/second", data={"code": code_now(secret, clock)}, headers=OURS
    )
    assert refusals(right.text) == {"people.wait"}


def test_an_authenticators_code_opens_once_also_when_raced(visit: Visit, clock: SetClock) -> None:
    secret = official_with_app(visit)
    code = code_now(secret, clock)
    said: list[int] = []

    def half() -> TestClient:
        own = TestClient(visit.app, follow_redirects=False)
        own.post("/kk/sign-in", data={"login": "dana", "password": PASSWORD}, headers=OURS)
        return own

    def enter(own: TestClient) -> None:
        sent = own.post("/kk/sign-in/second", data={"code": code}, headers=OURS)
        said.append(sent.status_code)

    at_once([lambda own=own: enter(own) for own in [half() for _ in range(4)]])
    assert sorted(said) == [303, 422, 422, 422]
    clock.forward(seconds=29)
    late = half()  # looked over somebody's shoulder, typed while the app still shows it
    sent = late.post("/kk/sign-in/second", data={"code": code}, headers=OURS)
    assert sent.status_code == 422
    with open_session(visit.app.state.engine) as session:
        rows = session.exec(select(SignIn).where(SignIn.official_id == visit.town.ids["dana"]))
        assert len([one for one in rows if not one.needs_second]) == 1


def test_the_group_of_a_card_is_guessed_no_faster_by_going_round_the_forms(
    visit: Visit, clock: SetClock
) -> None:
    """A phone left unlocked: every form that asks for the group counts at one and the same card."""
    card = card_of(visit)
    with transaction(visit.town.session) as session:
        set_phone(
            session,
            keyring=visit.town.keyring,
            person_id=visit.town.ids["aigerim"],
            number="+77012345678",
            most=5,
            now=clock.now(),
        )
    holder = visit("aigerim")
    asked = (
        ("/kk/me/erase", {"sure": "yes"}),
        ("/kk/me/phone/off", {}),
        ("/kk/me/phone", {"phone": "+77029998877"}),
    )
    said: list[str] = []
    for n in range(12):
        path, fields = asked[n % len(asked)]
        page = holder.post(path, {**fields, "group": new_code()[:5]})
        assert page.status == 422
        said += page.refusals
        clock.forward(seconds=1)
    looked_at = [one for one in said if one in ("people.group_wrong", "people.erase_group")]
    assert len(looked_at) == FREE_TRIES, said
    assert set(said) - set(looked_at) == {"people.wait"}
    right = holder.post("/kk/me/erase", {"sure": "yes", "group": card.code[:5]})
    assert right.refusals == ["people.wait"]
    other = TestClient(visit.app, follow_redirects=False)
    sent = other.post("/kk/sign-in", data={"card": card.number, "code": card.code}, headers=OURS)
    assert refusals(sent.text) == {"people.wait"}
