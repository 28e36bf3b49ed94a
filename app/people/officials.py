"""Officials: their passwords and the offices they hold.

Argon2id at 19 MiB, two passes, one lane; at most two hashes at once, so that a flood of
sign-ins costs the residents' pages nothing. Length counts, composition does not.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from passlib.hash import argon2  # type: ignore[import-untyped]
from sqlmodel import Session, select

from app.core.ids import new_id
from app.core.refusal import Refusal, insist
from app.core.text import clean
from app.people.models import Office, Official, Role

SHORTEST, LONGEST = 10, 200  # characters
MOST_LOGIN = 60
_hasher = argon2.using(memory_cost=19 * 1024, time_cost=2, parallelism=1)
_two_at_once = threading.BoundedSemaphore(2)
# Whoever finds this many before them is asked to press again: a request that waits holds a thread
# that residents' pages need.
_in_line = threading.BoundedSemaphore(8)
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


def why_not_password(password: str, *, login: str) -> Refusal | None:
    """Why a password is too weak."""
    if len(password) < SHORTEST:
        return Refusal("people.password_short", field="password", least=SHORTEST)
    if len(password) > LONGEST:
        return Refusal("form.too_long", field="password", most=LONGEST)
    if len(set(password)) < 5 or (login and login in password.casefold()):
        return Refusal("people.password_easy", field="password")
    return None


def hash_password(password: str) -> str:
    """An Argon2id hash; raises Refusal("page.busy") where too many wait."""
    with _Turn():
        return str(_hasher.hash(password))


def check_password(session: Session, *, login: str, password: str) -> Known:
    """The official with this login and password.

    An unknown login costs the same time and gives the same refusal as a wrong password.
    """
    official = session.exec(select(Official).where(Official.login == login_of(login))).first()
    shown = official.password_hash if official is not None else ""
    if not (usable := bool(_hasher.identify(shown))):
        shown = _nobodys_hash()
    with _Turn():
        right = bool(_hasher.verify(clean(password)[: LONGEST + 1], shown)) and usable
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
    insist(why_not_password(password, login=login))
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
    insist(why_not_password(password, login=official.login))
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
    if (role in _IN_DISTRICT) != (district_id is not None):
        raise Refusal("people.office_place")
    if (role in _IN_RAION) != (raion_kato is not None):
        raise Refusal("people.office_place")
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


@cache
def _nobodys_hash() -> str:
    return hash_password("nobody ever has this password")


class _Turn:
    """One of the two places at the hasher, after a short line."""

    def __enter__(self) -> None:
        if not _in_line.acquire(blocking=False):
            raise Refusal("page.busy")
        _two_at_once.acquire()

    def __exit__(self, *_: object) -> None:
        _two_at_once.release()
        _in_line.release()
