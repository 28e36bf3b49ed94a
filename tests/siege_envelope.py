"""A round's money under siege: a statement, money that came back, a line that can confirm."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from app.budget.actions import Act, Source, publish
from app.budget.models import Kind, Origin
from app.budget.queries import newest
from app.budget.sums import Line
from app.core.clock import day_of
from app.followup.models import SpareMove
from app.followup.spare import note_spare
from app.rounds.calendar import Act as InRound
from app.rounds.calendar import why_not_now
from app.rounds.envelope_basis import state
from app.rounds.models import EnvelopeKind, Round
from app.rounds.queries import calendar_of

RECEIPTS = Line("receipt", 90_000_000, "transfers", "raion_transfers")


def lay_envelope(session: Session, *, rounds: Sequence[Round], own: str, now: datetime) -> None:
    """What the newest round rests on, and what came back of the oldest; `own` tells districts
    apart. Where the sum can be confirmed and no approved budget is there, one is published."""
    newest_round, old = rounds[0], rounds[-1]
    day = day_of(now)
    if newest_round.envelope_kind != EnvelopeKind.CONFIRMED:
        state(
            session,
            district_id=newest_round.district_id,
            round_id=newest_round.id,
            amount=newest_round.envelope,
            said_on=day - timedelta(days=3),
            act_number=own,
            words_kk=own,
            words_ru=own,
            by_name="Ерлан Т.",
            now=now,
        )
    if old.counted_at is None:
        return
    note_spare(
        session,
        district_id=old.district_id,
        round_id=old.id,
        move=SpareMove.RETURNED,
        amount=50_000,
        moved_on=day,
        words_kk=own,
        words_ru=own,
        by_name="Дана О.",
        now=now,
    )
    held = newest(session, district_id=old.district_id, year=old.budget_year)
    approved = held is not None and held.kind in (Kind.APPROVED, Kind.REFINED)
    calendar = calendar_of(session, round_id=old.id)
    if approved or why_not_now(InRound.CONFIRM_ENVELOPE, calendar, now) is not None:
        return
    publish(
        session,
        district_id=old.district_id,
        year=old.budget_year,
        kind=Kind.APPROVED,
        act=Act("№ 17-1", day),
        source=Source(Origin.INVENTED, "Ойдан алынған"),
        lines=(
            Line("spending", old.envelope, "8", name_kk=own, name_ru=own),
            RECEIPTS,
        ),
        by_name="Дана О.",
        now=now,
    )
