"""A resident reads the district's money: two pages are enough for the question that matters."""

import gzip
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from app.budget.actions import Act, Source, publish
from app.budget.models import ANNUAL, Kind, Origin
from app.budget.sums import Line
from app.core.clock import at
from app.core.database import transaction
from app.core.ids import new_id
from app.places.models import DistrictFact

APPROVED = Act("№ 12-3", date(2025, 12, 24))
LINES = (
    Line("receipt", 15_000_000, "tax", "vehicles_individuals"),
    Line("receipt", 5_000_000, "non_tax", "rent"),
    Line("receipt", 60_000_000, "transfers", "raion_transfers", amount_1=70_000_000),
    Line("spending", 30_000_000, "1", "p001"),
    Line("spending", 48_000_000, "11", "p013"),
    Line("spending", 2_000_000, "8", name_kk="Абай көшесіне шам", name_ru="Фонари"),
)


def put(session: Session, lines: tuple[Line, ...] = LINES, **over: Any) -> None:
    given: dict[str, Any] = {
        "district_id": "d-surat",
        "year": 2026,
        "kind": Kind.APPROVED,
        "act": APPROVED,
        "lines": lines,
        "by_name": "Дана Омарова",
        "now": at(date(2026, 4, 2)),
        **over,
    }
    with transaction(session):
        publish(session, **given)


def fact(session: Session, key: str, year: int, amount: int) -> None:
    with transaction(session):
        session.add(
            DistrictFact(
                id=new_id(),
                district_id="d-surat",
                key=key,
                year=year,
                amount=amount,
                source="stat.gov.kz",
                source_date=date(2025, 2, 1),
            )
        )


@pytest.fixture
def surat(visit: Any) -> Any:
    visit.town.classification()
    project = visit.town.proposal(visit.town.round(budget_year=2026), "Абай көшесіне шам")
    lines = (*LINES[:-1], replace(LINES[-1], proposal_id=project.id))
    put(visit.town.session, lines)
    visit.project, visit.lines = project.number, lines
    return visit


def test_how_much_is_our_own_and_what_did_it_pay_for(surat: Any) -> None:
    """From the front page: one press for the share, one more for what it paid for."""
    fact(surat.town.session, "people", 2024, 2_000)
    front = surat("aigerim").get("/kk/surat/")
    assert "20 000 000 ₸ · 25,0 %" in front.text("main .legend li")
    money = front.follow("Бүкіл бюджет")
    assert money.path == "/kk/surat/budget"
    assert "Өз кірісіміз: 20 000 000 ₸ (25,0 %)" in money.text("main .lead")
    assert "40 000 ₸" in money.text("main .tiles")  # for each of 2 000 people
    assert "2 000 адам, 2024 жыл" in money.text("main .tiles")
    own = money.follow("Өз салықтарымыз неге жұмсалды")
    # A quarter of all money is our own, so a quarter of each direction is.
    assert "12 000 000 ₸" in own.text("section[aria-labelledby=to] .compare li")
    assert "7 500 000 ₸" in own.text("section[aria-labelledby=to] .compare li")
    (project,) = own.tree.all("section[aria-labelledby=projects] tbody tr")
    assert project.one("a").attrs["href"] == f"/kk/surat/proposals/{surat.project}"
    assert "500 000 ₸" in project.text
    source = own.tree.all("section[aria-labelledby=sources] a")[0].attrs["href"]
    paper = surat().get(source)
    assert paper.tree.one(f"#{source.partition('#')[2]}")


def test_what_was_published_can_be_opened_and_says_what_it_changed(surat: Any) -> None:
    session = surat.town.session
    more = (LINES[0], LINES[1], replace(LINES[2], amount=61_000_000), *LINES[3:5])
    more = (*more, Line("spending", 3_000_000, "9"))
    act = Act(
        "№ 15-1", date(2026, 3, 20), "https://example.kz/15-1", "Трансферт келді", "Трансферт"
    )
    put(session, more, kind=Kind.REFINED, act=act)
    reader = surat()
    page = reader.get("/kk/surat/budget/2026")
    assert "№ 15-1" in page.text()
    assert "Трансферт келді" in page.text()
    paper = page.follow("/kk/surat/budget/2026/plan/2")
    rows = [row.text for row in paper.tree.all("section[aria-labelledby=changed] tbody tr")]
    assert len(rows) == 3
    assert "+1 000 000 ₸" in rows[0]
    assert "3 000 000 ₸" in rows[1]
    assert "−2 000 000 ₸" in rows[2]
    old = page.follow("/kk/surat/budget/2026/plan/1")
    assert "/kk/surat/budget/2026/plan/2" in old.links()
    for path in ("plan/3", "plan/0", "months/3/1", "months/14/1", "months/0/1"):
        assert reader.get(f"/kk/surat/budget/2026/{path}").status == 404
    for year in ("2025", "1999", "9" * 30, "9" * 5000):
        assert reader.get(f"/kk/surat/budget/{year}").status == 404
        assert reader.get(f"/kk/surat/budget/{year}/own").status == 404


def test_plan_against_actual_names_the_month_and_the_years_stand_beside(surat: Any) -> None:
    session = surat.town.session
    quarter = tuple(
        replace(x, amount=x.amount // 5, planned=x.amount // 4, amount_1=None, proposal_id=None)
        for x in LINES
    )
    put(session, quarter, kind=Kind.EXECUTED, act=None, month=2)
    put(session, quarter, kind=Kind.EXECUTED, act=None, month=3)
    put(session, (Line("receipt", 50_000_000),), year=2023)
    page = surat().get("/kk/surat/budget/2026")
    done = page.text("section[aria-labelledby=done]")
    assert "наурыз" in done
    assert "16 000 000 ₸" in done  # a fifth of 80 million
    assert "20 000 000 ₸" in done  # a quarter was planned for this time
    assert "· 20,0 %" in done
    years = [one.text for one in page.tree.all("section[aria-labelledby=years] .compare li")]
    assert ["50 000 000 ₸" in years[0], "белгісіз" in years[0]] == [True, True]
    assert "25,0 %" in years[1]
    assert "70 000 000 ₸" in page.text("section[aria-labelledby=ahead]")
    put(session, quarter, kind=Kind.EXECUTED, act=None, month=5, year=2024)  # without its plan
    assert "16 000 000 ₸" in surat().get("/kk/surat/budget/2024").text("main .lead")
    assert "4 000 000 ₸" in surat().get("/kk/surat/budget/2024/own").text("main .lead")
    so_far = surat().get("/kk/surat/budget/2026/own?of=done")
    assert "4 000 000 ₸" in so_far.text("main .lead")


def test_where_only_a_total_is_known_no_share_is_invented(surat: Any) -> None:
    source = Source(Origin.SOURCE, "zhambylokq.kz", "https://zhambylokq.kz/3469", date(2024, 2, 28))
    put(surat.town.session, (Line("receipt", 163_659_000),), year=2023, source=source)
    page = surat().get("/kk/surat/budget/2023")
    assert "163 659 000 ₸" in page.text("main .lead")
    assert "%" not in page.text("main")
    assert "https://zhambylokq.kz/3469" in page.links()
    assert "%" not in surat().get("/kk/surat/budget/2023/own").text("main")


def test_spending_that_no_paper_divides_is_told_as_a_total(surat: Any) -> None:
    lines = (*LINES[:3], Line("spending", 82_499_000), Line("financing", 2_499_000, "balances"))
    put(surat.town.session, lines, year=2024)
    page = surat().get("/kk/surat/budget/2024")
    assert "82 499 000 ₸" in page.text("section[aria-labelledby=to]")
    assert "2 499 000 ₸" in page.text("section[aria-labelledby=to] .kv")
    assert "/kk/surat/budget/2024/own" not in page.links()
    assert not surat().get("/kk/surat/budget/2024/own").tree.all("#to")


def test_before_anything_is_published_the_page_says_so_with_the_known_total(visit: Any) -> None:
    assert visit().get("/kk/surat/budget").status == 200
    fact(visit.town.session, "budget", 2023, 163_659_000)
    page = visit().get("/kk/surat/").follow("Бүкіл бюджет")
    assert "163 659 000 ₸" in page.text("main .card")
    assert visit().get("/kk/surat/budget/2026").status == 404


def test_invented_figures_are_marked_on_every_page_and_in_every_file(surat: Any) -> None:
    source = Source(Origin.INVENTED, "Ойдан алынған")
    put(surat.town.session, year=2025, source=source)
    reader = surat()
    mark = "Ойдан алынған сандар"
    for path in ("2025", "2025/own", "2025/plan/1"):
        assert mark in reader.get(f"/kk/surat/budget/{path}").text()
        assert mark not in reader.get(f"/kk/surat/budget/{path.replace('2025', '2026')}").text()
    files = "/api/budgets/surat/2025"
    assert ",invented," in reader.get(f"{files}.csv").response.text
    assert '"origin": "invented"' in reader.get(f"{files}.json").response.text


def test_long_papers_cost_no_more_queries_and_stay_light(surat: Any) -> None:
    session = surat.town.session
    queries = 0

    def counted(*_: object) -> None:
        nonlocal queries
        queries += 1

    event.listen(session.get_bind(), "before_cursor_execute", counted)

    def cost(path: str) -> int:
        nonlocal queries
        queries = 0
        page = surat().get(path)
        assert page.status == 200
        assert len(gzip.compress(page.html.encode())) < 15_000, path
        return queries

    paths = ("", "/2026", "/2026/own", "/2026/plan/1")
    few = [cost(f"/kk/surat/budget{path}") for path in paths]
    words = [f"Ұзын атаулы бағдарлама, нөмірі {number}" for number in range(60)]
    many = tuple(
        Line("spending", 1_000_000 + at_, str(at_ % 19 + 1), name_kk=name, name_ru=name, code="124")
        for at_, name in enumerate(words)
    )
    many = (*many, surat.lines[-1])  # pays for the project
    spent = sum(line.amount for line in many)
    many = (*LINES[:2], Line("receipt", spent - 20_000_000, "transfers"), *many)
    for month in (1, 2, 3):
        put(session, many, kind=Kind.EXECUTED, act=None, month=month)
    for year in (2022, 2023, 2024, 2025):
        put(session, many, year=year)
        put(session, many, year=year, kind=Kind.EXECUTED, act=None, month=ANNUAL)
    act = replace(APPROVED, words_kk="Себебі", words_ru="Причина")
    put(session, many, kind=Kind.REFINED, act=act)
    put(session, many, kind=Kind.REFINED, act=act)
    paths = ("", "/2026", "/2026/own", "/2026/plan/3")
    assert [cost(f"/kk/surat/budget{path}") for path in paths] == few
