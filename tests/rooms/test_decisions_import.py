"""A real election from a Pabulib file, made into a counted past round on either engine."""

import pytest
from sqlmodel import Session, func, select

from app.core.database import transaction
from app.core.refusal import Refusal
from app.counting import most_votes
from app.counting.bad_file import BadFile
from app.counting.pabulib import read
from app.counting.score import points
from app.decisions.counting import count_round, outcome_text
from app.decisions.import_round import Imported, import_round
from app.proposals.models import Proposal, Status
from app.rounds.models import Round, Stage
from app.rounds.queries import calendar_of, rounds_of
from app.voting.models import CountedBallot
from app.voting.queries import counted
from tests.pb_file import FILE, POINTS
from tests.town import Town


def brought(town: Town, text: str = FILE, district: str = "surat") -> Imported:
    with transaction(town.session):
        return import_round(
            town.session,
            district_id=f"d-{district}",
            data=text.encode(),
            source="wies.pb",
            now=town.clock.now(),
        )


def test_its_rows_its_calendar_and_its_count(town: Town, session: Session) -> None:
    made = brought(town)
    of = session.exec(select(Round)).one()
    assert (of.key, of.currency, of.minor_digits, of.envelope) == ("2019", "PLN", 1, 1005)
    assert calendar_of(session, round_id=of.id).stage(town.clock.now()) is Stage.EVALUATED
    rows = session.exec(select(Proposal).order_by(Proposal.ballot_number)).all()  # type: ignore[arg-type]
    assert [(one.title, one.price, one.votes, one.status, one.lang) for one in rows] == [
        ("Plac zabaw", 600, 4, Status.RECOMMENDED, "pl"),
        ("Ławki", 500, 3, Status.NOT_RECOMMENDED, "pl"),
        ("Drzewa", 405, 3, Status.RECOMMENDED, "pl"),
        ("<b>Znak</b>", 100, 0, Status.NOT_RECOMMENDED, "pl"),
    ]
    assert sorted(counted(session, round_id=of.id)) == [
        ((1,), 1), ((1, 2), 2), ((1, 3), 1), ((2, 3), 1), ((3,), 1)
    ]  # fmt: skip
    file = read(made.outcome.ballots_pb.encode())
    assert most_votes.count(file.election()).to_json() == outcome_text(made.outcome)


def test_numbers_of_the_file_stay_as_they_are(town: Town, session: Session) -> None:
    turned = FILE
    for old, new in (("A/1", "4"), ("A/2", "2"), ("A/3", "3"), ("A/4", "1")):
        turned = turned.replace(old, new)
    made = brought(town, turned)
    rows = session.exec(select(Proposal).order_by(Proposal.ballot_number)).all()  # type: ignore[arg-type]
    assert [one.title for one in rows] == ["<b>Znak</b>", "Ławki", "Drzewa", "Plac zabaw"]
    file = read(made.outcome.ballots_pb.encode())
    assert [vote.choices for vote in file.votes] == [
        vote.choices for vote in read(turned.encode()).votes
    ]


def test_counting_it_again_changes_nothing(town: Town, session: Session) -> None:
    made = brought(town)
    of = session.exec(select(Round)).one()
    with transaction(session):
        again = count_round(session, district_id="d-surat", round_id=of.id, now=town.clock.now())
        assert again.outcome_sha256 == made.outcome.outcome_sha256


def test_ballots_with_points_keep_their_points(town: Town) -> None:
    made = brought(town, POINTS)
    file = read(made.outcome.ballots_pb.encode())
    again = most_votes.count(file.election(), points=points(file))
    assert again.measure == "points"
    assert again.to_json() == outcome_text(made.outcome)
    assert [step.votes for step in again.steps] == [7, 6]


def test_many_ballots_are_few_rows(town: Town, session: Session) -> None:
    votes = "".join(f"{n};A/{n % 3 + 1}\n" for n in range(20_000))
    head = FILE.split("VOTES\n")[0].replace("num_votes;6", "num_votes;20000")
    made = brought(town, f"{head}VOTES\nvoter_id;vote\n{votes}")
    assert made.ballots == 20_000
    assert session.exec(select(func.count()).select_from(CountedBallot)).one() == 3
    assert session.exec(select(func.sum(CountedBallot.times))).one() == 20_000


def test_where_the_file_names_other_winners_it_is_said(town: Town) -> None:
    made = brought(town, FILE.replace(";Ławki;0", ";Ławki;1").replace(";Drzewa;1", ";Drzewa;0"))
    assert made.differs == ("2", "3")


def test_the_same_year_again_and_the_other_district(town: Town) -> None:
    session = town.session
    for district, key in (("surat", "2019"), ("surat", "2019-2"), ("oytal", "2019")):
        with transaction(session):
            made = import_round(
                session,
                district_id=f"d-{district}",
                data=FILE.encode(),
                source="wies.pb",
                now=town.clock.now(),
            )
            assert made.key == key


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("6;19;A/3\n", "6;19;A/9\n", (30, "choice_unknown")),
        ("A/2;50;", "A/2;fifty;", (20, "not_an_amount")),
        ("num_votes;6", "num_votes;7", (8, "votes_differ")),
        ("3;28;A/1\n", "2;28;A/1\n", (27, "voter_repeated")),
        ("date_end;15.06.2019", "date_end;soon", "decisions.file_dates"),
        ("date_end;15.06.2019", "date_end;15.06.2031", "decisions.file_not_past"),
        ("budget;100.50", "budget;0", "decisions.file_budget"),
    ],
)
def test_a_wrong_file_leaves_nothing_behind(
    town: Town, old: str, new: str, expected: object
) -> None:
    session = town.session
    assert old in FILE
    with pytest.raises((BadFile, Refusal)) as why, transaction(session):
        import_round(
            session,
            district_id="d-surat",
            data=FILE.replace(old, new).encode(),
            source="wies.pb",
            now=town.clock.now(),
        )
    found = why.value
    said = (found.line, found.code) if isinstance(found, BadFile) else found.code
    assert said == expected
    assert rounds_of(session, district_id="d-surat") == []
    assert session.exec(select(Round)).all() == []
