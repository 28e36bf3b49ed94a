"""The desk's page of the legal steps: what was done when, and where a paper was published."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel

from app.budget.step_models import Paper
from app.budget.step_notes import note_citizens, note_publication, note_step
from app.budget.steps import NOTED, Item, StepState, checklist, year_steps
from app.core.clock import day_of
from app.core.database import transaction
from app.core.refusal import Refusal
from app.web.budget_steps import (
    PapersView,
    asked_year,
    paper_name,
    papers_view,
    state_words,
    step_name,
)
from app.web.doors import Clerk
from app.web.forms import Filled, Form, Posted, blank, fill
from app.web.frame import Link
from app.web.render import page, see_other
from app.web.visit import Visit
from app.words import formats, phrases

router = APIRouter()


class StepForm(BaseModel):
    """A step that was done."""

    year: int
    key: str
    done_on: date
    note_kk: str = ""
    note_ru: str = ""
    url: str = ""


class PaperForm(BaseModel):
    """A paper that was published: `paper` or `paper:month`, on the site or the portal."""

    year: int
    paper: str
    place: str
    published_on: date
    paper_url: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step with its state, and the way to note it."""

    name: str
    due: str
    state: str
    late: bool
    url: str


@dataclass(frozen=True, slots=True)
class DeskSteps:
    """Everything on the desk's page of a budget year."""

    year: int
    years: tuple[Link, ...]
    rows: tuple[StepRow, ...]
    steps: tuple[tuple[str, str], ...]  # key, name
    papers: tuple[tuple[str, str], ...]  # `paper:month`, name
    places: tuple[tuple[str, str], ...]
    checklist: PapersView
    citizens_url: str
    citizens_done: str
    public: Link


@router.get("/{lang}/{slug}/desk/budget/steps")
def show(visit: Clerk, year: str = "", key: str = "", paper: str = "", month: str = "") -> Response:
    """The steps and papers of a year; a link may open a form at one of them."""
    asked = asked_year(visit, year, usual=day_of(visit.now).year)
    today = day_of(visit.now).isoformat()
    chosen = f"{paper}:{month}" if month else paper
    form = blank(key=key, paper=chosen, done_on=today, published_on=today)
    return _page(visit, asked, form)


@router.post("/{lang}/{slug}/desk/budget/steps")
def note(visit: Clerk, posted: Form) -> Response:
    """Notes that a step was done."""
    form = fill(StepForm, posted)
    if form.value is not None:
        one = form.value
        try:
            with transaction(visit.session):
                note_step(
                    visit.session,
                    district_id=visit.district.id,
                    year=one.year,
                    key=one.key,
                    done_on=one.done_on,
                    note_kk=one.note_kk,
                    note_ru=one.note_ru,
                    url=one.url,
                    by_name=visit.by_name,
                    now=visit.now,
                )
            return see_other(visit, f"{visit.here}/desk/budget/steps?year={one.year}")
        except Refusal as why:
            form = form.refused(why)
    return _page(visit, _year(visit, posted), form, status=422)


@router.post("/{lang}/{slug}/desk/budget/papers")
def note_paper(visit: Clerk, posted: Form) -> Response:
    """Notes that a paper was published on the office's site or the portal."""
    form = fill(PaperForm, posted)
    if form.value is not None:
        one = form.value
        paper, _, month = one.paper.partition(":")
        try:
            with transaction(visit.session):
                note_publication(
                    visit.session,
                    district_id=visit.district.id,
                    year=one.year,
                    paper=paper,
                    month=int(month) if month.isascii() and month.isdigit() else 0,
                    place=one.place,
                    published_on=one.published_on,
                    url=one.paper_url,
                    by_name=visit.by_name,
                    now=visit.now,
                )
            return see_other(visit, f"{visit.here}/desk/budget/steps?year={one.year}#papers")
        except Refusal as why:
            form = form.refused(why.at("paper_url") if why.field == "url" else why)
    return _page(visit, _year(visit, posted), form, status=422)


@router.post("/{lang}/{slug}/desk/budget/{year:int}/citizens")
def publish_citizens(visit: Clerk, year: int, posted: Form) -> Response:
    """The citizens' budget is published: its page is made from what is published already."""
    with transaction(visit.session):
        note_citizens(
            visit.session,
            district_id=visit.district.id,
            year=year,
            by_name=visit.by_name,
            now=visit.now,
        )
    return see_other(visit, f"{visit.here}/desk/budget/steps?year={year}#papers")


def _year(visit: Visit, posted: Posted) -> int:
    try:
        return asked_year(visit, posted.text("year"), usual=day_of(visit.now).year)
    except HTTPException:  # a year that was tampered with: the form opens at this year
        return day_of(visit.now).year


def _page(visit: Visit, year: int, form: Filled[Any], *, status: int = 200) -> Response:
    session, district, today = visit.session, visit.district, day_of(visit.now)
    here = f"{visit.here}/desk/budget/steps"
    steps = year_steps(session, district_id=district.id, year=year, today=today)
    items = checklist(session, district_id=district.id, year=year, today=today)
    papers = papers_view(visit, year, items)
    citizens = next((one for one in items if one.rule.paper == Paper.CITIZENS), None)
    wanted = [one for one in steps if one.state is not StepState.NOT_NEEDED]
    view = DeskSteps(
        year=year,
        years=tuple(
            Link(f"{here}?year={one.label}", one.label, one.current) for one in papers.years
        ),
        rows=tuple(
            StepRow(
                name=step_name(visit, one.rule),
                due=formats.day(one.due, visit.lang) if one.due else "",
                state=state_words(visit, one),
                late=one.state in (StepState.LATE, StepState.DONE_LATE),
                url=f"{here}?year={year}&key={one.rule.key}#note",
            )
            for one in wanted
        ),
        steps=tuple((one.rule.key, step_name(visit, one.rule)) for one in wanted),
        papers=tuple((_code(one), paper_name(visit, one.rule, one.month)) for one in items),
        places=tuple((one, phrases.label(f"budget.place.{one}", visit.lang)) for one in NOTED),
        checklist=papers,
        citizens_url=f"{visit.here}/desk/budget/{year}/citizens",
        citizens_done=formats.day(citizens.published_on, visit.lang)
        if citizens and citizens.published_on
        else "",
        public=Link(f"{visit.here}/budget/{year}/citizens", ""),
    )
    return page(visit, "budget/desk_steps.html", view=view, form=form, status=status)


def _code(one: Item) -> str:
    return f"{one.rule.paper}:{one.month}" if one.month else one.rule.paper
