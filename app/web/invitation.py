"""The page that an invitation's link opens: somebody takes up an office."""

from typing import Any

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, Field

from app.core.database import transaction
from app.core.refusal import Refusal, insist
from app.people import invitations
from app.people.models import Official
from app.people.networks import count_network, give_back
from app.people.office_models import Invitation
from app.people.office_sign_in import open_half
from app.people.officials import Known, login_of, place_words
from app.people.passwords import hash_password, why_not_password
from app.places.models import District, Place
from app.web.carry import client_address
from app.web.doors import Anyone
from app.web.forms import Filled, Form, blank, fill
from app.web.render import page, see_other
from app.web.sign_in_office import half_way
from app.web.visit import Visit
from app.words import phrases

router = APIRouter()


class AccountForm(BaseModel):
    """A new account."""

    login: str = Field(min_length=2, max_length=60)
    password: str = Field(max_length=400)
    again: str = Field(max_length=400)


@router.get("/{lang}/invitation/{token}")
def show(visit: Anyone, token: str) -> Response:
    """What one is invited to. Following a link takes nothing up."""
    return _shown(visit, _found(visit, token), token, blank())


@router.post("/{lang}/invitation/{token}")
def take_up(visit: Anyone, token: str, posted: Form) -> Response:
    """Takes the office up: with the account that is signed in here, or with a new one."""
    invitation = _found(visit, token)
    if posted.text("account") == "mine":
        return _with_mine(visit, invitation, token)
    form = fill(AccountForm, posted)
    try:
        insist(invitations.why_not_take_up(invitation, now=visit.clock.now()))
        if (typed := form.value) is not None:
            return _with_new(visit, invitation, token, typed)
    except Refusal as why:
        form = form.refused(why)
    return _shown(visit, _found(visit, token), token, form)


def _with_mine(visit: Visit, invitation: Invitation, token: str) -> Response:
    who = visit.who
    try:
        if who is None or who.official_id is None:
            raise Refusal("people.invitation_account")
        with transaction(visit.session):
            invitations.take_up(
                visit.session, token=token, official_id=who.official_id, now=visit.clock.now()
            )
    except Refusal as why:
        return _shown(visit, _found(visit, token), token, blank().refused(why))
    return see_other(visit, f"{visit.root}/me")


def _with_new(visit: Visit, invitation: Invitation, token: str, typed: AccountForm) -> Response:
    session, keyring, whence = visit.session, visit.keyring, client_address(visit)
    login = login_of(typed.login)
    place = place_words(
        session, district_id=invitation.district_id, raion_kato=invitation.raion_kato
    )
    about = (invitation.full_name, *place)
    insist(why_not_password(typed.password, login=login, about=about))
    if typed.password != typed.again:
        raise Refusal("people.password_again", field="again")
    # A link may be pressed again and again, and each time costs a hash: the network is paced.
    with transaction(session):
        paced = count_network(session, keyring=keyring, address=whence, now=visit.clock.now())
    insist(paced)
    made = hash_password(typed.password)
    with transaction(session):
        now = visit.clock.now()
        give_back(session, keyring=keyring, address=whence)
        official = invitations.take_up_anew(
            session, token=token, login=login, password_hash=made, now=now
        )
        known = Known(official.id, made)
        opened = open_half(session, keyring=keyring, known=known, now=now)
    return half_way(visit, opened, "")


def _found(visit: Visit, token: str) -> Invitation:
    found = invitations.found_by(visit.session, token=token[:200])
    if found is None:
        raise HTTPException(404)
    return found


def _place(visit: Visit, invitation: Invitation) -> str:
    if invitation.district_id is not None:
        return visit.in_lang(visit.session.get_one(District, invitation.district_id), "name")
    if invitation.raion_kato is not None:
        return visit.in_lang(visit.session.get_one(Place, invitation.raion_kato), "name")
    return ""


def _shown(visit: Visit, invitation: Invitation, token: str, form: Filled[Any]) -> Response:
    """What is over tells why, and not to whom it was addressed."""
    over = invitations.why_not_take_up(invitation, now=visit.clock.now())
    who = visit.who
    mine = None
    if who is not None and who.official_id is not None:
        mine = visit.session.get_one(Official, who.official_id)
    if over is not None:
        form = blank().refused(over)
    response = page(
        visit,
        "people/invitation.html",
        status=409 if over else (422 if form.problems else 200),
        form=form,
        over=over is not None,
        name="" if over else invitation.full_name,
        role=phrases.label(f"role.{invitation.role}", visit.lang),
        place=_place(visit, invitation),
        by_order="" if over else invitation.by_order,
        since=invitation.since,
        until=invitation.until,
        ends_at=invitation.ends_at,
        mine=mine.login if mine is not None else "",
        may_mine=mine is not None and invitations.why_not_theirs(invitation, mine) is None,
        may_new=invitation.official_id is None,
        action=f"{visit.root}/invitation/{token}",
    )
    response.headers["cache-control"] = "no-store"
    response.headers["referrer-policy"] = "no-referrer"
    return response
