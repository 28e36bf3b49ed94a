"""What may be published of a budget, and what is said of a month. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.budget.models import ANNUAL, PLAN, Kind, Side
from app.budget.sums import Gap, Line
from app.core.money import MOST
from app.core.refusal import Refusal

FIRST_YEAR = 2018  # since then there are fourth-level budgets
STEPS = tuple(kind for kind in Kind if kind is not Kind.EXECUTED)
WITH_ACT = frozenset({Kind.AGREED, Kind.APPROVED, Kind.REFINED})  # need a number and a date
MOST_LINES = 1000


@dataclass(frozen=True, slots=True)
class Before:
    """What is published already of the same plan or month: its newest version."""

    number: int
    kind: str


def why_not_year(year: int, today: date) -> Refusal | None:
    """A budget is planned one year ahead, its planned years two more."""
    if not FIRST_YEAR <= year <= today.year + 2:
        return Refusal("budget.year", field="year", first=str(FIRST_YEAR), last=str(today.year + 2))
    return None


def why_not_month(year: int, month: int, today: date) -> Refusal | None:
    """Execution is reported of months that are over, and of the year once it is over."""
    if month == PLAN:
        return None
    if not 1 <= month <= ANNUAL:
        return Refusal("budget.month", field="month")
    if today < month_over(year, month):
        return Refusal("budget.month_early", field="month", day=month_over(year, month))
    return None


def month_over(year: int, month: int) -> date:
    """The first day on which a month, or the year, is over."""
    return date(year + 1, 1, 1) if month >= 12 else date(year, month + 1, 1)


def why_not_lines(lines: Sequence[Line], known: frozenset[tuple[str, str]]) -> Refusal | None:
    """What is wrong with the lines themselves; `known` are the parts and articles of the year."""
    if not lines:
        return Refusal("budget.no_lines")
    if len(lines) > MOST_LINES:
        return Refusal("budget.many_lines", most=MOST_LINES)
    for place, line in enumerate(lines, start=1):
        amounts = (line.amount, line.amount_1, line.amount_2, line.planned)
        if line.side != Side.FINANCING and any(one is not None and one < 0 for one in amounts):
            return Refusal("budget.negative", row=place)
        if any(one is not None and abs(one) > MOST for one in amounts):
            return Refusal("budget.large", row=place)
        if line.part and (line.side, line.part) not in known:
            return Refusal("budget.unknown_part", row=place, part=line.part)
        if line.article and (line.side, line.article) not in known:
            return Refusal("budget.unknown_article", row=place, article=line.article)
    return None


def why_not_gaps(found: Sequence[Gap]) -> Refusal | None:
    """Why a version that does not add up cannot be published: the first place where it does not."""
    if not found:
        return None
    gap = found[0]
    return Refusal(
        "budget.gap", key=gap.key, stated_tenge=gap.stated, found_tenge=gap.found, n=len(found)
    )


def why_not_step(
    kind: Kind,
    *,
    before: Before | None,
    corrects: int | None,
    act_number: str,
    act_date: date | None,
    words_kk: str,
    words_ru: str,
    today: date,
    from_source: bool = False,
) -> Refusal | None:
    """Why this step of a plan, or this execution, cannot be published now.

    Steps go forward only; a step that stands is published again as its correction, with a reason.
    Figures taken from elsewhere (`from_source`) name their source; their act may not be known.
    """
    if kind in WITH_ACT and not from_source and not act_number.strip():
        return Refusal("budget.act_number", field="act_number")
    if kind in WITH_ACT and not from_source and act_date is None:
        return Refusal("budget.act_date", field="act_date")
    if act_date is not None and act_date > today:
        return Refusal("budget.act_ahead", field="act_date")
    if before is None:
        return Refusal("budget.corrects", field="corrects") if corrects is not None else None
    again = kind == before.kind and kind is not Kind.REFINED
    if again and corrects is None:
        return Refusal("budget.say_correction", field="corrects", number=before.number)
    if corrects is not None and (corrects != before.number or kind != before.kind):
        return Refusal("budget.corrects", field="corrects")
    if kind is not Kind.EXECUTED and STEPS.index(kind) < STEPS.index(Kind(before.kind)):
        return Refusal("budget.step_back", field="kind")
    if corrects is not None or kind is Kind.REFINED:
        if not words_kk.strip():
            return Refusal("budget.reason", field="words_kk")
        if not words_ru.strip():
            return Refusal("budget.reason", field="words_ru")
    return None
