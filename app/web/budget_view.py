"""What pages about a budget share: names of lines, a version's heading, rows with a bar."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.budget.classification import Classification
from app.budget.models import ANNUAL, PLAN, Article, Budget, BudgetVersion, Level, Origin
from app.budget.rules import FIRST_YEAR
from app.budget.sums import Line, share
from app.core.clock import day_of
from app.web.frame import Link
from app.web.visit import Visit
from app.words import formats, phrases
from app.words.catalogue import N_, translations

LAST_YEAR = 2100


@dataclass(frozen=True, slots=True)
class SumRow:
    """A name, a sum, and what it is of the whole; `share` is the bar's width, 0..100."""

    label: str
    text: str
    part: str
    share: float
    kind: str = "full"
    url: str = ""
    line: float | None = None  # where a bar ought to be by now, 0..100


@dataclass(frozen=True, slots=True)
class VersionHead:
    """Which paper the figures are from."""

    title: str  # «Approved by the maslikhat», «Execution: March»
    number: str  # «Version 2»
    act: str
    act_url: str
    published: str
    reason: str
    invented: bool
    source: str
    source_url: str
    url: str


class Names:
    """Lines' names in the reader's language, from the year's classification."""

    def __init__(self, lang: str, entries: Classification) -> None:
        self._lang = lang
        self._parts = {
            (one.side, one.key): one for one in entries.entries if one.level == Level.PART
        }
        self._articles = {
            (one.side, one.key): one for one in entries.entries if one.level == Level.ARTICLE
        }

    def part(self, side: str, key: str) -> str:
        """A category of receipts, a direction of spending; what no paper divides has its own."""
        if not key:
            return translations(self._lang).gettext(N_("Not divided in the paper"))
        return self._of(self._parts.get((side, key)), key)

    def article(self, side: str, key: str) -> str:
        """A source of receipts, a programme."""
        return self._of(self._articles.get((side, key)), key)

    def line(self, line: Line) -> str:
        """A line as the paper words it, else by what it belongs to."""
        own = line.name_kk if self._lang == "kk" else line.name_ru
        if own or line.name_kk or line.name_ru:
            return own or line.name_ru or line.name_kk
        if line.article:
            return self.article(line.side, line.article)
        return self.part(line.side, line.part)

    def _of(self, found: Article | None, key: str) -> str:
        if found is None:
            return key
        if self._lang == "kk":
            return found.name_kk
        return (found.name_en if self._lang == "en" else "") or found.name_ru


def sum_rows(rows: Iterable[tuple[str, int, str, str]], whole: int) -> tuple[SumRow, ...]:
    """Rows of (name, tenge, kind, url) as parts of a whole."""
    found = []
    for name, amount, kind, url in rows:
        part = share(amount, whole)
        found.append(
            SumRow(
                name,
                formats.tenge(amount),
                formats.percent(part, 1) if part is not None else "–",
                max(0.0, (part or 0.0) * 100),
                kind,
                url,
            )
        )
    return tuple(found)


def version_url(visit: Visit, one: BudgetVersion) -> str:
    """Where a version is read."""
    return f"{visit.here}/budget/{version_path(one)}"


def version_path(one: BudgetVersion) -> str:
    """`2026/plan/2`, `2026/months/3/1`: the same in pages and in the API."""
    where = "plan" if one.month == PLAN else f"months/{one.month}"
    return f"{one.year}/{where}/{one.number}"


def version_head(visit: Visit, one: BudgetVersion) -> VersionHead:
    """A version's heading in the reader's language."""
    catalogue = translations(visit.lang)
    act = ""
    if one.act_number or one.act_date:
        day = formats.day(one.act_date, visit.lang) if one.act_date else ""
        act = ", ".join(part for part in (one.act_number, day) if part)
    invented = one.origin == Origin.INVENTED
    source = "" if invented else one.source
    if source and one.source_date:
        source += f", {formats.day(one.source_date, visit.lang)}"
    words = (one.words_kk, one.words_ru) if visit.lang == "kk" else (one.words_ru, one.words_kk)
    return VersionHead(
        title=version_title(one, visit.lang),
        number=catalogue.gettext(N_("Version %(number)s")) % {"number": one.number},
        act=act,
        act_url=web_url(one.act_url),
        published=formats.day(day_of(one.at), visit.lang),
        reason=words[0] or words[1],
        invented=invented,
        source=source,
        source_url=web_url(one.source_url),
        url=version_url(visit, one),
    )


def version_title(one: BudgetVersion, lang: str) -> str:
    """«Approved by the maslikhat», «Execution: March», «Report on the whole year»."""
    kind = phrases.label(f"budget.kind.{one.kind}", lang)
    if one.month == PLAN:
        return kind
    return f"{kind}: {month_words(one.month, lang)}"


def month_words(month: int, lang: str) -> str:
    """`наурыз`; of the annual report: the whole year."""
    if month == ANNUAL:
        return translations(lang).gettext(N_("the whole year"))
    return formats.month(month, lang)


def web_url(url: str) -> str:
    """An address that leads somewhere on the web, or nothing."""
    return url if url.startswith(("https://", "http://")) else ""


def known_year(year: int) -> bool:
    """Whether a budget of this year can be asked for at all."""
    return FIRST_YEAR <= year <= LAST_YEAR


def year_links(visit: Visit, years: Iterable[int], now: int, after: str = "") -> tuple[Link, ...]:
    """The years as tabs."""
    return tuple(
        Link(f"{visit.here}/budget/{year}{after}", str(year), year == now) for year in years
    )


def year_to_show(found: Sequence[Budget], today: int) -> int | None:
    """The newest year with a plan that has begun; else the nearest that is planned; else any."""
    planned = [one.year for one in found if one.plan_number is not None]
    begun = [year for year in planned if year <= today]
    return max(begun, default=min(planned, default=max((one.year for one in found), default=None)))


def by_part(sums: Mapping[str, int], side: str) -> list[tuple[str, int]]:
    """The parts of a side with their sums (of `sums.totals`); last, as "", what is not divided."""
    found = [
        (key.split(":")[1], amount)
        for key, amount in sums.items()
        if key.startswith(f"{side}:") and key.count(":") == 1
    ]
    rest = sums.get(side, 0) - sum(amount for _, amount in found)
    return [*found, ("", rest)] if rest else found
