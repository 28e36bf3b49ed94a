"""Telling that a vote was cast: later, shuffled, once, and to nobody's neighbour by default."""

import random
import re
import threading
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from app.core.clock import at
from app.core.database import open_session, transaction
from app.core.keys import Keyring
from app.notices import outbox
from app.notices.models import NoticeChoice, Outbox, Telling
from app.people.phone_models import PersonPhone
from app.rounds.models import Round, Stage
from app.sending import words_of
from app.tick import tick
from app.voting import paper, told
from app.voting.actions import cast
from app.voting.list_models import Told
from app.voting.sealing import seal
from tests.conftest import SetClock
from tests.postgres import cluster
from tests.town import STARTS, Town

DAY = date(2026, 4, 18)


@pytest.fixture
def of(town: Town, clock: SetClock) -> Round:
    made = town.round()
    town.proposal(made, "Шам")
    town.proposal(made, "Су")
    clock.set(at(DAY, 12))
    return made


def number(n: int) -> str:
    return f"+7701000{n:04d}"


def someone(town: Town, n: int, *, to: str = "", sms: bool = True, **choice: object) -> str:
    """A resident with a phone who wants a message."""
    with transaction(town.session) as session:
        person = town.resident(f"Тұрғын {n}")
        to = to or number(n)
        mac = town.keyring.mac("phone", to)
        there = session.exec(select(PersonPhone).where(PersonPhone.phone_mac == mac)).first()
        session.add(
            PersonPhone(
                person_id=person,
                phone_mac=mac,
                sealed=town.keyring.seal("phone", person, to),
                needs_card=there is not None,
                added_at=town.clock.now(),
            )
        )
        if sms:
            session.add(NoticeChoice(person_id=person, channel=Telling.SMS, **choice))
    return person


def vote(town: Town, of: Round, person: str, *choices: int, idem: str = "1") -> None:
    with transaction(town.session) as session:
        cast(
            session,
            keyring=town.keyring,
            clock=town.clock,
            district_id=of.district_id,
            round_id=of.id,
            person_id=person,
            choices=choices or (1,),
            idem=f"{person} {idem}",
        )


def batch(town: Town, of: Round) -> int:
    with transaction(town.session) as session:
        return told.tell(session, keyring=town.keyring, clock=town.clock, round_id=of.id)


def letters(town: Town) -> list[outbox.Letter]:
    rows = town.session.exec(select(Outbox)).all()
    found = [outbox.waiting(town.session, keyring=town.keyring, letter_id=row.id) for row in rows]
    town.session.rollback()
    return [one for one in found if one is not None]


def test_batches_come_at_nine_and_at_seven_and_with_the_close(town: Town, of: Round) -> None:
    from app.rounds.queries import calendar_of

    calendar = calendar_of(town.session, round_id=of.id)
    opens, closes = STARTS[Stage.VOTING], STARTS[Stage.COUNTING]
    due = {
        opens: None,
        at(date(2026, 4, 6), 8, 59): None,
        at(date(2026, 4, 6), 9): at(date(2026, 4, 6), 9),
        at(DAY, 8, 59): at(date(2026, 4, 17), 19),
        at(DAY, 18, 59): at(DAY, 9),
        at(DAY, 23): at(DAY, 19),
        closes: closes,
    }
    assert {now: told.newest_batch(calendar, now) for now in due} == due


def test_a_cast_is_told_at_the_next_batch_and_once(town: Town, of: Round, clock: SetClock) -> None:
    people = [someone(town, n, lang=("kk", "ru", "kk")[n]) for n in range(3)]
    batch(town, of)
    for person in people:
        vote(town, of, person)
    assert batch(town, of) == 0  # the batch of nine is long given
    assert letters(town) == []
    clock.set(at(DAY, 19, 1))
    assert batch(town, of) == 3
    assert batch(town, of) == 0
    found = letters(town)
    assert sorted(one.to for one in found) == [number(n) for n in range(3)]
    assert {one.kind for one in found} == {"cast"}
    assert {one.code for one in found} == {"voting.cast_in_your_name"}
    assert sorted(one.lang for one in found) == ["kk", "kk", "ru"]
    for one in found:
        words = words_of(one)
        assert "7 726 32 2-00-00" in words
        assert not any(name in words for name in ("Тұрғын", "Шам", "Су "))
    clock.set(at(date(2026, 4, 19), 9))
    assert batch(town, of) == 0  # nothing new


def test_a_changed_vote_is_told_once_a_batch(town: Town, of: Round, clock: SetClock) -> None:
    people = [someone(town, n) for n in range(3)]
    for person in people:
        vote(town, of, person)
    clock.set(at(DAY, 19))
    assert batch(town, of) == 3
    for person in people:
        for again in range(3):
            vote(town, of, person, 2, idem=f"again {again}")
    clock.set(at(date(2026, 4, 19), 9))
    assert batch(town, of) == 3
    assert len(letters(town)) == 6
    assert len(town.session.exec(select(Told)).all()) == 3


def test_one_alone_waits_for_others_and_at_the_close_for_nobody(
    town: Town, of: Round, clock: SetClock
) -> None:
    first = someone(town, 1)
    vote(town, of, first)
    clock.set(at(DAY, 19))
    assert batch(town, of) == 0
    clock.set(at(date(2026, 4, 19), 9))
    assert batch(town, of) == 0
    clock.set(STARTS[Stage.COUNTING])
    tick(town.session.get_bind(), town.keyring, clock)  # type: ignore[arg-type]
    town.session.expire_all()
    assert town.session.get_one(Round, of.id).sealed_at is not None
    assert [one.to for one in letters(town)] == [number(1)]
    clock.forward(hours=1)
    assert batch(town, of) == 0


def test_a_paper_ballot_is_told_too(town: Town, of: Round, clock: SetClock) -> None:
    people = [someone(town, n) for n in range(3)]
    for person in people:
        vote(town, of, person)
    clock.set(at(DAY, 19))
    batch(town, of)
    with transaction(town.session) as session:
        paper.print_sheets(
            session,
            clock=clock,
            district_id=of.district_id,
            round_id=of.id,
            count=10,
            large=False,
            office="clerk",
            by_name="Дана Омарова",
        )
        for person in people:
            paper.issue(
                session,
                keyring=town.keyring,
                clock=clock,
                district_id=of.district_id,
                round_id=of.id,
                person_id=person,
            )
    clock.set(at(date(2026, 4, 19), 9))
    assert batch(town, of) == 3
    codes = sorted(one.code for one in letters(town))
    assert codes == ["voting.cast_in_your_name"] * 3 + ["voting.paper_in_your_name"] * 3


def test_a_shared_number_gets_nothing_unless_they_said_so(
    town: Town, of: Round, clock: SetClock
) -> None:
    alone = [someone(town, n) for n in range(3)]
    granny = someone(town, 10)
    son = someone(town, 11, to=number(10))
    daughter = someone(town, 12, to=number(10), shared_too=True)
    for person in [*alone, granny, son, daughter]:
        vote(town, of, person)
    clock.set(at(DAY, 19))
    assert batch(town, of) == 4
    assert sorted(one.to for one in letters(town)) == [*(number(n) for n in range(3)), number(10)]


def test_who_wants_no_message_gets_none(town: Town, of: Round, clock: SetClock) -> None:
    people = [someone(town, n, sms=False) for n in range(3)]
    with transaction(town.session) as session:
        told.choose(session, person_id=people[0], channel=Telling.PAGE, shared_too=False, lang="kk")
    for person in people:
        vote(town, of, person)
    clock.set(STARTS[Stage.COUNTING])
    assert batch(town, of) == 0
    assert letters(town) == []


def test_whom_one_may_not_choose_a_message_for(town: Town, of: Round) -> None:
    def why(person: str, **over: bool) -> str:
        found = told.why_not_choose(
            town.session,
            person_id=person,
            channel=Telling.SMS,
            shared_too=over.get("shared_too", False),
        )
        return found.code if found else ""

    assert why(town.ids["aigerim"]) == "voting.notice_no_phone"
    first = someone(town, 1, sms=False)
    assert why(first) == ""
    second = someone(town, 2, to=number(1), sms=False)
    assert why(first) == why(second) == "voting.notice_shared"
    assert why(second, shared_too=True) == ""


def test_two_ticks_at_once_tell_once(
    engine: Engine, keyring: Keyring, town: Town, of: Round, clock: SetClock
) -> None:
    for n in range(6):
        vote(town, of, someone(town, n))
    clock.set(at(DAY, 19))
    town.session.rollback()
    ready, counts = threading.Barrier(2), []

    def one() -> None:
        with open_session(engine) as session:
            ready.wait()
            with transaction(session):
                counts.append(told.tell(session, keyring=keyring, clock=clock, round_id=of.id))

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [0, 6]
    assert len(letters(town)) == 6


def test_the_order_of_what_is_kept_tells_nothing(
    engine: Engine, town: Town, of: Round, clock: SetClock
) -> None:
    """Forty are told in one batch: neither notes nor messages lie in the order of the votes."""
    people = [someone(town, n) for n in range(40)]
    random.Random(7).shuffle(people)
    for person in people:
        clock.forward(seconds=7)
        vote(town, of, person)
    clock.set(at(DAY, 19))
    assert batch(town, of) == 40
    whose = {town.keyring.round_mac(of.id, "told", person): person for person in people}
    to = {one.id: one.to for one in letters(town)}
    number_of = {
        row.person_id: town.keyring.unseal("phone", row.person_id, row.sealed)
        for row in town.session.exec(select(PersonPhone))
    }
    town.session.rollback()
    order = "ctid" if engine.dialect.name == "postgresql" else "rowid"
    with engine.connect() as connection:
        notes = [
            whose[key]
            for (key,) in connection.exec_driver_sql(
                f"SELECT told_key FROM told ORDER BY {'ctid' if order == 'ctid' else 'told_key'}"
            )
        ]
        sent = [
            to[one]
            for (one,) in connection.exec_driver_sql(f"SELECT id FROM outbox ORDER BY {order}")
        ]
    came = [number_of[person] for person in people]
    noted = [number_of[person] for person in notes]
    # Of 40 shuffled things one lies in its own place by chance; eleven or more once in 10^8 tries.
    for one, other in ((came, sent), (came, noted), (noted, sent), (came[::-1], sent)):
        assert sorted(one) == sorted(other)
        assert sum(a == b for a, b in zip(one, other, strict=True)) <= 10


def test_a_dump_ties_no_person_to_a_ballot(
    engine: Engine, town: Town, of: Round, clock: SetClock
) -> None:
    people = [someone(town, n) for n in range(4)]
    for person in people:
        vote(town, of, person)
    clock.set(at(DAY, 19))
    batch(town, of)
    town.session.rollback()
    stolen = dump(engine)
    assert people[0].encode() in stolen  # it is the right file
    assert not any(number(n)[2:].encode() in stolen for n in range(4))
    with engine.connect() as connection:
        for table in ("told", "outbox"):
            rows = str([tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table}")])
            assert not any(person in rows for person in people)
            assert "cast_in_your_name" not in rows
        keys = {key for (key,) in connection.exec_driver_sql("SELECT ballot_key FROM ballot")}
        notes = {
            key
            for row in connection.exec_driver_sql("SELECT told_key, of_mac FROM told")
            for key in row
        }
        assert keys & notes == set()
        sizes = {len(one) for (one,) in connection.exec_driver_sql("SELECT sealed FROM outbox")}
        assert len(sizes) == 1


def test_a_batch_after_the_sealing_is_none(town: Town, of: Round, clock: SetClock) -> None:
    for n in range(3):
        vote(town, of, someone(town, n))
    clock.set(STARTS[Stage.COUNTING])
    with transaction(town.session) as session:
        seal(session, keyring=town.keyring, clock=clock, round_id=of.id)
    assert batch(town, of) == 0


def test_a_batch_that_fails_holds_up_no_sealing(
    engine: Engine, town: Town, of: Round, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    person = someone(town, 1)
    with transaction(town.session) as session:
        row = session.get_one(PersonPhone, person)
        row.sealed = b"broken" * 8
        session.add(row)
    vote(town, of, person)
    clock.set(STARTS[Stage.COUNTING])
    town.session.rollback()
    tick(engine, town.keyring, clock)
    town.session.expire_all()
    assert town.session.get_one(Round, of.id).sealed_at is not None
    assert any(record.exc_info for record in caplog.records)
    assert not re.search(r"\+7701", caplog.text)


def dump(engine: Engine) -> bytes:
    if engine.dialect.name == "sqlite":
        return Path(str(engine.url.database)).read_bytes()
    return cluster().dump(str(engine.url.database)).encode()


def test_a_cast_itself_tells_nobody(town: Town, of: Round, session: Session) -> None:
    vote(town, of, someone(town, 1))
    assert session.exec(select(Outbox)).all() == []
    assert session.exec(select(Told)).all() == []
