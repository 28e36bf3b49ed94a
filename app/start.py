"""What must be true before a process may serve: a refusal here beats a surprise later."""

import os
from datetime import timedelta

from sqlalchemy import Engine, inspect
from sqlalchemy.engine import make_url
from sqlmodel import Session, select

from app.core import migrate
from app.core.app_role import why_too_mighty
from app.core.clock import Clock, ShiftedClock, SystemClock
from app.core.key_files import NEXT, KeysInUse, share, waiting
from app.core.key_marks import wrong_keys
from app.core.keys import Keyring
from app.core.models import Mark
from app.core.settings import Settings
from app.notices.gateways import why_unsafe_gateway
from app.people.state_provider import why_unset

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def marks(engine: Engine) -> dict[str, str]:
    """What the database notes about itself; nothing when it is empty."""
    if not inspect(engine).has_table("mark"):
        return {}
    with Session(engine) as session:
        return {mark.key: mark.value for mark in session.exec(select(Mark))}


def clock_for(engine: Engine) -> Clock:
    """The machine's clock, or a demo's own."""
    shift = marks(engine).get("clock_shift")
    return ShiftedClock(timedelta(seconds=float(shift))) if shift else SystemClock()


def settle_mode(settings: Settings, engine: Engine, host: str) -> Settings:
    """A demo database on loopback is served as a demo even where nobody said so."""
    if "demo" in marks(engine) and host in LOOPBACK and settings.mode == "production":
        return settings.model_copy(update={"mode": "demo"})
    return settings


def why_unsafe(settings: Settings, engine: Engine, keyring: Keyring, *, workers: int) -> list[str]:
    """Everything that speaks against serving now, in plain words."""
    found = []
    known = marks(engine)
    if migrate.current(engine) != migrate.newest():
        found.append("The database is not at the newest schema. Run: asar migrate")
    if gone := keyring.missing():
        found.append(f"{settings.keys_folder} lacks {', '.join(gone)}. Run: asar migrate")
    elif wrong := wrong_keys(known, keyring):
        named = ", ".join(f"{name}.key" for name in wrong)
        found.append(f"{named}: not the keys this database was made with. Bring them back.")
    if cut := waiting(keyring.folder):
        for name in cut:
            named = name.replace("round-", "round ", 1)
            found.append(f"A key's rotation was cut. Run: asar keys rotate {named}")
    try:
        os.close(share(keyring.folder))
    except KeysInUse:
        found.append("The keys are being rotated. Start again when that is done.")
    except OSError:
        pass  # no folder: said above
    if workers > 1 and make_url(settings.database_url).get_backend_name() == "sqlite":
        found.append("SQLite is served by one process. Use PostgreSQL for --workers above 1.")
    found += why_unsafe_gateway(settings)
    if settings.mode != "production":
        return found
    if "demo" in known:
        found.append("This is a demo database. Set ASAR_MODE=demo to serve it beyond this machine.")
    if not settings.public_url.startswith("https://"):
        found.append("Set ASAR_PUBLIC_URL to the address people open; it must begin with https://")
    if not settings.operator:
        found.append("Set ASAR_OPERATOR to who runs this installation and how to reach them.")
    if settings.keys_dir is None:
        found.append("Set ASAR_KEYS_DIR to a folder that is not backed up with the database.")
    if settings.log_level.upper() == "DEBUG":
        found.append("ASAR_LOG_LEVEL=DEBUG writes down more than may be kept. Set it to INFO.")
    found += open_to_others(keyring)
    found += why_unset(settings)
    if migrate.current(engine) == migrate.newest():
        found += why_too_mighty(engine)
    return found


def open_to_others(keyring: Keyring) -> list[str]:
    """Which of the keys, or their folder, somebody else on this machine could read."""
    if os.name != "posix" or not keyring.folder.is_dir():
        return []
    found = []
    if keyring.folder.stat().st_mode & 0o077:
        found.append(f"Others can look into {keyring.folder}. Run: chmod 700 {keyring.folder}")
    for path in sorted((*keyring.folder.glob("*.key"), *keyring.folder.glob(f"*.key{NEXT}"))):
        if path.stat().st_mode & 0o077:
            found.append(f"Others can read {path}. Run: chmod 600 {path}")
    return found
