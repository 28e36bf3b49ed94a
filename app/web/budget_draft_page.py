"""Everything the desk's page of one paper shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from app.budget import drafts
from app.budget.classification import classification
from app.budget.drafts import Start, Work, beginning
from app.budget.models import PLAN, BudgetDraft, BudgetVersion
from app.budget.queries import lines as lines_of_version
from app.budget.queries import versions
from app.budget.rules import why_not_month
from app.budget.sums import Line, gaps
from app.core.clock import day_of
from app.core.refusal import Refusal
from app.proposals.models import Proposal
from app.rounds.models import Round
from app.web.budget_draft_form import columns, opening
from app.web.budget_draft_view import (
    ChangeView,
    GapView,
    KeyNames,
    Table,
    change_views,
    gap_views,
    ordered,
    table_of,
)
from app.web.budget_papers_desk import (
    FileLine,
    VersionRow,
    file_lines,
    paper_title,
    version_rows,
)
from app.web.budget_publish import PublishView, publish_view, usual_kind
from app.web.budget_view import version_title, version_url
from app.web.frame import Link
from app.web.visit import Visit
from app.words import formats
from app.words.catalogue import N_, translations

PLAN_STARTS = (Start.HELD, Start.LAST_YEAR, Start.LISTED, Start.EMPTY)
MONTH_STARTS = (Start.HELD, Start.LAST_MONTH, Start.PLAN, Start.LISTED, Start.EMPTY)
START_WORDS = {
    Start.HELD: N_("With the version that holds"),
    Start.LAST_YEAR: N_("With last year's plan"),
    Start.LAST_MONTH: N_("With the sums of the month before, to write over"),
    Start.PLAN: N_("With the lines of the plan, sums to be typed"),
    Start.LISTED: N_("With every line of the classification, sums to be typed"),
    Start.EMPTY: N_("With nothing"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """Which paper is shown, and how."""

    year: int
    month: int
    unit: int = 1
    page: int = 1
    stale: tuple[tuple[int, Line], ...] | None = None  # typed on a page that was overtaken
    just_published: bool = False
    check_first: bool = False  # sums were saved that nobody has seen with their totals


@dataclass(frozen=True, slots=True)
class Draft:
    """The draft's own part of the page."""

    seal: str
    unit: int
    units: tuple[Link, ...]
    saved: str
    file: FileLine | None
    table: Table
    lines: int
    empty: int  # lines that say no sum
    gaps: tuple[GapView, ...]
    wholes: tuple[ChangeView, ...]
    changes: tuple[ChangeView, ...]
    more_changes: int
    against: str  # the version that holds; "": there is none
    publish: PublishView
    add_columns: tuple[tuple[str, str], ...]
    stale: bool


@dataclass(frozen=True, slots=True)
class PaperPage:
    """One paper at the desk."""

    title: str
    url: str
    month: int
    back: Link
    draft: Draft | None
    starts: tuple[tuple[str, str], ...]
    import_url: str
    closed: Refusal | None  # why nothing can be published of it yet
    rows: tuple[VersionRow, ...]
    published: Link | None  # just now
    check_first: bool


def draft_page(visit: Visit, shown: Shown) -> tuple[PaperPage, dict[str, str]]:
    """The page, and what its fields open with."""
    say = translations(visit.lang).gettext
    session, district_id = visit.session, visit.district.id
    where = {"district_id": district_id, "year": shown.year, "month": shown.month}
    url = f"{visit.here}/desk/budget/{shown.year}/{shown.month}"
    found = [
        one
        for one in versions(session, district_id=district_id, year=shown.year)
        if one.month == shown.month
    ]
    held = found[-1] if found else None
    draft = drafts.draft_of(session, **where)  # type: ignore[arg-type]
    opened: dict[str, str] = {}
    part = None
    if draft is not None or shown.stale is not None:
        part, opened = _draft(visit, shown, draft, held, url)
    starts: tuple[tuple[str, str], ...] = ()
    closed = why_not_month(shown.year, shown.month, day_of(visit.now))
    if part is None and closed is None:
        order = PLAN_STARTS if shown.month == PLAN else MONTH_STARTS
        starts = tuple(
            (start, say(START_WORDS[start]))
            for start in order
            if beginning(session, **where, start=start) is not None  # type: ignore[arg-type]
        )
        opened["start"] = starts[0][0]
    page = PaperPage(
        title=paper_title(visit, shown.year, shown.month),
        url=url,
        month=shown.month,
        back=Link(f"{visit.here}/desk/budget?year={shown.year}", say(N_("The month's work"))),
        draft=part,
        starts=starts,
        import_url=f"{visit.here}/desk/budget/import?year={shown.year}&month={shown.month}",
        closed=closed,
        rows=version_rows(visit, found[::-1]),
        published=Link(version_url(visit, held), version_title(held, visit.lang))
        if shown.just_published and held and draft is None
        else None,
        check_first=shown.check_first,
    )
    return page, opened


def _draft(
    visit: Visit, shown: Shown, draft: BudgetDraft | None, held: BudgetVersion | None, url: str
) -> tuple[Draft, dict[str, str]]:
    say = translations(visit.lang).gettext
    session, district_id = visit.session, visit.district.id
    entries = classification(session, district_id=district_id, year=shown.year)
    names = KeyNames(visit, entries)
    work = drafts.work_of(draft) if draft else Work((), {})
    if shown.stale is not None:
        work = Work(tuple(line for _, line in shown.stale), {})
    placed = shown.stale if shown.stale is not None else ordered(work.lines, entries)
    held_lines: Sequence[Line] = ()
    if held is not None:
        held_lines = lines_of_version(session, district_id=district_id, version_id=held.id)
    unit = shown.unit
    wholes, changed, more = change_views(names, work.lines, held_lines, unit=unit)
    table = table_of(
        visit,
        names,
        entries,
        placed,
        work.stated,
        year=shown.year,
        month=shown.month,
        unit=unit,
        marks=_marks(visit, work.lines),
        page=shown.page if shown.stale is None else 1,
        url=url,
    )
    file_id = draft.file_id if draft else None
    part = Draft(
        seal=draft.seal if draft else "",
        unit=unit,
        units=(
            Link(url, say(N_("In tenge")), unit == 1),
            Link(f"{url}?unit=1000", say(N_("In thousands of tenge")), unit == 1000),
        ),
        saved=say(N_("Saved: %(name)s, %(at)s"))
        % {"name": draft.by_name, "at": formats.moment_short(draft.at, visit.lang)}
        if draft
        else "",
        file=file_lines(visit, [file_id]).get(file_id) if file_id else None,
        table=table,
        lines=len(work.lines),
        empty=len(work.lines) - len(drafts.without_empty(work.lines)),
        gaps=gap_views(
            names,
            gaps(work.lines, work.stated, balanced=shown.month == PLAN),
            unit=unit,
        ),
        wholes=wholes,
        changes=changed if held else (),
        more_changes=more if held else 0,
        against=version_title(held, visit.lang) if held else "",
        publish=publish_view(visit, held, month=shown.month),
        add_columns=tuple(
            (f"new_{cell}", head)
            for cell, head in zip(columns(shown.month), table.heads, strict=True)
        ),
        stale=shown.stale is not None,
    )
    opened = opening(work.lines, work.stated, month=shown.month, unit=unit)
    opened |= {
        "kind": usual_kind(held) if shown.month == PLAN else "",
        "page": str(table.pager.page),
    }
    return part, opened


def _marks(visit: Visit, lines: Sequence[Line]) -> tuple[dict[str, str], dict[str, str]]:
    """The numbers of the lines' projects and the keys of their rounds."""
    projects = {line.proposal_id for line in lines if line.proposal_id}
    rounds = {line.round_id for line in lines if line.round_id}
    district_id = visit.district.id
    numbers: dict[str, str] = {}
    keys: dict[str, str] = {}
    if projects:
        for one_id, number in visit.session.exec(
            select(col(Proposal.id), col(Proposal.number)).where(
                Proposal.district_id == district_id, col(Proposal.id).in_(projects)
            )
        ):
            numbers[one_id] = number or ""
    if rounds:
        for one_id, key in visit.session.exec(
            select(col(Round.id), col(Round.key)).where(
                Round.district_id == district_id, col(Round.id).in_(rounds)
            )
        ):
            keys[one_id] = key
    return numbers, keys
