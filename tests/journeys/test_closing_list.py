"""The list of voters: shown, asked about, claimed against, closed, and checked by anyone."""

from datetime import date, timedelta
from hashlib import sha256

import pytest
from sqlmodel import select

from app.core.clock import at
from app.core.database import open_session, transaction
from app.core.keys import Keyring
from app.people.conflicts import open_conflict
from app.people.iin import check_digit
from app.people.models import Person, RollEntry
from app.people.roll_models import RollClaim
from app.tick import tick
from app.voting.list_models import RollClosing, Voter
from tests.conftest import SetClock

SHOWN = at(date(2026, 3, 20), 10)
CLOSED = at(date(2026, 4, 2), 10)


@pytest.fixture
def here(visit, clock: SetClock):
    """Surat with a round whose list is shown and not yet closed."""
    clock.set(SHOWN)
    visit.town.round()
    visit.town.session.rollback()
    return visit


def close(visit, clock: SetClock, keyring: Keyring) -> None:
    clock.set(CLOSED)
    visit.town.session.rollback()
    tick(visit.app.state.engine, keyring, clock)


def test_everybody_sees_numbers_and_the_moment_and_never_a_name(here, clock, keyring):
    visitor = here()
    page = visitor.get("/kk/surat/roll")
    assert page.status == 200
    assert "Айгерім" not in page.html
    assert visitor.get("/kk/surat/roll.json").response.json()["closed"] is None
    assert visitor.get("/kk/surat/rounds/2026/voters.txt").status == 404
    close(here, clock, keyring)
    page = visitor.get("/ru/surat/roll")
    told = visitor.get("/kk/surat/roll.json").response.json()
    file = visitor.get("/kk/surat/rounds/2026/voters.txt").response.content
    assert told["closed"]["size"] == len(file.splitlines()) == 2
    assert told["closed"]["root"] == sha256(file).hexdigest()
    assert told["closed"]["root"] in page.html
    assert file == b"".join(sorted(file.splitlines(keepends=True)))
    for address in ("/kk/surat/roll", "/kk/surat/roll.csv", "/kk/surat/roll.json"):
        text = visitor.get(address).response.text
        assert "Айгерім" not in text
        assert "Сейітова" not in text
    assert told["by_settlement"][0]["people"] is None  # two people are fewer than twenty


def test_the_list_is_linked_from_where_people_look(here):
    visitor = here()
    for address in ("/kk/surat/", "/kk/surat/rounds/2026/", "/kk/surat/rounds/2026/rules"):
        assert 'href="/kk/surat/roll"' in visitor.get(address).html, address
    assert "Мен тізімде бармын ба?" in visitor.get("/kk/surat/").text(".today")


def test_a_resident_reads_what_it_says_of_her_and_claims(here, clock, keyring):
    aigerim = here("aigerim")
    page = aigerim.get("/kk/surat/roll/mine")
    assert "Сейітова Айгерім Бақытқызы" in page.text()
    assert "Сұрат" in page.text()
    back = page.submit("#claim", kind="wrong", text="ab")
    assert back.status == 422
    assert back.refusals == ["form.too_short"]
    back = back.submit("#claim", kind="wrong", text="Менің ЖСН 890101300017, түзетіңіз")
    assert back.refusals == ["people.claim_number"]
    sent = back.submit(
        "#claim", kind="wrong", text="Ауылым қате жазылған", contact="8 701 111 22 33"
    )
    assert sent.path == "/kk/surat/roll/mine"
    assert "Ауылым қате жазылған" in sent.text()
    with open_session(here.app.state.engine) as session:
        claim = session.exec(select(RollClaim)).one()
        assert claim.number == 1
        assert claim.due == date(2026, 3, 27)  # five working days after a Friday
        assert b"701" not in (claim.contact_sealed or b"")
    again = sent.submit("#claim", kind="stranger", text="Көршім мұнда тұрмайды")
    assert again.status == 200
    assert again.submit("#claim", kind="stranger", text="Көршім мұнда тұрмайды").status == 200
    full = again.submit("#claim", kind="stranger", text="Тағы бір өтініш жазамын")
    assert full.status in (200, 422)
    close(here, clock, keyring)
    page = aigerim.get("/kk/surat/roll/mine")
    line = page.text(".receipt").strip()
    assert line.encode() in here().get("/kk/surat/rounds/2026/voters.txt").response.content
    assert line != here("bolat").get("/kk/surat/roll/mine").text(".receipt").strip()


def test_the_desk_answers_a_claim_in_writing_and_prints_it(here, clock):
    dana = here("dana")
    form = dana.get("/kk/surat/desk/roll/claims/new")
    made = form.submit(
        "form.card",
        name="Жаңабаев Қанат",
        kind="missing",
        text="Осында тіркелгенмін, тізімде жоқпын",
        contact="Абай көшесі, 5",
    )
    assert made.path == "/kk/surat/desk/roll/claims/1"
    receipt = dana.get("/kk/surat/desk/roll/claims/1/letter")
    assert "Жаңабаев Қанат" in receipt.text()
    clock.set(SHOWN + timedelta(days=12))
    assert "Тізім туралы өтініштерге жауап беру (1)" in dana.get("/kk/surat/desk").text()
    late = dana.get("/kk/surat/desk/roll/claims").text()
    assert "Жаңабаев" in late
    page = dana.get("/kk/surat/desk/roll/claims/1")
    assert page.submit("#answer", verdict="granted", answer="").refusals == ["form.missing"]
    done = page.submit("#answer", verdict="granted", answer="Тіркеуіңіз расталды, тізімге қосамыз.")
    assert 'href="/kk/surat/desk/roll/add"' in done.html
    letter = dana.get("/kk/surat/desk/roll/claims/1/letter").text()
    assert "Удовлетворено" in letter
    assert "Қанағаттандырылды" in letter
    told = here().get("/kk/surat/roll.json").response.json()["claims"]
    assert told == {
        "filed": 1, "granted": 1, "refused": 0, "waiting": 0, "overdue": 0, "late": 1,
    }  # fmt: skip
    assert "Жаңабаев" not in here().get("/kk/surat/record").html


def test_the_desk_says_yes_or_no_by_name_or_document_and_keeps_nothing(here, keyring):
    iin = f"89010130001{check_digit('89010130001')}"
    other = f"89010130002{check_digit('89010130002')}"
    with transaction(here.town.session) as session:
        for number, name in ((iin, "aigerim"), (other, "gulnar")):
            person = session.get_one(Person, here.town.ids[name])
            person.iin_mac = keyring.mac("iin", number)
            session.add(person)
    here.town.session.rollback()
    dana = here("dana")
    page = dana.get("/kk/surat/desk/roll/ask")
    found = page.submit("form.card", name="айгерим")
    assert "Сейітова Айгерім Бақытқызы" in found.text()
    found = page.submit("form.card", iin=iin)
    assert "Сейітова Айгерім Бақытқызы" in found.text()
    assert iin not in found.html
    stranger = page.submit("form.card", iin=other)  # on Oytal's list: that is not Dana's to know
    nobody = page.submit("form.card", iin=f"89010130003{check_digit('89010130003')}")
    assert "Ахметова" not in stranger.html
    assert stranger.text("#main") == nobody.text("#main")
    assert page.submit("form.card", iin="123").refusals == ["people.iin_digits"]
    assert page.submit("form.card").refusals == ["form.missing"]
    slip = dana.get(f"/kk/surat/desk/roll/people/{here.town.ids['aigerim']}/slip")
    assert "Сейітова Айгерім Бақытқызы" in slip.text()
    assert dana.get(f"/kk/surat/desk/roll/people/{here.town.ids['gulnar']}/slip").status == 404


def test_one_desks_claims_are_not_the_others(here):
    here("dana").get("/kk/surat/desk/roll/claims/new").submit(
        "form.card",
        name="Жаңабаев Қанат",
        kind="missing",
        text="Осында тіркелгенмін, тізімде жоқпын",
        contact="Абай көшесі, 5",
    )
    marat = here("marat")
    assert marat.get("/kk/oytal/desk/roll/claims/1").status == 404
    assert marat.get("/kk/surat/desk/roll/claims/1").status == 403
    assert "Жаңабаев" not in marat.get("/kk/oytal/desk/roll/claims").html
    assert here("gulnar").get("/kk/surat/roll/mine").status == 403


def test_only_the_raions_official_sees_who_stands_on_two_lists(here, clock, keyring):
    town = here.town
    with transaction(town.session) as session:
        open_conflict(
            session,
            keyring=keyring,
            district_id="d-surat",
            person_id=town.ids["gulnar"],
            stands_in="d-oytal",
            line={
                "name": "Ахметова Гүлнар",
                "settlement_id": "315446100",
                "of_age_on": "2000-01-01",
                "basis": "Куәлік 1",
            },
            by_name="Дана Омарова",
            now=clock.now(),
        )
    town.session.rollback()
    dana, marat = here("dana"), here("marat")
    for clerk, slug in ((dana, "surat"), (marat, "oytal")):
        told = clerk.get(f"/kk/{slug}/desk/roll/claims")
        assert "20 наурыз" in told.text()
        assert "Ахметова" not in told.html
        assert ("Ойтал ауылдық" if slug == "surat" else "Сұрат ауылдық") not in told.text("#main")
    for slug in ("surat", "oytal"):
        public = here().get(f"/kk/{slug}/roll.json").response.json()["conflicts"]
        # Oytal's does not grow: by it Dana could read where that person stands.
        assert public == {"open": int(slug == "surat"), "moved": 0, "stayed": 0}
        assert "Ахметова" not in here().get(f"/kk/{slug}/record").html
    bekzat = here("bekzat")
    office = bekzat.get("/kk/raions/315400000/office")
    page = office.follow("Қарап, шешу")
    assert "Ахметова Гүлнар Ерланқызы" in page.text()
    assert "Куәлік 1" in page.text()
    assert page.submit("#settle", verdict="moves", why="қысқа").refusals == ["form.too_short"]
    done = page.submit("#settle", verdict="moves", why="Тіркеу анықтамасы 2026-03-01")
    assert done.path == "/kk/raions/315400000/office"
    with open_session(here.app.state.engine) as session:
        entries = session.exec(
            select(RollEntry).where(RollEntry.person_id == town.ids["gulnar"])
        ).all()
        assert {(one.district_id, one.removed_why) for one in entries} == {
            ("d-oytal", "raion"),
            ("d-surat", ""),
        }
    for who in ("dana", "saule", "gulnar", "raushan"):
        assert here(who).get("/kk/raions/315400000/office").status == 403


def test_a_closed_list_counts_only_its_own(here, clock, keyring):
    close(here, clock, keyring)
    with open_session(here.app.state.engine) as session:
        closing = session.exec(select(RollClosing)).one()
        voters = {one.person_id for one in session.exec(select(Voter)).all()}
    assert closing.first_size == closing.size == 2
    assert voters == {here.town.ids["aigerim"], here.town.ids["bolat"]}


def test_a_granted_claim_leads_to_the_form_that_carries_it_out(here):
    aigerim, dana = here("aigerim"), here("dana")
    page = aigerim.get("/kk/surat/roll/mine")
    page.submit("#claim", kind="wrong", text="Ауылым қате жазылған")
    claim = dana.get("/kk/surat/desk/roll/claims/1")
    done = claim.submit("#answer", verdict="granted", answer="Құжатқа қарап түзетеміз.")
    form = done.follow("Тізімге өту")
    assert form.status == 200
    assert form.path.endswith(f"/people/{here.town.ids['aigerim']}/correct")
    assert "Құжатқа қарап түзетеміз." in aigerim.get("/kk/surat/roll/mine").text()


def test_a_claim_by_a_form_that_was_tampered_with_is_no_crash(here):
    dana = here("dana")
    good = {"name": "Жаңабаев Қанат", "kind": "missing", "text": "Тізімде жоқпын мен"}
    for bad in ({"claim": ""}, {"person": "x"}, {"person": here.town.ids["gulnar"]}):
        page = dana.get("/kk/surat/desk/roll/claims/new")
        back = page.submit("form.card", **good, contact="Абай көшесі", **bad)
        assert back.status == 422, bad
        assert "Тізімде жоқпын мен" in back.html
    for address in ("claims/0", "claims/999999999", "claims/x", "people/none/slip"):
        assert dana.get(f"/kk/surat/desk/roll/{address}").status == 404
    assert here("bekzat").get("/kk/raions/315400000/office/conflicts/none").status == 404
    assert here("bekzat").get("/kk/raions/999999999/office").status == 403
