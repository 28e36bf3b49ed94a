"""The list: what it finds, what it hides, what it costs."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session

from app.proposals.models import Proposal, Status
from app.proposals.queries import WHOLE, ballot_projects, public_proposals, search
from app.rounds.models import Round
from tests.town import Town


@pytest.fixture
def of(town: Town) -> Round:
    return town.round("surat")


def found(session: Session, of: Round, **asked: object) -> list[str]:
    rows = search(session, district_id="d-surat", round_id=of.id, **asked).rows  # type: ignore[arg-type]
    return [row.title for row in rows]


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that go to the database meanwhile."""
    statements: list[str] = []

    def note(_c: object, _u: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("кудык", "Ауыз су құдығын тазалау"),
        ("ҚҰДЫ", "Ауыз су құдығын тазалау"),
        ("құдығы", "Ауыз су құдығын тазалау"),
        ("ауыз тазалау", "Ауыз су құдығын тазалау"),
        ("су  ауыз", "Ауыз су құдығын тазалау"),
        ("ЁЛКА", "Новогодняя ёлка на площади"),
        ("елка", "Новогодняя ёлка на площади"),
        ("50%", "Мектеп қоршауының 50% бөлігі"),
    ],
)
def test_words_are_found_however_they_are_typed(
    town: Town, of: Round, typed: str, title: str
) -> None:
    for one in (
        "Ауыз су құдығын тазалау",
        "Новогодняя ёлка на площади",
        "Мектеп қоршауының 50% бөлігі",
        "Шахмат үйірмесі",
    ):
        town.proposal(of, one)
    assert found(town.session, of, text=typed) == [title]


@pytest.mark.parametrize("typed", ["құдықтан", "_", "%%", "\\", "' OR 1=1 --", "x" * 120])
def test_what_is_not_there_is_not_found(town: Town, of: Round, typed: str) -> None:
    town.proposal(of, "Ауыз су құдығын тазалау")
    assert found(town.session, of, text=typed) == []


def test_filters_narrow_the_list(town: Town, of: Round) -> None:
    town.proposal(of, "Шам", direction=8)
    town.proposal(of, "Жол", direction=11, settlement_id="315446200")
    town.proposal(of, "Бақ", direction=9, settlement_id=None, status=Status.ADMITTED)
    assert found(town.session, of, direction=11) == ["Жол"]
    assert found(town.session, of, settlement="315446200") == ["Жол"]
    assert found(town.session, of, settlement=WHOLE) == ["Бақ"]
    assert found(town.session, of, status="admitted") == ["Бақ"]
    assert found(town.session, of, settlement="315443100") == []  # the other district's
    assert sorted(found(town.session, of)) == ["Бақ", "Жол", "Шам"]


def test_drafts_and_other_districts_are_in_no_list(town: Town, of: Round) -> None:
    oytal = town.round("oytal")
    town.proposal(of, "Көрінеді")
    town.proposal(of, "Жоба нұсқасы", status=Status.DRAFT, number=None)
    town.proposal(oytal, "Ойтал ұсынысы")
    assert found(town.session, of) == ["Көрінеді"]
    everything = public_proposals(town.session, district_id="d-surat", round_id=of.id)
    assert [one.title for one in everything] == ["Көрінеді"]
    assert [p.title for p in ballot_projects_of(town, of)] == ["Көрінеді"]
    # The round's id alone is no key to it.
    for asked in ("d-oytal", "d-surat"):
        other = of.id if asked == "d-oytal" else oytal.id
        assert search(town.session, district_id=asked, round_id=other).total == 0
        assert ballot_projects(town.session, district_id=asked, round_id=other) == []


def ballot_projects_of(town: Town, of: Round) -> list[Proposal]:
    return ballot_projects(town.session, district_id="d-surat", round_id=of.id)


def test_the_ballot_lists_what_is_voted_on_in_its_order(town: Town, of: Round) -> None:
    town.proposal(of, "Екінші", ballot_number=2)
    town.proposal(of, "Бірінші", ballot_number=1, status=Status.RECOMMENDED)
    town.proposal(of, "Енгізілмеген", status=Status.REFUSED)
    assert [one.title for one in ballot_projects_of(town, of)] == ["Бірінші", "Екінші"]


def test_pages_hold_twenty_and_the_last_one_the_rest(town: Town, of: Round) -> None:
    for n in range(23):
        town.proposal(of, f"Ұсыныс {n}")
    pages = [
        search(town.session, district_id="d-surat", round_id=of.id, page=n) for n in (0, 1, 2, 99)
    ]
    assert [(one.page, len(one.rows)) for one in pages] == [(1, 20), (1, 20), (2, 3), (2, 3)]
    assert {one.pages for one in pages} == {2}
    titles = {row.title for one in pages[1:3] for row in one.rows}
    assert len(titles) == 23


@pytest.mark.parametrize("many", [1, 30])
def test_a_list_costs_two_queries_however_long(
    town: Town, of: Round, engine: Engine, many: int
) -> None:
    for n in range(many):
        town.proposal(of, f"Ұсыныс {n}")
    town.session.rollback()
    with counted(engine) as statements:
        search(town.session, district_id="d-surat", round_id="r", text="ұсыныс")
    assert len(statements) == 2
