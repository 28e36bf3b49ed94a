"""Races: one person many times at once, casts against the sealing, casts against paper."""

import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from app.core.database import make_engine, open_session, transaction
from app.core.refusal import Refusal
from app.rounds.models import Round, Stage
from app.rounds.queries import lock_round
from app.voting import box, paper, queries, sealing
from app.voting.actions import Cast, cast
from app.voting.models import Ballot, CastKey
from tests.browser import Browser
from tests.campaigns.caster import Orders
from tests.conftest import NOON, SetClock
from tests.town import STARTS, Town

ROOT = Path(__file__).parents[2]
MANY = 64


@pytest.fixture
def vote(town: Town) -> Round:
    made = town.round()
    for number in range(8):
        town.proposal(made, f"Жоба {number + 1}")
    return made


@pytest.fixture
def cast_one(
    engine: Engine, town: Town, vote: Round, clock: SetClock
) -> Callable[[str, tuple[int, ...], str], Cast]:
    """Casts in a session of its own, from any thread."""
    town.session.rollback()
    there = {"district_id": vote.district_id, "round_id": vote.id}
    keyring = town.keyring

    def one(person_id: str, choices: tuple[int, ...], idem: str) -> Cast:
        with open_session(engine) as session, transaction(session):
            return cast(
                session,
                keyring=keyring,
                clock=clock,
                **there,
                person_id=person_id,
                choices=choices,
                idem=idem,
            )

    return one


def at_once(jobs: list[Callable[[], object]]) -> list[object]:
    """Runs all jobs at the same moment; an exception of any of them is the test's."""
    start = threading.Barrier(len(jobs))

    def run(job: Callable[[], object]) -> object:
        start.wait()
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_one_person_casting_many_times_at_once_has_one_ballot(
    engine: Engine, town: Town, vote: Round, cast_one: Callable[..., Cast]
) -> None:
    aigerim = town.ids["aigerim"]
    said = [(n % 8 + 1, (n // 8) % 8 + 1) for n in range(MANY)]
    came = at_once([lambda n=n: cast_one(aigerim, said[n], f"form-{n}") for n in range(MANY)])
    assert all(isinstance(one, Cast) and one.changed for one in came)
    with open_session(engine) as session:
        assert len(session.exec(select(Ballot)).all()) == 1
        assert len(session.exec(select(CastKey)).all()) == MANY
        stands = queries.my_choices(session, keyring=town.keyring, of=vote, person_id=aigerim)
    assert stands in {tuple(sorted(set(one))) for one in said}


def test_one_form_sent_many_times_at_once_counts_once(
    engine: Engine, town: Town, cast_one: Callable[..., Cast]
) -> None:
    aigerim = town.ids["aigerim"]
    came = at_once([lambda: cast_one(aigerim, (1, 2), "one form") for _ in range(MANY)])
    assert Counter(came) == {Cast((1, 2), True): 1, Cast((1, 2), False): MANY - 1}
    with open_session(engine) as session:
        assert len(session.exec(select(Ballot)).all()) == 1
        assert len(session.exec(select(CastKey)).all()) == 1


@pytest.mark.postgres
def test_the_naive_way_would_have_made_many(postgres_url: str) -> None:
    """The control: looking first and writing afterwards, as others did, fails this very race."""
    engine = make_engine(postgres_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE naive (person TEXT)")
    looked = threading.Barrier(8)

    def look_then_write() -> None:
        with engine.begin() as connection:
            found = connection.exec_driver_sql("SELECT 1 FROM naive").first()
            looked.wait()
            if found is None:
                connection.exec_driver_sql("INSERT INTO naive VALUES ('aigerim')")

    at_once([look_then_write] * 8)
    with engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM naive").scalar() == 8
    engine.dispose()


def test_two_processes_cast_for_one_person(
    engine: Engine, database_url: str, town: Town, vote: Round
) -> None:
    aigerim = town.ids["aigerim"]
    town.session.rollback()
    processes = []
    for seed in (1, 2):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.campaigns.caster"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        orders = Orders(
            url=database_url,
            keys=str(town.keyring.folder),
            district_id="d-surat",
            round_id=vote.id,
            people=[aigerim],
            threads=MANY // 2,
            casts=1,
            seed=seed,
            now=NOON.isoformat(),
            shared=True,
        )
        assert process.stdin
        assert process.stdout
        process.stdin.write(orders.line())
        process.stdin.flush()
        assert process.stdout.readline() == "ready\n"
        processes.append(process)
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [
        line for process in processes for line in process.communicate(timeout=120)[0].split("\n")
    ]
    assert [process.returncode for process in processes] == [0, 0]
    acked = [line.split()[2] for line in said if line.startswith("ack")]
    assert len(acked) == MANY
    with open_session(engine) as session:
        assert len(session.exec(select(Ballot)).all()) == 1
        stands = queries.my_choices(session, keyring=town.keyring, of=vote, person_id=aigerim)
    assert stands is not None
    assert ",".join(map(str, stands)) in acked


@pytest.mark.parametrize("seed", range(3))
def test_every_acknowledged_cast_is_in_the_sealed_count(
    engine: Engine,
    town: Town,
    vote: Round,
    clock: SetClock,
    cast_one: Callable[..., Cast],
    seed: int,
) -> None:
    with transaction(town.session):
        people = [town.resident(f"Тұрғын {n}") for n in range(24)]
    town.session.rollback()
    round_id, keyring = vote.id, town.keyring
    acked: dict[str, tuple[int, ...]] = {}
    refused: list[str] = []
    under_way = threading.Event()

    def keep_casting(thread: int) -> None:
        chance = random.Random(f"{seed} {thread}")
        share = people[thread::6]
        turn = 0
        while True:
            turn += 1
            person = chance.choice(share)
            choices = tuple(sorted(chance.sample(range(1, 9), chance.randint(1, 5))))
            try:
                acked[person] = cast_one(person, choices, f"{thread} {turn}").choices
            except Refusal as why:
                refused.append(why.code)
                return
            if turn > 5:
                under_way.set()

    def close_and_seal() -> sealing.Sealed:
        under_way.wait(60)
        clock.set(STARTS[Stage.COUNTING])
        with open_session(engine) as session, transaction(session):
            return sealing.seal(session, keyring=keyring, clock=clock, round_id=round_id)

    jobs: list[Callable[[], object]] = [lambda n=n: keep_casting(n) for n in range(6)]
    sealed = at_once([*jobs, close_and_seal, close_and_seal])[-2:]
    assert set(refused) == {"rounds.closed"}
    with open_session(engine) as session:
        counted = queries.counted(session, round_id=round_id)
    assert Counter(choices for choices, _ in counted) == Counter(acked.values())
    assert {one.online for one in sealed if isinstance(one, sealing.Sealed)} == {len(acked)}
    assert sorted(one.now for one in sealed if isinstance(one, sealing.Sealed)) == [False, True]


def test_a_cast_that_waited_for_the_sealing_is_refused(
    engine: Engine, town: Town, vote: Round, clock: SetClock, cast_one: Callable[..., Cast]
) -> None:
    """It began before the close and got the lock after it: the clock is read behind the lock."""
    round_id, keyring, aigerim = vote.id, town.keyring, town.ids["aigerim"]
    refused: list[str] = []

    def late() -> None:
        try:
            cast_one(aigerim, (1,), "late")
        except Refusal as why:
            refused.append(why.code)

    with open_session(engine) as session, transaction(session):
        lock_round(session, round_id=round_id, alone=True)
        waiting = threading.Thread(target=late)
        waiting.start()
        time.sleep(0.5)
        assert waiting.is_alive()
        clock.set(STARTS[Stage.COUNTING])
        assert sealing.seal(
            session, keyring=keyring, clock=clock, round_id=round_id
        ) == sealing.Sealed(0, now=True)
    waiting.join(30)
    assert refused == ["rounds.closed"]


def test_the_sealing_waits_for_a_cast_that_holds_the_lock(
    engine: Engine, town: Town, vote: Round
) -> None:
    round_id, keyring, aigerim = vote.id, town.keyring, town.ids["aigerim"]
    town.session.rollback()
    inside, go_on = threading.Event(), threading.Event()

    class SlowClock:
        def now(self) -> datetime:
            inside.set()
            go_on.wait(30)
            return STARTS[Stage.COUNTING] - timedelta(microseconds=1)

        def wall(self) -> datetime:
            return self.now()

    def in_time() -> Cast:
        with open_session(engine) as session, transaction(session):
            return cast(
                session,
                keyring=keyring,
                clock=SlowClock(),
                district_id="d-surat",
                round_id=round_id,
                person_id=aigerim,
                choices=[1, 2],
                idem="in time",
            )

    def close() -> sealing.Sealed:
        with open_session(engine) as session, transaction(session):
            clock = SetClock(STARTS[Stage.COUNTING])
            return sealing.seal(session, keyring=keyring, clock=clock, round_id=round_id)

    with ThreadPoolExecutor(2) as pool:
        casting = pool.submit(in_time)
        assert inside.wait(30)
        closing = pool.submit(close)
        time.sleep(0.5)
        assert not closing.done()
        go_on.set()
        assert casting.result(30) == Cast((1, 2), changed=True)
        assert closing.result(30) == sealing.Sealed(1, now=True)
    with open_session(engine) as session:
        assert queries.counted(session, round_id=round_id) == [((1, 2), 1)]


def test_casts_racing_a_paper_ballot_never_outlive_it(
    engine: Engine, town: Town, vote: Round, clock: SetClock, cast_one: Callable[..., Cast]
) -> None:
    with transaction(town.session):
        people = [town.resident(f"Тұрғын {n}") for n in range(12)]
    town.session.rollback()
    keyring, there = town.keyring, {"district_id": vote.district_id, "round_id": vote.id}

    refused: list[str] = []

    def cast_often(person: str) -> None:
        for turn in range(4):
            try:
                cast_one(person, (1 + turn,), f"{person} {turn}")
            except Refusal as why:
                refused.append(why.code)

    def hand_out(person: str) -> None:
        with open_session(engine) as session, transaction(session):
            paper.issue(session, keyring=keyring, clock=clock, **there, person_id=person)

    jobs: list[Callable[[], object]] = []
    for person in people:
        jobs += [lambda person=person: cast_often(person), lambda person=person: hand_out(person)]
    at_once(jobs)
    assert set(refused) <= {"voting.paper_issued"}
    table = box.table_of(Ballot)
    with engine.connect() as connection:
        found = connection.execute(select(table.c.channel, table.c.envelope)).all()
    assert found == [("paper", None)] * len(people)


def test_one_person_pressing_many_times_at_once_gets_no_error_page(
    visit: Callable[..., Browser],
) -> None:
    town: Town = visit.town  # type: ignore[attr-defined]
    of = town.round()
    for number in range(8):
        town.proposal(of, f"Жоба {number + 1}")
    cookie = town.sign_in("aigerim")
    app = visit.app  # type: ignore[attr-defined]
    ballot = "/kk/surat/rounds/2026/ballot"

    def press(n: int) -> int:
        form = {"choice": [str(n % 8 + 1)], "idem": f"form-of-press-{n}"}
        return Browser(app, cookie=cookie).post(ballot, form).status

    assert at_once([lambda n=n: press(n) for n in range(MANY)]) == [200] * MANY
    assert queries.rights_used(town.session, of=of) == 1
