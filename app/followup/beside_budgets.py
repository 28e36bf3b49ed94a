"""Beside the budgets of many units: the sum that residents decide on, and what came late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from app.budget.comparing import Unit
from app.budget.steps import late_publications
from app.budget.sums import share
from app.followup.overview import answers_late
from app.rounds.models import Round


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a round puts to the vote (tenge), and the budget year it is part of."""

    amount: int
    budget_year: int


@dataclass(frozen=True, slots=True)
class Compared:
    """A unit's budget and what stands beside it. None: not asked of this unit, or not known."""

    unit: Unit
    envelope: Envelope | None
    envelope_share: float | None  # of the spending of the same year, 0..1
    publications_late: int | None
    answers: int | None  # given, or due by now
    answers_late: int | None


def beside(session: Session, *, units: Sequence[Unit], year: int, today: date) -> list[Compared]:
    """The same units in their order. A constant number of queries.

    A unit that only shows its budget owes no answers here, and nobody publishes here for it.
    """
    ids = [one.district_id for one in units if one.lives and one.district_id]
    envelopes = newest_envelopes(session, district_ids=ids, year=year)
    answers = answers_late(session, district_ids=ids, today=today)
    late = late_publications(session, district_ids=ids, year=year, today=today)
    found = []
    for one in units:
        id_ = one.district_id if one.lives else None
        envelope = envelopes.get(id_) if id_ else None
        exact = envelope is not None and envelope.budget_year == year
        given = answers.get(id_, []) if id_ else None
        found.append(
            Compared(
                unit=one,
                envelope=envelope,
                envelope_share=share(envelope.amount, one.spending) if envelope and exact else None,
                publications_late=late.get(id_, 0) if id_ else None,
                answers=len(given) if given is not None else None,
                answers_late=sum(given) if given is not None else None,
            )
        )
    return found


def newest_envelopes(
    session: Session, *, district_ids: Sequence[str], year: int
) -> dict[str, Envelope]:
    """Of each district: what its newest round about this budget year puts to the vote, else its
    newest round at all. Rounds called off or brought from elsewhere are left out."""
    found: dict[str, Envelope] = {}
    rows = session.exec(
        select(
            col(Round.district_id),
            col(Round.budget_year),
            col(Round.envelope),
            col(Round.confirmed_envelope),
        )
        .where(
            col(Round.district_id).in_(district_ids),
            Round.imported_from == "",
            Round.currency == "KZT",
            col(Round.cancelled_at).is_(None),
        )
        .order_by(col(Round.key).desc())
    )
    for district_id, budget_year, asked, confirmed in rows:
        known = found.get(district_id)
        if known is None or (budget_year == year and known.budget_year != year):
            found[district_id] = Envelope(confirmed or asked, budget_year)
    return found
