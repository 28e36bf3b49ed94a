"""Invitations: a link by which somebody takes up an office. Good once, for a week.

A district's first clerk and whoever serves a raion are invited by the operator. Later a clerk of
the district invites, and a second official agrees first.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from app.core.clock import day_of
from app.core.ids import new_id
from app.core.refusal import Refusal, insist
from app.core.text import clean, fold
from app.ledger.actions import record
from app.people.models import Office, Official, Role
from app.people.office_models import Invitation
from app.people.officials import give_office, login_of, why_not_place
from app.people.queries import hash_token
from app.people.terms import districts_of

LASTS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ToOffice:
    """The office that somebody is invited to."""

    role: Role
    since: date
    until: date | None = None  # the last day
    district_id: str | None = None
    raion_kato: str | None = None
    constituency: tuple[str, ...] = ()
    by_order: str = ""


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that was just made. The token is told once and is not kept."""

    invitation: Invitation
    token: str


def why_not_name(full_name: str) -> Refusal | None:
    """Why this is not the name of somebody who can be invited."""
    if len(full_name.split()) < 2:
        return Refusal("people.name_whole", field="full_name")
    if len(full_name) > 120:
        return Refusal("form.too_long", field="full_name", most=120)
    return None


def why_not_office(office: ToOffice, *, now: datetime) -> Refusal | None:
    """Why nobody can be invited to this office."""
    wrong = why_not_place(office.role, office.district_id, office.raion_kato)
    if wrong is not None:
        return wrong
    last = office.until
    if last is not None and last < max(office.since, day_of(now)):
        return Refusal("people.office_term", field="until")
    return None


def invite(
    session: Session,
    *,
    office: ToOffice,
    full_name: str,
    invited_by: str,
    by_office: str,
    now: datetime,
    invitation_id: str = "",
    consent_id: str | None = None,
    official_id: str | None = None,
) -> Invited:
    """Makes the link. `by_office` is the role of whoever invites, as the record names it."""
    full_name = " ".join(clean(full_name).split())
    insist(why_not_name(full_name) or why_not_office(office, now=now))
    token = secrets.token_urlsafe(32)
    made = Invitation(
        id=invitation_id or new_id(),
        token_sha256=hash_token(token),
        full_name=full_name,
        role=office.role,
        district_id=office.district_id,
        raion_kato=office.raion_kato,
        constituency=list(office.constituency),
        by_order=office.by_order,
        since=office.since,
        until=office.until,
        official_id=official_id,
        consent_id=consent_id,
        invited_by=invited_by,
        at=now,
        ends_at=now + LASTS,
    )
    session.add(made)
    session.flush()
    _note(session, made, "people.invited", now, office=by_office, by_name=invited_by)
    return Invited(made, token)


def found_by(session: Session, *, token: str) -> Invitation | None:
    """The invitation of a link, whatever became of it."""
    return session.exec(
        select(Invitation).where(Invitation.token_sha256 == hash_token(token))
    ).first()


def why_not_take_up(invitation: Invitation, *, now: datetime) -> Refusal | None:
    """Why this link opens nothing any more."""
    if invitation.used_at is not None:
        return Refusal("people.invitation_used")
    if invitation.taken_back_at is not None:
        return Refusal("people.invitation_taken_back")
    if invitation.ends_at <= now:
        return Refusal("people.invitation_over", at=invitation.ends_at)
    if invitation.until is not None and invitation.until < day_of(now):
        return Refusal("people.invitation_over", at=invitation.ends_at)
    return None


def take_up_anew(
    session: Session, *, token: str, login: str, password_hash: str, now: datetime
) -> Official:
    """The office, with a new account. Raises LookupError for a link that never was."""
    invitation = _use(session, token, now)
    if invitation.official_id is not None:
        raise Refusal("people.invitation_account")
    login = login_of(login)
    if len(login) < 2:
        raise Refusal("form.too_short", field="login", least=2)
    if session.exec(select(Official.id).where(Official.login == login)).first() is not None:
        raise Refusal("people.login_taken", field="login")
    official = Official(
        id=new_id(), login=login, full_name=invitation.full_name, password_hash=password_hash
    )
    try:
        session.add(official)
        session.flush()
    except IntegrityError:  # somebody took it a moment ago
        raise Refusal("people.login_taken", field="login") from None
    _give(session, invitation, official, now)
    return official


def take_up(session: Session, *, token: str, official_id: str, now: datetime) -> Office:
    """The office, with the account of whoever is signed in: the invited one's own."""
    invitation = _use(session, token, now)
    official = session.get_one(Official, official_id)
    insist(why_not_theirs(invitation, official))
    return _give(session, invitation, official, now)


def why_not_theirs(invitation: Invitation, official: Official) -> Refusal | None:
    """Why an account cannot take an invitation up: it is another person's."""
    if invitation.official_id is not None:
        same = invitation.official_id == official.id
    else:
        same = set(fold(invitation.full_name).split()) == set(fold(official.full_name).split())
    return None if same else Refusal("people.invitation_name", name=invitation.full_name)


def take_back(
    session: Session, *, invitation: Invitation, by_office: str, by_name: str, now: datetime
) -> None:
    """The link opens nothing from here on."""
    done = session.execute(
        update(Invitation)
        .where(col(Invitation.id) == invitation.id, col(Invitation.used_at).is_(None))
        .where(col(Invitation.taken_back_at).is_(None))
        .values(taken_back_at=now)
        .execution_options(synchronize_session="fetch")
    )
    if int(done.rowcount) != 1:  # type: ignore[attr-defined]
        raise Refusal("people.invitation_used")
    _note(
        session,
        invitation,
        "people.invitation_taken_back",
        now,
        office=by_office,
        by_name=by_name,
    )


def open_invitations(
    session: Session, *, now: datetime, district_id: str | None = None
) -> Sequence[Invitation]:
    """The links that still open something: of a district, or of the whole installation."""
    query = (
        select(Invitation)
        .where(col(Invitation.used_at).is_(None), col(Invitation.taken_back_at).is_(None))
        .where(Invitation.ends_at > now)
        .order_by(col(Invitation.at), col(Invitation.id))
    )
    if district_id is not None:
        query = query.where(Invitation.district_id == district_id)
    return session.exec(query).all()


def _use(session: Session, token: str, now: datetime) -> Invitation:
    """Uses the link up. Of two who press at once, one does."""
    invitation = found_by(session, token=token)
    if invitation is None:
        raise LookupError("no such invitation")
    insist(why_not_take_up(invitation, now=now))
    done = session.execute(
        update(Invitation)
        .where(col(Invitation.id) == invitation.id, col(Invitation.used_at).is_(None))
        .where(col(Invitation.taken_back_at).is_(None), col(Invitation.ends_at) > now)
        .values(used_at=now)
        .execution_options(synchronize_session="fetch")
    )
    if int(done.rowcount) != 1:  # type: ignore[attr-defined]
        raise Refusal("people.invitation_used")
    return invitation


def _give(session: Session, invitation: Invitation, official: Official, now: datetime) -> Office:
    office = give_office(
        session,
        official_id=official.id,
        role=invitation.role,
        district_id=invitation.district_id,
        raion_kato=invitation.raion_kato,
        constituency=invitation.constituency,
        by_order=invitation.by_order,
        since=invitation.since,
        until=invitation.until,
    )
    _note(
        session,
        invitation,
        "people.office_taken_up",
        now,
        office=invitation.role,
        by_name=official.full_name,
    )
    return office


def _note(
    session: Session, of: Invitation, kind: str, now: datetime, *, office: str, by_name: str
) -> None:
    for district_id in districts_of(session, district_id=of.district_id, raion_kato=of.raion_kato):
        record(
            session,
            district_id=district_id,
            subject=of.id,
            kind=kind,
            at=now,
            office=office,
            by_name=by_name,
            role=of.role,
            since=of.since,
            until=of.until,
        )
