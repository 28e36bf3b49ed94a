"""Erlan states a sum, Dana names a line, puts projects into the draft, and notes what was saved;
everybody reads where a round's money went."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from app.budget import drafts
from app.budget.models import Kind
from app.budget.sums import Line
from app.core.clock import at
from app.core.database import transaction
from app.decisions.actions import record_assembly, say
from app.decisions.rules import Verdict
from app.followup.models import Spare
from app.proposals.models import Status
from app.rounds.models import BasisKind, EnvelopeBasis, Round, Stage
from tests.browser import Browser, Page
from tests.budget_lines import RECEIPTS, approve
from tests.counted_round import CountedRound, agreed, meeting
from tests.town import Town

Visit = Callable[..., Browser]
DESK, PUBLIC = "/kk/surat/desk/round/2026", "/kk/surat/rounds/2026"
SAID = {
    "amount": "12 000 000",
    "act_number": "3",
    "said_on": "2026-01-10",
    "words_kk": "Сома салық түсімінен бөлінеді.",
    "words_ru": "Сумма из налогов.",
}


def a_town(visit: Visit) -> Town:
    town: Town = visit.town  # type: ignore[attr-defined]
    town.classification()
    town.session.commit()
    return town


def statement(page: Page, **over: str) -> Page:
    return page.submit(f"form[action={DESK}/statement]", **{**SAID, **over})


def codes(page: Page) -> set[str]:
    return set(page.refusals)


def test_a_sum_rests_on_nothing_until_the_akim_states_it(visit: Visit, clock: Any) -> None:
    town = a_town(visit)
    town.round(envelope_basis_kk="", envelope_basis_ru="")
    clock.set(at(date(2026, 1, 20), 10))
    erlan, dana, visitor = visit("erlan"), visit("dana"), visit()
    assert "құжат әлі жарияланған жоқ" in visitor.get(f"{PUBLIC}/").text()
    for who in (erlan, dana):
        assert "Сома туралы құжат әлі жоқ" in who.get("/kk/surat/desk/round").text()
        assert "Раунд сомасының негізін көрсетіңіз" in who.get("/kk/surat/desk").text()
    page = statement(erlan.get(f"{DESK}/statement"), amount="11 000 000", act_number="")
    assert page.status == 422
    assert "form.missing" in codes(page)
    assert page.tree.one("#f-amount").attrs["value"] == "11 000 000"
    page = statement(erlan.get(f"{DESK}/statement"), amount="11 000 000")
    assert codes(page) == {"envelope.less"}
    done = statement(erlan.get(f"{DESK}/statement"))
    assert (done.status, done.path) == (200, f"{DESK}/money")
    for url in (f"{PUBLIC}/rules", f"{PUBLIC}/money"):
        text = visitor.get(url).text()
        assert "Әкімнің мәлімдемесі, № 3, 10 қаңтар 2026" in text, url
        assert "Сома салық түсімінен бөлінеді." in text, url
    assert "Сома туралы құжат әлі жоқ" not in dana.get("/kk/surat/desk/round").text()
    # The clerk cannot speak for the akim, nor anybody else.
    assert dana.get(f"{DESK}/statement").status == 403
    assert visit("zhanar").get(f"{DESK}/statement").status == 403


def test_dana_names_a_line_and_reads_nothing_but_the_line(visit: Visit, clock: Any) -> None:
    town = a_town(visit)
    of = town.round(envelope_basis_kk="", envelope_basis_ru="")
    clock.set(at(date(2026, 1, 20), 10))
    dana = visit("dana")
    assert "мәлімдейді" in dana.get(f"{DESK}/money").text()  # nothing to choose from yet
    line = Line("spending", 5_000_000, "8", amount_1=12_500_000)
    approve(town.session, of, clock.now(), year=2026, lines=(line, RECEIPTS))
    page = dana.get(f"{DESK}/money")
    assert "12 500 000 ₸" in page.text("#f-line")
    for typed in ("", "2026-1-9", "2026-1-2", "х", "2026-1-1-1"):
        back = page.submit(f"form[action={DESK}/money/line]", line=typed)
        assert back.status == 422, typed
    done = page.submit(f"form[action={DESK}/money/line]", line="2026-1-1")
    assert (done.status, done.path) == (200, f"{DESK}/money")
    rules = visit().get(f"{PUBLIC}/rules")
    assert "/kk/surat/budget/2026/plan/1" in rules.links()
    assert "12 500 000 ₸" in rules.text()
    town.session.rollback()
    kept = town.session.exec(select(EnvelopeBasis)).one()
    assert (kept.kind, kept.amount) == (BasisKind.PLANNED_LINE, 12_500_000)


@pytest.fixture
def of(visit: Visit) -> CountedRound:
    """Counted, agreed by the assembly and the akim."""
    counted = CountedRound(a_town(visit))
    won = counted.of_status(Status.RECOMMENDED)
    counted.to(Stage.ASSEMBLY)
    with transaction(counted.session):
        record_assembly(
            counted.session,
            district_id="d-surat",
            round_id=counted.round.id,
            meeting=meeting(),
            verdicts={one.id: Verdict(agreed=True) for one in won},
            by_name="Дана О.",
            now=counted.town.clock.now(),
        )
    counted.to(Stage.DECISION)
    for one in won:
        with transaction(counted.session):
            say(
                counted.session,
                district_id="d-surat",
                proposal_id=one.id,
                saying=agreed(amount=one.price),
                by_name="Ерлан Т.",
                now=counted.town.clock.now(),
            )
    counted.let_go()
    return counted


def test_the_result_returns_as_lines_and_a_smaller_sum_drops_from_the_bottom(
    visit: Visit, of: CountedRound
) -> None:
    session, clock = of.session, of.town.clock
    won = of.of_status(Status.RECOMMENDED)
    dana, visitor = visit("dana"), visit()
    page = dana.get(f"{DESK}/money")
    assert "Раундтың жобаларын бюджет жобасына енгізіңіз" in dana.get("/kk/surat/desk").text()
    done = page.submit(f"form[action={DESK}/money/draft]")
    assert (done.status, done.path) == (200, f"{DESK}/money")
    assert done.tree.all(f"form[action={DESK}/money/draft]") == []
    again = page.submit(f"form[action={DESK}/money/draft]")
    assert (again.status, codes(again)) == (422, {"decisions.in_draft_already"})
    proposal = f"/kk/surat/proposals/{won[0].number}"
    assert "Бюджет жобасына енгізілді" in visitor.get(proposal).text()
    draft = drafts.draft_of(session, district_id="d-surat", year=2027)
    assert draft is not None
    lines = (*drafts.work_of(draft).lines, RECEIPTS)
    session.rollback()
    assert {line.proposal_id for line in lines} >= {one.id for one in won}
    # Published, the way and the panel lead to the version.
    approve(session, of.round, clock.now(), kind=Kind.DRAFT, act=None, lines=lines)
    links = visitor.get(proposal).links()
    assert links.count("/kk/surat/budget/2027/plan/1") == 2
    # The approved budget names less for the round than its two projects cost.
    clock.set(at(date(2026, 12, 28), 10))
    other = Line("spending", 6_000_000, "8", name_kk="Халық бюджеті", name_ru="Народный бюджет")
    approve(session, of.round, clock.now(), lines=(*lines, other))
    form = dana.get(f"{DESK}/envelope")
    assert "9 000 000 ₸" in form.text("#f-line option")  # the round's own lines come first
    for typed in ("", "2027-1-1", "2026-2-1", "2027-2-99"):
        back = form.submit(f"form[action={DESK}/envelope]", line=typed)
        assert back.status == 422, typed
    place = len(lines) + 1
    asked = form.submit(f"form[action={DESK}/envelope]", line=f"2027-2-{place}")
    assert (asked.status, asked.refusals) == (200, [])
    assert "Халық бюджеті" in visit("erlan").get(asked.path).text()
    agreed_to = visit("erlan").get(asked.path).submit(f"form[action={asked.path}/agree]")
    assert agreed_to.status == 200
    session.rollback()
    assert session.get_one(Round, of.round.id).confirmed_envelope == 6_000_000
    session.rollback()
    for url in (f"{PUBLIC}/results", f"{PUBLIC}/money"):
        text = visitor.get(url).text()
        assert "Расталған сома азайды" in text, url
        assert won[1].title_kk in text
    assert "Расталған сома азайды" in dana.get("/kk/surat/desk/decisions/round/2026").text()
    texts = [visitor.get(f"/kk/surat/proposals/{one.number}").text() for one in won]
    assert ["Расталған сома азайды" in text for text in texts].count(True) == 1
    table = visitor.get(f"{PUBLIC}/money.csv").response.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table), delimiter=_delimiter(table)))
    assert [(row["voted"], row["draft"], row["approved"]) for row in rows] == [
        ("5000000",) * 3,
        ("4000000",) * 3,
    ]
    assert sorted(row["dropped"] for row in rows) == ["0", "1"]


def _delimiter(table: str) -> str:
    return ";" if ";" in table.splitlines()[0] else ","


def test_saved_money_stays_in_sight_until_it_is_used(visit: Visit, clock: Any) -> None:
    from tests.rooms.test_round_money import Spared

    spared = Spared(a_town(visit))
    clock.set(spared.now)
    desk, public = "/kk/surat/desk/round/2025/money", "/kk/surat/rounds/2025/money"
    dana, visitor = visit("dana"), visit()
    page = dana.get(desk)
    assert "300 000 ₸" in page.text()
    (chosen,) = [url for url in page.links() if "save=" in url]
    form = dana.get(chosen.split("#")[0])
    words = {"words_kk": "Келісімшарт арзанға түсті", "words_ru": "Договор дешевле"}
    done = form.submit(f"form[action={desk}/spare]", **words)
    assert (done.status, done.path) == (200, desk)
    text = visitor.get(public).text()
    assert "Келісімшарт арзанға түсті" in text
    assert re.search(r"300\s000\s₸", text)
    used = {"move": "used", "amount": "300 001", "words_kk": "Шам", "words_ru": "Лампы"}
    back = done.submit(f"form[action={desk}/spare]", **used)
    assert (back.status, codes(back)) == (422, {"spare.not_there"})
    assert back.tree.one("#f-amount").attrs["value"] == "300 001"
    back = done.submit(f"form[action={desk}/spare]", **{**used, "project": "2025-9999"})
    assert (back.status, codes(back)) == (422, {"spare.which"})
    done.submit(f"form[action={desk}/spare]", **{**used, "amount": "120 000"})
    spared.session.rollback()
    moves = {one.move: one.amount for one in spared.session.exec(select(Spare))}
    spared.session.rollback()
    assert moves == {"saved": 300_000, "used": 120_000}
    assert "180 000 ₸" in visitor.get(public).text()
    assert visit("marat").get(desk).status == 403
