"""Claims about the list at the desk: written down for somebody, answered, printed as a letter."""

from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, Field

from app.core.clock import day_of
from app.core.database import transaction
from app.core.ids import new_id
from app.core.refusal import Refusal
from app.people.claims import (
    ClaimCounts,
    answer_claim,
    claim_counts,
    claim_of,
    claims_of,
    contact_of,
    file_claim,
)
from app.people.conflicts import open_days
from app.people.consent import actor_of
from app.people.roll_models import ClaimKind, RollClaim, Verdict
from app.people.roll_queries import roll_line
from app.web.doors import Clerk
from app.web.forms import Filled, Form, blank, fill
from app.web.on_list import ClaimRow, claim_kinds, claim_row
from app.web.render import page, see_other
from app.web.slip import claim_paper
from app.web.visit import Visit
from app.words import formats, phrases

router = APIRouter()
BASE = "/{lang}/{slug}/desk/roll/claims"


class NewForm(BaseModel):
    """A claim written down for somebody."""

    claim: str = Field(min_length=8, max_length=64)
    person: str = Field(default="", max_length=64)
    name: str = Field(min_length=3, max_length=120)
    kind: ClaimKind
    text: str = Field(min_length=10, max_length=1000)
    contact: str = Field(min_length=3, max_length=120)


class AnswerForm(BaseModel):
    """The answer in writing."""

    verdict: Verdict
    answer: str = Field(min_length=10, max_length=2000)


@dataclass(frozen=True, slots=True)
class ClaimList:
    """The desk's list of claims, and how many conflicts wait for the raion."""

    rows: tuple[ClaimRow, ...]
    counts: ClaimCounts
    conflicts: tuple[str, ...]  # the days they began: all that a desk learns
    new_url: str
    ask_url: str


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """One claim at the desk."""

    row: ClaimRow
    contact: str
    act_url: str  # where a granted one is carried out
    letter_url: str
    verdicts: tuple[tuple[str, str], ...]


@router.get(BASE)
def show(visit: Clerk) -> Response:
    """The claims: those that wait first, the nearest day first."""
    found = claims_of(visit.session, district_id=visit.district.id)
    days = open_days(visit.session, district_id=visit.district.id)
    view = ClaimList(
        rows=tuple(claim_row(visit, one) for one in found),
        counts=claim_counts(visit.session, district_id=visit.district.id, today=day_of(visit.now)),
        conflicts=tuple(formats.day(day_of(one), visit.lang) for one in days),
        new_url=f"{visit.here}/desk/roll/claims/new",
        ask_url=f"{visit.here}/desk/roll/ask",
    )
    return page(visit, "voting/claims.html", view=view)


@router.get(BASE + "/new")
def new(visit: Clerk, person: str = "") -> Response:
    """The form: for somebody on the roll, or for somebody who is missing from it."""
    name = _name(visit, person)
    kind = ClaimKind.WRONG if name else ClaimKind.MISSING
    person = person if name else ""
    return _form(visit, blank(claim=new_id(), person=person, name=name, kind=kind.value))


@router.post(BASE + "/new")
def filed(visit: Clerk, posted: Form) -> Response:
    """Writes the claim down; its receipt can be printed at once."""
    form = fill(NewForm, posted).unseen("claim", "person")
    if form.value is None:
        return _form(visit, form, status=422)
    typed = form.value
    assert visit.who is not None
    if typed.person and not _name(visit, typed.person):
        return _form(visit, form.refused(Refusal("form.wrong")), status=422)
    try:
        with transaction(visit.session):
            made = file_claim(
                visit.session,
                keyring=visit.keyring,
                district_id=visit.district.id,
                kind=typed.kind,
                name=typed.name,
                text=typed.text,
                contact=typed.contact,
                lang=visit.lang,
                now=visit.clock.now(),
                person_id=typed.person or None,
                clerk=visit.who.name,
                claim_id=typed.claim,
            )
            number = made.number
    except Refusal as why:
        return _form(visit, form.refused(why), status=422)
    return see_other(visit, f"{visit.here}/desk/roll/claims/{number}")


@router.get(BASE + "/{number}")
def one(visit: Clerk, number: str) -> Response:
    """One claim, with the form for its answer."""
    return _claim_page(visit, _claim(visit, number), blank())


@router.post(BASE + "/{number}")
def answered(visit: Clerk, number: str, posted: Form) -> Response:
    """Answers the claim, once."""
    claim = _claim(visit, number)
    form = fill(AnswerForm, posted)
    if form.value is None:
        return _claim_page(visit, claim, form, status=422)
    assert visit.who is not None
    by = actor_of(visit.who)
    try:
        with transaction(visit.session):
            answer_claim(
                visit.session,
                district_id=visit.district.id,
                number=claim.number,
                verdict=form.value.verdict,
                answer=form.value.answer,
                office=by.office,
                by_name=by.name,
                now=visit.clock.now(),
            )
    except Refusal as why:
        return _claim_page(visit, _claim(visit, number), form.refused(why), status=422)
    return see_other(visit, f"{visit.here}/desk/roll/claims/{claim.number}")


@router.get(BASE + "/{number}/letter")
def letter(visit: Clerk, number: str) -> Response:
    """On paper, in both languages: the receipt, then the answer."""
    return claim_paper(visit, _claim(visit, number))


def _claim(visit: Visit, number: str) -> RollClaim:
    if not (number.isascii() and number.isdigit() and len(number) < 7):
        raise HTTPException(404)
    try:
        return claim_of(visit.session, district_id=visit.district.id, number=int(number))
    except LookupError:
        raise HTTPException(404) from None


def _name(visit: Visit, person_id: str) -> str:
    line = roll_line(visit.session, district_id=visit.district.id, person_id=person_id)
    return line.name if line else ""


def _form(visit: Visit, form: Filled[Any], status: int = 200) -> Response:
    if "claim" not in form.typed:
        form = replace(form, typed={**form.typed, "claim": new_id()})
    return page(
        visit,
        "voting/claim_new.html",
        status=status,
        form=form,
        kinds=claim_kinds(visit),
        listed=bool(form.typed.get("person")),
    )


def _act_url(visit: Visit, claim: RollClaim) -> str:
    """Where what was granted is done: the form that adds, or the one that corrects this line."""
    roll = f"{visit.here}/desk/roll"
    if claim.kind == ClaimKind.STRANGER:
        return roll
    if claim.person_id is None or not _name(visit, claim.person_id):
        return f"{roll}/add" if claim.kind == ClaimKind.MISSING else roll
    return f"{roll}/people/{claim.person_id}/correct"


def _claim_page(visit: Visit, claim: RollClaim, form: Filled[Any], status: int = 200) -> Response:
    roll = f"{visit.here}/desk/roll"
    view = ClaimPage(
        row=claim_row(visit, claim),
        contact=contact_of(visit.keyring, claim),
        act_url=_act_url(visit, claim),
        letter_url=f"{roll}/claims/{claim.number}/letter",
        verdicts=tuple(
            (verdict.value, phrases.label(f"verdict.{verdict}", visit.lang)) for verdict in Verdict
        ),
    )
    return page(visit, "voting/claim.html", status=status, form=form, view=view)
