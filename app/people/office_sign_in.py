"""How an official signs in: the password first, then the second factor.

Between the two there is half a session: nobody is signed in by it, it opens the page that asks for
the second factor and nothing else, and it ends after ten minutes. What follows is a new session
with a new token, so that nothing known before opens it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.people.models import Means, Official, SignIn
from app.people.officials import Known
from app.people.queries import hash_token, offices_held
from app.people.sign_in import Opened, forget_tries, new_sign_in, tries_of_login

HALF_LASTS = timedelta(minutes=10)
FRESH = timedelta(minutes=10)  # how long after signing in one may change one's factors


@dataclass(frozen=True, slots=True)
class Half:
    """Somebody whose password was right, and who still owes the second factor."""

    sign_in_id: str
    official_id: str


def tries_of_second(keyring: Keyring, official_id: str) -> str:
    """Under what the tries at a second factor are counted: per official, over all sign-ins."""
    return "second:" + keyring.mac("tries", "second", official_id)[:32]


def open_half(session: Session, *, keyring: Keyring, known: Known, now: datetime) -> Opened:
    """The password was right: from here the second factor is asked for."""
    official = session.get(Official, known.official_id)
    if official is None or official.closed_at or official.password_hash != known.password_hash:
        raise Refusal("people.password_wrong")
    forget_tries(session, tries_of_login(keyring, official.login))
    row, token = new_sign_in(now, HALF_LASTS, how=Means.PASSWORD, shared=False)
    row.official_id = official.id
    row.needs_second = True
    session.add(row)
    session.flush()
    return Opened(token, row.id, row.ends_at, False)


def half_of(session: Session, *, token: str, now: datetime) -> Half | None:
    """Who carries this token of half a session now."""
    found = session.exec(
        select(SignIn, Official)
        .join(Official, col(Official.id) == SignIn.official_id)
        .where(SignIn.token_sha256 == hash_token(token), col(SignIn.needs_second).is_(True))
        .where(col(SignIn.ended_at).is_(None), SignIn.ends_at > now)
        .where(col(Official.closed_at).is_(None))
    ).first()
    return Half(found[0].id, found[1].id) if found is not None else None


def open_for_official(
    session: Session,
    *,
    keyring: Keyring,
    half: Half,
    hours: int,
    now: datetime,
    office_id: str | None = None,
) -> Opened:
    """Signs in whoever has just shown the second factor; the half session ends, once.

    Into the only office there is, or the one they acted in before.
    """
    done = session.execute(
        update(SignIn)
        .where(col(SignIn.id) == half.sign_in_id, col(SignIn.needs_second).is_(True))
        .where(col(SignIn.ended_at).is_(None), col(SignIn.ends_at) > now)
        .values(ended_at=now)
    )
    if int(done.rowcount) != 1:  # type: ignore[attr-defined]
        raise Refusal("people.half_over")
    offices = offices_held(session, official_id=half.official_id, now=now)
    forget_tries(session, tries_of_second(keyring, half.official_id))
    row, token = new_sign_in(now, timedelta(hours=hours), how=Means.PASSWORD, shared=False)
    row.official_id = half.official_id
    if len(offices) == 1:
        row.office_id = offices[0].id
    elif office_id in {one.id for one in offices}:
        row.office_id = office_id
    session.add(row)
    session.flush()
    chosen = row.office_id is not None
    return Opened(token, row.id, row.ends_at, False, offices=1 if chosen else len(offices))


def is_fresh(session: Session, *, sign_in_id: str, now: datetime) -> bool:
    """Whether password and second factor were shown in the last ten minutes."""
    made_at = session.exec(select(SignIn.made_at).where(SignIn.id == sign_in_id)).first()
    return made_at is not None and made_at + FRESH > now
