"""The demo's review: what the clerk prepares and the akim issues for each idea."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from app.core.clock import at
from app.core.database import transaction
from app.demo.content import Idea
from app.demo.giving import HELPED
from app.proposals.models import Review, Verdict
from app.proposals.reasons import words_for
from app.proposals.review_actions import issue, prepare, seal_of
from app.proposals.review_rules import Preparation

if TYPE_CHECKING:
    from app.demo.town import DemoTown

Happening = tuple[datetime, Callable[[], None]]


class Reviewing:
    """Plays the review."""

    def __init__(self, town: "DemoTown") -> None:
        self.town = town

    def story(self, slug: str, year: int, ideas: tuple[Idea, ...]) -> Iterator[Happening]:
        """The clerk prepares soon after an idea came in; the akim issues in four batches."""
        for place, idea in enumerate(ideas):
            preparation = self._preparation(idea, HELPED.get((slug, year, place), 0))
            if preparation is None:
                continue
            # What belongs to somebody else is forwarded within three working days.
            wait = 1 if idea.fate == "forwarded" else 5
            moment = at(date(year, 2, 3), 15) + timedelta(days=2 * place + wait, hours=place)
            yield moment, self._prepares(slug, year, place, preparation)
            if idea.fate == "forwarded":
                yield moment + timedelta(hours=1), self._issues(slug, year, (place,))
        ordinary = tuple(p for p, idea in enumerate(ideas) if idea.fate != "forwarded")
        for batch in range(0, len(ordinary), 4):
            places = ordinary[batch : batch + 4]
            moment = at(date(year, 2, 3), 17) + timedelta(days=2 * places[-1] + 7)
            yield moment, self._issues(slug, year, places)

    def _preparation(self, idea: Idea, helped: int) -> Preparation | None:
        if idea.fate == "ballot":
            return Preparation(
                verdict=Verdict.ADMIT,
                price=idea.price - helped,
                cofinanced=helped,
                title_kk=idea.title_kk,
                title_ru=idea.title_ru,
                short_kk=idea.short_kk,
                short_ru=idea.short_ru,
                reason_kk="Округтің өз құзыреті. Баға сметамен және аудандағы орташа бағамен "
                "тексерілді.",
                reason_ru="Собственная компетенция округа. Цена проверена по смете и по средней "
                "цене в районе.",
            )
        if idea.fate == "refused_money":
            kk, ru = words_for("no_money", "", "")
            return Preparation(
                verdict=Verdict.REFUSE,
                reason_code="no_money",
                reason_kk=kk,
                reason_ru=ru,
                needed=idea.price,
                available=12_000_000,
                went_to_kk="Раундтың бүкіл қаражаты осы сомадан аз.",
                went_to_ru="Все средства раунда меньше этой суммы.",
                again_on=date(2027, 2, 1),
            )
        if idea.fate == "forwarded":
            return Preparation(
                verdict=Verdict.FORWARD,
                forward_to_kk="Мерке ауданының жолаушылар көлігі және автомобиль жолдары бөлімі",
                forward_to_ru="Отдел пассажирского транспорта и автомобильных дорог Меркенского "
                "района",
                reason_kk="Жолдың аудандық маңызы бар, ол округ бюджетінен жөнделмейді.",
                reason_ru="Дорога районного значения, из бюджета округа не ремонтируется.",
            )
        if idea.fate == "returned":
            return Preparation(
                verdict=Verdict.RETURN,
                reason_kk="Қанша кітап және қай жастағы балаларға керегін жазыңыз.",
                reason_ru="Напишите, сколько книг и для какого возраста нужно.",
            )
        return None

    def _prepares(
        self, slug: str, year: int, place: int, preparation: Preparation
    ) -> Callable[[], None]:
        def happens() -> None:
            town = self.town
            with transaction(town.session):
                one = town.proposal(slug, year, place)
                assert one.number is not None
                prepare(
                    town.session,
                    district_id=one.district_id,
                    number=one.number,
                    preparation=preparation,
                    ready=True,
                    by_name=town.clerk(slug),
                    now=town.clock.now(),
                )

        return happens

    def _issues(self, slug: str, year: int, places: tuple[int, ...]) -> Callable[[], None]:
        def happens() -> None:
            town = self.town
            chosen = []
            for place in places:
                one = town.proposal(slug, year, place)
                review = town.session.get(Review, one.id)
                if review is not None and review.ready and one.number is not None:
                    chosen.append((one.number, seal_of(review)))
            if chosen:
                with transaction(town.session):
                    issue(
                        town.session,
                        clock=town.clock,
                        district_id=town.districts[slug],
                        chosen=chosen,
                        by_name=town.akim(slug),
                    )

        return happens
