"""What a round decided returns as lines of the next draft budget, one line per project.

A line carries its project and its round, so that the project's page leads to the line and the line
back to the project. The office's draft stays the office's: pressing again brings the sums up to
date and leaves everything else as it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from app.budget import drafts
from app.budget.actions import known_of
from app.budget.classification import classification
from app.budget.models import PLAN, BudgetDraft, Side
from app.budget.sums import BALANCE, Line
from app.core.refusal import Refusal
from app.decisions.models import Body, Word
from app.decisions.queries import newest_words, voted_on
from app.decisions.rules import BudgetState, budget_state
from app.decisions.shrinking import OFF, price_now
from app.ledger.actions import record
from app.proposals.models import Proposal
from app.rounds.models import Round
from app.rounds.queries import lock_round

PAST = OFF | {BudgetState.OPEN}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A project that belongs into the draft, with the sum that holds (tenge)."""

    proposal: Proposal
    amount: int


@dataclass(frozen=True, slots=True)
class Put:
    """How the projects stand in the office's draft of the round's budget year."""

    wanted: tuple[Wanted, ...]  # agreed by the assembly and the akim
    missing: tuple[Wanted, ...]  # not in the draft, or with another sum
    gone: tuple[Proposal, ...]  # in the draft, and taken off the way since
    draft: BudgetDraft | None


def wanted_of(
    projects: Mapping[str, Proposal], words: Mapping[str, Mapping[Body, Word]]
) -> tuple[Wanted, ...]:
    """The projects that the assembly agreed to and the akim decided for, by ballot number."""
    return tuple(
        Wanted(one, price_now(one, words.get(one.id, {})))
        for one in sorted(projects.values(), key=lambda one: one.ballot_number or 0)
        if budget_state(words.get(one.id, {})) not in PAST
    )


def put_of(session: Session, *, of: Round) -> Put:
    """What of a round is in the draft, and what is to be put into it."""
    district_id = of.district_id
    projects = voted_on(session, district_id=district_id, round_id=of.id)
    words = newest_words(session, district_id=district_id, round_id=of.id)
    wanted = wanted_of(projects, words)
    draft = drafts.draft_of(session, district_id=district_id, year=of.budget_year)
    lines = _begin(session, of, draft).lines
    standing = {line.proposal_id: line.amount for line in lines if line.proposal_id}
    ids = {one.proposal.id for one in wanted}
    return Put(
        wanted=wanted,
        missing=tuple(one for one in wanted if standing.get(one.proposal.id) != one.amount),
        gone=tuple(one for one in projects.values() if one.id in standing and one.id not in ids),
        draft=draft,
    )


def with_projects(
    lines: Sequence[Line],
    wanted: Sequence[Wanted],
    *,
    gone: Sequence[Proposal],
    round_id: str,
    known: frozenset[tuple[str, str]],
) -> tuple[Line, ...]:
    """A draft's lines with these projects in it. Pure.

    A line that stands already keeps its place, its part and its name and gets the sum; a project
    off the way goes out; all other lines stay as they are.
    """
    sums = {one.proposal.id: one.amount for one in wanted}
    away = {one.id for one in gone}
    kept = [
        replace(line, amount=sums[line.proposal_id], round_id=round_id)
        if line.proposal_id in sums
        else line
        for line in lines
        if line.proposal_id not in away
    ]
    standing = {line.proposal_id for line in kept}
    return (
        *kept,
        *(_line(one, round_id, known) for one in wanted if one.proposal.id not in standing),
    )


def put_into_draft(
    session: Session, *, district_id: str, round_id: str, by_name: str, now: datetime
) -> BudgetDraft:
    """Puts all of a round's agreed projects into the draft budget of its year, in one press.

    Raises Refusal decisions.not_counted, decisions.none_agreed, decisions.in_draft_already,
    rounds.cancelled, and what `drafts.save` says.
    """
    of = lock_round(session, round_id=round_id, alone=True)
    if of.district_id != district_id:
        raise LookupError(round_id)
    if of.cancelled_at is not None:
        raise Refusal("rounds.cancelled", at=of.cancelled_at)
    if of.counted_at is None or of.imported_from:
        raise Refusal("decisions.not_counted")
    put = put_of(session, of=of)
    if not put.wanted and not put.gone:
        raise Refusal("decisions.none_agreed")
    if not put.missing and not put.gone:
        raise Refusal("decisions.in_draft_already")
    known = known_of(classification(session, district_id=district_id, year=of.budget_year))
    work = _begin(session, of, put.draft)
    lines = with_projects(work.lines, put.wanted, gone=put.gone, round_id=of.id, known=known)
    changed = {line.key for line in {*lines} ^ {*work.lines}}
    draft = drafts.save(
        session,
        district_id=district_id,
        year=of.budget_year,
        month=PLAN,
        lines=lines,
        stated=_stated(work.stated, changed) if put.draft is None else work.stated,
        file_id=put.draft.file_id if put.draft else None,
        seal=put.draft.seal if put.draft else None,
        by_name=by_name,
        now=now,
    )
    for one in put.missing:
        record(
            session,
            district_id=district_id,
            round_id=of.id,
            subject=one.proposal.id,
            kind="decisions.into_draft",
            at=now,
            office="clerk",
            by_name=by_name,
            budget_year=str(of.budget_year),
            amount=one.amount,
        )
    return draft


def _begin(session: Session, of: Round, draft: BudgetDraft | None) -> drafts.Work:
    """The office's draft; else the plan that holds; else what last year's plan leads to."""
    if draft is not None:
        return drafts.work_of(draft)
    starts = (drafts.Start.HELD, drafts.Start.LAST_YEAR)
    for start in starts:
        work = drafts.beginning(
            session, district_id=of.district_id, year=of.budget_year, month=PLAN, start=start
        )
        if work is not None:
            return work
    return drafts.Work((), {})


def _stated(stated: Mapping[str, int], changed: set[str]) -> dict[str, int]:
    """A paper's totals without those that the new lines belong to: the new paper states its own."""
    touched = {BALANCE}
    for key in changed:
        parts = key.split(":")
        touched |= {":".join(parts[:n]) for n in range(1, len(parts) + 1)}
    return {key: amount for key, amount in stated.items() if key not in touched}


def _line(one: Wanted, round_id: str, known: frozenset[tuple[str, str]]) -> Line:
    proposal = one.proposal
    part = str(proposal.direction or "")
    return Line(
        side=Side.SPENDING,
        amount=one.amount,
        part=part if (Side.SPENDING, part) in known else "",
        name_kk=proposal.title_kk or proposal.title,
        name_ru=proposal.title_ru or proposal.title,
        proposal_id=proposal.id,
        round_id=round_id,
    )
