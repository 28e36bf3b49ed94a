"""What belongs to the community: the clerk keeps it, everybody reads it and takes it away."""

import csv
import io
from collections.abc import Callable

import pytest
from sqlmodel import select

from app.ledger.models import Entry
from app.proposals.models import Status
from tests.browser import Browser, Page
from tests.town import Town

Visit = Callable[..., Browser]
PAGE, DESK = "/kk/surat/property", "/kk/surat/desk/property"
FIRM = {
    "kind": "enterprise",
    "name_kk": "«Сұрат-Қызмет» кәсіпорны",
    "name_ru": "Предприятие «Сурат-Сервис»",
    "purpose_kk": "Жолды қардан тазалау",
    "purpose_ru": "Очистка дорог от снега",
}
WHY = {"corrects_why_kk": "Желтоқсан қосылды", "corrects_why_ru": "Добавлен декабрь"}


@pytest.fixture
def town(visit: Visit) -> Town:
    return visit.town  # type: ignore[attr-defined, no-any-return]


def said(page: Page, css: str = "main") -> str:
    return page.text(css).replace("\u00a0", " ")


def test_an_enterprise_its_prices_its_years_and_what_they_built(visit: Visit, town: Town) -> None:
    won = town.proposal(town.round(), status=Status.RECOMMENDED)
    dana = visit("dana")
    assert "енгізген жоқ" in said(visit().get(PAGE))
    page = dana.get(DESK).follow("Мүлік енгізу")
    page = page.submit("#thing", **FIRM, bin="020540003432")
    assert page.status == 422
    assert page.refusals == ["property.bin_check"]
    page = page.submit("#thing", bin="020540 003431")
    assert page.path == f"{DESK}/1"

    # Rows with a gap between them: the refusal stands at the row that was typed.
    row = {"name_kk-2": "Ауланы тазалау", "name_ru-2": "Очистка двора", "price-2": "8 000"}
    page = page.submit("#services-form", **row, **{"unit_kk-2": "сағатына"})
    assert page.refusals == ["form.missing"]
    assert page.tree.one("#f-unit_ru-2").attrs["aria-invalid"] == "true"
    page = page.submit("#services-form", **{"unit_ru-2": "за час"})

    page = page.submit("#income-form", year="2025", income="2 900 000", upkeep="2 000 000")
    page = page.submit("#income-form", year="2025", income="2 950 000", upkeep="2 000 000",
                       to=won.number)  # fmt: skip
    assert page.refusals == ["property.why_corrected"]
    page = page.submit("#income-form", **WHY)
    assert page.status == 200
    for year in ("20255", "2030", "жыл", "-1"):
        assert page.submit("#income-form", year=year).status == 422

    page = visit().get(PAGE)
    assert said(page).count("2 950 000 ₸") == 2
    page = page.follow("«Сұрат-Қызмет» кәсіпорны")
    assert "020540003431" in said(page)
    assert "8 000 ₸" in said(page)
    assert "950 000 ₸" in said(page)
    assert "Желтоқсан қосылды" in said(page)
    assert "2 900 000 ₸" in said(page, "details")
    project = page.follow("Көше шамдары")
    assert "«Сұрат-Қызмет» кәсіпорны, 2025" in said(project, "#contributions")
    rows = list(csv.DictReader(io.StringIO(visit().get(f"{PAGE}.csv").html.lstrip("\ufeff"))))
    assert [(one["bin"], one["year"], one["income_tenge"], one["project"]) for one in rows] == [
        ("020540003431", "2025", "2950000", won.number)
    ]

    why = {"why_kk": "Аудандық кәсіпорынға қосылды", "why_ru": "Вошло в районное"}
    page = dana.get(f"{DESK}/1").submit("#gone-form", **why, gone_on="2026-04-01")
    assert "Аудандық кәсіпорынға қосылды" in said(visit().get(f"{PAGE}/1"))
    assert not page.tree.all("#facts-form")
    page = page.submit("#gone-form", why_kk="Қателесіппіз", why_ru="Это была ошибка")
    assert page.tree.all("#facts-form")
    kinds = town.session.exec(select(Entry.kind).order_by(Entry.number)).all()  # type: ignore[arg-type]
    town.session.rollback()
    assert [one.removeprefix("budget.property_") for one in kinds if "property" in one] == [
        *("added", "services", "income", "income", "gone", "back"),
    ]


def test_numbers_that_cannot_be_and_other_districts_are_not_there(visit: Visit, town: Town) -> None:
    dana, marat = visit("dana"), visit("marat")
    thing = {**FIRM, "kind": "machine"}
    assert dana.get(f"{DESK}/new").submit("#thing", **thing).path == f"{DESK}/1"
    for number in ("0", "2", "9" * 30):
        for address in (PAGE, DESK, "/kk/surat/desk/contributions", "/kk/oytal/property"):
            assert dana.get(f"{address}/{number}").status in (403, 404)
    assert visit().get("/kk/oytal/property/1").status == 404
    assert marat.get(f"{DESK}/1").status == 403
    assert marat.get("/kk/oytal/desk/property/1").status == 404
    token = {"gone_on": "2026-04-01", "why_kk": "Сатылып кетті", "why_ru": "Продано совсем"}
    form = dana.get(f"{DESK}/1").tree.one("#gone-form input[name=_token]").attrs["value"]
    assert dana.post(f"{DESK}/{'9' * 30}/gone", {**token, "_token": form}).status == 404
    assert dana.post(f"{DESK}/2/gone", {**token, "_token": form}).status == 404
