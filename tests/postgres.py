"""A real PostgreSQL for tests: a throw-away cluster gone when the process ends.

One cluster per process, so one per xdist worker. Durability is on by default, as in production;
`cluster(fsync=False)` is a second, faster one for tests that only ask about SQL.
"""

import atexit
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from functools import cache
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

SUPERUSER = "asar"
START_SECONDS = 60
STOP_SECONDS = 30


class PostgresMissing(RuntimeError):
    """No server programs on this machine."""

    def __init__(self) -> None:
        super().__init__(
            "PostgreSQL's server programs (initdb, postgres) are neither on PATH nor in "
            "/usr/lib/postgresql/*/bin. On Debian and Ubuntu: sudo apt install postgresql"
        )


def find_binaries() -> Path:
    """The folder of `initdb` and `postgres`, the newest version first; raises PostgresMissing."""
    on_path = shutil.which("initdb")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    candidates += sorted(debian, key=lambda b: float(b.parent.name), reverse=True)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise PostgresMissing


class Cluster:
    """A running server. `url()` for SQLAlchemy; `crash()` and `start()` for tests of durability."""

    def __init__(self, *, fsync: bool = True) -> None:
        self.binaries = find_binaries()
        self.fsync = fsync
        self.folder = Path(tempfile.mkdtemp(prefix="asar-pg-"))
        self.port = 0
        self.password = secrets.token_hex(16)
        self._account = _unprivileged()
        self._process: subprocess.Popen[bytes] | None = None
        self._maker = os.getpid()
        if self._account:
            os.chown(self.folder, self._account.pw_uid, self._account.pw_gid)
        atexit.register(self.remove)
        self._initialise()
        self.start()

    def url(self, database: str, *, tcp: bool = False) -> str:
        """SQLAlchemy's address, over the socket unless `tcp` (then with a password)."""
        if tcp:
            where = f"{SUPERUSER}:{self.password}@127.0.0.1:{self.port}/{database}"
            return f"postgresql+psycopg://{where}"
        host = quote(str(self.folder), safe="")
        return f"postgresql+psycopg://{SUPERUSER}@/{database}?host={host}&port={self.port}"

    def create_database(self, name: str, template: str | None = None) -> str:
        """Makes a database, a copy of `template` if given (nobody may be connected to that one)."""
        copied = (
            sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
        )
        self._administer(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + copied)
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drops a database and cuts off whoever is still connected."""
        self._administer(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )

    def dump(self, database: str) -> str:
        """What `pg_dump` writes about a database: what a thief of a backup would hold."""
        asked = [self.binaries / "pg_dump", "-h", self.folder, "-p", str(self.port)]
        return subprocess.run(
            [*asked, "-U", SUPERUSER, database], check=True, capture_output=True, text=True
        ).stdout

    def start(self) -> None:
        """Starts the server and waits until it answers; the port stays the same after a crash."""
        for _ in range(3):
            self.port = self.port or _free_port()
            if self._started():
                return
            self.port = 0
        raise RuntimeError(f"PostgreSQL did not start:\n{self.log()[-2000:]}")

    def stop(self) -> None:
        """An orderly, fast shutdown."""
        self._end(signal.SIGINT)

    def crash(self) -> None:
        """Ends the server without a checkpoint; `start()` then recovers from its log."""
        self._end(signal.SIGQUIT)

    def remove(self) -> None:
        """Stops and leaves nothing behind. A forked child leaves its parent's server alone."""
        if os.getpid() != self._maker:
            return
        self._end(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self) -> str:
        """What the server has said so far."""
        path = self.folder / "server.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def _initialise(self) -> None:
        secret = self.folder / "password"
        secret.write_text(self.password)
        secret.chmod(0o644)  # the folder itself is closed to everybody else
        subprocess.run(
            [
                self.binaries / "initdb",
                *("--pgdata", self.folder / "data"),
                *("--username", SUPERUSER, "--pwfile", secret),
                *("--auth-local", "trust", "--auth-host", "scram-sha-256"),
                # Letters of Kazakh and Russian have upper and lower case here, unlike in plain C.
                *("--encoding", "UTF8", "--locale", "C.UTF-8"),
                "--no-sync",
            ],
            check=True,
            capture_output=True,
            cwd=self.folder,
            **self._as_account(),
        )

    def _started(self) -> bool:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": self.folder,
            "unix_socket_permissions": "0700",
            "max_connections": 200,
            "shared_buffers": "64MB",
            # As a server in Kazakhstan may well be set: code that forgets the zone shows it.
            "timezone": "Asia/Almaty",
        }
        if not self.fsync:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        command = [self.binaries / "postgres", "-D", self.folder / "data"]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*_dies_with_parent(), *command],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for pytest, which then stops us in order
                **self._as_account(),
            )
        deadline = time.monotonic() + START_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                self._connect().close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return True
        self._end(signal.SIGQUIT)
        return False

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(how)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.folder),
            port=self.port,
            user=SUPERUSER,
            dbname="postgres",
            autocommit=True,
        )

    def _administer(self, statement: sql.Composable) -> None:
        with self._connect() as connection:
            connection.execute(statement)

    def _as_account(self) -> dict[str, object]:
        if self._account is None:
            return {}
        return {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": []}


@cache
def cluster(*, fsync: bool = True) -> Cluster:
    """The cluster of this process, started at the first call; raises PostgresMissing."""
    return Cluster(fsync=fsync)


def _unprivileged() -> pwd.struct_passwd | None:
    """Whom to run as: PostgreSQL refuses root. None: as ourselves."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def _dies_with_parent() -> list[str]:
    """A killed test run leaves no server behind (Linux; the signal follows the starting thread)."""
    setpriv = shutil.which("setpriv")
    if setpriv is None or threading.current_thread() is not threading.main_thread():
        return []
    return [setpriv, "--pdeathsig", "QUIT", "--"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
