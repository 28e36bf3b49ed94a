"""The desk's page of works: what is next first, then payments, a new date, photos."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, Field

from app.core.clock import day_of
from app.core.database import transaction
from app.core.ids import new_id
from app.core.refusal import Refusal
from app.followup.actions import finish_step, pay, promise_anew
from app.followup.models import WorkStage
from app.followup.photos import add_photos
from app.followup.queries import WorksRow, works_of
from app.followup.rules import current_stage, delay_of
from app.places.queries import settlements
from app.proposals.models import Proposal
from app.proposals.photos import remake
from app.rounds.calendar import Act, why_not_now
from app.rounds.queries import calendar_of
from app.web.doors import Desk
from app.web.forms import Day, Filled, Form, Tenge, blank, fill
from app.web.frame import Link
from app.web.front_works import title_of
from app.web.proposal_page import proposal_here
from app.web.proposals import names_of
from app.web.render import page, see_other
from app.web.visit import Visit
from app.web.way import Mark
from app.web.works_panel import WorksView, works_mark, works_view
from app.words import formats, phrases
from app.words.catalogue import N_, translations

router = APIRouter()
SAVED = ("stage", "payment", "promise", "photos")


@dataclass(frozen=True, slots=True)
class Row:
    """Works in the desk's list."""

    url: str
    title: str
    lang: str
    number: str
    place: str
    mark: Mark
    next: str  # the stage that is to be finished, in words
    due: str
    paid: str
    planned: str


@dataclass(frozen=True, slots=True)
class WorksList:
    """The desk's list of works."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class WorksPage:
    """One project's works at the desk."""

    title: str
    lang: str
    number: str
    url: str
    back: Link
    public: Link
    works: WorksView
    next_code: str  # the stage to finish; "" when all are done
    next: str
    next_due: str
    is_contract: bool
    left: str  # of the approved sum
    late: bool
    ready: bool
    expected: str
    closed: Refusal | None  # why nothing can be reported now
    saved: str


class StageForm(BaseModel):
    """A stage that is done."""

    stage: WorkStage
    done_on: Day
    note_kk: str = Field(default="", max_length=600)
    note_ru: str = Field(default="", max_length=600)
    contractor: str = Field(default="", max_length=200)
    contract_number: str = Field(default="", max_length=60)
    contract: Tenge | None = None


class PaymentForm(BaseModel):
    """Money paid, or a mistake taken back."""

    payment_id: str = Field(pattern=r"^[0-9a-f]{20}$")
    amount: Tenge
    paid_on: Day
    document: str = Field(max_length=200)
    take_back: bool = False


class PromiseForm(BaseModel):
    """A new date, and why."""

    expected_on: Day
    why_kk: str = Field(min_length=10, max_length=600)
    why_ru: str = Field(min_length=10, max_length=600)


class PhotosForm(BaseModel):
    """Photos of the works; the files come beside it."""


@router.get("/{lang}/{slug}/desk/works")
def show(visit: Desk) -> Response:
    """All works of the district, the unfinished first."""
    names = names_of(visit, list(settlements(visit.session, district_id=visit.district.id)))
    found = works_of(visit.session, district_ids=[visit.district.id])
    view = WorksList(tuple(_row(visit, row, names) for row in found))
    return page(visit, "followup/desk_works.html", view=view)


def _row(visit: Visit, row: WorksRow, names: dict[str, str]) -> Row:
    title, lang = title_of(visit, row.proposal)
    stage = current_stage(row.steps)
    due = next((step.promised_on for step in row.steps if step.stage == stage), None)
    return Row(
        url=f"{visit.here}/desk/works/{row.proposal.number}",
        title=title,
        lang=lang,
        number=row.proposal.number or "",
        place=names.get(row.proposal.settlement_id or "", ""),
        mark=works_mark(visit, row),
        next=phrases.label(f"work_stage.{stage}", visit.lang) if stage else "",
        due=formats.day(due, visit.lang) if due else "",
        paid=formats.tenge(row.paid),
        planned=formats.tenge(row.works.planned),
    )


@router.get("/{lang}/{slug}/desk/works/{number}")
def show_one(visit: Desk, number: str, saved: str = "") -> Response:
    """One project's works: what is next, and everything that can be reported."""
    row = _works_here(visit, number)
    view = _view(visit, row, saved=saved if saved in SAVED else "")
    return page(visit, "followup/desk_work.html", form=_opening(visit), view=view)


@router.post("/{lang}/{slug}/desk/works/{number}/stage")
def save_stage(visit: Desk, number: str, posted: Form) -> Response:
    """A stage is done."""

    def act(proposal: Proposal, value: StageForm) -> None:
        finish_step(
            visit.session,
            district_id=visit.district.id,
            proposal_id=proposal.id,
            stage=value.stage,
            done_on=value.done_on,
            note_kk=value.note_kk,
            note_ru=value.note_ru,
            contractor=value.contractor,
            contract_number=value.contract_number,
            contract=value.contract,
            **_by(visit),
        )

    return _save(visit, number, "stage", fill(StageForm, posted), act)


@router.post("/{lang}/{slug}/desk/works/{number}/payment")
def save_payment(visit: Desk, number: str, posted: Form) -> Response:
    """Money was paid."""

    def act(proposal: Proposal, value: PaymentForm) -> None:
        pay(
            visit.session,
            district_id=visit.district.id,
            proposal_id=proposal.id,
            amount=-value.amount if value.take_back else value.amount,
            paid_on=value.paid_on,
            document=value.document,
            payment_id=value.payment_id,
            **_by(visit),
        )

    return _save(visit, number, "payment", fill(PaymentForm, posted), act)


@router.post("/{lang}/{slug}/desk/works/{number}/promise")
def save_promise(visit: Desk, number: str, posted: Form) -> Response:
    """The promise slips: a new date, and why."""

    def act(proposal: Proposal, value: PromiseForm) -> None:
        promise_anew(
            visit.session,
            district_id=visit.district.id,
            proposal_id=proposal.id,
            expected_on=value.expected_on,
            why_kk=value.why_kk,
            why_ru=value.why_ru,
            **_by(visit),
        )

    return _save(visit, number, "promise", fill(PromiseForm, posted), act)


@router.post("/{lang}/{slug}/desk/works/{number}/photos")
def save_photos(visit: Desk, number: str, posted: Form) -> Response:
    """Photos of the works."""
    form = fill(PhotosForm, posted)
    files = posted.files.get("photos", [])
    if not files:
        form = replace(form.refused(Refusal("form.missing", field="photos")), value=None)
    try:
        pictures = [remake(one.data) for one in files]
    except Refusal as why:
        form = replace(form.refused(why.at("photos")), value=None)

    def act(proposal: Proposal, value: PhotosForm) -> None:
        add_photos(
            visit.session,
            district_id=visit.district.id,
            proposal_id=proposal.id,
            pictures=pictures,
            **_by(visit),
        )

    return _save(visit, number, "photos", form, act)


def _by(visit: Visit) -> dict[str, Any]:
    assert visit.who is not None
    return {"by_name": visit.who.name, "office": str(visit.who.role), "now": visit.now}


def _save(
    visit: Visit, number: str, what: str, form: Filled[Any], act: Callable[[Proposal, Any], None]
) -> Response:
    """Does one of the four in a transaction, or shows the page again with what was typed."""
    row = _works_here(visit, number)
    if form.value is not None:
        try:
            with transaction(visit.session):
                act(row.proposal, form.value)
            return see_other(visit, f"{visit.here}/desk/works/{number}?saved={what}")
        except Refusal as why:
            form = form.refused(why)
    opening, form = _opening(visit), form.unseen("stage", "payment_id")
    shown = replace(form, typed={**opening.typed, **form.typed})
    view = _view(visit, _works_here(visit, number))
    return page(visit, "followup/desk_work.html", status=422, form=shown, view=view)


def _opening(visit: Visit) -> Filled[Any]:
    today = day_of(visit.now)
    return blank(done_on=today, paid_on=today, payment_id=new_id())


def _works_here(visit: Visit, number: str) -> WorksRow:
    proposal = proposal_here(visit, number)
    found = works_of(visit.session, district_ids=[visit.district.id], proposal_id=proposal.id)
    if not found:
        raise HTTPException(404)
    return found[0]


def _view(visit: Visit, row: WorksRow, *, saved: str = "") -> WorksPage:
    say = translations(visit.lang).gettext
    title, lang = title_of(visit, row.proposal)
    stage = current_stage(row.steps)
    due: date | None = next((s.promised_on for s in row.steps if s.stage == stage), None)
    works = row.works
    calendar = calendar_of(visit.session, round_id=row.proposal.round_id)
    return WorksPage(
        title=title,
        lang=lang,
        number=row.proposal.number or "",
        url=f"{visit.here}/desk/works/{row.proposal.number}",
        back=Link(f"{visit.here}/desk/works", say(N_("All works"))),
        public=Link(
            f"{visit.here}/proposals/{row.proposal.number}", say(N_("The proposal's page"))
        ),
        works=works_view(visit, row),
        next_code=str(stage or ""),
        next=phrases.label(f"work_stage.{stage}", visit.lang) if stage else "",
        next_due=formats.day(due, visit.lang) if due else "",
        is_contract=stage is WorkStage.CONTRACT,
        left=formats.tenge(works.planned - row.paid),
        late=delay_of(works, day_of(visit.now)) is not None and works.ready_on is None,
        ready=works.ready_on is not None,
        expected=formats.day(works.expected_on or works.promised_on, visit.lang),
        closed=why_not_now(Act.FOLLOW_WORKS, calendar, visit.now),
        saved=saved,
    )
