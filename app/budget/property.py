"""The register of communal property and enterprises. What was let go stays, with day and reason."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from sqlmodel import Session, col, delete, func, select

from app.budget.property_models import Property, PropertyIncome, PropertyService
from app.budget.property_queries import services_of
from app.budget.property_rules import (
    Facts,
    Service,
    Year,
    why_not_facts,
    why_not_gone,
    why_not_income,
    why_not_services,
)
from app.core.clock import at, day_of
from app.core.ids import new_id
from app.core.refusal import Refusal, insist
from app.ledger.actions import record
from app.places.models import District
from app.places.queries import settlements


def add_property(
    session: Session,
    *,
    district_id: str,
    facts: Facts,
    by_name: str,
    now: datetime,
    invented: bool = False,
    property_id: str | None = None,
) -> Property:
    """Enters a thing, a plot or an enterprise. Raises Refusal property.*, form.*.

    `property_id` comes with the form: a form pressed twice enters one thing.
    """
    insist(why_not_facts(facts, _places(session, district_id)))
    session.exec(select(District.id).where(District.id == district_id).with_for_update()).one()
    if property_id and (known := session.get(Property, property_id)):
        if known.district_id != district_id:
            raise Refusal("form.wrong")
        return known
    last = session.exec(
        select(func.max(Property.number)).where(Property.district_id == district_id)
    ).one()
    made = Property(
        id=property_id or new_id(),
        district_id=district_id,
        number=(last or 0) + 1,
        invented=invented,
        at=now,
        **asdict(facts),
    )
    session.add(made)
    session.flush()
    record(
        session,
        district_id=district_id,
        subject=made.id,
        kind="budget.property_added",
        at=now,
        office="clerk",
        by_name=by_name,
        after=facts_of(made),
        number=made.number,
        name_kk=made.name_kk,
        name_ru=made.name_ru,
        bin=made.bin or None,
    )
    return made


def change_property(
    session: Session,
    *,
    district_id: str,
    number: int,
    facts: Facts,
    by_name: str,
    now: datetime,
) -> Property:
    """Says something else of a thing; the record keeps before and after.

    Raises Refusal property.*, rounds.nothing_changed.
    """
    one = locked(session, district_id=district_id, number=number)
    if one.gone_at is not None:
        raise Refusal("property.gone")
    insist(why_not_facts(facts, _places(session, district_id)))
    before = facts_of(one)
    after = {**asdict(facts), "kind": str(facts.kind)}
    changed = sorted(name for name in after if before[name] != after[name])
    if not changed:
        raise Refusal("property.nothing_changed")
    for name, value in after.items():
        setattr(one, name, value)
    session.add(one)
    session.flush()
    record(
        session,
        district_id=district_id,
        subject=one.id,
        kind="budget.property_changed",
        at=now,
        office="clerk",
        by_name=by_name,
        before=before,
        after=after,
        number=one.number,
        changed=[{"name": name, "old": before[name], "new": after[name]} for name in changed],
    )
    return one


def set_services(
    session: Session,
    *,
    district_id: str,
    number: int,
    services: Sequence[Service],
    by_name: str,
    now: datetime,
) -> None:
    """Publishes the whole list of services with their prices; the record keeps what it was."""
    one = locked(session, district_id=district_id, number=number)
    if one.gone_at is not None:
        raise Refusal("property.gone")
    insist(why_not_services(services))
    before = [_plain(row) for row in services_of(session, property_ids=[one.id])]
    after = [asdict(row) for row in services]
    if before == after:
        raise Refusal("property.nothing_changed")
    session.execute(delete(PropertyService).where(col(PropertyService.property_id) == one.id))
    session.add_all(
        PropertyService(
            id=new_id(), district_id=district_id, property_id=one.id, place=place, **asdict(row)
        )
        for place, row in enumerate(services, start=1)
    )
    session.flush()
    record(
        session,
        district_id=district_id,
        subject=one.id,
        kind="budget.property_services",
        at=now,
        office="clerk",
        by_name=by_name,
        before=before,
        after=after,
        number=one.number,
        services=len(services),
    )


def state_income(
    session: Session,
    *,
    district_id: str,
    number: int,
    of: Year,
    by_name: str,
    now: datetime,
) -> PropertyIncome:
    """Publishes what a thing brought in in a year (tenge), what it cost and what that built.

    Said again it is a correction: a new version with its reason. Raises Refusal property.*.
    """
    one = locked(session, district_id=district_id, number=number)
    newest = session.exec(
        select(PropertyIncome)
        .where(PropertyIncome.property_id == one.id, PropertyIncome.year == of.year)
        .order_by(col(PropertyIncome.version).desc())
    ).first()
    insist(
        why_not_income(
            of,
            since=newest.version if newest else None,
            today=day_of(now),
            gone_on=day_of(one.gone_at) if one.gone_at else None,
        )
    )
    said = asdict(of)
    if newest is not None and _figures(newest) == _figures(of):
        raise Refusal("property.nothing_changed")
    if newest is None:
        said["corrects_why_kk"] = said["corrects_why_ru"] = ""
    made = PropertyIncome(
        id=new_id(),
        district_id=district_id,
        property_id=one.id,
        version=newest.version + 1 if newest else 1,
        by_name=by_name,
        at=now,
        **said,
    )
    session.add(made)
    session.flush()
    record(
        session,
        district_id=district_id,
        subject=one.id,
        kind="budget.property_income",
        at=now,
        office="clerk",
        by_name=by_name,
        before=_amounts(newest) if newest else None,
        after=_amounts(made),
        number=one.number,
        year=of.year,
        version=made.version,
        rent=made.rent,
        income=made.income,
        upkeep=made.upkeep,
        reason_kk=made.corrects_why_kk or None,
        reason_ru=made.corrects_why_ru or None,
    )
    return made


def let_go(
    session: Session,
    *,
    district_id: str,
    number: int,
    gone_on: date,
    why_kk: str,
    why_ru: str,
    by_name: str,
    now: datetime,
) -> Property:
    """A thing is the community's no more: it stays in the register with the day and the reason."""
    one = locked(session, district_id=district_id, number=number)
    insist(
        why_not_gone(
            gone=one.gone_at is not None,
            gone_on=gone_on,
            why_kk=why_kk,
            why_ru=why_ru,
            today=day_of(now),
        )
    )
    return _gone(session, one, at(gone_on), why_kk, why_ru, "budget.property_gone", by_name, now)


def take_in_again(
    session: Session,
    *,
    district_id: str,
    number: int,
    why_kk: str,
    why_ru: str,
    by_name: str,
    now: datetime,
) -> Property:
    """It was let go by mistake, or came back: the record keeps both. Raises property.not_gone."""
    one = locked(session, district_id=district_id, number=number)
    if one.gone_at is None:
        raise Refusal("property.not_gone")
    insist(
        why_not_gone(
            gone=False, gone_on=day_of(now), why_kk=why_kk, why_ru=why_ru, today=day_of(now)
        )
    )
    return _gone(session, one, None, why_kk, why_ru, "budget.property_back", by_name, now)


def _gone(
    session: Session,
    one: Property,
    gone_at: datetime | None,
    why_kk: str,
    why_ru: str,
    kind: str,
    by_name: str,
    now: datetime,
) -> Property:
    before = {"gone_at": one.gone_at}
    one.gone_at = gone_at
    one.gone_why_kk, one.gone_why_ru = (why_kk, why_ru) if gone_at else ("", "")
    session.add(one)
    session.flush()
    record(
        session,
        district_id=one.district_id,
        subject=one.id,
        kind=kind,
        at=now,
        office="clerk",
        by_name=by_name,
        before=before,
        after={"gone_at": gone_at},
        number=one.number,
        date=day_of(gone_at) if gone_at else None,
        reason_kk=why_kk,
        reason_ru=why_ru,
    )
    return one


def locked(session: Session, *, district_id: str, number: int) -> Property:
    """A thing of this district, held until the transaction ends. Raises property.no_such."""
    one = session.exec(
        select(Property)
        .where(Property.district_id == district_id, Property.number == number)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if one is None:
        raise Refusal("property.no_such")
    return one


def facts_of(one: Property) -> dict[str, object]:
    """What the register says of it."""
    return {name: getattr(one, name) for name in Facts.__dataclass_fields__}


def _plain(row: PropertyService) -> dict[str, object]:
    return {name: getattr(row, name) for name in Service.__dataclass_fields__}


def _figures(one: PropertyIncome | Year) -> tuple[object, ...]:
    """What a correction would change."""
    return (one.rent, one.income, one.upkeep, one.built_kk, one.built_ru, one.proposal_id)


def _amounts(one: PropertyIncome) -> dict[str, object]:
    return {name: getattr(one, name) for name in Year.__dataclass_fields__}


def _places(session: Session, district_id: str) -> frozenset[str]:
    return frozenset(one.id for one in settlements(session, district_id=district_id))
