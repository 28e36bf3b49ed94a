"""Plays the district's money: plans step by step, the months, corrections, and what comes late."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from app.budget.actions import Act, Source, publish
from app.budget.models import ANNUAL, PLAN, Kind, Origin
from app.budget.queries import lines, newest, published
from app.budget.step_models import Paper
from app.budget.step_notes import note_citizens, note_publication, note_step
from app.budget.sums import Line
from app.core.clock import at
from app.core.database import transaction
from app.decisions.into_budget import wanted_of
from app.decisions.queries import newest_words, voted_on
from app.demo.figures import BUDGETS, COMES, EVEN, PLANNED, Year
from app.rounds.envelope_basis import cite, state

if TYPE_CHECKING:
    from app.demo.town import DemoTown

Happening = tuple[datetime, Callable[[], None]]
INVENTED = Source(Origin.INVENTED, "Ойдан алынған, көрсетілім үшін")
# The one real figure of Surat's budget, with who published it.
REAL = (2023, 163_659_000, "ru.zhambylokq.kz/3469", date(2024, 2, 28))
ENVELOPE_KK, ENVELOPE_RU = "Халық қатысатын бюджет", "Бюджет народного участия"
ENVELOPES = {  # of the year after and the one after that, thousand tenge
    ("surat", 2025): (11_000, 12_000),
    ("surat", 2026): (12_000, 12_500),
    ("surat", 2027): (12_500, 13_000),
    ("oytal", 2025): (9_000, 10_000),
    ("oytal", 2026): (10_000, 10_500),
    ("boranqul", 2026): (9_500, 10_000),
}
# Months that came late: district, year, month → the day they were published at last.
LATE = {
    ("surat", 2025, 8): date(2025, 10, 28),
    ("oytal", 2026, 3): date(2026, 4, 29),
    ("boranqul", 2026, 1): date(2026, 3, 30),
    ("boranqul", 2026, 2): date(2026, 5, 20),
}
MISTAKE = ("surat", 2025, 5)  # a month whose first report had a slip of the pen


class Money:
    """Plays the budget years of every district."""

    def __init__(self, town: "DemoTown") -> None:
        self.town = town

    def story(self) -> Iterator[Happening]:
        """From the years before the story to the approved budget of the year after it."""
        yield at(date(2025, 1, 8), 9), self._real_total()
        for slug, years in BUDGETS.items():
            for year in years:
                yield from self._plan(slug, year)
                yield from self._months(slug, year)
        yield at(date(2026, 1, 15), 11), self._citizens("surat", 2026)
        yield at(date(2026, 1, 16), 11), self._elsewhere("surat", 2026)

    def _real_total(self) -> Callable[[], None]:
        year, amount, source, on = REAL

        def happens() -> None:
            self._publish(
                "surat",
                year,
                Kind.APPROVED,
                [Line("receipt", amount)],
                source=Source(Origin.SOURCE, source, f"https://{source}", on),
            )

        return happens

    def _plan(self, slug: str, one: Year) -> Iterator[Happening]:
        year = one.year
        if year <= 2025:  # before the story began: only what was decided
            decided = Act(one.act, date(year - 1, 12, 25))
            yield at(date(2025, 1, 8), 10), self._step(slug, one, Kind.APPROVED, decided)
        elif slug == "boranqul":
            decided = Act(one.act, date(year - 1, 12, 26))
            yield at(date(year - 1, 12, 28), 16), self._step(slug, one, Kind.APPROVED, decided)
        else:
            late = slug == "oytal"
            before = year - 1
            yield at(date(before, 8, 18), 10), self._step(slug, one, Kind.DRAFT, Act())
            agreed = Act("№ 3", date(before, 8, 26))
            yield at(date(before, 8, 26), 17), self._step(slug, one, Kind.AGREED, agreed)
            to_raion = date(before, 9, 4) if late else date(before, 8, 28)
            sent = Act(on=to_raion)
            yield at(to_raion, 12), self._step(slug, one, Kind.AT_RAION, sent)
            for key, on in _noted(slug, year):
                yield at(on, 17), self._note(slug, year, key, on)
            decided = Act(one.act, date(before, 12, 25))
            yield at(date(before, 12, 26), 11), self._step(slug, one, Kind.APPROVED, decided)
        if one.refined:
            act = Act(
                one.act.replace("-", "/") + "-1",
                date(year, 6, 16),
                words_kk="Аудан бюджетінен қосымша трансферт бөлінді.",
                words_ru="Выделен дополнительный трансферт из районного бюджета.",
            )
            yield at(date(year, 6, 17), 15), self._step(slug, one, Kind.REFINED, act)

    def _step(self, slug: str, one: Year, kind: Kind, act: Act) -> Callable[[], None]:
        def happens() -> None:
            lines = self._lines(slug, one, refined=kind is Kind.REFINED)
            self._publish(slug, one.year, kind, lines, act=act)

        return happens

    def _note(self, slug: str, year: int, key: str, on: date) -> Callable[[], None]:
        def happens() -> None:
            with transaction(self.town.session):
                note_step(
                    self.town.session,
                    district_id=self.town.districts[slug],
                    year=year,
                    key=key,
                    done_on=on,
                    by_name=self.town.clerk(slug),
                    now=self.town.clock.now(),
                )

        return happens

    def _lines(self, slug: str, one: Year, *, refined: bool) -> list[Line]:
        """The plan's lines in tenge; the residents' projects stand out of their programme."""
        projects = self._projects(slug, one.year - 1)
        taken = sum(line.amount for line in projects)
        lines = []
        for side, sums in (("receipt", one.receipts), ("spending", one.spending)):
            for key, thousand in sums.items():
                if not thousand:
                    continue
                part, _, article = key.partition(":")
                amount = (thousand + (one.refined.get(key, 0) if refined else 0)) * 1000
                lines.append(
                    Line(
                        side,
                        amount - (taken if key == "15:p040" else 0),
                        part,
                        article,
                        amount_1=round(thousand * 1.04) * 1000,
                        amount_2=round(thousand * 1.08) * 1000,
                    )
                )
        first, second = ENVELOPES.get((slug, one.year), (0, 0))
        if first:
            lines.append(
                Line(
                    *("spending", 0, "15", "p040"),
                    name_kk=ENVELOPE_KK,
                    name_ru=ENVELOPE_RU,
                    amount_1=first * 1000,
                    amount_2=second * 1000,
                )
            )
        return [*lines, *projects, Line("financing", one.balances * 1000, "balances")]

    def _projects(self, slug: str, voted: int) -> list[Line]:
        """What the vote of a year brought into the next year's budget."""
        round_id = self.town.rounds.get((slug, voted))
        if round_id is None:
            return []
        session, district_id = self.town.session, self.town.districts[slug]
        wanted = wanted_of(
            voted_on(session, district_id=district_id, round_id=round_id),
            newest_words(session, district_id=district_id, round_id=round_id),
        )
        return [
            Line(
                *("spending", one.amount, str(one.proposal.direction), ""),
                name_kk=one.proposal.title_kk,
                name_ru=one.proposal.title_ru,
                proposal_id=one.proposal.id,
                round_id=round_id,
            )
            for one in wanted
        ]

    def _months(self, slug: str, one: Year) -> Iterator[Happening]:
        if one.year == 2024:
            yield at(date(2025, 3, 24), 12), self._month(slug, one, ANNUAL)
            return
        for month in range(1, 13):
            usual = date(one.year + (month == 12), month % 12 + 1, 10)
            moment = at(LATE.get((slug, one.year, month), usual), 11)
            if (slug, one.year, month) == MISTAKE:
                yield moment, self._month(slug, one, month, wrong=True)
                yield at(date(one.year, 6, 20), 10), self._month(slug, one, month, corrects=1)
            else:
                yield moment, self._month(slug, one, month)
        yield at(date(one.year + 1, 3, 25), 12), self._month(slug, one, ANNUAL)

    def _month(
        self, slug: str, one: Year, month: int, *, wrong: bool = False, corrects: int | None = None
    ) -> Callable[[], None]:
        def happens() -> None:
            session, district_id = self.town.session, self.town.districts[slug]
            plan = published(session, district_id=district_id, year=one.year, month=PLAN)
            session.rollback()
            if plan is None:
                return
            lines = [executed(line, month) for line in plan.lines if line.amount]
            if wrong:  # a nought too many
                lines = [
                    replace(line, amount=line.amount * 10) if line.article == "p006" else line
                    for line in lines
                ]
            act = Act()
            if corrects:
                act = Act(
                    words_kk="Мәдениет шығысында бір нөл артық жазылған.",
                    words_ru="В расходах на культуру был лишний ноль.",
                )
            self._publish(
                slug, one.year, Kind.EXECUTED, lines, act=act, month=month, corrects=corrects
            )

        return happens

    def _publish(
        self,
        slug: str,
        year: int,
        kind: Kind,
        lines: Sequence[Line],
        *,
        act: Act | None = None,
        month: int = PLAN,
        source: Source = INVENTED,
        corrects: int | None = None,
    ) -> None:
        with transaction(self.town.session):
            publish(
                self.town.session,
                district_id=self.town.districts[slug],
                year=year,
                kind=kind,
                lines=lines,
                month=month,
                act=act,
                source=source,
                corrects=corrects,
                by_name=self.town.clerk(slug),
                now=self.town.clock.now(),
            )

    def _citizens(self, slug: str, year: int) -> Callable[[], None]:
        def happens() -> None:
            with transaction(self.town.session):
                note_citizens(
                    self.town.session,
                    district_id=self.town.districts[slug],
                    year=year,
                    by_name=self.town.clerk(slug),
                    now=self.town.clock.now(),
                )

        return happens

    def _elsewhere(self, slug: str, year: int) -> Callable[[], None]:
        def happens() -> None:
            with transaction(self.town.session):
                for place in ("site", "portal"):
                    note_publication(
                        self.town.session,
                        district_id=self.town.districts[slug],
                        year=year,
                        paper=Paper.DECISION,
                        month=0,
                        place=place,
                        published_on=date(2025, 12, 30),
                        url=f"https://example.kz/{place}/surat-2026",
                        by_name=self.town.clerk(slug),
                        now=self.town.clock.now(),
                    )

        return happens


def _noted(slug: str, year: int) -> Iterator[tuple[str, date]]:
    """What a clerk notes of the steps that are done elsewhere; in Oytal half of it is forgotten."""
    before = year - 1
    yield "raion_signed", date(before, 12, 22)
    if slug == "surat":
        yield "raion_done", date(before, 10, 14)
        yield "to_maslikhat", date(before, 11, 7)
        yield "implementation", date(year, 1, 6)
        yield "monitoring_1", date(year, 7, 24)


def rests(town: "DemoTown", slug: str, year: int, envelope: int) -> None:
    """What the sum rests on: in Surat a planned year's line, elsewhere the akim's word."""
    district_id, round_id = town.districts[slug], town.rounds[slug, year]
    plan = newest(town.session, district_id=district_id, year=year)
    if slug == "surat" and plan is not None:
        rows = lines(town.session, district_id=district_id, version_id=plan.id)
        line = next(n for n, one in enumerate(rows, start=1) if one.name_kk == ENVELOPE_KK)
        cite(
            town.session,
            district_id=district_id,
            round_id=round_id,
            year=year,
            number=plan.number,
            line=line,
            by_name=town.clerk(slug),
            now=town.clock.now(),
        )
        return
    state(
        town.session,
        district_id=district_id,
        round_id=round_id,
        amount=envelope,
        said_on=date(year, 1, 10),
        act_number="№ 1",
        words_kk="Келесі жылдың өз кірісінен бөлінеді.",
        words_ru="Выделяется из собственных доходов следующего года.",
        by_name=town.akim(slug),
        now=town.clock.now(),
    )


def executed(line: Line, month: int) -> Line:
    """A plan's line as it was carried out by the end of a month; the same line always alike."""
    if line.side == "financing":
        way = PLANNED
    elif line.side == "receipt":
        way = COMES["transfers" if line.part == "transfers" else "own"]
    else:
        way = COMES["office" if line.part in EVEN else "works"]
    place = min(month, 12) - 1
    # Each line a little its own way: up to a fiftieth more or less, never beyond its plan's shape.
    own = int(sha256(f"{line.key}{line.name_kk}".encode()).hexdigest()[:4], 16) % 41 - 20
    amount = line.amount * way[place] * (1000 + own) // 100_000
    if line.side != "receipt":
        amount = min(amount, line.amount)
    return replace(
        line,
        amount=amount // 100 * 100,
        amount_1=None,
        amount_2=None,
        planned=line.amount * PLANNED[place] // 100 // 100 * 100,
    )
