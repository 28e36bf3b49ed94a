"""`asar keys` from a terminal, and what keeps `asar serve` from starting."""

import logging
import shutil
import sqlite3
from pathlib import Path

import pytest

from app.core.key_files import alone, share
from app.core.keys import NAMES
from tests.cli.test_commands import Terminal


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # as in test_commands
    monkeypatch.chdir(tmp_path)
    for name in ("ASAR_DATABASE_URL", "ASAR_MODE", "ASAR_KEYS_DIR", "ASAR_PUBLIC_URL"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    made = Terminal(tmp_path)
    assert made.run("migrate").exit_code == 0
    return made


def serve_says(terminal: Terminal, **env: str) -> str:
    """What `serve` refuses with; the port is never opened."""
    answer = terminal.run("serve", "--workers", "2", **env)  # SQLite: always refused
    assert answer.exit_code == 2
    return answer.stderr


def test_new_makes_only_what_is_missing(terminal: Terminal) -> None:
    keys = terminal.folder / "keys"
    before = {name: (keys / f"{name}.key").read_text() for name in NAMES}
    assert len(set(before.values())) == len(NAMES)
    (keys / "web.key").unlink()
    answer = terminal.run("keys", "new")
    assert answer.output.startswith("Made: web.key.")
    assert terminal.run("keys", "new").output.startswith("Every key is there.")
    assert terminal.run("keys", "make").exit_code == 0  # as the first release called it
    after = {name: (keys / f"{name}.key").read_text() for name in NAMES}
    assert {name for name in NAMES if before[name] != after[name]} == {"web"}


def test_check_tells_every_key_and_nothing_of_its_content(terminal: Terminal) -> None:
    answer = terminal.run("keys", "check")
    assert answer.exit_code == 0, answer.output
    for name in NAMES:
        assert name in answer.output
        assert (terminal.folder / "keys" / f"{name}.key").read_text().strip() not in answer.output
    terminal.run("keys", "rotate", "roll")
    answer = terminal.run("keys", "check")
    assert (answer.exit_code, "chain of 2" in answer.output) == (0, True)


def test_check_says_what_is_wrong_and_how_to_mend_it(terminal: Terminal) -> None:
    keys = terminal.folder / "keys"
    shutil.copytree(keys, terminal.folder / "kept")

    def wrong() -> str:
        answer = terminal.run("keys", "check")
        assert answer.exit_code == 1
        shutil.rmtree(keys)
        shutil.copytree(terminal.folder / "kept", keys)
        return answer.stderr

    (keys / "card.key").unlink()
    assert "card.key is missing" in wrong()
    (keys / "card.key").write_text("00" * 32)
    assert "card.key is not the key this database was made with" in wrong()
    (keys / "card.key").write_text("no key at all")
    assert "card.key" in wrong()
    (keys / "card.key").chmod(0o640)
    assert "Run: chmod 600" in wrong()
    keys.chmod(0o750)
    assert "Run: chmod 700" in wrong()
    (keys / "card.key.next").write_text("00" * 32)
    (keys / "card.key.next").chmod(0o600)
    assert "Run: asar keys rotate card" in wrong()
    assert terminal.run("keys", "check").exit_code == 0


def test_copies_of_the_first_releases_key_are_to_be_rotated(terminal: Terminal) -> None:
    keys = terminal.folder / "keys"
    for name in NAMES:
        (keys / f"{name}.key").write_text("ab" * 32 + "\n")
    with sqlite3.connect(terminal.folder / "asar.db") as database:
        database.execute("DELETE FROM mark")
    terminal.run("migrate")
    answer = terminal.run("keys", "check")
    assert answer.exit_code == 1
    for name in NAMES[1:]:
        assert f"Run: asar keys rotate {name}" in answer.stderr
        assert terminal.run("keys", "rotate", name).exit_code == 0
    assert terminal.run("keys", "check").exit_code == 0


def test_rotating_from_a_terminal(terminal: Terminal) -> None:
    keys = terminal.folder / "keys"
    for name in NAMES:
        before = (keys / f"{name}.key").read_text()
        answer = terminal.run("keys", "rotate", name)
        assert answer.exit_code == 0, answer.output
        assert (keys / f"{name}.key").read_text() != before
    assert terminal.run("keys", "rotate", "ballot").exit_code == 2
    assert terminal.run("keys", "rotate", "round").exit_code == 2
    assert terminal.run("keys", "rotate", "round", "surat/2026").exit_code == 2
    assert terminal.run("keys", "destroy", "surat/2026", "--yes").exit_code == 2


def test_nobody_rotates_under_a_server_nor_ticks_under_a_rotation(terminal: Terminal) -> None:
    import os

    held = share(terminal.folder / "keys")
    answer = terminal.run("keys", "rotate", "web")
    assert (answer.exit_code, "Stop it first" in answer.stderr) == (2, True)
    os.close(held)
    with alone(terminal.folder / "keys"):
        assert terminal.run("tick").exit_code == 2
        assert "being rotated" in serve_says(terminal)
    assert terminal.run("keys", "rotate", "web").exit_code == 0


def test_serve_names_what_is_unsafe_and_its_mend(terminal: Terminal) -> None:
    keys = terminal.folder / "keys"
    assert "Not started:\n- SQLite is served by one process" in serve_says(terminal)
    told = [line for line in serve_says(terminal).splitlines() if line.startswith("- ")]
    assert len(told) == 1  # and nothing else
    idp = {"ASAR_OIDC_ISSUER": "https://idp.example", "ASAR_OIDC_CLIENT_ID": "a"}
    for env, said in (
        ({"ASAR_LOG_LEVEL": "DEBUG"}, "ASAR_LOG_LEVEL"),
        ({**idp, "ASAR_OIDC_ISSUER": "http://idp.example"}, "https://"),
        (idp, "ASAR_OIDC_CLIENT_SECRET"),
    ):
        assert said in serve_says(terminal, **env), env
    whole = {**idp, "ASAR_OIDC_CLIENT_SECRET": "a-secret"}
    assert "OIDC" not in serve_says(terminal, **whole)
    assert "a-secret" not in serve_says(terminal, **{**whole, "ASAR_OIDC_CLIENT_ID": ""})
    keys.chmod(0o755)
    assert f"Run: chmod 700 {keys}" in serve_says(terminal)
    keys.chmod(0o700)
    (keys / "web.key").chmod(0o604)
    assert f"Run: chmod 600 {keys / 'web.key'}" in serve_says(terminal)
