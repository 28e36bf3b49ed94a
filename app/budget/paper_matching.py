"""What a row's code and words mean in the classification of the year. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from app.budget.classification import Classification
from app.budget.models import Article, Level, Side
from app.budget.sums import BALANCE
from app.core.text import fold

OTHER = "other"  # lending and financial assets: sections this budget has no lines for
_NUMBERED = re.compile(r"^(?:[ivxиl]{1,4}|\d{1,2}(?: \d{1,2})*) ")
_BELOW = re.compile(r"^(?:в том числе|в т ч|из них|сонин ишинде|онин ишинде|онин ишинен)\b")
_ALIKE, _ALIKE_ANYWHERE = 0.6, 0.75  # of the words that two names have together


class Taken(StrEnum):
    """What a row was taken for."""

    LINE = "line"
    TOTAL = "total"
    DETAIL = "detail"  # it stands in a sum that is kept, or gathers some
    NOTHING = "nothing"  # no sum in it, a note, what the clerk leaves out
    UNKNOWN = "unknown"


def plain(text: str) -> str:
    """Words as they are compared: folded, without marks and without their number."""
    words = " ".join(re.findall(r"\w+", fold(text)))
    return _NUMBERED.sub("", words)


def _all(*texts: str) -> frozenset[str]:
    return frozenset(plain(text) for text in texts)


TOTALS = {
    str(Side.RECEIPT): _all(
        "Кірістер", "Кіріс", "Барлық кірістер", "Барлығы кірістер", "Кірістер барлығы",
        "Кірістер жиыны", "Кірістердің барлығы", "Түсімдер", "Барлық түсімдер", "Түсімдер барлығы",
        "Түсімдер, барлығы", "Доходы", "Доход", "Всего доходов", "Всего доходы", "Итого доходов",
        "Итого доходы", "Доходы всего", "Поступления", "Всего поступлений", "Итого поступлений",
        "Поступления всего", "Receipts", "Total receipts", "Revenue",
    ),
    str(Side.SPENDING): _all(
        "Шығындар", "Шығыстар", "Барлық шығындар", "Барлық шығыстар", "Шығындар барлығы",
        "Шығыстар барлығы", "Шығындар жиыны", "Шығыстар жиыны", "Барлығы шығындар",
        "Барлығы шығыстар", "Затраты", "Расходы", "Всего затрат", "Всего расходов", "Итого затрат",
        "Итого расходов", "Итого затраты", "Итого расходы", "Всего затраты", "Всего расходы",
        "Затраты всего", "Расходы всего", "Spending", "Total spending", "Expenditure",
    ),
}  # fmt: skip
_OTHER = re.compile("|".join(fold(text) for text in (
    "таза бюджеттік (?:кредит|несие)", "чистое бюджетное кредит", "^бюджеттік (?:кредит|несие)",
    "^бюджетные кредит", "погашение бюджетных кредитов", "қаржы(?:лық)? активтер",
    "финансовы(?:ми|х) актив", "ненефтяно", "мұнайға қатысты емес",
)))  # fmt: skip
_FINANCING = re.compile("|".join(fold(text) for text in (
    "финансирование дефицит", "тапшылығын[^ ]* қаржыландыру", "тапшылықты қаржыландыру",
)))  # fmt: skip
_BALANCE = re.compile("|".join(fold(text) for text in (
    "^(?:бюджет[^ ]* )?тапшылы", "^(?:бюджет[^ ]* )?профицит", "^дефицит", "^баланс\\b",
    "^balance", "^сальдо бюджет",
)))  # fmt: skip
DEFICIT = re.compile("^" + fold("дефицит") + "|" + fold("тапшылы"))
# What offices call the entries of the classification besides its own names.
_ALSO = {
    (Side.RECEIPT, "tax"): ("Налоги", "Салықтар", "Налоговые доходы"),
    (Side.RECEIPT, "capital"): (
        "Негізгі капиталды сатудан түскен түсімдер", "Поступление от продажи основного капитала",
    ),
    (Side.RECEIPT, "transfers"): (
        "Трансферттер түсімдері", "Трансферттер түсімі", "Түсетін трансферттер", "Трансферттер",
        "Ресми трансферттердің түсімдері", "Ресми трансферттер түсімдері", "Трансферты",
        "Поступление трансфертов", "Поступления официальных трансфертов",
    ),
    (Side.RECEIPT, "special"): ("Арнайы түсімдер", "Специальное поступление"),
    (Side.RECEIPT, "pit_self"): ("Жеке табыс салығы", "Индивидуальный подоходный налог"),
    (Side.RECEIPT, "property_individuals"): (
        "Мүлікке салынатын салықтар", "Мүлік салығы", "Налоги на имущество", "Налог на имущество",
    ),
    (Side.RECEIPT, "land_settlements"): ("Жер салығы", "Земельный налог"),
    (Side.RECEIPT, "rent"): (
        "Мемлекет меншігіндегі мүлікті жалға беруден түсетін кірістер",
        "Доходы от аренды имущества, находящегося в государственной собственности",
    ),
    (Side.RECEIPT, "other_non_tax"): ("Басқа да салықтық емес түсімдер",),
    (Side.RECEIPT, "land_sale"): ("Жерді сату", "Продажа земли"),
    (Side.FINANCING, "balances"): (
        "Бюджет қаражатының пайдаланылатын қалдықтары", "Бюджет қаражатының қалдықтары",
        "Бюджет қаражаты қалдықтары", "Бюджет қаражатының бос қалдықтары",
        "Бюджет қаражаты қалдықтарының қозғалысы", "Движение остатков бюджетных средств",
        "Остатки бюджетных средств", "Свободные остатки бюджетных средств",
    ),
    (Side.FINANCING, "loans"): ("Қарыздар түсімдері", "Поступления займов", "Поступление займа"),
    (Side.FINANCING, "repaid"): ("Қарызды өтеу", "Погашение займа", "Погашение долга"),
}  # fmt: skip
# Categories of the unified classification that are financing.
_CATEGORY_OF = {"7": "loans", "8": "balances"}
# Words of a paper that gather programmes: a functional group, an administrator.
GATHERS = re.compile("|".join(fold(text) for text in (
    "^жалпы сипаттағы мемлекеттік", "^государственные услуги общего", "^общегосударственные",
    "^тұрғын үй ?коммуналдық", "^жилищно ?коммунальное", "^мәдениет, ?спорт", "^культура,? спорт",
    "^мәдениет спорт", "^көлік және коммуникация", "^транспорт и коммуникац", "^денсаулық сақтау$",
    "^здравоохранение$", "^білім беру$", "^образование$", "^әлеуметтік көмек және",
    "^социальная помощь и", "^ауыл,? су,? орман", "^сельское,? водное", "^басқалар$", "^прочие$",
    "^өзгелер$", "^борышқа қызмет", "^обслуживание долга$", "^трансферттер$", "^трансферты$",
    "^қорғаныс$", "^оборона$", "аппараты$", "^аппарат акима", "^әкім аппараты",
)))  # fmt: skip


@dataclass(slots=True)
class Names:
    """The classification, to be asked by codes and by names."""

    entries: Classification
    _named: dict[str, list[Article]] = field(default_factory=lambda: defaultdict(list))
    _coded: dict[tuple[str, str], list[Article]] = field(default_factory=lambda: defaultdict(list))
    _stems: dict[str, list[tuple[frozenset[str], Article]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def __post_init__(self) -> None:
        for one in self.entries.entries:
            also = _ALSO.get((Side(one.side), one.key), ())
            texts = (one.name_kk, one.name_ru, one.name_en, *also)
            for name in {plain(text) for text in texts if text}:
                self._named[name].append(one)
                self._stems[one.side].append((_stems(name), one))
            if one.code:
                self._coded[one.side, one.code].append(one)

    def by_name(self, side: str, text: str, part: str = "") -> Article | None:
        """The entry with this name; an article before its part where both bear it."""
        found = [
            one
            for one in self._named.get(plain(text), ())
            if one.side == side and (not part or one.part == part)
        ]
        found.sort(key=lambda one: one.level == Level.PART)
        return found[0] if found and len({one.part for one in found}) == 1 else None

    def alike(self, side: str, text: str, part: str = "") -> Article | None:
        """The one article whose name has most words in common with this one."""
        mine = _stems(plain(text))
        if len(mine) < 2:
            return None
        best: dict[str, float] = {}
        known: dict[str, Article] = {}
        for stems, one in self._stems[side]:
            if (part and one.part != part) or one.level == Level.PART:
                continue
            score = len(mine & stems) / len(mine | stems)
            if score > best.get(one.key, 0):
                best[one.key], known[one.key] = score, one
        ranked = sorted(best.items(), key=lambda pair: -pair[1])
        least = _ALIKE if part else _ALIKE_ANYWHERE
        if not ranked or ranked[0][1] < least:
            return None
        if len(ranked) > 1 and ranked[1][1] == ranked[0][1]:
            return None
        return known[ranked[0][0]]

    def by_code(self, side: str, code: str) -> Article | None:
        """The entry with this code, or the only one below it whose code was found published."""
        exact = self._coded.get((side, code), ())
        if len(exact) == 1:
            return exact[0]
        if side != Side.RECEIPT or len(code) != 4:
            return None
        below = [
            one
            for (its_side, its_code), all_ in self._coded.items()
            if its_side == side and its_code.startswith(code)
            for one in all_
        ]
        return below[0] if len(below) == 1 and below[0].code_verified else None

    def category(self, code: str) -> Article | None:
        """The part of receipts, or the kind of financing, of a category's number."""
        code = code.lstrip("0")
        if key := _CATEGORY_OF.get(code):
            return self.entries.find(Side.FINANCING, key)
        found = [one for one in self.entries.parts(Side.RECEIPT) if one.code and one.code == code]
        return found[0] if len(found) == 1 else None

    def only_article(self, side: str, part: str) -> Article | None:
        """The part's article where it has a single one."""
        found = self.entries.articles(side, part)
        return found[0] if len(found) == 1 else None


def total_of(text: str) -> str:
    """The total that a row's words name: a side, `balance`, `other`; "" where they name none."""
    words = plain(text)
    for side, names in TOTALS.items():
        if words in names:
            return side
    # «Доходы бюджета», «Бюджет кірістері»
    bare = re.sub(r"\b(?:бюджет\w*|аудан\w*|ауилдик|округ\w*)\b", "", words)
    for side, names in TOTALS.items():
        if " ".join(bare.split()) in names:
            return side
    if _OTHER.search(words):
        return OTHER
    if _FINANCING.search(words):
        return Side.FINANCING
    return BALANCE if _BALANCE.search(words) else ""


def is_below(text: str) -> bool:
    """«Оның ішінде», «в том числе»: what follows stands in a sum already told."""
    return bool(_BELOW.match(plain(text)))


def gathers(text: str) -> bool:
    """Whether words name a functional group or an administrator."""
    return bool(GATHERS.search(plain(text)))


def is_kazakh(text: str) -> bool:
    """Whether a text has a letter that only Kazakh has."""
    return any(letter in "әғқңөұүһі" for letter in text.casefold())


def key_of(one: Article) -> str:
    """The key of an entry's total."""
    parts: Iterable[str] = (one.side, one.part)
    return ":".join((*parts, one.key) if one.level == Level.ARTICLE else parts)


def _stems(name: str) -> frozenset[str]:
    return frozenset(word[:5] for word in name.split() if len(word) > 3)
