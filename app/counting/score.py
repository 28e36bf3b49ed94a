"""Points per project where ballots carry points or ranks, the way published files add them up."""

from app.counting.pb_file import WITH_POINTS, PbFile, VoteType


def points(file: PbFile) -> dict[str, int] | None:
    """Project id → points; None where ballots only approve and votes are what counts.

    Cumulative and scoring: the sum of the points given. Scoring with a `default_score` in META:
    that much from every ballot which does not name the project. Ordinal (Borda): the first place
    of a ballot earns `max_length` points, or the ballot's own length where META sets none, and
    every further place one less; a project named twice keeps its better place.
    """
    totals = {line.id: 0 for line in file.projects}
    if file.vote_type in WITH_POINTS:
        for vote in file.votes:
            for project, given in zip(vote.choices, vote.points, strict=True):
                totals[project] += given
            if file.default_score:
                for project in totals.keys() - set(vote.choices):
                    totals[project] += file.default_score
        return totals
    if file.vote_type is VoteType.ORDINAL:
        for ballot in file.ballots():
            first = file.max_length or len(ballot)
            for place, project in enumerate(ballot):
                totals[project] += first - place
        return totals
    return None
