"""Reading `.pb` files: quirks of published ones are taken, what is wrong is told with its line."""

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.counting import most_votes, score
from app.counting.bad_file import SENTENCES
from app.counting.election import Project
from app.counting.pabulib import BadFile, VoteType, read, read_path

GOOD = """\
META
key;value
description;Сұрат
num_projects;3
num_votes;4
budget;1000
vote_type;approval
max_length;2
PROJECTS
project_id;cost;name;selected
a;500;Жарық;1
b;700;"Құдық; ""терең"" су";0
c;100;Қоршау;1
VOTES
voter_id;vote;voting_method
v1;a,b;internet
v2;a;paper
v3;b;paper
v4;c,a;internet
"""


def text(old: str = "", new: str = "", *, of: str = GOOD) -> bytes:
    assert of.count(old) == 1 or not old, "the change must hit one place"
    return of.replace(old, new).encode() if old else of.encode()


def test_a_file_says_what_stands_in_it() -> None:
    file = read(text())
    assert file.vote_type is VoteType.APPROVAL
    assert (file.budget, file.decimals, file.threshold, file.max_length) == (1000, 0, 0, 2)
    assert file.meta["description"] == "Сұрат"
    assert (file.rule, file.currency) == ("", "")
    assert [line.project for line in file.projects] == [
        Project("a", 500),
        Project("b", 700),
        Project("c", 100),
    ]
    assert [line.name for line in file.projects] == ["Жарық", 'Құдық; "терең" су', "Қоршау"]
    assert [vote.choices for vote in file.votes] == [("a", "b"), ("a",), ("b",), ("c", "a")]
    assert file.votes[1].cells == ("v2", "a", "paper")
    assert file.selected() == {"a", "c"}
    election = file.election(seed="s")
    assert election.voters == 4
    assert election.votes() == {"a": 3, "b": 2, "c": 1}
    assert election.seed == "s"


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + text(),
        text().replace(b"\n", b"\r\n"),
        text().rstrip(b"\n"),
        text("PROJECTS\n", "\nPROJECTS\n\n") + b"\n\n",
        text("META\nkey;value\n", "META;;\nkey;value;;\n"),
        text("budget;1000", "budget;1000.00;;"),
        text("budget;1000", "budget; 1000 "),
        text("a;500;", "a;500.0;"),
        text("v1;a,b;", "v1;a, b;"),
        text("v1;a,b;", 'v1;"a,b";'),
        text("v1;a,b;", "v1;a,b,a;"),
    ],
    ids=[
        "byte order mark",
        "windows line ends",
        "no line end at the end",
        "blank lines",
        "spreadsheet padding",
        "budget with decimals",
        "spaces around a number",
        "cost with decimals",
        "spaces in the list",
        "quoted list",
        "a project twice on a ballot",
    ],
)
def test_quirks_of_published_files_change_nothing(data: bytes) -> None:
    assert data != text()
    assert read(data).election() == read(text()).election()


def test_decimals_become_whole_numbers_of_the_smallest_unit_in_the_whole_file() -> None:
    file = read(text("a;500;", "a;500.25;"))
    assert (file.budget, file.decimals) == (100_000, 2)
    assert [line.project.cost for line in file.projects] == [50_025, 70_000, 10_000]
    outcome = most_votes.count(file.election())
    assert (outcome.amount(outcome.budget), outcome.amount(outcome.total_cost)) == (
        "1000",
        "600.25",
    )


def test_the_cost_of_999999999_means_withdrawn_with_decimals_too() -> None:
    for cost in ("999999999", "999999999.0"):
        file = read(text("b;700;", f"b;{cost};").replace(b"c;100;", b"c;100.5;"))
        assert [line.project.withdrawn for line in file.projects] == [False, True, False]
        assert most_votes.count(file.election()).step_of("b").verdict == "withdrawn"


def test_the_old_column_name_is_read_as_the_new_one() -> None:
    file = read(text("project_id;cost;name;selected", "project_id;cost;target;selected"))
    assert file.project_columns == ("project_id", "cost", "beneficiaries", "selected")
    assert file.projects[0].fields["beneficiaries"] == "Жарық"
    assert file.projects[0].name == "a"


def test_columns_may_stand_in_any_order() -> None:
    data = text("voter_id;vote;voting_method", "vote;voting_method;voter_id")
    for old, new in [
        ("v1;a,b;internet", "a,b;x;v1"),
        ("v2;a;paper", "a;x;v2"),
        ("v3;b;paper", "b;x;v3"),
        ("v4;c,a;internet", "c,a;x;v4"),
    ]:
        data = data.replace(old.encode(), new.encode())
    assert read(data).election() == read(text()).election()


@pytest.mark.parametrize(("written", "meant"), [("2", 2), ("2.0", 2), ("1.5", 2), ("", 0)])
def test_the_threshold_is_the_least_whole_number_of_votes(written: str, meant: int) -> None:
    data = text("max_length;2", f"min_project_score_threshold;{written}")
    assert read(data).election().threshold == meant


POINTS = """\
META
key;value
num_projects;3
num_votes;3
budget;1000
vote_type;cumulative
max_sum_points;5
PROJECTS
project_id;cost
a;500
b;700
c;100
VOTES
voter_id;vote;points
v1;a,b;3,2
v2;b;4
v3;c;1
"""


def test_cumulative_points_are_added_up() -> None:
    file = read(POINTS.encode())
    assert score.points(file) == {"a": 3, "b": 6, "c": 1}
    assert file.election().votes() == {"a": 1, "b": 2, "c": 1}


def test_scoring_gives_the_default_to_what_a_ballot_does_not_name() -> None:
    data = POINTS.replace("cumulative", "scoring").replace("max_sum_points;5", "default_score;-1")
    assert score.points(read(data.replace("3,2", "3,-2").encode())) == {"a": 1, "b": 1, "c": -1}


ORDINAL = POINTS.replace("vote_type;cumulative\nmax_sum_points;5", "vote_type;ordinal").replace(
    "v1;a,b;3,2\nv2;b;4\nv3;c;1", "v1;b,a,c;\nv2;b,c;\nv3;c;"
)


def test_ranks_earn_points_from_the_longest_ballot_allowed_or_from_their_own_length() -> None:
    assert score.points(read(ORDINAL.encode())) == {"a": 2, "b": 5, "c": 3}
    allowed = ORDINAL.replace("vote_type;ordinal", "vote_type;ordinal\nmax_length;4")
    assert score.points(read(allowed.encode())) == {"a": 3, "b": 8, "c": 9}


@pytest.mark.parametrize(
    ("scores", "meant"),
    [
        # From the longest ballot allowed (4), from the ballot's own length, from all projects (3).
        ((3, 8, 9), {"a": 3, "b": 8, "c": 9}),
        ((2, 5, 3), {"a": 2, "b": 5, "c": 3}),
        ((2, 6, 6), {"a": 2, "b": 6, "c": 6}),
        ((7, 7, 7), {"a": 3, "b": 8, "c": 9}),
    ],
)
def test_ranks_earn_what_the_files_own_score_says_where_it_says_so(
    scores: tuple[int, int, int], meant: dict[str, int]
) -> None:
    data = ORDINAL.replace("vote_type;ordinal", "vote_type;ordinal\nmax_length;4")
    data = data.replace("project_id;cost", "project_id;cost;score")
    for line, own in zip(("a;500", "b;700", "c;100"), scores, strict=True):
        data = data.replace(line, f"{line};{own}")
    assert score_of(data) == meant


def score_of(data: str) -> dict[str, int] | None:
    return score.points(read(data.encode()))


def test_approvals_have_no_points() -> None:
    assert score.points(read(text())) is None


WRONG = [
    # (what is wrong, file, line, code, facts)
    ("nothing", b"", 1, "empty", {}),
    ("only blanks", b"\n \n", 1, "empty", {}),
    ("NUL", text("Қоршау", "Қор\0шау"), 13, "nul", {}),
    ("not UTF-8", text().replace("Құдық".encode(), b"\xd2"), 12, "not_utf8", {}),
    ("UTF-16", GOOD.encode("utf-16"), 1, "nul", {}),
    ("another thing", b"<html>\n", 1, "section_expected", {"section": "META", "found": "<html>"}),
    ("open quote", text("Қоршау", '"Қоршау'), 13, "broken_quoting", {}),
    ("text after a quote", text("Қоршау", '"Қор"шау'), 13, "broken_quoting", {}),
    ("one endless line", text("Қоршау", "ш" * 600_000), 13, "cell_too_long", {}),
    ("huge cell", text("Қоршау", "ш" * 200_000), 13, "cell_too_long", {}),
    ("no VOTES", GOOD[: GOOD.index("VOTES")].encode(), 13, "section_missing", {"section": "VOTES"}),
    ("no META", text("META\n", ""), 1, "section_expected", {"section": "META", "found": "key"}),
    (
        "PROJECTS missing",
        text(GOOD[GOOD.index("PROJECTS") : GOOD.index("VOTES")], ""),
        9,
        "section_unexpected",
        {"section": "VOTES"},
    ),
    ("VOTES twice", text() + b"VOTES\n", 20, "section_unexpected", {"section": "VOTES"}),
    ("META last", text() + b"META\n", 20, "section_unexpected", {"section": "META"}),
    (
        "no column names",
        GOOD[: GOOD.index("voter_id")].encode(),
        14,
        "header_missing",
        {"section": "VOTES"},
    ),
    (
        "column missing",
        text("project_id;cost;name", "project_id;price;name"),
        10,
        "column_missing",
        {"section": "PROJECTS", "column": "cost"},
    ),
    (
        "points missing",
        text("vote_type;approval", "vote_type;cumulative"),
        15,
        "column_missing",
        {"section": "VOTES", "column": "points"},
    ),
    (
        "column twice",
        text("cost;name;selected", "cost;name;name"),
        10,
        "column_repeated",
        {"column": "name"},
    ),
    ("value with ;", text("Сұрат", "Сұрат;Ойтал"), 3, "cells", {"found": 3, "expected": 2}),
    ("name with ;", text("Қоршау", "Қор;шау"), 13, "cells", {"found": 5, "expected": 4}),
    ("row cut off", text("v4;c,a;internet", "v4;c"), 19, "cells", {"found": 2, "expected": 3}),
    ("key missing", text("budget;1000\n", ""), 7, "key_missing", {"key": "budget"}),
    ("key empty", text("description;", ";"), 3, "key_empty", {}),
    (
        "key twice",
        text("max_length;2", "budget;2000"),
        8,
        "key_repeated",
        {"key": "budget", "first": 6},
    ),
    (
        "budget in words",
        text("budget;1000", "budget;1 000"),
        6,
        "not_an_amount",
        {"key": "budget", "value": "1 000"},
    ),
    (
        "negative cost",
        text("a;500;", "a;-500;"),
        11,
        "not_an_amount",
        {"key": "cost", "value": "-500"},
    ),
    (
        "not a number",
        text("a;500;", "a;nan;"),
        11,
        "not_an_amount",
        {"key": "cost", "value": "nan"},
    ),
    (
        "digits of another script",
        text("a;500;", "a;٥٠٠;"),
        11,
        "not_an_amount",
        {"key": "cost", "value": "٥٠٠"},
    ),
    (
        "limit in words",
        text("max_length;2", "max_length;two"),
        8,
        "not_a_whole_number",
        {"key": "max_length", "value": "two"},
    ),
    (
        "vote type",
        text("vote_type;approval", "vote_type;acclaim"),
        7,
        "unknown_vote_type",
        {"value": "acclaim"},
    ),
    (
        "cost as long as a telephone book",
        text("a;500;", f"a;{'9' * 30};"),
        11,
        "amount_too_long",
        {"key": "cost", "value": "9" * 30},
    ),
    (
        "cost in powers",
        text("a;500;", "a;1e9;"),
        11,
        "not_an_amount",
        {"key": "cost", "value": "1e9"},
    ),
    ("empty vote", text("v2;a;", "v2; ;"), 17, "vote_empty", {"voter": "v2"}),
    ("no project id", text("c;100;", ";100;"), 13, "project_id", {"value": ""}),
    ("comma in an id", text("c;100;", '"c,d";100;'), 13, "project_id", {"value": "c,d"}),
    (
        "project twice",
        text("c;100;", "a;100;"),
        13,
        "project_repeated",
        {"project": "a", "first": 11},
    ),
    (
        "selected in words",
        text("Жарық;1", "Жарық;yes"),
        11,
        "not_a_whole_number",
        {"key": "selected", "value": "yes"},
    ),
    (
        "number of projects",
        text("num_projects;3", "num_projects;4"),
        4,
        "projects_differ",
        {"said": 4, "found": 3},
    ),
    ("file cut off", text("v4;c,a;internet\n", ""), 5, "votes_differ", {"said": 4, "found": 3}),
    ("no voter", text("v2;a;paper", ";a;paper"), 17, "voter_missing", {}),
    ("voter twice", text("v2;a;", "v1;a;"), 17, "voter_repeated", {"voter": "v1", "first": 16}),
    ("empty choice", text("v1;a,b;", "v1;a,,b;"), 16, "choice_empty", {"value": "a,,b"}),
    ("unknown choice", text("v4;c,a;", "v4;c,z;"), 19, "choice_unknown", {"project": "z"}),
    ("too many", text("v1;a,b;", "v1;a,b,c;"), 16, "choices_too_many", {"found": 3, "most": 2}),
    (
        "two where one is asked",
        text("vote_type;approval", "vote_type;choose-1"),
        16,
        "choices_too_many",
        {"found": 2, "most": 1},
    ),
    (
        "points for nobody",
        text("v2;b;4", "v2;b;4,1", of=POINTS),
        16,
        "points_count",
        {"found": 2, "expected": 1},
    ),
    (
        "half a point",
        text("v2;b;4", "v2;b;0.5", of=POINTS),
        16,
        "not_a_whole_number",
        {"key": "points", "value": "0.5"},
    ),
    (
        "points taken away",
        text("v2;b;4", "v2;b;-4", of=POINTS),
        16,
        "not_a_whole_number",
        {"key": "points", "value": "-4"},
    ),
    (
        "more points than allowed",
        text("v2;b;4", "v2;b;6", of=POINTS),
        16,
        "points_too_many",
        {"found": 6, "most": 5},
    ),
]


@pytest.mark.parametrize(
    ("data", "line", "code", "facts"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG]
)
def test_what_is_wrong_is_told_with_its_line(
    data: bytes, line: int, code: str, facts: dict[str, str | int]
) -> None:
    with pytest.raises(BadFile) as told:
        read(data)
    assert (told.value.line, told.value.code, told.value.facts) == (line, code, facts)
    assert str(told.value).startswith(f"line {line}: ")


def test_every_code_is_reached_and_has_a_sentence() -> None:
    reached = {code for _, _, _, code, _ in WRONG}
    assert reached | {"too_large", "projects_too_many"} == set(SENTENCES)


def test_a_gigabyte_is_refused_after_a_bounded_part_of_it(tmp_path: Path) -> None:
    path = tmp_path / "large.pb"
    with path.open("wb") as file:
        file.write(text())
        file.truncate(2**30)
    tracemalloc.start()
    with pytest.raises(BadFile) as told:
        read_path(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (told.value.line, told.value.code, told.value.facts) == (1, "too_large", {"most": 128})
    assert peak < 300 * 2**20


def test_more_projects_than_any_ballot_has_are_refused_where_they_begin() -> None:
    many = "".join(f"p{n};1;;0\n" for n in range(2000))
    with pytest.raises(BadFile) as told:
        read(text("a;500;Жарық;1\n", "a;500;Жарық;1\n" + many))
    assert (told.value.line, told.value.code) == (12 + 1999, "projects_too_many")


def test_lines_are_counted_through_names_with_line_breaks() -> None:
    data = text("Қоршау", '"Қор\nшау"')
    assert read(data).projects[2].name == "Қор\nшау"
    with pytest.raises(BadFile) as told:
        read(data.replace(b"v4;c,a;", b"v4;c,z;"))
    assert told.value.line == 20


pieces = st.sampled_from(
    [
        *(GOOD + POINTS).splitlines(keepends=True),
        *(";", '"', ",", "\n", "\r", "\0", "-", ".", "1e9", "VOTES", "META", "\ufeff", "ә"),
    ]
)


@given(st.lists(pieces, max_size=25), st.integers(0, len(GOOD)), st.integers(0, 40))
def test_whatever_a_file_is_it_is_read_or_refused_in_words(
    inserted: list[str], at: int, cut: int
) -> None:
    broken = (GOOD[:at] + "".join(inserted) + GOOD[at + cut :]).encode()
    lines = broken.count(b"\n") + broken.count(b"\r") + 1
    try:
        file = read(broken)
    except BadFile as told:
        wrong = told
    else:
        most_votes.count(file.election(), points=score.points(file))
        return
    assert wrong.sentence()
    assert 1 <= wrong.line <= lines


@given(st.binary(max_size=200))
def test_whatever_bytes_are_never_more_than_a_bad_file(data: bytes) -> None:
    with pytest.raises(BadFile):
        read(data)
