"""A budget paper as an office has it: bytes of CSV or XLSX become lines of the classification.

A year's plan, or the execution up to a month's end. Nothing here knows a database. What a person
has to decide (the unit, a column, a row that is not recognised) is in the result, and comes back
with `Choices`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.budget.classification import Classification
from app.budget.models import PLAN, Side
from app.budget.paper_columns import SUMS, Block, Code, Role, blocks, chosen
from app.budget.paper_heads import Here, month_said, other_unit, other_year
from app.budget.paper_matching import DEFICIT, Names, Taken, is_kazakh, plain
from app.budget.paper_numbers import Comma, Marks, in_tenge, marks_of, read_number, unit_said
from app.budget.paper_settle import settle
from app.budget.paper_tree import Node, Raw, Reader
from app.budget.sums import BALANCE, Gap, Line, gaps, totals
from app.core.money import MOST
from app.core.refusal import Refusal
from app.core.sheets import Grid, read_grids
from app.core.workbook import cell_name

MOST_BYTES = 5_000_000
MOST_UNPACKED = 24_000_000  # bytes of a workbook's parts together
MOST_ROWS = 3_000
_HEAD_ROWS = 12
_MOST_NAME = 400  # characters


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person decided of a paper: its sheet, unit, columns and rows."""

    sheet: int | None = None
    unit: int | None = None  # tenge in one of the paper's
    columns: Mapping[tuple[int, int], Role] = field(default_factory=dict)  # (block, place) → role
    rows: Mapping[int, str] = field(default_factory=dict)  # number → a total's key, or `skip`


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A row with a sum, and what it was taken for. Sums are whole tenge."""

    number: int  # as a spreadsheet shows it
    name: str
    code: str
    taken: Taken
    key: str  # of the line, or of the total
    sums: Mapping[Role, int]
    chosen: bool
    why: Refusal | None


@dataclass(frozen=True, slots=True)
class Paper:
    """What was read of a paper. `why`: what stands against taking it as it is."""

    year: int
    month: int
    sheet: int
    sheets: tuple[str, ...]
    blocks: tuple[Block, ...]
    unit: int | None
    unit_said: int | None  # by the paper's own words
    rows: tuple[PaperRow, ...]
    lines: tuple[Line, ...]
    stated: Mapping[str, int]
    gaps: tuple[Gap, ...]
    places: Mapping[str, int]  # a total's key → the row that states it
    why: tuple[Refusal, ...]
    notes: tuple[Refusal, ...]  # worth a look, and no obstacle

    @property
    def unknown(self) -> tuple[PaperRow, ...]:
        """The rows that belong nowhere yet."""
        return tuple(row for row in self.rows if row.taken is Taken.UNKNOWN)

    @property
    def fits(self) -> bool:
        """Whether it can be taken as it is."""
        return bool(self.lines) and not (
            self.why or self.gaps or self.unknown or any(row.why for row in self.rows)
        )


def read_paper(
    data: bytes,
    *,
    entries: Classification,
    month: int = PLAN,
    choices: Choices | None = None,
    here: Here | None = None,
    most_unpacked: int = MOST_UNPACKED,
) -> Paper:
    """Reads a paper of the classification's year; month 0 is its plan.

    Raises Refusal sheets.* for what is no table, budget_papers.no_table, .other_unit, .other_year.
    """
    choices = choices or Choices()
    if not data.strip():
        raise Refusal("budget_papers.empty")
    grids = read_grids(
        data, most_bytes=MOST_BYTES, most_rows=MOST_ROWS, most_unpacked=most_unpacked
    )
    if not any(grid.rows for grid in grids):
        raise Refusal("budget_papers.empty")
    year = entries.year
    found = {place: blocks(grid, year=year, month=month) for place, grid in enumerate(grids)}
    place = _sheet(grids, found, choices, year)
    grid, tables = grids[place], found[place]
    tables = tuple(chosen(one, choices.columns) for one in tables)
    head = _head(grid, tables)
    if here is not None and (named := other_unit(head, here)):
        raise Refusal("budget_papers.other_unit", named=named[:120])
    if (named_year := other_year(head, year)) is not None and month == PLAN:
        raise Refusal("budget_papers.other_year", named=str(named_year), year=str(year))
    said = next(
        (unit for text in (*_captions(tables), *head) if (unit := unit_said(text)) is not None),
        None,
    )
    return _read(
        grid, tables, names=Names(entries), month=month, said=said, choices=choices,
        sheet=place, sheets=tuple(one.name for one in grids),
        notes=_notes(head, year, month),
    )  # fmt: skip


def _sheet(
    grids: Sequence[Grid],
    found: Mapping[int, tuple[Block, ...]],
    choices: Choices,
    year: int,
) -> int:
    """The sheet to read: the chosen one, else the first with a table, of this year if it says."""
    there = [place for place in found if found[place]]
    if not there:
        head = [cell for grid in grids for _, cells in grid.rows[:_HEAD_ROWS] for cell in cells]
        if (named := other_year(head, year)) is not None:
            raise Refusal("budget_papers.other_year", named=str(named), year=str(year))
        raise Refusal("budget_papers.no_table")
    if choices.sheet in there:
        return choices.sheet
    right = [one for one in there if other_year(_head(grids[one], found[one]), year) is None]
    return (right or there)[0]


def _head(grid: Grid, tables: Sequence[Block]) -> list[str]:
    """The texts above the first table, and the sheet's name."""
    first = tables[0].header if tables else 0
    texts = [
        cell for number, cells in grid.rows[:_HEAD_ROWS] if number < first for cell in cells if cell
    ]
    return [grid.name, *texts]


def _captions(tables: Sequence[Block]) -> list[str]:
    return [one.caption for table in tables for one in table.columns]


def _notes(head: Sequence[str], year: int, month: int) -> tuple[Refusal, ...]:
    said = month_said(head, year)
    if month in (PLAN, 13) or said is None or said == month:
        return ()
    return (Refusal("budget_papers.other_month", month=said),)


def _read(
    grid: Grid,
    tables: Sequence[Block],
    *,
    names: Names,
    month: int,
    said: int | None,
    choices: Choices,
    sheet: int,
    sheets: tuple[str, ...],
    notes: tuple[Refusal, ...],
) -> Paper:
    unit = choices.unit or said
    marks = _marks(tables, typed=bool(grid.name))
    reader = Reader(names, dict(choices.rows))
    rounded = False
    for table in tables:
        for number, cells in table.rows:
            node, tiyn = _node(number, cells, table, marks, unit or 1, grid)
            rounded = rounded or tiyn
            if node is not None:
                codes = tuple(
                    (one.code or Code.ANY, _digits(_cell(cells, one.place)))
                    for one in table.columns
                    if one.role is Role.CODE
                )
                reader.take(Raw(node, table, codes))
    taken = settle(reader.roots, rounded)
    lines = tuple(_line(node, month) for node in taken if node.taken is Taken.LINE)
    for node in taken:
        if node.taken is Taken.LINE and node.why is None:
            node.why = _why_not_sums(node)
    stated, places = _stated(reader, lines, rounded)
    wrong = _gaps(lines, stated, reader, len(lines) if rounded else 0)
    why = []
    if unit is None:
        why.append(Refusal("budget_papers.unit", field="unit"))
    if Comma.UNCLEAR in (marks.comma, marks.point) and any(
        row.why and row.why.code == "budget_papers.unclear" for row in reader.nodes
    ):
        why.append(Refusal("budget_papers.unclear_marks"))
    if not lines and not any(node.taken is Taken.UNKNOWN for node in reader.nodes):
        why.append(Refusal("budget_papers.no_lines"))
    if rounded:
        notes = (*notes, Refusal("budget_papers.rounded"))
    if not stated and lines:
        notes = (*notes, Refusal("budget_papers.nothing_stated"))
    return Paper(
        year=names.entries.year,
        month=month,
        sheet=sheet,
        sheets=sheets,
        blocks=tuple(tables),
        unit=unit,
        unit_said=said,
        rows=tuple(_row(node) for node in reader.nodes if node.sums or node.why or node.chosen),
        lines=lines,
        stated=stated,
        gaps=wrong,
        places=places,
        why=tuple(why),
        notes=notes,
    )


def _marks(tables: Sequence[Block], *, typed: bool) -> Marks:
    texts = [
        _cell(cells, place)
        for table in tables
        for place in table.places(*SUMS)
        for _, cells in table.rows
    ]
    return marks_of(texts, typed=typed)


def _node(
    number: int, cells: Sequence[str], table: Block, marks: Marks, unit: int, grid: Grid
) -> tuple[Node | None, bool]:
    """A row's words and sums; whether a sum had tiyn. None for a row that says nothing."""
    texts = {
        role: " ".join(filter(None, (_cell(cells, place) for place in table.places(role))))
        for role in (Role.NAME, Role.NAME_KK, Role.NAME_RU)
    }
    sums: dict[Role, int] = {}
    why: Refusal | None = None
    tiyn = False
    for column in table.columns:
        if column.role not in SUMS:
            continue
        if (number, column.place) in grid.uncounted:
            raise Refusal("sheets.formula", cell=cell_name(number, column.place))
        text = _cell(cells, column.place)
        try:
            found = read_number(text, marks)
        except ValueError as wrong:
            kind = "unclear" if str(wrong) == "unclear" else "not_a_number"
            why = Refusal(f"budget_papers.{kind}", row=number, text=text[:60])
            continue
        if found is None:
            continue
        if abs(found) > MOST:
            why = Refusal("budget_papers.large", row=number)
            continue
        sums[column.role], had = in_tenge(found, unit)
        tiyn = tiyn or had
    if why is not None and not sums and not any(_cell(cells, one) for one in _code_places(table)):
        # A sentence under the table that reaches into its columns is a note, not a sum.
        noted = str(why.facts.get("text", ""))
        if why.code == "budget_papers.not_a_number" and not any(c.isdigit() for c in noted):
            why = None
    single = texts[Role.NAME]
    kk = texts[Role.NAME_KK] or (single if is_kazakh(single) else "")
    ru = texts[Role.NAME_RU] or (single if not is_kazakh(single) else "")
    if not (kk or ru or sums):
        return None, tiyn
    node = Node(number, kk[:_MOST_NAME], ru[:_MOST_NAME], sums, why=why)
    return node, tiyn


def _code_places(table: Block) -> list[int]:
    return table.places(Role.CODE)


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""


def _digits(text: str) -> str:
    """A code without what stands between its digits; nothing where it is no code."""
    bare = text.removesuffix(".0")
    digits = "".join(c for c in bare if c.isascii() and c.isdigit())
    return digits if digits and not any(c.isalpha() for c in bare) and len(digits) <= 12 else ""


def _why_not_sums(node: Node) -> Refusal | None:
    if node.side != Side.FINANCING and any(amount < 0 for amount in node.sums.values()):
        return Refusal("budget_papers.negative", row=node.number)
    if any(abs(amount) > MOST for amount in node.sums.values()):
        return Refusal("budget_papers.large", row=node.number)
    return None


def _line(node: Node, month: int) -> Line:
    side, _, rest = node.key.partition(":")
    part, _, article = rest.partition(":")
    repaid = side == Side.FINANCING and part == "repaid"
    sums = {role: -abs(amount) if repaid else amount for role, amount in node.sums.items()}
    named = node.target is None
    return Line(
        side=side,
        amount=sums.get(Role.AMOUNT, 0),
        part=part,
        article=article,
        code=node.code,
        name_kk=node.name_kk if named else "",
        name_ru=node.name_ru if named else "",
        amount_1=sums.get(Role.AMOUNT_1) if month == PLAN else None,
        amount_2=sums.get(Role.AMOUNT_2) if month == PLAN else None,
        planned=sums.get(Role.PLANNED) if month != PLAN else None,
    )


def _stated(
    reader: Reader, lines: Sequence[Line], rounded: bool
) -> tuple[dict[str, int], dict[str, int]]:
    """The totals that the paper states for the column that counts, and their rows."""
    found = totals(lines)
    if Side.RECEIPT in found or Side.SPENDING in found:
        found.setdefault(BALANCE, found.get(Side.RECEIPT, 0) - found.get(Side.SPENDING, 0))
    stated: dict[str, int] = {}
    places: dict[str, int] = {}
    for node in reader.nodes:
        if node.taken is not Taken.TOTAL or not node.key or Role.AMOUNT not in node.sums:
            continue
        said = node.sums[Role.AMOUNT]
        come = found.get(node.key, 0)
        if node.key == BALANCE and said == -come and DEFICIT.search(plain(node.name)):
            said = come  # «Дефицит 585»: a lack, written without its sign
        if rounded and abs(said - come) <= len(lines) + 1:
            said = come
        if node.key in stated and stated[node.key] != said:
            node.why = Refusal("budget_papers.twice", row=node.number, other=places[node.key])
            continue
        stated[node.key], places[node.key] = said, node.number
    return stated, places


def _gaps(
    lines: Sequence[Line], stated: Mapping[str, int], reader: Reader, most: int
) -> tuple[Gap, ...]:
    """Where totals and lines differ; in the columns beside, at the row of the total."""
    wrong = gaps(lines, stated)
    for role in (Role.AMOUNT_1, Role.AMOUNT_2, Role.PLANNED):
        found = totals(lines, role.value)
        for node in reader.nodes:
            if node.taken is not Taken.TOTAL or role not in node.sums or node.key == BALANCE:
                continue
            told, come = node.sums[role], found.get(node.key, 0)
            if abs(told - come) > most and node.why is None:
                node.why = Refusal(
                    "budget_papers.subtotal", row=node.number, stated_tenge=told, found_tenge=come
                )
    return tuple({gap.key: gap for gap in reversed(wrong)}.values())[::-1]


def _row(node: Node) -> PaperRow:
    return PaperRow(
        number=node.number,
        name=node.name,
        code=node.code,
        taken=node.taken,
        key=node.key,
        sums=dict(node.sums),
        chosen=node.chosen,
        why=node.why,
    )
