"""Which columns a paper has: its captions, in Kazakh or Russian, on one row or on several. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from app.budget.models import PLAN
from app.budget.paper_numbers import is_number
from app.core.sheets import Grid
from app.core.text import fold

_LONG = 160  # characters: longer texts are sentences, not captions
_HEADER_ROWS = 8
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


class Role(StrEnum):
    """What a column holds. Of a plan `AMOUNT` is the year's sum, of execution what was done."""

    CODE = "code"
    NAME = "name"
    NAME_KK = "name_kk"
    NAME_RU = "name_ru"
    AMOUNT = "amount"
    AMOUNT_1 = "amount_1"
    AMOUNT_2 = "amount_2"
    PLANNED = "planned"
    NONE = ""


SUMS = (Role.AMOUNT, Role.AMOUNT_1, Role.AMOUNT_2, Role.PLANNED)
_WORDS = (Role.NONE, Role.CODE, Role.NAME, Role.NAME_KK, Role.NAME_RU)
PLAN_ROLES = (*_WORDS, Role.AMOUNT, Role.AMOUNT_1, Role.AMOUNT_2)
EXECUTION_ROLES = (*_WORDS, Role.AMOUNT, Role.PLANNED)


class Code(StrEnum):
    """What kind of code a column holds."""

    CATEGORY = "category"
    CLASS = "class"
    SUBCLASS = "subclass"
    SPECIFIC = "specific"
    GROUP = "group"
    SUBGROUP = "subgroup"
    ADMINISTRATOR = "administrator"
    PROGRAMME = "programme"
    SUBPROGRAMME = "subprogramme"
    ANY = "any"


RECEIPT_CODES = (Code.CATEGORY, Code.CLASS, Code.SUBCLASS, Code.SPECIFIC)
SPENDING_CODES = (
    Code.GROUP, Code.SUBGROUP, Code.ADMINISTRATOR, Code.PROGRAMME, Code.SUBPROGRAMME,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table and what it was taken for."""

    place: int  # from nought
    caption: str
    role: Role
    code: Code | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A table within a sheet: its columns, and the rows from its captions to the next ones."""

    number: int
    columns: tuple[Column, ...]
    header: int  # the first row of its captions, as a spreadsheet shows it
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    def places(self, *roles: Role) -> list[int]:
        """Where the columns of these roles stand."""
        return [one.place for one in self.columns if one.role in roles]


def _words(*texts: str) -> re.Pattern[str]:
    return re.compile(r"(?:" + "|".join(fold(text) for text in texts) + r")")


# In this order: the first that matches at the start of a caption. `fold` makes Kazakh letters
# those of a Russian keyboard, as half of the papers write them.
_CODES: tuple[tuple[Code, re.Pattern[str]], ...] = (
    (Code.SUBPROGRAMME, _words("кіші бағдарлама", "ішкі бағдарлама", "подпрограмма")),
    (Code.SUBCLASS, _words("кіші сын", "ішкі сын", "подкласс")),
    (Code.SUBGROUP, _words("функционалды[қк] (?:кіші|ішкі) топ", "кіші функц", "кіші топ",
                           "ішкі топ", "функциональная подгруппа", "подгруппа")),
    (Code.GROUP, _words("функционалды[қк] топ", "функциональная группа",
                        "фун[кқ]ц.{0,12}(?:топ|групп)", r"фгр?\b")),
    (Code.ADMINISTRATOR, _words("(?:бюджеттік )?бағдарлама(?:лар)?(?:дың)? [әа]кімш", "[әа]кімшісі",
                                "администратор", r"абп\b", r"бб[әа]\b")),
    (Code.PROGRAMME, _words("(?:бюджеттік )?бағдарлама", "(?:бюджетная )?программа", "programme")),
    (Code.CATEGORY, _words("санат", "категория", "category")),
    (Code.CLASS, _words("сынып", "сыныб", "класс", r"class\b")),
    (Code.SPECIFIC, _words("ерекшелі[гк]", "специфика")),
    (Code.ANY, _words(r"код", r"кбк\b", r"бсж?к\b", r"бск\b", "шифр",
                      "бюджеттік (?:жіктеу|сыныптама)", "code")),
)  # fmt: skip
_IGNORED = _words(
    "%", "№", r"n(?:o|r)?\b", r"р/?с\b", r"п ?/ ?п", "пайыз", "процент", "проц", "ауыт[қк]у",
    "отклонени", "[қк]алды[қк]", "остаток", "ескерт", "примечани", "[өо]лшем",
    "ед(?:иница|\\.)? изм", "үлес", "удельн", "орындалу пайыз",
)  # fmt: skip
_NAME = _words("атау", "наименовани", "название", "көрсеткіш", "показател", "баптар", "статьи",
               "name", "кіріс(?:тер)? (?:көз|түр)", "источник")  # fmt: skip
_IN_KK = _words("(?:.*)(?:[қк]аза[қк]ша|на казахском|мемлекеттік тіл|\\bkk\\b|\\(каз)")
_IN_RU = _words("(?:.*)(?:орысша|на русском|орыс тіл|\\bru\\b|\\(рус)")
_ACTUAL = _words(
    "(?:.*)(?:ат[қк]арыл|орындал|на[қк]ты(?!лан)|факт|исполнен|кассов|касса|поступило|түскен|түсті"
    "|игеріл|освоен|төленген|оплачен|actual|executed)"
)
_ALONE = _words("(?:.*)(?:за месяц|ай ішінде|айға|айда\\b|за отчетный месяц|есепті ай)")
_PLAN = _words("(?:.*)(?:жоспар|план|бюджет|бекітіл|утвержд|на[қк]тылан|уточн|plan)")
_PERIOD = _words("(?:.*)(?:кезең|период|с начала|жыл бас|ай(?:ға|дың)?\\b|месяц|квартал|то[қк]сан)")
# Below a caption that spans several columns.
_TIME = _words("на год", "жылға", "на период", "кезеңге", "с начала", "жыл бас", "за месяц",
               "за отч[её]тн", "айға", "ай ішінде")  # fmt: skip
_REFINED = _words("(?:.*)(?:на[қк]тылан|уточн|түзетіл|скорректир)")
_SUM = _words("сома", "сумма", "мы[ңн] те[ңн]ге", "тыс", "те[ңн]ге", "amount", "sum", "барлы[ғг]ы",
              "всего", "итого", "жиыны", "total")  # fmt: skip


def caption_code(text: str) -> Code | None:
    """The kind of code a caption names."""
    folded = _plain(text)
    return next((code for code, words in _CODES if words.match(folded)), None)


def blocks(grid: Grid, *, year: int, month: int) -> tuple[Block, ...]:
    """The tables of a sheet, in their order. Empty where no row looks like captions."""
    starts: list[tuple[int, int, tuple[Column, ...]]] = []
    place = 0
    while place < len(grid.rows):
        end, columns = _header_at(grid, place, year, month)
        if columns:
            starts.append((place, end, columns))
            place = end
        else:
            place += 1
    found = []
    for number, (start, end, columns) in enumerate(starts):
        until = starts[number + 1][0] if number + 1 < len(starts) else len(grid.rows)
        rows = grid.rows[end:until]
        if rows and _numbers_columns(rows[0][1]):
            rows = rows[1:]
        found.append(Block(number, columns, grid.rows[start][0], rows))
    return tuple(found)


def chosen(block: Block, roles: Mapping[tuple[int, int], Role]) -> Block:
    """The block as the clerk says its columns are."""
    return replace(
        block,
        columns=tuple(
            replace(
                one,
                role=(role := roles.get((block.number, one.place), one.role)),
                code=(one.code or Code.ANY) if role is Role.CODE else None,
            )
            for one in block.columns
        ),
    )


def _header_at(grid: Grid, first: int, year: int, month: int) -> tuple[int, tuple[Column, ...]]:
    """Captions that begin on this row: where they end, and the columns; no columns: none do."""
    texts: dict[int, list[str]] = {}
    top: set[int] = set()  # columns with a caption on the first row
    end = first
    for _, cells in grid.rows[first : first + _HEADER_ROWS]:
        filled = {place: cell for place, cell in enumerate(cells) if cell}
        if any(is_number(cell) and not _is_year(cell) for cell in filled.values()):
            break
        if not any(_caption(cell) for cell in filled.values()):
            break
        if end == first and len(filled) == 1 and not caption_code(next(iter(filled.values()))):
            break  # a title, or the unit above the table
        if any(len(cell) > _LONG for cell in filled.values()):
            break
        for place, cell in filled.items():
            texts.setdefault(place, []).append(cell)
        top = top or set(filled)
        end += 1
    columns = _columns(texts, top, year, month)
    roles = {one.role for one in columns}
    named = roles & {Role.NAME, Role.NAME_KK, Role.NAME_RU, Role.CODE}
    return (end, columns) if named and Role.AMOUNT in roles else (first, ())


@lru_cache(maxsize=4096)
def _caption(cell: str) -> bool:
    if len(cell) > _LONG:
        return False
    folded = _plain(cell)
    return (
        _is_year(cell)
        or any(
            words.match(folded)
            for words in (_NAME, _SUM, _TIME, _IGNORED, *(one for _, one in _CODES))
        )
        or (_sum_role(folded) != "" and len(cell) < 60)
    )


def _columns(
    texts: Mapping[int, Sequence[str]], top: set[int], year: int, month: int
) -> tuple[Column, ...]:
    """What the columns of a header are; of several for the same thing the best one."""
    found: list[Column] = []
    marks: dict[int, str] = {}
    spanning = ""
    for place in sorted(texts):
        caption = " ".join(texts[place])
        folded = _plain(caption)
        code = caption_code(texts[place][0]) or caption_code(texts[place][-1])
        if _IGNORED.match(folded) or "%" in caption:
            found.append(Column(place, caption, Role.NONE))
            continue
        if code is not None and not _NAME.match(folded):
            found.append(Column(place, caption, Role.CODE, code))
            continue
        if _NAME.match(folded):
            found.append(Column(place, caption, _name_role(folded)))
            continue
        # A caption over several columns stands in the first of them only.
        if place in top:
            spanning = _plain(texts[place][0])
        marks[place] = folded if place in top else f"{spanning} {folded}".strip()
        found.append(Column(place, caption, Role.NONE))
    found = _with_bare_codes(found)
    roles = _sums(marks, year, month)
    found = [replace(one, role=roles.get(one.place, one.role)) for one in found]
    return tuple(_one_name(found))


def _with_bare_codes(columns: Sequence[Column]) -> list[Column]:
    """A code is parted over several columns, and only the first of them has a caption."""
    coded = [one for one in columns if one.code in (Code.CATEGORY, Code.GROUP)]
    names = [one.place for one in columns if one.role in (Role.NAME, Role.NAME_KK, Role.NAME_RU)]
    if not coded or not names:
        return list(columns)
    levels = RECEIPT_CODES if coded[0].code is Code.CATEGORY else SPENDING_CODES
    used = {one.code for one in columns}
    left = [level for level in levels if level not in used]
    there = {one.place for one in columns}
    bare = [place for place in range(coded[0].place + 1, min(names)) if place not in there]
    added = [Column(place, "", Role.CODE, level) for place, level in zip(bare, left, strict=False)]
    return sorted([*columns, *added], key=lambda one: one.place)


def _sums(marks: Mapping[int, str], year: int, month: int) -> dict[int, Role]:
    """Which column is which sum."""
    kinds = {place: _sum_role(text) for place, text in marks.items()}
    roles: dict[int, Role] = {}

    def take(role: Role, *wanted: str, years: tuple[int, ...] = ()) -> None:
        for kind in wanted:
            for of_year in years or (0,):
                for place, text in marks.items():
                    if kinds[place] != kind or place in roles:
                        continue
                    said = [int(one) for one in _YEAR.findall(text)]
                    if years and (said[-1] if said else 0) != of_year:
                        continue
                    roles[place] = role
                    return

    if month == PLAN:
        # The newest word for the year itself, then the planned years.
        take(Role.AMOUNT, "refined", "plan", "sum", "year", years=(year, 0))
        take(Role.AMOUNT_1, "refined", "plan", "sum", "year", years=(year + 1,))
        take(Role.AMOUNT_2, "refined", "plan", "sum", "year", years=(year + 2,))
    else:
        take(Role.AMOUNT, "actual", "actual_alone")
        take(Role.PLANNED, "period")
        if Role.AMOUNT not in roles.values():
            take(Role.AMOUNT, "sum", "year", years=(year, 0))
    return roles


def _sum_role(folded: str) -> str:
    if _ACTUAL.match(folded):
        return "actual_alone" if _ALONE.match(folded) else "actual"
    if _PLAN.match(folded):
        if _PERIOD.match(folded):
            return "period"
        return "refined" if _REFINED.match(folded) else "plan"
    if _SUM.match(folded):
        return "sum"
    return "year" if _YEAR.search(folded) and len(folded) < 45 else ""


def _name_role(folded: str) -> Role:
    if _IN_KK.match(folded):
        return Role.NAME_KK
    if _IN_RU.match(folded):
        return Role.NAME_RU
    kk = folded.startswith((fold("атау"), fold("көрсеткіш"), fold("баптар"), fold("кіріс")))
    both = kk and any(word in folded for word in ("наименовани", "показател"))
    return Role.NAME if both or not kk else Role.NAME_KK


def _one_name(columns: Sequence[Column]) -> Sequence[Column]:
    """Two names are Kazakh and Russian, a single one is in whatever language it is."""
    names = [one for one in columns if one.role in (Role.NAME, Role.NAME_KK, Role.NAME_RU)]
    if len(names) < 2:
        return [replace(o, role=Role.NAME) if o in names else o for o in columns]
    first, second = names[:2]
    ahead = (
        Role.NAME_RU if Role.NAME_RU is first.role or second.role is Role.NAME_KK else Role.NAME_KK
    )
    given = {first: ahead, second: Role.NAME_RU if ahead is Role.NAME_KK else Role.NAME_KK}
    return [
        replace(one, role=given.get(one, Role.NONE)) if one in names else one for one in columns
    ]


def _is_year(cell: str) -> bool:
    return bool(re.fullmatch(r"20\d\d ?(?:жыл\w*|год\w*|ж\.?|г\.?)?", cell.strip(), re.I))


def _numbers_columns(cells: Sequence[str]) -> bool:
    """Official forms number their columns under the captions: 1, 2, 3."""
    filled = [cell for cell in cells if cell]
    if len(filled) < 2 or not all(re.fullmatch(r"\d{1,2}|[а-яa-z]", one, re.I) for one in filled):
        return False
    numbers = [int(one) for one in filled if one.isdigit()]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else True


def _plain(text: str) -> str:
    return " ".join(fold(text).replace("-", " ").split()).strip(' .:;«»"(')
