"""Money of a round that was saved or came back: visible until it is used, and never used twice.

It adds up per round: what was saved and what was returned, less what was used. Nothing is ever
changed or taken away; a slip is mended by the opposite move, with its own words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from app.core.clock import day_of
from app.core.ids import new_id
from app.core.money import MOST
from app.core.refusal import Refusal, insist
from app.followup.models import Payment, Spare, SpareMove, Works
from app.ledger.actions import record
from app.proposals.models import Proposal
from app.rounds.models import Round
from app.rounds.queries import lock_round


@dataclass(frozen=True, slots=True)
class SpareSums:
    """What was saved, returned and used of a round, in tenge."""

    saved: int = 0
    returned: int = 0
    used: int = 0

    @property
    def left(self) -> int:
        """What lies there unused."""
        return self.saved + self.returned - self.used


@dataclass(frozen=True, slots=True)
class Saving:
    """Works that were accepted for less than was planned, and by how much (tenge)."""

    proposal: Proposal
    amount: int


def sums_of(moves: Iterable[Spare]) -> SpareSums:
    """What these moves add up to."""
    found = dict.fromkeys(SpareMove, 0)
    for one in moves:
        found[SpareMove(one.move)] += one.amount
    return SpareSums(found[SpareMove.SAVED], found[SpareMove.RETURNED], found[SpareMove.USED])


def could_save(works: Works, *, paid: int, saved: int) -> int:
    """What accepted works leave over: the plan less the contract or what was paid, whichever is
    more, less what was noted as saved before. Tenge."""
    if works.ready_on is None:
        return 0
    return max(0, works.planned - max(works.contract or 0, paid) - saved)


def why_not_move(
    move: SpareMove,
    *,
    amount: int,
    moved_on: date,
    words_kk: str,
    words_ru: str,
    today: date,
    have: SpareSums,
    could: int | None,
) -> Refusal | None:
    """Why money cannot be noted so. `could`: what the named project can still save, if any is."""
    if not 0 < amount <= MOST:
        return Refusal("followup.no_amount", field="amount")
    if moved_on > today:
        return Refusal("followup.future", field="moved_on")
    if moved_on.year < today.year - 5:
        return Refusal("form.day", field="moved_on")
    if move is SpareMove.SAVED and could is None:
        return Refusal("spare.which", field="project")
    if move is SpareMove.SAVED and could is not None and amount > could:
        return Refusal("spare.not_saved", field="amount", left_tenge=could)
    if move is SpareMove.USED and amount > have.left:
        return Refusal("spare.not_there", field="amount", left_tenge=have.left)
    if not words_kk.strip():
        return Refusal("form.missing", field="words_kk")
    return Refusal("form.missing", field="words_ru") if not words_ru.strip() else None


def note_spare(
    session: Session,
    *,
    district_id: str,
    round_id: str,
    move: SpareMove,
    amount: int,
    moved_on: date,
    words_kk: str,
    words_ru: str,
    by_name: str,
    now: datetime,
    proposal_id: str | None = None,
    spare_id: str | None = None,
) -> Spare:
    """Notes money of a round as saved, returned or used, in tenge, in public.

    The round's row is held, so that of two who use the last of it one is refused. `spare_id` comes
    with the form: a form pressed twice notes once. Raises Refusal spare.*, followup.no_amount,
    followup.future, form.missing.
    """
    of = lock_round(session, round_id=round_id, alone=True)
    if of.district_id != district_id:
        raise LookupError(round_id)
    if of.cancelled_at is not None:
        raise Refusal("rounds.cancelled", at=of.cancelled_at)
    if of.counted_at is None or of.imported_from:
        raise Refusal("decisions.not_counted")
    if spare_id is not None and (known := session.get(Spare, spare_id)):
        if known.round_id != of.id:
            raise Refusal("form.wrong")
        return known
    proposal = _project(session, of, move, proposal_id)
    have = sums_of(spares_of(session, district_id=district_id, round_id=of.id))
    could = None
    if move is SpareMove.SAVED and proposal is not None:
        could = _could_save(session, of, proposal)
    insist(
        why_not_move(
            move,
            amount=amount,
            moved_on=moved_on,
            words_kk=words_kk,
            words_ru=words_ru,
            today=day_of(now),
            have=have,
            could=could,
        )
    )
    made = Spare(
        id=spare_id or new_id(),
        district_id=district_id,
        round_id=of.id,
        proposal_id=proposal.id if proposal else None,
        move=move,
        amount=amount,
        moved_on=moved_on,
        words_kk=words_kk.strip(),
        words_ru=words_ru.strip(),
        by_name=by_name,
        at=now,
    )
    session.add(made)
    session.flush()
    left = have.left + (-amount if move is SpareMove.USED else amount)
    record(
        session,
        district_id=district_id,
        round_id=of.id,
        subject=proposal.id if proposal else of.id,
        kind=f"followup.money_{move}",
        at=now,
        office="clerk",
        by_name=by_name,
        before={"left": have.left},
        after={"left": left},
        amount=amount,
        date=moved_on,
        words_kk=made.words_kk,
        words_ru=made.words_ru,
    )
    return made


def spares_of(session: Session, *, district_id: str, round_id: str) -> Sequence[Spare]:
    """All money of a round that was saved, returned or used, oldest first."""
    return session.exec(
        select(Spare)
        .where(Spare.district_id == district_id, Spare.round_id == round_id)
        .order_by(col(Spare.at), col(Spare.id))
    ).all()


def saved_of(session: Session, *, proposal_id: str) -> int:
    """What was noted as saved on a project, in tenge: it cannot be paid out for it any more."""
    found = session.exec(
        select(func.sum(Spare.amount)).where(
            Spare.proposal_id == proposal_id, Spare.move == SpareMove.SAVED
        )
    ).one()
    return int(found or 0)


def savings_of(session: Session, *, of: Round) -> tuple[Saving, ...]:
    """The accepted works of a round that cost less than was planned, and were not noted yet."""
    rows = session.exec(
        select(Proposal, Works)
        .where(
            Works.proposal_id == Proposal.id,
            Works.district_id == of.district_id,
            Proposal.round_id == of.id,
            col(Works.ready_on).is_not(None),
        )
        .order_by(col(Proposal.ballot_number))
    ).all()
    found = []
    for proposal, works in rows:
        could = could_save(
            works,
            paid=_paid(session, works.proposal_id),
            saved=saved_of(session, proposal_id=works.proposal_id),
        )
        if could:
            found.append(Saving(proposal, could))
    return tuple(found)


def _could_save(session: Session, of: Round, proposal: Proposal) -> int:
    works = session.exec(
        select(Works)
        .where(Works.district_id == of.district_id, Works.proposal_id == proposal.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if works is None:
        return 0
    return could_save(
        works,
        paid=_paid(session, proposal.id),
        saved=saved_of(session, proposal_id=proposal.id),
    )


def _paid(session: Session, proposal_id: str) -> int:
    found = session.exec(
        select(func.sum(Payment.amount)).where(Payment.proposal_id == proposal_id)
    ).one()
    return int(found or 0)


def _project(
    session: Session, of: Round, move: SpareMove, proposal_id: str | None
) -> Proposal | None:
    """The project it came from, of this round; or what it was used for, of any round here."""
    if proposal_id is None:
        return None
    found = session.exec(
        select(Proposal).where(Proposal.district_id == of.district_id, Proposal.id == proposal_id)
    ).first()
    if found is None or (move is not SpareMove.USED and found.round_id != of.id):
        raise Refusal("spare.which", field="project")
    return found
