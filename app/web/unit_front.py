"""The front of a unit of which only the published budget is shown."""

from dataclasses import dataclass

from app.budget.models import Budget
from app.budget.queries import newest, years
from app.budget.sums import share
from app.web.budget_view import VersionHead, version_head
from app.web.compare_view import budgets_link
from app.web.frame import Link
from app.web.visit import Visit
from app.words import formats
from app.words.catalogue import N_, translations


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the bar."""

    label: str
    text: str
    share: float
    kind: str


@dataclass(frozen=True, slots=True)
class UnitFront:
    """What is known of the newest year, and where to read more."""

    title: str
    year: int
    sum: str
    parts: tuple[Part, ...]
    head: VersionHead | None
    money: Link | None
    years: tuple[Link, ...]
    neighbours: Link


def unit_front(visit: Visit) -> UnitFront:
    """The page's view, in two queries."""
    say = translations(visit.lang).gettext
    district = visit.district
    known = [
        one for one in years(visit.session, district_id=district.id) if one.plan_number is not None
    ]
    year = known[0].year if known else 0
    version = newest(visit.session, district_id=district.id, year=year) if known else None
    url = f"{visit.here}/budget/{year}"
    return UnitFront(
        title=visit.in_lang(district, "name"),
        year=year,
        sum=formats.tenge(known[0].receipts) if known and known[0].receipts is not None else "",
        parts=_parts(visit, known[0]) if known else (),
        head=version_head(visit, version) if version else None,
        money=Link(url, say(N_("Our money in %(year)s")) % {"year": year}) if known else None,
        years=tuple(Link(f"{visit.here}/budget/{one.year}", str(one.year)) for one in known[1:]),
        neighbours=budgets_link(visit, year=year or None),
    )


def _parts(visit: Visit, one: Budget) -> tuple[Part, ...]:
    """Own money against the rest of the receipts; nothing where that is not known."""
    own = share(one.own, one.receipts)
    if own is None or one.own is None or one.receipts is None:
        return ()
    say = translations(visit.lang).gettext
    rest = one.receipts - one.own
    given = N_("From the raion") if one.transfers == rest else N_("Other receipts")

    def text(amount: int, part: float) -> str:
        return f"{formats.tenge(amount)} ({formats.percent(part, 1)})"

    return (
        Part(say(N_("Our own money")), text(one.own, own), own * 100, "full"),
        Part(say(given), text(rest, 1 - own), 100 - own * 100, "soft"),
    )
