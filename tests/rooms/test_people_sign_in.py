"""Tries are counted, sessions end by hand, by time and by idleness, terms end by themselves."""

import threading
import time
from datetime import date, timedelta
from statistics import median

import pytest
from passlib.hash import argon2
from sqlalchemy import Engine
from sqlmodel import select

from app.core.database import open_session, transaction
from app.core.refusal import Refusal
from app.people import passwords
from app.people.models import Office, Official, Role, SignIn, Tries
from app.people.office_sign_in import Half, open_for_official, open_half
from app.people.officials import (
    add_official,
    check_password,
    close_official,
    give_office,
    set_password,
)
from app.people.queries import Who, sign_ins, who_is
from app.people.sign_in import (
    FREE_TRIES,
    LONGEST_WAIT,
    choose_office,
    count_try,
    end,
    end_all,
    forget_old,
    old_ones,
    touch,
    tries_of_login,
    wait_after,
)
from tests.conftest import SetClock
from tests.town import RAION, Town

IDLE = timedelta(minutes=3)
PASSWORD = "жеті рет өлшеп бір рет кес"


@pytest.fixture(scope="module")
def hashed() -> str:
    return passwords.hash_password(PASSWORD)


@pytest.fixture
def asan(town: Town, hashed: str) -> Official:
    """An official without an office, whose password is known here."""
    with transaction(town.session) as session:
        made = Official(id="o-asan", login="asan", full_name="Асан Қайғы", password_hash=hashed)
        session.add(made)
    return made


def enter(town: Town, login: str = "asan", password: str = PASSWORD) -> str:
    """Both steps, the second as if it had been shown."""
    known = check_password(town.session, login=login, password=password)
    now = town.clock.now()
    with transaction(town.session) as session:
        half = Half(
            open_half(session, keyring=town.keyring, known=known, now=now).sign_in_id,
            known.official_id,
        )
        return open_for_official(session, keyring=town.keyring, half=half, hours=12, now=now).token


def here(town: Town, token: str) -> Who | None:
    return who_is(town.session, token=token, now=town.clock.now(), idle=IDLE)


def office(town: Town, role: Role = Role.CLERK, district: str | None = "surat", **over) -> Office:
    with transaction(town.session) as session:
        return give_office(
            session,
            official_id="o-asan",
            role=role,
            district_id=f"d-{district}" if district else None,
            since=over.pop("since", date(2026, 1, 1)),
            **over,
        )


# tries


def test_waits_grow_up_to_a_quarter_of_an_hour() -> None:
    waits = [wait_after(tries).total_seconds() for tries in range(13)]
    assert waits == [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]


def test_a_try_outlives_the_refusal_that_follows(town: Town, clock: SetClock) -> None:
    for _ in range(FREE_TRIES):
        with transaction(town.session) as session:
            assert count_try(session, subject="card:x", now=clock.now()) is None
        with pytest.raises(Refusal), transaction(town.session):
            raise Refusal("people.card_wrong")
        clock.forward(seconds=1)
    with transaction(town.session) as session:
        slowed = count_try(session, subject="card:x", now=clock.now())
    assert slowed is not None
    assert slowed.code == "people.wait"
    assert slowed.facts["until"] > clock.now()
    with transaction(town.session) as session:
        assert count_try(session, subject="card:y", now=clock.now()) is None
    clock.forward(seconds=30)
    with transaction(town.session) as session:
        assert count_try(session, subject="card:x", now=clock.now()) is None
        assert session.get(Tries, "card:x").count == FREE_TRIES + 1


def test_waiting_is_not_made_longer_by_knocking(town: Town, clock: SetClock) -> None:
    with transaction(town.session) as session:
        session.add(Tries(subject="card:x", count=99, last_at=clock.now()))
    for _ in range(20):
        with transaction(town.session) as session:
            assert count_try(session, subject="card:x", now=clock.now()) is not None
    clock.forward(seconds=LONGEST_WAIT.total_seconds())
    with transaction(town.session) as session:
        assert count_try(session, subject="card:x", now=clock.now()) is None


def test_a_day_forgives(town: Town, clock: SetClock) -> None:
    with transaction(town.session) as session:
        session.add(Tries(subject="card:x", count=99, last_at=clock.now()))
    clock.forward(days=1)
    with transaction(town.session) as session:
        count_try(session, subject="card:x", now=clock.now())
        assert session.get(Tries, "card:x").count == 1


def test_tries_at_once_are_all_counted(engine: Engine, town: Town, clock: SetClock) -> None:
    said: list[Refusal | None] = []

    def knock() -> None:
        with open_session(engine) as own, transaction(own) as session:
            said.append(count_try(session, subject="card:x", now=clock.now()))

    town.session.rollback()
    threads = [threading.Thread(target=knock) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [one is None for one in said].count(True) == FREE_TRIES
    assert len(said) == 12


def test_nobody_is_named_where_tries_are_counted(town: Town) -> None:
    assert "құпия" not in tries_of_login(town.keyring, "құпия сөз")


# passwords


def test_a_password_is_kept_as_argon2id(hashed: str) -> None:
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert argon2.verify(PASSWORD, hashed)


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("asan", "жеті рет өлшеп екі рет кес"),
        ("nobody", PASSWORD),
        ("", ""),
        ("dana", "!"),  # her hash in this town is no hash
        ("asan", PASSWORD + " " + "x" * 400),
        ("closed", PASSWORD),
    ],
)
def test_every_wrong_answer_sounds_alike(
    town: Town, asan: Official, hashed: str, login: str, password: str
) -> None:
    with transaction(town.session) as session:
        session.add(
            Official(id="o-closed", login="closed", full_name="Бұрынғы", password_hash=hashed)
        )
        session.flush()
        close_official(session, official_id="o-closed", now=town.clock.now())
    with pytest.raises(Refusal) as refused:
        check_password(town.session, login=login, password=password)
    assert refused.value == Refusal("people.password_wrong")


def test_an_unknown_login_takes_as_long_as_a_wrong_password(town: Town, asan: Official) -> None:
    def spent(login: str) -> float:
        begun = time.process_time()
        with pytest.raises(Refusal):
            check_password(town.session, login=login, password="жоқ жоқ жоқ жоқ")
        return time.process_time() - begun

    spent("nobody")  # makes nobody's hash
    unknown = median(spent("nobody") for _ in range(7))
    wrong = median(spent("asan") for _ in range(7))
    assert 0.4 < unknown / wrong < 2.5


def test_case_and_gaps_of_a_login_do_not_matter(town: Town, asan: Official) -> None:
    assert check_password(town.session, login=" Asan ", password=PASSWORD).official_id == "o-asan"


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("қысқа", "people.password_short"),
        ("я" * 201, "form.too_long"),
        ("аааааааааааа", "people.password_easy"),
        ("temir-temir-2026", "people.password_easy"),
    ],
)
def test_length_counts(town: Town, password: str, code: str) -> None:
    with pytest.raises(Refusal) as refused, transaction(town.session) as session:
        add_official(
            session, login="temir", full_name="Темір", password=password, now=town.clock.now()
        )
    assert (refused.value.code, refused.value.field) == (code, "password")


def test_the_operator_adds_an_official_and_sets_a_password(town: Town) -> None:
    def add() -> None:
        with transaction(town.session) as session:
            add_official(session, login=" Temir ", full_name="Темір", password=PASSWORD, now=now)

    now = town.clock.now()
    add()
    with pytest.raises(Refusal) as refused:
        add()
    assert refused.value.code == "people.login_taken"
    with transaction(town.session) as session:
        set_password(session, login="temir", password="жеті жұрттың тілін біл")
    with pytest.raises(Refusal):
        check_password(town.session, login="temir", password=PASSWORD)
    check_password(town.session, login="temir", password="жеті жұрттың тілін біл")
    with pytest.raises(Refusal) as refused, transaction(town.session) as session:
        set_password(session, login="nobody", password=PASSWORD)
    assert refused.value.code == "people.no_official"


def test_no_more_than_two_hash_at_once(hashed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lock, now, most, said = threading.Lock(), [0], [0], []
    real = passwords._hasher.hash

    class Slow:
        @staticmethod
        def hash(password: str) -> str:
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            time.sleep(0.2)
            with lock:
                now[0] -= 1
            return real(password)

    def knock() -> None:
        try:
            said.append(passwords.hash_password(PASSWORD) != hashed)
        except Refusal as why:
            said.append(why.code)

    monkeypatch.setattr(passwords, "_hasher", Slow)
    threads = [threading.Thread(target=knock) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert most == [2]
    assert sorted(map(str, said)) == ["True"] * 8 + ["page.busy"] * 12


# offices


def test_one_office_is_taken_by_itself_and_several_are_chosen(town: Town, asan: Official) -> None:
    assert here(town, enter(town)).role is None
    first = office(town)
    assert here(town, enter(town)).office_id == first.id
    second = office(town, Role.AKIM, "oytal", by_order="№ 12, 01.02.2026")
    token = enter(town)
    who = here(town, token)
    assert (who.official_id, who.role) == ("o-asan", None)
    with transaction(town.session) as session:
        choose_office(
            session,
            sign_in_id=who.sign_in_id,
            official_id="o-asan",
            office_id=second.id,
            now=town.clock.now(),
        )
    who = here(town, token)
    assert (who.role, who.district_id, who.by_order) == (Role.AKIM, "d-oytal", "№ 12, 01.02.2026")


def test_somebody_elses_office_cannot_be_chosen(town: Town, asan: Official) -> None:
    office(town)
    token = enter(town)
    who = here(town, token)
    with pytest.raises(Refusal) as refused, transaction(town.session) as session:
        choose_office(
            session,
            sign_in_id=who.sign_in_id,
            official_id="o-asan",
            office_id=town.ids["erlan.office"],
            now=town.clock.now(),
        )
    assert refused.value.code == "people.office_not_held"
    assert here(town, token).role is Role.CLERK


def test_a_term_ends_by_itself(town: Town, asan: Official, clock: SetClock) -> None:
    office(town, until=date(2026, 4, 18))
    token = enter(town)
    assert here(town, token).role is Role.CLERK
    clock.forward(hours=11)  # still the same day in Almaty
    assert here(town, token).role is Role.CLERK
    clock.forward(minutes=59)  # and the session's twelve hours are not over
    clock.set(clock.now().replace(hour=18, minute=59))
    assert here(town, token).role is Role.CLERK
    clock.forward(minutes=1)  # midnight in Almaty is 19:00 UTC
    assert here(town, token) is None  # the session's twelve hours ended too
    assert here(town, enter(town)).role is None


@pytest.mark.parametrize(
    ("role", "where", "code"),
    [
        (Role.CLERK, {}, "people.office_place"),
        (Role.MASLIKHAT, {"district_id": "d-surat"}, "people.office_place"),
        (Role.OBSERVER, {"raion_kato": RAION}, "people.office_place"),
        (
            Role.CLERK,
            {"district_id": "d-surat", "until": date(2025, 1, 1)},
            "people.office_term",
        ),
    ],
)
def test_an_office_has_its_place(
    town: Town, asan: Official, role: Role, where: dict, code: str
) -> None:
    with pytest.raises(Refusal) as refused, transaction(town.session) as session:
        give_office(session, official_id="o-asan", role=role, since=date(2026, 1, 1), **where)
    assert refused.value.code == code


# sessions


def shared(town: Town, name: str = "aigerim") -> tuple[str, str]:
    token = town.sign_in(name)
    with transaction(town.session) as session:
        row = session.exec(select(SignIn).order_by(SignIn.made_at.desc())).first()
        row.shared = True
    return token, row.id


def test_a_token_is_kept_by_its_hash_alone(town: Town) -> None:
    token, _ = shared(town)
    row = town.session.exec(select(SignIn)).one()
    assert token not in str(row.model_dump())
    assert here(town, row.token_sha256) is None


def test_three_idle_minutes_end_a_shared_phone(town: Town, clock: SetClock) -> None:
    token, sign_in_id = shared(town)
    for _ in range(5):
        clock.forward(seconds=179)
        who = here(town, token)
        assert who is not None
        assert who.seen_long_ago
        with transaction(town.session) as session:
            touch(session, sign_in_id=sign_in_id, now=clock.now())
        assert not here(town, token).seen_long_ago
    clock.forward(seconds=180)
    assert here(town, token) is None


def test_a_phone_of_ones_own_may_rest(town: Town, clock: SetClock) -> None:
    token = town.sign_in("aigerim")
    clock.forward(days=13)
    assert here(town, token) is not None
    assert [row.shared for row in sign_ins(
        town.session, now=clock.now(), idle=IDLE, person_id=town.ids["aigerim"]
    )] == [False]  # fmt: skip


def test_touching_wakes_nothing_that_ended(town: Town, clock: SetClock) -> None:
    token, sign_in_id = shared(town)
    with transaction(town.session) as session:
        end(session, sign_in_id=sign_in_id, now=clock.now())
    clock.forward(seconds=30)
    with transaction(town.session) as session:
        touch(session, sign_in_id=sign_in_id, now=clock.now())
    assert here(town, token) is None


def test_all_the_others_end(town: Town, clock: SetClock) -> None:
    first, second, other = (town.sign_in(name) for name in ("aigerim", "aigerim", "bolat"))
    own = here(town, first)
    with transaction(town.session) as session:
        end_all(session, now=clock.now(), person_id=own.person_id, but=own.sign_in_id)
    assert here(town, first) is not None
    assert here(town, second) is None
    assert here(town, other) is not None


def test_a_changed_password_is_no_longer_known(town: Town, asan: Official) -> None:
    known = check_password(town.session, login="asan", password=PASSWORD)
    with transaction(town.session) as session:
        set_password(session, login="asan", password="жеті жұрттың тілін біл")
    with pytest.raises(Refusal) as refused, transaction(town.session) as session:
        open_half(session, keyring=town.keyring, known=known, now=town.clock.now())
    assert refused.value.code == "people.password_wrong"


def test_old_sessions_and_tries_are_forgotten(town: Town, clock: SetClock) -> None:
    _, sign_in_id = shared(town)
    kept = town.sign_in("bolat")
    with transaction(town.session) as session:
        end(session, sign_in_id=sign_in_id, now=clock.now())
        session.add(Tries(subject="card:x", count=3, last_at=clock.now()))
    with transaction(town.session) as session:
        assert forget_old(session, now=clock.now()) == 0
    assert not old_ones(town.session, now=clock.now())
    clock.forward(days=31)
    assert old_ones(town.session, now=clock.now())
    with transaction(town.session) as session:
        assert forget_old(session, now=clock.now()) == 2
    assert here(town, kept) is not None
