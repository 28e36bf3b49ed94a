"""Signing in with a code that comes to one's phone; where several share it, choosing oneself.

A number that nobody is on gets the same pages, the same answers and the same work as any other.
"""

import logging
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, Field

from app.core.database import transaction
from app.core.refusal import Refusal, insist
from app.core.settings import Settings
from app.people.card_text import code_of, why_not_group
from app.people.cards import short_group_right, tries_of_persons_card
from app.people.networks import count_network, give_back
from app.people.phone_codes import (
    LASTS,
    Asked,
    ask_code,
    count_code_try,
    has_group,
    newest_code,
    number_to,
    open_with_phone,
    prove,
    proved_code,
    someone_on,
    spent,
)
from app.people.phone_models import CodeFor, PhoneCode
from app.people.phones import OnNumber, masked, number_of, people_on
from app.people.queries import public_name
from app.people.sign_in import Opened, count_try, end
from app.web.carry import carry_resident, client_address, local_path
from app.web.doors import Anyone
from app.web.forms import Filled, Form, blank, fill
from app.web.phone_code import (
    demo_code,
    demo_number,
    drop_token,
    keep_token,
    post_code,
    six_digits,
    token_of,
)
from app.web.render import page, see_other
from app.web.visit import Visit

router = APIRouter()
log = logging.getLogger("asar.web")
FOR = CodeFor.SIGN_IN


class NumberForm(BaseModel):
    """The number a code is to go to."""

    phone: str = Field(max_length=40)


class CodeForm(BaseModel):
    """The code that came."""

    code: str = Field(max_length=20)
    phone: Literal["shared", "own"] = "shared"


class WhoForm(BaseModel):
    """Who of those on the number it is."""

    person: str = Field(max_length=40)
    group: str = Field(default="", max_length=40)
    phone: Literal["shared", "own"] = "shared"


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody on the number, by the short name that others read."""

    person_id: str
    name: str
    needs_card: bool


def offered(settings: Settings) -> bool:
    """Whether messages can leave this installation at all."""
    return settings.gateway != "none"


@router.get("/{lang}/sign-in/phone")
def show(visit: Anyone, next: str = "") -> Response:
    """The page where one types one's number."""
    return _number_page(visit, blank(), local_path(next))


@router.post("/{lang}/sign-in/phone")
def send(visit: Anyone, posted: Form) -> Response:
    """Sends a code, or does as if: the answer is the same for every number."""
    form, after = fill(NumberForm, posted), local_path(posted.text("next"))
    try:
        if form.value is not None and offered(visit.settings):
            return _send(visit, number_of(form.value.phone), after)
    except Refusal as why:
        form = form.refused(why.at("phone"))
    return _number_page(visit, form, after, status=422)


@router.get("/{lang}/sign-in/phone/code")
def show_code(visit: Anyone, next: str = "") -> Response:
    """The page where one types the code."""
    return _code_page(visit, blank(phone="shared"), local_path(next))


@router.post("/{lang}/sign-in/phone/code")
def take_code(visit: Anyone, posted: Form) -> Response:
    """Looks at the code that was typed; or sends a new one, where none came."""
    form, after = fill(CodeForm, posted), local_path(posted.text("next"))
    try:
        if posted.text("again"):
            form = blank(phone=posted.text("phone") or "shared")
            if number := _number_of_browser(visit):
                return _send(visit, number, after)
        elif form.value is not None:
            return _enter(visit, form.value, after)
    except Refusal as why:
        form = form.refused(why.at("code"))
    return _code_page(visit, form, after, status=422)


@router.get("/{lang}/sign-in/phone/who")
def show_who(visit: Anyone, phone: str = "", next: str = "") -> Response:
    """The page where one of those on the number says who it is."""
    return _who_page(visit, blank(phone="own" if phone == "own" else "shared"), local_path(next))


@router.post("/{lang}/sign-in/phone/who")
def choose(visit: Anyone, posted: Form) -> Response:
    """Signs in the one who was chosen; who came second to the number also shows their card."""
    form, after = fill(WhoForm, posted), local_path(posted.text("next"))
    try:
        if form.value is not None:
            return _choose(visit, form.value, after)
    except Refusal as why:
        form = form.refused(why)
    return _who_page(visit, form.unseen("phone"), after, status=422)


def _send(visit: Visit, number: str, after: str) -> Response:
    session, now = visit.session, visit.clock.now()
    # Counted before the number is looked at, in a transaction of its own.
    with transaction(session):
        slowed = count_network(
            session, keyring=visit.keyring, address=client_address(visit), now=now
        )
    insist(slowed)
    try:
        with transaction(session):
            asked: Asked = ask_code(
                session,
                keyring=visit.keyring,
                purpose=FOR,
                number=number,
                most_a_day=visit.settings.sms_per_day,
                now=now,
            )
            post_code(visit, asked, now=now)
    except Refusal as why:
        if why.code == "people.codes_spent":
            log.error("the day's messages are used up", extra={"event": "messages_spent"})
        raise
    visit.request.app.state.posted.set()
    response = see_other(visit, _way(visit, "code", next=after))
    keep_token(visit, response, asked.token)
    return response


def _number_of_browser(visit: Visit) -> str:
    """The number that this browser asked with a while ago, so that nobody types it twice."""
    row = newest_code(visit.session, token=token_of(visit), purpose=FOR)
    return number_to(visit.keyring, row) if row is not None else ""


def _enter(visit: Visit, typed: CodeForm, after: str) -> Response:
    code, session, now = six_digits(typed.code), visit.session, visit.clock.now()
    opened = None
    # Counted before the code is looked at, in a transaction of its own: a refusal keeps the count.
    with transaction(session):
        code_id = count_code_try(session, token=token_of(visit), purpose=FOR, now=now)
    with transaction(session):
        row = prove(session, keyring=visit.keyring, code_id=code_id, typed=code, now=now)
        on = people_on(session, phone_mac=row.phone_mac)
        if len(on) == 1 and not on[0].needs_card:
            opened = _open(visit, row, on[0].person_id, group_right=False, own=typed.phone == "own")
    if opened is None:
        return see_other(visit, _way(visit, "who", phone=typed.phone, next=after))
    return _signed_in(visit, opened, after)


def _choose(visit: Visit, typed: WhoForm, after: str) -> Response:
    session, now = visit.session, visit.clock.now()
    group = code_of(typed.group)
    slowed = None
    # A try at the card is counted before its group is looked at, in a transaction of its own.
    with transaction(session):
        chosen = someone_on(session, code=_proved(visit), person_id=typed.person)
        if chosen.needs_card:
            if not group:
                raise Refusal("people.group_missing", field="group")
            if not has_group(session, person_id=chosen.person_id):
                raise Refusal("people.card_needed", field="group")
            insist(why_not_group(group))  # a slip is no try
            subject = tries_of_persons_card(
                session, keyring=visit.keyring, person_id=chosen.person_id
            )
            slowed = count_try(session, subject=subject, now=now)
    insist(slowed.at("group") if slowed else None)
    with transaction(session):
        row = _proved(visit)
        right = chosen.needs_card and short_group_right(
            session, keyring=visit.keyring, person_id=chosen.person_id, typed=group
        )
        opened = _open(visit, row, chosen.person_id, group_right=right, own=typed.phone == "own")
    return _signed_in(visit, opened, after)


def _proved(visit: Visit) -> PhoneCode:
    row = proved_code(visit.session, token=token_of(visit), purpose=FOR, now=visit.clock.now())
    if row is None:
        raise Refusal("people.code_dead")
    return row


def _open(visit: Visit, row: PhoneCode, person_id: str, *, group_right: bool, own: bool) -> Opened:
    now = visit.clock.now()
    give_back(visit.session, keyring=visit.keyring, address=client_address(visit))
    opened = open_with_phone(
        visit.session,
        code=row,
        person_id=person_id,
        group_right=group_right,
        shared=not own,
        own_phone_days=visit.settings.own_phone_days,
        keyring=visit.keyring,
        now=now,
    )
    if visit.who is not None:
        end(visit.session, sign_in_id=visit.who.sign_in_id, now=now)
    return opened


def _signed_in(visit: Visit, opened: Opened, after: str) -> Response:
    response = carry_resident(visit, opened, after)
    drop_token(visit, response)
    return response


def _number_page(visit: Visit, form: Filled[Any], after: str, status: int = 200) -> Response:
    if not offered(visit.settings):
        raise HTTPException(404)
    none_left = spent(visit.session, most=visit.settings.sms_per_day, now=visit.now)
    return page(
        visit,
        "people/phone_number.html",
        status=status,
        form=form,
        after=after,
        none_left=none_left,
        demo_number=demo_number(visit),
        by_card=_way(visit, "", next=after),
    )


def _code_page(visit: Visit, form: Filled[Any], after: str, status: int = 200) -> Response:
    row = newest_code(visit.session, token=token_of(visit), purpose=FOR)
    if row is None or row.used_at is not None:
        return see_other(visit, _way(visit, "phone", next=after))
    if row.proved_at is not None and not form.problems:
        return see_other(visit, _way(visit, "who", next=after))
    return page(
        visit,
        "people/phone_code.html",
        status=status,
        form=_unsaid(form, "code"),
        after=after,
        number=masked(number_to(visit.keyring, row)),
        minutes=int(LASTS.total_seconds()) // 60,
        demo_code=demo_code(visit, row),
        action=f"{visit.root}/sign-in/phone/code",
        other_number=_way(visit, "phone", next=after),
        by_card=_way(visit, "", next=after),
    )


def _who_page(visit: Visit, form: Filled[Any], after: str, status: int = 200) -> Response:
    row = proved_code(visit.session, token=token_of(visit), purpose=FOR, now=visit.now)
    if row is None:
        if status == 200:
            return see_other(visit, _way(visit, "phone", next=after))
        return _number_page(
            visit, blank().refused(Refusal("people.code_dead", field="phone")), after, status
        )
    return page(
        visit,
        "people/phone_who.html",
        status=status,
        form=_unsaid(form, "group"),
        after=after,
        people=_choices(people_on(visit.session, phone_mac=row.phone_mac)),
        by_card=_way(visit, "", next=after),
    )


def _choices(on: list[OnNumber]) -> list[Choice]:
    """Short names; where two are alike, with the letter of the father's name."""
    short = [public_name(one.full_name) for one in on]
    found = []
    for one, name in zip(on, short, strict=True):
        parts = one.full_name.split()
        if short.count(name) > 1 and len(parts) > 2:
            name = f"{name} {parts[2][0]}."
        found.append(Choice(one.person_id, name, one.needs_card))
    return found


def _unsaid(form: Filled[Any], name: str) -> Filled[Any]:
    """No page sends a secret back."""
    return Filled(
        typed={n: text for n, text in form.typed.items() if n != name},
        many=form.many,
        problems=form.problems,
    )


def _way(visit: Visit, step: str, **asked: str) -> str:
    """`/kk/sign-in/phone/code?next=…`; an empty step is the page of the card."""
    path = {"": "", "phone": "/phone"}.get(step, f"/phone/{step}")
    given = {name: text for name, text in asked.items() if text}
    query = f"?{urlencode(given)}" if given else ""
    return f"{visit.root}/sign-in{path}{query}"
