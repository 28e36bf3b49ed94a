"""The clerk's month: what is due, one next action, drafts that wait, and the year's papers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from fastapi import APIRouter, Response

from app.budget import drafts
from app.budget.models import ANNUAL, PLAN, Budget, BudgetDraft, BudgetVersion, Kind
from app.budget.queries import newest, versions, years
from app.budget.rules import STEPS, month_over
from app.budget.step_models import Paper
from app.budget.steps import Item, StepState, checklist, year_steps
from app.core.clock import day_of
from app.web.budget_papers_desk import paper_title
from app.web.budget_steps import asked_year, paper_name, step_name
from app.web.budget_view import version_title, version_url
from app.web.doors import Clerk
from app.web.frame import Link
from app.web.render import page
from app.web.visit import Visit
from app.words import formats, phrases
from app.words.catalogue import N_, translations

router = APIRouter()
MarkKind = Literal["ok", "bad", "late", "turn", "cur", "plain"]
OF_MONTH = {Paper.MONTH: 0, Paper.YEAR: ANNUAL}
KIND_OF = {Paper.DRAFT: Kind.DRAFT, Paper.DECISION: Kind.APPROVED}
MOST_LATE = 6
SOON = timedelta(days=60)  # before its day a plan's step is worked on


@dataclass(frozen=True, slots=True)
class Next:
    """The one thing to do now."""

    title: str
    text: str
    main: Link
    other: Link | None


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper of the year: how it stands, and where it is worked on."""

    name: str
    url: str
    kind: MarkKind
    state: str
    due: str
    version: Link | None  # the one that holds
    import_url: str


@dataclass(frozen=True, slots=True)
class MonthView:
    """The clerk's page of a budget year."""

    year: int
    years: tuple[Link, ...]
    next: Next
    drafts: tuple[tuple[Link, str], ...]  # and who saved it when
    late: tuple[tuple[str, str, str], ...]  # words, day, address
    rows: tuple[PaperRow, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class _Due:
    """Something owed: its words, its day, and where it is done."""

    words: str
    due: date
    year: int
    month: int | None  # of a paper made here; None: a step to be noted


@router.get("/{lang}/{slug}/desk/budget")
def show(visit: Clerk, year: str = "") -> Response:
    """What is due, and everything of the year that was asked for."""
    today = day_of(visit.now)
    asked = asked_year(visit, year, usual=today.year)
    session, district_id = visit.session, visit.district.id
    say = translations(visit.lang).gettext
    here = f"{visit.here}/desk/budget"
    waiting = drafts.drafts(session, district_id=district_id)
    begun = {one.year: one for one in years(session, district_id=district_id)}
    owed = _owed(visit, begun, today)
    found = versions(session, district_id=district_id, year=asked)
    items = checklist(session, district_id=district_id, year=asked, today=today)
    tabs = sorted({*begun, today.year, today.year + 1, asked, *(one.year for one in waiting)})
    view = MonthView(
        year=asked,
        years=tuple(Link(f"{here}?year={one}", str(one), one == asked) for one in tabs[-6:]),
        next=_next(visit, waiting, owed, today),
        drafts=tuple(
            (
                Link(f"{here}/{one.year}/{one.month}", paper_title(visit, one.year, one.month)),
                f"{one.by_name}, {formats.moment_short(one.at, visit.lang)}",
            )
            for one in waiting
        ),
        late=tuple(
            (one.words, formats.day(one.due, visit.lang), _where(visit, one))
            for one in owed
            if one.due < today
        )[:MOST_LATE],
        rows=_rows(visit, asked, found, items, waiting, today),
        links=(
            Link(
                f"{visit.here}/desk/contributions", phrases.label("desk.contributions", visit.lang)
            ),
            Link(f"{visit.here}/desk/property", phrases.label("desk.property", visit.lang)),
            Link(f"{here}/import", say(N_("Import a file"))),
            Link(f"{here}/template.xlsx", say(N_("A template to fill in (XLSX)"))),
            Link(f"{here}/steps?year={asked}", say(N_("Legal steps and publications elsewhere"))),
            Link(f"{here}/classification?year={asked}", say(N_("Classification"))),
            Link(f"{here}/versions", say(N_("All published versions and kept files"))),
            *(
                Link(f"{visit.here}/desk/{one}", phrases.label(f"desk.{one}", visit.lang))
                for one in ("contributions", "property")
            ),
            Link(f"{visit.here}/budget/{asked}", say(N_("The public page of the year"))),
        ),
    )
    return page(visit, "budget/desk_month.html", view=view)


def _owed(visit: Visit, budgets: Mapping[int, Budget], today: date) -> list[_Due]:
    """What is due by now or next: papers made here first, then steps to note; by their days.

    Of last year only execution is asked for, where anything of it is here.
    """
    found: list[_Due] = []
    for year in sorted({today.year, today.year + 1} | (set(budgets) & {today.year - 1})):
        args = {"district_id": visit.district.id, "year": year, "today": today}
        held = budgets[year].plan_kind if year in budgets else None
        for item in checklist(visit.session, **args):  # type: ignore[arg-type]
            month = item.month or OF_MONTH.get(Paper(item.rule.paper), PLAN)
            if item.published_on is None and item.due is not None:
                kind = KIND_OF.get(Paper(item.rule.paper))
                here = month != PLAN or (kind is not None and not _passed(kind, held))
                if here or year >= today.year:
                    words = f"{year}: {paper_name(visit, item.rule, item.month)}"
                    found.append(_Due(words, item.due, year, month if here else None))
        for step in year_steps(visit.session, **args) if year >= today.year else ():  # type: ignore[arg-type]
            if step.due is not None and step.state in (StepState.LATE, StepState.NEXT):
                done_by = step.rule.done_by
                here = bool(done_by) and not _passed(Kind(done_by), held)
                words = f"{year}: {step_name(visit, step.rule)}"
                found.append(_Due(words, step.due, year, PLAN if here else None))
    return sorted(found, key=lambda one: (_opens(one) > today, one.month is None, one.due))


def _opens(one: _Due) -> date:
    """When it can be worked on: a month once it is over, a plan some weeks before."""
    if one.month:
        return month_over(one.year, one.month)
    return one.due - SOON


def months_due(visit: Visit) -> tuple[int, date] | None:
    """How many months of this year are over and not published, and the first one's day.

    A district that has published no plan of this year keeps its budget elsewhere.
    """
    today, district_id = day_of(visit.now), visit.district.id
    if newest(visit.session, district_id=district_id, year=today.year) is None:
        return None
    items = checklist(visit.session, district_id=district_id, year=today.year, today=today)
    due = [
        one.due
        for one in items
        if one.month and one.due and one.published_on is None
        if month_over(today.year, one.month) <= today
    ]
    return (len(due), min(due)) if due else None


def _passed(kind: Kind, held: str | None) -> bool:
    """Whether the plan has got so far that this step can only be noted."""
    return held is not None and STEPS.index(Kind(held)) >= STEPS.index(kind)


def _where(visit: Visit, one: _Due) -> str:
    here = f"{visit.here}/desk/budget"
    return (
        f"{here}/steps?year={one.year}" if one.month is None else f"{here}/{one.year}/{one.month}"
    )


def _next(visit: Visit, waiting: Sequence[BudgetDraft], owed: Sequence[_Due], today: date) -> Next:
    say = translations(visit.lang).gettext
    here = f"{visit.here}/desk/budget"
    if waiting:
        one = waiting[0]
        return Next(
            paper_title(visit, one.year, one.month),
            say(N_("A draft waits: check it and publish it.")),
            Link(f"{here}/{one.year}/{one.month}", say(N_("Check and publish"))),
            None,
        )
    now = [one for one in owed if one.month is not None and _opens(one) <= today]
    if now:
        first = now[0]
        words = say(N_("Was due: %(day)s") if first.due < today else N_("Due: %(day)s"))
        paper = f"year={first.year}&month={first.month}"
        day = words % {"day": formats.day(first.due, visit.lang)}
        return Next(
            paper_title(visit, first.year, first.month or PLAN),
            f"{first.words}. {day}" if first.month == PLAN else day,
            Link(f"{here}/import?{paper}", say(N_("Import a file"))),
            Link(_where(visit, first), say(N_("Type it by hand"))),
        )
    ahead = [one for one in owed if one.due >= today]
    text = say(N_("The next paper shows up here by itself."))
    if ahead:
        first = min(ahead, key=lambda one: one.due)
        day = formats.day(first.due, visit.lang)
        text = f"{first.words}. {say(N_('Due: %(day)s')) % {'day': day}}"
    return Next(
        say(N_("Nothing is to be published today")),
        text,
        Link(f"{here}/steps", say(N_("Legal steps"))),
        None,
    )


def _rows(
    visit: Visit,
    year: int,
    found: Sequence[BudgetVersion],
    items: Sequence[Item],
    waiting: Sequence[BudgetDraft],
    today: date,
) -> tuple[PaperRow, ...]:
    held: dict[int, BudgetVersion] = {one.month: one for one in found}  # the newest comes last
    drafted = {one.month for one in waiting if one.year == year}
    due: dict[int, date] = {}
    for item in items:
        if item.rule.paper in OF_MONTH and item.due is not None:
            due[item.month or ANNUAL] = item.due
    # Of the months ahead only the first is shown.
    shown = [one for one in range(PLAN, ANNUAL + 1) if _open(year, one, today) or one in held]
    ahead = [one for one in range(1, ANNUAL + 1) if one not in shown][:1]
    return tuple(
        _row(visit, year, month, held, month in drafted, due, today) for month in (*shown, *ahead)
    )


def _open(year: int, month: int, today: date) -> bool:
    return month == PLAN or today >= month_over(year, month)


def _row(
    visit: Visit,
    year: int,
    month: int,
    held: Mapping[int, BudgetVersion],
    drafted: bool,
    due: Mapping[int, date],
    today: date,
) -> PaperRow:
    say = translations(visit.lang).gettext
    here = f"{visit.here}/desk/budget"
    one, day = held.get(month), due.get(month)
    kind: MarkKind = "plain"
    if drafted:
        kind, state = "cur", say(N_("A draft waits"))
    elif one is not None:
        kind, state = "ok", say(N_("Published"))
    elif not _open(year, month, today):
        state = say(N_("Not over yet"))
    elif day is not None and day < today:
        kind, state = "late", say(N_("Late"))
    else:
        state = say(N_("Not begun")) if month == PLAN else say(N_("Due"))
    open_ = _open(year, month, today)
    return PaperRow(
        name=paper_title(visit, year, month),
        url=f"{here}/{year}/{month}" if open_ else "",
        kind=kind,
        state=state,
        due=formats.day(day, visit.lang) if day and one is None else "",
        version=Link(
            version_url(visit, one),
            f"{version_title(one, visit.lang)}"
            if month == PLAN
            else phrases.phrase(N_("Version %(number)s"), visit.lang, {"number": one.number}),
        )
        if one
        else None,
        import_url=f"{here}/import?year={year}&month={month}" if open_ and one is None else "",
    )
