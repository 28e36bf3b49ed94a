"""What in a round wants a second official: asked for here, done when somebody agreed.

Each question is put under the round's lock and by the very rules of the act, so that nobody is
asked for what cannot be; `app.second` asks the rules once more when it does it.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from app.core.keys import Keyring
from app.core.refusal import Refusal, insist
from app.people import consent
from app.people.consent import Act, Actor
from app.people.office_models import Consent, ConsentState
from app.rounds.actions import edit, own_round, what_changes
from app.rounds.calendar import ORDER
from app.rounds.confirming import confirm_envelope, why_not_confirm
from app.rounds.ending import cancel, hold
from app.rounds.envelope_basis import approved_line, told
from app.rounds.models import Round, Stage
from app.rounds.queries import calendar_of
from app.rounds.rules import (
    Settings,
    settings_of,
    why_not_cancel,
    why_not_hold,
    why_not_hold_until,
)

RULES, ENVELOPE = "rules", "envelope"  # what of a round is changed
DAYS = ("of_age_on", "roll_closes_on", "draw_day", "roll_shown_on")
STARTS = "starts."


def ask_change(
    session: Session,
    *,
    keyring: Keyring,
    district_id: str,
    round_id: str,
    settings: Settings,
    starts: Mapping[Stage, datetime],
    why: str,
    first: Actor,
    now: datetime,
) -> Consent:
    """Asks to change a round's rules or calendar. Raises as `rounds.actions.edit`, and
    rounds.nothing_changed."""
    one = own_round(session, district_id=district_id, round_id=round_id)
    before = calendar_of(session, round_id=one.id)
    _, changed = what_changes(one, before, settings, starts, now)
    if not changed:
        raise Refusal("rounds.nothing_changed")
    facts = {"what": RULES, "changed": changed}
    last = before.begins(Stage.VOTING)
    return _ask(session, keyring, Act.CHANGE_ROUND, one, first, why, now, facts, last)


def ask_envelope(
    session: Session,
    *,
    keyring: Keyring,
    district_id: str,
    round_id: str,
    number: int,
    line: int | None,
    first: Actor,
    now: datetime,
) -> Consent:
    """Asks to confirm the sum by a line of the approved budget. Raises as `confirm_envelope`."""
    one = own_round(session, district_id=district_id, round_id=round_id)
    insist(why_not_confirm(one, calendar_of(session, round_id=one.id), now))
    found = approved_line(session, one, number=number, line=line)
    facts = {
        "what": ENVELOPE,
        "changed": [{"name": "envelope", "old": one.envelope, "new": found.amount}],
        "version": number,
        "line": line,
    }
    return _ask(session, keyring, Act.CHANGE_ROUND, one, first, "", now, facts)


def ask_cancel(
    session: Session,
    *,
    keyring: Keyring,
    district_id: str,
    round_id: str,
    why_kk: str,
    why_ru: str,
    first: Actor,
    now: datetime,
) -> Consent:
    """Asks to call a round off. Raises as `rounds.ending.cancel`."""
    one = own_round(session, district_id=district_id, round_id=round_id)
    of = calendar_of(session, round_id=one.id)
    insist(why_not_cancel(of, now))
    facts = {"why_kk": why_kk, "why_ru": why_ru}
    last = of.begins(Stage.COUNTING)
    return _ask(session, keyring, Act.CANCEL_ROUND, one, first, "", now, facts, last)


def ask_hold(
    session: Session,
    *,
    keyring: Keyring,
    district_id: str,
    round_id: str,
    until: datetime,
    why_kk: str,
    why_ru: str,
    first: Actor,
    now: datetime,
) -> Consent:
    """Asks to put a result off. Raises as `rounds.ending.hold`."""
    one = own_round(session, district_id=district_id, round_id=round_id)
    of = calendar_of(session, round_id=one.id)
    insist(why_not_hold(one, of, now))
    insist(why_not_hold_until(of, until))
    facts = {"until": until.isoformat(), "why_kk": why_kk, "why_ru": why_ru}
    last = of.begins(Stage.RESULTS)
    return _ask(session, keyring, Act.HOLD_RESULT, one, first, "", now, facts, last)


def _ask(
    session: Session,
    keyring: Keyring,
    act: Act,
    one: Round,
    first: Actor,
    why: str,
    now: datetime,
    facts: dict[str, Any],
    last: datetime | None = None,
) -> Consent:
    """Asks; the request ends when what is asked for could not be done any more."""
    asked = consent.ask(
        session,
        keyring=keyring,
        district_id=one.district_id,
        act=act,
        subject=one.id,
        first=first,
        why=why,
        now=now,
        facts=facts,
        round_id=one.id,
    )
    if last is not None and last < asked.ends_at:
        asked.ends_at = last
        session.add(asked)
        session.flush()
    return asked


def do_change(session: Session, *, asked: Consent, now: datetime) -> None:
    """Changes the round exactly as agreed, if what is to be changed still is as it was then.

    Raises Refusal rounds.changed_meanwhile, and whatever forbids the change at this moment.
    """
    if asked.facts["what"] == ENVELOPE:
        named = told(asked.facts)
        if named is None:  # asked for before sums were confirmed by a line
            raise Refusal("rounds.changed_meanwhile")
        confirm_envelope(
            session,
            district_id=asked.district_id,
            round_id=asked.subject,
            number=named[0],
            line=named[1],
            by_name=asked.first_name,
            now=now,
            agreed=True,
        )
        return
    one = own_round(session, district_id=asked.district_id, round_id=asked.subject)
    of = calendar_of(session, round_id=one.id)
    values: dict[str, Any] = asdict(settings_of(one))
    starts = {stage: of.begins(stage) for stage in ORDER}
    for change in asked.facts["changed"]:
        name, old, new = change["name"], _read(change, "old"), _read(change, "new")
        stage = Stage(name.removeprefix(STARTS)) if name.startswith(STARTS) else None
        if (starts[stage] if stage else values[name]) != old:
            raise Refusal("rounds.changed_meanwhile")
        if stage:
            starts[stage] = new
        else:
            values[name] = new
    edit(
        session,
        district_id=asked.district_id,
        round_id=asked.subject,
        settings=Settings(**values),
        starts=starts,
        by_name=asked.first_name,
        now=now,
        agreed=True,
        why=asked.why or None,
    )


def _read(change: Mapping[str, Any], which: str) -> Any:
    value = change[which]
    if value is None:
        return None
    if change["name"].startswith(STARTS):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if change["name"] in DAYS else value


def do_cancel(session: Session, *, asked: Consent, now: datetime) -> None:
    """Calls the round off as agreed."""
    cancel(
        session,
        district_id=asked.district_id,
        round_id=asked.subject,
        why_kk=asked.facts["why_kk"],
        why_ru=asked.facts["why_ru"],
        office=asked.first_office,
        by_name=asked.first_name,
        now=now,
    )


def do_hold(session: Session, *, asked: Consent, now: datetime) -> None:
    """Puts the result off as agreed."""
    hold(
        session,
        district_id=asked.district_id,
        round_id=asked.subject,
        until=datetime.fromisoformat(asked.facts["until"]),
        why_kk=asked.facts["why_kk"],
        why_ru=asked.facts["why_ru"],
        office=asked.first_office,
        by_name=asked.first_name,
        now=now,
    )


def agreed_by(session: Session, *, one: Round, act: Act) -> Consent | None:
    """The newest request by which this was done to a round: who asked, and who agreed."""
    return session.exec(
        select(Consent)
        .where(Consent.district_id == one.district_id, Consent.subject == one.id)
        .where(Consent.act == act, Consent.state == ConsentState.DONE)
        .order_by(col(Consent.settled_at).desc())
    ).first()
