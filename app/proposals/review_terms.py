"""The answer's term, extended by the akim, once and in public."""

from datetime import date, datetime

from sqlmodel import Session

from app.core.clock import day_of
from app.core.refusal import Refusal, insist
from app.ledger.actions import record
from app.places.queries import work_calendar
from app.proposals.models import Proposal
from app.proposals.queries import proposal_for
from app.proposals.review_rules import why_not_extend


def locked(session: Session, *, district_id: str, number: str) -> Proposal:
    """The proposal with this number, to write on. Another district's is not there."""
    found = proposal_for(session, district_id=district_id, number=number, who=None, lock=True)
    if found is None:
        raise Refusal("review.no_such_number", number=number)
    return found


def extend(
    session: Session,
    *,
    district_id: str,
    number: str,
    until: date,
    why_kk: str,
    why_ru: str,
    by_name: str,
    by_order: str = "",
    now: datetime,
) -> Proposal:
    """The akim extends the answer's term once, in public, with the reason (APPC article 76).

    A day on which offices are closed moves to the next working day.
    """
    proposal = locked(session, district_id=district_id, number=number)
    days = work_calendar(session)
    until = days.on_or_after(until)
    insist(why_not_extend(proposal, until=until, why_kk=why_kk, why_ru=why_ru, today=day_of(now)))
    proposal.extended_until = until
    proposal.extended_why_kk = why_kk
    proposal.extended_why_ru = why_ru
    session.add(proposal)
    record(
        session,
        district_id=district_id,
        round_id=proposal.round_id,
        subject=proposal.id,
        kind="proposals.extended",
        at=now,
        office="akim",
        by_name=by_name,
        by_order=by_order or None,
        until=until,
        reason_kk=why_kk,
        reason_ru=why_ru,
    )
    return proposal
