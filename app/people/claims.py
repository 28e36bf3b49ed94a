"""Claims about the list: filed by a resident or at the desk, answered in writing in five days.

A claim changes nothing by itself: whoever grants it then adds, corrects or takes off by hand, and
once the list is closed a second official agrees to that.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from app.core.clock import day_of
from app.core.ids import new_id
from app.core.keys import Keyring
from app.core.refusal import Refusal, insist
from app.core.workdays import Term, WorkCalendar, term_state
from app.ledger.actions import record
from app.people.models import Role
from app.people.roll_models import ClaimKind, RollClaim, Verdict
from app.places.models import District
from app.places.queries import work_calendar

TERM = 5  # working days for the written answer
MOST_WAITING = 3  # of one person at a time
SEALED = "claim"
_NUMBER = re.compile(r"(?<!\d)(?:\d[ -]?){11}\d(?!\d)")  # twelve digits: an identification number


@dataclass(frozen=True, slots=True)
class ClaimCounts:
    """A district's claims in numbers."""

    filed: int
    granted: int
    refused: int
    waiting: int
    overdue: int  # waiting beyond their day
    late: int  # answered after their day


def why_not_words(text: str, field: str) -> Refusal | None:
    """Why this cannot be written down: an identification number is nobody's to keep."""
    return Refusal("people.claim_number", field=field) if _NUMBER.search(text) else None


def file_claim(
    session: Session,
    *,
    keyring: Keyring,
    district_id: str,
    kind: ClaimKind,
    name: str,
    text: str,
    lang: str,
    now: datetime,
    person_id: str | None = None,
    contact: str = "",
    clerk: str = "",
    claim_id: str | None = None,
) -> RollClaim:
    """Writes a claim down, with its number and the day by which it is answered.

    `clerk` wrote it down for somebody; else the resident did. `claim_id` comes with the form: one
    that is pressed twice files once. Raises Refusal people.claim_*.
    """
    one_at_a_time = select(District.id).where(District.id == district_id)
    session.exec(one_at_a_time.with_for_update(key_share=True)).one()
    if claim_id is not None and (known := session.get(RollClaim, claim_id)):
        if (known.district_id, known.person_id) != (district_id, person_id):
            raise Refusal("form.wrong")
        return known
    insist(why_not_words(text, "text") or why_not_words(name, "name"))
    insist(why_not_words(contact, "contact"))
    if person_id is not None and _waiting_of(session, district_id, person_id) >= MOST_WAITING:
        raise Refusal("people.claims_wait", n=MOST_WAITING)
    last = session.exec(
        select(func.max(RollClaim.number)).where(RollClaim.district_id == district_id)
    ).one()
    claim = RollClaim(
        id=claim_id or new_id(),
        district_id=district_id,
        number=(last or 0) + 1,
        kind=kind,
        person_id=person_id,
        name=name,
        lang=lang,
        text=text,
        filed_at=now,
        filed_by=clerk,
        due=work_calendar(session).after(day_of(now), TERM),
    )
    if contact:
        claim.contact_sealed = keyring.seal(SEALED, claim.id, contact)
    session.add(claim)
    session.flush()
    record(
        session,
        district_id=district_id,
        subject=claim.id,
        kind="people.claim_filed",
        at=now,
        office=Role.CLERK if clerk else "resident",
        by_name=clerk,
        number=claim.number,
        claim=kind,
        due=claim.due,
    )
    return claim


def answer_claim(
    session: Session,
    *,
    district_id: str,
    number: int,
    verdict: Verdict,
    answer: str,
    office: Role,
    by_name: str,
    now: datetime,
) -> RollClaim:
    """Answers a claim in writing, once. Raises LookupError, Refusal people.claim_*."""
    claim = claim_of(session, district_id=district_id, number=number, lock=True)
    if claim.answered_at is not None:
        raise Refusal("people.claim_answered", at=claim.answered_at)
    insist(why_not_words(answer, "answer"))
    claim.verdict, claim.answer = verdict, answer
    claim.answered_at, claim.answered_by = now, by_name
    session.add(claim)
    session.flush()
    record(
        session,
        district_id=district_id,
        subject=claim.id,
        kind="people.claim_answered",
        at=now,
        office=office,
        by_name=by_name,
        before={"verdict": ""},
        after={"verdict": str(verdict)},
        number=claim.number,
        verdict=verdict,
        late=day_of(now) > claim.due,
    )
    return claim


def contact_of(keyring: Keyring, claim: RollClaim) -> str:
    """Where an answer reaches whoever filed it."""
    if claim.contact_sealed is None:
        return ""
    return keyring.unseal(SEALED, claim.id, claim.contact_sealed)


def claim_of(session: Session, *, district_id: str, number: int, lock: bool = False) -> RollClaim:
    """A claim of this district, and of no other. Raises LookupError."""
    query = select(RollClaim).where(
        RollClaim.district_id == district_id, RollClaim.number == number
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.exec(query).first()
    if found is None:
        raise LookupError(number)
    return found


def claims_of(session: Session, *, district_id: str, most: int = 200) -> Sequence[RollClaim]:
    """A district's claims: those that wait first, the nearest day first; then the newest."""
    return session.exec(
        select(RollClaim)
        .where(RollClaim.district_id == district_id)
        .order_by(
            col(RollClaim.answered_at).is_not(None),
            col(RollClaim.answered_at).desc(),
            col(RollClaim.due),
            col(RollClaim.number),
        )
        .limit(most)
    ).all()


def waiting_claims(session: Session, *, district_id: str) -> Sequence[RollClaim]:
    """The claims of a district that nobody has answered."""
    return session.exec(
        select(RollClaim)
        .where(RollClaim.district_id == district_id, col(RollClaim.answered_at).is_(None))
        .order_by(col(RollClaim.due), col(RollClaim.number))
    ).all()


def own_claims(session: Session, *, district_id: str, person_id: str) -> Sequence[RollClaim]:
    """What somebody claimed here, the newest first."""
    return session.exec(
        select(RollClaim)
        .where(RollClaim.district_id == district_id, RollClaim.person_id == person_id)
        .order_by(col(RollClaim.number).desc())
    ).all()


def claim_counts(session: Session, *, district_id: str, today: date) -> ClaimCounts:
    """A district's claims in numbers."""
    rows = session.exec(select(RollClaim).where(RollClaim.district_id == district_id)).all()
    return ClaimCounts(
        filed=len(rows),
        granted=sum(one.verdict == Verdict.GRANTED for one in rows),
        refused=sum(one.verdict == Verdict.REFUSED for one in rows),
        waiting=sum(one.answered_at is None for one in rows),
        overdue=sum(one.answered_at is None and one.due < today for one in rows),
        late=sum(one.answered_at is not None and day_of(one.answered_at) > one.due for one in rows),
    )


def claim_term(claim: RollClaim, *, today: date, calendar: WorkCalendar) -> Term:
    """How a claim stands against its day."""
    return term_state(
        due=claim.due,
        extended_until=None,
        waiting=False,
        answered=claim.answered_at is not None,
        today=today,
        calendar=calendar,
    )


def _waiting_of(session: Session, district_id: str, person_id: str) -> int:
    return session.exec(
        select(func.count())
        .select_from(RollClaim)
        .where(RollClaim.district_id == district_id, RollClaim.person_id == person_id)
        .where(col(RollClaim.answered_at).is_(None))
    ).one()
