"""The desk's side of a round's money: what the sum rests on, lines of the draft, what is spare."""

import re
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import Session, select

from app.core.clock import day_of
from app.core.database import transaction
from app.core.ids import new_id
from app.core.refusal import Refusal
from app.decisions.into_budget import put_into_draft
from app.followup.models import SpareMove
from app.followup.spare import note_spare, savings_of
from app.proposals.models import Proposal
from app.rounds.calendar import Calendar
from app.rounds.envelope_basis import cite, state
from app.rounds.models import Round
from app.web.desk_money_view import desk_money, statement_view
from app.web.doors import Akim, Clerk, Desk
from app.web.forms import Day, Filled, Form, Tenge, blank, fill
from app.web.render import page, see_other
from app.web.rounds import the_round
from app.web.visit import Visit

router = APIRouter()
BASE = "/{lang}/{slug}/desk/round/{key}"
LINE = re.compile(r"(?P<year>20\d\d)-(?P<number>[1-9]\d{0,3})-(?P<line>0|[1-9]\d{0,3})")
Words = Annotated[str, Field(max_length=600)]
SAVED = ("line", "draft", "spare", "statement")


class LineForm(BaseModel):
    """A line of a published budget."""

    line: str = Field(max_length=20)


class StatementForm(BaseModel):
    """What the akim states."""

    amount: Tenge
    act_number: str = Field(max_length=40)
    said_on: Day
    words_kk: Words
    words_ru: Words


class SpareForm(BaseModel):
    """Money that was saved, came back or is used."""

    spare_id: str = Field(pattern=r"^[0-9a-f]{20}$")
    move: Literal["saved", "returned", "used"]
    project: str = Field(default="", max_length=20)
    amount: Tenge
    moved_on: Day
    words_kk: Words
    words_ru: Words


@router.get(BASE + "/money")
def show(visit: Desk, key: str, saved: str = "", save: str = "") -> Response:
    """What the sum rests on, the projects of the draft, and spare money."""
    one, of = the_round(visit, key)
    form = _opening(visit, one, save)
    return _page(visit, one, of, form, saved=saved if saved in SAVED else "")


@router.post(BASE + "/money/line")
def name_line(visit: Clerk, key: str, posted: Form) -> Response:
    """The sum rests on this line of a published plan."""
    one, _ = the_round(visit, key)
    form = fill(LineForm, posted)
    found = read_line(form.value.line) if form.value is not None else None
    if form.value is not None and found is None:
        form = form.refused(Refusal("form.choice", field="line"))
    if found is not None:
        try:
            with transaction(visit.session):
                cite(
                    visit.session,
                    district_id=visit.district.id,
                    round_id=one.id,
                    year=found[0],
                    number=found[1],
                    line=found[2],
                    by_name=visit.by_name,
                    now=visit.clock.now(),
                )
        except Refusal as why:
            form = form.refused(why.at("line"))
        else:
            return see_other(visit, f"{_here(visit, key)}?saved=line")
    return _again(visit, key, form)


@router.post(BASE + "/money/draft")
def put(visit: Clerk, key: str, posted: Form) -> Response:
    """Puts the round's projects into the draft budget: one press."""
    one, _ = the_round(visit, key)
    try:
        with transaction(visit.session):
            put_into_draft(
                visit.session,
                district_id=visit.district.id,
                round_id=one.id,
                by_name=visit.by_name,
                now=visit.clock.now(),
            )
    except Refusal as why:
        return _again(visit, key, blank().refused(why.at("")))
    return see_other(visit, f"{_here(visit, key)}?saved=draft")


@router.post(BASE + "/money/spare")
def spare(visit: Clerk, key: str, posted: Form) -> Response:
    """Notes money that was saved, came back or is used."""
    one, _ = the_round(visit, key)
    form = fill(SpareForm, posted).unseen("spare_id")
    if form.value is not None and not form.problems:
        value = form.value
        try:
            with transaction(visit.session):
                note_spare(
                    visit.session,
                    district_id=visit.district.id,
                    round_id=one.id,
                    move=SpareMove(value.move),
                    amount=value.amount,
                    moved_on=value.moved_on,
                    words_kk=value.words_kk,
                    words_ru=value.words_ru,
                    proposal_id=_project(visit.session, one, value.project),
                    spare_id=value.spare_id,
                    by_name=visit.by_name,
                    now=visit.clock.now(),
                )
        except Refusal as why:
            form = form.refused(why)
        else:
            return see_other(visit, f"{_here(visit, key)}?saved=spare")
    return _again(visit, key, form)


@router.get(BASE + "/statement")
def statement(visit: Akim, key: str) -> Response:
    """The akim's form: what sum, by which paper."""
    one, of = the_round(visit, key)
    form = blank(amount=one.envelope, said_on=day_of(visit.now))
    return page(visit, "rounds/statement.html", form=form, view=statement_view(visit, one, of))


@router.post(BASE + "/statement")
def stated(visit: Akim, key: str, posted: Form) -> Response:
    """Publishes the akim's statement."""
    one, of = the_round(visit, key)
    form = fill(StatementForm, posted)
    if form.value is not None:
        try:
            with transaction(visit.session):
                state(
                    visit.session,
                    district_id=visit.district.id,
                    round_id=one.id,
                    by_name=visit.by_name,
                    now=visit.clock.now(),
                    **form.value.model_dump(),
                )
        except Refusal as why:
            form = form.refused(why)
        else:
            return see_other(visit, f"{_here(visit, key)}?saved=statement")
    one, of = the_round(visit, key)
    view = statement_view(visit, one, of)
    return page(visit, "rounds/statement.html", status=422, form=form, view=view)


def read_line(typed: str) -> tuple[int, int, int | None] | None:
    """Year, version and line as `Citable.code` writes them; the line none for all of the round."""
    found = LINE.fullmatch(typed)
    if found is None:
        return None
    return int(found["year"]), int(found["number"]), int(found["line"]) or None


def _here(visit: Visit, key: str) -> str:
    return f"{visit.here}/desk/round/{key}/money"


def _project(session: Session, one: Round, number: str) -> str | None:
    """The project that a form names by its number; the rules see to whose it may be."""
    if not number:
        return None
    found = session.exec(
        select(Proposal.id).where(
            Proposal.district_id == one.district_id, Proposal.number == number
        )
    ).first()
    if found is None:
        raise Refusal("spare.which", field="project")
    return found


def _opening(visit: Visit, one: Round, save: str) -> Filled[Any]:
    """The form of spare money; with a saving chosen it opens filled in."""
    usual = {"spare_id": new_id(), "moved_on": day_of(visit.now)}
    for saving in savings_of(visit.session, of=one):
        if saving.proposal.number == save:
            return blank(**usual, move="saved", project=save, amount=saving.amount)
    return blank(**usual)


def _again(visit: Visit, key: str, form: Filled[Any]) -> Response:
    one, of = the_round(visit, key)
    opening = _opening(visit, one, "")
    typed = {**opening.typed, **form.typed}
    shown: Filled[Any] = Filled(typed=typed, many=form.many, problems=form.problems)
    return _page(visit, one, of, shown, status=422)


def _page(
    visit: Visit,
    one: Round,
    of: Calendar,
    form: Filled[Any],
    *,
    saved: str = "",
    status: int = 200,
) -> Response:
    view = desk_money(visit, one, of, saved)
    return page(visit, "rounds/desk_money.html", status=status, form=form, view=view)
