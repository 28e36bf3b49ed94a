"""The files of the keys: written whole, put in another's place, held while somebody uses them."""

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform != "win32":
    import fcntl

NEXT = ".next"  # `roll.key.next` waits to take the place of `roll.key`


class KeysInUse(Exception):
    """Somebody serves with these keys, or rotates them, at this moment."""


def new_key() -> str:
    """256 random bits, as a key's file holds them."""
    return secrets.token_hex(32)


def write_whole(path: Path, content: str) -> None:
    """Writes a key's file: after a crash it is there whole, or not at all."""
    beside = path.with_name(path.name + ".tmp")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(content + "\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    settle(path.parent)


def settle(folder: Path) -> None:
    """Makes the folder's changes of names last."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def waiting(folder: Path) -> list[str]:
    """The names of keys whose rotation began and did not end: `roll`, `round-…`."""
    return sorted(path.name.removesuffix(f".key{NEXT}") for path in folder.glob(f"*.key{NEXT}"))


def share(folder: Path) -> int:
    """Holds the keys for a process that uses them, until it ends; beside any number of others.

    Returns the handle, which must stay open. Raises KeysInUse while they are being rotated.
    """
    return _lock(folder, alone=False)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Holds the keys for a rotation. Raises KeysInUse while anybody on this machine uses them."""
    handle = _lock(folder, alone=True)
    try:
        yield
    finally:
        os.close(handle)


def _lock(folder: Path, *, alone: bool) -> int:
    if sys.platform == "win32":  # it has no flock: there the operator alone sees to it
        return os.open(os.devnull, os.O_RDONLY)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except OSError as held:
        os.close(handle)
        raise KeysInUse from held
    return handle
