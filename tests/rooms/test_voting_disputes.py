"""Was a vote cast in my name, asking at the desk, and disputes that a second official settles."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from app.core.clock import at
from app.core.database import open_session, transaction
from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.counting.outcome import Outcome as Counted
from app.counting.outcome import Step, Verdict
from app.decisions.disputed import margin
from app.ledger.models import Entry
from app.people.models import Role
from app.people.office_models import NamedSecond
from app.people.queries import Who
from app.rounds.models import Round, Stage
from app.tick import tick
from app.voting import disputes, mine, paper
from app.voting.actions import cast
from app.voting.list_models import DeskQuestion, Dispute, Outcome
from app.voting.mine import Answer
from app.voting.models import Ballot
from tests.conftest import SetClock
from tests.town import OFFICIALS, STARTS, Town


@pytest.fixture
def of(town: Town, clock: SetClock) -> Round:
    made = town.round()
    town.proposal(made, "Шам")
    town.proposal(made, "Су")
    return made


def official(town: Town, login: str) -> Who:
    name, role, district = OFFICIALS[login]
    return Who(
        sign_in_id="s",
        name=name,
        official_id=town.ids[login],
        office_id=town.ids[f"{login}.office"],
        role=role,
        district_id=f"d-{district}" if district else None,
        raion_kato="315400000" if role is Role.RAION_OFFICE else None,
    )


def vote(town: Town, of: Round, who: str, *choices: int, idem: str = "1") -> None:
    with transaction(town.session) as session:
        cast(
            session,
            keyring=town.keyring,
            clock=town.clock,
            district_id=of.district_id,
            round_id=of.id,
            person_id=town.ids[who],
            choices=choices or (1,),
            idem=idem,
        )


def answers(town: Town, who: str, keyring: Keyring | None = None) -> dict[str, Answer]:
    found = mine.my_votes(
        town.session,
        keyring=keyring or town.keyring,
        district_id="d-surat",
        person_id=town.ids[who],
        now=town.clock.now(),
    )
    town.session.rollback()
    return {one.of.key: one.answer for one in found}


def dispute(town: Town, of: Round, who: str = "aigerim", clerk: str = "", **over: Any) -> Dispute:
    with transaction(town.session) as session:
        return disputes.open_dispute(
            session,
            **{
                "keyring": town.keyring,
                "district_id": of.district_id,
                "round_id": of.id,
                "person_id": town.ids[who],
                "text": "Картам көршіде қалып қойды",
                "now": town.clock.now(),
                "clerk": official(town, clerk) if clerk else None,
                **over,
            },
        )


def settle(
    town: Town, one: Dispute, login: str, outcome: Outcome = Outcome.OWN, district: str = "d-surat"
) -> str:
    try:
        with transaction(town.session) as session:
            disputes.settle(
                session,
                district_id=district,
                dispute_id=one.id,
                who=official(town, login),
                outcome=outcome,
                why="Екеуін де сұрадық",
                now=town.clock.now(),
            )
    except Refusal as why:
        return why.code
    return ""


def test_every_round_is_answered_until_its_key_is_gone(
    town: Town, of: Round, clock: SetClock, engine: Engine
) -> None:
    town.round(
        key="2027", starts={stage: when + timedelta(days=365) for stage, when in STARTS.items()}
    )
    assert answers(town, "aigerim") == {"2026": Answer.UNUSED}  # the later one has not begun
    vote(town, of, "aigerim")
    assert answers(town, "aigerim") == {"2026": Answer.ONLINE}
    assert answers(town, "bolat") == {"2026": Answer.UNUSED}
    with transaction(town.session) as session:
        paper.issue(
            session,
            keyring=town.keyring,
            clock=clock,
            district_id=of.district_id,
            round_id=of.id,
            person_id=town.ids["bolat"],
        )
    assert answers(town, "bolat") == {"2026": Answer.PAPER}
    clock.set(STARTS[Stage.RESULTS] + timedelta(days=400))
    town.session.rollback()
    tick(engine, town.keyring, clock)
    town.session.expire_all()
    found = answers(town, "aigerim")
    assert found == {"2027": Answer.UNUSED, "2026": Answer.ONLINE}  # sealed, counted, and known
    (town.keyring.folder / f"round-{of.id}.key").unlink()
    without = Keyring(town.keyring.folder)
    assert answers(town, "aigerim", without)["2026"] is Answer.DESTROYED
    assert answers(town, "bolat", without)["2026"] is Answer.DESTROYED


def test_a_missing_key_is_not_taken_for_a_destroyed_one(town: Town, of: Round) -> None:
    vote(town, of, "aigerim")
    (town.keyring.folder / f"round-{of.id}.key").unlink()
    assert answers(town, "aigerim", Keyring(town.keyring.folder)) == {"2026": Answer.NO_KEY}


def test_the_desk_is_counted_in_public_and_named_to_the_person(
    town: Town, of: Round, clock: SetClock
) -> None:
    def ask(who: str, login: str = "dana", document: bool = True) -> str:
        try:
            with transaction(town.session) as session:
                mine.ask_at_desk(
                    session,
                    district_id="d-surat",
                    person_id=town.ids[who],
                    document=document,
                    who=official(town, login),
                    now=clock.now(),
                )
        except Refusal as why:
            return why.code
        return ""

    assert ask("aigerim", document=False) == "voting.document"
    assert ask("aigerim") == ""
    assert ask("aigerim") == ""  # the same question, pressed twice
    clock.forward(minutes=30)
    assert ask("aigerim") == ""
    assert ask("bolat", "nurlan") == ""
    with pytest.raises(LookupError):
        ask("gulnar")  # of the next district
    entries = town.session.exec(select(Entry).where(Entry.kind == "voting.asked_at_desk")).all()
    assert [(one.by_name, one.facts) for one in entries] == [
        ("Дана Омарова", {}),
        ("Дана Омарова", {}),
        ("Нұрлан Жақсыбеков", {}),
    ]
    assert not any(town.ids[who] in str(one) for one in entries for who in ("aigerim", "bolat"))
    seen = mine.asked_about(town.session, person_id=town.ids["aigerim"])
    assert [one.by_name for one in seen] == ["Дана Омарова", "Дана Омарова"]
    for n in range(mine.MOST_ASKED_A_DAY - 3):
        with transaction(town.session):
            town.ids[f"r{n}"] = town.resident(f"Тұрғын {n}")
        assert ask(f"r{n}") == ""
    clock.forward(minutes=3)
    assert ask("aigerim") == "voting.asked_enough"
    clock.forward(days=1)
    assert ask("aigerim") == ""


def test_asking_says_nothing_of_the_answer_to_what_is_kept(town: Town, of: Round) -> None:
    """What is written for one who voted and for one who did not differs in nothing but the id."""
    vote(town, of, "aigerim")
    shapes = []
    for who in ("aigerim", "bolat"):
        with transaction(town.session) as session:
            mine.ask_at_desk(
                session,
                district_id="d-surat",
                person_id=town.ids[who],
                document=True,
                who=official(town, "dana"),
                now=town.clock.now(),
            )
        row = mine.asked_about(town.session, person_id=town.ids[who])[0]
        shapes.append({**row.model_dump(), "id": "", "person_id": ""})
    assert shapes[0] == shapes[1]
    assert set(DeskQuestion.model_fields) == {"id", "district_id", "person_id", "by_name", "at"}


def test_a_dispute_wants_a_vote_and_its_time(town: Town, of: Round, clock: SetClock) -> None:
    def refused(**over: Any) -> str:
        with pytest.raises(Refusal) as why:
            dispute(town, of, **over)
        return why.value.code

    assert refused() == "voting.dispute_none"
    vote(town, of, "aigerim")
    dispute(town, of)
    assert refused() == "voting.dispute_open"
    assert refused(clerk="dana") == "voting.dispute_open"
    vote(town, of, "bolat")
    with pytest.raises(LookupError):
        dispute(town, of, who="bolat", district_id="d-oytal")
    # Ten days after the results: on the 30th of April at nine, so until the 10th of May at nine.
    clock.set(at(date(2026, 5, 10), 9))
    assert refused(who="bolat") == "voting.dispute_late"
    clock.set(at(date(2026, 5, 10), 8, 59))
    dispute(town, of, who="bolat")


def test_a_hold_of_the_result_lengthens_the_time(town: Town, of: Round, clock: SetClock) -> None:
    vote(town, of, "aigerim")
    with transaction(town.session) as session:
        row = session.get_one(Round, of.id)
        row.held_at, row.held_until = clock.now(), at(date(2026, 5, 4), 10)
        session.add(row)
    clock.set(at(date(2026, 5, 14), 9, 59))
    dispute(town, of)
    clock.set(at(date(2026, 5, 14), 10))
    with pytest.raises(Refusal) as why:
        dispute(town, of, who="bolat")
    assert why.value.code == "voting.dispute_late"


def test_a_second_official_settles_and_never_the_one_who_opened_it(
    town: Town, of: Round, engine: Engine
) -> None:
    vote(town, of, "aigerim")
    one = dispute(town, of, clerk="dana")
    assert settle(town, one, "dana") == "voting.dispute_own"
    assert settle(town, one, "marat") == "voting.dispute_not_yours"
    assert settle(town, one, "saule") == "voting.dispute_not_yours"
    with pytest.raises(LookupError):
        settle(town, one, "marat", district="d-oytal")
    assert settle(town, one, "nurlan", Outcome.FOREIGN) == "voting.dispute_vote_again"
    assert settle(town, one, "nurlan", Outcome.REPLACED) == ""
    assert settle(town, one, "erlan") == "voting.dispute_settled"
    entries = town.session.exec(select(Entry).where(Entry.subject == of.id)).all()
    told = {one.kind: (one.office, one.by_name, one.facts) for one in entries}
    assert told["voting.dispute_opened"] == ("clerk", "Дана Омарова", {})
    assert told["voting.dispute_settled"][:2] == ("clerk", "Нұрлан Жақсыбеков")
    assert told["voting.dispute_settled"][2] == {"outcome": "replaced"}
    assert not any(town.ids["aigerim"] in str(one) or "Картам" in str(one) for one in entries)


def test_the_database_holds_the_two_apart(town: Town, of: Round) -> None:
    vote(town, of, "aigerim")
    one = dispute(town, of, clerk="dana")
    row = town.session.get_one(Dispute, one.id)
    row.outcome, row.settled_at = "own", town.clock.now()
    row.settled_by = town.ids["dana"]
    town.session.add(row)
    with pytest.raises(IntegrityError):
        town.session.flush()
    town.session.rollback()


def test_the_raions_office_settles_too_and_a_lone_clerk_names_somebody(
    town: Town, of: Round, clock: SetClock
) -> None:
    vote(town, of, "aigerim")
    assert settle(town, dispute(town, of), "bekzat") == ""
    other = town.round("oytal")
    town.proposal(other, "Көпір")
    vote(town, other, "gulnar")
    lone = dispute(town, other, "gulnar", clerk="marat")
    assert settle(town, lone, "zhanar", district="d-oytal") == "voting.dispute_not_yours"
    with transaction(town.session) as session:
        session.add(
            NamedSecond(
                id="n",
                district_id="d-oytal",
                official_id=town.ids["zhanar"],
                named_by="Жанар Тілеуова",
                named_at=clock.now(),
            )
        )
    assert settle(town, lone, "zhanar", district="d-oytal") == ""


def test_after_the_close_it_is_counted_and_told_in_numbers(
    town: Town, of: Round, clock: SetClock, engine: Engine
) -> None:
    vote(town, of, "aigerim")
    vote(town, of, "bolat", 2)
    clock.set(STARTS[Stage.RESULTS])
    town.session.rollback()
    tick(engine, town.keyring, clock)
    town.session.expire_all()
    kept = [row.model_dump() for row in town.session.exec(select(Ballot)).all()]
    first, second = dispute(town, of), dispute(town, of, "bolat", clerk="dana")
    assert settle(town, first, "dana", Outcome.FOREIGN) == ""
    assert disputes.numbers(
        town.session, district_id=of.district_id, round_id=of.id
    ) == disputes.Numbers(open=1, replaced=0, own=0, foreign=1)
    assert settle(town, second, "erlan", Outcome.OWN) == ""
    found = disputes.numbers(town.session, district_id=of.district_id, round_id=of.id)
    assert (found.all, found.open, found.own, found.foreign) == (2, 0, 1, 1)
    assert disputes.numbers(town.session, district_id="d-oytal", round_id=of.id).all == 0
    assert [row.model_dump() for row in town.session.exec(select(Ballot)).all()] == kept


def test_two_at_once_open_one(engine: Engine, town: Town, of: Round, keyring: Keyring) -> None:
    vote(town, of, "aigerim")
    person, now = town.ids["aigerim"], town.clock.now()
    town.session.rollback()
    ready, said = threading.Barrier(2), []

    def press() -> None:
        with open_session(engine) as session:
            ready.wait()
            try:
                with transaction(session):
                    disputes.open_dispute(
                        session,
                        keyring=keyring,
                        district_id="d-surat",
                        round_id=of.id,
                        person_id=person,
                        text="Мен емес",
                        now=now,
                    )
                said.append("")
            except Refusal as why:
                said.append(why.code)

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["", "voting.dispute_open"]
    assert len(town.session.exec(select(Dispute)).all()) == 1


def test_two_settle_at_once_and_one_is_too_late(engine: Engine, town: Town, of: Round) -> None:
    vote(town, of, "aigerim")
    one = dispute(town, of)
    whos = [official(town, "dana"), official(town, "nurlan")]
    dispute_id, now = one.id, town.clock.now()
    town.session.rollback()
    ready, said = threading.Barrier(2), []

    def press(who: Who, outcome: Outcome) -> None:
        with open_session(engine) as session:
            ready.wait()
            try:
                with transaction(session):
                    disputes.settle(
                        session,
                        district_id="d-surat",
                        dispute_id=dispute_id,
                        who=who,
                        outcome=outcome,
                        why="Солай",
                        now=now,
                    )
                said.append("")
            except Refusal as why:
                said.append(why.code)

    threads = [
        threading.Thread(target=press, args=pair)
        for pair in zip(whos, (Outcome.OWN, Outcome.REPLACED), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["", "voting.dispute_settled"]


def outcome(*steps: tuple[int, Verdict]) -> Counted:
    made = tuple(
        Step(str(n), votes, 1, verdict, 0, 0) for n, (votes, verdict) in enumerate(steps, start=1)
    )
    return Counted("most-votes", 10, "", 0, 10, made, (), 0)


@pytest.mark.parametrize(
    ("steps", "gap"),
    [
        (((30, Verdict.FUNDED), (20, Verdict.FUNDED), (17, Verdict.BELOW_THRESHOLD)), 3),
        (((30, Verdict.FUNDED), (20, Verdict.TOO_DEAR), (12, Verdict.FUNDED)), 8),
        (((30, Verdict.FUNDED), (28, Verdict.WITHDRAWN), (5, Verdict.TOO_DEAR)), 25),
        (((7, Verdict.FUNDED), (7, Verdict.TOO_DEAR)), 0),
        (((7, Verdict.FUNDED),), None),
        (((7, Verdict.TOO_DEAR),), None),
    ],
)
def test_how_close_a_result_was(steps: tuple[Any, ...], gap: int | None) -> None:
    assert margin(outcome(*steps)) == gap


def test_no_function_takes_a_ballot_out(session: Session) -> None:
    """What this part of the room uses of the ballot box: nothing that writes."""
    from pathlib import Path

    for name in ("mine", "disputes", "kept"):
        source = (Path(disputes.__file__).parent / f"{name}.py").read_text()
        assert "box" not in source.replace("outbox", "")
        assert "import Ballot" not in source
