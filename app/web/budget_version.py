"""One published paper of a budget year: every line of it, and what it changed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fastapi import APIRouter, HTTPException, Response

from app.budget.changes import Change, changes
from app.budget.classification import classification
from app.budget.models import ANNUAL, PLAN, BudgetVersion, Side
from app.budget.queries import lines_of_all, versions
from app.budget.sums import Line, figures, totals
from app.core.text import fold
from app.web.budget_view import (
    Names,
    VersionHead,
    known_year,
    version_head,
    version_path,
    version_url,
)
from app.web.doors import Anyone
from app.web.frame import Link
from app.web.line_links import line_links, link_of
from app.web.render import page
from app.web.sheet import Pager, page_asked, pager_of
from app.web.visit import Visit
from app.words import formats, phrases
from app.words.catalogue import N_, translations

router = APIRouter()
LINES = 150  # on a page: no real paper has more
CHANGES = 100


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line, or a part with the sum of its lines."""

    id: str
    name: str
    small: str  # the line itself, where the part has no other
    small_id: str
    code: str
    cells: tuple[str, ...]
    part: bool
    project: bool
    url: str = ""  # back to the project, or to the round's money


@dataclass(frozen=True, slots=True)
class LineTable:
    """A side of the paper."""

    title: str
    rows: tuple[LineRow, ...]
    total: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """What this paper changed against the one before it."""

    name: str
    side: str
    before: str
    now: str
    by: str


@dataclass(frozen=True, slots=True)
class VersionView:
    """A published paper."""

    title: str
    back: Link
    head: VersionHead
    newest: Link | None
    around: tuple[Link, ...]  # the version before it and the one after
    tiles: tuple[tuple[str, str], ...]
    heads: tuple[str, ...]
    num_heads: list[tuple[str, str]]
    tables: tuple[LineTable, ...]
    pager: Pager
    changed_from: Link | None
    changes: tuple[ChangeRow, ...]
    more_changes: int
    sha256: str
    files: tuple[Link, ...]


@router.get("/{lang}/{slug}/budget/{year:int}/plan/{number:int}")
def of_plan(visit: Anyone, year: int, number: int) -> Response:
    """A version of a year's plan."""
    return page(visit, "budget/version.html", view=_view(visit, year, PLAN, number))


@router.get("/{lang}/{slug}/budget/{year:int}/months/{month:int}/{number:int}")
def of_month(visit: Anyone, year: int, month: int, number: int) -> Response:
    """A version of a month's execution; 13 is the report on the whole year."""
    if not 1 <= month <= ANNUAL:
        raise HTTPException(404)
    return page(visit, "budget/version.html", view=_view(visit, year, month, number))


def _view(visit: Visit, year: int, month: int, number: int) -> VersionView:
    if not known_year(year):
        raise HTTPException(404)
    session, district_id = visit.session, visit.district.id
    found = versions(session, district_id=district_id, year=year)
    same = {one.number: one for one in found if one.month == month}
    one = same.get(number)
    if one is None:
        raise HTTPException(404)
    before = same.get(number - 1)
    entries = classification(session, district_id=district_id, year=year)
    lines = lines_of_all(
        session, district_id=district_id, version_ids=[row.id for row in (one, before) if row]
    )
    here = _by_part(lines.get(one.id, ()))
    names = Names(visit.lang, entries)
    columns, heads = _columns(visit, one, here)
    pager = pager_of(
        page_asked(visit.request.query_params.get("page", "")),
        len(here),
        version_url(visit, one),
        {},
        most=LINES,
    )
    first = (pager.page - 1) * LINES
    say = translations(visit.lang).gettext
    of = figures(here, entries.own_parts())
    changed = changes(here, lines.get(before.id, ())) if before else ()
    head = version_head(visit, one)
    last = max(same)
    return VersionView(
        title=say(N_("Budget of %(year)s")) % {"year": year},
        back=Link(f"{visit.here}/budget/{year}", say(N_("Our money in %(year)s")) % {"year": year}),
        head=replace(head, url=""),
        newest=None
        if number == last
        else Link(version_url(visit, same[last]), _numbered(visit, last)),
        around=tuple(
            Link(version_url(visit, same[other]), _numbered(visit, other))
            for other in (number - 1, number + 1)
            if other in same
        ),
        tiles=tuple(
            (formats.tenge(amount), phrase)
            for amount, phrase in (
                (of.receipts, say(N_("receipts"))),
                (of.own, say(N_("our own money"))),
                (of.spending, say(N_("spending"))),
            )
            if amount is not None
        ),
        heads=heads,
        num_heads=[(head, "num") for head in heads],
        tables=_tables(visit, here, here[first : first + LINES], columns, names),
        pager=pager,
        changed_from=Link(version_url(visit, before), _numbered(visit, before.number))
        if before
        else None,
        changes=tuple(_change(visit, row, names) for row in changed[:CHANGES]),
        more_changes=max(len(changed) - CHANGES, 0),
        sha256=one.sha256,
        files=_files(visit, one),
    )


def _by_part(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The paper's order, with the lines of a part beside each other."""
    place: dict[tuple[str, str], int] = {}
    for line in lines:
        place.setdefault((line.side, line.part), len(place))
    return tuple(sorted(lines, key=lambda line: place[line.side, line.part]))


def _numbered(visit: Visit, number: int) -> str:
    return translations(visit.lang).gettext(N_("Version %(number)s")) % {"number": number}


def _columns(
    visit: Visit, one: BudgetVersion, lines: Sequence[Line]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns that hold anything, and their captions."""
    say = translations(visit.lang).gettext
    if one.month == PLAN:
        years = ("amount", "amount_1", "amount_2")
        known = {column: str(one.year + ahead) for ahead, column in enumerate(years)}
    else:
        known = {"planned": say(N_("Planned for this time")), "amount": say(N_("Actual"))}
    columns = tuple(
        column for column in known if any(getattr(line, column) is not None for line in lines)
    )
    return columns, tuple(known[column] for column in columns)


def _tables(
    visit: Visit,
    every: Sequence[Line],
    shown: Sequence[Line],
    columns: Sequence[str],
    names: Names,
) -> tuple[LineTable, ...]:
    sums = {column: totals(every, column) for column in columns}
    links = line_links(visit, shown)

    def cells(key: str) -> tuple[str, ...]:
        return tuple(_sum(sums[column].get(key)) for column in columns)

    tables = []
    for side in Side:
        rows: list[LineRow] = []
        seen: set[str] = set()
        for part in dict.fromkeys(line.part for line in shown if line.side == side):
            whole = [line for line in every if (line.side, line.part) == (side, part)]
            here = [line for line in shown if (line.side, line.part) == (side, part)]
            alone = len(whole) == 1
            key = f"{side}:{part}" if part else str(side)
            own_id = _anchor(f"{side}:{part}" if part else "", seen)
            rows.append(
                LineRow(
                    id=own_id,
                    name=names.part(side, part),
                    small=_small(names, whole[0]) if alone else "",
                    small_id=_anchor(whole[0].key, seen) if alone else "",
                    code=whole[0].code if alone else "",
                    cells=cells(key)
                    if part
                    else tuple(_sum(_added(whole, column)) for column in columns),
                    part=True,
                    project=alone and _voted(whole[0]),
                    url=link_of(links, whole[0]) if alone else "",
                )
            )
            rows += [
                LineRow(
                    id=_anchor(line.key, seen),
                    name=names.line(line),
                    small="",
                    small_id="",
                    code=line.code,
                    cells=tuple(_sum(getattr(line, column)) for column in columns),
                    part=False,
                    project=_voted(line),
                    url=link_of(links, line),
                )
                for line in here
                if not alone
            ]
        if rows:
            title = phrases.label(f"budget.side.{side}", visit.lang)
            tables.append(LineTable(title, tuple(rows), cells(side)))
    return tuple(tables)


def _anchor(key: str, seen: set[str]) -> str:
    """An id for the first row of a key: `spending-8`, `receipt-tax-fines`."""
    name = key.replace(":", "-")
    if not name or name in seen:
        return ""
    seen.add(name)
    return name


def _small(names: Names, line: Line) -> str:
    said, part = names.line(line), names.part(line.side, line.part)
    return said if fold(said) != fold(part) else ""


def _voted(line: Line) -> bool:
    return line.proposal_id is not None or line.round_id is not None


def _added(lines: Sequence[Line], column: str) -> int | None:
    known = [amount for line in lines if (amount := getattr(line, column)) is not None]
    return sum(known) if known else None


def _change(visit: Visit, one: Change, names: Names) -> ChangeRow:
    side, part, article = (*one.key.split(":"), "", "")[:3]
    line = Line(side, 0, part, article, name_kk=one.name_kk, name_ru=one.name_ru)
    by = formats.tenge(one.by)
    if one.beside:
        by = translations(visit.lang).gettext(N_("other columns"))
    return ChangeRow(
        names.line(line),
        phrases.label(f"budget.side.{side}", visit.lang),
        _sum(one.before),
        _sum(one.now),
        f"+{by}" if one.by > 0 else by,
    )


def _sum(amount: int | None) -> str:
    return formats.tenge(amount) if amount is not None else ""


def _files(visit: Visit, one: BudgetVersion) -> tuple[Link, ...]:
    base = f"/api/budgets/{visit.district.slug}/{version_path(one)}"
    say = translations(visit.lang).gettext
    return tuple(
        Link(f"{base}.{ending}", say(N_("This version (%(kind)s)")) % {"kind": ending.upper()})
        for ending in ("csv", "xlsx", "json")
    )
