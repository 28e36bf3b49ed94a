"""What changes about a budget: a version is published. Nothing else changes figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Session, col, select

from app.budget.classification import Classification, classification
from app.budget.models import ANNUAL, PLAN, Budget, BudgetLine, BudgetVersion, Kind, Origin
from app.budget.queries import newest
from app.budget.rules import (
    Before,
    why_not_gaps,
    why_not_lines,
    why_not_month,
    why_not_step,
    why_not_year,
)
from app.budget.step_models import Paper, Publication
from app.budget.sums import Line, canonical, figures, gaps, lines_sha256
from app.core.clock import day_of
from app.core.ids import new_id
from app.core.refusal import insist
from app.ledger.actions import record

PAPER_OF = {
    Kind.DRAFT: Paper.DRAFT,
    Kind.APPROVED: Paper.DECISION,
    Kind.REFINED: Paper.REFINEMENT,
}


@dataclass(frozen=True, slots=True)
class Act:
    """The paper behind a version: minutes of the assembly, a decision of the maslikhat."""

    number: str = ""
    on: date | None = None
    url: str = ""
    words_kk: str = ""  # why there is a new version, or what it changes
    words_ru: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the figures come from."""

    origin: str = Origin.OFFICE
    words: str = ""
    url: str = ""
    on: date | None = None


def publish(
    session: Session,
    *,
    district_id: str,
    year: int,
    kind: Kind,
    lines: Sequence[Line],
    by_name: str,
    now: datetime,
    month: int = PLAN,
    stated: Mapping[str, int] | None = None,
    act: Act | None = None,
    source: Source | None = None,
    corrects: int | None = None,
    file_id: str | None = None,
    office: str = "clerk",
) -> BudgetVersion:
    """Publishes a step of a year's plan, or the execution up to a month's end (13: of the year).

    Sums are whole tenge. Ticks what article 40 wants published. Raises Refusal budget.year,
    budget.month_*, budget.no_lines, budget.negative, budget.unknown_*, budget.gap, budget.step_*.
    """
    act, source, stated = act or Act(), source or Source(), dict(stated or {})
    today = day_of(now)
    insist(why_not_year(year, today))
    insist(why_not_month(year, month, today))
    entries = classification(session, district_id=district_id, year=year)
    insist(why_not_lines(lines, known_of(entries)))
    insist(why_not_gaps(gaps(lines, stated, balanced=month == PLAN)))
    one = lock_budget(session, district_id=district_id, year=year)
    last = newest(session, district_id=district_id, year=year, month=month)
    insist(
        why_not_step(
            kind,
            before=Before(last.number, last.kind) if last else None,
            corrects=corrects,
            act_number=act.number,
            act_date=act.on,
            words_kk=act.words_kk,
            words_ru=act.words_ru,
            today=today,
            from_source=source.origin == Origin.SOURCE,
        )
    )
    version = BudgetVersion(
        id=new_id(),
        district_id=district_id,
        year=year,
        month=month,
        number=last.number + 1 if last else 1,
        kind=kind,
        act_number=act.number.strip(),
        act_date=act.on,
        act_url=act.url.strip(),
        words_kk=act.words_kk.strip(),
        words_ru=act.words_ru.strip(),
        corrects=corrects,
        origin=source.origin,
        source=source.words,
        source_url=source.url,
        source_date=source.on,
        file_id=file_id,
        stated=stated,
        sha256=lines_sha256(lines),
        by_name=by_name,
        at=now,
    )
    session.add(version)
    session.flush()
    session.add_all(
        BudgetLine(
            version_id=version.id,
            place=place,
            district_id=district_id,
            **{name: getattr(line, name) for name in Line.__dataclass_fields__},
        )
        for place, line in enumerate(lines, start=1)
    )
    _hold(one, version, lines, entries)
    session.add(one)
    paper = PAPER_OF.get(kind) or (Paper.YEAR if month == ANNUAL else Paper.MONTH)
    if kind in PAPER_OF or kind is Kind.EXECUTED:
        session.add(
            Publication(
                id=new_id(),
                district_id=district_id,
                year=year,
                paper=paper,
                month=month,
                place="here",
                published_on=today,
                number=version.number,
                by_name=by_name,
                at=now,
            )
        )
    record(
        session,
        district_id=district_id,
        subject=one.id,
        kind="budget.published",
        at=now,
        office=office,
        by_name=by_name,
        after=canonical(lines),
        year=year,
        month=month or None,
        version=version.number,
        step=str(kind),
        act=act.number.strip() or None,
        sha256=version.sha256,
    )
    session.flush()
    return version


def known_of(entries: Classification) -> frozenset[tuple[str, str]]:
    """The parts and articles that lines may name."""
    return frozenset((one.side, one.key) for one in entries.entries)


def lock_budget(session: Session, *, district_id: str, year: int) -> Budget:
    """The year's row, made where it is missing, held until the transaction ends."""
    make = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    session.execute(
        make(Budget.__table__)  # type: ignore[attr-defined]
        .values(id=new_id(), district_id=district_id, year=year, invented=False)
        .on_conflict_do_nothing(index_elements=["district_id", "year"])
    )
    return session.exec(
        select(Budget)
        .where(Budget.district_id == district_id, col(Budget.year) == year)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _hold(
    one: Budget, version: BudgetVersion, lines: Sequence[Line], entries: Classification
) -> None:
    """The figures that hold now, kept for comparing."""
    found = figures(lines, entries.own_parts())
    if version.month == PLAN:
        one.plan_number, one.plan_kind = version.number, version.kind
        one.receipts, one.own = found.receipts, found.own
        one.transfers, one.spending = found.transfers, found.spending
    elif version.month >= (one.actual_month or 0):
        one.actual_month = version.month
        one.actual_receipts, one.actual_own = found.receipts, found.own
        one.actual_spending = found.spending
    one.invented = version.origin == Origin.INVENTED
