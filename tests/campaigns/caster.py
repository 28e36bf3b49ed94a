"""A process that casts ballots, for tests that race processes or kill them.

`python -m tests.campaigns.caster` reads its orders as one line of JSON, then one more line as the
start. Before each cast it writes `try`, after the commit `ack`; each line leaves in one write.
"""

import json
import os
import random
import sys
import threading
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from app.core.database import make_engine, open_session, transaction
from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.voting.actions import cast


@dataclass(frozen=True, slots=True)
class Orders:
    """What to cast. Every thread has its share of the people, so a person's casts have an order."""

    url: str
    keys: str
    district_id: str
    round_id: str
    people: list[str]
    threads: int
    casts: int  # of each thread
    seed: int
    now: str  # the moment it is for this process
    projects: int = 8
    shared: bool = False  # every thread casts for the same people

    def line(self) -> str:
        return json.dumps(asdict(self)) + "\n"


@dataclass(frozen=True, slots=True)
class StandingClock:
    """It is always this moment."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def wall(self) -> datetime:
        return self.now()


def say(*words: object) -> None:
    os.write(1, (" ".join(str(word) for word in words) + "\n").encode())


def run(orders: Orders) -> None:
    """Casts as ordered. Exits with 1 on anything but an acknowledged cast or a refusal."""
    engine = make_engine(orders.url)
    keyring = Keyring(Path(orders.keys))
    clock = StandingClock(datetime.fromisoformat(orders.now))
    broken: list[BaseException] = []

    def cast_all(thread: int) -> None:
        chance = random.Random(f"{orders.seed} {thread}")
        share = orders.people if orders.shared else orders.people[thread :: orders.threads]
        try:
            for turn in range(orders.casts):
                person = chance.choice(share)
                choices = sorted(chance.sample(range(1, orders.projects + 1), chance.randint(1, 5)))
                told = ",".join(map(str, choices))
                say("try", person, told)
                try:
                    with open_session(engine) as session, transaction(session):
                        cast(
                            session,
                            keyring=keyring,
                            clock=clock,
                            district_id=orders.district_id,
                            round_id=orders.round_id,
                            person_id=person,
                            choices=choices,
                            idem=f"{orders.seed} {thread} {turn}",
                        )
                except Refusal as why:
                    say("refused", person, why.code)
                else:
                    say("ack", person, told)
        except BaseException as wrong:
            broken.append(wrong)
            raise

    threads = [threading.Thread(target=cast_all, args=(n,)) for n in range(orders.threads)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()
    if broken:
        sys.exit(1)


if __name__ == "__main__":
    given = Orders(**json.loads(sys.stdin.readline()))
    say("ready")
    sys.stdin.readline()
    run(given)
