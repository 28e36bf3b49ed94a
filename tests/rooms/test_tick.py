"""What the clock demands is done once, at its moment, whoever ticks and however often."""

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from app.core.clock import at
from app.core.database import open_session, transaction
from app.core.keys import Keyring
from app.decisions.models import CountOutcome
from app.ledger.models import Entry
from app.proposals.models import Proposal, Status
from app.rounds.models import Round, Stage
from app.tick import tick
from app.voting.actions import cast
from tests.conftest import SetClock
from tests.town import STARTS, Town


def prepared(town: Town, district: str = "surat") -> Round:
    """A round with two admitted proposals, its vote not yet open."""
    of = town.round(district)
    for title in ("Көше шамдары", "Құдық"):
        town.proposal(of, title, status=Status.ADMITTED)
    town.session.rollback()
    return of


def test_a_round_walks_through_its_duties_by_the_clock_alone(
    engine: Engine, session: Session, town: Town, clock: SetClock, keyring: Keyring
) -> None:
    of = prepared(town)
    clock.set(at(date(2026, 4, 2)) - timedelta(seconds=1))
    assert tick(engine, keyring, clock) == 0
    clock.set(at(date(2026, 4, 2)))  # the list closes at the end of the day before
    assert tick(engine, keyring, clock) == 1
    clock.set(STARTS[Stage.VOTING] - timedelta(seconds=1))
    assert tick(engine, keyring, clock) == 0
    clock.set(STARTS[Stage.VOTING])
    assert tick(engine, keyring, clock) == 1
    assert tick(engine, keyring, clock) == 0
    session.expire_all()
    frozen = session.get_one(Round, of.id)
    assert frozen.rules_sha256
    assert frozen.eligible == 2
    with transaction(session):
        cast(
            session,
            keyring=keyring,
            clock=clock,
            district_id=of.district_id,
            round_id=of.id,
            person_id=town.ids["aigerim"],
            choices=[1],
            idem="a" * 32,
        )
    clock.set(STARTS[Stage.COUNTING] - timedelta(seconds=1))
    assert tick(engine, keyring, clock) == 0
    clock.set(STARTS[Stage.COUNTING])
    assert tick(engine, keyring, clock) == 1
    clock.set(STARTS[Stage.RESULTS])
    assert tick(engine, keyring, clock) == 1
    assert tick(engine, keyring, clock) == 0
    session.expire_all()
    assert len(session.exec(select(CountOutcome)).all()) == 1
    votes = {one.ballot_number: one.votes for one in session.exec(select(Proposal)).all()}
    assert votes == {1: 1, 2: 0}


def test_a_clock_that_slept_catches_up_in_order(
    engine: Engine, session: Session, town: Town, clock: SetClock, keyring: Keyring
) -> None:
    of = prepared(town)
    clock.set(STARTS[Stage.RESULTS] + timedelta(days=1))
    assert tick(engine, keyring, clock) == 4
    session.expire_all()
    assert session.get_one(Round, of.id).counted_at == clock.now()


def test_eight_clocks_at_once_do_everything_once(
    engine: Engine, session: Session, town: Town, clock: SetClock, keyring: Keyring
) -> None:
    prepared(town)
    session.rollback()
    clock.set(STARTS[Stage.RESULTS])
    failures: list[BaseException] = []

    def run() -> None:
        try:
            tick(engine, keyring, clock)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with open_session(engine) as fresh:
        kinds = [entry.kind for entry in fresh.exec(select(Entry)).all()]
    for once in ("voting.list_closed", "rounds.frozen", "voting.sealed", "decisions.counted"):
        assert kinds.count(once) == 1, kinds


def test_one_rounds_trouble_holds_up_no_other(
    engine: Engine, session: Session, town: Town, clock: SetClock, keyring: Keyring
) -> None:
    lost, well = prepared(town).id, prepared(town, "oytal").id
    session.rollback()
    (keyring.folder / f"round-{lost}.key").unlink()
    keyring.forget()
    clock.set(STARTS[Stage.COUNTING])
    with pytest.raises(Exception, match=r"no_key"):
        tick(engine, keyring, clock)
    session.expire_all()
    assert session.get_one(Round, well).sealed_at is not None
    assert session.get_one(Round, lost).sealed_at is None
