"""The office of the raion's akim: who stands on two lists, and what waits for a second official."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, Field
from sqlmodel import col, select

from app.core.clock import day_of
from app.core.database import transaction
from app.core.refusal import Refusal
from app.people.conflicts import (
    conflict_of,
    conflicts_of_raion,
    decided_elsewhere,
    named_line,
    settle_conflict,
    standing_line,
    why_not_move,
)
from app.people.consent import requests
from app.people.office_models import ConsentState
from app.people.roll_models import RollConflict
from app.places.models import District, Place, Settlement
from app.places.queries import districts
from app.web.doors import RaionOffice
from app.web.forms import Filled, Form, blank, fill
from app.web.frame import Link
from app.web.render import page, see_other
from app.web.visit import Visit
from app.words import formats, phrases

router = APIRouter()
BASE = "/{lang}/raions/{kato}/office"


class SettleForm(BaseModel):
    """Where somebody belongs, and why."""

    verdict: Literal["moves", "stays"]
    why: str = Field(min_length=10, max_length=1000)


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """A conflict in the raion's list."""

    url: str
    named_by: str
    stands_in: str
    day: date
    verdict: str  # a label's code, or empty
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A request for a second official's consent in one of the raion's districts."""

    url: str
    title: str
    district: str
    by: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class OfficeView:
    """The office's first page."""

    raion: str
    open: tuple[ConflictRow, ...]
    settled: tuple[ConflictRow, ...]
    elsewhere: int
    waiting: tuple[WaitingRow, ...]
    districts: tuple[Link, ...]
    disputes: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """What a district says of the person."""

    district: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ConflictView:
    """Both lines side by side."""

    back_url: str
    url: str
    named: Side
    standing: Side | None  # they left that roll meanwhile
    at: datetime
    by_name: str
    why_not_move: Refusal | None
    verdict: str
    why: str
    settled_at: datetime | None
    settled_by: str
    options: tuple[tuple[str, str, str], ...]


@router.get(BASE)
def show(visit: RaionOffice, kato: str) -> Response:
    """What waits for the raion's official."""
    place = _raion(visit, kato)
    names = _names(visit)
    rows = [
        _row(visit, one, names, kato) for one in conflicts_of_raion(visit.session, raion_kato=kato)
    ]
    home = districts(visit.session, raion_kato=kato)
    view = OfficeView(
        raion=visit.in_lang(place, "name"),
        open=tuple(row for row in rows if not row.verdict),
        settled=tuple(row for row in rows if row.verdict),
        elsewhere=decided_elsewhere(visit.session, raion_kato=kato),
        waiting=tuple(row for one in home for row in _waiting(visit, one)),
        districts=tuple(
            Link(f"{visit.root}/{one.slug}/desk/second", visit.in_lang(one, "name")) for one in home
        ),
        disputes=tuple(
            Link(f"{visit.root}/{one.slug}/desk/disputes", visit.in_lang(one, "name"))
            for one in home
        ),
    )
    return page(visit, "people/raion_office.html", view=view)


@router.get(BASE + "/conflicts/{conflict_id}")
def one(visit: RaionOffice, kato: str, conflict_id: str) -> Response:
    """Both lines, and the decision."""
    return _conflict_page(visit, kato, _conflict(visit, kato, conflict_id), blank())


@router.post(BASE + "/conflicts/{conflict_id}")
def settle(visit: RaionOffice, kato: str, conflict_id: str, posted: Form) -> Response:
    """Settles it: the person moves, or stays where they stand."""
    conflict = _conflict(visit, kato, conflict_id)
    form = fill(SettleForm, posted)
    if form.value is None:
        return _conflict_page(visit, kato, conflict, form, status=422)
    try:
        with transaction(visit.session):
            settle_conflict(
                visit.session,
                keyring=visit.keyring,
                raion_kato=kato,
                conflict_id=conflict_id,
                verdict=form.value.verdict,
                why=form.value.why,
                by_name=visit.by_name,
                now=visit.clock.now(),
            )
    except Refusal as why:
        conflict = _conflict(visit, kato, conflict_id)
        return _conflict_page(visit, kato, conflict, form.refused(why), status=422)
    return see_other(visit, f"{visit.root}/raions/{kato}/office")


def _raion(visit: Visit, kato: str) -> Place:
    place = visit.session.get(Place, kato)
    if place is None:
        raise HTTPException(404)
    return place


def _conflict(visit: Visit, kato: str, conflict_id: str) -> RollConflict:
    try:
        return conflict_of(visit.session, raion_kato=kato, conflict_id=conflict_id)
    except LookupError:
        raise HTTPException(404) from None


def _names(visit: Visit) -> dict[str, str]:
    found = visit.session.exec(select(District).order_by(col(District.id))).all()
    return {one.id: visit.in_lang(one, "name") for one in found}


def _row(visit: Visit, one: RollConflict, names: dict[str, str], kato: str) -> ConflictRow:
    return ConflictRow(
        url=f"{visit.root}/raions/{kato}/office/conflicts/{one.id}",
        named_by=names[one.district_id],
        stands_in=names[one.stands_in],
        day=day_of(one.at),
        verdict=f"conflict.{one.verdict}" if one.verdict else "",
        settled_at=one.settled_at,
    )


def _title(act: str, lang: str) -> str:
    words = phrases.label(f"consent.act.{act}", lang)
    return words[:1].upper() + words[1:]


def _waiting(visit: Visit, home: District) -> list[WaitingRow]:
    found = requests(visit.session, district_id=home.id, states=[ConsentState.WAITING])
    return [
        WaitingRow(
            url=f"{visit.root}/{home.slug}/desk/second/{one.id}",
            title=_title(one.act, visit.lang),
            district=visit.in_lang(home, "name"),
            by=one.first_name,
            ends_at=one.ends_at,
        )
        for one in found
        if one.ends_at > visit.now
    ]


def _conflict_page(
    visit: Visit, kato: str, conflict: RollConflict, form: Filled[Any], status: int = 200
) -> Response:
    names = _names(visit)
    standing = standing_line(visit.session, conflict=conflict)
    codes = ("moves", "stays")
    view = ConflictView(
        back_url=f"{visit.root}/raions/{kato}/office",
        url=f"{visit.root}/raions/{kato}/office/conflicts/{conflict.id}",
        named=_named(visit, conflict, names),
        standing=None
        if standing is None
        else _side(
            visit,
            names[conflict.stands_in],
            name=standing.name,
            settlement=visit.in_lang(standing, "settlement"),
            of_age_on=standing.of_age_on,
            basis=standing.basis,
            added_on=standing.added_on,
        ),
        at=conflict.at,
        by_name=conflict.by_name,
        why_not_move=None
        if conflict.settled_at
        else why_not_move(visit.session, conflict=conflict, now=visit.now),
        verdict=conflict.verdict,
        why=conflict.why,
        settled_at=conflict.settled_at,
        settled_by=conflict.settled_by,
        options=tuple(
            (
                code,
                phrases.label(f"conflict.{code}", visit.lang),
                names[conflict.district_id if code == "moves" else conflict.stands_in],
            )
            for code in codes
        ),
    )
    return page(visit, "people/conflict.html", status=status, form=form, view=view)


def _named(visit: Visit, conflict: RollConflict, names: dict[str, str]) -> Side:
    line = named_line(visit.keyring, conflict)
    place = visit.session.get(Settlement, (conflict.district_id, line.get("settlement_id", "")))
    return _side(
        visit,
        names[conflict.district_id],
        name=line.get("name", ""),
        settlement=visit.in_lang(place, "name") if place else "",
        of_age_on=line.get("of_age_on", ""),
        basis=line.get("basis", ""),
    )


def _side(visit: Visit, district: str, **said: str) -> Side:
    rows = []
    for name, value in said.items():
        if value:
            day = name in ("of_age_on", "added_on")
            shown = formats.day(date.fromisoformat(value), visit.lang) if day else value
            rows.append((phrases.label(f"line.{name}", visit.lang), shown))
    return Side(district, tuple(rows))
