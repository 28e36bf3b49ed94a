"""The desk's pages of the roll: its numbers, a search, and who was taken off."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response

from app.core.clock import day_of
from app.core.text import clean
from app.people.models import RollImport
from app.people.roll import lock_of
from app.people.roll_changes import OffLine, taken_off
from app.people.roll_drafts import drafts_waiting
from app.people.roll_queries import RollLine, roll_counts, roll_imports, roll_lines
from app.places.queries import settlements
from app.web.doors import Clerk
from app.web.render import page
from app.web.sheet import Pager
from app.web.visit import Visit

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
class OffRow:
    """Somebody who was taken off the roll."""

    name: str
    url: str
    settlement: str
    day: date
    why: str  # a label's code
    note: str
    by_name: str


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A list brought in earlier."""

    at: datetime
    source: str
    source_date: date
    legal_basis: str
    rows: int
    added: int
    changed: int
    gone: int
    by_name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A list that was read and waits to be confirmed."""

    url: str
    source: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Locked:
    """The list of a round is closed: until when, and where a second official is asked."""

    until: datetime
    url: str


@router.get("/{lang}/{slug}/desk/roll")
def show(
    visit: Clerk,
    name: str = "",
    settlement: str = "",
    page_: Annotated[str, Query(alias="page")] = "",
) -> Response:
    """The roll in numbers, the lists so far, and a search."""
    name, settlement, number = clean(name)[:100], clean(settlement)[:9], page_number(page_)
    session, home = visit.session, visit.district
    counts = roll_counts(session, district_id=home.id, today=day_of(visit.now))
    asked = bool(name or settlement)
    found: list[RollLine] = []
    total = 0
    if asked:
        found, total = roll_lines(
            session,
            district_id=home.id,
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
        imports=[_import_row(one) for one in roll_imports(session, district_id=home.id)],
        waiting=[
            WaitingRow(f"{base}/import/{one.id}", one.source, one.ends_at)
            for one in drafts_waiting(session, district_id=home.id, now=visit.now)
        ],
        locked=locked(visit),
        # Somebody of another roll was to be added: that the raion is asked, and nothing else.
        conflict="conflict" in visit.request.query_params,
        name=name,
        settlement=settlement,
        places=settlement_options(visit),
        asked=asked,
        people=[person_row(visit, one) for one in found],
        found=total,
        pager=pager(base, number, total, name=name, settlement=settlement),
    )


@router.get("/{lang}/{slug}/desk/roll/off")
def show_off(
    visit: Clerk, name: str = "", page_: Annotated[str, Query(alias="page")] = ""
) -> Response:
    """Who was taken off the roll: when, why, and by whom."""
    name, number = clean(name)[:100], page_number(page_)
    found, total = taken_off(
        visit.session,
        district_id=visit.district.id,
        name=name,
        first=(number - 1) * PER_PAGE,
        most=PER_PAGE,
    )
    places = dict(settlement_options(visit))
    return page(
        visit,
        "people/roll_off.html",
        name=name,
        people=[_off_row(visit, one, places) for one in found],
        found=total,
        pager=pager(f"{visit.here}/desk/roll/off", number, total, name=name),
    )


def _import_row(one: RollImport) -> ImportRow:
    return ImportRow(
        at=one.at,
        source=one.source,
        source_date=one.source_date,
        legal_basis=one.legal_basis,
        rows=one.rows,
        added=one.added,
        changed=one.changed,
        gone=one.gone,
        by_name=one.by_name,
        sha256=one.sha256,
    )


def _off_row(visit: Visit, one: OffLine, places: dict[str, str]) -> OffRow:
    return OffRow(
        name=one.name,
        url=person_url(visit, one.person_id),
        settlement=places.get(one.settlement_id, ""),
        day=one.day,
        why=f"off_roll.{one.why}",
        note=one.note,
        by_name=one.by_name,
    )


def locked(visit: Visit) -> Locked | None:
    """Whether one official alone can change the roll now."""
    lock = lock_of(visit.session, district_id=visit.district.id, now=visit.now)
    return Locked(lock.until, f"{visit.here}/desk/second") if lock else None


def person_url(visit: Visit, person_id: str) -> str:
    """A person's page at the desk."""
    return f"{visit.here}/desk/roll/people/{person_id}"


def person_row(visit: Visit, line: RollLine) -> PersonRow:
    """A person of the roll as a list shows them."""
    card = f"{line.card_number[:4]} {line.card_number[4:]}" if line.card_number else ""
    return PersonRow(
        line.person_id,
        line.name,
        person_url(visit, line.person_id),
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
