"""A clerk brings in a budget paper; anybody tries out their own."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from sqlmodel import Session, select

from app.budget.models import BudgetDraft, BudgetFile
from app.budget.upload_models import BudgetUpload
from tests.browser import Browser, Page
from tests.town import Town

Visit = Callable[..., Browser]
IMPORT = "/kk/surat/desk/budget/import"
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


def book(rows: Any) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def changed(rows: Any, number: int, *cells: Any) -> tuple[Any, ...]:
    return (*rows[: number - 1], cells, *rows[number:])


def bring(
    page: Page, data: bytes, name: str = "наурыз.xlsx", month: str = "3", **over: Any
) -> Page:
    given = {"year": "2026", "month": month, "paper": (name, data), **over}
    return page.submit("#import", **given)


def kept(town: Town) -> tuple[int, int, int]:
    """Files, drafts, held uploads."""
    with Session(town.session.get_bind()) as session:
        return tuple(  # type: ignore[return-value]
            len(session.exec(select(one)).all()) for one in (BudgetFile, BudgetDraft, BudgetUpload)
        )


@pytest.fixture(autouse=True)
def _april(town: Town, clock: Any) -> None:
    town.classification()
    town.session.close()


def test_a_clerk_brings_in_a_month_in_three_presses(town: Town, visit: Visit) -> None:
    dana = visit("dana")
    page = bring(dana.get("/kk/surat/desk/budget").follow("Файлды жүктеу"), book(MARCH))
    assert page.status == 200
    shown = page.text("section[aria-labelledby=changes]").replace("\u00a0", " ")
    assert "Кірістер" in shown or "Түсімдер" in shown
    assert "24 183 400 ₸" in shown
    assert kept(town) == (0, 0, 1)  # nothing stands anywhere yet
    draft = page.submit("#keep")
    assert draft.path == "/kk/surat/desk/budget/2026/3"
    assert kept(town) == (1, 1, 0)
    with Session(town.session.get_bind()) as session:
        work = session.exec(select(BudgetDraft)).one()
    assert [
        (one["article"], one["amount"], one["planned"]) for one in work.content["lines"][:1]
    ] == [("pit_self", 4_183_400, 5_000_000)]
