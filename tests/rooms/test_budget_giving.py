"""Contributions: no sum is ever more than what it comes from, no name without consent."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, update
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlmodel import Session, select

from app.budget import kept
from app.budget.giving import Pledge, To, confirm, move, name_giver, pledge
from app.budget.giving_models import Contribution, ContributionMove, GivenAs, Move
from app.budget.giving_queries import contribution, given_by, together, towards
from app.budget.giving_rules import Sums, sums_of, why_not_move
from app.core.clock import at, day_of
from app.core.database import open_session, transaction
from app.core.ids import new_id
from app.core.refusal import Refusal
from app.ledger.models import Entry
from app.proposals.models import Status
from app.proposals.pledges import pledge_to
from tests.town import Town

NOW = at(date(2026, 4, 2), 10)
TODAY = day_of(NOW)
HOME = "d-surat"
WORDS = {"words_kk": "Құбырға", "words_ru": "На трубы"}
MONEY = Pledge(GivenAs.MONEY, 500_000)


def code(call: Any) -> str:
    with pytest.raises(Refusal) as why:
        call()
    return why.value.code


def written(session: Session, of: Pledge = MONEY, **over: Any) -> Contribution:
    with transaction(session):
        return pledge(session, **{"district_id": HOME, "pledge": of, "by_name": "Дана О.",
                                  "now": NOW, **over})  # fmt: skip


def moved(session: Session, one: Contribution, what: Move, amount: int, **over: Any) -> None:
    with transaction(session):
        move(session, **{"district_id": HOME, "number": one.number, "move": what,
                         "amount": amount, "moved_on": TODAY, "by_name": "Дана О.", "now": NOW,
                         **WORDS, **over})  # fmt: skip


def test_from_a_pledge_to_what_it_was_spent_on(session: Session, town: Town) -> None:
    person = town.ids["aigerim"]
    one = written(session, by_name="", person_id=person)
    assert code(lambda: moved(session, one, Move.RECEIVED, 1)) == "giving.not_confirmed"
    assert together(session, district_id=HOME) == {}, "what nobody confirmed counts nowhere"
    ask: dict[str, Any] = {"district_id": HOME, "number": one.number, "by_name": "Дана О."}
    with pytest.raises(Refusal, match="money_as_promised"), transaction(session):
        confirm(session, worth=600_000, now=NOW, **ask)
    with transaction(session):
        confirm(session, worth=500_000, now=NOW, **ask)
    moved(session, one, Move.RECEIVED, 300_000)
    assert code(lambda: moved(session, one, Move.RECEIVED, 200_001)) == "giving.more_than_coming"
    assert code(lambda: moved(session, one, Move.SPENT, 300_001)) == "giving.more_than_received"
    moved(session, one, Move.SPENT, 250_000)
    assert code(lambda: moved(session, one, Move.RETURNED, 50_001)) == "giving.more_than_received"
    assert code(lambda: moved(session, one, Move.RECEIVED, -50_001)) == "giving.already_used"
    moved(session, one, Move.RETURNED, 50_000)
    moved(session, one, Move.TAKEN_BACK, 200_000)
    assert code(lambda: moved(session, one, Move.TAKEN_BACK, 1)) == "giving.more_than_coming"
    # A mistake is mended by its opposite: 10 000 of the spending had not been spent.
    moved(session, one, Move.SPENT, -10_000)
    assert code(lambda: moved(session, one, Move.SPENT, -240_001)) == "giving.below_zero"
    found = together(session, district_id=HOME)[None]
    assert (found.pledged, found.received, found.spent, found.returned, found.towards) == (
        *(300_000, 300_000, 240_000, 50_000, 250_000),
    )
    tomorrow = {"moved_on": TODAY + timedelta(days=1)}
    assert code(lambda: moved(session, one, Move.SPENT, 1, **tomorrow)) == "giving.day"
    assert code(lambda: moved(session, one, Move.SPENT, 1, words_ru="")) == "giving.words"
    assert code(lambda: moved(session, one, Move.SPENT, 1, district_id="d-oytal")) == (
        "giving.no_such"
    )
    with pytest.raises(DatabaseError, match="append-only"), transaction(session):
        session.connection().execute(update(ContributionMove).values(amount=1))
    # The record tells all of it and names no giver.
    entries = session.exec(select(Entry).where(Entry.subject == one.id)).all()
    kinds = [entry.kind for entry in sorted(entries, key=lambda entry: entry.number)]
    assert kinds == [
        *("budget.pledged", "budget.pledge_confirmed", "budget.contribution_received"),
        *("budget.contribution_spent", "budget.contribution_returned"),
        *("budget.contribution_taken_back", "budget.contribution_mended"),
    ]
    assert not any("Айгерім" in f"{entry.facts}{entry.by_name}" for entry in entries)
    assert entries[0].office == "resident"


def test_a_form_pressed_twice_gives_once(session: Session, town: Town) -> None:
    first = written(session, contribution_id="0" * 20)
    assert written(session, contribution_id="0" * 20).number == first.number
    for _ in range(2):
        moved(session, first, Move.RECEIVED, 400_000, move_id="1" * 20)
    given = contribution(session, district_id=HOME, number=first.number)
    assert given is not None
    assert given.sums.received == 400_000
    other = written(session)
    assert other.number == first.number + 1
    assert code(lambda: moved(session, other, Move.RECEIVED, 1, move_id="1" * 20)) == "form.wrong"
    assert code(lambda: written(session, contribution_id="0" * 20, district_id="d-oytal")) == (
        "form.wrong"
    )


def test_no_name_without_consent(session: Session, town: Town) -> None:
    named = Pledge(GivenAs.MONEY, 1, named=True, name="«Сұрат-Астық» ЖШС")
    assert code(lambda: written(session, Pledge(GivenAs.MONEY, 1, name="Болат"))) == (
        "giving.consent"
    )
    assert code(lambda: written(session, Pledge(GivenAs.MONEY, 1, named=True))) == "giving.name"
    row = Contribution(
        id=new_id(),
        district_id=HOME,
        number=99,
        name="Болат",
        given_as="money",
        worth=1,
        at=NOW,
    )
    session.rollback()
    session.add(row)
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()
    one = written(session, named)
    with transaction(session):
        name_giver(session, district_id=HOME, number=one.number, named=False, name="", now=NOW)
    assert (one.named, one.name) == (False, "")


def test_an_account_ends_and_the_sums_stay_without_it(session: Session, town: Town) -> None:
    person = town.ids["aigerim"]
    labour = Pledge(GivenAs.LABOUR, 90_000, "Екі күн өзім істеймін", "", True, "Айгерім С.")
    waiting = written(session, labour, by_name="", person_id=person)
    known = written(session, labour, by_name="", person_id=person)
    with transaction(session):
        confirm(
            session, district_id=HOME, number=known.number, worth=80_000, by_name="Дана О.", now=NOW
        )
    taken = kept.kept_of_person(session, person_id=person)
    assert sorted((one["number"], one["worth"], one["name"]) for one in taken) == [
        (waiting.number, 90_000, "Айгерім С."),
        (known.number, 80_000, "Айгерім С."),
    ]
    with transaction(session):
        kept.erase_person(session, person_id=person)
    assert given_by(session, district_id=HOME, person_id=person) == []
    assert together(session, district_id=HOME)[None].pledged == 80_000
    rows = session.exec(select(Contribution)).all()
    assert {(one.person_id, one.named, one.name) for one in rows} == {(None, False, "")}
    assert {one.what_kk for one in rows} == {"", "Екі күн өзім істеймін"}
    left = {"district_id": HOME, "number": waiting.number, "worth": 90_000, "by_name": "Дана О."}
    with pytest.raises(Refusal, match="nothing_coming"), transaction(session):
        confirm(session, now=NOW, **left)  # nobody stands behind it any more


def test_a_pledge_goes_to_a_project_of_the_district_that_still_takes_some(
    session: Session, town: Town
) -> None:
    of, theirs = town.round(), town.round("oytal")
    open_ = town.proposal(of, status=Status.SUBMITTED, price=None)
    closed = town.proposal(of, "Қоқыс алаңы", status=Status.REFUSED, price=None)
    away = town.proposal(theirs, number="2026-9001", ballot_number=1)

    def to(number: str) -> Contribution:
        with transaction(session):
            return pledge_to(session, district_id=HOME, number=number, pledge=MONEY,
                             by_name="Дана О.", now=NOW)  # fmt: skip

    assert to(open_.number or "").proposal_id == open_.id
    assert to("").proposal_id is None
    assert code(lambda: to(closed.number or "")) == "giving.project_closed"
    assert code(lambda: to(away.number or "")) == "form.choice"
    assert towards(session, district_id=HOME, proposal_id=open_.id).towards == 500_000
    # The database holds the wall too: nothing of ours goes to a project next door.
    with pytest.raises(IntegrityError):
        written(session, to=To(away.id, "x"))


def test_two_at_once_never_spend_more_than_came(
    engine: Engine, session: Session, town: Town
) -> None:
    one = written(session)
    moved(session, one, Move.RECEIVED, 100_000)
    session.rollback()
    start = threading.Barrier(6)
    said: list[str] = []

    def spend() -> None:
        with open_session(engine) as mine:
            start.wait()
            try:
                moved(mine, one_number, Move.SPENT, 60_000)
                said.append("spent")
            except Refusal as why:
                said.append(why.code)

    one_number = Contribution(**one.model_dump())
    threads = [threading.Thread(target=spend) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(said) == ["giving.more_than_received"] * 5 + ["spent"]
    found = contribution(session, district_id=HOME, number=one.number)
    assert found is not None
    assert found.sums.spent == 60_000


def test_two_at_once_get_two_numbers(engine: Engine, session: Session, town: Town) -> None:
    session.rollback()
    start = threading.Barrier(5)

    def promise() -> None:
        with open_session(engine) as mine:
            start.wait()
            written(mine)

    threads = [threading.Thread(target=promise) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(session.exec(select(Contribution.number))) == [1, 2, 3, 4, 5]


@settings(max_examples=200, deadline=None)
@given(
    worth=st.integers(1, 1000),
    tries=st.lists(st.tuples(st.sampled_from(list(Move)), st.integers(-300, 600)), max_size=30),
)
def test_whatever_is_tried_the_sums_make_sense(worth: int, tries: list[tuple[Move, int]]) -> None:
    moves: list[tuple[str, int]] = []
    for what, amount in tries:
        sums = sums_of(worth, moves)
        why = why_not_move(what, amount=amount, moved_on=TODAY, sums=sums, confirmed=True,
                           today=TODAY, words_kk="Құбыр", words_ru="Труба")  # fmt: skip
        if why is None:
            moves.append((what, amount))
    # The truth, added up another way.
    by = {what: sum(amount for kind, amount in moves if kind == what) for what in Move}
    assert min(by.values()) >= 0
    assert by[Move.SPENT] + by[Move.RETURNED] <= by[Move.RECEIVED]
    assert by[Move.RECEIVED] + by[Move.TAKEN_BACK] <= worth
    assert sums_of(worth, moves) == Sums(worth, *(by[one] for one in Move))
