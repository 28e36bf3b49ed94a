"""The desk's pages where a budget paper is brought in: read, looked at, kept as a draft."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query, Response
from pydantic import BaseModel, Field

from app.budget import drafts
from app.budget.classification import classification
from app.budget.models import ANNUAL, PLAN, BudgetDraft
from app.budget.paper_columns import Role
from app.budget.paper_heads import Here
from app.budget.paper_numbers import UNITS
from app.budget.paper_templates import blank_paper, title_of
from app.budget.papers import MOST_BYTES, Choices, read_paper
from app.budget.queries import published
from app.budget.rules import FIRST_YEAR, why_not_month, why_not_year
from app.budget.upload_models import BudgetUpload
from app.budget.uploads import (
    Decided,
    confirm,
    decide,
    decided_of,
    drop_upload,
    hold,
    load_upload,
    read_upload,
    why_not_again,
)
from app.core.clock import day_of
from app.core.database import transaction
from app.core.refusal import Refusal, insist
from app.core.sheet_writer import CSV, XLSX, csv_text, xlsx_bytes
from app.places.models import District
from app.web.budget_import_view import PaperView, paper_view, skip_words
from app.web.budget_view import month_words, version_title, version_url
from app.web.doors import Clerk
from app.web.forms import Filled, Form, Posted, blank, fill
from app.web.frame import Link
from app.web.render import file, page, see_other
from app.web.roll import my_name
from app.web.sheet import page_asked
from app.web.visit import Visit
from app.words import phrases
from app.words.catalogue import N_, translations

router = APIRouter()
MOST_PLACES = 400  # of columns and rows, in a form


class ImportForm(BaseModel):
    """Of which year and month a file is; the file itself comes beside it."""

    year: int = Field(ge=FIRST_YEAR, le=2100)
    month: int = Field(ge=PLAN, le=ANNUAL)
    unit: Literal["", "1", "1000", "1000000"] = ""
    alone: Literal["", "1"] = ""


@dataclass(frozen=True, slots=True)
class AskView:
    """The page where a file is chosen."""

    url: str
    years: tuple[tuple[str, str], ...]
    months: tuple[tuple[str, str], ...]
    units: tuple[tuple[str, str], ...]
    most_mb: int
    templates: tuple[Link, ...]
    back: Link
    waiting: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class CheckView:
    """A paper that waits to be confirmed."""

    url: str
    back: Link
    again: str
    title: str
    name: str
    sha256: str
    ends_at: datetime
    execution: bool
    alone: bool
    paper: PaperView | None  # None: it cannot be read at all
    holds: Link | None  # the version that holds now
    waiting: str  # the seal of the draft that waits
    waiting_by: str
    waiting_at: datetime | None
    skip: str


@router.get("/{lang}/{slug}/desk/budget/template.csv")
def template_csv(visit: Clerk, year: str = "", month: str = "") -> Response:
    """A paper to fill in, as CSV."""
    of_year, of_month = _asked(visit, year, month)
    entries = classification(visit.session, district_id=visit.district.id, year=of_year)
    paper = blank_paper(entries, of_month)
    return file(
        csv_text(paper.heads, paper.rows), CSV, name=_file(of_year, of_month, "csv"), public=False
    )


@router.get("/{lang}/{slug}/desk/budget/template.xlsx")
def template_xlsx(visit: Clerk, year: str = "", month: str = "") -> Response:
    """A paper to fill in, as a workbook."""
    of_year, of_month = _asked(visit, year, month)
    entries = classification(visit.session, district_id=visit.district.id, year=of_year)
    paper = blank_paper(entries, of_month)
    body = xlsx_bytes(
        paper.heads,
        paper.rows,
        title=str(of_year),
        above=[title_of(visit.district.name_kk, of_year, of_month)],
    )
    return file(body, XLSX, name=_file(of_year, of_month, "xlsx"), public=False)


@router.get("/{lang}/{slug}/desk/budget/import")
def ask_import(visit: Clerk, year: str = "", month: str = "") -> Response:
    """The page where a file is chosen."""
    of_year, of_month = _asked(visit, year, month)
    return _ask_page(visit, blank(year=of_year, month=of_month))


@router.post("/{lang}/{slug}/desk/budget/import")
def choose(visit: Clerk, posted: Form) -> Response:
    """Reads a file and holds it until it is confirmed."""
    form = fill(ImportForm, posted)
    files = posted.files.get("paper", [])
    if not files:
        form = form.refused(Refusal("budget_papers.no_file", field="paper"))
    if form.value is None or not files:
        return _ask_page(visit, form, status=422)
    assert visit.who is not None
    assert visit.who.official_id is not None
    typed, home = form.value, visit.district
    decided = Decided(Choices(unit=int(typed.unit) if typed.unit else None), typed.alone == "1")
    here = here_of(home)
    try:
        insist(why_not_year(typed.year, day_of(visit.now)))
        insist(why_not_month(typed.year, typed.month, day_of(visit.now)))
        entries = classification(visit.session, district_id=home.id, year=typed.year)
        home_id, official_id = home.id, visit.who.official_id
        # A workbook takes a moment; a reader that waits for it would hold up SQLite's writers.
        visit.session.rollback()
        read_paper(
            files[0].data, entries=entries, month=typed.month, choices=decided.choices, here=here
        )
    except Refusal as why:
        return _ask_page(visit, form.refused(why if why.field else why.at("paper")), status=422)
    with transaction(visit.session):
        upload = hold(
            visit.session,
            district_id=home_id,
            official_id=official_id,
            year=typed.year,
            month=typed.month,
            name=files[0].name,
            data=files[0].data,
            decided=decided,
            now=visit.now,
        )
    return see_other(visit, f"{visit.here}/desk/budget/import/{upload.id}")


@router.get("/{lang}/{slug}/desk/budget/import/{upload_id}")
def show(visit: Clerk, upload_id: str, page_: Annotated[str, Query(alias="page")] = "") -> Response:
    """Everything that a paper would change, row by row."""
    return _check_page(visit, upload_id, blank(), number=page_asked(page_))


@router.post("/{lang}/{slug}/desk/budget/import/{upload_id}")
def settle(visit: Clerk, upload_id: str, posted: Form) -> Response:
    """Reads the paper anew as the clerk says it is, or keeps it as a draft."""
    keep = posted.text("do") == "keep"
    form: Filled[Any] = blank(instead=posted.text("instead"))
    try:
        with transaction(visit.session):
            if keep:
                draft = confirm(
                    visit.session,
                    district_id=visit.district.id,
                    upload_id=upload_id,
                    here=here_of(visit.district),
                    seen_seal=posted.text("seal") if posted.text("instead") == "1" else "",
                    by_name=my_name(visit),
                    now=visit.clock.now(),
                )
                where = f"{visit.here}/desk/budget/{draft.year}/{draft.month}"
            else:
                upload = _load(visit, upload_id, lock=True)
                decide(visit.session, upload, _decided(posted, decided_of(upload.decided)))
                where = f"{visit.here}/desk/budget/import/{upload_id}"
    except LookupError:
        raise HTTPException(404) from None
    except Refusal as why:
        return _check_page(visit, upload_id, form.refused(why), status=422)
    return see_other(visit, where)


@router.post("/{lang}/{slug}/desk/budget/import/{upload_id}/drop")
def drop(visit: Clerk, upload_id: str, posted: Form) -> Response:
    """Throws a file away that was only read."""
    try:
        with transaction(visit.session):
            _load(visit, upload_id)
            drop_upload(visit.session, district_id=visit.district.id, upload_id=upload_id)
    except LookupError:
        raise HTTPException(404) from None
    return see_other(visit, f"{visit.here}/desk/budget")


def here_of(home: District) -> Here:
    """The unit that a paper of this district must name, if it names one."""
    return Here(home.kato, (home.name_kk, home.short_kk, home.name_ru, home.short_ru))


def month_options(visit: Visit) -> tuple[tuple[str, str], ...]:
    """What a paper may be: the plan, a month's execution, the year's report."""
    plan = translations(visit.lang).gettext(N_("Plan of the year"))
    return (
        (str(PLAN), plan),
        *((str(one), month_words(one, visit.lang)) for one in range(1, ANNUAL + 1)),
    )


def unit_options(visit: Visit) -> tuple[tuple[str, str], ...]:
    """What a paper counts in."""
    as_said = translations(visit.lang).gettext(N_("as the paper itself says"))
    return (
        ("", as_said),
        *((str(one), phrases.label(f"budget_unit.{one}", visit.lang)) for one in UNITS),
    )


def year_options(visit: Visit) -> tuple[tuple[str, str], ...]:
    """The years of which there may be a paper."""
    last = day_of(visit.now).year + 2
    return tuple((str(one), str(one)) for one in range(last, FIRST_YEAR - 1, -1))


def _asked(visit: Visit, year: str, month: str) -> tuple[int, int]:
    """The year and month an address asks for; this year's plan for anything odd."""
    today = day_of(visit.now)
    of_year = int(year) if year.isascii() and year.isdigit() and len(year) == 4 else today.year
    if why_not_year(of_year, today) is not None:
        of_year = today.year
    of_month = int(month) if month.isascii() and month.isdigit() and len(month) < 3 else PLAN
    return of_year, of_month if of_month <= ANNUAL else PLAN


def _file(year: int, month: int, kind: str) -> str:
    return f"budget-{year}.{kind}" if month == PLAN else f"budget-{year}-{month}.{kind}"


def _load(visit: Visit, upload_id: str, *, lock: bool = False) -> BudgetUpload:
    return load_upload(
        visit.session,
        district_id=visit.district.id,
        upload_id=upload_id,
        now=visit.clock.now(),
        lock=lock,
    )


def _decided(posted: Posted, before: Decided) -> Decided:
    """What the form says of columns and rows; what it does not name stays as it was."""
    columns = dict(before.choices.columns)
    rows = dict(before.choices.rows)
    roles = {str(role): role for role in Role}
    for name in list(posted.many)[:MOST_PLACES]:
        kind, _, rest = name.partition("-")
        said = posted.text(name)
        block, _, place = rest.partition("-")
        if kind == "col" and _is_place(block) and _is_place(place) and said in roles:
            columns[int(block), int(place)] = roles[said]
        elif kind == "row" and _is_place(rest):
            if said:
                rows[int(rest)] = said[:120]
            else:
                rows.pop(int(rest), None)
    unit, sheet = posted.text("unit"), posted.text("sheet")
    chosen = int(sheet) if _is_place(sheet) else before.choices.sheet
    if chosen != before.choices.sheet and before.choices.sheet is not None:
        columns, rows = {}, {}  # they were said of another sheet
    alone = posted.text("alone") == "1" if "alone" in posted.many else before.alone
    return Decided(
        Choices(
            sheet=chosen,
            unit=int(unit) if unit in {str(one) for one in UNITS} else before.choices.unit,
            columns=columns,
            rows=rows,
        ),
        alone,
    )


def _is_place(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 7


def _ask_page(visit: Visit, form: Filled[Any], *, status: int = 200) -> Response:
    say = translations(visit.lang).gettext
    here = f"{visit.here}/desk/budget"
    year = form.typed.get("year", "")
    month = form.typed.get("month", "")
    asked = _asked(visit, year, month)
    query = f"?year={asked[0]}&month={asked[1]}"
    view = AskView(
        url=f"{here}/import",
        years=year_options(visit),
        months=month_options(visit),
        units=unit_options(visit),
        most_mb=MOST_BYTES // 1_000_000,
        templates=(
            Link(f"{here}/template.xlsx{query}", say(N_("A paper to fill in (XLSX)"))),
            Link(f"{here}/template.csv{query}", say(N_("A paper to fill in (CSV)"))),
        ),
        back=Link(f"{here}?year={asked[0]}", say(N_("Budget"))),
        waiting=(),
    )
    return page(visit, "budget/import.html", status=status, form=form, view=view)


def _check_page(
    visit: Visit, upload_id: str, form: Filled[Any], *, number: int = 1, status: int = 200
) -> Response:
    try:
        upload = _load(visit, upload_id)
    except LookupError:
        raise HTTPException(404) from None
    session, home = visit.session, visit.district.id
    year, month = upload.year, upload.month
    url = f"{visit.here}/desk/budget/import/{upload.id}"
    held = published(session, district_id=home, year=year, month=month)
    waiting = drafts.draft_of(session, district_id=home, year=year, month=month)
    shown: PaperView | None = None
    try:
        paper = read_upload(session, upload, here=here_of(visit.district))
        entries = classification(session, district_id=home, year=year)
        lines = held.lines if held else ()
        shown = paper_view(visit, paper, entries, held=lines, url=url, page=number)
        if (why := why_not_again(session, upload)) is not None:
            form = form.refused(why)
    except Refusal as why:
        form = form.refused(why.at(""))
        status = 422 if visit.request.method == "POST" else status
    say = translations(visit.lang).gettext
    view = CheckView(
        url=url,
        back=Link(f"{visit.here}/desk/budget?year={year}", say(N_("Budget"))),
        again=f"{visit.here}/desk/budget/import?year={year}&month={month}",
        title=f"{year}: {dict(month_options(visit))[str(month)]}",
        name=upload.name,
        sha256=upload.sha256,
        ends_at=upload.ends_at,
        execution=1 < month <= 12,
        alone=decided_of(upload.decided).alone,
        paper=shown,
        holds=Link(version_url(visit, held.version), version_title(held.version, visit.lang))
        if held
        else None,
        **_waiting(waiting),
        skip=skip_words(visit.lang),
    )
    return page(visit, "budget/import_check.html", status=status, form=form, view=view)


def _waiting(draft: BudgetDraft | None) -> dict[str, Any]:
    if draft is None:
        return {"waiting": "", "waiting_by": "", "waiting_at": None}
    return {"waiting": draft.seal, "waiting_by": draft.by_name, "waiting_at": draft.at}
