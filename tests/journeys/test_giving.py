"""Neighbours help to pay: a pledge on a phone, the office's word, and the price the vote sees."""

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import select

from app.core.clock import at
from app.ledger.models import Entry
from app.proposals.models import Proposal, Status
from app.rounds.models import Round
from app.tick import tick
from tests.browser import Browser, Page
from tests.conftest import SetClock
from tests.town import Town

Visit = Callable[..., Browser]
PAGE = "/kk/surat/contributions"
DESK = "/kk/surat/desk/contributions"
PROJECT = "/kk/surat/proposals/2026-0001"
REVIEW = "/kk/surat/desk/proposals/2026-0001?verdict=admit"
ADMIT = {
    "reason_kk": "Алты шам, бағасы сатып алу порталынан алынды.",
    "reason_ru": "Шесть фонарей, цена взята с портала закупок.",
    "title_kk": "Абай көшесінің шамдары",
    "title_ru": "Фонари на улице Абая",
    "short_kk": "Мектепке баратын жолға алты шам.",
    "short_ru": "Шесть фонарей по дороге в школу.",
}
IN_ALL = "Барлығы 5 000 000 ₸ тұрады; тұрғындардың үлесі — 500 000 ₸; бюджеттен — 4 500 000 ₸"


@pytest.fixture
def town(visit: Visit) -> Town:
    return visit.town  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def project(town: Town, clock: SetClock) -> Proposal:
    """Under review on 10 March 2026."""
    clock.set(at(date(2026, 3, 10), 12))
    values = {"status": Status.SUBMITTED, "price": None, "due": date(2026, 3, 20)}
    return town.proposal(town.round(price_cap=5_000_000), **values)


def said(page: Page, css: str = "main") -> str:
    return page.text(css).replace("\u00a0", " ")


def test_a_resident_pledges_the_office_confirms_and_spends(
    visit: Visit, town: Town, project: Proposal
) -> None:
    aigerim, dana = visit("aigerim"), visit("dana")
    page = aigerim.get(PROJECT).follow("Көмек уәде ету")
    # A bad form comes back whole: labour without a word about it.
    page = page.submit("#pledge", given_as="labour", worth="90 000", named="1")
    assert page.status == 422
    assert page.refusals == ["giving.what"]
    page = page.submit("#pledge", what="Үш адам екі күн")
    assert page.path == f"{PAGE}/1"
    assert "Растауды күтіп тұр" in said(page)
    # Until the office has confirmed it nobody reads it, and no total counts it.
    assert "Айгерім" not in visit().get(PAGE).html
    assert "Үш адам" not in visit().get(PAGE).html
    assert visit("bolat").get(f"{PAGE}/1").status == 404
    assert visit("gulnar").get(f"{PAGE}/1").status == 403

    page = dana.get(DESK).follow("№ 1 · Жұмыс күші")
    page = page.submit("#confirm-form", worth="80 000")
    page = page.submit("#move-form", move="received", amount="80 000")
    page = page.submit("#move-form", move="spent", amount="80 001",
                       words_kk="Шұңқыр қазылды", words_ru="Вырыты ямы")  # fmt: skip
    assert page.status == 422
    assert page.refusals == ["giving.more_than_received"]
    page.submit("#move-form", amount="80 000")

    page = visit().get(PAGE)
    assert said(page).count("80 000 ₸") >= 3
    assert "Айгерім С." in said(page)
    assert "Шұңқыр қазылды" in said(page)
    assert "80 000 ₸" in said(visit().get(PROJECT), "#contributions")
    row = next(csv.DictReader(io.StringIO(visit().get(f"{PAGE}.csv").html.lstrip("\ufeff"))))
    assert (row["project"], row["name"], row["spent_tenge"], row["state"]) == (
        *("2026-0001", "Айгерім С.", "80000", "spent"),
    )
    # She does not want to be named any more.
    page = aigerim.get("/kk/me").follow("Менің көмегім").follow("№ 1 · Жұмыс күші")
    page.submit("#name-form", named=[])
    for address in (PAGE, f"{PAGE}.csv"):
        assert "Айгерім" not in visit().get(address).html
    facts = town.session.exec(select(Entry).where(Entry.kind.startswith("budget."))).all()  # type: ignore[attr-defined]
    town.session.rollback()
    assert not any("Айгерім" in f"{entry.facts} {entry.by_name}" for entry in facts)


def test_a_pledge_is_taken_back_with_a_reason(visit: Visit, town: Town, project: Proposal) -> None:
    bolat = visit("bolat")
    # A visitor signs in on the way, and the project is not lost.
    way = next(one for one in visit().get(PROJECT).links() if "sign-in?next=" in one)
    assert way.endswith("/kk/surat/contributions/new%3Fto%3D2026-0001")
    page = bolat.get(f"{PAGE}/new?to=2026-0001").submit("#pledge", worth="40 000")
    assert "2026-0001" in " ".join(page.links())
    assert page.submit("#take-back-form").refusals == ["form.missing"]
    page = page.submit("#take-back-form", why="cannot")
    assert "Қайтарып алынды" in said(page)
    assert not page.tree.all("#take-back-form")
    assert "Болат" not in visit("dana").get(DESK).html


def test_confirmed_pledges_lower_the_price_and_every_page_says_how(
    visit: Visit, town: Town, project: Proposal, clock: SetClock, keyring: object
) -> None:
    dana = visit("dana")
    page = dana.get(PROJECT).follow("Көмекті жазып алу")
    page = page.submit("#written", worth="500 000", named="1", name="«Сұрат-Астық» ЖШС")
    assert page.path == f"{DESK}/1"
    # What confirmed pledges come to stands in the review already; no more may be taken.
    page = dana.get(REVIEW)
    assert page.tree.one("#f-cofinanced").attrs["value"] == "500000"
    over = page.submit("#review", "Әкімге дайын", **ADMIT, price="5000000", cofinanced="500001")
    assert over.refusals == ["review.more_than_pledged"]
    all_given = page.submit("#review", "Әкімге дайын", **ADMIT, price="500000")
    assert all_given.refusals == ["review.all_given"]
    page.submit("#review", "Әкімге дайын", **ADMIT, price="5 000 000")
    page = dana.get(REVIEW)
    assert page.tree.one("#f-price").attrs["value"] == "5000000"
    assert "4 500 000 ₸" in said(page)
    # The giver takes some of it back before the akim issues: the answer waits.
    page = dana.get(f"{DESK}/1")
    back = {"move": "taken_back", "amount": "1000", "words_kk": "Азайды", "words_ru": "Меньше"}
    page = page.submit("#move-form", **back)
    erlan = visit("erlan")
    issue = erlan.get("/kk/surat/desk/issue").submit("#issue", chosen=chosen(erlan))
    assert "500 000" not in said(visit().get(PROJECT), "main")
    assert town_status(town, project) == Status.SUBMITTED
    assert issue.status in (200, 422)
    page.submit("#move-form", **{**back, "mend": "1"})
    erlan.get("/kk/surat/desk/issue").submit("#issue", chosen=chosen(erlan))
    assert town_status(town, project) == Status.ADMITTED
    assert IN_ALL in said(visit().get(PROJECT))

    clock.set(at(date(2026, 4, 7), 12))
    town.session.rollback()
    tick(visit.app.state.engine, keyring, clock)  # type: ignore[attr-defined, arg-type]
    rules = town.session.exec(select(Round.rules)).one()
    town.session.rollback()
    assert rules is not None
    assert [(one["price"], one["cofinanced"]) for one in rules["projects"]] == [
        (4_500_000, 500_000)
    ]
    aigerim = visit("aigerim")
    ballot = aigerim.get("/kk/surat/rounds/2026/ballot")
    for page in (
        ballot,
        ballot.submit("#ballot", choice=["1"]),
        visit().get("/kk/surat/rounds/2026/rules"),
        visit().get("/kk/surat/rounds/2026/rules/print"),
    ):
        assert IN_ALL in said(page, "body"), page.path
    # What has not come is said, and what follows from it.
    panel = said(visit().get(PROJECT), "#contributions")
    assert "оның әлі түспегені: 500 000 ₸" in panel
    assert "бюджет дауысқа салынған бағадан артық төлемейді" in panel


def chosen(akim: Browser) -> list[str]:
    page = akim.get("/kk/surat/desk/issue")
    return [one.attrs["value"] for one in page.tree.all("input[name=chosen]")]


def town_status(town: Town, project: Proposal) -> str:
    found = town.session.get_one(Proposal, project.id, populate_existing=True).status
    town.session.rollback()
    return found
