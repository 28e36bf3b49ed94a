"""The list of a round is closed once, at its moment; from then on the right comes from it alone."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from app.core.clock import at
from app.core.database import open_session, transaction
from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.ledger.models import Entry
from app.people.consent import Act, Actor, ask
from app.people.iin import check_digit
from app.people.models import OffRoll, Role, RollEntry
from app.people.roll import take_off, why_not_locked
from app.people.roll_models import RollLock
from app.rounds.actions import edit
from app.rounds.models import Round, Stage
from app.rounds.queries import calendar_of
from app.rounds.rules import roll_closes_at, settings_of
from app.tick import tick
from app.voting import paper, queries
from app.voting.actions import cast
from app.voting.closed_list import close_list, correct_closed
from app.voting.list_models import RollClosing, Voter
from app.voting.models import Ballot, Turnout
from app.voting.voters import list_file, on_list, pseudonyms_of, root_of
from tests.conftest import SetClock
from tests.town import STARTS, Town

CLOSES = at(date(2026, 4, 2))  # the end of 1 April


@pytest.fixture
def vote(town: Town) -> Round:
    made = town.round()
    for title in ("Шамдар", "Құдық"):
        town.proposal(made, title)
    town.session.rollback()
    return made


def asked(town: Town, keyring: Keyring, of: Round, now: Any, **private: Any) -> Any:
    """Dana's request for a correction, as the roll's page makes it."""
    return ask(
        town.session,
        keyring=keyring,
        district_id=of.district_id,
        act=Act.CORRECT_ROLL,
        subject=of.id,
        first=Actor(town.ids["dana"], "Дана Омарова", Role.CLERK),
        why="Құжат бойынша",
        now=now,
        private=private,
        round_id=of.id,
    )


def numbers(session: Session) -> RollClosing:
    session.expire_all()
    return session.exec(select(RollClosing)).one()


def iin(start: str) -> str:
    return f"{start}{check_digit(start)}"


def test_the_moment_is_the_end_of_its_day_and_never_after_voting_opens(town: Town) -> None:
    of = town.round(roll_closes_on=date(2026, 4, 1))
    assert roll_closes_at(of, calendar_of(town.session, round_id=of.id)) == CLOSES
    late = town.round("oytal", roll_closes_on=date(2026, 4, 9))  # a round of before
    opens = STARTS[Stage.VOTING]
    assert roll_closes_at(late, calendar_of(town.session, round_id=late.id)) == opens


def test_it_closes_by_the_clock_once_with_size_and_root_in_public(
    engine: Engine, town: Town, vote: Round, clock: SetClock, keyring: Keyring
) -> None:
    with transaction(town.session):
        child = town.resident("Жас Бала", of_age_on=date(2026, 4, 28))
        grown = town.resident("Жас Ересек", of_age_on=date(2026, 4, 27))
    town.session.rollback()
    clock.set(CLOSES - timedelta(seconds=1))
    assert tick(engine, keyring, clock) == 0
    clock.set(CLOSES)
    assert tick(engine, keyring, clock) == 1
    assert tick(engine, keyring, clock) == 0
    closing = numbers(town.session)
    expected = {town.ids["aigerim"], town.ids["bolat"], grown}
    found = {one.person_id for one in town.session.exec(select(Voter)).all()}
    assert found == expected
    assert child not in found
    lines = sorted(keyring.round_mac(vote.id, "voter", person) for person in expected)
    root = sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
    assert (closing.size, closing.root, closing.first_root) == (3, root, root)
    assert root_of(reversed(lines)) == root
    assert list_file(pseudonyms_of(town.session, of=vote)).count(b"\n") == 3
    entry = town.session.exec(select(Entry).where(Entry.kind == "voting.list_closed")).one()
    assert entry.facts == {"size": 3, "root": root}
    assert closing.closed_at < STARTS[Stage.VOTING]


def test_the_roll_is_locked_from_the_moment_itself_even_before_the_clock_comes_by(
    engine: Engine, town: Town, vote: Round, clock: SetClock, keyring: Keyring
) -> None:
    clock.set(CLOSES - timedelta(minutes=1))
    tick(engine, keyring, clock)  # a while before the moment
    town.session.expire_all()
    at_ = {"district_id": vote.district_id}
    assert why_not_locked(town.session, **at_, now=CLOSES - timedelta(seconds=1)) is None
    assert why_not_locked(town.session, **at_, now=CLOSES) is not None
    ends = STARTS[Stage.COUNTING]
    assert why_not_locked(town.session, **at_, now=ends - timedelta(seconds=1)) is not None
    assert why_not_locked(town.session, **at_, now=ends) is None
    assert why_not_locked(town.session, district_id="d-oytal", now=CLOSES) is None


def test_the_lock_follows_a_calendar_that_is_moved_and_the_closing_does_not(
    engine: Engine, town: Town, vote: Round, clock: SetClock, keyring: Keyring
) -> None:
    clock.set(at(date(2026, 3, 1)))
    tick(engine, keyring, clock)
    town.session.rollback()
    settings = settings_of(vote)
    starts = {**STARTS, Stage.COUNTING: STARTS[Stage.COUNTING] + timedelta(days=1)}
    change = {
        "district_id": vote.district_id,
        "round_id": vote.id,
        "starts": starts,
        "by_name": "Дана",
        "agreed": True,
        "why": "Күн ауысты",
    }
    with transaction(town.session):
        edit(town.session, **change, settings=settings, now=clock.now())
    tick(engine, keyring, clock)
    town.session.expire_all()
    lock = town.session.exec(select(RollLock)).one()
    assert lock.until == starts[Stage.COUNTING]
    town.session.rollback()
    clock.set(CLOSES)
    tick(engine, keyring, clock)
    town.session.rollback()
    for over in ({"roll_closes_on": date(2026, 4, 3)}, {"of_age_on": date(2026, 4, 20)}):
        values = {name: getattr(settings, name) for name in settings.__dataclass_fields__}
        moved = type(settings)(**{**values, **over})
        with pytest.raises(Refusal, match=r"rounds.roll_closed"), transaction(town.session):
            edit(town.session, **change, settings=moved, now=clock.now())


def test_whoever_leaves_keeps_the_vote_and_whoever_comes_does_not_get_one(
    engine: Engine, town: Town, vote: Round, clock: SetClock, keyring: Keyring
) -> None:
    clock.set(CLOSES)
    tick(engine, keyring, clock)
    town.session.rollback()
    with transaction(town.session) as session:
        comer = town.resident("Кеш Келген")
        gone = session.exec(select(RollEntry).where(RollEntry.person_id == town.ids["bolat"])).one()
        gone.removed_on, gone.removed_why = date(2026, 4, 3), OffRoll.MOVED
        session.add(gone)
    clock.set(STARTS[Stage.VOTING])
    tick(engine, keyring, clock)
    town.session.expire_all()
    of = town.session.get_one(Round, vote.id)
    assert of.eligible == 2
    assert queries.why_no_right(town.session, of=of, person_id=town.ids["bolat"]) is None
    why = queries.why_no_right(town.session, of=of, person_id=comer)
    assert why is not None
    assert why.code == "voting.not_on_list"
    there = {"district_id": of.district_id, "round_id": of.id}
    with pytest.raises(Refusal, match=r"voting.not_on_list"), transaction(town.session) as session:
        cast(
            session, keyring=keyring, clock=clock, **there,
            person_id=comer, choices=[1], idem="a" * 8,
        )  # fmt: skip
    found = queries.neighbours(town.session, of=of, named="болат")
    assert [one.person_id for one in found] == [town.ids["bolat"]]
    assert queries.neighbours(town.session, of=of, named="келген") == []
    with transaction(town.session) as session:
        paper.issue(session, keyring=keyring, clock=clock, **there, person_id=town.ids["bolat"])
    clock.set(STARTS[Stage.RESULTS])
    tick(engine, keyring, clock)
    town.session.expire_all()
    assert town.session.exec(select(Turnout)).one().eligible == 2


def test_a_clock_that_slept_closes_before_it_freezes(
    engine: Engine, town: Town, vote: Round, clock: SetClock, keyring: Keyring
) -> None:
    clock.set(STARTS[Stage.VOTING] + timedelta(hours=3))
    assert tick(engine, keyring, clock) == 2
    town.session.expire_all()
    assert numbers(town.session).size == town.session.get_one(Round, vote.id).eligible == 2


def test_a_round_of_before_goes_on_by_the_roll(
    engine: Engine, town: Town, vote: Round, clock: SetClock, keyring: Keyring
) -> None:
    with transaction(town.session) as session:
        of = session.get_one(Round, vote.id)
        of.frozen_at, of.rules, of.eligible = STARTS[Stage.VOTING], {}, 2
        session.add(of)
    town.session.rollback()
    clock.set(STARTS[Stage.VOTING] + timedelta(days=1))
    tick(engine, keyring, clock)
    town.session.expire_all()
    assert town.session.exec(select(RollClosing)).all() == []
    assert town.session.exec(select(RollLock)).all() == []
    assert queries.why_no_right(town.session, of=of, person_id=town.ids["bolat"]) is None


def test_without_the_rounds_key_nothing_is_closed(
    town: Town, vote: Round, keyring: Keyring
) -> None:
    (keyring.folder / f"round-{vote.id}.key").unlink()
    keyring.forget()
    with pytest.raises(Refusal, match=r"voting.no_key"), transaction(town.session) as session:
        close_list(session, keyring=keyring, round_id=vote.id, now=CLOSES)
    town.session.rollback()
    assert town.session.exec(select(Voter)).all() == []


def correct(town: Town, keyring: Keyring, of: Round, now: Any, **private: Any) -> Any:
    with transaction(town.session) as session:
        request = asked(town, keyring, of, now, **private)
        return correct_closed(session, keyring=keyring, asked=request, now=now)


def test_a_correction_by_two_changes_list_and_numbers_in_public_without_a_name(
    engine: Engine, town: Town, vote: Round, clock: SetClock, keyring: Keyring
) -> None:
    clock.set(CLOSES)
    tick(engine, keyring, clock)
    now = CLOSES + timedelta(days=5)
    first = numbers(town.session)
    size, root = first.size, first.root
    line = {"name": "Жаңа Тұрғын", "settlement_id": "315446200", "basis": "Куәлік", "born": ""}
    correct(town, keyring, vote, now, do="add", iin=iin("89010130001"), **line)
    after = numbers(town.session)
    assert (after.size, after.corrections, after.first_size) == (size + 1, 1, size)
    assert after.root == root_of(pseudonyms_of(town.session, of=vote)) != root
    assert after.first_root == root
    bolat = town.ids["bolat"]
    correct(town, keyring, vote, now, do="off", person_id=bolat, why="died", note="Куәлік 7")
    assert not on_list(town.session, of=vote, person_id=bolat)
    named = {"person_id": town.ids["aigerim"], "name": "Сейітова Айгерім", "why": "Қате"}
    correct(town, keyring, vote, now, do="correct", settlement_id="315446200", born=None, **named)
    last = numbers(town.session)
    assert (last.size, last.corrections) == (2, 3)
    kept = town.session.get(Voter, (vote.district_id, vote.id, town.ids["aigerim"]))
    assert kept is not None
    assert kept.settlement_id == "315446200"
    entries = town.session.exec(
        select(Entry).where(Entry.kind == "voting.list_corrected").order_by(Entry.number)
    ).all()
    assert [one.facts["do"] for one in entries] == ["add", "off", "correct"]
    assert [(one.facts["old_size"], one.facts["size"]) for one in entries] == [
        (2, 3),
        (3, 2),
        (2, 2),
    ]
    assert entries[0].facts["old_root"] == root
    for entry in town.session.exec(select(Entry)).all():
        assert not {"Тұрғын", "Ермеков", "Сейітова", bolat} & set(str(entry.facts).split())


def test_adding_somebody_of_another_list_asks_the_raion_and_changes_nothing(
    engine: Engine, town: Town, vote: Round, clock: SetClock, keyring: Keyring
) -> None:
    number = iin("89010130002")
    with transaction(town.session) as session:
        from app.people.models import Person

        person = session.get_one(Person, town.ids["gulnar"])
        person.iin_mac = keyring.mac("iin", number)
        session.add(person)
    clock.set(CLOSES)
    tick(engine, keyring, clock)
    before = numbers(town.session)
    size, root = before.size, before.root
    line = {"name": "Ахметова Гүлнар", "settlement_id": "315446100", "basis": "Куәлік", "born": ""}
    assert correct(town, keyring, vote, CLOSES, do="add", iin=number, **line) == []
    after = numbers(town.session)
    assert (after.size, after.root, after.corrections) == (size, root, 0)


def test_a_closed_vote_and_another_district_are_not_corrected(
    engine: Engine, town: Town, vote: Round, clock: SetClock, keyring: Keyring
) -> None:
    other = town.round("oytal")
    clock.set(CLOSES)
    tick(engine, keyring, clock)
    off = {"do": "off", "person_id": town.ids["bolat"], "why": "died", "note": ""}
    with pytest.raises(Refusal, match=r"voting.list_final"):
        correct(town, keyring, vote, STARTS[Stage.COUNTING], **off)
    with transaction(town.session) as session:
        request = asked(town, keyring, vote, CLOSES, **off)
        request.subject = other.id
        with pytest.raises(LookupError):
            correct_closed(session, keyring=keyring, asked=request, now=CLOSES)
    assert numbers_of(town, vote) == (2, 0)


def numbers_of(town: Town, of: Round) -> tuple[int, int]:
    town.session.expire_all()
    closing = town.session.get_one(RollClosing, of.id)
    return closing.size, closing.corrections


def at_once(jobs: list[Callable[[], object]]) -> list[object]:
    start = threading.Barrier(len(jobs))

    def run(job: Callable[[], object]) -> object:
        start.wait()
        try:
            return job()
        except Refusal as why:
            return why.code

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_a_correction_racing_casts_lets_none_in_after_itself(
    engine: Engine, town: Town, vote: Round, clock: SetClock, keyring: Keyring
) -> None:
    """Many people cast while each is being taken off: a ballot is in only where it came first."""
    with transaction(town.session):
        people = [town.resident(f"Тұрғын {n}") for n in range(6)]
    clock.set(STARTS[Stage.VOTING])
    town.session.rollback()
    tick(engine, keyring, clock)
    there = {"district_id": vote.district_id, "round_id": vote.id}
    order: list[tuple[str, str]] = []

    def casts(person: str) -> str:
        with open_session(engine) as session, transaction(session):
            cast(
                session, keyring=keyring, clock=clock, **there,
                person_id=person, choices=[1], idem=f"form-{person}",
            )  # fmt: skip
            order.append(("cast", person))
        return "cast"

    def goes(person: str) -> str:
        with open_session(engine) as session, transaction(session):
            request = ask(
                session,
                keyring=keyring,
                district_id=vote.district_id,
                act=Act.CORRECT_ROLL,
                subject=vote.id,
                first=Actor(town.ids["dana"], "Дана", Role.CLERK),
                why="Құжат",
                now=clock.now(),
                private={"do": "off", "person_id": person, "why": "died", "note": ""},
            )
            correct_closed(session, keyring=keyring, asked=request, now=clock.now())
            order.append(("off", person))
        return "off"

    jobs = [lambda p=p: casts(p) for p in people] + [lambda p=p: goes(p) for p in people]
    came = at_once(jobs)
    assert came[6:] == ["off"] * 6
    assert set(came[:6]) <= {"cast", "voting.not_on_roll"}
    for person, what in zip(people, came[:6], strict=True):
        if what == "cast":
            assert order.index(("cast", person)) < order.index(("off", person))
    with open_session(engine) as session:
        assert len(session.exec(select(Ballot)).all()) == came.count("cast")
        closing = session.exec(select(RollClosing)).one()
        lines = pseudonyms_of(session, of=vote)
        assert (closing.size, closing.root) == (len(lines), root_of(lines))
        assert (closing.size, closing.corrections) == (2, 6)
    for person in people:
        with pytest.raises(Refusal, match=r"voting.not_on_roll"):
            with open_session(engine) as session, transaction(session):
                cast(
                    session, keyring=keyring, clock=clock, **there,
                    person_id=person, choices=[2], idem=f"again-{person}",
                )  # fmt: skip


def test_the_roll_itself_wants_two_while_it_is_closed(
    engine: Engine, town: Town, vote: Round, clock: SetClock, keyring: Keyring
) -> None:
    clock.set(CLOSES)
    tick(engine, keyring, clock)
    with pytest.raises(Refusal, match=r"people.roll_closed"), transaction(town.session) as session:
        take_off(
            session,
            district_id=vote.district_id,
            person_id=town.ids["bolat"],
            why=OffRoll.MOVED,
            by_name="Дана",
            now=CLOSES,
        )
