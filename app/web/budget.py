"""Our money: a year's budget as a villager reads it. The newest year that has begun comes first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fastapi import APIRouter, HTTPException, Response

from app.budget.classification import Classification, classification
from app.budget.models import PLAN, Budget, BudgetVersion, Side
from app.budget.queries import Published, lines_of_all, part_sums, versions, years
from app.budget.sums import Figures, Line, figures, share, totals
from app.core.clock import day_of
from app.places.models import DistrictFact
from app.places.queries import facts
from app.web.budget_sections import (
    Ahead,
    Asked,
    Done,
    PaperRow,
    YearRow,
    ahead,
    asked,
    done,
    paper_rows,
    year_rows,
)
from app.web.budget_view import (
    Names,
    SumRow,
    VersionHead,
    by_part,
    known_year,
    sum_rows,
    version_head,
    version_path,
    year_links,
    year_to_show,
)
from app.web.compare_view import budgets_link
from app.web.doors import Anyone
from app.web.frame import Link
from app.web.render import page
from app.web.visit import Visit
from app.words import formats
from app.words.catalogue import N_, translations

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Flow:
    """Where the money comes from, or where it goes: bars of the parts, and all of it as a table."""

    whole: str
    rows: tuple[SumRow, ...]
    table: tuple[tuple[SumRow, tuple[SumRow, ...]], ...]  # a part and what lies below it


@dataclass(frozen=True, slots=True)
class MoneyView:
    """A year's budget."""

    year: int
    years: tuple[Link, ...]
    sentences: tuple[str, ...]
    head: VersionHead | None
    tiles: tuple[tuple[str, str, str], ...]
    shares: tuple[SumRow, ...]  # own money against transfers
    undivided: bool  # only a total is known
    receipts: Flow | None
    spending: Flow | None
    balance: tuple[tuple[str, str, bool], ...]
    done: Done | None
    compared: tuple[YearRow, ...]
    ahead: Ahead | None
    asked: Asked | None
    papers: tuple[PaperRow, ...]
    own: Link | None
    more: tuple[Link, ...]
    files: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class KnownTotal:
    """What is known of a district that has published nothing here: a total of a year."""

    title: str
    sum: str
    source: str


@router.get("/{lang}/{slug}/budget")
def newest(visit: Anyone) -> Response:
    """The newest year that has begun and has a plan; else whatever is known."""
    found = years(visit.session, district_id=visit.district.id)
    year = year_to_show(found, day_of(visit.now).year)
    if year is None:
        known = facts(visit.session, district_id=visit.district.id)
        return page(visit, "budget/none_yet.html", known=_known_total(visit, known))
    return page(visit, "budget/money.html", view=money_view(visit, year, found))


@router.get("/{lang}/{slug}/budget/{year:int}")
def of_year(visit: Anyone, year: int) -> Response:
    """The budget of a year."""
    if not known_year(year):
        raise HTTPException(404)
    found = years(visit.session, district_id=visit.district.id)
    if year not in {one.year for one in found}:
        raise HTTPException(404)
    return page(visit, "budget/money.html", view=money_view(visit, year, found))


def money_view(visit: Visit, year: int, found: Sequence[Budget]) -> MoneyView:
    """Everything on the page of a year, in a constant number of queries."""
    session, district_id = visit.session, visit.district.id
    entries = classification(session, district_id=district_id, year=year)
    papers = versions(session, district_id=district_id, year=year)
    if not papers:
        raise HTTPException(404)
    held = {one.month: one for one in papers}
    sums = part_sums(session, district_id=district_id, version_ids=[one.id for one in papers])
    last = max(held)
    months = [one for month, one in sorted(held.items()) if month != PLAN]
    chosen = [held[PLAN].id] if PLAN in held else []
    chosen += [held[last].id] if last != PLAN else []
    lines = lines_of_all(session, district_id=district_id, version_ids=chosen)
    plan = Published(held[PLAN], lines.get(held[PLAN].id, ())) if PLAN in held else None
    actual = Published(held[last], lines.get(held[last].id, ())) if last != PLAN else None
    shown = plan or actual
    assert shown is not None
    names = Names(visit.lang, entries)
    of = figures(shown.lines, entries.own_parts())
    known = facts(session, district_id=district_id)
    vote = asked(visit, year, of.spending, shown.lines)
    return MoneyView(
        year=year,
        years=year_links(visit, sorted((one.year for one in found), reverse=True), year),
        sentences=_sentences(visit, year, of, shown, names, vote),
        head=version_head(visit, shown.version),
        tiles=_tiles(visit, of, known, year),
        shares=_shares(visit, of),
        undivided=of.receipts is not None and of.own is None,
        receipts=_flow(visit, Side.RECEIPT, shown, names, entries),
        spending=_flow(visit, Side.SPENDING, shown, names, entries),
        balance=_balance(visit, of, shown.lines, names),
        done=done(visit, entries, plan, actual, months, sums),
        compared=year_rows(visit, found, year),
        ahead=ahead(visit, entries, plan),
        asked=vote,
        papers=paper_rows(visit, papers, sums, entries),
        own=_own_link(visit, year, of, shown.lines),
        more=_more(visit, year, plan is not None),
        files=_files(visit, year, shown.version),
    )


def _sentences(
    visit: Visit,
    year: int,
    of: Figures,
    shown: Published,
    names: Names,
    vote: Asked | None,
) -> tuple[str, ...]:
    say = translations(visit.lang).gettext
    told = []
    whole = of.receipts if of.receipts is not None else of.spending
    if whole is not None:
        words = (
            say(N_("The district's budget for %(year)s: %(sum)s."))
            if shown.version.month == PLAN
            else say(N_("Received in %(year)s so far: %(sum)s."))
        )
        told.append(words % {"year": year, "sum": formats.tenge(whole)})
    if of.own is not None and of.receipts:
        words = say(
            N_("Our own money: %(own)s (%(share)s); from the raion: %(given)s (%(given_share)s).")
        )
        told.append(
            words
            % {
                "own": formats.tenge(of.own),
                "share": formats.percent(of.own / of.receipts, 1),
                "given": formats.tenge(of.transfers or 0),
                "given_share": formats.percent((of.transfers or 0) / of.receipts, 1),
            }
        )
    spent = [one for one in by_part(totals(shown.lines), Side.SPENDING) if one[0]]
    if spent and of.spending:
        part, amount = max(spent, key=lambda one: one[1])
        words = say(N_("The largest spending: “%(name)s”, %(sum)s (%(share)s)."))
        told.append(
            words
            % {
                "name": names.part(Side.SPENDING, part),
                "sum": formats.tenge(amount),
                "share": formats.percent(amount / of.spending, 1),
            }
        )
    if vote is not None and len(told) < 4:
        told[-1:] = [f"{told[-1]} {vote.sentence}"] if told else [vote.sentence]
    return tuple(told)


def _tiles(
    visit: Visit, of: Figures, known: Sequence[DistrictFact], year: int
) -> tuple[tuple[str, str, str], ...]:
    say = translations(visit.lang).gettext
    rows = []
    part = share(of.own, of.receipts)
    if part is not None:
        rows.append((formats.percent(part, 1), say(N_("our own money")), ""))
    people = _people(known, year)
    whole = of.receipts if of.receipts is not None else of.spending
    if people is not None and whole is not None:
        source = people.source
        if people.source_date:
            source += f", {formats.day(people.source_date, visit.lang)}"
        words = say(N_("%(people)s people, %(year)s. Source: %(source)s"))
        small = words % {
            "people": formats.number(people.amount),
            "year": people.year,
            "source": source,
        }
        rows.append(
            (formats.tenge(round(whole / people.amount)), say(N_("for each resident")), small)
        )
        if of.own is not None:
            own = formats.tenge(round(of.own / people.amount))
            rows.append((own, say(N_("of it our own money")), ""))
    return tuple(rows)


def _people(known: Sequence[DistrictFact], year: int) -> DistrictFact | None:
    """How many live here: of the year or the nearest before it, else the oldest known."""
    rows = [one for one in known if one.key == "people" and one.amount]
    before = [one for one in rows if one.year <= year]
    if before:
        return max(before, key=lambda one: one.year)
    return min(rows, key=lambda one: one.year, default=None)


def _shares(visit: Visit, of: Figures) -> tuple[SumRow, ...]:
    if of.own is None or not of.receipts:
        return ()
    say = translations(visit.lang).gettext
    rows = [(say(N_("Our own money")), of.own, "full", "")]
    rows.append((say(N_("From the raion")), of.transfers or 0, "soft", ""))
    if rest := of.receipts - of.own - (of.transfers or 0):
        rows.append((say(N_("Other receipts")), rest, "gold", ""))
    return tuple(
        replace(row, text=f"{row.text} · {row.part}") for row in sum_rows(rows, of.receipts)
    )


def _flow(
    visit: Visit, side: Side, shown: Published, names: Names, entries: Classification
) -> Flow | None:
    sums = totals(shown.lines)
    whole = sums.get(side)
    parts = by_part(sums, side)
    if whole is None:
        return None
    if not any(key for key, _ in parts):  # what is not known of receipts is said in a note
        return Flow(formats.tenge(whole), (), ()) if side == Side.SPENDING else None
    own = entries.own_parts()
    at = f"{visit.here}/budget/{version_path(shown.version)}"
    if side == Side.SPENDING:
        parts.sort(key=lambda one: (not one[0], -one[1]))
    rows = [
        (
            names.part(side, key),
            amount,
            "full" if side == Side.SPENDING or key in own else "soft",
            f"{at}#{side}-{key}" if key else "",
        )
        for key, amount in parts
    ]
    parted = sum_rows(rows, whole)
    below = {
        key: sum_rows(
            (
                (names.article(side, article.split(":")[2]), amount, "full", "")
                for article, amount in sums.items()
                if article.startswith(f"{side}:{key}:")
            ),
            whole,
        )
        for key, _ in parts
    }
    return Flow(
        formats.tenge(whole),
        parted,
        tuple(
            (row, below[key] if len(below[key]) > 1 else ())
            for row, (key, _) in zip(parted, parts, strict=True)
        ),
    )


def _balance(
    visit: Visit, of: Figures, lines: Sequence[Line], names: Names
) -> tuple[tuple[str, str, bool], ...]:
    if not of.balance:
        return ()
    say = translations(visit.lang).gettext
    less, more = N_("Receipts fall short of the spending by"), N_("Receipts exceed the spending by")
    rows = [(say(less if of.balance < 0 else more), formats.tenge(abs(of.balance)), True)]
    rows += [
        (names.line(line), formats.tenge(line.amount), False)
        for line in lines
        if line.side == Side.FINANCING
    ]
    return tuple(rows)


def _own_link(visit: Visit, year: int, of: Figures, lines: Sequence[Line]) -> Link | None:
    if of.own is None or not any(line.side == Side.SPENDING and line.part for line in lines):
        return None
    say = translations(visit.lang).gettext
    return Link(f"{visit.here}/budget/{year}/own", say(N_("What our own taxes paid for")))


def _more(visit: Visit, year: int, planned: bool) -> tuple[Link, ...]:
    say = translations(visit.lang).gettext
    here = f"{visit.here}/budget"
    found = [budgets_link(visit, year=year)]
    if not visit.district.budget_only:  # of such a unit nobody keeps the steps here
        found += [
            Link(f"{here}/calendar?year={year}", say(N_("Legal steps"))),
            Link(f"{here}/published?year={year}", say(N_("What was published, and when"))),
            Link(f"{visit.here}/contributions", say(N_("Voluntary contributions"))),
            Link(f"{visit.here}/property", say(N_("Communal property and enterprises"))),
        ]
    if planned:
        found.insert(0, Link(f"{here}/{year}/citizens", say(N_("Citizens' budget, two pages"))))
    return tuple(found)


def _files(visit: Visit, year: int, shown: BudgetVersion) -> tuple[Link, ...]:
    say = translations(visit.lang).gettext
    base = f"/api/budgets/{visit.district.slug}"
    found = []
    for ending in ("csv", "xlsx", "json"):
        label = say(N_("This version (%(kind)s)")) % {"kind": ending.upper()}
        found.append(Link(f"{base}/{version_path(shown)}.{ending}", label))
    for ending in ("csv", "xlsx", "json"):
        label = say(N_("Everything of %(year)s (%(kind)s)")) % {
            "year": year,
            "kind": ending.upper(),
        }
        found.append(Link(f"{base}/{year}.{ending}", label))
    return tuple(found)


def _known_total(visit: Visit, known: Sequence[DistrictFact]) -> KnownTotal | None:
    fact = next((one for one in known if one.key == "budget"), None)
    if fact is None:
        return None
    say = translations(visit.lang).gettext
    source = fact.source
    if fact.source_date:
        source += f", {formats.day(fact.source_date, visit.lang)}"
    return KnownTotal(
        say(N_("Budget of %(year)s")) % {"year": fact.year},
        formats.tenge(fact.amount),
        say(N_("Source: %(source)s")) % {"source": source},
    )
