"""The rule and its parameters in a file's comment: written, read back, followed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.counting import as_published, recipe
from app.counting.asked import COMPLETIONS, COUNTED_BY, UTILITIES, Asked, CannotCount, count
from app.counting.pabulib import read
from tests.counting.villages import VILLAGE

FULL = Asked(
    rule="equal-shares",
    utility="number",
    completion="add1",
    step_money="0.5",
    stop_when_exhaustive=True,
    seed='0a1b, it\'s "2026" Сұрат',
    exclusive=(("1", "2"), ("7", "9", "a b")),
    decided=(("2", "1"),),
)
SAID = (
    "#1: counted with: asar count FILE.pb --rule equal-shares --utility number --completion add1 "
    "--step-money 0.5 --stop-when-exhaustive --exclusive 1,2 --exclusive '7,9,a b' --decided 2,1 "
    "--seed '0a1b, it'\"'\"'s \"2026\" Сұрат'"
)


def test_the_remark_is_the_command_that_counts_the_file() -> None:
    assert recipe.remark(FULL) == SAID
    assert recipe.asked_by(SAID) == FULL
    assert recipe.remark(Asked()) == "#1: counted with: asar count FILE.pb --rule most-votes"


def test_it_is_found_among_other_remarks() -> None:
    comment = f"#1: Prices are of May. {recipe.remark(FULL, number=2)} #3: Printed in Surat."
    assert recipe.asked_by(comment) == FULL
    assert recipe.asked_by("#1: counted by hand") is None
    assert recipe.asked_by("") is None


@pytest.mark.parametrize(
    "words",
    ["--rule phragmen", "--step 5", "--rule", "--seed 'open", "--part Сұрат", "--step-share 0"],
)
def test_what_cannot_be_followed_is_not_guessed(words: str) -> None:
    with pytest.raises(CannotCount):
        recipe.asked_by(f"#1: {recipe.COMMAND}{words}")


def test_a_seed_that_would_not_come_back_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be told"):
        recipe.remark(Asked(seed="two\nlines"))


ids = st.text(st.sampled_from("ab1қ-/'\" "), min_size=1, max_size=4).filter(
    lambda text: text == " ".join(text.split())
)
groups = st.lists(st.lists(ids, min_size=2, max_size=3).map(tuple), max_size=2).map(tuple)


@given(
    st.builds(
        Asked,
        rule=st.sampled_from(COUNTED_BY),
        utility=st.sampled_from(UTILITIES),
        completion=st.sampled_from(COMPLETIONS),
        step_share=st.sampled_from(["", "0.001", "0.25"]),
        stop_when_exhaustive=st.booleans(),
        seed=ids | st.just(""),
        exclusive=groups,
        parts=st.lists(st.tuples(ids, st.sampled_from(["1", "2.5"])), max_size=2).map(tuple),
        decided=groups,
    )
)
def test_whatever_was_asked_comes_back_from_the_comment(asked: Asked) -> None:
    assert recipe.asked_by(recipe.remark(asked)) == asked


def test_as_published_follows_the_comment_of_the_file() -> None:
    asked = Asked(rule="equal-shares", seed="s", exclusive=(("1", "3"),))
    meta = f'rule;unknown\ncomment;"{recipe.remark(asked)}"'
    text = VILLAGE.replace("rule;unknown", meta)
    file = read(text.encode())
    replayed = as_published.replay(file)
    assert replayed.outcome == count(file, asked)
    # By hand: the road's six buy it, the well leaves with it, the park's five have nothing; the
    # share grows to 180, and the park is bought too: 1 000 spent, nothing left out with votes.
    assert replayed.outcome.selected == ("1", "2")
    assert replayed.only_here == ("2",)
    assert replayed.only_published == ("3",)


def test_a_guaranteed_part_is_for_the_place_in_neighborhood() -> None:
    text = VILLAGE.replace("votes;name;selected", "votes;name;neighborhood")
    for old, new in (("Жол;1", "Жол;Сұрат"), ("парк;0", "парк"), ("Құдық;1", "Құдық;Жаңаауыл")):
        text = text.replace(old, new)
    file = read(text.replace("Саябақ;0", "Саябақ;Сұрат").encode())
    # By hand: 300 are kept for the new village, which buys the well. The road leaves 100 of 700.
    outcome = count(file, Asked(parts=(("Жаңаауыл", "300"),)))
    assert outcome.selected == ("1", "3")
    assert count(file, Asked()).selected == ("1", "2")
    with pytest.raises(CannotCount, match="no project of the file has the neighborhood"):
        count(file, Asked(parts=(("Жоқ", "300"),)))
    with pytest.raises(CannotCount, match="no guaranteed parts"):
        count(file, Asked(rule="equal-shares", parts=(("Жаңаауыл", "300"),)))


def test_ties_left_to_a_commission_are_named_until_it_has_decided() -> None:
    text = VILLAGE.replace("2;400", "2;600").replace("f;1", "f;3")
    file = read(text.encode())
    asked = Asked(decided=(("9", "8"),))
    with pytest.raises(CannotCount, match="1, 2"):
        count(file, asked)
    for order, wins in ((("1", "2"), "1"), (("2", "1"), "2")):
        outcome = count(file, Asked(decided=(order,)))
        assert outcome.selected == tuple(sorted((wins, "3")))


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        (Asked(), "greedy"),
        (Asked(exclusive=(("1", "2"),)), "greedy-exclusive"),
        (Asked(parts=(("Сұрат", "1"),)), "greedy-custom"),
        (Asked(rule="equal-shares", completion="none"), "equalshares"),
        (Asked(rule="equal-shares"), "unknown"),
        (Asked(rule="equal-shares", completion="none", utility="number"), "unknown"),
    ],
)
def test_pabulibs_own_name_for_the_rule_claims_no_more_than_it_means(
    asked: Asked, name: str
) -> None:
    assert recipe.pabulib_rule(asked) == name


def test_a_threshold_has_a_name_of_its_own_only_under_most_votes() -> None:
    assert recipe.pabulib_rule(Asked(), threshold=2) == "greedy-threshold"
    plain = Asked(rule="equal-shares", completion="none")
    assert recipe.pabulib_rule(plain, threshold=2) == "unknown"


@pytest.mark.parametrize(
    "asked",
    [
        Asked(seed="s", exclusive=(("1", "2"),), decided=(("1", "2"),)),
        Asked(rule="equal-shares"),
        Asked(rule="equal-shares", completion="none", utility="number", seed="s"),
        Asked(rule="equal-shares", completion="add1", step_share="0.25"),
        Asked(rule="equal-shares", step_money="5", stop_when_exhaustive=True),
    ],
)
def test_an_outcome_says_what_was_asked(asked: Asked) -> None:
    outcome = count(read(VILLAGE.encode()), asked)
    assert recipe.of_outcome(outcome) == asked
