"""What residents do with proposals: begin, write, hand in, correct, take back.

The caller holds the transaction, has loaded the proposal for writing with `queries.draft_for` or
`proposal_for` (which ask for the right), and has locked the round before it read the clock.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, delete, func, select

from app.core.clock import day_of
from app.core.ids import new_id
from app.core.refusal import Refusal, insist
from app.core.text import fold
from app.ledger.actions import record
from app.people.models import Person
from app.people.queries import public_name
from app.places.models import District
from app.places.queries import settlements, work_calendar
from app.proposals import photos, rules
from app.proposals.draft_photos import change_photos, delete_photos
from app.proposals.models import Photo, Proposal, Status
from app.proposals.queries import as_written, drafts_begun, stands_on_roll
from app.proposals.rules import What, Where
from app.rounds.queries import calendar_of


def start_draft(
    session: Session,
    *,
    district_id: str,
    round_id: str,
    person_id: str,
    what: What,
    now: datetime,
    draft_id: str | None = None,
) -> Proposal:
    """Begins a draft with its first step. The same `draft_id` again writes on the same draft.

    Raises Refusal.
    """
    # One person at a time: a double press finds the first one's draft, and the limit holds.
    person = session.exec(
        select(Person).where(Person.id == person_id).with_for_update(key_share=True)
    ).one()
    begun = session.get(Proposal, draft_id) if draft_id else None
    if begun is not None:
        if (begun.district_id, begun.person_id) != (district_id, person_id):
            raise Refusal("proposals.no_such_draft")
        if begun.status == Status.DRAFT:
            save_what(session, draft=begun, what=what, now=now)
        return begun
    insist(
        rules.why_not_start(
            on_roll=stands_on_roll(session, district_id=district_id, person_id=person_id),
            drafts=drafts_begun(session, round_id=round_id, person_id=person_id),
            of=calendar_of(session, round_id=round_id),
            now=now,
        )
    )
    draft = Proposal(
        id=draft_id or new_id(),
        district_id=district_id,
        round_id=round_id,
        person_id=person_id,
        author=public_name(person.full_name),
        started_at=now,
    )
    _write_what(draft, what)
    session.add(draft)
    session.flush()
    return draft


def save_what(session: Session, *, draft: Proposal, what: What, now: datetime) -> None:
    """Keeps the first step. Raises Refusal."""
    insist(_why_not_edit(session, draft, now))
    _write_what(draft, what)
    session.add(draft)
    session.flush()


def save_where(
    session: Session,
    *,
    draft: Proposal,
    where: Where,
    now: datetime,
    pictures: Sequence[photos.Picture] = (),
    drop: Sequence[str] = (),
) -> None:
    """Keeps the second step: drops these photos, adds those. Raises Refusal."""
    insist(_why_not_edit(session, draft, now))
    known = {one.id for one in settlements(session, district_id=draft.district_id)}
    _insist_all(rules.wrong_in_where(where, settlements=known))
    _write(draft, asdict(replace(where, place=_one_line(where.place))))
    change_photos(session, draft, pictures, drop, now)
    session.add(draft)
    session.flush()


def save_photos(
    session: Session,
    *,
    draft: Proposal,
    pictures: Sequence[photos.Picture],
    drop: Sequence[str] = (),
    now: datetime,
) -> None:
    """Keeps photos though the rest of the step is not right yet. Raises Refusal."""
    insist(_why_not_edit(session, draft, now))
    change_photos(session, draft, pictures, drop, now)
    session.add(draft)
    session.flush()


def submit(session: Session, *, draft: Proposal, now: datetime, clerk: str = "") -> Proposal:
    """Hands a draft in and gives it its number, or sends a correction back. Raises Refusal.

    Once sent, sending again changes nothing: the receipt is the same. `clerk` names the official
    who files it in the resident's name.
    """
    if draft.status not in rules.EDITABLE:
        return draft
    insist(_why_not_edit(session, draft, now))
    what, where = as_written(draft)
    known = {one.id for one in settlements(session, district_id=draft.district_id)}
    _insist_all(rules.wrong_in_what(what) + rules.wrong_in_where(where, settlements=known))
    if draft.status == Status.RETURNED:
        _correct(session, draft, what, now, clerk)
    else:
        _hand_in(session, draft, now, clerk)
    draft.search = fold(f"{draft.title} {draft.place} {draft.body}")
    session.add(draft)
    session.flush()
    return draft


def _hand_in(session: Session, draft: Proposal, now: datetime, clerk: str) -> None:
    assert draft.person_id is not None
    if not stands_on_roll(session, district_id=draft.district_id, person_id=draft.person_id):
        raise Refusal("proposals.not_on_roll")
    today = day_of(now)
    draft.number = _take_number(session, draft.district_id, today.year)
    draft.status = Status.SUBMITTED
    draft.submitted_at = now
    draft.filed_by = clerk
    draft.due = rules.started(today, work_calendar(session)).due
    session.add(draft)
    record(
        session,
        district_id=draft.district_id,
        round_id=draft.round_id,
        subject=draft.id,
        kind="proposals.filed" if clerk else "proposals.submitted",
        at=now,
        office="clerk" if clerk else "resident",
        by_name=clerk,  # a resident's name stays with the proposal, where it can be taken off
        number=draft.number,
        due=draft.due,
    )


def _correct(session: Session, draft: Proposal, what: What, now: datetime, clerk: str) -> None:
    assert draft.due is not None
    was_title, was_body = draft.title, draft.body
    change = draft.correction or {}
    for name, value in change.items():
        if name not in ("added", "dropped"):
            setattr(draft, name, value)
    delete_photos(session, draft, change.get("dropped", []))
    draft.correction = None
    clock = rules.continued(
        rules.Clock(draft.due, draft.extended_until, draft.waiting_since),
        day_of(now),
        work_calendar(session),
    )
    draft.due, draft.extended_until = clock.due, clock.extended_until
    draft.waiting_since = None
    draft.answered_at = None
    draft.status = Status.SUBMITTED
    record(
        session,
        district_id=draft.district_id,
        round_id=draft.round_id,
        subject=draft.id,
        kind="proposals.corrected",
        at=now,
        office="clerk" if clerk else "resident",
        by_name=clerk,
        was_title=was_title if was_title != what.title else None,
        was_body=was_body if was_body != what.body else None,
        due=clock.extended_until or clock.due,
    )


def withdraw(
    session: Session, *, proposal: Proposal, now: datetime, reason: str = "", clerk: str = ""
) -> Proposal:
    """Takes a proposal back, before the vote begins. It stays readable. Raises Refusal."""
    calendar = calendar_of(session, round_id=proposal.round_id)
    insist(rules.why_not_withdraw(status=proposal.status, of=calendar, now=now))
    if len(reason) > rules.REASON:
        raise Refusal("form.too_long", field="reason", most=rules.REASON)
    delete_photos(session, proposal, (proposal.correction or {}).get("added", []))
    proposal.correction = None
    proposal.status = Status.WITHDRAWN
    proposal.waiting_since = None
    session.add(proposal)
    record(
        session,
        district_id=proposal.district_id,
        round_id=proposal.round_id,
        subject=proposal.id,
        kind="proposals.withdrawn",
        at=now,
        office="clerk" if clerk else "resident",
        by_name=clerk,
        reason=reason or None,
    )
    return proposal


def discard(session: Session, *, draft: Proposal) -> None:
    """Throws a draft away, with its photos. Nobody but its author has seen it."""
    if draft.status != Status.DRAFT:
        raise Refusal("proposals.sent_already")
    session.execute(delete(Photo).where(col(Photo.proposal_id) == draft.id))
    session.delete(draft)
    session.flush()


def file_for(
    session: Session,
    *,
    district_id: str,
    round_id: str,
    person_id: str,
    what: What,
    where: Where,
    clerk: str,
    now: datetime,
    pictures: Sequence[photos.Picture] = (),
    draft_id: str | None = None,
) -> Proposal:
    """The clerk files a proposal in a resident's name, by the same rules, at once.

    The same `draft_id` again gives the same proposal. Raises Refusal.
    """
    draft = start_draft(
        session,
        district_id=district_id,
        round_id=round_id,
        person_id=person_id,
        what=what,
        now=now,
        draft_id=draft_id,
    )
    if draft.status != Status.DRAFT:
        return draft
    save_where(session, draft=draft, where=where, pictures=pictures, now=now)
    return submit(session, draft=draft, now=now, clerk=clerk)


def set_state_number(
    session: Session, *, proposal: Proposal, number: str, by_name: str, now: datetime
) -> None:
    """Keeps the number in the state register (e-Өтініш) beside ours."""
    if len(number) > 40:
        raise Refusal("form.too_long", field="state_number", most=40)
    if number == proposal.state_number:
        return
    before, proposal.state_number = proposal.state_number, number
    session.add(proposal)
    session.flush()
    record(
        session,
        district_id=proposal.district_id,
        round_id=proposal.round_id,
        subject=proposal.id,
        kind="proposals.state_number_set",
        at=now,
        office="clerk",
        by_name=by_name,
        before={"state_number": before},
        after={"state_number": number},
        state_number=number,
    )


def _why_not_edit(session: Session, draft: Proposal, now: datetime) -> Refusal | None:
    calendar = calendar_of(session, round_id=draft.round_id)
    return rules.why_not_edit(status=draft.status, of=calendar, now=now)


def _insist_all(found: Sequence[Refusal]) -> None:
    insist(next(iter(found), None))


def _write_what(draft: Proposal, what: What) -> None:
    what = replace(what, title=_one_line(what.title))
    _insist_all(rules.wrong_in_what(what))
    _write(draft, asdict(what))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _write(draft: Proposal, values: dict[str, Any]) -> None:
    """Into the draft; of a returned proposal, into the correction that only its author sees."""
    if draft.status == Status.RETURNED:
        draft.correction = {**(draft.correction or {}), **values}
        return
    for name, value in values.items():
        setattr(draft, name, value)


def _take_number(session: Session, district_id: str, year: int) -> str:
    """The next receipt number of the district's year. The district's row is the queue."""
    session.exec(
        select(District.id).where(District.id == district_id).with_for_update(key_share=True)
    ).one()
    last = session.exec(
        select(Proposal.number)
        .where(
            Proposal.district_id == district_id,
            col(Proposal.number).startswith(f"{year}-", autoescape=True),
        )
        .order_by(func.length(Proposal.number).desc(), col(Proposal.number).desc())
        .limit(1)
    ).first()
    return rules.next_number(year, last)
