"""Entering what came back on paper, and settling what two people read differently."""

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from app.core.database import transaction
from app.core.refusal import Refusal
from app.rounds.calendar import Act, why_not_now
from app.voting import queries, readings
from app.voting.numbers import read_number, written
from app.web.doors import Desk
from app.web.forms import Filled, Form, blank, fill
from app.web.frame import Link
from app.web.paper import BASE, Where, desk_url, hand_of, needed_round
from app.web.render import page, see_other
from app.web.visit import Visit

router = APIRouter()


class Read(BaseModel):
    """What a person read from a sheet."""

    number: str = Field(max_length=40)
    choice: list[int] = Field(default_factory=list)
    spoiled: str = ""


@router.get(BASE + "/enter")
def ask_enter(visit: Desk, done: str = "") -> Response:
    """One sheet, as it lies there."""
    return _read_page(visit, needed_round(visit), "voting/enter.html", Filled(), done=done)


@router.post(BASE + "/enter")
def do_enter(visit: Desk, posted: Form) -> Response:
    """A first or a second reading; which of them, the sheet knows."""
    where = needed_round(visit)
    form = fill(Read, posted)
    if form.value is None:
        return _read_page(visit, where, "voting/enter.html", form, status=422)
    try:
        number = read_number(form.value.number)
        with transaction(visit.session) as session:
            came = readings.enter(
                session,
                clock=visit.clock,
                district_id=visit.district.id,
                round_id=where.round.id,
                number=number,
                choices=form.value.choice,
                spoiled=bool(form.value.spoiled),
                official_id=hand_of(visit).official_id,
            )
    except Refusal as why:
        return _read_page(visit, where, "voting/enter.html", form.refused(why), status=422)
    done = "first" if came.reading == 1 else "agree" if came.settled else "differ"
    return see_other(visit, f"{desk_url(visit)}/enter?done={done}")


@router.get(BASE + "/settle")
def ask_settle(visit: Desk, number: str = "", done: str = "") -> Response:
    """The sheets that two people read differently."""
    form = blank(number=number[:40]) if number else Filled()
    return _read_page(visit, needed_round(visit), "voting/settle.html", form, done=done)


@router.post(BASE + "/settle")
def do_settle(visit: Desk, posted: Form) -> Response:
    """A third person's reading holds."""
    where = needed_round(visit)
    form = fill(Read, posted)
    if form.value is None:
        return _read_page(visit, where, "voting/settle.html", form, status=422)
    try:
        number = read_number(form.value.number)
        with transaction(visit.session) as session:
            readings.settle(
                session,
                clock=visit.clock,
                district_id=visit.district.id,
                round_id=where.round.id,
                number=number,
                choices=form.value.choice,
                spoiled=bool(form.value.spoiled),
                official_id=hand_of(visit).official_id,
                office=hand_of(visit).office,
                by_name=hand_of(visit).name,
            )
    except Refusal as why:
        return _read_page(visit, where, "voting/settle.html", form.refused(why), status=422)
    return see_other(visit, f"{desk_url(visit)}/settle?done=settled")


def _read_page(
    visit: Visit,
    where: Where,
    template: str,
    form: Filled[Read],
    *,
    status: int = 200,
    done: str = "",
) -> Response:
    found = queries.projects(
        visit.session, district_id=where.round.district_id, round_id=where.round.id
    )
    return page(
        visit,
        template,
        status=status,
        form=form,
        options=[(one.number, f"№ {one.number}. {visit.in_lang(one, 'title')}") for one in found],
        differing=[
            Link(f"{desk_url(visit)}/settle?number={number}", written(number))
            for number in readings.differing(visit.session, of=where.round)
        ],
        done=done,
        why=why_not_now(Act.ENTER_PAPER, where.calendar, visit.now),
    )
