"""Budgets side by side as a page shows them: rows of units, or of oblasts and raions."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from app.budget.comparing import Medians, Unit, medians, together
from app.budget.models import Kind, Origin
from app.budget.sums import share
from app.core.text import fold, in_order
from app.followup.beside_budgets import Compared
from app.places.models import Place
from app.web.budget_view import month_words
from app.web.frame import Link
from app.web.visit import Visit
from app.words import formats, phrases
from app.words.catalogue import N_, translations

NOT_DECIDED = (Kind.DRAFT, Kind.AGREED, Kind.AT_RAION)


@dataclass(frozen=True, slots=True)
class Figures:
    """What is compared of a unit, or of all units of a place. None: not known."""

    name: str
    url: str
    notes: tuple[str, ...]
    published: bool
    receipts: float | None
    own: float | None  # 0..1
    resident: float | None
    execution: float | None  # 0..1
    months: tuple[int, int] | None = None
    envelope: int | None = None
    envelope_share: float | None = None
    envelope_year: int | None = None
    publications: int | None = None
    answers: int | None = None  # late
    answers_of: int | None = None
    instead: str = ""  # what stands where nothing is published


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: words, what stands small under them, and a bar (0..100) with the median's line."""

    label: str
    text: str
    small: str = ""
    bar: float | None = None
    line: float | None = None
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table."""

    name: str
    url: str
    notes: tuple[str, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head: a link that sorts by it, and how it is sorted now."""

    label: str
    url: str
    order: str  # ascending, descending or none
    number: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the comparison."""

    id: str
    caption: str
    heads: tuple[Head, ...]
    summary: tuple[Row, ...]
    rows: tuple[Row, ...]


Key = Callable[[Figures], float | None]
# What one may sort by. Most comes first, save for names.
SORTS: dict[str, tuple[str, Key]] = {
    "name": (N_("By name"), lambda one: None),
    "receipts": (N_("Receipts, million ₸"), lambda one: one.receipts),
    "own": (N_("Own money in receipts"), lambda one: one.own),
    "resident": (N_("For each resident"), lambda one: one.resident),
    "execution": (N_("Execution"), lambda one: one.execution),
    "envelope": (N_("Sum of the vote, million ₸"), lambda one: one.envelope),
    "publications": (N_("Late publications"), lambda one: one.publications),
    "answers": (N_("Late answers"), lambda one: one.answers),
}


def sort_asked(typed: str) -> str:
    """`own`, or `-own` the other way round; by name for anything odd."""
    return typed if typed.removeprefix("-") in SORTS else "name"


def ordered(visit: Visit, rows: Iterable[Figures], sort: str) -> list[Figures]:
    """The rows in the order asked for; what is not known comes last either way."""
    by, turned = sort.removeprefix("-"), sort.startswith("-")
    named = sorted(
        rows, key=lambda one: in_order(one.name if visit.lang == "kk" else fold(one.name))
    )
    if by == "name":
        return named[::-1] if turned else named
    key = SORTS[by][1]
    known = [(value, one) for one in named if (value := key(one)) is not None]
    known.sort(key=lambda pair: pair[0], reverse=not turned)
    return [one for _, one in known] + [one for one in named if key(one) is None]


def heads(visit: Visit, first: str, sort: str, url: Callable[[str], str]) -> tuple[Head, ...]:
    """The heads of a table; the one it is sorted by turns the order round."""
    say = translations(visit.lang).gettext
    by, turned = sort.removeprefix("-"), sort.startswith("-")
    found = []
    for name, (words, _) in SORTS.items():
        order = ""
        if name == by:
            order = "ascending" if (name == "name") != turned else "descending"
        to = f"-{name}" if name == by and not turned else name
        label = first if name == "name" else say(words)
        found.append(Head(label, url(to), order, name != "name"))
    return tuple(found)


def unit_figures(visit: Visit, one: Compared, *, year: int, above: str) -> Figures:
    """A unit's row."""
    say = translations(visit.lang).gettext
    unit = one.unit
    here = f"{visit.root}/{unit.slug}"
    notes = [above] if above else []
    instead = ""
    if unit.origin == Origin.INVENTED:
        notes.append(say(N_("invented figures")))
    elif unit.origin == Origin.SOURCE:
        notes.append(say(N_("from a published act")))
    if unit.plan_kind in NOT_DECIDED:
        notes.append(phrases.label(f"budget.kind.{unit.plan_kind}", visit.lang))
    if not unit.published and unit.newest_year:
        instead = say(N_("newest: %(year)s")) % {"year": unit.newest_year}
    url = f"{here}/budget/{year}" if unit.published else f"{here}/" if unit.slug else ""
    return Figures(
        name=visit.in_lang(unit, "name"),
        url=url,
        notes=tuple(notes),
        published=unit.published,
        receipts=unit.receipts,
        own=unit.own_share,
        resident=unit.per_resident,
        execution=unit.executed,
        months=(unit.actual_month, unit.actual_month) if unit.actual_month else None,
        envelope=one.envelope.amount if one.envelope else None,
        envelope_share=one.envelope_share,
        envelope_year=one.envelope.budget_year if one.envelope else None,
        publications=one.publications_late,
        answers=one.answers_late if one.answers else None,
        answers_of=one.answers,
        instead=instead,
    )


def group_figures(
    visit: Visit, name: str, url: str, some: Sequence[Compared], *, year: int
) -> Figures:
    """All units of a place in one row: sums, and shares of the sums; rounds of this year only."""
    catalogue = translations(visit.lang)
    all_ = together([one.unit for one in some])
    notes = [
        catalogue.gettext(N_("Published: %(some)s / %(all)s"))
        % {"some": formats.number(all_.published), "all": formats.number(all_.units)}
    ]
    if all_.invented:
        notes.append(
            catalogue.gettext(N_("invented: %(n)s")) % {"n": formats.number(all_.invented)}
        )
    asked = [
        (one.envelope.amount, one.unit.spending)
        for one in some
        if one.envelope and one.envelope.budget_year == year
    ]
    exact = [(amount, whole) for amount, whole in asked if whole]
    late = [one.publications_late for one in some if one.publications_late is not None]
    answers = [(one.answers_late or 0, one.answers) for one in some if one.answers]
    return Figures(
        name=name,
        url=url,
        notes=tuple(notes),
        published=all_.published > 0,
        receipts=all_.receipts,
        own=all_.own_share,
        resident=all_.per_resident,
        execution=all_.executed,
        months=all_.months,
        envelope=sum(amount for amount, _ in asked) if asked else None,
        envelope_share=share(sum(a for a, _ in exact), sum(b for _, b in exact)),
        publications=sum(late) if late else None,
        answers=sum(a for a, _ in answers) if answers else None,
        answers_of=sum(b for _, b in answers),
    )


def median_figures(visit: Visit, some: Iterable[Unit]) -> Figures | None:
    """The middle of the units that published; None where fewer than two did."""
    there = [one for one in some if one.published]
    if len(there) < 2:
        return None
    found: Medians = medians(there)
    return Figures(
        name=translations(visit.lang).gettext(N_("Median of the units that published")),
        url="",
        notes=(),
        published=True,
        receipts=found.receipts,
        own=found.own_share,
        resident=found.per_resident,
        execution=found.executed,
    )


def row_of(visit: Visit, one: Figures, *, median: float | None) -> Row:
    """A row in words. `median` of the own share stands as a line in its bar."""
    say = translations(visit.lang).gettext

    def cell(name: str, text: str, small: str = "", *, bad: bool = False) -> Cell:
        return Cell(say(SORTS[name][0]), text, small, bad=bad)

    first = cell("receipts", millions(one.receipts))
    if not one.published:
        first = cell("receipts", say(N_("not published")), one.instead)
    own = Cell(say(SORTS["own"][0]), "")
    if one.own is not None:
        line = median * 100 if median is not None else None
        own = Cell(say(SORTS["own"][0]), formats.percent(one.own, 1), "", one.own * 100, line)
    envelope = ""
    if one.envelope_share is not None:
        envelope = f"({formats.percent(one.envelope_share, 1)})"
    elif one.envelope_year:
        envelope = say(N_("budget of %(year)s")) % {"year": one.envelope_year}
    answers = ""
    if one.answers is not None:
        answers = f"{formats.number(one.answers)} / {formats.number(one.answers_of or 0)}"
    return Row(
        name=one.name,
        url=one.url,
        notes=one.notes,
        cells=(
            first,
            own,
            cell("resident", formats.tenge(round(one.resident)) if one.resident else ""),
            cell(
                "execution",
                formats.percent(one.execution, 1) if one.execution is not None else "",
                until(visit, one.months) if one.execution is not None else "",
            ),
            cell("envelope", millions(one.envelope), envelope),
            cell(
                "publications",
                formats.number(one.publications) if one.publications is not None else "",
                bad=bool(one.publications),
            ),
            cell("answers", answers, bad=bool(one.answers)),
        ),
    )


def until(visit: Visit, months: tuple[int, int] | None) -> str:
    """To the end of which month the execution is told; of several units, of which months."""
    if months is None:
        return ""
    first, last = months
    if first == last:
        return month_words(first, visit.lang)
    return f"{month_words(first, visit.lang)} – {month_words(last, visit.lang)}"


def millions(amount: float | None) -> str:
    """`3 799,0`: millions of tenge."""
    if amount is None:
        return ""
    whole, tenths = divmod(round(amount / 100_000), 10)
    return f"{formats.number(whole)},{tenths}"


def place_names(visit: Visit, places: Iterable[Place]) -> dict[str, str]:
    """Names by code in the reader's language."""
    return {one.kato: visit.in_lang(one, "name") for one in places}


def budgets_link(visit: Visit, *, year: int | None = None) -> Link:
    """From a unit's money to its raion, where budgets stand side by side."""
    words = translations(visit.lang).gettext(N_("Compare with the neighbours' budgets"))
    query = f"?year={year}" if year else ""
    return Link(f"{visit.root}/budgets/{visit.district.raion_kato}{query}", words)
