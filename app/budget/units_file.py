"""Reading a file of budgets from published acts, a unit a row: thousands of tenge in, whole tenge
out. Pure.

Columns: see COLUMNS; others are ignored. A row says where its figures come from (`decision`,
`source_url`), and must add up before anything else is asked of it.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from app.budget.models import Kind, Side
from app.budget.rules import why_not_gaps
from app.budget.sums import Line, gaps
from app.core.refusal import Refusal, insist
from app.places.classifier import BadRow, BadRows
from app.places.names import tidy

COLUMNS = (
    *("kato", "unit_ru", "unit_kk", "raion_ru", "oblast_ru", "year", "income_kzt_thousand"),
    *("tax", "non_tax", "capital_sales", "transfers", "transfers_derived", "costs"),
    *("own_revenue", "decision", "source_url"),
)
PARTS = (("tax", "tax"), ("non_tax", "non_tax"), ("capital_sales", "capital"))
DECISION = re.compile(r"(№\s*[^,]+),\s*(\d{2})\.(\d{2})\.(\d{4})")
AMENDS = re.compile(r"\bamends\b")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A row that can be read and adds up. Sums are whole tenge."""

    row: int  # in the file; the heads are row 1
    kato: str  # "" where the file has none
    name_kk: str
    name_ru: str
    raion_ru: str
    oblast_ru: str
    year: int
    lines: tuple[Line, ...]
    stated: Mapping[str, int]
    kind: Kind
    act_number: str
    act_date: date | None
    decision: str
    url: str
    derived: bool  # the transfers are the income less the rest

    @property
    def name(self) -> str:
        """What the report calls it."""
        return self.name_ru or self.name_kk or self.kato


def read_units(lines: Iterable[str]) -> tuple[list[UnitRow], list[BadRow]]:
    """The rows that can be taken, and those that cannot with the reason of each.

    Raises BadRows where columns are missing.
    """
    reader = csv.DictReader(lines)
    if lacking := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
        raise BadRows([BadRow(1, Refusal("places.columns", columns=", ".join(lacking)))])
    good: list[UnitRow] = []
    bad: list[BadRow] = []
    for number, cells in enumerate(reader, start=2):
        try:
            good.append(_row(number, {name: tidy(cells[name] or "") for name in COLUMNS}))
        except Refusal as why:
            bad.append(BadRow(number, why))
    return good, bad


def _row(number: int, cells: Mapping[str, str]) -> UnitRow:
    if not (cells["year"].isascii() and cells["year"].isdigit() and len(cells["year"]) == 4):
        raise Refusal("budget_units.year", year=cells["year"][:20])
    amounts = {name: _tenge(cells, name) for name in ("income_kzt_thousand", "costs", "transfers")}
    amounts |= {name: _tenge(cells, name) for name, _ in PARTS}
    lines = [Line(Side.RECEIPT, amount, key) for name, key in PARTS if (amount := amounts[name])]
    if amount := amounts["transfers"]:
        lines.append(Line(Side.RECEIPT, amount, "transfers"))
    stated = {str(Side.RECEIPT): amounts["income_kzt_thousand"] or 0}
    if amounts["costs"] is not None:
        lines.append(Line(Side.SPENDING, amounts["costs"]))
        stated[str(Side.SPENDING)] = amounts["costs"]
    insist(why_not_gaps(gaps(lines, stated)))
    own = sum(amounts[name] or 0 for name, _ in PARTS)
    said = _tenge(cells, "own_revenue")
    if said is not None and said != own:
        raise Refusal("budget_units.own", stated_tenge=said, found_tenge=own)
    url = cells["source_url"]
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise Refusal("budget_units.address")
    if not cells["decision"]:
        raise Refusal("budget_units.decision")
    act_number, act_date = _act(cells["decision"])
    year = int(cells["year"])
    # By article 91(5) a budget is approved by 1 March of its year; what comes later changes it.
    changes = act_date is not None and act_date > date(year, 3, 1)
    return UnitRow(
        row=number,
        kato=cells["kato"],
        name_kk=cells["unit_kk"],
        name_ru=cells["unit_ru"],
        raion_ru=cells["raion_ru"],
        oblast_ru=cells["oblast_ru"],
        year=year,
        lines=tuple(lines),
        stated=stated,
        kind=Kind.REFINED if changes or AMENDS.search(cells["decision"]) else Kind.APPROVED,
        act_number=act_number,
        act_date=act_date,
        decision=cells["decision"],
        url=url,
        derived=cells["transfers_derived"] == "yes",
    )


def _tenge(cells: Mapping[str, str], name: str) -> int | None:
    """Whole tenge of a cell in thousands; None where it is empty."""
    text = cells[name].replace(" ", "").replace(",", ".")
    if not text:
        return None
    try:
        tenge = Decimal(text) * 1000
        if not tenge.is_finite() or tenge < 0 or tenge != int(tenge):
            raise InvalidOperation
    except InvalidOperation:
        raise Refusal("budget_units.sum", column=name, value=cells[name][:30]) from None
    return int(tenge)


def _act(decision: str) -> tuple[str, date | None]:
    """Number and day of «№ 29-5, 08.05.2025»; other words are the number as they stand."""
    found = DECISION.match(decision)
    if found is None:
        return decision, None
    number, day, month, year = found.groups()
    try:
        return number, date(int(year), int(month), int(day))
    except ValueError:
        return decision, None
