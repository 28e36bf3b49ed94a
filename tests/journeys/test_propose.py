"""A resident proposes, on a phone and without a script: three steps, a receipt, a correction."""

import io
from datetime import date
from typing import Any

import pytest
from PIL import Image
from sqlmodel import select

from app.core.clock import at
from app.core.database import transaction
from app.people.models import SignIn
from app.proposals.models import Photo, Proposal, Status
from app.proposals.rules import MOST_DRAFTS
from tests.browser import Browser, Page
from tests.conftest import SetClock
from tests.town import Town

NEW = "/kk/surat/rounds/2026/proposals/new"
LIST = "/kk/surat/rounds/2026/proposals"
TITLE = "Мектеп жолына шам орнату"
BODY = "Жол қараңғы, балалар қыста қараңғыда қайтады. Шам керек."
WHAT = {"title": TITLE, "body": BODY, "direction": "8", "text_lang": "kk"}
WHERE = {"settlement": "315446100", "place": "Абай көшесі, 1–20", "estimate": "1 200 000 ₸"}


@pytest.fixture
def town(visit: Any, clock: SetClock) -> Town:
    clock.set(at(date(2026, 2, 10), 12))
    visit.town.round("surat", price_cap=6_000_000)
    visit.town.round("oytal")
    return visit.town  # type: ignore[no-any-return]


@pytest.fixture
def aigerim(visit: Any, town: Town) -> Browser:
    return visit("aigerim")  # type: ignore[no-any-return]


def photo(colour: str = "teal", size: tuple[int, int] = (60, 40)) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", size, colour).save(kept, "JPEG")
    return kept.getvalue()


def at_check(browser: Browser, **over: Any) -> Page:
    page = browser.get(NEW).submit("#what", **{**WHAT, **over})
    return page.submit("#where", **WHERE)


def propose(browser: Browser, **over: Any) -> Page:
    return at_check(browser, **over).submit("#send")


def proposals(town: Town) -> list[Proposal]:
    town.session.expunge_all()
    found = list(town.session.exec(select(Proposal)))
    town.session.expunge_all()
    town.session.rollback()  # a reader that stays would keep the writers of SQLite waiting
    return found


def photos_kept(town: Town) -> int:
    kept = len(town.session.exec(select(Photo.id)).all())
    town.session.rollback()
    return kept


def test_three_steps_and_a_receipt(aigerim: Browser, town: Town) -> None:
    page = aigerim.get(LIST).follow(NEW)
    page = page.submit("#what", **WHAT)
    assert (page.status, page.path.rsplit("/", 1)[1]) == (200, "where")
    assert TITLE in page.text()
    page = page.submit("#where", **WHERE, photos=("a.jpg", photo()))
    assert page.path.endswith("/check")
    for word in (TITLE, BODY, "Көшелерді жарықтандыру", "Сұрат", "Абай көшесі", "Айгерім С."):
        assert word in page.text()
    assert "1\u00a0200\u00a0000\u00a0₸" in page.html
    page = page.submit("#send")
    assert page.path == "/kk/surat/proposals/2026-0001/receipt"
    assert page.text("[data-number]") == "2026-0001"
    assert "3\u00a0наурыз\u00a02026" in page.html  # fifteen working days
    (made,) = proposals(town)
    assert (made.status, made.estimate, made.lang) == ("submitted", 1_200_000, "kk")
    page = page.follow("/kk/surat/proposals/2026-0001")
    assert page.text("h1") == TITLE
    assert page.tree.one("h1").attrs["lang"] == "kk"


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_the_steps_are_walked_in_every_language(aigerim: Browser, lang: str, town: Town) -> None:
    page = aigerim.get(f"/{lang}/surat/rounds/2026/proposals/new")
    page = page.submit("#what", **WHAT).submit("#where", **WHERE).submit("#send")
    assert page.path == f"/{lang}/surat/proposals/2026-0001/receipt"


def test_a_visitor_reads_what_it_is_and_is_asked_to_sign_in(visit: Any, town: Town) -> None:
    page = visit().get(NEW)
    assert page.status == 200
    assert page.tree.all("#what") == []
    assert f"/kk/sign-in?next={NEW}" in page.links()
    assert visit().post(NEW, {**WHAT, "draft": "0" * 20}).path == "/kk/sign-in"
    assert proposals(town) == []


def test_a_draft_is_left_and_taken_up(aigerim: Browser, town: Town, visit: Any) -> None:
    aigerim.get(NEW).submit("#what", **WHAT)
    page = aigerim.get(LIST).follow(TITLE)
    assert page.tree.one("#f-title").attrs["value"] == TITLE
    assert page.tree.one("#f-body").text == BODY
    page = page.submit("#what", title="Мектеп жолына отыз шам")
    page = page.submit("#where", **WHERE)
    page = aigerim.get(page.path.replace("check", "where"))
    assert page.tree.one("#f-place").text == "Абай көшесі, 1–20"
    assert page.tree.one("#f-estimate").attrs["value"] == "1200000"
    (checked,) = [one for one in page.tree.all("input") if "checked" in one.attrs]
    assert checked.attrs["value"] == "315446100"
    for other in (visit("bolat"), visit()):
        assert TITLE not in other.get(LIST).html


def test_ones_own_page_leads_to_drafts_and_to_what_was_sent(
    aigerim: Browser, visit: Any, town: Town
) -> None:
    propose(aigerim)
    aigerim.get(NEW).submit("#what", **{**WHAT, "title": "Жоба нұсқасы қалды"})
    (draft,) = [one.id for one in proposals(town) if one.number is None]
    mine = {f"/kk/surat/drafts/{draft}/what", "/kk/surat/proposals/2026-0001"}
    assert mine <= set(aigerim.get("/kk/me").links())
    for name in ("bolat", "gulnar", "dana"):
        assert not mine & set(visit(name).get("/kk/me").links())


def test_a_check_before_the_second_step_leads_back_to_it(aigerim: Browser, town: Town) -> None:
    page = aigerim.get(NEW).submit("#what", **WHAT)
    assert aigerim.get(page.path.replace("where", "check")).path == page.path


def test_a_draft_is_thrown_away(aigerim: Browser, town: Town) -> None:
    page = at_check(aigerim)
    gone = page.path.replace("check", "what")
    page = page.submit("form.one")
    assert page.path == LIST
    assert proposals(town) == []
    assert aigerim.get(gone).status == 404


def test_pressing_twice_makes_one_proposal(aigerim: Browser, town: Town) -> None:
    first = aigerim.get(NEW)
    second = first.submit("#what", **WHAT)
    assert first.submit("#what", **WHAT).path == second.path  # the same page, sent once more
    assert len(proposals(town)) == 1
    third = second.submit("#where", **WHERE, photos=("a.jpg", photo()))
    again = second.submit("#where", **WHERE, photos=("a.jpg", photo()))
    assert (again.status, again.path) == (200, third.path)
    receipts = {third.submit("#send").path, again.submit("#send").path}
    assert receipts == {"/kk/surat/proposals/2026-0001/receipt"}
    assert photos_kept(town) == 1


def test_going_back_after_sending_changes_nothing(aigerim: Browser, town: Town) -> None:
    first = aigerim.get(NEW)
    second = first.submit("#what", **WHAT)
    third = second.submit("#where", **WHERE)
    receipt = third.submit("#send")
    assert first.submit("#what", **{**WHAT, "title": "Мүлде басқа ұсыныс"}).path == receipt.path
    late = second.submit("#where", **{**WHERE, "place": "Мүлде басқа жер"})
    assert (late.status, late.refusals) == (422, ["proposals.sent_already"])
    assert late.tree.one("#f-place").text == "Мүлде басқа жер"
    for step in ("what", "where", "check"):
        url = third.path.replace("check", step)
        assert aigerim.get(url).path == receipt.path
    (made,) = proposals(town)
    assert (made.title, made.place) == (TITLE, WHERE["place"])


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ({"title": ""}, ["form.missing"]),
        ({"title": "ш" * 121}, ["form.too_long"]),
        ({"title": "Шам"}, ["form.too_short"]),
        ({"title": "需要一条新的道路"}, ["proposals.other_script"]),
        ({"body": "қ" * 4001}, ["form.too_long"]),
        ({"body": "Керек"}, ["form.too_short"]),
        ({"direction": ""}, ["proposals.no_direction"]),
        ({"direction": "20"}, ["proposals.no_direction"]),
        ({"direction": "сегіз"}, ["form.number"]),
        ({"direction": "9" * 40}, ["proposals.no_direction"]),
        ({"text_lang": "en"}, ["form.choice"]),
        (
            {"title": "", "body": "", "direction": "", "text_lang": None},
            ["form.choice", "form.missing", "proposals.no_direction"],
        ),
    ],
)
def test_a_first_step_with_a_slip_comes_back_whole(
    aigerim: Browser, town: Town, typed: dict[str, Any], codes: list[str]
) -> None:
    page = aigerim.get(NEW).submit("#what", **{**WHAT, **typed})
    assert (page.status, page.refusals) == (422, codes)
    if "title" not in typed:
        assert page.tree.one("#f-title").attrs["value"] == TITLE
    if "body" in typed:
        assert page.tree.one("#f-body").text == typed["body"]
    assert proposals(town) == []
    page = page.submit("#what", **WHAT)
    assert page.path.endswith("/where")


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ({"settlement": None}, ["form.missing"]),
        ({"settlement": "315443100"}, ["form.choice"]),  # the other district's
        ({"settlement": "' OR 1=1"}, ["form.choice"]),
        ({"place": ""}, ["form.missing"]),
        ({"place": "а" * 301}, ["form.too_long"]),
        ({"estimate": "сегіз жүз мың"}, ["form.money"]),
        ({"estimate": "-5"}, ["form.money"]),
        ({"estimate": "1e9"}, ["form.money"]),
        ({"estimate": "9" * 30}, ["form.money"]),
        ({"contribution": "а" * 501}, ["form.too_long"]),
    ],
)
def test_a_second_step_with_a_slip_comes_back_whole_and_keeps_its_photo(
    aigerim: Browser, town: Town, typed: dict[str, Any], codes: list[str]
) -> None:
    page = aigerim.get(NEW).submit("#what", **WHAT)
    page = page.submit("#where", **{**WHERE, **typed}, photos=("a.jpg", photo()))
    assert (page.status, page.refusals) == (422, codes)
    for name in set(typed) & {"estimate"}:
        assert page.tree.one(f"#f-{name}").attrs["value"] == typed[name]
    if "place" not in typed:
        assert page.tree.one("#f-place").text == WHERE["place"]
    assert len(page.tree.all("img")) == 1  # it need not be chosen again
    (made,) = proposals(town)
    assert (made.place, made.estimate) == ("", None)
    assert page.submit("#where", **WHERE, contribution="").path.endswith("/check")


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ([("a.jpg", b"GIF89a not a photo")], "photos.unknown"),
        ([("a.jpg", b"<svg onload=alert(1)>")], "photos.unknown"),
        ([("a.png", b"\x89PNG\r\n\x1a\nbroken")], "photos.broken"),
        ([("a.jpg", b"\xff\xd8\xff" + b"0" * 8_000_001)], "photos.too_big"),
        (
            [(f"{n}.jpg", photo(c)) for n, c in enumerate(("red", "blue", "gold", "teal"))],
            "photos.too_many",
        ),
    ],
    ids=["gif", "svg", "broken", "big", "four"],
)
def test_a_file_that_is_no_photo_is_refused_and_the_words_stay(
    aigerim: Browser, town: Town, files: Any, code: str
) -> None:
    page = aigerim.get(NEW).submit("#what", **WHAT)
    page = page.submit("#where", **WHERE, photos=files)
    assert (page.status, page.refusals) == (422, [code])
    assert page.tree.one("#f-place").text == WHERE["place"]
    assert photos_kept(town) == 0


def test_a_fourth_photo_is_refused_until_one_is_removed(aigerim: Browser, town: Town) -> None:
    page = aigerim.get(NEW).submit("#what", **WHAT)
    three = [(f"{c}.jpg", photo(c)) for c in ("red", "blue", "gold")]
    page = page.submit("#where", **WHERE, photos=three)
    page = aigerim.get(page.path.replace("check", "where"))
    assert page.tree.all("#f-photos") == []  # no field for a fourth
    first = page.tree.all("[name=drop]")[0].attrs["value"]
    page = page.submit("#where", drop=[first])
    page = aigerim.get(page.path.replace("check", "where"))
    assert len(page.tree.all("#f-photos")) == 1
    assert len(page.tree.all("img")) == 2


def test_markup_and_control_characters_are_only_words(
    aigerim: Browser, town: Town, visit: Any
) -> None:
    nasty = '<script>alert("х")</script> \'"><img src=x onerror=alert(1)>\0\x1b[31m\u202e'
    page = propose(aigerim, title=f"Шам {nasty}", body=f"{BODY} {nasty} {{{{ 7*7 }}}}")
    assert page.status == 200
    for address in (LIST, "/kk/surat/proposals/2026-0001", f"{LIST}?q=script"):
        page = visit().get(address)
        assert "<script>alert" not in page.html
        assert "<img src=x" not in page.html
        assert not {"\0", "\x1b", "\u202e"} & set(page.html)
        assert "&lt;script&gt;" in page.html


def test_a_stage_that_ended_meanwhile_is_refused_with_everything_typed(
    aigerim: Browser, town: Town, clock: SetClock
) -> None:
    first = aigerim.get(NEW)
    second = aigerim.get(NEW).submit("#what", **WHAT)
    third = second.submit("#where", **WHERE)
    clock.set(at(date(2026, 3, 1)))
    stale = first.submit("#what", **WHAT)
    assert (stale.status, stale.refusals) == (422, ["rounds.closed"])
    assert stale.tree.one("#f-title").attrs["value"] == TITLE
    stale = second.submit("#where", **{**WHERE, "place": "Жаңа орын"})
    assert (stale.status, stale.refusals) == (422, ["rounds.closed"])
    assert stale.tree.one("#f-place").text == "Жаңа орын"
    stale = third.submit("#send")
    assert (stale.status, stale.refusals) == (422, ["rounds.closed"])
    assert TITLE in stale.text()
    assert aigerim.get(third.path).refusals == ["rounds.closed"]
    assert aigerim.get(NEW).refusals == ["rounds.closed"]
    (made,) = proposals(town)
    assert (made.status, made.place) == (Status.DRAFT, WHERE["place"])


@pytest.mark.parametrize("writes", [True, False], ids=["writing", "idle"])
def test_a_long_text_on_a_shared_phone_outlives_three_minutes(
    aigerim: Browser, town: Town, clock: SetClock, writes: bool
) -> None:
    with transaction(town.session):
        for one in town.session.exec(select(SignIn)):
            one.shared = True
            town.session.add(one)
    page = aigerim.get(NEW)
    for _ in range(5):
        clock.forward(seconds=100)
        if writes:
            assert aigerim.get("/kk/me/here").status == 204
    page = page.submit("#what", **WHAT)
    assert page.path.endswith("/where") is writes
    assert (page.path == "/kk/sign-in") is not writes


def test_too_many_drafts_are_refused_with_everything_typed(aigerim: Browser, town: Town) -> None:
    last = aigerim.get(NEW)
    for _ in range(MOST_DRAFTS):
        aigerim.get(NEW).submit("#what", **WHAT)
    page = last.submit("#what", **WHAT)
    assert (page.status, page.refusals) == (422, ["proposals.too_many_drafts"])
    assert page.tree.one("#f-title").attrs["value"] == TITLE
    assert len(proposals(town)) == MOST_DRAFTS


def test_a_direction_that_no_round_pays_for_may_be_sent_with_a_word(
    aigerim: Browser, town: Town
) -> None:
    page = at_check(aigerim, direction="4")
    assert page.tree.all(".note") != []
    assert page.submit("#send").path.endswith("/receipt")


def test_a_similar_proposal_is_shown_before_sending(
    aigerim: Browser, visit: Any, town: Town
) -> None:
    propose(visit("bolat"))
    page = at_check(aigerim, title="Мектеп жолына жаңа шам")
    assert "/kk/surat/proposals/2026-0001" in page.links()


def test_a_correction_walks_the_same_three_steps(
    aigerim: Browser, visit: Any, town: Town, clock: SetClock
) -> None:
    propose(aigerim)
    (made,) = proposals(town)
    with transaction(town.session):
        made.status, made.waiting_since = Status.RETURNED, date(2026, 2, 17)
        town.session.add(made)
    clock.set(at(date(2026, 3, 5), 10))
    here = "/kk/surat/proposals/2026-0001"
    assert f"/kk/surat/drafts/{made.id}/what" not in visit("bolat").get(here).links()
    page = aigerim.get(here).follow(f"/kk/surat/drafts/{made.id}/what")
    page = page.submit("#what", title="Мектеп жолына отыз шам")
    page = page.submit("#where", place="Абай көшесі, 1–40")
    assert "отыз" not in visit().get(here).html
    page = page.submit("#send")
    assert page.text("[data-number]") == "2026-0001"
    page = visit().get(here)
    assert page.text("h1") == "Мектеп жолына отыз шам"
    assert TITLE in page.text(".line")  # what it was called before
    (made,) = proposals(town)
    assert (made.status, made.due) == ("submitted", date(2026, 3, 19))


def test_a_withdrawal_asks_once_more_and_stays_readable(
    aigerim: Browser, visit: Any, town: Town
) -> None:
    propose(aigerim)
    here = "/kk/surat/proposals/2026-0001"
    page = aigerim.get(here).follow(f"{here}/withdraw")
    long = page.submit("#withdraw", reason="а" * 1001)
    assert (long.status, long.refusals) == (422, ["form.too_long"])
    done = page.submit("#withdraw", reason="Көрші ұсынып қойыпты")
    assert done.path == here
    assert page.submit("#withdraw", reason="Тағы бір рет").path == here
    text = visit().get(here).text(".line")
    assert "Көрші ұсынып қойыпты" in text
    assert "Тағы бір рет" not in text
    assert f"{here}/withdraw" not in aigerim.get(here).links()


def test_the_text_for_the_state_register(aigerim: Browser, visit: Any, town: Town) -> None:
    propose(aigerim)
    url = "/kk/surat/proposals/2026-0001/text"
    page = aigerim.get(url)
    assert page.response.headers["content-type"] == "text/plain; charset=utf-8"
    for word in (TITLE, BODY, "Сұрат, Абай көшесі", "2026-0001", "Айгерім С."):
        assert word in page.html
    assert "Сейітова" not in page.html
    assert visit("dana").get(url).status == 200
