"""Beside the results: the money turn by turn, and what became of one's own choices.

Nothing leads from a person to a ballot, so nobody can be told what became of theirs. Here one ticks
again what one chose. A browser that runs scripts works it out itself; otherwise the ticks are sent,
answered once and kept nowhere: they stand in no address, no row and no log.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from fastapi import APIRouter, Response

from app.core.refusal import Refusal
from app.counting.amounts import rounded_text
from app.counting.backing import Shares
from app.counting.outcome import Outcome, Step, Verdict
from app.web.account_view import turns
from app.web.account_words import Account, title_of
from app.web.doors import Anyone
from app.web.forms import Filled, Form
from app.web.render import page
from app.web.results import counted_here, heading_of
from app.web.sheet import page_asked, pager_of
from app.web.visit import Visit
from app.words import phrases

router = APIRouter()
TURNS = 30  # on a page


@dataclass(frozen=True, slots=True)
class Choice:
    """A project to tick, and what became of it. Sums in smallest units."""

    number: str
    title: str
    lang: str
    price: str
    cost: int
    won: bool
    result: str
    chosen: bool
    paid: str  # out of one's own share; empty where shares bought nothing here
    turn: int  # of the shares; 0: not bought by them
    each: str  # what a supporter paid, as a decimal number for the browser


@dataclass(frozen=True, slots=True)
class Own:
    """What became of what is ticked."""

    chosen: int
    won: int
    sum: str
    share: str  # one's equal share; empty under another rule
    paid: str
    left: str


@dataclass(frozen=True, slots=True)
class OwnView:
    """The page about one's own choices."""

    choices: tuple[Choice, ...]
    own: Own | None
    share: str  # as a decimal number for the browser; empty under another rule
    currency: str
    digits: int  # of the currency's minor unit
    most: int


@router.get("/{lang}/{slug}/rounds/{key}/results/turns")
def show_turns(visit: Anyone, key: str) -> Response:
    """The projects that were taken, one after another, and the money that was left each time."""
    found = counted_here(visit, key)
    account = found.account(visit)
    rows = turns(account)
    here = f"{visit.here}/rounds/{key}/results"
    asked = visit.request.query_params.get("page", "")
    pager = pager_of(page_asked(asked), len(rows), f"{here}/turns", {}, most=TURNS)
    return page(
        visit,
        "decisions/turns.html",
        heading=heading_of(visit, found.of),
        all_turns=rows,
        rows=rows[(pager.page - 1) * TURNS : pager.page * TURNS],
        pager=pager,
        shares=account.outcome.shares is not None,
        whole=account.money(account.outcome.budget),
        back=here,
    )


@router.get("/{lang}/{slug}/rounds/{key}/results/mine")
def ask_mine(visit: Anyone, key: str) -> Response:
    """The list to tick."""
    return _mine(visit, key, frozenset(), answered=False)


@router.post("/{lang}/{slug}/rounds/{key}/results/mine")
def answer_mine(visit: Anyone, key: str, posted: Form) -> Response:
    """What became of what is ticked. Answered once, kept nowhere."""
    return _mine(visit, key, frozenset(posted.all("choices")), answered=True)


def _mine(visit: Visit, key: str, ticked: frozenset[str], *, answered: bool) -> Response:
    found = counted_here(visit, key)
    view = own_view(found.account(visit), ticked, answered=answered)
    form: Filled[Any] = Filled()
    if answered and view.own is None:
        form = form.refused(Refusal("account.nothing_ticked", field="choices"))
    answer = page(
        visit,
        "decisions/mine.html",
        status=422 if form.problems else 200,
        form=form,
        heading=heading_of(visit, found.of),
        view=view,
        back=f"{visit.here}/rounds/{key}/results",
    )
    answer.headers["cache-control"] = "no-store"
    return answer


def own_view(account: Account, ticked: frozenset[str], *, answered: bool) -> OwnView:
    """The list of a round with what is ticked; unknown numbers are nobody's choice."""
    outcome = account.outcome
    known = frozenset(step.project for step in outcome.steps)
    ticked &= known
    shares = outcome.shares if outcome.shares and outcome.shares.utility != "points" else None
    spent = spent_by(outcome, shares, ticked) if shares else {}

    def text(amount: Fraction) -> str:
        return account.each(rounded_text(amount, outcome.decimals, further=0))

    def choice(step: Step) -> Choice:
        title, lang = title_of(account.visit, account.of, account.proposals[step.project])
        backing = step.backing
        bought = shares is not None and backing is not None and backing.price is not None
        each = float(backing.price) if bought and backing and backing.price else 0.0
        return Choice(
            number=step.project,
            title=title,
            lang=lang,
            price="" if step.verdict is Verdict.WITHDRAWN else account.money(step.cost),
            cost=step.cost,
            won=step.verdict is Verdict.FUNDED,
            result=phrases.label(f"why.{step.verdict}", account.visit.lang),
            chosen=step.project in ticked,
            paid=text(spent[step.project]) if step.project in spent else "",
            turn=backing.turn or 0 if bought and backing else 0,
            each=f"{each:.6f}" if each else "",
        )

    own = None
    if answered and ticked:
        won = [one for one in outcome.steps if one.project in ticked and _won(one)]
        paid = sum(spent.values(), start=Fraction(0))
        own = Own(
            chosen=len(ticked),
            won=len(won),
            sum=account.money(sum(one.cost for one in won)),
            share=text(shares.share) if shares else "",
            paid=text(paid) if shares else "",
            left=text(shares.share - paid) if shares else "",
        )
    return OwnView(
        choices=tuple(choice(step) for step in sorted(outcome.steps, key=_by_number)),
        own=own,
        share=f"{float(shares.share):.6f}" if shares else "",
        currency="₸" if account.of.currency == "KZT" else account.of.currency,
        digits=outcome.decimals,
        most=account.of.most_choices,
    )


def spent_by(outcome: Outcome, shares: Shares, ticked: Iterable[str]) -> dict[str, Fraction]:
    """What a ballot with these choices paid for each project: its price, or all that was left."""
    left, spent = shares.share, {}
    chosen = frozenset(ticked)
    for step in outcome.turns:
        if step.project in chosen and step.backing and step.backing.price is not None:
            spent[step.project] = min(step.backing.price, left)
            left -= spent[step.project]
    return spent


def _won(step: Step) -> bool:
    return step.verdict is Verdict.FUNDED


def _by_number(step: Step) -> int:
    return int(step.project)
