"""What the office works on before it publishes: one draft per year's plan, one per month.

A draft is nobody's but the office's: saving one is no public act. Publishing is, and so is throwing
away a file that was handed in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.budget.actions import Act, Source, known_of, publish
from app.budget.classification import Classification, classification
from app.budget.models import PLAN, BudgetDraft, BudgetFile, BudgetVersion, Kind, Side
from app.budget.queries import published
from app.budget.rules import why_not_lines, why_not_month, why_not_year
from app.budget.sums import Line, canonical, lines_of
from app.core.clock import day_of
from app.core.ids import new_id
from app.core.money import MOST
from app.core.refusal import Refusal, insist
from app.ledger.actions import record


class Start(StrEnum):
    """What a new draft begins with."""

    EMPTY = "empty"
    HELD = "held"  # the version that holds, to refine or to correct it
    LISTED = "listed"  # every line of the classification, without sums
    LAST_YEAR = "last_year"  # a plan: what last year's plan said of this year, else last year's
    LAST_MONTH = "last_month"  # execution: the month before, to be overtyped
    PLAN = "plan"  # execution: the plan's lines without sums


@dataclass(frozen=True, slots=True)
class Work:
    """A draft as it is read: its lines, and the totals that its paper states (tenge, by key)."""

    lines: tuple[Line, ...]
    stated: dict[str, int]


def draft_of(
    session: Session, *, district_id: str, year: int, month: int = PLAN
) -> BudgetDraft | None:
    """The draft of a year's plan, or of a month."""
    return session.exec(_one(district_id, year, month)).first()


def drafts(session: Session, *, district_id: str) -> Sequence[BudgetDraft]:
    """All that waits to be published, the last touched first."""
    return session.exec(
        select(BudgetDraft)
        .where(BudgetDraft.district_id == district_id)
        .order_by(col(BudgetDraft.at).desc(), col(BudgetDraft.id))
    ).all()


def work_of(draft: BudgetDraft) -> Work:
    """What a draft holds."""
    return Work(lines_of(draft.content.get("lines", ())), dict(draft.content.get("stated", {})))


def save(
    session: Session,
    *,
    district_id: str,
    year: int,
    month: int,
    lines: Sequence[Line],
    stated: Mapping[str, int],
    file_id: str | None = None,
    seal: str | None = None,
    by_name: str,
    now: datetime,
) -> BudgetDraft:
    """Keeps the office's work. `seal` is that of the draft it goes on from; None: there is none.

    Sums are whole tenge; they need not add up yet. Raises Refusal budget.draft_newer where somebody
    saved in between (nothing is overwritten), budget.draft_gone where the draft was published or
    thrown away, and what `rules` says of the year, the month and the lines.
    """
    today = day_of(now)
    insist(why_not_year(year, today))
    insist(why_not_month(year, month, today))
    if lines:
        entries = classification(session, district_id=district_id, year=year)
        insist(why_not_lines(lines, known_of(entries)))
    if any(abs(amount) > MOST for amount in stated.values()):
        raise Refusal("budget.large_total")
    values: dict[str, Any] = {
        "content": {"lines": canonical(lines), "stated": dict(stated)},
        "file_id": file_id,
        "seal": new_id(),
        "by_name": by_name,
        "at": now,
    }
    if seal is None:
        make = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
        done = session.execute(
            make(BudgetDraft.__table__)  # type: ignore[attr-defined]
            .values(id=new_id(), district_id=district_id, year=year, month=month, **values)
            .on_conflict_do_nothing(index_elements=["district_id", "year", "month"])
            .returning(col(BudgetDraft.id))
        )
    else:
        done = session.execute(
            update(BudgetDraft)
            .where(*_is(district_id, year, month), col(BudgetDraft.seal) == seal)
            .values(**values)
            .returning(col(BudgetDraft.id))
            .execution_options(synchronize_session=False)
        )
    if done.first() is None:
        raise _lost(session, district_id=district_id, year=year, month=month)
    return _read(session, district_id=district_id, year=year, month=month)


def begin(
    session: Session,
    *,
    district_id: str,
    year: int,
    month: int,
    start: Start,
    by_name: str,
    now: datetime,
) -> BudgetDraft:
    """Begins a draft. Raises Refusal budget.start where there is nothing to begin with."""
    work = beginning(session, district_id=district_id, year=year, month=month, start=start)
    if work is None:
        raise Refusal("budget.start", field="start")
    return save(
        session,
        district_id=district_id,
        year=year,
        month=month,
        lines=work.lines,
        stated=work.stated,
        by_name=by_name,
        now=now,
    )


def beginning(
    session: Session, *, district_id: str, year: int, month: int, start: Start
) -> Work | None:
    """What a draft would begin with; None where there is no such version.

    Articles that the new year does not have (the single land tax ends with 2025) are left out, and
    what belonged to a project of last year is not its project's any more.
    """
    if start is Start.EMPTY:
        return Work((), {})
    if start is Start.LISTED:
        return Work(_listed(classification(session, district_id=district_id, year=year)), {})
    from_year = year - 1 if start is Start.LAST_YEAR else year
    from_month = {Start.HELD: month, Start.LAST_MONTH: month - 1}.get(start, PLAN)
    if from_month < PLAN or (start is Start.LAST_MONTH and from_month == PLAN):
        return None
    found = published(session, district_id=district_id, year=from_year, month=from_month)
    if found is None:
        return None
    if start is Start.HELD:
        return Work(found.lines, dict(found.version.stated))
    if start is Start.PLAN:
        return Work(tuple(_emptied(line) for line in found.lines), {})
    if start is Start.LAST_MONTH:
        return Work(found.lines, {})
    known = known_of(classification(session, district_id=district_id, year=year))
    return Work(
        tuple(
            _next_year(line)
            for line in found.lines
            if all((line.side, key) in known for key in (line.part, line.article) if key)
        ),
        {},
    )


def discard(
    session: Session,
    *,
    district_id: str,
    year: int,
    month: int,
    seal: str,
    by_name: str,
    now: datetime,
) -> None:
    """Throws a draft away. A file handed in with it stays; the record says it was not used.

    Raises Refusal budget.draft_newer and budget.draft_gone as `save`.
    """
    file_id = _take(session, district_id=district_id, year=year, month=month, seal=seal).file_id
    if file_id is None:
        return
    file = session.exec(
        select(BudgetFile).where(
            BudgetFile.district_id == district_id, col(BudgetFile.id) == file_id
        )
    ).one()
    record(
        session,
        district_id=district_id,
        subject=file.id,
        kind="budget.file_not_used",
        at=now,
        office="clerk",
        by_name=by_name,
        year=year,
        month=month or None,
        sha256=file.sha256,
    )


def publish_draft(
    session: Session,
    *,
    district_id: str,
    year: int,
    month: int,
    kind: Kind,
    act: Act | None = None,
    corrects: int | None = None,
    seal: str,
    source: Source | None = None,
    by_name: str,
    now: datetime,
) -> BudgetVersion:
    """Publishes what the draft holds and ends it, in the caller's transaction.

    Raises Refusal budget.draft_newer and budget.draft_gone as `save`, else what `actions.publish`
    raises.
    """
    draft = _take(session, district_id=district_id, year=year, month=month, seal=seal)
    work = work_of(draft)
    return publish(
        session,
        district_id=district_id,
        year=year,
        month=month,
        kind=kind,
        lines=work.lines,
        stated=work.stated,
        act=act,
        source=source,
        corrects=corrects,
        file_id=draft.file_id,
        by_name=by_name,
        now=now,
    )


def _take(session: Session, *, district_id: str, year: int, month: int, seal: str) -> BudgetDraft:
    """The draft with this seal, gone from its table: of two who take it one is refused."""
    draft = session.exec(
        _one(district_id, year, month).execution_options(populate_existing=True)
    ).first()
    done = session.execute(
        delete(BudgetDraft)
        .where(*_is(district_id, year, month), col(BudgetDraft.seal) == seal)
        .returning(col(BudgetDraft.id))
        .execution_options(synchronize_session=False)
    )
    if draft is None or draft.seal != seal or done.first() is None:
        raise _lost(session, district_id=district_id, year=year, month=month)
    session.expunge(draft)
    return draft


def _lost(session: Session, *, district_id: str, year: int, month: int) -> Refusal:
    """Why a draft could not be touched."""
    newer = session.exec(
        _one(district_id, year, month).execution_options(populate_existing=True)
    ).first()
    if newer is None:
        return Refusal("budget.draft_gone")
    return Refusal("budget.draft_newer", by=newer.by_name, at=newer.at)


def _read(session: Session, *, district_id: str, year: int, month: int) -> BudgetDraft:
    return session.exec(
        _one(district_id, year, month).execution_options(populate_existing=True)
    ).one()


def _one(district_id: str, year: int, month: int) -> SelectOfScalar[BudgetDraft]:
    return select(BudgetDraft).where(*_is(district_id, year, month))


def _is(district_id: str, year: int, month: int) -> tuple[Any, ...]:
    return (
        col(BudgetDraft.district_id) == district_id,
        col(BudgetDraft.year) == year,
        col(BudgetDraft.month) == month,
    )


def without_empty(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines that say a sum anywhere."""
    return tuple(
        line for line in lines if any((line.amount, line.amount_1, line.amount_2, line.planned))
    )


def _listed(entries: Classification) -> tuple[Line, ...]:
    found = []
    for side in Side:
        for part in entries.parts(side):
            below = entries.articles(side, part.key)
            found += [Line(side, 0, part.key, one.key, code=one.code) for one in below] or [
                Line(side, 0, part.key, code=part.code)
            ]
    return tuple(found)


def _emptied(line: Line) -> Line:
    return replace(line, amount=0, amount_1=None, amount_2=None, planned=None)


def _next_year(line: Line) -> Line:
    return replace(
        line,
        amount=line.amount if line.amount_1 is None else line.amount_1,
        amount_1=line.amount_2,
        amount_2=None,
        proposal_id=None,
        round_id=None,
    )
