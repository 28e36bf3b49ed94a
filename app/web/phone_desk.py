"""At the desk: a person's phone is set against a document that was shown, or taken off."""

from typing import Any

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, Field

from app.core.database import transaction
from app.core.refusal import Refusal
from app.people.phones import Shown, number_of, own_phone, set_at_desk, take_off_at_desk
from app.people.roll_queries import roll_line
from app.web.doors import Clerk
from app.web.forms import Filled, Form, blank, fill
from app.web.phone import tell_of_phone
from app.web.render import page, see_other
from app.web.roll import my_name
from app.web.sign_in_phone import offered
from app.web.visit import Visit
from app.words import phrases

router = APIRouter()


class DeskForm(BaseModel):
    """A number, typed twice: a slip would let a stranger in. And what was shown."""

    phone: str = Field(max_length=40)
    again: str = Field(max_length=40)
    shown: Shown


@router.get("/{lang}/{slug}/desk/roll/people/{person_id}/phone")
def show(visit: Clerk, person_id: str) -> Response:
    """A person's phone, and the form to set it."""
    return _shown(visit, person_id, blank())


@router.post("/{lang}/{slug}/desk/roll/people/{person_id}/phone")
def put_on(visit: Clerk, person_id: str, posted: Form) -> Response:
    """Puts the person on a number."""
    form = fill(DeskForm, posted)
    if form.value is None:
        return _shown(visit, person_id, form, status=422)
    typed = form.value
    try:
        number = number_of(typed.phone)
        if number_of(typed.again) != number:
            raise Refusal("people.phone_again", field="again")
        with transaction(visit.session):
            done = set_at_desk(
                visit.session,
                keyring=visit.keyring,
                district_id=visit.district.id,
                person_id=person_id,
                number=number,
                shown=typed.shown,
                most=visit.settings.people_per_phone,
                by_name=my_name(visit),
                now=visit.clock.now(),
            )
            tell_of_phone(visit, person_id=person_id, done=done, number=number)
    except Refusal as why:
        return _shown(visit, person_id, form.refused(why), status=422)
    visit.request.app.state.posted.set()
    return see_other(visit, f"{visit.here}/desk/roll/people/{person_id}/phone")


@router.post("/{lang}/{slug}/desk/roll/people/{person_id}/phone/off")
def take_off(visit: Clerk, person_id: str, posted: Form) -> Response:
    """Takes the person off their number."""
    try:
        with transaction(visit.session):
            take_off_at_desk(
                visit.session,
                district_id=visit.district.id,
                person_id=person_id,
                by_name=my_name(visit),
                now=visit.clock.now(),
            )
    except Refusal as why:
        return _shown(visit, person_id, blank().refused(why), status=422)
    return see_other(visit, f"{visit.here}/desk/roll/people/{person_id}/phone")


def _shown(visit: Visit, person_id: str, form: Filled[Any], status: int = 200) -> Response:
    line = roll_line(visit.session, district_id=visit.district.id, person_id=person_id)
    if line is None:
        raise HTTPException(404)
    return page(
        visit,
        "people/phone_desk.html",
        status=status,
        form=form,
        name=line.name,
        person_url=f"{visit.here}/desk/roll/people/{person_id}",
        own=own_phone(visit.session, keyring=visit.keyring, person_id=person_id),
        can_send=offered(visit.settings),
        documents=[(one.value, phrases.label(f"document.{one}", visit.lang)) for one in Shown],
        most=visit.settings.people_per_phone,
    )
