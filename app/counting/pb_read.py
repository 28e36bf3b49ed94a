"""Reading Pabulib files strictly: the first thing wrong is raised with its line, nothing guessed.

Taken as they come, because published files have them: a byte order mark, Windows line ends, blank
lines, quoted cells, spreadsheet rows padded with empty cells, amounts with decimals, the column
name `target` from before 2026, a project written twice on a ballot, ballots that break a limit of
META on money or on the fewest choices. However large a file is, it takes a bounded room.
"""

from array import array
from collections.abc import Mapping
from pathlib import Path

from app.counting.bad_file import BadFile
from app.counting.election import Project
from app.counting.pb_file import (
    WITH_POINTS,
    WITHDRAWN_COST,
    PbFile,
    PbProject,
    PbVote,
    VoteType,
)
from app.counting.pb_rows import (
    MOST_BYTES,
    Rows,
    amount,
    begin,
    decimals_of,
    exactly,
    section_of,
    too_large,
    units,
    whole,
)

# Ten times the longest published ballot; equal projects name each other in the account.
MOST_PROJECTS = 2_000
# Different ballots that are remembered, for the next voter who chose alike.
MOST_KNOWN = 50_000


def read_path(path: str | Path) -> PbFile:
    """Read a file from disk; OSError when it does not open, BadFile when it is wrong."""
    return read(bytes_of(path))


def bytes_of(path: str | Path) -> bytes:
    """The file's bytes, never more than are read; OSError, or BadFile for a file that is larger."""
    with Path(path).open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise too_large()
    return data


def read(data: bytes) -> PbFile:
    """Read the bytes of a Pabulib file; BadFile with line and code for the first thing wrong."""
    rows = Rows(data)
    meta, meta_lines = _read_meta(rows)
    vote_type = _vote_type(meta, meta_lines)
    max_length = _number(meta, meta_lines, "max_length")
    default_score = _number(meta, meta_lines, "default_score")
    columns, lines = _read_projects(rows)
    decimals = max(
        decimals_of(amount("budget", meta["budget"], meta_lines["budget"])),
        *(decimals_of(cost) for _, cost, _ in lines.values()),
        0,
    )
    projects = {
        project: PbProject(
            Project(
                project,
                units(cost, decimals),
                withdrawn=units(cost, decimals) == WITHDRAWN_COST * 10**decimals,
            ),
            fields,
        )
        for project, (_, cost, fields) in lines.items()
    }
    _same_number("projects_differ", "num_projects", meta, meta_lines, len(projects))
    vote_columns, votes = _read_votes(
        rows,
        _BallotReader(
            vote_type,
            projects,
            most=1 if vote_type is VoteType.CHOOSE_ONE else max_length,
            most_points=_number(meta, meta_lines, "max_sum_points"),
        ),
        with_points=vote_type in WITH_POINTS,
    )
    _same_number("votes_differ", "num_votes", meta, meta_lines, len(votes))
    return PbFile(
        meta=meta,
        vote_type=vote_type,
        budget=units(amount("budget", meta["budget"], meta_lines["budget"]), decimals),
        decimals=decimals,
        threshold=_threshold(meta, meta_lines),
        max_length=max_length,
        default_score=default_score if vote_type is VoteType.SCORING else 0,
        project_columns=columns,
        projects=tuple(projects.values()),
        vote_columns=vote_columns,
        votes=tuple(votes),
    )


def _read_meta(rows: Rows) -> tuple[dict[str, str], dict[str, int]]:
    columns = begin(rows, "META", ("key", "value"))
    meta: dict[str, str] = {}
    lines: dict[str, int] = {}
    for line, cells in rows.until_the_next_section():
        row = dict(zip(columns, exactly(line, cells, len(columns)), strict=True))
        key = row["key"].strip()
        if not key:
            raise BadFile(line, "key_empty")
        if key in meta:
            raise BadFile(line, "key_repeated", key=key, first=lines[key])
        meta[key] = row["value"]
        lines[key] = line
    for key in ("num_projects", "num_votes", "budget", "vote_type"):
        if key not in meta:
            raise BadFile(max(lines.values(), default=1), "key_missing", key=key)
    return meta, lines


def _vote_type(meta: dict[str, str], lines: dict[str, int]) -> VoteType:
    value = meta["vote_type"].strip()
    try:
        return VoteType(value)
    except ValueError:
        raise BadFile(lines["vote_type"], "unknown_vote_type", value=value) from None


ProjectLine = tuple[int, tuple[str, str], dict[str, str]]


def _read_projects(rows: Rows) -> tuple[tuple[str, ...], dict[str, ProjectLine]]:
    columns = begin(rows, "PROJECTS", ("project_id", "cost"))
    projects: dict[str, ProjectLine] = {}
    for line, cells in rows.until_the_next_section():
        fields = dict(zip(columns, exactly(line, cells, len(columns)), strict=True))
        project = fields["project_id"].strip()
        if not project or "," in project:
            raise BadFile(line, "project_id", value=project)
        if project in projects:
            first = projects[project][0]
            raise BadFile(line, "project_repeated", project=project, first=first)
        if len(projects) == MOST_PROJECTS:
            raise BadFile(line, "projects_too_many", most=MOST_PROJECTS)
        mark = fields.get("selected", "").strip()
        if mark not in ("", "None"):
            whole("selected", mark, line)
        projects[project] = (line, amount("cost", fields["cost"], line), fields)
    return columns, projects


def _read_votes(
    rows: Rows, ballot: "_BallotReader", *, with_points: bool
) -> tuple[tuple[str, ...], list[PbVote]]:
    needed = ("voter_id", "vote", "points") if with_points else ("voter_id", "vote")
    columns = begin(rows, "VOTES", needed)
    width, at_voter, at_vote = len(columns), columns.index("voter_id"), columns.index("vote")
    at_points = columns.index("points") if with_points else -1
    votes: list[PbVote] = []
    voters: set[str] = set()
    lines = array("Q")
    for line, cells in rows:
        if len(cells) != width:
            if section_of(cells):
                raise BadFile(line, "section_unexpected", section=section_of(cells))
            cells = exactly(line, cells, width)
        voter = cells[at_voter].strip()
        if not voter:
            raise BadFile(line, "voter_missing")
        if voter in voters:
            first = next(at for at, vote in enumerate(votes) if vote.voter == voter)
            raise BadFile(line, "voter_repeated", voter=voter, first=lines[first])
        voters.add(voter)
        lines.append(line)
        if not cells[at_vote].strip():
            raise BadFile(line, "vote_empty", voter=voter)
        choices, points = ballot.read(line, cells[at_vote], cells[at_points] if with_points else "")
        votes.append(PbVote(voter, choices, points, tuple(cells)))
    return columns, votes


Marks = tuple[tuple[str, ...], tuple[int, ...]]


class _BallotReader:
    """Ballots from their cells; the same text is worked out once, which makes large files fast."""

    def __init__(
        self,
        vote_type: VoteType,
        projects: Mapping[str, PbProject],
        *,
        most: int,
        most_points: int,
    ) -> None:
        self._known: dict[tuple[str, str], Marks] = {}
        self._vote_type = vote_type
        # One string per project, however many ballots name it.
        self._ids = {project: project for project in projects}
        self._most = most
        self._most_points = most_points

    def read(self, line: int, vote: str, points: str) -> Marks:
        found = self._known.get((vote, points))
        if found is None:
            found = self._read(line, vote, points)
            if len(self._known) < MOST_KNOWN:
                self._known[(vote, points)] = found
        return found

    def _read(self, line: int, vote: str, points: str) -> Marks:
        named = list(map(str.strip, vote.split(",")))
        for project in named:
            if not project:
                raise BadFile(line, "choice_empty", value=vote)
            if project not in self._ids:
                raise BadFile(line, "choice_unknown", project=project)
        choices = tuple([self._ids[project] for project in named])
        chosen = len(set(choices))
        if self._most and chosen > self._most:
            raise BadFile(line, "choices_too_many", found=chosen, most=self._most)
        if self._vote_type not in WITH_POINTS:
            return choices, ()
        given = points.split(",") if points.strip() else []
        if len(given) != len(choices):
            raise BadFile(line, "points_count", found=len(given), expected=len(choices))
        numbers = tuple(whole("points", text, line) for text in given)
        if self._vote_type is VoteType.CUMULATIVE:
            for number, text in zip(numbers, given, strict=True):
                if number < 0:
                    raise BadFile(line, "not_a_whole_number", key="points", value=text.strip())
        if self._most_points and sum(numbers) > self._most_points:
            raise BadFile(line, "points_too_many", found=sum(numbers), most=self._most_points)
        return choices, numbers


def _number(meta: dict[str, str], lines: dict[str, int], key: str) -> int:
    """A whole number that META may leave out or empty: 0 then."""
    return whole(key, meta[key], lines[key]) if meta.get(key, "").strip() else 0


def _threshold(meta: dict[str, str], lines: dict[str, int]) -> int:
    """The least number of votes or points that can win; a part of one is one more."""
    key = "min_project_score_threshold"
    if not meta.get(key, "").strip():
        return 0
    whole, rest = amount(key, meta[key], lines[key])
    return int(whole) + bool(rest)


def _same_number(
    code: str, key: str, meta: dict[str, str], lines: dict[str, int], found: int
) -> None:
    said = whole(key, meta[key], lines[key])
    if said != found:
        raise BadFile(lines[key], code, said=said, found=found)
