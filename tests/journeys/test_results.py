"""What the village reads of a count, before and after, and counts again."""

import csv
import io
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from sqlmodel import select

from app.core.database import transaction
from app.core.refusal import Refusal
from app.counting.bad_file import BadFile
from app.counting.command import count_file
from app.decisions.import_round import import_round
from app.decisions.models import CountOutcome
from app.proposals.models import Proposal, Status
from app.rounds.models import Round, Stage
from app.rounds.queries import rounds_of
from app.voting.models import CountedBallot
from tests.browser import Browser
from tests.counted_round import TITLES, CountedRound
from tests.town import Town

Visit = Callable[..., Browser]
LANGUAGES = ("kk", "ru", "en")
FILE = """META
key;value
description;Village vote
country;Poland
unit;Wieś
instance;2019
num_projects;4
num_votes;6
budget;100.50
vote_type;approval
rule;greedy
date_begin;01.06.2019
date_end;15.06.2019
language;pl
currency;PLN
max_length;3
PROJECTS
project_id;cost;votes;name;selected
A/1;60;4;Plac zabaw;1
A/2;50;3;Ławki;0
A/3;40.50;3;Drzewa;1
A/4;10;0;<b>Znak</b>;0
VOTES
voter_id;age;vote
1;34;A/1,A/2
2;51;A/1,A/2
3;28;A/1
4;77;A/1,A/3
5;40;A/3,A/2
6;19;A/3
"""


@pytest.fixture
def town(visit: Visit) -> Town:
    return visit.town  # type: ignore[attr-defined, no-any-return]


def test_no_result_is_seen_before_the_count(visit: Visit, town: Town) -> None:
    of = CountedRound(town, count=False)
    for stage in (Stage.VOTING, Stage.COUNTING, Stage.RESULTS):
        if stage is not Stage.VOTING:
            of.to(stage)
        for name in ("", "aigerim", "dana", "erlan", "saule"):
            for lang in LANGUAGES:
                page = visit(name).get(f"/{lang}/surat/rounds/2026/results")
                assert page.status == 200
                assert not any(title in page.html for title in TITLES.values())
                assert "<table" not in page.html
            browser = visit(name)
            for path in ("results.csv", "results.json", "ballots.pb", "protocol"):
                assert browser.get(f"/kk/surat/rounds/2026/{path}").status == 404
    of.count()
    page = visit().get("/kk/surat/rounds/2026/results")
    assert all(title in page.html for title in TITLES.values())
    assert visit().get("/kk/surat/rounds/2026/ballots.pb").status == 200


def test_the_page_says_why_each_lost(visit: Visit, town: Town) -> None:
    CountedRound(town)
    page = visit().get("/kk/surat/rounds/2026/results")
    text = page.text().replace("\u00a0", " ")
    assert "Жетпеген сома: 1 000 000 ₸" in text
    assert "Қажет дауыс саны: 2" in text
    assert "Кезекті жеребе шешті" in text
    assert "тұрғындардың ұсынымы" in text
    assert "Бюллетеньдер есебі" in text
    assert 'class="b-line"' in page.html
    listed = visit().get("/ru/surat/results")
    assert listed.follow("Раунд 2026").status == 200
    assert "Рекомендация жителей" in listed.text()
    protocol = visit().get("/kk/surat/rounds/2026/protocol")
    assert "Дауыстарды санау хаттамасы" in protocol.text()


def test_anyone_counts_again_from_the_files(visit: Visit, town: Town, tmp_path: Path) -> None:
    of = CountedRound(town)
    row = of.session.get_one(CountOutcome, of.round.id)
    of.let_go()
    browser = visit()
    page = browser.get("/en/surat/rounds/2026/results")
    body = browser.client.get("/en/surat/rounds/2026/ballots.pb").content
    assert sha256(body).hexdigest() in page.html
    assert row.seed in page.html
    file = tmp_path / "again.pb"
    file.write_bytes(body)
    out, err = io.StringIO(), io.StringIO()
    assert (
        count_file(str(file), rule="most-votes", seed=row.seed, as_json=True, out=out, err=err) == 0
    )
    again = json.loads(out.getvalue())
    whole = browser.client.get("/en/surat/rounds/2026/results.json").json()
    assert again["steps"] == whole["outcome"]["steps"]
    assert again["selected"] == whole["outcome"]["selected"]
    assert whole["turnout"]["eligible"] == 8
    table = browser.client.get("/en/surat/rounds/2026/results.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [line["votes"] for line in rows] == ["4", "3", "3", "2", "1"]
    assert [line["number"] for line in rows] == [one["project"] for one in again["steps"]]


def test_another_district_has_no_such_results(visit: Visit, town: Town) -> None:
    CountedRound(town)
    for path in ("results", "results.csv", "results.json", "ballots.pb", "protocol"):
        assert visit().get(f"/kk/oytal/rounds/2026/{path}").status == 404
        assert visit().get(f"/kk/surat/rounds/2026/{path}").status == 200
    assert "2026" not in visit().get("/kk/oytal/results").text("main")


def test_a_real_election_becomes_a_past_round(visit: Visit, town: Town) -> None:
    session = town.session
    with transaction(session):
        made = import_round(
            session,
            district_id="d-surat",
            data=FILE.encode(),
            source="wies.pb",
            now=town.clock.now(),
        )
        assert (made.key, made.projects, made.ballots, made.differs) == ("2019", 4, 6, ())
    page = visit().get("/kk/surat/rounds/2019/results")
    text = page.text().replace("\u00a0", " ")
    assert "100,5 PLN" in text
    assert "Жетпеген сома: 50 PLN" in text
    assert "Plac zabaw" in text
    assert "<b>Znak" not in page.html
    assert "₸" not in text
    assert 'lang="pl"' in page.html
    pb = visit().client.get("/kk/surat/rounds/2019/ballots.pb").text
    assert "voter_id;vote\n" in pb
    assert ";77;" not in pb
    statuses = {
        one.title: one.status
        for one in session.exec(select(Proposal).where(Proposal.district_id == "d-surat"))
    }
    assert statuses["Plac zabaw"] == Status.RECOMMENDED
    assert statuses["Ławki"] == Status.NOT_RECOMMENDED
    times = session.exec(select(CountedBallot.times)).all()
    assert sorted(times) == [1, 1, 1, 1, 2]
    session.rollback()
    for path in ("", "/rules", "/proposals"):
        assert visit().get(f"/kk/surat/rounds/2019{path}/".removesuffix("/")).status in (200, 308)
    listed = visit().get("/kk/surat/results")
    assert "Wieś, Poland" in listed.text()
    assert visit().get("/kk/surat/").status == 200


def test_the_same_year_again_and_the_other_district(town: Town) -> None:
    session = town.session
    for district, key in (("surat", "2019"), ("surat", "2019-2"), ("oytal", "2019")):
        with transaction(session):
            made = import_round(
                session,
                district_id=f"d-{district}",
                data=FILE.encode(),
                source="wies.pb",
                now=town.clock.now(),
            )
            assert made.key == key


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("6;19;A/3\n", "6;19;A/9\n", (30, "choice_unknown")),
        ("A/2;50;", "A/2;fifty;", (20, "not_an_amount")),
        ("num_votes;6", "num_votes;7", (8, "votes_differ")),
        ("3;28;A/1\n", "2;28;A/1\n", (27, "voter_repeated")),
        ("date_end;15.06.2019", "date_end;soon", "decisions.file_dates"),
        ("date_end;15.06.2019", "date_end;15.06.2031", "decisions.file_not_past"),
        ("budget;100.50", "budget;0", "decisions.file_budget"),
    ],
)
def test_a_wrong_file_leaves_nothing_behind(
    town: Town, old: str, new: str, expected: object
) -> None:
    session = town.session
    assert old in FILE
    with pytest.raises((BadFile, Refusal)) as why, transaction(session):
        import_round(
            session,
            district_id="d-surat",
            data=FILE.replace(old, new).encode(),
            source="wies.pb",
            now=town.clock.now(),
        )
    found = why.value
    said = (found.line, found.code) if isinstance(found, BadFile) else found.code
    assert said == expected
    assert rounds_of(session, district_id="d-surat") == []
    assert session.exec(select(Round)).all() == []
