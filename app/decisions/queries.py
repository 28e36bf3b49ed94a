"""Reading results and decisions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from app.counting.compare import OutcomesCompared, Preferred
from app.counting.outcome import Outcome
from app.decisions.counting import canonical, outcome_text
from app.decisions.models import Assembly, Body, CountOutcome, TieDecision, Word
from app.proposals.models import Proposal
from app.rounds.models import Round


@dataclass(frozen=True, slots=True)
class Compared:
    """What the other rule would have chosen; in `held` the round's own outcome is the first."""

    other: Outcome
    held: OutcomesCompared


@dataclass(frozen=True, slots=True)
class Result:
    """A stored count without its ballots, which are large."""

    outcome: Outcome
    draw_value: str
    outcome_sha256: str
    ballots_sha256: str
    ballots_size: int  # bytes
    at: datetime
    compared: Compared | None = None


@dataclass(frozen=True, slots=True)
class Departure:
    """A word against the vote that holds, with the project it is about."""

    proposal: Proposal
    word: Word


def result_of(session: Session, *, district_id: str, round_id: str) -> Result | None:
    """What the count came to; None until it is stored."""
    row = session.exec(
        select(CountOutcome)
        .where(CountOutcome.district_id == district_id, CountOutcome.round_id == round_id)
        .options(defer(CountOutcome.ballots_pb))  # type: ignore[arg-type]
    ).first()
    if row is None:
        return None
    return Result(
        outcome=Outcome.from_json(outcome_text(row)),
        draw_value=row.draw_value,
        outcome_sha256=row.outcome_sha256,
        ballots_sha256=row.ballots_sha256,
        ballots_size=row.ballots_size,
        at=row.at,
        compared=_compared(row),
    )


def _compared(row: CountOutcome) -> Compared | None:
    if row.compared is None:
        return None
    held = dict(row.compared)
    other = held.pop("outcome")
    for how in ("by_number", "by_cost"):
        held[how] = Preferred(**held[how])
    return Compared(Outcome.from_json(canonical(other)), OutcomesCompared(**held))


def ballots_pb(session: Session, *, district_id: str, round_id: str) -> str | None:
    """The published file of the ballots."""
    return session.exec(
        select(CountOutcome.ballots_pb).where(
            CountOutcome.district_id == district_id, CountOutcome.round_id == round_id
        )
    ).first()


def voted_on(session: Session, *, district_id: str, round_id: str) -> dict[str, Proposal]:
    """The proposals that were on the ballot, by their number as the count names them."""
    rows = session.exec(
        select(Proposal).where(
            Proposal.district_id == district_id,
            Proposal.round_id == round_id,
            col(Proposal.ballot_number).is_not(None),
        )
    )
    return {str(row.ballot_number): row for row in rows}


def tie_decisions(session: Session, *, district_id: str, round_id: str) -> Sequence[TieDecision]:
    """What the commission decided between equal projects of a round, as it came."""
    return session.exec(
        select(TieDecision)
        .where(TieDecision.district_id == district_id, TieDecision.round_id == round_id)
        .order_by(col(TieDecision.number))
    ).all()


def newest_words(
    session: Session, *, district_id: str, round_id: str
) -> dict[str, dict[Body, Word]]:
    """What every body said last of each project of a round: proposal's id → body → word."""
    rows = session.exec(
        select(Word)
        .where(Word.district_id == district_id, Word.round_id == round_id)
        .order_by(col(Word.version))
    )
    found: dict[str, dict[Body, Word]] = {}
    for row in rows:
        found.setdefault(row.proposal_id, {})[Body(row.body)] = row
    return found


def words_about(session: Session, *, district_id: str, proposal_id: str) -> Sequence[Word]:
    """Every version of every body's word on a project, as they came."""
    return session.exec(
        select(Word)
        .where(Word.district_id == district_id, Word.proposal_id == proposal_id)
        .order_by(col(Word.at), col(Word.version))
    ).all()


def departures(session: Session, *, district_ids: Collection[str]) -> list[Departure]:
    """The words against the vote that hold now, in these districts, the newest first."""
    rows = session.exec(
        select(Word, Proposal)
        .join(Proposal, col(Proposal.id) == col(Word.proposal_id))
        .where(
            col(Word.district_id).in_(district_ids),
            col(Proposal.district_id) == col(Word.district_id),
        )
        .order_by(col(Word.at).desc(), col(Word.version).desc(), col(Word.id))
    )
    holding: dict[tuple[str, str], Departure] = {}
    for word, proposal in rows:
        known = holding.get((word.proposal_id, word.body))
        if known is None or known.word.version < word.version:
            holding[(word.proposal_id, word.body)] = Departure(proposal, word)
    return [one for one in holding.values() if one.word.departs]


def assemblies_of(session: Session, *, district_id: str, round_id: str) -> Sequence[Assembly]:
    """The meetings that spoke of a round, oldest first."""
    return session.exec(
        select(Assembly)
        .where(Assembly.district_id == district_id, Assembly.round_id == round_id)
        .order_by(col(Assembly.held_on), col(Assembly.number))
    ).all()


def approval_of(session: Session, *, district_id: str, round_id: str) -> Word | None:
    """A word of the maslikhat on a round, which bears its decision's number and date."""
    return session.exec(
        select(Word)
        .where(
            Word.district_id == district_id,
            Word.round_id == round_id,
            Word.body == Body.MASLIKHAT,
        )
        .order_by(col(Word.at).desc(), col(Word.version).desc())
        .limit(1)
    ).first()


def counted_rounds(session: Session, *, district_id: str) -> Sequence[Round]:
    """The district's own rounds that were counted, the newest first; imported ones are left out."""
    return session.exec(
        select(Round)
        .where(
            Round.district_id == district_id,
            col(Round.counted_at).is_not(None),
            Round.imported_from == "",
        )
        .order_by(col(Round.key).desc())
    ).all()
