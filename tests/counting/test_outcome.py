"""The account's bytes: what was published once must be the same text for ever."""

import json
from hashlib import sha256

import pytest

from app.counting import most_votes
from app.counting.election import Election, Project
from app.counting.outcome import Outcome, amount_text, amount_units

ELECTION = Election.of(
    budget=12_500_000,
    projects=[
        Project("жарық", 4_000_000),
        Project("құдық", 4_000_000),
        Project("мектеп", 7_000_000),
        Project("ескі", 6_000_000, withdrawn=True),
    ],
    ballots=[["жарық", "құдық"], ["құдық", "жарық"], ["мектеп"], ["мектеп", "ескі"], []],
    threshold=2,
    seed="2026",
)

GOLDEN = (
    '{"budget":"12500000","decimals":0,"format":1,"measure":"votes","rule":"most-votes",'
    '"seed":"2026","selected":["жарық","құдық"],"steps":[{"cost":"4000000",'
    '"draw":"279ee04beea5aa31f2082320927966774cfe09fec5c03d9f6dbd35b0cee175aa",'
    '"left_after":"8500000","left_before":"12500000","missing":"0","project":"құдық",'
    '"supporters":2,"tie_broken_by":"draw","tied_with":["жарық","мектеп"],"verdict":"funded",'
    '"votes":2},{"cost":"4000000",'
    '"draw":"6a8a9f67e65afe1c98cc3f79bb51e68791533ff63fc4f23cf8326b9b9c5b39e4",'
    '"left_after":"4500000","left_before":"8500000","missing":"0","project":"жарық",'
    '"supporters":2,"tie_broken_by":"draw","tied_with":["мектеп","құдық"],"verdict":"funded",'
    '"votes":2},{"cost":"7000000","draw":null,"left_after":"4500000","left_before":"4500000",'
    '"missing":"2500000","project":"мектеп","supporters":2,"tie_broken_by":"cost",'
    '"tied_with":["жарық","құдық"],"verdict":"too_dear","votes":2},{"cost":"0",'
    '"draw":null,"left_after":"4500000","left_before":"4500000","missing":"0","project":"ескі",'
    '"supporters":1,"tie_broken_by":null,"tied_with":[],"verdict":"withdrawn","votes":1}],'
    '"threshold":2,"total_cost":"8000000","voters":5}'
)
DIGEST = "e9d2dbd4496e2142bdeb630bbded79307d5399ffd0ec1c69205b01aa194219c4"


def test_the_bytes_of_an_account_never_change() -> None:
    outcome = most_votes.count(ELECTION)
    assert outcome.to_json() == GOLDEN
    assert outcome.digest == DIGEST
    assert sha256(outcome.to_json().encode()).hexdigest() == DIGEST


def test_the_account_is_canonical_json() -> None:
    text = most_votes.count(ELECTION).to_json()
    again = json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert again == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"decimals":0}',
        GOLDEN.replace('"total_cost":"', '"total_cost":"0'),
        GOLDEN.replace('"voters":5', '"voters": 5'),
        GOLDEN.replace('"verdict":"funded"', '"verdict":"bought"'),
        GOLDEN.replace('"format":1', '"format":2'),
    ],
)
def test_any_other_text_is_no_outcome(text: str) -> None:
    assert Outcome.from_json(GOLDEN).digest == DIGEST
    with pytest.raises(ValueError, match=r".+"):
        Outcome.from_json(text)


@pytest.mark.parametrize(
    ("number", "decimals", "text"),
    [
        (0, 0, "0"),
        (12_500_000, 0, "12500000"),
        (1250, 2, "12.5"),
        (1205, 2, "12.05"),
        (5, 2, "0.05"),
        (1200, 2, "12"),
        (0, 3, "0"),
    ],
)
def test_amounts_are_their_shortest_decimal_text(number: int, decimals: int, text: str) -> None:
    assert amount_text(number, decimals) == text
    assert amount_units(text, decimals) == number
