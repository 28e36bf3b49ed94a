"""Points per project where ballots carry points or ranks, the way published files add them up."""

from collections import Counter
from collections.abc import Callable

from app.counting.pb_file import WITH_POINTS, PbFile, VoteType

Marked = list[tuple[dict[str, int], int]]


def points(file: PbFile) -> dict[str, int] | None:
    """Project id → points; None where ballots only approve and votes are what counts.

    Cumulative and scoring: the sum of the points given. Scoring with a `default_score` in META:
    that much from every ballot which does not name the project. Ordinal (Borda): the first place
    of a ballot earns `max_length` points, or the ballot's own length where META sets none, and
    every further place one less; a project named twice keeps its better place. Where the file's
    own `score` is what another first place makes (the ballot's length, the number of projects),
    that one is taken.
    """
    ballots = marked_ballots(file)
    return None if ballots is None else _totals(file, ballots)


def marked_ballots(file: PbFile) -> Marked | None:
    """What every ballot gives to which project, equal ballots together; None as for `points`."""
    if file.vote_type in WITH_POINTS:
        given = Counter((vote.choices, vote.points) for vote in file.votes)
        return [(_given(file, *ballot), times) for ballot, times in given.items()]
    if file.vote_type is VoteType.ORDINAL:
        return _ranked(file)
    return None


def _given(file: PbFile, choices: tuple[str, ...], given: tuple[int, ...]) -> dict[str, int]:
    marks = dict.fromkeys(choices, 0)
    for project, number in zip(choices, given, strict=True):
        marks[project] += number
    if file.default_score:
        for line in file.projects:
            marks.setdefault(line.id, file.default_score)
    return marks


def _ranked(file: PbFile) -> Marked:
    together = Counter(file.ballots())

    def earned(first: Callable[[tuple[str, ...]], int]) -> Marked:
        return [
            ({one: first(ballot) - place for place, one in enumerate(ballot)}, times)
            for ballot, times in together.items()
        ]

    usual = earned((lambda _: file.max_length) if file.max_length else len)
    published = file.published("score")
    for ballots in (usual, earned(len), earned(lambda _: len(file.projects))):
        totals = _totals(file, ballots)
        if all(totals[project] == score for project, score in published.items()):
            return ballots
    return usual


def _totals(file: PbFile, ballots: Marked) -> dict[str, int]:
    totals = {line.id: 0 for line in file.projects}
    for marks, times in ballots:
        for project, given in marks.items():
            totals[project] += given * times
    return totals
