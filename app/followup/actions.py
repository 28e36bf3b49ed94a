"""What changes while works are built: stages, payments, promises, and what residents see."""

from datetime import date, datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, func, select

from app.core.clock import day_of
from app.core.ids import new_id
from app.core.keys import Keyring
from app.core.refusal import Refusal, insist
from app.followup.models import Payment, Seen, Sighting, Works, WorkStage, WorkStep
from app.followup.rules import (
    current_stage,
    promised_steps,
    why_not_contract,
    why_not_done,
    why_not_pay,
    why_not_promise,
)
from app.followup.spare import saved_of
from app.ledger.actions import record
from app.people.queries import may_vote_on
from app.proposals.models import Proposal
from app.rounds.calendar import Act, why_not_now
from app.rounds.queries import calendar_of

DONE: dict[WorkStage, str] = {
    WorkStage.PROCUREMENT: "followup.procurement_done",
    WorkStage.CONTRACT: "followup.contract_done",
    WorkStage.WORKS: "followup.works_done",
    WorkStage.ACCEPTANCE: "followup.acceptance_done",
}


def open_works(
    session: Session,
    *,
    district_id: str,
    proposal_id: str,
    planned: int,
    promised_on: date,
    by_name: str,
    now: datetime,
) -> Works:
    """Makes works of an approved project, once; `planned` in tenge, as the maslikhat approved."""
    works = session.get(Works, proposal_id)
    if works is not None:
        return works
    works = Works(
        proposal_id=proposal_id,
        district_id=district_id,
        planned=planned,
        promised_on=promised_on,
        opened_at=now,
    )
    session.add(works)
    session.flush()
    for stage, day in promised_steps(day_of(now), promised_on).items():
        session.add(
            WorkStep(district_id=district_id, proposal_id=proposal_id, stage=stage, promised_on=day)
        )
    record_works(
        session,
        works,
        "followup.works_opened",
        "maslikhat-office",
        by_name,
        now,
        planned=planned,
        ends_on=promised_on,
    )
    return works


def works_for_change(
    session: Session, *, district_id: str, proposal_id: str, now: datetime
) -> Works:
    """The works, their row locked; Refusal when this district has none such, or not yet."""
    works = session.exec(
        select(Works)
        .where(Works.district_id == district_id, Works.proposal_id == proposal_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if works is None:
        raise Refusal("followup.no_works")
    proposal = session.get_one(Proposal, proposal_id)
    insist(why_not_now(Act.FOLLOW_WORKS, calendar_of(session, round_id=proposal.round_id), now))
    return works


def finish_step(
    session: Session,
    *,
    district_id: str,
    proposal_id: str,
    stage: WorkStage,
    done_on: date,
    note_kk: str = "",
    note_ru: str = "",
    contractor: str = "",
    contract_number: str = "",
    contract: int | None = None,
    by_name: str,
    now: datetime,
    office: str = "clerk",
) -> Works:
    """Marks a stage as done on a day. The contract's stage names who, by which paper, for what.

    The same press twice is one act.
    """
    works = works_for_change(session, district_id=district_id, proposal_id=proposal_id, now=now)
    steps = session.exec(
        select(WorkStep)
        .where(WorkStep.proposal_id == proposal_id)
        .execution_options(populate_existing=True)
    ).all()
    if current_stage(steps) != stage and any(
        (one.stage, one.done_on, one.note_kk, one.note_ru) == (stage, done_on, note_kk, note_ru)
        for one in steps
    ):
        return works
    insist(why_not_done(steps, stage=stage, done_on=done_on, today=day_of(now)))
    if stage is WorkStage.CONTRACT:
        insist(
            why_not_contract(
                planned=works.planned,
                contractor=contractor,
                contract_number=contract_number,
                contract=contract,
            )
        )
        works.contractor, works.contract_number, works.contract = (
            contractor,
            contract_number,
            contract,
        )
    step = next(one for one in steps if one.stage == stage)
    step.done_on, step.note_kk, step.note_ru = done_on, note_kk, note_ru
    if stage is WorkStage.ACCEPTANCE:
        works.ready_on = done_on
    session.add_all([works, step])
    session.flush()
    record_works(
        session,
        works,
        DONE[stage],
        office,
        by_name,
        now,
        date=done_on,
        words_kk=note_kk or None,
        words_ru=note_ru or None,
        **_contract_facts(works) if stage is WorkStage.CONTRACT else {},
    )
    return works


def promise_anew(
    session: Session,
    *,
    district_id: str,
    proposal_id: str,
    expected_on: date,
    why_kk: str,
    why_ru: str,
    by_name: str,
    now: datetime,
    office: str = "clerk",
) -> Works:
    """Names a new day when the promise slips, and why. The first promise stays beside it."""
    works = works_for_change(session, district_id=district_id, proposal_id=proposal_id, now=now)
    insist(why_not_promise(works, expected_on=expected_on, today=day_of(now)))
    said = (expected_on, why_kk, why_ru)
    if (works.expected_on, works.late_why_kk, works.late_why_ru) == said:
        return works  # pressed twice
    works.expected_on, works.late_why_kk, works.late_why_ru = said
    session.add(works)
    session.flush()
    record_works(
        session,
        works,
        "followup.promised_anew",
        office,
        by_name,
        now,
        ends_on=expected_on,
        reason_kk=why_kk,
        reason_ru=why_ru,
    )
    return works


def paid_for(session: Session, *, proposal_id: str) -> int:
    """Tenge paid so far."""
    total = session.exec(
        select(func.sum(Payment.amount)).where(Payment.proposal_id == proposal_id)
    ).one()
    return int(total or 0)


def pay(
    session: Session,
    *,
    district_id: str,
    proposal_id: str,
    amount: int,
    paid_on: date,
    document: str,
    by_name: str,
    now: datetime,
    payment_id: str | None = None,
    office: str = "clerk",
) -> Payment:
    """Records a payment in tenge; a negative one takes a mistake back.

    `payment_id` comes with the form: a form pressed twice pays once.
    """
    works = works_for_change(session, district_id=district_id, proposal_id=proposal_id, now=now)
    if payment_id is not None and (known := session.get(Payment, payment_id)):
        if known.proposal_id != proposal_id:
            raise Refusal("form.wrong")
        return known
    paid = paid_for(session, proposal_id=proposal_id)
    # What was noted as saved is spare money of the round by now.
    most = works.planned - saved_of(session, proposal_id=proposal_id)
    insist(why_not_pay(planned=most, paid=paid, amount=amount, paid_on=paid_on, today=day_of(now)))
    made = Payment(
        id=payment_id or new_id(),
        district_id=district_id,
        proposal_id=proposal_id,
        paid_on=paid_on,
        amount=amount,
        document=document,
        by_name=by_name,
        at=now,
    )
    session.add(made)
    session.flush()
    record_works(
        session,
        works,
        "followup.paid",
        office,
        by_name,
        now,
        amount=amount,
        document=document,
    )
    return made


def say_seen(
    session: Session,
    *,
    keyring: Keyring,
    district_id: str,
    proposal_id: str,
    person_id: str,
    seen: Seen,
    now: datetime,
) -> None:
    """A resident's word on what stands there: one per person and project, changeable."""
    works = session.exec(
        select(Works).where(Works.district_id == district_id, Works.proposal_id == proposal_id)
    ).first()
    if works is None:
        raise Refusal("followup.no_works")
    proposal = session.get_one(Proposal, proposal_id)
    insist(why_not_now(Act.SEE, calendar_of(session, round_id=proposal.round_id), now))
    if not may_vote_on(
        session, district_id=district_id, of_age_on=day_of(now), person_id=person_id
    ):
        raise Refusal("followup.not_on_roll")
    values = {
        "district_id": district_id,
        "proposal_id": proposal_id,
        "person_mac": keyring.mac("sighting", proposal_id, person_id),
        "seen": seen,
    }
    dialect = session.get_bind().dialect.name
    made = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(Sighting).values(values)
    session.exec(
        made.on_conflict_do_update(
            index_elements=["proposal_id", "person_mac"], set_={"seen": str(seen)}
        )
    )


def _contract_facts(works: Works) -> dict[str, object]:
    return {
        "contractor": works.contractor,
        "number": works.contract_number,
        "amount": works.contract,
    }


def record_works(
    session: Session,
    works: Works,
    kind: str,
    office: str,
    by_name: str,
    now: datetime,
    **facts: object,
) -> None:
    """One entry of the record about works."""
    proposal = session.get_one(Proposal, works.proposal_id)
    record(
        session,
        district_id=works.district_id,
        round_id=proposal.round_id,
        subject=works.proposal_id,
        kind=kind,
        at=now,
        office=office,
        by_name=by_name,
        **facts,
    )
