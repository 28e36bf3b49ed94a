"""How migrations run: one transaction; on SQLite with foreign keys off and checked at the end."""

from alembic import context
from sqlalchemy import text

from app.core.database import make_engine
from app.core.settings import Settings
from app.tables import metadata


def run() -> None:
    url = context.config.attributes.get("url") or Settings().database_url
    engine = make_engine(url)
    with engine.connect() as connection:
        sqlite = engine.dialect.name == "sqlite"
        if sqlite:
            # A table is changed by making it anew, which must not trip over who refers to it.
            # The pragma does nothing inside a transaction, so it goes straight to the driver.
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        connection = connection.execution_options(writes=True)
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=True,
            compare_type=True,
            transactional_ddl=True,
        )
        with connection.begin():
            if not sqlite:
                connection.execute(text("SET lock_timeout = '10s'"))
                connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('asar migrate'))"))
            with context.begin_transaction():
                context.run_migrations()
            if sqlite:
                broken = connection.execute(text("PRAGMA foreign_key_check")).all()
                if broken:
                    raise RuntimeError(f"rows without their parents: {broken[:5]}")
    engine.dispose()


run()
