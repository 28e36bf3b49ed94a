"""A count that waits for the commission, laid before the siege by rows: no demo has one."""

from sqlmodel import select

from app.core.database import open_session, transaction
from app.ledger.actions import record
from app.places.models import District
from app.rounds.models import Round
from tests.siege import HOME, Siege


def lay_tie(siege: Siege) -> None:
    """The round of this scene is not counted, and its projects 1 and 2 are equal."""
    with open_session(siege.engine) as session, transaction(session):
        of = session.exec(
            select(Round)
            .join(District, District.id == Round.district_id)  # type: ignore[arg-type]
            .where(District.slug == HOME, Round.key == siege.things[HOME].key)
        ).one()
        of.counted_at = None
        session.add(of)
        record(
            session,
            district_id=of.district_id,
            round_id=of.id,
            subject=of.id,
            kind="decisions.tied",
            at=siege.clock.now(),
            office="clock",
            tied="1, 2",
        )
