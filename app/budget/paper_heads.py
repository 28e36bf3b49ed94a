"""What a paper says of itself above its table: whose budget, of which year, up to when. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.text import fold

_KATO = re.compile(r"(?<!\d)(\d{9})(?!\d)")
_YEARS = re.compile(
    r"(?<!\d)(20\d\d)(?: ?[-–—] ?(20\d\d))? ?(?:жил(?!ги)\w*|жж?\b|год\w*|гг?\b)(?! №)"
)
_UP_TO = re.compile(r"(?:на |по состоянию на )(?:01|1)[. ](?:(\d\d)\.|(\w+) )(20\d\d)")
_UP_TO_KK = re.compile(r"(20\d\d) ?жил\w* (?:01|1) (\w+)")
_MONTHS = (
    ("қаңтар", "январ"), ("ақпан", "феврал"), ("наурыз", "март"), ("сәуір", "апрел"),
    ("мамыр", "ма"), ("маусым", "июн"), ("шілде", "июл"), ("тамыз", "август"),
    ("қыркүйек", "сентябр"), ("қазан", "октябр"), ("қараша", "ноябр"), ("желтоқсан", "декабр"),
)  # fmt: skip
_UNIT_KK = re.compile(
    r"((?:[\w\-]+ ){1,4}?)(?:атиндаги )?(ауилдик|ауилди|селолик|кентт?ик) (?:округ)"
)
_UNIT_RU = re.compile(
    r"(?:([\w\-]+) )?(?:сельск(?:ого|ий|ому|им|ом)|поселков(?:ого|ий)) округ(?:а|е|у|ом)?\b"
    r"(?: (?:имени |им\. ?)?([\w\-]+(?: [\w\-]+)?))?"
)
_ENDINGS = re.compile(
    r"(?:овского|евского|ского|цкого|овский|евский|ский|цкий|скому|скому|ским|ском|ного|ний|ого|ий)$"
)
_NOT_NAMES = frozenset(
    re.findall(
        r"\w+",
        "бюджет бюджета бюджети бюджеты о об по на год годы года и утверждении плана исполнении"
        " исполнение аким акима акиминин аппарат аппарата район района раиона области",
    )
)


@dataclass(frozen=True, slots=True)
class Here:
    """The unit whose paper it must be."""

    kato: str
    names: tuple[str, ...]  # «Сұрат ауылдық округі», «Сұрат», «Суратский сельский округ»


def other_unit(texts: Sequence[str], here: Here) -> str:
    """The unit of somebody else that a head names; "" where it names none, or this one too."""
    found: list[str] = []
    for text in texts:
        for kato in _KATO.findall(text):
            if kato == here.kato:
                return ""
            if int(kato[:2]) in _REGIONS:
                found.append(kato)
    mine = {_stem(word) for name in here.names for word in _tokens(name)}
    for text in texts:
        folded = " ".join(re.findall(r"[\w\-–—]+", fold(text)))
        for match in _UNIT_KK.finditer(folded):
            words = match[1].split()
            if any(_stem(word) in mine for word in words[-2:]):
                return ""
            found.append(" ".join((words[-1], "…")) if not words else match[0])
        for match in _UNIT_RU.finditer(folded):
            words = [word for word in (match[1], *(match[2] or "").split()) if word]
            words = [word for word in words if word not in _NOT_NAMES and not word.isdigit()]
            if not words:
                continue
            if any(_stem(word) in mine for word in words):
                return ""
            found.append(match[0])
    return _as_written(texts, found[0]) if found else ""


# The first two digits of a KATO: oblasts and the three cities.
_REGIONS = frozenset(
    (10, 11, 15, 19, 23, 27, 31, 33, 35, 39, 43, 47, 51, 55, 59, 61, 62, 63, 71, 75, 79)
)


def other_year(texts: Sequence[str], year: int) -> int | None:
    """The year of somebody else's paper, or last year's; None where this one is named, or none."""
    found: list[int] = []
    for text in texts:
        for match in _YEARS.finditer(fold(text)):
            first, last = int(match[1]), int(match[2] or match[1])
            if first <= year <= last:
                return None
            found.append(first)
    return found[0] if found else None


def month_said(texts: Sequence[str], year: int) -> int | None:
    """The month at whose end the paper stands: «на 1 апреля 2026 года» is March, 3."""
    for text in texts:
        folded = " ".join(fold(text).split())
        for match in _UP_TO.finditer(folded):
            number = int(match[1]) if match[1] else _month(match[2] or "", 1)
            if month := _before(number, int(match[3]), year):
                return month
        for match in _UP_TO_KK.finditer(folded):
            if month := _before(_month(match[2], 0), int(match[1]), year):
                return month
    return None


def _before(number: int, of_year: int, year: int) -> int | None:
    if number == 1 and of_year == year + 1:
        return 12
    return number - 1 if 2 <= number <= 12 and of_year == year else None


def _month(word: str, language: int) -> int:
    for number, names in enumerate(_MONTHS, start=1):
        if word.startswith(fold(names[language])) and not (number == 5 and word.startswith("март")):
            return number
    return 0


def _tokens(name: str) -> list[str]:
    """The words of a unit's name that are its own."""
    kinds = "ауил сел окр посел кент город кала аудан раион облыс област атинда имени им маниз"
    words = re.findall(r"[\w\-]+", fold(name))
    return [word for word in words if not word.startswith(tuple(kinds.split())) or len(word) < 3]


def _stem(word: str) -> str:
    """«суратского», «суратский» and «сурат» are one."""
    return _ENDINGS.sub("", word).rstrip("ьаяиоеу-") or word


def _as_written(texts: Sequence[str], folded: str) -> str:
    """The words as the paper has them, not as they are compared."""
    for text in texts:
        flat = " ".join(text.split())
        place = fold(flat).find(folded)
        if place >= 0 and len(fold(flat)) == len(flat):
            return flat[place : place + len(folded)]
    return folded
