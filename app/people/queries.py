"""Reading about people: who is signed in and as what, who may vote, what they are called."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

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
    seen_long_ago: bool = False  # the door notes that they are still there

    @property
    def is_resident(self) -> bool:
        """Whether they are here as a person of the roll."""
        return self.person_id is not None


# How old `seen_at` grows before it is written anew: a row written at every page would cost more
# than it tells. A shared phone's idle minutes are short by at most this.
SHARED_SEEN_EVERY = timedelta(seconds=10)
OWN_SEEN_EVERY = timedelta(minutes=10)


def hash_token(token: str) -> str:
    """How a session's token is kept."""
    return sha256(token.encode()).hexdigest()


def who_is(session: Session, *, token: str, now: datetime, idle: timedelta) -> Who | None:
    """Who carries this token now; None when the session ended, ran out, or idled."""
    row = session.exec(select(SignIn).where(SignIn.token_sha256 == hash_token(token))).first()
    if row is None or row.needs_second or row.ended_at is not None or row.ends_at <= now:
        return None
    if row.shared and row.seen_at + idle <= now:
        return None
    who = _resident(session, row) if row.person_id is not None else _official(session, row, now)
    every = SHARED_SEEN_EVERY if row.shared else OWN_SEEN_EVERY
    return replace(who, seen_long_ago=True) if who and row.seen_at + every <= now else who


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


def may_vote_on(
    session: Session,
    *,
    district_id: str,
    of_age_on: date,
    person_id: str,
    listed_by: date | None = None,
) -> bool:
    """Whether a person stands on this roll and is 18 by the day the round says.

    With `listed_by`, they must have stood there by the end of that day.
    """
    query = _voters(district_id, of_age_on, listed_by).where(RollEntry.person_id == person_id)
    return session.exec(query).one() == 1


def eligible(
    session: Session, *, district_id: str, of_age_on: date, listed_by: date | None = None
) -> int:
    """How many people of this roll may vote."""
    return session.exec(_voters(district_id, of_age_on, listed_by)).one()


def _voters(district_id: str, of_age_on: date, listed_by: date | None) -> SelectOfScalar[int]:
    query = (
        select(func.count())
        .select_from(RollEntry)
        .join(Person, col(Person.id) == RollEntry.person_id)
        .where(
            RollEntry.district_id == district_id,
            col(RollEntry.removed_on).is_(None),
            Person.of_age_on <= of_age_on,
        )
    )
    return query if listed_by is None else query.where(RollEntry.added_on <= listed_by)


def public_name(full_name: str) -> str:
    """A resident's name as others read it: «Сейітова Айгерім Бақытқызы» is «Айгерім С.»."""
    parts = full_name.split()
    if len(parts) < 2:
        return full_name.strip()
    return f"{parts[1]} {parts[0][0]}."


def sign_ins(
    session: Session,
    *,
    now: datetime,
    idle: timedelta,
    person_id: str | None = None,
    official_id: str | None = None,
) -> list[SignIn]:
    """The sessions of a person or an official that are open now, the newest first."""
    whose = (
        SignIn.person_id == person_id
        if person_id is not None
        else SignIn.official_id == official_id
    )
    rows = session.exec(
        select(SignIn)
        .where(whose, col(SignIn.ended_at).is_(None), SignIn.ends_at > now)
        .where(col(SignIn.needs_second).is_(False))
        .order_by(col(SignIn.made_at).desc(), col(SignIn.id))
    ).all()
    return [row for row in rows if not row.shared or row.seen_at + idle > now]
