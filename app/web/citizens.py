"""The citizens' budget: two A4 pages, one Kazakh and one Russian, made from the same figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import segno
from fastapi import APIRouter, HTTPException, Response
from markupsafe import Markup
from sqlmodel import col, select

from app.budget.classification import Classification, classification
from app.budget.models import ANNUAL, Budget, Origin, Side
from app.budget.queries import Published, published
from app.budget.sums import Figures, figures, share, totals
from app.places.queries import facts
from app.rounds.models import Round
from app.web.doors import Anyone
from app.web.render import page
from app.web.visit import Visit
from app.words import formats, phrases
from app.words.catalogue import N_, translations

router = APIRouter()
ROWS = 8  # lines of a table; the rest together


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table with its bar."""

    name: str
    sum: str
    part: str  # of the whole, in percent
    share: float  # 0..100


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page, in one language."""

    lang: str
    office: str
    title: str
    act: str
    mark: str  # of invented figures, or of a draft
    sentences: tuple[str, ...]
    receipts_title: str
    receipts: tuple[Row, ...]
    receipts_sum: str
    spending_title: str
    spending: tuple[Row, ...]
    spending_sum: str
    heads: tuple[str, str, str]
    total: str
    figures: tuple[tuple[str, str], ...]
    ask: str
    more: str


@dataclass(frozen=True, slots=True)
class CitizensView:
    """Both pages."""

    year: int
    sheets: tuple[Sheet, ...]
    qr: Markup
    up: str


@router.get("/{lang}/{slug}/budget/{year:int}/citizens")
def show(visit: Anyone, year: int) -> Response:
    """The citizens' budget of a year, to print on both sides of a sheet."""
    session, district = visit.session, visit.district
    plan = published(session, district_id=district.id, year=year)
    if plan is None:
        raise HTTPException(404)
    entries = classification(session, district_id=district.id, year=year)
    rounds = session.exec(
        select(Round).where(
            Round.district_id == district.id,
            Round.budget_year == year,
            col(Round.cancelled_at).is_(None),
            Round.currency == "KZT",
        )
    ).all()
    held = {
        one.year: one
        for one in session.exec(
            select(Budget).where(
                Budget.district_id == district.id, col(Budget.year).in_((year, year - 1))
            )
        )
    }
    month = held[year].actual_month
    done = published(session, district_id=district.id, year=year, month=month) if month else None
    base = visit.settings.public_url.rstrip("/") or str(visit.request.base_url).rstrip("/")
    view = CitizensView(
        year=year,
        sheets=tuple(
            _sheet(visit, lang, plan, entries, rounds, held.get(year - 1), done)
            for lang in ("kk", "ru")
        ),
        qr=_qr(f"{base}/kk/{district.slug}/budget/{year}"),
        up=f"{visit.here}/budget/{year}",
    )
    return page(visit, "budget/citizens.html", view=view)


def _qr(url: str) -> Markup:
    return Markup(segno.make(url, error="m").svg_inline(scale=2, border=0, omitsize=True))


def _sheet(
    visit: Visit,
    lang: str,
    plan: Published,
    entries: Classification,
    rounds: Sequence[Round],
    before: Budget | None,
    done: Published | None,
) -> Sheet:
    catalogue = translations(lang)
    say = catalogue.gettext
    version, district = plan.version, visit.district
    found = figures(plan.lines, entries.own_parts())
    sums = totals(plan.lines)
    receipts = _rows(Side.RECEIPT, sums, entries, lang, say)
    spending = _rows(Side.SPENDING, sums, entries, lang, say)
    act = phrases.label(f"budget.kind.{version.kind}", lang)
    if version.act_number and version.act_date:
        act += f", {version.act_number}, {formats.day(version.act_date, lang)}"
    marks = []
    if version.origin == Origin.INVENTED:
        marks.append(phrases.label("budget.origin.invented", lang))
    return Sheet(
        lang=lang,
        office=str(getattr(district, f"name_{lang}")),
        title=say(N_("Citizens' budget, %(year)s")) % {"year": version.year},
        act=act,
        mark=". ".join(marks),
        sentences=_sentences(found, sums, entries, version.year, lang, say),
        receipts_title=say(N_("Where the money comes from")),
        receipts=receipts,
        receipts_sum=formats.tenge(found.receipts) if found.receipts is not None else "–",
        spending_title=say(N_("Where the money goes")),
        spending=spending,
        spending_sum=formats.tenge(found.spending) if found.spending is not None else "–",
        heads=(say(N_("Name of the line")), say(N_("Sum")), say(N_("Part"))),
        total=say(N_("In all")),
        figures=tuple(_figures(visit, lang, found, rounds, before, done, entries, version.year)),
        ask=_ask(district, lang, say),
        more=say(N_("All figures, month by month")),
    )


def _rows(
    side: str, sums: dict[str, int], entries: Classification, lang: str, say: Any
) -> tuple[Row, ...]:
    whole = sums.get(side, 0)
    parts = [
        (str(getattr(one, f"name_{lang}")), sums.get(f"{side}:{one.key}", 0))
        for one in entries.parts(side)
    ]
    parts = sorted((one for one in parts if one[1]), key=lambda one: -one[1])
    undivided = whole - sum(amount for _, amount in parts)
    if undivided:
        parts.append((say(N_("Not divided in the paper")), undivided))
    if len(parts) > ROWS + 1:
        parts = [*parts[:ROWS], (say(N_("All other directions")), sum(n for _, n in parts[ROWS:]))]
    return tuple(
        Row(name, formats.tenge(n), formats.percent(n / whole, 1), n * 100 / whole)
        for name, n in parts
        if whole
    )


def _sentences(
    found: Figures, sums: dict[str, int], entries: Classification, year: int, lang: str, say: Any
) -> tuple[str, ...]:
    told = []
    if found.receipts is not None:
        words = say(N_("Budget of the district in %(year)s: %(sum)s."))
        told.append(words % {"year": year, "sum": formats.tenge(found.receipts)})
    if found.own is not None and found.receipts:
        words = say(N_("Our own money: %(sum)s, %(part)s of the whole."))
        part = formats.percent(found.own / found.receipts, 1)
        told.append(words % {"sum": formats.tenge(found.own), "part": part})
    spent = [
        (sums.get(f"{Side.SPENDING}:{one.key}", 0), one) for one in entries.parts(Side.SPENDING)
    ]
    most = max(spent, key=lambda one: one[0], default=None)
    if most is not None and most[0] and found.spending:
        words = say(N_("The largest part of the spending: “%(name)s”, %(part)s."))
        name = str(getattr(most[1], f"name_{lang}"))
        told.append(words % {"name": name, "part": formats.percent(most[0] / found.spending, 1)})
    return tuple(told)


def _figures(
    visit: Visit,
    lang: str,
    found: Figures,
    rounds: Sequence[Round],
    before: Budget | None,
    done: Published | None,
    entries: Classification,
    year: int,
) -> list[tuple[str, str]]:
    say = translations(lang).gettext
    rows = []
    people = next(
        (one for one in facts(visit.session, district_id=visit.district.id) if one.key == "people"),
        None,
    )
    if people is not None and people.amount and found.receipts is not None:
        words = say(N_("For each resident (%(people)s people, %(year)s)"))
        rows.append(
            (
                words % {"people": formats.number(people.amount), "year": people.year},
                formats.tenge(round(found.receipts / people.amount)),
            )
        )
    if before is not None and before.receipts is not None:
        words = say(N_("Budget of the year before, %(year)s"))
        rows.append((words % {"year": before.year}, formats.tenge(before.receipts)))
    envelope = sum(one.confirmed_envelope or one.envelope for one in rounds)
    if envelope:
        text = formats.tenge(envelope)
        if part := share(envelope, found.spending):
            text += f" ({formats.percent(part, 1)})"
        rows.append((say(N_("Decided on by the residents' vote")), text))
    if done is not None:
        actual = figures(done.lines, entries.own_parts())
        month = done.version.month
        until = (
            say(N_("Spent in the whole year"))
            if month == ANNUAL
            else say(N_("Spent since January, up to the end of: %(month)s"))
            % {"month": formats.month(month, lang)}
        )
        if actual.spending is not None:
            text = formats.tenge(actual.spending)
            if part := share(actual.spending, found.spending):
                text += f" ({formats.percent(part, 1)})"
            rows.append((until, text))
    return rows


def _ask(district: Any, lang: str, say: Any) -> str:
    address = str(getattr(district, f"address_{lang}"))
    known = ", ".join(one for one in (address, district.phone) if one)
    return say(N_("Questions: the akim's office. %(where)s")) % {"where": known} if known else ""
