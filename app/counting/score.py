"""Points per project where ballots carry points or ranks, the way published files add them up."""

from collections import Counter

from app.counting.pb_file import WITH_POINTS, PbFile, VoteType


def points(file: PbFile) -> dict[str, int] | None:
    """Project id → points; None where ballots only approve and votes are what counts.

    Cumulative and scoring: the sum of the points given. Scoring with a `default_score` in META:
    that much from every ballot which does not name the project. Ordinal (Borda): the first place
    of a ballot earns `max_length` points, or the ballot's own length where META sets none, and
    every further place one less; a project named twice keeps its better place.
    """
    ballots = marked_ballots(file)
    if ballots is None:
        return None
    totals = {line.id: 0 for line in file.projects}
    for marks, times in ballots:
        for project, given in marks.items():
            totals[project] += given * times
    return totals


def marked_ballots(file: PbFile) -> list[tuple[dict[str, int], int]] | None:
    """What every ballot gives to which project, equal ballots together; None as for `points`."""
    if file.vote_type not in WITH_POINTS and file.vote_type is not VoteType.ORDINAL:
        return None
    together = Counter((vote.choices, vote.points) for vote in file.votes)
    return [(_marks(file, choices, given), times) for (choices, given), times in together.items()]


def _marks(file: PbFile, choices: tuple[str, ...], given: tuple[int, ...]) -> dict[str, int]:
    if file.vote_type is VoteType.ORDINAL:
        places = tuple(dict.fromkeys(choices))
        first = file.max_length or len(places)
        return {project: first - place for place, project in enumerate(places)}
    marks = dict.fromkeys(choices, 0)
    for project, number in zip(choices, given, strict=True):
        marks[project] += number
    if file.default_score:
        for line in file.projects:
            marks.setdefault(line.id, file.default_score)
    return marks
