"""The end of an account: the database is searched afterwards, and the vote still counts."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from app.budget import kept as budget
from app.budget.giving_models import Contribution
from app.core.clock import at
from app.core.database import transaction
from app.core.ids import new_id
from app.followup import kept as followup
from app.followup.models import Plea
from app.ledger.models import Entry
from app.notices.models import NoticeChoice, Telling
from app.people import claims
from app.people import kept as people
from app.people.cards import issue_card
from app.people.models import Card, SignIn
from app.people.phone_models import CodeFor, PersonPhone, PhoneCode, StateIdentity
from app.people.roll_models import RollClaim
from app.proposals import kept as proposals
from app.proposals.models import Photo, Proposal, Status
from app.rounds.models import Round, Stage
from app.tables import metadata
from app.voting import kept as voting
from app.voting import sealing
from app.voting.actions import cast
from app.voting.list_models import DeskQuestion, Dispute
from app.voting.models import CountedBallot
from tests.conftest import SetClock
from tests.postgres import cluster
from tests.town import STARTS, Town

PHONE = "+77015550147"
DRAFT = "Айгерімнің ешкімге көрсетпеген ойы"
LETTER = "Депутатқа жазылған жеке сөз"
CONTACT = "Абай 14, көк қақпа"
CLAIM = "Тегім қате жазылған"
TOLD = "Картам көршіде қалып қойды"
PUBLIC_NAME = "Айгерім С."
# The roll with its history, and its closed list.
BY_LAW = {"person", "roll_entry", "roll_change", "roll_conflict", "voter"}
ENDS = {
    "contribution",
    *("sign_in", "card", "person_phone", "phone_code", "state_identity", "roll_claim"),
    *("notice_choice", "proposal", "plea", "dispute", "desk_question"),
}


@pytest.fixture
def of(town: Town, clock: SetClock) -> Round:
    made = town.round()
    town.proposal(made, "Шам", person_id=town.ids["bolat"], author="Болат Е.")
    return made


@pytest.fixture
def aigerim(town: Town, of: Round, clock: SetClock) -> str:
    """Somebody about whom everything is kept that can be."""
    person, now = town.ids["aigerim"], town.clock.now()
    sent = town.proposal(of, "Құдық", person_id=person, author=PUBLIC_NAME)
    back = town.proposal(
        of,
        "Көпір",
        status=Status.RETURNED,
        person_id=person,
        author=PUBLIC_NAME,
        correction={"title": DRAFT, "added": []},
    )
    draft = town.proposal(
        of, DRAFT, status=Status.DRAFT, number=None, person_id=person, author=PUBLIC_NAME
    )
    town.sign_in("aigerim")
    with transaction(town.session) as session:
        issue_card(
            session,
            keyring=town.keyring,
            district_id="d-surat",
            person_id=person,
            by_name="Дана Омарова",
            now=now,
        )
        mac = town.keyring.mac("phone", PHONE)
        session.add_all(
            [
                PersonPhone(
                    person_id=person,
                    phone_mac=mac,
                    sealed=town.keyring.seal("phone", person, PHONE),
                    needs_card=False,
                    added_at=now,
                ),
                PhoneCode(
                    id=new_id(),
                    browser_sha256="b",
                    purpose=CodeFor.SIGN_IN,
                    phone_mac=mac,
                    code_mac="c",
                    made_at=now,
                    ends_at=now,
                ),
                StateIdentity(issuer="https://id", subject_mac="s", person_id=person, made_at=now),
                NoticeChoice(person_id=person, channel=Telling.SMS),
                DeskQuestion(
                    id=new_id(), district_id="d-surat", person_id=person, by_name="Дана", at=now
                ),
                Contribution(
                    id=new_id(),
                    district_id="d-surat",
                    number=1,
                    person_id=person,
                    named=True,
                    name=PUBLIC_NAME,
                    given_as="money",
                    worth=1,
                    at=now,
                    confirmed_at=now,
                ),
                Plea(
                    id=new_id(),
                    district_id="d-surat",
                    proposal_id=sent.id,
                    person_id=person,
                    lang="kk",
                    text=LETTER,
                    at=now,
                ),
                RollClaim(
                    id="claim",
                    district_id="d-surat",
                    number=1,
                    kind="wrong",
                    person_id=person,
                    name="Сейітова Айгерім",
                    contact_sealed=town.keyring.seal(claims.SEALED, "claim", CONTACT),
                    lang="kk",
                    text=CLAIM,
                    filed_at=now,
                    due=date(2026, 4, 24),
                    verdict="granted",
                    answer="Түзетілді",
                    answered_at=now,
                ),
                Dispute(
                    id=new_id(),
                    district_id="d-surat",
                    round_id=of.id,
                    person_id=person,
                    text=TOLD,
                    opened_at=now,
                    outcome="own",
                    why="Өз дауысы",
                    settled_by=town.ids["dana"],
                    settled_at=now,
                ),
                Photo(
                    id=new_id(),
                    district_id="d-surat",
                    proposal_id=draft.id,
                    media_type="image/jpeg",
                    size=4,
                    sha256="0",
                    data=b"\xff\xd8\xff\xe0photo-of-a-draft",
                    at=now,
                ),
            ]
        )
    assert back.correction is not None
    with transaction(town.session) as session:
        cast(
            session,
            keyring=town.keyring,
            clock=clock,
            district_id=of.district_id,
            round_id=of.id,
            person_id=person,
            choices=[1],
            idem="1",
        )
    return person


def erase(town: Town, person: str) -> None:
    with transaction(town.session) as session:
        for room in (voting, followup, proposals, budget, people):
            room.erase_person(session, person_id=person)
    town.session.expire_all()


def dump(engine: Engine) -> str:
    """What a thief of a backup holds."""
    if engine.dialect.name == "sqlite":
        return Path(str(engine.url.database)).read_bytes().decode("utf-8", "ignore")
    return cluster().dump(str(engine.url.database))


def tables_with(engine: Engine, text: str) -> set[str]:
    with engine.connect() as connection:
        return {
            table.name
            for table in metadata.sorted_tables
            if any(text in str(tuple(row)) for row in connection.execute(table.select()))
        }


def test_nothing_is_left_but_what_the_law_keeps(
    engine: Engine, town: Town, of: Round, aigerim: str
) -> None:
    secrets = (DRAFT, LETTER, CLAIM, TOLD, PUBLIC_NAME, "photo-of-a-draft")
    town.session.rollback()
    before = dump(engine)
    # There is something to find: words as the engine writes them, and rows that name the person.
    assert [one for one in (DRAFT, LETTER, TOLD, PUBLIC_NAME) if one not in before] == []
    assert len(tables_with(engine, aigerim) - BY_LAW) >= 10
    town.session.rollback()
    erase(town, aigerim)
    town.session.rollback()
    after = dump(engine)
    assert [one for one in secrets if one in after] == []
    assert town.keyring.mac("phone", PHONE) not in after
    assert tables_with(engine, aigerim) <= BY_LAW
    assert tables_with(engine, "Сейітова") <= {"person"}
    for model in (Card, SignIn, PersonPhone, PhoneCode, StateIdentity, NoticeChoice, DeskQuestion):
        assert town.session.exec(select(model)).all() == []


def test_every_table_that_names_a_person_is_thought_of() -> None:
    """A new one fails here: it ends with the account, or the law keeps it and the page says so."""
    naming = {
        table.name
        for table in metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "person"
    }
    assert naming | {"person"} == BY_LAW | ENDS


def test_the_vote_still_counts(town: Town, of: Round, aigerim: str, clock: SetClock) -> None:
    erase(town, aigerim)
    clock.set(STARTS[Stage.COUNTING])
    with transaction(town.session) as session:
        sealed = sealing.seal(session, keyring=town.keyring, clock=clock, round_id=of.id)
    assert sealed.online == 1
    assert [one.choices for one in town.session.exec(select(CountedBallot)).all()] == [[1]]


def test_public_matters_stay_without_the_name(town: Town, of: Round, aigerim: str) -> None:
    numbers = [one.number for one in town.session.exec(select(Proposal)) if one.number]
    entries = len(town.session.exec(select(Entry)).all())
    erase(town, aigerim)
    left = {one.number: one for one in town.session.exec(select(Proposal)).all()}
    assert sorted(left) == sorted(numbers)
    well, bridge = left[numbers[1]], left[numbers[2]]
    assert (well.title, well.author, well.person_id) == ("Құдық", "", None)
    assert (bridge.status, bridge.correction) == (Status.RETURNED, None)
    assert left[numbers[0]].author == "Болат Е."  # somebody else's
    assert len(town.session.exec(select(Entry)).all()) == entries
    (dispute,) = town.session.exec(select(Dispute)).all()
    assert (dispute.person_id, dispute.outcome) == (None, "own")
    (claim,) = town.session.exec(select(RollClaim)).all()
    assert (claim.number, claim.verdict) == (1, "granted")


def test_what_waits_for_an_answer_is_waited_for(town: Town, of: Round, aigerim: str) -> None:
    def why() -> list[str]:
        found = [room.why_not_erase(town.session, person_id=aigerim) for room in (people, voting)]
        return [one.code for one in found if one is not None]

    assert why() == []
    with transaction(town.session) as session:
        claim = session.exec(select(RollClaim)).one()
        claim.verdict, claim.answered_at = "", None
        dispute = session.exec(select(Dispute)).one()
        dispute.outcome, dispute.settled_at, dispute.settled_by = "", None, None
        session.add_all([claim, dispute])
    assert why() == ["people.erase_claim", "voting.erase_dispute"]


def test_a_neighbour_on_the_same_phone_loses_nothing(town: Town, of: Round, aigerim: str) -> None:
    with transaction(town.session) as session:
        session.add(
            PersonPhone(
                person_id=town.ids["bolat"],
                phone_mac=town.keyring.mac("phone", PHONE),
                sealed=town.keyring.seal("phone", town.ids["bolat"], PHONE),
                needs_card=True,
                added_at=town.clock.now(),
            )
        )
    erase(town, aigerim)
    assert [one.person_id for one in town.session.exec(select(PersonPhone))] == [town.ids["bolat"]]
    assert len(town.session.exec(select(PhoneCode)).all()) == 1  # his, perhaps


def test_the_file_holds_what_is_kept_and_no_key(town: Town, of: Round, aigerim: str) -> None:
    session: Session = town.session
    found: dict[str, Any] = {
        "resident": people.kept_of_person(session, keyring=town.keyring, person_id=aigerim),
        "proposals": proposals.kept_of_person(session, person_id=aigerim),
        "letters": followup.kept_of_person(session, person_id=aigerim),
        "voting": voting.kept_of_person(
            session,
            keyring=town.keyring,
            district_id="d-surat",
            person_id=aigerim,
            now=town.clock.now(),
        ),
    }
    text = str(found)
    for one in (PHONE, DRAFT, LETTER, CLAIM, CONTACT, TOLD, "Сейітова Айгерім Бақытқызы", "Құдық"):
        assert one in text
    assert found["voting"]["votes_in_my_name"] == [{"round": "2026", "answer": "online"}]
    macs = {
        str(value)
        for row in (*session.exec(select(Card)), *session.exec(select(PersonPhone)))
        for name, value in row.model_dump().items()
        if name.endswith("_mac") and value
    } | {row.token_sha256 for row in session.exec(select(SignIn))}
    assert len(macs) >= 3
    assert not any(one in text for one in macs)
    assert not re.search(r"[0-9a-f]{40}", text)
    assert "choices" not in text


def test_of_an_official_too(town: Town) -> None:
    town.sign_in("dana")
    found = people.kept_of_official(town.session, official_id=town.ids["dana"])
    assert found["login"] == "dana"
    assert [one["role"] for one in found["offices"]] == ["clerk"]
    assert len(found["sessions"]) == 1
    assert "!" not in str(found)  # the hash


def test_the_roll_keeps_the_person_who_may_vote_again(
    town: Town, of: Round, aigerim: str, clock: SetClock
) -> None:
    erase(town, aigerim)
    clock.set(at(date(2026, 4, 20), 12))
    with transaction(town.session) as session:
        issue_card(
            session,
            keyring=town.keyring,
            district_id="d-surat",
            person_id=aigerim,
            by_name="Дана Омарова",
            now=clock.now(),
        )
        cast(
            session,
            keyring=town.keyring,
            clock=clock,
            district_id=of.district_id,
            round_id=of.id,
            person_id=aigerim,
            choices=[2],
            idem="2",
        )
