"""Replaying a published election by its own rule and holding the winners against its own."""

from dataclasses import dataclass, replace

from app.counting import equal_shares, most_votes, recipe, score
from app.counting.asked import Asked, CannotCount, count
from app.counting.compare import OutcomesCompared, compare
from app.counting.outcome import Outcome
from app.counting.pb_file import PbFile, VoteType

RULE = "as-published"

# `greedy-exclusive` keeps rival projects apart; which ones, a file can only say in words, so the
# replay is the plain rule and tells what differs.
GREEDY = frozenset({"greedy", "greedy-threshold", "greedy-no-skip", "greedy-exclusive"})
NO_SKIP = "greedy-no-skip"
# Poznań's rule stops at the first project that does not fit. What the city then adds out of other
# money it marks with 2 and 3, which are no winners of this budget.
CUSTOM, POZNAN = "greedy-custom", "Poznań"
# Published Equal Shares elections: utility by cost, steps of one unit of the currency from the
# exact share, not stopping when exhaustive, nothing filled up.
SHARES = {
    "equalshares": "none",
    "equalshares-comparison": "none",
    "equalshares/add1": "add1",
    "equalshares/add1-comparison": "add1",
}
COMPARISON = "-comparison"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`published` is None where the file names no winners; then there is nothing to differ.

    `step`: the rule's own last step, where it has one: Equal Shares against most votes; that under
    which more voters get more of what they chose is taken, and `other` is what was not.
    """

    outcome: Outcome
    published: frozenset[str] | None
    step: OutcomesCompared | None = None
    other: Outcome | None = None

    @property
    def only_here(self) -> tuple[str, ...]:
        """Projects that won in the replay and not in the file, sorted."""
        if self.published is None:
            return ()
        return tuple(sorted(set(self.outcome.selected) - self.published))

    @property
    def only_published(self) -> tuple[str, ...]:
        """Projects that won in the file and not in the replay, sorted."""
        if self.published is None:
            return ()
        return tuple(sorted(self.published.difference(self.outcome.selected)))

    @property
    def differs(self) -> bool:
        return bool(self.only_here or self.only_published)


def why_not_replayed(file: PbFile) -> str | None:
    """An English sentence where this version cannot follow the file's rule; None where it can."""
    try:
        if recipe.asked_by(file.meta.get("comment", "")) is not None:
            return None
    except CannotCount as wrong:
        return str(wrong)
    if file.rule in GREEDY or (file.rule == CUSTOM and _is_poznan(file)):
        return None
    if file.rule in SHARES:
        if file.vote_type in (VoteType.APPROVAL, VoteType.CHOOSE_ONE):
            return None
        return f"the file does not say what points are worth to voters: {file.rule}"
    if file.rule in ("", "unknown"):
        return "the file does not say by which rule it was counted"
    if file.rule == CUSTOM:
        return f"the file's rule is a city's own and described in words only: {CUSTOM}"
    return f"rule not supported by this version: {file.rule}"


def replay(file: PbFile, *, seed: str = "") -> Comparison:
    """Count by the file's own rule and parameters; CannotCount where `why_not_replayed` objects.

    `seed` takes the place of the one that the file names.
    """
    objection = why_not_replayed(file)
    if objection:
        raise CannotCount(objection)
    asked = recipe.asked_by(file.meta.get("comment", ""))
    if asked is not None:
        return Comparison(count(file, replace(asked, seed=seed or asked.seed)), file.selected())
    if file.rule in SHARES:
        return _replay_shares(file, seed)
    outcome = most_votes.count(
        file.election(seed=seed),
        points=score.points(file),
        rule=file.rule,
        stop_when_one_does_not_fit=file.rule in (NO_SKIP, CUSTOM),
    )
    return Comparison(outcome, file.selected())


def _replay_shares(file: PbFile, seed: str) -> Comparison:
    asked = Asked(rule=equal_shares.RULE, completion=SHARES[file.rule], step_money="1", seed=seed)
    outcome = count(file, asked)
    if not file.rule.endswith(COMPARISON):
        return Comparison(outcome, file.selected())
    election = file.election(seed=seed)
    by_votes = most_votes.count(election)
    step = compare(outcome, by_votes, election)
    taken, other = outcome, by_votes
    if step.by_number.second > step.by_number.first:
        taken, other = by_votes, outcome
    return Comparison(taken, file.selected(), step, other)


def _is_poznan(file: PbFile) -> bool:
    return file.meta.get("unit", "").strip() == POZNAN


def recount_differs(file: PbFile) -> tuple[str, ...]:
    """Projects whose published `votes` or `score` are not what the ballots add up to, sorted."""
    votes = file.election().votes()
    points = score.points(file)
    wrong = {p for p, published in file.published("votes").items() if published != votes[p]}
    if points is not None:
        wrong |= {p for p, published in file.published("score").items() if published != points[p]}
    return tuple(sorted(wrong))
