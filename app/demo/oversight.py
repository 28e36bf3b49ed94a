"""The demo's oversight: last year's works, and what deputies and residents say to them."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlmodel import select

from app.core.clock import at
from app.core.database import transaction
from app.demo.follow import FENCE, ROAD
from app.demo.pictures import fence
from app.followup.actions import finish_step, pay, promise_anew, say_seen
from app.followup.models import Seen, WorkStage
from app.followup.photos import add_photos
from app.followup.questions import answer, ask, judge, plead
from app.people.models import Office, Official, Role
from app.people.queries import Who
from app.proposals.models import Proposal
from app.proposals.review_terms import extend

if TYPE_CHECKING:
    from app.demo.town import DemoTown

Happening = tuple[datetime, Callable[[], None]]


class Oversight:
    """Plays the spring of 2026: works, payments, questions."""

    def __init__(self, town: "DemoTown") -> None:
        self.town = town

    def story(self) -> Iterator[Happening]:
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
        return self.town.follow.draft(slug, 2025)

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

    def _named(self, title_kk: str, otherwise: int) -> Proposal:
        """Surat's works of this name; votes are drawn, so another project may have won instead."""
        works = self._works("surat")
        return next((one for one in works if one.title_kk == title_kk), works[otherwise])

    def _late(self) -> Proposal:
        """The works that are late in the story."""
        return self._named(ROAD, 0)

    def _done(self) -> Proposal:
        """The works that are ready in the story."""
        return self._named(FENCE, -1)

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
        town, one = self.town, self._done()
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
            add_photos(
                town.session,
                district_id=one.district_id,
                proposal_id=one.id,
                pictures=[fence()],
                by_name=town.clerk("surat"),
                now=town.clock.now(),
            )

    def _seen(self) -> None:
        town = self.town
        done, late = self._done(), self._late()
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
                by_name=town.akim("surat"),
                now=town.clock.now(),
            )
