"""Sums as papers write them: spaces, commas, brackets, thousands. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum

from app.core.text import fold

TENGE, THOUSAND, MILLION = 1, 1_000, 1_000_000
UNITS = (THOUSAND, TENGE, MILLION)
_SPACES = re.compile(r"[\s\u00a0\u2000-\u200b\u202f\u205f\u3000'’`_]")
_SIGNS = str.maketrans({"−": "-", "–": "-", "—": "-", "\u2010": "-", "\u2011": "-", "٫": ","})
_WORDS = re.compile(r"(?:₸|тенге|теңге|тг\.?|kzt)$", re.I)
_NOTHING = frozenset({"", "-", "--", "---", "х", "x", "*", "…", "..."})
_NUMBER = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d{1,2})?", re.I)
_GROUPED = {mark: re.compile(rf"-?\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+") for mark in ",."}
_ONE_GROUP = {mark: re.compile(rf"-?[1-9]\d{{0,2}}{re.escape(mark)}\d{{3}}") for mark in ",."}
_MOST_DIGITS = 24
_THOUSAND_WORDS = re.compile(
    r"\bмин\.? ?(?:тенге|тг)|\bтис(?:\.|яч[аи]?х?)? ?(?:тенге|тг)|\bthousand|\bths|\bтис\."
)
_MILLION_WORDS = re.compile(r"\b(?:млн|миллион\w*)\.? ?(?:тенге|тг)|\bmillion")
_TENGE_WORDS = re.compile(r"\b(?:тенге(?:мен|де|нин)?|тг|kzt|tenge)\b|₸")


class Comma(StrEnum):
    """What a comma, or a point, stands for in a paper."""

    DECIMAL = "decimal"
    THOUSANDS = "thousands"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Marks:
    """What the two marks of a paper's numbers stand for."""

    comma: Comma
    point: Comma


def unit_said(text: str) -> int | None:
    """The unit that words name: «мың теңге» 1000, «теңге» 1; None where they name none."""
    folded = fold(text)
    if _MILLION_WORDS.search(folded):
        return MILLION
    if _THOUSAND_WORDS.search(folded):
        return THOUSAND
    return TENGE if _TENGE_WORDS.search(folded) else None


def bare(typed: str) -> str:
    """A sum without its spaces, its currency and its brackets: «(1 200)» is «-1200»."""
    text = _WORDS.sub("", _SPACES.sub("", typed).translate(_SIGNS))
    if text.startswith("(") and text.endswith(")") and len(text) > 2:
        text = "-" + text[1:-1].lstrip("-")
    return text.removeprefix("+")


def marks_of(texts: Iterable[str], *, typed: bool) -> Marks:
    """What commas and points stand for, from all the sums of a paper.

    `typed`: the cells of a workbook, where a number is told with a point.
    """
    found: dict[str, set[Comma]] = {",": set(), ".": set()}
    unclear = {",": 0, ".": 0}
    for text in map(bare, texts):
        there = [mark for mark in ",." if mark in text]
        if len(there) == 2:
            last = max(there, key=text.rfind)
            found[last].add(Comma.DECIMAL)
            found["." if last == "," else ","].add(Comma.THOUSANDS)
        elif there and text.count(there[0]) > 1 and _GROUPED[there[0]].fullmatch(text):
            found[there[0]].add(Comma.THOUSANDS)
        elif there and _ONE_GROUP[there[0]].fullmatch(text):
            unclear[there[0]] += 1
        elif there and text.count(there[0]) == 1:
            found[there[0]].add(Comma.DECIMAL)
    if typed:
        found["."] = {Comma.DECIMAL}
    return Marks(*(_settled(found[mark], unclear[mark]) for mark in ",."))


def _settled(found: set[Comma], unclear: int) -> Comma:
    if len(found) == 1:
        return next(iter(found))
    if found:
        return Comma.UNCLEAR
    # Three sums with just three digits behind the mark, and none with fewer: groups of thousands.
    return Comma.THOUSANDS if unclear >= 3 else Comma.UNCLEAR if unclear else Comma.DECIMAL


def is_number(typed: str) -> bool:
    """Whether a cell holds a sum, or the dash that stands for none."""
    text = bare(typed)
    return bool(text) and (text.lower() in _NOTHING or bool(re.fullmatch(r"-?[\d.,]*\d", text)))


def read_number(typed: str, marks: Marks) -> Decimal | None:
    """The number of a cell; None where it says nothing. Raises ValueError for anything else."""
    text = bare(typed)
    if text.lower() in _NOTHING:
        return None
    both = [(",", marks.comma), (".", marks.point)]
    both.sort(key=lambda one: one[1] is not Comma.THOUSANDS)  # groups first, then the fraction
    for mark, means in both:
        if mark not in text:
            continue
        if means is Comma.UNCLEAR and not _clear(text, mark):
            raise ValueError("unclear")
        grouped = means is Comma.THOUSANDS or (means is Comma.UNCLEAR and text.count(mark) > 1)
        if grouped and _GROUPED[mark].match(text):
            text = text.replace(mark, "")
        elif mark == ",":
            text = text.replace(",", ".")
    if len(text) > _MOST_DIGITS or not _NUMBER.fullmatch(text):
        raise ValueError("no number")
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError("no number") from None


def _clear(text: str, mark: str) -> bool:
    return not _ONE_GROUP[mark].fullmatch(text) or ("," in text and "." in text)


def in_tenge(number: Decimal, unit: int) -> tuple[int, bool]:
    """Whole tenge, and whether there were tiyn that had to be rounded."""
    exact = (number * unit).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)
    whole = exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return int(whole), exact != whole
