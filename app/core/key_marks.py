"""Which keys a database was made with: it remembers their fingerprints and takes no others."""

from collections.abc import Mapping

from sqlmodel import Session, select

from app.core.keys import NAMES, Keyring
from app.core.models import Mark

FIRST = "master_key"  # the mark of the first release, which had one key for everything


def settle_keys(session: Session, keyring: Keyring) -> None:
    """Makes the keys of a database that was never used; one that was must find its own.

    A database of the first release takes copies of its one key, where that is the right one.
    """
    marks = {mark.key: mark for mark in session.exec(select(Mark))}
    if f"key:{NAMES[0]}" in marks:
        return
    first = marks.get(FIRST)
    if first is not None and keyring.first_fingerprint() != first.value:
        return  # `serve` will say what is missing
    keyring.make()
    if first is not None:
        session.delete(first)
    note_keys(session, keyring)


def note_keys(session: Session, keyring: Keyring) -> None:
    """Remembers the keys as they are now."""
    for name, fingerprint in keyring.fingerprints().items():
        session.merge(Mark(key=f"key:{name}", value=fingerprint))
    session.flush()


def wrong_keys(marks: Mapping[str, str], keyring: Keyring) -> list[str]:
    """The names of the keys that cannot be read, or are not this database's."""
    wrong = []
    for name in NAMES:
        try:
            here = keyring.fingerprint(name)
        except (OSError, ValueError):
            here = ""
        if not here or marks.get(f"key:{name}", here) != here or FIRST in marks:
            wrong.append(name)
    return wrong
