"""What holds for every election that most-votes can be given."""

from hypothesis import given
from hypothesis import strategies as st

from app.counting import most_votes
from app.counting.election import Ballot, Election, Project
from app.counting.outcome import Outcome, Verdict

seeds = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=8)


@st.composite
def elections(draw: st.DrawFn) -> Election:
    ids = draw(st.lists(st.sampled_from("abcdefgh12"), min_size=1, max_size=8, unique=True))
    # Few different costs and votes, so that ties of both kinds are common.
    costs = st.sampled_from([0, 1, 2, 3, 5, 8, 13, 10**15])
    projects = tuple(Project(p, draw(costs), draw(st.integers(0, 9)) == 0) for p in ids)
    ballots = st.tuples(st.frozensets(st.sampled_from(ids)), st.integers(0, 3))
    return Election(
        budget=draw(st.integers(0, 40)),
        projects=projects,
        ballots=tuple(draw(st.lists(ballots, max_size=12))),
        threshold=draw(st.integers(0, 4)),
        seed=draw(seeds),
    )


@given(elections())
def test_never_more_is_spent_than_there_is_and_the_account_adds_up(election: Election) -> None:
    outcome = most_votes.count(election)
    costs = {p.id: p.cost for p in election.projects}
    assert outcome.total_cost == sum(costs[p] for p in outcome.selected) <= election.budget
    left = election.budget
    for step in outcome.steps:
        assert step.left_before == left
        left -= step.cost if step.verdict is Verdict.FUNDED else 0
        assert step.left_after == left
    assert left == election.budget - outcome.total_cost


@given(elections())
def test_every_project_has_exactly_one_step_with_a_reason_that_is_true(election: Election) -> None:
    outcome = most_votes.count(election)
    votes = election.votes()
    projects = {p.id: p for p in election.projects}
    assert sorted(s.project for s in outcome.steps) == sorted(projects)
    for step in outcome.steps:
        project = projects[step.project]
        assert step.votes == votes[project.id]
        runs = not project.withdrawn and project.cost > 0
        match step.verdict:
            case Verdict.FUNDED:
                assert runs
                assert step.votes >= election.threshold
                assert project.cost <= step.left_before
            case Verdict.TOO_DEAR:
                assert step.left_before + step.missing == project.cost > step.left_before
            case Verdict.BELOW_THRESHOLD:
                assert runs
                assert step.votes < election.threshold
            case Verdict.WITHDRAWN:
                assert project.withdrawn
            case Verdict.NO_COST:
                assert project.cost == 0
            case Verdict.AFTER_STOP:
                raise AssertionError("most-votes never stops")


@given(elections())
def test_nobody_with_fewer_votes_is_asked_before(election: Election) -> None:
    votes = [step.votes for step in most_votes.count(election).steps]
    assert votes == sorted(votes, reverse=True)


@given(elections(), st.randoms(use_true_random=False))
def test_the_order_of_projects_and_ballots_changes_no_byte(
    election: Election, random: object
) -> None:
    projects, ballots = list(election.projects), list(election.ballots)
    random.shuffle(projects)  # type: ignore[attr-defined]
    random.shuffle(ballots)  # type: ignore[attr-defined]
    shuffled = Election(
        election.budget, tuple(projects), tuple(ballots), election.threshold, election.seed
    )
    assert shuffled == election
    assert most_votes.count(shuffled).to_json() == most_votes.count(election).to_json()


@given(elections())
def test_ballots_one_by_one_or_equal_ones_together_count_the_same(election: Election) -> None:
    one_by_one: list[Ballot] = [b for b, times in election.ballots for _ in range(times)]
    apart = Election.of(
        budget=election.budget,
        projects=reversed(election.projects),
        ballots=reversed(one_by_one),
        threshold=election.threshold,
        seed=election.seed,
    )
    assert apart.voters == len(one_by_one)
    assert most_votes.count(apart).to_json() == most_votes.count(election).to_json()


@given(elections(), st.sampled_from([2, 7, 100, 10**12]))
def test_counting_in_smaller_coins_changes_no_decision(election: Election, coins: int) -> None:
    def decided(outcome: Outcome) -> list[tuple[object, ...]]:
        return [(s.project, s.verdict, s.tied_with, s.tie_broken_by, s.draw) for s in outcome.steps]

    smaller = Election(
        election.budget * coins,
        tuple(Project(p.id, p.cost * coins, p.withdrawn) for p in election.projects),
        election.ballots,
        election.threshold,
        election.seed,
    )
    before, after = most_votes.count(election), most_votes.count(smaller)
    assert decided(after) == decided(before)
    assert after.total_cost == before.total_cost * coins


@given(elections(), seeds)
def test_the_seed_moves_only_what_votes_and_cost_leave_open(election: Election, seed: str) -> None:
    other = Election(election.budget, election.projects, election.ballots, election.threshold, seed)
    steps, again = most_votes.count(election).steps, most_votes.count(other).steps
    assert [(s.votes, s.cost) for s in steps] == [(s.votes, s.cost) for s in again]


@given(elections())
def test_an_outcome_comes_back_from_its_own_text(election: Election) -> None:
    outcome = most_votes.count(election)
    assert Outcome.from_json(outcome.to_json()) == outcome
