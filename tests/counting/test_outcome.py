"""The account's bytes: what was published once must be the same text for ever."""

import json
from hashlib import sha256

import pytest

from app.counting import equal_shares, most_votes
from app.counting.commission import Commission
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


# The richer account: the example with eight voters of test_equal_shares, with decimals, a rival, a
# commission and one empty ballot. б lacks 0.03 of 40 in the end: 2 · 13.325 + 13.325 = 39.975.
RICHER = Election.of(
    budget=120_00,
    decimals=2,
    seed="2026",
    threshold=1,
    projects=[*(Project(p, 40_00) for p in "абвг"), Project("д", 5_00)],
    ballots=["вг", "вг", "вг", "аб", "аб", "ав", "ав", "бг", ""],
    exclusions=["бд"],
)
RICHER_GOLDEN = (
    '{"budget":"120","decided":[["б","в"]],"decimals":2,"exclusions":[["б","д"]],"format":2,'
    '"guarantees":{},"measure":"votes","rule":"equal-shares","seed":"2026","selected":["а",'
    '"в","г"],"shares":{"ballots":8,"completion":"add1u","ended":"over","first":"1500/1",'
    '"increases":555,"share":"4665/2","share_amount":"23.325","step_money":null,"step_share":'
    '"1/1000","stop_when_exhaustive":false,"utility":"number"},"steps":[{"backing":'
    '{"effective_votes":"5","had":"116.62","payers":[[5,"40"],[0,"0"],[0,"0"],[0,"0"],[0,'
    '"0"],[0,"0"]],"price":"800/1","price_amount":"8","short_after":null,"support":"1",'
    '"takers":[],"turn":1},"cost":"40","draw":null,"left_after":"80","left_before":"120",'
    '"missing":"0","paid_from":"shares","part":null,"project":"в","rival":null,"supporters":'
    '5,"tie_broken_by":null,"tied_with":[],"verdict":"funded","votes":5},{"backing":'
    '{"effective_votes":"4","had":"69.3","payers":[[4,"40"],[0,"0"],[0,"0"],[0,"0"],[0,"0"],'
    '[0,"0"]],"price":"1000/1","price_amount":"10","short_after":null,"support":"1","takers":'
    '[],"turn":2},"cost":"40","draw":null,"left_after":"40","left_before":"80","missing":"0",'
    '"paid_from":"shares","part":null,"project":"г","rival":null,"supporters":4,'
    '"tie_broken_by":null,"tied_with":["а"],"verdict":"funded","votes":4},{"backing":'
    '{"effective_votes":"4","had":"77.3","payers":[[4,"40"],[0,"0"],[0,"0"],[0,"0"],[0,"0"],'
    '[0,"0"]],"price":"1000/1","price_amount":"10","short_after":null,"support":"1","takers":'
    '[],"turn":3},"cost":"40","draw":null,"left_after":"0","left_before":"40","missing":"0",'
    '"paid_from":"shares","part":null,"project":"а","rival":null,"supporters":4,'
    '"tie_broken_by":null,"tied_with":[],"verdict":"funded","votes":4},{"backing":'
    '{"effective_votes":null,"had":"39.97","payers":[],"price":null,"price_amount":null,'
    '"short_after":3,"support":"0.9992","takers":[["а","20"],["г","10"]],"turn":null},"cost":'
    '"40","draw":null,"left_after":"0","left_before":"0","missing":"40","paid_from":null,'
    '"part":null,"project":"б","rival":null,"supporters":3,"tie_broken_by":null,"tied_with":'
    '[],"verdict":"too_dear","votes":3},{"backing":null,"cost":"5","draw":null,"left_after":'
    '"0","left_before":"0","missing":"0","paid_from":null,"part":null,"project":"д","rival":'
    'null,"supporters":0,"tie_broken_by":null,"tied_with":[],"verdict":"below_threshold",'
    '"votes":0}],"threshold":1,"total_cost":"120","voters":9}'
)
RICHER_DIGEST = "8fff8ac5765466f24ae7f49fb09138fe4ff4d2a431826f518e413eff7b27de44"


def test_the_bytes_of_a_richer_account_never_change() -> None:
    outcome = equal_shares.count(RICHER, utility="number", commission=Commission((("б", "в"),)))
    assert outcome.to_json() == RICHER_GOLDEN
    assert outcome.digest == RICHER_DIGEST
    assert Outcome.from_json(RICHER_GOLDEN) == outcome
    for broken in (
        RICHER_GOLDEN.replace('"format":2', '"format":1'),
        RICHER_GOLDEN.replace('"share":"4665/2"', '"share":"9330/4"'),
        RICHER_GOLDEN.replace('"support":"0.9992"', '"support":"1"'),
        RICHER_GOLDEN.replace('"price":"800/1"', '"price":"800/0"'),
    ):
        with pytest.raises(ValueError, match="account"):
            Outcome.from_json(broken)


def test_an_account_without_anything_new_stays_in_the_first_format() -> None:
    assert most_votes.count(ELECTION).account()["format"] == 1
    rivals = Election.of(
        budget=1, projects=[Project("a", 1), Project("b", 1)], ballots=[], exclusions=["ab"]
    )
    assert most_votes.count(rivals).account()["format"] == 2
