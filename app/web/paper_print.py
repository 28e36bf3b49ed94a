"""Printing paper ballots: the order, and the sheets themselves in two languages."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from app.core.database import transaction
from app.core.refusal import Refusal
from app.rounds.calendar import Act, why_not_now
from app.rounds.models import BallotMethod, Round
from app.voting import paper, queries
from app.voting.numbers import written
from app.web.counted_words import beside_price, rivals_by_number, rivals_in_words
from app.web.doors import Desk
from app.web.forms import Filled, Form, blank, fill
from app.web.paper import BASE, Where, hand_of, needed_round
from app.web.priced import in_all
from app.web.render import page
from app.web.visit import Visit
from app.words import formats
from app.words.catalogue import N_, translations

router = APIRouter()


class Order(BaseModel):
    """How many sheets to print, and which."""

    count: int = Field(ge=1)
    large: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """A project as it stands on a sheet."""

    number: int
    title_kk: str
    title_ru: str
    price: int
    place_kk: str
    # in Kazakh and Russian: what it costs in all, where neighbours help; what it excludes
    in_all: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One printed ballot. Every sheet has its projects in an order of its own."""

    number: str
    projects: tuple[Project, ...]


@dataclass(frozen=True, slots=True)
class SheetWords:
    """What every sheet says, in Kazakh and in Russian."""

    title: tuple[str, str]
    what: tuple[str, str]
    how: tuple[str, str]
    money: tuple[str, str]
    spoiled: tuple[str, str]
    secret: tuple[str, str]
    final: tuple[str, str]
    number: tuple[str, str]


@router.get(BASE + "/print")
def ask_print(visit: Desk) -> Response:
    """How many, and which."""
    return _print_page(visit, needed_round(visit), blank(count=20))


@router.post(BASE + "/print")
def do_print(visit: Desk, posted: Form) -> Response:
    """The sheets themselves. Printing again makes new ones: no number is ever printed twice."""
    where = needed_round(visit)
    form = fill(Order, posted)
    if form.value is None:
        return _print_page(visit, where, form, status=422)
    try:
        with transaction(visit.session) as session:
            numbers = paper.print_sheets(
                session,
                clock=visit.clock,
                district_id=visit.district.id,
                round_id=where.round.id,
                count=form.value.count,
                large=bool(form.value.large),
                office=hand_of(visit).office,
                by_name=hand_of(visit).name,
            )
    except Refusal as why:
        return _print_page(visit, where, form.refused(why), status=422)
    return page(
        visit,
        "voting/sheets.html",
        sheets=[_sheet(visit, where.round, number) for number in numbers],
        words=_sheet_words(where.round),
        envelope=where.round.envelope,
        large=bool(form.value.large),
    )


def _print_page(visit: Visit, where: Where, form: Filled[Order], status: int = 200) -> Response:
    why = why_not_now(Act.PRINT_BALLOTS, where.calendar, visit.now)
    return page(visit, "voting/print.html", status=status, form=form, why=why)


def _sheet(visit: Visit, of: Round, number: str) -> Sheet:
    found = queries.projects(visit.session, district_id=of.district_id, round_id=of.id)
    excluded = rivals_by_number(of)
    drawn = sorted(found, key=lambda one: sha256(f"{number} {one.number}".encode()).digest())
    return Sheet(
        number=written(number),
        projects=tuple(
            Project(
                one.number,
                one.title_kk,
                one.title_ru,
                one.price,
                one.settlement_kk,
                _under(one, excluded.get(one.number, ())),
            )
            for one in drawn
        ),
    )


def _under(one: queries.OnBallot, others: Iterable[int]) -> tuple[str, str]:
    kk, ru = (
        beside_price(
            in_all(lang, price=one.price, cofinanced=one.cofinanced),
            rivals_in_words(lang, (f"№ {number}" for number in others)),
        )
        for lang in ("kk", "ru")
    )
    return kk, ru


def _sheet_words(of: Round) -> SheetWords:
    def both(message: str, **facts: object) -> tuple[str, str]:
        kk, ru = (translations(lang).gettext(message) % facts for lang in ("kk", "ru"))
        return kk, ru

    most = {"most": of.most_choices, "sum": formats.tenge(of.envelope)}
    knapsack = of.method == BallotMethod.KNAPSACK

    return SheetWords(
        title=both(N_("Ballot")),
        what=both(
            N_("Which projects should the budget of the year %(year)s pay for?"),
            year=of.budget_year,
        ),
        how=both(
            N_(
                "Put any mark into the boxes of the projects you support: together they cost at "
                "most %(sum)s."
            )
            if knapsack
            else N_("Put any mark into the boxes of the projects you support: at most %(most)s."),
            **most,
        ),
        money=both(N_("Money of this round")),
        spoiled=both(
            N_("A ballot without a mark, or whose projects together cost more, is spoiled.")
            if knapsack
            else N_("A ballot without a mark, or with more than %(most)s marks, is spoiled."),
            **most,
        ),
        secret=both(N_("Do not sign it. Fold it and put it into the box yourself.")),
        final=both(N_("Whoever takes a paper ballot votes on paper only.")),
        number=both(N_("The number tells nothing about a person.")),
    )
