"""The demo's year after the vote: assembly, akim, raion, maslikhat, works, questions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from app.budget.queries import newest
from app.core.clock import at
from app.core.database import transaction
from app.decisions.actions import record_approval, record_assembly, say
from app.decisions.models import Body, Said
from app.decisions.queries import newest_words, voted_on
from app.decisions.rules import Approval, Meeting, Saying, Verdict, in_draft_budget
from app.demo.content import Idea
from app.demo.pairs import RAION
from app.followup.actions import open_works
from app.proposals.models import Proposal, Status
from app.rounds.asking import ask_envelope

if TYPE_CHECKING:
    from app.demo.town import DemoTown

Happening = tuple[datetime, Callable[[], None]]


@dataclass(frozen=True, slots=True)
class No:
    """A body that goes against the vote in the story, and why."""

    title_kk: str
    kk: str
    ru: str


ASSEMBLY_NO = {
    "surat": No(
        "Саябақ орындықтары",
        "Саябақ жерінің құжаты рәсімделмеген. Құжат дайын болғанда жоба қайта қаралады.",
        "Документы на землю парка не оформлены. Когда будут готовы, проект рассмотрят снова.",
    )
}
AKIM_NO = {
    "oytal": No(
        "Саябақты жарықтандыру",
        "Биыл орталық көшені жөндеу кезек күттірмейді: жедел жәрдем өте алмайды.",
        "В этом году нельзя откладывать ремонт Центральной улицы: не может проехать скорая.",
    )
}
AKIM_INSTEAD = {"oytal": "Орталық көшені жөндеу"}
ROAD = "Мектепке баратын жолға қиыршық тас төсеу"  # late in the story
FENCE = "Спорт алаңының қоршауы"  # ready in the story
# Months and days of the next year for which works are promised.
PROMISED = {ROAD: (3, 30), FENCE: (4, 20), "Шағын футбол алаңы": (6, 30)}
NAMES = (
    "Ахметов Серік", "Омарова Гүлнар", "Қасымов Болат", "Дүйсенова Әсел", "Есімов Марат",
    "Рахимова Шолпан", "Оспанов Қайрат", "Тілеуов Жандос",
)  # fmt: skip


class Follow:
    """Plays what follows a vote."""

    def __init__(self, town: "DemoTown") -> None:
        self.town = town

    def story(self, slug: str, year: int, ideas: tuple[Idea, ...]) -> Iterator[Happening]:
        """From the assembly in May to the maslikhat's decision in December."""
        yield at(date(year, 5, 14), 17), self._assembly(slug, year)
        yield at(date(year, 5, 29), 12), self._akim(slug, year)
        yield at(date(year, 9, 25), 12), self._raion(slug, year)
        yield at(date(year, 12, 24), 16), self._approval(slug, year)
        yield at(date(year, 12, 29), 12), self._confirms(slug, year)

    def _projects(self, slug: str, year: int) -> list[Proposal]:
        found = voted_on(
            self.town.session,
            district_id=self.town.districts[slug],
            round_id=self.town.rounds[slug, year],
        )
        return list(found.values())

    def _assembly(self, slug: str, year: int) -> Callable[[], None]:
        def happens() -> None:
            town, no = self.town, ASSEMBLY_NO.get(slug)
            verdicts = {
                one.id: Verdict(agreed=False, reason_kk=no.kk, reason_ru=no.ru)
                if no and one.title_kk == no.title_kk
                else Verdict(agreed=True)
                for one in self._projects(slug, year)
                if one.status == Status.RECOMMENDED
            }
            with transaction(town.session):
                record_assembly(
                    town.session,
                    district_id=town.districts[slug],
                    round_id=town.rounds[slug, year],
                    meeting=Meeting(
                        number="4",
                        notice_on=date(year, 5, 2),
                        held_on=date(year, 5, 14),
                        place="Мәдениет үйі",
                        eligible=10,
                        present=len(NAMES),
                        names="\n".join(NAMES),
                        chair=NAMES[0],
                        secretary=NAMES[1],
                        speeches_kk="Дауыс беру қорытындысы таныстырылды.",
                        speeches_ru="Представлены итоги голосования.",
                    ),
                    verdicts=verdicts,
                    by_name=town.clerk(slug),
                    now=town.clock.now(),
                )

        return happens

    def _akim(self, slug: str, year: int) -> Callable[[], None]:
        def happens() -> None:
            town, no = self.town, AKIM_NO.get(slug)
            against = ASSEMBLY_NO.get(slug)
            for place, one in enumerate(self._projects(slug, year)):
                agreed = one.status == Status.RECOMMENDED
                kk, ru = "", ""
                if no and one.title_kk == no.title_kk:
                    agreed, kk, ru = False, no.kk, no.ru
                if no and one.title_kk == AKIM_INSTEAD.get(slug):
                    agreed, kk, ru = True, no.kk, no.ru
                if against and one.title_kk == against.title_kk:
                    agreed, kk, ru = False, against.kk, against.ru
                if not agreed and not kk:
                    kk = "Дауыс беруде жеткілікті қолдау таппады."
                    ru = "Не получил достаточной поддержки на голосовании."
                with transaction(town.session):
                    say(
                        town.session,
                        district_id=one.district_id,
                        proposal_id=one.id,
                        saying=Saying(
                            body=Body.AKIM,
                            said=Said.AGREED if agreed else Said.DECLINED,
                            amount=one.price if agreed else None,
                            starts_on=date(year + 1, 2, 1) if agreed else None,
                            ends_on=date(year + 1, *PROMISED.get(one.title_kk, (5, 15)))
                            if agreed
                            else None,
                            reason_kk=kk,
                            reason_ru=ru,
                            words_kk="Тұрғындардың таңдауымен келісемін. Жоба бюджет жобасына "
                            "толық көлемде енгізіледі."
                            if agreed
                            else "Жоба бюджет жобасына енгізілмейді.",
                            words_ru="Поддерживаю выбор жителей. Проект войдёт в проект бюджета "
                            "полностью."
                            if agreed
                            else "Проект не войдёт в проект бюджета.",
                            act_type="decision",
                            act_number=str(27 + place),
                            act_date=date(year, 5, 29),
                        ),
                        by_name=town.akim(slug),
                        now=town.clock.now(),
                    )

        return happens

    def draft(self, slug: str, year: int) -> list[Proposal]:
        words = newest_words(
            self.town.session,
            district_id=self.town.districts[slug],
            round_id=self.town.rounds[slug, year],
        )
        return [one for one in self._projects(slug, year) if in_draft_budget(words.get(one.id, {}))]

    def _raion(self, slug: str, year: int) -> Callable[[], None]:
        def happens() -> None:
            town = self.town
            for one in self.draft(slug, year):
                with transaction(town.session):
                    say(
                        town.session,
                        district_id=one.district_id,
                        proposal_id=one.id,
                        saying=Saying(
                            body=Body.RAION,
                            said=Said.AGREED,
                            amount=one.price,
                            act_date=date(year, 9, 25),
                        ),
                        by_name=town.clerk(slug),
                        now=town.clock.now(),
                    )

        return happens

    def _approval(self, slug: str, year: int) -> Callable[[], None]:
        def happens() -> None:
            town = self.town
            draft = self.draft(slug, year)
            if not draft:
                return
            office = "sholpan" if slug == "boranqul" else "raushan"
            with transaction(town.session):
                words = newest_words(
                    town.session,
                    district_id=town.districts[slug],
                    round_id=town.rounds[slug, year],
                )
                record_approval(
                    town.session,
                    district_id=town.districts[slug],
                    round_id=town.rounds[slug, year],
                    number="38-2",
                    decided_on=date(year, 12, 24),
                    approvals={one.id: Approval(approved=True, amount=one.price) for one in draft},
                    by_name=town.names[office],
                    now=town.clock.now(),
                )
                for one in draft:
                    ends_on = words[one.id][Body.AKIM].ends_on
                    assert ends_on is not None
                    assert one.price is not None
                    open_works(
                        town.session,
                        district_id=one.district_id,
                        proposal_id=one.id,
                        planned=one.price,
                        promised_on=ends_on,
                        by_name=town.names[office],
                        now=town.clock.now(),
                    )

        return happens

    def _confirms(self, slug: str, year: int) -> Callable[[], None]:
        """The round's sum is confirmed by its lines of the approved budget."""

        def happens() -> None:
            town = self.town
            asked = town.round(slug, year)
            plan = newest(town.session, district_id=town.districts[slug], year=asked.budget_year)
            town.session.rollback()
            if plan is None or not self.draft(slug, year):
                return
            with transaction(town.session):
                confirmed = ask_envelope(
                    town.session,
                    keyring=town.keyring,
                    district_id=town.districts[slug],
                    round_id=town.rounds[slug, year],
                    number=plan.number,
                    line=None,
                    first=town.pairs.clerk(slug),
                    now=town.clock.now(),
                )
                town.pairs.agree(confirmed, RAION[slug])

        return happens
