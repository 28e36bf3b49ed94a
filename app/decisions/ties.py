"""Equal projects that a round's rules leave to the commission: named, decided on the record."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from app.core.clock import day_of
from app.core.ids import new_id
from app.core.refusal import Refusal, insist
from app.decisions.models import TieDecision
from app.ledger.actions import record
from app.ledger.models import Entry
from app.rounds.calendar import Act, why_not_now
from app.rounds.models import Round
from app.rounds.queries import calendar_of, lock_round, round_of


class Tied(Refusal):
    """The count waits: these projects (ballot numbers as text) are equal in votes and price."""

    def __init__(self, tied: Sequence[str]) -> None:
        super().__init__("decisions.tied", projects=", ".join(tied))
        self.tied = tuple(tied)


def decided_ties(session: Session, *, round_id: str) -> list[list[str]]:
    """The orders that the commission put on the record so far."""
    return list(
        session.exec(
            select(col(TieDecision.ordered))
            .where(TieDecision.round_id == round_id)
            .order_by(col(TieDecision.number))
        )
    )


def waiting_tie(session: Session, of: Round) -> tuple[str, ...]:
    """The equal projects that the count of a round waits for; none when it does not wait."""
    if of.counted_at is not None:
        return ()
    noted = session.exec(
        select(Entry)
        .where(
            Entry.district_id == of.district_id,
            Entry.subject == of.id,
            Entry.kind == "decisions.tied",
        )
        .order_by(col(Entry.number).desc())
    ).first()
    if noted is None:
        return ()
    tied = tuple(str(noted.facts["tied"]).split(", "))
    decided = decided_ties(session, round_id=of.id)
    return () if any(set(tied) <= set(order) for order in decided) else tied


def note_tie(session: Session, of: Round, *, tied: Sequence[str], now: datetime) -> None:
    """Says in public, once, which projects the count waits for."""
    if waiting_tie(session, of) == tuple(tied):
        return
    record(
        session,
        district_id=of.district_id,
        round_id=of.id,
        subject=of.id,
        kind="decisions.tied",
        at=now,
        office="clock",
        tied=", ".join(tied),
    )


def decide_tie(
    session: Session,
    *,
    district_id: str,
    round_id: str,
    ordered: Sequence[str],
    act_number: str,
    act_date: date,
    words_kk: str,
    words_ru: str,
    by_name: str,
    now: datetime,
) -> TieDecision:
    """Puts the commission's order of the equal projects on the record; the next tick counts.

    `ordered` are ballot numbers as text, the first goes first. Raises Refusal decisions.no_round,
    rounds.not_yet, decisions.no_tie, decisions.tie_order, decisions.tie_act, decisions.tie_words.
    """
    if round_of(session, district_id=district_id, round_id=round_id) is None:
        raise Refusal("decisions.no_round")
    of = lock_round(session, round_id=round_id, alone=True)
    insist(why_not_now(Act.DECIDE_TIE, calendar_of(session, round_id=round_id), now))
    tied = waiting_tie(session, of)
    insist(why_not_decide_tie(tied, ordered, act_number, act_date, words_kk, words_ru, day_of(now)))
    row = TieDecision(
        id=new_id(),
        district_id=district_id,
        round_id=round_id,
        number=len(decided_ties(session, round_id=round_id)) + 1,
        ordered=list(ordered),
        act_number=act_number.strip(),
        act_date=act_date,
        words_kk=words_kk.strip(),
        words_ru=words_ru.strip(),
        by_name=by_name,
        at=now,
    )
    session.add(row)
    record(
        session,
        district_id=district_id,
        round_id=round_id,
        subject=round_id,
        kind="decisions.tie_decided",
        at=now,
        office="clerk",
        by_name=by_name,
        after={"ordered": list(ordered)},
        order=", ".join(ordered),
        act=row.act_number,
        act_date=act_date,
        words_kk=row.words_kk,
        words_ru=row.words_ru,
    )
    session.flush()
    return row


def why_not_decide_tie(
    tied: Sequence[str],
    ordered: Sequence[str],
    act_number: str,
    act_date: date,
    words_kk: str,
    words_ru: str,
    today: date,
) -> Refusal | None:
    """Why the commission's word cannot be recorded so."""
    if not tied:
        return Refusal("decisions.no_tie")
    if sorted(ordered) != sorted(tied):
        return Refusal("decisions.tie_order", field="ordered")
    if not act_number.strip() or act_date > today:
        return Refusal("decisions.tie_act", field="act_number")
    for field, words in (("words_kk", words_kk), ("words_ru", words_ru)):
        if not words.strip():
            return Refusal("decisions.tie_words", field=field)
    return None
