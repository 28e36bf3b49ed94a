"""Casting while the process, or the database server, is killed: nothing acknowledged is lost.

A short seeded sample runs with every test; `make campaign` (CAMPAIGN=1) kills many more times.
SIGKILL leaves the system's page cache alone, so it shows that what is acknowledged was committed,
not that the disk kept it; that `synchronous=FULL` and `fsync` are on is asked of the engines.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlmodel import select

from app.core.database import make_engine, open_session, transaction
from app.core.keys import Keyring
from app.rounds.models import Stage
from app.voting import box, queries, sealing
from app.voting.models import Ballot
from tests.campaigns.caster import Orders
from tests.conftest import NOON, SetClock, missing
from tests.postgres import Cluster, PostgresMissing
from tests.schema import build_schema
from tests.town import STARTS, Town

ROOT = Path(__file__).parents[2]
LONG = bool(os.environ.get("CAMPAIGN"))
CHAPTERS = range(10 if LONG else 1)  # each begins with an empty box
KILLS = 20 if LONG else 3
CRASHES = 4 if LONG else 1
VOTERS, THREADS = 40, 8


@dataclass(slots=True)
class Told:
    """What one person's casts came to, in their order."""

    acked: tuple[int, ...] | None = None
    in_flight: list[tuple[int, ...]] = field(default_factory=list)

    def tried(self, choices: tuple[int, ...]) -> None:
        self.in_flight.append(choices)

    def got(self, choices: tuple[int, ...]) -> None:
        self.acked, self.in_flight = choices, []

    @property
    def may_stand(self) -> set[tuple[int, ...] | None]:
        """The acknowledged ballot, or one whose answer was lost with the process."""
        return {self.acked, *self.in_flight}


class Scene:
    """A round, its voters, and what they were told."""

    def __init__(self, engine: Engine, url: str, keyring: Keyring) -> None:
        self.engine, self.url, self.keyring = engine, url, keyring
        self.clock = SetClock(NOON)
        with open_session(engine) as session:
            town = Town(session, keyring, self.clock)
            self.round = town.round()
            for number in range(8):
                town.proposal(self.round, f"Жоба {number + 1}")
            with transaction(session):
                self.people = [town.resident(f"Тұрғын {n}") for n in range(VOTERS)]
        self.told = {person: Told() for person in self.people}
        self.acks = 0

    def start(self, seed: int) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.campaigns.caster"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
        )
        orders = Orders(
            url=self.url,
            keys=str(self.keyring.folder),
            district_id=self.round.district_id,
            round_id=self.round.id,
            people=self.people,
            threads=THREADS,
            casts=10**6,
            seed=seed,
            now=NOON.isoformat(),
        )
        assert process.stdin
        assert process.stdout
        process.stdin.write(orders.line() + "go\n")
        process.stdin.flush()
        assert process.stdout.readline() == "ready\n"
        return process

    def hear_some(self, process: subprocess.Popen[str], acks: int) -> None:
        """Listens until so many casts were acknowledged; the process goes on."""
        assert process.stdout
        wanted = self.acks + acks
        while self.acks < wanted:
            line = process.stdout.readline()
            assert line, "the process ended by itself"
            self.hear([line])

    def hear_rest(self, process: subprocess.Popen[str]) -> int:
        """Listens to the last words; how the process ended."""
        assert process.stdout
        self.hear(process.stdout.readlines())
        process.stdout.close()
        assert process.stdin
        process.stdin.close()
        return process.wait(60)

    def hear(self, lines: list[str]) -> None:
        for line in lines:
            if not line.endswith("\n"):
                continue
            word, person, told = line.split()
            choices = tuple(map(int, told.split(",")))
            if word == "try":
                self.told[person].tried(choices)
            else:
                assert word == "ack", line
                self.told[person].got(choices)
                self.acks += 1

    def wait_for_the_dead(self) -> None:
        """A server goes on with what a killed client had sent; until its last word is said."""
        if self.engine.dialect.name == "sqlite":
            return
        self.engine.dispose()
        others = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        deadline = time.monotonic() + 60
        with self.engine.connect() as connection:
            while connection.execute(others).scalar():
                assert time.monotonic() < deadline
                connection.rollback()
                time.sleep(0.02)

    def check(self) -> None:
        """Every voter's ballot is the acknowledged one or one whose answer was lost, and one."""
        self.wait_for_the_dead()
        table = box.table_of(Ballot)
        with open_session(self.engine) as session:
            rows = session.connection().execute(select(table.c.ballot_key)).all()
            stands = {
                person: queries.my_choices(
                    session, keyring=self.keyring, of=self.round, person_id=person
                )
                for person in self.people
            }
        assert len(rows) == sum(one is not None for one in stands.values())
        for person, one in stands.items():
            assert one in self.told[person].may_stand, person
            if one is not None:  # what stands now is what is known
                self.told[person].got(one)

    def seal(self) -> None:
        """At the end every ballot that stands is counted, and no other."""
        self.clock.set(STARTS[Stage.COUNTING])
        with open_session(self.engine) as session, transaction(session):
            sealing.seal(session, keyring=self.keyring, clock=self.clock, round_id=self.round.id)
        with open_session(self.engine) as session:
            counted = queries.counted(session, round_id=self.round.id)
        stood = [one.acked for one in self.told.values() if one.acked is not None]
        assert Counter(choices for choices, _ in counted) == Counter(stood)


@pytest.mark.slow
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_killed_while_casting(
    engine: Engine, database_url: str, keyring: Keyring, chapter: int
) -> None:
    scene = Scene(engine, database_url, keyring)
    chance = random.Random(2026 + chapter)
    for seed in range(KILLS):
        process = scene.start(1000 * chapter + seed)
        scene.hear_some(process, chance.randint(1, 40))
        time.sleep(chance.uniform(0, 0.02))
        process.send_signal(signal.SIGKILL)
        assert scene.hear_rest(process) == -signal.SIGKILL
        scene.check()
        if engine.dialect.name == "sqlite":
            with engine.connect() as connection:
                assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
    scene.seal()


def test_the_engines_keep_what_they_acknowledge(engine: Engine) -> None:
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA synchronous")).scalar() == 2  # FULL
            assert connection.execute(text("PRAGMA journal_mode")).scalar() == "truncate"
        else:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                assert connection.execute(text(f"SHOW {setting}")).scalar() == "on"


@pytest.fixture
def own_cluster() -> Iterator[Cluster]:
    """A server of our own: it is going to crash."""
    try:
        server = Cluster()
    except PostgresMissing as why:
        missing(str(why))
    yield server
    server.remove()


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_server_crashes_while_casting(
    own_cluster: Cluster, keyring: Keyring, chapter: int
) -> None:
    url = own_cluster.create_database("crash")
    build_schema(url)
    engine = make_engine(url)
    scene = Scene(engine, url, keyring)
    chance = random.Random(3026 + chapter)
    for seed in range(CRASHES):
        process = scene.start(1000 * chapter + seed)
        scene.hear_some(process, chance.randint(1, 60))
        own_cluster.crash()
        assert scene.hear_rest(process) == 1
        own_cluster.start()
        scene.check()
    scene.seal()
    engine.dispose()
