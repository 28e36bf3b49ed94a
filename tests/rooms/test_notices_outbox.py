"""The outbox: sealed, taken by one sender at a time, tried again until it is too late."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from app.core.database import open_session, transaction
from app.notices import outbox
from app.notices.models import Outbox
from app.notices.refused import NotNow, NotSent
from app.people import budget
from app.sending import drain
from tests.conftest import SetClock
from tests.town import Town

NUMBER = "+77012345678"


@dataclass(slots=True)
class Remembering:
    """A gateway with a memory: it knows a repeat by its id, and fails when told to."""

    fails: list[Exception] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    taken: dict[str, tuple[str, str]] = field(default_factory=dict)
    engine: Engine | None = None

    def send(self, letter_id: str, to: str, text: str) -> None:
        self.asked.append(letter_id)
        if self.engine is not None:  # nobody holds the database while the network is spoken to
            with open_session(self.engine) as session, transaction(session):
                pass
        if self.fails:
            raise self.fails.pop(0)
        self.taken[letter_id] = (to, text)


def lay(town: Town, *, kind: str = "code", to: str = NUMBER, minutes: int = 10) -> str:
    with transaction(town.session) as session:
        return outbox.put(
            session,
            keyring=town.keyring,
            kind=kind,
            to=to,
            code="notice.code" if kind == "code" else "notice.phone_set",
            lang="kk",
            facts={"code": "042317"} if kind == "code" else {},
            now=town.clock.now(),
            ends_at=town.clock.now() + timedelta(minutes=minutes),
        )


def send(engine: Engine, town: Town, gateway: Remembering | None, *, most: int = 2000) -> int:
    town.session.rollback()
    return drain(engine, town.keyring, town.clock, gateway, most_a_day=most)


def left(town: Town) -> list[Outbox]:
    found = list(town.session.exec(select(Outbox).execution_options(populate_existing=True)))
    town.session.rollback()
    return found


def test_a_message_is_worded_sent_and_deleted(engine: Engine, town: Town) -> None:
    letter = lay(town)
    gateway = Remembering(engine=engine)
    assert send(engine, town, gateway) == 1
    assert gateway.taken == {letter: (NUMBER, "Асар коды: 042317. Ешкімге айтпаңыз.")}
    assert left(town) == []
    assert send(engine, town, gateway) == 0


def test_what_waits_is_sealed_and_tells_nothing_by_its_length(town: Town) -> None:
    lay(town)
    lay(town, to="")
    lay(town, kind="phone")
    rows = left(town)
    assert len({len(row.sealed) for row in rows}) == 1
    for row in rows:
        assert b"7012345678" not in row.sealed
        assert b"042317" not in row.sealed
    letter = outbox.waiting(town.session, keyring=town.keyring, letter_id=rows[0].id)
    assert letter is not None
    with pytest.raises(ValueError, match="does not open"):
        town.keyring.unseal("outbox", rows[1].id, rows[0].sealed)


def test_a_message_that_goes_nowhere_just_goes(engine: Engine, town: Town) -> None:
    lay(town, to="")
    gateway = Remembering()
    assert send(engine, town, gateway) == 0
    assert (gateway.asked, left(town)) == ([], [])


def test_it_is_tried_again_after_growing_waits_under_the_same_id(
    engine: Engine, town: Town, clock: SetClock
) -> None:
    letter = lay(town, minutes=10)
    begun = clock.now()
    gateway = Remembering(fails=[NotNow("status 500") for _ in range(20)])
    tried = []
    for second in range(0, 700, 10):
        clock.set(begun + timedelta(seconds=second))
        before = len(gateway.asked)
        send(engine, town, gateway)
        if len(gateway.asked) > before:
            tried.append(second)
    assert tried == [0, 30, 90, 210, 450]
    assert set(gateway.asked) == {letter}
    assert left(town) == [], "a code that is ten minutes old is of no use to anybody"


def test_never_again_is_never_again(engine: Engine, town: Town, clock: SetClock) -> None:
    lay(town)
    gateway = Remembering(fails=[NotSent("status 400")])
    assert send(engine, town, gateway) == 0
    clock.forward(minutes=5)
    send(engine, town, gateway)
    assert len(gateway.asked) == 1
    assert left(town) == []


def test_a_sender_that_dies_loses_nothing(engine: Engine, town: Town, clock: SetClock) -> None:
    letter = lay(town)

    class Killed(BaseException):
        pass

    class Dying(Remembering):
        def send(self, letter_id: str, to: str, text: str) -> None:
            self.taken[letter_id] = (to, text)
            raise Killed

    first = Dying()
    with pytest.raises(Killed):
        send(engine, town, first)
    second = Remembering()
    assert send(engine, town, second) == 0, "not at once: the other may still be at it"
    clock.forward(seconds=30)
    assert send(engine, town, second) == 1
    assert list(first.taken) == list(second.taken) == [letter], "the gateway knows the repeat"


def test_an_absent_gateway_is_not_asked_for_every_message(engine: Engine, town: Town) -> None:
    for _ in range(10):
        lay(town)
    gateway = Remembering(fails=[NotNow("ConnectError") for _ in range(10)])
    send(engine, town, gateway)
    assert len(gateway.asked) == 3


def test_codes_go_first(engine: Engine, town: Town, clock: SetClock) -> None:
    notices = [lay(town, kind="phone", minutes=900) for _ in range(3)]
    clock.forward(minutes=1)
    code = lay(town)
    gateway = Remembering()
    send(engine, town, gateway)
    assert gateway.asked[0] == code
    assert set(gateway.asked[1:]) == set(notices)


def test_notices_wait_for_tomorrow_when_the_budget_is_gone(
    engine: Engine, town: Town, clock: SetClock
) -> None:
    for _ in range(3):
        lay(town, kind="phone", minutes=60 * 24 * 3)
    code = lay(town)
    gateway = Remembering()
    assert send(engine, town, gateway, most=2) == 3
    assert gateway.asked[0] == code, "a code was held against the budget when it was asked for"
    assert len(left(town)) == 1
    day = clock.now().date()
    assert budget.used(town.session, name=budget.MESSAGES, day=day) == 2
    clock.forward(days=1)
    assert send(engine, town, gateway, most=2) == 1


def test_without_a_gateway_things_grow_old_and_go(
    engine: Engine, town: Town, clock: SetClock
) -> None:
    lay(town)
    assert send(engine, town, None) == 0
    assert len(left(town)) == 1
    clock.forward(minutes=10)
    send(engine, town, None)
    assert left(town) == []


def test_many_senders_send_each_message_once(engine: Engine, town: Town) -> None:
    letters = {lay(town) for _ in range(20)}
    town.session.rollback()
    gateway = Remembering()
    together = threading.Barrier(6)

    def one(_nth: int) -> int:
        together.wait()
        return drain(engine, town.keyring, town.clock, gateway, most_a_day=2000)

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(one, range(6))) == 20
    assert sorted(gateway.asked) == sorted(letters)
