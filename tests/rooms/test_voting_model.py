"""The vote against a model of thirty lines: whatever is done in whatever order, both agree."""

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import event
from sqlmodel import select

from app.core.clock import day_of
from app.core.database import make_engine, open_session, transaction
from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.people.models import RollEntry
from app.rounds.models import Stage
from app.voting import paper, queries, readings, sealing
from app.voting.actions import cast
from app.voting.models import Channel
from tests.conftest import NOON, SetClock
from tests.schema import build_schema
from tests.town import STARTS, Town

PEOPLE = st.integers(0, 3)
CHOICES = st.frozensets(st.integers(1, 5), max_size=4)
SHEETS = st.integers(0, 9)
READERS = st.sampled_from(["dana", "nurlan", "erlan"])
PROJECTS, MOST = 4, 3


class Model:
    """What should be true, as dictionaries."""

    def __init__(self) -> None:
        self.online: dict[int, frozenset[int]] = {}
        self.on_paper: set[int] = set()
        self.off_roll: set[int] = set()
        self.forms: set[tuple[int, int]] = set()
        self.read: dict[int, list[tuple[str, frozenset[int] | None]]] = {}
        self.returned: set[int] = set()
        self.stage = "voting"

    def good(self, choices: Iterable[int]) -> bool:
        chosen = set(choices)
        return 0 < len(chosen) <= MOST and chosen <= set(range(1, PROJECTS + 1))

    def may_cast(self, person: int, choices: frozenset[int]) -> bool:
        free = person not in self.off_roll and person not in self.on_paper
        return self.stage == "voting" and free and self.good(choices)

    def settled(self, sheet: int) -> frozenset[int] | bool | None:
        read = [said for _, said in self.read.get(sheet, [])]
        if len(read) == 3:
            return read[2]
        return read[1] if len(read) == 2 and read[0] == read[1] else False

    def counted(self) -> list[tuple[int, ...]]:
        paper_ballots = [self.settled(sheet) for sheet in self.read]
        read = [one for one in paper_ballots if isinstance(one, frozenset)]
        return sorted(tuple(sorted(one)) for one in [*self.online.values(), *read])


class Vote(RuleBasedStateMachine):
    """People vote, change, take paper, give it back; the desk reads; the clock closes."""

    template: bytes = b""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "asar.db"
        if not Vote.template:
            build_schema(f"sqlite:///{path}")
            Vote.template = path.read_bytes()
        path.write_bytes(Vote.template)
        self.engine = make_engine(f"sqlite:///{path}")
        event.listen(self.engine, "connect", _hurry)
        self.session = open_session(self.engine)
        self.clock = SetClock(NOON)
        self.keyring = Keyring(Path(self.folder.name) / "keys")
        self.keyring.make()
        self.town = Town(self.session, self.keyring, self.clock)
        self.round = self.town.round(most_choices=MOST)
        for number in range(PROJECTS):
            self.town.proposal(self.round, f"Жоба {number + 1}")
        self.there = {"district_id": self.round.district_id, "round_id": self.round.id}
        with transaction(self.session):
            self.people = [self.town.resident(f"Тұрғын {n}") for n in range(4)]
        with transaction(self.session) as session:
            self.sheets = paper.print_sheets(
                session,
                clock=self.clock,
                **self.there,
                count=10,
                large=False,
                office="clerk",
                by_name="Дана",
            )
        self.model = Model()

    def teardown(self) -> None:
        self.session.close()
        self.engine.dispose()
        self.folder.cleanup()

    def done(self, action: Callable[[], object]) -> bool:
        try:
            with transaction(self.session):
                action()
        except Refusal:
            return False
        return True

    @rule(person=PEOPLE, choices=CHOICES, form=st.integers(0, 5))
    def casts(self, person: int, choices: frozenset[int], form: int) -> None:
        model, known = self.model, (person, form) in self.model.forms
        done = self.done(
            lambda: cast(
                self.session,
                keyring=self.keyring,
                clock=self.clock,
                **self.there,
                person_id=self.people[person],
                choices=choices,
                idem=f"form {form}",
            )
        )
        if known:  # an old form changes nothing, and is answered while its ballot is there
            assert done is (person in model.online)
            return
        assert done is model.may_cast(person, choices)
        if done:
            model.online[person] = choices
            model.forms.add((person, form))

    @rule(person=PEOPLE)
    def takes_paper(self, person: int) -> None:
        model = self.model
        may = model.stage == "voting" and person not in model.off_roll | model.on_paper
        done = self.done(
            lambda: paper.issue(
                self.session,
                keyring=self.keyring,
                clock=self.clock,
                **self.there,
                person_id=self.people[person],
            )
        )
        assert done is may
        if done:
            model.on_paper.add(person)
            model.online.pop(person, None)

    @rule(person=PEOPLE, sheet=SHEETS)
    def gives_back(self, person: int, sheet: int) -> None:
        model = self.model
        may = (
            model.stage == "voting"
            and person in model.on_paper
            and sheet not in model.returned
            and sheet not in model.read
            and len(model.read) < len(model.on_paper)
        )
        done = self.done(
            lambda: paper.take_back(
                self.session,
                keyring=self.keyring,
                clock=self.clock,
                **self.there,
                person_id=self.people[person],
                number=self.sheets[sheet],
            )
        )
        assert done is may
        if done:
            model.on_paper.discard(person)
            model.returned.add(sheet)

    @rule(by=READERS, sheet=SHEETS, choices=CHOICES, spoiled=st.booleans())
    def reads(self, by: str, sheet: int, choices: frozenset[int], spoiled: bool) -> None:
        model = self.model
        said = None if spoiled else choices
        read = model.read.get(sheet, [])
        room = bool(read) or len(model.read) < len(model.on_paper)
        may = (
            model.stage in ("voting", "counting")
            and sheet not in model.returned
            and (spoiled or model.good(choices))
        )
        again = (by, said) in read[:2]
        fresh = len(read) < 2 and by not in [who for who, _ in read] and room
        done = self.done(
            lambda: readings.enter(
                self.session,
                clock=self.clock,
                **self.there,
                number=self.sheets[sheet],
                choices=choices,
                spoiled=spoiled,
                official_id=self.town.ids[by],
            )
        )
        assert done is (may and (again or fresh))
        if done and not again:
            model.read.setdefault(sheet, []).append((by, said))

    @rule(by=READERS, sheet=SHEETS, choices=CHOICES)
    def settles(self, by: str, sheet: int, choices: frozenset[int]) -> None:
        model = self.model
        read = model.read.get(sheet, [])
        again = len(read) == 3 and read[2] == (by, choices)
        fresh = (
            len(read) == 2 and model.settled(sheet) is False and by not in [who for who, _ in read]
        )
        may = model.stage in ("voting", "counting") and model.good(choices)
        done = self.done(
            lambda: readings.settle(
                self.session,
                clock=self.clock,
                **self.there,
                number=self.sheets[sheet],
                choices=choices,
                spoiled=False,
                official_id=self.town.ids[by],
                office="clerk",
                by_name="Дана",
            )
        )
        assert done is (may and sheet not in model.returned and (again or fresh))
        if done and not again:
            read.append((by, choices))

    @rule(person=PEOPLE)
    def leaves_the_roll(self, person: int) -> None:
        if person in self.model.off_roll:
            return
        with transaction(self.session) as session:
            entry = session.exec(
                select(RollEntry).where(RollEntry.person_id == self.people[person])
            ).one()
            entry.removed_on, entry.removed_why = day_of(self.clock.now()), "moved"
            session.add(entry)
        self.model.off_roll.add(person)

    @precondition(lambda self: self.model.stage == "voting" and self.model.online)
    @rule()
    def closes(self) -> None:
        assert not self.done(self._seal)
        self.clock.set(STARTS[Stage.COUNTING])
        assert self.done(self._seal)
        self.model.stage = "counting"
        self.model.forms.clear()

    @precondition(lambda self: self.model.stage == "counting")
    @rule()
    def publishes(self) -> None:
        self.clock.set(STARTS[Stage.RESULTS])
        assert self.done(
            lambda: sealing.close_paper(self.session, round_id=self.round.id, now=self.clock.now())
        )
        self.model.stage = "results"
        found = queries.counted(self.session, round_id=self.round.id)
        assert sorted(one for one, _ in found) == self.model.counted()
        turnout = queries.turnout(self.session, **self.there)
        assert turnout is not None
        assert turnout.online == len(self.model.online)
        assert (
            turnout.paper_issued
            == len(self.model.on_paper)
            == (
                turnout.paper_counted
                + turnout.paper_spoiled
                + turnout.paper_unsettled
                + turnout.paper_missing
            )
        )

    def _seal(self) -> None:
        sealing.seal(self.session, keyring=self.keyring, clock=self.clock, round_id=self.round.id)

    @invariant()
    def everybody_is_told_what_stands(self) -> None:
        for person, person_id in enumerate(self.people):
            asked = {"keyring": self.keyring, "of": self.round, "person_id": person_id}
            channel = queries.used_right(self.session, **asked)
            if person in self.model.on_paper:
                assert channel is Channel.PAPER
            else:
                assert (channel is Channel.ONLINE) is (person in self.model.online)
            if self.model.stage == "voting":
                said = queries.my_choices(self.session, **asked)
                stands = self.model.online.get(person)
                assert said == (None if stands is None else tuple(sorted(stands)))
        assert len(self.model.read) <= len(self.model.on_paper)
        self.session.rollback()


def _hurry(connection: Any, _record: Any) -> None:
    """Nobody pulls the plug here."""
    connection.execute("PRAGMA synchronous=OFF").close()


Vote.TestCase.settings = settings(
    max_examples=20,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestVote = Vote.TestCase
