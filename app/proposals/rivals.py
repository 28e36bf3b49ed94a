"""Groups of projects that exclude each other: named by the office, in public, until voting opens.

Two roads on one plot cannot both be built. Of a group at most one project is taken; which, the vote
says. Groups are frozen with the list of projects.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from app.core.refusal import Refusal, insist
from app.ledger.actions import record
from app.proposals.models import VOTED, Proposal, Status
from app.rounds.calendar import Act, Calendar, why_not_now
from app.rounds.models import Round
from app.rounds.queries import calendar_of, lock_round

GROUPS = ("A", "B", "C", "D", "E", "F", "G", "H")
WORDS_MOST = 500  # letters of the reason


def groupable(session: Session, *, district_id: str, round_id: str) -> Sequence[Proposal]:
    """The admitted proposals of a round, by their numbers."""
    return session.exec(
        select(Proposal)
        .where(Proposal.district_id == district_id, Proposal.round_id == round_id)
        .where(Proposal.status == Status.ADMITTED)
        .order_by(col(Proposal.number))
    ).all()


def rivals_of(session: Session, *, proposal: Proposal) -> Sequence[Proposal]:
    """The other projects of a proposal's group that stand for the vote, or stood."""
    if not proposal.rival_group:
        return ()
    return session.exec(
        select(Proposal)
        .where(Proposal.district_id == proposal.district_id)
        .where(Proposal.round_id == proposal.round_id, Proposal.id != proposal.id)
        .where(Proposal.rival_group == proposal.rival_group)
        .where(col(Proposal.status).in_((Status.ADMITTED, *VOTED)))
        .order_by(col(Proposal.ballot_number), col(Proposal.number))
    ).all()


def why_not_set_rivals(of: Round, calendar: Calendar, now: datetime) -> Refusal | None:
    """Why no groups can be named now: with the list they are frozen for good."""
    if of.frozen_at is not None:
        return Refusal("rounds.frozen", at=of.frozen_at)
    return why_not_now(Act.REVIEW, calendar, now)


def why_not_groups(
    groups: Mapping[str, str], *, known: Collection[str], words_kk: str, words_ru: str
) -> Refusal | None:
    """Why these groups (proposal's number → group, "" for none) cannot be named so."""
    for number, group in groups.items():
        if number not in known or (group and group not in GROUPS):
            return Refusal("rivals.unknown", field=f"group-{number}")
    named = list(groups.values())
    for number, group in groups.items():
        if group and named.count(group) == 1:
            return Refusal("rivals.alone", field=f"group-{number}")
    for field, words in (("words_kk", words_kk), ("words_ru", words_ru)):
        if not words.strip():
            return Refusal("rivals.words", field=field)
        if len(words) > WORDS_MOST:
            return Refusal("form.too_long", field=field, most=WORDS_MOST)
    return None


def set_rivals(
    session: Session,
    *,
    district_id: str,
    round_id: str,
    groups: Mapping[str, str],
    words_kk: str,
    words_ru: str,
    by_name: str,
    now: datetime,
) -> tuple[str, ...]:
    """Names the groups and says why; the numbers of the proposals whose rivals are others now.

    Each of them gets its entry in the record. A proposal that is not named keeps its group.
    Raises Refusal rounds.frozen, rounds.not_yet, rounds.closed, rivals.unknown, rivals.alone,
    rivals.words, rivals.nothing_changed.
    """
    of = lock_round(session, round_id=round_id, alone=True)
    if of.district_id != district_id:
        raise LookupError(round_id)
    insist(why_not_set_rivals(of, calendar_of(session, round_id=round_id), now))
    projects = groupable(session, district_id=district_id, round_id=round_id)
    was = {one.number or "": one.rival_group for one in projects}
    becomes = {**was, **groups}
    insist(why_not_groups(becomes, known=was, words_kk=words_kk, words_ru=words_ru))
    changed = []
    for one in projects:
        number = one.number or ""
        old, new = _others(was, number), _others(becomes, number)
        one.rival_group = becomes[number]
        session.add(one)
        if old == new:
            continue
        changed.append(number)
        record(
            session,
            district_id=district_id,
            round_id=round_id,
            subject=one.id,
            kind="proposals.rivals_set" if new else "proposals.rivals_lifted",
            at=now,
            office="clerk",
            by_name=by_name,
            before={"rivals": old},
            after={"rivals": new},
            rivals=", ".join(new) or None,
            rivals_before=", ".join(old) or None,
            words_kk=words_kk.strip(),
            words_ru=words_ru.strip(),
        )
    if not changed:
        raise Refusal("rivals.nothing_changed")
    session.flush()
    return tuple(changed)


def _others(groups: Mapping[str, str], number: str) -> list[str]:
    """The others of a proposal's group."""
    group = groups[number]
    return sorted(
        one for one, other in groups.items() if group and other == group and one != number
    )
