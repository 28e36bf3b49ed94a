"""The demo's list of voters, phones and votes asked about: what an office and the raion do there.

Numbers are valid and belong to nobody living; phones are invented.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

from app.core.clock import at
from app.core.database import transaction
from app.demo.pairs import RAION
from app.demo.people import told_birth
from app.notices.models import Telling
from app.people.claims import answer_claim, file_claim
from app.people.conflicts import conflicts_of_raion, settle_conflict
from app.people.iin import check_digit
from app.people.models import OffRoll, Role
from app.people.phones import Shown, set_at_desk
from app.people.roll import add_by_hand, correct, lock_of, take_off
from app.people.roll_closed import ask_correction
from app.people.roll_models import ClaimKind, Verdict
from app.places.queries import settlements
from app.voting.disputes import open_dispute, own_disputes, settle
from app.voting.list_models import Outcome
from app.voting.mine import Answer, answer_in
from app.voting.told import choose

if TYPE_CHECKING:
    from app.demo.town import DemoTown, Happening

MERKE = "315400000"
DOCUMENT = "Жеке куәлік, тіркеу туралы анықтама"
PHONE = "+7701000{:04d}"  # numbers of this kind are not given to anybody here
NEWCOMERS = (
    # district, name, eleven digits, the day the clerk writes them down
    ("surat", "Жүнісова Салтанат Болатқызы", "88021520041", date(2026, 2, 18)),
    ("surat", "Рахимов Ерболат Саматұлы", "79110310042", date(2026, 3, 3)),
    # the same people, as they ask to be listed next door: a conflict each
    ("oytal", "Жүнісова Салтанат Болатқызы", "88021520041", date(2026, 3, 10)),
    ("oytal", "Рахимов Ерболат Саматұлы", "79110310042", date(2026, 4, 2)),
)
LATE = ("Омаров Дәулет Асқарұлы", "85070910043")


def number_of(first11: str) -> str:
    """The whole number, with its check digit."""
    digit = check_digit(first11)
    assert digit is not None
    return f"{first11}{digit}"


class Lists:
    """The list of voters from its first look to its last correction."""

    def __init__(self, town: "DemoTown") -> None:
        self.town = town
        self.disputed = ""

    def story(self) -> "Iterator[Happening]":
        """Newcomers, claims, a conflict settled and one open, corrections, a vote asked about."""
        for slug, name, first11, day in NEWCOMERS:
            yield at(day, 10), self._adds(slug, name, first11)
        yield at(date(2026, 3, 12), 15), self._settles()
        yield at(date(2026, 2, 20), 11), self._phones("surat")
        yield at(date(2026, 3, 2), 11), self._leaves("surat", 200, OffRoll.DIED)
        yield at(date(2026, 3, 4), 11), self._leaves("surat", 201, OffRoll.MOVED)
        yield at(date(2026, 3, 5), 11), self._corrects("surat", 202)
        yield at(date(2026, 3, 23), 10), self._claims("surat", 3, ClaimKind.WRONG, self.WRONG)
        yield at(date(2026, 3, 25), 16), self._answers("surat", 1, Verdict.GRANTED, self.GRANTED)
        yield at(date(2026, 3, 26), 10), self._claims("surat", None, ClaimKind.MISSING, self.GONE)
        yield at(date(2026, 4, 1), 16), self._answers("surat", 2, Verdict.REFUSED, self.REFUSED)
        yield at(date(2026, 4, 15), 10), self._claims("surat", 4, ClaimKind.WRONG, self.MOVED)
        yield at(date(2026, 4, 10), 12), self._corrects_late("surat", agreed=True)
        yield at(date(2026, 4, 17), 12), self._corrects_late("surat", agreed=False)
        yield at(date(2025, 5, 2), 10), self._disputes("surat", 2025)
        yield at(date(2025, 5, 5), 10), self._ends_dispute("surat", Outcome.OWN)

    WRONG = "Тізімде Аққайнар ауылы деп жазылған, мен Сұратта тұрамын."
    GRANTED = "Мекенжай анықтамасы бойынша түзетілді: Сұрат ауылы."
    GONE = "Былтыр көшіп келдім, бірақ тізімде жоқпын."
    REFUSED = (
        "Тіркеу бойынша Мерке ауылдық округінде тұрасыз. Сол округтің әкім аппаратына жүгініңіз."
    )
    MOVED = "Атымның жазылуында қате бар."

    def _adds(self, slug: str, name: str, first11: str) -> Callable[[], None]:
        def happens() -> None:
            town = self.town
            with transaction(town.session):
                add_by_hand(
                    town.session,
                    keyring=town.keyring,
                    district_id=town.districts[slug],
                    name=name,
                    iin=number_of(first11),
                    settlement_id=self._place(slug),
                    born=told_birth(first11),
                    basis=DOCUMENT,
                    by_name=town.clerk(slug),
                    now=town.clock.now(),
                )

        return happens

    def _place(self, slug: str) -> str:
        found = settlements(self.town.session, district_id=self.town.districts[slug])
        return found[0].id

    def _settles(self) -> Callable[[], None]:
        def happens() -> None:
            town = self.town
            with transaction(town.session):
                (conflict,) = conflicts_of_raion(town.session, raion_kato=MERKE)
                settle_conflict(
                    town.session,
                    keyring=town.keyring,
                    raion_kato=MERKE,
                    conflict_id=conflict.id,
                    verdict="stays",
                    why="Тіркеу орны өзгермеген",
                    by_name=town.names[RAION["surat"]],
                    now=town.clock.now(),
                )

        return happens

    def _phones(self, slug: str) -> Callable[[], None]:
        """Two families of the demo: one phone of one's own, one phone for two."""

        def happens() -> None:
            town = self.town
            numbers = (1, 2, 3, 3)
            for person, number in zip(town.residents[slug][:4], numbers, strict=True):
                with transaction(town.session):
                    set_at_desk(
                        town.session,
                        keyring=town.keyring,
                        district_id=town.districts[slug],
                        person_id=person,
                        number=PHONE.format(number),
                        shown=Shown.IDENTITY_CARD,
                        most=5,
                        by_name=town.clerk(slug),
                        now=town.clock.now(),
                    )
            with transaction(town.session):
                choose(
                    town.session,
                    person_id=town.residents[slug][1],
                    channel=Telling.SMS,
                    shared_too=False,
                    lang="kk",
                )

        return happens

    def _leaves(self, slug: str, place: int, why: OffRoll) -> Callable[[], None]:
        def happens() -> None:
            town = self.town
            with transaction(town.session):
                take_off(
                    town.session,
                    district_id=town.districts[slug],
                    person_id=town.residents[slug][place],
                    why=why,
                    note="АХАЖ анықтамасы" if why is OffRoll.DIED else "Тіркеуден шықты",
                    by_name=town.clerk(slug),
                    now=town.clock.now(),
                )

        return happens

    def _corrects(self, slug: str, place: int) -> Callable[[], None]:
        def happens() -> None:
            town = self.town
            with transaction(town.session):
                correct(
                    town.session,
                    keyring=town.keyring,
                    district_id=town.districts[slug],
                    person_id=town.residents[slug][place],
                    name="Бекмұратова Жансая Нұрланқызы",
                    settlement_id=self._place(slug),
                    born=None,
                    why="Некеге тұрғаннан кейін тегі өзгерді",
                    by_name=town.clerk(slug),
                    now=town.clock.now(),
                )

        return happens

    def _claims(
        self, slug: str, place: int | None, kind: ClaimKind, text: str
    ) -> Callable[[], None]:
        def happens() -> None:
            town = self.town
            with transaction(town.session):
                file_claim(
                    town.session,
                    keyring=town.keyring,
                    district_id=town.districts[slug],
                    kind=kind,
                    name="Сәрсенов Мақсат" if place is None else "Тұрғын",
                    text=text,
                    lang="kk",
                    person_id=None if place is None else town.residents[slug][place],
                    clerk=town.clerk(slug),
                    now=town.clock.now(),
                )

        return happens

    def _answers(self, slug: str, number: int, verdict: Verdict, text: str) -> Callable[[], None]:
        def happens() -> None:
            town = self.town
            with transaction(town.session):
                answer_claim(
                    town.session,
                    district_id=town.districts[slug],
                    number=number,
                    verdict=verdict,
                    answer=text,
                    office=Role.CLERK,
                    by_name=town.clerk(slug),
                    now=town.clock.now(),
                )

        return happens

    def _corrects_late(self, slug: str, *, agreed: bool) -> Callable[[], None]:
        """After the list was closed two officials are needed; the last request still waits."""

        def happens() -> None:
            town = self.town
            with transaction(town.session):
                now: datetime = town.clock.now()
                lock = lock_of(town.session, district_id=town.districts[slug], now=now)
                assert lock is not None
                name, first11 = LATE
                line: dict[str, str | None] = {
                    "name": name,
                    "iin": number_of(first11),
                    "settlement_id": self._place(slug),
                    "born": told_birth(first11).isoformat(),
                    "basis": DOCUMENT,
                }
                if not agreed:
                    line = {
                        "person_id": town.residents[slug][203],
                        "why": OffRoll.MOVED.value,
                        "note": "Тіркеуден шықты",
                    }
                asked = ask_correction(
                    town.session,
                    keyring=town.keyring,
                    lock=lock,
                    do="add" if agreed else "off",
                    line=line,
                    why="Тізім жабылғаннан кейін анықталды",
                    first=town.pairs.clerk(slug),
                    now=now,
                )
                if agreed:
                    town.pairs.agree(asked, RAION[slug])

        return happens

    def _disputes(self, slug: str, year: int) -> Callable[[], None]:
        def happens() -> None:
            town = self.town
            with transaction(town.session):
                self.disputed = self._a_voter(slug, year)
                open_dispute(
                    town.session,
                    keyring=town.keyring,
                    district_id=town.districts[slug],
                    round_id=town.rounds[slug, year],
                    person_id=self.disputed,
                    text="Мен дауыс берген жоқпын деп ойлаймын.",
                    now=town.clock.now(),
                )

        return happens

    def _a_voter(self, slug: str, year: int) -> str:
        """Somebody who voted online in that round."""
        town = self.town
        of = town.round(slug, year)
        return next(
            one
            for one in town.residents[slug][20:]
            if answer_in(town.session, keyring=town.keyring, of=of, person_id=one) is Answer.ONLINE
        )

    def _ends_dispute(self, slug: str, outcome: Outcome) -> Callable[[], None]:
        def happens() -> None:
            town = self.town
            with transaction(town.session):
                (mine,) = own_disputes(town.session, person_id=self.disputed)
                settle(
                    town.session,
                    district_id=town.districts[slug],
                    dispute_id=mine.id,
                    who=town.pairs.who(RAION[slug]),
                    outcome=outcome,
                    why="Өзі мектепте дауыс бергенін есіне түсірді",
                    now=town.clock.now(),
                )

        return happens
