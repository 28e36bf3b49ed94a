"""On PostgreSQL the serving role runs a whole vote and cannot change what the record holds."""

import contextlib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError
from sqlmodel import select

from app.core.app_role import BadRole, give_rights, why_too_mighty
from app.core.clock import at
from app.core.database import APPEND_ONLY, make_engine, open_session, transaction
from app.core.key_marks import settle_keys
from app.core.keys import Keyring
from app.core.migrate import upgrade
from app.core.settings import Settings
from app.decisions.models import CountOutcome
from app.ledger.models import Entry
from app.proposals.models import Status
from app.rounds.models import Stage
from app.start import why_unsafe
from app.tables import metadata
from app.tick import tick
from app.voting.actions import cast
from app.voting.models import CountedBallot
from tests.conftest import SetClock, missing
from tests.postgres import Cluster, PostgresMissing, cluster
from tests.town import STARTS, Town

pytestmark = [pytest.mark.postgres]
NAME = "asar_roles"


@pytest.fixture(scope="module")
def server() -> Cluster:
    try:
        return cluster()
    except PostgresMissing as why:
        missing(str(why))
        raise


def url_as(server: Cluster, role: str, database: str = NAME) -> str:
    return server.url(database).replace("//asar@", f"//{role}@")


def do(server: Cluster, statement: str, database: str = "postgres") -> None:
    with psycopg.connect(
        host=str(server.folder), port=server.port, user="asar", dbname=database, autocommit=True
    ) as connection:
        connection.execute(sql.SQL(statement))


@pytest.fixture(scope="module", params=["superuser", "plain-owner"])
def owner(request: pytest.FixtureRequest, server: Cluster) -> Iterator[str]:
    """The database's owner: the cluster's own superuser, or a role that may do little else."""
    role = "asar" if request.param == "superuser" else "asar_owner"
    for made in ("asar_owner", "asar_app", "asar_other"):
        do(server, f"CREATE ROLE {made} LOGIN")
    do(server, "GRANT asar_app TO asar_owner")  # as the README says, before 17
    do(server, f"CREATE DATABASE {NAME} OWNER {role}")
    if role != "asar":
        do(server, f"ALTER SCHEMA public OWNER TO {role}", NAME)
    upgrade(url_as(server, role))
    yield role
    server.drop_database(NAME)
    for made in ("asar_owner", "asar_app", "asar_other"):
        do(server, f"DROP ROLE {made}")


@pytest.fixture(scope="module")
def app_engine(server: Cluster, owner: str) -> Iterator[Engine]:
    for _ in range(2):  # as often as one likes
        give_rights(url_as(server, owner), "asar_app")
    engine = make_engine(url_as(server, "asar_app"))
    yield engine
    engine.dispose()


def test_the_serving_role_runs_a_whole_vote_and_adds_to_the_record(
    server: Cluster, owner: str, app_engine: Engine, tmp_path: Path, clock: SetClock
) -> None:
    keyring = Keyring(tmp_path / "keys")
    owners = make_engine(url_as(server, owner))
    with open_session(owners) as session, transaction(session):
        settle_keys(session, keyring)
    owners.dispose()
    assert why_too_mighty(app_engine) == []
    with open_session(app_engine) as session:
        town = Town(session, keyring, clock)
        of = town.round()
        for title in ("Көше шамдары", "Құдық"):
            town.proposal(of, title, status=Status.ADMITTED)
        session.rollback()
        clock.set(at(date(2026, 4, 2)))
        tick(app_engine, keyring, clock)
        clock.set(STARTS[Stage.VOTING])
        tick(app_engine, keyring, clock)
        for name in ("aigerim", "bolat"):
            with transaction(session):
                cast(
                    session,
                    keyring=keyring,
                    clock=clock,
                    district_id=of.district_id,
                    round_id=of.id,
                    person_id=town.ids[name],
                    choices=[1],
                    idem=name * 8,
                )
        with app_engine.connect() as connection:
            asked = text("SELECT pg_relation_filepath('ballot')")
            file = connection.execute(asked).scalar_one()
        clock.set(STARTS[Stage.COUNTING])
        tick(app_engine, keyring, clock)
        with app_engine.connect() as connection:  # the sweep rewrote the ballots' file
            assert connection.execute(asked).scalar_one() != file
        clock.set(STARTS[Stage.RESULTS] + timedelta(minutes=1))
        tick(app_engine, keyring, clock)
        assert len(session.exec(select(CountedBallot)).all()) == 2
        assert session.exec(select(CountOutcome)).first() is not None
        assert len(session.exec(select(Entry)).all()) >= 3
    # And the owner migrates on, though two tables have another owner now.
    upgrade(url_as(server, owner))


FORBIDDEN = (
    "UPDATE {table} SET {column} = {column}",
    "DELETE FROM {table}",
    "TRUNCATE {table}",
    "TRUNCATE {table} CASCADE",
    "DROP TABLE {table}",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "ALTER TABLE {table} DISABLE TRIGGER {table}_no_update",
    "DROP TRIGGER {table}_no_update ON {table}",
    "DROP TRIGGER {table}_no_delete ON {table}",
    "ALTER TABLE {table} OWNER TO asar_app",
    "ALTER TABLE {table} RENAME TO elsewhere",
    "CREATE RULE r AS ON INSERT TO {table} DO INSTEAD NOTHING",
    "CREATE TRIGGER t BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RETURN NEW; END $$",
    "DROP FUNCTION refuse_change() CASCADE",
    "SET session_replication_role = replica",
    "SET ROLE asar",
    "SET ROLE asar_owner",
    "GRANT UPDATE ON {table} TO asar_app",
    "CREATE TABLE elsewhere (n integer)",
    "UPDATE alembic_version SET version_num = 'x'",
)


@pytest.mark.parametrize("table", sorted(APPEND_ONLY))
@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_serving_role_cannot_change_the_record(
    app_engine: Engine, statement: str, table: str
) -> None:
    column = next(iter(metadata.tables[table].columns)).name
    asked = text(statement.format(table=table, column=column))
    with app_engine.connect() as connection:
        if statement.startswith("GRANT"):  # a warning at most, and nothing granted
            with contextlib.suppress(ProgrammingError):
                connection.execute(asked)
            connection.commit()
            assert why_too_mighty(app_engine) == []
            return
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner|must be able"):
            connection.execute(asked)


def test_the_owner_too_meets_the_triggers(server: Cluster, owner: str, app_engine: Engine) -> None:
    with app_engine.connect() as connection:
        rows = connection.execute(text("SELECT count(*) FROM entry")).scalar_one()
    engine = make_engine(url_as(server, owner))
    for statement in ("UPDATE entry SET kind = 'x'", "DELETE FROM entry"):
        with engine.connect() as connection:
            if rows:
                with pytest.raises(Exception, match="append-only"):
                    connection.execute(text(statement))
    engine.dispose()


def test_every_other_table_is_the_applications(app_engine: Engine) -> None:
    with app_engine.connect() as connection:
        for table in set(metadata.tables) - APPEND_ONLY:
            for verb in ("SELECT", "INSERT", "UPDATE", "DELETE"):
                asked = text("SELECT has_table_privilege(current_user, :table, :verb)")
                found = connection.execute(asked, {"table": table, "verb": verb})
                assert found.scalar_one(), (table, verb)


def test_production_does_not_start_as_a_role_that_may_change_the_record(
    server: Cluster, owner: str, app_engine: Engine, tmp_path: Path
) -> None:
    keyring = Keyring(tmp_path / "keys")
    keyring.make()
    settings = Settings(
        mode="production",
        database_url=url_as(server, "asar_app"),
        keys_dir=keyring.folder,
        public_url="https://asar.example",
        operator="x",
    )

    def why(role: str) -> list[str]:
        engine = make_engine(url_as(server, role))
        try:
            return [
                line for line in why_unsafe(settings, engine, keyring, workers=2) if "role" in line
            ]
        finally:
            engine.dispose()

    assert why("asar_app") == []
    for over in ("UPDATE", "DELETE", "TRUNCATE", "TRIGGER"):
        do(server, f"GRANT {over} ON entry TO asar_app", NAME)
        assert any(f"asar_app may {over} on entry" in line for line in why("asar_app")), over
        do(server, f"REVOKE {over} ON entry FROM asar_app", NAME)
    do(server, "GRANT UPDATE ON entry TO PUBLIC", NAME)
    assert any("may UPDATE" in line for line in why("asar_app"))
    give_rights(url_as(server, owner), "asar_app")  # the mend
    assert why("asar_app") == []
    assert any("superuser" in line for line in why("asar"))
    for line in why("asar"):
        assert "asar migrate --app-role" in line


@pytest.mark.parametrize("role", ["nobody_here", "asar", "asar_owner"])
def test_a_role_that_cannot_be_the_applications_is_refused(
    server: Cluster, owner: str, role: str
) -> None:
    if role == "asar_owner" and owner == "asar":
        return  # then it is a plain role like another
    with pytest.raises(BadRole):
        give_rights(url_as(server, owner), role)


def test_sqlite_has_no_roles(tmp_path: Path) -> None:
    with pytest.raises(BadRole):
        give_rights(f"sqlite:///{tmp_path / 'x.db'}", "asar_app")
