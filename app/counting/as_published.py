"""Replaying a published election by its own rule and holding the winners against its own."""

from dataclasses import dataclass

from app.counting import most_votes, score
from app.counting.outcome import Outcome
from app.counting.pb_file import PbFile

RULE = "as-published"

# `greedy-exclusive` keeps rival projects apart; which ones, a file can only say in words, so the
# replay is the plain rule and tells what differs.
GREEDY = frozenset({"greedy", "greedy-threshold", "greedy-no-skip", "greedy-exclusive"})
NO_SKIP = "greedy-no-skip"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`published` is None where the file names no winners; then there is nothing to differ."""

    outcome: Outcome
    published: frozenset[str] | None

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
    if file.rule in GREEDY:
        return None
    if file.rule in ("", "unknown"):
        return "the file does not say by which rule it was counted"
    if file.rule == "greedy-custom":
        return "the file's rule is a city's own and described in words only: greedy-custom"
    return f"rule not supported by this version: {file.rule}"


def replay(file: PbFile, *, seed: str = "") -> Comparison:
    """Count by the file's own rule and threshold; ValueError where `why_not_replayed` objects."""
    objection = why_not_replayed(file)
    if objection:
        raise ValueError(objection)
    outcome = most_votes.count(
        file.election(seed=seed),
        points=score.points(file),
        rule=file.rule,
        stop_when_one_does_not_fit=file.rule == NO_SKIP,
    )
    return Comparison(outcome, file.selected())


def recount_differs(file: PbFile) -> tuple[str, ...]:
    """Projects whose published `votes` or `score` are not what the ballots add up to, sorted."""
    votes = file.election().votes()
    points = score.points(file)
    wrong = {p for p, published in file.published("votes").items() if published != votes[p]}
    if points is not None:
        wrong |= {p for p, published in file.published("score").items() if published != points[p]}
    return tuple(sorted(wrong))
