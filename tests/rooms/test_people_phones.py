"""Phones: one number however it is typed, a family on it, nothing of it in clear."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from app.core.database import open_session, transaction
from app.core.refusal import Refusal
from app.ledger.models import Entry
from app.people.models import Means, OffRoll, SignIn
from app.people.phone_models import PersonPhone
from app.people.phones import (
    PhoneSet,
    Shown,
    masked,
    number_of,
    own_phone,
    people_on,
    set_at_desk,
    set_phone,
    take_off_at_desk,
    take_off_phone,
)
from app.people.roll import take_off
from app.people.sign_in import open_for_resident
from tests.town import Town

NUMBER = "+77012345678"


@pytest.mark.parametrize(
    "typed",
    [
        "8 701 234 56 78",
        "87012345678",
        "+7 701 234 56 78",
        "+7 (701) 234-56-78",
        "7 701 2345678",
        "701 234 56 78",
        "7012345678",
        " 8\u00a0701\u00a0234‑56–78 ",
        "8.701.234.56.78",
    ],
)
def test_one_number_however_it_is_typed(typed: str) -> None:
    assert number_of(typed) == NUMBER


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "people.phone_shape"),
        ("+", "people.phone_shape"),
        ("8 701 234 56 7", "people.phone_shape"),
        ("8 701 234 56 789", "people.phone_shape"),
        ("8 701 234 56 7x", "people.phone_shape"),
        ("٨٧٠١٢٣٤٥٦٧٨", "people.phone_shape"),
        ("+8 701 234 56 78", "people.phone_not_mobile"),
        ("+1 202 555 01 23", "people.phone_not_mobile"),
        ("+44 7700 900123", "people.phone_not_mobile"),
        ("8 903 123 45 67", "people.phone_not_mobile"),  # Russia's
        ("+7 495 123 45 67", "people.phone_not_mobile"),
        ("8 726 322 00 00", "people.phone_not_mobile"),  # a landline of Merke
        ("+7 7172 55 66 77", "people.phone_not_mobile"),  # Astana
    ],
)
def test_what_is_no_mobile_number_of_kazakhstan(typed: str, code: str) -> None:
    with pytest.raises(Refusal) as why:
        number_of(typed)
    assert (why.value.code, why.value.field) == (code, "phone")


def test_a_page_shows_the_last_four_digits() -> None:
    assert masked(NUMBER).replace("\u00a0", " ") == "+7 7•• ••• 56 78"


def put(town: Town, name: str, number: str = NUMBER, *, most: int = 5, but: str = "") -> PhoneSet:
    with transaction(town.session) as session:
        return set_phone(
            session,
            keyring=town.keyring,
            person_id=town.ids[name],
            number=number,
            most=most,
            now=town.clock.now(),
            but=but,
        )


def needs(town: Town) -> dict[str, bool]:
    names = {person_id: name for name, person_id in town.ids.items()}
    mac = town.keyring.mac("phone", NUMBER)
    found = people_on(town.session, phone_mac=mac)
    town.session.rollback()
    return {names[one.person_id]: one.needs_card for one in found}


def test_whoever_comes_second_needs_their_card_and_stays_second(town: Town) -> None:
    assert not put(town, "aigerim").needs_card
    assert put(town, "bolat").needs_card
    assert needs(town) == {"aigerim": False, "bolat": True}
    # Setting it again makes nobody first.
    assert put(town, "bolat").needs_card
    assert not put(town, "aigerim").needs_card
    # The first one leaves: the others do not move up by themselves.
    with transaction(town.session) as session:
        assert take_off_phone(session, person_id=town.ids["aigerim"], now=town.clock.now())
    assert needs(town) == {"bolat": True}
    assert put(town, "aigerim").needs_card
    # Alone on the number again, and set anew: now he is first.
    with transaction(town.session) as session:
        take_off_phone(session, person_id=town.ids["aigerim"], now=town.clock.now())
    assert not put(town, "bolat").needs_card


def test_at_most_five_and_whoever_left_the_roll_keeps_nobody_out(town: Town) -> None:
    with transaction(town.session):
        for number in range(4):
            town.ids[f"child{number}"] = town.resident(f"Сейіт Бала{number} Асанұлы")
    for name in ("bolat", "child0", "child1", "child2", "child3"):
        put(town, name)
    with pytest.raises(Refusal) as why:
        put(town, "aigerim")
    assert why.value == Refusal("people.phone_full", field="phone", most=5, n=5)
    put(town, "bolat")  # who is on it already is not counted against themselves
    with transaction(town.session) as session:
        take_off(
            session,
            district_id="d-surat",
            person_id=town.ids["child2"],
            why=OffRoll.MOVED,
            note="Көшті",
            by_name="Дана Омарова",
            now=town.clock.now(),
        )
    put(town, "aigerim")
    assert len(needs(town)) == 5
    assert town.session.get(PersonPhone, town.ids["child2"]) is None


def test_a_race_for_the_last_place(engine: Engine, town: Town) -> None:
    """Twelve at once for five places: five are on it, and one of them came first."""
    with transaction(town.session):
        people = [town.resident(f"Сейіт Бала{n} Асанұлы") for n in range(12)]
    together = threading.Barrier(12)

    def one(person_id: str) -> str:
        together.wait()
        with open_session(engine) as session:
            try:
                with transaction(session):
                    set_phone(
                        session,
                        keyring=town.keyring,
                        person_id=person_id,
                        number=NUMBER,
                        most=5,
                        now=town.clock.now(),
                    )
            except Refusal as why:
                return why.code
        return "on it"

    with ThreadPoolExecutor(12) as pool:
        came = list(pool.map(one, people))
    assert sorted(came) == ["on it"] * 5 + ["people.phone_full"] * 7
    rows = town.session.exec(select(PersonPhone)).all()
    assert sorted(row.needs_card for row in rows) == [False, True, True, True, True]


def test_one_person_at_two_desks_at_once_has_one_number(engine: Engine, town: Town) -> None:
    town.session.rollback()
    together = threading.Barrier(4)

    def one(number: int) -> str:
        together.wait()
        with open_session(engine) as session:
            try:
                with transaction(session):
                    set_phone(
                        session,
                        keyring=town.keyring,
                        person_id=town.ids["aigerim"],
                        number=f"+7701234560{number}",
                        most=5,
                        now=town.clock.now(),
                    )
            except Refusal as why:
                return why.code
        return "set"

    with ThreadPoolExecutor(4) as pool:
        came = list(pool.map(one, range(4)))
    assert "set" in came
    assert set(came) <= {"set", "people.phone_raced"}
    assert len(town.session.exec(select(PersonPhone)).all()) == 1


def test_setting_it_ends_what_phones_opened_and_nothing_else(town: Town) -> None:
    opened = {}
    with transaction(town.session) as session:
        for how in (Means.CARD, Means.PHONE):
            for nth in range(2):
                made = open_for_resident(
                    session,
                    person_id=town.ids["aigerim"],
                    how=how,
                    shared=False,
                    own_phone_days=14,
                    now=town.clock.now(),
                )
                assert made is not None
                opened[how, nth] = made.sign_in_id
    put(town, "aigerim", but=opened[Means.PHONE, 1])
    ended = {row.id for row in town.session.exec(select(SignIn)).all() if row.ended_at is not None}
    assert ended == {opened[Means.PHONE, 0]}
    town.session.rollback()
    with transaction(town.session) as session:
        take_off_phone(session, person_id=town.ids["aigerim"], now=town.clock.now())
    town.session.expire_all()
    ended = {row.id for row in town.session.exec(select(SignIn)).all() if row.ended_at is not None}
    assert ended == {opened[Means.PHONE, 0], opened[Means.PHONE, 1]}


def test_the_desk_sets_it_by_a_document_and_the_record_names_nobody(town: Town) -> None:
    there = {"person_id": town.ids["aigerim"], "by_name": "Дана Омарова"}

    def at_desk(district: str, number: str = NUMBER) -> PhoneSet:
        with transaction(town.session) as session:
            return set_at_desk(
                session,
                keyring=town.keyring,
                district_id=district,
                number=number,
                shown=Shown.PASSPORT,
                most=5,
                now=town.clock.now(),
                **there,
            )

    with pytest.raises(Refusal) as why:
        at_desk("d-oytal")
    assert why.value.code == "people.not_on_this_roll"
    assert at_desk("d-surat").left == ""
    assert at_desk("d-surat", "+77771112233").left == NUMBER, "whoever held that number is told"
    with pytest.raises(Refusal) as why, transaction(town.session) as session:
        take_off_at_desk(session, district_id="d-oytal", now=town.clock.now(), **there)
    assert why.value.code == "people.not_on_this_roll"
    with transaction(town.session) as session:
        take_off_at_desk(session, district_id="d-surat", now=town.clock.now(), **there)
    with pytest.raises(Refusal) as why, transaction(town.session) as session:
        take_off_at_desk(session, district_id="d-surat", now=town.clock.now(), **there)
    assert why.value.code == "people.no_phone"
    acts = town.session.exec(select(Entry).order_by(Entry.number)).all()
    assert [(one.kind, one.office, one.by_name, one.subject, one.facts) for one in acts] == [
        ("people.phone_set", "clerk", "Дана Омарова", "d-surat", {"document": "passport"}),
        ("people.phone_set", "clerk", "Дана Омарова", "d-surat", {"document": "passport"}),
        ("people.phone_taken_off", "clerk", "Дана Омарова", "d-surat", {}),
    ]


def test_ones_own_page_shows_four_digits_and_the_database_none(town: Town) -> None:
    assert own_phone(town.session, keyring=town.keyring, person_id=town.ids["aigerim"]) is None
    put(town, "aigerim")
    own = own_phone(town.session, keyring=town.keyring, person_id=town.ids["aigerim"])
    assert own is not None
    assert (own.number, own.at_desk) == (masked(NUMBER), False)
    row = town.session.get_one(PersonPhone, town.ids["aigerim"])
    told = f"{row.phone_mac} {row.sealed!r}"
    assert not any(part in told for part in ("7012345678", "2345678", "345678"))
    other = town.keyring.seal("phone", town.ids["bolat"], NUMBER)
    with pytest.raises(ValueError, match="does not open"):
        town.keyring.unseal("phone", town.ids["aigerim"], other)


def test_who_is_on_no_roll_gets_no_phone(town: Town) -> None:
    with transaction(town.session) as session:
        take_off(
            session,
            district_id="d-surat",
            person_id=town.ids["aigerim"],
            why=OffRoll.MOVED,
            note="Көшті",
            by_name="Дана Омарова",
            now=town.clock.now() + timedelta(days=1),
        )
    with pytest.raises(Refusal) as why:
        put(town, "aigerim")
    assert why.value.code == "people.not_on_this_roll"
