"""The second factor as officials meet it, without JavaScript; and who tries to get past it."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import unquote

import pyotp
import pytest
from sqlmodel import select

from app.core.clock import ShiftedClock
from app.core.database import open_session, transaction
from app.core.settings import Settings
from app.main import create_app
from app.people.models import Official, Role, SignIn
from app.people.officials import give_office
from app.people.passwords import hash_password
from tests.browser import Browser, Page
from tests.conftest import SetClock
from tests.office import app_of, code_now, enter
from tests.town import Town

Visit = Callable[..., Browser]
PASSWORD = "жеті рет өлшеп бір рет кес"
HASHED = hash_password(PASSWORD)
SECOND = "/kk/sign-in/second"


def official(town: Town, login: str = "asan") -> str:
    with transaction(town.session) as session:
        made = Official(id=f"o-{login}", login=login, full_name="Асан Қайғы", password_hash=HASHED)
        session.add(made)
        session.flush()
        give_office(
            session,
            official_id=made.id,
            role=Role.CLERK,
            district_id="d-surat",
            since=date(2026, 1, 1),
        )
    return f"o-{login}"


def begin(browser: Browser, path: str = "/kk/sign-in?as=official") -> Page:
    return browser.get(path).submit("#official", login="asan", password=PASSWORD)


def test_the_password_alone_opens_nothing(visit: Visit) -> None:
    app_of(visit.town, official(visit.town))
    desk = visit()
    page = begin(desk)
    assert page.path == SECOND
    assert "Асан" not in page.html  # nobody is signed in yet
    assert "asar" not in desk.client.cookies
    for path in ("/kk/me", "/kk/me/factors", "/kk/surat/desk", "/kk/surat/desk/officials"):
        assert desk.get(path).path == "/kk/sign-in", path
    # Its token is no session's, not even in the session's place.
    stolen = Browser(visit.app, cookie=desk.client.cookies["asar-second"])
    assert stolen.get("/kk/me").path == "/kk/sign-in"


def test_the_code_opens_the_session_with_a_new_token(visit: Visit, clock: SetClock) -> None:
    secret = app_of(visit.town, official(visit.town))
    desk = visit()
    page = begin(desk, "/kk/sign-in?as=official&next=/kk/surat/desk/roll")
    half = desk.client.cookies["asar-second"]
    page = page.submit("#second", code=code_now(secret, clock))
    assert page.path == "/kk/surat/desk/roll"
    assert "Асан Қайғы" in page.text(".who")
    assert "маманы, Сұрат" in page.text(".who")  # the office and its place
    assert desk.client.cookies["asar"] != half
    assert "asar-second" not in desk.client.cookies
    # Whoever planted or kept the half one has nothing.
    thief = visit()
    thief.client.cookies.set("asar-second", half, domain="testserver.local", path="/")
    assert thief.get(SECOND).path == "/kk/sign-in"


def test_a_session_from_before_is_never_taken_over(visit: Visit, clock: SetClock) -> None:
    """Session fixation: the token that was in the browser before is not the one that is let in."""
    secret = app_of(visit.town, official(visit.town))
    desk = visit("dana")
    planted = desk.client.cookies["asar"]
    page = begin(desk)
    assert desk.get("/kk/me").path == "/kk/me"  # until the second factor she stays who she was
    page.submit("#second", code=code_now(secret, clock))
    assert desk.client.cookies["asar"] != planted
    assert Browser(visit.app, cookie=planted).get("/kk/me").path == "/kk/sign-in"


def test_a_wrong_code_says_only_that(visit: Visit, clock: SetClock) -> None:
    secret = app_of(visit.town, official(visit.town))
    desk = visit()
    page = begin(desk)
    for typed in ("123456", "ABCD-EFGH-JKMN", "<script>alert(1)</script>"):
        refused = page.submit("#second", code=typed)
        assert (refused.status, refused.refusals) == (422, ["people.factor_wrong"])
        assert "<script>alert" not in refused.html
    refused = page.submit("#second", code="")
    assert refused.refusals == ["form.missing"]
    assert page.submit("#second", code=code_now(secret, clock)).path == "/kk/surat/desk"


def test_codes_slow_down_over_all_sign_ins_of_an_official(visit: Visit, clock: SetClock) -> None:
    """Guessing from many browsers is guessing at one official; the refusals keep the count."""
    secret = app_of(visit.town, official(visit.town))
    for _ in range(5):
        assert begin(visit()).submit("#second", code="123456").status == 422
    page = begin(visit())
    refused = page.submit("#second", code=code_now(secret, clock))
    assert refused.refusals == ["people.wait"]
    clock.forward(seconds=31)
    assert page.submit("#second", code=code_now(secret, clock)).path == "/kk/surat/desk"


def test_ten_minutes_and_then_from_the_beginning(visit: Visit, clock: SetClock) -> None:
    secret = app_of(visit.town, official(visit.town))
    page = begin(visit())
    clock.forward(minutes=10)
    page = page.submit("#second", code=code_now(secret, clock))
    assert page.path == "/kk/sign-in"
    assert page.tree.all("#official")


def test_logins_cannot_be_enumerated(visit: Visit) -> None:
    """With factors, without, closed or never there: a wrong password sounds the same."""
    app_of(visit.town, official(visit.town))
    official(visit.town, "bala")

    def said(login: str) -> tuple[int, str, list[str], str, list[str]]:
        page = visit().get("/kk/sign-in?as=official")
        page = page.submit("#official", login=login, password="жоқ жоқ жоқ жоқ")
        cookies = sorted(page.response.cookies.keys())
        return page.status, page.path, page.refusals, page.text("#problems"), cookies

    assert said("asan") == said("bala") == said("nobody") == said("dana")


# the first sign-in


def test_the_first_sign_in_sets_up_an_app_before_anything_opens(
    visit: Visit, clock: SetClock
) -> None:
    official(visit.town)
    desk = visit()
    page = begin(desk)
    assert page.path == SECOND
    assert desk.get("/kk/me").path == "/kk/sign-in"
    page = page.submit(f"form[action={SECOND}/new/totp]")
    assert page.path == f"{SECOND}/new/totp"
    assert page.tree.all(".qr svg")
    secret = page.text("main .receipt").replace(" ", "")
    assert desk.get(f"{SECOND}/new/totp").text("main .receipt").replace(" ", "") == secret
    refused = page.submit("#prove", code="000000")
    assert refused.refusals == ["people.code_typed_wrong"]
    page = page.submit("#prove", code=code_now(secret, clock))
    assert page.path == "/kk/me/factors"
    assert "Қосалқы ретінде екіншісін қосыңыз" in page.text()  # everybody is asked to have two
    assert desk.get("/kk/surat/desk").status == 200
    other = visit()
    clock.forward(seconds=30)
    page = begin(other)
    assert not page.tree.all(f"form[action={SECOND}/new/totp]")  # nothing is set up beside it
    assert other.post(f"{SECOND}/new/totp", {"begin": "1"}).path == SECOND
    assert other.get(f"{SECOND}/new/totp").path == SECOND
    assert page.submit("#second", code=code_now(secret, clock)).path == "/kk/surat/desk"


def test_the_first_sign_in_with_a_printed_list(visit: Visit) -> None:
    """Where phones are not allowed."""
    official(visit.town)
    desk = visit()
    page = begin(desk).submit(f"form[action={SECOND}/new/codes]")
    codes = [one.text for one in page.tree.all(".secret")]
    assert len(codes) == 10
    assert page.response.headers["cache-control"] == "no-store"
    page = desk.get(f"{SECOND}/new/codes")
    assert not any(code in page.html for code in codes)  # shown once
    page = page.submit("#prove", code=codes[0].lower())
    assert page.path == "/kk/me/factors"
    assert "Қалған кодтар: 9" in page.text()
    page = begin(visit())
    assert page.submit("#second", code=codes[0]).refusals == ["people.factor_wrong"]
    assert page.submit("#second", code=codes[1]).path == "/kk/surat/desk"


def test_an_address_of_digits_offers_no_key(visit: Visit) -> None:
    official(visit.town)
    desk = visit()
    assert begin(desk).tree.all(f"form[action={SECOND}/new/key]")
    plain = Browser(visit.app)
    plain.client.base_url = "http://127.0.0.1:8000"
    page = begin(plain)
    assert not page.tree.all(f"form[action={SECOND}/new/key]")
    assert "localhost" in page.text()
    for kind in ("nothing", "KEY", "totp%00"):
        assert desk.get(f"{SECOND}/new/{kind}").status == 404


# one's own factors


def test_one_more_and_one_less_on_ones_own_page(visit: Visit, clock: SetClock) -> None:
    secret = app_of(visit.town, official(visit.town))
    desk, other = visit(), visit()
    for browser in (other, desk):
        enter(browser, clock, secret, login="asan", password=PASSWORD)
    page = desk.get("/kk/me").follow("/kk/me/factors")
    assert not page.tree.all("form[action=/kk/me/factors/x/remove]")
    page = page.submit("form[action=/kk/me/factors/new/codes]")
    codes = [one.text for one in page.tree.all(".secret")]
    assert other.get("/kk/me").path == "/kk/me"  # begun is not changed
    page = desk.get("/kk/me/factors/new/codes").submit("#prove", code=codes[0])
    assert page.path == "/kk/me/factors"
    assert desk.get("/kk/me").path == "/kk/me"
    assert other.get("/kk/me").path == "/kk/sign-in"  # every other session ended
    removes = [
        form.attrs["action"]
        for form in page.tree.all("main form")
        if form.attrs["action"].endswith("/remove")
    ]
    assert len(removes) == 2
    page = desk.post(removes[0], {})
    assert page.path == "/kk/me/factors"
    refused = desk.post(removes[1], {})
    assert (refused.status, refused.refusals) == (422, ["people.last_factor"])
    assert desk.post(removes[0], {}).status == 404


def test_a_desk_left_open_cannot_change_them(visit: Visit, clock: SetClock) -> None:
    secret = app_of(visit.town, official(visit.town))
    desk = visit()
    enter(desk, clock, secret, login="asan", password=PASSWORD)
    clock.forward(minutes=10)
    page = desk.get("/kk/me/factors")
    assert not page.tree.all("form[action=/kk/me/factors/new/totp]")
    page = desk.post("/kk/me/factors/new/codes", {"begin": "1"})
    assert page.path == "/kk/sign-in"
    assert not page.tree.all(".secret")
    clock.forward(seconds=30)
    page = page.submit("#official", login="asan", password=PASSWORD)
    page = page.submit("#second", code=code_now(secret, clock))
    assert page.path == "/kk/me/factors"
    assert page.tree.all("form[action=/kk/me/factors/new/totp]")


def test_residents_have_no_factors(visit: Visit) -> None:
    assert visit("aigerim").get("/kk/me/factors").status == 403


def test_a_list_of_ones_sessions_says_how_and_where(visit: Visit, clock: SetClock) -> None:
    secret = app_of(visit.town, official(visit.town))
    desk = visit()
    enter(desk, clock, secret, login="asan", password=PASSWORD)
    begin(visit())  # half a session is none
    page = desk.get("/kk/me")
    assert len(page.tree.all("main form[action=/kk/me/sessions]")) == 1
    assert "құпиясөз және екінші растау" in page.text()
    assert "Сұрат ауылдық округі" in page.text("main")
    assert "127.0.0.1" not in page.html
    assert "testclient" not in page.html


# the demonstration


def demo_of(visit: Visit, settings: Settings, mode: str) -> Browser:
    state = visit.app.state
    app = create_app(
        settings.model_copy(update={"mode": mode}),
        engine=state.engine,
        keyring=state.keyring,
        clock=state.clock,
    )
    return Browser(app)


def test_a_demo_shows_the_code_and_nothing_else_ever_does(
    visit: Visit, settings: Settings, clock: SetClock
) -> None:
    secret = app_of(visit.town, official(visit.town))
    code = code_now(secret, clock)
    later = pyotp.TOTP(secret).at(clock.wall() + timedelta(seconds=30))
    page = begin(visit())
    assert not page.tree.all("#demo-code")
    assert code not in page.html.replace(" ", "")
    real = demo_of(visit, settings, "production")
    real.client.base_url = "https://testserver"
    page = begin(real)
    assert page.tree.all("#second")
    assert code not in page.html.replace(" ", "")
    for expected in (code, later):  # pressed twice in one half minute
        page = begin(demo_of(visit, settings, "demo"))
        assert page.tree.one("#demo-code [name=code]").attrs["value"] == expected
        assert page.submit("#demo-code").path == "/kk/surat/desk"


def test_codes_go_by_the_time_outside_not_by_the_demos_day(
    visit: Visit, settings: Settings, clock: SetClock
) -> None:
    secret = app_of(visit.town, official(visit.town))
    state = visit.app.state
    shifted = ShiftedClock(timedelta(days=-200))
    app = create_app(settings, engine=state.engine, keyring=state.keyring, clock=shifted)
    page = begin(Browser(app))
    assert page.submit("#second", code=pyotp.TOTP(secret).at(shifted.now())).status == 422
    assert page.submit("#second", code=pyotp.TOTP(secret).now()).path == "/kk/surat/desk"


def test_nothing_of_it_is_in_the_database_in_the_clear(
    visit: Visit, clock: SetClock, tmp_path: Path
) -> None:
    secret = app_of(visit.town, official(visit.town))
    desk = visit()
    enter(desk, clock, secret, login="asan", password=PASSWORD)
    page = desk.get("/kk/me/factors").submit("form[action=/kk/me/factors/new/codes]")
    codes = [one.text.replace(" ", "") for one in page.tree.all(".secret")]
    with open_session(visit.app.state.engine) as session:
        assert session.exec(select(SignIn)).all()
    dump = (tmp_path / "asar.db").read_bytes()
    for hidden in (secret, *codes, PASSWORD, desk.client.cookies["asar"]):
        assert hidden.encode() not in dump, unquote(hidden)


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "null", "x" * 20_000, '{"id":"a","rawId":"a"}', "\x00"]
)
def test_a_key_that_is_none_is_refused(visit: Visit, answer: str, clock: SetClock) -> None:
    secret = app_of(visit.town, official(visit.town))
    desk = visit()
    enter(desk, clock, secret, login="asan", password=PASSWORD)
    page = desk.get("/kk/me/factors").submit("form[action=/kk/me/factors/new/key]")
    assert page.path == "/kk/me/factors/new/key"
    first = page.tree.one("#key").attrs["data-options"]
    refused = page.submit("#key", answer=answer, name="Көк кілт")
    assert (refused.status, refused.refusals) == (422, ["people.key_wrong"])
    assert refused.tree.one("[name=name]").attrs["value"] == "Көк кілт"
    assert refused.tree.one("#key").attrs["data-options"] != first  # good once
