"""What changes when a body speaks. Every word is a version and an entry in the record."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlmodel import Session

from app.core.clock import day_of
from app.core.ids import new_id
from app.core.refusal import Refusal, insist
from app.decisions.models import Assembly, Body, Said, Word
from app.decisions.queries import assemblies_of, newest_words, voted_on, words_about
from app.decisions.rules import (
    ACT_OF,
    Approval,
    Meeting,
    Saying,
    Verdict,
    departs,
    in_draft_budget,
    why_not_meet,
    why_not_say,
)
from app.ledger.actions import record
from app.proposals.models import Proposal, Status
from app.rounds.calendar import why_not_now
from app.rounds.models import Round
from app.rounds.queries import calendar_of, lock_round, round_of


def say(
    session: Session,
    *,
    district_id: str,
    proposal_id: str,
    saying: Saying,
    by_name: str,
    by_order: str = "",
    expected_version: int | None = None,
    now: datetime,
) -> Word:
    """Publishes what a body says of a project that was voted on: version 1, or a correction.

    `expected_version` is the newest version that the writer had before their eyes (0 for none).
    Raises Refusal out of its stage, before the count, and for whatever the word lacks.
    """
    proposal = session.get(Proposal, proposal_id)
    if proposal is None or proposal.district_id != district_id:
        raise Refusal("decisions.no_project")
    lock_round(session, round_id=proposal.round_id, alone=True)
    insist(why_not_now(ACT_OF[saying.body], calendar_of(session, round_id=proposal.round_id), now))
    words = {
        Body(word.body): word
        for word in words_about(session, district_id=district_id, proposal_id=proposal_id)
    }
    newest = words.get(saying.body)
    version = newest.version if newest else 0
    if expected_version is not None and expected_version != version:
        raise Refusal("decisions.stale")
    if saying.body in (Body.RAION, Body.MASLIKHAT) and not in_draft_budget(words):
        raise Refusal("decisions.not_in_draft")
    return _say(
        session, proposal, saying, newest=newest, by_name=by_name, by_order=by_order, now=now
    )


def record_assembly(
    session: Session,
    *,
    district_id: str,
    round_id: str,
    meeting: Meeting,
    verdicts: Mapping[str, Verdict],
    by_name: str,
    now: datetime,
) -> Assembly:
    """Keeps the minutes of a meeting and its word on each project (proposal's id → verdict).

    The first meeting says yes or no to every recommended project; a repeat discussion may take
    some. Raises Refusal for a short notice, a missing quorum, or a recommended project left out.
    """
    of = _counted_round(session, district_id, round_id)
    insist(why_not_now(ACT_OF[Body.ASSEMBLY], calendar_of(session, round_id=round_id), now))
    assert of.counted_at is not None
    insist(why_not_meet(meeting, counted_on=day_of(of.counted_at), today=day_of(now)))
    earlier = assemblies_of(session, district_id=district_id, round_id=round_id)
    if any(one.number == meeting.number for one in earlier):
        raise Refusal("decisions.number_taken", field="number")
    projects = voted_on(session, district_id=district_id, round_id=round_id)
    words = newest_words(session, district_id=district_id, round_id=round_id)
    due = [
        number
        for number, one in projects.items()
        if one.status == Status.RECOMMENDED and Body.ASSEMBLY not in words.get(one.id, {})
    ]
    _all_said(projects, verdicts, due)
    kept = Assembly(
        id=new_id(),
        district_id=district_id,
        round_id=round_id,
        recorded_by=by_name,
        at=now,
        **{name: getattr(meeting, name) for name in Meeting.__dataclass_fields__},
    )
    session.add(kept)
    session.flush()
    record(
        session,
        district_id=district_id,
        round_id=round_id,
        subject=round_id,
        kind="decisions.assembly_held",
        at=now,
        office="clerk",
        by_name=by_name,
        number=meeting.number,
        date=meeting.held_on,
        eligible=meeting.eligible,
        present=meeting.present,
    )
    for number, proposal in projects.items():
        verdict = verdicts.get(proposal.id)
        if verdict is None:
            continue
        saying = Saying(
            body=Body.ASSEMBLY,
            said=Said.AGREED if verdict.agreed else Said.DECLINED,
            reason_kk=verdict.reason_kk,
            reason_ru=verdict.reason_ru,
            act_type="minutes",
            act_number=meeting.number,
            act_date=meeting.held_on,
            scan_id=meeting.scan_id,
            assembly_id=kept.id,
        )
        newest = words.get(proposal.id, {}).get(Body.ASSEMBLY)
        _say_at(session, number, proposal, saying, newest=newest, by_name=by_name, now=now)
    return kept


def record_approval(
    session: Session,
    *,
    district_id: str,
    round_id: str,
    number: str,
    decided_on: date,
    approvals: Mapping[str, Approval],
    scan_id: str | None = None,
    by_name: str,
    now: datetime,
) -> list[Word]:
    """Keeps the maslikhat's decision: each project of the draft budget approved or not.

    Less than the price is an approval in part. The caller opens the works of what was approved.
    Raises Refusal for a project that is not in the draft, or left out.
    """
    _counted_round(session, district_id, round_id)
    insist(why_not_now(ACT_OF[Body.MASLIKHAT], calendar_of(session, round_id=round_id), now))
    projects = voted_on(session, district_id=district_id, round_id=round_id)
    words = newest_words(session, district_id=district_id, round_id=round_id)
    draft = {
        number: one for number, one in projects.items() if in_draft_budget(words.get(one.id, {}))
    }
    due = [no for no, one in draft.items() if Body.MASLIKHAT not in words[one.id]]
    if approvals.keys() - {one.id for one in draft.values()}:
        raise Refusal("decisions.not_in_draft")
    _all_said(projects, approvals, due)
    said: list[Word] = []
    for at_number, proposal in draft.items():
        approval = approvals.get(proposal.id)
        if approval is None:
            continue
        newest = words[proposal.id].get(Body.MASLIKHAT)
        saying = Saying(
            body=Body.MASLIKHAT,
            said=_approved(approval, proposal.price or 0),
            amount=approval.amount if approval.approved else None,
            reason_kk=approval.reason_kk,
            reason_ru=approval.reason_ru,
            act_type="maslikhat",
            act_number=number,
            act_date=decided_on,
            scan_id=scan_id,
        )
        said.append(
            _say_at(session, at_number, proposal, saying, newest=newest, by_name=by_name, now=now)
        )
    record(
        session,
        district_id=district_id,
        round_id=round_id,
        subject=round_id,
        kind="decisions.approved",
        at=now,
        office="maslikhat-office",
        by_name=by_name,
        number=number,
        date=decided_on,
    )
    return said


def _counted_round(session: Session, district_id: str, round_id: str) -> Round:
    if round_of(session, district_id=district_id, round_id=round_id) is None:
        raise Refusal("decisions.no_round")
    of = lock_round(session, round_id=round_id, alone=True)
    if of.counted_at is None or of.imported_from:
        raise Refusal("decisions.not_counted")
    return of


def _all_said(projects: Mapping[str, Proposal], said: Mapping[str, object], due: list[str]) -> None:
    """Raises where something is said of no project, of nothing, or not of a project that is due."""
    if said.keys() - {one.id for one in projects.values()}:
        raise Refusal("decisions.no_project")
    for number in due:
        if projects[number].id not in said:
            raise Refusal("decisions.verdict_missing", field=f"said-{number}")
    if not said:
        raise Refusal("decisions.nothing_said")


def _approved(approval: Approval, price: int) -> Said:
    if not approval.approved:
        return Said.DECLINED
    return Said.PART if approval.amount and approval.amount < price else Said.AGREED


def _say_at(
    session: Session,
    number: str,
    proposal: Proposal,
    saying: Saying,
    *,
    newest: Word | None,
    by_name: str,
    now: datetime,
) -> Word:
    """The same for one row of a form: a refusal names the row's field."""
    try:
        return _say(session, proposal, saying, newest=newest, by_name=by_name, now=now)
    except Refusal as why:
        if why.field in ("amount", "reason_kk", "reason_ru"):
            raise why.at(f"{why.field}-{number}") from None
        if why.field == "act_number":
            raise why.at("number") from None
        if why.field == "act_date":
            raise why.at("decided_on" if saying.body is Body.MASLIKHAT else "held_on") from None
        raise


def _say(
    session: Session,
    proposal: Proposal,
    saying: Saying,
    *,
    newest: Word | None,
    by_name: str,
    by_order: str = "",
    now: datetime,
) -> Word:
    if proposal.status not in (Status.RECOMMENDED, Status.NOT_RECOMMENDED):
        raise Refusal("decisions.not_counted")
    recommended = proposal.status == Status.RECOMMENDED
    insist(
        why_not_say(
            saying,
            recommended=recommended,
            price=proposal.price or 0,
            cofinanced=proposal.cofinanced,
            newest=newest,
            today=day_of(now),
        )
    )
    content = {name: getattr(saying, name) for name in Saying.__dataclass_fields__}
    if newest is None:
        content["corrects_why_kk"] = content["corrects_why_ru"] = ""
    word = Word(
        id=new_id(),
        district_id=proposal.district_id,
        round_id=proposal.round_id,
        proposal_id=proposal.id,
        version=newest.version + 1 if newest else 1,
        departs=departs(saying.said, recommended=recommended),
        by_name=by_name,
        by_order=by_order,
        at=now,
        **content,
    )
    session.add(word)
    session.flush()
    record(
        session,
        district_id=word.district_id,
        round_id=word.round_id,
        subject=word.proposal_id,
        kind=f"decisions.{word.body}_{word.said}",
        at=now,
        office=word.body,
        # The akim speaks by name; what other bodies said is only written down by somebody.
        by_name=by_name if saying.body is Body.AKIM else "",
        recorded_by=None if saying.body is Body.AKIM else by_name,
        by_order=by_order or None,
        amount=word.amount,
        number=word.act_number or None,
        date=word.act_date,
        starts_on=word.starts_on,
        ends_on=word.ends_on,
        reason_code=word.reason_code or None,
        reason_kk=word.reason_kk or None,
        reason_ru=word.reason_ru or None,
        words_kk=word.words_kk or None,
        words_ru=word.words_ru or None,
        scan_id=word.scan_id,
        departs=word.departs,
        version=word.version,
        corrects_why_kk=word.corrects_why_kk or None,
        corrects_why_ru=word.corrects_why_ru or None,
    )
    return word
