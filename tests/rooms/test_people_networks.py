"""A network is slowed softly: a village behind one address never locks itself out."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from app.core.database import open_session, transaction
from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.people.models import Tries
from app.people.networks import (
    FREE,
    HURRY,
    PACE,
    count_network,
    crowded,
    give_back,
    network_of,
)
from app.people.sign_in import count_try, forget_old, forget_tries
from tests.conftest import SetClock

VILLAGE = "203.0.113.7"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("203.0.113.250", "203.0.113.0/24"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "unknown"),
        ("", "unknown"),
        ("203.0.113.7, 10.0.0.1", "unknown"),
    ],
)
def test_which_network(address: str, network: str) -> None:
    assert network_of(address) == network


def press(session: Session, keyring: Keyring, clock: SetClock, address: str = VILLAGE) -> str:
    with transaction(session):
        why = count_network(session, keyring=keyring, address=address, now=clock.now())
    return why.code if why else ""


def test_an_hours_worth_is_free_and_then_there_is_a_pace(
    session: Session, keyring: Keyring, clock: SetClock
) -> None:
    for _ in range(FREE):
        assert press(session, keyring, clock) == ""
    assert press(session, keyring, clock) == "people.wait_network"
    assert press(session, keyring, clock, "203.0.113.99") == "people.wait_network"
    assert press(session, keyring, clock, "198.51.100.7") == ""
    clock.forward(seconds=PACE.total_seconds())
    assert press(session, keyring, clock) == ""
    assert press(session, keyring, clock) == "people.wait_network"


def test_however_much_is_tried_nobody_waits_longer_than_the_pace(
    session: Session, keyring: Keyring, clock: SetClock
) -> None:
    for _ in range(FREE * 20):
        with transaction(session):
            crowded(session, keyring=keyring, address=VILLAGE, now=clock.now())
        press(session, keyring, clock)
    clock.forward(seconds=PACE.total_seconds())
    assert press(session, keyring, clock) == ""


def test_two_hours_after_the_worst_it_is_all_free_again(
    session: Session, keyring: Keyring, clock: SetClock
) -> None:
    with transaction(session):
        for _ in range(FREE * 20):
            crowded(session, keyring=keyring, address=VILLAGE, now=clock.now())
    clock.forward(hours=2)
    assert [press(session, keyring, clock) for _ in range(FREE)] == [""] * FREE


def test_right_ones_cost_nothing(session: Session, keyring: Keyring, clock: SetClock) -> None:
    for _ in range(FREE * 3):
        with transaction(session):
            assert not crowded(session, keyring=keyring, address=VILLAGE, now=clock.now())
        with transaction(session):
            give_back(session, keyring=keyring, address=VILLAGE)
    assert session.exec(select(Tries)).all() == []


def test_nothing_is_kept_of_an_address_and_it_is_forgotten_in_a_day(
    session: Session, keyring: Keyring, clock: SetClock
) -> None:
    press(session, keyring, clock)
    kept = session.exec(select(Tries)).one()
    assert kept.subject == "network:" + keyring.mac("network", "203.0.113.0/24")[:32]
    session.rollback()
    clock.forward(days=1, seconds=1)
    with transaction(session):
        assert forget_old(session, now=clock.now()) == 1
    assert session.exec(select(Tries)).all() == []


def test_in_a_crowd_only_ones_own_wrong_try_makes_one_wait(
    session: Session, clock: SetClock
) -> None:
    def again(subject: str) -> Refusal | None:
        with transaction(session):
            return count_try(session, subject=subject, now=clock.now(), at_least=HURRY)

    assert again("card:x") is None  # the first try is always looked at
    assert again("card:x").code == "people.wait"
    assert again("card:y") is None
    clock.forward(seconds=HURRY.total_seconds())
    assert again("card:x") is None


def test_tries_of_many_at_once_are_all_counted(
    engine: Engine, keyring: Keyring, clock: SetClock
) -> None:
    said: list[Refusal | None] = []

    def knock() -> None:
        for _ in range(10):
            with open_session(engine) as own, transaction(own) as session:
                said.append(
                    count_network(session, keyring=keyring, address=VILLAGE, now=clock.now())
                )

    threads = [threading.Thread(target=knock) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(said) == 80
    assert [one is None for one in said].count(True) == FREE


def test_counting_while_a_right_secret_forgets(engine: Engine, clock: SetClock) -> None:
    """One deletes the row at the moment another one wants it: no crash, and it is counted anew."""
    broken: list[BaseException] = []
    stop = threading.Event()

    def count() -> None:
        try:
            while not stop.is_set():
                with open_session(engine) as own, transaction(own) as session:
                    count_try(session, subject="card:x", now=clock.now())
        except BaseException as crash:
            broken.append(crash)

    def forget() -> None:
        try:
            for _ in range(60):
                with open_session(engine) as own, transaction(own) as session:
                    forget_tries(session, "card:x")
        except BaseException as crash:
            broken.append(crash)
        finally:
            stop.set()

    threads = [threading.Thread(target=one) for one in (count, count, forget)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert broken == []


def test_the_clock_may_go_back(session: Session, keyring: Keyring, clock: SetClock) -> None:
    press(session, keyring, clock)
    clock.set(clock.now() - timedelta(hours=2))
    assert press(session, keyring, clock) == ""
