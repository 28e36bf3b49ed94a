"""Reading about places."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from app.core.workdays import WorkCalendar
from app.places.models import DayOff, District, DistrictFact, Settlement


def district_by_slug(session: Session, slug: str) -> District | None:
    """The district at this address."""
    return session.exec(select(District).where(District.slug == slug)).first()


def districts(
    session: Session, *, raion_kato: str | None = None, budget_only: bool = False
) -> Sequence[District]:
    """All districts that live here, or those of a raion, by their Kazakh names; or the units of
    which only the budget is shown."""
    query = (
        select(District)
        .where(col(District.budget_only).is_(budget_only))
        .order_by(col(District.raion_kato), col(District.name_kk))
    )
    if raion_kato is not None:
        query = query.where(District.raion_kato == raion_kato)
    return session.exec(query).all()


def settlements(session: Session, *, district_id: str) -> Sequence[Settlement]:
    """The inhabited settlements of a district, the most people first."""
    found = session.exec(
        select(Settlement).where(
            Settlement.district_id == district_id, col(Settlement.hidden).is_(False)
        )
    ).all()
    return sorted(found, key=lambda one: (-(one.people or 0), one.name_kk))


def facts(session: Session, *, district_id: str) -> Sequence[DistrictFact]:
    """The figures about a district with their sources, newest first."""
    return session.exec(
        select(DistrictFact)
        .where(DistrictFact.district_id == district_id)
        .order_by(col(DistrictFact.key), col(DistrictFact.year).desc())
    ).all()


def work_calendar(session: Session) -> WorkCalendar:
    """The days off and the moved working days that are known."""
    rows = session.exec(select(DayOff)).all()
    return WorkCalendar(
        off=frozenset(row.day for row in rows if not row.works),
        moved=frozenset(row.day for row in rows if row.works),
    )
