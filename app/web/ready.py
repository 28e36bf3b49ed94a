"""Whether this process may take work: its database, its schema, its keys. Names, never secrets."""

from sqlalchemy import Engine, inspect
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from app.core.database import open_session
from app.core.key_marks import wrong_keys
from app.core.keys import Keyring
from app.core.migrate import current, newest
from app.core.models import Mark
from app.core.refusal import Refusal
from app.places.models import District
from app.rounds.queries import open_rounds


def what_is_missing(engine: Engine, keyring: Keyring) -> list[str]:
    """What keeps this process from being ready; empty when nothing does.

    `database`, `schema`, `key:NAME`, and `round_key:SLUG/KEY` for every round that is not
    counted yet: without that very key a ballot would be keyed by another one.
    """
    keyring = Keyring(keyring.folder)  # reads the files anew
    try:
        tables = set(inspect(engine).get_table_names())
        if str(Mark.__tablename__) not in tables:
            return ["schema"]
        # A schema that tests or a trial made from the models alone carries no revision.
        if "alembic_version" in tables and current(engine) != newest():
            return ["schema"]
        return [*_keys(engine, keyring), *_round_keys(engine, keyring)]
    except SQLAlchemyError:
        return ["database"]


def _keys(engine: Engine, keyring: Keyring) -> list[str]:
    with open_session(engine) as session:
        marks = {mark.key: mark.value for mark in session.exec(select(Mark))}
    return [f"key:{name}" for name in wrong_keys(marks, keyring)]


def _round_keys(engine: Engine, keyring: Keyring) -> list[str]:
    missing = []
    with open_session(engine) as session:
        slugs = dict(session.exec(select(col(District.id), col(District.slug))).all())
        for one in open_rounds(session):
            try:
                here = keyring.round_fingerprint(one.id)
            except (OSError, ValueError, Refusal):
                here = ""
            if here != one.key_fingerprint:
                missing.append(f"round_key:{slugs[one.district_id]}/{one.key}")
    return missing
