"""From the result to the decision: assembly, akim, raion, maslikhat, each from their own desk."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from app.decisions.models import Body
from app.decisions.queries import departures, newest_words
from app.followup.models import Works
from app.proposals.models import Status
from app.rounds.models import Stage
from tests.browser import Browser, Page
from tests.counted_round import NAMES, CountedRound
from tests.town import Town

Visit = Callable[..., Browser]
MINUTES = {
    "number": "4",
    "notice_on": "2026-05-02",
    "held_on": "2026-05-14",
    "place": "Мәдениет үйі",
    "eligible": "10",
    "present": "5",
    "names": NAMES,
    "chair": "Ахметов Серік",
    "secretary": "Омарова Гүлнар",
}
KK, RU = "Жер құжаты рәсімделмеген.", "Документы на землю не оформлены."


@pytest.fixture
def of(visit: Visit) -> CountedRound:
    town: Town = visit.town  # type: ignore[attr-defined]
    counted = CountedRound(town)
    counted.to(Stage.ASSEMBLY)
    return counted


def record_minutes(page: Page, of: CountedRound, **over: Any) -> Page:
    said = {f"said-{one.ballot_number}": "agreed" for one in of.of_status(Status.RECOMMENDED)}
    return page.submit("#meeting", **{**MINUTES, **said, **over})


def publish(of: CountedRound, browser: Browser, number: int, **fields: Any) -> Page:
    page = browser.get(f"/kk/surat/desk/decisions/{of.proposals[number].number}")
    return page.submit("#decision", **fields)


def words(of: CountedRound, number: int) -> dict[Body, Any]:
    found = newest_words(of.session, district_id="d-surat", round_id=of.round.id)
    of.let_go()
    return found.get(of.proposals[number].id, {})


def test_the_way_of_a_project_to_its_works(visit: Visit, of: CountedRound) -> None:
    dana, erlan, raushan = visit("dana"), visit("erlan"), visit("raushan")
    page = dana.get("/kk/surat/desk/assembly")
    assert (page.status, page.refusals) == (200, [])
    page = record_minutes(page, of)
    assert (page.status, page.refusals) == (200, []), page.refusals
    assert words(of, 1)[Body.ASSEMBLY].said == "agreed"
    assert "№ 4" in page.text()

    of.to(Stage.DECISION)
    for one in of.of_status(Status.RECOMMENDED):
        page = publish(
            of,
            erlan,
            one.ballot_number or 0,
            act_number="27",
            act_date="2026-05-29",
            ends_on="2027-06-01",
        )
        assert (page.status, page.refusals) == (200, []), page.refusals
    assert words(of, 1)[Body.AKIM].amount == 5_000_000

    of.to(Stage.BUDGET)
    page = publish(of, dana, 1, said="agreed", amount="5000000", act_date="2026-09-01")
    assert page.refusals == []
    assert words(of, 1)[Body.RAION].said == "agreed"

    results = visit().get("/kk/surat/rounds/2026/results")
    assert "тұрғындардың ұсынымы" in results.text()
    page = raushan.get("/kk/surat/approval")
    said = {f"said-{one.ballot_number}": "agreed" for one in of.of_status(Status.RECOMMENDED)}
    page = page.submit("#approval", number="38-2", decided_on="2026-09-01", **said)
    assert (page.status, page.refusals) == (200, []), page.refusals
    assert words(of, 1)[Body.MASLIKHAT].act_number == "38-2"
    works = of.session.get(Works, of.proposals[1].id)
    of.let_go()
    assert works is not None
    assert works.planned == 5_000_000
    results = visit().get("/kk/surat/rounds/2026/results")
    assert "38-2" in results.text(".note.ok")
    assert "Түпкілікті шешімді аудандық мәслихат" not in results.text()


def test_going_against_the_vote_is_said_before_and_named_after(
    visit: Visit, of: CountedRound
) -> None:
    erlan = visit("erlan")
    of.to(Stage.DECISION)
    page = erlan.get(f"/ru/surat/desk/decisions/{of.proposals[1].number}")
    assert "расходится с итогом голосования" in page.text(".note")
    no = {
        "said": "declined",
        "amount": "",
        "words_kk": "Енгізілмейді.",
        "words_ru": "Не включается.",
        "act_number": "27",
        "act_date": "2026-05-29",
    }
    page = page.submit("#decision", **no)
    assert (page.status, page.refusals) == (422, ["decisions.confirm_departure"])
    page = page.submit("#decision", confirm="1")
    assert (page.status, page.refusals) == (422, ["decisions.departure_reason"])
    assert "Не включается." in page.html
    page = page.submit("#decision", confirm="1", reason_kk=KK)
    assert page.refusals == ["decisions.departure_reason"]
    assert words(of, 1) == {}
    page = page.submit("#decision", confirm="1", reason_ru=RU)
    assert (page.status, page.refusals) == (200, [])

    found = departures(of.session, district_ids=["d-surat"])
    assert [(one.word.body, one.word.reason_ru) for one in found] == [("akim", RU)]
    of.let_go()
    results = visit().get("/ru/surat/rounds/2026/results")
    assert "Принял: аким, № 27" in results.text(".note.bad")
    assert RU in results.text(".note.bad")
    kk = visit().get(f"/kk/surat/proposals/{of.proposals[1].number}")
    assert "Дауыс беру нәтижесінен өзгеше шешім" in kk.text()
    assert KK in kk.text()


def test_a_ready_reason_fills_both_languages(visit: Visit, of: CountedRound) -> None:
    of.to(Stage.DECISION)
    page = publish(of, visit("erlan"), 5, act_number="28", act_date="2026-05-29")
    assert (page.status, page.refusals) == (200, []), page.refusals
    word = words(of, 5)[Body.AKIM]
    assert (word.said, word.departs, word.reason_code) == ("declined", False, "not_recommended")
    assert word.reason_kk
    assert word.reason_ru


def test_a_stale_page_and_a_correction(visit: Visit, of: CountedRound) -> None:
    erlan = visit("erlan")
    of.to(Stage.DECISION)
    path = f"/kk/surat/desk/decisions/{of.proposals[1].number}"
    stale = erlan.get(path)
    fine = {"act_number": "27", "act_date": "2026-05-29", "ends_on": "2027-06-01"}
    assert publish(of, erlan, 1, **fine).refusals == []
    assert stale.submit("#decision", **fine).refusals == ["decisions.stale"]
    page = erlan.get(path).submit(
        "#decision",
        amount="5 200 000",
        corrects_why_kk="Баға нақтыланды.",
        corrects_why_ru="Цена уточнена.",
    )
    assert (page.status, page.refusals) == (200, [])
    assert "5 000 000" in page.text("main").replace("\u00a0", " ")
    shown = visit().get(f"/kk/surat/proposals/{of.proposals[1].number}")
    text = shown.text("main").replace("\u00a0", " ")
    assert "5 200 000" in text
    assert "5 000 000" in text
    assert "Баға нақтыланды." in text


def test_without_quorum_or_with_gaps_nothing_is_kept(visit: Visit, of: CountedRound) -> None:
    dana = visit("dana")
    page = dana.get("/kk/surat/desk/assembly/2026")
    refused = record_minutes(page, of, present="4", names="а\nб\nв\nг")
    assert (refused.status, refused.refusals) == (422, ["decisions.no_quorum"])
    assert "Мәдениет үйі" in refused.html
    refused = record_minutes(page, of, notice_on="2026-05-06")
    assert refused.refusals == ["decisions.notice_short"]
    refused = record_minutes(page, of, **{"said-1": "declined"})
    assert refused.refusals == ["decisions.departure_reason"]
    assert "f-reason_kk-1" in refused.html
    refused = record_minutes(page, of, **{"said-1": None})
    assert refused.refusals == ["decisions.verdict_missing"]
    assert words(of, 1) == {}


def test_typed_nonsense_comes_back_whole(visit: Visit, of: CountedRound) -> None:
    page = (
        visit("dana")
        .get("/kk/surat/desk/assembly/2026")
        .submit("#meeting", **dict.fromkeys(MINUTES, ""))
    )
    assert (page.status, page.refusals) == (422, ["form.missing"])
    page = page.submit("#meeting", **{**MINUTES, "present": "бес", "held_on": "ертең\x00"})
    assert page.refusals == ["form.day", "form.number"]
    page = page.submit("#meeting", names="<script>alert(1)</script>", number="9" * 50)
    assert "form.too_long" in page.refusals
    assert "<script>alert" not in page.html


def test_another_districts_people_are_refused(visit: Visit, of: CountedRound) -> None:
    of.to(Stage.DECISION)
    number = of.proposals[1].number
    own = visit("erlan").get(f"/kk/surat/desk/decisions/{number}")
    assert own.status == 200
    for name in ("zhanar", "marat", "aigerim", "saule"):
        for path in (
            "/kk/surat/desk/assembly",
            "/kk/surat/desk/assembly/2026/minutes",
            "/kk/surat/desk/decisions",
            f"/kk/surat/desk/decisions/{number}",
            "/kk/surat/approval",
        ):
            assert visit(name).get(path).status == 403, (name, path)
    fields = {"said": ["declined"], "act_number": ["1"]}
    for name in ("zhanar", "dana", "raushan"):
        posted = visit(name).post(f"/kk/surat/desk/decisions/{number}", fields)
        assert posted.status == 403, name
    # In one's own district the foreign number is not there.
    assert visit("zhanar").get(f"/kk/oytal/desk/decisions/{number}").status == 404
    assert visit("marat").get("/kk/oytal/desk/assembly/2026").status == 404
    assert words(of, 1) == {}


def test_a_forged_project_of_the_other_district(visit: Visit, of: CountedRound) -> None:
    dana = visit("dana")
    page = dana.get("/kk/surat/desk/assembly/2026")
    forged = record_minutes(page, of, **{"said-99": "agreed", "said-1": "maybe"})
    assert forged.refusals == ["form.choice"]
    assert words(of, 1) == {}


def test_the_papers_hold_the_five_items_in_both_languages(visit: Visit, of: CountedRound) -> None:
    dana = visit("dana")
    draft = dana.get("/en/surat/desk/assembly/2026/minutes")
    text = draft.text("main")
    for item in (
        "Өткен күні және орны",
        "Жиналыс мүшелерінің жалпы саны",
        "Қатысқандардың саны және тізімі",
        "Төраға және хатшы",
        "Күн тәртібі, сөйлеген сөздердің мазмұны және қабылданған шешімдер",
        "Дата и место проведения",
        "Число и список присутствующих",
        "Повестка дня, содержание выступлений и принятые решения",
    ):
        assert item in text, item
    assert text.count("Көше шамдары") == 2
    agenda = dana.get("/kk/surat/desk/assembly/2026/agenda").text("main")
    assert "Вопрос повестки дня" in agenda
    assert "Күн тәртібіндегі мәселе" in agenda
    record_minutes(dana.get("/kk/surat/desk/assembly"), of)
    kept = dana.get("/kk/surat/desk/assembly/2026/minutes?meeting=4").text("main")
    assert "Дүйсенова Әсел" in kept
    assert re.search(r"14\s+мамыр", kept)
    assert dana.get("/kk/surat/desk/assembly/2026/minutes?meeting=77").status == 404


def test_a_scan_is_kept_with_the_minutes(visit: Visit, of: CountedRound) -> None:
    dana = visit("dana")
    page = dana.get("/kk/surat/desk/assembly")
    bad = record_minutes(page, of, scan=("x.exe", b"MZ\x00\x01"))
    assert bad.status == 422
    assert bad.refusals == ["photos.unknown_scan"]
    page = record_minutes(page, of, scan=("хаттама.pdf", b"%PDF-1.4 minutes"))
    assert page.refusals == []
    scan = words(of, 1)[Body.ASSEMBLY].scan_id
    got = visit().client.get(f"/kk/surat/photos/{scan}")
    assert got.status_code == 200
    assert got.content == b"%PDF-1.4 minutes"


def test_a_ready_text_left_as_it_stood_never_says_the_opposite_of_the_decision(
    visit: Visit, of: CountedRound
) -> None:
    of.to(Stage.DECISION)
    no = {"said": "declined", "amount": "", "reason_kk": KK, "reason_ru": RU, "confirm": "1"}
    dated = {"act_number": "27", "act_date": "2026-05-29"}
    page = publish(of, visit("erlan"), 1, **no, **dated)
    assert (page.status, page.refusals) == (200, []), page.refusals
    assert "келісемін" not in words(of, 1)[Body.AKIM].words_kk
    assert "Согласен" not in words(of, 1)[Body.AKIM].words_ru
    own = {"words_kk": "Өз сөзім.", "words_ru": "Свои слова."}
    page = publish(of, visit("erlan"), 2, **{**no, **dated, **own})
    assert (page.status, page.refusals) == (200, []), page.refusals
    assert words(of, 2)[Body.AKIM].words_kk == "Өз сөзім."
