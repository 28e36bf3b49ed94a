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
from app.counting.asked import Asked
from app.counting.command import count_file
from app.decisions.import_round import import_round
from app.decisions.models import CountOutcome
from app.proposals.models import Proposal, Status
from app.rounds.models import Stage
from app.voting.models import CountedBallot
from tests import oracle
from tests.browser import Browser
from tests.counted_round import TITLES, CountedRound
from tests.pb_file import FILE
from tests.town import Town

Visit = Callable[..., Browser]
LANGUAGES = ("kk", "ru", "en")


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
    asked = Asked(rule="most-votes", seed=row.seed)
    assert count_file(str(file), asked=asked, as_json=True, out=out, err=err) == 0
    if oracle.is_there:
        assert oracle.objections(body.decode())["errors"] == {}
    own, said = io.StringIO(), Asked(rule="as-published")
    assert count_file(str(file), asked=said, as_json=True, out=own, err=err) == 0
    assert json.loads(own.getvalue())["steps"] == json.loads(out.getvalue())["steps"]
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
    for path in ("", "/proposals"):
        assert visit().get(f"/kk/surat/rounds/2019{path}").status == 200
    # A file tells no rules page of ours, so nothing leads to one.
    assert not any(link.endswith("/rules") for link in page.links())
    listed = visit().get("/kk/surat/results")
    assert "Wieś, Poland" in listed.text()
    assert visit().get("/kk/surat/").status == 200
