"""Drafts: nobody overwrites another's work, and what is published is what was drafted."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from app.budget import drafts
from app.budget.changes import Change, changes, whole_changes
from app.budget.models import BudgetDraft, BudgetFile, BudgetVersion, Kind
from app.budget.queries import lines
from app.budget.sums import Line
from app.core.clock import at
from app.core.database import open_session, transaction
from app.core.refusal import Refusal
from app.ledger.models import Entry
from tests.rooms.test_budget_publish import APPROVED, LINES, put
from tests.town import Town

NOW = at(date(2026, 4, 2))
PLAN_2026: dict[str, Any] = {"district_id": "d-surat", "year": 2026, "month": 0}


def kept(session: Session, **over: Any) -> BudgetDraft:
    given: dict[str, Any] = {
        **PLAN_2026,
        "lines": LINES,
        "stated": {},
        "by_name": "Дана Омарова",
        "now": NOW,
        **over,
    }
    with transaction(session):
        return drafts.save(session, **given)


def code(call: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as why:
        call()
    return why.value.code


def test_newer_work_of_somebody_else_is_never_overwritten(session: Session, town: Town) -> None:
    town.classification()
    first = kept(session).seal
    assert code(lambda: kept(session)) == "budget.draft_newer"
    second = kept(session, seal=first, lines=LINES[:3], by_name="Нұрлан").seal
    assert second != first
    with pytest.raises(Refusal) as why:
        kept(session, seal=first, lines=())
    assert (why.value.code, why.value.facts["by"]) == ("budget.draft_newer", "Нұрлан")
    held = drafts.draft_of(session, **PLAN_2026)
    assert held is not None
    assert drafts.work_of(held).lines == LINES[:3]
    gone: dict[str, Any] = {**PLAN_2026, "seal": first, "by_name": "Дана", "now": NOW}
    with transaction(session):
        with pytest.raises(Refusal):
            drafts.discard(session, **gone)
    with transaction(session):
        drafts.discard(session, **{**gone, "seal": second})
    assert code(lambda: kept(session, seal=second)) == "budget.draft_gone"
    assert session.exec(select(Entry)).all() == []  # work in progress is no public act


def test_what_does_not_fit_is_not_kept(session: Session, town: Town) -> None:
    town.classification()
    assert code(lambda: kept(session, year=2031)) == "budget.year"
    assert code(lambda: kept(session, month=4)) == "budget.month_early"
    assert code(lambda: kept(session, month=14)) == "budget.month"
    assert code(lambda: kept(session, lines=(Line("spending", 1, "20"),))) == "budget.unknown_part"
    assert code(lambda: kept(session, stated={"receipt": 10**16})) == "budget.large_total"
    assert session.exec(select(BudgetDraft)).all() == []


def test_publishing_ends_the_draft_or_leaves_it_whole(session: Session, town: Town) -> None:
    town.classification()
    seal = kept(session, stated={"receipt": 10_000_001}).seal
    given: dict[str, Any] = {
        **PLAN_2026,
        "kind": Kind.APPROVED,
        "act": APPROVED,
        "by_name": "Дана Омарова",
        "now": NOW,
    }

    def publish(seal: str) -> BudgetVersion:
        with transaction(session):
            return drafts.publish_draft(session, **given, seal=seal)

    assert code(lambda: publish(seal)) == "budget.gap"
    assert drafts.draft_of(session, **PLAN_2026) is not None
    newer = kept(session, seal=seal, stated={"receipt": 10_000_000}).seal
    assert code(lambda: publish(seal)) == "budget.draft_newer"
    version = publish(newer)
    assert lines(session, district_id="d-surat", version_id=version.id) == LINES
    assert version.stated == {"receipt": 10_000_000}
    assert code(lambda: publish(newer)) == "budget.draft_gone"
    assert drafts.drafts(session, district_id="d-surat") == []


def test_another_district_has_its_own_draft(session: Session, town: Town) -> None:
    town.classification()
    seal = kept(session).seal
    assert code(lambda: kept(session, district_id="d-oytal", seal=seal)) == "budget.draft_gone"
    assert kept(session, district_id="d-oytal", lines=()).seal != seal
    assert [one.year for one in drafts.drafts(session, district_id="d-surat")] == [2026]


def test_a_file_that_is_not_used_is_named_by_its_hash(session: Session, town: Town) -> None:
    town.classification()
    digest = sha256(b"a;b").hexdigest()
    with transaction(session):
        session.add(
            BudgetFile(
                id="f-1",
                district_id="d-surat",
                name="наурыз.csv",
                size=3,
                sha256=digest,
                data=b"a;b",
                by_name="Дана",
                at=NOW,
            )
        )
    seal = kept(session, file_id="f-1").seal
    with transaction(session):
        drafts.discard(session, **PLAN_2026, seal=seal, by_name="Дана", now=NOW)
    entry = session.exec(select(Entry)).one()
    assert (entry.kind, entry.facts["sha256"]) == ("budget.file_not_used", digest)
    assert session.exec(select(BudgetFile.id)).all() == ["f-1"]


def test_two_clerks_at_once(engine: Engine, session: Session, town: Town) -> None:
    """Of many who save on one seal one wins; of many who publish one paper one does."""
    town.classification()
    seal = kept(session).seal
    session.rollback()

    def try_it(act: Callable[[Session], object]) -> Callable[[], str]:
        def one() -> str:
            start.wait()
            with open_session(engine) as own:
                try:
                    with transaction(own):
                        act(own)
                except Refusal as why:
                    return why.code
            return "done"

        return one

    def all_of(jobs: list[Callable[[], str]]) -> list[str]:
        with ThreadPoolExecutor(len(jobs)) as pool:
            return sorted(pool.map(lambda job: job(), jobs))

    start = threading.Barrier(4)
    common: dict[str, Any] = {**PLAN_2026, "by_name": "Дана", "now": NOW}
    saves = [
        try_it(lambda own, n=n: drafts.save(own, **common, lines=LINES[:n], stated={}, seal=seal))
        for n in (1, 2, 3, 4)
    ]
    assert all_of(saves) == ["budget.draft_newer"] * 3 + ["done"]
    held = drafts.draft_of(session, **PLAN_2026)
    assert held is not None
    last = held.seal
    session.rollback()
    publishing = try_it(
        lambda own: drafts.publish_draft(
            own,
            **common,
            kind=Kind.DRAFT,
            seal=last,
        )
    )
    throwing = try_it(lambda own: drafts.discard(own, **common, seal=last))
    start = threading.Barrier(4)
    told = all_of([publishing, publishing, throwing, throwing])
    assert told == ["budget.draft_gone"] * 3 + ["done"]
    assert len(session.exec(select(BudgetVersion)).all()) <= 1
    assert drafts.draft_of(session, **PLAN_2026) is None
    session.rollback()
    start = threading.Barrier(4)
    new = try_it(lambda own: drafts.save(own, **common, lines=LINES, stated={}))
    assert all_of([new] * 4) == ["budget.draft_newer"] * 3 + ["done"]


def test_a_draft_begins_with_what_is_there(session: Session, town: Town) -> None:
    town.classification()
    land = Line("receipt", 300_000, "tax", "single_land_tax", amount_1=310_000)
    road = Line("spending", 9_000_000, "11", "p013", amount_1=9_500_000, amount_2=9_700_000)
    put(session, (land, road), year=2025, kind=Kind.DRAFT, act=None)
    given: dict[str, Any] = {"district_id": "d-surat", "year": 2026}

    def start(month: int, how: drafts.Start) -> drafts.Work | None:
        return drafts.beginning(session, **given, month=month, start=how)

    assert start(0, drafts.Start.HELD) is None
    begun = start(0, drafts.Start.LAST_YEAR)
    # The single land tax ends with 2025; the rest goes on as the plan said of this year.
    assert begun == drafts.Work(
        (replace(road, amount=9_500_000, amount_1=9_700_000, amount_2=None),), {}
    )
    put(session, stated={"receipt": 10_000_000})
    assert start(0, drafts.Start.HELD) == drafts.Work(LINES, {"receipt": 10_000_000})
    assert start(1, drafts.Start.LAST_MONTH) is None
    assert start(3, drafts.Start.LAST_MONTH) is None
    emptied = start(1, drafts.Start.PLAN)
    assert emptied is not None
    assert {line.amount for line in emptied.lines} == {0}
    put(session, LINES, month=2, kind=Kind.EXECUTED, act=None)
    assert start(3, drafts.Start.LAST_MONTH) == drafts.Work(LINES, {})
    assert (
        code(
            lambda: drafts.begin(
                session,
                **given,
                month=1,
                start=drafts.Start.LAST_MONTH,
                by_name="Дана",
                now=NOW,
            )
        )
        == "budget.start"
    )


def test_what_changes_is_said_line_by_line() -> None:
    lamp = Line("spending", 100, "8", "p008", name_kk="Шам", name_ru="Фонарь")
    new = (
        replace(LINES[0], amount=1_700_000),
        LINES[1],
        replace(LINES[2], amount_1=1),
        *LINES[3:],
        lamp,
    )
    assert changes(new, LINES) == (
        Change("receipt:tax:pit_self", 1_500_000, 1_700_000),
        Change("receipt:transfers:raion_transfers", 8_000_000, 8_000_000, beside=True),
        Change("spending:8:p008", None, 100, "Шам", "Фонарь"),
    )
    assert changes(LINES[1:], LINES) == (Change("receipt:tax:pit_self", 1_500_000, None),)
    # A sum that the paper divides differently is no change.
    halves = (replace(LINES[0], amount=700_000), replace(LINES[0], amount=800_000))
    assert changes((*halves, *LINES[1:]), LINES) == ()
    assert [(one.key, one.by) for one in whole_changes(new, LINES)] == [
        ("receipt", 200_000),
        ("spending", 100),
        ("balance", 199_900),
        ("financing", 0),
    ]
