"""One proposal on the desk: read it, prepare its answer, extend its term."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, Field

from app.core.database import transaction
from app.core.refusal import Refusal
from app.proposals.actions import set_state_number
from app.proposals.models import Verdict
from app.proposals.pledges import promised_to
from app.proposals.queries import proposal_for
from app.proposals.review_actions import Incomplete, prepare, send_back
from app.proposals.review_queries import under_review
from app.proposals.review_rules import SHORT_MOST, TITLE_MOST, Preparation, why_not_answer
from app.proposals.review_terms import extend
from app.rounds.calendar import Act
from app.rounds.queries import calendar_of
from app.web.desk_reading import chosen_of, opened, review_view, url_of
from app.web.doors import Akim, Clerk, Desk
from app.web.forms import Day, Filled, Form, Tenge, fill
from app.web.render import page, see_other
from app.web.visit import Visit

router = APIRouter()
PATH = "/{lang}/{slug}/desk/proposals/{number}"


class ReviewForm(BaseModel):
    """What a clerk types. Everything may be missing while it is half done."""

    verdict: Verdict
    ready: bool = False
    price: Tenge | None = None  # the whole cost
    cofinanced: Tenge = 0
    title_kk: str = Field("", max_length=TITLE_MOST)
    title_ru: str = Field("", max_length=TITLE_MOST)
    short_kk: str = Field("", max_length=SHORT_MOST)
    short_ru: str = Field("", max_length=SHORT_MOST)
    reason_code: str = Field("", max_length=40)
    reason_kk: str = Field("", max_length=2000)
    reason_ru: str = Field("", max_length=2000)
    needed: Tenge | None = None
    available: Tenge | None = None
    went_to_kk: str = Field("", max_length=500)
    went_to_ru: str = Field("", max_length=500)
    again_on: Day | None = None
    forward_to_kk: str = Field("", max_length=300)
    forward_to_ru: str = Field("", max_length=300)

    def preparation(self) -> Preparation:
        """As the rules read it: there the price is what the budget pays."""
        typed = {name: getattr(self, name) for name in Preparation.__dataclass_fields__}
        if self.price is not None:
            typed["price"] = self.price - self.cofinanced
        return Preparation(**typed)


class ExtendForm(BaseModel):
    """A new day for the answer, with the reason."""

    until: Day
    why_kk: str = Field(max_length=1000)
    why_ru: str = Field(max_length=1000)


class NoteForm(BaseModel):
    """The akim's word to the clerk."""

    note: str = Field(max_length=500)


class NumberForm(BaseModel):
    """The number in the state register."""

    state_number: str = Field("", max_length=40)


@router.get(PATH)
def show(visit: Desk, number: str, verdict: str = "", saved: str = "") -> Response:
    """The proposal, its clock, and the form of one verdict."""
    return _page(visit, number, verdict=verdict, saved=saved)


@router.get(PATH + "/{act}")
def back_to_it(visit: Desk, number: str, act: str) -> Response:
    """A form's own address, asked for by a reader who changed the language: the page again."""
    return see_other(visit, url_of(visit, number))


@router.post(PATH + "/review")
def save(visit: Clerk, number: str, posted: Form) -> Response:
    """Keeps the clerk's work, half done or ready for the akim."""
    form = fill(ReviewForm, posted).unseen("verdict")
    if form.value is not None:
        typed = form.value
        try:
            with transaction(visit.session):
                prepare(
                    visit.session,
                    district_id=visit.district.id,
                    number=number,
                    preparation=typed.preparation(),
                    ready=typed.ready,
                    by_name=visit.by_name,
                    now=visit.now,
                )
            if typed.ready:
                return see_other(visit, f"{visit.here}/desk?done={number}")
            return see_other(visit, f"{url_of(visit, number)}?verdict={typed.verdict}&saved=half")
        except Incomplete as why:
            form = form.refused(*why.missing)
        except Refusal as why:
            form = form.refused(why)
    return _page(visit, number, verdict=posted.text("verdict"), form=form)


@router.post(PATH + "/number")
def save_number(visit: Clerk, number: str, posted: Form) -> Response:
    """Keeps the number of the state register."""
    form = fill(NumberForm, posted)
    if form.value is not None:
        try:
            with transaction(visit.session):
                proposal = proposal_for(
                    visit.session,
                    district_id=visit.district.id,
                    number=number,
                    who=visit.who,
                    lock=True,
                )
                if proposal is None:
                    raise HTTPException(404)
                set_state_number(
                    visit.session,
                    proposal=proposal,
                    number=form.value.state_number,
                    by_name=visit.by_name,
                    now=visit.clock.now(),
                )
            return see_other(visit, f"{url_of(visit, number)}?saved=1")
        except Refusal as why:
            form = form.refused(why)
    return _page(visit, number, form=form)


@router.post(PATH + "/extend")
def extend_term(visit: Akim, number: str, posted: Form) -> Response:
    """Extends the answer's term, once, with the reason."""
    form = fill(ExtendForm, posted)
    if form.value is not None:
        try:
            with transaction(visit.session):
                extend(
                    visit.session,
                    district_id=visit.district.id,
                    number=number,
                    until=form.value.until,
                    why_kk=form.value.why_kk,
                    why_ru=form.value.why_ru,
                    by_name=visit.by_name,
                    by_order=visit.who.by_order if visit.who else "",
                    now=visit.now,
                )
            return see_other(visit, f"{url_of(visit, number)}?saved=1")
        except Refusal as why:
            form = form.refused(why)
    return _page(visit, number, form=form)


@router.post(PATH + "/back")
def to_the_clerk(visit: Akim, number: str, posted: Form) -> Response:
    """Sends a prepared answer back to the clerk."""
    form = fill(NoteForm, posted)
    if form.value is not None:
        try:
            with transaction(visit.session):
                send_back(
                    visit.session,
                    district_id=visit.district.id,
                    number=number,
                    note=form.value.note,
                    now=visit.now,
                )
            return see_other(visit, f"{visit.here}/desk/issue")
        except Refusal as why:
            form = form.refused(why)
    return _page(visit, number, form=form)


def _page(
    visit: Visit,
    number: str,
    *,
    verdict: str = "",
    form: Filled[Any] | None = None,
    saved: str = "",
) -> Response:
    found = under_review(visit.session, district_id=visit.district.id, number=number)
    if found is None:
        raise HTTPException(404)
    proposal, review = found
    calendar = calendar_of(visit.session, round_id=proposal.round_id)
    open_now = tuple(
        one for one in Verdict if why_not_answer(Act.REVIEW, one, calendar, visit.now) is None
    )
    chosen = chosen_of(verdict, review, open_now)
    promised = promised_to(visit.session, proposal=proposal)
    base = opened(proposal, review, chosen, promised)
    form = base if form is None else replace(form, typed={**base.typed, **form.typed})
    view = review_view(visit, proposal, review, chosen, open_now, calendar, saved)
    return page(
        visit, "desk/review.html", status=422 if form.problems else 200, form=form, view=view
    )
