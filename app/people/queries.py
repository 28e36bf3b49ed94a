"""Reading about people: who is signed in, who stands on a roll."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlmodel import Session, col, select

from app.core.clock import day_of
from app.people.models import Office, Official, Person, Role, RollEntry, SignIn


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who is signed in, and as what. A visitor is None."""

    sign_in_id: str
    name: str
    shared: bool = False  # on a phone that is handed on
    person_id: str | None = None
    district_id: str | None = None  # a resident's roll, or the office's district
    settlement_id: str | None = None
    official_id: str | None = None
    office_id: str | None = None
    role: Role | None = None
    raion_kato: str | None = None
    constituency: tuple[str, ...] = ()
    by_order: str = ""

    @property
    def is_resident(self) -> bool:
        """Whether they are here as a person of the roll."""
        return self.person_id is not None


def hash_token(token: str) -> str:
    """How a session's token is kept."""
    return sha256(token.encode()).hexdigest()


def who_is(session: Session, *, token: str, now: datetime, idle: timedelta) -> Who | None:
    """Who carries this token now; None when the session ended, ran out, or idled."""
    row = session.exec(select(SignIn).where(SignIn.token_sha256 == hash_token(token))).first()
    if row is None or row.ended_at is not None or row.ends_at <= now:
        return None
    if row.shared and row.seen_at + idle <= now:
        return None
    if row.person_id is not None:
        return _resident(session, row)
    return _official(session, row, now)


def _resident(session: Session, row: SignIn) -> Who | None:
    found = session.exec(
        select(Person, RollEntry)
        .where(Person.id == row.person_id, RollEntry.person_id == Person.id)
        .where(col(RollEntry.removed_on).is_(None))
    ).first()
    if found is None:
        return None
    person, entry = found
    return Who(
        sign_in_id=row.id,
        name=person.full_name,
        shared=row.shared,
        person_id=person.id,
        district_id=entry.district_id,
        settlement_id=entry.settlement_id,
    )


def _official(session: Session, row: SignIn, now: datetime) -> Who | None:
    official = session.get(Official, row.official_id)
    if official is None or official.closed_at is not None:
        return None
    offices = offices_held(session, official_id=official.id, now=now)
    office = next((one for one in offices if one.id == row.office_id), None)
    if office is None:
        return Who(sign_in_id=row.id, name=official.full_name, official_id=official.id)
    return Who(
        sign_in_id=row.id,
        name=official.full_name,
        official_id=official.id,
        office_id=office.id,
        role=Role(office.role),
        district_id=office.district_id,
        raion_kato=office.raion_kato,
        constituency=tuple(office.constituency),
        by_order=office.by_order,
    )


def offices_held(session: Session, *, official_id: str, now: datetime) -> list[Office]:
    """The offices an official holds today; terms end by themselves."""
    today = day_of(now)
    held = session.exec(
        select(Office)
        .where(Office.official_id == official_id, Office.since <= today)
        .order_by(col(Office.since), col(Office.id))
    ).all()
    return [office for office in held if office.until is None or office.until >= today]
