"""Plays what neighbours give, and what belongs to the community."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

from app.budget import giving, property
from app.budget.giving import IN_GENERAL, To
from app.budget.giving_models import GivenAs, Move
from app.budget.giving_rules import Pledge
from app.budget.property_models import PropertyKind
from app.budget.property_rules import Facts, Service, Year
from app.core.clock import at
from app.core.database import transaction

if TYPE_CHECKING:
    from app.demo.town import DemoTown

Happening = tuple[datetime, Callable[[], None]]
FENCE, PLAYGROUND = 3, 2  # ideas of Surat, in 2025 and in 2026
# What parents pledged towards the playground: its price on the ballot is without it.
HELPED = {("surat", 2026, PLAYGROUND): 400_000}
FIRM = "«Асар-Үлгі» ЖШС (ойдан алынған)"
HALL = Facts(
    PropertyKind.BUILDING,
    "Мәдениет үйінің кіші залы",
    "Малый зал Дома культуры",
    "Той мен жиындарға жалға беріледі, мектепке тегін.",
    "Сдаётся под торжества и собрания, школе бесплатно.",
    used_by_kk="тұрғындар, мерекеге бір күннен",
    used_by_ru="жители, на праздники по дням",
)
MARKET = Facts(
    PropertyKind.LAND,
    "Базар алаңы, 0,4 гектар",
    "Рыночная площадь, 0,4 гектара",
    "Сенбі сайынғы базарға орындар жалға беріледі.",
    "Места сдаются для субботнего базара.",
    used_by_kk="саудагерлер, орын бойынша",
    used_by_ru="торговцы, по местам",
)
ENTERPRISE = Facts(
    PropertyKind.ENTERPRISE,
    "«Сұрат-Қызмет» коммуналдық кәсіпорны",
    "Коммунальное предприятие «Сурат-Қызмет»",
    "Қыста жол аршиды, су жеткізеді, шам ауыстырады.",
    "Зимой чистит дороги, возит воду, меняет лампы.",
    bin="240940000000",
)
SERVICES = (
    Service("Трактормен қар аршу", "Чистка снега трактором", 12_000, "сағатына", "за час"),
    Service("Су жеткізу, 5 м³", "Доставка воды, 5 м³", 6_500, "бір жеткізу", "за рейс"),
    Service("Аула шамын ауыстыру", "Замена лампы во дворе", 1_500, "бір шам", "за лампу"),
    Service("Зейнеткерге шам ауыстыру", "Замена лампы пенсионеру"),
)


class Giving:
    """Plays contributions and the register of property, in Surat."""

    def __init__(self, town: "DemoTown") -> None:
        self.town = town
        self.numbers: dict[str, int] = {}

    def story(self) -> Iterator[Happening]:
        """From the register's first lines to what the hall's rent built."""
        for hour, (name, facts) in enumerate(
            {"hall": HALL, "market": MARKET, "enterprise": ENTERPRISE}.items(), start=10
        ):
            yield at(date(2025, 2, 4), hour), self._enters(name, facts)
        yield at(date(2025, 2, 5), 10), self._offers()
        for year, on in ((2024, date(2025, 2, 6)), (2025, date(2026, 2, 6))):
            yield (
                at(on, 10),
                self._brings("hall", Year(year, rent=310_000 + (year - 2024) * 90_000)),
            )
            yield at(on, 11), self._brings("market", Year(year, rent=(year - 2020) * 172_000))
            yield at(on, 12), self._brings("enterprise", ENTERPRISE_YEARS[year])
        yield at(date(2025, 3, 4), 11), self._fence()
        yield at(date(2025, 4, 2), 11), self._machines()
        yield at(date(2026, 2, 8), 12), self._parents()
        yield at(date(2026, 3, 28), 12), self._comes("fence", Move.RECEIVED, 250_000)
        yield at(date(2026, 4, 11), 12), self._comes("fence", Move.SPENT, 250_000)

    def _enters(self, name: str, facts: Facts) -> Callable[[], None]:
        def happens() -> None:
            with transaction(self.town.session):
                made = property.add_property(
                    self.town.session,
                    district_id=self.town.districts["surat"],
                    facts=facts,
                    invented=True,
                    by_name=self.town.clerk("surat"),
                    now=self.town.clock.now(),
                )
                self.numbers[name] = made.number

        return happens

    def _offers(self) -> Callable[[], None]:
        def happens() -> None:
            with transaction(self.town.session):
                property.set_services(
                    self.town.session,
                    district_id=self.town.districts["surat"],
                    number=self.numbers["enterprise"],
                    services=SERVICES,
                    by_name=self.town.clerk("surat"),
                    now=self.town.clock.now(),
                )

        return happens

    def _brings(self, name: str, of: Year) -> Callable[[], None]:
        def happens() -> None:
            with transaction(self.town.session):
                property.state_income(
                    self.town.session,
                    district_id=self.town.districts["surat"],
                    number=self.numbers[name],
                    of=of,
                    by_name=self.town.clerk("surat"),
                    now=self.town.clock.now(),
                )

        return happens

    def _to(self, year: int, place: int) -> To:
        one = self.town.proposal("surat", year, place)
        return To(one.id, one.number or "", one.round_id)

    def _fence(self) -> Callable[[], None]:
        def happens() -> None:
            pledge = Pledge(GivenAs.MONEY, 250_000, named=True, name=FIRM)
            self._pledges("fence", pledge, self._to(2025, FENCE))

        return happens

    def _machines(self) -> Callable[[], None]:
        def happens() -> None:
            pledge = Pledge(
                GivenAs.MACHINES,
                180_000,
                "Экскаватор, екі күн, қай жұмысқа керек болса",
                "Экскаватор на два дня, на любую работу",
            )
            self._pledges("machines", pledge, IN_GENERAL)

        return happens

    def _parents(self) -> Callable[[], None]:
        def happens() -> None:
            pledge = Pledge(
                GivenAs.LABOUR,
                HELPED["surat", 2026, PLAYGROUND],
                "Қоршауды ата-аналар асармен тұрғызады",
                "Ограду родители поставят асаром",
            )
            self._pledges("parents", pledge, self._to(2026, PLAYGROUND))

        return happens

    def _pledges(self, name: str, pledge: Pledge, to: To) -> None:
        with transaction(self.town.session):
            made = giving.pledge(
                self.town.session,
                district_id=self.town.districts["surat"],
                pledge=pledge,
                to=to,
                by_name=self.town.clerk("surat"),
                now=self.town.clock.now(),
            )
            self.numbers[name] = made.number

    def _comes(self, name: str, move: Move, amount: int) -> Callable[[], None]:
        def happens() -> None:
            with transaction(self.town.session):
                giving.move(
                    self.town.session,
                    district_id=self.town.districts["surat"],
                    number=self.numbers[name],
                    move=move,
                    amount=amount,
                    moved_on=self.town.clock.now().date(),
                    document="№ 7" if move is Move.RECEIVED else "№ 12",
                    words_kk="Қоршаудың бояуы мен қақпасы" if move is Move.SPENT else "",
                    words_ru="Краска и ворота ограды" if move is Move.SPENT else "",
                    by_name=self.town.clerk("surat"),
                    now=self.town.clock.now(),
                )

        return happens


RENTS = {2024: (310_000, 690_000), 2025: (400_000, 860_000)}  # of the hall and the market
ENTERPRISE_YEARS = {
    2024: Year(2024, income=1_940_000, upkeep=1_620_000),
    2025: Year(
        2025,
        income=2_310_000,
        upkeep=1_790_000,
        built_kk="Таза кірістің бір бөлігіне қар күрейтін қалақ алынды.",
        built_ru="На часть чистого дохода куплен отвал для снега.",
    ),
}
