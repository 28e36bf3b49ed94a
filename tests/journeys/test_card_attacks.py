"""Attacks on cards by the front door: guessing, dead cards, enumerating numbers, races."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlmodel import col, select
from starlette.testclient import TestClient

from app.core.database import open_session, transaction
from app.core.keys import Keyring
from app.core.settings import Settings
from app.main import create_app
from app.people.card_text import new_code, new_number, new_secret
from app.people.cards import IssuedCard, issue_card
from app.people.models import SignIn, Tries
from app.people.networks import FREE, HURRY
from app.people.sign_in import FREE_TRIES
from tests.browser import Browser
from tests.conftest import SetClock
from tests.town import Town

Visit = Callable[..., Browser]
OURS = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def client(
    engine: Engine, keyring: Keyring, clock: SetClock, settings: Settings, town: Town
) -> Iterator[TestClient]:
    """Whoever knocks, on either engine."""
    app = create_app(settings, engine=engine, keyring=keyring, clock=clock)
    with TestClient(app, follow_redirects=False) as client:
        yield client


def card_of(town: Town, name: str = "aigerim") -> IssuedCard:
    with transaction(town.session) as session:
        return issue_card(
            session,
            keyring=town.keyring,
            district_id="d-surat",
            person_id=town.ids[name],
            by_name="Дана Омарова",
            now=town.clock.now(),
        )


def knock(client: TestClient, number: str, code: str) -> str:
    """In, or the refusal's code."""
    client.cookies.clear()
    answer = client.post("/kk/sign-in", data={"card": number, "code": code}, headers=OURS)
    if answer.status_code == 303:
        return "in"
    assert answer.status_code == 422
    (code,) = {part.split('"')[1] for part in answer.text.split("data-refusal=")[1:]}
    return code


def kept(engine: Engine, model: type[Any]) -> list[Any]:
    with open_session(engine) as session:
        return list(session.exec(select(model)).all())


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


def test_guessing_is_slowed_also_with_a_right_neighbour_between(
    client: TestClient, town: Town, clock: SetClock
) -> None:
    """Signing in with one's own card between the guesses does not make the guesses free."""
    victim, mine = card_of(town), card_of(town, "bolat")
    town.session.rollback()
    looked_at = 0
    for _ in range(60):
        said = knock(client, victim.number, new_code())
        looked_at += said == "people.card_wrong"
        assert said in ("people.card_wrong", "people.wait")
        assert knock(client, mine.number, mine.code) == "in"
        clock.forward(seconds=1)
    assert looked_at == FREE_TRIES + 1  # and one after the first half minute
    clock.forward(days=1)
    assert knock(client, victim.number, victim.code) == "in"


def test_guessing_in_parallel_gets_no_more_tries(
    engine: Engine, client: TestClient, town: Town
) -> None:
    card = card_of(town)
    town.session.rollback()
    said: list[str] = []

    def guess() -> None:
        own = TestClient(client.app, follow_redirects=False)
        for _ in range(3):
            said.append(knock(own, card.number, new_code()))

    at_once([guess] * 6)
    assert len(said) == 18
    assert said.count("people.card_wrong") == FREE_TRIES
    assert said.count("people.wait") == 18 - FREE_TRIES
    assert knock(client, card.number, card.code) == "people.wait"
    assert kept(engine, SignIn) == []


def test_a_dead_cards_code_and_square_open_nothing(client: TestClient, town: Town) -> None:
    old = card_of(town)
    new = card_of(town)
    town.session.rollback()
    assert knock(client, old.number, old.code) == "people.card_replaced"
    assert knock(client, old.number, old.secret) == "people.card_replaced"
    for code in (old.code, old.secret):
        assert knock(client, new.number, code) == "people.card_wrong"
    page = client.get(f"/kk/sign-in/card/{old.number}/{old.secret}")
    assert page.status_code == 200  # whoever has the link learns nothing before the press
    assert knock(client, new.number, new.secret) == "in"


def test_a_dead_card_says_so_only_to_whoever_has_its_code(client: TestClient, town: Town) -> None:
    old = card_of(town)
    card_of(town)
    town.session.rollback()
    assert knock(client, old.number, new_code()) == "people.card_wrong"
    assert knock(client, old.number, new_secret()) == "people.card_wrong"


@contextmanager
def work(engine: Engine, keyring: Keyring, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is done meanwhile: statements without their values, and keyed hashes by purpose."""
    done: list[str] = []
    real = keyring.mac

    def mac(purpose: str, *parts: str) -> str:
        done.append(f"mac {purpose}")
        return real(purpose, *parts)

    def ran(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        done.append(" ".join(statement.split()))

    event.listen(engine, "before_cursor_execute", ran)
    monkeypatch.setattr(keyring, "mac", mac)
    yield done
    monkeypatch.undo()
    event.remove(engine, "before_cursor_execute", ran)


@pytest.mark.parametrize("secret", [new_code, new_secret])
def test_a_number_that_is_no_card_is_the_same_work_and_the_same_answer(
    engine: Engine,
    keyring: Keyring,
    client: TestClient,
    town: Town,
    monkeypatch: pytest.MonkeyPatch,
    secret: Callable[[], str],
) -> None:
    """Counted, not clocked: the statements and the hashes of a wrong code at a card that is there,
    at a dead one, and at a number that nobody has."""
    dead, live = card_of(town), card_of(town)
    town.session.rollback()
    seen: list[tuple[list[str], str]] = []
    for number in (live.number, dead.number, new_number()):
        with work(engine, keyring, monkeypatch) as done:
            answer = client.post(
                "/kk/sign-in", data={"card": number, "code": secret()}, headers=OURS
            )
        page = answer.text.replace(number, "N")
        seen.append((done, page))
    assert any(one.startswith("mac card") for one in seen[0][0])
    assert any("FROM card" in one for one in seen[0][0])
    assert seen[0][0] == seen[1][0] == seen[2][0]
    assert seen[0][1] == seen[1][1] == seen[2][1]


def test_unknown_numbers_are_slowed_like_cards(client: TestClient, town: Town) -> None:
    card, nobody = card_of(town), new_number()
    town.session.rollback()
    asked = [
        [knock(client, number, new_code()) for _ in range(FREE_TRIES + 2)]
        for number in (card.number, nobody)
    ]
    assert asked[0] == asked[1]


def test_two_sign_ins_at_once_both_get_in(engine: Engine, client: TestClient, town: Town) -> None:
    """One on the phone, one at the library: two sessions, no crash, nothing left to wait for."""
    card = card_of(town)
    town.session.rollback()
    said: list[str] = []

    def enter() -> None:
        own = TestClient(client.app, follow_redirects=False)
        said.append(knock(own, card.number, card.code))

    at_once([enter] * 4)
    assert said == ["in"] * 4
    found = kept(engine, SignIn)
    assert len({row.token_sha256 for row in found}) == 4
    assert kept(engine, Tries) == []


def test_a_new_card_at_the_same_moment_leaves_no_session_of_the_old_one(
    engine: Engine, client: TestClient, town: Town
) -> None:
    card = card_of(town)
    town.session.rollback()
    said: list[str] = []

    def enter() -> None:
        own = TestClient(client.app, follow_redirects=False)
        said.append(knock(own, card.number, card.code))

    def anew() -> None:
        with open_session(engine) as own, transaction(own) as session:
            issue_card(
                session,
                keyring=town.keyring,
                district_id="d-surat",
                person_id=town.ids["aigerim"],
                by_name="Дана Омарова",
                now=town.clock.now(),
            )

    at_once([enter, enter, enter, anew])
    assert set(said) <= {"in", "people.card_replaced"}
    with open_session(engine) as session:
        open_ones = session.exec(select(SignIn).where(col(SignIn.ended_at).is_(None))).all()
    assert open_ones == []


def test_a_village_behind_one_address_is_not_locked_out(
    client: TestClient, town: Town, clock: SetClock
) -> None:
    """Somebody in the village types wrong codes all day: everybody else gets in at once."""
    card = card_of(town)
    town.session.rollback()
    for _ in range(FREE * 2):
        assert knock(client, new_number(), new_code()) == "people.card_wrong"
    assert knock(client, card.number, card.code) == "in"
    # who slips at their own card waits for a moment, and for a moment only
    assert knock(client, card.number, new_code()) == "people.card_wrong"
    assert knock(client, card.number, card.code) == "people.wait"
    clock.forward(seconds=HURRY.total_seconds())
    assert knock(client, card.number, card.code) == "in"
    clock.forward(seconds=timedelta(hours=2).total_seconds())
    assert knock(client, card.number, new_code()) == "people.card_wrong"
    assert knock(client, card.number, card.code) == "in"
