"""A unit comes to live here, with its settlements and the figures that are known."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import Session, select

from app.core.database import transaction
from app.core.refusal import Refusal
from app.places.actions import RESERVED, SHIPPED, open_district, ship_days_off, ship_units
from app.places.models import DayOff, District, DistrictFact, Settlement
from app.places.queries import settlements, work_calendar

NOW = datetime(2026, 1, 10, tzinfo=UTC)


@pytest.fixture
def shipped(session: Session) -> Session:
    with transaction(session):
        ship_units(session)
    return session


def test_the_shipped_units_live_at_the_addresses_of_the_contract(shipped: Session):
    with transaction(shipped):
        made = [open_district(shipped, kato=kato, now=NOW) for kato in SHIPPED]
    assert [one.slug for one in made] == ["surat", "oytal", "boranqul"]
    assert made[0].name_kk == "Сұрат ауылдық округі"
    assert made[2].name_ru == "село Боранкул"
    assert (made[2].raion_kk, made[2].oblast_ru) == ("Бейнеу ауданы", "Мангистауская область")


def test_settlements_come_along_and_uninhabited_points_stay_hidden(shipped: Session):
    with transaction(shipped):
        surat = open_district(shipped, kato="315446000", now=NOW)
    shown = settlements(shipped, district_id=surat.id)
    assert [(one.name_kk, one.people) for one in shown] == [
        ("Сұрат", 1954),
        ("Тескентоған", 597),
        ("Аққайнар", 444),
    ]
    everything = shipped.exec(select(Settlement)).all()
    assert [one.name_kk for one in everything if one.hidden] == ["МТФ П.К."]


def test_real_figures_carry_their_source(shipped: Session):
    with transaction(shipped):
        open_district(shipped, kato="315446000", now=NOW)
        open_district(shipped, kato="315443000", now=NOW)
    budget = shipped.exec(select(DistrictFact).where(DistrictFact.key == "budget")).one()
    assert (budget.amount, budget.year) == (163_659_000, 2023)
    assert "zhambylokq.kz" in budget.source


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"kato": "999999999"}, "places.unknown"),
        ({"kato": "315400000"}, "places.no_unit"),
        ({"kato": "315446100"}, "places.no_unit"),
        ({"kato": "315443000"}, "places.already"),
        ({"kato": "315446000", "slug": "Surat"}, "places.slug_form"),
        ({"kato": "315446000", "slug": "a/b"}, "places.slug_form"),
        ({"kato": "315446000", "slug": "oytal"}, "places.slug_taken"),
        *[({"kato": "315446000", "slug": slug}, "places.slug_reserved") for slug in RESERVED],
    ],
)
def test_what_cannot_be_opened(shipped: Session, asked, code):
    with transaction(shipped):
        open_district(shipped, kato="315443000", now=NOW)
    with pytest.raises(Refusal) as caught, transaction(shipped):
        open_district(shipped, now=NOW, **asked)
    assert caught.value.code == code
    assert len(shipped.exec(select(District)).all()) == 1


def test_a_second_unit_of_the_same_name_gets_a_number(shipped: Session):
    with transaction(shipped):
        open_district(shipped, kato="315443000", slug="surat", now=NOW)
        second = open_district(shipped, kato="315446000", now=NOW)
    assert second.slug == "surat-2"


def test_days_off_are_data_that_stays_edited(shipped: Session):
    with transaction(shipped):
        shipped.get_one(DayOff, date(2026, 5, 27)).name_kk = "Құрбан айт (жарияланды)"
    with transaction(shipped):
        assert ship_days_off(shipped) == 0
    kept = shipped.get_one(DayOff, date(2026, 5, 27), populate_existing=True)
    assert kept.name_kk == "Құрбан айт (жарияланды)"
    calendar = work_calendar(shipped)
    assert not calendar.works(date(2026, 3, 9))  # 8 March is a Sunday
    assert not calendar.works(date(2025, 6, 6))
    assert calendar.works(date(2026, 4, 20))
