"""The districts of a raion side by side: counts that anyone may read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from app.core.clock import day_of
from app.decisions.models import Body, Word
from app.decisions.queries import departures
from app.decisions.rules import in_draft_budget
from app.followup.models import Question, QuestionState, Works
from app.people.models import Office, Official, Role
from app.places.models import District
from app.proposals.models import Proposal, Status
from app.rounds.calendar import Act, Calendar, Start, calendar
from app.rounds.models import Round, Stage, StageStart


@dataclass(frozen=True, slots=True)
class Standing:
    """How one district stands."""

    district: District
    round: Round | None  # under way, or the newest
    stage: Stage | None
    answers: int  # proposals whose answer was given or is due by now
    answers_late: int  # of them given late, or overdue today
    works: int
    works_late: int  # unfinished after the first promise
    departures: int
    questions: int
    questions_overdue: int


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the raion's maslikhat and the districts that elected them."""

    name: str
    constituency: tuple[str, ...]  # districts' ids


def side_by_side(
    session: Session, *, districts: Sequence[District], now: datetime
) -> list[Standing]:
    """How these districts stand, in the order given. Seven queries, however many they are."""
    ids = [district.id for district in districts]
    today = day_of(now)
    rounds = current_rounds(session, district_ids=ids, now=now)
    answers = answers_late(session, district_ids=ids, today=today)
    works: dict[str, list[bool]] = {}
    for district_id, promised_on, ready_on in session.exec(
        select(col(Works.district_id), col(Works.promised_on), col(Works.ready_on)).where(
            col(Works.district_id).in_(ids)
        )
    ):
        works.setdefault(district_id, []).append(ready_on is None and promised_on < today)
    departed: dict[str, int] = {}
    for one in departures(session, district_ids=ids):
        departed[one.word.district_id] = departed.get(one.word.district_id, 0) + 1
    asked: dict[str, list[bool]] = {}
    owed = (QuestionState.OPEN, QuestionState.NOT_ACCEPTED)
    for district_id, state, due in session.exec(
        select(col(Question.district_id), col(Question.state), col(Question.due)).where(
            col(Question.district_id).in_(ids)
        )
    ):
        asked.setdefault(district_id, []).append(state in owed and due < today)
    return [
        Standing(
            district=district,
            round=rounds[district.id][0] if district.id in rounds else None,
            stage=rounds[district.id][1].stage(now) if district.id in rounds else None,
            answers=len(answers.get(district.id, ())),
            answers_late=sum(answers.get(district.id, ())),
            works=len(works.get(district.id, ())),
            works_late=sum(works.get(district.id, ())),
            departures=departed.get(district.id, 0),
            questions=len(asked.get(district.id, ())),
            questions_overdue=sum(asked.get(district.id, ())),
        )
        for district in districts
    ]


def answers_late(
    session: Session, *, district_ids: Collection[str], today: date
) -> dict[str, list[bool]]:
    """Of each district's proposals that were answered or should be: whether that was late."""
    found: dict[str, list[bool]] = {}
    last_day = func.coalesce(Proposal.extended_until, Proposal.due)
    answered = col(Proposal.answered_at).is_not(None)
    off = select(Round.id).where(col(Round.cancelled_at).is_not(None))
    owed = (
        (col(Proposal.status) == Status.SUBMITTED)
        & col(Proposal.waiting_since).is_(None)
        & col(Proposal.round_id).not_in(off)  # in a round that was called off nothing is owed
    )
    for district_id, last, answered_at in session.exec(
        select(col(Proposal.district_id), last_day, col(Proposal.answered_at)).where(
            col(Proposal.district_id).in_(district_ids),
            col(Proposal.due).is_not(None),
            answered | owed,
        )
    ):
        if answered_at is not None:
            found.setdefault(district_id, []).append(day_of(answered_at) > last)
        elif last < today:
            found.setdefault(district_id, []).append(True)
    return found


def current_rounds(
    session: Session, *, district_ids: Collection[str], now: datetime
) -> dict[str, tuple[Round, Calendar]]:
    """The round of each district that is under way, or its newest; imported ones are left out."""
    found: dict[str, tuple[Round, Calendar]] = {}
    for of, calendar_ in rounds_with_calendars(session, district_ids=district_ids):
        under_way = calendar_.stage(now) not in (None, Stage.WORKS, Stage.EVALUATED)
        known = found.get(of.district_id)
        if known is None or (
            under_way and known[1].stage(now) in (None, Stage.WORKS, Stage.EVALUATED)
        ):
            found[of.district_id] = (of, calendar_)
    return found


def rounds_with_calendars(
    session: Session, *, district_ids: Collection[str]
) -> list[tuple[Round, Calendar]]:
    """All own rounds of these districts with their calendars, the newest first: two queries."""
    starts: dict[str, list[Start]] = {}
    for row in session.exec(
        select(StageStart).where(col(StageStart.district_id).in_(district_ids))
    ):
        starts.setdefault(row.round_id, []).append(Start(Stage(row.stage), row.starts_at))
    rounds = session.exec(
        select(Round)
        .where(col(Round.district_id).in_(district_ids), Round.imported_from == "")
        .order_by(col(Round.key).desc())
    )
    return [
        (of, calendar(starts[of.id], cancelled_at=of.cancelled_at))
        for of in rounds
        if of.id in starts
    ]


def waiting_for_approval(
    session: Session, *, district_ids: Collection[str], now: datetime
) -> list[Round]:
    """Rounds with projects in the draft budget of which the maslikhat has not spoken yet."""
    words: dict[str, dict[str, dict[Body, Word]]] = {}
    for word in session.exec(
        select(Word).where(col(Word.district_id).in_(district_ids)).order_by(col(Word.version))
    ):
        about = words.setdefault(word.round_id, {}).setdefault(word.proposal_id, {})
        about[Body(word.body)] = word
    return [
        of
        for of, calendar_ in rounds_with_calendars(session, district_ids=district_ids)
        if calendar_.allows(Act.RECORD_APPROVAL, now)
        and any(
            in_draft_budget(said) and Body.MASLIKHAT not in said
            for said in words.get(of.id, {}).values()
        )
    ]


def members(session: Session, *, raion_kato: str, today: date) -> list[Member]:
    """The members of the raion's maslikhat whose term runs, by name."""
    rows = session.exec(
        select(Official.full_name, Office)
        .where(
            Office.official_id == Official.id,
            Office.role == Role.MASLIKHAT,
            Office.raion_kato == raion_kato,
            Office.since <= today,
            col(Official.closed_at).is_(None),
        )
        .order_by(col(Official.full_name))
    )
    return [
        Member(name, tuple(office.constituency))
        for name, office in rows
        if office.until is None or office.until >= today
    ]


def share_late(standing: Standing) -> float | None:
    """Which part of a district's answers came late; None where none was due yet."""
    return standing.answers_late / standing.answers if standing.answers else None
