"""The clerk keeps the roll: lists looked at and confirmed, corrections, and the closed list."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import chain, islice
from typing import Any

import openpyxl
import pytest
from sqlalchemy import Engine
from sqlmodel import select

from app.core.database import open_session, transaction
from app.ledger.models import Entry
from app.people.consent import private_of
from app.people.models import RollEntry, RollImport
from app.people.office_models import Consent
from app.people.roll_models import RollConflict, RollDraft, RollLock
from tests.browser import Browser, Page
from tests.rooms.test_people_roll import numbers

Visit = Callable[..., Browser]
IINS = numbers("620615")
ONE, TWO, THREE, FOUR = (next(IINS) for _ in range(4))
HEAD = "Аты-жөні;ЖСН;Елді мекен\n"
LIST = HEAD + f"Сейітова Әсел;{ONE};Сұрат\nКим Александр;{TWO};Аққайнар\n"
FROM = {
    "source": "Тұрғындар тізілімі",
    "source_date": "2026-04-01",
    "legal_basis": "№ 148 Заң, 39-1-бап",
}
ROLL = "/kk/surat/desk/roll"


def rows(visit: Visit, model: Any) -> list[Any]:
    with open_session(visit.app.state.engine) as session:
        return list(session.exec(select(model)).all())


def choose(browser: Browser, text: str | bytes, *, lang: str = "kk", **over: Any) -> Page:
    """Chooses a list at Surat's desk; what comes back shows everything it would do."""
    data = text.encode() if isinstance(text, str) else text
    page = browser.get(f"/{lang}/surat/desk/roll/import")
    return page.submit("#import", **{"list": ("roll.csv", data), **FROM, **over})


def test_every_change_is_shown_and_then_made(visit: Visit) -> None:
    dana = visit("dana")
    assert choose(dana, LIST).submit("#confirm").path == ROLL
    changed = LIST.replace("Ким Александр", "Ким Александра").replace("Аққайнар", "Сұрат")
    newer = changed.replace(f"Сейітова Әсел;{ONE}", f"Ахмет Әлі;{THREE}")
    page = choose(dana, newer, whole="1")
    assert page.status == 200
    tiles = page.text(".tiles li").split(" | ")
    assert [tile.split()[0] for tile in tiles[:4]] == ["1", "1", "3", "0"]  # two of the town too
    gone = page.follow("Шығарылады: 3")
    assert "Сейітова Әсел" in gone.text("tbody")
    shown = page.follow("Өзгеретіндер: 1").text("tbody tr")
    assert "Ким Александр → Ким Александра" in shown
    assert "Аққайнар → Сұрат" in shown
    assert "Ахмет Әлі" in page.follow("Жаңа: 1").text("tbody")
    refused = page.submit("#confirm")
    assert (refused.status, refused.refusals) == (422, ["people.gone_unseen"])
    assert refused.submit("#confirm", gone="1").path == ROLL
    standing = [one for one in rows(visit, RollEntry) if one.removed_on is None]
    assert len([one for one in standing if one.district_id == "d-surat"]) == 2
    (last,) = [one for one in rows(visit, RollImport) if one.gone]
    assert (last.added, last.changed, last.gone, last.rows) == (1, 1, 3, 2)
    (act,) = [one for one in rows(visit, Entry) if one.facts.get("gone") == 3]
    assert act.facts["legal_basis"] == FROM["legal_basis"]
    assert act.facts["sha256"] == last.sha256
    assert rows(visit, RollDraft) == []
    off = dana.get(ROLL).follow(f"{ROLL}/off")
    assert "Дана Омарова" in off.text("tbody")
    page = off.follow("Сейітова Әсел")
    assert "Тұрғындар тізілімі" in page.text("section[aria-labelledby=history]")


def test_pressed_twice_is_done_once(visit: Visit) -> None:
    page = choose(visit("dana"), LIST)
    assert page.submit("#confirm").path == ROLL
    assert page.submit("#confirm").path == ROLL
    assert len(rows(visit, RollImport)) == 1


def test_a_colleague_confirms_and_a_neighbour_finds_nothing(visit: Visit) -> None:
    page = choose(visit("dana"), LIST)
    marat = visit("marat")
    mine = page.path.replace("surat", "oytal")
    for url in (page.path, mine):
        assert marat.get(url).status == (403 if "surat" in url else 404)
        assert marat.post(url, {}).status == (403 if "surat" in url else 404)
        assert marat.post(f"{url}/drop", {}).status == (403 if "surat" in url else 404)
    assert marat.get(f"/kk/oytal/desk/roll/import?again={page.path.split('/')[-1]}").status == 404
    nurlan = visit("nurlan")
    waiting = nurlan.get(ROLL).follow("Тұрғындар тізілімі")
    assert waiting.submit("#confirm").path == ROLL
    (made,) = rows(visit, RollImport)
    assert made.by_name == "Нұрлан Жақсыбеков"


def test_a_roll_that_changed_meanwhile_is_looked_at_anew(visit: Visit) -> None:
    dana = visit("dana")
    page = choose(dana, LIST)
    by_hand = {"name": "Әсел Сейітова", "iin": ONE, "settlement_id": "315446100", "basis": "№ 7"}
    dana.get(f"{ROLL}/add").submit("#add", **by_hand)
    stale = page.submit("#confirm")
    assert (stale.status, stale.refusals) == (422, ["people.roll_moved"])
    assert rows(visit, RollImport) == []
    assert "Әсел Сейітова → Сейітова Әсел" in stale.text("tbody tr")
    assert stale.submit("#confirm").path == ROLL
    (made,) = rows(visit, RollImport)
    assert (made.added, made.changed) == (1, 1)


def test_a_list_is_kept_for_a_day_and_can_be_thrown_away(visit: Visit) -> None:
    dana = visit("dana")
    page = choose(dana, LIST)
    (draft,) = rows(visit, RollDraft)
    for secret in (ONE, "Әсел", "Сейітова"):
        assert secret.encode() not in draft.sealed
    assert dana.get(page.path).submit(f"form[action={page.path}/drop]").path == ROLL
    assert rows(visit, RollDraft) == []
    assert dana.get(page.path).status == 404
    page = choose(dana, LIST)
    visit.town.clock.forward(hours=25)
    dana = visit("dana")
    assert dana.get(page.path).status == 404
    assert dana.post(page.path, {}).status == 404
    assert rows(visit, RollImport) == []


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_rows_to_correct_are_named_by_their_number_only(visit: Visit, lang: str) -> None:
    bad = LIST + f"Ахмет Әлі;{THREE[:-1]}{(int(THREE[-1]) + 1) % 10};Сұрат\n;{THREE};Шу\n"
    dana = visit("dana")
    page = choose(dana, bad, lang=lang)
    assert page.refusals == ["people.iin_check", "people.name_missing"]
    assert [row.text.split()[-1] for row in page.tree.all("main tbody tr th")] == ["4", "5"]
    assert THREE[:6] not in page.html
    assert "Ахмет" not in page.html
    assert page.tree.all("#confirm") == []
    forced = dana.post(page.path, {})
    assert forced.status == 422
    assert rows(visit, RollImport) == []
    again = page.follow(page.path.replace("import/", "import?again="))
    assert 'value="Тұрғындар тізілімі"' in again.html
    assert len(rows(visit, RollEntry)) == 3


@pytest.mark.parametrize(
    ("over", "text", "code"),
    [
        ({"source": ""}, LIST, "form.missing"),
        ({"legal_basis": ""}, LIST, "form.missing"),
        ({"source_date": "ертең"}, LIST, "form.day"),
        ({"source_date": "2027-01-01"}, LIST, "people.day_ahead"),
        ({"list": None}, LIST, "people.no_file"),
        ({}, "", "people.no_file"),
        ({}, "PK\x03\x04", "sheets.broken"),
        ({}, b"%PDF-1.7", "sheets.kind"),
        ({}, bytes(range(256)), "sheets.encoding"),
        ({}, f"аты;жоқ\n{ONE};\n", "people.roll_header"),
        ({}, HEAD, "people.roll_empty"),
    ],
)
def test_what_cannot_be_brought_in(
    visit: Visit, over: dict[str, Any], text: str | bytes, code: str
) -> None:
    page = choose(visit("dana"), text, **over)
    assert page.status == 422
    assert page.refusals == [code]
    assert 'value="№ 148 Заң, 39-1-бап"' in page.html or "legal_basis" in over
    assert rows(visit, RollDraft) == []


def test_a_workbook_with_more_than_is_asked_for(visit: Visit) -> None:
    made = openpyxl.Workbook()
    made.active.append(["Округ тұрғындары, 2026"])
    made.active.append(["№", "ФИО", "ИИН", "Населённый пункт", "Ұлты", "Телефон"])
    made.active.append([1, "Ким Александр", int(ONE), "Сұрат", "кәріс", "8 701 234 56 78"])
    kept = io.BytesIO()
    made.save(kept)
    page = choose(visit("dana"), kept.getvalue())
    assert "№, Ұлты, Телефон" in page.text()
    assert "кәріс" not in page.html
    assert page.submit("#confirm").path == ROLL
    assert len(rows(visit, RollEntry)) == 4


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_empty_list_is_one_that_can_be_read(visit: Visit, kind: str) -> None:
    dana = visit("dana")
    given = dana.client.get(f"/ru/surat/desk/roll/template.{kind}").content
    if kind == "csv":
        filled = given.decode("utf-8-sig").replace("000000000000", ONE).encode()
    else:
        book = openpyxl.load_workbook(io.BytesIO(given))
        assert book.active["B2"].number_format == "@"
        book.active["B2"] = ONE
        kept = io.BytesIO()
        book.save(kept)
        filled = kept.getvalue()
    assert choose(dana, filled, lang="ru").submit("#confirm").path == "/ru/surat/desk/roll"
    assert len(rows(visit, RollEntry)) == 4


def test_somebody_of_another_roll(visit: Visit) -> None:
    """The clerk reads that there is a conflict: not with whom, in a list or by hand."""
    marat, dana = visit("marat"), visit("dana")
    add = {"name": "Ахмет Әлі", "iin": ONE, "settlement_id": "315443100", "basis": "№ 7"}
    assert "/people/" in marat.get("/kk/oytal/desk/roll/add").submit("#add", **add).path
    page = choose(dana, HEAD + f"Ахмет Әлі;{ONE};Сұрат\n")
    assert "қайшылық" in page.text(".note")
    assert "Ахмет" not in page.html
    assert page.submit("#confirm").path == ROLL
    here = {**add, "settlement_id": "315446100"}
    page = dana.get(f"{ROLL}/add").submit("#add", **here)
    assert page.status == 200
    assert page.path == ROLL
    assert "қайшылық" in page.text(".note")
    assert "Ойтал" not in page.text("main")
    assert len(rows(visit, RollConflict)) == 1
    assert [one.district_id for one in rows(visit, RollEntry) if one.added_on.month == 4] == [
        "d-oytal"
    ]


def test_a_line_is_corrected_with_a_reason(visit: Visit) -> None:
    dana = visit("dana")
    url = f"{ROLL}/people/{visit.town.ids['aigerim']}"
    page = dana.get(url).follow(f"{url}/correct")
    assert page.submit("#correct", why="Куәлік").refusals == ["people.nothing_changed"]
    assert page.submit("#correct", name="Сейітова-Ким Айгерім").refusals == ["form.missing"]
    bad = page.submit("#correct", name="<b>", why="Неке туралы куәлік")
    assert bad.refusals == ["people.name_wrong"]
    assert 'value="Неке туралы куәлік"' in bad.html
    page = bad.submit("#correct", name="Сейітова-Ким Айгерім", settlement_id="315446200")
    assert page.path == url
    assert "Сейітова-Ким Айгерім" in page.text("h1")
    shown = page.text("section[aria-labelledby=history]")
    assert "Сейітова Айгерім Бақытқызы → Сейітова-Ким Айгерім" in shown
    assert "Сұрат → Аққайнар" in shown
    assert "Неке туралы куәлік" in shown
    assert "Дана Омарова" in shown
    (act,) = [one for one in rows(visit, Entry) if one.kind == "people.corrected"]
    assert act.facts == {}
    marat = visit("marat")
    other = url.replace("surat", "oytal")
    assert marat.get(f"{other}/correct").status == 404
    assert marat.post(f"{other}/correct", {"name": "Өзге", "why": "жоқ себеп"}).status == 404


def test_taken_off_with_a_reason(visit: Visit) -> None:
    dana, aigerim = visit("dana"), visit("aigerim")
    url = f"{ROLL}/people/{visit.town.ids['aigerim']}"
    page = dana.get(url)
    assert page.submit("#take-off").refusals == ["form.missing"]
    assert page.submit("#take-off", why="forged", note="анықтама").refusals == ["form.choice"]
    assert page.submit("#take-off", why="list", note="анықтама").status == 422
    assert aigerim.get("/kk/me").path == "/kk/me"
    page = page.submit("#take-off", why="moved", note="Анықтама № 7")
    assert page.path == ROLL
    assert aigerim.get("/kk/me").path == "/kk/sign-in"
    found = dana.get(f"{ROLL}/off", params={"name": "айгерим"})
    assert "Анықтама № 7" in found.text("tbody")
    assert "Дана Омарова" in found.text("tbody")
    assert dana.get(f"{ROLL}/off", params={"name": "болат"}).tree.all("tbody") == []
    was = found.follow("Сейітова Айгерім")
    assert was.status == 200
    assert was.tree.all("form#take-off") == []
    assert dana.post(f"{url}/off", {"why": "died", "note": "тағы"}).refusals == []
    assert visit("marat").get(url.replace("surat", "oytal")).status == 404


def test_one_person_by_hand(visit: Visit) -> None:
    page = visit("dana").get(f"{ROLL}/add")
    typed = {"name": "Ахмет Әлі", "iin": THREE, "settlement_id": "315446200", "basis": "№ 7"}
    refused = page.submit("#add", **{**typed, "iin": THREE[:-1]})
    assert refused.status == 422
    assert refused.refusals == ["people.iin_digits"]
    assert THREE[:-1] not in refused.html
    assert 'value="Ахмет Әлі"' in refused.html
    page = refused.submit("#add", iin=THREE)
    assert page.path.startswith(f"{ROLL}/people/")
    assert "Ахмет Әлі" in page.text("h1")
    assert "№ 7" in page.text("section[aria-labelledby=history]")


def many() -> Iterator[str]:
    days = (f"{year:02}{month:02}15" for year in range(10, 90) for month in range(1, 13))
    return chain.from_iterable(numbers(day) for day in days)


@pytest.mark.slow
def test_sixty_thousand_rows(visit: Visit) -> None:
    """The largest list there may be: read, turned over to its last page, brought in."""
    dana = visit("dana")
    lines = [f"Тұрғын Адам;{iin};Сұрат" for iin in islice(many(), 60_001)]
    assert choose(dana, HEAD + "\n".join(lines)).refusals == ["sheets.long"]
    page = choose(dana, HEAD + "\n".join(lines[:-1]), whole="1")
    last = dana.get(f"{page.path}?kind=new&page=1200")
    assert "1200" in last.text(".pager").replace("\u00a0", "")
    assert len(last.html.encode()) < 60_000
    assert last.submit("#confirm", gone="1").path == ROLL
    (made,) = rows(visit, RollImport)
    assert (made.rows, made.added, made.gone) == (60_000, 60_000, 2)


# the closed list


@pytest.fixture
def closed(visit: Visit, sqlite_engine: Engine) -> RollLock:
    """The list of Surat's round is closed."""
    town = visit.town
    of = town.round()
    now = town.clock.now()
    lock = RollLock(
        district_id="d-surat",
        round_id=of.id,
        since=now - timedelta(days=1),
        until=now + timedelta(days=9),
    )
    with transaction(town.session) as session:
        session.add(lock)
    return lock


def test_a_closed_list_takes_no_file(visit: Visit, closed: RollLock) -> None:
    page = choose(visit("dana"), LIST)
    assert (page.status, page.refusals) == (422, ["people.roll_closed"])
    assert "27 сәуір 2026" in page.text()
    assert rows(visit, RollDraft) == []
    gulnar = visit("marat").get("/kk/oytal/desk/roll/import")
    assert "жабық" not in gulnar.text("main")


def test_a_list_that_waited_is_not_brought_in_once_the_roll_is_closed(visit: Visit) -> None:
    dana = visit("dana")
    page = choose(dana, LIST)
    now = visit.town.clock.now()
    of = visit.town.round()
    with transaction(visit.town.session) as session:
        session.add(
            RollLock(
                district_id="d-surat", round_id=of.id, since=now, until=now + timedelta(days=9)
            )
        )
    refused = page.submit("#confirm")
    assert (refused.status, refused.refusals) == (422, ["people.roll_closed"])
    assert refused.tree.all("#confirm") == []
    assert rows(visit, RollImport) == []


def test_a_closed_list_is_corrected_by_two(visit: Visit, closed: RollLock) -> None:
    dana = visit("dana")
    url = f"{ROLL}/people/{visit.town.ids['aigerim']}"
    entries = len(rows(visit, RollEntry))

    page = dana.get(f"{ROLL}/add")
    assert "екінші қызметкер" in page.text(".note")
    typed = {"name": "Ахмет Әлі", "iin": FOUR, "settlement_id": "315446200", "basis": "№ 7"}
    refused = page.submit("#add", **typed)
    assert refused.refusals == ["form.missing"]
    assert FOUR not in refused.html
    bad = page.submit("#add", **{**typed, "iin": "1"}, reason="Қалып қойған")
    assert bad.refusals == ["people.iin_digits"]
    page.submit("#add", **typed, reason="Қалып қойған")
    page.submit("#add", **typed, reason="Қалып қойған")  # the same again is the same request

    page = dana.get(f"{url}/correct")
    page.submit("#correct", name="Сейітова-Ким Айгерім", why="Неке", reason="Тегі өзгерді")
    page = dana.get(url)
    page.submit("#take-off", why="moved", note="Анықтама", reason="Көшіп кетті")

    asked = rows(visit, Consent)
    keyring = visit.app.state.keyring
    assert {one.subject for one in asked} == {closed.round_id}
    assert [private_of(keyring, one)["do"] for one in asked] == ["add", "correct", "off"]
    assert private_of(keyring, asked[0]) == {
        "do": "add",
        "name": "Ахмет Әлі",
        "iin": FOUR,
        "settlement_id": "315446200",
        "born": None,
        "basis": "№ 7",
    }
    assert private_of(keyring, asked[2])["person_id"] == visit.town.ids["aigerim"]
    assert len(rows(visit, RollEntry)) == entries
    assert visit("aigerim").get("/kk/me").path == "/kk/me"
    for entry in rows(visit, Entry):
        assert FOUR not in str(entry.facts)
        assert "Ахмет" not in str(entry.facts)


def test_the_second_official_reads_what_is_asked(visit: Visit, closed: RollLock) -> None:
    page = visit("dana").get(f"{ROLL}/add")
    typed = {"name": "Ахмет Әлі", "iin": FOUR, "settlement_id": "315446200", "basis": "Анықтама 7"}
    page.submit("#add", **typed, reason="Қалып қойған")
    (asked,) = rows(visit, Consent)
    for who in ("dana", "nurlan"):
        page = visit(who).get(f"/kk/surat/desk/second/{asked.id}")
        assert page.status == 200
        for shown in ("Ахмет Әлі", "Аққайнар", "Анықтама 7", "Қалып қойған", f"…{FOUR[-4:]}"):
            assert shown in page.text()
        assert FOUR not in page.html


def test_the_public_record_tells_of_a_list_by_numbers(visit: Visit) -> None:
    dana = visit("dana")
    choose(dana, LIST).submit("#confirm")
    url = f"{ROLL}/people/{visit.town.ids['aigerim']}"
    dana.get(url).submit("#take-off", why="moved", note="Анықтама № 7")
    page = visit().get("/kk/surat/record")
    (made,) = rows(visit, RollImport)
    told = page.text("main")
    for words in ("Жаңа адамдар: 2", "Құқықтық негізі: № 148 Заң", made.sha256, "көшіп кетті"):
        assert words in told
    for secret in ("Әсел", "Айгерім", "Анықтама № 7", ONE):
        assert secret not in told


def test_nobody_waits_while_a_file_is_read(
    visit: Visit, sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite lets no writer through while somebody reads: a slow workbook must not stop a vote."""
    from app.people import roll_drafts

    read = roll_drafts.read_list
    wrote: list[bool] = []

    def slow(data: bytes) -> Any:
        with sqlite_engine.connect() as other:
            other.exec_driver_sql("PRAGMA busy_timeout=0").close()
            other.rollback()
            with other.execution_options(writes=True).begin():
                other.exec_driver_sql("UPDATE official SET closed_at = NULL")
            wrote.append(True)
        return read(data)

    monkeypatch.setattr(roll_drafts, "read_list", slow)
    assert choose(visit("dana"), LIST).status == 200
    assert wrote == [True]
