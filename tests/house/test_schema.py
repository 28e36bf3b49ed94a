"""The schema that migrations make is the models', down to CHECKs, triggers and row layout."""

import re
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from app.core import migrate
from app.core.database import make_engine
from app.core.migrate import _config
from app.tables import metadata
from tests.conftest import missing
from tests.postgres import PostgresMissing, cluster


def catalogue(path: Path) -> dict[str, str]:
    """Every object of a SQLite database with its SQL, spaces and quotes apart."""
    with sqlite3.connect(path) as connection:
        rows = connection.execute(
            "SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        ).fetchall()
    return {
        name: re.sub(r"\s+", " ", sql).replace('"', "").replace("( ", "(").replace(" )", ")")
        for name, sql in rows
        if "alembic_version" not in name
    }


def parts(sql: str) -> set[str]:
    """A CREATE statement's columns and constraints, in no order."""
    if not sql.startswith("CREATE TABLE"):
        return {sql}
    body = sql[sql.index("(") + 1 : sql.rindex(")")]
    found, depth, start = set(), 0, 0
    for place, letter in enumerate(body + ","):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            found.add(body[start:place].strip())
            start = place + 1
    return found | {sql[sql.rindex(")") + 1 :].strip()}


def test_there_is_one_line_of_history() -> None:
    assert len(ScriptDirectory.from_config(_config()).get_heads()) == 1


def test_migrations_make_exactly_the_models_on_sqlite(tmp_path: Path) -> None:
    migrate.upgrade(f"sqlite:///{tmp_path / 'migrated.db'}")
    engine = make_engine(f"sqlite:///{tmp_path / 'made.db'}")
    with engine.connect() as connection:
        writing = connection.execution_options(writes=True)
        metadata.create_all(writing)
        writing.commit()
    engine.dispose()
    migrated, made = catalogue(tmp_path / "migrated.db"), catalogue(tmp_path / "made.db")
    assert sorted(migrated) == sorted(made)
    for name in made:
        assert parts(migrated[name]) == parts(made[name]), name
    assert any(name.startswith("trigger ") for name in made)
    assert any("WITHOUT ROWID" in sql for sql in made.values())


def postgres_catalogue(engine: Engine) -> set[tuple[str, ...]]:
    """Columns, constraints and triggers of a PostgreSQL database."""
    with engine.connect() as connection:
        columns = connection.execute(
            text(
                "SELECT table_name, column_name, data_type, is_nullable FROM"
                " information_schema.columns WHERE table_schema = 'public'"
            )
        ).all()
        constraints = connection.execute(
            text(
                "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
                " FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
            )
        ).all()
        triggers = connection.execute(
            text("SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal")
        ).all()
        indexes = connection.execute(
            text("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'")
        ).all()
    found = {tuple(row) for row in (*columns, *constraints, *triggers, *indexes)}
    return {row for row in found if "alembic_version" not in str(row)}


@pytest.mark.postgres
def test_migrations_make_exactly_the_models_on_postgresql() -> None:
    try:
        server = cluster()
    except PostgresMissing as why:
        missing(str(why))
    found = []
    for name in ("schema_migrated", "schema_made"):
        engine = make_engine(server.create_database(name))
        if name == "schema_migrated":
            migrate.upgrade(engine.url.render_as_string(hide_password=False))
        else:
            with engine.begin() as connection:
                metadata.create_all(connection)
        found.append(postgres_catalogue(engine))
        with engine.connect() as connection:
            context = MigrationContext.configure(connection)
            assert compare_metadata(context, metadata) == []
        engine.dispose()
        server.drop_database(name)
    assert found[0] == found[1]
    assert any("refuse_change" in str(row) for row in found[0])


def test_upgrading_twice_changes_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'asar.db'}"
    migrate.upgrade(url)
    before = catalogue(tmp_path / "asar.db")
    migrate.upgrade(url)
    assert catalogue(tmp_path / "asar.db") == before
    engine = make_engine(url)
    assert migrate.current(engine) == migrate.newest()
    engine.dispose()
