"""`asar` from a terminal: the commands of the contract, with their exit codes."""

import json
import logging
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import asar

SHARED = Path(__file__).parents[3] / "shared" / "data"


class Terminal:
    """A terminal with settings of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env = {
            "ASAR_DATABASE_URL": f"sqlite:///{folder / 'asar.db'}",
            "ASAR_MODE": "production",
            "ASAR_KEYS_DIR": str(folder / "keys"),
            "ASAR_PUBLIC_URL": "https://asar.example",
            "ASAR_OPERATOR": "Raion akimat",
        }

    def run(self, *args: str, **env: str) -> Result:
        return CliRunner().invoke(asar, args, env={**self.env, **env})


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    # A command that logs leaves its handler behind, with a standard error that is closed by then.
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.chdir(tmp_path)
    for name in ("ASAR_DATABASE_URL", "ASAR_MODE", "ASAR_KEYS_DIR", "ASAR_PUBLIC_URL"):
        monkeypatch.setenv(name, "")  # so that what a command sets is taken back
        monkeypatch.delenv(name)
    return Terminal(tmp_path)


def test_migrating_twice_makes_the_schema_and_the_key_once(terminal: Terminal) -> None:
    assert terminal.run("migrate").exit_code == 0
    key = (terminal.folder / "keys" / "roll.key").read_text()
    assert terminal.run("migrate").exit_code == 0
    assert (terminal.folder / "keys" / "roll.key").read_text() == key
    assert (terminal.folder / "keys" / "roll.key").stat().st_mode & 0o077 == 0


def test_a_lost_key_is_never_replaced_in_silence(terminal: Terminal) -> None:
    terminal.run("migrate")
    (terminal.folder / "keys" / "roll.key").unlink()
    assert terminal.run("migrate").exit_code == 0
    answer = terminal.run("serve")
    assert answer.exit_code == 2
    assert "roll.key" in answer.stderr
    terminal.run("keys", "make")
    answer = terminal.run("serve")
    assert answer.exit_code == 2
    assert "not the keys" in answer.stderr


@pytest.mark.parametrize(
    ("env", "args", "says"),
    [
        ({"ASAR_PUBLIC_URL": "http://asar.example"}, (), "ASAR_PUBLIC_URL"),
        ({"ASAR_PUBLIC_URL": ""}, (), "ASAR_PUBLIC_URL"),
        ({"ASAR_OPERATOR": ""}, (), "ASAR_OPERATOR"),
        ({}, ("--workers", "2"), "PostgreSQL"),
    ],
)
def test_production_does_not_start_unsafely(
    terminal: Terminal, env: dict[str, str], args: tuple[str, ...], says: str
) -> None:
    terminal.run("migrate")
    answer = terminal.run("serve", *args, **env)
    assert answer.exit_code == 2
    assert says in answer.stderr


def test_an_empty_database_is_not_served(terminal: Terminal) -> None:
    answer = terminal.run("serve")
    assert answer.exit_code == 2
    assert "asar migrate" in answer.stderr


def test_a_demo_fills_itself_and_says_who_lives_there(terminal: Terminal) -> None:
    answer = terminal.run("demo", "--no-serve", "--at", "2026-05-20", ASAR_KEYS_DIR="")
    assert answer.exit_code == 0, answer.output
    cards = json.loads((terminal.folder / "demo-cards.json").read_text())
    roles = {card["role"] for card in cards}
    assert roles == {
        "resident", "clerk", "akim", "maslikhat", "maslikhat-office", "raion-office", "observer",
        "operator",
    }  # fmt: skip
    assert {card["district"] for card in cards} == {"surat", "oytal", "boranqul", None}
    assert all(card["sign_in"] for card in cards)
    with sqlite3.connect(terminal.folder / "asar.db") as database:
        counted = database.execute("SELECT count(*) FROM count_outcome").fetchone()[0]
        departures = database.execute("SELECT count(*) FROM word WHERE departs").fetchone()[0]
        ballots = database.execute("SELECT count(*) FROM counted_ballot").fetchone()[0]
    assert counted == 5  # two rounds of last year, three of this one
    assert departures >= 2
    assert ballots > 300
    again = terminal.run("demo", "--no-serve", ASAR_KEYS_DIR="")
    assert again.exit_code == 0


def test_a_demo_never_replaces_what_is_no_demo(terminal: Terminal) -> None:
    terminal.run("migrate")
    before = (terminal.folder / "asar.db").read_bytes()
    answer = terminal.run("demo", "--no-serve")
    assert answer.exit_code == 2
    assert (terminal.folder / "asar.db").read_bytes() == before


def test_a_demo_is_served_beyond_this_machine_only_when_said_so(terminal: Terminal) -> None:
    terminal.run("demo", "--no-serve", "--at", "2025-01-10")
    answer = terminal.run("serve", "--host", "0.0.0.0")
    assert answer.exit_code == 2
    assert "demo" in answer.stderr


def test_a_bad_day_is_said(terminal: Terminal) -> None:
    answer = terminal.run("demo", "--no-serve", "--at", "gestern")
    assert answer.exit_code == 2
    assert "--at" in answer.stderr


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data are not beside the checkout")
def test_any_unit_of_the_country_can_live_here(terminal: Terminal) -> None:
    terminal.run("migrate")
    answer = terminal.run("places", "import", str(SHARED / "kato" / "kato.csv"))
    assert (answer.exit_code, answer.output.strip()) == (0, "15594 places.")
    made = terminal.run("district", "add", "--kato", "596644000")
    assert made.exit_code == 0, made.output
    assert made.output.startswith("/kk/")
    assert terminal.run("district", "add", "--kato", "596644000").exit_code == 2
    assert terminal.run("district", "add", "--kato", "000000000").exit_code == 2
    assert "596644000" in terminal.run("district", "list").output


def test_the_classifier_is_taken_whole_or_not_at_all(terminal: Terminal) -> None:
    terminal.run("migrate")
    bad = terminal.folder / "bad.csv"
    bad.write_text(
        "kato,kato_version,level,type_code,name_ru,name_kk\n"
        "310000000,NK RK 11-2025,oblast,0,Жамбылская область,Жамбыл облысы\n"
        "31540000,NK RK 11-2025,district,2,Меркенский район,Мерке ауданы\n"
    )
    answer = terminal.run("places", "import", str(bad))
    assert answer.exit_code == 2
    assert "3" in answer.stderr
    with sqlite3.connect(terminal.folder / "asar.db") as database:
        assert database.execute("SELECT count(*) FROM place").fetchone()[0] == 0


def test_a_years_days_off_are_one_file(terminal: Terminal) -> None:
    terminal.run("migrate")
    file = terminal.folder / "days.csv"
    file.write_text("day,works,name_kk,name_ru\n2028-01-03,no,Жаңа жыл,Новый год\n")
    assert terminal.run("places", "days-off", str(file)).output.strip() == "1 days."
    file.write_text("day,works,name_kk,name_ru\n2028-01-03,yes,,\n2028-13-01,no,,\n")
    answer = terminal.run("places", "days-off", str(file))
    assert (answer.exit_code, answer.stderr.startswith("row 3: ")) == (2, True)
    with sqlite3.connect(terminal.folder / "asar.db") as database:
        assert database.execute("SELECT day, works FROM day_off").fetchall() == [("2028-01-03", 0)]


def test_an_official_gets_an_office_with_a_term(terminal: Terminal) -> None:
    terminal.run("demo", "--no-serve", "--at", "2025-01-10")
    args = ("official", "add", "aliya", "--name", "Әлия Серікова", "--role", "clerk")
    assert terminal.run(*args, "--password", "kandai-da-bir-soz-42").exit_code == 2
    answer = terminal.run(*args, "--district", "surat", "--password", "kandai-da-bir-soz-42")
    assert answer.exit_code == 0, answer.output
    assert terminal.run(*args, "--district", "nowhere", "--password", "x").exit_code == 2
    assert terminal.run("official", "close", "aliya").exit_code == 0
    assert terminal.run("official", "close", "nobody").exit_code == 2
    with sqlite3.connect(terminal.folder / "asar.db") as database:
        closed = "SELECT count(*) FROM official WHERE closed_at IS NOT NULL"
        assert database.execute(closed).fetchone()[0] == 1


def test_a_file_is_counted_without_a_database(tmp_path: Path) -> None:
    file = tmp_path / "a.pb"
    file.write_text(
        "META\nkey;value\ndescription;d\ncountry;Kazakhstan\nunit;Surat\ninstance;2026\n"
        "num_projects;3\nnum_votes;3\nbudget;10\nvote_type;approval\nrule;greedy\n"
        "date_begin;2026\ndate_end;2026\n"
        "PROJECTS\nproject_id;cost\na;6\nb;5\nc;4\n"
        "VOTES\nvoter_id;vote\n1;a,b\n2;a,c\n3;a,c\n"
    )
    answer = CliRunner().invoke(asar, ["count", str(file), "--json"])
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert (told["selected"], told["total_cost"], told["budget"]) == (["a", "c"], "10", "10")
    file.write_text(file.read_text().replace("b;5", "b;five"))
    answer = CliRunner().invoke(asar, ["count", str(file)])
    assert answer.exit_code == 2
    assert "17" in answer.stderr


def test_the_operator_invites_and_lets_a_lost_factor_be_set_up_anew(terminal: Terminal) -> None:
    terminal.run("demo", "--no-serve", "--at", "2025-01-10")
    args = ("official", "invite", "--name", "Әлия Серікова", "--role", "clerk")
    assert terminal.run(*args).exit_code == 2
    assert terminal.run(*args, "--district", "surat", "--until", "ертең").exit_code == 2
    answer = terminal.run(*args, "--district", "surat", "--until", "2027-12-31")
    assert answer.exit_code == 0, answer.output
    link = answer.stdout.strip()
    assert link.startswith("https://asar.example/kk/invitation/")
    assert len(link.rpartition("/")[2]) >= 43
    invitation = answer.stderr.split()[-1]
    assert "Әлия Серікова" in terminal.run("official", "invited").stdout
    assert terminal.run("official", "take-back", invitation).exit_code == 0
    assert terminal.run("official", "take-back", invitation).exit_code == 2
    assert terminal.run("official", "invited").stdout == ""
    assert "dana" in terminal.run("official", "list").stdout
    assert terminal.run("official", "factors", "reset", "dana").exit_code == 0
    assert terminal.run("official", "factors", "reset", "nobody").exit_code == 2
    with sqlite3.connect(terminal.folder / "asar.db") as database:
        kinds = database.execute(
            "SELECT kind, office, by_name FROM entry WHERE kind LIKE 'people.%' AND office = ?",
            ("operator",),
        ).fetchall()
        token = database.execute("SELECT token_sha256 FROM invitation").fetchone()[0]
    assert [kind for kind, _, _ in kinds] == [
        "people.invited",
        "people.invitation_taken_back",
        "people.factors_reset",
    ]
    assert link.rpartition("/")[2] != token
