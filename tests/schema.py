"""The schema for tests, made the way an installation makes it."""

from app.core.migrate import upgrade


def build_schema(url: str) -> None:
    """Brings an empty database to the newest schema."""
    upgrade(url)
