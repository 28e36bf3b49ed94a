"""What the desk sees of what is published: every version with its reason, hash and kept file."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Response
from sqlmodel import Session, col, func, select

from app.budget.models import BudgetFile, BudgetVersion
from app.web.budget_view import VersionHead, month_words, version_head
from app.web.doors import Clerk
from app.web.frame import Link
from app.web.render import file, page
from app.web.sheet import Pager, page_asked, pager_of
from app.web.visit import Visit
from app.words import formats
from app.words.catalogue import N_, translations

router = APIRouter()
PAGE = 30  # versions


@dataclass(frozen=True, slots=True)
class FileLine:
    """A kept file."""

    url: str
    name: str
    size: str
    sha256: str


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A published version at the desk."""

    head: VersionHead
    year: int
    sha256: str
    by_name: str
    at: str
    corrects: str
    file: FileLine | None
    desk_url: str


@dataclass(frozen=True, slots=True)
class History:
    """Everything the district has published, the newest first."""

    rows: tuple[VersionRow, ...]
    total: int
    pager: Pager
    back: Link


@router.get("/{lang}/{slug}/desk/budget/versions")
def show(visit: Clerk) -> Response:
    """Every version of every year, the newest first."""
    url = f"{visit.here}/desk/budget/versions"
    session, district_id = visit.session, visit.district.id
    total = session.exec(
        select(func.count())
        .select_from(BudgetVersion)
        .where(BudgetVersion.district_id == district_id)
    ).one()
    pager = pager_of(
        page_asked(visit.request.query_params.get("page", "")), total, url, {}, most=PAGE
    )
    found = session.exec(
        select(BudgetVersion)
        .where(BudgetVersion.district_id == district_id)
        .order_by(col(BudgetVersion.at).desc(), col(BudgetVersion.id))
        .offset((pager.page - 1) * PAGE)
        .limit(PAGE)
    ).all()
    back = Link(f"{visit.here}/desk/budget", translations(visit.lang).gettext(N_("Budget")))
    view = History(version_rows(visit, found), total, pager, back)
    return page(visit, "budget/desk_versions.html", view=view)


@router.get("/{lang}/{slug}/desk/budget/files/{file_id}")
def download(visit: Clerk, file_id: str) -> Response:
    """A kept file as it was handed in. Only the office has it: it may hold what is not public."""
    found = visit.session.exec(
        select(BudgetFile).where(
            BudgetFile.district_id == visit.district.id, BudgetFile.id == file_id
        )
    ).first()
    if found is None:
        raise HTTPException(404)
    # Its own name may hold anything; the hash names it as the page does.
    ending = "xlsx" if found.data.startswith(b"PK") else "csv"
    return file(
        found.data,
        "application/octet-stream",
        name=f"{found.sha256[:16]}.{ending}",
        public=False,
    )


def version_rows(visit: Visit, found: Sequence[BudgetVersion]) -> tuple[VersionRow, ...]:
    """Versions as the desk shows them."""
    say = translations(visit.lang).gettext
    files = file_lines(visit, [one.file_id for one in found if one.file_id])
    return tuple(
        VersionRow(
            head=version_head(visit, one),
            year=one.year,
            sha256=one.sha256,
            by_name=one.by_name,
            at=formats.moment_short(one.at, visit.lang),
            corrects=say(N_("Corrects version %(number)s")) % {"number": one.corrects}
            if one.corrects
            else "",
            file=files.get(one.file_id or ""),
            desk_url=f"{visit.here}/desk/budget/{one.year}/{one.month}",
        )
        for one in found
    )


def file_lines(visit: Visit, file_ids: Sequence[str]) -> dict[str, FileLine]:
    """Kept files by their ids; their content is not read."""
    rows = _named(visit.session, visit.district.id, file_ids)
    return {
        file_id: FileLine(
            f"{visit.here}/desk/budget/files/{file_id}",
            name,
            formats.number(-(-size // 1024)),
            sha256,
        )
        for file_id, name, size, sha256 in rows
    }


def _named(
    session: Session, district_id: str, file_ids: Sequence[str]
) -> Sequence[tuple[str, str, int, str]]:
    return session.exec(
        select(
            col(BudgetFile.id), col(BudgetFile.name), col(BudgetFile.size), col(BudgetFile.sha256)
        ).where(BudgetFile.district_id == district_id, col(BudgetFile.id).in_(file_ids))
    ).all()


def paper_title(visit: Visit, year: int, month: int) -> str:
    """«Plan of 2026», «Execution of 2026: March»."""
    say = translations(visit.lang).gettext
    if month == 0:
        return say(N_("Budget plan: %(year)s")) % {"year": year}
    return say(N_("Execution, %(year)s: %(month)s")) % {
        "year": year,
        "month": month_words(month, visit.lang),
    }
