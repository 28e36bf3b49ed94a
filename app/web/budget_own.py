"""What our own taxes paid for: own revenue by source, then directions, then projects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Response
from sqlmodel import col, func, select

from app.budget.classification import classification
from app.budget.models import PLAN, BudgetVersion, Side
from app.budget.own_money import OwnMoney, Paid, own_money
from app.budget.queries import lines, versions
from app.followup.models import Payment, Works
from app.proposals.models import Proposal
from app.proposals.queries import title_in
from app.rounds.models import Round
from app.web.budget_view import (
    Names,
    SumRow,
    VersionHead,
    known_year,
    month_words,
    sum_rows,
    version_head,
    version_url,
)
from app.web.doors import Anyone
from app.web.frame import Link
from app.web.render import page
from app.web.visit import Visit
from app.words import formats
from app.words.catalogue import N_, translations

router = APIRouter()
PROJECTS = 40  # on the page; no village builds more in a year


@dataclass(frozen=True, slots=True)
class DirectionRow:
    """A direction of spending: all of it, and what of it was own money."""

    name: str
    url: str
    whole: str
    own: str
    part: str


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project that residents voted for."""

    title: str
    lang: str
    url: str
    direction: str
    planned: str
    own: str
    paid: str


@dataclass(frozen=True, slots=True)
class OwnView:
    """Own revenue of a year and what it paid for."""

    year: int
    back: Link
    tabs: tuple[Link, ...]
    head: VersionHead
    done: bool
    known: bool  # whether the paper divides receipts and spending at all
    sentences: tuple[str, ...]
    own: str
    sources: tuple[SumRow, ...]
    directions: tuple[SumRow, ...]
    table: tuple[DirectionRow, ...]
    projects: tuple[ProjectRow, ...]


@router.get("/{lang}/{slug}/budget/{year:int}/own")
def show(visit: Anyone, year: int, of: str = "") -> Response:
    """Own revenue beside what it paid for, as planned or as it came out so far."""
    if not known_year(year):
        raise HTTPException(404)
    found = versions(visit.session, district_id=visit.district.id, year=year)
    held = {one.month: one for one in found}
    if not held:
        raise HTTPException(404)
    last = max(held)
    done = last != PLAN and (of == "done" or PLAN not in held)
    shown = held[last] if done else held[PLAN]
    return page(visit, "budget/own.html", view=_view(visit, shown, held, done))


def _view(
    visit: Visit, shown: BudgetVersion, held: Mapping[int, BudgetVersion], done: bool
) -> OwnView:
    session, district_id, year = visit.session, visit.district.id, shown.year
    entries = classification(session, district_id=district_id, year=year)
    names = Names(visit.lang, entries)
    here_lines = lines(session, district_id=district_id, version_id=shown.id)
    found = own_money(here_lines, entries.own_parts())
    if not any(line.side == Side.SPENDING and line.part for line in here_lines):
        found = None  # nobody can say what it paid for
    say = translations(visit.lang).gettext
    at = version_url(visit, shown)
    here = f"{visit.here}/budget/{year}"
    last = max(held)
    tabs = []
    if PLAN in held and last != PLAN:
        until = say(N_("Done, up to the end of: %(month)s"))
        tabs = [
            Link(f"{here}/own", say(N_("By the year's plan")), not done),
            Link(f"{here}/own?of=done", until % {"month": month_words(last, visit.lang)}, done),
        ]
    directions = _directions(found) if found else []
    return OwnView(
        year=year,
        back=Link(here, say(N_("Our money in %(year)s")) % {"year": year}),
        tabs=tuple(tabs),
        head=version_head(visit, shown),
        done=done,
        known=found is not None,
        sentences=_sentences(visit, found, directions, names) if found else (),
        own=formats.tenge(found.own) if found else "",
        sources=_sources(found, names, at) if found else (),
        directions=_bars(visit, found, directions, names, at) if found else (),
        table=tuple(
            DirectionRow(
                names.part(Side.SPENDING, part),
                f"{at}#spending-{part}" if part else "",
                formats.tenge(whole),
                formats.tenge(own),
                formats.percent(own / whole, 1) if whole else "–",
            )
            for part, whole, own in directions
        ),
        projects=_projects(visit, year, found.paid if found else (), names),
    )


def _directions(found: OwnMoney) -> list[tuple[str, int, int]]:
    """Part, all spending, own money in it; the most own money first."""
    sums: dict[str, tuple[int, int]] = {}
    for one in found.paid:
        whole, own = sums.get(one.line.part, (0, 0))
        sums[one.line.part] = (whole + one.line.amount, own + one.own)
    rows = [(part, whole, own) for part, (whole, own) in sums.items()]
    return sorted(rows, key=lambda row: (not row[0], -row[2]))


def _sources(found: OwnMoney, names: Names, at: str) -> tuple[SumRow, ...]:
    sums: dict[tuple[str, str], int] = {}
    for line in found.sources:
        key = (line.part, line.article)
        sums[key] = sums.get(key, 0) + line.amount
    rows = [
        (
            names.article(Side.RECEIPT, article) if article else names.part(Side.RECEIPT, part),
            amount,
            "full",
            f"{at}#" + "-".join(one for one in (Side.RECEIPT, part, article) if one),
        )
        for (part, article), amount in sorted(sums.items(), key=lambda one: -one[1])
        if amount
    ]
    return sum_rows(rows, found.own)


def _bars(
    visit: Visit,
    found: OwnMoney,
    directions: Sequence[tuple[str, int, int]],
    names: Names,
    at: str,
) -> tuple[SumRow, ...]:
    rows = [
        (
            names.part(Side.SPENDING, part),
            own,
            "full",
            f"{at}#spending-{part}" if part else "",
        )
        for part, _, own in directions
    ]
    if found.left:
        left = translations(visit.lang).gettext(N_("Not spent, or paid back"))
        rows.append((left, found.left, "soft", ""))
    return sum_rows(rows, found.own)


def _sentences(
    visit: Visit, found: OwnMoney, directions: Sequence[tuple[str, int, int]], names: Names
) -> tuple[str, ...]:
    say = translations(visit.lang).gettext
    told = [say(N_("Our own money: %(sum)s.")) % {"sum": formats.tenge(found.own)}]
    most = [row for row in directions if row[0] and row[2]][:3]
    if most:
        words = say(N_("Most of it goes to: %(names)s."))
        listed = "; ".join(
            f"«{names.part(Side.SPENDING, part)}» ({formats.tenge(own)})" for part, _, own in most
        )
        told.append(words % {"names": listed})
    return tuple(told)


def _projects(
    visit: Visit, year: int, paid: Sequence[Paid], names: Names
) -> tuple[ProjectRow, ...]:
    """Projects that lines of this paper name, and those of this year's votes that are built."""
    session, district_id = visit.session, visit.district.id
    marked: dict[str, tuple[int, int]] = {}
    parts: dict[str, str] = {}
    for one in paid:
        if one.line.proposal_id:
            whole, own = marked.get(one.line.proposal_id, (0, 0))
            marked[one.line.proposal_id] = (whole + one.line.amount, own + one.own)
            parts[one.line.proposal_id] = one.line.part
    of_year = select(col(Works.proposal_id)).where(
        Works.district_id == district_id,
        Works.proposal_id == Proposal.id,
        Proposal.round_id == Round.id,
        Round.budget_year == year,
    )
    rows = session.exec(
        select(Proposal, col(Works.planned))
        .outerjoin(Works, col(Works.proposal_id) == Proposal.id)
        .where(
            Proposal.district_id == district_id,
            col(Proposal.number).is_not(None),
            col(Proposal.id).in_(sorted(marked)) | col(Proposal.id).in_(of_year),
        )
        .order_by(col(Proposal.number))
        .limit(PROJECTS)
    ).all()
    sums = dict(
        session.exec(
            select(Payment.proposal_id, func.sum(Payment.amount))
            .where(
                Payment.district_id == district_id,
                col(Payment.proposal_id).in_([proposal.id for proposal, _ in rows]),
            )
            .group_by(col(Payment.proposal_id))
        ).all()
    )
    found = []
    for proposal, approved in rows:
        title, lang = title_in(proposal, visit.lang)
        here = marked.get(proposal.id)
        whole = here[0] if here else approved
        part = parts.get(proposal.id) or str(proposal.direction or "")
        found.append(
            ProjectRow(
                title=title,
                lang=lang,
                url=f"{visit.here}/proposals/{proposal.number}",
                direction=names.part(Side.SPENDING, part) if part else "",
                planned=formats.tenge(whole) if whole else "",
                own=formats.tenge(here[1]) if here else "",
                paid=formats.tenge(int(sums[proposal.id])) if proposal.id in sums else "",
            )
        )
    return tuple(found)
