"""Counting a round once, and the file that anyone counts again."""

import json
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlmodel import Session, select

from app.core.database import transaction
from app.core.refusal import Refusal
from app.counting import most_votes
from app.counting.outcome import Outcome, Verdict
from app.counting.pabulib import read
from app.decisions.counting import count_round, outcome_text
from app.decisions.models import CountOutcome
from app.decisions.queries import result_of
from app.ledger.queries import entries_about
from app.proposals.models import Proposal, Status
from app.rounds.models import Stage
from tests.counted_round import CountedRound
from tests.town import Town


@pytest.fixture
def counted(town: Town) -> CountedRound:
    return CountedRound(town)


def test_the_outcome_is_what_a_hand_computes(counted: CountedRound) -> None:
    row = counted.session.get_one(CountOutcome, counted.round.id)
    outcome = Outcome.from_json(outcome_text(row))
    drawn = sorted("23", key=lambda one: sha256(f"{row.seed}\n{one}".encode()).hexdigest())
    assert [step.project for step in outcome.steps] == ["1", *drawn, "4", "5"]
    assert [(step.votes, step.verdict, step.missing) for step in outcome.steps] == [
        (4, Verdict.FUNDED, 0),
        (3, Verdict.FUNDED, 0),
        (3, Verdict.TOO_DEAR, 1_000_000),
        (2, Verdict.TOO_DEAR, 3_000_000),
        (1, Verdict.BELOW_THRESHOLD, 0),
    ]
    assert outcome.total_cost == 9_000_000
    assert outcome.steps[1].tie_broken_by == "draw"


def test_proposals_bear_their_result_and_the_record_says_why(counted: CountedRound) -> None:
    assert counted.of_status(Status.RECOMMENDED)[0].ballot_number == 1
    lost = counted.proposals[5]
    assert (lost.status, lost.votes) == (Status.NOT_RECOMMENDED, 1)
    kinds = [
        (entry.kind, entry.facts.get("why"), entry.facts.get("votes"))
        for entry in entries_about(
            counted.session, district_id="d-surat", subject=counted.proposals[5].id
        )
    ]
    assert kinds[-1] == ("decisions.not_recommended", "below_threshold", 1)
    about = entries_about(counted.session, district_id="d-surat", subject=counted.round.id)
    assert about[-1].kind == "decisions.counted"
    assert about[-1].facts["n"] == 5


def test_the_published_file_recounts_to_the_same_bytes(counted: CountedRound) -> None:
    row = counted.session.get_one(CountOutcome, counted.round.id)
    assert sha256(row.ballots_pb.encode()).hexdigest() == row.ballots_sha256
    assert len(row.ballots_pb.encode()) == row.ballots_size
    file = read(row.ballots_pb.encode())
    again = most_votes.count(file.election(seed=row.seed))
    assert again.to_json() == outcome_text(row)
    assert again.digest == row.outcome_sha256
    assert file.selected() == frozenset(again.selected)


def test_the_file_tells_nothing_of_voters(counted: CountedRound) -> None:
    row = counted.session.get_one(CountOutcome, counted.round.id)
    votes = row.ballots_pb.split("VOTES\n")[1].splitlines()
    assert votes[0] == "voter_id;vote"
    people = counted.session.exec(select(Proposal.person_id)).all()
    assert not any(str(person) in row.ballots_pb for person in people)
    assert "Дауыс Беруші" not in row.ballots_pb
    ids = [line.split(";")[0] for line in votes[1:]]
    assert ids == sorted(ids)
    assert len(set(ids)) == 5


def test_counting_twice_stores_once(counted: CountedRound) -> None:
    session = counted.session
    first = session.get_one(CountOutcome, counted.round.id)
    entries = len(entries_about(session, district_id="d-surat", subject=counted.round.id))
    with transaction(session):
        again = count_round(
            session,
            district_id="d-surat",
            round_id=counted.round.id,
            now=counted.town.clock.now() + timedelta(days=1),
        )
        assert (again.at, again.ballots_sha256) == (first.at, first.ballots_sha256)
    assert len(session.exec(select(CountOutcome)).all()) == 1
    about = entries_about(session, district_id="d-surat", subject=counted.round.id)
    assert len(about) == entries


def test_nothing_is_counted_before_its_time(town: Town) -> None:
    waiting = CountedRound(town, count=False)
    session, of = waiting.session, waiting.round

    def code() -> str:
        with pytest.raises(Refusal) as why, transaction(session):
            count_round(session, district_id="d-surat", round_id=of.id, now=town.clock.now())
        return why.value.code

    assert code() == "decisions.too_early"
    waiting.to(Stage.COUNTING)
    assert code() == "decisions.too_early"
    waiting.to(Stage.RESULTS)
    assert code() == "decisions.not_sealed"
    assert result_of(session, district_id="d-surat", round_id=of.id) is None


def test_another_district_does_not_count_it(counted: CountedRound) -> None:
    session = counted.session
    with pytest.raises(Refusal) as why, transaction(session):
        count_round(
            session,
            district_id="d-oytal",
            round_id=counted.round.id,
            now=counted.town.clock.now(),
        )
    assert why.value.code == "decisions.no_round"
    assert result_of(session, district_id="d-oytal", round_id=counted.round.id) is None
    assert result_of(session, district_id="d-surat", round_id=counted.round.id) is not None


def test_the_seed_hangs_on_the_ballots_and_not_on_their_order(town: Town, session: Session) -> None:
    from app.decisions.ballot_file import ballots_digest

    here = [((1, 2), 2), ((3,), 1)]
    assert ballots_digest(here) == ballots_digest([((3,), 1), ((2, 1), 1), ((1, 2), 1)])
    assert ballots_digest(here) != ballots_digest([((1, 2), 1), ((3,), 2)])


def test_an_outcome_cannot_be_changed(counted: CountedRound) -> None:
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    with pytest.raises(DBAPIError), transaction(counted.session):
        counted.session.connection().execute(text("UPDATE count_outcome SET seed = 'x'"))
    row = counted.session.get_one(CountOutcome, counted.round.id)
    assert json.loads(outcome_text(row))["seed"] == row.seed
