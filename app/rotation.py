"""Rotating a key: what was hashed is hashed once more, what was sealed is sealed anew.

The new key waits as `NAME.key.next` while one transaction carries the database over and changes its
mark; then the files change places. Cut anywhere, the same command finishes it: the mark says which
of the two the database is with. Nobody may serve meanwhile (`core.key_files.alone`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Table, bindparam, select, update
from sqlmodel import Session

from app.core.database import open_session, transaction
from app.core.key_files import alone, waiting
from app.core.keys import KEY_OF, NAMES, Keyring
from app.core.models import Mark
from app.tables import metadata

ROWS = 1000  # carried over at a time


class CannotRotate(Exception):
    """Why a key cannot be rotated now, in words for the operator."""


@dataclass(frozen=True, slots=True)
class Hashed:
    """A column of keyed hashes, and the purpose they were made for."""

    table: str
    column: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """A column of sealed content: its purpose, and the column that names the row in the seal."""

    table: str
    column: str
    purpose: str
    about: str


HASHED = (
    Hashed("person", "iin_mac", "iin"),
    Hashed("sighting", "person_mac", "sighting"),
    Hashed("card", "code_mac", "card"),
    Hashed("card", "group_mac", "card-group"),
    Hashed("card", "qr_mac", "card-qr"),
    Hashed("one_time_code", "code_mac", "one-time-code"),
    Hashed("person_phone", "phone_mac", "phone"),
    Hashed("phone_code", "phone_mac", "phone"),
    Hashed("state_identity", "subject_mac", "subject"),
)
SEALED = (
    Sealed("person_phone", "sealed", "phone", "person_id"),
    Sealed("phone_code", "sealed", "phone-code", "id"),
    Sealed("state_start", "sealed", "state-start", "state_sha256"),
    Sealed("outbox", "sealed", "outbox", "id"),
    Sealed("roll_draft", "sealed", "roll-draft", "id"),
    Sealed("roll_conflict", "sealed", "conflict", "id"),
    Sealed("roll_claim", "contact_sealed", "claim", "id"),
    Sealed("consent", "sealed", "consent", "id"),
    Sealed("factor", "sealed", "totp", "id"),
)
# Hashes that are not carried over, and why.
LEFT = {
    ("phone_code", "code_mac"): "under the web key: six digits, good for ten minutes",
    ("told", "of_mac"): "under the round's own key, which is not rotated once its list is closed",
}


def rotate(engine: Engine, keyring: Keyring, name: str) -> int:
    """Rotates a key of the installation; returns how many values were carried over.

    Raises CannotRotate, and KeysInUse while anybody serves.
    """
    if name not in NAMES:
        raise CannotRotate(f"There is no key {name!r}; there are {', '.join(NAMES)}.")
    if gone := keyring.missing():
        raise CannotRotate(f"{keyring.folder} lacks {', '.join(gone)}. Bring them back first.")
    if others := [one for one in waiting(keyring.folder) if one != name]:
        raise CannotRotate(
            f"Finish first: asar keys rotate {others[0].replace('round-', 'round ')}"
        )
    with alone(keyring.folder):
        keyring.forget()
        with open_session(engine) as session:
            mark = session.get(Mark, f"key:{name}")
            begun = name in waiting(keyring.folder)
            done = begun and _is_of(mark, keyring.ahead(name), name)
            if not done and not _is_of(mark, keyring, name):
                raise CannotRotate(f"{name}.key is not the key of this database. Bring it back.")
            keyring.make_next(name)
            carried = 0
            if not done:
                with transaction(session):
                    carried = _carry_over(session, keyring, keyring.ahead(name), name)
        keyring.take_next(name)
    return carried


def _is_of(mark: Mark | None, keyring: Keyring, name: str) -> bool:
    return mark is not None and mark.value == keyring.fingerprint(name)


def _carry_over(session: Session, old: Keyring, new: Keyring, name: str) -> int:
    carried = 0
    for hashed in (one for one in HASHED if KEY_OF[one.purpose] == name):
        table = metadata.tables[hashed.table]
        for rows in _rows(session, table, hashed.column):
            _write(
                session,
                table,
                hashed.column,
                [(key, new.carry_over(hashed.purpose, value)) for key, value in rows],
            )
            carried += len(rows)
    for sealed in SEALED if name == "personal" else ():
        table = metadata.tables[sealed.table]
        at = [column.name for column in table.primary_key].index(sealed.about)
        for rows in _rows(session, table, sealed.column):
            written = []
            for key, value in rows:
                try:
                    content = old.unseal(sealed.purpose, key[at], value)
                except ValueError:
                    raise CannotRotate(
                        f"A row of {sealed.table} does not open with personal.key; nothing was"
                        " changed. Restore the row or delete it."
                    ) from None
                written.append((key, new.seal(sealed.purpose, key[at], content)))
            _write(session, table, sealed.column, written)
            carried += len(rows)
    session.merge(Mark(key=f"key:{name}", value=new.fingerprint(name)))
    session.flush()
    return carried


def _rows(
    session: Session, table: Table, column: str
) -> Iterator[list[tuple[tuple[Any, ...], Any]]]:
    """The values of a column with their rows' keys, some at a time; empty ones are left alone."""
    keys = list(table.primary_key)
    asked = select(*keys, table.c[column]).where(table.c[column].is_not(None))
    found = [(tuple(row[:-1]), row[-1]) for row in session.execute(asked) if row[-1]]
    for first in range(0, len(found), ROWS):
        yield found[first : first + ROWS]


def _write(
    session: Session, table: Table, column: str, rows: list[tuple[tuple[Any, ...], Any]]
) -> None:
    keys = list(table.primary_key)
    where = [key == bindparam(f"key_{number}") for number, key in enumerate(keys)]
    change = update(table).where(*where).values({column: bindparam("new_value")})
    session.connection().execute(
        change,
        [
            {"new_value": value} | {f"key_{number}": part for number, part in enumerate(key)}
            for key, value in rows
        ],
    )
