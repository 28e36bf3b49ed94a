"""Works, payments, sightings, on either engine, with a second district that could be touched."""

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, SQLModel, select

from app.core.clock import at, day_of
from app.core.database import open_session, transaction
from app.core.refusal import Refusal
from app.followup.actions import (
    finish_step,
    open_works,
    paid_for,
    pay,
    promise_anew,
    say_seen,
)
from app.followup.models import Payment, Seen, Sighting, Works, WorkStage
from app.followup.photos import MOST_PHOTOS, add_photos
from app.followup.queries import my_sighting, payments_of, works_of, works_photos
from app.ledger.models import Entry
from app.proposals.models import Proposal
from app.proposals.photos import Picture
from app.rounds.models import Round
from tests.conftest import SetClock
from tests.town import Town
from tests.works_town import last_round, works

SURAT = "d-surat"


@pytest.fixture
def lamps(town: Town) -> Proposal:
    """Works of Surat, late since 30 March; Oytal has works too."""
    made = works(town, last_round(town))
    works(town, last_round(town, "oytal"), "Мәдениет үйінің шатыры", planned=6_800_000)
    return made


@pytest.fixture
def roof(town: Town, lamps: Proposal) -> Proposal:
    return town.session.exec(select(Proposal).where(Proposal.district_id == "d-oytal")).one()


def refused(action: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(Refusal) as why:
        action()
    return why.value.code, why.value.field


class Office:
    """Surat's office, reporting in a transaction of its own each time."""

    def __init__(self, town: Town, clock: SetClock) -> None:
        self.town, self.clock = town, clock

    def done(self, one: Proposal, stage: WorkStage, day: date, **over: object) -> None:
        with transaction(self.town.session) as session:
            finish_step(
                session,
                district_id=SURAT,
                proposal_id=one.id,
                stage=stage,
                done_on=day,
                by_name="Дана Омарова",
                now=self.clock.now(),
                **over,  # type: ignore[arg-type]
            )

    def contract(self, one: Proposal, amount: int = 3_870_000) -> None:
        self.done(one, WorkStage.PROCUREMENT, date(2026, 1, 28))
        self.done(
            *(one, WorkStage.CONTRACT, date(2026, 2, 16)),
            contractor="«Мерке Жарық» ЖШС",
            contract_number="11",
            contract=amount,
        )

    def paid(self, one: Proposal, amount: int, payment_id: str | None = None) -> Payment:
        with transaction(self.town.session) as session:
            return pay(
                session,
                district_id=SURAT,
                proposal_id=one.id,
                amount=amount,
                paid_on=date(2026, 4, 1),
                document="Төлем тапсырмасы № 4",
                by_name="Дана Омарова",
                now=self.clock.now(),
                payment_id=payment_id,
            )

    def promise(self, one: Proposal, day: date, why: str = "Бағандар кеш жеткізілді") -> None:
        with transaction(self.town.session) as session:
            promise_anew(
                session,
                district_id=SURAT,
                proposal_id=one.id,
                expected_on=day,
                why_kk=why,
                why_ru="Опоры поздно поставили",
                by_name="Дана Омарова",
                now=self.clock.now(),
            )


@pytest.fixture
def office(town: Town, clock: SetClock) -> Office:
    return Office(town, clock)


def kinds(session: Session, one: Proposal) -> list[str]:
    rows = session.exec(select(Entry).where(Entry.subject == one.id).order_by(Entry.number))  # type: ignore[arg-type]
    return [entry.kind for entry in rows]


def row(session: Session, one: Proposal):  # type: ignore[no-untyped-def]
    session.expire_all()
    (found,) = works_of(session, district_ids=[one.district_id], proposal_id=one.id)
    return found


def test_works_are_opened_once(town: Town, lamps: Proposal, clock: SetClock) -> None:
    with transaction(town.session) as session:
        again = open_works(
            session,
            district_id=SURAT,
            proposal_id=lamps.id,
            planned=1,
            promised_on=date(2027, 1, 1),
            by_name="Раушан",
            now=clock.now(),
        )
    assert (again.planned, again.promised_on) == (3_950_000, date(2026, 3, 30))
    assert kinds(town.session, lamps) == ["followup.works_opened"]
    assert [step.stage for step in row(town.session, lamps).steps] == list(WorkStage)


def test_the_stages_in_order_up_to_the_acceptance(
    town: Town, lamps: Proposal, office: Office
) -> None:
    early = lambda: office.done(lamps, WorkStage.WORKS, date(2026, 4, 1))  # noqa: E731
    assert refused(early) == ("followup.not_this_stage", "")
    office.contract(lamps)
    office.done(lamps, WorkStage.WORKS, date(2026, 4, 5))
    office.done(lamps, WorkStage.ACCEPTANCE, date(2026, 4, 10), note_kk="Қабылданды")
    found = row(town.session, lamps)
    assert found.works.ready_on == date(2026, 4, 10)
    assert (found.works.contractor, found.works.contract) == ("«Мерке Жарық» ЖШС", 3_870_000)
    assert kinds(town.session, lamps) == [
        "followup.works_opened",
        "followup.procurement_done",
        "followup.contract_done",
        "followup.works_done",
        "followup.acceptance_done",
    ]
    late = lambda: office.promise(lamps, date(2026, 6, 1))  # noqa: E731
    assert refused(late) == ("followup.ready_already", "")


def test_the_same_press_twice_is_one_stage(town: Town, lamps: Proposal, office: Office) -> None:
    office.done(lamps, WorkStage.PROCUREMENT, date(2026, 1, 28), note_kk="Өтті")
    office.done(lamps, WorkStage.PROCUREMENT, date(2026, 1, 28), note_kk="Өтті")
    assert kinds(town.session, lamps).count("followup.procurement_done") == 1
    other = lambda: office.done(lamps, WorkStage.PROCUREMENT, date(2026, 1, 29))  # noqa: E731
    assert refused(other) == ("followup.done_already", "")


def test_a_contract_above_the_plan_is_refused_whole(
    town: Town, lamps: Proposal, office: Office
) -> None:
    much = lambda: office.contract(lamps, 3_950_001)  # noqa: E731
    assert refused(much) == ("followup.above_plan", "contract")
    found = row(town.session, lamps)
    assert (found.works.contract, found.works.contractor) == (None, "")
    assert [step.done_on for step in found.steps] == [date(2026, 1, 28), None, None, None]


def test_payments_never_exceed_the_plan_and_can_be_taken_back(
    town: Town, lamps: Proposal, office: Office
) -> None:
    office.paid(lamps, 3_000_000)
    assert refused(lambda: office.paid(lamps, 950_001)) == ("followup.above_plan", "amount")
    office.paid(lamps, 950_000)
    assert refused(lambda: office.paid(lamps, 1)) == ("followup.above_plan", "amount")
    office.paid(lamps, -950_000)
    assert refused(lambda: office.paid(lamps, -3_000_001)) == ("followup.below_zero", "amount")
    assert paid_for(town.session, proposal_id=lamps.id) == 3_000_000
    sums = sorted(one.amount for one in payments_of(town.session, proposal_id=lamps.id))
    assert sums == [-950_000, 950_000, 3_000_000]


def test_a_form_pressed_twice_pays_once(
    town: Town, lamps: Proposal, roof: Proposal, office: Office
) -> None:
    first = office.paid(lamps, 500_000, "a" * 20)
    assert office.paid(lamps, 500_000, "a" * 20).id == first.id
    assert row(town.session, lamps).paid == 500_000
    assert kinds(town.session, lamps).count("followup.paid") == 1
    # An id that belongs to other works says nothing of them.
    second = works(town, last_round_of(town), "Спорт алаңының қоршауы")
    assert refused(lambda: office.paid(second, 1, "a" * 20)) == ("form.wrong", "")


def last_round_of(town: Town) -> Round:
    return town.session.exec(
        select(Round).where(Round.district_id == SURAT, Round.key == "2025")
    ).one()


def test_sixteen_payments_at_once_stay_within_the_plan(
    engine: Engine, town: Town, lamps: Proposal, clock: SetClock
) -> None:
    refusals: list[str] = []
    proposal_id = lamps.id
    town.session.rollback()  # an open reader holds up SQLite's writers

    def one() -> None:
        with open_session(engine) as session:
            try:
                with transaction(session):
                    pay(
                        session,
                        district_id=SURAT,
                        proposal_id=proposal_id,
                        amount=1_000_000,
                        paid_on=date(2026, 4, 1),
                        document="№ 4",
                        by_name="Дана",
                        now=clock.now(),
                    )
            except Refusal as why:
                refusals.append(why.code)

    at_once(16, one)
    with open_session(engine) as session:
        assert paid_for(session, proposal_id=proposal_id) == 3_000_000
    assert refusals == ["followup.above_plan"] * 13


def at_once(times: int, act: Callable[[], None]) -> None:
    """Runs an act in threads that start together; whatever one raises fails the test."""
    gate, errors = threading.Barrier(times), []

    def run() -> None:
        gate.wait()
        try:
            act()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []


def test_a_new_date_stands_beside_the_first_promise(
    town: Town, lamps: Proposal, office: Office
) -> None:
    assert refused(lambda: office.promise(lamps, date(2026, 4, 17))) == (
        "followup.not_later",
        "expected_on",
    )
    office.promise(lamps, date(2026, 5, 22))
    office.promise(lamps, date(2026, 5, 22))
    office.promise(lamps, date(2026, 6, 1))
    found = row(town.session, lamps).works
    assert (found.promised_on, found.expected_on) == (date(2026, 3, 30), date(2026, 6, 1))
    assert kinds(town.session, lamps).count("followup.promised_anew") == 2


def test_nothing_is_reported_before_the_works_begin(
    town: Town, lamps: Proposal, office: Office, clock: SetClock
) -> None:
    clock.set(at(date(2025, 12, 28)))
    begin = lambda: office.done(lamps, WorkStage.PROCUREMENT, date(2025, 12, 27))  # noqa: E731
    assert refused(begin) == ("rounds.not_yet", "")
    clock.set(at(date(2026, 12, 28)))  # evaluated, and still followed
    office.done(lamps, WorkStage.PROCUREMENT, date(2026, 12, 27))


def test_another_districts_works_are_not_there(
    town: Town, lamps: Proposal, roof: Proposal, office: Office
) -> None:
    before = row(town.session, roof)
    for act in (
        lambda: office.done(roof, WorkStage.PROCUREMENT, date(2026, 1, 28)),
        lambda: office.paid(roof, 1),
        lambda: office.promise(roof, date(2026, 6, 1)),
        lambda: show(town, roof, b"1"),
        lambda: see(town, "aigerim", roof, Seen.BUILT),
    ):
        assert refused(act) == ("followup.no_works", "")
    after = row(town.session, roof)
    assert (after.paid, after.steps, after.works.expected_on) == (0, before.steps, None)
    assert kinds(town.session, roof) == ["followup.works_opened"]
    surat = works_of(town.session, district_ids=[SURAT])
    assert [one.proposal.id for one in surat] == [lamps.id]


def show(town: Town, one: Proposal, *data: bytes) -> int:
    with transaction(town.session) as session:
        return add_photos(
            session,
            district_id=SURAT,
            proposal_id=one.id,
            pictures=[Picture("image/jpeg", each, 4, 3) for each in data],
            by_name="Дана",
            now=town.clock.now(),
        )


def test_photos_of_works_are_kept_once_and_not_without_end(town: Town, lamps: Proposal) -> None:
    assert show(town, lamps, b"1", b"2", b"2") == 2
    assert show(town, lamps, b"2") == 0
    many = [str(n).encode() for n in range(10, 10 + MOST_PHOTOS - 1)]
    assert refused(lambda: show(town, lamps, *many)) == ("photos.too_many", "photos")
    found = works_photos(town.session, district_id=SURAT, proposal_id=lamps.id)
    assert [size for *_, size in found] == [1, 1]
    assert works_photos(town.session, district_id="d-oytal", proposal_id=lamps.id) == []


def see(town: Town, name: str, one: Proposal, seen: Seen, *, district: str = SURAT) -> None:
    with transaction(town.session) as session:
        say_seen(
            session,
            keyring=town.keyring,
            district_id=district,
            proposal_id=one.id,
            person_id=town.ids[name],
            seen=seen,
            now=town.clock.now(),
        )


def test_one_word_a_person_and_it_can_be_changed(town: Town, lamps: Proposal) -> None:
    see(town, "aigerim", lamps, Seen.BUILT)
    see(town, "bolat", lamps, Seen.NOT_BUILT)
    see(town, "aigerim", lamps, Seen.PARTLY)
    assert row(town.session, lamps).seen == {Seen.PARTLY: 1, Seen.NOT_BUILT: 1}

    def mine(name: str) -> Seen | None:
        return my_sighting(
            town.session, keyring=town.keyring, proposal_id=lamps.id, person_id=town.ids[name]
        )

    assert (mine("aigerim"), mine("bolat"), mine("gulnar")) == (Seen.PARTLY, Seen.NOT_BUILT, None)


def test_a_word_names_nobody(town: Town, lamps: Proposal) -> None:
    see(town, "aigerim", lamps, Seen.BUILT)
    kept = town.session.exec(select(Sighting)).one()
    assert town.ids["aigerim"] not in kept.model_dump_json()
    assert kinds(town.session, lamps) == ["followup.works_opened"]


def test_only_the_districts_grown_residents_say_it(
    town: Town, lamps: Proposal, clock: SetClock
) -> None:
    with transaction(town.session):
        town.ids["child"] = town.resident(
            "Бала Аты", of_age_on=day_of(clock.now()) + timedelta(days=1)
        )
    for name in ("gulnar", "child"):
        say = lambda name=name: see(town, name, lamps, Seen.BUILT)  # noqa: E731
        assert refused(say) == ("followup.not_on_roll", "")
    assert row(town.session, lamps).seen == {}
    clock.forward(days=1)
    see(town, "child", lamps, Seen.BUILT)
    assert row(town.session, lamps).seen == {Seen.BUILT: 1}


def test_sixteen_presses_are_one_word(engine: Engine, town: Town, lamps: Proposal) -> None:
    proposal_id = lamps.id
    town.session.rollback()  # an open reader holds up SQLite's writers
    words = iter([Seen.BUILT, Seen.PARTLY, Seen.NOT_BUILT, Seen.BUILT] * 4)

    def one() -> None:
        seen = next(words)
        with open_session(engine) as session, transaction(session):
            say_seen(
                session,
                keyring=town.keyring,
                district_id=SURAT,
                proposal_id=proposal_id,
                person_id=town.ids["aigerim"],
                seen=seen,
                now=town.clock.now(),
            )

    at_once(16, one)
    with open_session(engine) as session:
        assert len(session.exec(select(Sighting)).all()) == 1


def keep(town: Town, one: SQLModel) -> None:
    with transaction(town.session) as session:
        session.add(one)


def test_the_database_holds_what_the_rules_promise(town: Town, lamps: Proposal) -> None:
    bad = [
        Payment(
            id="x" * 20,
            district_id="d-oytal",  # another district's payment for these works
            proposal_id=lamps.id,
            paid_on=date(2026, 4, 1),
            amount=1,
            document="№",
            by_name="Марат",
            at=town.clock.now(),
        ),
        Sighting(district_id="d-oytal", proposal_id=lamps.id, person_mac="m", seen=Seen.BUILT),
        Sighting(district_id=SURAT, proposal_id=lamps.id, person_mac="m", seen="painted"),
    ]
    for one in bad:
        with pytest.raises(DatabaseError):
            keep(town, one)
    assert town.session.get(Works, lamps.id) is not None
