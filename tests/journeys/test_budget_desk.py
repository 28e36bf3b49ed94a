"""The clerk's month: typed by hand, checked, published; what is wrong loses nothing."""

import gzip
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import select

from app.budget import drafts
from app.budget.models import Budget, BudgetDraft, BudgetFile, BudgetVersion, Kind
from app.budget.queries import published
from app.core.clock import at
from app.core.database import transaction
from app.ledger.models import Entry
from tests.browser import Browser, Page
from tests.conftest import SetClock
from tests.rooms.test_budget_publish import LINES, put
from tests.town import Town

Visit = Callable[..., Browser]
DESK = "/kk/surat/desk/budget"
MARCH = f"{DESK}/2026/3"
PLAN = f"{DESK}/2026/0"


@pytest.fixture
def town_here(visit: Visit, clock: SetClock) -> Town:
    """Surat on 18 April 2026 with an approved plan; nothing of its execution is published."""
    town: Town = visit.town  # type: ignore[attr-defined]
    town.classification()
    put(town.session, stated={"receipt": 10_000_000, "spending": 10_200_000})
    town.session.rollback()
    return town


def spaced(page: Page, css: str = "main") -> str:
    return page.text(css).replace("\u00a0", " ")


def field(page: Page, name: str) -> str:
    return next(
        one.attrs.get("value", "")
        for one in page.tree.all("input")
        if one.attrs.get("name") == name
    )


def names(page: Page) -> dict[str, str]:
    """The field of each line's sum, by the line's key."""
    return {
        one.attrs["value"]: one.attrs["name"].replace("line-", "amount-")
        for one in page.tree.all("input")
        if one.attrs.get("name", "").startswith("line-")
    }


def test_a_month_by_hand_takes_four_presses(visit: Visit, town_here: Town) -> None:
    dana = visit("dana")
    duty = dana.get("/kk/surat/desk").follow("айлық атқарылуын")
    assert duty.path == DESK
    assert visit("marat").get("/kk/oytal/desk").text().count("айлық атқарылуын") == 0
    page = dana.get(DESK)
    assert "қаңтар" in page.text(".today")  # the first month that is not published
    page = page.follow("Қолмен енгізу")  # 1
    assert page.path == f"{DESK}/2026/1"
    page = dana.get(MARCH)
    page = page.submit("#start", start="plan")  # 2
    at_ = names(page)
    assert len(at_) == len(LINES)
    sums = {
        "receipt:tax:pit_self": "400 000",
        "receipt:non_tax:rent": "120 000 ₸",
        "receipt:transfers:raion_transfers": "2000000",
        "spending:1:p001": "2 100 000",
        "spending:8:p008": "300 000",
        # Receipts exceed spending by 120 000: what is left over lies in the balances.
        "financing:balances": "-120 000",
    }
    typed = {at_[key]: amount for key, amount in sums.items()}
    page = page.submit("#draft", "Сақтап, тексеру", **typed)  # 3
    assert "2 520 000" in spaced(page)
    # Sums that were never shown with their totals are kept, and shown, before they go out.
    moved = {at_["spending:1:p001"]: "2 050 000", at_["spending:8:p008"]: "350 000"}
    page = page.submit("#draft", "Жариялау", **moved)
    assert (page.status, len(page.tree.all("#check-first"))) == (200, 1)
    page = page.submit("#draft", "Жариялау")  # 4
    assert (page.status, page.path) == (200, MARCH)
    found = published(town_here.session, district_id="d-surat", year=2026, month=3)
    assert found is not None
    assert {line.key: line.amount for line in found.lines} == {
        "receipt:tax:pit_self": 400_000,
        "receipt:non_tax:rent": 120_000,
        "receipt:transfers:raion_transfers": 2_000_000,
        "spending:1:p001": 2_050_000,
        "spending:8:p008": 350_000,
        "financing:balances": -120_000,
    }
    town_here.session.rollback()
    assert "Жарияланды" in dana.get(DESK).text("table")


def test_nothing_typed_is_lost_and_gaps_are_said_where_they_are(
    visit: Visit, town_here: Town
) -> None:
    dana = visit("dana")
    page = dana.get(PLAN).submit("#start", start="held")
    at_ = names(page)
    tax = at_["receipt:tax:pit_self"]
    bad = page.submit(
        "#draft", "Сақтап, тексеру", **{tax: "көп", at_["spending:8:p008"]: "1300000"}
    )
    assert (bad.status, bad.refusals) == (422, ["form.money"])
    assert field(bad, tax) == "көп"
    assert field(bad, at_["spending:8:p008"]) == "1300000"
    assert bad.submit("#draft", "Сақтап, тексеру", **{tax: "-5"}).refusals == ["form.money"]
    page = bad.submit("#draft", "Сақтап, тексеру", **{tax: "1 500 000"})
    assert page.status == 200
    assert [one.attrs["data-gap"] for one in page.tree.all("[data-gap]")] == [
        "f-stated-spending",
        "f-stated-financing",
    ]
    assert "100 000 ₸" in spaced(page, "[data-gap]")
    assert page.tree.all("#publish") == []
    # Pressed all the same, it is refused.
    seal = field(page, "seal")
    forced = dana.post(PLAN, {"_token": field(page, "_token"), "seal": seal, "do": "publish"})
    assert "form.missing" in forced.refusals
    forced = dana.post(
        PLAN,
        {
            "_token": field(page, "_token"),
            "seal": seal,
            "do": "publish",
            "kind": "refined",
            "act_number": "1",
            "act_date": "2026-04-01",
            "words_kk": "а",
            "words_ru": "а",
        },
    )
    assert "budget.gap" in forced.refusals
    page = page.submit(
        "#draft",
        "Сақтап, тексеру",
        **{"stated-spending": "10 300 000", at_["financing:balances"]: "300 000"},
    )
    assert page.tree.all("[data-gap]") == []
    why = {"kind": "refined", "act_number": "№ 15-1", "act_date": "2026-04-10"}
    late = page.submit("#draft", "Жариялау", **why)
    assert (late.status, late.refusals) == (422, ["budget.reason"])
    assert field(late, "act_number") == "№ 15-1"
    done = late.submit("#draft", "Жариялау", words_kk="Шамға қосылды", words_ru="Добавлено на свет")
    assert (done.status, done.path) == (200, PLAN)
    assert "Шамға қосылды" in done.text("table")
    one = town_here.session.exec(select(Budget)).one()
    assert (one.plan_number, one.plan_kind, one.spending) == (2, Kind.REFINED, 10_300_000)
    town_here.session.rollback()


def test_somebody_elses_newer_work_is_not_overwritten(visit: Visit, town_here: Town) -> None:
    dana, nurlan = visit("dana"), visit("nurlan")
    hers = dana.get(PLAN).submit("#start", start="held")
    his = nurlan.get(PLAN)
    at_ = names(hers)
    his.submit("#draft", "Сақтап, тексеру", **{at_["spending:8:p008"]: "7"})
    lost = hers.submit("#draft", "Сақтап, тексеру", **{at_["spending:8:p008"]: "1 250 001"})
    assert (lost.status, lost.refusals) == (422, ["budget.draft_newer"])
    assert field(lost, at_["spending:8:p008"]) == "1 250 001"
    assert "Нұрлан" in lost.text()
    for url in (f"{PLAN}/discard", f"{PLAN}/lines/1"):
        answer = dana.post(
            url,
            {
                "_token": field(hers, "_token"),
                "seal": field(hers, "seal"),
                "key": "receipt:tax:pit_self",
            },
        )
        assert (answer.status, answer.refusals) == (422, ["budget.draft_newer"]), url
    found = drafts.draft_of(town_here.session, district_id="d-surat", year=2026, month=0)
    assert found is not None
    assert {line.amount for line in drafts.work_of(found).lines} >= {7, 1_500_000}
    town_here.session.rollback()


def test_lines_are_added_changed_tied_to_a_project_and_removed(
    visit: Visit, town_here: Town
) -> None:
    of = town_here.round()
    project = town_here.proposal(of, "Көше шамдары")
    number, round_id, project_id = project.number, of.id, project.id
    town_here.session.rollback()
    dana = visit("dana")
    page = dana.get(PLAN).submit("#start", start="empty")
    page = dana.get(f"{PLAN}?unit=1000")
    wrong = page.submit("#draft", "Жолды қосу", new_amount="5")
    assert (wrong.status, wrong.refusals) == (422, ["form.missing"])
    page = wrong.submit("#draft", "Жолды қосу", new_key="spending:8:p008", new_amount="12 345,6")
    assert page.status == 200
    assert field(page, "amount-1").replace("\u00a0", " ") == "12 345,6"
    line = page.submit("#draft", "Өзгерту")
    assert line.path == f"{PLAN}/lines/1"
    bad = line.submit("#line", "Сақтау", project="2031-0001", name_kk="Абай көшесі")
    assert (bad.status, bad.refusals) == (422, ["form.choice"])
    assert field(bad, "name_kk") == "Абай көшесі"
    page = bad.submit("#line", "Сақтау", project=number, round=round_id)
    assert "Абай көшесі" in page.text("table")
    found = drafts.draft_of(town_here.session, district_id="d-surat", year=2026, month=0)
    assert found is not None
    (kept,) = drafts.work_of(found).lines
    assert (kept.amount, kept.proposal_id, kept.round_id) == (12_345_600, project_id, round_id)
    town_here.session.rollback()
    page = page.submit("#draft", "Жолды қосу", new_key="receipt:tax:vehicles_individuals")
    assert list(names(page)) == ["receipt:tax:vehicles_individuals", "spending:8:p008"]
    page = page.submit("#draft", "жолды алып тастау")
    assert list(names(page)) == ["spending:8:p008"]
    page = page.submit("#draft", "Өзгерту").submit("#line", "Жолды алып тастау")
    assert names(page) == {}


def test_another_districts_clerk_and_residents_stay_outside(visit: Visit, town_here: Town) -> None:
    page = visit("dana").get(PLAN).submit("#start", start="held")
    seal = field(page, "seal")
    with transaction(town_here.session):
        town_here.session.add(
            BudgetFile(
                id="f-1",
                district_id="d-surat",
                name='a";\r\nb.csv',
                size=3,
                sha256="ab" * 32,
                data=b"a;b",
                by_name="Дана",
                at=at(date(2026, 4, 2)),
            )
        )
    marat = visit("marat")
    for path in (
        DESK,
        PLAN,
        f"{PLAN}/lines/1",
        f"{DESK}/versions",
        f"{DESK}/files/f-1",
        f"{DESK}/classification",
    ):
        assert marat.get(path).status == 403, path
        assert visit("bolat").get(path).status == 403, path
    assert marat.get("/kk/oytal/desk/budget/files/f-1").status == 404
    assert marat.get("/kk/oytal/desk/budget/2026/0/lines/1").status == 404
    own = marat.get("/kk/oytal/desk/budget/2026/0")
    stolen = marat.post(
        "/kk/oytal/desk/budget/2026/0", {"_token": field(own, "_token"), "seal": seal, "do": "save"}
    )
    assert (stolen.status, stolen.refusals) == (422, ["budget.draft_gone"])
    far = 10**30
    for path in (f"{far}/0", f"2026/{far}", f"{far}/0/lines/1", f"2026/0/lines/{far}", "2031/0"):
        assert visit("dana").get(f"{DESK}/{path}").status == 404, path
    file = visit("dana").get(f"{DESK}/files/f-1")
    assert file.response.content == b"a;b"
    headers = file.response.headers
    assert headers["content-disposition"] == f'attachment; filename="{("ab" * 32)[:16]}.csv"'
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert len(town_here.session.exec(select(BudgetDraft)).all()) == 1
    town_here.session.rollback()


def test_an_office_corrects_the_classification_for_itself(visit: Visit, town_here: Town) -> None:
    dana = visit("dana")
    url = f"{DESK}/classification"
    page = dana.get(url).follow("Әкім әкімшілік құқық бұзушылықтар")
    bad = page.submit("#entry", name_ru="")
    assert (bad.status, bad.refusals) == (422, ["form.missing"])
    assert page.submit("#entry").refusals == ["budget.article_same"]
    page = page.submit("#entry", code="204111", code_verified="1")
    assert page.status == 200
    page = dana.get(url).submit("#add-form", part="non_tax", name_kk="Базар алымы", name_ru="Сбор")
    assert (page.status, page.refusals) == (422, ["budget.article_part"])
    page = page.submit("#add-form", part="receipt:non_tax")
    assert "Базар алымы" in page.text("table")
    kinds = town_here.session.exec(select(Entry.kind)).all()
    assert list(kinds) == ["budget.published", "budget.article_corrected", "budget.article_added"]
    town_here.session.rollback()
    # From its year on, and in this district alone.
    assert "204111" not in dana.get(f"{url}?year=2025").text("table")
    assert "204111" not in visit("marat").get("/kk/oytal/desk/budget/classification").text("table")
    # The new article can be planned with.
    draft = dana.get(PLAN).submit("#start", start="empty")
    assert "Базар алымы" in draft.text("select")
    before = {one.text for one in dana.get(f"{url}?year=2027").tree.all("th")}
    assert any("Базар алымы" in one for one in before)


def test_the_pages_of_a_large_draft_are_small(visit: Visit, town_here: Town) -> None:
    many = tuple(
        replace(LINES[3], amount=1000 + n, name_kk=f"Жұмыс {n}", name_ru=f"Работа {n}")
        for n in range(150)
    )
    with transaction(town_here.session):
        drafts.save(
            town_here.session,
            district_id="d-surat",
            year=2026,
            month=0,
            lines=many,
            stated={},
            by_name="Дана",
            now=at(date(2026, 4, 2)),
        )
    dana = visit("dana")
    first = dana.get(PLAN)
    assert len(gzip.compress(first.response.content)) < 15_000
    second = first.follow("Келесі")
    assert field(second, "amount-61").replace("\u00a0", " ") == "1 060"
    second.submit("#draft", "Сақтап, тексеру", **{"amount-61": "5"})
    found = drafts.draft_of(town_here.session, district_id="d-surat", year=2026, month=0)
    assert found is not None
    lines = drafts.work_of(found).lines
    assert [lines[59].amount, lines[60].amount, lines[149].amount] == [1059, 5, 1149]
    town_here.session.rollback()
    for path in (f"{DESK}/classification", f"{DESK}/2027/0", DESK, f"{DESK}/versions"):
        assert len(gzip.compress(dana.get(path).response.content)) < 15_000, path
    assert town_here.session.exec(select(BudgetVersion)).one().number == 1
