"""Codes to phones: how often, how long, how many tries, for whom; also when all come at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session, select

from app.core.database import open_session, transaction
from app.core.refusal import Refusal
from app.people import budget
from app.people.cards import issue_card, tries_of_persons_card
from app.people.models import Means, SignIn, Tries
from app.people.phone_codes import (
    Asked,
    ask_code,
    count_code_try,
    forget_codes,
    old_codes,
    open_with_phone,
    prove,
    proved_code,
)
from app.people.phone_models import CodeFor, PhoneCode
from app.people.phones import set_phone
from app.people.sign_in import Opened, count_try, tries_of_card
from tests.conftest import SetClock
from tests.town import Town

KNOWN, UNKNOWN = "+77012345678", "+77029999999"
MANY = 64


@pytest.fixture
def family(town: Town) -> Town:
    """Aigerim's phone, which Bolat uses too."""
    for name in ("aigerim", "bolat"):
        with transaction(town.session) as session:
            set_phone(
                session,
                keyring=town.keyring,
                person_id=town.ids[name],
                number=KNOWN,
                most=5,
                now=town.clock.now(),
            )
    return town


def ask(
    town: Town,
    number: str = KNOWN,
    *,
    purpose: CodeFor = CodeFor.SIGN_IN,
    budget_: int = 2000,
    person: str | None = None,
) -> Asked:
    with transaction(town.session) as session:
        return ask_code(
            session,
            keyring=town.keyring,
            purpose=purpose,
            number=number,
            most_a_day=budget_,
            now=town.clock.now(),
            person_id=town.ids[person] if person else None,
        )


def refused(town: Town, number: str = KNOWN, **how: Any) -> str:
    with pytest.raises(Refusal) as why:
        ask(town, number, **how)
    return why.value.code


def attempt(
    town: Town,
    asked: Asked,
    typed: str = "",
    *,
    token: str = "",
    purpose: CodeFor = CodeFor.SIGN_IN,
    session: Session | None = None,
) -> str:
    """As the page does it: counted in a transaction of its own, then looked at."""
    session = session or town.session
    now = town.clock.now()
    with transaction(session):
        code_id = count_code_try(session, token=token or asked.token, purpose=purpose, now=now)
    try:
        with transaction(session):
            prove(
                session,
                keyring=town.keyring,
                code_id=code_id,
                typed=typed or asked.code,
                now=now,
            )
    except Refusal as why:
        return why.code
    return "right"


def wrong(asked: Asked, nth: int = 1) -> str:
    return f"{(int(asked.code) + nth) % 10**6:06d}"


def enter(town: Town, asked: Asked, name: str, *, group_right: bool = False) -> Opened:
    with transaction(town.session) as session:
        code = proved_code(
            session, token=asked.token, purpose=CodeFor.SIGN_IN, now=town.clock.now()
        )
        if code is None:
            raise Refusal("people.code_dead")
        return open_with_phone(
            session,
            code=code,
            person_id=town.ids[name],
            group_right=group_right,
            shared=True,
            own_phone_days=14,
            keyring=town.keyring,
            now=town.clock.now(),
        )


def test_a_code_has_six_digits_and_lasts_ten_minutes(family: Town, clock: SetClock) -> None:
    asked = ask(family)
    assert len(asked.code) == 6
    assert asked.code.isdigit()
    assert asked.to == KNOWN
    assert asked.ends_at - clock.now() == timedelta(minutes=10)
    clock.forward(minutes=9, seconds=59)
    assert attempt(family, asked) == "right"
    clock.forward(minutes=1)
    later = ask(family)
    clock.forward(minutes=10)
    assert attempt(family, later) == "people.code_dead"


def test_five_tries_and_the_sixth_is_not_looked_at(family: Town) -> None:
    asked = ask(family)
    for nth in range(5):
        assert attempt(family, asked, wrong(asked, nth + 1)) == "people.code_not_right"
    assert attempt(family, asked) == "people.code_dead", "the right one comes too late"


def test_a_refusal_keeps_what_was_counted(family: Town) -> None:
    asked = ask(family)
    attempt(family, asked, wrong(asked))
    assert family.session.exec(select(PhoneCode.tries)).one() == 1


def test_a_code_used_once_is_dead(family: Town) -> None:
    asked = ask(family)
    assert attempt(family, asked) == "right"
    assert attempt(family, asked) == "people.code_dead"
    enter(family, asked, "aigerim")
    with pytest.raises(Refusal) as why:
        enter(family, asked, "aigerim")
    assert why.value.code == "people.code_dead"
    row = family.session.exec(select(PhoneCode)).one()
    assert row.sealed is None, "the number is forgotten with it"


def test_an_older_code_dies_when_a_newer_is_asked_for(family: Town, clock: SetClock) -> None:
    older = ask(family)
    clock.forward(minutes=1)
    newer = ask(family)
    assert attempt(family, older) == "people.code_dead"
    assert attempt(family, newer) == "right"


def test_another_browser_and_another_purpose_get_nowhere(family: Town, clock: SetClock) -> None:
    asked = ask(family)
    assert attempt(family, asked, token="somebody-else") == "people.code_dead"
    assert attempt(family, asked, token=" ") == "people.code_dead"
    assert attempt(family, asked, purpose=CodeFor.SET_PHONE) == "people.code_dead"
    clock.forward(minutes=1)
    setting = ask(family, purpose=CodeFor.SET_PHONE, person="aigerim")
    assert attempt(family, setting, purpose=CodeFor.SIGN_IN) == "people.code_dead"
    assert attempt(family, asked) == "right", "a code for another purpose killed none of these"


def test_a_choice_outlives_its_code_by_ten_minutes(family: Town, clock: SetClock) -> None:
    asked = ask(family)
    clock.forward(minutes=9, seconds=50)
    attempt(family, asked)
    clock.forward(minutes=9)
    assert enter(family, asked, "aigerim").district_id == "d-surat"
    clock.forward(minutes=1)
    asked = ask(family)
    attempt(family, asked)
    clock.forward(minutes=10)
    with pytest.raises(Refusal) as why:
        enter(family, asked, "aigerim")
    assert why.value.code == "people.code_dead"


def test_the_holder_of_the_phone_is_not_the_second_one_on_it(family: Town) -> None:
    asked = ask(family)
    attempt(family, asked)
    with pytest.raises(Refusal) as why:
        enter(family, asked, "bolat")
    assert why.value.code == "people.group_wrong"
    with pytest.raises(Refusal) as why:
        enter(family, asked, "gulnar")
    assert why.value.code == "people.choose_yourself"
    enter(family, asked, "bolat", group_right=True)
    made = family.session.exec(select(SignIn)).one()
    assert (made.person_id, made.how) == (family.ids["bolat"], Means.PHONE)


@pytest.mark.parametrize("number", [KNOWN, UNKNOWN], ids=["known", "unknown"])
def test_one_a_minute_five_an_hour_ten_a_day(family: Town, clock: SetClock, number: str) -> None:
    begun = clock.now()
    ask(family, number)
    clock.forward(seconds=59)
    assert refused(family, number) == "people.code_soon"
    clock.forward(seconds=1)
    for _ in range(4):
        ask(family, number)
        clock.forward(minutes=1)
    with pytest.raises(Refusal) as why:
        ask(family, number)
    assert why.value == Refusal("people.codes_wait", until=begun + timedelta(hours=1))
    clock.set(begun + timedelta(hours=1))
    for _ in range(5):
        ask(family, number)
        clock.forward(minutes=15)
    with pytest.raises(Refusal) as why:
        ask(family, number)
    assert why.value == Refusal("people.codes_wait", until=begun + timedelta(days=1))
    clock.set(begun + timedelta(days=1))
    ask(family, number)


def test_whoever_sets_a_number_sends_no_more_by_changing_it(family: Town, clock: SetClock) -> None:
    for nth in range(5):
        ask(family, f"+7701000000{nth}", purpose=CodeFor.SET_PHONE, person="aigerim")
        clock.forward(minutes=1)
    how = {"purpose": CodeFor.SET_PHONE, "person": "aigerim"}
    assert refused(family, "+77010000009", **how) == "people.codes_wait"
    ask(family, "+77010000009", purpose=CodeFor.SET_PHONE, person="bolat")


def test_the_days_budget_stops_everybody_alike(family: Town, clock: SetClock) -> None:
    ask(family, budget_=1)
    clock.forward(minutes=2)
    assert refused(family, budget_=1) == "people.codes_spent"
    assert refused(family, UNKNOWN, budget_=1) == "people.codes_spent"
    clock.forward(days=1)
    for _ in range(3):
        ask(family, UNKNOWN, budget_=1)
        clock.forward(minutes=1)
    ask(family, budget_=1)  # what went nowhere cost nothing
    assert refused(family, UNKNOWN, budget_=1) == "people.codes_spent"


def writes(engine: Engine) -> list[str]:
    """What is written from here on, statement by statement."""
    seen: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(" ".join(statement.split()))

    return seen


def test_known_and_unknown_numbers_take_the_same_statements(
    engine: Engine, family: Town, clock: SetClock
) -> None:
    seen = writes(engine)
    told = {}
    for number in (KNOWN, UNKNOWN):
        for again in range(2):  # the day's tally has its row the second time
            seen.clear()
            asked = ask(family, number)
            attempt(family, asked, wrong(asked))
            told[number, again] = list(seen)
            clock.forward(minutes=1)
    assert told[KNOWN, 0] == told[UNKNOWN, 0]
    assert told[KNOWN, 1] == told[UNKNOWN, 1]
    assert len(told[KNOWN, 0]) > 8
    assert ask(family, UNKNOWN).to == ""


def test_the_code_of_an_unknown_number_opens_nothing_even_when_guessed(family: Town) -> None:
    asked = ask(family, UNKNOWN)
    assert attempt(family, asked) == "people.code_not_right"


def test_guessing_in_parallel_is_looked_at_five_times(engine: Engine, family: Town) -> None:
    asked = ask(family)
    together = threading.Barrier(MANY)

    def one(nth: int) -> str:
        together.wait()
        with open_session(engine) as session:
            return attempt(family, asked, wrong(asked, nth + 1), session=session)

    with ThreadPoolExecutor(MANY) as pool:
        came = list(pool.map(one, range(MANY)))
    assert came.count("people.code_not_right") == 5
    assert came.count("people.code_dead") == MANY - 5


def test_the_right_code_many_times_at_once_proves_once(engine: Engine, family: Town) -> None:
    asked = ask(family)
    together = threading.Barrier(8)

    def one(_nth: int) -> str:
        together.wait()
        with open_session(engine) as session:
            return attempt(family, asked, session=session)

    with ThreadPoolExecutor(8) as pool:
        came = list(pool.map(one, range(8)))
    assert came.count("right") == 1


def test_a_proved_code_opens_one_session_however_many_ask(engine: Engine, family: Town) -> None:
    asked = ask(family)
    attempt(family, asked)
    family.session.rollback()
    together = threading.Barrier(8)

    def one(_nth: int) -> str:
        together.wait()
        with open_session(engine) as session:
            try:
                with transaction(session):
                    now = family.clock.now()
                    code = proved_code(session, token=asked.token, purpose=CodeFor.SIGN_IN, now=now)
                    if code is None:
                        return "people.code_dead"
                    open_with_phone(
                        session,
                        code=code,
                        person_id=family.ids["aigerim"],
                        group_right=False,
                        shared=True,
                        own_phone_days=14,
                        keyring=family.keyring,
                        now=now,
                    )
            except Refusal as why:
                return why.code
        return "in"

    with ThreadPoolExecutor(8) as pool:
        came = list(pool.map(one, range(8)))
    assert came.count("in") == 1
    assert len(family.session.exec(select(SignIn)).all()) == 1


@pytest.mark.parametrize("number", [KNOWN, UNKNOWN], ids=["known", "unknown"])
def test_asking_in_parallel_sends_one_code(engine: Engine, family: Town, number: str) -> None:
    family.session.rollback()
    together = threading.Barrier(16)

    def one(_nth: int) -> str:
        together.wait()
        with open_session(engine) as session:
            try:
                with transaction(session):
                    ask_code(
                        session,
                        keyring=family.keyring,
                        purpose=CodeFor.SIGN_IN,
                        number=number,
                        most_a_day=2000,
                        now=family.clock.now(),
                    )
            except Refusal as why:
                return why.code
        return "sent"

    with ThreadPoolExecutor(16) as pool:
        came = list(pool.map(one, range(16)))
    assert sorted(set(came)) == ["people.code_soon", "sent"]
    assert came.count("sent") == 1


def test_the_budget_is_counted_right_by_many(engine: Engine, town: Town) -> None:
    town.session.rollback()
    day = town.clock.now().date()

    def one(_nth: int) -> None:
        with open_session(engine) as session, transaction(session):
            budget.use_one(session, name=budget.MESSAGES, day=day)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(24)))
    assert budget.used(town.session, name=budget.MESSAGES, day=day) == 24


def test_codes_are_forgotten_after_a_day(family: Town, clock: SetClock) -> None:
    ask(family)
    clock.forward(hours=24)
    assert not old_codes(family.session, now=clock.now())
    clock.forward(seconds=1)
    assert old_codes(family.session, now=clock.now())
    with transaction(family.session) as session:
        assert forget_codes(session, now=clock.now()) == 1


def test_a_right_group_forgives_the_tries_at_that_card(family: Town) -> None:
    with transaction(family.session) as session:
        card = issue_card(
            session,
            keyring=family.keyring,
            district_id="d-surat",
            person_id=family.ids["bolat"],
            by_name="Дана Омарова",
            now=family.clock.now(),
        )
        subject = tries_of_persons_card(
            session, keyring=family.keyring, person_id=family.ids["bolat"]
        )
    assert subject == tries_of_card(family.keyring, card.number)
    with transaction(family.session) as session:
        count_try(session, subject=subject, now=family.clock.now())
    asked = ask(family)
    attempt(family, asked)
    enter(family, asked, "bolat", group_right=True)
    assert family.session.get(Tries, subject) is None
