"""Can a dump of the database join a person and a choice? The attacks are run, on both engines.

Forty people sign in and vote one after the other, each with choices nobody else has. The thief
holds every row of every table in the order the engine keeps it: rowid and page on SQLite, `xmin`
and `ctid` on PostgreSQL, and the raw file. Beside the real tables a careless one is filled in the
very same transactions: the attacks must break it, or they would prove nothing here.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text
from sqlmodel import select

from app.core.database import transaction
from app.people.models import SignIn
from app.rounds.models import Round, Stage
from app.voting import box, envelopes, queries, sealing
from app.voting.actions import cast
from app.voting.models import Ballot
from tests.conftest import SetClock
from tests.postgres import cluster
from tests.town import STARTS, Town

VOTERS = 40
# Of 40 shuffled ballots one stands in its own place by chance; eleven or more once in 10^8 tries.
BY_CHANCE = 10
Order = list[tuple[int, ...]]
# The careless table writes its choices in a shape of its own, so that neither hides the other.
CARELESS = "[{}; {}; {}]"
SHAPES = ("[{}, {}, {}]", "[{},{},{}]", "{{{},{},{}}}", "{} {} {}", "{},{},{}")


@dataclass(slots=True)
class Crime:
    """What happened, and what the thief holds."""

    engine: Engine
    town: Town
    round: Round
    voters: list[str]  # in the order in which they voted
    truth: dict[str, tuple[int, ...]]

    def right(self, guessed: dict[str, tuple[int, ...]]) -> int:
        return sum(self.truth[person] == choices for person, choices in guessed.items())


@pytest.fixture
def crime(engine: Engine, town: Town, clock: SetClock) -> Crime:
    """Forty people vote; some change their minds; a careless table is filled along the way."""
    chance = random.Random(2026)
    made = town.round(most_choices=3)
    for number in range(12):
        town.proposal(made, f"Жоба {number + 1}")
    with transaction(town.session) as session:
        voters = [town.resident(f"Тұрғын {n}") for n in range(VOTERS)]
        session.connection().execute(
            text("CREATE TABLE careless (id INTEGER PRIMARY KEY, choices TEXT, cast_at TIMESTAMP)")
        )
    chance.shuffle(voters)
    said = chance.sample(list(combinations(range(1, 13), 3)), 2 * VOTERS)
    truth: dict[str, tuple[int, ...]] = {}
    turns = [(person, said[n]) for n, person in enumerate(voters)]
    again = chance.sample(voters, 10)
    turns = [(p, said[VOTERS + n]) for n, p in enumerate(again)] + turns
    for n, (person, choices) in enumerate(turns):
        clock.forward(seconds=37)
        town.ids["voter"] = person
        town.sign_in("voter")
        with transaction(town.session) as session:
            cast(
                session,
                keyring=town.keyring,
                clock=clock,
                district_id=made.district_id,
                round_id=made.id,
                person_id=person,
                choices=choices,
                idem=f"form {n}",
            )
            if (person, choices) in turns[-VOTERS:]:
                session.connection().execute(
                    text("INSERT INTO careless VALUES (:id, :choices, :at)"),
                    {"id": n, "choices": CARELESS.format(*choices), "at": str(clock.now())},
                )
        truth[person] = choices
    return Crime(engine, town, made, voters, truth)


def seal(crime: Crime, clock: SetClock) -> None:
    clock.set(STARTS[Stage.COUNTING])
    with transaction(crime.town.session) as session:
        sealed = sealing.seal(
            session, keyring=crime.town.keyring, clock=clock, round_id=crime.round.id
        )
    assert sealed.online == VOTERS


def orders_of(connection: Connection, table: str) -> Iterator[str]:
    """Every order that the engine itself gives away."""
    if connection.dialect.name == "postgresql":
        yield "ctid"
        yield "xmin::text::bigint, ctid"
        yield "xmin::text::bigint DESC, ctid DESC"
        return
    sql = connection.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE name = ?", (table,)
    ).scalar()
    if "WITHOUT ROWID" not in str(sql):
        yield "rowid"
        yield "rowid DESC"


def people_in_order(crime: Crime, connection: Connection) -> Iterator[tuple[str, list[str]]]:
    """The voters in every order that a row naming them stands in."""
    named = {"sign_in": "person_id", "person": "id", "roll_entry": "person_id"}
    for table, column in named.items():
        orders = [*orders_of(connection, table), column]
        if table == "sign_in":
            orders += ["made_at", "seen_at", "made_at DESC"]
        for order in orders:
            rows = connection.exec_driver_sql(f"SELECT {column} FROM {table} ORDER BY {order}")
            found = [one for (one,) in rows if one in crime.truth]
            # Whoever came twice: at their first and at their last visit.
            yield f"{table} by {order}, first", list(dict.fromkeys(found))
            yield f"{table} by {order}, last", list(dict.fromkeys(reversed(found)))[::-1]


def choices_in_order(
    crime: Crime, connection: Connection, table: str, columns: tuple[str, ...]
) -> Iterator[tuple[str, Order]]:
    for order in [*orders_of(connection, table), *columns]:
        rows = connection.exec_driver_sql(f"SELECT choices FROM {table} ORDER BY {order}")
        yield f"{table} by {order}", [read(one) for (one,) in rows]
    if connection.dialect.name == "sqlite":
        raw = Path(str(crime.engine.url.database)).read_bytes()
        comma = b";" if table == "careless" else b","
        found = re.findall(rb"\[\d+%b \d+%b \d+\]" % (comma, comma), raw)
        yield "the raw file", list(dict.fromkeys(read(one.decode()) for one in found))


def read(choices: Any) -> tuple[int, ...]:
    if isinstance(choices, str):
        return tuple(map(int, re.findall(r"\d+", choices)))
    return tuple(choices)


def best_attack(crime: Crime, table: str, columns: tuple[str, ...]) -> tuple[int, str]:
    """The attack that joins most people and choices rightly, of all orders against all orders."""
    best = (0, "")
    with crime.engine.connect() as connection:
        people = list(people_in_order(crime, connection))
        for how, choices in choices_in_order(crime, connection, table, columns):
            for who, persons in people:
                for turned, line in (("", choices), (" backwards", choices[::-1])):
                    guessed = dict(zip(persons, line, strict=False))
                    best = max(best, (crime.right(guessed), f"{who}; {how}{turned}"))
    return best


def test_before_the_close_a_dump_tells_nobodys_choice(crime: Crime) -> None:
    crime.town.session.rollback()
    assert best_attack(crime, "careless", ("id", "cast_at"))[0] == VOTERS  # the attack works
    stolen = dump(crime)
    assert all(CARELESS.format(*one).encode() in stolen for one in crime.truth.values())
    said = {shape.format(*one) for one in crime.truth.values() for shape in SHAPES}
    assert [one for one in said if one.encode() in stolen] == []
    assert [person for person in crime.voters if person.encode() not in stolen] == []
    table = box.table_of(Ballot)
    with crime.engine.connect() as connection:
        sealed = [one for (one,) in connection.execute(select(table.c.envelope))]
    assert len(sealed) == VOTERS
    assert {len(one) for one in sealed} == {len(sealed[0])}
    assert len(set(sealed)) == VOTERS
    # No two envelopes share a block, so equal or alike choices cannot be told either.
    blocks = [one[at : at + 16] for one in sealed for at in range(0, len(one) - 15, 16)]
    assert len(set(blocks)) == len(blocks)


def dump(crime: Crime) -> bytes:
    """What a thief of a backup holds: the file, or what pg_dump writes."""
    if crime.engine.dialect.name == "sqlite":
        path = Path(str(crime.engine.url.database))
        journal = path.with_name(path.name + "-journal")
        return path.read_bytes() + (journal.read_bytes() if journal.exists() else b"")
    return cluster().dump(str(crime.engine.url.database)).encode()


def test_after_the_sealing_no_order_joins_person_and_choice(crime: Crime, clock: SetClock) -> None:
    seal(crime, clock)
    crime.town.session.rollback()
    careless, how = best_attack(crime, "careless", ("id", "cast_at"))
    assert careless == VOTERS, how
    found, how = best_attack(crime, "counted_ballot", ("id",))
    assert found <= BY_CHANCE, how


def test_whoever_has_the_key_too_cannot_follow_a_right_to_its_ballot(
    crime: Crime, clock: SetClock
) -> None:
    """The operator knows whose right each ballot key is; the counted ballots do not follow."""
    before = rights_in_order(crime)
    opened = {
        key: envelopes.open_(
            crime.town.keyring, round_id=crime.round.id, ballot_key=key, sealed=envelope
        )
        for key, envelope in rows(crime)
    }
    crime.town.session.rollback()
    # While the vote runs, key and database together do open it: that is said in SECURITY.md.
    assert crime.right({person_of(crime)[key]: said for key, said in opened.items()}) == VOTERS
    seal(crime, clock)
    crime.town.session.rollback()
    whose = person_of(crime)
    best = (0, "")
    with crime.engine.connect() as connection:
        after = rights_in_order(crime)
        for how, choices in choices_in_order(crime, connection, "counted_ballot", ("id",)):
            for name, keys in [*before, *after]:
                for line in (choices, choices[::-1]):
                    guessed = {whose[k]: said for k, said in zip(keys, line, strict=False)}
                    best = max(best, (crime.right(guessed), f"{name}; {how}"))
    assert best[0] <= BY_CHANCE, best
    # And the order of the rights no longer tells who came when.
    if crime.engine.dialect.name == "postgresql":
        came = [whose[key] for name, keys in before if name == "ctid" for key in keys]
        now = [whose[key] for name, keys in after if name == "ctid" for key in keys]
        assert sum(a == b for a, b in zip(came, now, strict=True)) <= BY_CHANCE


def person_of(crime: Crime) -> dict[str, str]:
    return {
        envelopes.ballot_key(crime.town.keyring, round_id=crime.round.id, person_id=person): person
        for person in crime.voters
    }


def rows(crime: Crime) -> list[tuple[str, bytes]]:
    table = box.table_of(Ballot)
    with crime.engine.connect() as connection:
        return [
            (key, envelope)
            for key, envelope in connection.execute(select(table.c.ballot_key, table.c.envelope))
        ]


def rights_in_order(crime: Crime) -> list[tuple[str, list[str]]]:
    with crime.engine.connect() as connection:
        return [
            (
                order,
                [
                    key
                    for (key,) in connection.exec_driver_sql(
                        f"SELECT ballot_key FROM ballot ORDER BY {order}"
                    )
                ],
            )
            for order in [*orders_of(connection, "ballot"), "ballot_key"]
        ]


def test_opened_envelopes_do_not_lie_on_in_the_tables_files(crime: Crime, clock: SetClock) -> None:
    """What is deleted stays in a file until it is overwritten; the sweep sees to that."""
    envelopes_before = [envelope for _, envelope in rows(crime)]
    crime.town.session.rollback()
    before = file_of_ballots(crime)
    assert all(one[:64] in before for one in envelopes_before)
    seal(crime, clock)
    crime.town.session.rollback()
    sealing.sweep(crime.engine)
    after = file_of_ballots(crime)
    keys = [key for key, _ in rows(crime)]
    assert all(key.encode() in after for key in keys)  # it is the right file
    assert not any(
        one[at : at + 32] in after for one in envelopes_before for at in range(0, 500, 50)
    )


def file_of_ballots(crime: Crime) -> bytes:
    if crime.engine.dialect.name == "sqlite":
        return dump(crime)
    with crime.engine.connect() as connection:
        connection.exec_driver_sql("CHECKPOINT")
        path = connection.exec_driver_sql("SELECT pg_relation_filepath('ballot')").scalar()
    return (cluster().folder / "data" / str(path)).read_bytes()


def test_a_cast_writes_two_rows_and_neither_names_a_person(crime: Crime, clock: SetClock) -> None:
    """Every table is compared before and after: what a cast touched, and what stands in it."""
    person = crime.voters[0]
    crime.town.session.rollback()
    before = everything(crime)
    with transaction(crime.town.session) as session:
        cast(
            session,
            keyring=crime.town.keyring,
            clock=clock,
            district_id=crime.round.district_id,
            round_id=crime.round.id,
            person_id=person,
            choices=[1],
            idem="one more",
        )
    after = everything(crime)
    touched = {table: after[table] - before[table] for table in after}
    touched = {table: new for table, new in touched.items() if new}
    assert set(touched) == {"ballot", "cast_key"}
    assert {table: len(new) for table, new in touched.items()} == {"ballot": 1, "cast_key": 1}
    new = str(touched)
    names = [person, *(row.id for row in crime.town.session.exec(select(SignIn)).all())]
    assert [name for name in names if name in new] == []
    assert str(clock.now().year) + "-" not in new  # no time
    columns = {column.name for column in box.table_of(Ballot).c}
    assert columns == {"district_id", "round_id", "ballot_key", "channel", "envelope"}


def everything(crime: Crime) -> dict[str, set[str]]:
    from app.tables import metadata

    with crime.engine.connect() as connection:
        return {
            table.name: {str(row) for row in connection.execute(table.select())}
            for table in metadata.sorted_tables
        }


def test_nothing_of_a_cast_is_logged(
    crime: Crime, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        with transaction(crime.town.session) as session:
            cast(
                session,
                keyring=crime.town.keyring,
                clock=clock,
                district_id=crime.round.district_id,
                round_id=crime.round.id,
                person_id=crime.voters[0],
                choices=[4, 7],
                idem="logged",
            )
        seal(crime, clock)
    asar = [one for one in caplog.records if one.name.startswith("asar")]
    assert not any("4, 7" in one.getMessage() for one in asar)
    assert queries.counted(crime.town.session, round_id=crime.round.id)
