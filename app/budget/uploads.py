"""A paper that was read and waits for a clerk to look at it: held for a day, kept when confirmed.

Nothing of it stands anywhere before it is confirmed; then the file is kept with its hash and its
lines are the draft of its year or month, in one transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from app.budget.classification import classification
from app.budget.drafts import discard, draft_of, save
from app.budget.models import BudgetDraft, BudgetFile
from app.budget.paper_columns import Role
from app.budget.paper_heads import Here
from app.budget.paper_months import stated_with_before, with_before
from app.budget.papers import Choices, Paper, read_paper
from app.budget.queries import newest, published
from app.budget.rules import why_not_month, why_not_year
from app.budget.sums import Line, gaps
from app.budget.upload_models import BudgetUpload
from app.core.clock import day_of
from app.core.ids import new_id
from app.core.refusal import Refusal, insist

LASTS = timedelta(hours=24)
_MOST_NAME = 120  # characters


@dataclass(frozen=True, slots=True)
class Decided:
    """What a clerk decided of a paper; `alone`: its sums are the month's alone."""

    choices: Choices
    alone: bool = False


def hold(
    session: Session,
    *,
    district_id: str,
    official_id: str,
    year: int,
    month: int,
    name: str,
    data: bytes,
    decided: Decided,
    now: datetime,
) -> BudgetUpload:
    """Holds a file for a day; an official's earlier one of this district makes room for it.

    Raises Refusal budget.year, budget.month, budget.month_early.
    """
    insist(why_not_year(year, day_of(now)))
    insist(why_not_month(year, month, day_of(now)))
    session.execute(
        delete(BudgetUpload).where(
            col(BudgetUpload.district_id) == district_id,
            col(BudgetUpload.official_id) == official_id,
        )
    )
    upload = BudgetUpload(
        id=new_id(),
        district_id=district_id,
        official_id=official_id,
        year=year,
        month=month,
        name=name[:_MOST_NAME],
        sha256=sha256(data).hexdigest(),
        data=data,
        decided=told(decided),
        at=now,
        ends_at=now + LASTS,
    )
    session.add(upload)
    session.flush()
    return upload


def load_upload(
    session: Session, *, district_id: str, upload_id: str, now: datetime, lock: bool = False
) -> BudgetUpload:
    """A held file of this district whose day is not over. Raises LookupError."""
    query = select(BudgetUpload).where(
        BudgetUpload.district_id == district_id,
        BudgetUpload.id == upload_id,
        BudgetUpload.ends_at > now,
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.exec(query).first()
    if found is None:
        raise LookupError(upload_id)
    return found


def decide(session: Session, upload: BudgetUpload, decided: Decided) -> None:
    """Keeps what the clerk decided of a held file."""
    upload.decided = told(decided)
    session.add(upload)
    session.flush()


def read_upload(session: Session, upload: BudgetUpload, *, here: Here) -> Paper:
    """What a held file says, as the clerk decided, from 1 January on.

    Raises Refusal as `read_paper`, and budget_papers.no_month_before where the paper tells a month
    alone and the month before it is not published.
    """
    decided = decided_of(upload.decided)
    entries = classification(session, district_id=upload.district_id, year=upload.year)
    paper = read_paper(
        upload.data, entries=entries, month=upload.month, choices=decided.choices, here=here
    )
    held = published(session, district_id=upload.district_id, year=upload.year, month=upload.month)
    paper = replace(paper, lines=_marked(paper.lines, held.lines if held else ()))
    if not decided.alone or not 1 < upload.month <= 12:
        return paper
    before = published(
        session, district_id=upload.district_id, year=upload.year, month=upload.month - 1
    )
    if before is None:
        missing = Refusal("budget_papers.no_month_before", field="alone", month=upload.month - 1)
        return replace(paper, why=(*paper.why, missing))
    lines = with_before(paper.lines, before.lines)
    stated = stated_with_before(paper.stated, before.lines)
    return replace(paper, lines=lines, stated=stated, gaps=gaps(lines, stated))


def _marked(lines: Sequence[Line], held: Sequence[Line]) -> tuple[Line, ...]:
    """A file knows no projects: what a line was marked as stays with the line of the same words."""
    marks: dict[tuple[str, str, str], set[tuple[str | None, str | None]]] = {}
    for one in held:
        name = (one.key, one.name_kk, one.name_ru)
        marks.setdefault(name, set()).add((one.proposal_id, one.round_id))
    found = []
    for line in lines:
        same = marks.pop((line.key, line.name_kk, line.name_ru), set())
        proposal_id, round_id = next(iter(same)) if len(same) == 1 else (None, None)
        found.append(replace(line, proposal_id=proposal_id, round_id=round_id))
    return tuple(found)


def confirm(
    session: Session,
    *,
    district_id: str,
    upload_id: str,
    here: Here,
    seen_seal: str = "",
    by_name: str,
    now: datetime,
) -> BudgetDraft:
    """Keeps the file and makes its lines the draft of its year or month, all of it or nothing.

    `seen_seal` is that of the waiting draft which the clerk wants it to take the place of. Raises
    LookupError, Refusal budget_papers.not_yet, .waiting, .same_file and what reading, `drafts.save`
    and `drafts.discard` raise.
    """
    upload = load_upload(session, district_id=district_id, upload_id=upload_id, now=now, lock=True)
    year, month = upload.year, upload.month
    paper = read_upload(session, upload, here=here)
    if not paper.fits:
        raise Refusal("budget_papers.not_yet")
    insist(why_not_again(session, upload))
    waiting = draft_of(session, district_id=district_id, year=year, month=month)
    if waiting is not None:
        if not seen_seal:
            raise Refusal("budget_papers.waiting", field="instead", by=waiting.by_name)
        discard(
            session,
            district_id=district_id,
            year=year,
            month=month,
            seal=seen_seal,
            by_name=by_name,
            now=now,
        )
    file = BudgetFile(
        id=new_id(),
        district_id=district_id,
        name=upload.name,
        size=len(upload.data),
        sha256=upload.sha256,
        data=upload.data,
        by_name=by_name,
        at=now,
    )
    session.add(file)
    session.flush()
    draft = save(
        session,
        district_id=district_id,
        year=year,
        month=month,
        lines=paper.lines,
        stated=paper.stated,
        file_id=file.id,
        by_name=by_name,
        now=now,
    )
    session.delete(upload)
    session.flush()
    return draft


def why_not_again(session: Session, upload: BudgetUpload) -> Refusal | None:
    """The very file that is published already is not brought in once more."""
    held = newest(session, district_id=upload.district_id, year=upload.year, month=upload.month)
    if held is None or held.file_id is None:
        return None
    same = session.exec(
        select(BudgetFile.id).where(
            BudgetFile.district_id == upload.district_id,
            BudgetFile.id == held.file_id,
            BudgetFile.sha256 == upload.sha256,
        )
    ).first()
    return Refusal("budget_papers.same_file", number=held.number) if same else None


def drop_upload(session: Session, *, district_id: str, upload_id: str) -> None:
    """Throws a held file away; one that is gone already is no harm."""
    session.execute(
        delete(BudgetUpload).where(
            col(BudgetUpload.district_id) == district_id, col(BudgetUpload.id) == upload_id
        )
    )


def forget_uploads(session: Session, *, now: datetime) -> int:
    """Deletes the files whose day is over; returns how many. Called by `tick`."""
    gone = session.execute(delete(BudgetUpload).where(col(BudgetUpload.ends_at) <= now))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def old_uploads(session: Session, *, now: datetime) -> bool:
    """Whether there is anything that `forget_uploads` would delete."""
    query = select(BudgetUpload.id).where(BudgetUpload.ends_at <= now)
    return session.exec(query).first() is not None


def told(decided: Decided) -> dict[str, Any]:
    """What was decided, as plain values."""
    choices = decided.choices
    return {
        "sheet": choices.sheet,
        "unit": choices.unit,
        "columns": {f"{b}:{place}": str(role) for (b, place), role in choices.columns.items()},
        "rows": {str(number): key for number, key in choices.rows.items()},
        "alone": decided.alone,
    }


def decided_of(kept: Mapping[str, Any]) -> Decided:
    """What `told` wrote down."""
    columns = {}
    for name, role in kept.get("columns", {}).items():
        block, _, place = name.partition(":")
        columns[int(block), int(place)] = Role(role)
    return Decided(
        Choices(
            sheet=kept.get("sheet"),
            unit=kept.get("unit"),
            columns=columns,
            rows={int(number): key for number, key in kept.get("rows", {}).items()},
        ),
        alone=bool(kept.get("alone")),
    )
