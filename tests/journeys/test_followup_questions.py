"""Questions and pleas as deputies, residents and the office walk through them."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import select

from app.core.clock import at
from app.followup.models import Plea, Question
from app.proposals.models import Status
from tests.browser import Browser, Page
from tests.conftest import SetClock
from tests.town import Town
from tests.works_town import last_round, next_door, token_of, works

Visit = Callable[..., Browser]
TEXT = "Шам бағандары қашан жеткізіледі және мердігерге айыппұл салынды ма?"
ANSWER = "Бағандар 10 мамырда жеткізіледі, шарт бойынша айыппұл есептелді."


@pytest.fixture
def town(visit: Visit) -> Town:
    return visit.town  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def lamps(town: Town) -> str:
    works(town, last_round(town, "oytal"), "Мәдениет үйінің шатыры")
    return str(works(town, last_round(town), "Жамбыл көшесін жарықтандыру").number)


@pytest.fixture
def askar(visit: Visit, town: Town) -> Browser:
    """The deputy of the raion next door."""
    return Browser(visit.app, cookie=next_door(town))  # type: ignore[attr-defined]


def asked(town: Town) -> list[Question]:
    town.session.rollback()
    found = list(town.session.exec(select(Question)).all())
    town.session.expunge_all()
    return found


def put(visit: Visit, number: str, **fields: object) -> Page:
    form = visit("saule").get(f"/kk/surat/proposals/{number}/ask")
    return form.submit("main form", **{"text": TEXT, **fields})


def test_from_the_question_to_the_accepted_answer(
    visit: Visit, lamps: str, clock: SetClock
) -> None:
    desk = visit("saule").get("/kk/raions/315400000/desk")
    page = desk.follow(f"/kk/surat/proposals/{lamps}/ask")
    page = page.submit("main form", text=TEXT, due="2026-05-06")
    assert (page.path, page.refusals) == ("/kk/surat/questions/1", [])
    assert "Жауап күтілуде. Мерзімі: 6 мамыр 2026" in page.text()

    public = visit().get("/kk/surat/questions")
    assert TEXT in public.text()
    assert TEXT in visit().get(f"/kk/surat/proposals/{lamps}").text("#questions")

    clock.set(at(date(2026, 5, 8), 12))
    late = visit().get("/kk/surat/questions?state=overdue")
    assert "Жауап беру мерзімі өтіп кетті: 2 жұмыс күні" in late.text()
    assert f"/kk/surat/proposals/{lamps}/ask" in late.links()

    office = visit("dana").get("/kk/surat/desk/questions").follow("Жауап беру")
    assert TEXT in office.text()
    page = office.submit("main form", text=ANSWER)
    assert (page.path, page.refusals) == ("/kk/surat/questions/1", [])
    assert visit("dana").get("/kk/surat/desk/questions").tree.all("table") == []

    desk = visit("saule").get("/kk/raions/315400000/desk")
    assert "1 жауап сіздің бағаңызды күтіп тұр" in desk.text()
    page = desk.follow("Оқып, баға беру")
    page = page.submit("main form", verdict="not_accepted")
    assert (page.status, page.refusals) == (422, ["form.missing"])
    page = page.submit("main form", why="Айыппұлдың сомасы айтылмаған")
    assert page.refusals == []
    assert "Айыппұлдың сомасы айтылмаған" in visit().get("/kk/surat/questions/1").text()

    again = visit("erlan").get("/kk/surat/desk/questions/1")
    assert "Айыппұлдың сомасы айтылмаған" in again.text()
    again.submit("main form", text=ANSWER + " Сомасы: 120 000 теңге.")
    page = visit("saule").get("/kk/surat/questions/1").submit("main form", verdict="accepted")
    assert page.refusals == []
    whole = visit().get("/kk/surat/questions/1")
    assert "Жауап қабылданды" in whole.text()
    assert len(whole.tree.all(".line li")) == 5  # the first answer is not forgotten
    assert ANSWER in whole.text(".line")


def test_a_form_pressed_twice_asks_once(visit: Visit, town: Town, lamps: str) -> None:
    page = visit("saule").get(f"/kk/surat/proposals/{lamps}/ask")
    first = page.submit("main form", text=TEXT)
    second = page.submit("main form", text=TEXT)
    assert first.path == second.path == "/kk/surat/questions/1"
    assert len(asked(town)) == 1


def test_the_usual_date_is_ten_working_days_ahead(visit: Visit, town: Town, lamps: str) -> None:
    assert put(visit, lamps).refusals == []
    assert asked(town)[0].due == date(2026, 5, 1)


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({"text": ""}, ["form.missing"]),
        ({"text": "Неге?"}, ["form.too_short"]),
        ({"text": "ж" * 2001}, ["form.too_long"]),
        ({"due": "2026-04-20"}, ["followup.too_soon"]),
        ({"due": "ертең"}, ["form.day"]),
        ({"lang": "de"}, ["form.choice"]),
        ({"id": "1'; drop table question"}, ["form.wrong"]),
    ],
)
def test_a_bad_question_comes_back_whole(
    visit: Visit, town: Town, lamps: str, fields: dict[str, str], codes: list[str]
) -> None:
    page = put(visit, lamps, **fields)
    assert (page.status, page.refusals) == (422, codes)
    assert page.text("textarea") == fields.get("text", TEXT)
    assert asked(town) == []
    fixed = page.submit("main form", text=TEXT, due="2026-05-06", lang="kk")
    assert (fixed.status, len(asked(town))) == (200, 1)


def test_who_may_put_a_question(visit: Visit, town: Town, lamps: str, askar: Browser) -> None:
    fields = {"text": TEXT, "lang": "kk", "due": "2026-05-06", "id": "d" * 20}
    url = f"/kk/surat/proposals/{lamps}/ask"
    for name in ("dana", "erlan", "marat", "gulnar", "raushan", "timur", "operator"):
        assert visit(name).get(url).status == 403
        assert visit(name).post(url, fields).status == 403
    assert askar.get(url).status == 403
    assert askar.post(url, fields).status == 403
    assert visit().get(url).path == "/kk/sign-in"
    assert asked(town) == []
    assert visit("saule").post(url, fields).path == "/kk/surat/questions/1"


def test_who_may_answer_and_judge(visit: Visit, town: Town, lamps: str, askar: Browser) -> None:
    put(visit, lamps)
    url = "/kk/surat/desk/questions/1"
    for name in ("marat", "zhanar", "saule", "aigerim", "raushan"):
        assert visit(name).get(url).status == 403
        assert visit(name).post(url, {"text": ANSWER}).status == 403
    # Oytal has no question of that number: there is nothing of Surat's behind its address.
    foreign = visit("marat").post("/kk/oytal/desk/questions/1", {"text": ANSWER})
    assert foreign.status == 404
    assert asked(town)[0].answer == ""
    assert visit("dana").get(url).submit("main form", text=ANSWER).refusals == []
    late = visit("erlan").post(url, {"text": ANSWER + " Тағы."})
    assert (late.status, late.refusals) == (422, ["followup.answered_already"])

    verdict = "/kk/surat/questions/1/verdict"
    yes = {"verdict": "accepted"}
    for name in ("dana", "erlan", "aigerim", "raushan", "timur"):
        assert visit(name).post(verdict, yes).status == 403
    assert askar.post(verdict, yes).status == 403
    colleague = Browser(visit.app, cookie=_colleague(town))  # type: ignore[attr-defined]
    assert colleague.get("/kk/surat/questions/1").tree.all("main form") == []
    refused = colleague.post(verdict, yes)
    assert (refused.status, refused.refusals) == (422, ["followup.not_yours"])
    assert asked(town)[0].state == "answered"
    assert visit("saule").post(verdict, yes).refusals == []


def _colleague(town: Town) -> str:
    """Another deputy of the same raion."""
    from app.core.database import transaction
    from app.core.ids import new_id
    from app.people.models import Office, Official, Role
    from tests.town import RAION

    with transaction(town.session):
        official = Official(id=new_id(), login="bolatbek", full_name="Болатбек", password_hash="!")
        town.session.add(official)
        town.session.flush()
        office = Office(
            id=new_id(),
            official_id=official.id,
            role=Role.MASLIKHAT,
            raion_kato=RAION,
            since=date(2025, 1, 1),
        )
        town.session.add(office)
        town.session.flush()
        town.ids["bolatbek"], town.ids["bolatbek.office"] = official.id, office.id
    return token_of(town, "bolatbek")


@pytest.mark.parametrize("number", ["2", "0", "-1", "x", "99999999999", "١"])
def test_a_question_that_is_not_there(visit: Visit, lamps: str, number: str) -> None:
    put(visit, lamps)
    assert visit().get("/kk/surat/questions/1").status == 200
    assert visit().get(f"/kk/surat/questions/{number}").status == 404
    assert visit().get("/kk/oytal/questions/1").status == 404


def test_a_resident_asks_and_a_deputy_makes_it_a_question(
    visit: Visit, town: Town, lamps: str
) -> None:
    words = "Төрт шам әлі жоқ, балалар қараңғыда қайтады."
    page = visit("aigerim").get(f"/kk/surat/proposals/{lamps}").follow("Депутаттан сұрау")
    assert "Сәуле Оразбаева" in page.text()
    page = page.submit("main form", text=words)
    assert page.refusals == []
    assert "Депутаттарға жіберілді" in page.text("h1")
    # Nobody but the raion's deputies reads it.
    for browser, path in (
        (visit(), f"/kk/surat/proposals/{lamps}"),
        (visit("bolat"), f"/kk/surat/proposals/{lamps}/ask"),
        (visit("dana"), f"/kk/surat/desk/works/{lamps}"),
        (visit("raushan"), "/kk/raions/315400000/desk"),
    ):
        page = browser.get(path)
        assert page.status == 200
        assert words not in page.html

    desk = visit("saule").get("/kk/raions/315400000/desk")
    assert words in desk.text()
    assert "Айгерім С." in desk.text()
    form = desk.follow("Сұрақ етіп қою")
    assert words in form.text()
    form.submit("main form", text=TEXT)
    assert words not in visit("saule").get("/kk/raions/315400000/desk").text()
    taken = visit("aigerim").get(f"/kk/surat/proposals/{lamps}/ask")
    assert "/kk/surat/questions/1" in taken.links()
    refused = taken.submit("main form", text="Енді басқаша айтайын дедім.")
    assert refused.refusals == ["followup.plea_taken_up"]


def test_one_plea_a_person(visit: Visit, town: Town, lamps: str) -> None:
    aigerim = visit("aigerim")
    form = aigerim.get(f"/kk/surat/proposals/{lamps}/ask")
    form.submit("main form", text="Шам жанбайды, көмектесіңіздер.")
    form.submit("main form", text="Шам жанбайды, көмектесіңіздер.")
    changed = aigerim.get(f"/kk/surat/proposals/{lamps}/ask")
    assert changed.text("textarea") == "Шам жанбайды, көмектесіңіздер."
    changed.submit("main form", text="Енді екі шам жанбайды.")
    assert [one.text for one in town.session.exec(select(Plea))] == ["Енді екі шам жанбайды."]


def test_the_plea_of_another_proposal_does_not_show(visit: Visit, town: Town, lamps: str) -> None:
    """A plea's id in the address of another district's proposal opens nothing."""
    words = "Шатыр ағып тұр, назар аударыңыздар."
    visit("gulnar").get("/kk/oytal/proposals/2025-0001/ask").submit("main form", text=words)
    plea = town.session.exec(select(Plea)).one().id
    town.session.rollback()
    saule = visit("saule")
    assert words in saule.get(f"/kk/oytal/proposals/2025-0001/ask?plea={plea}").text()
    assert words not in saule.get(f"/kk/surat/proposals/{lamps}/ask?plea={plea}").text()


def test_asking_stands_beside_every_overdue_item(
    visit: Visit, town: Town, lamps: str, clock: SetClock
) -> None:
    town.proposal(town.round(), "Көпір", status=Status.SUBMITTED, due=date(2026, 4, 10))
    put(visit, lamps, due="2026-05-06")
    clock.set(at(date(2026, 5, 8), 12))
    late = {
        "/kk/surat/": f"/kk/surat/proposals/{lamps}/ask",
        "/kk/surat/works": f"/kk/surat/proposals/{lamps}/ask",
        f"/kk/surat/proposals/{lamps}": f"/kk/surat/proposals/{lamps}/ask",
        "/kk/surat/proposals/2026-0001": "/kk/surat/proposals/2026-0001/ask",
        "/kk/surat/questions": f"/kk/surat/proposals/{lamps}/ask",
        "/kk/surat/questions/1": f"/kk/surat/proposals/{lamps}/ask",
    }
    for path, ask in late.items():
        assert ask in visit().get(path).links(), path


def test_words_of_a_question_stay_words(visit: Visit, lamps: str) -> None:
    put(visit, lamps, text="<script>alert(1)</script> Қашан бітеді деп сұраймын?")
    for path in (
        *("/kk/surat/questions", "/kk/surat/questions/1", f"/kk/surat/proposals/{lamps}"),
    ):
        assert "<script>alert" not in visit().get(path).html
    assert "<script>alert" not in visit("saule").get("/kk/raions/315400000/desk").html


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_every_page_of_questions_in_three_languages(visit: Visit, lamps: str, lang: str) -> None:
    put(visit, lamps)
    form = f"{lang}/surat/proposals/{lamps}/ask"
    for name, path in (
        ("", f"{lang}/surat/questions"),
        ("", f"{lang}/surat/questions/1"),
        ("saule", f"{lang}/surat/questions/1?new=1"),
        ("saule", form),
        ("aigerim", form),
        ("dana", f"{lang}/surat/desk/questions"),
        ("dana", f"{lang}/surat/desk/questions/1"),
    ):
        assert (visit(name) if name else visit()).get(f"/{path}").status == 200, (name, path)
    sent = visit("aigerim").get(f"/{form}").submit("main form", text="Шам жанбайды, қараңыздар.")
    assert sent.status == 200
