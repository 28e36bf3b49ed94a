"""A day at the desk: the clerk prepares, the akim issues, a neighbour without a phone is served."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import Engine, event
from sqlmodel import col, select

from app.core.clock import at
from app.core.database import transaction
from app.ledger.models import Entry
from app.people.models import Card
from app.proposals.models import Proposal, Review, Status
from tests.browser import Browser
from tests.conftest import SetClock
from tests.town import Town

Visit = Callable[..., Browser]
ONE = "/kk/surat/desk/proposals/2026-0001"
ADMIT = {
    "price": "3 200 000",
    "reason_kk": "Алты шам, бағасы сатып алу порталынан алынды.",
    "reason_ru": "Шесть фонарей, цена взята с портала закупок.",
    "title_kk": "Абай көшесінің шамдары",
    "title_ru": "Фонари на улице Абая",
    "short_kk": "Мектепке баратын жолға алты шам.",
    "short_ru": "Шесть фонарей по дороге в школу.",
}
MONEY = {
    "reason_code": "no_money",
    "needed": "20 000 000",
    "available": "12 000 000",
    "went_to_kk": "Барлық қаражат жолға бөлінді.",
    "went_to_ru": "Все средства ушли на дорогу.",
    "again_on": "2027-02-01",
}


class Desk:
    """Surat's office on Tuesday 10 March 2026, noon, during the review."""

    def __init__(self, visit: Visit, clock: SetClock) -> None:
        clock.set(at(date(2026, 3, 10), 12))
        self.visit, self.clock = visit, clock
        self.town: Town = visit.town  # type: ignore[attr-defined]
        self.round = self.town.round(price_cap=5_000_000)

    def submitted(self, title: str = "Көше шамдары", **over: object) -> Proposal:
        values = {"status": Status.SUBMITTED, "price": None, "due": date(2026, 3, 20), **over}
        return self.town.proposal(self.round, title, **values)

    def one(self, proposal: Proposal) -> Proposal:
        found = self.town.session.get_one(Proposal, proposal.id, populate_existing=True)
        self.town.session.expunge_all()
        self.town.session.rollback()  # a reader left open would keep SQLite's writers out
        return found

    def kinds(self, proposal: Proposal) -> list[str]:
        query = select(Entry.kind).where(Entry.subject == proposal.id).order_by(col(Entry.number))
        kinds = list(self.town.session.exec(query))
        self.town.session.rollback()
        return kinds


@pytest.fixture
def desk(visit: Visit, clock: SetClock) -> Desk:
    return Desk(visit, clock)


def test_the_clerk_prepares_and_the_akim_issues_a_batch(visit: Visit, desk: Desk) -> None:
    one, two = desk.submitted("Көше шамдары"), desk.submitted("Той залы")
    dana, erlan = visit("dana"), visit("erlan")

    page = dana.get("/kk/surat/desk").follow("Келесі: № 2026-0001")
    page = page.submit("#review", "Әкімге дайын", **ADMIT)
    assert "2026-0001" in page.text(".note")
    page = page.follow("Келесі: № 2026-0002").follow("Тізімге енгізбеу")
    page = page.submit("#review", "Әкімге дайын", reason_code="not_public")
    assert page.path == "/kk/surat/desk"
    assert "Келесі" not in page.text()

    batch = erlan.get("/kk/surat/desk").follow("Оқып, жариялау")
    assert "3 200 000" in batch.text().replace("\u00a0", " ")
    done = batch.submit("#issue")
    assert done.path == "/kk/surat/desk/issue"
    assert "Той залы" in done.text(".note")
    assert done.tree.all("#issue") == []

    assert batch.submit("#issue").status == 200  # the same page, pressed once more
    assert desk.kinds(one) == ["proposals.admitted"]
    assert desk.kinds(two) == ["proposals.refused"]
    public = visit().get("/kk/surat/proposals/2026-0002")
    assert "коммуналдық меншікте емес" in public.text()
    assert "10 маусым 2026" in public.text().replace("\u00a0", " ")  # to complain until


def test_half_done_work_is_there_when_one_comes_back(visit: Visit, desk: Desk) -> None:
    desk.submitted()
    dana = visit("dana")
    page = dana.get(ONE).submit("#review", "Аяқтамай сақтау", price="1 000 000", title_ru="Фонари")
    assert page.status == 200
    queue = dana.get("/kk/surat/desk?state=half")
    assert "аяқталмаған" in queue.text("table")
    again = queue.follow("Көше шамдары")
    values = {one.attrs.get("name"): one.attrs.get("value") for one in again.tree.all("input")}
    assert values["price"] == "1000000"
    assert values["title_ru"] == "Фонари"
    assert values["title_kk"] == "Көше шамдары"  # the resident's own title, to begin with


def test_no_money_must_say_everything_and_keeps_what_was_typed(visit: Visit, desk: Desk) -> None:
    desk.submitted()
    page = visit("dana").get(f"{ONE}?verdict=refuse")
    typed = {**MONEY, "needed": "жиырма", "went_to_ru": "", "again_on": ""}
    bad = page.submit("#review", "Әкімге дайын", **typed)
    assert (bad.status, bad.refusals) == (422, ["form.money"])
    bad = bad.submit("#review", "Әкімге дайын", needed="20000000")
    assert (bad.status, bad.refusals) == (422, ["review.money_missing"])
    assert len([p for p in bad.tree.all("p") if "data-refusal" in p.attrs]) == 2
    assert "жолға бөлінді" in bad.html
    good = bad.submit("#review", "Әкімге дайын", **MONEY)
    assert (good.status, good.path) == (200, "/kk/surat/desk")


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({}, ["form.missing"]),
        ({**ADMIT, "price": "6 000 000"}, ["review.over_cap"]),
        ({**ADMIT, "price": "12 млн"}, ["form.money"]),
        ({**ADMIT, "short_kk": "ш" * 141}, ["form.too_long"]),
        ({**ADMIT, "title_ru": "街灯街灯街灯"}, ["proposals.other_script"]),
        ({**ADMIT, "reason_ru": "x" * 3000}, ["form.too_long"]),
        ({**ADMIT, "verdict": "burn"}, ["form.choice"]),  # a hidden field: said of the whole form
    ],
)
def test_bad_input_is_answered_in_words(
    visit: Visit, desk: Desk, fields: dict[str, str], codes: list[str]
) -> None:
    proposal = desk.submitted()
    page = visit("dana").get(ONE)
    bad = page.submit("#review", "Әкімге дайын", **(fields or dict.fromkeys(ADMIT, "")))
    assert (bad.status, bad.refusals) == (422, codes)
    assert desk.one(proposal).status == Status.SUBMITTED
    assert desk.town.session.exec(select(Review)).all() == []


def test_scripts_and_nul_are_only_text(visit: Visit, desk: Desk) -> None:
    desk.submitted()
    nasty = "<script>alert(1)</script>\x00 шамдар туралы"
    page = visit("dana").get(ONE)
    page = page.submit("#review", "Аяқтамай сақтау", **{**ADMIT, "reason_kk": nasty})
    assert page.status == 200
    assert "<script>alert" not in page.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; шамдар" in page.html


def test_each_keeps_to_their_own_office_and_district(visit: Visit, desk: Desk) -> None:
    proposal = desk.submitted()
    dana = visit("dana")
    dana.get(ONE).submit("#review", "Әкімге дайын", **ADMIT)
    batch = visit("erlan").get("/kk/surat/desk/issue")
    chosen = [one.attrs["value"] for one in batch.tree.all("input[name=chosen]")]
    assert len(chosen) == 1

    # The clerk cannot issue, the akim does not prepare, a resident has no desk.
    assert dana.get("/kk/surat/desk/issue").status == 403
    assert dana.post("/kk/surat/desk/issue", {"chosen": chosen}).status == 403
    erlan = visit("erlan")
    assert erlan.post(f"{ONE}/review", {"verdict": "admit", "ready": "1", **ADMIT}).status == 403
    assert erlan.get("/kk/surat/desk/file").status == 403
    assert visit("aigerim").get("/kk/surat/desk").status == 403
    assert visit("saule").get("/kk/surat/desk").status == 403
    assert visit().get(ONE).path == "/kk/sign-in"

    # The other district's office: closed here, and this number is not there.
    for name in ("marat", "zhanar"):
        other = visit(name)
        assert other.get("/kk/surat/desk").status == 403
        assert other.get(ONE).status == 403
        assert other.get("/kk/surat/desk/receipts/2026-0001").status == 403
        assert other.get("/kk/oytal/desk/proposals/2026-0001").status == 404
        assert other.get("/kk/oytal/desk/receipts/2026-0001").status == 404
    zhanar = visit("zhanar")
    assert zhanar.post("/kk/surat/desk/issue", {"chosen": chosen}).status == 403
    forged = zhanar.post("/kk/oytal/desk/issue", {"chosen": chosen})
    assert (forged.status, forged.refusals) == (422, ["review.no_such_number"])
    marat = visit("marat").post(
        "/kk/oytal/desk/proposals/2026-0001/review", {"verdict": "admit", "ready": "1", **ADMIT}
    )
    assert marat.status == 404
    assert desk.one(proposal).status == Status.SUBMITTED
    assert desk.kinds(proposal) == []


def test_a_delegate_by_order_issues_under_that_order(visit: Visit, desk: Desk) -> None:
    from app.people.models import Office

    proposal = desk.submitted()
    visit("dana").get(ONE).submit("#review", "Әкімге дайын", **ADMIT)
    with transaction(desk.town.session):
        office = desk.town.session.get_one(Office, desk.town.ids["erlan.office"])
        office.by_order = "№ 12, 01.03.2026"
        desk.town.session.add(office)
    page = visit("erlan").get("/kk/surat/desk/issue")
    assert "№ 12, 01.03.2026" in page.text()
    page.submit("#issue")
    desk.town.session.rollback()
    (entry,) = desk.town.session.exec(select(Entry).where(Entry.subject == proposal.id)).all()
    assert entry.facts["by_order"] == "№ 12, 01.03.2026"


def test_what_changed_meanwhile_is_told_and_skipped(visit: Visit, desk: Desk) -> None:
    one, two = desk.submitted("Көше шамдары"), desk.submitted("Құдық")
    dana = visit("dana")
    dana.get(ONE).submit("#review", "Әкімге дайын", **ADMIT)
    second = "/kk/surat/desk/proposals/2026-0002"
    dana.get(second).submit("#review", "Әкімге дайын", **ADMIT)
    batch = visit("erlan").get("/kk/surat/desk/issue")
    desk.clock.forward(minutes=2)
    dana.get(second).submit("#review", "Әкімге дайын", **{**ADMIT, "price": "4 000 000"})
    told = batch.submit("#issue")
    assert "қайта оқып шығыңыз" in told.text(".note")
    assert desk.one(one).status == Status.ADMITTED
    assert desk.one(two).status == Status.SUBMITTED
    assert "4 000 000" in told.text("#issue").replace("\u00a0", " ")


def test_a_stale_page_after_the_vote_opened(visit: Visit, desk: Desk) -> None:
    proposal = desk.submitted()
    dana, erlan = visit("dana"), visit("erlan")
    stale = dana.get(ONE)
    dana.get(ONE).submit("#review", "Әкімге дайын", **ADMIT)
    batch = erlan.get("/kk/surat/desk/issue")
    desk.clock.set(at(date(2026, 4, 6), 9))
    late = stale.submit("#review", "Әкімге дайын", **ADMIT)
    assert (late.status, late.refusals) == (422, ["review.too_late"])
    batch.submit("#issue")
    assert desk.one(proposal).status == Status.SUBMITTED
    # An answer is still owed, and can still be given.
    page = dana.get(f"{ONE}?verdict=refuse")
    page.submit("#review", "Әкімге дайын", reason_code="late")
    erlan.get("/kk/surat/desk/issue").submit("#issue")
    assert desk.one(proposal).status == Status.REFUSED


def test_the_clerk_corrects_what_came_back_to_a_neighbour(visit: Visit, desk: Desk) -> None:
    desk.submitted(filed_by="Дана Омарова")
    desk.submitted("Құдық")
    dana = visit("dana")
    for number in ("2026-0001", "2026-0002"):
        page = dana.get(f"/kk/surat/desk/proposals/{number}?verdict=return")
        words = {"reason_kk": "Орнын нақтылаңыз.", "reason_ru": "Уточните место."}
        page.submit("#review", "Әкімге дайын", **words)
    visit("erlan").get("/kk/surat/desk/issue").submit("#issue")
    page = dana.get(ONE).follow("Тұрғынның атынан түзету")
    assert page.status == 200
    assert "/drafts/" in page.path
    other = dana.get("/kk/surat/desk/proposals/2026-0002")  # a resident's own: theirs to correct
    assert "Тұрғынның атынан түзету" not in other.text("main .note")
    waiting = dana.get("/kk/surat/desk?state=waiting&q=кудык")
    assert len(waiting.tree.all("tbody tr")) == 1


@pytest.mark.parametrize(
    ("day", "name", "duty"),
    [
        (date(2026, 4, 10), "dana", "paper"),
        (date(2026, 4, 28), "dana", "paper"),
        (date(2026, 5, 4), "dana", "assembly"),
        (date(2026, 6, 1), "dana", "decisions"),
        (date(2026, 6, 1), "erlan", "decisions"),
        (date(2027, 2, 1), "dana", "works"),
    ],
)
def test_the_desk_names_the_other_duties_of_the_day(
    visit: Visit, desk: Desk, day: date, name: str, duty: str
) -> None:
    desk.clock.set(at(day, 21))
    page = visit(name).get("/kk/surat/desk")
    links = [one.attrs["href"] for one in page.tree.all("section li a")]
    assert f"/kk/surat/desk/{duty}" in links


def test_none_chosen_is_said(visit: Visit, desk: Desk) -> None:
    desk.submitted()
    visit("dana").get(ONE).submit("#review", "Әкімге дайын", **ADMIT)
    page = visit("erlan").get("/kk/surat/desk/issue").submit("#issue", chosen=None)
    assert (page.status, page.refusals) == (422, ["review.none_chosen"])
    assert "checked" not in page.tree.all("input[name=chosen]")[0].attrs


def test_the_akim_sends_back_and_extends(visit: Visit, desk: Desk) -> None:
    proposal = desk.submitted()
    dana, erlan = visit("dana"), visit("erlan")
    dana.get(ONE).submit("#review", "Әкімге дайын", **ADMIT)
    assert erlan.get(ONE).submit("#back").refusals == ["form.missing"]
    page = erlan.get(ONE).submit("#back", note="Бағасын тағы тексеріңіз")
    assert page.path == "/kk/surat/desk/issue"
    assert "Бағасын тағы тексеріңіз" in dana.get(ONE).text(".note")
    assert "әкім қайтарды" in dana.get("/kk/surat/desk").text("table")

    why = {"why_kk": "Смета әлі дайын емес.", "why_ru": "Смета ещё не готова."}
    far = erlan.get(ONE).submit("#longer", until="2026-09-01", **why)
    assert (far.status, far.refusals) == (422, ["review.extend_too_far"])
    assert "Смета әлі дайын емес." in far.html
    page = far.submit("#longer", until="10.04.2026")
    assert (page.status, page.path) == (200, ONE)
    assert page.tree.all("#longer") == []  # once
    assert desk.one(proposal).extended_until == date(2026, 4, 10)
    assert dana.post(f"{ONE}/extend", {"until": "2026-04-20", **why}).status == 403
    assert "Смета әлі дайын емес." in visit().get("/kk/surat/proposals/2026-0001").text()


def test_the_number_of_the_state_register(visit: Visit, desk: Desk) -> None:
    proposal = desk.submitted()
    dana = visit("dana")
    page = dana.get(ONE).submit("#number", state_number="ЖТ-2026-00123456")
    assert "ЖТ-2026-00123456" in page.text()
    assert desk.one(proposal).state_number == "ЖТ-2026-00123456"
    assert dana.get(ONE).submit("#number", state_number="9" * 41).refusals == ["form.too_long"]


def test_the_clerk_files_for_a_neighbour_and_prints_the_receipt(visit: Visit, desk: Desk) -> None:
    desk.clock.set(at(date(2026, 2, 10), 10))
    with transaction(desk.town.session):
        desk.town.session.add(
            Card(
                number="12345674",
                district_id="d-surat",
                person_id=desk.town.ids["bolat"],
                code_mac="x",
                issued_at=desk.clock.now(),
                issued_by="Дана Омарова",
            )
        )
    dana = visit("dana")
    start = dana.get("/kk/surat/desk/file")
    assert "Ахметова" not in start.submit("#find", q="ахметова").text()  # of the other district
    assert "Сейітова" in start.submit("#find", q="сейитова айгерим").text()
    page = start.submit("#find", q="1234 5674").follow("Ермеков Болат")
    fields = {
        "title": "Арықты тазалау",
        "body": "Көктемде су көшеге шығады, арық бітеліп қалған.",
        "direction": "9",
        "place": "Абай көшесі, 5-үй",
        "text_lang": "kk",
    }
    bad = page.submit("#file", **fields)
    assert (bad.status, bad.refusals) == (422, ["review.no_consent"])
    assert "бітеліп қалған" in bad.html
    receipt = bad.submit("#file", consent="1")
    assert receipt.path == "/kk/surat/desk/receipts/2026-0001"
    assert "Ермеков Болат Серікұлы" in receipt.text()
    words = receipt.text().replace("\u00a0", " ")
    assert "10 ақпан 2026, 10:00" in words
    assert "10 февраля 2026, 10:00" in words
    assert "3 наурыз 2026" in words  # fifteen working days
    again = bad.submit("#file", consent="1")  # a double press gives the same receipt
    assert again.path == receipt.path
    made = desk.town.session.exec(select(Proposal)).one()
    assert (made.filed_by, made.author) == ("Дана Омарова", "Болат Е.")
    foreign = desk.town.ids["gulnar"]
    assert dana.get(f"/kk/surat/desk/file?person={foreign}").status == 404
    assert page.submit("#file", **fields, consent="1", person=foreign).status == 404


def test_filing_ends_with_its_stage(visit: Visit, desk: Desk) -> None:
    person = desk.town.ids["aigerim"]
    page = visit("dana").get(f"/kk/surat/desk/file?person={person}")
    assert page.tree.all("#file") == []


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_every_page_of_the_desk_speaks_three_languages(visit: Visit, desk: Desk, lang: str) -> None:
    desk.submitted()
    visit("dana").get(ONE).submit("#review", "Әкімге дайын", **ADMIT)
    clerk, akim = visit("dana"), visit("erlan")
    here = f"/{lang}/surat/desk"
    for page in (
        clerk.get(here),
        clerk.get(f"{here}?state=answered&page=99"),
        clerk.get(f"{here}/proposals/2026-0001?verdict=forward"),
        clerk.get(f"{here}/proposals/2026-0001/review"),  # a form's address, opened
        clerk.get(f"{here}/file?q=а"),
        clerk.get(f"{here}/receipts/2026-0001"),
        akim.get(here),
        akim.get(f"{here}/issue?told=2026-0001,2026-7777"),
        akim.get(f"{here}/proposals/2026-0001"),
    ):
        assert page.status == 200, page.path


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    said: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield said
    event.remove(engine, "before_cursor_execute", note)


def test_a_long_queue_costs_no_more_queries_and_is_paged(
    visit: Visit, desk: Desk, sqlite_engine: Engine
) -> None:
    dana = visit("dana")
    desk.submitted("Жоба 0")
    with counted(sqlite_engine) as short:
        dana.get("/kk/surat/desk")
    for n in range(1, 30):
        desk.submitted(f"Жоба {n}")
    with counted(sqlite_engine) as long:
        page = dana.get("/kk/surat/desk")
    assert len(long) == len(short)
    assert len(page.tree.all("tbody tr")) == 20
    assert len(page.follow("Келесі").tree.all("tbody tr")) in (10, 0)
    second = dana.get("/kk/surat/desk?page=2")
    assert len(second.tree.all("tbody tr")) == 10
    batch = visit("erlan")
    with counted(sqlite_engine) as empty:
        batch.get("/kk/surat/desk/issue")
    for number in ("0001", "0002", "0003"):
        dana.get(f"/kk/surat/desk/proposals/2026-{number}").submit(
            "#review", "Әкімге дайын", **ADMIT
        )
    with counted(sqlite_engine) as full:
        batch.get("/kk/surat/desk/issue")
    assert len(full) == len(empty)
