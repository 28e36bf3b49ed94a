"""Two officials change a round: agreed, refused, expired, raced, on either engine."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from app import second
from app.core.clock import at
from app.core.database import transaction
from app.core.ids import new_id
from app.core.keys import Keyring
from app.ledger.models import Entry
from app.people import consent
from app.people.consent import USED_BY_THE_FIRST
from app.people.consent import Act as Wanted
from app.people.models import Office, Official, Role
from app.people.office_models import Consent, ConsentState
from app.rounds.actions import edit
from app.rounds.asking import ask_change, ask_envelope
from app.rounds.models import EnvelopeKind, Round, Stage
from app.rounds.queries import calendar_of
from app.rounds.rules import settings_of
from app.tick import tick
from app.voting.list_models import RollClosing
from tests.budget_lines import approve
from tests.conftest import SetClock
from tests.town import STARTS, Town
from tests.two_officials import Two, fresh, kinds, no, together, who

PROPOSING = at(date(2026, 2, 10))


@pytest.fixture
def two(town: Town, keyring: Keyring, clock: SetClock) -> Two:
    return Two(town, keyring, clock)


@pytest.fixture
def of(session: Session, town: Town, clock: SetClock) -> Round:
    clock.set(PROPOSING)
    made = town.round(roll_shown_on=date(2026, 3, 10))
    session.rollback()
    return made


# what is done when agreed


def test_every_act_that_wants_a_second_official_is_done_or_used_by_the_first() -> None:
    assert set(second.DONE_NOW) | USED_BY_THE_FIRST == set(Wanted)
    assert not set(second.DONE_NOW) & USED_BY_THE_FIRST


def test_what_is_only_agreed_waits_for_the_first_one(
    session, two, town, keyring, clock, of
) -> None:
    with transaction(session):
        asked = consent.ask(
            session,
            keyring=keyring,
            district_id="d-surat",
            act=Wanted.MAKE_OFFICIAL,
            subject=new_id(),
            first=two.actor("dana"),
            why="",
            now=clock.now(),
            private={"full_name": "Жаңа Маман"},
        )
    two.agree(session, asked.id, "nurlan")
    assert (asked.state, asked.second_id) == (ConsentState.AGREED, town.ids["nurlan"])
    assert consent.private_of(keyring, asked) == {"full_name": "Жаңа Маман"}


def test_a_correction_of_the_closed_list_is_made_and_what_was_personal_is_gone(
    session, two, town, keyring, clock, engine
) -> None:
    one = town.round(roll_shown_on=date(2026, 3, 10), roll_closes_on=date(2026, 3, 31))
    session.rollback()
    clock.set(at(date(2026, 4, 2)))
    tick(engine, keyring, clock)
    private = {"do": "off", "person_id": town.ids["bolat"], "why": "moved", "note": ""}
    with transaction(session):
        asked = consent.ask(
            session,
            keyring=keyring,
            district_id="d-surat",
            act=Wanted.CORRECT_ROLL,
            subject=one.id,
            first=two.actor("dana"),
            why="",
            now=clock.now(),
            private=private,
        )
    session.rollback()
    kept = session.get_one(Consent, asked.id)
    assert kept.sealed is not None
    assert town.ids["bolat"].encode() not in kept.sealed
    two.agree(session, asked.id, "erlan")
    done = session.get_one(Consent, asked.id, populate_existing=True)
    assert (done.state, done.sealed) == (ConsentState.DONE, None)
    closing = session.get_one(RollClosing, one.id, populate_existing=True)
    assert (closing.first_size, closing.size, closing.corrections) == (2, 1, 1)


# who the second can be


@pytest.mark.parametrize("name", ["nurlan", "erlan", "bekzat"])
def test_any_other_official_of_the_district_or_the_raion_can_be_the_second(
    session, two, clock, of, name
) -> None:
    asked = two.ask(session, of)
    two.agree(session, asked, name)
    assert fresh(session, of).cancelled_at == clock.now()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("dana", "people.consent_own"),
        ("marat", "people.consent_not_yours"),
        ("saule", "people.consent_not_yours"),
        ("raushan", "people.consent_not_yours"),
        ("timur", "people.consent_not_yours"),
        ("operator", "people.consent_not_yours"),
    ],
)
def test_nobody_else_can(session, two, of, name, code) -> None:
    asked = two.ask(session, of)
    with no(code):
        two.agree(session, asked, name)
    assert fresh(session, of).cancelled_at is None
    assert session.get_one(Consent, asked).state == ConsentState.WAITING


def test_the_same_human_cannot_agree_in_another_office(
    session, two, town, keyring, clock, of
) -> None:
    asked = two.ask(session, of)
    with transaction(session):
        other = Office(
            id=new_id(),
            official_id=town.ids["dana"],
            role=Role.RAION_OFFICE,
            raion_kato="315400000",
            since=date(2025, 1, 1),
        )
        session.add(other)
    as_other = replace(who(town, "dana"), office_id=other.id, role=Role.RAION_OFFICE)
    with no("people.consent_own"), transaction(session):
        second.agree(
            session,
            keyring=keyring,
            clock=clock,
            district_id="d-surat",
            consent_id=asked,
            who=as_other,
        )


@pytest.mark.parametrize("ends", ["term", "account"])
def test_whose_term_ended_by_the_agreement_is_no_second(
    session, two, town, clock, of, ends
) -> None:
    asked = two.ask(session, of)
    with transaction(session):
        if ends == "term":
            office = session.get_one(Office, town.ids["nurlan.office"])
            office.until = date(2026, 2, 9)
            session.add(office)
        else:
            official = session.get_one(Official, town.ids["nurlan"])
            official.closed_at = clock.now()
            session.add(official)
        # Of two clerks one is left: the akim could be the second only if named.
    with no("people.consent_not_yours"):
        two.agree(session, asked, "nurlan")


def test_a_request_of_the_next_district_is_not_there(
    session, two, town, keyring, clock, of
) -> None:
    asked = two.ask(session, of)
    with pytest.raises(LookupError), transaction(session):
        second.agree(
            session,
            keyring=keyring,
            clock=clock,
            district_id="d-oytal",
            consent_id=asked,
            who=who(town, "zhanar"),
        )


# races


def test_two_seconds_at_once_agree_once(session, two, of, engine) -> None:
    asked = two.ask(session, of)
    session.rollback()
    said = together(
        engine,
        *(
            lambda own, name=name: two.agree(own, asked, name)
            for name in ("nurlan", "erlan", "bekzat")
        ),
    )
    assert said == ["done", "people.consent_settled", "people.consent_settled"]
    assert kinds(session, of).count("rounds.cancelled") == 1
    assert kinds(session, of).count("people.consent_given") == 1


def test_agreeing_and_taking_back_at_once_do_one_of_the_two(
    session, two, clock, of, engine
) -> None:
    asked = two.ask(session, of)
    session.rollback()

    def back(own: Session) -> None:
        with transaction(own):
            found = consent.load(own, district_id="d-surat", consent_id=asked, lock=True)
            consent.take_back(own, asked=found, first=two.actor("dana"), now=clock.now())

    said = together(engine, back, lambda own: two.agree(own, asked, "nurlan"))
    assert said == ["done", "people.consent_settled"]
    state = session.get_one(Consent, asked, populate_existing=True).state
    off = fresh(session, of).cancelled_at is not None
    assert (state, off) in ((ConsentState.DONE, True), (ConsentState.TAKEN_BACK, False))


def test_agreeing_and_expiring_at_once_do_one_of_the_two(session, two, clock, of, engine) -> None:
    asked = two.ask(session, of)
    session.rollback()
    late = SetClock(clock.now() + consent.LASTS)

    def expire(own: Session) -> None:
        with transaction(own):
            consent.expire(own, now=late.now())

    # The one who agrees reads the clock a moment before the request ends.
    said = together(engine, expire, lambda own: two.agree(own, asked, "nurlan"))
    assert said in (["done", "done"], ["done", "people.consent_settled"])
    state = session.get_one(Consent, asked, populate_existing=True).state
    off = fresh(session, of).cancelled_at is not None
    assert (state, off) in ((ConsentState.DONE, True), (ConsentState.EXPIRED, False))


def test_a_request_ends_after_seven_days_and_the_clock_writes_it_down(
    session, two, keyring, clock, of, engine
) -> None:
    asked = two.ask(session, of)
    session.rollback()
    clock.forward(days=7)
    with no("people.consent_ended"):
        two.agree(session, asked, "nurlan")
    session.rollback()
    tick(engine, keyring, clock)
    tick(engine, keyring, clock)
    assert session.get_one(Consent, asked, populate_existing=True).state == ConsentState.EXPIRED
    session.rollback()
    with no("people.consent_settled"):
        two.agree(session, asked, "nurlan")
    assert kinds(session, of).count("people.consent_expired") == 1


# changing a round once proposals are open


def change(session, two, of, starts=STARTS, **over: Any) -> str:
    return two.ask(
        session,
        of,
        ask_change,
        settings=replace(settings_of(of), **over),
        starts=starts,
        why="Сома өзгерді",
    )


def test_a_change_waits_for_the_second_and_is_then_made_exactly_so(session, two, clock, of) -> None:
    later = {**STARTS, Stage.EVALUATED: at(date(2027, 12, 20))}
    with no("rounds.needs_second"), transaction(session):
        edit(
            session,
            district_id="d-surat",
            round_id=of.id,
            settings=replace(settings_of(of), envelope=1),
            starts=STARTS,
            by_name="Дана",
            now=clock.now(),
        )
    asked = change(session, two, of, later, envelope=13_000_000, draw_day=date(2026, 4, 27))
    assert fresh(session, of).envelope == 12_000_000
    clock.forward(days=2)
    two.agree(session, asked, "erlan")
    made = fresh(session, of)
    assert (made.envelope, made.draw_day) == (13_000_000, date(2026, 4, 27))
    assert calendar_of(session, round_id=of.id).begins(Stage.EVALUATED) == at(date(2027, 12, 20))
    assert kinds(session, of) == [
        "people.consent_asked",
        "people.consent_given",
        "rounds.edited",
    ]
    entry = session.exec(select(Entry).where(Entry.kind == "rounds.edited")).one()
    assert {one["name"] for one in entry.facts["changed"]} == {
        "envelope",
        "draw_day",
        "starts.evaluated",
    }
    assert (entry.by_name, entry.facts["why"]) == ("Дана Омарова", "Сома өзгерді")
    assert entry.before_sha256 != entry.after_sha256


def test_what_became_impossible_meanwhile_is_refused_and_changes_nothing(
    session, two, clock, of
) -> None:
    asked = change(session, two, of, envelope=13_000_000)
    clock.set(STARTS[Stage.VOTING])
    with transaction(session):  # a request of the last days
        row = session.get_one(Consent, asked)
        row.ends_at = clock.now() + timedelta(days=1)
        session.add(row)
    with no("rounds.frozen"):
        two.agree(session, asked, "erlan")
    assert fresh(session, of).envelope == 12_000_000
    assert session.get_one(Consent, asked, populate_existing=True).state == ConsentState.WAITING


def test_what_was_changed_meanwhile_has_to_be_asked_anew(session, two, clock, of) -> None:
    asked = change(session, two, of, envelope=13_000_000)
    with transaction(session):
        edit(
            session,
            district_id="d-surat",
            round_id=of.id,
            settings=replace(settings_of(of), envelope=12_500_000),
            starts=STARTS,
            by_name="Дана",
            now=clock.now(),
            agreed=True,
        )
    with no("rounds.changed_meanwhile"):
        two.agree(session, asked, "erlan")
    assert fresh(session, of).envelope == 12_500_000


def test_one_change_of_a_round_waits_at_a_time_and_nothing_is_no_change(session, two, of) -> None:
    with no("rounds.nothing_changed"):
        change(session, two, of)
    change(session, two, of, envelope=13_000_000)
    with no("people.consent_waits"):
        change(session, two, of, envelope=14_000_000)


def test_the_approved_sum_is_confirmed_by_two(session, town, two, clock, of) -> None:
    clock.set(at(date(2026, 12, 25)))
    town.classification()
    approve(session, of, clock.now())
    said = {"number": 1, "line": 1}
    asked = two.ask(session, of, ask_envelope, **said)
    assert fresh(session, of).confirmed_envelope is None
    two.agree(session, asked, "erlan")
    made = fresh(session, of)
    assert (made.envelope_kind, made.confirmed_envelope) == (EnvelopeKind.CONFIRMED, 11_000_000)
    with no("rounds.confirmed"):
        two.ask(session, of, ask_envelope, **said)
