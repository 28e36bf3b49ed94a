"""A past round made out of a real election: a Pabulib file with its projects and ballots.

The ballots come in as they are published, equal ones as one row; the count is ours, by the file's
own rule where it says it so that it can be followed, otherwise by most votes with the file's
threshold, and what the file itself calls selected is kept beside it.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, select

from app.core.clock import at, day_of
from app.core.ids import new_id
from app.core.refusal import Refusal
from app.core.text import clean, fold
from app.counting import most_votes, recipe, score
from app.counting.as_published import GREEDY, NO_SKIP, replay, why_not_replayed
from app.counting.asked import Asked, CannotCount
from app.counting.compare import compare
from app.counting.outcome import Outcome
from app.counting.pabulib import PbFile, PbVote, VoteType, read, to_text
from app.counting.pb_file import WITH_POINTS
from app.decisions.counting import on_ballot, store
from app.decisions.models import CountOutcome
from app.ledger.actions import record
from app.places.models import District
from app.proposals.models import Proposal, Status
from app.rounds.calendar import ORDER
from app.rounds.models import CountingRule, Round, Stage, StageStart
from app.voting.models import CountedBallot

MOST_BYTES = 60_000_000
_CHUNK = 2_000
_TITLE = 300


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import made."""

    key: str
    projects: int
    ballots: int
    outcome: CountOutcome
    differs: tuple[str, ...]  # projects that the file and our count do not both call selected


def import_round(
    session: Session, *, district_id: str, data: bytes, source: str, now: datetime
) -> Imported:
    """Makes a counted past round of the bytes of a Pabulib file; `source` names where it is from.

    Raises BadFile with the line for a file that is wrong, Refusal for one that is not of the past.
    Give it the caller's transaction: all of it or nothing.
    """
    if len(data) > MOST_BYTES:
        raise Refusal("decisions.file_too_large")
    district = session.get(District, district_id)
    if district is None:
        raise Refusal("decisions.no_round")
    file = _anonymous(read(data))
    begins, ends = _dates(file, now)
    of = _round(session, district, file, source=source, begins=begins, ends=ends, now=now)
    session.add(of)
    session.flush()
    session.add_all(_starts(of, begins, ends))
    session.flush()
    ids = _numbers(file)
    session.execute(insert(Proposal), list(_proposals(of, file, ids, now)))
    _keep_ballots(session, of, file, ids)

    # The count goes by our own numbers, so that rows, ballots and account name projects alike.
    numbered = _numbered(file, ids)
    outcome, other = _count(numbered)
    _by_rule(of, outcome, compared=other is not None)
    stored = store(
        session,
        of,
        outcome=outcome,
        ballots_pb=to_text(numbered),
        proposals=on_ballot(session, of),
        compared=None
        if other is None
        else {
            "outcome": other.account(),
            **asdict(compare(outcome, other, numbered.election(seed=outcome.seed))),
        },
        now=now,
    )
    theirs = numbered.selected()
    differs = () if theirs is None else tuple(sorted(theirs ^ set(outcome.selected), key=int))
    record(
        session,
        district_id=district_id,
        round_id=of.id,
        subject=of.id,
        kind="decisions.imported",
        at=now,
        office="operator",
        source=source,
        rule=file.rule,
        vote_type=file.vote_type.value,
        differs=list(differs),
    )
    return Imported(of.key, len(file.projects), len(file.votes), stored, differs)


def _count(numbered: PbFile) -> tuple[Outcome, Outcome | None]:
    """By the file's own rule where it can be followed, and what its last step did not take."""
    plain = numbered.rule in GREEDY - {NO_SKIP}  # most votes by another name
    said = _asked(numbered) is not None
    if (said or not plain) and why_not_replayed(numbered) is None:
        try:
            found = replay(numbered)
        except CannotCount:
            pass  # what the file says of itself does not hold: the page tells what differs
        else:
            return found.outcome, found.other
    return most_votes.count(numbered.election(), points=score.points(numbered)), None


def _asked(file: PbFile) -> Asked | None:
    """What the file's comment says of its own count; None where it cannot be followed either."""
    try:
        return recipe.asked_by(file.meta.get("comment", ""))
    except CannotCount:
        return None


def _by_rule(of: Round, outcome: Outcome, *, compared: bool) -> None:
    """The round says how it was counted, as one of ours does."""
    of.compare_rules = compared
    if outcome.shares is None:
        return
    of.counting_rule = CountingRule.EQUAL_SHARES
    of.completion = outcome.shares.completion
    if outcome.shares.utility == "number":
        of.utility = outcome.shares.utility


def _anonymous(file: PbFile) -> PbFile:
    """The file without what its ballots say of their voters."""
    kept = ("voter_id", "vote", "points") if _pointed(file) else ("voter_id", "vote")
    return replace(
        file,
        vote_columns=kept,
        votes=tuple(
            PbVote(vote.voter, vote.choices, vote.points, _cells(vote, kept)) for vote in file.votes
        ),
    )


def _pointed(file: PbFile) -> bool:
    return file.vote_type in WITH_POINTS


def _cells(vote: PbVote, columns: tuple[str, ...]) -> tuple[str, ...]:
    cells = (vote.voter, ",".join(vote.choices), ",".join(map(str, vote.points)))
    return cells[: len(columns)]


def _numbers(file: PbFile) -> dict[str, int]:
    """Numbers for the ballot: the file's own where they are such, for lots hang on them."""
    ids = [line.id for line in file.projects]
    own = {*ids} == {str(number) for number in range(1, len(ids) + 1)}
    return {one: int(one) if own else place for place, one in enumerate(ids, start=1)}


def _numbered(file: PbFile, ids: dict[str, int]) -> PbFile:
    """The same election with our numbers for the projects' ids; theirs stand beside them."""
    lines = tuple(
        line._replace(
            project=replace(line.project, id=str(ids[line.id])),
            fields={**line.fields, "project_id": str(ids[line.id]), "original_id": line.id},
        )
        for line in file.projects
    )
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    votes = []
    for vote in file.votes:
        choices = known.get(vote.choices)
        if choices is None:
            choices = tuple(str(ids[one]) for one in vote.choices)
            known[vote.choices] = choices
        numbered = PbVote(vote.voter, choices, vote.points, ())
        votes.append(numbered._replace(cells=_cells(numbered, file.vote_columns)))
    comment = file.meta.get("comment", "")
    with suppress(CannotCount, ValueError):
        comment = recipe.renumbered(comment, {one: str(number) for one, number in ids.items()})
    return replace(
        file,
        meta={**file.meta, "comment": comment} if comment else file.meta,
        project_columns=(*file.project_columns, "original_id"),
        projects=lines,
        votes=tuple(votes),
    )


def _dates(file: PbFile, now: datetime) -> tuple[date, date]:
    """The first and the last day of the vote. A year alone is the whole year."""
    first = _day(file.meta.get("date_begin", ""), last=False)
    last = _day(file.meta.get("date_end", ""), last=True)
    if first is None or last is None or last < first or first.year < 1988:
        raise Refusal("decisions.file_dates")
    if last + timedelta(days=2) > day_of(now):
        raise Refusal("decisions.file_not_past", ends=last)
    return first, last


def _day(text: str, *, last: bool) -> date | None:
    text = text.strip()
    try:
        if re.fullmatch(r"\d{4}", text):
            return date(int(text), 12, 31) if last else date(int(text), 1, 1)
        if found := re.fullmatch(r"(\d{1,2})[./](\d{1,2})[./](\d{4})", text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(text)
    except ValueError:
        return None


def _round(
    session: Session,
    district: District,
    file: PbFile,
    *,
    source: str,
    begins: date,
    ends: date,
    now: datetime,
) -> Round:
    if file.budget <= 0:
        raise Refusal("decisions.file_budget")
    most = file.max_length or max((len(set(vote.choices)) for vote in file.votes), default=1)
    if file.vote_type is VoteType.CHOOSE_ONE:
        most = 1
    place = ", ".join(
        part for part in (file.meta.get("unit", ""), file.meta.get("country", "")) if part
    )
    return Round(
        id=new_id(),
        district_id=district.id,
        key=_free_key(session, district.id, ends.year),
        budget_year=ends.year + 1,
        envelope=file.budget,
        envelope_kind="confirmed",
        envelope_basis_kk=clean(place)[:_TITLE],
        envelope_basis_ru=clean(place)[:_TITLE],
        most_choices=max(most, 1),
        nudge_choices=0,
        threshold=file.threshold,
        of_age_on=begins,
        roll_closes_on=begins,
        draw_day=ends,
        frozen_at=now,
        sealed_at=now,
        currency=clean(file.currency)[:12] or "?",
        minor_digits=file.decimals,
        imported_from=clean(source)[:_TITLE] or "file",
    )


def _free_key(session: Session, district_id: str, year: int) -> str:
    taken = set(session.exec(select(Round.key).where(Round.district_id == district_id)))
    key, again = str(year), 2
    while key in taken:
        key, again = f"{year}-{again}", again + 1
    return key


def _starts(of: Round, begins: date, ends: date) -> list[StageStart]:
    """A calendar around the file's dates; what a file does not tell is one hour each."""
    voting, close = at(begins), at(ends + timedelta(days=1))
    before = {
        Stage.ANNOUNCED: voting - timedelta(hours=3),
        Stage.PROPOSALS: voting - timedelta(hours=2),
        Stage.REVIEW: voting - timedelta(hours=1),
        Stage.VOTING: voting,
    }
    after = [stage for stage in ORDER if stage not in before]
    starts = before | {stage: close + timedelta(hours=hours) for hours, stage in enumerate(after)}
    return [
        StageStart(district_id=of.district_id, round_id=of.id, stage=stage, starts_at=starts[stage])
        for stage in ORDER
    ]


def _proposals(
    of: Round, file: PbFile, ids: dict[str, int], now: datetime
) -> Iterator[dict[str, Any]]:
    lang = clean(file.meta.get("language", "")).lower()[:2] or "en"
    for line in file.projects:
        title = clean(line.name)[:_TITLE] or line.id
        withdrawn = line.project.withdrawn
        yield {
            "id": new_id(),
            "district_id": of.district_id,
            "round_id": of.id,
            "status": Status.WITHDRAWN if withdrawn else Status.ON_BALLOT,
            "number": f"{of.key}-{ids[line.id]:04d}",
            "lang": lang if lang.isalpha() else "en",
            "title": title,
            "title_kk": title,
            "title_ru": title,
            "search": fold(title),
            "started_at": now,
            "submitted_at": now,
            "answered_at": now,
            "price": None if withdrawn or not line.project.cost else line.project.cost,
            "ballot_number": ids[line.id],
        }


def _keep_ballots(session: Session, of: Round, file: PbFile, ids: dict[str, int]) -> None:
    """Equal ballots as one row, in chunks; the order of rows is that of random ids."""
    together = Counter(
        tuple(sorted({ids[project] for project in vote.choices})) for vote in file.votes
    )
    rows: list[dict[str, Any]] = []
    for choices, times in together.items():
        rows.append(
            {
                "district_id": of.district_id,
                "round_id": of.id,
                "id": new_id(),
                "choices": list(choices),
                "times": times,
            }
        )
        if len(rows) == _CHUNK:
            session.execute(insert(CountedBallot), rows)
            rows = []
    if rows:
        session.execute(insert(CountedBallot), rows)
