"""Officials: who they are, and the offices they hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, select

from app.core.ids import new_id
from app.core.refusal import Refusal, insist
from app.core.text import clean
from app.people.models import Office, Official, Role
from app.people.passwords import hash_password, is_right, why_not_password
from app.places.models import District, Place

MOST_LOGIN = 60
_IN_DISTRICT = frozenset({Role.CLERK, Role.AKIM})
_IN_RAION = frozenset({Role.MASLIKHAT, Role.MASLIKHAT_OFFICE, Role.RAION_OFFICE})


@dataclass(frozen=True, slots=True)
class Known:
    """An official whose password was right a moment ago."""

    official_id: str
    password_hash: str


def login_of(typed: str) -> str:
    """A login as it is kept: without case, without gaps."""
    return "".join(clean(typed).casefold().split())[:MOST_LOGIN]


def check_password(session: Session, *, login: str, password: str) -> Known:
    """The official with this login and password.

    An unknown login costs the same time and gives the same refusal as a wrong password.
    """
    official = session.exec(select(Official).where(Official.login == login_of(login))).first()
    right = is_right(password, official.password_hash if official is not None else "")
    if official is None or not right or official.closed_at is not None:
        raise Refusal("people.password_wrong")
    return Known(official.id, official.password_hash)


def add_official(
    session: Session, *, login: str, full_name: str, password: str, now: datetime
) -> Official:
    """A new official, with no office yet."""
    login, password = login_of(login), clean(password)
    if len(login) < 2:
        raise Refusal("form.too_short", field="login", least=2)
    if session.exec(select(Official).where(Official.login == login)).first() is not None:
        raise Refusal("people.login_taken", field="login")
    insist(why_not_password(password, login=login, about=(full_name,)))
    official = Official(
        id=new_id(),
        login=login,
        full_name=clean(full_name),
        password_hash=hash_password(password),
    )
    session.add(official)
    session.flush()
    return official


def set_password(session: Session, *, login: str, password: str) -> Official:
    """The operator gives an official a new password; the caller ends their sessions."""
    official = session.exec(select(Official).where(Official.login == login_of(login))).first()
    if official is None:
        raise Refusal("people.no_official", field="login")
    password = clean(password)
    insist(why_not_password(password, login=official.login, about=(official.full_name,)))
    official.password_hash = hash_password(password)
    session.add(official)
    session.flush()
    return official


def close_official(session: Session, *, official_id: str, now: datetime) -> None:
    """They sign in no more; what they did stays under their name."""
    official = session.get(Official, official_id)
    if official is not None and official.closed_at is None:
        official.closed_at = now
        session.add(official)
        session.flush()


def why_not_place(role: Role, district_id: str | None, raion_kato: str | None) -> Refusal | None:
    """Why there is no such office there: each serves a district, a raion, or neither."""
    if (role in _IN_DISTRICT) != (district_id is not None):
        return Refusal("people.office_place")
    if (role in _IN_RAION) != (raion_kato is not None):
        return Refusal("people.office_place")
    return None


def give_office(
    session: Session,
    *,
    official_id: str,
    role: Role | str,
    district_id: str | None = None,
    raion_kato: str | None = None,
    constituency: Sequence[str] = (),
    by_order: str = "",
    since: date,
    until: date | None = None,
) -> Office:
    """An office for a term: in a district, in a raion for the maslikhat, or in neither."""
    role = Role(role)
    insist(why_not_place(role, district_id, raion_kato))
    if until is not None and until < since:
        raise Refusal("people.office_term", field="until")
    office = Office(
        id=new_id(),
        official_id=official_id,
        role=role,
        district_id=district_id,
        raion_kato=raion_kato,
        constituency=list(constituency),
        by_order=by_order,
        since=since,
        until=until,
    )
    session.add(office)
    session.flush()
    return office


def place_words(
    session: Session, *, district_id: str | None, raion_kato: str | None
) -> tuple[str, ...]:
    """What an office's place is called: nobody's password."""
    if district_id is not None:
        district = session.get_one(District, district_id)
        return (district.name_kk, district.name_ru, district.slug)
    if raion_kato is not None:
        raion = session.get_one(Place, raion_kato)
        return (raion.name_kk, raion.name_ru)
    return ()
