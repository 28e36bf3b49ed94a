"""Two outcomes and the voters between them, counted by hand."""

from app.counting import equal_shares, most_votes
from app.counting.compare import OutcomesCompared, Preferred, compare
from app.counting.election import Election, Project

ELECTION = Election(
    budget=100,
    projects=(Project("a", 60), Project("b", 35), Project("c", 30), Project("d", 20)),
    ballots=(
        (frozenset("a"), 5),
        (frozenset("bc"), 3),
        (frozenset("ad"), 1),
        (frozenset("acd"), 1),
        (frozenset("c"), 2),
        (frozenset(), 7),
    ),
)


def test_every_voter_with_a_choice_is_counted_once() -> None:
    # Most votes: a (7 votes), c (6); then neither b nor d fits into 10. Equal Shares for 12 people
    # with 8.33 each: a would need 8.57, only 58.33 of 60 are there; c at 5; then d has 8.33 + 3.33
    # of 20 and b 10 of 35.
    first, second = most_votes.count(ELECTION), equal_shares.count(ELECTION, completion="none")
    assert (first.selected, second.selected) == (("a", "c"), ("c",))
    # By number: a, ad, acd get more under the first, bc and c as much under both.
    assert compare(first, second, ELECTION) == OutcomesCompared(
        voters=12,
        by_number=Preferred(first=7, second=0, same=5),
        by_cost=Preferred(first=7, second=0, same=5),
        nothing_first=0,
        nothing_second=6,
        nothing_both=0,
        chosen_first=5 + 3 + 1 + 2 + 2,
        chosen_second=3 + 1 + 2,
    )


def test_more_projects_and_dearer_projects_are_not_the_same() -> None:
    # bcd against a, by somebody who chose all four: three projects, but 85 against 60.
    election = Election(
        budget=85,
        projects=ELECTION.projects,
        ballots=((frozenset("abcd"), 3), (frozenset("ab"), 2), (frozenset("a"), 9)),
    )
    one = most_votes.count(election)
    assert one.selected == ("a", "d")
    other = most_votes.count(election, points={"a": 0, "b": 3, "c": 2, "d": 1})
    assert other.selected == ("b", "c", "d")
    found = compare(one, other, election)
    # abcd: 2 projects of 80 against 3 of 85. ab: one of 60 against one of 35. a: 60 against none.
    assert found.by_number == Preferred(first=9, second=3, same=2)
    assert found.by_cost == Preferred(first=11, second=3, same=0)
    assert (found.nothing_first, found.nothing_second, found.nothing_both) == (0, 9, 0)
