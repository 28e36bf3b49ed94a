"""Dana announces a round, changes it, records the rate; others cannot, and a frozen rule stands."""

from datetime import date
from hashlib import sha256

import pytest

from app.core.clock import at
from app.core.database import open_session, transaction
from app.rounds.actions import freeze
from app.rounds.models import EnvelopeKind, Round
from app.rounds.queries import round_by_key
from app.rounds.rules import ProjectLine
from tests.budget_lines import approve

NEW = "/kk/surat/desk/round/new"


@pytest.fixture
def dana(visit, clock):
    clock.set(at(date(2026, 1, 20), 10))
    return visit("dana")


def announce(dana, **over):
    form = dana.get(NEW + "?start=2026-02-02")
    fields = {"envelope": "12 000 000 ₸", "price_cap": "6 000 000", **over}
    return form.submit("#round", **fields)


def stored(visit, key="2026") -> Round:
    with open_session(visit.app.state.engine) as session:
        found = round_by_key(session, district_id="d-surat", key=key)
        assert found is not None
        session.expunge(found)
    return found


def test_a_round_is_announced_from_one_day_and_everybody_reads_it(visit, dana):
    done = announce(dana, envelope_basis_kk="Әкімнің өтініші", envelope_basis_ru="Заявление")
    assert (done.status, done.path) == (200, "/kk/surat/rounds/2026/")
    visitor = visit()
    rules = visitor.get("/kk/surat/rounds/2026/rules")
    assert "12 000 000 ₸" in rules.text()
    assert "Әкімнің өтініші" in rules.text()
    assert "2 ақпан 2026" in rules.text()
    one = stored(visit)
    assert one.key_fingerprint
    assert (one.budget_year, one.price_cap) == (2027, 6_000_000)


def test_the_hash_on_the_page_is_the_hash_of_the_file(visit, dana, keyring):
    announce(dana)
    visitor = visit()
    rules = visitor.get("/kk/surat/rounds/2026/rules")
    file = visitor.get("/kk/surat/rounds/2026/rules.json")
    assert sha256(file.response.content).hexdigest() in rules.text(".receipt")
    one = stored(visit)
    with transaction(visit.town.session) as session:
        freeze(
            session,
            keyring=keyring,
            round_id=one.id,
            projects=[ProjectLine(1, "Шамдар", "Лампы", 5_200_000)],
            eligible=3,
            now=at(date(2026, 6, 1)),
        )
    frozen = visitor.get("/ru/surat/rounds/2026/rules")
    file = visitor.get("/ru/surat/rounds/2026/rules.json")
    assert sha256(file.response.content).hexdigest() == stored(visit).rules_sha256
    assert stored(visit).rules_sha256 in frozen.text(".receipt")
    assert "Лампы" in frozen.text()
    assert visitor.get("/kk/surat/rounds/2026/rules/print").status == 200


@pytest.mark.parametrize(
    ("over", "codes"),
    [
        ({"envelope": ""}, ["form.missing"]),
        ({"envelope": "көп"}, ["form.money"]),
        ({"key": "2031"}, ["rounds.key"]),
        ({"key": "<b>"}, ["rounds.key"]),
        ({"key": "x" * 200}, ["form.too_long"]),
        ({"budget_year": "2026"}, ["rounds.budget_year"]),
        ({"most_choices": "0"}, ["form.too_small"]),
        ({"most_choices": "two"}, ["form.number"]),
        ({"nudge_choices": "6"}, ["rounds.nudge"]),
        ({"price_cap": "13 000 000"}, ["rounds.price_cap"]),
        ({"of_age_on": "31.02.2026"}, ["form.day"]),
        ({"day_voting": ""}, ["form.missing"]),
        ({"day_voting": "ертең"}, ["form.day"]),
        ({"hour_counting": "25:00"}, ["rounds.hour"]),
        ({"day_review": "2026-02-01"}, ["rounds.calendar_order"]),
        ({"day_proposals": "2026-01-19"}, ["rounds.calendar_order"]),
    ],
)
def test_a_bad_form_comes_back_with_what_was_typed(visit, dana, over, codes):
    back = announce(dana, envelope_basis_kk="Сақталсын\x00", **over)
    assert back.status == 422
    assert back.refusals == codes
    assert back.tree.one("#f-envelope_basis_kk").attrs["value"] == "Сақталсын"
    assert visit().get("/kk/surat/rounds/2026/").status == 404


def test_pressing_twice_makes_one_round(visit, dana):
    form = dana.get(NEW + "?start=2026-02-02")
    assert form.submit("#round", envelope="12000000").status == 200
    again = form.submit("#round", envelope="12000000")
    assert (again.status, again.refusals) == (422, ["rounds.key_taken"])


def test_a_change_stands_on_the_rules_page_with_old_and_new(visit, dana, clock):
    announce(dana)
    changed = dana.get("/kk/surat/desk/round/2026").submit("#round", envelope="13 000 000")
    assert changed.path == "/kk/surat/rounds/2026/rules"
    seen = visit().get("/kk/surat/rounds/2026/rules").text("table")
    assert "12 000 000 ₸" in seen
    assert "13 000 000 ₸" in seen


def test_once_voting_opened_a_stale_form_is_refused_and_says_why(visit, dana, clock):
    announce(dana)
    form = dana.get("/kk/surat/desk/round/2026")
    clock.set(at(date(2026, 4, 20)))
    late = form.submit("#round", envelope="1", why="Сома өзгерді")
    assert (late.status, late.refusals) == (422, ["rounds.frozen"])
    opened = dana.get("/kk/surat/desk/round/2026")
    assert (opened.status, opened.refusals) == (409, ["rounds.frozen"])
    assert stored(visit).envelope == 12_000_000


def test_a_stage_that_began_cannot_be_moved(visit, dana, clock):
    announce(dana)
    clock.set(at(date(2026, 2, 10)))
    form = dana.get("/kk/surat/desk/round/2026")
    moved = form.submit("#round", day_proposals="2026-02-05", why="Кешігеміз")
    assert (moved.status, moved.refusals) == (422, ["rounds.stage_begun"])
    assert "f-day_proposals" in moved.html


def test_the_rate_is_recorded_once_by_the_clerk(visit, dana, clock):
    announce(dana)
    path = "/kk/surat/desk/round/2026/draw"
    clock.set(at(stored(visit).draw_day, 12))
    assert path in dana.get("/kk/surat/desk/round").links()
    form = dana.get(path)
    assert form.submit(value="курс").refusals == ["rounds.draw_format"]
    assert form.submit(value="523,41").path == "/kk/surat/desk/round"
    assert form.submit(value="600.00").refusals == ["rounds.draw_known"]
    assert stored(visit).draw_value == "523.41"
    assert "523.41" in visit().get("/kk/surat/rounds/2026/rules").text()


def test_the_sum_is_confirmed_beside_the_one_that_was_asked_about(visit, dana, clock):
    announce(dana)
    clock.set(at(date(2026, 12, 25)))
    form = dana.get("/kk/surat/desk/round").follow("/kk/surat/desk/round/2026/envelope")
    assert "Бекітілген бюджет әлі жарияланған жоқ" in form.text()
    visit.town.classification()
    approve(visit.town.session, stored(visit), clock.now())
    form = dana.get("/kk/surat/desk/round/2026/envelope")
    assert form.submit(line="").refusals == ["form.missing"]
    asked = form.submit(line="2027-1-1")
    assert stored(visit).confirmed_envelope is None
    agreed = visit("erlan").get(asked.path).submit(f"form[action={asked.path}/agree]")
    assert "11 000 000 ₸" in agreed.text("table")
    one = stored(visit)
    assert one.envelope_kind == EnvelopeKind.CONFIRMED
    assert (one.envelope, one.confirmed_envelope) == (12_000_000, 11_000_000)
    assert "11 000 000 ₸" in visit().get("/kk/surat/rounds/2026/").text()


PAGES = ("", "/new", "/2026", "/2026/draw", "/2026/envelope", "/2026/statement")


@pytest.mark.parametrize("name", ["aigerim", "gulnar", "marat", "saule", "raushan", "timur"])
def test_nobody_but_the_districts_own_clerk_opens_these_pages(visit, dana, name):
    announce(dana)
    stranger = visit(name)
    for end in PAGES:
        assert stranger.get("/kk/surat/desk/round" + end).status == 403
    for end in PAGES[1:]:
        posted = stranger.post("/kk/surat/desk/round" + end, {"envelope": ["1"], "value": ["1.10"]})
        assert posted.status == 403
    assert stored(visit).envelope == 12_000_000


def test_the_akim_reads_the_list_and_changes_nothing(visit, dana):
    announce(dana)
    erlan = visit("erlan")
    listed = erlan.get("/kk/surat/desk/round")
    assert listed.status == 200
    about = [url for url in listed.links() if "/desk/round/" in url]
    assert about == [f"/kk/surat/desk/round/2026/{end}" for end in ("money", "statement")]
    assert erlan.get("/kk/surat/desk/round/2026").status == 403


def test_a_round_of_the_other_district_is_not_there(visit, dana):
    announce(dana)
    marat = visit("marat")
    assert marat.get("/kk/oytal/desk/round/2026").status == 404
    assert marat.post("/kk/oytal/desk/round/2026/draw", {"value": ["1.10"]}).status == 404
    assert visit().get("/kk/oytal/rounds/2026/").status == 404
    assert visit().get("/kk/oytal/rounds/2026/rules.json").status == 404
