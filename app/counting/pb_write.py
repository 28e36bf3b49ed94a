"""Writing Pabulib files: the same content gives the same bytes, and nothing else gets in."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from app.counting.bad_file import BadFile
from app.counting.election import Project
from app.counting.outcome import amount_text
from app.counting.pb_file import WITHDRAWN_COST, PbFile, VoteType
from app.counting.pb_read import read

# What the format asks of every file, in its own order; four of them are worked out here.
OBLIGATORY = (
    "description",
    "country",
    "unit",
    "instance",
    "num_projects",
    "num_votes",
    "budget",
    "vote_type",
    "rule",
    "date_begin",
    "date_end",
)


def export(
    *,
    meta: Mapping[str, str],
    budget: int,
    projects: Iterable[tuple[Project, Mapping[str, str]]],
    ballots: Iterable[tuple[str, Iterable[str]]],
    decimals: int = 0,
) -> str:
    """The anonymous file of an approval election; encode it as UTF-8.

    `meta`: the obligatory keys but for budget, vote_type and the two numbers, then any others.
    `projects`: each with its further columns (`name`, `category`, `selected` …). `ballots`: an id
    made up at random for this very file, and the chosen projects. Rows are sorted by that id and
    choices by project, so neither order, time nor anything of the voter is in the file.
    Raises ValueError where the file could not be read back.
    """
    lines = sorted(projects, key=lambda line: line[0])
    votes = sorted((voter, sorted(set(chosen))) for voter, chosen in ballots)
    counted = {project.id: 0 for project, _ in lines}
    if len(counted) != len(lines):
        raise ValueError("two projects bear the same id")
    for _, chosen in votes:
        for project_id in chosen:
            if project_id not in counted:
                raise ValueError(f"a ballot names an unknown project: {project_id!r}")
            counted[project_id] += 1
    known = {
        **meta,
        "num_projects": str(len(lines)),
        "num_votes": str(len(votes)),
        "budget": amount_text(budget, decimals),
        "vote_type": VoteType.APPROVAL.value,
    }
    for key in OBLIGATORY:
        if not known.get(key, "").strip():
            raise ValueError(f"META needs {key}")
    further = list(dict.fromkeys(column for _, fields in lines for column in fields))
    lines.sort(key=lambda line: -counted[line[0].id])
    text = _written(
        meta=[(key, known[key]) for key in dict.fromkeys((*OBLIGATORY, *known))],
        project_columns=["project_id", "cost", "votes", *further],
        projects=[
            [
                project.id,
                str(WITHDRAWN_COST) if project.withdrawn else amount_text(project.cost, decimals),
                str(counted[project.id]),
                *(fields.get(column, "") for column in further),
            ]
            for project, fields in lines
        ],
        vote_columns=["voter_id", "vote"],
        votes=[[voter, ",".join(chosen)] for voter, chosen in votes],
    )
    try:
        back = read(text.encode())
    except BadFile as wrong:
        raise ValueError(f"such a file could not be read back: {wrong}") from wrong
    if [(vote.voter, list(vote.choices)) for vote in back.votes] != votes:
        raise ValueError("ids of projects or voters would not come back as they are")
    if {one.id for one in back.projects if one.project.withdrawn} != {
        project.id for project, _ in lines if project.withdrawn
    }:
        # The format writes a withdrawn project as this cost: a project that really costs it
        # would be taken for one, and left out of every recount.
        raise ValueError(f"a project that costs exactly {WITHDRAWN_COST} reads as withdrawn")
    return text


def to_text(file: PbFile) -> str:
    """A file that was read, written again with all its columns in their order."""
    return _written(
        meta=list(file.meta.items()),
        project_columns=file.project_columns,
        projects=[
            [line.fields[column] for column in file.project_columns] for line in file.projects
        ],
        vote_columns=file.vote_columns,
        votes=[vote.cells for vote in file.votes],
    )


def _written(
    *,
    meta: Sequence[Sequence[str]],
    project_columns: Sequence[str],
    projects: Sequence[Sequence[str]],
    vote_columns: Sequence[str],
    votes: Sequence[Sequence[str]],
) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_MINIMAL, lineterminator="\n")
    for section, columns, rows in (
        ("META", ("key", "value"), meta),
        ("PROJECTS", project_columns, projects),
        ("VOTES", vote_columns, votes),
    ):
        writer.writerow([section])
        writer.writerow(columns)
        # One kind of line end in cells too: only some versions of Python quote a lone \r.
        writer.writerows([_one_line_end(cell) for cell in row] for row in rows)
    return out.getvalue()


def _one_line_end(cell: str) -> str:
    if "\0" in cell:
        raise ValueError("a NUL character cannot be written")
    return cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell
