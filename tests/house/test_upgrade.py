"""A filled older database is upgraded and loses nothing: parents, children, CHECKs, triggers."""

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy import func, inspect, select, update
from sqlalchemy.exc import DatabaseError

from app.core import migrate
from app.core.database import make_engine, open_session, transaction
from app.core.settings import Settings
from app.demo.fill import fill_demo
from app.ledger.models import Entry
from app.tables import metadata
from tests.conftest import missing
from tests.postgres import PostgresMissing, cluster

FIRST, BEFORE = "followup", "rights"  # the first release, and the one before this
# What the first release's schema has no word for is not moved in.
TOO_NEW = {
    "office": lambda row: row["role"] == "raion-office",
    "roll_entry": lambda row: row["removed_why"] in ("list", "raion"),
}
# Both older schemas know one rule only.
AS_THEN = {"round": {"counting_rule": "most-votes"}}


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in which two years happened."""
    path = tmp_path_factory.mktemp("lived") / "demo.db"
    fill_demo(Settings(mode="demo", database_url=f"sqlite:///{path}"), day=date(2026, 1, 15))
    return path


def move_in(old_url: str, lived_in: Path, older: str) -> dict[str, int]:
    """Fills an older database with what its schema has room for; the rows of each table."""
    source, target = make_engine(f"sqlite:///{lived_in}"), make_engine(old_url)
    there = inspect(target)
    known = set(there.get_table_names())
    moved: dict[str, int] = {}
    with source.connect() as reading, target.connect() as writing:
        writing = writing.execution_options(writes=True)
        for table in metadata.sorted_tables:
            if table.name not in known:
                continue
            columns = {one["name"] for one in there.get_columns(table.name)}
            kept = [column for column in table.columns if column.name in columns]
            rows = [
                {column.name: value for column, value in zip(kept, row, strict=True)}
                | AS_THEN.get(table.name, {})
                for row in reading.execute(select(*kept))
            ]
            if older == FIRST:
                rows = [row for row in rows if not TOO_NEW.get(table.name, lambda _: False)(row)]
            if rows:
                # A table of just these columns: the models' would add what the old one lacks.
                old = sqlalchemy.table(
                    table.name, *(sqlalchemy.column(one.name, one.type) for one in kept)
                )
                writing.execute(old.insert(), rows)
            moved[table.name] = len(rows)
        writing.commit()
    source.dispose()
    target.dispose()
    return moved


def counts(url: str, tables: Iterator[str] | list[str]) -> dict[str, int]:
    engine = make_engine(url)
    with engine.connect() as connection:
        found = {
            name: connection.execute(select(func.count()).select_from(metadata.tables[name])).one()[
                0
            ]
            for name in tables
        }
    engine.dispose()
    return found


def old_urls(kind: str, tmp_path: Path) -> str:
    if kind == "sqlite":
        return f"sqlite:///{tmp_path / 'old.db'}"
    try:
        return cluster().create_database("asar_older")
    except PostgresMissing as why:
        missing(str(why))
        raise


def name_a_resident(url: str) -> None:
    """An entry as the first release wrote it."""
    engine = make_engine(url)
    with engine.connect() as connection:
        writing = connection.execution_options(writes=True)
        district = writing.execute(select(metadata.tables["district"].c.id)).scalars().first()
        writing.execute(
            sqlalchemy.text(
                "INSERT INTO entry (id, district_id, subject, number, kind, at, office, by_name,"
                " facts) VALUES ('named', :district, 'a', 1, 'proposals.filed',"
                " '2025-02-01 00:00:00', 'resident', 'Айгерім С.', :facts)"
            ),
            {"district": district, "facts": '{"number": "2025-0001", "author": "Айгерім С."}'},
        )
        writing.commit()
    engine.dispose()


@pytest.mark.parametrize(
    ("kind", "older"),
    [
        ("sqlite", FIRST),
        ("sqlite", BEFORE),
        pytest.param("postgresql", BEFORE, marks=pytest.mark.postgres),
    ],
)
def test_an_older_database_moves_up_whole(
    kind: str, older: str, tmp_path: Path, lived_in: Path
) -> None:
    url = old_urls(kind, tmp_path)
    migrate.upgrade(url, older)
    moved = move_in(url, lived_in, older)
    assert moved["proposal"] > 10
    assert moved["entry"] > 50
    assert moved["counted_ballot"] > 100
    if older == FIRST:
        name_a_resident(url)
        moved["entry"] += 1
    migrate.upgrade(url)
    assert counts(url, list(moved)) == moved
    engine = make_engine(url)
    with open_session(engine) as session:
        # The record of the first release named who proposed; the proposal itself still does.
        if older == FIRST:
            named = session.get_one(Entry, "named")
            assert (named.by_name, named.facts) == ("", {"number": "2025-0001"})
        with pytest.raises(DatabaseError, match="append-only"):
            with transaction(session):
                session.connection().execute(update(Entry).values(kind="changed"))
    engine.dispose()
    if kind == "sqlite":
        with sqlite3.connect(tmp_path / "old.db") as database:
            assert database.execute("PRAGMA foreign_key_check").fetchall() == []
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
