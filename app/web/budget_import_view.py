"""What the page of a read paper shows: columns, what does not fit, row by row what changes."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.budget.classification import Classification
from app.budget.models import PLAN
from app.budget.paper_columns import EXECUTION_ROLES, PLAN_ROLES, Role
from app.budget.paper_matching import Taken
from app.budget.paper_numbers import UNITS
from app.budget.paper_tree import SKIP
from app.budget.papers import Paper, PaperRow
from app.budget.sums import Line
from app.core.refusal import Refusal
from app.web.budget_draft_view import ChangeView, KeyNames, change_views, more, options_of, shown
from app.web.sheet import PAGE, Pager, pager_of
from app.web.visit import Visit
from app.words import formats, phrases
from app.words.catalogue import N_, translations

MOST_ASKED = 20  # rows that are asked about at once
Options = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True, slots=True)
class ColumnField:
    """A column of the paper and what it is taken for."""

    name: str  # of the field
    caption: str
    letter: str
    chosen: str
    example: str


@dataclass(frozen=True, slots=True)
class RowField:
    """A row that somebody must say something about."""

    name: str  # of the field
    row: int
    words: str
    text: str
    chosen: str
    why: Refusal | None


@dataclass(frozen=True, slots=True)
class PaperGap:
    """A total that its lines do not come to, and where it stands."""

    row: str
    name: str
    stated: str
    found: str
    by: str


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row of the paper and what it was taken for."""

    row: int
    words: str
    taken: str  # a label's code
    of: str
    text: str
    why: Refusal | None


@dataclass(frozen=True, slots=True)
class PaperView:
    """A paper that was read, and everything that would come of it."""

    fits: bool
    why: tuple[Refusal, ...]
    notes: tuple[Refusal, ...]
    gaps: tuple[PaperGap, ...]
    wrong: tuple[Refusal, ...]  # of rows
    unit: str  # words; "" while nobody knows
    unit_code: str
    units: tuple[tuple[str, str], ...]
    sheet: str
    sheets: tuple[tuple[str, str], ...]
    columns: tuple[tuple[ColumnField, ...], ...]  # table by table
    roles: tuple[tuple[str, str], ...]
    asked: tuple[RowField, ...]
    undivided: tuple[RowField, ...]  # under a category alone; may stay there
    asked_more: int
    options: Options
    wholes: tuple[ChangeView, ...]
    changes: tuple[ChangeView, ...]
    changes_more: int
    rows: tuple[ReadRow, ...]
    rows_count: int
    lines_count: int
    pager: Pager


def paper_view(
    visit: Visit,
    paper: Paper,
    entries: Classification,
    *,
    held: Sequence[Line],
    url: str,
    page: int = 1,
    most: int = PAGE,
) -> PaperView:
    """A read paper in the reader's language; `held` is what its lines would take the place of.

    `most`: rows on one page. Without a `url` there are no further pages.
    """
    names = KeyNames(visit, entries)
    wholes, changed, more_changes = change_views(names, paper.lines, held, unit=1)
    told = [row for row in paper.rows if any(row.sums.values()) or row.why]
    pager = pager_of(page, len(told) if url else 0, url, {}, most=most)
    first = (pager.page - 1) * most
    asked = [row for row in paper.rows if _is_asked(row)]
    undivided = [row for row in paper.rows if _is_undivided(row) and row not in asked]
    roles = PLAN_ROLES if paper.month == PLAN else EXECUTION_ROLES
    return PaperView(
        fits=paper.fits,
        why=paper.why,
        notes=paper.notes,
        gaps=tuple(
            PaperGap(
                formats.number(paper.places[gap.key]) if gap.key in paper.places else "–",
                names.key(gap.key),
                shown(gap.stated, 1),
                shown(gap.found, 1),
                more(gap.found - gap.stated, 1),
            )
            for gap in paper.gaps
        ),
        wrong=tuple(row.why for row in paper.rows if row.why is not None),
        unit=phrases.label(f"budget_unit.{paper.unit}", visit.lang) if paper.unit else "",
        unit_code=str(paper.unit or ""),
        units=tuple((str(one), phrases.label(f"budget_unit.{one}", visit.lang)) for one in UNITS),
        sheet=str(paper.sheet),
        sheets=tuple((str(at), name or str(at + 1)) for at, name in enumerate(paper.sheets)),
        columns=tuple(
            tuple(
                ColumnField(
                    f"col-{block.number}-{one.place}",
                    one.caption,
                    _letter(one.place),
                    str(one.role),
                    next((c[one.place] for _, c in block.rows if _has(c, one.place)), "")[:40],
                )
                for one in block.columns
            )
            for block in paper.blocks
        ),
        roles=tuple((str(role), role_words(role, paper.month, visit.lang)) for role in roles),
        asked=tuple(_asked(row) for row in asked[:MOST_ASKED]),
        undivided=tuple(_asked(row) for row in undivided[:MOST_ASKED]),
        asked_more=max(0, len(asked) - MOST_ASKED),
        options=options_of(visit, names, entries),
        wholes=wholes,
        changes=changed,
        changes_more=more_changes,
        rows=tuple(_row(names, row) for row in told[first : first + most]),
        rows_count=len(told),
        lines_count=len(paper.lines),
        pager=pager,
    )


def role_words(role: Role, month: int, lang: str) -> str:
    """What a column holds, in words."""
    code = "done" if role is Role.AMOUNT and month != PLAN else str(role)
    return phrases.label(f"budget_role.{code}", lang)


def skip_words(lang: str) -> str:
    """The choice to leave a row out."""
    return translations(lang).gettext(N_("Leave this row out"))


def _is_asked(row: PaperRow) -> bool:
    """Unknown rows, rows whose code and name disagree, and what was chosen."""
    if row.taken is Taken.UNKNOWN or row.chosen:
        return True
    return row.why is not None and row.why.code == "budget_papers.disagree"


def _is_undivided(row: PaperRow) -> bool:
    return row.taken is Taken.LINE and row.key.count(":") == 1 and row.key.startswith("receipt:")


def _asked(row: PaperRow) -> RowField:
    chosen = row.key if row.taken is Taken.LINE else ""
    if row.chosen and row.taken is Taken.NOTHING:
        chosen = SKIP
    return RowField(
        f"row-{row.number}", row.number, row.name or row.code, _text(row), chosen, row.why
    )


def _row(names: KeyNames, row: PaperRow) -> ReadRow:
    return ReadRow(
        row.number,
        row.name or row.code,
        f"budget_taken.{row.taken}",
        names.key(row.key) if row.key else "",
        _text(row),
        row.why,
    )


def _text(row: PaperRow) -> str:
    amount = row.sums.get(Role.AMOUNT)
    return shown(amount if amount is not None else next(iter(row.sums.values()), None), 1)


def _has(cells: Sequence[str], place: int) -> bool:
    return place < len(cells) and bool(cells[place])


def _letter(place: int) -> str:
    return chr(65 + place) if place < 26 else chr(64 + place // 26) + chr(65 + place % 26)
