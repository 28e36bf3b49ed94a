"""Sealing: every acknowledged ballot, and nothing that leads to a person.

At the close the envelopes are opened, the choices shuffled and written as counted ballots with
random ids. The rights are taken out and put back, shuffled too and without their envelopes, and
the idempotency keys go: neither order nor transaction of any row tells when it was cast.
"""

from dataclasses import dataclass
from datetime import datetime
from secrets import SystemRandom

from sqlalchemy import Engine, select, text
from sqlmodel import Session

from app.core.clock import Clock
from app.core.ids import new_id
from app.core.keys import Keyring
from app.core.refusal import Refusal, insist
from app.ledger.actions import record
from app.people.queries import eligible
from app.rounds.models import Round, Stage
from app.rounds.queries import calendar_of, lock_round
from app.voting import box, envelopes, queries, rules, voters
from app.voting.models import Ballot, CastKey, Channel, CountedBallot, Turnout
from app.voting.readings import balance, settled


class SealBroken(Exception):
    """Ballots that do not open, or more or fewer than there should be. Nothing was sealed."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """How many online ballots lie among the counted ones; `now` when this call put them there."""

    online: int
    now: bool


def seal(session: Session, *, keyring: Keyring, clock: Clock, round_id: str) -> Sealed:
    """Seals the online ballots of a round whose voting has ended. Inside a transaction; idempotent.

    Takes the round's lock alone, so every cast that was acknowledged is in and none comes after.
    Raises Refusal("voting.still_open"), Refusal("voting.no_key") and SealBroken: a ballot that does
    not open stops the sealing and is never left out.
    """
    of = lock_round(session, round_id=round_id, alone=True)
    if of.sealed_at is not None:
        return Sealed(queries.rights_used(session, of=of, channel=Channel.ONLINE), now=False)
    if of.cancelled_at is not None:
        raise Refusal("rounds.cancelled", at=of.cancelled_at)
    now = clock.now()
    closes = calendar_of(session, round_id=round_id).begins(Stage.COUNTING)
    if now < closes:
        raise Refusal("voting.still_open", closes=closes)
    insist(envelopes.why_no_key(keyring, of))
    rights, opened = _open_all(session, keyring, of)
    _put_back(session, of, rights)
    _count_in(session, of, opened)
    of.sealed_at = now
    session.add(of)
    record(
        session,
        district_id=of.district_id,
        round_id=of.id,
        subject=of.id,
        kind="voting.sealed",
        at=now,
        office="clock",
        online=len(opened),
    )
    return Sealed(len(opened), now=True)


def _open_all(
    session: Session, keyring: Keyring, of: Round
) -> tuple[list[tuple[str, str]], list[list[int]]]:
    paper = queries.paper_of(session, of=of)
    rights: list[tuple[str, str]] = []
    opened: list[list[int]] = []
    broken = 0
    table = box.table_of(Ballot)
    for key, channel, envelope in session.connection().execute(
        select(table.c.ballot_key, table.c.channel, table.c.envelope).where(
            table.c.district_id == of.district_id, table.c.round_id == of.id
        )
    ):
        rights.append((key, channel))
        if channel != Channel.ONLINE:
            continue
        try:
            found = envelopes.open_(keyring, round_id=of.id, ballot_key=key, sealed=envelope)
        except envelopes.EnvelopeBroken:
            broken += 1
            continue
        if rules.why_not_choose(found, on=paper) is not None:
            broken += 1
            continue
        opened.append(list(found))
    if broken:
        raise SealBroken(f"round {of.id}: {broken} of {len(rights)} ballots do not open")
    return rights, opened


def _put_back(session: Session, of: Round, rights: list[tuple[str, str]]) -> None:
    """The same rights again, emptied, in an order that says nothing; the forms' keys go."""
    connection = session.connection()
    for model in (CastKey, Ballot):
        table = box.table_of(model)
        connection.execute(
            table.delete().where(table.c.district_id == of.district_id, table.c.round_id == of.id)
        )
    SystemRandom().shuffle(rights)
    if rights:
        connection.execute(
            box.table_of(Ballot).insert(),
            [
                {
                    "district_id": of.district_id,
                    "round_id": of.id,
                    "ballot_key": key,
                    "channel": channel,
                    "envelope": None,
                }
                for key, channel in rights
            ],
        )


def _count_in(session: Session, of: Round, ballots: list[list[int]]) -> None:
    SystemRandom().shuffle(ballots)
    if ballots:
        session.connection().execute(
            box.table_of(CountedBallot).insert(),
            [
                {
                    "district_id": of.district_id,
                    "round_id": of.id,
                    "id": new_id(),
                    "choices": choices,
                    "times": 1,
                }
                for choices in ballots
            ],
        )


def _eligible(session: Session, of: Round) -> int:
    closing = voters.closing_of(session, of=of)
    if closing is not None:
        return closing.size
    if of.eligible is not None:
        return of.eligible
    return eligible(
        session,
        district_id=of.district_id,
        of_age_on=of.of_age_on,
        listed_by=of.roll_closes_on,
    )


def sweep(engine: Engine) -> None:
    """Removes what the sealing deleted from the tables' files. After its commit; idempotent.

    PostgreSQL keeps deleted rows, envelopes and the transaction of each cast among them, until a
    vacuum; with the round's key they would still tell who voted how. SQLite overwrites what it
    deletes (`secure_delete`).
    """
    if engine.dialect.name != "postgresql":
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for model in (Ballot, CastKey):
            connection.execute(text(f"VACUUM (FULL) {box.table_of(model).name}"))


def close_paper(session: Session, *, round_id: str, now: datetime) -> Turnout:
    """Adds the settled paper ballots and writes where every sheet went. Inside a transaction.

    Possible once the online ballots are sealed, and either every sheet is accounted for or the
    results' stage has begun; what is unsettled then stays so, in public. Idempotent.
    """
    of = lock_round(session, round_id=round_id, alone=True)
    written = queries.turnout(session, district_id=of.district_id, round_id=round_id)
    if written is not None:
        return written
    if of.cancelled_at is not None:
        raise Refusal("rounds.cancelled", at=of.cancelled_at)
    if of.sealed_at is None:
        raise Refusal("voting.not_sealed")
    sheets = balance(session, of=of)
    results = calendar_of(session, round_id=round_id).begins(Stage.RESULTS)
    if sheets.waiting and now < results:
        raise Refusal("voting.paper_open", results=results)
    online = queries.rights_used(session, of=of, channel=Channel.ONLINE)
    if online != sum(times for _, times in queries.counted(session, round_id=round_id)):
        raise SealBroken(f"round {of.id}: counted ballots and rights used online differ")
    _count_in(session, of, [list(one) for one in settled(session, of=of)])
    made = Turnout(
        district_id=of.district_id,
        round_id=of.id,
        eligible=_eligible(session, of),
        online=online,
        paper_issued=sheets.issued,
        paper_counted=sheets.agreed,
        paper_spoiled=sheets.spoiled,
        paper_unsettled=sheets.once + sheets.differing,
        paper_missing=sheets.not_entered,
        printed=sheets.printed,
    )
    session.add(made)
    record(
        session,
        district_id=of.district_id,
        round_id=of.id,
        subject=of.id,
        kind="voting.paper_closed",
        at=now,
        office="clock",
        printed=sheets.printed,
        issued=sheets.issued,
        counted=sheets.agreed,
        spoiled=sheets.spoiled,
        unsettled=sheets.once + sheets.differing,
        missing=sheets.not_entered,
    )
    return made
