"""The second pair of eyes: requests that wait, one request, and who is named in advance."""

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, Field

from app import second
from app.core.clock import at, day_of
from app.core.database import transaction
from app.core.refusal import Refusal, insist
from app.people import consent
from app.people.consent import actor_of
from app.people.models import Role
from app.people.office_models import Consent, ConsentState
from app.people.seconds import candidates, end_second, name_second, named_here
from app.rounds.asking import ask_cancel, ask_hold
from app.rounds.models import Round, Stage
from app.rounds.queries import calendars_of, rounds_of
from app.rounds.rules import latest_hold, why_not_cancel, why_not_hold
from app.web.doors import Akim, Second
from app.web.forms import Day, Filled, Form, blank, fill
from app.web.frame import Link
from app.web.render import page, see_other
from app.web.rounds import round_title, the_round
from app.web.second_view import RequestRow, RequestView, lately, person, request_view, row_of
from app.web.visit import Visit
from app.words import formats
from app.words.catalogue import N_, translations

router = APIRouter()
BASE = "/{lang}/{slug}/desk/second"


class AnswerForm(BaseModel):
    """Why the second official says no."""

    answer: str = Field(min_length=3, max_length=1000)


class NameForm(BaseModel):
    """Whom the akim names."""

    official: str = Field(max_length=40)


class CancelForm(BaseModel):
    """Why a round is called off, for everybody to read."""

    why_kk: str = Field(min_length=10, max_length=1000)
    why_ru: str = Field(min_length=10, max_length=1000)


class HoldForm(CancelForm):
    """Until when the result is put off, and why."""

    day: Day
    hour: time


@dataclass(frozen=True, slots=True)
class NamedRow:
    """Somebody who was named in advance."""

    name: str
    by: str
    url: str  # ends it; empty for whoever may not


@dataclass(frozen=True, slots=True)
class SecondView:
    """The page of requests."""

    to_answer: tuple[RequestRow, ...]
    mine: tuple[RequestRow, ...]
    others: tuple[RequestRow, ...]
    lately: tuple[RequestRow, ...]
    can_ask: tuple[Link, ...]
    alone: bool  # nobody could agree to what this official asks
    by_name: bool  # the office has one clerk: only whoever was named can agree
    named: tuple[NamedRow, ...]
    options: tuple[tuple[str, str], ...]  # whom the akim can name
    desk: bool


@dataclass(frozen=True, slots=True)
class AskView:
    """What stands around a question about a round."""

    title: str
    action: str
    back: str
    first: str = ""
    last: str = ""


@router.get(BASE)
def show(visit: Second) -> Response:
    """What waits for me, what I asked for, what was answered lately."""
    return _list(visit)


def _list(visit: Visit, *, status: int = 200, form: Filled[Any] | None = None) -> Response:
    return page(visit, "second/list.html", status=status, form=form, view=_list_view(visit))


def _list_view(visit: Visit) -> SecondView:
    assert visit.who is not None
    session, here, now = visit.session, visit.district.id, visit.now
    who = visit.who
    states = (ConsentState.WAITING, ConsentState.AGREED)
    found = consent.requests(session, district_id=here, states=states, most=500)
    open_ = [one for one in found if one.ends_at > now]
    mine = [one for one in open_ if one.first_id == who.official_id]
    may = consent.may_second(session, district_id=here, who=who, now=now)
    waiting = [one for one in open_ if one not in mine and one.state == ConsentState.WAITING]
    able = consent.seconds(session, district_id=here, now=now)
    clerks = {one for one, office in able if office.role == Role.CLERK}
    named = named_here(session, district_id=here, now=now)
    akim = who.role is Role.AKIM
    known = {one.official_id for one in named}
    return SecondView(
        to_answer=tuple(row_of(visit, one) for one in waiting) if may else (),
        mine=tuple(row_of(visit, one) for one in mine),
        others=() if may else tuple(row_of(visit, one) for one in waiting),
        lately=tuple(
            row_of(visit, one)
            for one in consent.requests(session, district_id=here)
            if one not in open_ and lately(one, now)
        ),
        can_ask=_can_ask(visit),
        alone=not any(one != who.official_id for one, _ in able),
        by_name=len(clerks) <= 1,
        named=tuple(
            NamedRow(
                name=person(visit, one.name, one.role) if one.role else one.name,
                by=f"{one.named_by} · {formats.day(day_of(one.named_at), visit.lang)}",
                url=f"{visit.here}/desk/second/named/{one.id}/end" if akim else "",
            )
            for one in named
        ),
        options=tuple(
            (one.official_id, person(visit, one.name, one.role))
            for one in candidates(session, district_id=here, now=now)
            if one.official_id not in known
        )
        if akim
        else (),
        desk=who.role in (Role.CLERK, Role.AKIM),
    )


def _can_ask(visit: Visit) -> tuple[Link, ...]:
    say = translations(visit.lang).gettext
    calendars = calendars_of(visit.session, district_id=visit.district.id)
    base = f"{visit.here}/desk/second"
    links = []
    for one in rounds_of(visit.session, district_id=visit.district.id):
        of = calendars.get(one.id)
        if of is None or one.imported_from:
            continue
        if why_not_hold(one, of, visit.now) is None:
            words = say(N_("Put off the result of round %(key)s"))
            links.append(Link(f"{base}/hold/{one.key}", words % {"key": one.key}))
        if why_not_cancel(of, visit.now) is None:
            words = say(N_("Call off round %(key)s"))
            links.append(Link(f"{base}/cancel/{one.key}", words % {"key": one.key}))
    return tuple(links)


@router.post(BASE + "/named")
def name(visit: Akim, posted: Form) -> Response:
    """The akim names a second official in advance, in public."""
    form = fill(NameForm, posted)
    if form.value is not None:
        assert visit.who is not None
        try:
            with transaction(visit.session):
                name_second(
                    visit.session,
                    district_id=visit.district.id,
                    official_id=form.value.official,
                    by=actor_of(visit.who),
                    now=visit.clock.now(),
                )
        except Refusal as why:
            form = form.refused(why)
        else:
            return see_other(visit, f"{visit.here}/desk/second")
    return _list(visit, status=422, form=form)


@router.post(BASE + "/named/{named_id}/end")
def end(visit: Akim, named_id: str, posted: Form) -> Response:
    """The akim ends it."""
    assert visit.who is not None
    try:
        with transaction(visit.session):
            end_second(
                visit.session,
                district_id=visit.district.id,
                named_id=named_id,
                by=actor_of(visit.who),
                now=visit.clock.now(),
            )
    except LookupError:
        raise HTTPException(404) from None
    except Refusal as why:
        return _list(visit, status=422, form=blank().refused(why))
    return see_other(visit, f"{visit.here}/desk/second")


@router.get(BASE + "/cancel/{key}")
def calling_off(visit: Second, key: str) -> Response:
    """What calling a round off means, and the form that asks for it."""
    one, of = the_round(visit, key)
    insist(why_not_cancel(of, visit.now))
    return page(visit, "second/cancel.html", view=_ask_view(visit, one))


@router.post(BASE + "/cancel/{key}")
def call_off(visit: Second, key: str, posted: Form) -> Response:
    """Asks a second official to call the round off."""
    one, _ = the_round(visit, key)
    form = fill(CancelForm, posted)
    if form.value is not None:
        assert visit.who is not None
        try:
            with transaction(visit.session):
                asked = ask_cancel(
                    visit.session,
                    keyring=visit.keyring,
                    district_id=visit.district.id,
                    round_id=one.id,
                    first=actor_of(visit.who),
                    now=visit.clock.now(),
                    **form.value.model_dump(),
                )
        except Refusal as why:
            form = form.refused(why)
        else:
            return see_other(visit, f"{visit.here}/desk/second/{asked.id}")
    one, _ = the_round(visit, key)
    return page(visit, "second/cancel.html", status=422, form=form, view=_ask_view(visit, one))


@router.get(BASE + "/hold/{key}")
def putting_off(visit: Second, key: str) -> Response:
    """The form that asks to put a result off."""
    one, of = the_round(visit, key)
    insist(why_not_hold(one, of, visit.now))
    hour = formats.hour(of.begins(Stage.RESULTS))
    return page(visit, "second/hold.html", form=blank(hour=hour), view=_ask_view(visit, one))


@router.post(BASE + "/hold/{key}")
def put_off(visit: Second, key: str, posted: Form) -> Response:
    """Asks a second official to put the result off."""
    one, _ = the_round(visit, key)
    form = fill(HoldForm, posted)
    if form.value is not None:
        assert visit.who is not None
        typed = form.value
        try:
            with transaction(visit.session):
                asked = ask_hold(
                    visit.session,
                    keyring=visit.keyring,
                    district_id=visit.district.id,
                    round_id=one.id,
                    until=_moment(typed.day, typed.hour),
                    why_kk=typed.why_kk,
                    why_ru=typed.why_ru,
                    first=actor_of(visit.who),
                    now=visit.clock.now(),
                )
        except Refusal as why:
            form = form.refused(why.at("day") if why.field == "until" else why)
        else:
            return see_other(visit, f"{visit.here}/desk/second/{asked.id}")
    one, _ = the_round(visit, key)
    return page(visit, "second/hold.html", status=422, form=form, view=_ask_view(visit, one))


def _moment(day: date, hour: time) -> Any:
    return at(day, hour.hour, hour.minute)


def _ask_view(visit: Visit, one: Round) -> AskView:
    _, of = the_round(visit, one.key)
    return AskView(
        title=round_title(visit, one),
        action=visit.request.url.path,
        back=f"{visit.here}/desk/second",
        first=formats.moment(of.begins(Stage.RESULTS), visit.lang),
        last=formats.moment(latest_hold(of), visit.lang),
    )


@router.get(BASE + "/{asked_id}")
def one(visit: Second, asked_id: str) -> Response:
    """One request, with exactly what is asked for."""
    return _one(visit, asked_id)


def _one(
    visit: Visit, asked_id: str, *, status: int = 200, form: Filled[Any] | None = None
) -> Response:
    view: RequestView = request_view(visit, _load(visit, asked_id))
    return page(visit, "second/one.html", status=status, form=form, view=view)


def _load(visit: Visit, asked_id: str, *, lock: bool = False) -> Consent:
    try:
        return consent.load(
            visit.session, district_id=visit.district.id, consent_id=asked_id, lock=lock
        )
    except LookupError:
        raise HTTPException(404) from None


@router.post(BASE + "/{asked_id}/agree")
def agree(visit: Second, asked_id: str, posted: Form) -> Response:
    """The second official agrees; what was asked for is done in the same transaction."""
    assert visit.who is not None
    _load(visit, asked_id)
    try:
        with transaction(visit.session):
            second.agree(
                visit.session,
                keyring=visit.keyring,
                clock=visit.clock,
                district_id=visit.district.id,
                consent_id=asked_id,
                who=visit.who,
            )
    except Refusal as why:
        return _one(visit, asked_id, status=422, form=blank().refused(why.at("")))
    return see_other(visit, f"{visit.here}/desk/second/{asked_id}")


@router.post(BASE + "/{asked_id}/refuse")
def refuse(visit: Second, asked_id: str, posted: Form) -> Response:
    """The second official says no, with the reason."""
    assert visit.who is not None
    _load(visit, asked_id)
    form = fill(AnswerForm, posted)
    if form.value is not None:
        try:
            with transaction(visit.session):
                asked = _load(visit, asked_id, lock=True)
                now = visit.clock.now()
                insist(consent.why_not_agree(visit.session, asked=asked, who=visit.who, now=now))
                consent.refuse(
                    visit.session,
                    asked=asked,
                    second=actor_of(visit.who),
                    answer=form.value.answer,
                    now=now,
                    round_id=second.round_of_request(asked),
                )
        except Refusal as why:
            form = form.refused(why)
        else:
            return see_other(visit, f"{visit.here}/desk/second/{asked_id}")
    return _one(visit, asked_id, status=422, form=form)


@router.post(BASE + "/{asked_id}/take-back")
def take_back(visit: Second, asked_id: str, posted: Form) -> Response:
    """Whoever asked does not ask any more."""
    assert visit.who is not None
    _load(visit, asked_id)
    try:
        with transaction(visit.session):
            asked = _load(visit, asked_id, lock=True)
            consent.take_back(
                visit.session,
                asked=asked,
                first=actor_of(visit.who),
                now=visit.clock.now(),
                round_id=second.round_of_request(asked),
            )
    except Refusal as why:
        return _one(visit, asked_id, status=422, form=blank().refused(why))
    return see_other(visit, f"{visit.here}/desk/second/{asked_id}")
