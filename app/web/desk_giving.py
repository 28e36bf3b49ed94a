"""Contributions at the desk: confirm a pledge, write one down, say what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, Field

from app.budget.giving import confirm, move, name_giver
from app.budget.giving_models import GivenAs, Move
from app.budget.giving_queries import PAGE, Given, contribution, contributions, together
from app.budget.giving_rules import NAME_MOST, WHAT_MOST, WORDS_MOST, Pledge
from app.core.clock import day_of
from app.core.database import transaction
from app.core.ids import new_id
from app.core.refusal import Refusal
from app.proposals.pledges import pledge_to
from app.proposals.queries import proposal_for
from app.web.doors import Clerk
from app.web.forms import Day, Filled, Form, Tenge, blank, fill
from app.web.frame import Link
from app.web.giving import ID
from app.web.giving_view import (
    GivenRow,
    Titled,
    given_row,
    given_rows,
    pledge_form,
    projects_by_id,
    projects_to_choose,
    titled,
    ways_to_give,
)
from app.web.render import page, see_other
from app.web.sheet import Pager, page_asked, pager_of
from app.web.visit import Visit
from app.words import formats, phrases
from app.words.catalogue import N_, translations

router = APIRouter()
PATH = "/{lang}/{slug}/desk/contributions"
MOST_WAITING = 50  # pledges shown before the others; the rest follow once these are settled


@dataclass(frozen=True, slots=True)
class DeskList:
    """What waits for the office, and everything that was confirmed."""

    waiting: tuple[GivenRow, ...]
    waiting_count: int
    rows: tuple[GivenRow, ...]
    total: int
    pager: Pager
    to: Titled | None  # only of this project
    towards: str  # what its price may be lowered by
    all_url: str
    new_url: str
    public: Link


@dataclass(frozen=True, slots=True)
class DeskOne:
    """One contribution at the desk."""

    row: GivenRow
    confirmed: bool
    waits: bool  # there is something to confirm
    money: bool
    by_resident: bool
    by_name: str
    unspent: str
    moves: list[tuple[str, str]]
    url: str
    back: Link
    saved: bool


class WrittenForm(BaseModel):
    """What somebody told the office they give."""

    contribution_id: str = Field(pattern=ID)
    to: str = Field("", max_length=20)
    given_as: GivenAs
    worth: Tenge
    what_kk: str = Field("", max_length=WHAT_MOST)
    what_ru: str = Field("", max_length=WHAT_MOST)
    named: bool = False
    name: str = Field("", max_length=NAME_MOST)


class ConfirmForm(BaseModel):
    """That the office has spoken with who promised."""

    worth: Tenge


class MoveForm(BaseModel):
    """What came of a contribution."""

    move_id: str = Field(pattern=ID)
    move: Move
    amount: Tenge
    moved_on: Day
    document: str = Field("", max_length=200)
    words_kk: str = Field("", max_length=WORDS_MOST)
    words_ru: str = Field("", max_length=WORDS_MOST)
    mend: bool = False


class NameForm(BaseModel):
    """Whether the giver agreed to be named, and how."""

    named: bool = False
    name: str = Field("", max_length=NAME_MOST)


@router.get(PATH)
def show(visit: Clerk, to: str = "") -> Response:
    """What waits for the office first, then everything confirmed, the newest first."""
    session, base = visit.session, f"{visit.here}/desk/contributions"
    ask: dict[str, Any] = {"district_id": visit.district.id}
    project = (
        proposal_for(session, district_id=visit.district.id, number=to, who=visit.who)
        if to
        else None
    )
    only = project.id if project is not None else ""
    waiting, count = contributions(
        session, **ask, confirmed=False, proposal_id=only, most=MOST_WAITING
    )
    sums = together(session, **ask, proposal_id=only or None)
    known = sum(one.count for one in sums.values())
    asked = page_asked(visit.request.query_params.get("page", ""))
    pager = pager_of(asked, known, base, {"to": to if project else ""}, most=PAGE)
    found, total = contributions(session, **ask, proposal_id=only, page=pager.page)
    say = translations(visit.lang).gettext
    query = f"?to={to}" if project is not None else ""
    view = DeskList(
        waiting=given_rows(visit, waiting, base),
        waiting_count=count,
        rows=given_rows(visit, found, base),
        total=total,
        pager=pager,
        to=titled(visit, project) if project is not None else None,
        towards=formats.tenge(sums[only].towards if only in sums else 0),
        all_url=base if project is not None else "",
        new_url=f"{base}/new{query}",
        public=Link(f"{visit.here}/contributions", say(N_("As the public sees it"))),
    )
    return page(visit, "giving/desk_list.html", view=view)


@router.get(PATH + "/new")
def new(visit: Clerk, to: str = "") -> Response:
    """The form for what somebody told the office."""
    return _new_page(visit, pledge_form(visit, to))


@router.post(PATH + "/new")
def write_down(visit: Clerk, posted: Form) -> Response:
    """The clerk writes down what a person or an enterprise promised at the office."""
    form = fill(WrittenForm, posted)
    if (typed := form.value) is not None:
        try:
            with transaction(visit.session):
                made = pledge_to(
                    visit.session,
                    district_id=visit.district.id,
                    number=typed.to,
                    pledge=Pledge(
                        given_as=typed.given_as,
                        worth=typed.worth,
                        what_kk=typed.what_kk,
                        what_ru=typed.what_ru,
                        named=typed.named,
                        name=typed.name,
                    ),
                    by_name=visit.by_name,
                    contribution_id=typed.contribution_id,
                    now=visit.clock.now(),
                )
            return see_other(visit, f"{visit.here}/desk/contributions/{made.number}?saved=1")
        except Refusal as why:
            form = form.refused(why.at("what_kk") if why.field == "what" else why)
    if not form.typed.get("contribution_id") or "contribution_id" in form.problems:
        form = form.unseen("contribution_id")
        form = replace(form, typed={**form.typed, "contribution_id": new_id()})
    return _new_page(visit, form)


@router.get(PATH + "/{number:int}")
def show_one(visit: Clerk, number: int, saved: str = "") -> Response:
    """One contribution, and what can be said of it."""
    return _one_page(visit, number, blank(), saved=bool(saved))


@router.post(PATH + "/{number:int}/confirm")
def confirm_one(visit: Clerk, number: int, posted: Form) -> Response:
    """The pledge is real: it counts and is public."""

    def act(typed: ConfirmForm, ask: dict[str, Any]) -> None:
        confirm(visit.session, worth=typed.worth, **ask)

    return _save(visit, number, fill(ConfirmForm, posted), act)


@router.post(PATH + "/{number:int}/move")
def move_one(visit: Clerk, number: int, posted: Form) -> Response:
    """Received, spent, taken back or given back; or one of these was a mistake."""

    def act(typed: MoveForm, ask: dict[str, Any]) -> None:
        move(
            visit.session,
            move=typed.move,
            amount=-typed.amount if typed.mend else typed.amount,
            moved_on=typed.moved_on,
            document=typed.document,
            words_kk=typed.words_kk,
            words_ru=typed.words_ru,
            move_id=typed.move_id,
            **ask,
        )

    return _save(visit, number, fill(MoveForm, posted), act)


@router.post(PATH + "/{number:int}/name")
def name_one(visit: Clerk, number: int, posted: Form) -> Response:
    """Names the giver as they agreed to be, or no more."""

    def act(typed: NameForm, ask: dict[str, Any]) -> None:
        name_giver(visit.session, named=typed.named, name=typed.name, **ask)

    return _save(visit, number, fill(NameForm, posted), act)


def _save(
    visit: Visit, number: int, form: Filled[Any], act: Callable[[Any, dict[str, Any]], None]
) -> Response:
    _found(visit, number)
    if form.value is not None:
        try:
            with transaction(visit.session):
                act(
                    form.value,
                    {
                        "district_id": visit.district.id,
                        "number": number,
                        "by_name": visit.by_name,
                        "now": visit.clock.now(),
                    },
                )
            return see_other(visit, f"{visit.here}/desk/contributions/{number}?saved=1")
        except Refusal as why:
            form = form.refused(why)
    return _one_page(visit, number, form.unseen("move_id"))


def _found(visit: Visit, number: int) -> Given:
    found = contribution(visit.session, district_id=visit.district.id, number=number)
    if found is None:
        raise HTTPException(404)
    return found


def _new_page(visit: Visit, form: Filled[Any]) -> Response:
    return page(
        visit,
        "giving/desk_new.html",
        status=422 if form.problems else 200,
        form=form,
        projects=projects_to_choose(visit),
        ways=ways_to_give(visit.lang),
        action=f"{visit.here}/desk/contributions/new",
    )


def _one_page(visit: Visit, number: int, form: Filled[Any], *, saved: bool = False) -> Response:
    given = _found(visit, number)
    one = given.one
    say = translations(visit.lang).gettext
    opening = {
        "move_id": new_id(),
        "move": str(Move.RECEIVED if given.sums.coming else Move.SPENT),
        "moved_on": day_of(visit.now).isoformat(),
        "worth": formats.number(one.worth),
        "named": "1" if one.named else "",
        "name": one.name,
    }
    typed = {name: text for name, text in form.typed.items() if name != "_token"}
    if "name" in typed:
        opening["named"] = ""  # that form came back as it was ticked
    view = DeskOne(
        row=given_row(visit, given, projects_by_id(visit, [one.proposal_id])),
        confirmed=one.confirmed_at is not None,
        waits=one.confirmed_at is None and given.sums.coming > 0 and one.person_id is not None,
        money=one.given_as == GivenAs.MONEY,
        by_resident=not one.by_name,
        by_name=one.by_name,
        unspent=formats.tenge(given.sums.unspent),
        moves=[(str(step), phrases.label(f"move.{step}", visit.lang)) for step in Move],
        url=f"{visit.here}/desk/contributions/{number}",
        back=Link(f"{visit.here}/desk/contributions", say(N_("Contributions"))),
        saved=saved,
    )
    return page(
        visit,
        "giving/desk_one.html",
        status=422 if form.problems else 200,
        form=replace(form, typed={**opening, **typed}),
        view=view,
    )
