"""Naming in advance, in public, who is the second official where an office has one clerk."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from app.core.ids import new_id
from app.core.refusal import Refusal
from app.ledger.actions import record
from app.people.consent import Actor, named_seconds
from app.people.models import Office, Official, Role
from app.people.office_models import NamedSecond
from app.people.queries import offices_held
from app.places.models import District


@dataclass(frozen=True, slots=True)
class Candidate:
    """An official who can be named."""

    official_id: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who was named, and in which office they are today; none once their term ended."""

    id: str
    official_id: str
    name: str
    role: Role | None
    named_by: str
    named_at: datetime


def candidates(session: Session, *, district_id: str, now: datetime) -> list[Candidate]:
    """Today's clerks and akim of the district, and the officials of the raion's akim's office."""
    district = session.get_one(District, district_id)
    held = session.exec(
        select(Office, Official)
        .join(Official, col(Official.id) == Office.official_id)
        .where(col(Official.closed_at).is_(None))
        .where(
            or_(
                and_(
                    col(Office.district_id) == district_id,
                    col(Office.role).in_([Role.CLERK, Role.AKIM]),
                ),
                and_(
                    col(Office.raion_kato) == district.raion_kato,
                    col(Office.role) == Role.RAION_OFFICE,
                ),
            )
        )
        .order_by(col(Official.full_name), col(Office.role))
    ).all()
    found: dict[str, Candidate] = {}
    for office, official in held:
        today = {one.id for one in offices_held(session, official_id=official.id, now=now)}
        if office.id in today:
            one = Candidate(official.id, official.full_name, Role(office.role))
            found.setdefault(official.id, one)
    return list(found.values())


def named_here(session: Session, *, district_id: str, now: datetime) -> list[Named]:
    """Who was named in this district and still is."""
    roles = {
        one.official_id: one.role for one in candidates(session, district_id=district_id, now=now)
    }
    return [
        Named(
            row.id,
            row.official_id,
            session.get_one(Official, row.official_id).full_name,
            roles.get(row.official_id),
            row.named_by,
            row.named_at,
        )
        for row in named_seconds(session, district_id=district_id)
    ]


def name_second(
    session: Session, *, district_id: str, official_id: str, by: Actor, now: datetime
) -> NamedSecond:
    """The akim names a second official, in public.

    Raises Refusal people.second_who for anybody who holds no such office today,
    people.second_named where they are named already.
    """
    _lock(session, district_id)
    roles = {
        one.official_id: one.role for one in candidates(session, district_id=district_id, now=now)
    }
    if official_id not in roles:
        raise Refusal("people.second_who", field="official")
    if any(
        one.official_id == official_id for one in named_seconds(session, district_id=district_id)
    ):
        raise Refusal("people.second_named", field="official")
    row = NamedSecond(
        id=new_id(),
        district_id=district_id,
        official_id=official_id,
        named_by=by.name,
        named_at=now,
    )
    session.add(row)
    session.flush()
    record(
        session,
        district_id=district_id,
        subject=row.id,
        kind="people.second_named",
        at=now,
        office=by.office,
        by_name=by.name,
        role=roles[official_id],
        after={"official": official_id, "named": True},
    )
    return row


def end_second(
    session: Session, *, district_id: str, named_id: str, by: Actor, now: datetime
) -> None:
    """The akim ends it. Raises LookupError for another district's, people.second_over twice."""
    _lock(session, district_id)
    row = session.exec(
        select(NamedSecond)
        .where(NamedSecond.district_id == district_id, NamedSecond.id == named_id)
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise LookupError(named_id)
    if row.ended_at is not None:
        raise Refusal("people.second_over")
    row.ended_at = now
    session.add(row)
    session.flush()
    record(
        session,
        district_id=district_id,
        subject=row.id,
        kind="people.second_ended",
        at=now,
        office=by.office,
        by_name=by.name,
        before={"official": row.official_id, "named": True},
        after={"official": row.official_id, "named": False},
    )


def _lock(session: Session, district_id: str) -> None:
    """Two presses at once name somebody once."""
    session.exec(select(District.id).where(District.id == district_id).with_for_update()).one()
