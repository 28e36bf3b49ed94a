"""A round's second rule, ballots that must fit, rivals, and ties that wait for the commission."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from app.core.database import transaction
from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.counting import pabulib
from app.counting.asked import count
from app.counting.recipe import asked_by
from app.decisions.models import CountOutcome
from app.decisions.ties import decide_tie, waiting_tie
from app.ledger.queries import entries_about
from app.proposals.models import Proposal, Status
from app.proposals.rivals import rivals_of, set_rivals
from app.rounds.models import BallotMethod, CountingRule, Round, Stage, Ties
from app.tick import tick
from app.voting import rules
from app.voting.rules import Paper
from tests.counted_round import CountedRound
from tests.town import STARTS, Town

# Of 5 million, 1 and 2 cost 4 each and have three votes each; 3 and 4 cost 1 and have two each.
TWO_TIES = {1: 4_000_000, 2: 4_000_000, 3: 1_000_000, 4: 1_000_000}
EQUAL = ((1, 2), (1, 2), (1, 2), (3, 4), (3, 4))


def refused(action: Any) -> tuple[str, str]:
    with pytest.raises(Refusal) as why:
        action()
    return why.value.code, why.value.field


def counted(one: CountedRound) -> CountOutcome | None:
    found = one.session.get(CountOutcome, one.round.id)
    one.let_go()
    return found


def waits_for(one: CountedRound) -> tuple[str, ...]:
    found = waiting_tie(one.session, one.session.get_one(Round, one.round.id))
    one.let_go()
    return found


def test_ties_left_to_the_commission_wait_one_after_the_other(
    town: Town, engine: Any, keyring: Keyring
) -> None:
    one = CountedRound(
        town,
        count=False,
        prices=TWO_TIES,
        ballots=EQUAL,
        envelope=5_000_000,
        threshold=0,
        ties=Ties.COMMISSION,
    )

    def decide(*ordered: str, **over: Any) -> None:
        said = {"act_number": "7", "words_kk": "Мектепке жақын.", "words_ru": "Ближе к школе."}
        with transaction(one.session) as session:
            decide_tie(
                session,
                district_id=one.round.district_id,
                round_id=one.round.id,
                ordered=ordered,
                act_date=date(2026, 4, 30),
                by_name="Дана Омарова",
                now=town.clock.now(),
                **{**said, **over},
            )

    one.to(Stage.COUNTING)
    tick(engine, keyring, town.clock)
    assert refused(lambda: decide("1", "2")) == ("rounds.not_yet", "")
    one.to(Stage.RESULTS)
    for _ in range(2):  # a second tick says nothing twice
        tick(engine, keyring, town.clock)
        assert (waits_for(one), counted(one)) == (("1", "2"), None)
        assert {p.status for p in one.proposals.values()} == {Status.ON_BALLOT}
    assert refused(lambda: decide("1", "3")) == ("decisions.tie_order", "ordered")
    assert refused(lambda: decide("1", "2", act_number=" ")) == ("decisions.tie_act", "act_number")
    assert refused(lambda: decide("1", "2", words_ru="")) == ("decisions.tie_words", "words_ru")
    decide("2", "1")
    assert refused(lambda: decide("1", "2")) == ("decisions.no_tie", "")
    tick(engine, keyring, town.clock)  # the first tie is settled, another one waits
    assert (waits_for(one), counted(one)) == (("3", "4"), None)
    town.clock.forward(days=16)  # into the assembly: the count waits on
    tick(engine, keyring, town.clock)
    assert counted(one) is None
    decide("4", "3")
    tick(engine, keyring, town.clock)
    row = counted(one)
    assert row is not None
    assert row.outcome["selected"] == ["2", "4"]
    about = entries_about(one.session, district_id="d-surat", subject=one.round.id)
    kinds = [entry.kind for entry in about if entry.kind.startswith("decisions.")]
    assert kinds == [
        *("decisions.tied", "decisions.tie_decided") * 2,
        "decisions.counted",
    ]
    # Whoever counts the published file again needs nothing else.
    file = pabulib.read(row.ballots_pb.encode())
    asked = asked_by(file.meta["comment"])
    assert asked is not None
    assert count(file, asked).digest == row.outcome_sha256


@pytest.mark.parametrize("money", [11_000_000, 12_000_000])
def test_a_knapsack_ballot_fits_the_money_and_so_does_its_file(town: Town, money: int) -> None:
    one = CountedRound(
        town,
        count=False,
        ballots=((1, 2), (5, 2, 3), (1, 4)),
        envelope=money,
        method=BallotMethod.KNAPSACK,
        most_choices=1,  # says nothing here
        threshold=0,
    )
    # 5 + 4 + 4 million: more than both sums.
    assert refused(lambda: one.vote((1, 2, 3))) == ("voting.too_dear", "choice")
    if money == 12_000_000:
        one.vote((4, 1, 5))  # 6 + 5 + 1: to the last tenge
    else:
        assert refused(lambda: one.vote((4, 1, 5))) == ("voting.too_dear", "choice")
    one.let_go()
    one.to(Stage.RESULTS)
    row = one.count()
    file = pabulib.read(row.ballots_pb.encode())
    assert file.meta["max_sum_cost"] == str(money)
    assert "max_length" not in file.meta
    assert file.selected() == frozenset(row.outcome["selected"])
    costs = {line.id: line.project.cost for line in file.projects}
    assert all(sum(costs[id] for id in vote.choices) <= money for vote in file.votes)
    asked = asked_by(file.meta["comment"])
    assert asked is not None
    assert count(file, asked).digest == row.outcome_sha256
    assert one.session.get_one(Round, one.round.id).rules["ballot"] == {  # type: ignore[index]
        "method": "knapsack",
        "most_cost": money,
        "nudge_choices": 3,
        "changeable_until_close": True,
        "paper_overrides_online": True,
        "turnout_shown_while_open": False,
    }


@pytest.mark.parametrize(
    ("choices", "spoiled", "code"),
    [
        ((1, 2), False, None),
        ((1, 2, 3), False, "voting.mark_spoiled_dear"),
        ((), False, "voting.mark_spoiled_empty"),
        ((9,), False, "voting.not_on_ballot"),
        ((1, 2, 3), True, None),
    ],
)
def test_a_sheet_with_more_than_the_money_is_spoiled(
    choices: tuple[int, ...], spoiled: bool, code: str | None
) -> None:
    on = Paper(frozenset({1, 2, 3}), 3, {1: 5, 2: 5, 3: 1}, money=10)
    why = rules.why_not_read(choices, spoiled=spoiled, on=on)
    assert (why.code if why else None) == code


def test_rivals_are_named_in_public_until_the_list_is_frozen(
    town: Town, engine: Any, keyring: Keyring
) -> None:
    of = town.round(threshold=0)
    session = town.session
    for title, price in (("Жол", 3_000_000), ("Көпір", 3_000_000), ("Шам", 3_000_000)):
        town.proposal(of, title, price=price, status=Status.ADMITTED, ballot_number=None)
    one, two, three = "2026-0001", "2026-0002", "2026-0003"

    def name(groups: dict[str, str], **over: Any) -> tuple[str, ...]:
        said = {"words_kk": "Бір жер.", "words_ru": "Один участок.", "round_id": of.id}
        with transaction(session):
            return set_rivals(
                session,
                district_id="d-surat",
                groups=groups,
                by_name="Дана Омарова",
                now=town.clock.now(),
                **{**said, **over},
            )

    town.clock.set(STARTS[Stage.ANNOUNCED])
    assert refused(lambda: name({one: "A", two: "A"}))[0] == "rounds.not_yet"
    town.clock.set(STARTS[Stage.REVIEW])
    assert refused(lambda: name({one: "A"})) == ("rivals.alone", f"group-{one}")
    assert refused(lambda: name({"2026-0009": "A"}))[0] == "rivals.unknown"
    assert refused(lambda: name({one: "Я", two: "Я"}))[0] == "rivals.unknown"
    assert refused(lambda: name({one: "A", two: "A"}, words_kk=" ")) == ("rivals.words", "words_kk")
    assert refused(lambda: name({})) == ("rivals.nothing_changed", "")
    assert name({one: "A", two: "A"}) == (one, two)
    assert refused(lambda: name({one: "B", two: "B"}))[0] == "rivals.nothing_changed"
    assert name({two: "", three: "A"}) == (one, two, three)
    found = {p.number: p for p in town.session.exec(_all(of)).all()}
    assert [other.number for other in rivals_of(session, proposal=found[one])] == [three]
    about = entries_about(session, district_id="d-surat", subject=found[two].id)
    assert [(e.kind, e.facts.get("rivals"), e.facts.get("rivals_before")) for e in about] == [
        ("proposals.rivals_set", one, None),
        ("proposals.rivals_lifted", None, one),
    ]
    session.rollback()
    town.clock.set(STARTS[Stage.VOTING])
    tick(engine, keyring, town.clock)
    frozen = session.get_one(Round, of.id, populate_existing=True)
    numbers = {p.number: p.ballot_number for p in town.session.exec(_all(of)).all()}
    assert frozen.rules is not None
    assert frozen.rules["counting"]["rivals"] == [sorted((numbers[one], numbers[three]))]
    session.rollback()
    assert refused(lambda: name({one: ""}))[0] == "rounds.frozen"


def _all(of: Round) -> Any:
    return select(Proposal).where(Proposal.round_id == of.id)


def test_equal_shares_and_rivals_count_as_their_own_file_says(town: Town) -> None:
    one = CountedRound(
        town,
        threshold=0,
        counting_rule=CountingRule.EQUAL_SHARES,
        compare_rules=True,
        ballots=((1, 2), (1, 2, 3), (1, 3), (4, 5), (4, 5)),
    )
    row = one.session.get_one(CountOutcome, one.round.id)
    file = pabulib.read(row.ballots_pb.encode())
    asked = asked_by(file.meta["comment"])
    assert asked is not None
    assert asked.rule == "equal-shares"
    assert count(file, asked).digest == row.outcome_sha256
    assert row.compared is not None
