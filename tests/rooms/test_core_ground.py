"""The ground: the transaction, append-only tables, the clock, money, folding, keys."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, select

from app.core.clock import at, day_of
from app.core.database import open_session, transaction
from app.core.keys import Keyring
from app.core.models import Mark
from app.core.money import read_tenge
from app.core.refusal import Refusal
from app.core.text import clean, fold
from app.core.workdays import TermState, WorkCalendar, term_state
from app.ledger.actions import record
from tests.town import Town


def test_a_refused_transaction_leaves_nothing_behind(session: Session) -> None:
    with pytest.raises(Refusal):  # noqa: PT012
        with transaction(session):
            session.add(Mark(key="half", value="written"))
            session.flush()
            raise Refusal("form.missing")
    assert session.exec(select(Mark)).all() == []


def test_an_acknowledged_transaction_is_there_for_others(engine: Engine) -> None:
    with open_session(engine) as writer, transaction(writer):
        writer.add(Mark(key="one", value="1"))
    with open_session(engine) as reader:
        assert [mark.key for mark in reader.exec(select(Mark))] == ["one"]


def test_the_record_cannot_be_changed_or_cut(session: Session, town: Town) -> None:
    with transaction(session):
        record(
            session,
            district_id="d-surat",
            subject="x",
            kind="proposals.submitted",
            at=at(date(2026, 2, 1)),
            office="resident",
        )
    for change in ("UPDATE entry SET kind = 'y'", "DELETE FROM entry"):
        with pytest.raises(DatabaseError, match="append-only"):
            with transaction(session):
                session.connection().execute(text(change))


def test_foreign_keys_hold(session: Session, town: Town) -> None:
    with pytest.raises(DatabaseError):
        with transaction(session):
            session.connection().execute(
                text(
                    "UPDATE settlement SET district_id = 'd-nowhere' WHERE district_id = 'd-oytal'"
                )
            )


def test_almaty_is_five_hours_ahead_since_march_2024() -> None:
    assert at(date(2024, 2, 29)).astimezone(UTC) == datetime(2024, 2, 28, 18, tzinfo=UTC)
    assert at(date(2024, 3, 1), 12) == datetime(2024, 3, 1, 7, tzinfo=UTC)
    assert day_of(datetime(2026, 4, 26, 19, 0, tzinfo=UTC)) == date(2026, 4, 27)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("12 500 000", 12_500_000),
        ("12500000", 12_500_000),
        ("12 500 000 ₸", 12_500_000),
        ("12.500.000", 12_500_000),
        ("0", 0),
    ],
)
def test_money_as_people_type_it(typed: str, amount: int) -> None:
    assert read_tenge(typed) == amount


@pytest.mark.parametrize("typed", ["", "-5", "1,5", "12 50", "бес", "1e6", "9" * 30, "12.5"])
def test_what_is_not_a_sum(typed: str) -> None:
    with pytest.raises(Refusal):
        read_tenge(typed)


def test_search_finds_kazakh_letters_typed_on_a_russian_keyboard() -> None:
    assert fold("ҚҰДЫҚ Әбілхан") == fold("кудик абилхан")
    assert fold("құдық") == fold("кудык")


def test_text_is_cleaned_of_what_a_database_refuses() -> None:
    assert clean("  a\x00b\r\nc\u0007  ") == "ab\nc"


def test_terms_run_in_working_days() -> None:
    spring = WorkCalendar(
        off=frozenset({date(2026, 3, 23), date(2026, 3, 24)}), moved=frozenset({date(2026, 3, 28)})
    )
    assert spring.after(date(2026, 3, 20), 3) == date(2026, 3, 27)  # Friday, over the holidays
    assert spring.after(date(2026, 3, 27), 1) == date(2026, 3, 28)  # a Saturday that works
    late = term_state(
        due=date(2026, 3, 27),
        extended_until=None,
        waiting=False,
        answered=False,
        today=date(2026, 3, 31),
        calendar=spring,
    )
    assert (late.state, late.days) == (TermState.OVERDUE, 3)


def test_an_envelope_opens_only_for_its_own_ballot(keyring: Keyring) -> None:
    keyring.make_round_key("r1")
    sealed = keyring.close_envelope("r1", "a", b"[1,2]")
    assert keyring.open_envelope("r1", "a", sealed) == b"[1,2]"
    assert len(sealed) == len(keyring.close_envelope("r1", "a", b"[]"))
    with pytest.raises(ValueError, match="tampered"):
        keyring.open_envelope("r1", "b", sealed)


def test_a_process_without_the_rounds_key_has_no_key(keyring: Keyring) -> None:
    with pytest.raises(Refusal) as why:
        keyring.round_mac("r2", "ballot", "somebody")
    assert why.value == Refusal("voting.no_key")
