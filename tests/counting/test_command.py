"""`asar count` as a person and as a program meet it."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from app.counting.asked import Asked
from app.counting.command import RULES, count_file

FILE = """\
META
key;value
description;Сұрат
num_projects;4
num_votes;4
budget;1000.50
vote_type;approval
rule;greedy
currency;KZT
PROJECTS
project_id;cost;name;votes;selected
10;500.25;Жарық;3;1
9;700;Құдық;2;0
2;100;Қоршау;1;1
7;100;Саябақ;1;1
VOTES
voter_id;vote
v1;10,9
v2;10
v3;10,2
v4;9,7
"""

TABLE = """\
rule:      most-votes
budget:    1 000.5 KZT
ballots:   4
threshold: none
seed:      none

#  project  votes    cost    left     why                                         name
1  10           3  500.25  500.25  +  funded                                      Жарық
2  9            2     700  500.25  -  does not fit: 199.75 missing                Құдық
3  7            1     100  400.25  +  funded; tied with 2: by the draw 6b9bd6d5…  Саябақ
4  2            1     100  300.25  +  funded; tied with 7: by the draw 9024aff7…  Қоршау

funded: 3 of 4 projects for 700.25 KZT
account: sha256 5d34601294830625ea4e7acca829ec5c4ecb263488d41d451d02dbeb7d1118a4
"""


def count(
    path: Path | str, rule: str, seed: str = "", as_json: bool = False
) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    asked = Asked(rule=rule, seed=seed)
    code = count_file(str(path), asked=asked, as_json=as_json, out=out, err=err)
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def village(tmp_path: Path) -> Path:
    path = tmp_path / "village.pb"
    path.write_text(FILE, "utf-8")
    return path


def test_json_is_the_object_of_the_contract_and_nothing_else(village: Path) -> None:
    code, out, err = count(village, "most-votes", as_json=True)
    account: dict[str, Any] = json.loads(out)
    assert (code, err) == (0, "")
    assert set(account) == {"rule", "budget", "selected", "total_cost", "steps"}
    assert account["rule"] == "most-votes"
    assert account["budget"] == "1000.5"
    assert account["selected"] == ["10", "2", "7"]
    assert account["total_cost"] == "700.25"
    assert account["steps"][1] == {
        "project": "9",
        "votes": 2,
        "supporters": 2,
        "cost": "700",
        "verdict": "too_dear",
        "left_before": "500.25",
        "left_after": "500.25",
        "missing": "199.75",
        "tied_with": [],
        "tie_broken_by": None,
        "draw": None,
    }


def test_the_table_gives_every_step_with_its_reason(village: Path) -> None:
    # The lots: printf '\n7' | sha256sum gives 6b9bd6d5…, printf '\n2' | sha256sum 9024aff7…
    code, out, err = count(village, "most-votes")
    assert (code, err) == (0, "")
    assert out == TABLE


def test_the_seed_moves_the_draw(village: Path) -> None:
    orders = set()
    for seed in ("", "a", "b", "c", "d"):
        account = json.loads(count(village, "most-votes", seed, as_json=True)[1])
        orders.add(tuple(step["project"] for step in account["steps"]))
    assert orders == {("10", "9", "2", "7"), ("10", "9", "7", "2")}


def test_the_threshold_of_the_file_holds(village: Path) -> None:
    village.write_text(FILE.replace("rule;greedy", "min_project_score_threshold;2"), "utf-8")
    account = json.loads(count(village, "most-votes", as_json=True)[1])
    assert account["selected"] == ["10"]
    assert [step["verdict"] for step in account["steps"][2:]] == ["below_threshold"] * 2


def test_as_published_says_that_the_winners_are_the_same(village: Path) -> None:
    code, out, err = count(village, "as-published")
    assert (code, err) == (0, "")
    assert out.endswith("\npublished: the same winners\n")


def test_as_published_that_differs_ends_with_one_and_says_where(village: Path) -> None:
    village.write_text(FILE.replace("Құдық;2;0", "Құдық;5;1").replace("Қоршау;1;1", "Қоршау;1;0"))
    said = (
        "recount: other numbers than published for 9\n"
        "published: DIFFERS\n  only here: 2\n  only in the file: 9\n"
    )
    code, out, err = count(village, "as-published")
    assert (code, err) == (1, "")
    assert out.endswith(said)
    code, out, err = count(village, "as-published", as_json=True)
    assert (code, err) == (1, said)
    assert json.loads(out)["rule"] == "as-published"


def test_as_published_without_published_winners_has_nothing_to_differ_from(village: Path) -> None:
    village.write_text(FILE.replace(";selected", ";mark"), "utf-8")
    code, out, _ = count(village, "as-published")
    assert code == 0
    assert "nothing to compare" in out


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("phragmen", "rule not supported by this version: phragmen"),
        ("unknown", "does not say by which rule"),
        ("", "does not say by which rule"),
        ("greedy-custom", "described in words only"),
    ],
)
def test_as_published_refuses_a_rule_that_it_cannot_follow(
    village: Path, rule: str, said: str
) -> None:
    village.write_text(FILE.replace("rule;greedy", f"rule;{rule}"), "utf-8")
    code, out, err = count(village, "as-published", as_json=True)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_a_rule_that_is_not_there_is_refused_before_the_file_is_looked_at(tmp_path: Path) -> None:
    code, out, err = count(tmp_path / "no.pb", "phragmen")
    assert (code, out) == (2, "")
    assert err == "no such rule: phragmen (there is most-votes, equal-shares, as-published)\n"
    assert RULES == ("most-votes", "equal-shares", "as-published")


def test_a_bad_file_ends_with_two_line_and_reason(village: Path) -> None:
    village.write_text(FILE.replace("v3;10,2", "v3;10,11"), "utf-8")
    for rule in RULES:
        code, out, err = count(village, rule, as_json=True)
        assert (code, out) == (2, "")
        assert err == f"{village}: line 20: a vote for '11', which is no project of this file\n"


def test_what_is_no_file_ends_with_two(tmp_path: Path) -> None:
    assert count(tmp_path / "no.pb", "most-votes")[::2] == (
        2,
        f"{tmp_path / 'no.pb'}: No such file or directory\n",
    )
    assert count(tmp_path, "most-votes")[::2] == (2, f"{tmp_path}: Is a directory\n")


def test_a_seed_that_is_no_text_is_refused(village: Path) -> None:
    assert count(village, "most-votes", seed="\udcff")[::2] == (
        2,
        "the seed is not readable text\n",
    )


def test_a_terminal_obeys_nothing_that_a_file_says(village: Path) -> None:
    evil = FILE.replace("Жарық", "Жарық\x1b[2J\x07").replace("KZT", "KZT\x1b]0;x")
    village.write_text(evil.replace("KZT\x1b]0;x", '"KZT\x1b]0;x"'), "utf-8")
    code, out, _ = count(village, "as-published")
    assert code == 0
    assert "Жарық [2J" in out
    assert not {c for c in out if not c.isprintable()} - {"\n"}
