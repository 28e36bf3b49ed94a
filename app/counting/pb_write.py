"""Writing Pabulib files: the same content gives the same bytes, and nothing else gets in."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from app.counting.bad_file import BadFile
from app.counting.election import Project, draw_number
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
# What may follow, and what may describe a project, in the format's order; others come last.
OPTIONAL = (
    "min_length",
    "max_length",
    "min_sum_cost",
    "max_sum_cost",
    "min_project_score_threshold",
    "edition",
    "language",
    "currency",
    "fully_funded",
    "comment",
)
COLUMNS = (
    "name",
    "category",
    "beneficiaries",
    "selected",
    "neighborhood",
    "district",
    "description",
    "public_id",
    "latitude",
    "longitude",
)


def export(
    *,
    meta: Mapping[str, str],
    budget: int,
    projects: Iterable[tuple[Project, Mapping[str, str]]],
    ballots: Iterable[tuple[str, Iterable[str]]],
    decimals: int = 0,
    seed: str = "",
    max_sum_cost: int | None = None,
) -> str:
    """The anonymous file of an approval election; encode it as UTF-8.

    `meta`: the obligatory keys but for budget, vote_type and the two numbers, then any others.
    `projects`: each with its further columns (`name`, `category`, `selected` …). `ballots`: an id
    made up at random for this very file, and the chosen projects. Rows are sorted by that id and
    choices by project, so neither order, time nor anything of the voter is in the file; projects
    stand in the order in which votes, cost and the draw of `seed` rank them. `max_sum_cost` is
    how much the projects of one ballot may cost together (a knapsack ballot), in the smallest unit.
    Raises ValueError where the file could not be read back.
    """
    described = [(project, fields) for project, fields in projects]
    votes = sorted((voter, sorted(set(chosen))) for voter, chosen in ballots)
    costs = {project.id: 0 if project.withdrawn else project.cost for project, _ in described}
    if len(costs) != len(described):
        raise ValueError("two projects bear the same id")
    counted = dict.fromkeys(costs, 0)
    for _, chosen in votes:
        for project_id in chosen:
            if project_id not in counted:
                raise ValueError(f"a ballot names an unknown project: {project_id!r}")
            counted[project_id] += 1
        if max_sum_cost is not None and sum(map(costs.__getitem__, chosen)) > max_sum_cost:
            raise ValueError("a ballot costs more than max_sum_cost")
    known = {
        **meta,
        "num_projects": str(len(described)),
        "num_votes": str(len(votes)),
        "budget": amount_text(budget, decimals),
        "vote_type": VoteType.APPROVAL.value,
    }
    if max_sum_cost is not None:
        known["max_sum_cost"] = amount_text(max_sum_cost, decimals)
    elif known.get("max_length") == "1" and len(described) > 1:
        known["vote_type"] = VoteType.CHOOSE_ONE.value
    if described and sum(_as_written(p, decimals) for p, _ in described) <= budget:
        known["fully_funded"] = "1"
    for key in OBLIGATORY:
        if not known.get(key, "").strip():
            raise ValueError(f"META needs {key}")
    further = _in_order(COLUMNS, (column for _, fields in described for column in fields))
    described.sort(
        key=lambda line: (-counted[line[0].id], line[0].cost, draw_number(seed, line[0].id))
    )
    text = _written(
        meta=[(key, _one_line(known[key])) for key in _in_order((*OBLIGATORY, *OPTIONAL), known)],
        project_columns=["project_id", "cost", "votes", *further],
        projects=[
            [
                project.id,
                amount_text(_as_written(project, decimals), decimals),
                str(counted[project.id]),
                *(_one_line(fields.get(column, "")) for column in further),
            ]
            for project, fields in described
        ],
        vote_columns=["voter_id", "vote"],
        votes=[[voter, ",".join(chosen)] for voter, chosen in votes],
    )
    try:
        back = read(text.encode())
    except BadFile as wrong:
        raise ValueError(f"such a file could not be read back: {wrong}") from wrong
    if [(vote.voter, list(vote.choices)) for vote in back.votes] != votes or {
        line.id for line in back.projects
    } != costs.keys():
        raise ValueError("ids of projects or voters would not come back as they are")
    if {one.id for one in back.projects if one.project.withdrawn} != {
        project.id for project, _ in described if project.withdrawn
    }:
        # The format writes a withdrawn project as this cost: a project that really costs it
        # would be taken for one, and left out of every recount.
        raise ValueError(f"a project that costs exactly {WITHDRAWN_COST} reads as withdrawn")
    return text


def _as_written(project: Project, decimals: int) -> int:
    """What it costs in the file, in smallest units."""
    return WITHDRAWN_COST * 10**decimals if project.withdrawn else project.cost


def _in_order(first: Sequence[str], names: Iterable[str]) -> list[str]:
    """The names once each: those of the format in its order, then the others as they came."""
    there = dict.fromkeys(names)
    return [*(name for name in first if name in there), *(n for n in there if n not in first)]


def _one_line(text: str) -> str:
    # Other readers split a file into lines before they look for quotation marks.
    return " ".join(text.split())


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
