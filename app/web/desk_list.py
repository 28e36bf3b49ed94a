"""*Am I on the list?* at the desk: a clerk looks somebody up by name or by their document.

A number that is typed is compared and forgotten: no page shows it, nothing keeps it. Whoever
stands on another district's list is answered like somebody who stands on none.
"""

from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, Field

from app.core.refusal import Refusal
from app.people.iin import why_not_iin
from app.people.roll_check import known_people
from app.people.roll_queries import RollLine, roll_line, roll_lines
from app.rounds.models import Round
from app.rounds.rules import roll_closes_at
from app.voting.queries import why_no_right
from app.voting.voters import closing_of
from app.web.doors import Clerk
from app.web.forms import Filled, Form, blank, fill
from app.web.frame import current_round
from app.web.render import page
from app.web.rounds import round_title
from app.web.slip import list_slip
from app.web.visit import Visit

router = APIRouter()
BASE = "/{lang}/{slug}/desk/roll"
MOST = 20


class AskForm(BaseModel):
    """Whom to look for: a part of the name, or the number of the document."""

    name: str = Field(default="", max_length=120)
    iin: str = Field(default="", max_length=20)


@dataclass(frozen=True, slots=True)
class FoundRow:
    """Somebody who was found, and whether they may vote."""

    name: str
    settlement: str
    born: int  # the year, to tell namesakes apart
    url: str
    slip_url: str
    claim_url: str
    why: Refusal | None


@dataclass(frozen=True, slots=True)
class AskView:
    """The question and its answer."""

    round_title: str
    closed: bool
    asked: bool
    rows: tuple[FoundRow, ...]
    more: bool  # there are more than are shown
    claim_url: str


@router.get(BASE + "/ask")
def ask(visit: Clerk) -> Response:
    """The two ways to look somebody up."""
    return _page(visit, blank(), ())


@router.post(BASE + "/ask")
def answer(visit: Clerk, posted: Form) -> Response:
    """Yes or no. Nothing is written; it is posted so that no number stands in an address."""
    form: Filled[Any] = fill(AskForm, posted)
    form = replace(form, typed={n: t for n, t in form.typed.items() if n != "iin"})
    if form.value is None:
        return _page(visit, form, (), status=422)
    iin = form.value.iin.replace(" ", "")
    if not iin and not form.value.name.strip():
        return _page(visit, form.refused(Refusal("form.missing", field="name")), (), status=422)
    if iin:
        if why := why_not_iin(iin):
            return _page(visit, form.refused(why.at("iin")), (), status=422)
        mac = visit.keyring.mac("iin", iin)
        known = known_people(visit.session, [mac]).get(mac)
        here = known is not None and known.roll == visit.district.id
        line = _line(visit, known.id) if known and here else None
        return _page(visit, form, (line,) if line else (), asked=True)
    lines, total = roll_lines(
        visit.session, district_id=visit.district.id, name=form.value.name, most=MOST
    )
    return _page(visit, form, tuple(lines), asked=True, more=total > MOST)


@router.get(BASE + "/people/{person_id}/slip")
def slip(visit: Clerk, person_id: str) -> Response:
    """A slip for somebody on this roll, in both languages."""
    line = _line(visit, person_id)
    if line is None:
        raise HTTPException(404)
    found = current_round(visit, visit.district)
    of = found[0] if found else None
    closes = roll_closes_at(*found) if found else None
    may_vote = of is not None and _why(visit, of, line.person_id) is None
    return list_slip(visit, line, of, may_vote=may_vote, closes=closes)


def _line(visit: Visit, person_id: str) -> RollLine | None:
    return roll_line(visit.session, district_id=visit.district.id, person_id=person_id)


def _why(visit: Visit, of: Round | None, person_id: str) -> Refusal | None:
    return why_no_right(visit.session, of=of, person_id=person_id) if of else None


def _row(visit: Visit, of: Round | None, line: RollLine) -> FoundRow:
    desk = f"{visit.here}/desk/roll"
    return FoundRow(
        name=line.name,
        settlement=visit.in_lang(line, "settlement"),
        born=line.of_age_on.year - 18,
        url=f"{desk}/people/{line.person_id}",
        slip_url=f"{desk}/people/{line.person_id}/slip",
        claim_url=f"{desk}/claims/new?person={line.person_id}",
        why=_why(visit, of, line.person_id),
    )


def _page(
    visit: Visit,
    form: Filled[Any],
    lines: tuple[RollLine, ...],
    *,
    asked: bool = False,
    more: bool = False,
    status: int = 200,
) -> Response:
    found = current_round(visit, visit.district)
    of = found[0] if found else None
    view = AskView(
        round_title=round_title(visit, of) if of else "",
        closed=of is not None and closing_of(visit.session, of=of) is not None,
        asked=asked,
        rows=tuple(_row(visit, of, line) for line in lines),
        more=more,
        claim_url=f"{visit.here}/desk/roll/claims/new",
    )
    return page(visit, "voting/desk_ask.html", status=status, form=form, view=view)
