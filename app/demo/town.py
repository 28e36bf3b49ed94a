"""The demo's story: what happened in the three units, each happening at its moment.

Every happening is a real action as the person it belongs to; nothing is written around the rules.
"""

import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Protocol

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from app import tick
from app.core.clock import at
from app.core.database import transaction
from app.core.keys import Keyring
from app.demo.budget import Money, rests
from app.demo.content import Idea
from app.demo.follow import Follow
from app.demo.giving import Giving
from app.demo.lists import Lists
from app.demo.neighbours import BORANQUL_2026, OYTAL_2025, OYTAL_2026
from app.demo.oversight import Oversight
from app.demo.pairs import Pairs
from app.demo.people import UNITS, Unit
from app.demo.pictures import drawn
from app.demo.review import Reviewing
from app.demo.surat import SURAT_2025, SURAT_2026
from app.people.models import Official, Person, RollEntry
from app.places.models import District
from app.places.queries import settlements
from app.proposals.actions import file_for, save_where, start_draft, submit, withdraw
from app.proposals.models import Proposal
from app.proposals.queries import ballot_projects
from app.proposals.rules import What, Where
from app.rounds.actions import announce, set_draw_value
from app.rounds.models import CountingRule, Round, Stage
from app.voting import paper, readings
from app.voting.actions import cast

Happening = tuple[datetime, Callable[[], None]]


class SetClock(Protocol):
    """A clock that the story sets."""

    moment: datetime

    def now(self) -> datetime: ...

    def wall(self) -> datetime: ...


def calendar_of_year(year: int) -> dict[Stage, datetime]:
    """The demo's calendar: ideas in February, the vote in April, the budget from September."""
    return {
        Stage.ANNOUNCED: at(date(year, 1, 20), 9),
        Stage.PROPOSALS: at(date(year, 2, 1)),
        Stage.REVIEW: at(date(year, 3, 1)),
        Stage.VOTING: at(date(year, 4, 6)),
        Stage.COUNTING: at(date(year, 4, 27), 20),
        Stage.RESULTS: at(date(year, 4, 30), 9),
        Stage.ASSEMBLY: at(date(year, 5, 10)),
        Stage.DECISION: at(date(year, 5, 20)),
        Stage.BUDGET: at(date(year, 9, 1)),
        Stage.WORKS: at(date(year + 1, 1, 1)),
        Stage.EVALUATED: at(date(year + 1, 12, 15)),
    }


ROUNDS: tuple[tuple[str, int, int, int, int, tuple[Idea, ...]], ...] = (
    # district, year, envelope, cap, threshold, ideas
    ("surat", 2025, 11_000_000, 5_000_000, 25, SURAT_2025),
    ("oytal", 2025, 9_000_000, 6_000_000, 15, OYTAL_2025),
    ("surat", 2026, 12_000_000, 6_000_000, 25, SURAT_2026),
    ("oytal", 2026, 10_000_000, 6_500_000, 15, OYTAL_2026),
    ("boranqul", 2026, 9_500_000, 5_000_000, 12, BORANQUL_2026),
)
# Last year Oytal tried Equal Shares; both rounds show what the other rule would have chosen.
RULES = {("oytal", 2025): CountingRule.EQUAL_SHARES}
CLERKS = {"surat": "dana", "oytal": "marat", "boranqul": "asel"}
AKIMS = {"surat": "erlan", "oytal": "zhanar", "boranqul": "kairat"}
TURNOUT = 0.62


class DemoTown:
    """Plays the story."""

    def __init__(
        self,
        engine: Engine,
        session: Session,
        keyring: Keyring,
        clock: SetClock,
        dice: random.Random,
    ) -> None:
        self.engine = engine
        self.session = session
        self.keyring = keyring
        self.clock = clock
        self.dice = dice
        self.districts = {one.slug: one.id for one in session.exec(select(District)).all()}
        self.names = {one.login: one.full_name for one in session.exec(select(Official)).all()}
        self.officials = {one.login: one.id for one in session.exec(select(Official)).all()}
        self.residents = {unit.slug: self._residents(unit) for unit in UNITS}
        self.rounds: dict[tuple[str, int], str] = {}
        self.proposals: dict[tuple[str, int, int], str] = {}  # district, year, place in its ideas
        self.sheets: dict[tuple[str, int], list[str]] = {}
        self.pairs = Pairs(self)
        self.reviewing = Reviewing(self)
        self.follow = Follow(self)
        session.rollback()

    def _residents(self, unit: Unit) -> list[str]:
        """Everybody on the roll; those whom the README speaks of come first."""
        rows = self.session.exec(
            select(Person)
            .join(RollEntry, col(RollEntry.person_id) == Person.id)
            .where(RollEntry.district_id == self.districts[unit.slug])
        ).all()
        order = {name: place for place, name in enumerate(unit.known)}
        rows = sorted(rows, key=lambda one: (order.get(one.full_name, 99), one.iin_mac))
        return [one.id for one in rows]

    def tick(self) -> None:
        """What the clock demands, done now."""
        self.session.rollback()
        tick.tick(self.engine, self.keyring, self.clock)

    def clerk(self, slug: str) -> str:
        """The public name of a district's clerk."""
        return self.names[CLERKS[slug]]

    def akim(self, slug: str) -> str:
        """The public name of a district's akim."""
        return self.names[AKIMS[slug]]

    def round(self, slug: str, year: int) -> Round:
        """A round of the story."""
        return self.session.get_one(Round, self.rounds[slug, year])

    def proposal(self, slug: str, year: int, place: int) -> Proposal:
        """A proposal of the story, by its place in the list of ideas."""
        return self.session.get_one(Proposal, self.proposals[slug, year, place])

    def story(self) -> Iterator[Happening]:
        """All happenings, in any order."""
        for slug, year, envelope, cap, threshold, ideas in ROUNDS:
            starts = calendar_of_year(year)
            yield starts[Stage.ANNOUNCED], self._announces(slug, year, envelope, cap, threshold)
            for place, idea in enumerate(ideas):
                moment = at(date(year, 2, 3), 10) + timedelta(days=2 * place, hours=place)
                yield moment, self._proposes(slug, year, place, idea)
                if idea.fate == "withdrawn":
                    yield moment + timedelta(days=4), self._withdraws(slug, year, place)
            yield from self.reviewing.story(slug, year, ideas)
            yield starts[Stage.VOTING] + timedelta(minutes=1), self.tick
            yield from self._votes(slug, year, ideas, starts)
            yield starts[Stage.COUNTING] + timedelta(minutes=1), self.tick
            yield at(date(year, 4, 28), 11), self._reads_paper(slug, year, ideas)
            yield at(date(year, 4, 29), 9), self._draws(slug, year)
            yield starts[Stage.RESULTS] + timedelta(minutes=1), self.tick
            yield from self.follow.story(slug, year, ideas)
        yield from Oversight(self).story()
        yield from self.pairs.story()
        yield from Lists(self).story()
        yield from Money(self).story()
        yield from Giving(self).story()

    def _announces(
        self, slug: str, year: int, envelope: int, cap: int, threshold: int
    ) -> Callable[[], None]:
        def happens() -> None:
            with transaction(self.session):
                made = announce(
                    self.session,
                    keyring=self.keyring,
                    district_id=self.districts[slug],
                    key=str(year),
                    budget_year=year + 1,
                    envelope=envelope,
                    price_cap=cap,
                    threshold=threshold,
                    show_turnout=True,
                    counting_rule=RULES.get((slug, year), CountingRule.MOST_VOTES),
                    compare_rules=year == 2025,
                    starts=calendar_of_year(year),
                    envelope_basis_kk=f"Әкімнің мәлімдемесі, {year} жылғы 10 қаңтар",
                    envelope_basis_ru=f"Заявление акима, 10 января {year} года",
                    draw_day=date(year, 4, 28),
                    by_name=self.clerk(slug),
                    now=self.clock.now(),
                )
                self.rounds[slug, year] = made.id
                rests(self, slug, year, envelope)

        return happens

    def _proposes(self, slug: str, year: int, place: int, idea: Idea) -> Callable[[], None]:
        def happens() -> None:
            where = Where(
                settlement_id=self._settlement(slug, idea.settlement),
                place=idea.place,
                estimate=int(round(idea.price * 0.9, -4)),
                contribution=idea.contribution,
            )
            what = What(
                lang=idea.lang,
                title=idea.title_kk if idea.lang == "kk" else idea.title_ru,
                body=idea.body,
                direction=idea.direction,
            )
            person = self.residents[slug][place % 40]
            now = self.clock.now()
            with transaction(self.session):
                if place % 5 == 4:  # somebody without a phone comes to the office
                    made = file_for(
                        self.session,
                        district_id=self.districts[slug],
                        round_id=self.rounds[slug, year],
                        person_id=person,
                        what=what,
                        where=where,
                        clerk=self.clerk(slug),
                        pictures=drawn(idea.picture),
                        now=now,
                    )
                else:
                    made = start_draft(
                        self.session,
                        district_id=self.districts[slug],
                        round_id=self.rounds[slug, year],
                        person_id=person,
                        what=what,
                        now=now,
                    )
                    save_where(
                        self.session,
                        draft=made,
                        where=where,
                        pictures=drawn(idea.picture),
                        now=now,
                    )
                    submit(self.session, draft=made, now=now)
                self.proposals[slug, year, place] = made.id

        return happens

    def _settlement(self, slug: str, place: int) -> str:
        found = settlements(self.session, district_id=self.districts[slug])
        return found[min(place, len(found) - 1)].id

    def _withdraws(self, slug: str, year: int, place: int) -> Callable[[], None]:
        def happens() -> None:
            with transaction(self.session):
                withdraw(
                    self.session, proposal=self.proposal(slug, year, place), now=self.clock.now()
                )

        return happens

    def _taste(self, ideas: tuple[Idea, ...], numbers: dict[str, int]) -> list[tuple[int, float]]:
        """The numbers on the ballot, each with how many residents like it."""
        weights = {idea.title_kk: idea.weight / 100 for idea in ideas}
        return [(number, weights[title]) for title, number in numbers.items()]

    def _choices(self, taste: list[tuple[int, float]]) -> list[int]:
        liked = [number for number, weight in taste if self.dice.random() < weight]
        self.dice.shuffle(liked)
        return sorted(liked[:5]) or [max(taste, key=lambda one: one[1])[0]]

    def _votes(
        self, slug: str, year: int, ideas: tuple[Idea, ...], starts: dict[Stage, datetime]
    ) -> Iterator[Happening]:
        """Residents vote day by day, some on paper, some twice."""
        dice = random.Random(f"{slug} {year}")
        everybody = self.residents[slug]
        voters = [one for one in everybody[12:] if dice.random() < TURNOUT]
        on_paper = [one for one in voters if dice.random() < 0.2]
        online = [one for one in voters if one not in on_paper]
        span = (starts[Stage.COUNTING] - starts[Stage.VOTING]).total_seconds()
        for person in online:
            moment = starts[Stage.VOTING] + timedelta(seconds=600 + dice.random() * (span - 1200))
            yield moment, self._casts(slug, year, ideas, person)
            if dice.random() < 0.06:
                yield moment + timedelta(minutes=5), self._casts(slug, year, ideas, person)
        yield starts[Stage.VOTING] + timedelta(hours=9), self._prints(slug, year)
        for place, person in enumerate(on_paper):
            moment = starts[Stage.VOTING] + timedelta(days=2 + place % 18, hours=10, minutes=place)
            yield moment, self._takes_paper(slug, year, person)

    def _casts(
        self, slug: str, year: int, ideas: tuple[Idea, ...], person: str
    ) -> Callable[[], None]:
        def happens() -> None:
            with transaction(self.session):
                cast(
                    self.session,
                    keyring=self.keyring,
                    clock=self.clock,
                    district_id=self.districts[slug],
                    round_id=self.rounds[slug, year],
                    person_id=person,
                    choices=self._choices(self._taste(ideas, self._numbers(slug, year))),
                    idem=f"{self.dice.getrandbits(128):032x}",
                )

        return happens

    def _numbers(self, slug: str, year: int) -> dict[str, int]:
        found = ballot_projects(
            self.session, district_id=self.districts[slug], round_id=self.rounds[slug, year]
        )
        return {one.title_kk: one.ballot_number for one in found if one.ballot_number is not None}

    def _prints(self, slug: str, year: int) -> Callable[[], None]:
        def happens() -> None:
            self.sheets[slug, year] = []
            with transaction(self.session):
                for count, large in ((50, False), (10, True)):
                    self.sheets[slug, year] += paper.print_sheets(
                        self.session,
                        clock=self.clock,
                        district_id=self.districts[slug],
                        round_id=self.rounds[slug, year],
                        count=count,
                        large=large,
                        office="clerk",
                        by_name=self.clerk(slug),
                    )

        return happens

    def _takes_paper(self, slug: str, year: int, person: str) -> Callable[[], None]:
        def happens() -> None:
            with transaction(self.session):
                paper.issue(
                    self.session,
                    keyring=self.keyring,
                    clock=self.clock,
                    district_id=self.districts[slug],
                    round_id=self.rounds[slug, year],
                    person_id=person,
                )

        return happens

    def _reads_paper(self, slug: str, year: int, ideas: tuple[Idea, ...]) -> Callable[[], None]:
        """The box is opened: two people enter each sheet, one sheet is spoiled, one is missing."""

        def happens() -> None:
            of = self.round(slug, year)
            issued = readings.balance(self.session, of=of).issued
            sheets = self.sheets[slug, year][: max(issued - 1, 0)]
            taste = self._taste(ideas, self._numbers(slug, year))
            for place, number in enumerate(sheets):
                spoiled = place == 3
                choices = [] if spoiled else self._choices(taste)
                for reader in (CLERKS[slug], AKIMS[slug]):
                    with transaction(self.session):
                        readings.enter(
                            self.session,
                            clock=self.clock,
                            district_id=self.districts[slug],
                            round_id=of.id,
                            number=number,
                            choices=choices,
                            spoiled=spoiled,
                            official_id=self.officials[reader],
                        )

        return happens

    def _draws(self, slug: str, year: int) -> Callable[[], None]:
        def happens() -> None:
            with transaction(self.session):
                set_draw_value(
                    self.session,
                    district_id=self.districts[slug],
                    round_id=self.rounds[slug, year],
                    value="516.42" if year == 2025 else "521.07",
                    by_name=self.clerk(slug),
                    now=self.clock.now(),
                )

        return happens
