"""A version is published once, adds up, holds, and is never changed."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, select

from app.budget.actions import Act, publish
from app.budget.models import ANNUAL, Budget, BudgetLine, BudgetVersion, Kind
from app.budget.queries import months, published
from app.budget.step_models import Publication
from app.budget.sums import Line, gaps, totals
from app.core.clock import at
from app.core.database import transaction
from app.core.refusal import Refusal
from tests.town import Town

LINES = (
    Line("receipt", 1_500_000, "tax", "pit_self"),
    Line("receipt", 500_000, "non_tax", "rent"),
    Line("receipt", 8_000_000, "transfers", "raion_transfers"),
    Line("spending", 9_000_000, "1", "p001"),
    Line("spending", 1_200_000, "8", "p008"),
    Line("financing", 200_000, "balances"),
)
APPROVED = Act("№ 12-3", date(2025, 12, 24))


def put(session: Session, lines: tuple[Line, ...] = LINES, **over: object) -> BudgetVersion:
    given: dict[str, object] = {
        "district_id": "d-surat",
        "year": 2026,
        "kind": Kind.APPROVED,
        "act": APPROVED,
        "lines": lines,
        "by_name": "Дана Омарова",
        "now": at(date(2026, 4, 2)),
        **over,
    }
    with transaction(session):
        return publish(session, **given)  # type: ignore[arg-type]


def code(call: object) -> str:
    with pytest.raises(Refusal) as why:
        call()  # type: ignore[operator]
    return why.value.code


def test_what_is_published_holds_and_cannot_be_changed(session: Session, town: Town) -> None:
    town.classification()
    put(session, stated={"receipt": 10_000_000, "spending": 10_200_000, "balance": -200_000})
    one = session.exec(select(Budget)).one()
    assert (one.receipts, one.own, one.transfers, one.spending) == (
        10_000_000,
        2_000_000,
        8_000_000,
        10_200_000,
    )
    found = published(session, district_id="d-surat", year=2026)
    assert found is not None
    assert found.lines == LINES
    assert session.exec(select(Publication.paper)).all() == ["decision"]
    for table in (BudgetVersion, BudgetLine, Publication):
        with pytest.raises(DatabaseError, match="append-only"):
            with transaction(session):
                session.connection().execute(update(table).values(district_id="d-oytal"))


def test_a_version_that_does_not_add_up_is_not_published(session: Session, town: Town) -> None:
    town.classification()
    for stated in ({"receipt": 10_000_001}, {"receipt:tax": 1_499_999}, {"spending:8": 0}):
        assert code(lambda stated=stated: put(session, stated=stated)) == "budget.gap"
    # The balance lacks 200 000; financing covers one tenge less.
    short = (*LINES[:-1], replace(LINES[-1], amount=199_999))
    assert code(lambda: put(session, short)) == "budget.gap"
    assert [gap.key for gap in gaps(short, {})] == ["financing"]
    negative = (replace(LINES[0], amount=-1), *LINES[1:])
    assert code(lambda: put(session, negative)) == "budget.negative"
    assert code(lambda: put(session, (Line("spending", 1, "20"),))) == "budget.unknown_part"
    # The single land tax ends with 2025.
    land = (Line("receipt", 5, "tax", "single_land_tax"),)
    assert code(lambda: put(session, land)) == "budget.unknown_article"
    put(session, land, year=2025)
    assert session.exec(select(BudgetVersion.year)).all() == [2025]


def test_steps_go_forward_and_corrections_say_why(session: Session, town: Town) -> None:
    town.classification()
    put(session, kind=Kind.DRAFT, act=None)
    assert code(lambda: put(session, kind=Kind.DRAFT, act=None)) == "budget.say_correction"
    assert code(lambda: put(session, kind=Kind.DRAFT, act=None, corrects=1)) == "budget.reason"
    why = Act(words_kk="Қате түзетілді", words_ru="Исправлена ошибка")
    assert put(session, kind=Kind.DRAFT, act=why, corrects=1).number == 2
    assert code(lambda: put(session, kind=Kind.AGREED, act=None)) == "budget.act_number"
    assert put(session).number == 3
    assert code(lambda: put(session, kind=Kind.AT_RAION, act=None)) == "budget.step_back"
    refined = replace(APPROVED, number="№ 15-1", words_kk="Трансферт келді", words_ru="Трансферт")
    assert put(session, kind=Kind.REFINED, act=refined).number == 4
    assert put(session, kind=Kind.REFINED, act=refined).number == 5


def test_execution_is_told_of_what_is_over(session: Session, town: Town) -> None:
    town.classification()
    put(session)
    actual = tuple(replace(line, amount=line.amount // 4) for line in LINES)
    month = {"kind": Kind.EXECUTED, "act": None}
    put(session, actual, month=3, **month)
    assert code(lambda: put(session, actual, month=4, **month)) == "budget.month_early"
    assert code(lambda: put(session, actual, month=ANNUAL, **month)) == "budget.month_early"
    assert code(lambda: put(session, actual, month=3, **month)) == "budget.say_correction"
    found = months(session, district_id="d-surat", year=2026)
    assert [one.version.month for one in found] == [3]
    one = session.exec(select(Budget)).one()
    assert (one.actual_month, one.actual_receipts, one.actual_own) == (3, 2_500_000, 500_000)
    assert one.receipts == 10_000_000  # the plan stays what it is


def test_totals_are_named_by_their_way_down() -> None:
    found = totals(LINES)
    assert found["receipt"] == 10_000_000
    assert found["spending:8:p008"] == 1_200_000
    assert found["balance"] == -200_000
