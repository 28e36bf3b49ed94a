"""Dana asks, somebody else agrees: a round changed, called off, held; who may and who reads it."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from app.core.clock import at
from app.core.database import open_session, transaction
from app.people import consent
from app.people.consent import Act, Actor
from app.people.models import Office, Role
from app.people.office_models import Consent, ConsentState
from app.proposals.models import Status
from app.rounds.models import Round, Stage
from app.tick import tick
from tests.town import STARTS

DESK = "/kk/surat/desk/second"
PROPOSING = at(date(2026, 2, 10))
WHY = {"why_kk": "Тасқын ауылды бөліп тастады.", "why_ru": "Паводок отрезал село от района."}


@pytest.fixture
def of(visit, clock) -> Round:
    clock.set(PROPOSING)
    made = visit.town.round(roll_shown_on=date(2026, 3, 10), roll_closes_on=date(2026, 3, 31))
    visit.town.session.rollback()
    return made


def stored(visit, of: Round) -> Round:
    with open_session(visit.app.state.engine) as session:
        return session.get_one(Round, of.id)


def the_request(visit) -> Consent:
    with open_session(visit.app.state.engine) as session:
        return session.exec(select(Consent)).one()


def answer(page, act: str, **fields):
    return page.submit(f"form[action={page.path}/{act}]", **fields)


def asked_to_call_off(visit, name: str = "dana"):
    form = visit(name).get(DESK).follow(f"{DESK}/cancel/2026")
    return form.submit("main form", **WHY)


def test_a_change_after_proposals_opened_waits_for_another_official(visit, of):
    dana = visit("dana")
    form = dana.get("/kk/surat/desk/round/2026")
    without = form.submit("#round", envelope="13 000 000")
    assert (without.status, without.refusals) == (422, ["form.missing"])
    asked = form.submit("#round", envelope="13 000 000", why="Бюджет нақтыланды")
    assert asked.path.startswith(DESK + "/")
    assert stored(visit, of).envelope == 12_000_000
    assert not asked.tree.all(f"form[action={asked.path}/agree]")  # not for the one who asked

    erlan = visit("erlan")
    home = erlan.get("/kk/surat/desk")
    assert "Екінші қызметкер ретінде жауап беру (1)" in home.text()
    assert "Екінші қызметкер ретінде" not in dana.get("/kk/surat/desk").text()
    seen = home.follow(DESK).follow(asked.path)
    assert "12 000 000 ₸" in seen.text("table")
    assert "13 000 000 ₸" in seen.text("table")
    assert "Бюджет нақтыланды" in seen.text()
    done = answer(seen, "agree")
    assert (done.path, done.refusals) == (asked.path, [])
    assert stored(visit, of).envelope == 13_000_000
    rules = visit().get("/kk/surat/rounds/2026/rules").text()
    assert "13 000 000 ₸" in rules
    assert "Бюджет нақтыланды" in rules
    late = visit("nurlan").post(f"{asked.path}/agree", {})
    assert (late.status, late.refusals) == (422, ["people.consent_settled"])


def test_the_one_who_asked_cannot_agree_by_address_and_takes_it_back(visit, of):
    asked = asked_to_call_off(visit)
    dana = visit("dana")
    own = dana.post(f"{asked.path}/agree", {})
    assert (own.status, own.refusals) == (422, ["people.consent_own"])
    back = answer(dana.get(asked.path), "take-back")
    assert back.refusals == []
    assert the_request(visit).state == ConsentState.TAKEN_BACK
    late = visit("nurlan").post(f"{asked.path}/agree", {})
    assert (late.status, late.refusals) == (422, ["people.consent_settled"])
    assert stored(visit, of).cancelled_at is None


def test_a_refusal_needs_a_reason_and_the_first_one_reads_it(visit, of):
    asked = asked_to_call_off(visit)
    seen = visit("bekzat").get(DESK).follow(asked.path)
    empty = answer(seen, "refuse", answer="")
    assert (empty.status, empty.refusals) == (422, ["form.missing"])
    assert answer(seen, "refuse", answer="Жол ашылды, дауыс берілсін").refusals == []
    read = visit("dana").get(asked.path).text()
    assert "Жол ашылды, дауыс берілсін" in read
    assert "Бекзат Ахметов" in read
    assert "Жол ашылды" in visit().get("/kk/surat/record.json").html
    assert stored(visit, of).cancelled_at is None


@pytest.mark.parametrize("name", ["aigerim", "gulnar", "marat", "zhanar", "saule", "timur"])
def test_nobody_else_opens_these_pages(visit, of, name):
    asked = asked_to_call_off(visit)
    stranger = visit(name)
    for path in (DESK, asked.path, f"{DESK}/cancel/2026", f"{DESK}/hold/2026"):
        assert stranger.get(path).status == 403, path
    for act in ("agree", "refuse", "take-back"):
        assert stranger.post(f"{asked.path}/{act}", {"answer": ["Жоқ"]}).status == 403
    assert the_request(visit).state == ConsentState.WAITING


@pytest.mark.parametrize("name", ["marat", "zhanar", "bekzat"])
def test_a_request_of_the_next_district_is_not_there(visit, of, name):
    other = asked_to_call_off(visit).path.replace("/surat/", "/oytal/")
    next_door = visit(name)
    assert next_door.get(other).status == 404
    for act in ("agree", "refuse", "take-back"):
        assert next_door.post(f"{other}/{act}", {"answer": ["Жоқ"]}).status == 404
    assert next_door.get("/kk/oytal/desk/second/cancel/2026").status == 404


def test_called_off_every_public_page_says_so_plainly(visit, of, clock):
    town = visit.town
    listed = town.proposal(of, "Көше шамдары")
    waiting = town.proposal(of, "Құдық қазу", status=Status.SUBMITTED)
    town.session.rollback()
    clock.set(STARTS[Stage.VOTING] + timedelta(days=3))
    seen = visit("bekzat").get(asked_to_call_off(visit, "erlan").path)
    assert "Паводок отрезал село от района." in seen.text()
    assert answer(seen, "agree").refusals == []
    visitor = visit()
    for path in (
        "/rounds/2026/",
        "/rounds/2026/rules",
        "/rounds/2026/rules/print",
        "/rounds/2026/ballot",
        "/rounds/2026/results",
        "/rounds/2026/proposals",
    ):
        page = visitor.get(f"/kk/surat{path}")
        assert page.status == 200, path
        for words in (
            "Раунд тоқтатылды",
            "Тасқын ауылды бөліп тастады.",
            "Ерлан Тасқынов",
            "Бекзат Ахметов",
        ):
            assert words in page.text("body"), (path, words)
        assert "Паводок" in visitor.get(f"/ru/surat{path}").text("body")
    for path in (
        "/kk/",
        "/kk/surat/",
        "/kk/surat/results",
        f"/kk/surat/proposals/{listed.number}",
        f"/kk/surat/proposals/{waiting.number}",
    ):
        page = visitor.get(path)
        assert "Раунд тоқтатылды" in page.text("body"), path
        assert "/kk/surat/rounds/2026/ballot" not in page.links(), path
    vote = visit("aigerim").get("/kk/surat/rounds/2026/ballot")
    assert not vote.tree.all("#ballot")
    sent = visit("aigerim").post(
        "/kk/surat/rounds/2026/ballot", {"choice": ["1"], "idem": ["a" * 32]}
    )
    assert (sent.status, sent.refusals) == (422, ["rounds.cancelled"])
    desk = visit("dana").get("/kk/surat/desk")
    assert waiting.number not in desk.text()
    assert "Раунд тоқтатылды" in visit("dana").get("/kk/surat/desk/round").text()


def test_after_a_round_was_called_off_the_next_one_gets_the_next_name(visit, of, clock):
    asked = asked_to_call_off(visit)
    answer(visit("nurlan").get(asked.path), "agree")
    dana = visit("dana")
    form = dana.get("/kk/surat/desk/round/new")
    assert form.tree.one("#f-key").attrs["value"] == "2026-2"
    made = form.submit("#round", envelope="12 000 000")
    assert made.path == "/kk/surat/rounds/2026-2/"
    assert "/kk/surat/rounds/2026-2/rules" in visit().get("/kk/surat/").links()


def test_a_result_is_put_off_in_public_and_then_publishes_itself(
    visit, of, clock, sqlite_engine, keyring
):
    clock.set(STARTS[Stage.COUNTING] + timedelta(hours=2))
    tick(sqlite_engine, keyring, clock)
    bekzat = visit("bekzat")
    form = bekzat.get(DESK).follow(f"{DESK}/hold/2026")
    long = form.submit("main form", day="2026-05-20", hour="10:00", **WHY)
    assert (long.status, long.refusals) == (422, ["rounds.hold_until"])
    asked = form.submit("main form", day="2026-05-04", hour="10:00", **WHY)
    assert answer(visit("dana").get(asked.path), "agree").refusals == []
    clock.set(STARTS[Stage.RESULTS] + timedelta(days=1))
    tick(sqlite_engine, keyring, clock)
    held = visit().get("/kk/surat/rounds/2026/results").text()
    for words in ("4 мамыр 2026", "Тасқын ауылды", "Бекзат Ахметов", "Дана Омарова"):
        assert words in held, words
    assert "4 мамыр 2026" in visit().get("/kk/surat/rounds/2026/").text()
    assert visit("dana").get(f"{DESK}/hold/2026").refusals == ["rounds.held_once"]
    clock.set(at(date(2026, 5, 4), 10))
    tick(sqlite_engine, keyring, clock)
    assert stored(visit, of).counted_at == clock.now()
    assert "Тасқын ауылды" not in visit().get("/kk/surat/rounds/2026/results").text()


def test_where_the_office_has_one_clerk_the_akim_names_the_second_in_public(visit, clock):
    clock.set(PROPOSING)
    visit.town.round("oytal", roll_shown_on=date(2026, 3, 10), roll_closes_on=date(2026, 3, 31))
    visit.town.session.rollback()
    desk = "/kk/oytal/desk/second"
    marat, zhanar = visit("marat"), visit("zhanar")
    alone = marat.get(f"{desk}/cancel/2026").submit("main form", **WHY)
    assert (alone.status, alone.refusals) == (422, ["people.no_second"])
    assert not marat.get(desk).tree.all(f"form[action={desk}/named]")
    assert marat.post(f"{desk}/named", {"official": [visit.town.ids["bekzat"]]}).status == 403
    page = zhanar.get(desk)
    nobody = page.submit(f"form[action={desk}/named]", official="")
    assert (nobody.status, nobody.refusals) == (422, ["form.missing"])
    stranger = zhanar.post(f"{desk}/named", {"official": [visit.town.ids["dana"]]})
    assert (stranger.status, stranger.refusals) == (422, ["people.second_who"])
    bekzat = {"official": visit.town.ids["bekzat"]}
    assert page.submit(f"form[action={desk}/named]", **bekzat).status == 200
    again = page.submit(f"form[action={desk}/named]", **bekzat)
    assert (again.status, again.refusals) == (422, ["people.second_named"])
    assert "Бекзат Ахметов" in visit().get("/kk/oytal/rounds/2026/rules").text()
    asked = marat.get(f"{desk}/cancel/2026").submit("main form", **WHY)
    # The akim was not named, so it is not hers to answer; the one who was is.
    no = zhanar.post(f"{asked.path}/agree", {})
    assert (no.status, no.refusals) == (422, ["people.consent_not_yours"])
    ended = zhanar.get(desk)
    form = next(one for one in ended.tree.all("form") if one.attrs["action"].endswith("/end"))
    assert ended.submit(f"form[action={form.attrs['action']}]").status == 200
    assert visit("bekzat").post(f"{asked.path}/agree", {}).refusals == ["people.consent_not_yours"]
    assert "Бекзат Ахметов" not in visit().get("/kk/oytal/rounds/2026/rules").text()
    assert zhanar.post(form.attrs["action"], {}).refusals == ["people.second_over"]


def test_what_is_personal_is_shown_to_the_two_alone(visit, of, keyring, clock):
    session = visit.town.session
    with transaction(session):
        asked = consent.ask(
            session,
            keyring=keyring,
            district_id="d-surat",
            act=Act.CORRECT_ROLL,
            subject=of.id,
            first=Actor(visit.town.ids["dana"], "Дана Омарова", Role.CLERK),
            why="Куәлік көрсетілді",
            now=clock.now(),
            private={"do": "off", "person_id": visit.town.ids["bolat"], "why": "Көшіп кетті"},
        )
    session.rollback()
    path = f"{DESK}/{asked.id}"
    for name in ("dana", "nurlan", "bekzat"):
        text = visit(name).get(path).text()
        assert "Ермеков Болат Серікұлы" in text, name
        assert "Көшіп кетті" in text, name
    with transaction(session):  # one clerk is left, and nobody was named
        office = session.get_one(Office, visit.town.ids["nurlan.office"])
        office.until = date(2026, 2, 1)
        session.add(office)
    session.rollback()
    hidden = visit("erlan").get(path)
    assert hidden.status == 200
    assert "Болат" not in hidden.text()
    assert "Көшіп кетті" not in hidden.text()
    for page in ("/kk/surat/record", "/kk/surat/record.json"):
        assert "Болат" not in visit().get(page).html
