"""Budgets side by side: sorted, paged, taken away; what is not published is never nought."""

import csv
import gzip
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from app.budget.actions import Act, Source, publish
from app.budget.models import Budget, Kind, Origin
from app.budget.sums import Line
from app.budget.units_import import ship_real_units
from app.core.clock import at
from app.core.database import transaction
from app.places.models import District
from bench.budgets import Measure, fill, pages
from tests.browser import Browser
from tests.town import RAION, Town

Visit = Callable[..., Browser]
MOST_BYTES = 15 * 1024


@pytest.fixture
def town(visit: Visit) -> Town:
    """Surat published 2026 and its March; Oytal nothing; a dozen units come from acts."""
    home: Town = visit.town  # type: ignore[attr-defined]
    home.classification()
    lines = (
        Line("receipt", 20_000_000, "tax"),
        Line("receipt", 80_000_000, "transfers"),
        Line("spending", 100_000_000, "8"),
    )
    actual = (Line("receipt", 9_000_000, "tax"), Line("spending", 12_500_000, "8"))
    with transaction(home.session):
        said = {
            "district_id": "d-surat",
            "year": 2026,
            "by_name": "Дана",
            "now": at(date(2026, 4, 2)),
        }
        publish(
            home.session,
            kind=Kind.APPROVED,
            lines=lines,
            act=Act("№ 1", date(2025, 12, 25)),
            source=Source(Origin.INVENTED, "ойдан алынған"),
            **said,  # type: ignore[arg-type]
        )
        publish(home.session, kind=Kind.EXECUTED, lines=actual, month=3, **said)  # type: ignore[arg-type]
        ship_real_units(home.session, now=at(date(2026, 4, 18)))
    home.round("surat", key="2025", budget_year=2026, envelope=5_000_000)
    home.session.rollback()
    return home


def cells(page: object) -> dict[str, list[str]]:
    """The units' table: the texts of each row, by the name in its link."""
    found = {}
    for row in page.tree.all("tr"):  # type: ignore[attr-defined]
        links = row.all("th a")
        if links and row.all("td"):
            found[links[0].text] = [one.text for one in row.all("td")]
    return found


def test_units_stand_side_by_side_with_what_is_known(visit: Visit, town: Town) -> None:
    page = visit().get(f"/kk/raions/{RAION}/").follow(f"/kk/budgets/{RAION}")
    rows = cells(page)
    assert rows["Сұрат ауылдық округі"][:2] == ["100,0", "20,0 %"]
    assert "12,5 %" in rows["Сұрат ауылдық округі"][3]
    assert "наурыз" in rows["Сұрат ауылдық округі"][3]
    assert rows["Сұрат ауылдық округі"][4] == "5,0(5,0 %)"
    assert rows["Ойтал ауылдық округі"] == [
        "жарияланбаған",
        *["–"] * 4,
        rows["Ойтал ауылдық округі"][5],
        "–",
    ]
    assert "ойдан алынған сандар" in page.text()
    money = page.follow("Сұрат ауылдық округі")
    assert money.path == "/kk/surat/budget/2026"
    assert f"/kk/budgets/{RAION}?year=2026" in money.links()

    country = visit().get("/kk/").follow("/kk/budgets/").submit(year="2025")
    assert "Түркістан облысы" in cells(country)
    oblast = country.follow("Түркістан облысы")
    assert cells(oblast)["Ағыбет ауылдық округі"][:2] == ["81,9", "38,5 %"]
    assert "жарияланған актіден" in oblast.text()
    assert oblast.follow("Ағыбет ауылдық округі").path == "/kk/agybet/budget/2025"
    found = visit().get("/kk/budgets/?q=агибет&year=2024")
    assert list(cells(found)) == ["Ағыбет ауылдық округі"]
    assert "жарияланбаған" in cells(found)["Ағыбет ауылдық округі"][0]
    assert "2025" in cells(found)["Ағыбет ауылдық округі"][0]


def test_a_column_sorts_either_way_and_the_unknown_comes_last(visit: Visit, town: Town) -> None:
    shares = shares_of(town)
    known = sorted(shares, key=lambda name: -shares[name])
    page = visit().get("/kk/budgets/?year=2025&q=а&sort=own")
    sorted_ = [one for one in page.tree.all("th") if one.attrs.get("aria-sort")]
    assert [one.attrs["aria-sort"] for one in sorted_] == ["descending"]
    assert list(cells(page))[: len(known)] == known
    turned = page.follow(sorted_[0].all("a")[0].attrs["href"])
    assert list(cells(turned))[: len(known)] == known[::-1]
    assert [
        one.attrs.get("aria-sort") for one in turned.tree.all("th") if "aria-sort" in one.attrs
    ] == ["ascending"]


def shares_of(town: Town) -> dict[str, float]:
    """Own shares of 2025 as the database has them, by Kazakh name."""
    rows = town.session.exec(
        select(District.name_kk, Budget).where(
            Budget.district_id == District.id, Budget.year == 2025
        )
    ).all()
    town.session.rollback()
    return {name: (one.own or 0) / (one.receipts or 1) for name, one in rows}


def test_the_table_is_taken_away_as_it_stands(visit: Visit, town: Town) -> None:
    browser = visit()
    answer = browser.get("/kk/budgets/units.csv?year=2025").response
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    sheet = openpyxl.load_workbook(
        io.BytesIO(browser.get("/kk/budgets/units.xlsx?year=2025").response.content)
    ).active
    heads, *book = [[cell.value for cell in line] for line in sheet.iter_rows()]
    assert heads == list(rows[0])
    as_text = [["" if value is None else str(value) for value in line] for line in book]
    assert as_text == [list(row.values()) for row in rows]
    by_kato = {row["kato"]: row for row in rows}
    stored = town.session.exec(
        select(District.kato, Budget).where(Budget.district_id == District.id, Budget.year == 2025)
    ).all()
    assert len(stored) >= 6
    for kato, one in stored:
        row = by_kato[kato]
        assert (int(row["receipts"]), int(row["own"])) == (one.receipts, one.own)
        assert (row["origin"], row["step"] != "not_published") == ("source", True)
    town.session.rollback()
    oytal = by_kato["315443000"]
    assert (oytal["step"], oytal["receipts"], oytal["own_share"]) == ("not_published", "", "")
    raion = browser.get(f"/kk/budgets/{RAION}/units.csv").response.text
    assert raion.count("\r\n") == 3
    workbook = browser.get(f"/kk/budgets/{RAION}/units.xlsx").response
    assert workbook.content.startswith(b"PK")


def test_odd_addresses_get_an_answer(visit: Visit, town: Town) -> None:
    browser = visit()
    for query in (
        "year=x&sort=x&page=x",
        "year=9999999999",
        "year=٢٠٢٥",
        "sort=-name&page=-1",
        "q=%00%27",
    ):
        assert browser.get(f"/kk/budgets/?{query}").status == 200, query
    for kato in ("000000000", "315446000", "9" * 40, "-1", "x"):
        assert browser.get(f"/kk/budgets/{kato}").status == 404, kato


def test_many_units_cost_as_many_queries_as_few_and_pages_stay_small(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    fill(sqlite_engine, units=60, lives=3)
    measure = Measure(sqlite_engine, tmp_path)
    with Session(sqlite_engine) as session:
        rows = session.exec(select(District.raion_kato)).all()
        shown = dict(pages(session))
    few, many = sorted(set(rows), key=rows.count)[0], sorted(set(rows), key=rows.count)[-1]
    assert rows.count(few) < 6 < rows.count(many)
    asked = [measure.queries(f"/kk/budgets/{one}?year=2026") for one in (few, many)]
    assert asked[0] == asked[1] <= 16
    oblast = f"/kk/budgets/{rows[0][:2]}0000000"
    assert measure.queries(f"{oblast}?year=2026") <= 16
    assert measure.queries("/kk/budgets/?year=2026") <= 16
    assert measure.queries("/kk/budgets/?year=2026&q=1") <= 16
    second = measure.client.get(f"{oblast}?year=2026&page=2")
    assert second.text.count("<tr>") < 45
    for path in (*shown.values(), f"{oblast}?year=2026", f"{oblast}?year=2026&page=2"):
        if "csv" not in path and path != "/healthz":
            page = measure.client.get(path).content
            assert len(gzip.compress(page)) < MOST_BYTES, path
