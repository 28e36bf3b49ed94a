"""`asar keys`: making, checking, rotating and destroying keys, from a terminal."""

import sys
from collections.abc import Iterator
from typing import Annotated

import typer
from sqlalchemy import inspect
from sqlmodel import Session

from app.core.database import make_engine, open_session
from app.core.key_files import KeysInUse, waiting
from app.core.key_marks import wrong_keys
from app.core.keys import CHAINED, NAMES, Keyring
from app.core.settings import Settings
from app.rotation import CannotRotate, rotate
from app.round_keys import destroy_round, find_round, rotate_round, round_keys
from app.start import clock_for, marks, open_to_others

keys = typer.Typer(no_args_is_help=True, help="The keys, which lie outside the database.")
SAYS = {
    "present": "present",
    "needed": "MISSING. Bring it back: without it no ballot of the round can be cast or opened.",
    "other": "WRONG: not the key this round was announced with. Bring the right one back.",
    "destroyed": "destroyed, in public",
    "left": "recorded as destroyed, but its file is there. Run: asar keys destroy",
}
GONE = """What goes with the key of {name}, for good:
- nobody can be told any more whether a vote was cast in their name, nor dispute one;
- the list of voters cannot be proved against its published root any more;
- what a stolen backup holds of this round leads back to nobody any more.
The published ballots and the count stay as they are. Copies of the key are yours to destroy."""


def _fail(line: str) -> typer.Exit:
    print(line, file=sys.stderr)
    return typer.Exit(2)


@keys.command("new")
def new() -> None:
    """Makes the keys that are not there; those that are stay as they are."""
    ring = Keyring(Settings().keys_folder)
    made = ring.missing()
    ring.make()
    print(f"Made: {', '.join(made)}." if made else "Every key is there.")
    print(f"The keys lie in {ring.folder}. Keep a copy apart from the database's.")


@keys.command("make", hidden=True)
def make() -> None:
    """What `new` was called in the first release."""
    new()


@keys.command("check")
def check() -> None:
    """Looks at every key: there, readable by us alone, this database's. Exit 1 when not."""
    settings = Settings()
    ring, engine = Keyring(settings.keys_folder), make_engine(settings.database_url)
    print(f"Keys in {ring.folder}")
    wrong = list(_wrong_ones(ring, marks(engine)))
    if inspect(engine).has_table("round"):
        with open_session(engine) as session:
            wrong += list(_wrong_rounds(session, ring))
    if wrong:
        print("\n".join(["Not in order:", *(f"- {line}" for line in wrong)]), file=sys.stderr)
        raise typer.Exit(1)
    print("In order.")


def _wrong_ones(ring: Keyring, known: dict[str, str]) -> Iterator[str]:
    """Prints a line for each key, and gives what is wrong."""
    yield from open_to_others(ring)
    for name in waiting(ring.folder) if ring.folder.is_dir() else ():
        yield f"A rotation was cut. Run: asar keys rotate {said(name)}"
    wrong = wrong_keys(known, ring)
    newest: dict[str, str] = {}
    for name in NAMES:
        files = ring.chain_files(name)
        if not files[-1].is_file():
            print(f"  {name:9} missing")
            yield f"{name}.key is missing. Bring it back, or for a new database: asar keys new"
            continue
        told = "" if name not in wrong else "  NOT this database's"
        if f"key:{name}" not in known:
            told = "  no database knows it yet"
        try:
            mark = ring.fingerprint(name)
        except ValueError:
            mark, told = "unreadable", "  NOT a key"
        length = f"chain of {len(files)}" if name in CHAINED else "alone"
        print(f"  {name:9} {mark}  {length}{told}")
        if name in wrong:
            yield f"{name}.key is not the key this database was made with. Bring it back."
        same = files[-1].read_text().strip()
        if same in newest:
            yield (
                f"{name}.key is a copy of {newest[same]}.key, as the first release made them."
                f" Run: asar keys rotate {name}"
            )
        newest.setdefault(same, name)


def _wrong_rounds(session: Session, ring: Keyring) -> Iterator[str]:
    for one in round_keys(session, ring):
        print(f"  round {one.name}: {SAYS[one.state]}")
        if one.state in ("needed", "other", "left"):
            yield f"round {one.name}: {SAYS[one.state]}"


def said(name: str) -> str:
    """A key's name as `rotate` takes it; a round's by its id, which `rotate` looks up."""
    return name.replace("round-", "round ", 1) if name.startswith("round-") else name


@keys.command("rotate")
def rotate_one(
    name: Annotated[str, typer.Argument(help="roll, card, personal, web, or: round SLUG/KEY")],
    of: Annotated[str, typer.Argument(help="the round, such as surat/2026")] = "",
) -> None:
    """Puts a new key in a key's place and carries the database over. Stop the server first.

    Cut anywhere, the same command finishes it. Keep the backups of both sides of it apart: a
    database of before needs the keys of before.
    """
    settings = Settings()
    ring, engine = Keyring(settings.keys_folder), make_engine(settings.database_url)
    try:
        if name == "round":
            if not of:
                raise _fail("Which round? Say: asar keys rotate round surat/2026")
            rotate_round(engine, ring, of, now=clock_for(engine).now())
            print(f"{of}: the key is made anew.")
            return
        carried = rotate(engine, ring, name)
    except (CannotRotate, KeysInUse, OSError) as why:
        raise _fail(_why(why)) from None
    print(f"{name}: rotated, {carried} values carried over. Back up the keys and the database.")


@keys.command("destroy")
def destroy(
    of: Annotated[str, typer.Argument(help="the round, such as surat/2026")],
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Destroys a round's key once nobody can dispute a vote of it any more. In public."""
    settings = Settings()
    ring, engine = Keyring(settings.keys_folder), make_engine(settings.database_url)
    now = clock_for(engine).now()
    try:
        with open_session(engine) as session:
            find_round(session, of)
        print(GONE.format(name=of))
        if not yes:
            typer.confirm("Destroy it?", abort=True)
        destroy_round(engine, ring, of, now=now)
    except (CannotRotate, OSError) as why:
        raise _fail(_why(why)) from None
    print(f"{of}: the key is destroyed, and the record says so.")


def _why(why: Exception) -> str:
    if isinstance(why, KeysInUse):
        return "A server or a tick uses these keys. Stop it first (and any on another machine)."
    return str(why)
