"""The review as it is done: the clerk prepares, the akim issues, the vote's opening lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlmodel import Session, col, func, select

from app.core.clock import Clock, day_of
from app.core.refusal import Refusal, insist
from app.core.workdays import WorkCalendar
from app.ledger.actions import record
from app.places.queries import work_calendar
from app.proposals.directions import direction
from app.proposals.models import Proposal, Review, Status, Verdict
from app.proposals.pledges import promised_to
from app.proposals.reasons import COMPLAINT
from app.proposals.review_rules import (
    FIELDS,
    Preparation,
    forward_by,
    preparation_of,
    what_is_missing,
    why_not_answer,
    why_not_review,
    with_ready_words,
)
from app.proposals.review_terms import locked
from app.rounds.calendar import Act
from app.rounds.models import Round
from app.rounds.queries import calendar_of, lock_round

STATUS_OF = {
    Verdict.ADMIT: Status.ADMITTED,
    Verdict.RETURN: Status.RETURNED,
    Verdict.FORWARD: Status.FORWARDED,
    Verdict.REFUSE: Status.REFUSED,
}
KIND_OF = {
    Verdict.ADMIT: "proposals.admitted",
    Verdict.RETURN: "proposals.returned",
    Verdict.FORWARD: "proposals.forwarded",
    Verdict.REFUSE: "proposals.refused",
}


class Incomplete(Refusal):
    """A preparation that cannot be issued yet, with everything that is missing."""

    def __init__(self, missing: Sequence[Refusal]) -> None:
        first = missing[0]
        super().__init__(first.code, field=first.field, **first.facts)
        self.missing = tuple(missing)


@dataclass(frozen=True, slots=True)
class Issued:
    """What came of one press: the numbers issued, and why others were not."""

    numbers: tuple[str, ...]
    skipped: tuple[tuple[str, Refusal], ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A project on the ballot: what the budget pays and what neighbours give, in tenge."""

    proposal_id: str
    number: int
    title_kk: str
    title_ru: str
    price: int
    cofinanced: int = 0
    settlement: str = ""  # where it is, if in one place
    rivals: str = ""  # the group of projects of which at most one is taken


def prepare(
    session: Session,
    *,
    district_id: str,
    number: str,
    preparation: Preparation,
    ready: bool,
    by_name: str,
    now: datetime,
) -> Review:
    """Keeps the clerk's work on a proposal, half done or ready for the akim.

    What other verdicts had typed is kept beside it. Raises `Incomplete` where "ready" is said of
    something that lacks a part, and Refusal where the proposal is not the office's to answer.
    """
    proposal = locked(session, district_id=district_id, number=number)
    insist(why_not_review(proposal.status))
    calendar = calendar_of(session, round_id=proposal.round_id)
    insist(why_not_answer(Act.REVIEW, preparation.verdict, calendar, now))
    if ready:
        preparation = with_ready_words(preparation)
        if missing := _missing(session, proposal, preparation, now):
            raise Incomplete(missing)
    review = session.get(Review, proposal.id)
    if review is None:
        review = Review(proposal_id=proposal.id, district_id=district_id, prepared_at=now)
    review.verdict = preparation.verdict
    for name in FIELDS[preparation.verdict]:
        setattr(review, name, getattr(preparation, name))
    review.ready = ready
    review.note = "" if ready else review.note
    review.prepared_by = by_name
    review.prepared_at = now
    session.add(review)
    session.flush()
    return review


def send_back(
    session: Session, *, district_id: str, number: str, note: str, now: datetime
) -> Review:
    """The akim does not issue what the clerk prepared, and says what to change."""
    proposal = locked(session, district_id=district_id, number=number)
    insist(why_not_review(proposal.status))
    review = session.get(Review, proposal.id)
    if review is None or not review.ready:
        raise Refusal("review.not_ready")
    if not note:
        raise Refusal("form.missing", field="note")
    review.ready = False
    review.note = note
    session.add(review)
    session.flush()
    return review


def seal_of(review: Review) -> str:
    """Names exactly this preparation: the akim issues what was read, and nothing newer."""
    text = "\n".join(f"{name}={value}" for name, value in sorted(review.model_dump().items()))
    return sha256(text.encode()).hexdigest()[:16]


def issue(
    session: Session,
    *,
    clock: Clock,
    district_id: str,
    chosen: Sequence[tuple[str, str]],
    by_name: str,
    by_order: str = "",
) -> Issued:
    """Issues a batch of prepared answers. `chosen` are numbers with the `seal_of` what was read.

    What was withdrawn, answered or changed in the meantime is skipped with its reason; each of
    the others gets its status, its date and its entry. A second press finds nothing to do.
    """
    if not chosen:
        raise Refusal("review.none_chosen", field="chosen")
    numbers = sorted({number for number, _ in chosen})
    rounds = session.exec(
        select(Proposal.round_id)
        .where(Proposal.district_id == district_id, col(Proposal.number).in_(numbers))
        .distinct()
    ).all()
    calendars = {}
    for round_id in sorted(rounds):  # before the rows: the vote's opening locks in this order too
        lock_round(session, round_id=round_id)
        calendars[round_id] = calendar_of(session, round_id=round_id)
    now = clock.now()
    days = work_calendar(session)
    issued: list[str] = []
    skipped: list[tuple[str, Refusal]] = []
    seals = dict(chosen)
    for number in numbers:
        proposal = locked(session, district_id=district_id, number=number)
        review = session.get(Review, proposal.id, populate_existing=True)
        try:
            insist(why_not_review(proposal.status))
            if review is None or not review.ready:
                raise Refusal("review.not_ready")
            if seal_of(review) != seals[number]:
                raise Refusal("review.changed")
            preparation = preparation_of(review)
            calendar = calendars[proposal.round_id]
            insist(why_not_answer(Act.ISSUE, preparation.verdict, calendar, now))
            if missing := _missing(session, proposal, preparation, now):
                raise missing[0]
        except Refusal as why:
            skipped.append((number, why))
            continue
        _answer(session, proposal, review, preparation, days, now, by_name, by_order)
        issued.append(number)
    return Issued(tuple(issued), tuple(skipped))


def _answer(
    session: Session,
    proposal: Proposal,
    review: Review,
    preparation: Preparation,
    days: WorkCalendar,
    now: datetime,
    by_name: str,
    by_order: str,
) -> None:
    """One answer becomes public: status, clock and entry together."""
    today = day_of(now)
    verdict = preparation.verdict
    facts: dict[str, object] = {
        name: getattr(preparation, name) or None for name in FIELDS[verdict]
    }
    if preparation.available == 0 and verdict is Verdict.REFUSE:
        facts["available"] = 0
    proposal.status = STATUS_OF[verdict]
    if verdict is Verdict.RETURN:
        proposal.waiting_since = today
    else:
        proposal.answered_at = now
    if verdict is Verdict.ADMIT:
        for name in ("title_kk", "title_ru", "short_kk", "short_ru", "price", "cofinanced"):
            setattr(proposal, name, getattr(preparation, name))
    if verdict is Verdict.REFUSE:
        facts["complain_until"] = COMPLAINT.ends(today)
    if verdict is Verdict.FORWARD and proposal.submitted_at is not None:
        facts["forward_by"] = last = forward_by(proposal.submitted_at, days)
        facts["late_days"] = days.between(last, today) or None
    session.add(proposal)
    if verdict is Verdict.RETURN:
        session.delete(review)  # what comes back is read afresh
    else:
        review.ready = False
        session.add(review)
    record(
        session,
        district_id=proposal.district_id,
        round_id=proposal.round_id,
        subject=proposal.id,
        kind=KIND_OF[verdict],
        at=now,
        office="akim",
        by_name=by_name,
        by_order=by_order or None,
        **facts,
    )


def put_on_ballot(session: Session, *, round_id: str, now: datetime) -> list[Listed]:
    """Lists what was admitted when voting opens, in a drawn order, and returns the whole list.

    The order is that of SHA-256 over round and receipt number, so nobody chose it and anybody can
    check it. What is still undecided stays where it is. Called under the round's lock; a second
    call adds nothing.
    """
    admitted = session.exec(
        select(Proposal)
        .where(Proposal.round_id == round_id, Proposal.status == Status.ADMITTED)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    last = session.exec(
        select(func.max(Proposal.ballot_number)).where(Proposal.round_id == round_id)
    ).one()
    for place, proposal in enumerate(
        sorted(admitted, key=lambda one: _drawn(round_id, one.number or "")), (last or 0) + 1
    ):
        proposal.status = Status.ON_BALLOT
        proposal.ballot_number = place
        session.add(proposal)
        record(
            session,
            district_id=proposal.district_id,
            round_id=round_id,
            subject=proposal.id,
            kind="proposals.on_ballot",
            at=now,
            office="clock",
            ballot_number=place,
            price=proposal.price,
            cofinanced=proposal.cofinanced or None,
        )
    listed = session.exec(
        select(Proposal)
        .where(Proposal.round_id == round_id, Proposal.status == Status.ON_BALLOT)
        .order_by(col(Proposal.ballot_number))
    ).all()
    return [
        Listed(
            one.id,
            one.ballot_number or 0,
            one.title_kk,
            one.title_ru,
            one.price or 0,
            one.cofinanced,
            one.settlement_id or "",
            one.rival_group,
        )
        for one in listed
    ]


def _drawn(round_id: str, number: str) -> str:
    return sha256(f"{round_id}\n{number}".encode()).hexdigest()


def _missing(
    session: Session, proposal: Proposal, preparation: Preparation, now: datetime
) -> tuple[Refusal, ...]:
    of = session.get_one(Round, proposal.round_id)
    fits = proposal.direction is not None and direction(proposal.direction).payable
    return what_is_missing(
        preparation,
        cap=of.price_cap,
        envelope=of.envelope,
        today=day_of(now),
        direction_fits=fits,
        promised=promised_to(session, proposal=proposal),
    )
