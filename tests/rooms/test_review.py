"""Preparing and issuing on both engines: what is kept, what is published, what is skipped."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session, select

from app.core.clock import at
from app.core.database import open_session, transaction
from app.core.refusal import Refusal
from app.ledger.models import Entry
from app.places.models import DayOff
from app.proposals.models import Proposal, Review, Status, Verdict
from app.proposals.queries import proposal_for
from app.proposals.review_actions import (
    Incomplete,
    Issued,
    issue,
    prepare,
    put_on_ballot,
    seal_of,
    send_back,
)
from app.proposals.review_queries import Pile, answered, next_in_queue, queue, ready_to_issue
from app.proposals.review_rules import Preparation
from app.proposals.review_terms import extend
from app.rounds.models import Round
from tests.conftest import SetClock
from tests.rooms.test_review_rules import ADMIT, NO_MONEY
from tests.town import Town

FORWARD = Preparation(
    verdict=Verdict.FORWARD,
    forward_to_kk="Аудандық жолаушылар көлігі және автомобиль жолдары бөлімі",
    forward_to_ru="Районный отдел пассажирского транспорта и автомобильных дорог",
    reason_kk="Жол аудандық маңызы бар.",
    reason_ru="Дорога районного значения.",
)
RETURN = Preparation(
    verdict=Verdict.RETURN,
    reason_kk="Орнын нақты жазыңыз.",
    reason_ru="Уточните, пожалуйста, место.",
)


class Office:
    """The office of Surat on Tuesday 10 March 2026, noon, with a round under review."""

    def __init__(self, town: Town, clock: SetClock) -> None:
        clock.set(at(date(2026, 3, 10), 12))
        self.town, self.clock, self.session = town, clock, town.session
        self.round: Round = town.round(price_cap=5_000_000)

    def submitted(self, title: str = "Көше шамдары", **over: object) -> str:
        values = {"status": Status.SUBMITTED, "price": None, "due": date(2026, 3, 20), **over}
        number = self.town.proposal(self.round, title, **values).number
        assert number is not None
        return number

    def prepare(
        self, number: str, what: Preparation = ADMIT, *, ready: bool = True, district: str = "surat"
    ) -> Review:
        with transaction(self.session):
            return prepare(
                self.session,
                district_id=f"d-{district}",
                number=number,
                preparation=what,
                ready=ready,
                by_name="Дана Омарова",
                now=self.clock.now(),
            )

    def issue(self, chosen: list[tuple[str, str]], district: str = "surat") -> Issued:
        with transaction(self.session):
            return issue(
                self.session,
                clock=self.clock,
                district_id=f"d-{district}",
                chosen=chosen,
                by_name="Ерлан Тасқынов",
                by_order="№ 12, 2026-03-01",
            )

    def sealed(self) -> list[tuple[str, str]]:
        found = ready_to_issue(self.session, district_id="d-surat", now=self.clock.now())
        return [(one.proposal.number or "", seal_of(one.review)) for one in found]

    def read(self, number: str) -> Proposal:
        self.session.rollback()
        found = proposal_for(self.session, district_id="d-surat", number=number, who=None)
        assert found is not None
        return found

    def entries(self, number: str) -> list[Entry]:
        subject = self.read(number).id
        query = select(Entry).where(Entry.subject == subject)
        return sorted(self.session.exec(query), key=lambda one: one.number)


@pytest.fixture
def office(town: Town, clock: SetClock) -> Office:
    return Office(town, clock)


def test_half_done_work_is_kept_beside_the_other_verdicts(office: Office) -> None:
    number = office.submitted()
    office.prepare(number, Preparation(verdict=Verdict.ADMIT, price=7, title_ru="Ф"), ready=False)
    office.prepare(number, Preparation(verdict=Verdict.REFUSE, needed=9), ready=False)
    review = office.session.exec(select(Review)).one()
    assert (review.verdict, review.ready, review.price, review.needed) == ("refuse", False, 7, 9)
    assert office.entries(number) == []
    assert office.sealed() == []


def test_ready_demands_everything_at_once(office: Office) -> None:
    number = office.submitted()
    with pytest.raises(Incomplete) as found:
        office.prepare(number, Preparation(verdict=Verdict.REFUSE, reason_code="no_money"))
    assert {one.field for one in found.value.missing} == {
        "needed",
        "available",
        "went_to_kk",
        "went_to_ru",
        "again_on",
    }
    assert office.session.exec(select(Review)).all() == []


def test_a_batch_is_published_with_its_facts(office: Office) -> None:
    numbers = [office.submitted(f"Жоба {n}") for n in range(4)]
    for number, what in zip(numbers, (ADMIT, NO_MONEY, FORWARD, RETURN), strict=True):
        office.prepare(number, what)
    done = office.issue(office.sealed())
    assert done == Issued(tuple(numbers), ())
    assert [office.read(number).status for number in numbers] == [
        Status.ADMITTED,
        Status.REFUSED,
        Status.FORWARDED,
        Status.RETURNED,
    ]
    admitted, refused, forwarded, returned = (office.entries(number)[-1] for number in numbers)
    assert admitted.kind == "proposals.admitted"
    assert admitted.facts["price"] == 3_000_000
    assert (admitted.office, admitted.by_name) == ("akim", "Ерлан Тасқынов")
    assert admitted.facts["by_order"] == "№ 12, 2026-03-01"
    assert refused.facts["complain_until"] == "2026-06-10"
    assert (refused.facts["needed"], refused.facts["available"]) == (20_000_000, 12_000_000)
    assert refused.facts["reason_code"] == "no_money"
    assert refused.facts["reason_kk"].startswith("Ұсынысты іске асыруға")
    assert forwarded.facts["forward_to_ru"].startswith("Районный отдел")
    assert returned.facts["reason_ru"] == RETURN.reason_ru
    first, last = office.read(numbers[0]), office.read(numbers[3])
    assert (first.price, first.title_ru) == (3_000_000, "Уличные фонари")
    assert first.answered_at == office.clock.now()
    assert (last.answered_at, last.waiting_since) == (None, date(2026, 3, 10))


def test_a_second_press_finds_nothing_to_do(office: Office) -> None:
    number = office.submitted()
    office.prepare(number)
    chosen = office.sealed()
    office.issue(chosen)
    again = office.issue(chosen)
    assert again == Issued((), ((number, Refusal("review.answered")),))
    assert len(office.entries(number)) == 1


def test_two_presses_at_once_publish_once(office: Office, engine: Engine) -> None:
    numbers = [office.submitted(f"Жоба {n}") for n in range(3)]
    for number in numbers:
        office.prepare(number)
    chosen = office.sealed()
    office.session.rollback()

    def press(_: int) -> Issued:
        with open_session(engine) as session, transaction(session):
            return issue(
                session,
                clock=office.clock,
                district_id="d-surat",
                chosen=chosen,
                by_name="Ерлан Тасқынов",
            )

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(press, range(4)))
    assert sorted(number for one in done for number in one.numbers) == numbers
    assert [len(office.entries(number)) for number in numbers] == [1, 1, 1]


def test_what_changed_meanwhile_is_skipped_and_the_rest_goes_out(office: Office) -> None:
    numbers = [office.submitted(f"Жоба {n}") for n in range(3)]
    for number in numbers:
        office.prepare(number)
    chosen = office.sealed()
    with transaction(office.session):
        row = office.read(numbers[0])
        row.status = Status.WITHDRAWN
        office.session.add(row)
    office.clock.forward(minutes=1)
    office.prepare(numbers[1], NO_MONEY)
    done = office.issue(chosen)
    assert done.numbers == (numbers[2],)
    assert dict(done.skipped) == {
        numbers[0]: Refusal("review.withdrawn"),
        numbers[1]: Refusal("review.changed"),
    }
    assert office.read(numbers[1]).status == Status.SUBMITTED


def test_a_broken_batch_writes_nothing(office: Office) -> None:
    number = office.submitted()
    office.prepare(number)
    with pytest.raises(Refusal, match="no_such_number"):
        office.issue([*office.sealed(), ("2026-9999", "x")])
    assert office.read(number).status == Status.SUBMITTED
    assert office.entries(number) == []


def test_forwarding_counts_three_working_days(office: Office) -> None:
    with transaction(office.session):
        office.session.add(DayOff(day=date(2026, 3, 9)))  # a Monday given for 8 March
    thursday = at(date(2026, 3, 5), 18)
    in_time = office.submitted("Жол", submitted_at=thursday)
    late = office.submitted("Көпір", submitted_at=thursday - timedelta(days=1))
    for number in (in_time, late):
        office.prepare(number, FORWARD)
    office.clock.set(at(date(2026, 3, 11), 9))
    office.issue(office.sealed())
    assert office.entries(in_time)[-1].facts["forward_by"] == "2026-03-11"
    assert "late_days" not in office.entries(in_time)[-1].facts
    assert office.entries(late)[-1].facts["late_days"] == 1


def test_another_districts_number_is_not_there(office: Office) -> None:
    number = office.submitted()
    with pytest.raises(Refusal, match="no_such_number"):
        office.prepare(number, district="oytal")
    office.prepare(number)
    with pytest.raises(Refusal, match="no_such_number"):
        office.issue(office.sealed(), district="oytal")
    assert ready_to_issue(office.session, district_id="d-oytal", now=office.clock.now()) == []
    assert queue(office.session, district_id="d-oytal", now=office.clock.now()) == []


def test_the_stage_decides_when_it_is_issued_not_when_it_was_prepared(office: Office) -> None:
    admit, refuse = office.submitted("Шам"), office.submitted("Көпір")
    office.prepare(admit)
    office.prepare(refuse, NO_MONEY)
    chosen = office.sealed()
    office.clock.set(at(date(2026, 4, 6)))  # voting opens at this very moment
    done = office.issue(chosen)
    assert done.numbers == (refuse,)
    assert done.skipped == ((admit, Refusal("review.too_late")),)


def test_the_akim_sends_one_back(office: Office) -> None:
    number = office.submitted()
    office.prepare(number)
    with transaction(office.session):
        send_back(
            office.session,
            district_id="d-surat",
            number=number,
            note="Бағасын тексеріңіз",
            now=office.clock.now(),
        )
    (row,) = queue(office.session, district_id="d-surat", now=office.clock.now())
    assert (row.sent_back, row.half_done, row.unprepared) == (True, True, True)
    assert office.sealed() == []
    review = office.prepare(number)
    assert (review.ready, review.note) == (True, "")


def test_an_extension_is_public_and_moves_to_a_working_day(office: Office) -> None:
    number = office.submitted()
    with transaction(office.session):
        extend(
            office.session,
            district_id="d-surat",
            number=number,
            until=date(2026, 4, 4),  # a Saturday
            why_kk="Смета күтілуде, мердігер жіберген жоқ.",
            why_ru="Ждём смету, подрядчик ещё не прислал.",
            by_name="Ерлан Тасқынов",
            now=office.clock.now(),
        )
    assert office.read(number).extended_until == date(2026, 4, 6)
    entry = office.entries(number)[-1]
    assert (entry.kind, entry.facts["until"]) == ("proposals.extended", "2026-04-06")


def test_the_list_is_drawn_once_when_voting_opens(office: Office) -> None:
    numbers = [office.submitted(f"Жоба {n}") for n in range(6)]
    for number in numbers[:5]:
        office.prepare(number)
    office.issue(office.sealed())

    def open_vote() -> list[int]:
        with transaction(office.session):
            return [
                one.number
                for one in put_on_ballot(
                    office.session, round_id=office.round.id, now=office.clock.now()
                )
            ]

    assert open_vote() == [1, 2, 3, 4, 5]
    drawn = sorted(
        numbers[:5], key=lambda n: sha256(f"{office.round.id}\n{n}".encode()).hexdigest()
    )
    assert [office.read(number).ballot_number for number in drawn] == [1, 2, 3, 4, 5]
    assert open_vote() == [1, 2, 3, 4, 5]
    assert [entry.kind for entry in office.entries(drawn[0])] == [
        "proposals.admitted",
        "proposals.on_ballot",
    ]
    assert office.read(numbers[5]).status == Status.SUBMITTED


def test_the_queue_lies_in_piles_by_its_days(office: Office) -> None:
    late = office.submitted("Кеш", due=date(2026, 3, 6))
    soon = office.submitted("Жақын", due=date(2026, 3, 12))
    later = office.submitted("Кейін", due=date(2026, 3, 25))
    ready = office.submitted("Дайын", due=date(2026, 3, 5))
    waiting = office.submitted("Түзету", status=Status.RETURNED, waiting_since=date(2026, 3, 3))
    office.prepare(ready)
    found = queue(office.session, district_id="d-surat", now=office.clock.now())
    assert [(one.number, one.pile) for one in found] == [
        (late, Pile.LATE),
        (soon, Pile.SOON),
        (later, Pile.LATER),
        (ready, Pile.READY),
        (waiting, Pile.WAITING),
    ]
    assert next_in_queue(found) == found[0]
    assert next_in_queue(found, after=late) == found[1]
    voting = queue(office.session, district_id="d-surat", now=at(date(2026, 4, 10)))
    assert waiting not in [one.number for one in voting]  # it can no longer be corrected
    assert late in [one.number for one in voting]  # and this still has no answer


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    said: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield said
    event.remove(engine, "before_cursor_execute", note)


def test_a_long_queue_asks_no_more_than_a_short_one(office: Office, engine: Engine) -> None:
    def asked(read: Callable[[Session], object]) -> int:
        office.session.rollback()
        office.session.expunge_all()
        with counted(engine) as said:
            read(office.session)
        return len(said)

    def read(session: Session) -> None:
        now = office.clock.now()
        queue(session, district_id="d-surat", now=now)
        ready_to_issue(session, district_id="d-surat", now=now)
        answered(session, district_id="d-surat")

    office.prepare(office.submitted("Жоба"))
    short = asked(read)
    for n in range(29):
        number = office.submitted(f"Жоба {n}")
        if n % 3 == 0:
            office.prepare(number)
    assert asked(read) == short
    assert len(queue(office.session, district_id="d-surat", now=office.clock.now())) == 30
