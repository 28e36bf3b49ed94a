"""Confirming a round's sum once the budget is approved."""

from datetime import datetime

from sqlmodel import Session

from app.core.clock import day_of
from app.core.refusal import Refusal, insist
from app.ledger.actions import record
from app.rounds.actions import own_round
from app.rounds.calendar import Act, Calendar, why_not_now
from app.rounds.envelope_basis import approved_line, keep
from app.rounds.models import BasisKind, EnvelopeKind, Round
from app.rounds.queries import calendar_of


def confirm_envelope(
    session: Session,
    *,
    district_id: str,
    round_id: str,
    number: int,
    line: int | None,
    by_name: str,
    now: datetime,
    agreed: bool = False,
) -> Round:
    """Says by which line of the approved budget a round's sum is confirmed: of version `number`
    of its year's plan, its amount in tenge; none: all lines of the round together.

    The frozen rules stay as they are. The sum decides which recommended projects are kept and is
    said only once, so a second official has to have `agreed`. Raises Refusal rounds.not_yet,
    rounds.confirmed, rounds.needs_second, envelope.not_approved, envelope.newer, envelope.no_line.
    """
    one = own_round(session, district_id=district_id, round_id=round_id)
    of = calendar_of(session, round_id=one.id)
    insist(why_not_confirm(one, of, now))
    if not agreed:
        raise Refusal("rounds.needs_second")
    found = approved_line(session, one, number=number, line=line)
    amount = found.amount
    keep(
        session,
        one,
        kind=BasisKind.APPROVED_LINE,
        amount=amount,
        said_on=found.version.act_date or day_of(found.version.at),
        act_number=found.version.act_number,
        cites=found,
        office="clerk",
        by_name=by_name,
        now=now,
    )
    one.envelope_kind = EnvelopeKind.CONFIRMED
    one.confirmed_envelope = amount
    session.add(one)
    record(
        session,
        district_id=one.district_id,
        round_id=one.id,
        subject=one.id,
        kind="rounds.envelope_confirmed",
        at=now,
        office="clerk",
        by_name=by_name,
        before={"envelope": one.envelope, "kind": EnvelopeKind.INDICATIVE},
        after={"envelope": amount, "kind": EnvelopeKind.CONFIRMED},
        asked_tenge=one.envelope,
        amount_tenge=amount,
        year=one.budget_year,
        version=number,
        line=line,
    )
    return one


def why_not_confirm(one: Round, of: Calendar, now: datetime) -> Refusal | None:
    """Why a round's sum cannot be confirmed now."""
    if why := why_not_now(Act.CONFIRM_ENVELOPE, of, now):
        return why
    if one.envelope_kind == EnvelopeKind.CONFIRMED:
        return Refusal("rounds.confirmed")
    return None
