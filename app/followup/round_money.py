"""A round's money from what was asked about to the last tenge, project by project. Whole tenge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from app.budget.models import BudgetVersion, Kind
from app.budget.project_lines import ProjectLine, project_lines
from app.budget.queries import published
from app.budget.sums import share, totals
from app.decisions.models import Body, Said, Word
from app.decisions.queries import newest_words, result_of, voted_on
from app.decisions.rules import BudgetState, budget_state
from app.decisions.shrinking import Shrunk, chosen, shrunk
from app.followup.models import Spare, Works
from app.followup.queries import works_of
from app.followup.spare import SpareSums, spares_of, sums_of
from app.proposals.models import Proposal
from app.rounds.models import Round

DRAFTED = (Kind.DRAFT, Kind.AGREED)
APPROVED = (Kind.APPROVED, Kind.REFINED)


@dataclass(frozen=True, slots=True)
class At:
    """What a project has at one station: the sum, where it stands published, the word on it."""

    amount: int | None = None
    version: BudgetVersion | None = None
    word: Word | None = None

    @property
    def cut(self) -> bool:
        """Whether it was reduced or removed here."""
        return self.word is not None and self.word.said != Said.AGREED


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """A project of the round: what it had at every station."""

    proposal: Proposal
    state: BudgetState
    voted: int
    draft: At
    raion: At
    approved: At
    works: Works | None
    paid: int
    dropped: bool  # by the rules, because the sum is smaller

    @property
    def contracted(self) -> int | None:
        """The sum of the contract."""
        return self.works.contract if self.works else None


@dataclass(frozen=True, slots=True)
class RoundMoney:
    """All of a round's money."""

    rows: tuple[MoneyRow, ...]  # in the order of their choice, then what was taken in besides
    shrunk: Shrunk | None
    spares: tuple[Spare, ...]
    sums: SpareSums
    whole: int | None  # the spending of the year's budget, by the plan that holds
    plan: BudgetVersion | None

    def share_of(self, amount: int) -> float | None:
        """What part of the whole budget this is, 0..1."""
        return share(amount, self.whole)

    def total(self, name: str) -> int:
        """What a column comes to."""
        found = [getattr(row, name) for row in self.rows]
        amounts = [one.amount if isinstance(one, At) else one for one in found]
        return sum(one or 0 for one in amounts)


def round_money(session: Session, *, of: Round) -> RoundMoney:
    """The money of one round of ours, from the vote on."""
    district_id = of.district_id
    result = result_of(session, district_id=district_id, round_id=of.id)
    proposals = voted_on(session, district_id=district_id, round_id=of.id)
    words = newest_words(session, district_id=district_id, round_id=of.id)
    order = chosen(result.outcome) if result else ()
    less = shrunk(of, result.outcome, proposals=proposals, words=words) if result else None
    won = [proposals[number] for number in order if number in proposals]
    # A project that was not recommended has money only where somebody departed from the vote.
    besides = [
        one
        for one in proposals.values()
        if one not in won and _wanted(budget_state(words.get(one.id, {})))
    ]
    shown = [*won, *sorted(besides, key=lambda one: one.ballot_number or 0)]
    lines: dict[str, list[ProjectLine]] = {}
    for found in project_lines(
        session, district_id=district_id, proposal_ids=[one.id for one in shown]
    ):
        if found.version.year == of.budget_year and found.line.proposal_id:
            lines.setdefault(found.line.proposal_id, []).append(found)
    works = {row.proposal.id: row for row in works_of(session, district_ids=[district_id])}
    plan = published(session, district_id=district_id, year=of.budget_year)
    spares = tuple(spares_of(session, district_id=district_id, round_id=of.id))
    return RoundMoney(
        rows=tuple(
            _row(
                one,
                words.get(one.id, {}),
                lines.get(one.id, ()),
                works[one.id].works if one.id in works else None,
                works[one.id].paid if one.id in works else 0,
                dropped=less is not None and one.id in less.dropped,
            )
            for one in shown
        ),
        shrunk=less,
        spares=spares,
        sums=sums_of(spares),
        whole=totals(plan.lines).get("spending") if plan else None,
        plan=plan.version if plan else None,
    )


def _wanted(state: BudgetState) -> bool:
    return state not in (BudgetState.OPEN, BudgetState.OUT)


def _row(
    proposal: Proposal,
    words: Mapping[Body, Word],
    lines: Sequence[ProjectLine],
    works: Works | None,
    paid: int,
    *,
    dropped: bool,
) -> MoneyRow:
    state = budget_state(words)
    return MoneyRow(
        proposal=proposal,
        state=state,
        voted=proposal.price or 0,
        draft=_at(_newest(lines, DRAFTED), _agreed(words) if _wanted(state) else None),
        raion=_at(_newest(lines, (Kind.AT_RAION,)), words.get(Body.RAION), word_first=True),
        approved=_at(_newest(lines, APPROVED), words.get(Body.MASLIKHAT)),
        works=works,
        paid=paid,
        dropped=dropped,
    )


def _newest(lines: Sequence[ProjectLine], kinds: Sequence[Kind]) -> ProjectLine | None:
    return next((one for one in reversed(lines) if one.version.kind in kinds), None)


def _agreed(words: Mapping[Body, Word]) -> Word | None:
    """The akim's word: by it a project goes into the draft, before a draft is published."""
    return words.get(Body.AKIM)


def _at(found: ProjectLine | None, word: Word | None, *, word_first: bool = False) -> At:
    said = None
    if word is not None:
        said = 0 if word.said == Said.DECLINED else word.amount
    line = found.line.amount if found else None
    amounts = (said, line) if word_first else (line, said)
    return At(
        amount=next((one for one in amounts if one is not None), None),
        version=found.version if found else None,
        word=word,
    )
