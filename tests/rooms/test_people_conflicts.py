"""Somebody named by two districts: one raion's official decides, and no vote is lost by it."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from app.core.clock import at
from app.core.database import transaction
from app.core.ids import new_id
from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.ledger.models import Entry
from app.people.conflicts import (
    conflict_counts,
    conflicts_of_raion,
    decided_elsewhere,
    named_line,
    open_conflict,
    open_days,
    settle_conflict,
    standing_line,
)
from app.people.models import Card, RollEntry, SignIn
from app.people.roll_models import RollChange, RollConflict, RollLock
from app.places.models import District, Place
from tests.town import RAION, Town

NOW = at(date(2026, 3, 20), 10)
LINE = {
    "name": "Ахметова Гүлнар",
    "settlement_id": "315446200",
    "of_age_on": "2000-01-01",
    "basis": "Куәлік 1",
}


def opened(town: Town, keyring: Keyring, **over: Any) -> RollConflict:
    values = {
        "district_id": "d-surat",
        "person_id": town.ids["gulnar"],
        "stands_in": "d-oytal",
        "line": LINE,
        "by_name": "Дана Омарова",
        "now": NOW,
        **over,
    }
    with transaction(town.session) as session:
        return open_conflict(session, keyring=keyring, **values)


def settled(town: Town, keyring: Keyring, one: RollConflict, verdict: str, **over: Any) -> None:
    values = {"raion_kato": RAION, "now": NOW + timedelta(days=1), **over}
    with transaction(town.session) as session:
        settle_conflict(
            session,
            keyring=keyring,
            conflict_id=one.id,
            verdict=verdict,
            why="Тіркеу анықтамасы",
            by_name="Бекзат Ахметов",
            **values,
        )


def stands(session: Session, person_id: str) -> list[str]:
    return list(
        session.exec(
            select(RollEntry.district_id).where(
                RollEntry.person_id == person_id,
                RollEntry.removed_on == None,  # noqa: E711
            )
        )
    )


def test_naming_somebody_twice_makes_one_conflict_and_moves_nobody(
    town: Town, keyring: Keyring
) -> None:
    one, again = opened(town, keyring), opened(town, keyring, now=NOW + timedelta(hours=1))
    assert one.id == again.id
    assert stands(town.session, town.ids["gulnar"]) == ["d-oytal"]
    assert named_line(keyring, one) == LINE
    line = standing_line(town.session, conflict=one)
    assert line is not None
    assert line.name == "Ахметова Гүлнар Ерланқызы"
    assert b"\xd0\x90" not in one.sealed[:40]


def test_both_desks_learn_the_day_and_the_record_tells_neither_who_nor_where(
    town: Town, keyring: Keyring
) -> None:
    opened(town, keyring)
    assert open_days(town.session, district_id="d-surat") == [NOW]
    assert open_days(town.session, district_id="d-oytal") == [NOW]
    assert conflict_counts(town.session, district_id="d-surat").open == 1
    assert conflict_counts(town.session, district_id="d-oytal").open == 0
    entries = town.session.exec(select(Entry)).all()
    assert [(one.kind, one.district_id, one.facts) for one in entries] == [
        ("people.conflict_opened", "d-surat", {})
    ]


def test_moving_ends_the_old_roll_card_and_sessions(town: Town, keyring: Keyring) -> None:
    town.sign_in("gulnar")
    gulnar = town.ids["gulnar"]
    with transaction(town.session) as session:
        session.add(
            Card(
                number="123456",
                district_id="d-oytal",
                person_id=gulnar,
                code_mac="x",
                issued_at=NOW,
                issued_by="Марат",
            )
        )
    settled(town, keyring, opened(town, keyring), "moves")
    town.session.expire_all()
    assert stands(town.session, gulnar) == ["d-surat"]
    old = town.session.exec(
        select(RollEntry).where(RollEntry.person_id == gulnar, RollEntry.removed_why == "raion")
    ).one()
    assert old.removed_on == date(2026, 3, 21)
    assert town.session.exec(select(Card)).one().replaced_at is not None
    assert town.session.exec(select(SignIn)).one().ended_at is not None
    changes = town.session.exec(select(RollChange)).all()
    assert {(one.district_id, bool(one.before), bool(one.after)) for one in changes} == {
        ("d-oytal", True, False),
        ("d-surat", False, True),
    }
    new = town.session.exec(select(RollEntry).where(RollEntry.district_id == "d-surat")).all()
    assert any(one.settlement_id == "315446200" and one.person_id == gulnar for one in new)


def test_staying_changes_nothing_and_may_be_asked_again(town: Town, keyring: Keyring) -> None:
    one = opened(town, keyring)
    settled(town, keyring, one, "stays")
    assert stands(town.session, town.ids["gulnar"]) == ["d-oytal"]
    with pytest.raises(Refusal, match=r"people.conflict_settled"):
        settled(town, keyring, one, "moves")
    assert opened(town, keyring).id != one.id


@pytest.mark.parametrize("locked", ["d-oytal", "d-surat"])
def test_nobody_is_moved_while_a_list_is_closed(town: Town, keyring: Keyring, locked: str) -> None:
    one = opened(town, keyring)
    of = town.round(locked.removeprefix("d-"))
    until = NOW + timedelta(days=30)
    with transaction(town.session) as session:
        session.add(RollLock(district_id=locked, round_id=of.id, since=NOW, until=until))
    with pytest.raises(Refusal, match=r"people.conflict_locked"):
        settled(town, keyring, one, "moves")
    town.session.rollback()
    assert stands(town.session, town.ids["gulnar"]) == ["d-oytal"]
    settled(town, keyring, one, "moves", now=until)
    assert stands(town.session, town.ids["gulnar"]) == ["d-surat"]


def test_whoever_stands_elsewhere_by_now_is_not_moved(town: Town, keyring: Keyring) -> None:
    one = opened(town, keyring, stands_in="d-surat", district_id="d-oytal")
    with pytest.raises(Refusal, match=r"people.conflict_changed"):
        settled(town, keyring, one, "moves")


def another_raion(town: Town) -> None:
    """Oytal belongs to Baizak raion now."""
    with transaction(town.session) as session:
        session.add(
            Place(
                kato="313600000",
                parent_kato="310000000",
                level="raion",
                kind="raion",
                name_kk="Байзақ ауданы",
                name_ru="Байзакский район",
                short_kk="Байзақ",
                short_ru="Байзак",
            )
        )
        session.flush()
        oytal = session.get_one(District, "d-oytal")
        oytal.raion_kato = "313600000"
        session.add(oytal)


def test_between_raions_the_one_where_they_stand_decides(town: Town, keyring: Keyring) -> None:
    another_raion(town)
    one = opened(town, keyring)
    assert list(conflicts_of_raion(town.session, raion_kato=RAION)) == []
    assert decided_elsewhere(town.session, raion_kato=RAION) == 1
    assert decided_elsewhere(town.session, raion_kato="313600000") == 0
    assert [x.id for x in conflicts_of_raion(town.session, raion_kato="313600000")] == [one.id]
    with pytest.raises(LookupError):
        settled(town, keyring, one, "moves")
    town.session.rollback()
    with pytest.raises(LookupError):
        settled(town, keyring, RollConflict(id=new_id()), "stays", raion_kato="313600000")
    settled(town, keyring, one, "moves", raion_kato="313600000")
    assert stands(town.session, town.ids["gulnar"]) == ["d-surat"]
