"""Telling people that a vote was cast in their name: later, many at once, in no order.

Never in the transaction of a cast. Twice a day while the vote runs, and once after its close
before the sealing empties the envelopes, all who are due are told together; a batch of fewer than
three waits for the next one, so that none points at one person. What is kept of it is a keyed hash.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import SystemRandom

from sqlalchemy import Row, and_
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, func, select

from app.core.clock import Clock, at, day_of
from app.core.keys import Keyring
from app.core.models import Mark
from app.core.refusal import Refusal
from app.notices import outbox
from app.notices.models import NoticeChoice, Telling
from app.people.models import RollEntry
from app.people.phone_models import PersonPhone
from app.places.models import District
from app.rounds.calendar import Calendar
from app.rounds.models import Round, Stage
from app.rounds.queries import calendar_of, lock_round
from app.voting import box, envelopes
from app.voting.list_models import Told
from app.voting.models import Ballot, Channel

HOURS = (9, 19)  # of the day in Kazakhstan
FEWEST = 3
USELESS_AFTER = timedelta(days=2)
CODES = {Channel.ONLINE: "voting.cast_in_your_name", Channel.PAPER: "voting.paper_in_your_name"}


@dataclass(frozen=True, slots=True)
class _Due:
    person_id: str
    to: str
    lang: str
    channel: Channel
    told_key: str
    of_mac: str


def newest_batch(of: Calendar, now: datetime) -> datetime | None:
    """The moment of the newest batch that has come; the last one comes with the close."""
    opens, closes = of.begins(Stage.VOTING), of.begins(Stage.COUNTING)
    if now >= closes:
        return closes
    today = day_of(now)
    moments = [at(day, hour) for day in (today - timedelta(days=1), today) for hour in HOURS]
    return max((one for one in moments if opens < one <= now), default=None)


def is_due(session: Session, *, of: Round, calendar: Calendar, now: datetime) -> bool:
    """Whether a batch of this round has come and was not given yet. Reads only."""
    moment = newest_batch(calendar, now)
    if moment is None or of.sealed_at is not None or of.cancelled_at is not None:
        return False
    given = session.get(Mark, _mark(of.id), populate_existing=True)
    return given is None or datetime.fromisoformat(given.value) < moment


def tell(session: Session, *, keyring: Keyring, clock: Clock, round_id: str) -> int:
    """Gives the batch that is due, once; returns how many are told. Inside a transaction.

    Takes the round's lock alone: two ticks give one batch, and no cast comes in between.
    """
    of = lock_round(session, round_id=round_id, alone=True)
    calendar, now = calendar_of(session, round_id=round_id), clock.now()
    if not is_due(session, of=of, calendar=calendar, now=now):
        return 0
    moment = newest_batch(calendar, now)
    assert moment is not None
    session.merge(Mark(key=_mark(of.id), value=moment.isoformat()))
    if envelopes.why_no_key(keyring, of):
        return 0
    due = _due(session, keyring=keyring, of=of)
    last = moment == calendar.begins(Stage.COUNTING)
    if not due or (len(due) < FEWEST and not last):
        return 0
    _note(session, of, due)
    _send(session, keyring, of, due, now)
    return len(due)


def why_not_choose(
    session: Session, *, person_id: str, channel: Telling, shared_too: bool
) -> Refusal | None:
    """Why somebody cannot be told in this way."""
    if channel is Telling.PAGE:
        return None
    phone = session.get(PersonPhone, person_id)
    if phone is None:
        return Refusal("voting.notice_no_phone", field="channel")
    if not shared_too and is_shared(session, phone=phone):
        return Refusal("voting.notice_shared", field="shared_too")
    return None


def choose(
    session: Session, *, person_id: str, channel: Telling, shared_too: bool, lang: str
) -> None:
    """Keeps how somebody wants to be told. The caller has asked `why_not_choose`."""
    values = {"channel": channel.value, "shared_too": shared_too, "lang": lang}
    session.execute(
        _insert(session, NoticeChoice)
        .values(person_id=person_id, **values)
        .on_conflict_do_update(index_elements=["person_id"], set_=values)
    )


def is_shared(session: Session, *, phone: PersonPhone) -> bool:
    """Whether others sign in by this number too."""
    people = session.exec(
        select(func.count())
        .select_from(PersonPhone)
        .where(PersonPhone.phone_mac == phone.phone_mac)
    ).one()
    return phone.needs_card or people > 1


def _due(session: Session, *, keyring: Keyring, of: Round) -> list[_Due]:
    """Whose right was used since they were told last, of those who want a message."""
    wanting = _wanting(session, of)
    ballots = _ballots(session, of)
    told = dict(
        session.exec(
            select(Told.told_key, Told.of_mac).where(
                Told.district_id == of.district_id, Told.round_id == of.id
            )
        ).all()
    )
    due = []
    for choice, phone in wanting:
        key = envelopes.ballot_key(keyring, round_id=of.id, person_id=choice.person_id)
        if key not in ballots:
            continue
        channel, envelope = ballots[key]
        inside = sha256(envelope or b"").hexdigest()
        of_mac = keyring.round_mac(of.id, "told-of", key, channel, inside)
        told_key = keyring.round_mac(of.id, "told", choice.person_id)
        if told.get(told_key) == of_mac:
            continue
        to = keyring.unseal("phone", phone.person_id, phone.sealed)
        due.append(_Due(choice.person_id, to, choice.lang, channel, told_key, of_mac))
    return due


def _wanting(session: Session, of: Round) -> list[tuple[NoticeChoice, PersonPhone]]:
    """Who of this roll chose a message, and may have one: not on a number that others read."""
    rows = session.exec(
        select(NoticeChoice, PersonPhone)
        .join(PersonPhone, col(PersonPhone.person_id) == col(NoticeChoice.person_id))
        .where(NoticeChoice.channel == Telling.SMS)
        .where(
            col(NoticeChoice.person_id).in_(
                select(RollEntry.person_id).where(RollEntry.district_id == of.district_id)
            )
        )
    ).all()
    crowded = set(
        session.exec(
            select(PersonPhone.phone_mac).group_by(PersonPhone.phone_mac).having(func.count() > 1)
        ).all()
    )
    return [
        (choice, phone)
        for choice, phone in rows
        if choice.shared_too or not (phone.needs_card or phone.phone_mac in crowded)
    ]


def _ballots(session: Session, of: Round) -> dict[str, tuple[Channel, bytes | None]]:
    table = box.table_of(Ballot)
    rows = session.connection().execute(
        table.select().where(and_(table.c.district_id == of.district_id, table.c.round_id == of.id))
    )

    def right(row: Row[tuple[object, ...]]) -> tuple[Channel, bytes | None]:
        return Channel(row.channel), row.envelope

    return {row.ballot_key: right(row) for row in rows}


def _note(session: Session, of: Round, due: list[_Due]) -> None:
    rows = [
        {
            "district_id": of.district_id,
            "round_id": of.id,
            "told_key": one.told_key,
            "of_mac": one.of_mac,
        }
        for one in due
    ]
    SystemRandom().shuffle(rows)
    statement = _insert(session, Told)
    session.connection().execute(
        statement.on_conflict_do_update(
            index_elements=["district_id", "round_id", "told_key"],
            set_={"of_mac": statement.excluded.of_mac},
        ),
        rows,
    )


def _send(session: Session, keyring: Keyring, of: Round, due: list[_Due], now: datetime) -> None:
    # Shuffled once more: the order of the messages is not the order of the notes either.
    messages = list(due)
    SystemRandom().shuffle(messages)
    district = session.get_one(District, of.district_id)
    for one in messages:
        outbox.put(
            session,
            keyring=keyring,
            kind="cast",
            to=one.to,
            code=CODES[one.channel],
            lang=one.lang,
            facts={
                "place": district.name_kk if one.lang == "kk" else district.name_ru,
                "phone": district.phone,
            },
            now=now,
            ends_at=now + USELESS_AFTER,
        )


def _mark(round_id: str) -> str:
    return f"told:{round_id}"


def _insert(
    session: Session, model: type[Told] | type[NoticeChoice]
) -> postgresql.Insert | sqlite.Insert:
    dialect = session.get_bind().dialect.name
    table = box.table_of(model)
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
