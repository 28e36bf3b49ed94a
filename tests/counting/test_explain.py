"""`asar explain` and `asar compare` on an election worked out by hand (see villages)."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from app.counting.asked import Asked
from app.counting.command import compare_file, explain_project
from tests.counting.villages import VILLAGE


@pytest.fixture
def village(tmp_path: Path) -> Path:
    path = tmp_path / "village.pb"
    path.write_text(VILLAGE, "utf-8")
    return path


def explain(path: Path, project: str, *, as_json: bool = False, **asked: Any) -> tuple[int, str]:
    out, err = io.StringIO(), io.StringIO()
    wanted = Asked(**{"rule": "", **asked})
    code = explain_project(str(path), project, asked=wanted, as_json=as_json, out=out, err=err)
    return code, out.getvalue() + err.getvalue()


def told(path: Path, project: str, **asked: Any) -> dict[str, Any]:
    code, out = explain(path, project, as_json=True, **asked)
    assert code == 0
    account: dict[str, Any] = json.loads(out)
    return account


def test_a_loser_by_votes_learns_what_was_left_and_after_what(village: Path) -> None:
    code, out = explain(village, "3")
    assert code == 0
    assert out == (
        "Project 3 (Құдық) did not win.\n"
        "4 of 10 voters chose it. It costs 300 KZT.\n"
        "Its turn came as number 3 of 3: 0 KZT of 1 000 KZT were left, 300 KZT too little.\n"
        "Too little was left after 2 (Саябақ) was taken.\n"
        "Taken before it: 1 (Жол), 2 (Саябақ).\n"
        "Rule: most-votes.\n"
    )
    account = told(village, "3")
    assert {key: account[key] for key in ("won", "needed", "had", "missing", "after", "left")} == {
        "won": False,
        "needed": "300",
        "had": "0",
        "missing": "300",
        "after": "2",
        "left": "0",
    }
    assert (account["place"], account["taken_before"]) == (3, ["1", "2"])
    assert account["sentences"] == out.splitlines()[:-1]


def test_a_loser_by_shares_learns_where_its_supporters_money_went(village: Path) -> None:
    account = told(village, "2", rule="equal-shares")
    assert (account["needed"], account["had"], account["missing"]) == ("400", "399", "1")
    assert (account["after"], account["left"]) == ("1", "100")
    assert account["step"]["backing"]["takers"] == [["1", "500"]]
    code, out = explain(village, "2", rule="equal-shares", completion="none")
    assert code == 0
    assert out == (
        "Project 2 (Саябақ) did not win.\n"
        "5 of 10 voters chose it. It costs 400 KZT.\n"
        "After 1 (Жол) was bought in turn 1, its supporters had 0 KZT of their shares left: "
        "400 KZT too little.\n"
        "Most of their money had gone to what they chose as well: 1 (Жол) 500 KZT.\n"
        "Rule: equal-shares.\n"
    )


def test_a_winner_by_shares_learns_who_paid(village: Path) -> None:
    code, out = explain(village, "3", rule="equal-shares", completion="none")
    assert code == 0
    assert out == (
        "Project 3 (Құдық) won.\n"
        "4 of 10 voters chose it. It costs 300 KZT.\n"
        "It was bought in turn 2: its supporters had 400 KZT of their shares left and paid its "
        "300 KZT together.\n"
        "4 of them paid 75 KZT each.\n"
        "Rule: equal-shares.\n"
    )


@pytest.mark.parametrize(
    ("change", "asked", "project", "said"),
    [
        (("3;300", "3;999999999"), {}, "3", "was withdrawn"),
        (("3;300", "3;0"), {}, "3", "no price"),
        (
            ("rule;unknown", "min_project_score_threshold;6"),
            {},
            "3",
            "At least 6 votes were needed",
        ),
        (("rule;unknown", "rule;greedy-no-skip"), {}, "3", "costs 300"),
        (("1;600", "1;1100"), {"rule": "most-votes"}, "1", "100 KZT too little"),
        (("1;600", "1;1100"), {"rule": "equal-shares"}, "1", "100 KZT too little"),
        (("1;600", "1;500"), {"rule": "most-votes"}, "2", "500 KZT of 1 000 KZT were left, 100"),
        (("", ""), {"exclusive": (("1", "2"),)}, "2", "Only one of it and 1 (Жол)"),
        (("5;Саябақ", "5;Сая\x1b[2J"), {}, "2", "Сая [2J"),
    ],
)
def test_every_reason_has_its_sentence(
    village: Path, change: tuple[str, str], asked: dict[str, Any], project: str, said: str
) -> None:
    village.write_text(VILLAGE.replace(*change) if change[0] else VILLAGE, "utf-8")
    code, out = explain(village, project, **asked)
    assert code == 0
    assert said in out
    assert not {c for c in out if not c.isprintable()} - {"\n"}


def test_the_files_own_rule_is_explained_where_it_names_one(village: Path) -> None:
    assert told(village, "1")["rule"] == "most-votes"
    village.write_text(VILLAGE.replace("rule;unknown", "rule;equalshares"), "utf-8")
    assert told(village, "1")["rule"] == "equal-shares"


def test_who_asks_for_what_is_not_there_gets_two(village: Path) -> None:
    assert explain(village, "4") == (2, f"{village}: there is no project '4'\n")
    assert explain(village, "1", rule="phragmen")[0] == 2
    assert explain(village.with_name("no.pb"), "1")[0] == 2


def compare(path: Path, *, as_json: bool = False, **asked: Any) -> tuple[int, str]:
    out, err = io.StringIO(), io.StringIO()
    wanted = Asked(rule="equal-shares", **asked)
    code = compare_file(str(path), asked=wanted, as_json=as_json, out=out, err=err)
    return code, out.getvalue() + err.getvalue()


def test_two_rules_are_held_against_each_other(village: Path) -> None:
    code, out = compare(village, as_json=True)
    assert code == 0
    account = json.loads(out)
    shares = account["equal_shares"].pop("shares")
    assert account == {
        "budget": "1000",
        "currency": "KZT",
        "voters": 10,
        "most_votes": {
            "selected": ["1", "2"],
            "total_cost": "1000",
            "nothing": 4,
            "chosen_won": "1.10",
        },
        "equal_shares": {
            "selected": ["1", "3"],
            "total_cost": "900",
            "nothing": 0,
            "chosen_won": "1.00",
        },
        "both": ["1"],
        "only_most_votes": ["2"],
        "only_equal_shares": ["3"],
        "nothing_under_both": 0,
        "by_number": {"more_under_most_votes": 5, "more_under_equal_shares": 4, "equal": 1},
        "by_cost": {"more_under_most_votes": 5, "more_under_equal_shares": 4, "equal": 1},
    }
    assert (shares["increases"], shares["share_amount"]) == (799, "179.9")


def test_the_comparison_is_readable(village: Path) -> None:
    assert compare(village) == (
        0,
        "budget:  1 000 KZT\n"
        "ballots: 10\n"
        "\n"
        "              winners   cost  voters with nothing  chosen that won, on average\n"
        "most votes          2  1 000                    4  1.10\n"
        "equal shares        2    900                    0  1.00\n"
        "\n"
        "more of their choices won under most votes:   5\n"
        "more of their choices won under equal shares: 4\n"
        "as many under both:                           1\n"
        "\n"
        "win under both: 1\n"
        "only under most votes:\n"
        "  project  votes  cost  name\n"
        "  2            5   400  Саябақ\n"
        "only under equal shares:\n"
        "  project  votes  cost  name\n"
        "  3            4   300  Құдық\n",
    )


def test_a_comparison_where_nothing_differs_or_nobody_voted(village: Path) -> None:
    one = VILLAGE.replace("budget;1000", "budget;1300")
    village.write_text(one, "utf-8")
    assert "only under most votes: -\nonly under equal shares: -\n" in compare(village)[1]
    nobody = VILLAGE[: VILLAGE.index("a;1,2")].replace("num_votes;10", "num_votes;0")
    village.write_text(nobody, "utf-8")
    code, out = compare(village, as_json=True)
    assert code == 0
    assert json.loads(out)["equal_shares"]["nothing"] == 0
