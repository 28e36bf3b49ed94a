"""What the clock demands: done once, at its moment, by a thread of `serve` or by cron.

Every duty is idempotent and takes its round's lock, so any number of processes may tick. Each is a
transaction of its own: one that fails is logged and tried again, and holds up no other.
"""

import logging
import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, select

from app.budget.uploads import forget_uploads, old_uploads
from app.core.clock import Clock
from app.core.database import open_session, transaction
from app.core.keys import Keyring
from app.decisions.counting import count_round
from app.decisions.ties import Tied, note_tie
from app.people.consent import expire, late_requests
from app.people.roll_drafts import forget_drafts, old_drafts
from app.people.sign_in import forget_old, old_ones
from app.people.state import forget_starts, old_starts
from app.proposals.review_actions import put_on_ballot
from app.rounds.actions import freeze
from app.rounds.calendar import ORDER
from app.rounds.models import Round, Stage
from app.rounds.queries import calendar_of, open_rounds
from app.rounds.rules import ProjectLine, publishes_at
from app.voting import told
from app.voting.closed_list import (
    cancelled_locks,
    close_list,
    is_due,
    unlock_cancelled,
)
from app.voting.sealing import close_paper, seal, sweep
from app.voting.voters import closing_of

log = logging.getLogger("asar.tick")


def tick(engine: Engine, keyring: Keyring, clock: Clock) -> int:
    """Does what is due now; returns how many things were done."""
    with open_session(engine) as session:
        pending = [one.id for one in open_rounds(session)]
    done: list[str] = []
    failures: list[Exception] = []
    for round_id in pending:
        try:
            done += _advance(engine, keyring, clock, round_id)
        except Exception as failure:  # one round's trouble must not hold up the others
            log.exception("tick", extra={"round": round_id})
            failures.append(failure)
    if "sealed" in done:
        sweep(engine)
    _unlock(engine)
    if failures:
        raise failures[0]
    return len(done) + _expire(engine, clock) + _forget(engine, clock)


def _unlock(engine: Engine) -> None:
    """Opens the rolls again whose list was closed for a round that was called off."""
    with open_session(engine) as session:
        if cancelled_locks(session):
            with transaction(session):
                unlock_cancelled(session)


def _expire(engine: Engine, clock: Clock) -> int:
    """Ends the requests for a second official's consent that nobody answered or used."""
    with open_session(engine) as session:
        if not late_requests(session, now=clock.now()):
            return 0
        with transaction(session):
            return expire(session, now=clock.now())


def _forget(engine: Engine, clock: Clock) -> int:
    """Deletes what is kept about signing in, lists and papers nobody confirmed, in their time."""
    with open_session(engine) as session:
        now = clock.now()
        dues = (old_ones, old_drafts, old_starts, old_uploads)
        if not any(due(session, now=now) for due in dues):
            return 0
        with transaction(session):
            gone = forget_old(session, now=now) + forget_drafts(session, now=now)
            gone += forget_uploads(session, now=now)
            return gone + forget_starts(session, now=now)


def _advance(engine: Engine, keyring: Keyring, clock: Clock, round_id: str) -> list[str]:
    """Brings one round to where the clock says it must be, duty by duty; what was done."""
    done: list[str] = []
    with open_session(engine) as session:
        calendar = calendar_of(session, round_id=round_id)
        stage = calendar.stage(clock.now())
        of = session.get_one(Round, round_id)
        list_due = is_due(session, of=of, calendar=calendar, now=clock.now())
        session.rollback()
        if stage is None:
            return []
        if list_due:
            with transaction(session):
                if close_list(session, keyring=keyring, round_id=round_id, now=clock.now()):
                    done.append("list_closed")
                    log.info("tick", extra={"event": "list_closed", "round": round_id})
        done += _tell(session, keyring, clock, of)
        reached = ORDER[: ORDER.index(stage) + 1]
        duties: list[tuple[Stage, str, Callable[[Round], bool], Callable[[Round], Any]]] = [
            (
                Stage.VOTING,
                "frozen",
                lambda of: of.frozen_at is None,
                lambda of: _open_voting(session, keyring, clock, of),
            ),
            (
                Stage.COUNTING,
                "sealed",
                lambda of: of.sealed_at is None,
                lambda of: seal(session, keyring=keyring, clock=clock, round_id=of.id),
            ),
            (
                Stage.RESULTS,
                "counted",
                # The hour is asked under the lock: a hold that came first is kept.
                lambda of: of.counted_at is None and publishes_at(of, calendar) <= clock.now(),
                lambda of: _count(session, clock, of),
            ),
        ]
        for due, name, undone, duty in duties:
            if due not in reached:
                break
            with transaction(session):
                of = session.exec(select(Round).where(Round.id == round_id).with_for_update()).one()
                if of.cancelled_at is None and undone(of):
                    duty(of)
                    done.append(name)
                    log.info("tick", extra={"event": name, "round": round_id})
    return done


def _tell(session: Session, keyring: Keyring, clock: Clock, of: Round) -> list[str]:
    """Tells whose right was used, before the sealing empties the envelopes; holds nothing up."""
    try:
        calendar = calendar_of(session, round_id=of.id)
        if not told.is_due(session, of=of, calendar=calendar, now=clock.now()):
            return []
        with transaction(session):
            people = told.tell(session, keyring=keyring, clock=clock, round_id=of.id)
    except Exception:
        log.exception("tick", extra={"event": "told", "round": of.id})
        return []
    return ["told"] if people else []


def _open_voting(session: Session, keyring: Keyring, clock: Clock, of: Round) -> None:
    """Puts the admitted proposals on the ballot and freezes the rules with them."""
    now = clock.now()
    closed = closing_of(session, of=of)
    if closed is None:
        raise RuntimeError(f"round {of.id}: the list of voters is not closed")
    projects = [
        ProjectLine(
            *(one.number, one.title_kk, one.title_ru, one.price, one.cofinanced),
            settlement=one.settlement,
            rivals=one.rivals,
        )
        for one in put_on_ballot(session, round_id=of.id, now=now)
    ]
    freeze(
        session,
        keyring=keyring,
        round_id=of.id,
        projects=projects,
        eligible=closed.size,
        now=now,
    )


def _count(session: Session, clock: Clock, of: Round) -> None:
    """Adds the settled paper and counts, once."""
    now = clock.now()
    close_paper(session, round_id=of.id, now=now)
    try:
        count_round(session, district_id=of.district_id, round_id=of.id, now=now)
    except Tied as equal:  # the rules leave it to the commission: the count waits for its word
        note_tie(session, of, tied=equal.tied, now=now)


def keep_ticking(state: Any, stop: threading.Event) -> None:
    """Ticks until told to stop. A failing tick is logged and tried again at the next."""
    while not stop.wait(state.settings.tick_seconds):
        try:
            tick(state.engine, state.keyring, state.clock)
        except Exception:
            log.exception("tick")
