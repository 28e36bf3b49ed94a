"""The front pages at every stage and for everybody: one next step, real figures, nothing leaks."""

import gzip
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from app.core.clock import at
from app.core.database import open_session, transaction
from app.core.ids import new_id
from app.core.models import Mark
from app.followup.models import Payment, Question, Works
from app.places.models import DistrictFact
from app.proposals.models import Status
from app.rounds.models import Stage
from app.voting.actions import cast
from tests.town import STARTS

FRONT = "/kk/surat/"


def add(visit, *rows):
    with transaction(visit.town.session) as session:
        for row in rows:
            session.add(row)
            session.flush()


@pytest.fixture
def current(visit):
    return visit.town.round("surat")


def button(page) -> str:
    return page.tree.one(".today .btn").attrs["href"]


@pytest.mark.parametrize(
    ("stage", "visitor", "clerk"),
    [
        (Stage.ANNOUNCED, "rounds/2026/rules", "rounds/2026/rules"),
        (Stage.PROPOSALS, "rounds/2026/proposals/new", "desk"),
        (Stage.REVIEW, "rounds/2026/proposals", "desk"),
        (Stage.VOTING, "rounds/2026/ballot", "desk"),
        (Stage.COUNTING, "rounds/2026/rules", "rounds/2026/rules"),
        (Stage.RESULTS, "rounds/2026/results", "rounds/2026/results"),
        (Stage.ASSEMBLY, "rounds/2026/results", "rounds/2026/results"),
        (Stage.DECISION, "rounds/2026/results", "rounds/2026/results"),
        (Stage.BUDGET, "rounds/2026/results", "rounds/2026/results"),
        (Stage.WORKS, "works", "works"),
        (Stage.EVALUATED, "works", "works"),
    ],
)
def test_one_next_step_at_every_stage(visit, clock, stage, visitor, clerk):
    moment = STARTS[stage] + timedelta(hours=1)
    counted = moment if stage in list(Stage)[5:] else None
    visit.town.round("surat", counted_at=counted)
    clock.set(moment)
    for name, end in (("", visitor), ("aigerim", visitor), ("dana", clerk)):
        page = visit(name).get(FRONT)
        assert page.status == 200
        assert button(page) == FRONT + end
    assert visit().get("/ru/surat/").status == visit().get("/en/surat/").status == 200


def test_results_that_are_not_stored_yet_are_being_counted(visit, clock, current):
    clock.set(STARTS[Stage.RESULTS] + timedelta(hours=1))
    page = visit().get(FRONT)
    assert "Дауыстар саналып жатыр" in page.text(".today")
    assert FRONT + "rounds/2026/results" not in [
        one.attrs["href"] for one in page.tree.all(".today a")
    ]


def test_a_resident_of_the_other_district_is_not_sent_to_a_ballot(visit, current):
    page = visit("gulnar").get(FRONT)
    assert button(page) == FRONT + "rounds/2026/proposals"


def test_who_has_voted_is_told_so_and_nobody_else_is(visit, clock, keyring, current):
    for number in range(3):
        visit.town.proposal(current, f"Жоба {number}")
    with open_session(visit.app.state.engine) as session, transaction(session):
        cast(
            session,
            keyring=keyring,
            clock=clock,
            district_id="d-surat",
            round_id=current.id,
            person_id=visit.town.ids["aigerim"],
            choices=(1, 2),
            idem="once",
        )
    said = {
        name: visit(name).get(FRONT).text(".today") for name in ("aigerim", "bolat", "dana", "")
    }
    assert "Дауысыңыз есепке алынды" in said.pop("aigerim")
    assert not [name for name, text in said.items() if "Дауысыңыз" in text]
    assert "дауыс бергендер" not in said[""]  # the rules of this round show no turnout


def test_turnout_is_one_figure_and_only_where_the_rules_say_so(visit, clock, keyring):
    visit.town.round("surat", show_turnout=True)
    assert "дауыс бергендер: 0" in visit().get(FRONT).text(".today")
    clock.set(STARTS[Stage.COUNTING] + timedelta(hours=1))
    assert "дауыс бергендер" not in visit().get(FRONT).text(".today")


def test_the_last_day_says_so_and_the_line_has_one_sun(visit, clock, current):
    clock.set(at(date(2026, 4, 27), 10))
    page = visit().get(FRONT)
    assert "бүгін аяқталады" in page.text(".today")
    assert len(page.tree.all(".stages [aria-current=step]")) == 1
    assert "Дауыс беру" in page.tree.one(".stages [aria-current=step]").text


def test_a_district_without_a_round_says_what_comes(visit):
    assert "Раунд әлі жарияланған жоқ" in visit().get(FRONT).text(".today")
    assert button(visit("dana").get(FRONT)) == FRONT + "desk/round/new"


def test_money_projects_works_and_delays_stand_on_the_page(visit, current):
    town = visit.town
    add(
        visit,
        DistrictFact(
            id=new_id(),
            district_id="d-surat",
            key="budget",
            year=2023,
            amount=163_659_000,
            source="ru.zhambylokq.kz/3469",
            source_date=date(2024, 2, 28),
        ),
    )
    for number in range(1, 7):
        town.proposal(current, f"Жоба {number}", price=3_000_000)
    late = town.proposal(
        current, "Көпір", status=Status.SUBMITTED, due=date(2026, 4, 10), price=None
    )
    old = town.round("surat", key="2025")
    lamp = town.proposal(old, "Шамдар", status=Status.RECOMMENDED, votes=9)
    add(
        visit,
        Works(
            proposal_id=lamp.id,
            district_id="d-surat",
            planned=4_000_000,
            promised_on=date(2026, 3, 30),
            opened_at=at(date(2026, 1, 5)),
        ),
        Payment(
            id=new_id(),
            district_id="d-surat",
            proposal_id=lamp.id,
            paid_on=date(2026, 3, 1),
            amount=3_200_000,
            document="№ 1",
            by_name="Дана",
            at=at(date(2026, 3, 1)),
        ),
        Question(
            id=new_id(),
            district_id="d-surat",
            number=1,
            asked_by="Сәуле О.",
            asked_office_id=town.ids["saule.office"],
            lang="kk",
            text="Бағандар қашан келеді?",
            asked_at=at(date(2026, 4, 1)),
            due=date(2026, 4, 15),
        ),
    )
    page = visit().get(FRONT)
    said = page.text()
    assert "163 659 000 ₸" in said
    assert "2023 жылғы бюджет" in said
    assert "18 000 000 ₸" in said  # six projects together, against the envelope of 12 000 000
    assert "Бәріне жетпейді" in said
    assert len([one for one in page.tree.all(".pj h3") if "Жоба" in one.text]) == 4
    assert "Барлық 6 жоба" in said
    assert "Кешігуде: 19 күн" in said
    assert "80 %" in said
    assert "Жауап беру мерзімі өтіп кетті: 5 жұмыс күні" in said
    assert f"{FRONT}proposals/{late.number}/ask" in page.links()
    assert "Бағандар қашан келеді?" in said
    other = visit().get("/kk/oytal/").text()
    for secret in ("163 659 000", "Жоба 1", "Шамдар", "Көпір", "Бағандар"):
        assert secret not in other
    assert len(gzip.compress(page.response.content)) < 15_000


def test_drafts_and_votes_of_an_open_round_are_nowhere(visit, current):
    visit.town.proposal(current, "Жоба", votes=None)
    visit.town.proposal(current, "Жасырын", status=Status.DRAFT, number=None, price=None)
    page = visit().get(FRONT)
    assert "Жоба" in page.text()
    assert "Жасырын" not in page.html


def test_the_number_of_queries_does_not_grow_with_the_projects(visit, current):
    engine = visit.app.state.engine
    count = 0

    def counts(*_args):
        nonlocal count
        count += 1

    event.listen(engine, "before_cursor_execute", counts)
    seen = []
    for _ in range(2):
        for number in range(5):
            visit.town.proposal(current, f"Жоба {number}")
        count = 0
        visit().get(FRONT)
        seen.append(count)
    event.remove(engine, "before_cursor_execute", counts)
    assert seen[0] == seen[1] < 40


def test_the_list_of_districts_has_one_action_each(visit, current):
    page = visit().get("/kk/")
    rows = {one.one("h3").text: one.one(".btn").attrs["href"] for one in page.tree.all("li.row")}
    assert rows == {
        "Ойтал ауылдық округі": "/kk/oytal/",
        "Сұрат ауылдық округі": "/kk/surat/rounds/2026/ballot",
    }
    assert "Мерке ауданы, Жамбыл облысы" in page.text("h2")
    assert "Ойтал" not in visit().get("/kk/?q=сурат").text("li")
    assert visit().get("/kk/?q=жоқ-мұндай").status == 200
    assert "/kk/surat/" in visit("aigerim").get("/kk/").links()


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
@pytest.mark.parametrize("path", ["/", "/about", "/about/help", "/about/accessibility"])
def test_pages_about_asar_in_three_languages(visit, lang, path):
    page = visit().get(f"/{lang}{path}")
    assert page.status == 200
    assert page.tree.one("html").attrs["lang"] == lang


def test_the_readers_language_is_asked_for_once(visit):
    browser = visit()
    for wanted, lang in (
        ("ru-RU,ru;q=0.9,en;q=0.5", "ru"),
        ("en;q=0.3,kk;q=0.8", "kk"),
        ("", "kk"),
    ):
        page = browser.get("/", headers={"accept-language": wanted})
        assert page.path == f"/{lang}/"
    assert browser.get("/kk/surat").path == FRONT
    assert browser.get("/de/surat/").status == 404


def test_the_round_shows_its_whole_calendar_and_that_a_vote_recommends(visit, current):
    page = visit().get("/kk/surat/rounds/2026/")
    assert len(page.tree.all("ol.line li")) == len(Stage)
    assert len(page.tree.all("ol.line [aria-current=step]")) == 1
    assert "тұрғындардың ұсынымы" in page.text()
    assert "болжамды" in page.text()


def test_alive_and_ready(visit, current, keyring):
    browser = visit()
    add(visit, Mark(key="key:roll", value=keyring.fingerprint("roll")))
    assert browser.get("/healthz").response.json() == {"alive": True}
    ready = browser.get("/readyz")
    assert (ready.status, ready.response.json()) == (200, {"ready": True, "missing": []})


def test_without_the_very_keys_it_is_not_ready(visit, current, keyring):
    browser = visit()
    add(visit, Mark(key="key:roll", value=keyring.fingerprint("roll")))
    key = keyring.folder / f"round-{current.id}.key"
    own = key.read_text()
    for text in ("", "00" * 32 + "\n", "no key\n"):
        key.unlink()
        if text:
            key.write_text(text)
        lacking = browser.get("/readyz")
        assert lacking.status == 503
        assert lacking.response.json()["missing"] == ["round_key:surat/2026"]
        assert own.strip() not in lacking.html
        key.write_text(own)
    (keyring.folder / "roll.key").write_text("11" * 32 + "\n")
    assert browser.get("/readyz").response.json()["missing"] == ["key:roll"]
    (keyring.folder / "roll.key").unlink()
    assert browser.get("/readyz").response.json()["missing"] == ["key:roll"]
    assert browser.get("/healthz").status == 200
