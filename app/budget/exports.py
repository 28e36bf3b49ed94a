"""Budgets to take away: one row a line, the same columns in CSV, XLSX and JSON. Pure.

`COLUMNS` is the schema; its words for people stand in the phrase book `money` as
`data.column.<name>`. Sums are whole tenge. Names of columns and codes are the same in every
language and do not change within a format's number.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.budget.classification import Classification
from app.budget.models import PLAN, BudgetVersion, Level
from app.budget.sums import Figures, Line, figures, totals

FORMAT = 1
LICENCE = "CC-BY-4.0"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what its cells are."""

    name: str
    type: str  # text · code · integer · date · boolean
    key: bool = False  # part of what names a row


COLUMNS = (
    Column("kato", "code", key=True),
    Column("year", "integer", key=True),
    Column("month", "integer", key=True),
    Column("version", "integer", key=True),
    Column("step", "code"),
    Column("holds", "boolean"),
    Column("act_number", "text"),
    Column("act_date", "date"),
    Column("origin", "code"),
    Column("source", "text"),
    Column("line", "integer", key=True),
    Column("side", "code"),
    Column("part", "code"),
    Column("part_kk", "text"),
    Column("part_ru", "text"),
    Column("own", "boolean"),
    Column("article", "code"),
    Column("article_kk", "text"),
    Column("article_ru", "text"),
    Column("code", "text"),
    Column("words_kk", "text"),
    Column("words_ru", "text"),
    Column("amount", "integer"),
    Column("amount_1", "integer"),
    Column("amount_2", "integer"),
    Column("planned", "integer"),
    Column("project", "code"),
    Column("round", "code"),
)
HEADS = tuple(column.name for column in COLUMNS)


@dataclass(frozen=True, slots=True)
class Exported:
    """A version with everything its rows need."""

    kato: str
    version: BudgetVersion
    holds: bool
    lines: tuple[Line, ...]
    entries: Classification
    projects: Mapping[str, str]  # a proposal's id → its number
    rounds: Mapping[str, str]  # a round's id → its key


def rows(of: Exported) -> Iterable[dict[str, Any]]:
    """One row a line, in the paper's order; None where there is nothing."""
    version = of.version
    parts = {(one.side, one.key): one for one in of.entries.entries if one.level == Level.PART}
    articles = {
        (one.side, one.key): one for one in of.entries.entries if one.level == Level.ARTICLE
    }
    for place, line in enumerate(of.lines, start=1):
        part = parts.get((line.side, line.part))
        article = articles.get((line.side, line.article))
        yield {
            "kato": of.kato,
            "year": version.year,
            "month": version.month,
            "version": version.number,
            "step": version.kind,
            "holds": of.holds,
            "act_number": version.act_number or None,
            "act_date": version.act_date,
            "origin": version.origin,
            "source": version.source or None,
            "line": place,
            "side": line.side,
            "part": line.part or None,
            "part_kk": part.name_kk if part else None,
            "part_ru": part.name_ru if part else None,
            "own": part.own if part and line.side == "receipt" else None,
            "article": line.article or None,
            "article_kk": article.name_kk if article else None,
            "article_ru": article.name_ru if article else None,
            "code": line.code or None,
            "words_kk": line.name_kk or None,
            "words_ru": line.name_ru or None,
            "amount": line.amount,
            "amount_1": line.amount_1,
            "amount_2": line.amount_2,
            "planned": line.planned,
            "project": of.projects.get(line.proposal_id or ""),
            "round": of.rounds.get(line.round_id or ""),
        }


def cells(of: Exported) -> Iterable[Sequence[object]]:
    """The rows as cells of a table; yes and no as words."""
    for row in rows(of):
        yield [_cell(row[name]) for name in HEADS]


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value


def as_json(of: Exported) -> dict[str, Any]:
    """A version: its paper, its figures, every total by its key, and its lines."""
    version = of.version
    lines = [
        {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in row.items()
            if name not in _OF_VERSION
        }
        for row in rows(of)
    ]
    return {
        "kato": of.kato,
        "year": version.year,
        "month": version.month,
        "version": version.number,
        "step": version.kind,
        "holds": of.holds,
        "corrects": version.corrects,
        "act": {
            "number": version.act_number or None,
            "date": version.act_date.isoformat() if version.act_date else None,
            "url": version.act_url or None,
        },
        "words_kk": version.words_kk or None,
        "words_ru": version.words_ru or None,
        "origin": version.origin,
        "source": {
            "words": version.source or None,
            "url": version.source_url or None,
            "date": version.source_date.isoformat() if version.source_date else None,
        },
        "published_at": version.at.isoformat(),
        "lines_sha256": version.sha256,
        "figures": figures_json(figures(of.lines, of.entries.own_parts())),
        "totals": totals(of.lines),
        **(
            {
                "totals_1": totals(of.lines, "amount_1"),
                "totals_2": totals(of.lines, "amount_2"),
            }
            if version.month == PLAN
            else {"totals_planned": totals(of.lines, "planned")}
        ),
        "lines": lines,
    }


_OF_VERSION = HEADS[: HEADS.index("line")]


def figures_json(of: Figures) -> dict[str, int | None]:
    """The compared figures in tenge; null where the paper does not say."""
    return {
        "receipts": of.receipts,
        "own": of.own,
        "transfers": of.transfers,
        "spending": of.spending,
        "financing": of.financing,
        "balance": of.balance,
    }
