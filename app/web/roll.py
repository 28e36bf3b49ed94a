"""The desk's pages of the roll: its numbers, a search, one person."""

from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query, Response
from pydantic import BaseModel, Field

from app.core.clock import day_of
from app.core.database import transaction
from app.core.refusal import Refusal
from app.core.text import clean
from app.people.models import BY_HAND, OffRoll, RollImport
from app.people.roll import add_by_hand, take_off
from app.people.roll_queries import RollLine, roll_counts, roll_imports, roll_line, roll_lines
from app.places.queries import settlements
from app.web.doors import Clerk
from app.web.forms import Day, Filled, Form, blank, fill
from app.web.render import page, see_other
from app.web.visit import Visit
from app.words import phrases

router = APIRouter()
PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class CountRow:
    """A settlement of the roll in numbers."""

    name: str
    people: int
    adults: int
    cards: int


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person on the roll."""

    id: str
    name: str
    url: str
    settlement: str
    card: str


@dataclass(frozen=True, slots=True)
class Pager:
    """Which part of a list this is."""

    page: int
    pages: int
    previous_url: str
    next_url: str


class AddForm(BaseModel):
    """Somebody added by hand."""

    name: str = Field(max_length=120)
    iin: str = Field(max_length=20)
    settlement_id: str = Field(max_length=9)
    born: Day | None = None
    basis: str = Field(min_length=3, max_length=200)


class OffForm(BaseModel):
    """Why somebody is taken off."""

    why: OffRoll
    note: str = Field(min_length=3, max_length=300)


@router.get("/{lang}/{slug}/desk/roll")
def show(
    visit: Clerk,
    name: str = "",
    settlement: str = "",
    page_: Annotated[str, Query(alias="page")] = "",
) -> Response:
    """The roll in numbers, the lists so far, and a search."""
    name, settlement, number = clean(name)[:100], clean(settlement)[:9], page_number(page_)
    counts = roll_counts(visit.session, district_id=visit.district.id, today=day_of(visit.now))
    asked = bool(name or settlement)
    found: list[RollLine] = []
    total = 0
    if asked:
        found, total = roll_lines(
            visit.session,
            district_id=visit.district.id,
            name=name,
            settlement_id=settlement,
            first=(number - 1) * PER_PAGE,
            most=PER_PAGE,
        )
    base = f"{visit.here}/desk/roll"
    return page(
        visit,
        "people/roll.html",
        counts=[
            CountRow(visit.in_lang(one, "name"), one.people, one.adults, one.cards)
            for one in counts
        ],
        total=CountRow(
            "",
            sum(one.people for one in counts),
            sum(one.adults for one in counts),
            sum(one.cards for one in counts),
        ),
        imports=[
            _import_row(one) for one in roll_imports(visit.session, district_id=visit.district.id)
        ],
        name=name,
        settlement=settlement,
        places=settlement_options(visit),
        asked=asked,
        people=[person_row(visit, one) for one in found],
        found=total,
        pager=pager(base, number, total, name=name, settlement=settlement),
    )


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A list brought in earlier."""

    at: Any
    source: str
    source_date: Any
    rows: int
    added: int
    by_name: str
    sha256: str


def _import_row(one: RollImport) -> ImportRow:
    return ImportRow(
        one.at, one.source, one.source_date, one.rows, one.added, one.by_name, one.sha256
    )


@router.get("/{lang}/{slug}/desk/roll/add")
def ask_add(visit: Clerk) -> Response:
    """The page where one person is added by hand."""
    return _add_page(visit, blank())


@router.post("/{lang}/{slug}/desk/roll/add")
def add(visit: Clerk, posted: Form) -> Response:
    """Adds one person, on the basis of a document."""
    form = fill(AddForm, posted)
    if form.value is None:
        return _add_page(visit, form, status=422)
    typed = form.value
    try:
        with transaction(visit.session):
            person_id = add_by_hand(
                visit.session,
                keyring=visit.keyring,
                district_id=visit.district.id,
                name=typed.name,
                iin=typed.iin,
                settlement_id=typed.settlement_id,
                born=typed.born,
                basis=typed.basis,
                by_name=my_name(visit),
                now=visit.clock.now(),
            )
    except Refusal as why:
        return _add_page(visit, form.refused(why), status=422)
    return see_other(visit, f"{visit.here}/desk/roll/people/{person_id}")


def _add_page(visit: Visit, form: Filled[Any], status: int = 200) -> Response:
    # The number is typed anew each time: no page sends it back.
    form = replace(form, typed={n: t for n, t in form.typed.items() if n != "iin"})
    return page(
        visit, "people/roll_add.html", status=status, form=form, places=settlement_options(visit)
    )


@router.get("/{lang}/{slug}/desk/roll/people/{person_id}")
def show_person(visit: Clerk, person_id: str) -> Response:
    """One person of the roll."""
    return person_page(visit, person_id, blank())


@router.post("/{lang}/{slug}/desk/roll/people/{person_id}/off")
def off(visit: Clerk, person_id: str, posted: Form) -> Response:
    """Takes one person off the roll."""
    form = fill(OffForm, posted)
    if form.value is None:
        return person_page(visit, person_id, form, status=422)
    try:
        with transaction(visit.session):
            take_off(
                visit.session,
                district_id=visit.district.id,
                person_id=person_id,
                why=form.value.why,
                note=form.value.note,
                by_name=my_name(visit),
                now=visit.clock.now(),
            )
    except Refusal as why:
        return person_page(visit, person_id, form.refused(why), status=422)
    return see_other(visit, f"{visit.here}/desk/roll")


def person_page(visit: Visit, person_id: str, form: Filled[Any], status: int = 200) -> Response:
    """One person of this district's roll; 404 for anybody else."""
    line = roll_line(visit.session, district_id=visit.district.id, person_id=person_id)
    if line is None:
        raise HTTPException(404)
    return page(
        visit,
        "people/roll_person.html",
        status=status,
        form=form,
        person=person_row(visit, line),
        added_on=line.added_on,
        of_age_on=line.of_age_on,
        card_at=line.card_issued_at,
        reasons=[(why.value, phrases.label(f"off_roll.{why}", visit.lang)) for why in BY_HAND],
    )


def person_row(visit: Visit, line: RollLine) -> PersonRow:
    """A person of the roll as a list shows them."""
    card = f"{line.card_number[:4]} {line.card_number[4:]}" if line.card_number else ""
    return PersonRow(
        line.person_id,
        line.name,
        f"{visit.here}/desk/roll/people/{line.person_id}",
        visit.in_lang(line, "settlement"),
        card,
    )


def settlement_options(visit: Visit) -> list[tuple[str, str]]:
    """The district's settlements to choose from."""
    found = settlements(visit.session, district_id=visit.district.id)
    return [(one.id, visit.in_lang(one, "name")) for one in found]


def page_number(typed: str) -> int:
    """Which page of a list an address asks for; the first for anything odd."""
    return max(1, int(typed[:6])) if typed.isascii() and typed.isdigit() else 1


def pager(base: str, number: int, total: int, **asked: str) -> Pager:
    """The pages of a list that was asked for in this way."""
    pages = max(1, -(-total // PER_PAGE))

    def url(to: int) -> str:
        given = {name: text for name, text in asked.items() if text}
        return f"{base}?{urlencode({**given, 'page': to})}"

    return Pager(
        number,
        pages,
        url(number - 1) if number > 1 else "",
        url(number + 1) if number < pages else "",
    )


def my_name(visit: Visit) -> str:
    """Under which name an official acts."""
    assert visit.who is not None
    return visit.who.name
