"""Asking: a resident asks the raion's deputies to look; a deputy puts a question to the office."""

from dataclasses import dataclass, replace
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from app.core.clock import day_of
from app.core.database import transaction
from app.core.ids import new_id
from app.core.refusal import Refusal
from app.followup.models import Question
from app.followup.overview import members
from app.followup.queries import open_pleas, plea_by
from app.followup.questions import ask, plead
from app.followup.rules import LEAST_WORKING_DAYS, USUAL_WORKING_DAYS
from app.people.models import Role
from app.places.queries import work_calendar
from app.proposals.models import Proposal
from app.web.doors import Asker
from app.web.forms import Day, Filled, Form, Posted, blank, fill
from app.web.frame import Link
from app.web.front_works import title_of
from app.web.proposal_page import proposal_here
from app.web.render import page, see_other
from app.web.visit import Visit
from app.words import formats
from app.words.catalogue import N_, translations

router = APIRouter()


@dataclass(frozen=True, slots=True)
class AskView:
    """The page where one asks."""

    title: str
    lang: str
    number: str
    back: Link
    url: str
    deputies: tuple[str, ...]  # whom a resident's words reach; one's own constituency first
    taken_up: Link | None  # the question that the resident's words became
    sent: bool
    plea: str  # the resident's words that the deputy takes up
    plea_by: str
    plea_lang: str
    earliest: str
    desk: Link


class PleaForm(BaseModel):
    """A resident's words to the deputies."""

    text: str = Field(min_length=10, max_length=1000)


class QuestionForm(BaseModel):
    """A deputy's question to the office."""

    text: str = Field(min_length=20, max_length=2000)
    lang: Literal["kk", "ru"]
    due: Day
    plea: str = Field(default="", max_length=20)
    id: str = Field(pattern=r"^[0-9a-f]{20}$")


@router.get("/{lang}/{slug}/proposals/{number}/ask")
def open_form(visit: Asker, number: str, plea: str = "", sent: str = "") -> Response:
    """The form: a plea for a resident, a question with its target date for a deputy."""
    proposal = proposal_here(visit, number)
    assert visit.who is not None
    if visit.who.role == Role.MASLIKHAT:
        view = _view(visit, proposal, plea_id=plea)
        calendar = work_calendar(visit.session)
        form: Filled[BaseModel] = blank(
            lang="ru" if visit.lang == "ru" else "kk",
            due=calendar.after(day_of(visit.now), USUAL_WORKING_DAYS),
            plea=plea if view.plea else "",
            id=new_id(),
        )
        return page(visit, "followup/ask_question.html", form=form, view=view)
    assert visit.who.person_id is not None
    mine = plea_by(visit.session, proposal_id=proposal.id, person_id=visit.who.person_id)
    view = _view(visit, proposal, sent=bool(sent) and mine is not None)
    template = "followup/ask_sent.html" if view.sent else "followup/ask.html"
    return page(visit, template, form=blank(text=mine.text if mine else ""), view=view)


@router.post("/{lang}/{slug}/proposals/{number}/ask")
def save(visit: Asker, number: str, posted: Form) -> Response:
    """Keeps the plea, or puts the question."""
    proposal = proposal_here(visit, number)
    assert visit.who is not None
    if visit.who.role == Role.MASLIKHAT:
        return _save_question(visit, proposal, posted)
    form = fill(PleaForm, posted)
    if form.value is not None:
        assert visit.who.person_id is not None
        try:
            with transaction(visit.session):
                plead(
                    visit.session,
                    district_id=visit.district.id,
                    proposal_id=proposal.id,
                    person_id=visit.who.person_id,
                    lang=visit.lang,
                    text=form.value.text,
                    now=visit.now,
                )
            return see_other(visit, f"{visit.here}/proposals/{number}/ask?sent=1")
        except Refusal as why:
            form = form.refused(why)
    view = _view(visit, proposal_here(visit, number))
    return page(visit, "followup/ask.html", status=422, form=form, view=view)


def _save_question(visit: Visit, proposal: Proposal, posted: Posted) -> Response:
    form = fill(QuestionForm, posted)
    number = proposal.number or ""
    if form.value is not None:
        assert visit.who is not None
        try:
            with transaction(visit.session):
                made = ask(
                    visit.session,
                    district_id=visit.district.id,
                    proposal_id=proposal.id,
                    who=visit.who,
                    lang=form.value.lang,
                    text=form.value.text,
                    due=form.value.due,
                    now=visit.now,
                    plea_id=form.value.plea or None,
                    question_id=form.value.id,
                )
            return see_other(visit, f"{visit.here}/questions/{made.number}?new=1")
        except Refusal as why:
            form = form.refused(why)
    form = form.unseen("id", "plea")
    form = replace(form, typed={"id": new_id(), **form.typed})
    view = _view(visit, proposal_here(visit, number), plea_id=posted.text("plea"))
    return page(visit, "followup/ask_question.html", status=422, form=form, view=view)


def _view(visit: Visit, proposal: Proposal, *, plea_id: str = "", sent: bool = False) -> AskView:
    session, district = visit.session, visit.district
    say = translations(visit.lang).gettext
    title, lang = title_of(visit, proposal)
    url = f"{visit.here}/proposals/{proposal.number}"
    today = day_of(visit.now)
    sitting = members(session, raion_kato=district.raion_kato, today=today)
    sitting.sort(key=lambda member: district.id not in member.constituency)
    taken_up = None
    who = visit.who
    if who is not None and who.person_id is not None:
        mine = plea_by(session, proposal_id=proposal.id, person_id=who.person_id)
        if mine is not None and mine.question_id is not None:
            question = session.get_one(Question, mine.question_id)
            words = say(N_("Question No. %(number)s")) % {"number": question.number}
            taken_up = Link(f"{visit.here}/questions/{question.number}", words)
    pleas = open_pleas(session, district_ids=[district.id]) if plea_id else []
    plea = next(
        (one for one in pleas if one.plea.id == plea_id and one.proposal.id == proposal.id), None
    )
    earliest = work_calendar(session).after(today, LEAST_WORKING_DAYS)
    return AskView(
        title=title,
        lang=lang,
        number=proposal.number or "",
        back=Link(url, say(N_("The proposal's page"))),
        url=f"{url}/ask",
        deputies=tuple(member.name for member in sitting),
        taken_up=taken_up,
        sent=sent,
        plea=plea.plea.text if plea else "",
        plea_by=plea.name if plea else "",
        plea_lang=plea.plea.lang if plea else "",
        earliest=formats.day(earliest, visit.lang),
        desk=Link(f"{visit.root}/raions/{district.raion_kato}/desk", say(N_("The deputy's desk"))),
    )
