"""Works as residents follow them and as the office reports them."""

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest
from PIL import Image
from sqlmodel import select

from app.core.clock import at
from app.followup.models import Payment
from app.proposals.models import Proposal
from app.rounds.models import Round
from tests.browser import Browser, Page
from tests.conftest import SetClock
from tests.town import Town
from tests.works_town import last_round, works

Visit = Callable[..., Browser]


@pytest.fixture
def town(visit: Visit) -> Town:
    return visit.town  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def lamps(town: Town) -> str:
    """The number of late works in Surat; Oytal's works have the same number."""
    made = works(town, last_round(town), "Жамбыл көшесін жарықтандыру")
    works(town, last_round(town, "oytal"), "Мәдениет үйінің шатыры", planned=6_800_000)
    return str(made.number)


def desk(visit: Visit, number: str) -> Page:
    return visit("dana").get(f"/kk/surat/desk/works/{number}")


def send(page: Page, path: str, **fields: object) -> Page:
    (one,) = [f for f in page.tree.all("form") if f.attrs["action"].endswith(f"/{path}")]
    return page.submit(f"[action={one.attrs['action']}]", **fields)


def test_the_office_reports_stage_by_stage_and_everybody_reads_it(visit: Visit, lamps: str) -> None:
    page = desk(visit, lamps)
    assert "Мемлекеттік сатып алу" in page.text("#next")
    page = send(page, "stage", done_on="28.01.2026")
    assert page.refusals == []
    assert page.text("#next") == "Келесі кезең: Шарт"

    page = send(page, "stage", done_on="2026-02-16")
    assert (page.status, page.refusals) == (422, ["form.missing"])
    page = send(
        page,
        "stage",
        contractor="«Мерке Жарық» ЖШС",
        contract_number="11",
        contract="3 870 000",
    )
    assert page.refusals == []

    page = send(page, "payment", amount="3 160 000", paid_on="2026-04-01", document="№ 4")
    page = send(
        page,
        "promise",
        expected_on="2026-05-22",
        why_kk="Бағандар кеш жеткізілді",
        why_ru="Опоры поздно поставили",
    )
    assert page.refusals == []

    public = visit().get(f"/kk/surat/proposals/{lamps}")
    text = public.text()
    for words in (
        "Кешігуде: 19 күн",
        "Бағандар кеш жеткізілді",
        "«Мерке Жарық» ЖШС",
        "3 870 000 ₸",
        "Шарт сомасынан төленгені: 82 %",
    ):
        assert words in text, words
    assert "Опоры поздно поставили" in visit().get(f"/ru/surat/proposals/{lamps}").text()


def test_the_list_has_late_under_way_and_done(visit: Visit, town: Town, lamps: str) -> None:
    of = town.session.get_one(Proposal, _id(town, lamps)).round_id
    round_ = town.session.get_one(Round, of)
    works(town, round_, "Жолға қиыршық тас төсеу", promised_on=date(2026, 5, 15))
    page = visit().get("/kk/surat/works")
    titles = [one.text for one in page.tree.all("main .card h3")]
    assert titles == ["Жамбыл көшесін жарықтандыру", "Жолға қиыршық тас төсеу"]  # the late first
    assert page.text(".tabs a").split(" | ")[:2] == ["Барлығы: 2", "Кешіккен: 1"]
    late = page.follow("Кешіккен")
    assert [one.text for one in late.tree.all("main .card h3")] == titles[:1]
    ask = [one for one in late.tree.all("main .card a") if "/ask" in one.attrs["href"]]
    assert len(ask) == 1
    assert len(visit().get("/kk/surat/works?state=done").tree.all("main .card")) == 0
    assert "Мәдениет" not in page.html  # Oytal's
    assert visit().get("/kk/surat/works?state=%00x").status == 200


def _id(town: Town, number: str, district: str = "d-surat") -> str:
    found = town.session.exec(
        select(Proposal.id).where(Proposal.number == number, Proposal.district_id == district)
    ).one()
    town.session.rollback()
    return found


def test_the_table_can_be_taken_away(visit: Visit, lamps: str) -> None:
    answer = visit().get("/kk/surat/works.csv")
    assert answer.response.headers["content-type"].startswith("text/csv")
    assert answer.html.startswith("\ufeff")
    (row,) = csv.DictReader(io.StringIO(answer.html.lstrip("\ufeff")))
    assert (row["number"], row["state"], row["days_late"]) == (lamps, "late", "19")
    assert (row["planned"], row["paid"], row["promised_on"]) == ("3950000", "0", "2026-03-30")


def test_a_form_pressed_twice_pays_once(visit: Visit, town: Town, lamps: str) -> None:
    page = desk(visit, lamps)
    for _ in range(2):
        done = send(page, "payment", amount="1000000", paid_on="2026-04-01", document="№ 4")
        assert (done.status, done.refusals) == (200, [])
    assert len(town.session.exec(select(Payment)).all()) == 1
    town.session.rollback()
    fresh = desk(visit, lamps)
    send(fresh, "payment", amount="1000000", paid_on="2026-04-01", document="№ 5")
    assert len(town.session.exec(select(Payment)).all()) == 2


def test_a_mistaken_payment_is_taken_back_in_the_open(visit: Visit, lamps: str) -> None:
    send(desk(visit, lamps), "payment", amount="500", paid_on="2026-04-01", document="№ 4")
    page = send(
        desk(visit, lamps),
        "payment",
        amount="500",
        paid_on="2026-04-02",
        document="№ 4, қате",
        take_back="1",
    )
    assert page.refusals == []
    public = visit().get(f"/kk/surat/proposals/{lamps}")
    assert "−500 ₸" in public.text("#works")
    much = send(
        desk(visit, lamps),
        "payment",
        amount="1",
        paid_on="2026-04-02",
        document="№ 4",
        take_back="1",
    )
    assert much.refusals == ["followup.below_zero"]


@pytest.mark.parametrize(
    ("path", "fields", "codes"),
    [
        ("payment", {}, ["form.missing"]),
        (
            "payment",
            {"amount": "жүз", "paid_on": "кеше", "document": "x"},
            ["form.day", "form.money"],
        ),
        (
            "payment",
            {"amount": "3950001", "paid_on": "2026-04-01", "document": "№ 4"},
            ["followup.above_plan"],
        ),
        (
            "payment",
            {"amount": "1", "paid_on": "2026-04-19", "document": "№ 4"},
            ["followup.future"],
        ),
        ("payment", {"amount": "1", "payment_id": "../../x", "document": "№ 4"}, ["form.wrong"]),
        ("stage", {"stage": "acceptance"}, ["followup.not_this_stage"]),
        ("stage", {"stage": "flying"}, ["form.choice"]),
        ("stage", {"done_on": "2026-04-19"}, ["followup.future"]),
        ("stage", {"note_kk": "ж" * 601}, ["form.too_long"]),
        ("promise", {"expected_on": "2026-05-22"}, ["form.missing"]),
        (
            "promise",
            {"expected_on": "2026-03-01", "why_kk": "Кеш жеткізілді", "why_ru": "Поздно привезли"},
            ["followup.not_later"],
        ),
        ("photos", {}, ["form.missing"]),
        ("photos", {"photos": ("cat.jpg", b"<script>alert(1)</script>")}, ["photos.unknown"]),
    ],
)
def test_bad_input_is_answered_in_words_and_changes_nothing(
    visit: Visit, lamps: str, path: str, fields: dict[str, object], codes: list[str]
) -> None:
    before = visit().get("/kk/surat/works.csv").html
    page = send(desk(visit, lamps), path, **fields)
    assert (page.status, page.refusals) == (422, codes)
    hidden = ("stage", "payment_id")
    typed = {
        name: text for name, text in fields.items() if isinstance(text, str) and name not in hidden
    }
    shown = {
        one.attrs["name"]: one.attrs.get("value", one.text)
        for one in page.tree.walk()
        if one.tag in ("input", "textarea") and "name" in one.attrs
    }
    assert {name: shown[name] for name in typed} == typed
    assert visit().get("/kk/surat/works.csv").html == before


def test_words_from_outside_stay_words(visit: Visit, lamps: str) -> None:
    evil = "<script>alert('x')</script>\x00=1+1"
    page = send(desk(visit, lamps), "stage", done_on="2026-01-28", note_kk=evil)
    assert page.refusals == []
    public = visit().get(f"/kk/surat/proposals/{lamps}")
    assert "<script>alert" not in public.html
    assert "&lt;script&gt;alert" in public.html
    assert "\x00" not in public.html


def photo(colour: str) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(kept, "JPEG")
    return kept.getvalue()


def test_photos_of_the_works_stand_on_the_page(visit: Visit, lamps: str) -> None:
    page = send(
        desk(visit, lamps), "photos", photos=[("a.jpg", photo("red")), ("b.jpg", photo("blue"))]
    )
    assert page.refusals == []
    public = visit().get(f"/kk/surat/proposals/{lamps}")
    pictures = {one.attrs["src"] for one in public.tree.all("main img")}
    assert len(pictures) == 2
    for url in pictures:
        assert visit().get(url).response.headers["content-type"] == "image/jpeg"
        assert visit().get(url.replace("/surat/", "/oytal/")).status == 404


def test_another_districts_office_cannot_touch_works(visit: Visit, town: Town, lamps: str) -> None:
    """Marat is Oytal's clerk; the same number exists there too, and stays as it was."""
    before = [visit().get(f"/kk/{slug}/works.csv").html for slug in ("surat", "oytal")]
    good = {
        "stage": {"stage": "procurement", "done_on": "2026-01-28"},
        "payment": {
            **{"amount": "1", "paid_on": "2026-04-01", "document": "№", "payment_id": "c" * 20}
        },
        "promise": {
            **{"expected_on": "2026-05-22", "why_kk": "Кеш жеткізілді", "why_ru": "Поздно привезли"}
        },
        "photos": {},
    }
    for name in ("marat", "zhanar", "aigerim", "saule", "raushan", "timur", "operator"):
        browser = visit(name)
        assert browser.get(f"/kk/surat/desk/works/{lamps}").status == 403
        assert browser.get("/kk/surat/desk/works").status == 403
        for path, fields in good.items():
            assert browser.post(f"/kk/surat/desk/works/{lamps}/{path}", fields).status == 403
    visitor = visit().get("/kk/surat/desk/works")
    assert visitor.path == "/kk/sign-in"
    after = [visit().get(f"/kk/{slug}/works.csv").html for slug in ("surat", "oytal")]
    assert after == before
    # The right office may.
    assert visit("erlan").post(f"/kk/surat/desk/works/{lamps}/stage", good["stage"]).status == 200


def test_what_is_not_works_has_no_page_at_the_desk(visit: Visit, town: Town, lamps: str) -> None:
    town.proposal(town.round(), "Көпір", status="submitted")
    assert visit("dana").get("/kk/surat/desk/works/2026-0001").status == 404
    assert visit("dana").get("/kk/surat/desk/works/9999-9999").status == 404
    assert visit("aigerim").get("/kk/surat/proposals/2026-0001/seen").status == 404


def test_a_resident_says_what_stands_there_and_changes_it(visit: Visit, lamps: str) -> None:
    aigerim = visit("aigerim")
    page = aigerim.get(f"/kk/surat/proposals/{lamps}")
    page = page.submit("#seen form", seen="partly")
    assert page.path == f"/kk/surat/proposals/{lamps}"
    assert page.text("#seen label b") == "0 | 1 | 0"
    page = page.submit("#seen form", seen="built")
    assert page.text("#seen label b") == "1 | 0 | 0"
    visit("bolat").get(f"/kk/surat/proposals/{lamps}").submit("#seen form", seen="built")
    seen = visit().get(f"/kk/surat/proposals/{lamps}")
    assert seen.text("#seen li b") == "2 | 0 | 0"
    assert "«Жасалды» деген тұрғындар: 2" in visit().get("/kk/surat/works").text()


def test_a_visitor_and_a_neighbour_of_another_district_only_read(visit: Visit, lamps: str) -> None:
    page = visit().get(f"/kk/surat/proposals/{lamps}")
    assert page.tree.all("#seen form") == []
    assert page.follow("Кіріп, жауап беру").path == "/kk/sign-in"
    gulnar = visit("gulnar")
    assert gulnar.get(f"/kk/surat/proposals/{lamps}").tree.all("#seen form") == []
    url = f"/kk/surat/proposals/{lamps}/seen"
    for name in ("gulnar", "dana", "saule"):
        assert visit(name).post(url, {"seen": "built"}).status == 403
    assert visit().get(f"/kk/surat/proposals/{lamps}").text("#seen li b") == "0 | 0 | 0"


@pytest.mark.parametrize("word", ["", "painted", "<b>", "\x00"])
def test_a_word_that_is_none_of_the_three(visit: Visit, lamps: str, word: str) -> None:
    page = visit("aigerim").get(f"/kk/surat/proposals/{lamps}/seen").submit(seen=word)
    assert page.status == 422
    assert page.refusals in (["form.choice"], ["form.missing"])


def test_nobody_says_it_before_the_works_begin(
    visit: Visit, town: Town, clock: SetClock, lamps: str
) -> None:
    clock.set(at(date(2025, 12, 26), 12))
    aigerim = visit("aigerim")
    assert aigerim.get(f"/kk/surat/proposals/{lamps}").tree.all("#seen form") == []
    page = aigerim.post(f"/kk/surat/proposals/{lamps}/seen", {"seen": "built"})
    assert (page.status, page.refusals) == (422, ["rounds.not_yet"])


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_every_page_of_works_in_three_languages(visit: Visit, lamps: str, lang: str) -> None:
    paths = ("works", f"proposals/{lamps}")
    assert {visit().get(f"/{lang}/surat/{path}").status for path in paths} == {200}
    dana = visit("dana")
    paths = ("desk/works", f"desk/works/{lamps}", f"desk/works/{lamps}?saved=stage")
    assert {dana.get(f"/{lang}/surat/{path}").status for path in paths} == {200}
    assert visit("bolat").get(f"/{lang}/surat/proposals/{lamps}/seen").status == 200
