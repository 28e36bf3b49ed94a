"""Signing in through the state's identity provider, against a real provider on loopback."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from app.core.database import open_session, transaction
from app.core.keys import Keyring
from app.core.settings import Settings
from app.main import create_app
from app.people import state_provider
from app.people.models import Means, OffRoll, Person, RollEntry, SignIn
from app.people.phone_models import StateIdentity, StateStart
from app.tick import tick
from tests.browser import Browser, Page
from tests.conftest import SetClock
from tests.oidc_provider import CLIENT, SECRET, Provider
from tests.town import Town

BACK = "/sign-in/state/back"


def number(first11: str) -> str:
    """An identification number by the rule of order 521: digit by digit, apart from our code."""
    rest = sum(int(d) * w for d, w in zip(first11, range(1, 12), strict=True)) % 11
    if rest == 10:
        rest = sum(int(d) * w for d, w in zip(first11, (*range(3, 12), 1, 2), strict=True)) % 11
    assert rest < 10
    return f"{first11}{rest}"


AIGERIMS, BOLATS, NOBODYS = number("90010140001"), number("85050530001"), number("70070730002")


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    made.claims = {"iin": AIGERIMS}
    yield made
    made.stop()


@dataclass
class State:
    """The application with a provider, and its town."""

    app: Any
    town: Town
    session: Session
    provider: Provider
    settings: Settings
    browsers: list[Browser] = field(default_factory=list)

    def browser(self) -> Browser:
        return Browser(self.app, before=self.session.rollback)

    def go(self, browser: Browser, after: str = "") -> dict[str, str]:
        """From the sign-in page to the provider; the query with which one is sent back."""
        page = browser.get("/kk/sign-in" + (f"?next={after}" if after else ""))
        page = page.follow("/kk/sign-in/state" + (f"?next={after}" if after else ""))
        page = page.submit("#state")
        assert page.status == 200, page.refusals
        [url] = [link for link in page.links() if link.startswith(self.provider.issuer)]
        return self.provider.authorize(url)

    def come_back(self, browser: Browser, query: dict[str, str], **phone: str) -> Page:
        page = browser.get(f"{BACK}?{urlencode(query)}")
        assert page.path == f"/kk{BACK}"
        assert page.response.headers["cache-control"] == "no-store"
        assert page.response.headers["referrer-policy"] == "no-referrer"
        return page.submit("#back", **phone)

    def sign_in(self, browser: Browser | None = None) -> Page:
        browser = browser or self.browser()
        return self.come_back(browser, self.go(browser))

    def identities(self) -> list[StateIdentity]:
        self.session.rollback()
        return list(self.session.exec(select(StateIdentity)))

    def sessions(self) -> list[SignIn]:
        self.session.rollback()
        return list(self.session.exec(select(SignIn).where(SignIn.how == Means.STATE)))


@pytest.fixture
def state(
    sqlite_engine: Engine,
    keyring: Keyring,
    clock: SetClock,
    settings: Settings,
    provider: Provider,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[State]:
    monkeypatch.setattr(state_provider, "READ", 0.5)
    monkeypatch.setattr(state_provider, "WHOLE", 1.0)
    # The provider lives in the world outside, whatever day the town lives in.
    monkeypatch.setattr(clock, "wall", lambda: datetime.now(UTC))
    chosen = settings.model_copy(
        update={
            "public_url": "http://testserver",
            "oidc_issuer": provider.issuer,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": type(settings.oidc_client_secret)(SECRET),
            "oidc_name_kk": "eGov",
            "oidc_name_ru": "eGov",
        }
    )
    app = create_app(chosen, engine=sqlite_engine, keyring=keyring, clock=clock)
    with open_session(sqlite_engine) as session:
        town = Town(session, keyring, clock)
        with transaction(session):
            for name, iin in (("aigerim", AIGERIMS), ("bolat", BOLATS)):
                person = session.get_one(Person, town.ids[name])
                person.iin_mac = keyring.mac("iin", iin)
                session.add(person)
        yield State(app, town, session, provider, chosen)


def test_somebody_on_the_roll_signs_in_and_goes_where_they_wanted(state: State) -> None:
    browser = state.browser()
    page = state.come_back(browser, state.go(browser, "/kk/surat/"), phone="own")
    assert page.path == "/kk/surat/"
    assert "Сейітова" in browser.get("/kk/me").html
    [known] = state.identities()
    assert known.person_id == state.town.ids["aigerim"]
    assert known.issuer == state.provider.issuer
    [row] = state.sessions()
    assert (row.person_id, row.shared) == (state.town.ids["aigerim"], False)


def test_nothing_of_the_identity_is_kept_in_clear(state: State) -> None:
    state.provider.claims = {"iin": AIGERIMS, "sub": "subject-in-clear", "name": "Айгерім"}
    state.sign_in()
    driver = state.session.connection().connection.driver_connection
    dump = "\n".join(driver.iterdump())  # type: ignore[union-attr]
    assert state.identities()[0].subject_mac in dump
    for secret in (AIGERIMS, "subject-in-clear", *state.provider.tokens):
        assert secret not in dump


def test_later_the_subject_counts_and_the_number_only_has_to_agree(state: State) -> None:
    state.sign_in()
    assert state.sign_in().path == "/kk/surat/"
    state.provider.claims = {}  # the provider tells the number no longer
    assert state.sign_in().path == "/kk/surat/"
    assert len(state.identities()) == 1
    state.provider.claims = {"iin": BOLATS}
    assert state.sign_in().refusals == ["people.state_other_person"]
    state.provider.claims = {"iin": NOBODYS}
    assert state.sign_in().refusals == ["people.state_other_person"]
    state.provider.claims = {"iin": BOLATS, "sub": "subject-2"}
    assert state.sign_in().path == "/kk/surat/"
    assert {one.person_id for one in state.identities()} == {
        state.town.ids["aigerim"],
        state.town.ids["bolat"],
    }


def test_who_stands_on_no_roll_is_told_the_way_and_forgotten(state: State) -> None:
    state.provider.claims = {"iin": NOBODYS}
    page = state.sign_in()
    assert page.refusals == ["people.state_not_listed"]
    assert page.status == 422
    with transaction(state.session):
        entry = state.session.exec(
            select(RollEntry).where(col(RollEntry.person_id) == state.town.ids["aigerim"])
        ).one()
        entry.removed_on, entry.removed_why = entry.added_on, OffRoll.MOVED
        state.session.add(entry)
    state.provider.claims = {"iin": AIGERIMS}
    assert state.sign_in().refusals == ["people.state_not_listed"]
    assert state.identities() == []
    assert state.sessions() == []


@pytest.mark.parametrize(
    "told", [None, "", "12345", 900101400019, ["a"], number("90010140001")[:11] + "x"]
)
def test_without_a_true_number_nobody_is_found(state: State, told: object) -> None:
    state.provider.claims = {} if told is None else {"iin": told}
    assert state.sign_in().refusals == ["people.state_no_number"]
    assert state.sessions() == []


def test_a_number_that_only_userinfo_tells_is_found_there(state: State) -> None:
    state.provider.claims = {}
    state.provider.by_userinfo = {"sub": "subject-1", "iin": AIGERIMS}
    assert state.sign_in().path == "/kk/surat/"
    state.provider.by_userinfo = {"sub": "somebody-else", "iin": BOLATS}
    assert state.sign_in().refusals == ["people.state_unproven"]


def bent(**changed: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def bend(claims: dict[str, Any]) -> dict[str, Any]:
        made = {**claims, **{n: v(claims) if callable(v) else v for n, v in changed.items()}}
        return {name: value for name, value in made.items() if value is not None}

    return bend


FORGED = {
    "another audience": bent(aud="another-client"),
    "an audience among others, without azp": bent(aud=[CLIENT, "another-client"]),
    "azp of another": bent(aud=[CLIENT, "another-client"], azp="another-client"),
    "another issuer": bent(iss="https://evil.example"),
    "no issuer": bent(iss=None),
    "no subject": bent(sub=None),
    "an empty subject": bent(sub=""),
    "a subject that is no text": bent(sub=12),
    "a nonce of another sign-in": bent(nonce="replayed"),
    "no nonce": bent(nonce=None),
    "expired": bent(exp=lambda c: c["iat"] - 61, iat=lambda c: c["iat"] - 400),
    "no end": bent(exp=None),
    "an end that is no number": bent(exp="tomorrow"),
    "made in the future": bent(iat=lambda c: c["iat"] + 600),
    "made long ago": bent(iat=lambda c: c["iat"] - 7200),
    "no beginning": bent(iat=None),
    "for another access token": bent(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
}


@pytest.mark.parametrize("bend", FORGED.values(), ids=FORGED.keys())
def test_a_token_that_does_not_hold_signs_nobody_in(state: State, bend: Any) -> None:
    state.provider.bend = bend
    page = state.sign_in()
    assert page.refusals == ["people.state_unproven"]
    assert (state.sessions(), state.identities()) == ([], [])
    state.provider.bend = lambda claims: claims
    assert state.sign_in().path == "/kk/surat/"  # and a true one does


@pytest.mark.parametrize("how", ["sign_none", "sign_with_public_key", "sign_with_other_key"])
def test_a_signature_that_is_not_the_providers_signs_nobody_in(state: State, how: str) -> None:
    state.provider.sign = getattr(state.provider, how)
    assert state.sign_in().refusals == ["people.state_unproven"]
    assert state.sessions() == []


@pytest.mark.parametrize("token", ["", "x", "a.b.c", 7, None, {"a": 1}])
def test_a_token_that_is_none_signs_nobody_in(state: State, token: Any) -> None:
    state.provider.sign = lambda claims: token
    assert state.sign_in().refusals in (["people.state_unproven"], ["people.state_down"])
    assert state.sessions() == []


def test_a_new_key_of_the_provider_is_looked_for(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    state.sign_in()
    looked = state.provider.asked.count("/keys")
    state.provider.new_key()
    assert state.sign_in().refusals == ["people.state_unproven"]  # asked a moment ago
    assert state.provider.asked.count("/keys") == looked
    monkeypatch.setattr(state_provider, "ASK_AGAIN", 0.0)
    assert state.sign_in().path == "/kk/surat/"
    assert state.provider.asked.count("/keys") == looked + 1
    assert state.provider.asked.count("/.well-known/openid-configuration") == 1


def test_an_answer_is_good_once_and_in_its_own_browser(state: State) -> None:
    hers, other = state.browser(), state.browser()
    query = state.go(hers)
    assert state.come_back(other, query).refusals == ["people.state_ended"]
    state.go(other)  # has a cookie of its own now
    assert state.come_back(other, query).refusals == ["people.state_ended"]
    assert state.come_back(hers, query).path == "/kk/surat/"
    assert state.come_back(hers, query).refusals == ["people.state_ended"]
    assert state.come_back(hers, {**query, "state": "kk.guessed"}).refusals == [
        "people.state_ended"
    ]
    assert len(state.sessions()) == 1


def test_an_answer_that_failed_is_used_up_too(state: State) -> None:
    browser = state.browser()
    query = state.go(browser)
    cookie = browser.client.cookies["asar-state"]
    assert state.come_back(browser, {**query, "code": "guessed"}).refusals == [
        "people.state_unproven"
    ]
    browser.client.cookies.set("asar-state", cookie, domain="testserver.local", path="/")
    assert state.come_back(browser, query).refusals == ["people.state_ended"]


def test_an_answer_comes_within_ten_minutes(state: State, clock: SetClock) -> None:
    browser = state.browser()
    query = state.go(browser)
    clock.forward(minutes=10)
    assert state.come_back(browser, query).refusals == ["people.state_ended"]
    clock.forward(hours=2)
    state.go(browser)
    state.session.rollback()
    assert len(state.session.exec(select(StateStart)).all()) == 1  # the old one is forgotten


@pytest.mark.parametrize("iss", ["https://evil.example", ""])
def test_an_answer_of_another_issuer_is_not_redeemed(state: State, iss: str) -> None:
    browser = state.browser()
    query = state.go(browser) | {"iss": iss}
    assert state.come_back(browser, query).refusals == ["people.state_unproven"]
    assert "/token" not in state.provider.asked


def test_a_provider_that_never_names_itself_in_the_answer_is_fine(state: State) -> None:
    state.provider.says_iss = False
    assert state.sign_in().path == "/kk/surat/"


def test_somebody_who_says_no_there_reads_so(state: State) -> None:
    browser = state.browser()
    query = state.go(browser)
    page = browser.get(f"{BACK}?{urlencode({'error': 'access_denied', 'state': query['state']})}")
    assert page.refusals == ["people.state_broken_off"]
    assert browser.get(BACK).refusals == ["people.state_broken_off"]


TROUBLES = ["hang", "drip", "huge", "redirect", "broken", "array", "error"]
PAPERS, KEYS, TOKEN = "/.well-known/openid-configuration", "/keys", "/token"


@pytest.mark.parametrize("path", [PAPERS, KEYS, TOKEN])
@pytest.mark.parametrize("what", TROUBLES)
def test_a_provider_in_trouble_holds_up_nobody(state: State, what: str, path: str) -> None:
    browser = state.browser()
    state.provider.trouble[path] = what
    begun = time.monotonic()
    if path == PAPERS:
        page = browser.get("/kk/sign-in/state").submit("#state")
        assert page.refusals == ["people.state_down"]
    else:
        page = state.come_back(browser, state.go(browser))
        assert page.refusals in (["people.state_down"], ["people.state_unproven"])
    assert time.monotonic() - begun < 5
    assert page.status == 422
    assert "/elsewhere" not in state.provider.asked
    assert state.sessions() == []
    state.provider.trouble.clear()
    assert state.sign_in(browser).path == "/kk/surat/"


def test_a_provider_that_is_away_is_said(state: State) -> None:
    state.provider.stop()
    page = state.browser().get("/kk/sign-in/state").submit("#state")
    assert page.refusals == ["people.state_down"]


@pytest.mark.parametrize(
    "papers",
    [
        {"issuer": "https://evil.example"},
        {"authorization_endpoint": "http://evil.example/authorize"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": None},
        {"code_challenge_methods_supported": ["plain"]},
    ],
)
def test_papers_that_are_not_safe_are_not_followed(state: State, papers: dict[str, Any]) -> None:
    state.provider.papers = papers
    page = state.browser().get("/kk/sign-in/state").submit("#state")
    assert page.refusals == ["people.state_down"]


def test_a_code_is_never_sent_in_clear_to_another_machine(state: State) -> None:
    state.provider.papers = {"token_endpoint": "http://evil.example/token"}
    assert state.sign_in().refusals == ["people.state_down"]


def test_two_answers_at_once_sign_in_once(state: State) -> None:
    browser = state.browser()
    query = state.go(browser)
    token = browser.client.cookies["asar-state"]
    found: list[list[str]] = []

    def come(one: Browser) -> None:
        page = one.post(f"/kk{BACK}", {**{k: [v] for k, v in query.items()}, "phone": ["own"]})
        found.append(page.refusals)

    several = [state.browser() for _ in range(4)]
    for one in several:
        one.client.cookies.set("asar-state", token, domain="testserver.local", path="/")
    threads = [threading.Thread(target=come, args=(one,)) for one in several]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(found) == [[], *[["people.state_ended"]] * 3]
    assert len(state.sessions()) == 1


def test_the_cookie_is_the_servers_alone(state: State) -> None:
    page = state.browser().get("/kk/sign-in/state").submit("#state")
    [cookie] = [
        c for c in page.response.headers.get_list("set-cookie") if c.startswith("asar-state")
    ]
    assert {"HttpOnly", "SameSite=lax", "Path=/", "Max-Age=600"} <= set(cookie.split("; "))


def test_without_a_provider_there_is_no_such_page(visit: Callable[..., Browser]) -> None:
    page = visit().get("/kk/sign-in")
    assert not [link for link in page.links() if "/state" in link]
    for path in ("/kk/sign-in/state", BACK, f"/kk{BACK}"):
        assert visit().get(path).status == 404
        if path != BACK:
            assert visit().post(path, {}).status == 404


def test_settings_that_are_not_safe_are_named(settings: Settings) -> None:
    def why(**over: Any) -> list[str]:
        good = {
            "mode": "production",
            "public_url": "https://asar.example",
            "oidc_issuer": "https://idp.example",
            "oidc_client_id": "a",
            "oidc_client_secret": type(settings.oidc_client_secret)("s"),
        }
        return state_provider.why_unset(settings.model_copy(update={**good, **over}))

    assert why() == []
    assert why(oidc_issuer="") == []
    for over in (
        {"oidc_issuer": "http://idp.example"},
        {"oidc_issuer": "http://127.0.0.1:9000"},
        {"oidc_issuer": "https://idp.example/?x=1"},
        {"oidc_issuer": "https://user:secret@idp.example"},
        {"oidc_client_id": ""},
        {"oidc_client_secret": type(settings.oidc_client_secret)("")},
        {"public_url": ""},
    ):
        assert len(why(**over)) == 1, over
    assert why(mode="development", oidc_issuer="http://127.0.0.1:9000") == []
    assert len(why(mode="development", oidc_issuer="http://192.168.1.2")) == 1


def test_the_clock_forgets_sign_ins_that_ended(state: State, clock: SetClock) -> None:
    state.go(state.browser())
    engine, keyring = state.app.state.engine, state.app.state.keyring
    state.session.rollback()
    tick(engine, keyring, clock)
    assert len(_starts(state)) == 1
    clock.forward(hours=2)
    tick(engine, keyring, clock)
    assert _starts(state) == []


def _starts(state: State) -> list[str]:
    found = list(state.session.exec(select(StateStart.state_sha256)))
    state.session.rollback()
    return found
