"""What a round's sum rests on: statements and lines, frozen with the rules, confirmed by a line."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, select

from app.budget.actions import Act
from app.budget.models import Kind
from app.budget.sums import Line
from app.core.clock import at
from app.core.database import transaction
from app.ledger.models import Entry
from app.rounds.actions import freeze
from app.rounds.confirming import confirm_envelope
from app.rounds.envelope_basis import bases_of, citable, cite, covers, owed, resting_of, state
from app.rounds.models import BasisKind, EnvelopeBasis, Round, Stage
from app.rounds.queries import calendar_of
from app.rounds.rules import ProjectLine, rules_of, rules_sha256
from tests.budget_lines import OFFICE, RECEIPTS, approve
from tests.conftest import SetClock
from tests.town import STARTS, Town
from tests.two_officials import fresh, kinds, no, together

EARLY = at(date(2026, 1, 20), 10)
SAID: dict[str, Any] = {
    "amount": 12_000_000,
    "said_on": date(2026, 1, 10),
    "act_number": "3",
    "words_kk": "Сома салық түсімінен бөлінеді.",
    "words_ru": "Сумма выделяется из налогов.",
    "by_name": "Ерлан Т.",
    "now": EARLY,
}


@pytest.fixture
def of(town: Town) -> Round:
    town.classification()
    return town.round(envelope_basis_kk="", envelope_basis_ru="")


def say(session: Session, of: Round, **over: Any) -> EnvelopeBasis:
    with transaction(session):
        return state(session, **{"district_id": "d-surat", "round_id": of.id, **SAID, **over})


def name(session: Session, of: Round, **over: Any) -> EnvelopeBasis:
    given = {"year": 2026, "number": 1, "line": 1, "by_name": "Дана О.", "now": EARLY, **over}
    with transaction(session):
        return cite(session, **{"district_id": "d-surat", "round_id": of.id, **given})


def plan(session: Session, of: Round, **over: Any) -> None:
    """This year's budget, which already plans a sum for the next year's residents."""
    line = Line("spending", 5_000_000, "8", amount_1=12_500_000, amount_2=13_000_000)
    approve(session, of, EARLY, year=2026, lines=(line, RECEIPTS, OFFICE), **over)


def rest(session: Session, of: Round) -> Any:
    found = resting_of(session, district_id="d-surat", round_id=of.id)
    session.rollback()
    return found


def test_a_statement_is_dated_covers_the_sum_and_is_followed_by_the_next(
    session: Session, town: Town, of: Round
) -> None:
    calendar = calendar_of(session, round_id=of.id)
    assert owed(of, calendar, None, EARLY)
    session.rollback()
    for code, over in (
        ("envelope.less", {"amount": 11_999_999}),
        ("rounds.envelope", {"amount": 0}),
        ("rounds.envelope", {"amount": 10**16}),
        ("envelope.ahead", {"said_on": date(2026, 1, 21)}),
        ("envelope.old", {"said_on": date(2024, 12, 31)}),
        ("form.missing", {"act_number": " "}),
        ("form.missing", {"words_ru": ""}),
    ):
        with no(code):
            say(session, of, **over)
    with pytest.raises(LookupError):
        say(session, of, district_id="d-oytal")
    assert rest(session, of) is None
    first = say(session, of)
    assert say(session, of).id == first.id  # pressed twice
    say(session, of, amount=12_500_000, act_number="4")
    found = bases_of(session, district_id="d-surat", round_id=of.id)
    assert [(one.basis.number, one.basis.amount) for one in found] == [
        (2, 12_500_000),
        (1, 12_000_000),
    ]
    assert covers(of, found[0])
    assert not owed(of, calendar, found[0], EARLY)
    session.rollback()
    assert kinds(session, of) == ["rounds.basis_statement"] * 2
    entry = session.exec(select(Entry).where(Entry.kind == "rounds.basis_statement")).all()[-1]
    assert (entry.office, entry.before_sha256 is not None) == ("akim", True)
    session.rollback()
    with pytest.raises(DatabaseError, match="append-only"), transaction(session):
        session.connection().execute(update(EnvelopeBasis).values(amount=1))


def test_a_planned_line_gives_its_amount_for_the_rounds_year(
    session: Session, town: Town, of: Round
) -> None:
    plan(session, of)
    for over in (
        {"line": 2},  # a receipt
        {"line": 3},  # says nothing of 2027
        {"line": 9},
        {"line": None},  # no line is marked as this round's
        {"number": 2},
        {"year": 2024},
    ):
        with no("envelope.no_line"):
            name(session, of, **over)
    made = name(session, of)
    assert (made.kind, made.amount, made.line) == (BasisKind.PLANNED_LINE, 12_500_000, 1)
    assert made.said_on == date(2026, 1, 20)
    # A draft of the year itself: its own amount; lines of the round stand together.
    shares = [
        Line("spending", n, "8", name_kk="Жоба", name_ru="Проект", round_id=of.id)
        for n in (7_000_000, 5_500_000)
    ]
    approve(session, of, EARLY, kind=Kind.DRAFT, act=None, lines=(*shares, RECEIPTS))
    offered = [(one.code, one.amount) for one in citable(session, of)]
    session.rollback()
    assert offered[:3] == [
        ("2027-1-0", 12_500_000),
        ("2027-1-1", 7_000_000),
        ("2027-1-2", 5_500_000),
    ]
    assert ("2026-1-1", 12_500_000) in offered
    with no("envelope.less"):
        name(session, of, year=2027, line=1)
    assert name(session, of, year=2027, line=None).amount == 12_500_000
    with no("rounds.closed"):
        name(session, of, now=STARTS[Stage.VOTING])
    other = town.round("oytal")
    with no("envelope.no_line"):  # the neighbour's budget is not theirs
        name(session, other, district_id="d-oytal")


def test_the_paper_is_frozen_with_the_rules_and_a_round_without_one_keeps_its_text(
    session: Session, town: Town, of: Round
) -> None:
    calendar = calendar_of(session, round_id=of.id)
    bare = rules_of(of, calendar, (), kato="315446000")
    assert "basis" not in bare["envelope"]
    assert rules_sha256(bare) == rules_sha256(
        rules_of(of, calendar, (), kato="315446000", basis={})
    )
    session.rollback()
    plan(session, of)
    name(session, of)
    frozen = _freeze(session, town, of)
    told = frozen.rules["envelope"]["basis"]  # type: ignore[index]
    assert (told["kind"], told["amount"], told["act_number"]) == (
        "planned_line",
        12_500_000,
        "№ 12-3",
    )
    assert (told["line"], told["version"]["year"], told["version"]["number"]) == (1, 2026, 1)
    assert len(told["version"]["sha256"]) == 64
    digest = frozen.rules_sha256
    # Said afterwards it stands in the history; the rules stay.
    say(session, of, amount=9_000_000, now=STARTS[Stage.RESULTS], said_on=date(2026, 4, 30))
    assert fresh(session, of).rules_sha256 == digest


def test_the_clock_freezes_a_round_without_any_paper(
    session: Session, town: Town, of: Round
) -> None:
    frozen = _freeze(session, town, of)
    assert "basis" not in frozen.rules["envelope"]  # type: ignore[index]
    calendar = calendar_of(session, round_id=of.id)
    assert not owed(frozen, calendar, None, STARTS[Stage.VOTING])


def _freeze(session: Session, town: Town, of: Round) -> Round:
    with transaction(session):
        freeze(
            session,
            keyring=town.keyring,
            round_id=of.id,
            projects=[ProjectLine(1, "Шамдар", "Лампы", 5_000_000)],
            eligible=3,
            now=STARTS[Stage.VOTING],
        )
    return fresh(session, of)


def test_only_the_approved_line_that_holds_confirms_and_once(
    session: Session, town: Town, of: Round, clock: SetClock
) -> None:
    now = at(date(2026, 12, 28))

    def confirm(**over: Any) -> Round:
        given = {"number": 2, "line": 1, "by_name": "Дана О.", "now": now, "agreed": True, **over}
        with transaction(session):
            return confirm_envelope(session, district_id="d-surat", round_id=of.id, **given)

    with no("envelope.not_approved"):
        confirm()
    approve(session, of, at(date(2026, 8, 20)), kind=Kind.DRAFT, act=None)
    with no("envelope.not_approved"):
        confirm(number=1)
    approve(session, of, at(date(2026, 12, 24)))
    why = Act("№ 15-1", date(2026, 12, 27), words_kk="Нақтыланды", words_ru="Уточнено")
    approve(session, of, now, kind=Kind.REFINED, act=why, amount=10_500_000)
    with no("envelope.newer"):
        confirm()
    with no("envelope.no_line"):
        confirm(number=3, line=2)
    assert confirm(number=3).confirmed_envelope == 10_500_000
    session.rollback()
    held = rest(session, of).basis
    assert (held.kind, held.amount, held.said_on) == (
        BasisKind.APPROVED_LINE,
        10_500_000,
        date(2026, 12, 27),
    )
    with no("rounds.confirmed"):
        confirm(number=3)
    with no("rounds.confirmed"):
        say(session, of, now=now)


def test_two_papers_at_once_stand_one_after_the_other(
    engine: Engine, session: Session, town: Town, of: Round
) -> None:
    session.expunge_all()
    session.rollback()

    def one(number: str) -> Any:
        def act(own: Session) -> None:
            with transaction(own):
                given = {**SAID, "act_number": number}
                state(own, district_id="d-surat", round_id=of.id, **given)

        return act

    assert together(engine, one("3"), one("4"), one("5")) == ["done"] * 3
    numbers = session.exec(select(EnvelopeBasis.number).order_by(EnvelopeBasis.number)).all()
    assert list(numbers) == [1, 2, 3]
