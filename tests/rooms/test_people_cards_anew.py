"""New cards for old ones: a handful a day by oneself, more with a second official."""

import threading
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from app.core.clock import at
from app.core.database import open_session, transaction
from app.core.refusal import Refusal
from app.ledger.models import Entry
from app.people import consent
from app.people.cards import HANDFUL, ISSUED, IssuedCard, issue_cards, left_today
from app.people.cards_agreed import ask_anew, issue_agreed, open_requests
from app.people.consent import Act, Actor
from app.people.models import Card, OffRoll, Role
from app.people.office_models import Consent, ConsentState
from app.people.roll import take_off
from app.people.sign_in import open_with_card
from tests.conftest import SetClock
from tests.town import Town


def dana(town: Town) -> Actor:
    return Actor(town.ids["dana"], "Дана Омарова", Role.CLERK)


def nurlan(town: Town) -> Actor:
    return Actor(town.ids["nurlan"], "Нұрлан Жақсыбеков", Role.CLERK)


def people(town: Town, count: int) -> list[str]:
    with transaction(town.session):
        return [town.resident(f"Тұрғын Нөмір {place}") for place in range(count)]


def issue(town: Town, ids: Sequence[str], **over: object) -> list[IssuedCard]:
    with transaction(town.session) as session:
        return _issue(town, session, ids, **over)


def _issue(town: Town, session: Session, ids: Sequence[str], **over: object) -> list[IssuedCard]:
    given = {"replace": True, "by_name": "Дана Омарова", "now": town.clock.now(), **over}
    return issue_cards(
        session, keyring=town.keyring, district_id="d-surat", person_ids=ids, **given
    )


def refused(town: Town, ids: Sequence[str]) -> Refusal:
    with pytest.raises(Refusal) as why:
        issue(town, ids)
    return why.value


def live(town: Town) -> set[str]:
    town.session.rollback()
    return set(town.session.exec(select(Card.number).where(col(Card.replaced_at).is_(None))))


def test_first_cards_need_no_second(town: Town) -> None:
    ids = people(town, HANDFUL * 4)
    assert len(issue(town, ids)) == HANDFUL * 4
    town.session.rollback()
    assert left_today(town.session, district_id="d-surat", now=town.clock.now()) == HANDFUL


def test_a_handful_a_day_one_by_one_and_together(town: Town, clock: SetClock) -> None:
    ids = people(town, HANDFUL + 2)
    issue(town, ids)
    before = live(town)
    assert refused(town, ids[: HANDFUL + 1]).facts == {"most": HANDFUL, "n": HANDFUL}
    assert live(town) == before
    issue(town, ids[:2])
    for one in ids[2:HANDFUL]:
        issue(town, [one])
    assert refused(town, [ids[HANDFUL]]).code == "people.cards_want_second"
    more = people(town, 1)
    issue(town, more)  # a first card, all the same
    assert refused(town, [*more]).facts["n"] == 0
    clock.set(at(date(2026, 4, 19)) - timedelta(seconds=1))  # the day is Almaty's
    assert refused(town, [ids[HANDFUL]]).code == "people.cards_want_second"
    clock.forward(seconds=1)
    issue(town, [ids[HANDFUL]])


def test_another_districts_handful_is_its_own(town: Town) -> None:
    ids = people(town, HANDFUL)
    issue(town, ids)
    issue(town, ids)
    town.session.rollback()
    now = town.clock.now()
    assert left_today(town.session, district_id="d-surat", now=now) == 0
    assert left_today(town.session, district_id="d-oytal", now=now) == HANDFUL


def test_off_the_roll_and_on_again_is_no_way_round(town: Town) -> None:
    """A clerk who takes people off and adds them again does not get first cards for them."""
    ids = people(town, HANDFUL + 1)
    issue(town, ids)
    with transaction(town.session) as session:
        for one in ids:
            session.exec(
                select(Card).where(Card.person_id == one)
            ).one().replaced_at = town.clock.now()
    assert refused(town, ids).code == "people.cards_want_second"


def ask(town: Town, ids: Sequence[str], first: Actor | None = None) -> str:
    with transaction(town.session) as session:
        return ask_anew(
            session,
            keyring=town.keyring,
            district_id="d-surat",
            person_ids=ids,
            why="Карталар дымқыл тартып, оқылмай қалды",
            first=first or dana(town),
            now=town.clock.now(),
        ).id


def settle(town: Town, asked: str, second: Actor | None = None) -> None:
    with transaction(town.session) as session:
        row = consent.load(session, district_id="d-surat", consent_id=asked, lock=True)
        consent.agree(session, asked=row, second=second or nurlan(town), now=town.clock.now())


def use(town: Town, asked: str, first: Actor | None = None) -> list[IssuedCard]:
    with transaction(town.session) as session:
        return issue_agreed(
            session,
            keyring=town.keyring,
            asked=consent.load(session, district_id="d-surat", consent_id=asked, lock=True),
            first=first or dana(town),
            now=town.clock.now(),
        )


def cannot_use(town: Town, asked: str, first: Actor | None = None) -> str:
    with pytest.raises(Refusal) as why:
        use(town, asked, first)
    return why.value.code


def test_what_a_second_agreed_to_is_printed_once_by_the_first(town: Town, clock: SetClock) -> None:
    ids = people(town, HANDFUL + 1)
    old = issue(town, ids)
    asked = ask(town, ids)
    assert cannot_use(town, asked) == "people.consent_settled"
    row = town.session.get_one(Consent, asked)
    assert (row.act, row.facts) == (Act.REISSUE_CARDS, {"cards": len(ids)})
    assert ids[0].encode() not in (row.sealed or b"")
    town.session.rollback()
    clock.forward(hours=1)
    settle(town, asked)
    assert cannot_use(town, asked, nurlan(town)) == "people.consent_settled"
    new = use(town, asked)
    assert {one.person_id for one in new} == set(ids)
    assert live(town) == {one.number for one in new}
    assert not {one.number for one in old} & live(town)
    assert cannot_use(town, asked) == "people.consent_settled"
    town.session.rollback()
    row = town.session.get_one(Consent, asked)
    assert (row.state, row.sealed) == (ConsentState.DONE, None)
    last = town.session.exec(select(Entry).where(Entry.kind == ISSUED)).all()[-1]
    assert (last.facts["first"], last.facts["anew"], last.facts["agreed"]) == (0, len(ids), True)
    # what was agreed to takes nothing from the day's handful
    assert left_today(town.session, district_id="d-surat", now=clock.now()) == HANDFUL


def test_an_agreement_ends(town: Town, clock: SetClock) -> None:
    ids = people(town, HANDFUL + 1)
    issue(town, ids)
    asked = ask(town, ids)
    settle(town, asked)
    assert [one.id for one in open_requests_of(town)] == [asked]
    clock.forward(days=3)
    assert cannot_use(town, asked) == "people.consent_ended"
    assert open_requests_of(town) == []


def open_requests_of(town: Town) -> list[Consent]:
    town.session.rollback()
    return open_requests(town.session, district_id="d-surat", now=town.clock.now())


def test_whoever_left_or_has_a_newer_card_is_left_out(town: Town, clock: SetClock) -> None:
    ids = people(town, HANDFUL + 2)
    issue(town, ids)
    asked = ask(town, ids)
    clock.forward(hours=1)
    (newer,) = issue(town, ids[:1])
    with transaction(town.session) as session:
        take_off(
            session,
            district_id="d-surat",
            person_id=ids[1],
            why=OffRoll.MOVED,
            by_name="Дана Омарова",
            now=clock.now(),
        )
    settle(town, asked)
    assert {one.person_id for one in use(town, asked)} == set(ids[2:])
    assert newer.number in live(town)


def test_only_people_of_this_roll_can_be_asked_for(town: Town) -> None:
    with pytest.raises(Refusal) as why:
        ask(town, [town.ids["gulnar"]])
    assert why.value.code == "people.not_on_this_roll"


def test_two_clerks_at_once_have_one_handful_between_them(
    engine: Engine, town: Town, clock: SetClock
) -> None:
    ids = people(town, 4 * (HANDFUL - 1))
    issue(town, ids)
    town.session.rollback()
    said: list[str] = []

    def press(mine: Sequence[str]) -> None:
        try:
            with open_session(engine) as own, transaction(own) as session:
                _issue(town, session, mine)
            said.append("issued")
        except Refusal as why:
            said.append(why.code)

    size = HANDFUL - 1
    shares = [ids[start : start + size] for start in range(0, len(ids), size)]
    threads = [threading.Thread(target=press, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(said) == ["issued", *["people.cards_want_second"] * 3]
    entries = town.session.exec(select(Entry).where(Entry.kind == ISSUED)).all()
    assert sum(one.facts["anew"] for one in entries) <= HANDFUL


def test_the_same_agreement_pressed_twice_at_once_prints_once(engine: Engine, town: Town) -> None:
    ids = people(town, HANDFUL + 1)
    issue(town, ids)
    asked = ask(town, ids)
    settle(town, asked)
    town.session.rollback()
    said: list[str] = []

    def press() -> None:
        try:
            with open_session(engine) as own, transaction(own) as session:
                row = consent.load(session, district_id="d-surat", consent_id=asked, lock=True)
                issue_agreed(
                    session,
                    keyring=town.keyring,
                    asked=row,
                    first=dana(town),
                    now=town.clock.now(),
                )
            said.append("printed")
        except Refusal as why:
            said.append(why.code)

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(said) == [*["people.consent_settled"] * 3, "printed"]
    assert len(live(town)) == len(ids)


def test_a_sign_in_at_the_moment_of_a_new_card_does_not_outlive_it(
    engine: Engine, town: Town
) -> None:
    """The session of the old card either ends with it or is never opened."""
    from app.people.models import SignIn

    (old,) = issue(town, [town.ids["aigerim"]])
    town.session.rollback()
    half, go_on = threading.Event(), threading.Event()
    said: list[str] = []

    def enter() -> None:
        with open_session(engine) as own, transaction(own) as session:
            open_with_card(
                session,
                keyring=town.keyring,
                number=old.number,
                code=old.code,
                shared=False,
                own_phone_days=14,
                now=town.clock.now(),
            )
            half.set()
            go_on.wait(2)  # the other one is under way, and waits for the card
        said.append("entered")

    def anew() -> None:
        half.wait(10)
        with open_session(engine) as own, transaction(own) as session:
            _issue(town, session, [town.ids["aigerim"]])
        said.append("anew")

    threads = [threading.Thread(target=enter), threading.Thread(target=anew)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert said == ["entered", "anew"]
    (row,) = town.session.exec(select(SignIn).where(SignIn.person_id == town.ids["aigerim"])).all()
    assert row.ended_at is not None
