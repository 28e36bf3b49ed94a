"""The page with the ways to sign in, the way by card, and signing out."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from app.core.database import transaction
from app.core.refusal import Refusal, insist
from app.people import state_provider
from app.people.card_text import SECRET, code_of, grouped, number_of, why_not_code, why_not_number
from app.people.networks import HURRY, crowded, give_back
from app.people.sign_in import (
    NO_WAIT,
    count_try,
    end,
    open_with_card,
    tries_of_card,
)
from app.places.queries import districts
from app.web import sign_in_phone
from app.web.carry import (
    carry_resident,
    client_address,
    forget_cookie,
    forget_half,
    idle_minutes,
    local_path,
)
from app.web.doors import Anyone
from app.web.forms import Filled, Form, blank, fill
from app.web.render import page
from app.web.sign_in_office import OfficialForm, enter_official
from app.web.visit import Visit
from app.words import phrases
from app.words.catalogue import N_, translations

router = APIRouter()
SIGN_IN_FIELDS = ("card", "code", "login", "password")  # of demo-cards.json
ROLES = (
    *("resident", "clerk", "akim", "maslikhat", "maslikhat-office", "raion-office"),
    *("observer", "operator"),
)


class CardForm(BaseModel):
    """A resident's card."""

    card: str = Field(max_length=40)
    code: str = Field(max_length=60)
    phone: Literal["shared", "own"] = "shared"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody of the demo, who signs in with one press."""

    name: str
    role: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DemoGroup:
    """The demo's people of one district."""

    title: str
    people: tuple[DemoPerson, ...]
    open: bool


@router.get("/{lang}/sign-in")
def ask(
    visit: Anyone,
    after: Annotated[str, Query(alias="next")] = "",
    as_: Annotated[str, Query(alias="as")] = "",
    ended: str = "",
) -> Response:
    """The page where one signs in."""
    return _asked(
        visit, blank(phone="shared"), after, official=as_ == "official", ended=ended == "1"
    )


@router.get("/{lang}/sign-in/card/{number}/{code}")
def card_link(visit: Anyone, number: str, code: str) -> Response:
    """What the code on a card opens: a page with one button. Following a link signs nobody in."""
    shown = "".join(c for c in number_of(number) if c in "0123456789")[:8]
    response = page(
        visit,
        "people/card_link.html",
        number=grouped(shown),
        card=shown,
        code=code_of(code)[:SECRET],
        minutes=idle_minutes(visit),
    )
    response.headers["cache-control"] = "no-store"
    response.headers["referrer-policy"] = "no-referrer"
    return response


@router.post("/{lang}/sign-in")
def enter(visit: Anyone, posted: Form) -> Response:
    """Signs in with what was typed, or says why not."""
    after = posted.text("next")
    if "login" in posted.many or "password" in posted.many:
        official = fill(OfficialForm, posted)
        try:
            if official.value is not None:
                return enter_official(visit, official.value, after)
        except Refusal as why:
            official = official.refused(why)
        return _asked(visit, official, after, official=True, status=422)
    form = fill(CardForm, posted)
    try:
        if form.value is not None:
            return _enter_resident(visit, form.value, after)
    except Refusal as why:
        form = form.refused(why)
    return _asked(visit, _without_code(form), after, official=False, status=422)


def _without_code(form: Filled[CardForm]) -> Filled[CardForm]:
    """A code goes back only where it is no code: to look again at the group with the slip."""
    if "code" in form.problems and form.problems["code"].code != "form.missing":
        return form
    return replace(form, typed={**form.typed, "code": ""})


def _enter_resident(visit: Visit, typed: CardForm, after: str) -> Response:
    number, code = number_of(typed.card), code_of(typed.code)
    insist(why_not_number(number) or why_not_code(code))  # a slip is no try
    session, now = visit.session, visit.clock.now()
    whence = client_address(visit)
    # Counted before the card is looked at, in a transaction of its own: a refusal keeps the count.
    with transaction(session):
        many = crowded(session, keyring=visit.keyring, address=whence, now=now)
        slowed = count_try(
            session,
            subject=tries_of_card(visit.keyring, number),
            now=now,
            at_least=HURRY if many else NO_WAIT,
        )
        if slowed:  # nothing was tried
            give_back(session, keyring=visit.keyring, address=whence)
    insist(slowed)
    with transaction(session):
        give_back(session, keyring=visit.keyring, address=whence)
        opened = open_with_card(
            session,
            keyring=visit.keyring,
            number=number,
            code=code,
            shared=typed.phone == "shared",
            own_phone_days=visit.settings.own_phone_days,
            now=now,
        )
        if visit.who is not None:
            end(session, sign_in_id=visit.who.sign_in_id, now=now)
    return carry_resident(visit, opened, after)


@router.get("/{lang}/sign-out")
def ask_out(visit: Anyone) -> Response:
    """One button: following a link signs nobody out."""
    return page(visit, "people/sign_out.html")


@router.post("/{lang}/sign-out")
def leave(visit: Anyone, posted: Form) -> Response:
    """Ends the session; what comes back names nobody."""
    if visit.who is not None:
        with transaction(visit.session):
            end(visit.session, sign_in_id=visit.who.sign_in_id, now=visit.clock.now())
    visit.who = None
    response = page(visit, "people/signed_out.html", handover=posted.text("handover") == "1")
    forget_cookie(visit, response)
    forget_half(visit, response)
    if visit.settings.over_https:
        response.headers["clear-site-data"] = '"cache", "cookies", "storage"'
    return response


def _asked(
    visit: Visit,
    form: Filled[Any],
    after: str,
    *,
    official: bool,
    ended: bool = False,
    status: int = 200,
) -> Response:
    after = local_path(after)
    return page(
        visit,
        "people/sign_in.html",
        status=status,
        form=form,
        after=after,
        way_on=f"?next={quote(after)}" if after else "",
        official=official,
        by_phone=sign_in_phone.offered(visit.settings),
        by_state=state_provider.offered(visit.settings),
        ended=ended and visit.who is None,
        minutes=idle_minutes(visit),
        demo=demo_people(visit, after) if visit.settings.mode == "demo" else (),
    )


def demo_people(visit: Visit, after: str) -> tuple[DemoGroup, ...]:
    """The people of the demo, by district, as the demo wrote them down beside its database.

    The district that one comes from stands open, else the demo's first.
    """
    beside = visit.settings.sqlite_path
    path = beside.with_name("demo-cards.json") if beside else Path("demo-cards.json")
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ()
    names = {one.slug: visit.in_lang(one, "name") for one in districts(visit.session)}
    wider = translations(visit.lang).gettext(N_("The raion and the whole country"))
    groups: dict[str, list[DemoPerson]] = {
        entry.get("district") or "": [] for entry in entries if entry.get("district")
    }
    for entry in sorted(entries, key=lambda one: (ROLES.index(one["role"]), one["name"])):
        fields = tuple((n, str(v)) for n, v in entry["sign_in"].items() if n in SIGN_IN_FIELDS)
        person = DemoPerson(
            entry["name"], phrases.label(f"role.{entry['role']}", visit.lang), fields
        )
        groups.setdefault(entry.get("district") or "", []).append(person)
    here = "".join(after.split("?")[0].split("/")[2:3])
    first = here if here and here in groups else next(iter(groups), "")
    return tuple(
        DemoGroup(names.get(slug, wider), tuple(people), slug == first)
        for slug, people in groups.items()
    )
