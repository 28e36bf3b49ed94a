"""Whatever is published, its page, its CSV, XLSX, JSON and API say the same to the tenge.

What they ought to say is added up here, from the lines that were handed in.
"""

import csv
import io
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from app.budget import own_money as own_money_module
from app.budget.actions import Act, publish
from app.budget.models import Kind, Origin
from app.budget.own_money import in_proportion, own_money
from app.budget.queries import part_sums
from app.budget.sums import Line
from app.core.clock import at
from app.core.database import transaction
from app.core.sheet_writer import as_told
from tests.browser import Browser, Element
from tests.town import Town

CSV_OF_THE_LAW = Path(own_money_module.__file__).with_name("articles.csv")
ENTRIES = [
    row
    for row in csv.DictReader(CSV_OF_THE_LAW.read_text(encoding="utf-8").splitlines())
    if int(row["since"]) <= 2026 and (not row["until"] or int(row["until"]) >= 2026)
]
NAMES = {(row["side"], row["key"]): row["kk"] for row in ENTRIES if row["level"] == "part"}
OWN = {"tax", "non_tax", "capital"}
FEW = settings(
    max_examples=10,
    phases=[Phase.generate],  # each example is a paper and five pages: too slow to shrink
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

amounts = st.one_of(st.integers(0, 9), st.integers(0, 400_000_000), st.just(10**12))
words = st.one_of(
    st.just(""),
    st.sampled_from(["=1+1", "+7 701", "-5", "@SUM(A1)", "a\t=B1", '=cmd|"/c calc"!A1', "'=2"]),
    st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=20),
)


@st.composite
def versions(draw: st.DrawFn) -> list[Line]:
    """Lines of both sides, and the balances that make them meet."""
    lines = []
    for side in ("receipt", "spending"):
        places = [
            (row["part"], "" if row["level"] == "part" else row["key"])
            for row in ENTRIES
            if row["side"] == side
        ]
        for part, article in draw(st.lists(st.sampled_from(places), min_size=1, max_size=12)):
            name = draw(words)
            lines.append(
                Line(
                    side,
                    draw(amounts),
                    part,
                    article,
                    code=draw(st.sampled_from(["", "008", "=9", "101202"])),
                    name_kk=name,
                    name_ru=name,
                    amount_1=draw(st.none() | amounts),
                    proposal_id="marked" if side == "spending" and draw(st.booleans()) else None,
                )
            )
    lacks = sum(x.amount for x in lines if x.side == "spending") - sum(
        x.amount for x in lines if x.side == "receipt"
    )
    if lacks:
        lines.append(Line("financing", lacks, "balances"))
    return lines


def tenge(text: str) -> int:
    """The first sum of a text, as a reader sees it."""
    found = re.search(r"([−-]?\d[\d\s]*)₸", text)
    assert found, text
    return int(re.sub(r"\s", "", found[1]).replace("−", "-"))


def bars(page: Element, section: str) -> list[tuple[str, int, str]]:
    """A chart's rows: name, tenge, percent."""
    found = []
    for row in page.all(f"section[aria-labelledby={section}] .compare li"):
        name, said = (
            one.text for one in row.children if isinstance(one, Element) and one.tag == "span"
        )
        found.append((name, tenge(said), said.partition("·")[2].strip()))
    return found


def fits(said: str, part: int, whole: int) -> bool:
    """Whether a percentage with one digit is the share, rounded."""
    if not whole:
        return said == "–"
    shown = Fraction(said.removesuffix("%").strip().replace(",", "."))
    return abs(shown - Fraction(part * 100, whole)) <= Fraction(51, 1000)


def published(visit: Any, lines: list[Line], number: int) -> None:
    """As the next refinement of the plan of 2026."""
    home = visit.town
    ready = [replace(one, proposal_id=home.marked if one.proposal_id else None) for one in lines]
    with transaction(home.session):
        version = publish(
            home.session,
            district_id="d-surat",
            year=2026,
            kind=Kind.REFINED,
            lines=ready,
            act=Act(f"=№ {number}", date(2026, 4, 1), words_kk="Себебі", words_ru="Причина"),
            by_name="Дана Омарова",
            now=at(date(2026, 4, 2)),
        )
        assert version.number == number
        assert version.origin == Origin.OFFICE


@pytest.fixture
def surat(visit: Any) -> Any:
    visit.town.classification()
    project = visit.town.proposal(visit.town.round())
    visit.town.marked, visit.town.marked_number = project.id, project.number
    visit.town.version = 0
    visit.reader = visit()
    return visit


@FEW
@given(lines=versions())
def test_page_files_and_api_agree_to_the_tenge(surat: Any, lines: list[Line]) -> None:
    surat.town.version += 1
    number = surat.town.version
    published(surat, lines, number)
    sums: Counter[tuple[str, str]] = Counter()
    for line in lines:
        sums[line.side, ""] += line.amount
        sums[line.side, line.part] += line.amount
    receipts, spending = sums["receipt", ""], sums["spending", ""]
    own = sum(amount for (side, part), amount in sums.items() if side == "receipt" and part in OWN)
    given_ = sums["receipt", "transfers"]

    reader: Browser = surat.reader
    page = reader.get("/kk/surat/budget/2026")
    for side, section, whole in (("receipt", "from", receipts), ("spending", "to", spending)):
        expected = {
            NAMES[side, line.part]: sums[side, line.part] for line in lines if line.side == side
        }
        shown = bars(page.tree, section)
        assert {name: amount for name, amount, _ in shown} == expected
        assert sum(amount for _, amount, _ in shown) == whole
        assert all(fits(said, amount, whole) for _, amount, said in shown)
    if receipts:
        legend = [one.text for one in page.tree.all("section[aria-labelledby=own] .legend li")]
        assert [tenge(one) for one in legend][:2] == [own, given_]
        assert fits(legend[0].partition("·")[2], own, receipts)
        tile = page.tree.all(".tiles b")[0].text
        assert fits(tile, own, receipts)

    paper = reader.get(f"/kk/surat/budget/2026/plan/{number}")
    totals = [
        [tenge(cell.text) for cell in row.all("td") if "₸" in cell.text]
        for row in paper.tree.all("tr")
        if "Барлығы" in row.text
    ]
    assert [row[0] for row in totals][:2] == [receipts, spending]

    paid = reader.get("/kk/surat/budget/2026/own")
    if receipts:
        assert sum(amount for _, amount, _ in bars(paid.tree, "sources")) == own
        assert sum(amount for _, amount, _ in bars(paid.tree, "to")) == own

    base = f"/api/budgets/surat/2026/plan/{number}"
    told = reader.get(f"{base}.json").response.json()
    (version,) = told["versions"]
    assert version["figures"] == {
        "receipts": receipts,
        "own": own,
        "transfers": given_,
        "spending": spending,
        "financing": sums["financing", ""],
        "balance": receipts - spending,
    }
    for (side, part), amount in sums.items():
        assert version["totals"][f"{side}:{part}" if part else side] == amount
    held = reader.get("/api/budgets/surat.json").response.json()["years"][0]["plan"]
    assert (held["receipts"], held["own"], held["spending"]) == (receipts, own, spending)

    kept = [
        (
            one.side, one.part, one.article or None, one.code or None, one.name_kk or None,
            one.name_ru or None, one.amount, one.amount_1,
            surat.town.marked_number if one.proposal_id else None,
        )
        for one in lines
    ]  # fmt: skip
    columns = (
        "side", "part", "article", "code", "words_kk", "words_ru", "amount", "amount_1", "project",
    )  # fmt: skip
    assert [tuple(one[name] for name in columns) for one in version["lines"]] == kept

    raw = reader.get(f"{base}.csv").response.content.decode("utf-8-sig")
    from_csv = list(csv.DictReader(io.StringIO(raw, newline="")))
    assert [tuple(_read(one[name], name) for name in columns) for one in from_csv] == kept
    numbers = ("amount", "amount_1", "amount_2", "planned", "line", "year", "month", "version")
    for one in from_csv:
        for name, text in one.items():
            assert re.fullmatch(r"\d*|-\d+" if name in numbers else r"(?![\s\"]*[=+\-@]).*", text)

    book = openpyxl.load_workbook(io.BytesIO(reader.get(f"{base}.xlsx").response.content))
    heads, *rows = book.active.iter_rows()
    at_ = {cell.value: place for place, cell in enumerate(heads)}
    assert [tuple(row[at_[name]].value for name in columns) for row in rows] == kept
    for row in rows:
        for name, place in at_.items():
            if row[place].value is not None:
                is_number = name in numbers
                assert row[place].data_type == (
                    "n" if is_number else "d" if "date" in name else "s"
                )


def _read(text: str, name: str) -> object:
    """What the documented schema says a cell of the CSV is."""
    if not text:
        return None
    return int(text) if name.startswith("amount") else as_told(text)


def test_in_everything_of_a_year_each_line_of_each_version_stands_once(surat: Any) -> None:
    lines = [Line("receipt", 7, "tax"), Line("spending", 7, "8", "p008")]
    for number in (1, 2):
        published(surat, lines, number)
    with transaction(surat.town.session):
        publish(
            surat.town.session,
            district_id="d-surat",
            year=2026,
            month=3,
            kind=Kind.EXECUTED,
            lines=[Line("receipt", 3, planned=4)],
            by_name="Дана Омарова",
            now=at(date(2026, 4, 2)),
        )
    reader = surat.reader
    text = reader.get("/api/budgets/surat/2026.csv").response.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    key = ("kato", "year", "month", "version", "line")
    keys = [tuple(row[name] for name in key) for row in rows]
    assert len(keys) == len(set(keys)) == 5
    assert [row["holds"] for row in rows] == ["no", "no", "yes", "yes", "yes"]
    assert (rows[-1]["amount"], rows[-1]["planned"], rows[-1]["part"]) == ("3", "4", "")
    told = reader.get("/api/budgets/surat/2026.json").response.json()["versions"]
    assert [(one["month"], one["version"]) for one in told] == [(0, 1), (0, 2), (3, 1)]
    assert told[2]["figures"]["own"] is None  # nobody divided it
    for path in ("2026.pdf", "2025.json", "1999.csv", "2026/plan/3.json", "2026/months/14/1.csv"):
        assert reader.get(f"/api/budgets/surat/{path}").status == 404
        assert reader.get(f"/api/budgets/oytal/{path}").status == 404


def test_the_database_adds_up_parts_on_either_engine(session: Session, town: Town) -> None:
    town.classification()
    lines = [
        Line("receipt", 10**12, "tax", "pit_self"),
        Line("receipt", 1, "tax", "fines"),
        Line("receipt", 2, "transfers"),
        Line("spending", 10**12 + 3),
    ]
    with transaction(session):
        version = publish(
            session,
            district_id="d-surat",
            year=2026,
            kind=Kind.DRAFT,
            lines=lines,
            by_name="Дана Омарова",
            now=at(date(2026, 4, 2)),
        )
    for district_id, sums in (
        (
            "d-surat",
            [
                ("receipt", "tax", 10**12 + 1),
                ("receipt", "transfers", 2),
                ("spending", "", 10**12 + 3),
            ],
        ),
        ("d-oytal", []),
    ):
        found = part_sums(session, district_id=district_id, version_ids=[version.id])
        lines_ = found.get(version.id, ())
        assert sorted((one.side, one.part, one.amount) for one in lines_) == sums
        assert all(type(one.amount) is int for one in lines_)


@given(
    amount=st.integers(0, 10**15),
    weights=st.lists(st.integers(0, 10**15), min_size=1, max_size=30),
)
def test_whole_tenge_in_proportion_add_up_and_none_is_a_tenge_off(
    amount: int, weights: list[int]
) -> None:
    parts = in_proportion(amount, weights)
    assert sum(parts) == amount
    if whole := sum(weights):
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part - Fraction(amount * weight, whole)) < 1


@given(lines=versions(), data=st.data())
def test_own_money_adds_up_and_never_pays_more_than_a_line(
    lines: list[Line], data: st.DataObject
) -> None:
    mark = st.none() | st.just("marked")
    marked = [
        replace(one, proposal_id=data.draw(mark)) if one.side == "receipt" else one for one in lines
    ]
    found = own_money(marked, OWN)
    assert found is not None
    assert found.own == sum(x.amount for x in lines if x.side == "receipt" and x.part in OWN)
    assert sum(one.own for one in found.paid) + found.left == found.own
    assert all(0 <= one.own <= one.line.amount for one in found.paid)
    assert found.left >= 0


def test_a_quarter_of_the_mix_is_a_quarter_of_every_line() -> None:
    """100 own and 300 from the raion, all spent; then 40 of the own are marked for a project."""
    road, lamps, project = (
        Line("spending", 200, "11"),
        Line("spending", 120, "8"),
        Line("spending", 80, "8", proposal_id="p"),
    )
    raion = Line("receipt", 300, "transfers")
    found = own_money([Line("receipt", 100, "tax"), raion, road, lamps, project], OWN)
    assert found is not None
    assert [one.own for one in found.paid] == [50, 30, 20]
    gift = Line("receipt", 40, "non_tax", "voluntary", proposal_id="p")
    found = own_money([Line("receipt", 60, "tax"), gift, raion, road, lamps, project], OWN)
    assert found is not None
    # The rest: 60 own of 360 in the mix, a sixth of 200, 120 and the 40 still to be paid.
    assert [one.own for one in found.paid] == [33, 20, 40 + 7]
    given_ = Line("receipt", 300, "transfers", proposal_id="p")
    found = own_money([Line("receipt", 100, "tax"), given_, road, lamps, project], OWN)
    assert found is not None
    # The raion's money pays all of the project, the rest of it goes into the mix: 100 of 320.
    assert [one.own for one in found.paid] == [63, 37, 0]
    # Half is not spent: so is half of what is our own.
    found = own_money([Line("receipt", 100, "tax"), raion, road], OWN)
    assert found is not None
    assert ([one.own for one in found.paid], found.left) == ([50], 50)
    assert own_money([Line("receipt", 100), road], OWN) is None
