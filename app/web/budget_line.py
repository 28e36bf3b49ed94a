"""One line of a draft: where it stands, its words, its project or round, or away with it."""

from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, Field

from app.budget import drafts
from app.budget.classification import Classification, classification
from app.budget.drafts import Work
from app.budget.models import PLAN, Side
from app.budget.sums import Line
from app.core.database import transaction
from app.core.money import read_sum
from app.core.refusal import Refusal
from app.proposals.models import Proposal
from app.proposals.queries import ballot_projects, proposal_for
from app.rounds.queries import round_of, rounds_of
from app.web.budget_draft import known_paper
from app.web.budget_draft_form import columns, line_of, opening, unit_of
from app.web.budget_draft_view import KeyNames, heads_of, options_of
from app.web.budget_papers_desk import paper_title
from app.web.doors import Clerk
from app.web.forms import Filled, Form, Posted, blank, fill
from app.web.frame import Link
from app.web.front_works import title_of
from app.web.render import page, see_other
from app.web.rounds import round_title
from app.web.visit import Visit
from app.words.catalogue import N_, translations

router = APIRouter()
REMOVE = "remove"
MOST_ROUNDS = 4  # whose projects are offered
MOST_TITLE = 70


class LineForm(BaseModel):
    """What a line is; its sums are read beside it."""

    seal: str
    key: str
    code: str = Field(default="", max_length=20)
    name_kk: str = Field(default="", max_length=300)
    name_ru: str = Field(default="", max_length=300)
    project: str = ""
    round: str = ""


@dataclass(frozen=True, slots=True)
class LinePage:
    """A line at the desk."""

    title: str
    name: str
    url: str
    back: Link
    unit: int
    cells: tuple[tuple[str, str], ...]  # field, label
    options: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    projects: tuple[tuple[str, str], ...]
    rounds: tuple[tuple[str, str], ...]
    spending: bool


@router.get("/{lang}/{slug}/desk/budget/{year:int}/{month:int}/lines/{line:int}")
def show(visit: Clerk, year: int, month: int, line: int, unit: str = "") -> Response:
    """A line of the draft."""
    known_paper(visit, year, month)
    _, work = _work(visit, year, month)
    one = _line(work, line)
    return _page(
        visit, year, month, line, one, unit_of(unit), _opening(visit, year, month, line, unit)
    )


@router.post("/{lang}/{slug}/desk/budget/{year:int}/{month:int}/lines/{line:int}")
def keep(visit: Clerk, year: int, month: int, line: int, posted: Form) -> Response:
    """Changes the line, or takes it out of the draft."""
    known_paper(visit, year, month)
    unit = unit_of(posted.text("unit"))
    form = fill(LineForm, posted).unseen("seal")
    entries = classification(visit.session, district_id=visit.district.id, year=year)
    draft = drafts.draft_of(visit.session, district_id=visit.district.id, year=year, month=month)
    work = drafts.work_of(draft) if draft else Work((), {})
    if draft is None or not 1 <= line <= len(work.lines):
        was = line_of(posted.text("key"), entries) or Line(Side.SPENDING, 0)
        form = form.refused(Refusal("budget.draft_gone"))
        return _page(visit, year, month, line, was, unit, form, status=422)
    one = _line(work, line)
    lines: list[Line] = list(work.lines)
    if form.value is not None and posted.text("do") == REMOVE:
        del lines[line - 1]
    elif form.value is not None:
        changed, wrong = _changed(visit, posted, form.value, one, month, entries)
        form = form.refused(*wrong)
        lines[line - 1] = changed
    if form.value is not None and not form.problems:
        try:
            with transaction(visit.session):
                drafts.save(
                    visit.session,
                    district_id=visit.district.id,
                    year=year,
                    month=month,
                    lines=lines,
                    stated=work.stated,
                    file_id=draft.file_id,
                    seal=form.value.seal,
                    by_name=visit.by_name,
                    now=visit.now,
                )
            return see_other(visit, _back(visit, year, month, unit))
        except Refusal as why:
            form = form.refused(why)
    return _page(visit, year, month, line, one, unit, form, status=422)


def _changed(
    visit: Visit,
    posted: Posted,
    value: LineForm,
    one: Line,
    month: int,
    entries: Classification,
) -> tuple[Line, list[Refusal]]:
    wrong = []
    # A line that its paper does not divide further than its side stays so until it is placed.
    placed = one if value.key == one.key else line_of(value.key, entries)
    if placed is None:
        return one, [Refusal("form.choice", field="key")]
    amounts: dict[str, Any] = {}
    for name in columns(month):
        text = posted.text(name)
        try:
            amounts[name] = (
                read_sum(
                    text, unit=unit_of(posted.text("unit")), signed=placed.side == Side.FINANCING
                )
                if text
                else None
            )
        except Refusal as why:
            wrong.append(why.at(name))
    amounts["amount"] = amounts.get("amount") or 0
    project_id = round_id = None
    if value.project and placed.side == Side.SPENDING:
        project = proposal_for(
            visit.session, district_id=visit.district.id, number=value.project, who=visit.who
        )
        project_id = project.id if project else None
        if project is None:
            wrong.append(Refusal("form.choice", field="project"))
    if value.round and placed.side == Side.SPENDING and month == PLAN:
        found = round_of(visit.session, district_id=visit.district.id, round_id=value.round)
        round_id = found.id if found else None
        if found is None:
            wrong.append(Refusal("form.choice", field="round"))
    return (
        replace(
            one,
            side=placed.side,
            part=placed.part,
            article=placed.article,
            code=value.code,
            name_kk=value.name_kk,
            name_ru=value.name_ru,
            proposal_id=project_id,
            round_id=round_id,
            **amounts,
        ),
        wrong,
    )


def _work(visit: Visit, year: int, month: int) -> tuple[Any, Work]:
    draft = drafts.draft_of(visit.session, district_id=visit.district.id, year=year, month=month)
    if draft is None:
        raise HTTPException(404)
    return draft, drafts.work_of(draft)


def _line(work: Work, place: int) -> Line:
    if not 1 <= place <= len(work.lines):
        raise HTTPException(404)
    return work.lines[place - 1]


def _back(visit: Visit, year: int, month: int, unit: int) -> str:
    return f"{visit.here}/desk/budget/{year}/{month}{'?unit=1000' if unit > 1 else ''}#check"


def _opening(visit: Visit, year: int, month: int, place: int, unit: str) -> Filled[Any]:
    draft, work = _work(visit, year, month)
    one = _line(work, place)
    sums = opening([one], {}, month=month, unit=unit_of(unit))
    number = ""
    if one.proposal_id:
        found = visit.session.get(Proposal, one.proposal_id)
        number = (found.number or "") if found and found.district_id == visit.district.id else ""
    return blank(
        **{name.removesuffix("-1"): text for name, text in sums.items()},
        seal=draft.seal,
        key=one.key,
        code=one.code,
        name_kk=one.name_kk,
        name_ru=one.name_ru,
        project=number,
        round=one.round_id or "",
    )


def _page(
    visit: Visit,
    year: int,
    month: int,
    place: int,
    one: Line,
    unit: int,
    form: Filled[Any],
    *,
    status: int = 200,
) -> Response:
    say = translations(visit.lang).gettext
    entries = classification(visit.session, district_id=visit.district.id, year=year)
    names = KeyNames(visit, entries)
    rounds = rounds_of(visit.session, district_id=visit.district.id)
    projects = [
        (project.number or "", f"{project.number} · {title_of(visit, project)[0][:MOST_TITLE]}")
        for of in rounds[:MOST_ROUNDS]
        for project in ballot_projects(visit.session, district_id=visit.district.id, round_id=of.id)
    ]
    options = options_of(visit, names, entries)
    key = form.typed.get("key", "")
    if key == one.key and not any(key == value for _, some in options for value, _ in some):
        options = (("–", ((key, names.key(key)),)), *options)
    chosen = form.typed.get("project", "")
    if chosen and chosen not in dict(projects) and status == 200:
        projects.append((chosen, chosen))
    view = LinePage(
        title=say(N_("Line %(number)s")) % {"number": place},
        name=names.line(one),
        url=f"{visit.here}/desk/budget/{year}/{month}/lines/{place}",
        back=Link(_back(visit, year, month, unit), paper_title(visit, year, month)),
        unit=unit,
        cells=tuple(zip(columns(month), heads_of(visit, year, month), strict=True)),
        options=options,
        projects=tuple(projects),
        rounds=tuple((of.id, round_title(visit, of)) for of in rounds) if month == PLAN else (),
        spending=one.side == Side.SPENDING,
    )
    return page(visit, "budget/desk_line.html", status=status, form=form, view=view)
