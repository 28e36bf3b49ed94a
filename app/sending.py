"""Sends what lies in the outbox: words it, hands it to the gateway, deletes it.

No transaction is open while the network is spoken to. Runs in a thread of its own beside the
clock's, so that a gateway that hangs holds up no round; `asar tick` does the same once.
"""

import logging
import threading
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine

from app.core.clock import Clock, at, day_of
from app.core.database import open_session, transaction
from app.core.keys import Keyring
from app.notices import outbox
from app.notices.gateways import Gateway
from app.notices.outbox import Letter
from app.notices.refused import NotNow, NotSent
from app.people import budget
from app.people.phone_codes import forget_codes, old_codes
from app.words import phrases

log = logging.getLogger("asar.sending")
FAILURES = 3  # in a row: the gateway is away, and the rest waits
LOOKS_EVERY = 5.0  # seconds, when nobody wakes it


def drain(
    engine: Engine, keyring: Keyring, clock: Clock, gateway: Gateway | None, *, most_a_day: int
) -> int:
    """Sends what is due; returns how many messages the gateway took."""
    _forget(engine, clock)
    sent = failures = 0
    while gateway is not None and failures < FAILURES:
        letter = _next(engine, keyring, clock, most_a_day=most_a_day)
        if letter is None:
            break
        try:
            if letter.to:
                gateway.send(letter.id, letter.to, words_of(letter))
                sent += 1
        except NotNow as why:
            failures += 1
            log.warning("the gateway did not take a message: %s", why, extra={"event": "not_now"})
            continue
        except NotSent as why:
            log.error("the gateway refuses a message: %s", why, extra={"event": "not_sent"})
        failures = 0
        with open_session(engine) as session, transaction(session):
            outbox.drop(session, letter_id=letter.id)
    if sent:
        log.info("sending", extra={"event": "sent", "count": sent})
    return sent


def words_of(letter: Letter) -> str:
    """The sentence of a notice, in its reader's language."""
    return phrases.phrase(phrases.LABELS[letter.code], letter.lang, letter.facts)


def _next(engine: Engine, keyring: Keyring, clock: Clock, *, most_a_day: int) -> Letter | None:
    """Claims what goes next. Codes were held against the day's budget when they were asked for."""
    while True:
        with open_session(engine) as session:
            now = clock.now()
            if not outbox.due(session, now=now):
                return None
            with transaction(session):
                letter = outbox.claim(session, keyring=keyring, now=now)
                if letter is None:
                    return None
                if letter.kind == outbox.CODE or not letter.to:
                    return letter
                if budget.used(session, name=budget.MESSAGES, day=day_of(now)) < most_a_day:
                    budget.use_one(session, name=budget.MESSAGES, day=day_of(now))
                    return letter
                tomorrow = at(day_of(now) + timedelta(days=1), 8)  # nobody is woken by it
                outbox.put_off(session, letter_id=letter.id, until=tomorrow)


def _forget(engine: Engine, clock: Clock) -> None:
    with open_session(engine) as session:
        now = clock.now()
        if not (outbox.useless(session, now=now) or old_codes(session, now=now)):
            return
        with transaction(session):
            late = outbox.drop_useless(session, now=now)
            forget_codes(session, now=now)
    if late:
        log.error("messages came too late", extra={"event": "too_late", "count": late})


def keep_sending(state: Any, stop: threading.Event) -> None:
    """Sends until told to stop; looks as soon as somebody was woken, else every few seconds."""
    while not stop.is_set():
        try:
            drain(
                state.engine,
                state.keyring,
                state.clock,
                state.gateway,
                most_a_day=state.settings.sms_per_day,
            )
        except Exception:
            log.exception("sending")
        state.posted.wait(LOOKS_EVERY)
        state.posted.clear()
