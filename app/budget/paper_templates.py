"""A paper to fill in: this year's classification as rows. What is filled in reads back.

Captions are in Kazakh and Russian at once, as the papers are; sums are thousands of tenge.
"""

from dataclasses import dataclass

from app.budget.classification import Classification
from app.budget.models import ANNUAL, PLAN, Article, Side

SECTIONS = {
    Side.RECEIPT: ("I. Кірістер", "I. Доходы"),
    Side.SPENDING: ("II. Шығындар", "II. Затраты"),
    Side.FINANCING: (
        "VI. Бюджет тапшылығын қаржыландыру (профицитін пайдалану)",
        "VI. Финансирование дефицита (использование профицита) бюджета",
    ),
}
DEFICIT = ("V. Бюджет тапшылығы (профициті)", "V. Дефицит (профицит) бюджета")


@dataclass(frozen=True, slots=True)
class Blank:
    """A paper to fill in: captions and rows."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def blank_paper(entries: Classification, month: int) -> Blank:
    """The rows of a year's plan (month 0), or of execution."""
    year = entries.year
    sums = (
        tuple(f"{one} жыл / год, мың теңге" for one in range(year, year + 3))
        if month == PLAN
        else ("Кезеңге жоспар / План на период, мың теңге", "Атқарылуы / Исполнение, мың теңге")
    )
    heads = ("Коды", "Атауы", "Наименование", *sums)
    rows: list[tuple[str, ...]] = []

    def add(code: str, kk: str, ru: str) -> None:
        rows.append((code, kk, ru, *("" for _ in sums)))

    add("", *SECTIONS[Side.RECEIPT])
    for part in entries.parts(Side.RECEIPT):
        add(part.code, part.name_kk, part.name_ru)
        for one in entries.articles(Side.RECEIPT, part.key):
            add(one.code, one.name_kk, one.name_ru)
    add("", *SECTIONS[Side.SPENDING])
    for part in entries.parts(Side.SPENDING):
        below = entries.articles(Side.SPENDING, part.key)
        for entry in _named_once([*below] or [part]):
            add(entry.code, entry.name_kk, entry.name_ru)
    add("", *DEFICIT)
    add("", *SECTIONS[Side.FINANCING])
    for part in entries.parts(Side.FINANCING):
        add("", part.name_kk, part.name_ru)
    return Blank(heads, tuple(rows))


def _named_once(found: list[Article]) -> list[Article]:
    return list({one.key: one for one in found}.values())


def title_of(unit_kk: str, year: int, month: int) -> str:
    """What stands above the captions: whose paper it is, in words that read back."""
    if month == PLAN:
        return f"{unit_kk}: {year} жылға арналған бюджет, мың теңге"
    if month == ANNUAL:
        return f"{unit_kk}: {year} жылғы бюджеттің атқарылуы, мың теңге"
    return f"{unit_kk}: {year} жылғы бюджеттің атқарылуы, ай {month}, мың теңге"
