"""The register of communal property: BIN, income in versions, what was let go stays."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlmodel import Session, select

from app.budget.property import (
    add_property,
    change_property,
    let_go,
    set_services,
    state_income,
    take_in_again,
)
from app.budget.property_models import Property, PropertyIncome, PropertyKind
from app.budget.property_queries import built_by_income, register, thing, versions_of
from app.budget.property_rules import Facts, Service, Year, why_not_bin
from app.core.clock import at
from app.core.database import transaction
from app.core.refusal import Refusal
from app.ledger.actions import digest
from app.ledger.models import Entry
from app.proposals.models import Status
from tests.town import Town

NOW = at(date(2026, 4, 2), 10)
HOME = "d-surat"
BY: dict[str, Any] = {"district_id": HOME, "by_name": "Дана О.", "now": NOW}
GRADER = Facts(
    PropertyKind.MACHINE, "Грейдер", "Грейдер", "Жол тазалау үшін", "Для расчистки дорог"
)
# Numbers of public companies as they print them themselves: railways, telephone, oil.
REAL_BINS = ("020540003431", "941240000193", "020240000555")
WHY = {"why_kk": "Аукционда сатылды", "why_ru": "Продан на аукционе"}
WHY_CORRECTED = {"corrects_why_kk": "Қате саналған", "corrects_why_ru": "Ошибка в счёте"}


def code(call: Any) -> str:
    with pytest.raises(Refusal) as why:
        call()
    return why.value.code


def entered(session: Session, facts: Facts = GRADER) -> Property:
    with transaction(session):
        return add_property(session, facts=facts, **BY)


def told(session: Session, one: Property, of: Year) -> PropertyIncome:
    with transaction(session):
        return state_income(session, number=one.number, of=of, **BY)


@pytest.mark.parametrize(
    ("number", "refused"),
    [
        ("041040001002", "property.bin_check"),
        ("0410400010", "property.bin_digits"),
        ("04104000100٣", "property.bin_digits"),  # an Arabic digit is no digit of a BIN
        ("041340001001", "property.bin_not_one"),  # month 13
        ("041070001001", "property.bin_not_one"),  # fifth digit 7
        ("041045001001", "property.bin_not_one"),  # sixth digit 5
    ],
)
def test_what_is_no_bin_is_refused(number: str, refused: str) -> None:
    why = why_not_bin(number)
    assert why is not None
    assert why.code == refused


def checked(first11: str) -> str:
    """The control digit by hand: the rule of the order, written out once more."""
    ones = list(map(int, first11))
    rest = sum(digit * (place + 1) for place, digit in enumerate(ones)) % 11
    if rest == 10:
        rest = sum(digit * ((place + 2) % 11 + 1) for place, digit in enumerate(ones)) % 11
    return f"{first11}{rest}"


def test_a_real_bin_passes_and_no_other_last_digit() -> None:
    for number in (*REAL_BINS, checked("04104000100"), checked("18126000777")):
        assert why_not_bin(number) is None
        for last in set("0123456789") - {number[-1]}:
            assert why_not_bin(number[:-1] + last) is not None


def test_an_enterprise_has_a_bin_and_nothing_else_has(session: Session, town: Town) -> None:
    firm = Facts(PropertyKind.ENTERPRISE, "«Сұрат-Сервис»", "«Сурат-Сервис»", "Қызмет", "Услуги",
                 bin=REAL_BINS[0], settlement_id="315446100")  # fmt: skip
    assert entered(session, firm).number == 1
    for facts, refused in (
        (Facts(PropertyKind.ENTERPRISE, "Аты", "Имя", "Қызмет", "Услуги"), "property.bin_missing"),
        (Facts(PropertyKind.LAND, "Аты", "Имя", "Қызмет", "Услуги", bin=REAL_BINS[0]),
         "property.bin_of_enterprise"),
        (Facts(PropertyKind.LAND, "Аты", "Имя", "Қызмет", ""), "property.purpose"),
        (Facts(PropertyKind.LAND, "Аты", "Имя", "Қызмет", "Услуги", settlement_id="315443100"),
         "form.choice"),  # a settlement of the next district
    ):  # fmt: skip
        assert code(lambda facts=facts: entered(session, facts)) == refused


def test_a_change_leaves_what_was_before_it(session: Session, town: Town) -> None:
    one = entered(session)
    before = {name: getattr(one, name) for name in Facts.__dataclass_fields__}
    let = Facts(PropertyKind.MACHINE, "Грейдер ГС-14", "Грейдер ГС-14", "Жол", "Дорогам")
    assert code(lambda: change(session, GRADER)) == "property.nothing_changed"
    assert code(lambda: change(session, let)) == "property.purpose"
    let = Facts(PropertyKind.MACHINE, "Грейдер ГС-14", "Грейдер ГС-14", "Жолдарға", "Дорогам")
    change(session, let)
    entry = session.exec(select(Entry).where(Entry.kind == "budget.property_changed")).one()
    assert entry.before_sha256 == digest(before)
    assert {one["name"] for one in entry.facts["changed"]} == {
        *("name_kk", "name_ru", "purpose_kk", "purpose_ru"),
    }
    away = {**BY, "district_id": "d-oytal"}
    with pytest.raises(Refusal, match="no_such"), transaction(session):
        change_property(session, number=1, facts=GRADER, **away)


def change(session: Session, facts: Facts) -> None:
    with transaction(session):
        change_property(session, number=1, facts=facts, **BY)


def test_a_year_is_corrected_by_a_new_version_with_its_reason(session: Session, town: Town) -> None:
    one = entered(session)
    told(session, one, Year(2025, income=900_000, upkeep=400_000, **WHY_CORRECTED))
    assert code(lambda: told(session, one, Year(2025, income=800_000))) == "property.why_corrected"
    assert code(lambda: told(session, one, Year(2027))) == "property.year"
    assert code(lambda: told(session, one, Year(2017))) == "property.year"
    assert code(lambda: told(session, one, Year(2024, rent=-1))) == "form.money"
    told(session, one, Year(2025, income=800_000, upkeep=400_000, **WHY_CORRECTED))
    again = Year(2025, income=800_000, upkeep=400_000, **WHY_CORRECTED)
    assert code(lambda: told(session, one, again)) == "property.nothing_changed"
    told(session, one, Year(2024, rent=50_000))
    found = thing(session, district_id=HOME, number=one.number)
    assert found is not None
    assert [(year.year, year.version, year.income) for year in found.years] == [
        (2025, 2, 800_000),
        (2024, 1, 0),
    ]
    every = versions_of(session, property_id=one.id)
    assert [(year.year, year.version, year.corrects_why_kk) for year in every] == [
        (2025, 2, "Қате саналған"),
        (2025, 1, ""),
        (2024, 1, ""),
    ]
    with pytest.raises(DatabaseError, match="append-only"), transaction(session):
        session.connection().execute(update(PropertyIncome).values(income=1))


def test_what_income_built_is_a_project_of_this_district(session: Session, town: Town) -> None:
    ours = town.proposal(town.round(), status=Status.RECOMMENDED)
    theirs = town.proposal(town.round("oytal"), number="2026-9001", ballot_number=1)
    one = entered(session)
    told(session, one, Year(2024, income=5, proposal_id=ours.id))
    told(session, one, Year(2025, income=5, proposal_id=ours.id))
    told(session, one, Year(2025, income=6, **WHY_CORRECTED))  # it was not this one after all
    built = built_by_income(session, district_id=HOME, proposal_id=ours.id)
    assert [(found.number, year.year) for found, year in built] == [(one.number, 2024)]
    with pytest.raises(IntegrityError):
        told(session, one, Year(2023, income=5, proposal_id=theirs.id))


def test_services_are_published_whole(session: Session, town: Town) -> None:
    one = entered(session)
    hour = Service("Қар тазалау", "Очистка снега", 8_000, "сағатына", "за час")

    def put(*rows: Service) -> None:
        with transaction(session):
            set_services(session, number=one.number, services=rows, **BY)

    put(hour, Service("Кеңес", "Совет"))
    assert code(lambda: put(hour, Service("Кеңес", "Совет"))) == "property.nothing_changed"
    assert code(lambda: put(Service("Кеңес", ""))) == "form.missing"
    assert code(lambda: put(*[hour] * 41)) == "property.many_services"
    found = register(session, district_id=HOME)[0]
    assert [(row.name_ru, row.price) for row in found.services] == [
        ("Очистка снега", 8_000),
        ("Совет", None),
    ]
    put()
    assert register(session, district_id=HOME)[0].services == ()


def test_what_was_let_go_stays_with_day_and_reason(session: Session, town: Town) -> None:
    one = entered(session)

    def go(day: date) -> None:
        with transaction(session):
            let_go(session, number=one.number, gone_on=day, **WHY, **BY)

    assert code(lambda: go(date(2026, 4, 3))) == "giving.day"
    go(date(2025, 6, 1))
    assert code(lambda: go(date(2025, 6, 2))) == "property.gone"
    assert code(lambda: change(session, GRADER)) == "property.gone"
    assert code(lambda: told(session, one, Year(2026, income=1))) == "property.year"
    told(session, one, Year(2025, income=1))  # of its last year it may still be told
    found = register(session, district_id=HOME)[0].one
    assert (found.gone_at, found.gone_why_ru) == (at(date(2025, 6, 1)), "Продан на аукционе")
    with transaction(session):
        take_in_again(session, number=one.number, **WHY, **BY)
    assert register(session, district_id=HOME)[0].one.gone_at is None
