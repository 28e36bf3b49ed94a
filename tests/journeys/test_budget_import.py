"""A clerk brings in a budget paper; anybody tries out their own."""

import gzip
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from sqlmodel import select

from app.budget import drafts
from app.budget.models import BudgetDraft, BudgetFile, Kind
from app.budget.queries import published
from app.budget.upload_models import BudgetUpload
from app.budget.uploads import forget_uploads
from app.core.clock import at
from app.core.database import transaction
from app.ledger.models import Entry
from tests.browser import Browser, Page
from tests.conftest import SetClock
from tests.rooms.test_budget_publish import LINES, put
from tests.town import Town

Visit = Callable[..., Browser]
DESK = "/kk/surat/desk/budget"
MARCH = (
    ("Сұрат ауылдық округі бюджетінің 2026 жылғы 1 сәуірге атқарылуы",),
    ("мың теңге",),
    ("Атауы", "Кезеңге жоспар", "Кассалық атқарылуы"),
    ("Кірістер", 25000, 24183.4),
    ("Салықтық түсімдер", 5000, 4183.4),
    ("Жеке табыс салығы", 5000, 4183.4),
    ("Трансферттердің түсімдері", 20000, 20000),
    ("Шығындар", 25000, 20000),
    ("Елді мекендердегі көшелерді жарықтандыру", 25000, 20000),
)


def book(*rows: Any, merge: str = "") -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    if merge:
        made.active.merge_cells(merge)
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def changed(number: int, *cells: Any) -> tuple[Any, ...]:
    return (*MARCH[: number - 1], cells, *MARCH[number:])


@pytest.fixture
def town(visit: Visit, clock: SetClock) -> Town:
    """Surat with a classification, on 18 April 2026."""
    found: Town = visit.town  # type: ignore[attr-defined]
    found.classification()
    return found


def bring(page: Page, data: bytes, **over: Any) -> Page:
    given = {"year": "2026", "month": "3", "paper": ("наурыз.xlsx", data), **over}
    return page.submit("#import", **given)


def kept(town: Town) -> tuple[int, int, int]:
    """Files, drafts, held uploads."""
    town.session.rollback()
    found = tuple(
        len(town.session.exec(select(one.id)).all())
        for one in (BudgetFile, BudgetDraft, BudgetUpload)
    )
    town.session.rollback()
    return found  # type: ignore[return-value]


def spaced(page: Page, css: str = "main") -> str:
    return page.text(css).replace("\u00a0", " ")


def test_a_month_is_brought_in_with_three_presses(visit: Visit, town: Town) -> None:
    start = visit("dana").get(DESK).follow("Файлды жүктеу")
    page = bring(start, book(*MARCH, (), ("Ескерту: мың теңгемен",), merge="A1:C1"))
    assert page.status == 200
    shown = spaced(page, "section[aria-labelledby=changes]")
    assert "24 183 400 ₸" in shown
    assert "4 183 400 ₸" in spaced(page, "section[aria-labelledby=rows]")
    assert kept(town) == (0, 0, 1)  # nothing stands anywhere yet
    draft = page.submit("#keep")
    assert draft.path == f"{DESK}/2026/3"
    assert kept(town) == (1, 1, 0)
    work = town.session.exec(select(BudgetDraft)).one()
    first = work.content["lines"][0]
    assert (first["article"], first["amount"], first["planned"]) == (
        "pit_self",
        4_183_400,
        5_000_000,
    )
    assert work.content["stated"]["receipt"] == 24_183_400
    file = town.session.exec(select(BudgetFile)).one()
    assert (file.name, file.by_name, work.file_id) == ("наурыз.xlsx", "Дана Омарова", file.id)
    town.session.rollback()
    # The same page once more: it is gone, and nothing happens twice.
    assert page.submit("#keep").status == 404
    assert kept(town) == (1, 1, 0)


REFUSED: tuple[tuple[Any, dict[str, Any], str], ...] = (
    (changed(1, "Ойтал ауылдық округінің 2026 жылға бюджеті"), {}, "budget_papers.other_unit"),
    (changed(1, "ӘАОЖ 315434000"), {}, "budget_papers.other_unit"),
    (MARCH, {"month": "4"}, "budget.month_early"),
    (MARCH, {"month": "13"}, "budget.month_early"),
    (MARCH, {"year": "2031"}, "budget.year"),
    (MARCH, {"paper": ("a.xlsx", b"")}, "budget_papers.no_file"),
    (MARCH, {"paper": ("a.csv", b" ; ")}, "budget_papers.empty"),
    (MARCH, {"paper": ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")}, "sheets.old"),
    (MARCH, {"paper": ("a.csv", b"a" * 5_000_001)}, "sheets.big"),
    ((("a", "b"),), {}, "budget_papers.no_table"),
    ([[*range(10_000)]], {}, "sheets.wide"),
)


def test_what_cannot_be_is_said_and_loses_nothing(visit: Visit, town: Town) -> None:
    start = visit("dana").get(f"{DESK}/import")
    for rows, over, code in REFUSED:
        page = bring(start, book(*rows), unit="1000", **over)
        assert (page.status, page.refusals[:1]) == (422, [code])
        chosen = [one.attrs["value"] for one in page.tree.all("option") if "selected" in one.attrs]
        assert chosen[-2:] == [over.get("month", "3"), "1000"]
    assert kept(town) == (0, 0, 0)


def test_what_does_not_fit_is_shown_and_cannot_be_kept(visit: Visit, town: Town) -> None:
    start = visit("dana").get(f"{DESK}/import")
    wrong = {
        "budget.gap": changed(4, "Кірістер", 25000, 24183.5),
        "budget_papers.negative": changed(6, "Жеке табыс салығы", 5000, -4183.4),
        "budget_papers.not_a_number": changed(6, "Жеке табыс салығы", 5000, "4183,4 шамасында"),
    }
    for code, rows in wrong.items():
        page = bring(start, book(*rows))
        if code == "budget.gap":
            assert "100 ₸" in spaced(page, "#gaps")
        else:
            assert code in page.refusals
        assert not page.tree.all("#keep")
        pressed = page.submit("#choices", do="keep")
        assert pressed.status == 422
        assert "budget_papers.not_yet" in pressed.refusals
    assert kept(town)[:2] == (0, 0)


def test_rows_and_unit_that_nobody_knows_are_asked_for(visit: Visit, town: Town) -> None:
    rows = (
        *(("Атауы", "Сомасы"), ("Кірістер", 100), ("Салықтық түсімдер", 100)),
        *(("Жеке табыс салығы", 100), ("Шығындар", 100), ("Наурыз мейрамы", 100)),
    )
    start = visit("dana").get(f"{DESK}/import")
    page = bring(start, book(*rows), month="0")
    assert page.refusals == ["budget_papers.unit"]
    assert not page.tree.all("#keep")
    answered = page.submit("#choices", unit="1000", **{"row-6": "spending:10:p006"})
    assert answered.refusals == []
    assert answered.submit("#keep").path == f"{DESK}/2026/0"
    work = town.session.exec(select(BudgetDraft)).one()
    assert work.content["lines"][-1]["article"] == "p006"
    assert work.content["lines"][-1]["amount"] == 100_000
    # A column can be taken for another.
    town.session.rollback()
    rows = (
        *(("Наименование", "Сумма", "тыс. тенге"), ("Доходы", 1, 100), ("Трансферты", 1, 100)),
        *(("Затраты", 1, 100), ("Освещение улиц в населенных пунктах", 1, 100)),
    )
    page = bring(start, book(*rows), month="0")
    again = page.submit("#choices", **{"col-0-1": "", "col-0-2": "amount"})
    assert "100 000 ₸" in spaced(again, "section[aria-labelledby=changes]")


def test_a_month_alone_is_added_to_what_is_published(
    visit: Visit, town: Town, clock: SetClock
) -> None:
    actual = tuple(replace(line, amount=line.amount // 4) for line in LINES)
    start = visit("dana").get(f"{DESK}/import")
    page = bring(start, book(*MARCH), alone="1")
    assert page.refusals == ["budget_papers.no_month_before"]
    put(town.session, actual, month=2, kind=Kind.EXECUTED, act=None)
    town.session.rollback()
    page = bring(start, book(*MARCH), alone="1")
    assert page.submit("#keep").path == f"{DESK}/2026/3"
    work = drafts.work_of(town.session.exec(select(BudgetDraft)).one())
    by_key = {line.key: line.amount for line in work.lines}
    assert by_key["receipt:tax:pit_self"] == 4_183_400 + 375_000
    assert by_key["receipt:non_tax:rent"] == 125_000  # nothing came in March
    assert work.stated["receipt"] == 24_183_400 + 2_500_000


def test_a_waiting_draft_gives_way_only_when_told_to(visit: Visit, town: Town) -> None:
    start = visit("dana").get(f"{DESK}/import")
    bring(start, book(*MARCH)).submit("#keep")
    newer = bring(start, book(*changed(2, "мың теңге", None, " ")))
    refused = newer.submit("#keep")
    assert (refused.status, refused.refusals) == (422, ["budget_papers.waiting"])
    assert kept(town) == (1, 1, 1)
    # Meanwhile somebody typed into the draft: it is not thrown away unseen.
    work = town.session.exec(select(BudgetDraft)).one()
    with transaction(town.session):
        drafts.save(
            town.session,
            district_id="d-surat",
            year=2026,
            month=3,
            lines=LINES,
            stated={},
            seal=work.seal,
            by_name="Нұрлан Жақсыбеков",
            now=at(date(2026, 4, 18)),
        )
    town.session.rollback()
    late = refused.submit("#keep", instead="1")
    assert late.refusals == ["budget.draft_newer"]
    assert late.submit("#keep", instead="1").path == f"{DESK}/2026/3"
    assert kept(town) == (2, 1, 0)  # both files stay
    # What is published is not brought in once more.
    draft = town.session.exec(select(BudgetDraft)).one()
    with transaction(town.session):
        drafts.publish_draft(
            town.session,
            district_id="d-surat",
            year=2026,
            month=3,
            kind=Kind.EXECUTED,
            seal=draft.seal,
            by_name="Дана Омарова",
            now=at(date(2026, 4, 18)),
        )
    held = published(town.session, district_id="d-surat", year=2026, month=3)
    assert held is not None
    file = town.session.exec(select(BudgetFile).where(BudgetFile.id == held.version.file_id)).one()
    data = file.data
    town.session.rollback()
    again = bring(start, data)
    assert again.refusals == ["budget_papers.same_file"]
    assert again.submit("#keep").status == 422
    assert kept(town) == (2, 0, 1)


def test_a_neighbour_finds_nothing_and_a_day_later_it_is_gone(
    visit: Visit, town: Town, clock: SetClock
) -> None:
    page = bring(visit("dana").get(f"{DESK}/import"), book(*MARCH))
    marat = visit("marat")
    mine = page.path.replace("surat", "oytal")
    for url in (page.path, mine):
        wanted = 403 if "surat" in url else 404
        assert marat.get(url).status == wanted
        assert marat.post(url, {"do": "keep"}).status == wanted
        assert marat.post(f"{url}/drop", {}).status == wanted
    with transaction(town.session):
        assert forget_uploads(town.session, now=at(date(2026, 4, 18))) == 0
        assert forget_uploads(town.session, now=at(date(2026, 4, 18)) + timedelta(days=2)) == 1
    town.session.rollback()
    assert visit("dana").get(page.path).status == 404


def test_anybody_sees_their_own_share_and_nothing_is_kept(visit: Visit, town: Town) -> None:
    before = len(town.session.exec(select(Entry.id)).all())
    visitor = visit()
    page = visitor.get("/kk/budgets/try")
    # Another unit of another raion: whose it is, nobody asks.
    other = book(*changed(1, "Ағыбет ауылдық округі бюджетінің атқарылуы 2026 жыл"), merge="A1:C1")
    tried = page.submit("#try", paper=("a.xlsx", other), kind="execution", year="2026")
    assert tried.status == 200
    assert tried.text("[data-own]").replace("\u00a0", " ") == "17,3 %"  # 4 183,4 of 24 183,4
    wrong = page.submit("#try", paper=("a.xlsx", b"PK\x03\x04"), year="2026")
    assert (wrong.status, wrong.refusals) == (422, ["sheets.broken"])
    assert page.submit("#try", paper=("a.csv", b"a" * 2_000_001)).refusals == ["sheets.big"]
    assert kept(town) == (0, 0, 0)
    assert len(town.session.exec(select(Entry.id)).all()) == before


def test_a_long_paper_stays_a_light_page(visit: Visit, town: Town) -> None:
    rows = [*MARCH[:3], *((f"Белгісіз жол {n}", n, n) for n in range(1, 400))]
    page = bring(visit("dana").get(f"{DESK}/import"), book(*rows))
    assert page.status == 200
    assert len(gzip.compress(page.html.encode())) < 15_000
    # What is offered to be filled in is read, and has no sum yet.
    dana = visit("dana")
    start = dana.get(f"{DESK}/import?year=2026&month=0")
    for kind in ("xlsx", "csv"):
        data = dana.get(f"{DESK}/template.{kind}?year=2026&month=0").response.content
        assert bring(start, data, month="0").refusals == ["budget_papers.no_lines"]
