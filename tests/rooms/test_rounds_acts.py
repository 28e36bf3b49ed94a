"""Announcing, editing, freezing, the draw's value: what is kept, refused and recorded."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlmodel import Session, select

from app.core.clock import at
from app.core.database import open_session, transaction
from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.ledger.models import Entry
from app.ledger.queries import entries_of_round
from app.rounds.actions import announce, edit, freeze, set_draw_value
from app.rounds.confirming import confirm_envelope
from app.rounds.models import EnvelopeKind, Round, Stage
from app.rounds.queries import calendar_of
from app.rounds.rules import ProjectLine, rules_sha256, settings_of
from tests.budget_lines import approve
from tests.town import STARTS, Town

ANNOUNCED = at(date(2026, 1, 20), 10)
STARTING = {**STARTS, Stage.ANNOUNCED: ANNOUNCED}
PROJECTS = [ProjectLine(1, "Шамдар", "Лампы", 5_200_000)]


def no(code: str):
    """The refusal with this very code."""
    return pytest.raises(Refusal, match=f"^{re.escape(code)}$")


@pytest.fixture
def announced(session: Session, town: Town, keyring: Keyring) -> Round:
    with transaction(session):
        return announce(
            session,
            keyring=keyring,
            district_id="d-surat",
            key="2026",
            budget_year=2027,
            envelope=12_000_000,
            starts=STARTING,
            by_name="Дана Омарова",
            now=ANNOUNCED,
        )


def kinds(session: Session) -> list[str]:
    return [entry.kind for entry in session.exec(select(Entry).order_by(Entry.number))]  # type: ignore[arg-type]


def edit_it(
    session: Session, one: Round, now, *, starts=None, district="d-surat", agreed=True, **over
):
    with transaction(session):
        return edit(
            session,
            district_id=district,
            round_id=one.id,
            settings=replace(settings_of(one), **over),
            starts=starts or STARTING,
            by_name="Дана Омарова",
            now=now,
            agreed=agreed,
        )


def test_announcing_makes_the_round_its_calendar_its_key_and_an_entry(session, announced, keyring):
    assert announced.key_fingerprint == keyring.round_fingerprint(announced.id)
    assert {s: calendar_of(session, round_id=announced.id).begins(s) for s in Stage} == STARTING
    assert (announced.of_age_on, announced.draw_day) == (date(2026, 4, 27), date(2026, 4, 27))
    assert kinds(session) == ["rounds.announced"]


def test_a_second_round_needs_another_name(session, announced, keyring):
    with no("rounds.key_taken"), transaction(session):
        announce(
            session,
            keyring=keyring,
            district_id="d-surat",
            key="2026",
            budget_year=2027,
            envelope=1,
            starts=STARTING,
            by_name="",
            now=ANNOUNCED,
        )
    with transaction(session):  # the other district may use it
        other = announce(
            session,
            keyring=keyring,
            district_id="d-oytal",
            key="2026",
            budget_year=2027,
            envelope=1,
            starts=STARTING,
            by_name="",
            now=ANNOUNCED,
        )
    assert other.key_fingerprint != announced.key_fingerprint


def test_ideas_cannot_have_begun_before_the_announcement(session, town, keyring):
    with no("rounds.too_soon"), transaction(session):
        announce(
            session,
            keyring=keyring,
            district_id="d-surat",
            key="2026",
            budget_year=2027,
            envelope=1,
            starts=STARTING,
            by_name="",
            now=at(date(2026, 2, 2)),
        )
    assert session.exec(select(Round)).all() == []


def test_an_edit_keeps_old_and_new_in_the_record(session, announced):
    later = {**STARTING, Stage.EVALUATED: at(date(2027, 12, 20))}
    edit_it(session, announced, at(date(2026, 2, 10)), starts=later, envelope=13_000_000)
    entry = session.exec(select(Entry).where(Entry.kind == "rounds.edited")).one()
    changed = {one["name"]: (one["old"], one["new"]) for one in entry.facts["changed"]}
    assert changed["envelope"] == (12_000_000, 13_000_000)
    assert changed["starts.evaluated"][1] == at(date(2027, 12, 20)).isoformat()
    assert len(changed) == 2


def test_from_the_first_proposal_on_an_edit_wants_a_second_official(session, announced):
    opens = STARTS[Stage.PROPOSALS]
    edit_it(session, announced, opens - timedelta(seconds=1), agreed=False, envelope=13_000_000)
    with no("rounds.needs_second"):
        edit_it(session, announced, opens, agreed=False, envelope=14_000_000)
    session.refresh(announced)
    assert announced.envelope == 13_000_000


def test_an_edit_that_changes_nothing_is_no_act(session, announced):
    edit_it(session, announced, at(date(2026, 2, 10)))
    assert kinds(session) == ["rounds.announced"]


@pytest.mark.parametrize("when", [STARTS[Stage.VOTING], at(date(2026, 5, 1))])
def test_once_voting_opens_the_rules_stand_even_before_the_clock_froze_them(
    session, announced, when
):
    with no("rounds.frozen"):
        edit_it(session, announced, when, envelope=1_000_000)
    session.refresh(announced)
    assert announced.envelope == 12_000_000


def test_a_stage_that_began_stays_where_it_is_and_none_moves_into_the_past(session, announced):
    now = at(date(2026, 2, 10))
    for stage, day in ((Stage.PROPOSALS, date(2026, 2, 5)), (Stage.REVIEW, date(2026, 2, 9))):
        with no("rounds.stage_begun"):
            edit_it(session, announced, now, starts={**STARTING, stage: at(day)})


def test_the_other_district_cannot_reach_it(session, announced):
    with pytest.raises(LookupError):
        edit_it(session, announced, at(date(2026, 2, 1)), district="d-oytal", envelope=1)
    session.refresh(announced)
    assert announced.envelope == 12_000_000


def freeze_it(session: Session, keyring: Keyring, one: Round, now, projects=PROJECTS):
    with transaction(session):
        return freeze(
            session, keyring=keyring, round_id=one.id, projects=projects, eligible=1585, now=now
        )


def test_freezing_happens_once_and_not_before_voting(session, announced, keyring):
    opens = STARTS[Stage.VOTING]
    with no("rounds.not_yet"):
        freeze_it(session, keyring, announced, opens - timedelta(seconds=1))
    frozen = freeze_it(session, keyring, announced, opens)
    first = frozen.rules_sha256
    assert frozen.rules is not None
    assert rules_sha256(frozen.rules) == first
    assert [one["price"] for one in frozen.rules["projects"]] == [5_200_000]
    again = freeze_it(session, keyring, announced, opens + timedelta(hours=1), projects=[])
    assert (again.rules_sha256, again.eligible, again.frozen_at) == (first, 1585, opens)
    assert kinds(session).count("rounds.frozen") == 1
    stored = session.exec(select(Round).execution_options(populate_existing=True)).one()
    assert stored.rules is not None
    assert rules_sha256(stored.rules) == first  # what the database gives back hashes the same


def test_freezing_needs_the_rounds_own_key(session, announced, keyring):
    (keyring.folder / f"round-{announced.id}.key").write_text("00" * 32 + "\n")
    keyring.forget()
    with no("voting.no_key"):
        freeze_it(session, keyring, announced, STARTS[Stage.VOTING])
    (keyring.folder / f"round-{announced.id}.key").unlink()
    keyring.forget()
    with no("voting.no_key"):
        freeze_it(session, keyring, announced, STARTS[Stage.VOTING])


def draw(session: Session, one: Round, value: str, now, district="d-surat"):
    with transaction(session):
        return set_draw_value(
            session, district_id=district, round_id=one.id, value=value, by_name="Дана", now=now
        )


def test_the_draws_value_is_recorded_once_in_public(session, announced):
    now = at(date(2026, 4, 27), 21)
    with no("rounds.not_yet"):
        draw(session, announced, "523.41", at(date(2026, 3, 1)))
    with pytest.raises(LookupError):
        draw(session, announced, "523.41", now, district="d-oytal")
    assert draw(session, announced, "523,4", now).draw_value == "523.40"
    with no("rounds.draw_known"):
        draw(session, announced, "523.41", now)
    entry = session.exec(select(Entry).where(Entry.kind == "rounds.draw_set")).one()
    assert entry.facts == {"day": "2026-04-27", "value": "523.40"}
    with no("rounds.closed"):
        draw(session, announced, "523.41", at(date(2026, 5, 1)))


def test_the_envelope_is_confirmed_beside_the_sum_that_was_asked_about(session, announced, town):
    town.classification()
    approve(session, announced, at(date(2026, 12, 24)))

    def confirm(now, agreed=True):
        with transaction(session):
            return confirm_envelope(
                session,
                district_id="d-surat",
                round_id=announced.id,
                number=1,
                line=1,
                by_name="Дана",
                now=now,
                agreed=agreed,
            )

    with no("rounds.not_yet"):
        confirm(at(date(2026, 5, 1)))
    with no("rounds.needs_second"):
        confirm(at(date(2026, 12, 25)), agreed=False)
    done = confirm(at(date(2026, 12, 25)))
    assert (done.envelope, done.confirmed_envelope) == (12_000_000, 11_000_000)
    assert done.envelope_kind == EnvelopeKind.CONFIRMED
    with no("rounds.confirmed"):
        confirm(at(date(2026, 12, 26)))
    found = entries_of_round(session, district_id="d-surat", round_id=announced.id)
    assert [entry.kind for entry in found][-1] == "rounds.envelope_confirmed"


def test_two_desks_announcing_at_once_make_one_round(session, town, keyring, engine):
    session.rollback()
    together = Barrier(2)

    def announce_it(_number: int) -> str:
        with open_session(engine) as own:
            together.wait(timeout=20)
            try:
                with transaction(own):
                    announce(
                        own,
                        keyring=keyring,
                        district_id="d-surat",
                        key="2026",
                        budget_year=2027,
                        envelope=12_000_000,
                        starts=STARTING,
                        by_name="Дана",
                        now=ANNOUNCED,
                    )
            except Refusal as why:
                return why.code
            return "done"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(announce_it, range(2)))
    assert said == ["done", "rounds.key_taken"]
    assert len(session.exec(select(Round)).all()) == 1
    assert kinds(session) == ["rounds.announced"]
