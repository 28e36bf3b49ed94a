"""Voluntary contributions: what was given and what came of it, to pledge, and one's own pledges."""

from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, Field

from app.budget.giving import move, name_giver
from app.budget.giving_models import GivenAs, Move
from app.budget.giving_queries import (
    NOTHING,
    PAGE,
    Given,
    contribution,
    contributions,
    given_by,
    together,
)
from app.budget.giving_rules import WHAT_MOST, WHY_BACK, Pledge
from app.core.clock import day_of
from app.core.database import transaction
from app.core.ids import new_id
from app.core.refusal import Refusal
from app.people.queries import public_name
from app.proposals.pledges import pledge_to
from app.web.doors import Anyone, Resident
from app.web.forms import Filled, Form, Tenge, blank, fill
from app.web.frame import Link
from app.web.giving_view import (
    GivenRow,
    SumsRow,
    given_row,
    given_rows,
    pledge_form,
    pledge_link,
    projects_by_id,
    projects_to_choose,
    state_of,
    sums_rows,
    titled,
    ways_to_give,
)
from app.web.render import page, see_other
from app.web.sheet import Pager, page_asked, pager_of, sheet
from app.web.visit import Visit
from app.words import formats, phrases
from app.words.catalogue import N_, translations

router = APIRouter()
PATH = "/{lang}/{slug}/contributions"
ID = r"^[0-9a-f]{20}$"
COLUMNS = (
    *("number", "day", "project", "title", "given_as", "what_kk", "what_ru", "name"),
    *("pledged_tenge", "received_tenge", "spent_tenge", "returned_tenge", "state"),
)


@dataclass(frozen=True, slots=True)
class GivingView:
    """All contributions of a district."""

    tiles: tuple[tuple[str, str], ...]
    by_project: tuple[SumsRow, ...]
    rows: tuple[GivenRow, ...]
    total: int
    pager: Pager
    pledge: Link | None
    csv: tuple[Link, ...]
    money: Link


@dataclass(frozen=True, slots=True)
class OwnView:
    """One's own pledge, and what may still be done with it."""

    row: GivenRow
    coming: bool
    named: bool
    public_name: str
    whys: tuple[tuple[str, str], ...]
    url: str
    saved: bool


class PledgeForm(BaseModel):
    """What a resident promises."""

    contribution_id: str = Field(pattern=ID)
    to: str = Field("", max_length=20)
    given_as: GivenAs
    worth: Tenge
    what: str = Field("", max_length=WHAT_MOST)
    named: bool = False


class BackForm(BaseModel):
    """A pledge taken back, and why."""

    move_id: str = Field(pattern=ID)
    why: str = Field(max_length=20)


class NamedForm(BaseModel):
    """Whether one wants to be named."""

    named: bool = False


@router.get(PATH)
def show(visit: Anyone) -> Response:
    """What was pledged, received and spent: together, by project, one by one."""
    base = f"{visit.here}/contributions"
    asked = page_asked(visit.request.query_params.get("page", ""))
    ask: dict[str, Any] = {"district_id": visit.district.id}
    by_project = together(visit.session, **ask)
    whole = sum(by_project.values(), NOTHING)
    pager = pager_of(asked, whole.count, base, {}, most=PAGE)
    found, total = contributions(visit.session, **ask, page=pager.page)
    say = translations(visit.lang).gettext
    view = GivingView(
        tiles=(
            (formats.tenge(whole.pledged), say(N_("pledged"))),
            (formats.tenge(whole.received), say(N_("received"))),
            (formats.tenge(whole.spent), say(N_("spent"))),
        ),
        by_project=sums_rows(visit, by_project),
        rows=given_rows(visit, found),
        total=total,
        pager=pager,
        pledge=pledge_link(visit),
        csv=(Link(f"{base}.csv", "CSV"),),
        money=Link(f"{visit.here}/budget", say(N_("Our money"))),
    )
    return page(visit, "giving/list.html", view=view)


@router.get(PATH + ".csv")
def as_csv(visit: Anyone) -> Response:
    """The same as a table. Who did not agree to be named is not in it."""
    found, _ = contributions(visit.session, district_id=visit.district.id, most=None)
    projects = projects_by_id(visit, (one.one.proposal_id for one in found))
    rows = []
    for given in found:
        one, sums = given.one, given.sums
        to = titled(visit, projects.get(one.proposal_id or ""))
        rows.append(
            (
                *(one.number, day_of(one.at), to.number, to.title if to.number else ""),
                *(one.given_as, one.what_kk, one.what_ru, one.name if one.named else ""),
                *(sums.pledged, sums.received, sums.spent, sums.returned, state_of(given)),
            )
        )
    return sheet(f"{visit.district.slug}-contributions.csv", COLUMNS, rows)


@router.get(PATH + "/new")
def new(visit: Resident, to: str = "") -> Response:
    """The form of a pledge."""
    return _new_page(visit, pledge_form(visit, to))


@router.post(PATH + "/new")
def send(visit: Resident, posted: Form) -> Response:
    """A resident pledges."""
    form = fill(PledgeForm, posted)
    if (typed := form.value) is not None:
        named = typed.named
        in_kazakh = visit.lang == "kk"
        try:
            with transaction(visit.session):
                made = pledge_to(
                    visit.session,
                    district_id=visit.district.id,
                    number=typed.to,
                    pledge=Pledge(
                        given_as=typed.given_as,
                        worth=typed.worth,
                        what_kk=typed.what if in_kazakh else "",
                        what_ru="" if in_kazakh else typed.what,
                        named=named,
                        name=_public_name(visit) if named else "",
                    ),
                    person_id=_person(visit),
                    contribution_id=typed.contribution_id,
                    now=visit.clock.now(),
                )
            return see_other(visit, f"{visit.here}/contributions/{made.number}?saved=1")
        except Refusal as why:
            form = form.refused(why)
    if not form.typed.get("contribution_id") or "contribution_id" in form.problems:
        form = form.unseen("contribution_id")
        form = replace(form, typed={**form.typed, "contribution_id": new_id()})
    return _new_page(visit, form)


@router.get(PATH + "/mine")
def mine(visit: Resident) -> Response:
    """One's own pledges."""
    found = given_by(visit.session, district_id=visit.district.id, person_id=_person(visit))
    return page(
        visit,
        "giving/mine.html",
        rows=given_rows(visit, found, f"{visit.here}/contributions"),
        pledge=pledge_link(visit),
    )


@router.get(PATH + "/{number:int}")
def own(visit: Resident, number: int, saved: str = "") -> Response:
    """One's own pledge."""
    return _own_page(visit, _own(visit, number), blank(), saved=bool(saved))


@router.post(PATH + "/{number:int}/take-back")
def take_back(visit: Resident, number: int, posted: Form) -> Response:
    """A resident takes back what has not come of their pledge, with the reason."""
    given = _own(visit, number)
    form = fill(BackForm, posted).unseen("move_id")
    try:
        if (typed := form.value) is None:
            return _own_page(visit, given, form)
        if typed.why not in WHY_BACK:
            raise Refusal("form.choice", field="why")
        words_kk, words_ru = WHY_BACK[typed.why]
        now = visit.clock.now()
        with transaction(visit.session):
            given = _own(visit, number)
            if not given.sums.coming and all(typed.move_id != one.id for one in given.moves):
                raise Refusal("giving.nothing_coming")
            move(
                visit.session,
                district_id=visit.district.id,
                number=number,
                move=Move.TAKEN_BACK,
                amount=given.sums.coming,
                moved_on=day_of(now),
                words_kk=words_kk,
                words_ru=words_ru,
                move_id=typed.move_id,
                now=now,
            )
    except Refusal as why:
        shown = form.refused(why if why.field == "why" else why.at(""))
        return _own_page(visit, _own(visit, number), shown)
    return see_other(visit, f"{visit.here}/contributions/{number}?saved=1")


@router.post(PATH + "/{number:int}/name")
def be_named(visit: Resident, number: int, posted: Form) -> Response:
    """A resident wants to be named, or no more."""
    given = _own(visit, number)
    form = fill(NamedForm, posted)
    if form.value is None:
        return _own_page(visit, given, form)
    named = form.value.named
    with transaction(visit.session):
        _own(visit, number)
        name_giver(
            visit.session,
            district_id=visit.district.id,
            number=number,
            named=named,
            name=_public_name(visit) if named else "",
            now=visit.clock.now(),
        )
    return see_other(visit, f"{visit.here}/contributions/{number}?saved=1")


def _own(visit: Visit, number: int) -> Given:
    given = contribution(visit.session, district_id=visit.district.id, number=number)
    if given is None or given.one.person_id != _person(visit):
        raise HTTPException(404)
    return given


def _person(visit: Visit) -> str:
    assert visit.who is not None
    assert visit.who.person_id is not None
    return visit.who.person_id


def _public_name(visit: Visit) -> str:
    assert visit.who is not None
    return public_name(visit.who.name)


def _new_page(visit: Visit, form: Filled[Any]) -> Response:
    return page(
        visit,
        "giving/new.html",
        status=422 if form.problems else 200,
        form=form,
        projects=projects_to_choose(visit),
        ways=ways_to_give(visit.lang),
        public_name=_public_name(visit),
        what_most=WHAT_MOST,
        action=f"{visit.here}/contributions/new",
    )


def _own_page(visit: Visit, given: Given, form: Filled[Any], *, saved: bool = False) -> Response:
    projects = projects_by_id(visit, [given.one.proposal_id])
    typed = {"named": "1" if given.one.named else "", **form.typed, "move_id": new_id()}
    if kept := form.typed.get("move_id"):
        typed["move_id"] = kept
    view = OwnView(
        row=given_row(visit, given, projects),
        coming=given.sums.coming > 0,
        named=given.one.named,
        public_name=_public_name(visit),
        whys=tuple((one, phrases.label(f"giving.back.{one}", visit.lang)) for one in WHY_BACK),
        url=f"{visit.here}/contributions/{given.one.number}",
        saved=saved,
    )
    return page(
        visit,
        "giving/one.html",
        status=422 if form.problems else 200,
        form=replace(form, typed=typed),
        view=view,
    )
