"""Writing `.pb` files: what goes out comes back, and nothing of a voter goes out."""

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.counting import most_votes
from app.counting.election import Election, Project
from app.counting.pabulib import export, read, to_text

META = {
    "description": "Сұрат ауылдық округі, «Асар»; 2026",
    "country": "Kazakhstan",
    "unit": "Сұрат",
    "instance": "2026",
    "rule": "greedy-threshold",
    "date_begin": "01.04.2026",
    "date_end": "30.04.2026",
    "min_project_score_threshold": "2",
    "language": "kk",
    "currency": "KZT",
    "comment": '#1: the draw\'s seed is "2026"',
}
PROJECTS = [
    (Project("жарық", 4_000_000), {"name": 'Көше; "шамдары"', "category": "жол", "selected": "1"}),
    (Project("ескі", 50, withdrawn=True), {"name": "Ескі\nжоба", "selected": "0"}),
    (Project("құдық", 3_000_000), {"name": "Құдық", "category": "су", "selected": "1"}),
]
BALLOTS = [
    ("r9", ["құдық", "жарық"]),
    ("r1", ["құдық"]),
    ("r5", ["жарық"]),
    ("r3", ["ескі", "құдық"]),
]

WRITTEN = """\
META
key;value
description;"Сұрат ауылдық округі, «Асар»; 2026"
country;Kazakhstan
unit;Сұрат
instance;2026
num_projects;3
num_votes;4
budget;7000000
vote_type;approval
rule;greedy-threshold
date_begin;01.04.2026
date_end;30.04.2026
min_project_score_threshold;2
language;kk
currency;KZT
comment;"#1: the draw's seed is ""2026\"""
PROJECTS
project_id;cost;votes;name;category;selected
құдық;3000000;3;Құдық;су;1
жарық;4000000;2;"Көше; ""шамдары""\";жол;1
ескі;999999999;1;Ескі жоба;;0
VOTES
voter_id;vote
r1;құдық
r3;ескі,құдық
r5;жарық
r9;жарық,құдық
"""


def test_the_file_of_a_round_byte_by_byte() -> None:
    text = export(meta=META, budget=7_000_000, projects=PROJECTS, ballots=BALLOTS)
    assert text == WRITTEN
    assert to_text(read(text.encode())) == WRITTEN


def test_neither_the_order_of_ballots_nor_of_choices_goes_out() -> None:
    turned = [(voter, chosen[::-1]) for voter, chosen in BALLOTS[::-1]]
    text = export(meta=META, budget=7_000_000, projects=PROJECTS[::-1], ballots=turned)
    assert text.partition("VOTES")[2] == WRITTEN.partition("VOTES")[2]
    assert [line for line in text.splitlines() if "000000;" in line] == [
        line for line in WRITTEN.splitlines() if "000000;" in line
    ]


def test_the_file_counts_as_the_round_did() -> None:
    text = export(meta=META, budget=7_000_000, projects=PROJECTS, ballots=BALLOTS)
    counted = most_votes.count(
        Election.of(
            budget=7_000_000,
            projects=[project for project, _ in PROJECTS],
            ballots=[chosen for _, chosen in BALLOTS],
            threshold=2,
            seed="2026",
        )
    )
    recounted = most_votes.count(read(text.encode()).election(seed="2026"))
    assert recounted.digest == counted.digest
    assert recounted.selected == ("жарық", "құдық")
    assert recounted.step_of("ескі").verdict == "withdrawn"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"meta": {**META, "unit": " "}}, "META needs unit"),
        ({"meta": {k: v for k, v in META.items() if k != "date_end"}}, "META needs date_end"),
        ({"ballots": [("r1", ["жоқ"])]}, "unknown project"),
        ({"ballots": [("r1", ["ескі"]), ("r1", ["құдық"])]}, "votes twice"),
        ({"ballots": [("r1", [])]}, "names no project"),
        ({"ballots": [("", ["жарық"])]}, "without voter_id"),
        ({"ballots": [(" r1", ["жарық"])]}, "would not come back"),
        ({"max_sum_cost": 6_999_999}, "more than max_sum_cost"),
        ({"meta": {**META, "VOTES": ""}}, "may not stand here"),
        ({"projects": [*PROJECTS, PROJECTS[0]]}, "same id"),
        ({"projects": [(Project("a,b", 1), {})], "ballots": []}, "not a project id"),
        ({"projects": [(Project(" a", 1), {})], "ballots": []}, "would not come back"),
        ({"projects": [(Project("a", 1), {"cost": "2"})], "ballots": []}, "stands twice"),
        ({"projects": [(Project("a", 1), {"name": "\0"})], "ballots": []}, "NUL"),
    ],
)
def test_what_could_not_be_read_back_is_not_written(change: dict[str, object], reason: str) -> None:
    whole: dict[str, object] = {
        "meta": META,
        "budget": 7_000_000,
        "projects": PROJECTS,
        "ballots": BALLOTS,
    }
    with pytest.raises(ValueError, match=reason):
        export(**{**whole, **change})  # type: ignore[arg-type]


words = st.text(st.sampled_from("абқұәөі;\",\n\r\t '|=+№ıİ\u00a0\ufeff🙂#"), max_size=12)
ids = st.text(st.sampled_from('aжқ1-/.";_ '), min_size=1, max_size=5).filter(
    lambda text: text == text.strip()
)


@given(
    st.dictionaries(ids, st.tuples(st.integers(0, 10**12), words), min_size=1, max_size=5),
    st.data(),
    st.integers(0, 3),
)
def test_whatever_goes_out_comes_back_and_goes_out_the_same(
    lines: dict[str, tuple[int, str]], data: st.DataObject, decimals: int
) -> None:
    projects = [
        (Project(p, cost), {"name": name, "selected": "0"}) for p, (cost, name) in lines.items()
    ]
    # The format's own mark of a withdrawn project: a price that cannot be told (refused below).
    assume(999_999_999 * 10**decimals not in [cost for cost, _ in lines.values()])
    chosen = data.draw(
        st.lists(st.frozensets(st.sampled_from(sorted(lines)), min_size=1), max_size=6)
    )
    text = export(
        meta=META,
        budget=10**12,
        projects=projects,
        ballots=[(f"r{n}", ballot) for n, ballot in enumerate(chosen)],
        decimals=decimals,
    )
    file = read(text.encode())
    assert to_text(file) == text
    scale = 10 ** (decimals - file.decimals)
    election = file.election()
    assert {p.id: p.cost * scale for p in election.projects} == {
        p: cost for p, (cost, _) in lines.items()
    }
    assert {line.id: line.fields["name"] for line in file.projects} == {
        p: " ".join(name.split()) for p, (_, name) in lines.items()
    }
    sent = Election.of(budget=1, projects=[p for p, _ in projects], ballots=chosen)
    assert election.ballots == sent.ballots


def test_a_price_that_reads_as_withdrawn_does_not_go_out() -> None:
    with pytest.raises(ValueError, match="withdrawn"):
        export(meta=META, budget=10**12, projects=[(Project("a", 999_999_999), {})], ballots=[])


def test_the_order_of_columns_and_unknown_ones_survive(tmp_path: Path) -> None:
    text = WRITTEN.replace("voter_id;vote\n", "voter_id;age;vote\n")
    for voter in ("r1", "r3", "r5", "r9"):
        text = text.replace(f"\n{voter};", f"\n{voter};40;")
    assert to_text(read(text.encode())) == text
