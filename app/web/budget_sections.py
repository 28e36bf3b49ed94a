"""Parts of the page of a budget year: execution, other years, planned years, the vote, papers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from app.budget.classification import Classification
from app.budget.models import ANNUAL, Budget, BudgetVersion, Origin, Side
from app.budget.queries import Published
from app.budget.sums import Figures, Line, figures, share
from app.core.clock import day_of
from app.rounds.models import EnvelopeKind, Round
from app.web.budget_view import SumRow, month_words, version_title, version_url
from app.web.frame import Link
from app.web.visit import Visit
from app.words import formats
from app.words.catalogue import N_, translations

YEARS = 5  # this one and those before it


@dataclass(frozen=True, slots=True)
class DoneRow:
    """Plan against actual."""

    name: str
    plan: str
    until: str  # what was planned for this time
    actual: str
    part: str  # of the year's plan
    share: float
    line: float | None  # where the bar ought to be by now


@dataclass(frozen=True, slots=True)
class MonthRow:
    """Execution up to a month's end."""

    name: str
    url: str
    received: str
    own: str
    spent: str
    part: str
    share: float


@dataclass(frozen=True, slots=True)
class Done:
    """What was received and spent so far."""

    title: str
    rows: tuple[DoneRow, ...]
    until: bool  # whether the paper says what was planned for this time
    months: tuple[MonthRow, ...]


@dataclass(frozen=True, slots=True)
class YearRow:
    """A year beside the others: widths 0..100 of the largest."""

    name: str
    url: str
    whole: str
    own: str
    part: str
    own_width: float
    rest_width: float
    now: bool
    invented: bool


@dataclass(frozen=True, slots=True)
class Ahead:
    """This year and the two planned ones."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the residents vote on, of the whole."""

    sentence: str
    sum: str
    part: str
    parts: tuple[SumRow, ...]
    rounds: tuple[Link, ...]
    indicative: bool
    projects: str  # what the vote chose and stands in this budget


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A published version."""

    title: str
    number: str
    url: str
    act: str
    day: str
    sum: str
    holds: bool
    invented: bool


def done(
    visit: Visit,
    entries: Classification,
    plan: Published | None,
    actual: Published | None,
    held: Sequence[BudgetVersion],
    sums: Mapping[str, tuple[Line, ...]],
) -> Done | None:
    """Plan against actual with the month named; `held` are the months that hold, in their order."""
    if actual is None:
        return None
    say = translations(visit.lang).gettext
    own = entries.own_parts()
    planned = figures(plan.lines, own) if plan else None
    until = _until(actual.lines, own)
    of = figures(actual.lines, own)
    month = actual.version.month
    title = (
        say(N_("Plan and what came of it: the whole year"))
        if month == ANNUAL
        else say(N_("Plan and what came of it, from January up to the end of: %(month)s"))
        % {"month": formats.month(month, visit.lang)}
    )
    rows = []
    for name, key in (
        (N_("Received"), "receipts"),
        (N_("Our own money"), "own"),
        (N_("From the raion"), "transfers"),
        (N_("Spent"), "spending"),
    ):
        amount = getattr(of, key)
        if amount is None:
            continue
        whole = getattr(planned, key) if planned else None
        part = share(amount, whole)
        due = getattr(until, key) if until else None
        due_part = share(due, whole)
        rows.append(
            DoneRow(
                say(name),
                _sum(whole),
                _sum(due),
                formats.tenge(amount),
                formats.percent(part, 1) if part is not None else "",
                min((part or 0.0) * 100, 100.0),
                min(due_part * 100, 99.5) if due_part is not None else None,
            )
        )
    months = []
    for one in held:
        so_far = figures(sums.get(one.id, ()), own)
        part = share(so_far.spending, planned.spending if planned else None)
        months.append(
            MonthRow(
                month_words(one.month, visit.lang),
                version_url(visit, one),
                _sum(so_far.receipts),
                _sum(so_far.own),
                _sum(so_far.spending),
                formats.percent(part, 1) if part is not None else "",
                min((part or 0.0) * 100, 100.0),
            )
        )
    return Done(title, tuple(rows), until is not None, tuple(months))


def _until(lines: Sequence[Line], own: frozenset[str]) -> Figures | None:
    """What was planned for this time; None where a line does not say it."""
    if any(line.planned is None for line in lines if line.side != Side.FINANCING):
        return None
    return figures(lines, own, "planned")


def _sum(amount: int | None) -> str:
    return formats.tenge(amount) if amount is not None else ""


def year_rows(visit: Visit, found: Sequence[Budget], year: int) -> tuple[YearRow, ...]:
    """This year's plan beside those before it, oldest first; the years a plan is known of."""
    chosen = [one for one in found if one.year <= year and one.receipts is not None][:YEARS]
    most = max((one.receipts or 0 for one in chosen), default=0)
    if len(chosen) < 2 or not most:
        return ()
    rows = []
    for one in reversed(chosen):
        whole = one.receipts or 0
        part = share(one.own, whole)
        rows.append(
            YearRow(
                name=str(one.year),
                url=f"{visit.here}/budget/{one.year}",
                whole=formats.tenge(whole),
                own=_sum(one.own),
                part=formats.percent(part, 1) if part is not None else "",
                own_width=(one.own or 0) * 100 / most,
                rest_width=(whole - (one.own or 0)) * 100 / most,
                now=one.year == year,
                invented=one.invented,
            )
        )
    return tuple(rows)


def ahead(visit: Visit, entries: Classification, plan: Published | None) -> Ahead | None:
    """The planned years of the plan that holds, where the paper has them."""
    if plan is None:
        return None
    columns = ["amount"]
    for column in ("amount_1", "amount_2"):
        if any(getattr(line, column) is not None for line in plan.lines):
            columns.append(column)
    if len(columns) == 1:
        return None
    say = translations(visit.lang).gettext
    own = entries.own_parts()
    of = [figures(plan.lines, own, column) for column in columns]
    year = plan.version.year
    heads = tuple(str(year + (0 if one == "amount" else int(one[-1]))) for one in columns)
    rows = []
    for name, key in (
        (N_("Receipts"), "receipts"),
        (N_("Our own money"), "own"),
        (N_("From the raion"), "transfers"),
        (N_("Spending"), "spending"),
    ):
        cells = tuple(_sum(getattr(one, key)) for one in of)
        if any(cells):
            rows.append((say(name), cells))
    return Ahead(heads, tuple(rows))


def asked(visit: Visit, year: int, spending: int | None, lines: Sequence[Line]) -> Asked | None:
    """What the rounds of this budget year ask about, of the whole spending."""
    rounds = visit.session.exec(
        select(Round)
        .where(
            Round.district_id == visit.district.id,
            Round.budget_year == year,
            Round.imported_from == "",
            Round.currency == "KZT",
            col(Round.cancelled_at).is_(None),
        )
        .order_by(col(Round.key))
    ).all()
    if not rounds:
        return None
    catalogue = translations(visit.lang)
    say = catalogue.gettext
    amount = sum(one.confirmed_envelope or one.envelope for one in rounds)
    part = share(amount, spending)
    words = say(N_("Put to the residents' vote: %(sum)s."))
    parts: tuple[SumRow, ...] = ()
    if part is not None and part <= 1:
        width = part * 100
        rest = (spending or 0) - amount
        parts = (
            SumRow(
                say(N_("Put to the vote")),
                formats.tenge(amount),
                formats.percent(part, 1),
                width,
                "gold",
            ),
            SumRow(
                say(N_("All other spending")),
                formats.tenge(rest),
                formats.percent(1 - part, 1),
                100 - width,
                "soft",
            ),
        )
    marked = [line for line in lines if line.side == Side.SPENDING and line.proposal_id]
    projects = ""
    if marked:
        n = len({line.proposal_id for line in marked})
        text = catalogue.ngettext(
            "%(n)s project of the vote stands in this budget: %(sum)s.",
            "%(n)s projects of the vote stand in this budget: %(sum)s.",
            n,
        )
        projects = text % {"n": n, "sum": formats.tenge(sum(line.amount for line in marked))}
    label = say(N_("Round of %(key)s"))
    return Asked(
        sentence=words % {"sum": formats.tenge(amount)},
        sum=formats.tenge(amount),
        part=formats.percent(part, 1) if part is not None else "",
        parts=parts,
        rounds=tuple(
            Link(f"{visit.here}/rounds/{one.key}/money", label % {"key": one.key}) for one in rounds
        ),
        indicative=any(one.envelope_kind != EnvelopeKind.CONFIRMED for one in rounds),
        projects=projects,
    )


def paper_rows(
    visit: Visit,
    papers: Sequence[BudgetVersion],
    sums: Mapping[str, tuple[Line, ...]],
    entries: Classification,
) -> tuple[PaperRow, ...]:
    """Everything published of the year, the newest first; what took its place is marked."""
    held = {one.month: one.number for one in papers}
    say = translations(visit.lang).gettext
    own = entries.own_parts()
    rows = []
    for one in sorted(papers, key=lambda one: (one.at, one.month, one.number), reverse=True):
        of = figures(sums.get(one.id, ()), own)
        act = one.act_number
        if one.act_date:
            act = ", ".join(part for part in (act, formats.day(one.act_date, visit.lang)) if part)
        rows.append(
            PaperRow(
                title=version_title(one, visit.lang),
                number=say(N_("Version %(number)s")) % {"number": one.number},
                url=version_url(visit, one),
                act=act,
                day=formats.day(day_of(one.at), visit.lang),
                sum=_sum(of.receipts if of.receipts is not None else of.spending),
                holds=held[one.month] == one.number,
                invented=one.origin == Origin.INVENTED,
            )
        )
    return tuple(rows)
