"""Calling a round off, and putting off its result: each once, in public, by two officials."""

from datetime import datetime

from sqlmodel import Session, select

from app.core.refusal import insist
from app.ledger.actions import record
from app.people.roll_models import RollLock
from app.rounds.actions import own_round
from app.rounds.models import Round, Stage
from app.rounds.queries import calendar_of
from app.rounds.rules import why_not_cancel, why_not_hold, why_not_hold_until


def cancel(
    session: Session,
    *,
    district_id: str,
    round_id: str,
    why_kk: str,
    why_ru: str,
    office: str,
    by_name: str,
    now: datetime,
) -> Round:
    """Calls a round off for good. Nothing can be done in it any more; its ballots stay shut.

    Takes the round's lock alone: no vote is acknowledged after it. A second official has agreed
    (`app.second`). Raises Refusal rounds.cancelled, rounds.cancel_late.
    """
    one = own_round(session, district_id=district_id, round_id=round_id)
    of = calendar_of(session, round_id=one.id)
    insist(why_not_cancel(of, now))
    stage = of.stage(now)
    one.cancelled_at, one.cancelled_why_kk, one.cancelled_why_ru = now, why_kk, why_ru
    session.add(one)
    for lock in session.exec(
        select(RollLock).where(RollLock.district_id == district_id, RollLock.round_id == round_id)
    ):
        lock.until = min(lock.until, now)  # nobody votes by this list any more
        session.add(lock)
    session.flush()
    record(
        session,
        district_id=one.district_id,
        round_id=one.id,
        subject=one.id,
        kind="rounds.cancelled",
        at=now,
        office=office,
        by_name=by_name,
        before={"stage": stage, "cancelled": False},
        after={"stage": None, "cancelled": True},
        stage=stage,
        why_kk=why_kk,
        why_ru=why_ru,
    )
    return one


def hold(
    session: Session,
    *,
    district_id: str,
    round_id: str,
    until: datetime,
    why_kk: str,
    why_ru: str,
    office: str,
    by_name: str,
    now: datetime,
) -> Round:
    """Puts the result off until a moment, once. Then it publishes itself as it would have.

    A second official has agreed (`app.second`). Raises Refusal rounds.held_once, rounds.not_yet,
    rounds.closed, rounds.hold_until, rounds.cancelled.
    """
    one = own_round(session, district_id=district_id, round_id=round_id)
    of = calendar_of(session, round_id=one.id)
    insist(why_not_hold(one, of, now))
    insist(why_not_hold_until(of, until))
    one.held_at, one.held_until = now, until
    one.held_why_kk, one.held_why_ru = why_kk, why_ru
    session.add(one)
    session.flush()
    record(
        session,
        district_id=one.district_id,
        round_id=one.id,
        subject=one.id,
        kind="rounds.held",
        at=now,
        office=office,
        by_name=by_name,
        before={"results": of.begins(Stage.RESULTS)},
        after={"results": until},
        until=until,
        why_kk=why_kk,
        why_ru=why_ru,
    )
    return one
