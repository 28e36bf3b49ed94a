"""Was a vote cast in my name: on one's own page, at the desk, and what is done where it was not."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from app.core.database import transaction
from app.people.cards import issue_card
from app.people.models import Means, RollEntry, SignIn
from app.people.phone_models import PersonPhone
from app.rounds.models import Round, Stage
from app.tick import tick
from app.voting.actions import cast
from tests.browser import Browser
from tests.town import STARTS, Town

Visit = Callable[..., Browser]


@pytest.fixture
def town(visit: Any) -> Town:
    home: Town = visit.town
    return home


@pytest.fixture
def of(town: Town) -> Round:
    made = town.round(threshold=1)
    town.proposal(made, "Шам")
    town.proposal(made, "Су")
    return made


def vote(town: Town, of: Round, who: str, *choices: int, idem: str = "1") -> None:
    with transaction(town.session) as session:
        cast(
            session,
            keyring=town.keyring,
            clock=town.clock,
            district_id=of.district_id,
            round_id=of.id,
            person_id=town.ids[who],
            choices=choices or (1,),
            idem=idem,
        )


def card_group(town: Town, who: str) -> str:
    """Gives somebody a card; its first group as it is printed."""
    with transaction(town.session) as session:
        card = issue_card(
            session,
            keyring=town.keyring,
            district_id="d-surat",
            person_id=town.ids[who],
            by_name="Дана Омарова",
            now=town.clock.now(),
        )
    return card.code[:5]


def phone(town: Town, who: str, number: str = "+77010000001", *, needs_card: bool = False) -> None:
    person = town.ids[who]
    with transaction(town.session) as session:
        session.add(
            PersonPhone(
                person_id=person,
                phone_mac=town.keyring.mac("phone", number),
                sealed=town.keyring.seal("phone", person, number),
                needs_card=needs_card,
                added_at=town.clock.now(),
            )
        )


def test_a_resident_asks_and_disputes_and_another_official_settles(
    visit: Visit, town: Town, of: Round
) -> None:
    vote(town, of, "aigerim")
    his = visit("bolat")
    bolat = his.get("/kk/me")
    bolat = bolat.follow("Менің атымнан дауыс берілді ме?")
    assert "Дауыс берілмеген" in bolat.text()
    assert "Бұл дауысты мен берген жоқпын" not in bolat.text()

    hers = visit("aigerim")
    aigerim = hers.get("/kk/surat/my-votes")
    assert "Телефонмен немесе компьютермен дауыс берілген" in aigerim.text()
    assert "Шам" not in aigerim.text()
    aigerim = aigerim.follow("Бұл дауысты мен берген жоқпын: 2026")
    assert "жаңа карта" in aigerim.text()
    aigerim = aigerim.submit("#dispute", text="")
    assert aigerim.status == 422
    aigerim = aigerim.submit("#dispute", text="Картам көршіде қалып қойды")
    assert "Жазып алынды" in aigerim.text()
    assert "тексеріліп жатыр" in aigerim.text()

    desk = visit("dana")
    dana = desk.get("/kk/surat/desk/disputes")
    assert "Сейітова Айгерім" in dana.text()
    dana = dana.follow("Шешу: Сейітова Айгерім Бақытқызы")
    dana = dana.submit("#settle-dispute", outcome="foreign", why="Көршісі мойындады")
    assert dana.refusals == ["voting.dispute_vote_again"]
    dana = dana.submit("#settle-dispute", outcome="replaced", why="Жаңа картамен дауыс берді")
    assert "Адам қайта дауыс берді" in dana.text()

    aigerim = hers.get("/kk/surat/my-votes")
    assert "Жаңа картамен дауыс берді" in aigerim.text()
    outside = visit()
    visitor = outside.get("/kk/surat/")
    assert "Көршісі" not in visitor.text()


def test_the_desk_asks_for_whoever_stands_there(visit: Visit, town: Town, of: Round) -> None:
    vote(town, of, "aigerim")
    desk = visit("dana")
    dana = desk.get(f"/kk/surat/desk/roll/people/{town.ids['aigerim']}")
    dana = dana.follow("Бұл адамның атынан дауыс берілді ме?")
    assert "Телефонмен немесе компьютермен" not in dana.text()
    dana = dana.submit("#ask-vote")
    assert dana.refusals == ["voting.document"]
    dana = dana.submit("#ask-vote", document="1")
    assert "Телефонмен немесе компьютермен дауыс берілген" in dana.text()
    # Opened again it answers nothing: an answer is counted each time.
    dana = desk.get(f"/kk/surat/desk/roll/people/{town.ids['aigerim']}/vote")
    assert "Телефонмен немесе компьютермен" not in dana.text()

    hers = visit("aigerim")
    aigerim = hers.get("/kk/surat/my-votes")
    assert "Дана Омарова" in aigerim.text()
    his = visit("bolat")
    bolat = his.get("/kk/surat/my-votes")
    assert "Дана Омарова" not in bolat.text()

    dana = desk.get(f"/kk/surat/desk/roll/people/{town.ids['aigerim']}/dispute")
    dana = dana.submit("#desk-dispute", text="Картасын жоғалтқан", document="1")
    assert dana.path.endswith("/desk/disputes")
    assert dana.tree.all("form#settle-dispute") == []
    next_door = visit("marat")
    assert next_door.get("/kk/surat/desk/disputes").status == 403


def test_who_left_the_roll_may_still_be_asked_for(visit: Visit, town: Town, of: Round) -> None:
    vote(town, of, "aigerim")
    person = town.ids["aigerim"]
    with transaction(town.session) as session:
        entry = session.exec(select(RollEntry).where(RollEntry.person_id == person)).one()
        entry.removed_on, entry.removed_why = date(2026, 4, 17), "moved"
        session.add(entry)
    desk = visit("dana")
    dana = desk.get(f"/kk/surat/desk/roll/people/{person}")
    dana = dana.follow("Бұл адамның атынан дауыс берілді ме?")
    dana = dana.submit("#ask-vote", document="1")
    assert "Телефонмен немесе компьютермен дауыс берілген" in dana.text()
    next_door = visit("marat")
    assert next_door.get(f"/kk/oytal/desk/roll/people/{person}/vote").status == 404


def test_how_one_is_told(visit: Visit, town: Town, of: Round) -> None:
    hers = visit("aigerim")
    aigerim = hers.get("/kk/surat/my-votes")
    aigerim = aigerim.submit("#notice-form", channel="sms")
    assert aigerim.refusals == ["voting.notice_no_phone"]
    phone(town, "aigerim")
    aigerim = hers.get("/kk/surat/my-votes")
    assert "+7701" not in aigerim.text().replace(" ", "")
    aigerim = aigerim.submit("#notice-form", channel="sms")
    assert "Сақталды" in aigerim.text()
    phone(town, "bolat", needs_card=True)
    his = visit("bolat")
    bolat = his.get("/kk/surat/my-votes")
    bolat = bolat.submit("#notice-form", channel="sms")
    assert bolat.refusals == ["voting.notice_shared"]
    bolat = bolat.submit("#notice-form", channel="sms", shared_too="1")
    assert "Сақталды" in bolat.text()


def test_a_get_changes_nothing(visit: Visit, town: Town, of: Round, sqlite_engine: Any) -> None:
    vote(town, of, "aigerim")
    hers, desk = visit("aigerim"), visit("dana")
    town.session.rollback()
    with sqlite_engine.connect() as connection:
        before = connection.exec_driver_sql("PRAGMA data_version").scalar()
        person = town.ids["aigerim"]
        for url in ("/kk/surat/my-votes", "/kk/surat/rounds/2026/not-my-vote", "/kk/me/erase"):
            hers.get(url)
        hers.get("/kk/me/data")
        for url in (f"/kk/surat/desk/roll/people/{person}/vote", "/kk/surat/desk/disputes"):
            desk.get(url)
        assert connection.exec_driver_sql("PRAGMA data_version").scalar() == before


def test_after_the_results_the_public_reads_numbers(
    visit: Visit, town: Town, of: Round, sqlite_engine: Any, clock: Any
) -> None:
    vote(town, of, "aigerim")  # one vote against none: so much is the margin
    clock.set(STARTS[Stage.RESULTS] + timedelta(hours=1))
    town.session.rollback()
    tick(sqlite_engine, town.keyring, clock)
    outside = visit()
    visitor = outside.get("/kk/surat/rounds/2026/results")
    assert "Даулы дауыстар" not in visitor.text()
    hers = visit("aigerim")
    aigerim = hers.get("/kk/surat/rounds/2026/not-my-vote")
    assert "Дауыс беру аяқталды" in aigerim.text()
    aigerim = aigerim.submit("#dispute", text="Мен ауруханада болдым")
    visitor = outside.get("/kk/surat/rounds/2026/results")
    assert "Даулы дауыстар" in visitor.text()
    assert "Олар қорытындыны өзгертуі мүмкін еді" not in visitor.text()
    desk = visit("dana")
    dana = desk.get("/kk/surat/desk/disputes")
    dana = dana.follow("Шешу: Сейітова Айгерім Бақытқызы")
    dana = dana.submit("#settle-dispute", outcome="foreign", why="Ауруханада болғаны расталды")
    visitor = outside.get("/ru/surat/rounds/2026/results")
    assert "Чужой голос, который остаётся учтённым" in visitor.text()
    assert "Они могли изменить итоги" in visitor.text()
    assert "ауруханада" not in visitor.text().lower()
    assert "Айгерім" not in visitor.tree.one("section[aria-labelledby=disputed]").text


def test_one_takes_ones_data_away_and_ends_the_account(visit: Visit, town: Town, of: Round) -> None:
    mine = town.proposal(of, "Құдық")
    vote(town, of, "aigerim")
    group = card_group(town, "aigerim")
    phone(town, "aigerim", "+77015550147")
    hers = visit("aigerim")
    aigerim = hers.get("/kk/me")
    aigerim = aigerim.follow("Менің деректерім")
    found = json.loads(hers.get("/kk/me/data.json").html)
    assert found["resident"]["phone"]["number"] == "+77015550147"
    assert found["resident"]["name"] == "Сейітова Айгерім Бақытқызы"
    assert "choices" not in str(found)
    aigerim = hers.get("/kk/me/erase")
    aigerim = aigerim.submit("#erase", group=group)
    assert aigerim.refusals == ["people.erase_sure"]
    aigerim = aigerim.submit("#erase", group="23456" if group != "23456" else "34567", sure="1")
    assert aigerim.refusals == ["people.erase_group"]
    aigerim = aigerim.submit("#erase", group=group, sure="1")
    assert "Тіркелгіңіз өшірілді" in aigerim.text()
    assert hers.get("/kk/me").path.startswith("/kk/sign-in")
    outside = visit()
    visitor = outside.get(f"/kk/surat/proposals/{mine.number}")
    assert "аты-жөні өз тілегі бойынша алып тасталған" in visitor.text()
    assert "Айгерім" not in visitor.text()


def test_who_signed_in_by_a_shared_phone_alone_cannot_end_an_account(
    visit: Visit, town: Town, of: Round
) -> None:
    hers = visit("aigerim")
    with transaction(town.session) as session:
        for row in session.exec(select(SignIn)).all():  # signed in by phone, without any card
            row.how = Means.PHONE
            session.add(row)
    aigerim = hers.get("/kk/me/erase")
    aigerim = aigerim.submit("#erase", sure="1")
    assert aigerim.refusals == ["people.erase_needs_card"]


def test_an_official_reads_what_is_kept_and_ends_nothing(visit: Visit, town: Town) -> None:
    desk = visit("dana")
    dana = desk.get("/ru/me/data")
    assert "Удалить" not in dana.text()
    assert json.loads(desk.get("/ru/me/data.json").html)["official"]["login"] == "dana"
    assert desk.get("/ru/me/erase").status == 403


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_everybody_reads_what_is_kept(visit: Visit, lang: str) -> None:
    outside = visit()
    visitor = outside.get(f"/{lang}/about")
    words = {
        "kk": "Сіз туралы не сақталады",
        "ru": "Что о вас хранится",
        "en": "What is kept about you",
    }
    assert words[lang] in visitor.text()
    visitor = outside.get(f"/{lang}/about/privacy")
    assert visitor.tree.one("h1").text == words[lang]
    assert len(visitor.tree.all("tbody tr")) > 10
