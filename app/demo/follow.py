"""The demo's year after the vote: assembly, akim, raion, maslikhat, works, questions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlmodel import select

from app.core.clock import at
from app.core.database import transaction
from app.decisions.actions import record_approval, record_assembly, say
from app.decisions.models import Body, Said
from app.decisions.queries import newest_words, voted_on
from app.decisions.rules import Approval, Meeting, Saying, Verdict, in_draft_budget
from app.demo.content import Idea
from app.followup.actions import finish_step, open_works, pay, promise_anew, say_seen
from app.followup.models import Seen, WorkStage
from app.followup.questions import answer, ask, judge, plead
from app.people.models import Office, Official, Role
from app.people.queries import Who
from app.proposals.models import Proposal, Status
from app.proposals.review_terms import extend

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
# Months and days of the next year for which works are promised, in the order of the ballot.
PROMISES = ((3, 30), (5, 15), (4, 20), (6, 30), (7, 15), (8, 20), (9, 10))
NAMES = (
    "Ахметов Серік", "Омарова Гүлнар", "Касымов Болат", "Дүйсенова Әсел", "Есімов Марат",
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
            promises = iter(PROMISES)
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
                            ends_on=date(year + 1, *next(promises)) if agreed else None,
                            reason_kk=kk,
                            reason_ru=ru,
                            words_kk="Тұрғындардың таңдауымен келісемін. Жоба бюджет жобасына "
                            "толық көлемде енгізіледі."
                            if agreed
                            else f"Жоба бюджет жобасына енгізілмейді. {kk}",
                            words_ru="Согласен с выбором жителей. Проект войдёт в проект бюджета "
                            "полностью."
                            if agreed
                            else f"Проект не войдёт в проект бюджета. {ru}",
                            act_type="decision",
                            act_number=str(27 + place),
                            act_date=date(year, 5, 29),
                        ),
                        by_name=town.akim(slug),
                        now=town.clock.now(),
                    )

        return happens

    def _draft(self, slug: str, year: int) -> list[Proposal]:
        words = newest_words(
            self.town.session,
            district_id=self.town.districts[slug],
            round_id=self.town.rounds[slug, year],
        )
        return [one for one in self._projects(slug, year) if in_draft_budget(words.get(one.id, {}))]

    def _raion(self, slug: str, year: int) -> Callable[[], None]:
        def happens() -> None:
            town = self.town
            for one in self._draft(slug, year):
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
            draft = self._draft(slug, year)
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

    def oversight(self) -> Iterator[Happening]:
        """2026: the works of last year's round, and what deputies and residents say to them."""
        yield at(date(2026, 2, 16), 12), self._contracts
        yield at(date(2026, 3, 20), 12), self._pays
        yield at(date(2026, 4, 2), 12), self._slips
        yield at(date(2026, 4, 3), 12), self._asks
        yield at(date(2026, 4, 10), 12), self._finishes
        yield at(date(2026, 4, 11), 12), self._seen
        yield at(date(2026, 4, 14), 12), self._answers
        yield at(date(2026, 4, 15), 12), self._pleads
        yield at(date(2026, 3, 5), 12), self._extends

    def _works(self, slug: str) -> list[Proposal]:
        """The approved projects of last year, in the order of the ballot."""
        return self._draft(slug, 2025)

    def _contracts(self) -> None:
        town = self.town
        for slug in ("surat", "oytal"):
            for place, one in enumerate(self._works(slug)):
                price = one.price or 0
                for stage in (WorkStage.PROCUREMENT, WorkStage.CONTRACT):
                    contract = stage is WorkStage.CONTRACT
                    with transaction(town.session):
                        finish_step(
                            town.session,
                            district_id=one.district_id,
                            proposal_id=one.id,
                            stage=stage,
                            done_on=date(2026, 2, 13 if contract else 4),
                            contractor="«Үлгі құрылыс» ЖШС (ойдан алынған)" if contract else "",
                            contract_number=str(11 + place) if contract else "",
                            contract=int(round(price * 0.98, -4)) if contract else None,
                            by_name=town.clerk(slug),
                            now=town.clock.now(),
                        )

    def _pays(self) -> None:
        town = self.town
        for slug in ("surat", "oytal"):
            for place, one in enumerate(self._works(slug)):
                with transaction(town.session):
                    pay(
                        town.session,
                        district_id=one.district_id,
                        proposal_id=one.id,
                        amount=int(round((one.price or 0) * (0.3, 0.8, 0.5)[place % 3], -4)),
                        paid_on=date(2026, 3, 18),
                        document=f"Төлем тапсырмасы № {104 + place}",
                        by_name=town.clerk(slug),
                        now=town.clock.now(),
                    )

    def _late(self) -> Proposal:
        """The works that are late in the story: those promised first."""
        return self._works("surat")[0]

    def _slips(self) -> None:
        town, one = self.town, self._late()
        with transaction(town.session):
            promise_anew(
                town.session,
                district_id=one.district_id,
                proposal_id=one.id,
                expected_on=date(2026, 5, 22),
                why_kk="Материал зауыттан кеш жеткізілді.",
                why_ru="Завод поздно поставил материал.",
                by_name=town.clerk("surat"),
                now=town.clock.now(),
            )

    def _finishes(self) -> None:
        town, one = self.town, self._works("surat")[-1]
        with transaction(town.session):
            for stage, day in ((WorkStage.WORKS, 6), (WorkStage.ACCEPTANCE, 10)):
                finish_step(
                    town.session,
                    district_id=one.district_id,
                    proposal_id=one.id,
                    stage=stage,
                    done_on=date(2026, 4, day),
                    note_kk="Тұрғындар мен комиссия қабылдады." if day == 10 else "",
                    note_ru="Приняли жители и комиссия." if day == 10 else "",
                    by_name=town.clerk("surat"),
                    now=town.clock.now(),
                )

    def _seen(self) -> None:
        town = self.town
        done, late = self._works("surat")[-1], self._late()
        people = town.residents["surat"][12:]
        for one, shares in ((done, (46, 4, 1)), (late, (3, 21, 8))):
            words = [w for w, n in zip(Seen, shares, strict=True) for _ in range(n)]
            for person, word in zip(people, words, strict=False):
                with transaction(town.session):
                    say_seen(
                        town.session,
                        keyring=town.keyring,
                        district_id=one.district_id,
                        proposal_id=one.id,
                        person_id=person,
                        seen=word,
                        now=town.clock.now(),
                    )

    def _who(self, login: str) -> Who:
        town = self.town
        official = town.session.exec(select(Official).where(Official.login == login)).one()
        office = town.session.exec(select(Office).where(Office.official_id == official.id)).one()
        return Who(
            sign_in_id="demo",
            name=official.full_name,
            official_id=official.id,
            office_id=office.id,
            role=Role(office.role),
            district_id=office.district_id,
            raion_kato=office.raion_kato,
            constituency=tuple(office.constituency),
        )

    def _asks(self) -> None:
        town, one = self.town, self._late()
        overdue = self._works("oytal")
        with transaction(town.session):
            ask(
                town.session,
                district_id=one.district_id,
                proposal_id=one.id,
                who=self._who("saule"),
                lang="kk",
                text="Материал қашан жеткізіледі және жұмыс қай күні аяқталады?",
                due=date(2026, 4, 15),
                now=town.clock.now(),
            )
            if overdue:
                ask(
                    town.session,
                    district_id=overdue[0].district_id,
                    proposal_id=overdue[0].id,
                    who=self._who("askar"),
                    lang="kk",
                    text="Мердігер жұмысты қашан бастайды?",
                    due=date(2026, 4, 13),
                    now=town.clock.now(),
                )

    def _answers(self) -> None:
        town, works = self.town, self._works("oytal")
        if not works:
            return
        with transaction(town.session):
            answer(
                town.session,
                district_id=works[0].district_id,
                number=1,
                who=self._who("marat"),
                lang="kk",
                text="Мердігер 20 сәуірде бастайды, кесте келісілді.",
                now=town.clock.now(),
            )
            judge(
                town.session,
                district_id=works[0].district_id,
                number=1,
                who=self._who("askar"),
                accepted=True,
                now=town.clock.now(),
            )

    def _pleads(self) -> None:
        town = self.town
        overdue = town.proposal("surat", 2026, 9)
        with transaction(town.session):
            plead(
                town.session,
                district_id=overdue.district_id,
                proposal_id=overdue.id,
                person_id=town.residents["surat"][1],
                lang="kk",
                text="Көпірден балалар өтеді. Жауап қашан болады?",
                now=town.clock.now(),
            )

    def _extends(self) -> None:
        town = self.town
        one = town.proposal("surat", 2026, 9)
        assert one.number is not None
        with transaction(town.session):
            extend(
                town.session,
                district_id=one.district_id,
                number=one.number,
                until=date(2026, 4, 10),
                why_kk="Көпірдің техникалық тексеруін ауданның мамандары жүргізуде.",
                why_ru="Техническое обследование моста ведут специалисты района.",
                by_name=town.clerk("surat"),
                now=town.clock.now(),
            )
