"""*Am I on the list?* for a resident: what it says of them, whether they may vote, their claims."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, Field

from app.core.clock import day_of
from app.core.database import transaction
from app.core.ids import new_id
from app.core.refusal import Refusal
from app.people.claims import claim_term, file_claim, own_claims
from app.people.roll_models import ClaimKind, RollClaim
from app.people.roll_queries import RollLine, roll_line
from app.places.queries import work_calendar
from app.rounds.models import Round
from app.rounds.rules import roll_closes_at
from app.voting.queries import why_no_right
from app.voting.voters import closing_of, on_list, pseudonym
from app.web.desk import Clocked, clocked
from app.web.doors import Resident
from app.web.forms import Filled, Form, blank, fill
from app.web.frame import current_round
from app.web.render import page, see_other
from app.web.rounds import round_title
from app.web.slip import closing_moment
from app.web.visit import Visit
from app.words import phrases

router = APIRouter()
PAGE = "/{lang}/{slug}/roll/mine"


class ClaimForm(BaseModel):
    """What somebody on the roll says of the list."""

    claim: str = Field(min_length=8, max_length=64)
    kind: ClaimKind
    text: str = Field(min_length=10, max_length=1000)
    contact: str = Field(default="", max_length=120)


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim as its pages show it."""

    number: int
    url: str  # at the desk
    kind: str
    name: str
    lang: str
    text: str
    filed_at: datetime
    filed_by: str
    clock: Clocked
    verdict: str  # a Verdict's code, or empty
    answer: str
    answered_at: datetime | None
    answered_by: str


@dataclass(frozen=True, slots=True)
class Mine:
    """What the list says of somebody, and what follows from it."""

    name: str
    settlement: str
    added_on: date
    of_age_on: date
    round_title: str  # empty where the district has no round
    why: Refusal | None  # why they have no vote in it
    closes: str
    closed: bool
    line: str  # theirs in the list's file, once it is closed
    claims: tuple[ClaimRow, ...]
    kinds: tuple[tuple[str, str], ...]


@router.get(PAGE)
def show(visit: Resident) -> Response:
    """What the list says of whoever is signed in."""
    return _page(visit, blank(claim=new_id()))


@router.post(PAGE)
def claim(visit: Resident, posted: Form) -> Response:
    """Files a claim; its number and its day stand on the same page."""
    form = fill(ClaimForm, posted).unseen("claim")
    if form.value is None:
        return _page(visit, form, status=422)
    line = _line(visit)
    try:
        with transaction(visit.session):
            file_claim(
                visit.session,
                keyring=visit.keyring,
                district_id=visit.district.id,
                kind=form.value.kind,
                name=line.name,
                text=form.value.text,
                contact=form.value.contact,
                lang=visit.lang,
                now=visit.clock.now(),
                person_id=line.person_id,
                claim_id=form.value.claim,
            )
    except Refusal as why:
        return _page(visit, form.refused(why), status=422)
    return see_other(visit, f"{visit.here}/roll/mine#claims")


def claim_row(visit: Visit, one: RollClaim) -> ClaimRow:
    """A claim with its clock in words."""
    term = claim_term(one, today=day_of(visit.now), calendar=work_calendar(visit.session))
    return ClaimRow(
        number=one.number,
        url=f"{visit.here}/desk/roll/claims/{one.number}",
        kind=phrases.label(f"claim.{one.kind}", visit.lang),
        name=one.name,
        lang=one.lang,
        text=one.text,
        filed_at=one.filed_at,
        filed_by=one.filed_by,
        clock=clocked(term),
        verdict=one.verdict,
        answer=one.answer,
        answered_at=one.answered_at,
        answered_by=one.answered_by,
    )


def claim_kinds(visit: Visit) -> tuple[tuple[str, str], ...]:
    """What a claim can say, in words."""
    return tuple((kind.value, phrases.label(f"claim.{kind}", visit.lang)) for kind in ClaimKind)


def _line(visit: Visit) -> RollLine:
    assert visit.who is not None
    assert visit.who.person_id is not None
    found = roll_line(visit.session, district_id=visit.district.id, person_id=visit.who.person_id)
    if found is None:
        raise HTTPException(404)
    return found


def _own_line(visit: Visit, of: Round | None, person_id: str) -> str:
    """Whose is in the file is told only to that person."""
    if of is None or not on_list(visit.session, of=of, person_id=person_id):
        return ""
    try:
        return pseudonym(visit.keyring, round_id=of.id, person_id=person_id)
    except Refusal:
        return ""  # the key of an old round was destroyed


def _page(visit: Visit, form: Filled[Any], status: int = 200) -> Response:
    line = _line(visit)
    found = current_round(visit, visit.district)
    of = found[0] if found else None
    if form.typed.get("claim") is None:
        form = Filled({**form.typed, "claim": new_id()}, form.many, form.value, form.problems)
    claims = own_claims(visit.session, district_id=visit.district.id, person_id=line.person_id)
    view = Mine(
        name=line.name,
        settlement=visit.in_lang(line, "settlement"),
        added_on=line.added_on,
        of_age_on=line.of_age_on,
        round_title=round_title(visit, of) if of else "",
        why=why_no_right(visit.session, of=of, person_id=line.person_id) if of else None,
        closes=closing_moment(roll_closes_at(*found), visit.lang) if found else "",
        closed=of is not None and closing_of(visit.session, of=of) is not None,
        line=_own_line(visit, of, line.person_id),
        claims=tuple(claim_row(visit, one) for one in claims),
        kinds=claim_kinds(visit),
    )
    return page(visit, "voting/on_list.html", status=status, form=form, view=view)
