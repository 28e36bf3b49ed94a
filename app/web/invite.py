"""Who serves a district, how a term ends early, and how somebody new is invited."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, Field
from sqlmodel import col, select

from app.core.clock import day_of
from app.core.database import transaction
from app.core.ids import new_id
from app.core.refusal import Refusal, insist
from app.core.text import clean
from app.people import consent, invitations
from app.people.models import Office, Official, Role
from app.people.office_models import Consent, ConsentState, Invitation
from app.people.queries import Who
from app.people.sign_in import end_all
from app.people.terms import end_office, why_not_end
from app.web.doors import Clerk, Desk
from app.web.forms import Day, Filled, Form, blank, fill
from app.web.render import page, see_other
from app.web.visit import Visit
from app.words import phrases

router = APIRouter()


class InviteForm(BaseModel):
    """Whom a clerk wants to invite, and to which office of the district."""

    full_name: str = Field(max_length=120)
    role: Literal["clerk", "akim"]
    until: Day | None = None
    by_order: str = Field(default="", max_length=120)
    why: str = Field(min_length=10, max_length=500)


class EndForm(BaseModel):
    """The last day of a term."""

    until: Day


@dataclass(frozen=True, slots=True)
class OfficialRow:
    """Somebody in an office of this district."""

    id: str  # of the office
    name: str
    role: str
    since: date
    until: date | None
    by_order: str
    mine: bool
    ends: bool  # a clerk may end this term


@dataclass(frozen=True, slots=True)
class RequestRow:
    """Somebody to be invited: waiting for the second official, or agreed."""

    id: str
    name: str
    role: str
    until: date | None
    state: str
    agreed: bool
    mine: bool
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link that was made and not yet used."""

    id: str
    name: str
    role: str
    ends_at: datetime


@router.get("/{lang}/{slug}/desk/officials")
def listed(visit: Desk) -> Response:
    """The district's officials with their terms, and who is on the way."""
    return _listed(visit)


@router.get("/{lang}/{slug}/desk/officials/new")
def ask_new(visit: Clerk) -> Response:
    """The form of an invitation."""
    return page(visit, "people/invite.html", form=blank(role="clerk"))


@router.post("/{lang}/{slug}/desk/officials/new")
def ask(visit: Clerk, posted: Form) -> Response:
    """Asks a second official; the link is made once they have agreed."""
    form = fill(InviteForm, posted)
    try:
        if (typed := form.value) is not None:
            now = visit.clock.now()
            office = _office(visit, typed.role, typed.until, typed.by_order, now)
            name = " ".join(typed.full_name.split())
            insist(invitations.why_not_name(name) or invitations.why_not_office(office, now=now))
            with transaction(visit.session):
                consent.ask(
                    visit.session,
                    keyring=visit.keyring,
                    district_id=visit.district.id,
                    act=consent.Act.MAKE_OFFICIAL,
                    subject=new_id(),  # the invitation's id, once there is one
                    first=consent.actor_of(_who(visit)),
                    why=typed.why,
                    now=now,
                    facts={
                        "role": typed.role,
                        "until": typed.until.isoformat() if typed.until else None,
                    },
                    private={"full_name": name, "by_order": office.by_order},
                )
            return see_other(visit, f"{visit.here}/desk/officials")
    except Refusal as why:
        form = form.refused(why)
    return page(visit, "people/invite.html", form=form, status=422)


@router.post("/{lang}/{slug}/desk/officials/agreed/{request_id}")
def make_link(visit: Clerk, request_id: str, posted: Form) -> Response:
    """The second official has agreed: makes the link, shown once."""
    session, who = visit.session, _who(visit)
    try:
        with transaction(session):
            now = visit.clock.now()
            asked = _asked(visit, request_id)
            about = consent.private_of(visit.keyring, asked)
            until = asked.facts.get("until")
            consent.use(session, asked=asked, first=consent.actor_of(who), now=now)
            made = invitations.invite(
                session,
                office=_office(
                    visit,
                    str(asked.facts["role"]),
                    date.fromisoformat(until) if until else None,
                    str(about.get("by_order", "")),
                    now,
                ),
                full_name=str(about.get("full_name", "")),
                invited_by=who.name,
                by_office=str(who.role),
                invitation_id=asked.subject,
                consent_id=asked.id,
                now=now,
            )
            name, ends_at = made.invitation.full_name, made.invitation.ends_at
    except LookupError:
        raise HTTPException(404) from None
    except Refusal as why:
        return _listed(visit, blank().refused(why.at("")))
    base = visit.settings.public_url.rstrip("/") or str(visit.request.base_url).rstrip("/")
    response = page(
        visit,
        "people/invite_link.html",
        link=f"{base}/{visit.lang}/invitation/{made.token}",
        name=name,
        ends_at=ends_at,
    )
    response.headers["cache-control"] = "no-store"
    return response


@router.post("/{lang}/{slug}/desk/officials/links/{invitation_id}/take-back")
def take_back(visit: Clerk, invitation_id: str, posted: Form) -> Response:
    """The link opens nothing from here on."""
    session, who = visit.session, _who(visit)
    try:
        with transaction(session):
            found = session.exec(
                select(Invitation).where(
                    Invitation.district_id == visit.district.id, Invitation.id == invitation_id
                )
            ).first()
            if found is None:
                raise HTTPException(404)
            invitations.take_back(
                session,
                invitation=found,
                by_office=str(who.role),
                by_name=who.name,
                now=visit.clock.now(),
            )
    except Refusal as why:
        return _listed(visit, blank().refused(why))
    return see_other(visit, f"{visit.here}/desk/officials")


@router.get("/{lang}/{slug}/desk/officials/{office_id}/end")
def ask_end(visit: Clerk, office_id: str) -> Response:
    """The form of an earlier last day."""
    return _ending(visit, _held(visit, office_id), blank(until=day_of(visit.now)))


@router.post("/{lang}/{slug}/desk/officials/{office_id}/end")
def end_term(visit: Clerk, office_id: str, posted: Form) -> Response:
    """A term ends early, in public."""
    session, who = visit.session, _who(visit)
    form = fill(EndForm, posted)
    _held(visit, office_id)
    try:
        if form.value is not None:
            with transaction(session):
                now = visit.clock.now()
                office, _ = _held(visit, office_id)
                end_office(
                    session,
                    office=office,
                    last_day=form.value.until,
                    by_office=str(who.role),
                    by_name=who.name,
                    now=now,
                )
                if form.value.until < day_of(now):
                    end_all(session, now=now, official_id=office.official_id)
            return see_other(visit, f"{visit.here}/desk/officials")
    except Refusal as why:
        form = form.refused(why)
    return _ending(visit, _held(visit, office_id), form, status=422)


def _who(visit: Visit) -> Who:
    assert visit.who is not None
    return visit.who


def _office(
    visit: Visit, role: str, until: date | None, by_order: str, now: datetime
) -> invitations.ToOffice:
    return invitations.ToOffice(
        role=Role(role),
        since=day_of(now),
        until=until,
        district_id=visit.district.id,
        by_order=clean(by_order),
    )


def _asked(visit: Visit, consent_id: str) -> Consent:
    asked = consent.load(
        visit.session, district_id=visit.district.id, consent_id=consent_id, lock=True
    )
    if asked.act != consent.Act.MAKE_OFFICIAL:
        raise LookupError(consent_id)
    return asked


def _in_office(visit: Visit) -> list[tuple[Office, Official]]:
    today = day_of(visit.now)
    found = visit.session.exec(
        select(Office, Official)
        .join(Official, col(Official.id) == Office.official_id)
        .where(Office.district_id == visit.district.id, col(Official.closed_at).is_(None))
        .order_by(col(Office.role), col(Official.full_name), col(Office.id))
    ).all()
    return [(one, who) for one, who in found if one.until is None or one.until >= today]


def _held(visit: Visit, office_id: str) -> tuple[Office, Official]:
    """An office of this district that is not over, and not one's own."""
    for office, official in _in_office(visit):
        if office.id == office_id and official.id != _who(visit).official_id:
            return office, official
    raise HTTPException(404)


def _ending(
    visit: Visit, of: tuple[Office, Official], form: Filled[Any], status: int = 200
) -> Response:
    office, official = of
    return page(
        visit,
        "people/end_term.html",
        status=status,
        form=form,
        name=official.full_name,
        role=phrases.label(f"role.{office.role}", visit.lang),
        until=office.until,
        yesterday=day_of(visit.now) - timedelta(days=1),
        action=f"{visit.here}/desk/officials/{office.id}/end",
    )


def _listed(visit: Visit, form: Filled[Any] | None = None) -> Response:
    who = _who(visit)
    rows = [
        OfficialRow(
            id=office.id,
            name=official.full_name,
            role=phrases.label(f"role.{office.role}", visit.lang),
            since=office.since,
            until=office.until,
            by_order=office.by_order,
            mine=official.id == who.official_id,
            ends=why_not_end(office, str(who.role)) is None,
        )
        for office, official in _in_office(visit)
    ]
    links = invitations.open_invitations(
        visit.session, now=visit.now, district_id=visit.district.id
    )
    return page(
        visit,
        "people/officials.html",
        status=422 if form is not None else 200,
        form=form or blank(),
        rows=rows,
        requests=_requests(visit, who),
        links=[
            LinkRow(
                one.id, one.full_name, phrases.label(f"role.{one.role}", visit.lang), one.ends_at
            )
            for one in links
        ],
        is_clerk=who.role is Role.CLERK,
    )


def _requests(visit: Visit, who: Who) -> list[RequestRow]:
    """What waits for the second official, and what they agreed to and nobody has used yet."""
    found = consent.requests(
        visit.session,
        district_id=visit.district.id,
        states=(ConsentState.WAITING, ConsentState.AGREED),
    )
    rows = []
    for one in found:
        if one.act != consent.Act.MAKE_OFFICIAL or one.ends_at <= visit.now:
            continue
        until = one.facts.get("until")
        rows.append(
            RequestRow(
                id=one.id,
                name=str(consent.private_of(visit.keyring, one).get("full_name", "")),
                role=phrases.label(f"role.{one.facts['role']}", visit.lang),
                until=date.fromisoformat(until) if until else None,
                state=phrases.label(f"consent.state.{one.state}", visit.lang),
                agreed=one.state == ConsentState.AGREED,
                mine=one.first_id == who.official_id,
                ends_at=one.ends_at,
            )
        )
    return rows
