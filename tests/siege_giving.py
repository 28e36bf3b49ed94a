"""Contributions and communal property under siege: a pledge that waits, one confirmed, a thing."""

from datetime import datetime

from sqlmodel import Session, col, func, select, update

from app.budget.giving import Pledge, pledge
from app.budget.giving_models import Contribution, GivenAs
from app.budget.property import add_property
from app.budget.property_models import Property, PropertyKind
from app.budget.property_rules import Facts

AWAY = 9000  # the neighbour's numbers begin here: none of theirs names a thing at home


def lay_giving(
    session: Session, *, district_id: str, person_id: str, at_home: bool, own: str, now: datetime
) -> tuple[str, str, str]:
    """The numbers of a resident's pledge that waits, of a confirmed one, and of a thing."""
    if not at_home:
        for model in (Contribution, Property):
            session.exec(
                update(model)
                .where(col(model.district_id) == district_id)
                .values(number=model.number + AWAY)
            )
        if session.exec(select(func.count()).select_from(Property)).one() == 0:
            raise AssertionError("home is furnished first")
    waiting = pledge(
        session,
        district_id=district_id,
        pledge=Pledge(GivenAs.LABOUR, 90_000, own, own),
        person_id=person_id,
        now=now,
    )
    known = pledge(
        session,
        district_id=district_id,
        pledge=Pledge(GivenAs.MONEY, 200_000_000, own, own, True, own),
        by_name="Дана О.",
        now=now,
    )
    thing = add_property(
        session,
        district_id=district_id,
        facts=Facts(PropertyKind.MACHINE, own, own, own, own),
        by_name="Дана О.",
        now=now,
    )
    if not at_home:
        for one in (waiting, known, thing):
            one.number += AWAY if one.number < AWAY else 0
            session.add(one)
    session.flush()
    return str(waiting.number), str(known.number), str(thing.number)
