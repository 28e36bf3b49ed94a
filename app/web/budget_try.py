"""Anybody's own budget paper: its own share, seen at once. Nothing of it is kept."""

from dataclasses import dataclass
from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from app.budget.classification import classification
from app.budget.models import ANNUAL, PLAN, Side
from app.budget.paper_columns import Role
from app.budget.paper_matching import Taken
from app.budget.papers import MOST_BYTES, Choices, Paper, PaperRow, read_paper
from app.budget.rules import FIRST_YEAR, why_not_year
from app.budget.sums import figures, share, totals
from app.core.clock import day_of
from app.core.refusal import Refusal, insist
from app.web.budget_draft_view import KeyNames
from app.web.budget_import import unit_options, year_options
from app.web.budget_import_view import PaperView, paper_view
from app.web.budget_view import SumRow
from app.web.doors import Anyone
from app.web.forms import Filled, Form, blank, fill
from app.web.frame import Link
from app.web.render import page
from app.web.visit import Visit
from app.words import formats
from app.words.catalogue import N_, translations

router = APIRouter()
MOST_TRIED = 2_000_000  # bytes: of a stranger less than of an office
MOST_UNPACKED = 8_000_000
MOST_ROWS = 120  # of the paper, shown one by one
MOST_LEFT = 20  # rows that did not fit, shown


class TryForm(BaseModel):
    """What a paper is; the file itself comes beside it."""

    year: int = Field(ge=FIRST_YEAR, le=2100)
    kind: Literal["plan", "execution"] = "plan"
    unit: Literal["", "1", "1000", "1000000"] = ""


@dataclass(frozen=True, slots=True)
class LeftRow:
    """A row that was not recognised."""

    row: int
    words: str
    text: str


@dataclass(frozen=True, slots=True)
class TriedView:
    """What a paper comes to."""

    year: int
    own: str  # the share; "" where it cannot be known
    sentence: str
    parts: tuple[SumRow, ...]  # own money and the rest
    categories: tuple[SumRow, ...]
    figures: tuple[tuple[str, str], ...]
    left: tuple[LeftRow, ...]
    left_more: int
    paper: PaperView
    unit_missing: bool


@dataclass(frozen=True, slots=True)
class TryView:
    """The page: a form, and what came of the paper."""

    url: str
    years: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]
    units: tuple[tuple[str, str], ...]
    most_mb: int
    compare: Link
    tried: TriedView | None


@router.get("/{lang}/budgets/try")
def ask(visit: Anyone) -> Response:
    """The page where a paper is dropped."""
    return _page(visit, blank(year=day_of(visit.now).year, kind="plan"))


@router.post("/{lang}/budgets/try")
def tried(visit: Anyone, posted: Form) -> Response:
    """The same page with what the paper comes to. Writes nothing."""
    form = fill(TryForm, posted)
    files = posted.files.get("paper", [])
    if not files:
        form = form.refused(Refusal("budget_papers.no_file", field="paper"))
    elif len(files[0].data) > MOST_TRIED:
        big = Refusal("sheets.big", field="paper", most=MOST_TRIED // 1_000_000)
        form = form.refused(big)
    if form.value is None or form.problems:
        return _page(visit, form, status=422)
    typed = form.value
    try:
        insist(why_not_year(typed.year, day_of(visit.now)))
        entries = classification(visit.session, district_id=None, year=typed.year)
        visit.session.rollback()  # a workbook takes a moment: nobody waits for it
        paper = read_paper(
            files[0].data,
            entries=entries,
            month=PLAN if typed.kind == "plan" else ANNUAL,
            choices=Choices(unit=int(typed.unit) if typed.unit else None),
            most_unpacked=MOST_UNPACKED,
        )
    except Refusal as why:
        return _page(visit, form.refused(why if why.field else why.at("paper")), status=422)
    names = KeyNames(visit, entries)
    view = paper_view(visit, paper, entries, held=(), url="", most=MOST_ROWS)
    return _page(visit, form, tried=_tried(visit, paper, entries.own_parts(), names, view))


def _tried(
    visit: Visit, paper: Paper, own_parts: frozenset[str], names: KeyNames, view: PaperView
) -> TriedView:
    say = translations(visit.lang).gettext
    found = figures(paper.lines, own_parts)
    by_key = totals(paper.lines)
    known = found.own is not None and bool(found.receipts)
    part = share(found.own, found.receipts) if known else None

    def money(amount: int) -> str:
        # Without its unit a sum is what the paper says, not tenge.
        return formats.tenge(amount) if paper.unit else formats.number(amount)

    def rows(pairs: list[tuple[str, int, str]]) -> tuple[SumRow, ...]:
        return tuple(
            SumRow(
                name,
                money(amount),
                formats.percent(of, 1) if (of := share(amount, found.receipts)) is not None else "",
                max(0.0, min(100.0, (of or 0) * 100)),
                kind,
            )
            for name, amount, kind in pairs
        )

    categories = [
        (names.key(key), amount, "full" if key.split(":")[1] in own_parts else "soft")
        for key, amount in by_key.items()
        if key.startswith(f"{Side.RECEIPT}:") and key.count(":") == 1
    ]
    own, receipts = found.own or 0, found.receipts or 0
    left = [row for row in paper.rows if row.taken is Taken.UNKNOWN]
    return TriedView(
        year=paper.year,
        own=formats.percent(part, 1) if part is not None else "",
        sentence=say(N_("%(own)s of %(all)s is the district's own money."))
        % {"own": money(own), "all": money(receipts)}
        if part is not None
        else "",
        parts=rows(
            [
                (say(N_("Own money")), own, "full"),
                (say(N_("Transfers and the rest")), receipts - own, "soft"),
            ]
        )
        if part is not None
        else (),
        categories=rows(categories),
        figures=tuple(
            (money(amount), words)
            for amount, words in (
                (found.receipts, say(N_("receipts"))),
                (found.spending, say(N_("spending"))),
                (found.balance, say(N_("balance"))),
            )
            if amount is not None
        ),
        left=tuple(_left(row, money) for row in left[:MOST_LEFT]),
        left_more=max(0, len(left) - MOST_LEFT),
        paper=view,
        unit_missing=paper.unit is None,
    )


def _left(row: PaperRow, money: Any) -> LeftRow:
    amount = row.sums.get(Role.AMOUNT, 0)
    return LeftRow(row.number, row.name or row.code, money(amount))


def _page(
    visit: Visit, form: Filled[Any], *, tried: TriedView | None = None, status: int = 200
) -> Response:
    say = translations(visit.lang).gettext
    view = TryView(
        url=f"{visit.root}/budgets/try",
        years=year_options(visit),
        kinds=(
            ("plan", say(N_("Plan of the year"))),
            ("execution", say(N_("Execution"))),
        ),
        units=unit_options(visit),
        most_mb=min(MOST_TRIED, MOST_BYTES) // 1_000_000,
        compare=Link(f"{visit.root}/budgets/", say(N_("Budgets side by side"))),
        tried=tried,
    )
    return page(visit, "budget/try.html", status=status, form=form, view=view)
