"""The role that an application has on PostgreSQL: it writes the record and can never change it.

The owner migrates, the application serves. What is append-only the application may read and add to,
and it owns none of it, so that it can neither change a row nor take the trigger away. It must be
able to vacuum the ballots: sealed envelopes may not lie on in freed pages.
"""

from sqlalchemy import Connection, Engine, text

from app.core.database import APPEND_ONLY, make_engine

SWEPT = ("ballot", "cast_key")  # what `voting.sealing.sweep` rewrites
READ_ONLY = ("alembic_version",)
MEND = "Run as the owner: asar migrate --app-role NAME, and let ASAR_DATABASE_URL name that role."


class BadRole(Exception):
    """Why a role cannot be the application's, in words for the operator."""


def why_too_mighty(engine: Engine) -> list[str]:
    """What the role of this connection may do to the record, and must not; or lacks."""
    if engine.dialect.name != "postgresql":
        return []
    with engine.connect() as connection:
        role = str(connection.execute(text("SELECT current_user")).scalar_one())
        if _is_superuser(connection, role):
            return [f"{role} is a superuser of PostgreSQL and could change the record. {MEND}"]
        found = []
        for table in sorted(APPEND_ONLY):
            if _may_own(connection, role, table):
                found.append(f"{role} owns {table} and could change the record. {MEND}")
            elif may := [
                verb
                for verb in ("UPDATE", "DELETE", "TRUNCATE", "TRIGGER")
                if _may(connection, role, table, verb)
            ]:
                found.append(f"{role} may {', '.join(may)} on {table}. {MEND}")
            elif not _may(connection, role, table, "INSERT"):
                found.append(f"{role} may not write into {table}. {MEND}")
        for table in SWEPT:
            if not _may_sweep(connection, role, table):
                found.append(f"{role} cannot vacuum {table} after a vote. {MEND}")
        return found


def give_rights(url: str, role: str) -> None:
    """Gives a role what serving needs and no more, as the owner of the tables. Idempotent.

    Raises BadRole where the role is missing, is too mighty, or has another PostgreSQL before it.
    """
    engine = make_engine(url)
    if engine.dialect.name != "postgresql":
        raise BadRole("Roles are PostgreSQL's; SQLite's file has one owner.")
    try:
        _give(engine, role)
    finally:
        engine.dispose()


def _give(engine: Engine, role: str) -> None:
    with engine.begin() as connection:
        known = connection.execute(
            text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}
        ).scalar()
        if known is None:
            raise BadRole(f"There is no role {role}. As a superuser: CREATE ROLE {role} LOGIN …")
        owner = str(connection.execute(text("SELECT current_user")).scalar_one())
        if role == owner or _is_superuser(connection, role):
            raise BadRole(f"{role} owns the tables or is a superuser. Name another role.")
        for table in sorted(APPEND_ONLY):
            if _may_own(connection, role, table):
                raise BadRole(
                    f"{role} owns {table} or is a member of its owner. Name another role."
                )
        quote = engine.dialect.identifier_preparer.quote
        named = quote(role)

        def do(statement: str) -> None:
            connection.execute(text(statement))

        schema = quote(str(connection.execute(text("SELECT current_schema()")).scalar_one()))
        do(f"GRANT USAGE ON SCHEMA {schema} TO {named}")
        do(f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {named}")
        tables = connection.execute(
            text(
                "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
                " ORDER BY tablename"
            )
        )
        for table in tables.scalars().all():
            rights = "SELECT, INSERT, UPDATE, DELETE"
            if table in APPEND_ONLY:
                rights = "SELECT, INSERT"
            elif table in READ_ONLY:
                rights = "SELECT"
            if table not in SWEPT or not _owns(connection, role, table):
                do(f"REVOKE ALL ON {quote(table)} FROM PUBLIC, {named}")
            do(f"GRANT {rights} ON {quote(table)} TO {named}")
        for table in SWEPT:
            _let_sweep(connection, role, table, schema, quote(table), named)


def _let_sweep(
    connection: Connection, role: str, table: str, schema: str, quoted: str, named: str
) -> None:
    """Lets the role vacuum a table: a right of its own from 17 on, its owner's before."""
    if _may_sweep(connection, role, table):
        return
    if _version(connection) >= 170000:
        connection.execute(text(f"GRANT MAINTAIN ON {quoted} TO {named}"))
        return
    # The new owner must be able to create in the schema, for this one statement; and the owner of
    # the rest stays able to migrate the table by being a member of the application's role.
    member = text("SELECT pg_has_role(current_user, :role, 'MEMBER')")
    if not connection.execute(member, {"role": role}).scalar_one():
        connection.execute(text(f"GRANT {named} TO CURRENT_USER"))
    connection.execute(text(f"GRANT CREATE ON SCHEMA {schema} TO {named}"))
    connection.execute(text(f"ALTER TABLE {quoted} OWNER TO {named}"))
    connection.execute(text(f"REVOKE CREATE ON SCHEMA {schema} FROM {named}"))


def _version(connection: Connection) -> int:
    return int(connection.execute(text("SHOW server_version_num")).scalar_one())


def _is_superuser(connection: Connection, role: str) -> bool:
    asked = text("SELECT rolsuper FROM pg_roles WHERE rolname = :role")
    return bool(connection.execute(asked, {"role": role}).scalar_one())


def _may(connection: Connection, role: str, table: str, verb: str) -> bool:
    asked = text("SELECT has_table_privilege(:role, :table, :verb)")
    found = connection.execute(asked, {"role": role, "table": table, "verb": verb})
    return bool(found.scalar_one())


def _may_own(connection: Connection, role: str, table: str) -> bool:
    """Whether the role owns the table, or could become its owner by SET ROLE."""
    asked = text(
        "SELECT pg_has_role(:role, relowner, 'MEMBER') FROM pg_class"
        " WHERE oid = to_regclass(:table)"
    )
    return bool(connection.execute(asked, {"role": role, "table": table}).scalar())


def _owns(connection: Connection, role: str, table: str) -> bool:
    asked = text("SELECT tableowner = :role FROM pg_tables WHERE tablename = :table")
    return bool(connection.execute(asked, {"role": role, "table": table}).scalar())


def _may_sweep(connection: Connection, role: str, table: str) -> bool:
    if _may_own(connection, role, table):
        return True
    return _version(connection) >= 170000 and _may(connection, role, table, "MAINTAIN")
