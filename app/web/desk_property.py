"""Communal property at the desk: enter, change, services, a year's income, what was let go."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import col, select

from app.budget.property import (
    add_property,
    change_property,
    facts_of,
    let_go,
    set_services,
    state_income,
    take_in_again,
)
from app.budget.property_models import PropertyKind
from app.budget.property_queries import Thing, register
from app.budget.property_rules import NAME_MOST, TEXT_MOST, Facts, Service, Year
from app.core.clock import day_of
from app.core.database import transaction
from app.core.ids import new_id
from app.core.money import read_tenge
from app.core.refusal import Refusal
from app.proposals.models import Proposal, Status
from app.web.doors import Clerk
from app.web.forms import Day, Filled, Form, Posted, Tenge, blank, fill
from app.web.frame import Link
from app.web.giving_view import titled
from app.web.property import ThingView, places_of, thing_here, thing_view
from app.web.render import page, see_other
from app.web.sheet import paged
from app.web.visit import Visit
from app.words import formats, phrases
from app.words.catalogue import N_, translations

router = APIRouter()
PATH = "/{lang}/{slug}/desk/property"
ROWS = 3  # empty rows for more services
_ROW = re.compile(r"(name_kk|name_ru|price|unit_kk|unit_ru)-(\d{1,3})")


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A thing in the desk's list."""

    url: str
    name: str
    kind: str
    year: str
    brought: str
    gone: str


@dataclass(frozen=True, slots=True)
class DeskThing:
    """A thing at the desk."""

    thing: ThingView
    url: str
    public: Link
    back: Link
    service_rows: range
    projects: list[tuple[str, str]]
    today: str
    saved: bool
    at: str  # the form that came back, which stands open


class FactsForm(BaseModel):
    """What the register says of a thing."""

    kind: PropertyKind
    name_kk: str = Field(max_length=NAME_MOST)
    name_ru: str = Field(max_length=NAME_MOST)
    purpose_kk: str = Field("", max_length=TEXT_MOST)
    purpose_ru: str = Field("", max_length=TEXT_MOST)
    bin: str = Field("", max_length=20)
    settlement_id: str = Field("", max_length=20)
    address: str = Field("", max_length=200)
    used_by_kk: str = Field("", max_length=200)
    used_by_ru: str = Field("", max_length=200)

    property_id: str = Field("", pattern=r"^([0-9a-f]{20})?$")  # of a new thing's form

    def facts(self) -> Facts:
        """As the rules read it."""
        typed = {name: getattr(self, name) for name in Facts.__dataclass_fields__}
        typed["settlement_id"] = self.settlement_id or None
        typed["bin"] = self.bin.replace(" ", "")
        return Facts(**typed)


class YearForm(BaseModel):
    """What a thing brought in and cost in a year."""

    year: int
    rent: Tenge = 0
    income: Tenge = 0
    upkeep: Tenge = 0
    built_kk: str = Field("", max_length=300)
    built_ru: str = Field("", max_length=300)
    to: str = Field("", max_length=20)
    corrects_why_kk: str = Field("", max_length=500)
    corrects_why_ru: str = Field("", max_length=500)


class GoneForm(BaseModel):
    """When a thing was let go, and why."""

    gone_on: Day
    why_kk: str = Field(max_length=500)
    why_ru: str = Field(max_length=500)


class BackForm(BaseModel):
    """Why it is the community's again."""

    why_kk: str = Field(max_length=500)
    why_ru: str = Field(max_length=500)


class ServicesForm(BaseModel):
    """Rows of services; read by hand, for there may be any number."""


@router.get(PATH)
def show(visit: Clerk) -> Response:
    """The register at the desk."""
    found = register(visit.session, district_id=visit.district.id)
    base = f"{visit.here}/desk/property"
    shown, pager = paged(visit, found, base, {})
    say = translations(visit.lang).gettext
    return page(
        visit,
        "property/desk_list.html",
        rows=[_row(visit, one, base) for one in shown],
        pager=pager,
        new_url=f"{base}/new",
        public=Link(f"{visit.here}/property", say(N_("As the public sees it"))),
    )


@router.get(PATH + "/new")
def new(visit: Clerk) -> Response:
    """The form of a new thing."""
    return _new_page(visit, blank(kind=PropertyKind.BUILDING, property_id=new_id()))


@router.post(PATH + "/new")
def add(visit: Clerk, posted: Form) -> Response:
    """Enters a thing in the register."""
    form = fill(FactsForm, posted)
    if form.value is not None:
        try:
            with transaction(visit.session):
                made = add_property(
                    visit.session,
                    district_id=visit.district.id,
                    facts=form.value.facts(),
                    property_id=form.value.property_id or None,
                    by_name=visit.by_name,
                    now=visit.clock.now(),
                )
            return see_other(visit, f"{visit.here}/desk/property/{made.number}?saved=1")
        except Refusal as why:
            form = form.refused(why)
    return _new_page(visit, form.unseen("property_id"))


@router.get(PATH + "/{number:int}")
def show_one(visit: Clerk, number: int, saved: str = "") -> Response:
    """One thing, and everything that can be said of it."""
    return _one_page(visit, number, blank(), saved=bool(saved))


@router.post(PATH + "/{number:int}")
def change(visit: Clerk, number: int, posted: Form) -> Response:
    """Says something else of a thing."""

    def act(typed: FactsForm, ask: dict[str, Any]) -> None:
        change_property(visit.session, facts=typed.facts(), **ask)

    return _save(visit, number, "facts", fill(FactsForm, posted), act)


@router.post(PATH + "/{number:int}/services")
def services(visit: Clerk, number: int, posted: Form) -> Response:
    """Publishes the list of services with their prices."""
    form = fill(ServicesForm, posted)
    try:
        listed, places = _services(posted)
    except Refusal as why:
        thing_here(visit, number)
        return _one_page(visit, number, form.refused(why), at="services")

    def act(_: ServicesForm, ask: dict[str, Any]) -> None:
        try:
            set_services(visit.session, services=listed, **ask)
        except Refusal as why:
            name, _dash, row = why.field.partition("-")
            raise (why.at(f"{name}-{places[int(row)]}") if row else why) from None

    return _save(visit, number, "services", form, act)


@router.post(PATH + "/{number:int}/income")
def income(visit: Clerk, number: int, posted: Form) -> Response:
    """Publishes a year's income, or corrects it with a reason."""

    def act(typed: YearForm, ask: dict[str, Any]) -> None:
        project = None
        if typed.to:
            found = {one.number: one for one in _built(visit)}
            if typed.to not in found:
                raise Refusal("form.choice", field="to")
            project = found[typed.to].id
        said = {
            name: getattr(typed, name)
            for name in Year.__dataclass_fields__
            if name != "proposal_id"
        }
        state_income(visit.session, of=Year(**said, proposal_id=project), **ask)

    return _save(visit, number, "income", fill(YearForm, posted), act)


@router.post(PATH + "/{number:int}/gone")
def gone(visit: Clerk, number: int, posted: Form) -> Response:
    """A thing was let go: day and reason stay with it."""

    def act(typed: GoneForm, ask: dict[str, Any]) -> None:
        let_go(
            visit.session,
            gone_on=typed.gone_on,
            why_kk=typed.why_kk,
            why_ru=typed.why_ru,
            **ask,
        )

    return _save(visit, number, "gone", fill(GoneForm, posted), act)


@router.post(PATH + "/{number:int}/back")
def back(visit: Clerk, number: int, posted: Form) -> Response:
    """It was let go by mistake, or came back."""

    def act(typed: BackForm, ask: dict[str, Any]) -> None:
        take_in_again(visit.session, why_kk=typed.why_kk, why_ru=typed.why_ru, **ask)

    return _save(visit, number, "gone", fill(BackForm, posted), act)


def _services(posted: Posted) -> tuple[list[Service], list[int]]:
    """The rows that hold something, and where each stood in the form."""
    rows: dict[int, dict[str, str]] = {}
    for name in posted.many:
        if (found := _ROW.fullmatch(name)) and posted.text(name):
            rows.setdefault(int(found[2]), {})[found[1]] = posted.text(name)[:200]
    listed = []
    for place, row in sorted(rows.items()):
        try:
            price = read_tenge(row["price"]) if "price" in row else None
        except Refusal as why:
            raise why.at(f"price-{place}") from None
        listed.append(
            Service(
                name_kk=row.get("name_kk", ""),
                name_ru=row.get("name_ru", ""),
                price=price or None,
                unit_kk=row.get("unit_kk", ""),
                unit_ru=row.get("unit_ru", ""),
            )
        )
    return listed, sorted(rows)


def _save(
    visit: Visit,
    number: int,
    at: str,
    form: Filled[Any],
    act: Callable[[Any, dict[str, Any]], None],
) -> Response:
    thing_here(visit, number)
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
            return see_other(visit, f"{visit.here}/desk/property/{number}?saved=1")
        except Refusal as why:
            form = form.refused(why)
    return _one_page(visit, number, form, at=at)


def _row(visit: Visit, entry: Thing, base: str) -> DeskRow:
    one, newest = entry.one, entry.newest
    return DeskRow(
        url=f"{base}/{one.number}",
        name=visit.in_lang(one, "name"),
        kind=phrases.label(f"property_one.{one.kind}", visit.lang),
        year=str(newest.year) if newest else "",
        brought=formats.tenge(newest.rent + newest.income) if newest else "",
        gone=formats.day(day_of(one.gone_at), visit.lang) if one.gone_at else "",
    )


def _built(visit: Visit) -> list[Proposal]:
    """The projects that a vote has recommended: what income can have built."""
    return list(
        visit.session.exec(
            select(Proposal)
            .where(Proposal.district_id == visit.district.id, Proposal.status == Status.RECOMMENDED)
            .order_by(col(Proposal.number).desc())
        )
    )


def _kinds(visit: Visit) -> list[tuple[str, str]]:
    return [(str(one), phrases.label(f"property_one.{one}", visit.lang)) for one in PropertyKind]


def _new_page(visit: Visit, form: Filled[Any]) -> Response:
    return page(
        visit,
        "property/desk_new.html",
        status=422 if form.problems else 200,
        form=form,
        kinds=_kinds(visit),
        places=list(places_of(visit).items()),
        action=f"{visit.here}/desk/property/new",
    )


def _one_page(
    visit: Visit, number: int, form: Filled[Any], *, saved: bool = False, at: str = ""
) -> Response:
    entry = thing_here(visit, number)
    say = translations(visit.lang).gettext
    today = day_of(visit.now)
    opening: dict[str, str] = {
        name: "" if value is None else str(value) for name, value in facts_of(entry.one).items()
    }
    opening |= {"gone_on": today.isoformat(), "year": str(today.year - 1)}
    for place, row in enumerate(entry.services):
        opening |= {
            f"name_kk-{place}": row.name_kk,
            f"name_ru-{place}": row.name_ru,
            f"price-{place}": formats.number(row.price) if row.price else "",
            f"unit_kk-{place}": row.unit_kk,
            f"unit_ru-{place}": row.unit_ru,
        }
    typed = {name: text for name, text in form.typed.items() if name != "_token"}
    rows = len(entry.services) + ROWS
    for name in typed:
        if found := _ROW.fullmatch(name):
            rows = max(rows, min(int(found[2]) + 1, 60))
    url = f"{visit.here}/desk/property/{number}"
    projects = []
    for one in _built(visit):
        to = titled(visit, one)
        projects.append((to.number, f"№ {to.number} · {to.title}"))
    view = DeskThing(
        thing=thing_view(visit, entry),
        url=url,
        public=Link(f"{visit.here}/property/{number}", say(N_("As the public sees it"))),
        back=Link(f"{visit.here}/desk/property", say(N_("Property"))),
        service_rows=range(rows),
        projects=projects,
        today=today.isoformat(),
        saved=saved,
        at=at,
    )
    return page(
        visit,
        "property/desk_one.html",
        status=422 if form.problems else 200,
        form=replace(form, typed={**opening, **typed}),
        view=view,
        kinds=_kinds(visit),
        places=list(places_of(visit).items()),
    )
