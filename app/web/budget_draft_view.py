"""What the desk's page of a draft shows: lines by side and part, totals, gaps, what changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.budget.changes import Change, changes, whole_changes
from app.budget.classification import Classification
from app.budget.models import PLAN, Article, Side
from app.budget.sums import BALANCE, Gap, Line, gaps, totals
from app.core.money import write_sum
from app.web.budget_draft_form import STATED, columns
from app.web.budget_view import Names
from app.web.sheet import Pager, pager_of
from app.web.visit import Visit
from app.words import formats, phrases

PAGE = 60  # lines of a draft on one page
MOST_CHANGES = 60


@dataclass(frozen=True, slots=True)
class Cell:
    """A field for a sum: its name, and the head of its column."""

    name: str
    head: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the draft."""

    place: int
    key: str
    name: str
    code: str
    cells: tuple[Cell, ...]
    project: str  # its number
    envelope: str  # the round's key


@dataclass(frozen=True, slots=True)
class Total:
    """A total: what the lines come to, and the field for what the paper says."""

    name: str
    field: str  # "" where it has none on this page
    found: str
    gap: str  # the difference, where there is one


@dataclass(frozen=True, slots=True)
class PartView:
    """A part with its lines."""

    total: Total
    deeper: tuple[Total, ...]  # totals of articles that the paper states
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class SideView:
    """Receipts, spending or financing."""

    total: Total
    parts: tuple[PartView, ...]


@dataclass(frozen=True, slots=True)
class GapView:
    """A place where the paper does not add up."""

    name: str
    field: str  # where on the page
    stated: str
    found: str
    by: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A line that is not what it was."""

    name: str
    before: str
    now: str
    by: str


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of a draft for its form."""

    heads: tuple[str, ...]
    sides: tuple[SideView, ...]
    balance: Total | None
    pager: Pager
    options: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]  # side: key, words


class KeyNames:
    """The names of totals and lines in the reader's language, by their keys."""

    def __init__(self, visit: Visit, entries: Classification) -> None:
        self.lang = visit.lang
        self.names = Names(visit.lang, entries)
        self._codes = {(one.side, one.key): one.code for one in entries.entries}

    def key(self, key: str) -> str:
        """The name of a total."""
        if key == BALANCE:
            return phrases.label("budget.total.balance", self.lang)
        side, _, rest = key.partition(":")
        part, _, article = rest.partition(":")
        if article:
            return self.names.article(side, article)
        if part:
            return self.names.part(side, part)
        return phrases.label(f"budget.side.{side}", self.lang)

    def code(self, line: Line) -> str:
        """As the paper has it, else as the classification."""
        return line.code or self._codes.get((line.side, line.article or line.part), "")

    def line(self, line: Line | Change) -> str:
        """A line's own words, else the name of what it stands under."""
        own = (line.name_kk, line.name_ru)
        mine, other = own if self.lang == "kk" else (own[1], own[0])
        return mine or other or self.key(line.key)


def ordered(lines: Sequence[Line], entries: Classification) -> list[tuple[int, Line]]:
    """Lines with their places, by side and part; within a part as in the paper."""
    sides = {str(side): at for at, side in enumerate(Side)}
    parts = {(side, one.key): at for side in Side for at, one in enumerate(entries.parts(side))}
    return sorted(
        enumerate(lines, start=1),
        key=lambda one: (
            sides.get(one[1].side, 9),
            parts.get((Side(one[1].side), one[1].part), -1),
            one[0],
        ),
    )


def heads_of(visit: Visit, year: int, month: int) -> tuple[str, ...]:
    """The columns of sums: the plan's three years, or what was done and what was planned."""
    if month == PLAN:
        return tuple(str(year + at) for at in range(3))
    return tuple(phrases.label(f"budget.column.{one}", visit.lang) for one in columns(month))


def table_of(
    visit: Visit,
    names: KeyNames,
    entries: Classification,
    placed: Sequence[tuple[int, Line]],
    stated: Mapping[str, int],
    *,
    year: int,
    month: int,
    unit: int,
    marks: tuple[Mapping[str, str], Mapping[str, str]],
    page: int,
    url: str,
) -> Table:
    """The table of a page of a draft. `marks`: the numbers of projects and the keys of rounds."""
    found = totals([line for _, line in placed])
    wrong = {
        gap.key: gap for gap in gaps([line for _, line in placed], stated, balanced=month == PLAN)
    }
    heads = heads_of(visit, year, month)
    pager = pager_of(page, len(placed), url, {"unit": str(unit) if unit > 1 else ""}, most=PAGE)
    first = (pager.page - 1) * PAGE
    shown = placed[first : first + PAGE]

    def total(key: str, field: bool = True) -> Total:
        gap = wrong.get(key)
        return Total(
            names.key(key),
            f"{STATED}{key}" if field else "",
            write_sum(found.get(key, 0), unit=unit),
            write_sum(gap.found - gap.stated, unit=unit) if gap else "",
        )

    def row(place: int, line: Line) -> Row:
        return Row(
            place,
            line.key,
            names.line(line),
            names.code(line),
            tuple(Cell(f"{one}-{place}", h) for one, h in zip(columns(month), heads, strict=True)),
            marks[0].get(line.proposal_id or "", ""),
            marks[1].get(line.round_id or "", ""),
        )

    begun = {(line.side, line.part) for _, line in placed[:first]}
    sides = []
    for side in Side:
        here = [(place, line) for place, line in shown if line.side == side]
        if not here and (side not in stated or pager.page != pager.pages):
            continue
        parts = []
        for part in dict.fromkeys(line.part for _, line in here):
            key = f"{side}:{part}" if part else str(side)
            asked = bool(part) and (side, part) not in begun
            several = sum(line.side == side and line.part == part for _, line in placed) > 1
            # One line is its part's total; the paper's total is asked where there is more to add.
            whole = total(key, field=asked and (several or key in stated))
            if not part or not (several or key in stated):
                whole = replace(whole, name=names.names.part(side, part), found="", gap="")
            parts.append(
                PartView(
                    whole,
                    tuple(
                        total(deep)
                        for deep in stated
                        if deep.startswith(f"{key}:") and part and (side, part) not in begun
                    ),
                    tuple(row(place, line) for place, line in here if line.part == part),
                )
            )
        new = all(begun_side != side for begun_side, _ in begun)
        sides.append(SideView(total(str(side), field=new), tuple(parts)))
    return Table(
        heads,
        tuple(sides),
        total(BALANCE) if pager.page == pager.pages else None,
        pager,
        options_of(visit, names, entries),
    )


def options_of(
    visit: Visit, names: KeyNames, entries: Classification
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """What a line may be, by side: its key and its words."""
    found = []
    for side in Side:
        words: list[tuple[str, str]] = []
        for part in entries.parts(side):
            name = names.key(f"{side}:{part.key}")
            number = f"{part.key}. " if side == Side.SPENDING else ""
            words.append((f"{side}:{part.key}", f"{number}{name}"))
            words += [
                (
                    f"{side}:{part.key}:{one.key}",
                    f"— {_coded(one)}{names.names.article(side, one.key)}",
                )
                for one in entries.articles(side, part.key)
            ]
        found.append((phrases.label(f"budget.side.{side}", visit.lang), tuple(words)))
    return tuple(found)


def _coded(one: Article) -> str:
    return f"{one.code} · " if one.code else ""


def gap_views(names: KeyNames, found: Sequence[Gap], *, unit: int) -> tuple[GapView, ...]:
    """Where a paper does not add up, in words and sums."""
    return tuple(
        GapView(
            names.key(gap.key),
            f"f-{STATED}{gap.key}",
            shown(gap.stated, unit),
            shown(gap.found, unit),
            more(gap.found - gap.stated, unit),
        )
        for gap in found
    )


def change_views(
    names: KeyNames, lines: Sequence[Line], held: Sequence[Line], *, unit: int
) -> tuple[tuple[ChangeView, ...], tuple[ChangeView, ...], int]:
    """What changes: the wholes, the lines, and how many more lines there are."""
    found = changes(lines, held)

    def view(one: Change) -> ChangeView:
        return ChangeView(
            names.line(one),
            shown(one.before, unit),
            shown(one.now, unit),
            "" if one.beside else more(one.by, unit),
        )

    return (
        tuple(view(one) for one in whole_changes(lines, held)),
        tuple(view(one) for one in found[:MOST_CHANGES]),
        max(0, len(found) - MOST_CHANGES),
    )


def shown(amount: int | None, unit: int) -> str:
    """A sum to read, in the unit of the page."""
    if amount is None:
        return "–"
    return formats.tenge(amount) if unit == 1 else write_sum(amount, unit=unit).replace("-", "−")


def more(amount: int, unit: int) -> str:
    """A difference with its sign."""
    return f"+{shown(amount, unit)}" if amount > 0 else shown(amount, unit)
