"""`asar official`: officials, their offices, invitations, lost second factors; from a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated

import typer
from sqlmodel import Session, col, select

from app.core.clock import day_of
from app.core.database import make_engine, open_session, transaction
from app.core.refusal import Refusal
from app.core.settings import Settings
from app.people.invitations import ToOffice, invite, open_invitations, take_back
from app.people.models import Official, Role
from app.people.office_models import Invitation
from app.people.officials import add_official, give_office, login_of, set_password
from app.people.queries import offices_held
from app.people.sign_in import end_all
from app.people.terms import OPERATOR, leave, note_given, reset_factors
from app.places.models import District, Place
from app.places.queries import district_by_slug
from app.start import clock_for
from app.words.phrases import refusal

official = typer.Typer(no_args_is_help=True, help="Officials and their offices.")
factors = typer.Typer(no_args_is_help=True, help="Second factors.")
official.add_typer(factors, name="factors")

Name = Annotated[str, typer.Option("--name", help="the whole name, as in the order")]
InDistrict = Annotated[str, typer.Option("--district", help="for a clerk or an akim")]
InRaion = Annotated[str, typer.Option(help="a raion's KATO code, for the maslikhat and the raion")]
Own = Annotated[list[str] | None, typer.Option(help="a deputy's own districts")]
ByOrder = Annotated[str, typer.Option(help="a delegate's order: number and date")]
Until = Annotated[str, typer.Option(help="the last day of the term, such as 2028-12-31")]


def _fail(line: str) -> typer.Exit:
    print(line, file=sys.stderr)
    return typer.Exit(2)


@contextmanager
def _acting() -> Iterator[tuple[Session, datetime]]:
    """One transaction; a "no" becomes a line on standard error and exit 2."""
    engine = make_engine(Settings().database_url)
    with open_session(engine) as session:
        now = clock_for(engine).now()
        try:
            with transaction(session):
                yield session, now
        except Refusal as why:
            raise _fail(refusal(why, "en")) from None


def _found(session: Session, login: str) -> Official:
    found = session.exec(select(Official).where(Official.login == login_of(login))).first()
    if found is None:
        raise _fail(f"Nobody signs in as {login!r}.")
    return found


def _office(
    session: Session,
    now: datetime,
    role: Role,
    slug: str,
    raion: str,
    constituency: list[str] | None,
    by_order: str,
    until: str,
) -> ToOffice:
    home = district_by_slug(session, slug) if slug else None
    if slug and home is None:
        raise _fail(f"No district lives at {slug!r}.")
    if home is not None and home.budget_only:
        raise _fail(f"{slug!r} only shows its budget. Open it first: asar district add.")
    if raion and session.get(Place, raion) is None:
        raise _fail(f"No place has the code {raion!r}.")
    own = []
    for one in constituency or []:
        found = district_by_slug(session, one)
        if found is None or found.budget_only:
            raise _fail(f"No district lives at {one!r}.")
        own.append(found.id)
    try:
        last = date.fromisoformat(until) if until else None
    except ValueError:
        raise _fail(f"--until wants a date such as 2028-12-31, not {until!r}.") from None
    return ToOffice(
        role=role,
        since=day_of(now),
        until=last,
        district_id=home.id if home else None,
        raion_kato=raion or None,
        constituency=tuple(own),
        by_order=by_order,
    )


@official.command("add")
def official_add(
    login: str,
    full_name: Name,
    role: Annotated[Role, typer.Option()],
    slug: InDistrict = "",
    raion: InRaion = "",
    constituency: Own = None,
    by_order: ByOrder = "",
    until: Until = "",
    password: Annotated[str, typer.Option(prompt=True, hide_input=True)] = "",
) -> None:
    """Gives somebody an office; makes their account when there is none by that login."""
    with _acting() as (session, now):
        office = _office(session, now, role, slug, raion, constituency, by_order, until)
        known = session.exec(select(Official).where(Official.login == login_of(login))).first()
        who = known or add_official(
            session, login=login, full_name=full_name, password=password, now=now
        )
        given = give_office(
            session,
            official_id=who.id,
            role=role,
            district_id=office.district_id,
            raion_kato=office.raion_kato,
            constituency=office.constituency,
            by_order=by_order,
            since=office.since,
            until=office.until,
        )
        note_given(session, office=given, now=now)
    print(f"{full_name}: {role}. The first sign-in sets up a second factor.")


@official.command("invite")
def official_invite(
    full_name: Name,
    role: Annotated[Role, typer.Option()],
    slug: InDistrict = "",
    raion: InRaion = "",
    constituency: Own = None,
    by_order: ByOrder = "",
    until: Until = "",
    login: Annotated[str, typer.Option(help="of the account they have already")] = "",
) -> None:
    """Prints a link by which somebody takes up an office: good once, for a week."""
    with _acting() as (session, now):
        made = invite(
            session,
            office=_office(session, now, role, slug, raion, constituency, by_order, until),
            full_name=full_name,
            invited_by="",
            by_office=OPERATOR,
            official_id=_found(session, login).id if login else None,
            now=now,
        )
        ends_at, invitation_id = made.invitation.ends_at, made.invitation.id
    base = Settings().public_url.rstrip("/") or "http://127.0.0.1:8000"
    print(f"{base}/kk/invitation/{made.token}")
    print(
        f"Good once, until {ends_at:%Y-%m-%d %H:%M} UTC. Hand it to {full_name} and to nobody else."
        f"\nTo take it back: asar official take-back {invitation_id}",
        file=sys.stderr,
    )


@official.command("invited")
def official_invited() -> None:
    """The invitations that are still open."""
    with _acting() as (session, now):
        for one in open_invitations(session, now=now):
            print(f"{one.id}  {one.role:17}{one.full_name:34}until {one.ends_at:%Y-%m-%d %H:%M}")


@official.command("take-back")
def official_take_back(invitation_id: str) -> None:
    """An invitation opens nothing any more."""
    with _acting() as (session, now):
        found = session.get(Invitation, invitation_id)
        if found is None:
            raise _fail(f"There is no invitation {invitation_id!r}.")
        take_back(session, invitation=found, by_office=OPERATOR, by_name="", now=now)
    print("Taken back.")


@official.command("list")
def official_list() -> None:
    """Who signs in with a password, and the offices they hold today."""
    with _acting() as (session, now):
        everybody = session.exec(
            select(Official).where(col(Official.closed_at).is_(None)).order_by(col(Official.login))
        ).all()
        names = dict(session.exec(select(District.id, District.slug)).all())
        for one in everybody:
            held = offices_held(session, official_id=one.id, now=now)
            offices = ", ".join(
                " ".join(filter(None, (office.role, names.get(office.district_id or ""))))
                for office in held
            )
            print(f"{one.login:20}{one.full_name:34}{offices or 'no office today'}")


@official.command("password")
def official_password(
    login: str,
    password: Annotated[str, typer.Option(prompt=True, hide_input=True)] = "",
) -> None:
    """Gives an official a new password and ends their sessions."""
    with _acting() as (session, now):
        who = set_password(session, login=login, password=password)
        end_all(session, official_id=who.id, now=now)
    print(f"{login}: the password is set")


@official.command("close")
def official_close(login: str) -> None:
    """Somebody leaves: they sign in no more; what they did stays under their name."""
    with _acting() as (session, now):
        who = _found(session, login)
        leave(session, official_id=who.id, now=now)
        end_all(session, official_id=who.id, now=now)
    print(f"{login}: closed")


@factors.command("reset")
def factors_reset(login: str) -> None:
    """Ends the second factors of somebody who lost them; the next sign-in sets up anew."""
    with _acting() as (session, now):
        who = _found(session, login)
        number = reset_factors(session, official_id=who.id, now=now)
        end_all(session, official_id=who.id, now=now)
    print(f"{login}: {number} ended. The next sign-in with the password sets up a new one.")
