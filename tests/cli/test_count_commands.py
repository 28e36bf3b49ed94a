"""`asar count`, `explain`, `compare` with every option, on an election worked out by hand."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.core import TyperGroup as Group
from typer.main import get_command
from typer.testing import CliRunner, Result

from app.cli import asar
from app.counting.__main__ import TAKES, main
from app.counting.as_published import GREEDY
from app.counting.as_published import SHARES as PUBLISHED
from app.counting.asked import COMPLETIONS, UTILITIES
from app.counting.command import RULES
from app.counting.outcome import Purse, Verdict
from tests.counting.villages import VILLAGE

ROOT = Path(__file__).parents[2]


@pytest.fixture
def village(tmp_path: Path) -> Path:
    path = tmp_path / "village.pb"
    path.write_text(VILLAGE, "utf-8")
    return path


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(asar, [str(word) for word in words])


def count(path: Path, *options: str) -> dict[str, Any]:
    answer = run("count", path, *options, "--json")
    assert (answer.exit_code, answer.stderr) == (0, "")
    account: dict[str, Any] = json.loads(answer.stdout)
    return account


SHARES = ("--rule", "equal-shares")


@pytest.mark.parametrize(
    ("options", "selected", "share", "increases", "ended"),
    [
        ((), ["1", "3"], "179.9", 799, "over"),
        (("--step-share", "0.25"), ["1", "3"], "175", 3, "over"),
        (("--step-money", "1"), ["1", "3"], "179", 79, "over"),
        (("--completion", "add1"), ["1", "3"], "179.9", 799, "over"),
        (("--completion", "none"), ["1", "3"], "100", 0, None),
        (("--stop-when-exhaustive",), ["1", "3"], "100", 0, "exhaustive"),
        # Cheapest for its supporters first: the well for 75, the park for 80; the road's six then
        # have five times 20 and 100 of 600.
        (("--utility", "number", "--completion", "none"), ["2", "3"], "100", 0, None),
        (("--exclusive", "1,3", "--completion", "none"), ["1"], "100", 0, None),
    ],
)
def test_equal_shares_with_its_options(
    village: Path,
    options: tuple[str, ...],
    selected: list[str],
    share: str,
    increases: int,
    ended: str | None,
) -> None:
    account = count(village, *SHARES, *options)
    assert set(account) == {"rule", "budget", "selected", "total_cost", "steps", "shares"}
    assert (account["rule"], account["budget"]) == ("equal-shares", "1000")
    assert account["selected"] == selected
    shares = account["shares"]
    assert (shares["share_amount"], shares["increases"], shares["ended"]) == (
        share,
        increases,
        ended,
    )
    assert {step["project"] for step in account["steps"]} == {"1", "2", "3"}


def test_the_document_for_those_without_a_server_names_everything() -> None:
    told = (ROOT / "docs" / "count.md").read_text("utf-8")
    commands = get_command(asar)
    assert isinstance(commands, Group)
    for name in ("count", "explain", "compare"):
        assert f"## `asar {name} " in told
        for parameter in commands.commands[name].params:
            if parameter.param_type_name == "option":
                assert f"`{parameter.opts[0]}" in told, (name, parameter.opts)
    for word in (*Verdict, *Purse, *RULES, *COMPLETIONS, *UTILITIES, *GREEDY, *PUBLISHED):
        assert f"`{word}`" in told or f"{word}`" in told, word


def test_it_runs_with_nothing_but_python_and_takes_the_same_options(village: Path) -> None:
    commands = get_command(asar)
    assert isinstance(commands, Group)
    for name, options in TAKES.items():
        theirs = {
            option
            for one in commands.commands[name].params
            for option in one.opts
            if "--" in option
        }
        ours = {f"--{option.replace('_', '-')}" for option in options}
        assert theirs == ours | {"--json"} | ({"--csv"} if name == "count" else set())
    # -I and -S: neither an environment nor any package.
    where = f"import sys; sys.path.insert(0, {str(ROOT)!r}); "
    run_it = "import runpy; runpy.run_module('app.counting', run_name='__main__', alter_sys=True)"
    words = ["explain", str(village), "2", *SHARES, "--json"]
    answer = subprocess.run(
        [sys.executable, "-I", "-S", "-c", where + run_it, *words], capture_output=True, text=True
    )
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout == run(*words).stdout


def test_the_same_words_at_both_doors(village: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (
        ["count", str(village), "--json", "--exclusive", "1,2"],
        ["count", str(village), *SHARES, "--csv", "--completion", "add1"],
        ["compare", str(village), "--seed", "s"],
        ["count", str(village), "--utility", "cost"],
        ["count", str(village.with_name("no.pb"))],
    ):
        code = main(words)
        said = capsys.readouterr()
        answer = run(*words)
        assert (code, said.out, said.err) == (answer.exit_code, answer.stdout, answer.stderr)


def test_most_votes_with_groups_and_parts(village: Path) -> None:
    assert count(village)["selected"] == ["1", "2"]
    assert count(village, "--rule", "most-votes", "--exclusive", "1,2")["selected"] == ["1", "3"]
    village.write_text(VILLAGE.replace(";selected", ";neighborhood"), "utf-8")
    assert count(village, "--part", "0=400")["selected"] == ["1", "2"]
    assert count(village, "--part", "1=300", "--part", "0=400")["selected"] == ["2", "3"]


def test_ties_follow_the_seed_in_equal_shares_too(village: Path) -> None:
    # Two projects that all voters chose, as dear as each other, and money for one of them.
    alike = VILLAGE.replace("1;600", "1;700").replace("2;400", "2;700").replace("3;300", "3;2000")
    for row in ("f;1", "g;3", "h;3", "i;3", "j;3"):
        alike = alike.replace(row, f"{row[0]};1,2")
    village.write_text(alike, "utf-8")
    wins = {seed: count(village, *SHARES, "--seed", seed)["selected"] for seed in "abcdefgh"}
    assert {tuple(won) for won in wins.values()} == {("1",), ("2",)}
    from hashlib import sha256

    for seed, (won,) in wins.items():
        lots = {p: sha256(f"{seed}\n{p}".encode()).hexdigest() for p in "12"}
        assert won == min("12", key=lots.__getitem__)


def test_a_table_for_spreadsheets_in_which_no_name_is_a_formula(village: Path) -> None:
    village.write_text(VILLAGE.replace("Саябақ", "=1+1"), "utf-8")
    answer = run("count", village, *SHARES, "--completion", "none", "--csv")
    assert answer.exit_code == 0
    assert answer.stdout.startswith("\ufeffturn,project,name,votes,")
    rows = list(csv.DictReader(io.StringIO(answer.stdout.removeprefix("\ufeff"))))
    assert [(row["turn"], row["project"], row["name"]) for row in rows] == [
        ("1", "1", "Жол"),
        ("2", "3", "Құдық"),
        ("3", "2", "'=1+1"),
    ]
    assert [(row["funded"], row["price"], row["effective_votes"]) for row in rows] == [
        ("1", "100", "6"),
        ("1", "75", "4"),
        ("0", "", ""),
    ]
    assert (rows[2]["verdict"], rows[2]["supporters_had"], rows[2]["missing"]) == (
        "short",
        "0",
        "400",
    )
    assert run("count", village, "--csv", "--json").exit_code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--utility", "cost"), "belong to --rule equal-shares"),
        (("--rule", "as-published", "--completion", "none"), "belong to --rule equal-shares"),
        (("--rule", "as-published", "--exclusive", "1,2"), "from the file itself"),
        ((*SHARES, "--utility", "joy"), "no such utility"),
        ((*SHARES, "--completion", "add2"), "no such completion"),
        ((*SHARES, "--step-share", "0"), "not a part of the share"),
        ((*SHARES, "--step-share", "-0.1"), "not a part of the share"),
        ((*SHARES, "--step-share", "0.1", "--step-money", "1"), "not both"),
        ((*SHARES, "--step-money", "0"), "more than nothing"),
        ((*SHARES, "--step-money", "0.5"), "not an amount of this file's money"),
        ((*SHARES, "--step-money", "1e3"), "not an amount"),
        ((*SHARES, "--part", "x=1"), "no project of the file has the neighborhood"),
        (("--part", "x"), "not a place and its part"),
        (("--exclusive", "1,9"), "unknown projects"),
        (("--exclusive", "1"), "from two on"),
        (("--rule", "phragmen"), "no such rule"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_line(
    village: Path, words: tuple[str, ...], said: str
) -> None:
    answer = run("count", village, *words)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert said in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_explain_and_compare_are_commands(village: Path) -> None:
    answer = run("explain", village, "2", *SHARES, "--json")
    assert answer.exit_code == 0
    assert json.loads(answer.stdout)["after"] == "1"
    answer = run("explain", village, "9")
    assert (answer.exit_code, answer.stdout) == (2, "")
    answer = run("compare", village, "--json", "--completion", "none")
    assert answer.exit_code == 0
    assert json.loads(answer.stdout)["only_equal_shares"] == ["3"]
    assert run("compare", village, "--step-share", "x").exit_code == 2


def test_as_published_holds_an_equal_shares_election_against_its_winners(village: Path) -> None:
    village.write_text(VILLAGE.replace("rule;unknown", "rule;equalshares/add1"), "utf-8")
    answer = run("count", village, "--rule", "as-published")
    assert answer.exit_code == 0
    assert answer.stdout.endswith("published: the same winners\n")
    # More voters get more under most votes, so the comparison step takes that outcome.
    step = VILLAGE.replace("rule;unknown", "rule;equalshares/add1-comparison")
    village.write_text(step, "utf-8")
    answer = run("count", village, "--rule", "as-published")
    assert answer.exit_code == 1
    assert "more under equal shares 4, more under most votes 5, equal 1" in answer.stdout
    assert answer.stdout.endswith("only here: 2\n  only in the file: 3\n")
