"""What is done when a second official agrees: each act of `people.consent` and its room's action.

It stands above all rooms, as `tick` does: the one who agrees does not need to know whose act it is,
and the room does not need to know that two were asked.
"""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from app.core.clock import Clock
from app.core.keys import Keyring
from app.core.refusal import insist
from app.people import consent
from app.people.consent import USED_BY_THE_FIRST, Act, actor_of
from app.people.office_models import Consent
from app.people.queries import Who
from app.rounds import asking
from app.rounds.queries import lock_round
from app.voting.closed_list import correct_closed

Done = Callable[[Session, Keyring, Consent, datetime], object]

# Links and sheets of cards are shown once, to whoever asked: there the agreement is all.
DONE_NOW: dict[Act, Done] = {
    Act.CORRECT_ROLL: lambda session, keyring, asked, now: correct_closed(
        session, keyring=keyring, asked=asked, now=now
    ),
    Act.CHANGE_ROUND: lambda session, _, asked, now: asking.do_change(
        session, asked=asked, now=now
    ),
    Act.CANCEL_ROUND: lambda session, _, asked, now: asking.do_cancel(
        session, asked=asked, now=now
    ),
    Act.HOLD_RESULT: lambda session, _, asked, now: asking.do_hold(session, asked=asked, now=now),
}
ABOUT_A_ROUND = frozenset(DONE_NOW)


def agree(
    session: Session,
    *,
    keyring: Keyring,
    clock: Clock,
    district_id: str,
    consent_id: str,
    who: Who,
) -> Consent:
    """The second official agrees, and what was asked for is done: all of it or nothing.

    Raises LookupError for another district's request, Refusal people.consent_* where this one
    cannot agree, and whatever forbids the act by now; then the request goes on waiting.
    """
    asked = consent.load(session, district_id=district_id, consent_id=consent_id, lock=True)
    insist(consent.why_not_agree(session, asked=asked, who=who, now=clock.now()))
    consent.agree(
        session,
        asked=asked,
        second=actor_of(who),
        now=clock.now(),
        round_id=round_of_request(asked),
    )
    carry_out(session, keyring=keyring, clock=clock, asked=asked)
    return asked


def carry_out(session: Session, *, keyring: Keyring, clock: Clock, asked: Consent) -> None:
    """Does what two officials agreed on, in their transaction; what the first one uses waits.

    The hour decides about rounds and lists, so it is read once the round's lock is held.
    """
    act = Act(asked.act)
    if act in USED_BY_THE_FIRST:
        return
    if act is not Act.CORRECT_ROLL:  # which locks all rounds of the district, in one order
        lock_round(session, round_id=asked.subject, alone=True)
    DONE_NOW[act](session, keyring, asked, clock.now())
    asked.sealed = None  # what was personal is where it belongs now
    session.add(asked)
    session.flush()


def round_of_request(asked: Consent) -> str | None:
    """The round a request is about, where it is about one."""
    return asked.subject if Act(asked.act) in ABOUT_A_ROUND else None
