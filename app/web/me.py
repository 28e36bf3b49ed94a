"""One's own page: who one is here, the offices to act in, the open sessions, the password."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from app.core.database import transaction
from app.core.refusal import Refusal, insist
from app.people.factors import factors_of
from app.people.models import Official, SignIn
from app.people.officials import check_password, place_words
from app.people.passwords import hash_password, why_not_password
from app.people.queries import Who, offices_held, sign_ins, who_is
from app.people.sign_in import (
    change_password,
    choose_office,
    count_try,
    end,
    end_all,
    tries_of_login,
)
from app.places.models import District, Place
from app.web.carry import forget_cookie
from app.web.doors import AnOfficial, SignedIn
from app.web.forms import Filled, Form, blank, fill
from app.web.frame import Link, current_round, home_of
from app.web.proposals import own_links
from app.web.render import page, see_other
from app.web.visit import Visit
from app.words import phrases
from app.words.catalogue import N_, translations

router = APIRouter()


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """An office to act in."""

    id: str
    role: str
    where: str
    until: date | None
    by_order: str
    current: bool


@dataclass(frozen=True, slots=True)
class SessionRow:
    """An open session: by what means, where, since when."""

    id: str
    kind: str
    means: str
    office: str
    made_at: datetime
    seen_at: datetime
    ends_at: datetime
    current: bool


class PasswordForm(BaseModel):
    """A new password, with the old one."""

    old: str = Field(max_length=400)
    password: str = Field(max_length=400)
    again: str = Field(max_length=400)


@router.get("/{lang}/me")
def show(visit: SignedIn) -> Response:
    """One's own page."""
    return _shown(visit, blank())


@router.get("/{lang}/me/here")
def still_here(visit: SignedIn) -> Response:
    """Somebody is writing on a shared phone: the door has noted it, so nothing typed is lost."""
    return Response(status_code=204, headers={"cache-control": "no-store"})


@router.post("/{lang}/me/office")
def act_in(visit: AnOfficial, posted: Form) -> Response:
    """From here on, acts in another of one's offices."""
    who = _who(visit)
    try:
        with transaction(visit.session):
            choose_office(
                visit.session,
                sign_in_id=who.sign_in_id,
                official_id=who.official_id or "",
                office_id=posted.text("office"),
                now=visit.clock.now(),
            )
    except Refusal as why:
        return _shown(visit, blank().refused(why), status=422)
    token = visit.request.cookies.get(visit.request.app.state.cookie_name, "")
    visit.who = who_is(visit.session, token=token, now=visit.now, idle=_idle(visit))
    return see_other(visit, home_of(visit))


@router.post("/{lang}/me/sessions")
def end_sessions(visit: SignedIn, posted: Form) -> Response:
    """Ends one of one's own sessions, or all but this one."""
    who, chosen = _who(visit), posted.text("session")
    with transaction(visit.session):
        now = visit.clock.now()
        if chosen == "others":
            end_all(
                visit.session,
                now=now,
                person_id=who.person_id,
                official_id=who.official_id,
                but=who.sign_in_id,
            )
        elif chosen in {row.id for row in _own_sessions(visit, who)}:
            end(visit.session, sign_in_id=chosen, now=now)
    if chosen != who.sign_in_id:
        return see_other(visit, f"{visit.root}/me")
    response = see_other(visit, f"{visit.root}/sign-in")
    forget_cookie(visit, response)
    return response


@router.post("/{lang}/me/password")
def new_password(visit: AnOfficial, posted: Form) -> Response:
    """A new password; every other session of this official ends."""
    who, form = _who(visit), fill(PasswordForm, posted)
    official = visit.session.get(Official, who.official_id) if who.official_id else None
    if official is None:
        return see_other(visit, f"{visit.root}/me")
    login, session, now = official.login, visit.session, visit.clock.now()
    try:
        if (typed := form.value) is not None:
            place = place_words(session, district_id=who.district_id, raion_kato=who.raion_kato)
            about = (official.full_name, *place)
            insist(why_not_password(typed.password, login=login, about=about))
            if typed.password != typed.again:
                raise Refusal("people.password_again", field="again")
            # Counted before the password is looked at, in a transaction of its own.
            with transaction(session):
                slowed = count_try(session, subject=tries_of_login(visit.keyring, login), now=now)
            insist(slowed.at("old") if slowed else None)
            known = check_password(session, login=login, password=typed.old)
            made = hash_password(typed.password)
            with transaction(session):
                change_password(
                    session,
                    keyring=visit.keyring,
                    known=known,
                    password_hash=made,
                    but=who.sign_in_id,
                    now=now,
                )
            return see_other(visit, f"{visit.root}/me")
    except Refusal as why:
        form = form.refused(why if why.field else why.at("old"))
    return _shown(visit, form, status=422)


def _shown(visit: Visit, form: Filled[Any], status: int = 200) -> Response:
    who = _who(visit)
    return page(
        visit,
        "people/me.html",
        status=status,
        form=form,
        name=who.name,
        place=_place(visit, who),
        links=[
            *_links(visit, who),
            Link(f"{visit.root}/me/data", translations(visit.lang).gettext(N_("My data"))),
        ],
        is_official=who.official_id is not None,
        factors=_factors(visit, who),
        offices=_offices(visit, who),
        sessions=[_session_row(visit, row, who) for row in _own_sessions(visit, who)],
    )


def _who(visit: Visit) -> Who:
    assert visit.who is not None
    return visit.who


def _idle(visit: Visit) -> timedelta:
    return timedelta(seconds=visit.settings.shared_phone_idle_seconds)


def _own_sessions(visit: Visit, who: Who) -> list[SignIn]:
    return sign_ins(
        visit.session,
        now=visit.now,
        idle=_idle(visit),
        person_id=who.person_id,
        official_id=who.official_id,
    )


def _session_row(visit: Visit, row: SignIn, who: Who) -> SessionRow:
    kind = "office" if row.official_id else ("shared" if row.shared else "own")
    return SessionRow(
        id=row.id,
        kind=phrases.label(f"session.{kind}", visit.lang),
        means=phrases.label(f"means.{row.how}", visit.lang) if row.how else "",
        office=next((_words(one) for one in _offices(visit, who) if one.id == row.office_id), ""),
        made_at=row.made_at,
        seen_at=row.seen_at,
        ends_at=row.ends_at,
        current=row.id == who.sign_in_id,
    )


def _words(office: OfficeRow) -> str:
    return f"{office.role}, {office.where}" if office.where else office.role


def _place(visit: Visit, who: Who) -> str:
    district = visit.session.get(District, who.district_id) if who.district_id else None
    raion = visit.session.get(Place, who.raion_kato) if who.raion_kato else None
    if district is not None:
        return visit.in_lang(district, "name")
    return visit.in_lang(raion, "name") if raion is not None else ""


def _links(visit: Visit, who: Who) -> list[Link]:
    """Where one goes from here."""
    say = translations(visit.lang).gettext
    district = visit.session.get(District, who.district_id) if who.district_id else None
    links = []
    if home_of(visit) != f"{visit.root}/me":
        links.append(Link(home_of(visit), say(N_("To my work"))))
    if district is None:
        return links
    here = f"{visit.root}/{district.slug}"
    links.append(Link(f"{here}/", visit.in_lang(district, "name")))
    if who.is_resident and (found := current_round(visit, district)) is not None:
        links.append(Link(f"{here}/rounds/{found[0].key}/proposals", say(N_("Proposals"))))
    if who.is_resident:
        links.append(Link(f"{here}/roll/mine", say(N_("Am I on the list?"))))
        links.append(Link(f"{here}/my-votes", say(N_("Was a vote cast in my name?"))))
    if who.person_id is not None:
        person_id = who.person_id
        links.append(Link(f"{here}/contributions/mine", say(N_("My contributions"))))
        links += own_links(visit, here=here, district_id=district.id, person_id=person_id)
        links.append(Link(f"{visit.root}/me/phone", say(N_("My phone"))))
    return links


def _factors(visit: Visit, who: Who) -> list[str]:
    """An official's second factors, in words."""
    if who.official_id is None:
        return []
    held = factors_of(visit.session, official_id=who.official_id)
    kinds = [phrases.label(f"factor.{one.kind}", visit.lang) for one in held]
    return [
        f"{kind}: {one.name}" if one.name else kind for kind, one in zip(kinds, held, strict=True)
    ]


def _offices(visit: Visit, who: Who) -> list[OfficeRow]:
    if who.official_id is None:
        return []
    rows = []
    for office in offices_held(visit.session, official_id=who.official_id, now=visit.now):
        district = visit.session.get(District, office.district_id) if office.district_id else None
        raion = visit.session.get(Place, office.raion_kato) if office.raion_kato else None
        place = district or raion
        rows.append(
            OfficeRow(
                id=office.id,
                role=phrases.label(f"role.{office.role}", visit.lang),
                where=visit.in_lang(place, "name") if place is not None else "",
                until=office.until,
                by_order=office.by_order,
                current=office.id == who.office_id,
            )
        )
    return rows
