"""The closed list against a model of a few lines: who stands on the roll, who may vote."""

import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import event
from sqlmodel import select

from app.core.clock import at
from app.core.database import make_engine, open_session, transaction
from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.people.consent import Act, Actor, ask
from app.people.iin import check_digit
from app.people.models import OffRoll, Role
from app.people.roll import add_by_hand, correct, take_off
from app.rounds.models import Stage
from app.tick import tick
from app.voting import queries
from app.voting.actions import cast
from app.voting.closed_list import correct_closed
from app.voting.list_models import RollClosing
from app.voting.models import Ballot
from app.voting.voters import pseudonyms_of, root_of
from tests.conftest import SetClock
from tests.rooms.test_voting_model import _hurry
from tests.schema import build_schema
from tests.town import STARTS, Town

PEOPLE = st.integers(0, 5)
PLACES = ("315446100", "315446200")
CLOSES = at(date(2026, 4, 2))


def iin(number: int) -> str:
    found = (f"8901013{number:02d}{more:02d}" for more in range(100))
    return next(f"{one}{check}" for one in found if (check := check_digit(one)) is not None)


class List(RuleBasedStateMachine):
    """A clerk changes the roll, the clock closes it, two officials correct it, people vote."""

    template: bytes = b""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "asar.db"
        if not List.template:
            build_schema(f"sqlite:///{path}")
            List.template = path.read_bytes()
        path.write_bytes(List.template)
        self.engine = make_engine(f"sqlite:///{path}")
        event.listen(self.engine, "connect", _hurry)
        self.session = open_session(self.engine)
        self.clock = SetClock(at(date(2026, 3, 20)))
        self.keyring = Keyring(Path(self.folder.name) / "keys")
        self.keyring.make()
        self.town = Town(self.session, self.keyring, self.clock)
        self.round = self.town.round()
        self.town.proposal(self.round, "Шамдар")
        self.session.rollback()
        self.ids: dict[int, str] = {}  # once they were on the roll
        # The model: who is on the roll, who on the closed list, who has voted.
        self.roll: set[int] = set()
        self.voters: set[int] | None = None
        self.voted: set[int] = set()
        self.corrections = 0
        self.names = ("".join(letters) for letters in product("АБВГДЕЖЗ", repeat=4))

    def teardown(self) -> None:
        self.session.close()
        self.engine.dispose()
        self.folder.cleanup()

    def done(self, action: Callable[[], Any]) -> bool:
        try:
            with transaction(self.session):
                action()
        except Refusal:
            return False
        finally:
            self.session.rollback()
        return True

    def change(self, person: int, do: str, two: bool) -> bool:
        """The same change by one official, or by two as a correction of the closed list."""
        who = {"person_id": self.ids.get(person, "nobody")}
        line = {"name": f"Тұрғын {next(self.names)}", "settlement_id": PLACES[0], "born": None}
        kwargs: dict[str, Any] = {
            "add": {**line, "iin": iin(person), "basis": "Куәлік"},
            "off": {**who, "why": OffRoll.MOVED, "note": ""},
            "correct": {**who, **line, "why": "Қате"},
        }[do]
        if two:
            plain = {key: str(value) if value else value for key, value in kwargs.items()}
            return self.done(lambda: self._two({"do": do, **plain}))
        usual = {"district_id": "d-surat", "by_name": "Дана", "now": self.clock.now()}
        act = {"add": add_by_hand, "off": take_off, "correct": correct}[do]
        if do != "off":
            usual["keyring"] = self.keyring
        return self.done(lambda: act(self.session, **kwargs, **usual))

    def _two(self, private: dict[str, Any]) -> None:
        asked = ask(
            self.session,
            keyring=self.keyring,
            district_id="d-surat",
            act=Act.CORRECT_ROLL,
            subject=self.round.id,
            first=Actor(self.town.ids["dana"], "Дана", Role.CLERK),
            why="Құжат",
            now=self.clock.now(),
            private=private,
        )
        correct_closed(self.session, keyring=self.keyring, asked=asked, now=self.clock.now())

    @rule(person=PEOPLE, do=st.sampled_from(["add", "off", "correct"]), two=st.booleans())
    def changes(self, person: int, do: str, two: bool) -> None:
        locked = self.clock.now() >= CLOSES and self.clock.now() < STARTS[Stage.COUNTING]
        over = self.clock.now() >= STARTS[Stage.COUNTING]
        fits = (person not in self.roll) if do == "add" else (person in self.roll)
        done = self.change(person, do, two)
        assert done is (fits and not (over if two else locked)), (person, do, two)
        if not done:
            return
        if do == "add":
            self.roll.add(person)
            self.ids[person] = self._id_of(person)
        elif do == "off":
            self.roll.discard(person)
        if two and self.voters is not None:
            self.corrections += 1
            (self.voters.discard if do == "off" else self.voters.add)(person)

    def _id_of(self, person: int) -> str:
        from app.people.models import Person

        mac = self.keyring.mac("iin", iin(person))
        return self.session.exec(select(Person.id).where(Person.iin_mac == mac)).one()

    @precondition(lambda self: self.voters is None)
    @rule()
    def the_moment_comes(self) -> None:
        self.clock.set(CLOSES)
        self.session.rollback()
        tick(self.engine, self.keyring, self.clock)
        self.voters = set(self.roll)

    @precondition(lambda self: self.voters is not None)
    @rule(stage=st.sampled_from([Stage.VOTING, Stage.COUNTING]))
    def time_passes(self, stage: Stage) -> None:
        self.clock.set(max(self.clock.now(), STARTS[stage]) + timedelta(minutes=1))
        self.session.rollback()
        tick(self.engine, self.keyring, self.clock)

    @precondition(lambda self: self.ids)
    @rule(person=PEOPLE)
    def votes(self, person: int) -> None:
        if person not in self.ids:
            return
        now = self.clock.now()
        open_ = STARTS[Stage.VOTING] <= now < STARTS[Stage.COUNTING]
        done = self.done(
            lambda: cast(
                self.session,
                keyring=self.keyring,
                clock=self.clock,
                district_id="d-surat",
                round_id=self.round.id,
                person_id=self.ids[person],
                choices=[1],
                idem=f"{person} {now.isoformat()}",
            )
        )
        assert done is (open_ and self.voters is not None and person in self.voters)
        if done:
            self.voted.add(person)

    @invariant()
    def the_public_numbers_are_the_lists(self) -> None:
        self.session.rollback()
        closing = self.session.exec(select(RollClosing)).first()
        assert (closing is None) is (self.voters is None)
        if closing is None or self.voters is None:
            return
        lines = pseudonyms_of(self.session, of=self.round)
        expected = {self.ids[person] for person in self.voters}
        expected |= {self.town.ids["aigerim"], self.town.ids["bolat"]}
        mine = sorted(self.keyring.round_mac(self.round.id, "voter", one) for one in expected)
        assert lines == mine
        assert (closing.size, closing.root) == (len(mine), root_of(mine))
        assert closing.corrections == self.corrections
        for person, person_id in self.ids.items():
            why = queries.why_no_right(self.session, of=self.round, person_id=person_id)
            assert (why is None) is (person in self.voters)
        used = len(self.session.exec(select(Ballot.ballot_key)).all())
        assert used == len(self.voted)
        self.session.rollback()


TestList = List.TestCase
TestList.settings = settings(
    max_examples=20,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
