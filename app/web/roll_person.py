"""The desk's pages of one person: added, corrected, taken off, and the whole history.

While the list of a round is closed, the same forms ask a second official instead.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, Field

from app.core.clock import day_of
from app.core.database import transaction
from app.core.refusal import Refusal, insist
from app.people.consent import actor_of
from app.people.models import BY_HAND, OffRoll
from app.people.roll import (
    add_by_hand,
    correct,
    lock_of,
    take_off,
    why_not_add,
    why_not_correct,
)
from app.people.roll_changes import HistoryItem, history_of, off_line
from app.people.roll_closed import ask_correction
from app.people.roll_models import RollLock
from app.people.roll_queries import roll_line
from app.web.doors import Clerk
from app.web.forms import Day, Filled, Form, blank, fill
from app.web.render import page, see_other
from app.web.roll import (
    PersonRow,
    locked,
    my_name,
    person_row,
    person_url,
    settlement_options,
)
from app.web.visit import Visit
from app.words import formats, phrases

router = APIRouter()


class AddForm(BaseModel):
    """Somebody added by hand."""

    name: str = Field(max_length=120)
    iin: str = Field(max_length=20)
    settlement_id: str = Field(max_length=9)
    born: Day | None = None
    basis: str = Field(min_length=3, max_length=200)
    reason: str = Field(default="", max_length=300)  # public, once the list is closed


class CorrectForm(BaseModel):
    """A line as it should be, and why."""

    name: str = Field(max_length=120)
    settlement_id: str = Field(max_length=9)
    born: Day | None = None
    why: str = Field(min_length=3, max_length=300)
    reason: str = Field(default="", max_length=300)


class OffForm(BaseModel):
    """Why somebody is taken off."""

    why: OffRoll
    note: str = Field(min_length=3, max_length=300)
    reason: str = Field(default="", max_length=300)


@dataclass(frozen=True, slots=True)
class Part:
    """What of a line was changed."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One thing that happened to somebody's line."""

    step: str  # a label's code
    day: date
    at: datetime | None
    by_name: str
    parts: tuple[Part, ...]
    why: str  # a label's code, or empty
    note: str
    source: str


@router.get("/{lang}/{slug}/desk/roll/add")
def ask_add(visit: Clerk) -> Response:
    """The page where one person is added by hand."""
    return _add_page(visit, blank())


@router.post("/{lang}/{slug}/desk/roll/add")
def add(visit: Clerk, posted: Form) -> Response:
    """Adds one person, on the basis of a document."""
    form = fill(AddForm, posted)
    if form.value is None:
        return _add_page(visit, form, status=422)
    typed, home = form.value, visit.district.id
    leads_to = f"{visit.here}/desk/roll?conflict#conflict"
    try:
        with transaction(visit.session):
            now = visit.clock.now()
            line: dict[str, Any] = {
                "name": typed.name,
                "iin": typed.iin,
                "settlement_id": typed.settlement_id,
                "born": typed.born,
            }
            if lock := lock_of(visit.session, district_id=home, now=now):
                insist(
                    why_not_add(
                        visit.session, keyring=visit.keyring, district_id=home, now=now, **line
                    )
                )
                asked = {**line, "basis": typed.basis}
                leads_to = _ask(visit, lock, "add", asked, typed.reason, now)
            else:
                person_id = add_by_hand(
                    visit.session,
                    keyring=visit.keyring,
                    district_id=home,
                    basis=typed.basis,
                    by_name=my_name(visit),
                    now=now,
                    **line,
                )
                # Somebody of another roll is none of this one: that is all there is to see.
                if roll_line(visit.session, district_id=home, person_id=person_id):
                    leads_to = person_url(visit, person_id)
    except Refusal as why:
        return _add_page(visit, form.refused(why), status=422)
    return see_other(visit, leads_to)


def _add_page(visit: Visit, form: Filled[Any], status: int = 200) -> Response:
    # The number is typed anew each time: no page sends it back.
    form = replace(form, typed={n: t for n, t in form.typed.items() if n != "iin"})
    return page(
        visit,
        "people/roll_add.html",
        status=status,
        form=form,
        places=settlement_options(visit),
        locked=locked(visit),
    )


@router.get("/{lang}/{slug}/desk/roll/people/{person_id}")
def show_person(visit: Clerk, person_id: str) -> Response:
    """One person of the roll, or somebody who was taken off it."""
    return person_page(visit, person_id, blank())


@router.get("/{lang}/{slug}/desk/roll/people/{person_id}/correct")
def ask_correct(visit: Clerk, person_id: str) -> Response:
    """The page where a line is corrected."""
    return _correct_page(visit, person_id, None)


@router.post("/{lang}/{slug}/desk/roll/people/{person_id}/correct")
def correct_line(visit: Clerk, person_id: str, posted: Form) -> Response:
    """Corrects a line, and says why."""
    form = fill(CorrectForm, posted)
    if form.value is None:
        return _correct_page(visit, person_id, form, status=422)
    typed, home = form.value, visit.district.id
    leads_to = person_url(visit, person_id)
    try:
        with transaction(visit.session):
            now = visit.clock.now()
            line: dict[str, Any] = {
                "person_id": person_id,
                "name": typed.name,
                "settlement_id": typed.settlement_id,
                "born": typed.born,
            }
            if lock := lock_of(visit.session, district_id=home, now=now):
                insist(why_not_correct(visit.session, district_id=home, now=now, **line))
                asked = {**line, "why": typed.why}
                leads_to = _ask(visit, lock, "correct", asked, typed.reason, now)
            else:
                correct(
                    visit.session,
                    keyring=visit.keyring,
                    district_id=home,
                    why=typed.why,
                    by_name=my_name(visit),
                    now=now,
                    **line,
                )
    except Refusal as why:
        return _correct_page(visit, person_id, form.refused(why), status=422)
    return see_other(visit, leads_to)


@router.post("/{lang}/{slug}/desk/roll/people/{person_id}/off")
def off(visit: Clerk, person_id: str, posted: Form) -> Response:
    """Takes one person off the roll."""
    form = fill(OffForm, posted)
    if form.value is not None and form.value.why not in BY_HAND:
        form = replace(form, value=None).refused(Refusal("form.choice", field="why"))
    if form.value is None:
        return person_page(visit, person_id, form, status=422)
    typed, home = form.value, visit.district.id
    leads_to = f"{visit.here}/desk/roll"
    try:
        with transaction(visit.session):
            now = visit.clock.now()
            if lock := lock_of(visit.session, district_id=home, now=now):
                if roll_line(visit.session, district_id=home, person_id=person_id) is None:
                    raise HTTPException(404)
                asked = {"person_id": person_id, "why": str(typed.why), "note": typed.note}
                leads_to = _ask(visit, lock, "off", asked, typed.reason, now)
            else:
                take_off(
                    visit.session,
                    district_id=home,
                    person_id=person_id,
                    why=typed.why,
                    note=typed.note,
                    by_name=my_name(visit),
                    now=now,
                )
    except Refusal as why:
        return person_page(visit, person_id, form.refused(why), status=422)
    return see_other(visit, leads_to)


def _ask(
    visit: Visit, lock: RollLock, do: str, line: Mapping[str, Any], reason: str, now: datetime
) -> str:
    """Asks a second official for a correction of a closed list; where one sees it waiting."""
    assert visit.who is not None
    plain = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in line.items()
    }
    ask_correction(
        visit.session,
        keyring=visit.keyring,
        lock=lock,
        do=do,
        line=plain,
        why=reason,
        first=actor_of(visit.who),
        now=now,
    )
    return f"{visit.here}/desk/second"


def person_page(visit: Visit, person_id: str, form: Filled[Any], status: int = 200) -> Response:
    """One person of this district's roll, now or once; 404 for anybody else."""
    home = visit.district.id
    line = roll_line(visit.session, district_id=home, person_id=person_id)
    places = dict(settlement_options(visit))
    history = [
        _history_row(visit, one, places)
        for one in history_of(visit.session, district_id=home, person_id=person_id)
    ]
    if line is None:
        was = off_line(visit.session, district_id=home, person_id=person_id)
        if was is None:
            raise HTTPException(404)
        return page(
            visit,
            "people/roll_was.html",
            status=status,
            form=form,
            name=was.name,
            url=f"{visit.here}/desk/roll/people/{person_id}",
            settlement=places.get(was.settlement_id, ""),
            day=was.day,
            history=history,
        )
    return page(
        visit,
        "people/roll_person.html",
        status=status,
        form=form,
        person=person_row(visit, line),
        added_on=line.added_on,
        of_age_on=line.of_age_on,
        card_at=line.card_issued_at,
        reasons=[(why.value, phrases.label(f"off_roll.{why}", visit.lang)) for why in BY_HAND],
        history=history,
        locked=locked(visit),
    )


def _correct_page(
    visit: Visit, person_id: str, form: Filled[Any] | None, status: int = 200
) -> Response:
    line = roll_line(visit.session, district_id=visit.district.id, person_id=person_id)
    if line is None:
        raise HTTPException(404)
    person: PersonRow = person_row(visit, line)
    return page(
        visit,
        "people/roll_correct.html",
        status=status,
        form=form or blank(name=line.name, settlement_id=line.settlement_id),
        person=person,
        of_age_on=line.of_age_on,
        today=day_of(visit.now).isoformat(),
        places=settlement_options(visit),
        locked=locked(visit),
    )


def _history_row(visit: Visit, one: HistoryItem, places: Mapping[str, str]) -> HistoryRow:
    return HistoryRow(
        step=f"roll_step.{one.step}",
        day=one.day,
        at=one.at,
        by_name=one.by_name,
        parts=changed_parts(visit.lang, one.before, one.after, places) if one.after else (),
        why=f"off_roll.{one.why}" if one.why else "",
        note=one.note,
        source=one.source,
    )


def changed_parts(
    lang: str, before: Mapping[str, str], after: Mapping[str, str], places: Mapping[str, str]
) -> tuple[Part, ...]:
    """What of a line is changed, in words: old and new."""

    def said(part: str, text: str) -> str:
        if part == "settlement_id":
            return places.get(text, text)
        return formats.day(date.fromisoformat(text), lang) if part == "of_age_on" else text

    return tuple(
        Part(
            phrases.label(f"roll_part.{part}", lang),
            said(part, before[part]) if part in before else "",
            said(part, text),
        )
        for part, text in after.items()
    )
