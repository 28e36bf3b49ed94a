"""Two officials call a round off or put its result off, on either engine."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlmodel import Session, select

from app.core.clock import at
from app.core.database import transaction
from app.core.ids import new_id
from app.core.keys import Keyring
from app.decisions.counting import count_round
from app.decisions.models import CountOutcome
from app.ledger.models import Entry
from app.people.consent import Act as Wanted
from app.people.office_models import Consent
from app.people.roll_models import RollLock
from app.proposals.models import Status
from app.rounds.actions import announce, edit
from app.rounds.asking import agreed_by
from app.rounds.calendar import Act, why_not_now
from app.rounds.models import Round, Stage
from app.rounds.queries import calendar_of
from app.rounds.rules import HOLD_MOST, publishes_at, settings_of
from app.tick import tick
from app.voting.actions import cast
from app.voting.models import Ballot, CountedBallot
from app.voting.paper import issue, print_sheets
from app.voting.queries import my_choices
from app.voting.sealing import seal
from tests.conftest import SetClock
from tests.town import STARTS, Town
from tests.two_officials import WHY, Two, fresh, no, together

PROPOSING = at(date(2026, 2, 10))
COUNTING = at(date(2026, 4, 28), 10)
LATER = STARTS[Stage.RESULTS] + timedelta(days=3)


@pytest.fixture
def two(town: Town, keyring: Keyring, clock: SetClock) -> Two:
    return Two(town, keyring, clock)


@pytest.fixture
def of(session: Session, town: Town, clock: SetClock) -> Round:
    clock.set(PROPOSING)
    made = town.round(roll_shown_on=date(2026, 3, 10))
    session.rollback()
    return made


def prolong(session, asked: str, clock) -> None:
    """As if a request could outlive what it asks for."""
    with transaction(session):
        row = session.get_one(Consent, asked)
        row.ends_at = clock.now() + timedelta(days=1)
        session.add(row)


# calling a round off


@pytest.fixture
def off(session, two, town, keyring, clock) -> Round:
    """A round that was called off while its vote ran, with a ballot in it."""
    one = town.round(roll_shown_on=date(2026, 3, 10), rules={"projects": []}, frozen_at=PROPOSING)
    town.proposal(one)
    town.proposal(one, "Құдық", status=Status.SUBMITTED)
    with transaction(session):
        cast(
            session,
            keyring=keyring,
            clock=clock,
            district_id="d-surat",
            round_id=one.id,
            person_id=town.ids["aigerim"],
            choices=[1],
            idem="a" * 32,
        )
        since = clock.now() - timedelta(days=1)
        lock = RollLock(
            district_id="d-surat", round_id=one.id, since=since, until=STARTS[Stage.COUNTING]
        )
        session.add(lock)
    asked = two.ask(session, one, name="erlan")
    two.agree(session, asked, "bekzat")
    return fresh(session, one)


@pytest.mark.parametrize("stage", list(Stage))
def test_in_a_round_that_was_called_off_no_act_is_possible_in_any_stage(
    session, off, stage
) -> None:
    calendar = calendar_of(session, round_id=off.id)
    moment = calendar.begins(stage)
    said = {act: why_not_now(act, calendar, moment) for act in Act}
    assert {act: why.code for act, why in said.items() if why} == dict.fromkeys(
        Act, "rounds.cancelled"
    )
    assert not any(calendar.allows(act, moment) for act in Act)
    assert calendar.stage(moment) is None


def test_no_room_forgets_it(session, town, keyring, clock, off) -> None:
    here = {"district_id": "d-surat", "round_id": off.id}
    paper = {"session": session, "clock": clock, **here}
    person = {"person_id": town.ids["bolat"]}
    acts: list[Callable[[], object]] = [
        lambda: cast(
            session,
            keyring=keyring,
            clock=clock,
            **here,
            **person,
            choices=[1],
            idem="b" * 32,
        ),
        lambda: print_sheets(**paper, count=20, large=False, office="clerk", by_name="Дана"),
        lambda: issue(**paper, keyring=keyring, **person),
        lambda: seal(session, keyring=keyring, clock=clock, round_id=off.id),
        lambda: count_round(session, **here, now=STARTS[Stage.RESULTS]),
        lambda: edit(
            session,
            **here,
            settings=settings_of(off),
            starts=STARTS,
            by_name="Дана",
            now=clock.now(),
            agreed=True,
        ),
    ]
    for act in acts:
        with no("rounds.cancelled"), transaction(session):
            act()


def test_the_clock_passes_over_it_and_its_ballots_are_never_opened(
    session, town, keyring, clock, off, engine
) -> None:
    person = town.ids["aigerim"]
    session.rollback()
    for moment in (STARTS[Stage.COUNTING], STARTS[Stage.RESULTS], STARTS[Stage.WORKS]):
        clock.set(moment)
        tick(engine, keyring, clock)
    one = fresh(session, off)
    assert (one.sealed_at, one.counted_at) == (None, None)
    assert session.exec(select(CountedBallot)).all() == []
    assert session.exec(select(CountOutcome)).all() == []
    # A negative test needs something that could leak: the ballot is there, and shut.
    (ballot,) = session.exec(select(Ballot).where(Ballot.round_id == off.id)).all()
    assert ballot.envelope
    assert my_choices(session, keyring=keyring, of=one, person_id=person) is None


def test_it_is_public_when_by_whom_and_why_and_the_list_opens_again(session, off) -> None:
    found = agreed_by(session, one=off, act=Wanted.CANCEL_ROUND)
    assert found is not None
    assert (found.first_name, found.second_name) == ("Ерлан Тасқынов", "Бекзат Ахметов")
    entry = session.exec(select(Entry).where(Entry.kind == "rounds.cancelled")).one()
    assert entry.facts == {"stage": "voting", **WHY}
    assert session.exec(select(RollLock)).one().until == off.cancelled_at


def test_another_round_can_be_announced_beside_it(session, keyring, clock, off) -> None:
    clock.set(at(date(2026, 5, 1)))
    with transaction(session):
        starts = {s: m + timedelta(days=120) for s, m in STARTS.items()}
        again = announce(
            session,
            keyring=keyring,
            district_id="d-surat",
            key="2026-2",
            budget_year=2027,
            envelope=12_000_000,
            starts=starts,
            by_name="Дана",
            now=clock.now(),
        )
    assert again.cancelled_at is None


def test_what_was_voted_to_the_end_cannot_be_called_off(session, two, clock, of) -> None:
    clock.set(STARTS[Stage.COUNTING] - timedelta(seconds=1))
    asked = two.ask(session, of)
    clock.set(STARTS[Stage.COUNTING])
    with no("people.consent_ended"):  # a request ends with what it asks for
        two.agree(session, asked, "nurlan")
    prolong(session, asked, clock)
    with no("rounds.cancel_late"):
        two.agree(session, asked, "nurlan")
    with no("rounds.cancel_late"):
        two.ask(session, of)
    assert fresh(session, of).cancelled_at is None


def test_a_vote_and_the_calling_off_at_once_leave_no_vote_acknowledged_after_it(
    session, two, town, keyring, clock, engine
) -> None:
    one = town.round(rules={"projects": []}, frozen_at=PROPOSING)
    town.proposal(one)
    asked = two.ask(session, one)
    session.rollback()

    def vote(own: Session) -> None:
        with transaction(own):
            cast(
                own,
                keyring=keyring,
                clock=clock,
                district_id="d-surat",
                round_id=one.id,
                person_id=town.ids["aigerim"],
                choices=[1],
                idem="c" * 32,
            )

    said = together(engine, vote, lambda own: two.agree(own, asked, "nurlan"))
    cast_in = len(session.exec(select(Ballot).where(Ballot.round_id == one.id)).all())
    assert said == (["done", "done"] if cast_in else ["done", "rounds.cancelled"])


# putting a result off


def test_a_result_that_was_put_off_publishes_itself_at_the_end_of_the_hold(
    session, two, town, keyring, clock, engine
) -> None:
    one = town.round()
    town.proposal(one, status=Status.ADMITTED)
    session.rollback()
    clock.set(COUNTING)
    tick(engine, keyring, clock)
    assert fresh(session, one).sealed_at == COUNTING
    session.rollback()
    asked = two.hold(session, one, LATER)
    two.agree(session, asked, "bekzat")
    session.rollback()
    for moment in (STARTS[Stage.RESULTS], LATER - timedelta(seconds=1)):
        clock.set(moment)
        tick(engine, keyring, clock)
        assert fresh(session, one).counted_at is None
        with no("decisions.held"), transaction(session):
            count_round(session, district_id="d-surat", round_id=one.id, now=moment)
    session.rollback()
    clock.set(LATER)
    tick(engine, keyring, clock)  # and nobody did anything
    made = fresh(session, one)
    assert (made.counted_at, made.held_until) == (LATER, LATER)
    entry = session.exec(select(Entry).where(Entry.kind == "rounds.held")).one()
    assert (entry.office, entry.facts["why_kk"]) == ("clerk", WHY["why_kk"])


def test_without_a_hold_nobody_is_needed(session, town, keyring, clock, engine) -> None:
    one = town.round()
    session.rollback()
    clock.set(STARTS[Stage.RESULTS])
    tick(engine, keyring, clock)
    assert fresh(session, one).counted_at == STARTS[Stage.RESULTS]


@pytest.mark.parametrize(
    ("now", "until", "code"),
    [
        (STARTS[Stage.COUNTING] - timedelta(seconds=1), LATER, "rounds.not_yet"),
        (STARTS[Stage.RESULTS], LATER, "rounds.closed"),
        (COUNTING, STARTS[Stage.RESULTS], "rounds.hold_until"),
        (COUNTING, STARTS[Stage.RESULTS] + HOLD_MOST + timedelta(minutes=1), "rounds.hold_until"),
    ],
)
def test_a_hold_is_asked_for_between_the_close_and_the_result_and_not_for_long(
    session, two, clock, of, now, until, code
) -> None:
    clock.set(now)
    with no(code):
        two.hold(session, of, until)


def test_a_hold_never_reaches_into_the_assembly(session, two, town, clock) -> None:
    soon = {**STARTS, Stage.ASSEMBLY: STARTS[Stage.RESULTS] + timedelta(days=4)}
    one = town.round(starts=soon)
    clock.set(COUNTING)
    with no("rounds.hold_until"):
        two.hold(session, one, soon[Stage.ASSEMBLY] + timedelta(minutes=1))
    two.hold(session, one, soon[Stage.ASSEMBLY])


def test_an_agreement_that_comes_after_the_result_holds_nothing(session, two, clock, of) -> None:
    clock.set(COUNTING)
    asked = two.hold(session, of, LATER)
    clock.set(STARTS[Stage.RESULTS])
    with no("people.consent_ended"):
        two.agree(session, asked, "nurlan")
    prolong(session, asked, clock)
    with no("rounds.closed"):
        two.agree(session, asked, "nurlan")
    assert fresh(session, of).held_until is None


def test_a_result_is_put_off_once_even_by_two_requests_at_once(
    session, two, town, clock, of, engine
) -> None:
    clock.set(COUNTING)
    first = two.hold(session, of, LATER)
    with no("people.consent_waits"):
        two.hold(session, of, LATER, "erlan")
    with transaction(session):  # as if two desks had asked at the same moment
        row = session.get_one(Consent, first)
        twin = Consent(**{**row.model_dump(), "id": new_id(), "first_id": town.ids["erlan"]})
        session.add(twin)
    session.rollback()
    said = together(
        engine,
        lambda own: two.agree(own, first, "nurlan"),
        lambda own: two.agree(own, twin.id, "bekzat"),
    )
    assert said == ["done", "rounds.held_once"]
    one = fresh(session, of)
    assert publishes_at(one, calendar_of(session, round_id=of.id)) == LATER
    with no("rounds.held_once"):
        two.hold(session, of, LATER + timedelta(days=1))


def test_holding_and_counting_at_once_do_one_of_the_two(
    session, two, town, keyring, clock, engine
) -> None:
    one = town.round()
    session.rollback()
    clock.set(COUNTING)
    tick(engine, keyring, clock)
    asked = two.hold(session, one, LATER)
    session.rollback()
    due = SetClock(STARTS[Stage.RESULTS])
    # The one who agrees reads the clock a moment before the result's.
    said = together(
        engine,
        lambda own: two.agree(own, asked, "nurlan"),
        lambda own: tick(engine, keyring, due),
    )
    made = fresh(session, one)
    assert (made.held_until is None) != (made.counted_at is None), said


def test_two_desks_asking_at_once_ask_once(session, two, of, engine) -> None:
    session.rollback()
    said = together(
        engine,
        *(
            lambda own, name=name: two.ask(own, of, name=name)
            for name in ("dana", "nurlan", "erlan")
        ),
    )
    assert said == ["done", "people.consent_waits", "people.consent_waits"]
