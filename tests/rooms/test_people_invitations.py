"""Invitations: good once, for a week, to one person; terms that end by themselves or early."""

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from app.core.clock import at
from app.core.database import open_session, transaction
from app.core.refusal import Refusal
from app.ledger.models import Entry
from app.people import invitations
from app.people.invitations import Invited, ToOffice
from app.people.models import Office, Official, Role
from app.people.office_models import Invitation
from app.people.queries import offices_held, who_is
from app.people.terms import end_office, leave
from tests.conftest import SetClock
from tests.town import RAION, Town

TODAY = date(2026, 4, 18)
NAME = "Асан Қайғы"


def invited(town: Town, **over: object) -> Invited:
    fields = {"role": Role.CLERK, "since": TODAY, "district_id": "d-surat", **over}
    name = str(fields.pop("full_name", NAME))
    official_id = fields.pop("official_id", None)
    with transaction(town.session) as session:
        return invitations.invite(
            session,
            office=ToOffice(**fields),  # type: ignore[arg-type]
            full_name=name,
            invited_by="Дана О.",
            by_office="clerk",
            official_id=official_id,  # type: ignore[arg-type]
            now=town.clock.now(),
        )


def take_up(town: Town, token: str, login: str = "asan") -> str:
    with transaction(town.session) as session:
        return invitations.take_up_anew(
            session, token=token, login=login, password_hash="!", now=town.clock.now()
        ).id


def refused(town: Town, token: str, login: str = "asan") -> str:
    with pytest.raises(Refusal) as why:
        take_up(town, token, login)
    return why.value.code


def kinds(town: Town) -> list[tuple[str, str]]:
    rows = town.session.exec(select(Entry).order_by(Entry.at, Entry.number)).all()
    return [(row.kind, row.district_id) for row in rows]


def test_taking_up_makes_the_account_and_the_office(town: Town, clock: SetClock) -> None:
    made = invited(town, until=date(2026, 12, 31), by_order="№ 7")
    official_id = take_up(town, made.token, " Asan ")
    (office,) = offices_held(town.session, official_id=official_id, now=clock.now())
    assert (office.role, office.district_id, office.by_order) == ("clerk", "d-surat", "№ 7")
    assert (office.since, office.until) == (TODAY, date(2026, 12, 31))
    official = town.session.get_one(Official, official_id)
    assert (official.login, official.full_name) == ("asan", NAME)
    assert kinds(town) == [
        ("people.invited", "d-surat"),
        ("people.office_taken_up", "d-surat"),
    ]
    facts = str([row.facts for row in town.session.exec(select(Entry)).all()])
    assert "asan" not in facts
    assert "Қайғы" not in facts


def test_the_link_is_kept_by_its_hash(town: Town) -> None:
    made = invited(town)
    assert len(made.token) >= 43  # 256 bits
    row = town.session.exec(select(Invitation)).one()
    assert made.token not in str(row.model_dump())
    with pytest.raises(LookupError):
        take_up(town, row.token_sha256)


def test_it_is_good_once(town: Town) -> None:
    token = invited(town).token
    take_up(town, token)
    assert refused(town, token, "other") == "people.invitation_used"


def test_an_expired_one_opens_nothing(town: Town, clock: SetClock) -> None:
    """CVE-2023-48220: an invitation whose time was over could still be accepted."""
    token = invited(town).token
    clock.forward(days=7, seconds=-1)
    row = invitations.found_by(town.session, token=token)
    assert invitations.why_not_take_up(row, now=clock.now()) is None
    clock.forward(seconds=1)
    assert refused(town, token) == "people.invitation_over"
    clock.forward(days=500)
    assert refused(town, token) == "people.invitation_over"
    town.session.rollback()
    assert town.session.exec(select(Official).where(Official.login == "asan")).all() == []


def test_one_whose_term_is_over_opens_nothing(town: Town, clock: SetClock) -> None:
    token = invited(town, until=TODAY + timedelta(days=2)).token
    clock.set(at(TODAY + timedelta(days=3)))
    assert refused(town, token) == "people.invitation_over"


def test_one_that_was_taken_back_opens_nothing(town: Town) -> None:
    made = invited(town)

    def back() -> None:
        with transaction(town.session) as session:
            invitations.take_back(
                session,
                invitation=session.get_one(Invitation, made.invitation.id),
                by_office="clerk",
                by_name="Дана О.",
                now=town.clock.now(),
            )

    back()
    assert refused(town, made.token) == "people.invitation_taken_back"
    with pytest.raises(Refusal):
        back()
    assert kinds(town)[-1] == ("people.invitation_taken_back", "d-surat")


def test_of_many_at_once_one_takes_it_up(engine: Engine, town: Town, clock: SetClock) -> None:
    token = invited(town).token
    said: list[str] = []
    gate = threading.Barrier(6)

    def press(login: str) -> None:
        gate.wait()
        try:
            with open_session(engine) as own, transaction(own) as session:
                invitations.take_up_anew(
                    session, token=token, login=login, password_hash="!", now=clock.now()
                )
            said.append("")
        except Refusal as why:
            said.append(why.code)

    town.session.rollback()
    threads = [threading.Thread(target=press, args=(f"asan-{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(said) == ["", *["people.invitation_used"] * 5]
    new = town.session.exec(select(Official).where(Official.login.startswith("asan"))).all()
    assert len(new) == 1


def test_a_login_is_ones_own(town: Town) -> None:
    token = invited(town).token
    assert refused(town, token, " DANA") == "people.login_taken"
    assert refused(town, token, "a") == "form.too_short"
    take_up(town, token)  # a refusal used nothing up


def test_an_account_takes_up_what_is_meant_for_its_owner(town: Town, clock: SetClock) -> None:
    """The second official agreed to one person: nobody else's account gets the office."""

    def take(token: str, name: str) -> Office:
        with transaction(town.session) as session:
            return invitations.take_up(
                session, token=token, official_id=town.ids[name], now=clock.now()
            )

    mine = invited(town, full_name="МАРАТ  Ысқақов", district_id="d-surat")
    with pytest.raises(Refusal) as why:
        take(mine.token, "zhanar")
    assert why.value.code == "people.invitation_name"
    take(mine.token, "marat")
    held = offices_held(town.session, official_id=town.ids["marat"], now=clock.now())
    assert {office.district_id for office in held} == {"d-surat", "d-oytal"}
    named = invited(town, full_name="Тимур Ли", official_id=town.ids["timur"])
    assert refused(town, named.token) == "people.invitation_account"
    take(named.token, "timur")


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"full_name": "Асан"}, "people.name_whole"),
        ({"full_name": "А " + "б" * 130}, "form.too_long"),
        ({"role": Role.MASLIKHAT}, "people.office_place"),
        ({"role": Role.OPERATOR}, "people.office_place"),
        ({"district_id": None}, "people.office_place"),
        ({"until": TODAY - timedelta(days=1)}, "people.office_term"),
    ],
)
def test_an_invitation_is_to_an_office_that_can_be(town: Town, over: dict, code: str) -> None:
    with pytest.raises(Refusal) as why:
        invited(town, **over)
    assert why.value.code == code


def test_what_reaches_a_raion_stands_in_each_record(town: Town) -> None:
    invited(town, role=Role.RAION_OFFICE, district_id=None, raion_kato=RAION)
    assert kinds(town) == [("people.invited", "d-oytal"), ("people.invited", "d-surat")]


# terms


def office_of(town: Town, name: str) -> Office:
    return town.session.get_one(Office, town.ids[f"{name}.office"])


def end_on(town: Town, name: str, last_day: date) -> None:
    with transaction(town.session) as session:
        end_office(
            session,
            office=office_of(town, name),
            last_day=last_day,
            by_office="clerk",
            by_name="Дана О.",
            now=town.clock.now(),
        )


def test_a_term_ends_at_midnight_in_almaty(town: Town, clock: SetClock) -> None:
    token = town.sign_in("nurlan")
    end_on(town, "nurlan", TODAY)

    def role() -> Role | None:
        who = who_is(town.session, token=token, now=clock.now(), idle=timedelta(minutes=3))
        assert who is not None
        return who.role

    clock.set(at(TODAY + timedelta(days=1)) - timedelta(seconds=1))
    assert clock.now().hour == 18  # midnight there is 19:00 here
    assert role() is Role.CLERK
    clock.forward(seconds=1)
    assert role() is None


def test_yesterday_ends_it_at_once(town: Town, clock: SetClock) -> None:
    end_on(town, "nurlan", TODAY - timedelta(days=1))
    assert offices_held(town.session, official_id=town.ids["nurlan"], now=clock.now()) == []
    entry = town.session.exec(select(Entry)).one()
    assert (entry.kind, entry.facts["until"]) == ("people.office_ended", "2026-04-17")
    assert entry.before_sha256 != entry.after_sha256


def test_a_term_is_never_made_longer_nor_ended_in_the_past(town: Town) -> None:
    end_on(town, "nurlan", date(2026, 5, 1))
    for day, code in (
        (date(2026, 5, 1), "people.office_longer"),
        (date(2027, 1, 1), "people.office_longer"),
        (date(2026, 4, 16), "people.office_term"),
    ):
        with pytest.raises(Refusal) as why:
            end_on(town, "nurlan", day)
        assert why.value.code == code


def test_no_clerk_ends_an_akims_term(town: Town) -> None:
    with pytest.raises(Refusal) as why:
        end_on(town, "erlan", date(2026, 5, 1))
    assert why.value.code == "people.office_operators"


def test_whoever_leaves_leaves_in_public(town: Town, clock: SetClock) -> None:
    with transaction(town.session) as session:
        leave(session, official_id=town.ids["nurlan"], now=clock.now())
    assert kinds(town) == [("people.office_ended", "d-surat")]
    assert town.session.get_one(Official, town.ids["nurlan"]).closed_at is not None
