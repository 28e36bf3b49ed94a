"""The schema for tests, made the way an installation makes it."""

from app.core.database import make_engine


def build_schema(url: str) -> None:
    """Makes every table in an empty database."""
    from app.tables import metadata

    engine = make_engine(url)
    with engine.connect() as connection:
        connection = connection.execution_options(writes=True)
        metadata.create_all(connection)
        connection.commit()
    engine.dispose()
