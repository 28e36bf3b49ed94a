"""A round's list of voters: closed once, at its published moment, and public in two numbers.

From the closing on, the right to vote comes from these rows alone: whoever is taken off the roll
since, or moved to another one, keeps it, and whoever is added does not get one, until two officials
correct the list. A vote that was cast before such a correction stays counted: nobody can know whose
it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, and_, col, or_, select

from app.core.keys import Keyring
from app.core.refusal import Refusal, insist
from app.ledger.actions import record
from app.people import roll
from app.people.consent import private_of
from app.people.models import OffRoll, Person, RollEntry
from app.people.office_models import Consent
from app.people.roll_models import RollLock
from app.rounds.calendar import Calendar
from app.rounds.models import Round, Stage
from app.rounds.queries import calendar_of, lock_round
from app.rounds.rules import roll_closes_at
from app.voting import envelopes
from app.voting.box import table_of
from app.voting.list_models import RollClosing, Voter
from app.voting.small_cells import hidden_small
from app.voting.voters import closing_of, pseudonym, pseudonyms_of, root_of


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a correction did to the public numbers of one round's list."""

    round_id: str
    size: int
    root: str


def is_due(session: Session, *, of: Round, calendar: Calendar, now: datetime) -> bool:
    """Whether the clock demands anything of this round's list: its lock, or its closing."""
    closed = closing_of(session, of=of) is not None
    if not closed and of.frozen_at is not None:
        return False  # voting opened before lists were closed: it goes on by the roll itself
    lock = session.get(RollLock, (of.district_id, of.id))
    if lock is None or (lock.since, lock.until) != _locked(of, calendar):
        return True
    return not closed and now >= roll_closes_at(of, calendar)


def close_list(session: Session, *, keyring: Keyring, round_id: str, now: datetime) -> bool:
    """Closes the list of a round when its moment has come; whether this call closed it.

    Inside a transaction, by the clock, under the round's lock alone; idempotent. Before the moment
    it only sees to it that the roll is locked from that moment on, so that nothing slips in
    between the moment and this call. Raises Refusal("voting.no_key") without the round's key.
    """
    of = lock_round(session, round_id=round_id, alone=True)
    calendar = calendar_of(session, round_id=of.id)
    if not is_due(session, of=of, calendar=calendar, now=now):
        return False
    _keep_locked(session, of, calendar)
    if now < roll_closes_at(of, calendar) or closing_of(session, of=of) is not None:
        return False
    insist(envelopes.why_no_key(keyring, of))
    # A change of the roll that began before the moment is waited for, and is in.
    roll.begin_change(session, district_id=of.district_id, now=now, agreed=True)
    rows = _voters(session, keyring, of)
    if rows:
        session.connection().execute(table_of(Voter).insert(), rows)
    size, root = len(rows), root_of(row["pseudonym"] for row in rows)
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["settlement_id"]] = counts.get(row["settlement_id"], 0) + 1
    session.add(
        RollClosing(
            round_id=of.id,
            district_id=of.district_id,
            closed_at=now,
            first_size=size,
            first_root=root,
            size=size,
            root=root,
            by_settlement=hidden_small(counts),
        )
    )
    record(
        session,
        district_id=of.district_id,
        round_id=of.id,
        subject=of.id,
        kind="voting.list_closed",
        at=now,
        office="clock",
        after={"size": size, "root": root},
        size=size,
        root=root,
    )
    return True


def correct_closed(
    session: Session, *, keyring: Keyring, asked: Consent, now: datetime
) -> list[Corrected]:
    """Does what two officials agreed on: a correction of the roll and of its closed list.

    Inside the transaction of the agreement, before `consent.agree` deletes what was sealed. Every
    list of the district whose vote still runs is corrected, under its round's lock alone: a cast
    comes before and counts, or after and is asked anew. Raises Refusal("voting.list_final") once
    voting has closed, and those of the roll itself.
    """
    rounds = _locked_rounds(session, asked)
    of = next((one for one in rounds if one.id == asked.subject), None)
    if of is None:
        raise LookupError(asked.subject)
    insist(why_not_correct(of, calendar_of(session, round_id=of.id), now))
    todo = private_of(keyring, asked)
    do = str(todo.get("do", ""))
    person_id = _on_the_roll(session, keyring, asked, do, todo, now)
    if do == "add" and not _stands(session, of, person_id):
        return []  # on another roll: the raion's official is asked, and nothing changes yet
    return [
        _on_the_list(session, keyring, each, closing, asked, do, person_id, now)
        for each in rounds
        if why_not_correct(each, calendar_of(session, round_id=each.id), now) is None
        and (closing := closing_of(session, of=each)) is not None
    ]


def why_not_correct(of: Round, calendar: Calendar, now: datetime) -> Refusal | None:
    """Why a closed list cannot be corrected any more: the vote is over."""
    closes = calendar.begins(Stage.COUNTING)
    if of.cancelled_at is not None or now >= closes:
        return Refusal("voting.list_final", closes=of.cancelled_at or closes)
    return None


def _locked(of: Round, calendar: Calendar) -> tuple[datetime, datetime]:
    return roll_closes_at(of, calendar), calendar.begins(Stage.COUNTING)


def _keep_locked(session: Session, of: Round, calendar: Calendar) -> None:
    since, until = _locked(of, calendar)
    lock = session.get(RollLock, (of.district_id, of.id))
    if lock is None:
        lock = RollLock(district_id=of.district_id, round_id=of.id, since=since, until=until)
    lock.since, lock.until = since, until
    session.add(lock)
    session.flush()


def cancelled_locks(session: Session) -> Sequence[tuple[RollLock, Round]]:
    """The locks of rounds that were called off, while they still hold."""
    return session.exec(
        select(RollLock, Round)
        .join(Round, col(Round.id) == RollLock.round_id)
        .where(col(Round.cancelled_at).is_not(None), RollLock.until > col(Round.cancelled_at))
    ).all()


def unlock_cancelled(session: Session) -> None:
    """Opens the rolls again where a round was called off."""
    for lock, of in cancelled_locks(session):
        assert of.cancelled_at is not None
        lock.since, lock.until = min(lock.since, of.cancelled_at), of.cancelled_at
        session.add(lock)
    session.flush()


def _voters(session: Session, keyring: Keyring, of: Round) -> list[dict[str, Any]]:
    found = session.exec(
        select(RollEntry.person_id, RollEntry.settlement_id)
        .join(Person, col(Person.id) == RollEntry.person_id)
        .where(RollEntry.district_id == of.district_id, col(RollEntry.removed_on).is_(None))
        .where(Person.of_age_on <= of.of_age_on)
    ).all()
    rows = [_row(keyring, of, person_id, settlement_id) for person_id, settlement_id in found]
    return sorted(rows, key=lambda row: row["pseudonym"])


def _row(keyring: Keyring, of: Round, person_id: str, settlement_id: str) -> dict[str, Any]:
    return {
        "district_id": of.district_id,
        "round_id": of.id,
        "person_id": person_id,
        "settlement_id": settlement_id,
        "pseudonym": pseudonym(keyring, round_id=of.id, person_id=person_id),
    }


def _on_the_roll(
    session: Session,
    keyring: Keyring,
    asked: Consent,
    do: str,
    todo: dict[str, Any],
    now: datetime,
) -> str:
    """Corrects the roll itself as it was asked; returns whom it is about."""
    by_name = asked.first_name
    born = date.fromisoformat(todo["born"]) if todo.get("born") else None
    if do == "add":
        return roll.add_by_hand(
            session,
            keyring=keyring,
            district_id=asked.district_id,
            name=todo["name"],
            iin=todo["iin"],
            settlement_id=todo["settlement_id"],
            born=born,
            basis=todo["basis"],
            by_name=by_name,
            now=now,
            agreed=True,
        )
    if do == "off":
        roll.take_off(
            session,
            district_id=asked.district_id,
            person_id=todo["person_id"],
            why=OffRoll(todo["why"]),
            note=todo.get("note", ""),
            by_name=by_name,
            now=now,
            agreed=True,
        )
    elif do == "correct":
        roll.correct(
            session,
            keyring=keyring,
            district_id=asked.district_id,
            person_id=todo["person_id"],
            name=todo["name"],
            settlement_id=todo["settlement_id"],
            born=born,
            why=todo["why"],
            by_name=by_name,
            now=now,
            agreed=True,
        )
    else:
        raise ValueError(f"no correction is called {do!r}")
    return str(todo["person_id"])


def _stands(session: Session, of: Round, person_id: str) -> bool:
    return (
        session.exec(
            select(RollEntry.id)
            .where(RollEntry.district_id == of.district_id, RollEntry.person_id == person_id)
            .where(col(RollEntry.removed_on).is_(None))
        ).first()
        is not None
    )


def _locked_rounds(session: Session, asked: Consent) -> list[Round]:
    """The district's rounds that are asked about or have a closed list and are not sealed yet.

    Locked alone, and in one order for everybody, so that two corrections never wait for each other.
    """
    ids = session.exec(
        select(Round.id)
        .join(RollClosing, col(RollClosing.round_id) == Round.id, isouter=True)
        .where(Round.district_id == asked.district_id)
        .where(
            or_(
                Round.id == asked.subject,
                and_(col(RollClosing.round_id).is_not(None), col(Round.sealed_at).is_(None)),
            )
        )
        .order_by(col(Round.id))
    ).all()
    return [lock_round(session, round_id=one, alone=True) for one in ids]


def _on_the_list(
    session: Session,
    keyring: Keyring,
    of: Round,
    closing: RollClosing,
    asked: Consent,
    do: str,
    person_id: str,
    now: datetime,
) -> Corrected:
    """Brings one person's line in line with the roll, and says the new size and root in public."""
    entry = session.exec(
        select(RollEntry)
        .join(Person, col(Person.id) == RollEntry.person_id)
        .where(RollEntry.district_id == of.district_id, RollEntry.person_id == person_id)
        .where(col(RollEntry.removed_on).is_(None), Person.of_age_on <= of.of_age_on)
    ).first()
    table = table_of(Voter)
    here = (
        (table.c.district_id == of.district_id)
        & (table.c.round_id == of.id)
        & (table.c.person_id == person_id)
    )
    connection = session.connection()
    connection.execute(table.delete().where(here))
    if entry is not None:
        row = _row(keyring, of, person_id, entry.settlement_id)
        connection.execute(table.insert(), [row])
    old = {"size": closing.size, "root": closing.root}
    lines = pseudonyms_of(session, of=of)
    closing.size, closing.root = len(lines), root_of(lines)
    closing.corrections += 1
    session.add(closing)
    record(
        session,
        district_id=of.district_id,
        round_id=of.id,
        subject=of.id,
        kind="voting.list_corrected",
        at=now,
        office=asked.first_office,
        by_name=asked.first_name,
        before=old,
        after={"size": closing.size, "root": closing.root},
        do=do,
        old_size=old["size"],
        old_root=old["root"],
        size=closing.size,
        root=closing.root,
    )
    return Corrected(of.id, closing.size, closing.root)
