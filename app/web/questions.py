"""Deputies' questions: the public list, one question whole, the office's answer, the verdict."""

from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, Field

from app.core.database import transaction
from app.core.refusal import Refusal
from app.followup.models import QuestionState
from app.followup.queries import Asked, asked_of
from app.followup.questions import answer, judge
from app.followup.rules import why_not_answer, why_not_judge
from app.ledger.queries import entries_about
from app.people.models import Role
from app.places.queries import work_calendar
from app.web.doors import Anyone, Deputy, Desk, may_ask
from app.web.forms import Filled, Form, fill
from app.web.frame import Link
from app.web.front_works import title_of
from app.web.raion import raion_link
from app.web.render import page, see_other
from app.web.sheet import Pager, paged
from app.web.visit import Visit
from app.web.way_steps import Step, step_of
from app.web.works_panel import QuestionLine, question_line
from app.words import formats
from app.words.catalogue import N_, translations

router = APIRouter()
Filter = Literal["waiting", "overdue", "answered", "accepted"]
FILTERS: dict[Filter, str] = {
    "waiting": N_("Awaiting an answer"),
    "overdue": N_("Overdue"),
    "answered": N_("Answered"),
    "accepted": N_("Accepted"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A question in a list."""

    line: QuestionLine
    about: Link | None
    about_lang: str
    asked_on: str
    due: str
    ask_url: str  # beside what is overdue
    answer_url: str  # at the desk


@dataclass(frozen=True, slots=True)
class QuestionList:
    """A district's questions."""

    rows: tuple[Row, ...]
    tabs: tuple[Link, ...]
    raion: Link
    pager: Pager


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One question and everything that was said about it."""

    row: Row
    back: Link
    accepted: bool | None
    why: str
    steps: tuple[Step, ...]
    verdict_url: str  # for its asker, once there is an answer
    answer_url: str  # for the office, while it owes one
    new: bool  # just put


class AnswerForm(BaseModel):
    """The office's answer, in the language of the question."""

    text: str = Field(min_length=20, max_length=4000)


class VerdictForm(BaseModel):
    """The asker's verdict."""

    verdict: Literal["accepted", "not_accepted"]
    why: str = Field(default="", max_length=2000)


def state_of(one: QuestionLine, state: str) -> Filter:
    """Which of the filters a question falls under."""
    if one.waits:
        return "overdue" if one.late else "waiting"
    return "accepted" if state == QuestionState.ACCEPTED else "answered"


@router.get("/{lang}/{slug}/questions")
def show(visit: Anyone, state: str = "") -> Response:
    """All deputies' questions to this district's office."""
    asked = asked_of(visit.session, district_ids=[visit.district.id])
    rows = _rows(visit, asked)
    states = [state_of(row.line, one.question.state) for row, one in zip(rows, asked, strict=True)]
    chosen = state if state in FILTERS else ""
    say = translations(visit.lang).gettext
    here = f"{visit.here}/questions"
    tabs = [Link(here, f"{say(N_('All'))}: {len(rows)}", not chosen)]
    for one, words in FILTERS.items():
        url = f"{here}?state={one}"
        tabs.append(Link(url, f"{say(words)}: {states.count(one)}", one == chosen))
    shown = [row for row, its in zip(rows, states, strict=True) if not chosen or its == chosen]
    rows, pager = paged(visit, shown, here, {"state": chosen})
    view = QuestionList(tuple(rows), tuple(tabs), raion_link(visit), pager)
    return page(visit, "followup/questions.html", view=view)


def _rows(visit: Visit, asked: list[Asked]) -> list[Row]:
    calendar = work_calendar(visit.session)
    rows = []
    for one in asked:
        line = question_line(visit, one.question, calendar)
        about, lang, ask_url = None, visit.lang, ""
        if one.proposal is not None:
            title, lang = title_of(visit, one.proposal)
            about = Link(f"{visit.here}/proposals/{one.proposal.number}", title)
            ask_url = f"{about.url}/ask" if line.late and may_ask(visit) else ""
        row = Row(
            line=line,
            about=about,
            about_lang=lang,
            asked_on=formats.moment(one.question.asked_at, visit.lang).split(",")[0],
            due=formats.day(one.question.due, visit.lang),
            ask_url=ask_url,
            answer_url=f"{visit.here}/desk/questions/{one.question.number}" if line.waits else "",
        )
        rows.append(row)
    return rows


def asked_here(visit: Visit, number: str) -> Asked:
    """The question of this address; 404 without one."""
    if not (number.isascii() and number.isdigit() and len(number) < 9):
        raise HTTPException(404)
    found = asked_of(visit.session, district_ids=[visit.district.id], number=int(number))
    if not found:
        raise HTTPException(404)
    return found[0]


@router.get("/{lang}/{slug}/questions/{number}")
def show_one(visit: Anyone, number: str, new: str = "") -> Response:
    """A question: its words, its clock, its answer and what became of it."""
    view = _view(visit, asked_here(visit, number), new=bool(new))
    return page(visit, "followup/question.html", view=view)


def _view(visit: Visit, asked: Asked, *, new: bool = False) -> QuestionView:
    question, who = asked.question, visit.who
    say = translations(visit.lang).gettext
    entries = entries_about(
        visit.session,
        district_id=question.district_id,
        subject=question.proposal_id or question.id,
    )
    at_desk = (
        who is not None
        and who.role in (Role.CLERK, Role.AKIM)
        and who.district_id == question.district_id
    )
    asker = (
        who is not None
        and who.role == Role.MASLIKHAT
        and why_not_judge(question, office_id=who.office_id) is None
    )
    judged = question.state in (QuestionState.ACCEPTED, QuestionState.NOT_ACCEPTED)
    row = _rows(visit, [asked])[0]
    return QuestionView(
        row=row,
        back=Link(f"{visit.here}/questions", say(N_("All questions of the district"))),
        accepted=question.state == QuestionState.ACCEPTED if judged else None,
        why=question.verdict_why,
        steps=tuple(
            step_of(visit, entry)
            for entry in entries
            if entry.facts.get("question") == question.number
        ),
        verdict_url=f"{visit.here}/questions/{question.number}/verdict" if asker else "",
        answer_url=row.answer_url if at_desk else "",
        new=new,
    )


@router.post("/{lang}/{slug}/questions/{number}/verdict")
def save_verdict(visit: Deputy, number: str, posted: Form) -> Response:
    """Its asker accepts the answer, or does not and says why."""
    asked = asked_here(visit, number)
    form: Filled[VerdictForm] = fill(VerdictForm, posted)
    if form.value is not None:
        assert visit.who is not None
        try:
            with transaction(visit.session):
                judge(
                    visit.session,
                    district_id=visit.district.id,
                    number=asked.question.number,
                    who=visit.who,
                    accepted=form.value.verdict == "accepted",
                    why="" if form.value.verdict == "accepted" else form.value.why,
                    now=visit.now,
                )
            return see_other(visit, f"{visit.here}/questions/{number}")
        except Refusal as why:
            form = form.refused(why)
    view = _view(visit, asked_here(visit, number))
    return page(visit, "followup/question.html", status=422, form=form, view=view)


@router.get("/{lang}/{slug}/desk/questions")
def show_desk(visit: Desk) -> Response:
    """What the office owes deputies, by target date."""
    asked = asked_of(visit.session, district_ids=[visit.district.id])
    owed = [one for one in asked if why_not_answer(one.question) is None]
    rows, pager = paged(visit, _rows(visit, owed), f"{visit.here}/desk/questions", {})
    view = QuestionList(tuple(rows), (), raion_link(visit), pager)
    return page(visit, "followup/desk_questions.html", view=view)


@router.get("/{lang}/{slug}/desk/questions/{number}")
def open_answer(visit: Desk, number: str) -> Response:
    """The form for an answer."""
    view = _view(visit, asked_here(visit, number))
    return page(visit, "followup/answer.html", view=view)


@router.post("/{lang}/{slug}/desk/questions/{number}")
def save_answer(visit: Desk, number: str, posted: Form) -> Response:
    """Publishes the office's answer."""
    asked = asked_here(visit, number)
    form = fill(AnswerForm, posted)
    if form.value is not None:
        assert visit.who is not None
        try:
            with transaction(visit.session):
                answer(
                    visit.session,
                    district_id=visit.district.id,
                    number=asked.question.number,
                    who=visit.who,
                    lang=asked.question.lang,
                    text=form.value.text,
                    now=visit.now,
                )
            return see_other(visit, f"{visit.here}/questions/{number}")
        except Refusal as why:
            form = form.refused(why)
    view = _view(visit, asked_here(visit, number))
    return page(visit, "followup/answer.html", status=422, form=form, view=view)
