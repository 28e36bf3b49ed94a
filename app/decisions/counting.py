"""Counting a round once, when its ballots are sealed and its paper is reconciled."""

import json
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlmodel import Session, select

from app.core.refusal import Refusal, insist
from app.counting.commission import Undecided
from app.counting.compare import compare
from app.counting.outcome import Outcome, Step, Verdict
from app.decisions.ballot_file import Line, ballots_digest, write_ballots
from app.decisions.counted_by import count_by, count_by_the_other, election_of
from app.decisions.models import CountOutcome
from app.decisions.ties import Tied, decided_ties
from app.ledger.actions import record
from app.places.models import District
from app.proposals.models import Proposal, Status
from app.rounds.calendar import ORDER
from app.rounds.models import Round, Stage
from app.rounds.queries import calendar_of, lock_round, round_of
from app.rounds.rules import seed_of
from app.voting.models import Turnout
from app.voting.queries import counted


def count_round(
    session: Session, *, district_id: str, round_id: str, now: datetime
) -> CountOutcome:
    """Counts a round and stores the outcome with its account; the second call returns the first.

    Raises Refusal before its results stage, and while ballots are not sealed or paper is open.
    """
    if round_of(session, district_id=district_id, round_id=round_id) is None:
        raise Refusal("decisions.no_round")
    of = lock_round(session, round_id=round_id, alone=True)
    stored = session.get(CountOutcome, round_id)
    if stored is not None:
        return stored
    turnout = session.get(Turnout, round_id)
    calendar = calendar_of(session, round_id=round_id)
    if of.cancelled_at is not None:
        raise Refusal("rounds.cancelled", at=of.cancelled_at)
    if of.held_until is not None and now < of.held_until:
        raise Refusal("decisions.held", at=of.held_until)
    insist(why_not_count(of, calendar.stage(now), reconciled=turnout is not None))

    proposals = on_ballot(session, of)
    lines = lines_of(of, proposals)
    ballots = counted(session, round_id=round_id)
    digest = ballots_digest(ballots)
    seed = seed_of(of, digest)
    value = of.draw_value or f"ballots:{digest}"
    election = election_of(of, lines, ballots, seed=seed)
    try:
        outcome = count_by(of, election, decided=decided_ties(session, round_id=round_id))
    except Undecided as equal:
        raise Tied(equal.tied) from equal
    other = count_by_the_other(of, election) if of.compare_rules else None
    district = session.get_one(District, district_id)
    text = write_ballots(
        of, district=district, calendar=calendar, lines=lines, ballots=ballots, outcome=outcome
    )
    return store(
        session,
        of,
        outcome=outcome,
        ballots_pb=text,
        proposals=proposals,
        draw_value=value,
        compared=None
        if other is None
        else {"outcome": other.account(), **asdict(compare(outcome, other, election))},
        now=now,
    )


def why_not_count(of: Round, stage: Stage | None, *, reconciled: bool) -> Refusal | None:
    """Why a round cannot be counted yet."""
    if stage is None or ORDER.index(stage) < ORDER.index(Stage.RESULTS):
        return Refusal("decisions.too_early")
    if of.sealed_at is None or of.frozen_at is None:
        return Refusal("decisions.not_sealed")
    return None if reconciled else Refusal("decisions.paper_open")


def on_ballot(session: Session, of: Round) -> dict[int, Proposal]:
    """The proposals that were voted on, by their numbers on the ballot."""
    rows = session.exec(
        select(Proposal).where(Proposal.district_id == of.district_id, Proposal.round_id == of.id)
    )
    return {row.ballot_number: row for row in rows if row.ballot_number is not None}


def lines_of(of: Round, proposals: dict[int, Proposal]) -> list[Line]:
    """The frozen list of projects: prices and titles as the voters saw them."""
    return [
        Line(
            number=int(line["number"]),
            title_kk=str(line["title_kk"]),
            title_ru=str(line["title_ru"]),
            price=int(line["price"]),
            withdrawn=proposals[int(line["number"])].status == Status.WITHDRAWN,
            settlement=str(line.get("settlement", "")),
        )
        for line in (of.rules or {})["projects"]
    ]


def store(
    session: Session,
    of: Round,
    *,
    outcome: Outcome,
    ballots_pb: str,
    proposals: dict[int, Proposal],
    draw_value: str = "",
    compared: dict[str, Any] | None = None,
    now: datetime,
) -> CountOutcome:
    """Keeps an outcome, gives every proposal its votes and result, and records both."""
    data = ballots_pb.encode()
    row = CountOutcome(
        round_id=of.id,
        district_id=of.district_id,
        seed=outcome.seed,
        draw_value=draw_value,
        outcome=outcome.account(),
        outcome_sha256=outcome.digest,
        ballots_pb=ballots_pb,
        ballots_sha256=sha256(data).hexdigest(),
        ballots_size=len(data),
        compared=compared,
        at=now,
    )
    session.add(row)
    of.counted_at = now
    for step in outcome.steps:
        _result(session, of, proposals[int(step.project)], step, outcome, now)
    record(
        session,
        district_id=of.district_id,
        round_id=of.id,
        subject=of.id,
        kind="decisions.counted",
        at=now,
        office="clock",
        n=outcome.voters,
        recommended=len(outcome.selected),
        outcome_sha256=row.outcome_sha256,
        ballots_sha256=row.ballots_sha256,
        seed=row.seed,
    )
    session.flush()
    return row


def _result(
    session: Session,
    of: Round,
    proposal: Proposal,
    step: Step,
    outcome: Outcome,
    now: datetime,
) -> None:
    proposal.votes = step.votes
    if step.verdict is Verdict.WITHDRAWN:
        return
    won = step.verdict is Verdict.FUNDED
    proposal.status = Status.RECOMMENDED if won else Status.NOT_RECOMMENDED
    record(
        session,
        district_id=of.district_id,
        round_id=of.id,
        subject=proposal.id,
        kind="decisions.recommended" if won else "decisions.not_recommended",
        at=now,
        office="clock",
        votes=step.votes,
        why=None if won else step.verdict.value,
        missing=step.missing or None,
        # Sums in the record are in tenge; an imported round has another money.
        needed=step.cost if step.missing and of.currency == "KZT" else None,
        # What was left, or what its supporters had left of their shares.
        available=step.cost - step.missing if step.missing and of.currency == "KZT" else None,
        threshold=outcome.threshold or None,
    )


def outcome_text(row: CountOutcome) -> str:
    """The canonical text of a stored outcome, whose SHA-256 is published."""
    return canonical(row.outcome)


def canonical(account: dict[str, Any]) -> str:
    """The one text of a stored account."""
    return json.dumps(account, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
