"""One's own phone: the number that a code may go to, set by oneself or at the desk.

To set it one is signed in by card, types the card's first group once more, and proves the number
by a code that was sent to it.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import select

from app.core.database import transaction
from app.core.refusal import Refusal, insist
from app.notices import outbox
from app.notices.models import NoticeChoice
from app.people.card_text import code_of, why_not_group
from app.people.cards import short_group_right, tries_of_persons_card
from app.people.models import Means, SignIn
from app.people.phone_codes import (
    LASTS,
    ask_code,
    count_code_try,
    has_group,
    newest_code,
    number_to,
    prove,
    spent,
    use_code,
)
from app.people.phone_models import CodeFor, PhoneCode
from app.people.phones import PhoneSet, masked, number_of, own_phone, set_phone, take_off_phone
from app.people.sign_in import count_try, forget_tries
from app.web.doors import Resident
from app.web.forms import Filled, Form, blank, fill
from app.web.phone_code import (
    demo_code,
    drop_token,
    keep_token,
    post_code,
    six_digits,
    token_of,
)
from app.web.render import page, see_other
from app.web.sign_in_phone import offered
from app.web.visit import Visit

router = APIRouter()
FOR = CodeFor.SET_PHONE
TOLD_WITHIN = timedelta(days=3)


class NumberForm(BaseModel):
    """A number, with the first group of one's card."""

    phone: str = Field(max_length=40)
    group: str = Field(max_length=40)


class GroupForm(BaseModel):
    """The first group of one's card alone."""

    group: str = Field(max_length=40)


class CodeForm(BaseModel):
    """The code that came to the new number."""

    code: str = Field(max_length=20)


@router.get("/{lang}/me/phone")
def show(visit: Resident) -> Response:
    """One's number, and the form to set another."""
    return _shown(visit, blank())


@router.post("/{lang}/me/phone")
def send(visit: Resident, posted: Form) -> Response:
    """Sends a code to the number one wants to set."""
    form = fill(NumberForm, posted)
    try:
        if form.value is not None:
            return _send(visit, number_of(form.value.phone), form.value.group)
    except Refusal as why:
        form = form.refused(why if why.field else why.at("phone"))
    return _shown(visit, form, status=422)


@router.get("/{lang}/me/phone/code")
def show_code(visit: Resident) -> Response:
    """The page where one types the code that came to the new number."""
    return _code_page(visit, blank())


@router.post("/{lang}/me/phone/code")
def take_code(visit: Resident, posted: Form) -> Response:
    """The number is proved: codes to sign in with go there from now on."""
    form = fill(CodeForm, posted)
    try:
        if form.value is not None:
            return _set(visit, six_digits(form.value.code))
    except Refusal as why:
        form = form.refused(why.at("code"))
    return _code_page(visit, form, status=422)


@router.get("/{lang}/me/phone/off")
def ask_off(visit: Resident) -> Response:
    """The page where one takes oneself off one's number."""
    return _off_page(visit, blank())


@router.post("/{lang}/me/phone/off")
def off(visit: Resident, posted: Form) -> Response:
    """Takes oneself off one's number."""
    form = fill(GroupForm, posted)
    person_id, sign_in_id = _me(visit)
    try:
        if form.value is not None:
            _insist_on_group(visit, form.value.group)
            with transaction(visit.session):
                take_off_phone(
                    visit.session, person_id=person_id, now=visit.clock.now(), but=sign_in_id
                )
            return see_other(visit, f"{visit.root}/me/phone")
    except Refusal as why:
        form = form.refused(why)
    return _off_page(visit, form, status=422)


def _me(visit: Visit) -> tuple[str, str]:
    assert visit.who is not None
    assert visit.who.person_id is not None
    return visit.who.person_id, visit.who.sign_in_id


def _insist_on_group(visit: Visit, typed: str) -> None:
    """One's own card once more, before anything changes that one signs in with."""
    session, now = visit.session, visit.clock.now()
    person_id, _ = _me(visit)
    if not has_group(session, person_id=person_id):
        raise Refusal("people.card_needed", field="group")
    insist(why_not_group(code_of(typed)))  # a slip is no try
    subject = tries_of_persons_card(session, keyring=visit.keyring, person_id=person_id)
    # Counted before the group is looked at, in a transaction of its own.
    with transaction(session):
        slowed = count_try(session, subject=subject, now=now)
    insist(slowed.at("group") if slowed else None)
    with transaction(session):
        if not short_group_right(session, keyring=visit.keyring, person_id=person_id, typed=typed):
            raise Refusal("people.group_wrong", field="group")
        forget_tries(session, subject)


def _send(visit: Visit, number: str, group: str) -> Response:
    if not offered(visit.settings):
        raise Refusal("people.no_messages")
    if _by_phone(visit):
        raise Refusal("people.card_first")
    _insist_on_group(visit, group)
    person_id, _ = _me(visit)
    now = visit.clock.now()
    with transaction(visit.session):
        asked = ask_code(
            visit.session,
            keyring=visit.keyring,
            purpose=FOR,
            number=number,
            most_a_day=visit.settings.sms_per_day,
            now=now,
            person_id=person_id,
        )
        post_code(visit, asked, now=now)
    visit.request.app.state.posted.set()
    response = see_other(visit, f"{visit.root}/me/phone/code")
    keep_token(visit, response, asked.token)
    return response


def _set(visit: Visit, code: str) -> Response:
    session, now = visit.session, visit.clock.now()
    person_id, sign_in_id = _me(visit)
    row = _own_code(visit)
    # Counted before the code is looked at, in a transaction of its own.
    with transaction(session):
        code_id = count_code_try(session, token=token_of(visit), purpose=FOR, now=now)
    if row is None or row.id != code_id:
        raise Refusal("people.code_dead", field="code")
    with transaction(session):
        row = prove(session, keyring=visit.keyring, code_id=code_id, typed=code, now=now)
        number = number_to(visit.keyring, row)
        done = set_phone(
            session,
            keyring=visit.keyring,
            person_id=person_id,
            number=number,
            most=visit.settings.people_per_phone,
            now=now,
            but=sign_in_id,
        )
        use_code(session, code_id=row.id, now=now)
        tell_of_phone(visit, person_id=person_id, done=done)
    visit.request.app.state.posted.set()
    response = see_other(visit, f"{visit.root}/me/phone")
    drop_token(visit, response)
    return response


def _own_code(visit: Visit) -> PhoneCode | None:
    """The code this browser asked for, if it was this very person who did."""
    row = newest_code(visit.session, token=token_of(visit), purpose=FOR)
    return row if row is not None and row.person_id == _me(visit)[0] else None


def tell_of_phone(visit: Visit, *, person_id: str, done: PhoneSet, number: str = "") -> None:
    """Tells the number that was left, and one set at the desk: whoever holds it may object.

    In the caller's transaction. Where nothing can be sent, nobody is told.
    """
    if not offered(visit.settings) or not done.changed:
        return
    now = visit.clock.now()
    chosen = visit.session.exec(
        select(NoticeChoice.lang).where(NoticeChoice.person_id == person_id)
    ).first()
    for to, code in ((done.left, "notice.phone_left"), (number, "notice.phone_set")):
        if to:
            outbox.put(
                visit.session,
                keyring=visit.keyring,
                kind="phone",
                to=to,
                code=code,
                lang=chosen or "kk",
                facts={},
                now=now,
                ends_at=now + TOLD_WITHIN,
            )


def _by_phone(visit: Visit) -> bool:
    """Whether this session was itself opened by a phone: it cannot put another in its place."""
    how = visit.session.exec(select(SignIn.how).where(SignIn.id == _me(visit)[1])).first()
    return how == Means.PHONE


def _shown(visit: Visit, form: Filled[Any], status: int = 200) -> Response:
    person_id, _ = _me(visit)
    form = replace(form, typed={n: text for n, text in form.typed.items() if n != "group"})
    can_send = offered(visit.settings) and not spent(
        visit.session, most=visit.settings.sms_per_day, now=visit.now
    )
    return page(
        visit,
        "people/phone.html",
        status=status,
        form=form,
        own=own_phone(visit.session, keyring=visit.keyring, person_id=person_id),
        by_phone=_by_phone(visit),
        can_send=can_send,
        most=visit.settings.people_per_phone,
    )


def _off_page(visit: Visit, form: Filled[Any], status: int = 200) -> Response:
    own = own_phone(visit.session, keyring=visit.keyring, person_id=_me(visit)[0])
    if own is None:
        return see_other(visit, f"{visit.root}/me/phone")
    return page(
        visit, "people/phone_off.html", status=status, form=replace(form, typed={}), own=own
    )


def _code_page(visit: Visit, form: Filled[Any], status: int = 200) -> Response:
    row = _own_code(visit)
    if row is None or row.used_at is not None:
        return see_other(visit, f"{visit.root}/me/phone")
    return page(
        visit,
        "people/phone_prove.html",
        status=status,
        form=replace(form, typed={}),
        number=masked(number_to(visit.keyring, row)),
        minutes=int(LASTS.total_seconds()) // 60,
        demo_code=demo_code(visit, row),
    )
