"""The ten minutes of README.md for an official of a raion, walked in a real browser."""

import csv
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.chromium import overflow
from tests.demo_site import Open, Site, Walker, served

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.slow]

ROUND = "/surat/rounds/2026"
RAION = "315400000"
# As the Bureau of National Statistics writes it.
CLASSIFIER = """\
kato,kato_version,level,type_code,name_ru,name_kk
310000000,NK RK 11-2025,oblast,0,Жамбылская область,Жамбыл облысы
315400000,NK RK 11-2025,district,2,Меркенский район,Мерке ауданы
315441000,NK RK 11-2025,sub_district,2,с.о.Андас батыра,Андас батыр а.о.
315441100,NK RK 11-2025,settlement,2,с. Андас батыра,Андас батыр а.
315441200,NK RK 11-2025,settlement,2,с.Аралкишлак,Аралқышлақ а.
315441300,NK RK 11-2025,settlement,2,п.Гранитогорск,Гранитогорск к.
"""


def asar(site: Site, *words: str) -> str:
    """The command line on the demo's database, as in the other terminal."""
    settings = site.demo.settings
    done = subprocess.run(
        [sys.executable, "-c", "from app.cli import main; main()", *words],
        env={
            **os.environ,
            "ASAR_DATABASE_URL": settings.database_url,
            "ASAR_KEYS_DIR": str(settings.keys_folder),
        },
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def narrow_enough(walker: Walker) -> None:
    assert overflow(walker.page) == [], walker.path


def vote_and_hand_over(phone: Walker, card: dict[str, Any]) -> None:
    """Step 3, on an old phone: no scripts, 360 px."""
    phone.sign_in(card, phone="shared")
    page = phone.open(f"{ROUND}/ballot")
    narrow_enough(phone)
    for number in ("1", "3"):
        page.locator(f"label[for=c-{number}]").click()
    phone.press(page.locator("#ballot button"))
    assert "ӘЛІ ЕСЕПКЕ АЛЫНҒАН ЖОҚ" in phone.text()
    narrow_enough(phone)
    phone.press(page.locator("#cast button:not([name])"))
    assert "Дауысыңыз есепке алынды" in phone.h1()
    assert "27 сәуір 2026, 20:00" in phone.text()
    phone.press(page.locator(".done form button"))
    assert page.locator(".who").count() == 0
    phone.open(f"{ROUND}/ballot/done")
    assert phone.path.startswith("/kk/sign-in")


def list_of_voters(dana: Walker, second: Walker, visitor: Walker, who: dict[str, Any]) -> None:
    """Step 4: the closed list; a waiting correction is agreed to, and told in numbers."""
    visitor.open("/surat/roll")
    assert "Тізім жабылған" in visitor.text()
    before = numbers_of(visitor)
    narrow_enough(visitor)
    page = dana.open("/surat/desk/roll")
    for link in ("/surat/desk/roll/claims", "/surat/desk/cards", "/surat/desk/second"):
        assert page.locator(f"main a[href='/kk{link}']").count() >= 1
    # Dana asked for it: she sees it, and cannot agree to it herself.
    page = dana.open("/surat/desk/second")
    asked = page.locator("main section[aria-labelledby=mine] h3 a").first
    words = asked.inner_text()
    dana.press(asked)
    assert page.locator("form[action$='/agree']").count() == 0
    name = dana.page.locator(".kv").inner_text()
    narrow_enough(dana)
    second.sign_in(who)
    second.open(
        f"/raions/{RAION}/office" if who["role"] == "raion-office" else "/surat/desk/second"
    )
    second.follow(words)
    assert second.page.locator(".kv").inner_text() == name, "the two see the same"
    narrow_enough(second)
    second.press(second.page.locator("form[action$='/agree'] button"))
    assert second.refusals == []
    assert second.page.locator("form[action$='/agree']").count() == 0
    visitor.open("/surat/roll")
    people, corrections = numbers_of(visitor)
    assert (people, corrections) == (before[0] - 1, before[1] + 1)
    visitor.open("/surat/record")
    newest = visitor.page.locator("main ul.list > li")
    assert who["name"] in "".join(newest.nth(place).inner_text() for place in range(4))
    taken_off = name.split("Тұрғын")[1].split("\n")[1]
    assert len(taken_off.split()) >= 2
    assert taken_off not in visitor.page.content(), "the record names no resident"
    narrow_enough(visitor)


def numbers_of(visitor: Walker) -> tuple[int, int]:
    """How many stand on the closed list, and how many corrections were made."""
    tiles = visitor.page.locator("main .tiles b").all_inner_texts()
    return int(tiles[0]), int(tiles[1])


def paper_ballot(dana: Walker, nurlan: Walker, site: Site) -> None:
    """Step 5: printed, handed out against a document, read by two people."""
    page = dana.open("/surat/desk/paper")
    dana.follow("Бюллетеньдерді басып шығару")
    page.locator("[name=count]").fill("10")
    dana.press(page.locator("#print button"))
    sheets = page.locator("section.sheet")
    assert sheets.count() == 10
    number = re.sub(r"\D", "", page.locator(".number b").first.inner_text())
    assert len(number) == 9
    assert len(set(page.locator(".number b").all_inner_texts())) == 10
    voter = site.card("resident", slug="surat", nth=5)["name"]
    page = dana.open("/surat/desk/paper/issue")
    page.locator("[name=name]").first.fill(voter)
    dana.press(page.locator("form[role=search] button"))
    page.locator("[name=person]").first.check()
    page.locator("[name=document]").check()
    dana.press(page.locator("#issue button[value=issue]"))
    assert dana.refusals == []
    assert "done=issued" in dana.path
    for clerk in (dana, nurlan):
        page = clerk.open("/surat/desk/paper/enter")
        page.locator("[name=number]").fill(number)
        for choice in ("2", "4"):
            page.locator(f"[name=choice][value='{choice}']").check()
        clerk.press(page.locator("#enter button"))
        assert clerk.refusals == []
        narrow_enough(clerk)
    assert "done=agree" in nurlan.path
    # Dana cannot enter it a third time, and nobody at the desk is told a count.
    page = dana.open("/surat/desk/paper/enter")
    page.locator("[name=number]").fill(number)
    page.locator("[name=choice]").first.check()
    dana.press(page.locator("#enter button"))
    assert dana.refusals != []


def decline(erlan: Walker, site: Site) -> tuple[str, str]:
    """Step 7: the akim declines what the vote recommended; the project's number and reason."""
    erlan.sign_in(site.login("erlan"))
    page = erlan.open("/surat/desk/decisions")
    recommended = page.locator("main tr", has_text="Дауыс беруде қолдау тапты").first
    title = recommended.locator("th a").inner_text()
    erlan.press(recommended.locator("th a"))
    number = erlan.path.rsplit("/", 1)[1]
    page.locator("[name=said][value=declined]").check()
    page.locator("[name=amount]").fill("")
    page.locator("[name=reason_code]").select_option(index=2)
    page.locator("[name=act_number]").fill("31")
    page.locator("[name=act_date]").fill("2026-05-25")
    erlan.press(page.locator("#decision button"))
    assert erlan.refusals == ["decisions.confirm_departure"], "not by one careless press"
    page.locator("[name=confirm]").check()
    erlan.press(page.locator("#decision button"))
    assert erlan.refusals == []
    return number, title


def test_ten_minutes_for_an_official_of_a_raion(
    walk: Open, site: Site, demos: Any, browser: Any, tmp_path: Path
) -> None:
    # 1. What can the village pay for? On a phone, without an account.
    visitor = walk()
    visitor.open("/surat/")
    assert "12 000 000 ₸" in visitor.text()
    assert "Сұрат" in visitor.h1()
    narrow_enough(visitor)

    # 2. One's own unit by its code, from another terminal, while the server runs.
    classifier = tmp_path / "kato.csv"
    classifier.write_text(CLASSIFIER, encoding="utf-8")
    assert len(list(csv.reader(CLASSIFIER.splitlines()))) == 7
    asar(site, "places", "import", str(classifier))
    address = asar(site, "district", "add", "--kato", "315441000").strip()
    visitor.page.goto(address)
    assert visitor.h1() == "Андас батыр ауылдық округі"
    visitor.open("/")
    assert visitor.page.locator(f"main a[href='{address}']").count() >= 1
    for lang, name in (("ru", "Андас батыра"), ("kk", "Андас батыр")):
        visitor.page.goto(address.replace("/kk/", f"/{lang}/"))
        assert name in visitor.h1()

    # 3. The vote on an old phone, handed over; 4. who may vote; 5. and one vote on paper.
    vote_and_hand_over(walk(scripts=False), site.card("resident", slug="surat"))
    dana, nurlan = walk(width=1280), walk(width=1280)
    dana.sign_in(site.login("dana"))
    list_of_voters(dana, nurlan, visitor, site.login("nurlan"))
    paper_ballot(dana, nurlan, site)

    # 6. Who is late? Before the year goes on, as the deputy: her own constituency first.
    saule = walk(width=1280)
    saule.sign_in(site.login("saule"))
    page = saule.open(f"/raions/{RAION}/desk")
    groups = page.locator("main tr.grp").all_inner_texts()
    assert "Сұрат" in groups[0]
    row = page.locator("main tbody tr", has_text="мерзімі").first
    assert row.count() == 1
    saule.press(row.locator("a", has_text="Сұрақ қою"))
    page.locator("[name=text]").fill("Жауап неге кешікті және қашан беріледі? Себебін жазыңыз.")
    page.locator("[name=lang][value=kk]").check()
    saule.press(page.locator("main form button"))
    assert saule.refusals == []
    visitor.open("/surat/questions")
    assert "Жауап неге кешікті" in visitor.text()

    # Every act stands in the record, and who may do what on a page of its own.
    visitor.open("/surat/")
    visitor.press(visitor.page.locator("footer a[href='/kk/surat/record']"))
    visitor.page.locator("[name=office]").select_option("clerk")
    visitor.press(visitor.page.locator("form[role=search] button"))
    assert "Омарова Дана" in visitor.text()
    narrow_enough(visitor)
    visitor.open("/about")
    visitor.press(visitor.page.locator("main a[href='/kk/about/rights']"))
    assert "Екінші қызметкер" in visitor.page.content()
    narrow_enough(visitor)

    # 7. Another day: the akim goes against the vote, and it is said, with who and why.
    with served(demos("decision").copy(tmp_path / "may")) as may:
        erlan, reader, dana = (Walker(browser, may, width=width) for width in (1280, 360, 1280))
        number, title = decline(erlan, may)
        reader.open(f"{ROUND}/results")
        narrow_enough(reader)
        departure = reader.page.locator(".note.bad", has_text=title)
        assert "Дауыс беру нәтижесінен өзгеше шешім" in departure.inner_text()
        assert "әкім" in departure.inner_text().lower()
        assert "31" in departure.inner_text()
        reader.open(f"/surat/proposals/{number}")
        assert "өзгеше шешім" in reader.text()
        assert "келісемін" not in reader.text(), "a declined project carries no words of consent"
        narrow_enough(reader)

        # 8. The draft minutes in Kazakh, with the five items that the law demands.
        dana.sign_in(may.login("dana"))
        dana.open("/surat/desk/assembly/2026/minutes")
        sheet = dana.page.locator("section.sheet[lang=kk]").first.inner_text()
        assert [item for item in "12345" if re.search(rf"(?m)^{item}\. \S", sheet)] == list("12345")
        assert title in sheet
        printed = dana.page.pdf(format="A4", print_background=True)
        assert printed.startswith(b"%PDF")
        frowns = [one for walker in (erlan, reader, dana) for one in walker.seen.frowns]
        for walker in (erlan, reader, dana):
            walker.context.close()
    assert frowns == []


def test_an_official_of_the_raion_is_the_second_pair_of_eyes(walk: Open, site: Site) -> None:
    visitor, dana, bekzat = walk(), walk(), walk(scripts=False)
    dana.sign_in(site.login("dana"))
    list_of_voters(dana, bekzat, visitor, site.login("bekzat"))
