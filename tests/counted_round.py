"""A round that is counted, made by the real actions: residents cast, the clock seals and counts."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlmodel import select

from app.core.database import transaction
from app.core.ids import new_id
from app.decisions.counting import count_round
from app.decisions.models import Body, CountOutcome, Said
from app.decisions.rules import Meeting, Saying
from app.proposals.models import Proposal
from app.rounds.actions import freeze
from app.rounds.models import Round, Stage
from app.rounds.rules import ProjectLine
from app.voting.actions import cast
from app.voting.sealing import close_paper, seal
from tests.town import STARTS, Town

# Four votes for the first, three each for the second and the third, two for the fourth, one for
# the fifth. With 12 million and a threshold of two: the first wins, the draw picks one of the
# equally dear second and third, the fourth does not fit, the fifth has too few.
PRICES = {1: 5_000_000, 2: 4_000_000, 3: 4_000_000, 4: 6_000_000, 5: 1_000_000}
TITLES = {
    1: "Көше шамдары",
    2: "Балалар алаңы",
    3: "Спорт алаңы",
    4: "Жолға қиыршық тас",
    5: "Кіреберіс белгі",
}
BALLOTS = ((1, 2), (1, 2, 3), (1, 3), (1, 2, 3, 4), (4, 5))
NAMES = "Ахметов Серік\nОмарова Гүлнар\nКасымов Болат\nДүйсенова Әсел\nЕсімов Марат"


class CountedRound:
    """One round of Surat and its proposals by their numbers on the ballot."""

    def __init__(
        self,
        town: Town,
        *,
        count: bool = True,
        prices: Mapping[int, int] = PRICES,
        ballots: Iterable[tuple[int, ...]] = BALLOTS,
        **over: Any,
    ) -> None:
        self.town = town
        self.session = town.session
        self.round: Round = town.round(**{"threshold": 2, **over})
        for number, price in prices.items():
            town.proposal(self.round, TITLES[number], price=price)
        with transaction(self.session):
            freeze(
                self.session,
                keyring=town.keyring,
                round_id=self.round.id,
                projects=[
                    ProjectLine(number, TITLES[number], TITLES[number], price)
                    for number, price in prices.items()
                ],
                eligible=8,
                now=town.clock.now(),
            )
        for choices in ballots:
            self.vote(choices)
        if count:
            self.to(Stage.RESULTS)
            self.count()
        self.let_go()

    def let_go(self) -> None:
        """Ends the reading: on SQLite an open one would keep every writer out.

        What was loaded stays readable and no longer hangs on the session.
        """
        if self.round in self.session:
            self.session.refresh(self.round)
        self.session.expunge_all()
        self.session.rollback()

    @property
    def proposals(self) -> dict[int, Proposal]:
        """The round's proposals by their numbers on the ballot, as they stand now."""
        rows = self.session.exec(select(Proposal).where(Proposal.round_id == self.round.id)).all()
        self.let_go()
        return {row.ballot_number: row for row in rows if row.ballot_number is not None}

    def vote(self, choices: tuple[int, ...]) -> None:
        """A new resident casts these choices."""
        with transaction(self.session):
            person = self.town.resident("Дауыс Беруші")
        with transaction(self.session):
            cast(
                self.session,
                keyring=self.town.keyring,
                clock=self.town.clock,
                district_id=self.round.district_id,
                round_id=self.round.id,
                person_id=person,
                choices=choices,
                idem=new_id(),
            )

    def to(self, stage: Stage, **later: float) -> None:
        """Moves the clock into a stage."""
        self.town.clock.set(STARTS[stage] + timedelta(hours=12, **later))  # type: ignore[attr-defined]

    def count(self) -> CountOutcome:
        """Seals, closes the paper and counts."""
        now = self.town.clock.now()
        with transaction(self.session):
            seal(
                self.session,
                keyring=self.town.keyring,
                clock=self.town.clock,
                round_id=self.round.id,
            )
            close_paper(self.session, round_id=self.round.id, now=now)
        with transaction(self.session):
            row = count_round(
                self.session,
                district_id=self.round.district_id,
                round_id=self.round.id,
                now=now,
            )
        return row

    def of_status(self, status: str) -> list[Proposal]:
        """The proposals that came out so, by their numbers."""
        found = self.proposals
        return [found[number] for number in sorted(found) if found[number].status == status]


def meeting(**over: Any) -> Meeting:
    """A meeting that could decide."""
    return Meeting(
        **{
            "number": "4",
            "notice_on": date(2026, 5, 2),
            "held_on": date(2026, 5, 14),
            "place": "Мәдениет үйі",
            "eligible": 10,
            "present": 5,
            "names": NAMES,
            "chair": "Ахметов Серік",
            "secretary": "Омарова Гүлнар",
            **over,
        }
    )


def agreed(**over: Any) -> Saying:
    """The akim's full agreement."""
    return Saying(
        **{
            "body": Body.AKIM,
            "said": Said.AGREED,
            "amount": 5_000_000,
            "ends_on": date(2027, 6, 1),
            "words_kk": "Келісемін.",
            "words_ru": "Согласен.",
            "act_type": "decision",
            "act_number": "27",
            "act_date": date(2026, 5, 14),
            **over,
        }
    )


def declined(**over: Any) -> Saying:
    """The akim's "no", with its reason."""
    return agreed(
        **{
            "said": Said.DECLINED,
            "amount": None,
            "ends_on": None,
            "reason_kk": "Жер құжаты жоқ.",
            "reason_ru": "Нет документов на землю.",
            **over,
        }
    )
