"""Paper: sheets, rights on paper, two readings and a third, and the balance of it all."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from app.core.database import transaction
from app.core.refusal import Refusal
from app.ledger.models import Entry
from app.rounds.models import Stage
from app.voting import numbers, paper, queries, readings, sealing
from app.voting.actions import cast
from app.voting.models import Channel, PaperBallot, PaperEntry, Turnout
from tests.conftest import SetClock
from tests.town import STARTS, Town


class Desk:
    """Surat's office and its paper."""

    def __init__(self, town: Town, clock: SetClock) -> None:
        self.town = town
        self.clock = clock
        self.round = town.round(threshold=0)
        for number in range(8):
            town.proposal(self.round, f"Жоба {number + 1}")
        self.there = {"district_id": self.round.district_id, "round_id": self.round.id}
        self.sheets: list[str] = []

    def print(self, count: int = 10, *, large: bool = False) -> list[str]:
        with transaction(self.town.session) as session:
            made = paper.print_sheets(
                session,
                clock=self.clock,
                **self.there,
                count=count,
                large=large,
                office="clerk",
                by_name="Дана Омарова",
            )
        self.sheets += made
        return made

    def issue(self, name: str) -> None:
        with transaction(self.town.session) as session:
            paper.issue(
                session,
                keyring=self.town.keyring,
                clock=self.clock,
                **self.there,
                person_id=self.town.ids.get(name, name),
            )

    def take_back(self, name: str, number: str) -> None:
        with transaction(self.town.session) as session:
            paper.take_back(
                session,
                keyring=self.town.keyring,
                clock=self.clock,
                **self.there,
                person_id=self.town.ids.get(name, name),
                number=number,
            )

    def enter(self, by: str, number: str, *choices: int, spoiled: bool = False) -> readings.Reading:
        with transaction(self.town.session) as session:
            return readings.enter(
                session,
                clock=self.clock,
                **self.there,
                number=number,
                choices=choices,
                spoiled=spoiled,
                official_id=self.town.ids[by],
            )

    def settle(
        self, by: str, number: str, *choices: int, spoiled: bool = False
    ) -> readings.Reading:
        with transaction(self.town.session) as session:
            return readings.settle(
                session,
                clock=self.clock,
                **self.there,
                number=number,
                choices=choices,
                spoiled=spoiled,
                official_id=self.town.ids[by],
                office="akim",
                by_name="Ерлан Тасқынов",
            )

    def vote(self, name: str, *choices: int) -> None:
        with transaction(self.town.session) as session:
            cast(
                session,
                keyring=self.town.keyring,
                clock=self.clock,
                **self.there,
                person_id=self.town.ids[name],
                choices=choices,
                idem=f"{name} {choices}",
            )

    def seal(self) -> sealing.Sealed:
        with transaction(self.town.session) as session:
            return sealing.seal(
                session, keyring=self.town.keyring, clock=self.clock, round_id=self.round.id
            )

    def close(self) -> Turnout:
        with transaction(self.town.session) as session:
            return sealing.close_paper(session, round_id=self.round.id, now=self.clock.now())

    @property
    def balance(self) -> readings.Balance:
        return readings.balance(self.town.session, of=self.round)

    @property
    def counted(self) -> list[tuple[int, ...]]:
        found = queries.counted(self.town.session, round_id=self.round.id)
        return sorted(choices for choices, times in found for _ in range(times))


@pytest.fixture
def desk(town: Town, clock: SetClock) -> Desk:
    return Desk(town, clock)


def refused(action: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as why:
        action()
    return why.value.code


@given(st.integers(0, 10**8 - 1).map("{:08d}".format))
def test_every_slip_in_a_number_is_caught(digits: str) -> None:
    number = digits + numbers.check_digit(digits)
    assert numbers.read_number(numbers.written(number)) == number
    slips = {
        number[:at] + other + number[at + 1 :]
        for at in range(9)
        for other in "0123456789"
        if other != number[at]
    }
    slips |= {
        number[:at] + b + a + number[at + 2 :]
        for at, (a, b) in enumerate(pairwise(number))
        if a != b
    }
    for slip in slips:
        with pytest.raises(Refusal):
            numbers.read_number(slip)


@pytest.mark.parametrize("typed", ["", "12345678", "1234567890", "12345678x", "١٢٣٤٥٦٧٨٩", "²" * 9])
def test_what_is_no_number_is_refused(typed: str) -> None:
    assert refused(lambda: numbers.read_number(typed)) == "voting.number_slip"


def test_sheets_have_numbers_of_their_own_and_the_record_counts_them(desk: Desk) -> None:
    made = desk.print(20) + desk.print(10, large=True)
    assert len(set(made)) == 30
    assert all(numbers.read_number(one) == one for one in made)
    assert (desk.balance.printed, desk.balance.large) == (30, 10)
    entries = desk.town.session.exec(
        select(Entry).where(Entry.kind == "voting.ballots_printed")
    ).all()
    assert [one.facts for one in entries] == [
        {"count": 20, "large": False},
        {"count": 10, "large": True},
    ]
    assert not any(number in str(one.facts) for one in entries for number in made)


@pytest.mark.parametrize("count", [0, 1, 9, 201])
def test_too_few_or_too_many_sheets_are_not_printed(desk: Desk, count: int) -> None:
    assert refused(lambda: desk.print(count)) == "voting.sheets"


def test_printing_and_handing_out_belong_to_the_vote(desk: Desk, clock: SetClock) -> None:
    clock.set(STARTS[Stage.REVIEW])
    assert refused(desk.print) == "rounds.not_yet"
    assert refused(lambda: desk.issue("aigerim")) == "rounds.not_yet"
    clock.set(STARTS[Stage.COUNTING])
    assert refused(desk.print) == "rounds.closed"
    assert refused(lambda: desk.issue("aigerim")) == "rounds.closed"


def test_a_sheet_takes_the_right_whatever_was_voted_online(desk: Desk) -> None:
    desk.vote("aigerim", 1)
    desk.issue("aigerim")
    assert refused(lambda: desk.issue("aigerim")) == "voting.already_issued"
    assert refused(lambda: desk.vote("aigerim", 2)) == "voting.paper_issued"
    assert desk.balance.issued == 1
    assert queries.rights_used(desk.town.session, of=desk.round, channel=Channel.ONLINE) == 0


def test_only_who_may_vote_gets_a_sheet(desk: Desk) -> None:
    assert refused(lambda: desk.issue("gulnar")) == "voting.not_on_roll"
    assert refused(lambda: desk.issue("nobody")) == "voting.not_on_roll"
    assert refused(lambda: desk.issue("")) == "voting.not_on_roll"
    assert desk.balance.issued == 0


def test_an_unused_sheet_frees_the_right_and_is_never_counted(desk: Desk) -> None:
    first, second, *_ = desk.print()
    desk.issue("aigerim")
    assert refused(lambda: desk.take_back("bolat", first)) == "voting.not_issued"
    desk.vote("bolat", 8)
    assert refused(lambda: desk.take_back("bolat", first)) == "voting.not_issued"
    assert queries.rights_used(desk.town.session, of=desk.round, channel=Channel.ONLINE) == 1
    assert refused(lambda: desk.take_back("aigerim", "000000000")) == "voting.unknown_sheet"
    desk.take_back("aigerim", first)
    assert (desk.balance.issued, desk.balance.returned) == (0, 1)
    desk.vote("aigerim", 3)
    desk.issue("bolat")
    assert refused(lambda: desk.enter("dana", first, 1)) == "voting.sheet_returned"
    assert refused(lambda: desk.take_back("bolat", first)) == "voting.sheet_returned"
    desk.enter("dana", second, 1)
    assert refused(lambda: desk.take_back("bolat", second)) == "voting.sheet_entered"
    # His sheet was used: no other sheet frees his right.
    assert refused(lambda: desk.take_back("bolat", desk.sheets[2])) == "voting.none_out"


def test_more_sheets_than_were_handed_out_are_not_entered(desk: Desk) -> None:
    first, second, *_ = desk.print()
    assert refused(lambda: desk.enter("dana", first, 1)) == "voting.more_than_issued"
    desk.issue("aigerim")
    desk.enter("dana", first, 1)
    assert refused(lambda: desk.enter("dana", second, 1)) == "voting.more_than_issued"
    # The second reading of the first is none more.
    assert desk.enter("nurlan", first, 1).settled


def test_the_same_person_can_never_be_both_readers_of_a_sheet(desk: Desk) -> None:
    sheet = desk.print()[0]
    desk.issue("aigerim")
    assert desk.enter("dana", sheet, 5, 1) == readings.Reading(1, settled=False)
    # The same press again changes nothing; another content by the same person is refused.
    assert desk.enter("dana", sheet, 1, 5) == readings.Reading(1, settled=False)
    assert refused(lambda: desk.enter("dana", sheet, 2)) == "voting.entered_by_you"
    assert desk.balance.once == 1
    assert desk.enter("nurlan", sheet, 1, 5) == readings.Reading(2, settled=True)
    assert refused(lambda: desk.enter("erlan", sheet, 1, 5)) == "voting.entered_twice"
    assert (desk.balance.agreed, desk.balance.once, desk.balance.waiting) == (1, 0, 0)
    # What two people agree on, no third one changes.
    assert refused(lambda: desk.settle("erlan", sheet, 2)) == "voting.nothing_to_settle"


def test_the_database_holds_the_two_people_rule_too(desk: Desk) -> None:
    sheet = desk.print()[0]
    desk.issue("aigerim")
    desk.enter("dana", sheet, 1)
    with pytest.raises(Exception, match=r"(?i)unique"), transaction(desk.town.session) as session:
        session.add(
            PaperEntry(
                **desk.there,
                number=sheet,
                reading=2,
                choices=[1],
                entered_by=desk.town.ids["dana"],
            )
        )


def test_a_difference_is_settled_by_a_third_person(desk: Desk) -> None:
    sheet = desk.print()[0]
    desk.issue("aigerim")
    desk.enter("dana", sheet, 1, 2)
    assert refused(lambda: desk.settle("erlan", sheet, 1)) == "voting.nothing_to_settle"
    assert desk.enter("nurlan", sheet, 1, 3) == readings.Reading(2, settled=False)
    assert readings.differing(desk.town.session, of=desk.round) == [sheet]
    for one in ("dana", "nurlan"):
        assert refused(lambda one=one: desk.settle(one, sheet, 1, 2)) == "voting.third_person"
    assert desk.settle("erlan", sheet, 1, 2).settled
    assert desk.settle("erlan", sheet, 1, 2).settled
    assert refused(lambda: desk.settle("erlan", sheet, 1, 3)) == "voting.nothing_to_settle"
    assert readings.differing(desk.town.session, of=desk.round) == []
    assert desk.balance.settled_by_third == 1
    entries = desk.town.session.exec(
        select(Entry).where(Entry.kind == "voting.paper_settled")
    ).all()
    assert [one.facts for one in entries] == [{"left": 0}]


def test_spoiled_ballots_are_said_to_be_spoiled_and_count_for_nothing(desk: Desk) -> None:
    first, second, *_ = desk.print()
    for name in ("aigerim", "bolat"):
        desk.issue(name)
    assert refused(lambda: desk.enter("dana", first)) == "voting.mark_spoiled"
    assert refused(lambda: desk.enter("dana", first, 1, 2, 3, 4, 5, 6)) == "voting.mark_spoiled"
    assert refused(lambda: desk.enter("dana", first, 9)) == "voting.not_on_ballot"
    desk.enter("dana", first, 1, 2, 3, 4, 5, 6, spoiled=True)
    # What was marked on a spoiled sheet does not matter.
    assert desk.enter("nurlan", first, spoiled=True).settled
    desk.enter("dana", second, spoiled=True)
    assert not desk.enter("nurlan", second, 4).settled
    desk.settle("erlan", second, 4)
    balance = desk.balance
    assert (balance.spoiled, balance.agreed, balance.waiting) == (1, 1, 0)


def test_an_unknown_sheet_or_another_districts_is_refused(desk: Desk) -> None:
    desk.print()
    desk.issue("aigerim")
    assert refused(lambda: desk.enter("dana", "000000000", 1)) == "voting.unknown_sheet"
    oytal = desk.town.round("oytal")
    with transaction(desk.town.session) as session:
        session.add(PaperBallot(district_id="d-oytal", round_id=oytal.id, number="123456782"))
    assert refused(lambda: desk.enter("dana", "123456782", 1)) == "voting.unknown_sheet"
    with pytest.raises(Refusal), transaction(desk.town.session) as session:
        readings.enter(
            session,
            clock=desk.clock,
            district_id="d-oytal",
            round_id=desk.round.id,
            number=desk.sheets[0],
            choices=[1],
            spoiled=False,
            official_id=desk.town.ids["marat"],
        )


def test_the_close_accounts_for_every_sheet(desk: Desk, clock: SetClock) -> None:
    with transaction(desk.town.session):
        people = [desk.town.resident(f"Тұрғын {number}") for number in range(6)]
    sheets = desk.print(12)
    desk.vote("aigerim", 7)
    for person in people:
        desk.issue(person)
    for by in ("dana", "nurlan"):
        desk.enter(by, sheets[0], 1, 2)
        desk.enter(by, sheets[1], spoiled=True)
    desk.enter("dana", sheets[2], 3)
    desk.enter("nurlan", sheets[2], 4)
    desk.settle("erlan", sheets[2], 4)
    desk.enter("dana", sheets[3], 5)  # once only
    desk.enter("dana", sheets[4], 6)
    desk.enter("nurlan", sheets[4], 7)  # never settled
    assert refused(desk.close) == "voting.not_sealed"
    clock.set(STARTS[Stage.COUNTING])
    assert desk.seal().online == 1
    assert refused(desk.close) == "voting.paper_open"
    clock.set(STARTS[Stage.RESULTS])
    made = desk.close()
    assert desk.close() == made
    assert desk.counted == [(1, 2), (4,), (7,)]
    assert (made.online, made.printed, made.paper_issued) == (1, 12, 6)
    assert (made.paper_counted, made.paper_spoiled) == (2, 1)
    assert (made.paper_unsettled, made.paper_missing) == (2, 1)
    assert made.paper_issued == (
        made.paper_counted + made.paper_spoiled + made.paper_unsettled + made.paper_missing
    )
    assert made.eligible == 8
    clock.set(STARTS[Stage.COUNTING])
    assert refused(lambda: desk.enter("nurlan", sheets[3], 5)) == "voting.paper_closed"
    kinds = [
        one.kind
        for one in desk.town.session.exec(
            select(Entry).where(Entry.subject == desk.round.id).order_by(Entry.number)
        )
    ]
    assert kinds == [
        "voting.ballots_printed",
        "voting.paper_settled",
        "voting.sealed",
        "voting.paper_closed",
    ]


def test_paper_closes_at_once_when_every_sheet_is_settled(desk: Desk, clock: SetClock) -> None:
    sheet = desk.print()[0]
    desk.issue("bolat")
    clock.set(STARTS[Stage.COUNTING])
    desk.seal()
    assert refused(desk.close) == "voting.paper_open"
    desk.enter("dana", sheet, 2)
    assert refused(desk.close) == "voting.paper_open"
    desk.enter("nurlan", sheet, 2)
    assert desk.close().paper_counted == 1
    assert desk.counted == [(2,)]


def test_a_counted_ballot_that_vanished_stops_the_close(desk: Desk, clock: SetClock) -> None:
    desk.vote("aigerim", 1)
    clock.set(STARTS[Stage.COUNTING])
    desk.seal()
    with transaction(desk.town.session) as session:
        session.connection().exec_driver_sql("DELETE FROM counted_ballot")
    with pytest.raises(sealing.SealBroken):
        desk.close()


def test_namesakes_are_told_apart_and_folded_names_are_found(desk: Desk) -> None:
    found = queries.neighbours(desk.town.session, of=desk.round, named="айгерим сейит")
    assert [(one.full_name, one.born) for one in found] == [("Сейітова Айгерім Бақытқызы", 1982)]
    assert queries.neighbours(desk.town.session, of=desk.round, named="Гүлнар") == []
    assert queries.neighbours(desk.town.session, of=desk.round, named="  ") == []


def test_no_row_of_paper_names_a_person(desk: Desk, town: Town) -> None:
    desk.print()
    desk.issue("aigerim")
    desk.enter("dana", desk.sheets[0], 1)
    person = town.ids["aigerim"]
    for table in ("ballot", "paper_ballot", "paper_entry", "cast_key", "entry"):
        rows = town.session.connection().exec_driver_sql(f"SELECT * FROM {table}").all()
        assert person not in str(rows), table
