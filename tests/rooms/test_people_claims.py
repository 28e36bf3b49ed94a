"""Claims about the list: numbered, due in five working days, answered once, kept sealed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlmodel import select

from app.core.clock import at
from app.core.database import open_session, transaction
from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.ledger.models import Entry
from app.people.claims import (
    MOST_WAITING,
    answer_claim,
    claim_counts,
    claim_of,
    claims_of,
    contact_of,
    file_claim,
    own_claims,
)
from app.people.models import Role
from app.people.roll_models import ClaimKind, RollClaim, Verdict
from app.places.models import DayOff
from tests.town import Town

FRIDAY = at(date(2026, 3, 20), 18)


def filed(town: Town, keyring: Keyring, **over: object) -> RollClaim:
    values = {
        "district_id": "d-surat",
        "kind": ClaimKind.WRONG,
        "name": "Сейітова Айгерім",
        "text": "Ауылым қате жазылған",
        "lang": "kk",
        "now": FRIDAY,
        "person_id": town.ids["aigerim"],
        **over,
    }
    with transaction(town.session) as session:
        return file_claim(session, keyring=keyring, **values)  # type: ignore[arg-type]


def answered(town: Town, number: int, now=FRIDAY, **over: object) -> RollClaim:
    values = {
        "district_id": "d-surat",
        "verdict": Verdict.REFUSED,
        "answer": "Құжат бойынша дұрыс жазылған.",
        "office": Role.CLERK,
        "by_name": "Дана Омарова",
        **over,
    }
    with transaction(town.session) as session:
        return answer_claim(session, number=number, now=now, **values)  # type: ignore[arg-type]


def test_the_answer_is_due_in_five_working_days_past_holidays(town: Town, keyring: Keyring) -> None:
    """Friday 20 March 2026; Nauryz is on 21 to 23 March: Tuesday is the first working day."""
    with transaction(town.session) as session:
        for number in (21, 22, 23):
            session.add(DayOff(day=date(2026, 3, number), works=False, name_kk="", name_ru=""))
    assert filed(town, keyring).due == date(2026, 3, 30)


def test_claims_are_numbered_within_their_district(town: Town, keyring: Keyring) -> None:
    first, second = filed(town, keyring), filed(town, keyring)
    other = filed(town, keyring, district_id="d-oytal", person_id=town.ids["gulnar"])
    assert (first.number, second.number, other.number) == (1, 2, 1)
    with pytest.raises(LookupError):
        claim_of(town.session, district_id="d-oytal", number=2)
    assert len(claims_of(town.session, district_id="d-oytal")) == 1


def test_a_form_pressed_twice_files_once(town: Town, keyring: Keyring) -> None:
    one, again = (filed(town, keyring, claim_id="0123456789") for _ in range(2))
    assert one.id == again.id
    with pytest.raises(Refusal, match=r"form.wrong"):
        filed(town, keyring, claim_id="0123456789", person_id=town.ids["bolat"])


def test_many_at_once_get_numbers_of_their_own(
    engine: Engine, town: Town, keyring: Keyring
) -> None:
    town.session.rollback()

    def one(number: int) -> int:
        with open_session(engine) as session, transaction(session):
            return file_claim(
                session,
                keyring=keyring,
                district_id="d-surat",
                kind=ClaimKind.MISSING,
                name=f"Адам {number}",
                text="Осында тіркелгенмін",
                lang="kk",
                now=FRIDAY,
                clerk="Дана Омарова",
            ).number

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(one, range(8))) == list(range(1, 9))


def test_it_is_answered_once_and_late_is_said(town: Town, keyring: Keyring) -> None:
    filed(town, keyring)
    filed(town, keyring)
    on_time = answered(town, 1, at(date(2026, 3, 27), 17), verdict=Verdict.GRANTED)
    assert on_time.verdict == Verdict.GRANTED
    today = date(2026, 3, 30)
    counts = claim_counts(town.session, district_id="d-surat", today=today)
    assert (counts.filed, counts.granted, counts.waiting, counts.overdue) == (2, 1, 1, 1)
    answered(town, 2, at(today, 9))
    counts = claim_counts(town.session, district_id="d-surat", today=today)
    assert (counts.refused, counts.waiting, counts.overdue, counts.late) == (1, 0, 0, 1)
    with pytest.raises(Refusal, match=r"people.claim_answered"):
        answered(town, 2)
    facts = [
        one.facts
        for one in town.session.exec(select(Entry).where(Entry.kind == "people.claim_answered"))
    ]
    assert {(one["number"], one["verdict"], one["late"]) for one in facts} == {
        (1, "granted", False),
        (2, "refused", True),
    }


def test_nobody_floods_the_office(town: Town, keyring: Keyring) -> None:
    for _ in range(MOST_WAITING):
        filed(town, keyring)
    with pytest.raises(Refusal, match=r"people.claims_wait"):
        filed(town, keyring)
    answered(town, 1)
    filed(town, keyring)
    assert len(own_claims(town.session, district_id="d-surat", person_id=town.ids["aigerim"])) == 4


def test_no_number_lies_in_the_open(town: Town, keyring: Keyring) -> None:
    claim = filed(town, keyring, contact="+7 701 111 22 33")
    assert contact_of(keyring, claim) == "+7 701 111 22 33"
    row = town.session.execute(text("SELECT * FROM roll_claim")).mappings().one()
    assert "701" not in str({**row, "contact_sealed": ""})
    assert b"701" not in bytes(row["contact_sealed"])
    for words in ("ЖСН 890101300017", "890101 300017 менікі", "8 9 0 1 0 1 3 0 0 0 1 7 деп"):
        with pytest.raises(Refusal, match=r"people.claim_number"):
            filed(town, keyring, text=words)
    with pytest.raises(Refusal, match=r"people.claim_number"):
        answered(town, 1, answer="Сіздің ЖСН: 890101300017")
    for entry in town.session.exec(select(Entry)).all():
        assert "Айгерім" not in str(entry.facts)
    assert claim.due - FRIDAY.date() == timedelta(days=7)
