"""Terms of office: they end by themselves on the day, or earlier by an act in public.

What reaches a whole raion, or every district, stands in the record of each of them.
"""

from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from app.core.clock import day_of
from app.core.refusal import Refusal, insist
from app.ledger.actions import record
from app.people.factors import end_all_factors
from app.people.models import Office, Role
from app.people.officials import close_official
from app.people.queries import offices_held
from app.places.models import District

OPERATOR = str(Role.OPERATOR)


def why_not_end(office: Office, by_office: str) -> Refusal | None:
    """A clerk ends a colleague's term, never the akim's: that is the operator's, on paper."""
    if by_office != OPERATOR and office.role != Role.CLERK:
        return Refusal("people.office_operators")
    return None


def end_office(
    session: Session,
    *,
    office: Office,
    last_day: date,
    by_office: str,
    by_name: str,
    now: datetime,
) -> None:
    """A term ends earlier: on this day, the last one; yesterday means at once."""
    insist(why_not_end(office, by_office))
    if last_day < max(office.since, day_of(now) - timedelta(days=1)):
        raise Refusal("people.office_term", field="until")
    if office.until is not None and last_day >= office.until:
        raise Refusal("people.office_longer", field="until")
    before = office.until
    office.until = last_day
    session.add(office)
    session.flush()
    _note(
        session,
        office,
        "people.office_ended",
        now,
        by_office=by_office,
        by_name=by_name,
        before=before,
    )


def note_given(session: Session, *, office: Office, now: datetime) -> None:
    """The operator gave an office from the terminal."""
    _note(session, office, "people.office_given", now, by_office=OPERATOR, by_name="")


def leave(session: Session, *, official_id: str, now: datetime) -> None:
    """The operator closes an account: with it every office ends, in public."""
    for office in offices_held(session, official_id=official_id, now=now):
        _note(session, office, "people.office_ended", now, by_office=OPERATOR, by_name="")
    close_official(session, official_id=official_id, now=now)


def reset_factors(session: Session, *, official_id: str, now: datetime) -> int:
    """The operator ends every second factor of somebody who lost them, in public.

    The next sign-in with the password sets one up anew. Returns how many there were.
    """
    ended = end_all_factors(session, official_id=official_id, now=now)
    for office in offices_held(session, official_id=official_id, now=now):
        _note(session, office, "people.factors_reset", now, by_office=OPERATOR, by_name="")
    return ended


def districts_of(session: Session, *, district_id: str | None, raion_kato: str | None) -> list[str]:
    """In whose records an office's coming and going stands: all that it reaches."""
    if district_id is not None:
        return [district_id]
    query = select(District.id).where(col(District.budget_only).is_(False))
    query = query.order_by(col(District.id))
    if raion_kato is not None:
        query = query.where(District.raion_kato == raion_kato)
    return list(session.exec(query).all())


def _note(
    session: Session,
    office: Office,
    kind: str,
    now: datetime,
    *,
    by_office: str,
    by_name: str,
    before: date | None = None,
) -> None:
    reached = districts_of(session, district_id=office.district_id, raion_kato=office.raion_kato)
    for district_id in reached:
        record(
            session,
            district_id=district_id,
            subject=office.id,
            kind=kind,
            at=now,
            office=by_office,
            by_name=by_name,
            before={"until": before},
            after={"until": office.until},
            role=office.role,
            until=office.until,
        )
