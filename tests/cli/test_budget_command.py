"""`asar budget import-units`: a report row by row, exit codes, and no office for such a unit."""

import sqlite3
from pathlib import Path

import pytest

from tests.cli.test_commands import Terminal, terminal
from tests.rooms.test_budget_units import AGYBET, CLASSIFIER, file_of

__all__ = ["terminal"]


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """A file with a good row, one that does not add up, and one nobody can place."""
    rows = (AGYBET, {**AGYBET, "tax": "1"}, {**AGYBET, "kato": "", "raion_ru": "г. Аксу"})
    units, kato = tmp_path / "units.csv", tmp_path / "kato.csv"
    units.write_text("".join(file_of(*rows)), encoding="utf-8")
    kato.write_text(CLASSIFIER, encoding="utf-8")
    return str(units), str(kato)


def test_good_rows_come_in_and_the_others_are_told(
    terminal: Terminal,
    files: tuple[str, str],
) -> None:
    units, kato = files
    terminal.run("migrate")
    answer = terminal.run("budget", "import-units", units, "--kato", kato)
    assert answer.exit_code == 1
    assert "1 rows are in, 2 were refused" in answer.stdout
    assert "row 2" in answer.stdout
    assert "row 3: It does not add up" in answer.stderr
    assert "row 4: The classifier has no unit" in answer.stderr
    again = terminal.run("budget", "import-units", units)  # the classifier is in by now
    assert "known already" in again.stdout
    with sqlite3.connect(terminal.folder / "asar.db") as database:
        assert database.execute("SELECT count(*) FROM district").fetchone() == (1,)
        assert database.execute("SELECT count(*) FROM budget_version").fetchone() == (1,)
    assert "(its budget only)" in terminal.run("district", "list").stdout
    person = ("official", "add", "dana", "--name", "Дана Омарова", "--role", "clerk")
    refused = terminal.run(*person, "--district", "agybet", "--password", "long-enough-word-7")
    assert refused.exit_code == 2
    assert "only shows its budget" in refused.stderr
    assert terminal.run("district", "add", "--kato", AGYBET["kato"]).exit_code == 0
    given = terminal.run(*person, "--district", "agybet", "--password", "long-enough-word-7")
    assert given.exit_code == 0, given.stderr


def test_a_file_that_is_none_changes_nothing(terminal: Terminal, tmp_path: Path) -> None:
    terminal.run("migrate")
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"kato;\xff\xfe")
    assert terminal.run("budget", "import-units", str(bad)).exit_code == 2
    assert terminal.run("budget", "import-units", str(tmp_path / "none.csv")).exit_code == 2
    bad.write_text("kato,year\n613633000,2025\n", encoding="utf-8")
    answer = terminal.run("budget", "import-units", str(bad))
    assert answer.exit_code == 2
    assert "row 1" in answer.stderr
