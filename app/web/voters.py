"""The list of voters for everybody: how many, until when, closed with which root. Never names."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Response
from sqlmodel import col, select

from app.core.clock import day_of
from app.people.claims import ClaimCounts, claim_counts
from app.people.conflicts import ConflictCounts, conflict_counts
from app.people.roll_queries import roll_counts
from app.places.models import Settlement
from app.rounds.models import Round
from app.rounds.rules import roll_closes_at
from app.voting.disputes import Numbers, numbers
from app.voting.list_models import RollClosing
from app.voting.small_cells import hidden_small
from app.voting.voters import closing_of, list_file, pseudonyms_of
from app.web.doors import Anyone
from app.web.frame import current_round
from app.web.render import file, page
from app.web.rounds import round_title, the_round
from app.web.sheet import sheet
from app.web.slip import closing_moment
from app.web.visit import Visit

router = APIRouter()
PAGE = "/{lang}/{slug}/roll"


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A settlement and how many of it stand on the list; None where that is not told."""

    id: str
    name_kk: str
    name_ru: str
    people: int | None


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed list in public."""

    at: datetime
    size: int
    root: str
    first_size: int
    first_root: str
    corrections: int
    file_url: str


@dataclass(frozen=True, slots=True)
class ListView:
    """The page of the list."""

    round_title: str  # empty where the district has no round yet
    round_url: str
    rules_url: str
    here: str
    may_ask: bool  # of this district, or to sign in on the way
    shown: bool  # one may ask by now
    shown_on: date | None
    closes_at: datetime | None
    closes: str  # the same in words
    closed: Closed | None
    by_roll: bool  # a round from before lists were closed
    total: int
    places: tuple[PlaceRow, ...]
    hidden: int  # in how many settlements
    claims: ClaimCounts
    conflicts: ConflictCounts
    disputes: Numbers | None


@router.get(PAGE)
def show(visit: Anyone) -> Response:
    """The list of the round that is under way, in numbers."""
    return page(visit, "voting/list.html", view=list_view(visit))


@router.get(PAGE + ".csv")
def as_csv(visit: Anyone) -> Response:
    """The numbers by settlement; an empty cell is a number that is not told."""
    rows = [(one.id, one.name_kk, one.name_ru, one.people) for one in list_view(visit).places]
    name = f"{visit.district.slug}-roll.csv"
    return sheet(name, ("settlement", "name_kk", "name_ru", "people"), rows)


@router.get(PAGE + ".json")
def as_json(visit: Anyone) -> Response:
    """Everything on the page, for a machine."""
    view = list_view(visit)
    found = current_round(visit, visit.district)
    body: dict[str, Any] = {
        "district": visit.district.kato,
        "round": found[0].key if found else None,
        "shown_on": found[0].roll_shown_on if found else None,
        "closes_at": view.closes_at,
        "people": view.total,
        "by_settlement": [asdict(one) for one in view.places],
        "closed": _closed_json(view.closed),
        "claims": asdict(view.claims),
        "conflicts": asdict(view.conflicts),
        "disputes": asdict(view.disputes) if view.disputes else None,
    }
    text = json.dumps(body, ensure_ascii=False, default=lambda moment: moment.isoformat())
    return file(text, "application/json", name=f"{visit.district.slug}-roll.json")


@router.get("/{lang}/{slug}/rounds/{key}/voters.txt")
def as_lines(visit: Anyone, key: str) -> Response:
    """One line for everybody on the closed list: its SHA-256 is the root, its lines the size."""
    of, _ = the_round(visit, key)
    if closing_of(visit.session, of=of) is None:
        raise HTTPException(404)
    body = list_file(pseudonyms_of(visit.session, of=of))
    return file(body, "text/plain; charset=utf-8", name=f"{visit.district.slug}-{key}-voters.txt")


def list_view(visit: Visit) -> ListView:
    """The page's numbers: those of the closed list, or of the roll as it stands while open."""
    session, district_id = visit.session, visit.district.id
    found = current_round(visit, visit.district)
    of = found[0] if found else None
    closing = closing_of(session, of=of) if of else None
    today = day_of(visit.now)
    closes_at = roll_closes_at(*found) if found else None
    if closing is not None:
        counts, total = dict(closing.by_settlement), closing.first_size
    else:
        counted = roll_counts(session, district_id=district_id, today=of.of_age_on if of else today)
        counts = hidden_small({one.settlement_id: one.adults for one in counted})
        total = sum(one.adults for one in counted)
    places = _places(visit, counts)
    shown = of.roll_shown_on if of else None
    return ListView(
        round_title=round_title(visit, of) if of else "",
        round_url=f"{visit.here}/rounds/{of.key}/" if of else "",
        rules_url=f"{visit.here}/rounds/{of.key}/rules" if of else "",
        here=f"{visit.here}/roll",
        may_ask=_may_ask(visit),
        shown=shown is None or shown <= today,
        shown_on=shown,
        closes_at=closes_at,
        closes=closing_moment(closes_at, visit.lang) if closes_at else "",
        closed=_closed(visit, of, closing) if of and closing else None,
        by_roll=of is not None and closing is None and of.frozen_at is not None,
        total=total,
        places=places,
        hidden=sum(one.people is None for one in places),
        claims=claim_counts(session, district_id=district_id, today=today),
        conflicts=conflict_counts(session, district_id=district_id),
        disputes=numbers(session, district_id=district_id, round_id=of.id) if of else None,
    )


def _may_ask(visit: Visit) -> bool:
    who = visit.who
    return who is None or (who.is_resident and who.district_id == visit.district.id)


def _places(visit: Visit, counts: dict[str, int | None]) -> tuple[PlaceRow, ...]:
    known = {
        one.id: one
        for one in visit.session.exec(
            select(Settlement)
            .where(Settlement.district_id == visit.district.id)
            .order_by(col(Settlement.name_kk))
        )
    }
    rows = [PlaceRow(id_, known[id_].name_kk, known[id_].name_ru, counts[id_]) for id_ in counts]
    return tuple(
        sorted(rows, key=lambda row: (row.people is None, -(row.people or 0), row.name_kk))
    )


def _closed(visit: Visit, of: Round, closing: RollClosing) -> Closed:
    return Closed(
        at=closing.closed_at,
        size=closing.size,
        root=closing.root,
        first_size=closing.first_size,
        first_root=closing.first_root,
        corrections=closing.corrections,
        file_url=f"{visit.here}/rounds/{of.key}/voters.txt",
    )


def _closed_json(closed: Closed | None) -> dict[str, Any] | None:
    if closed is None:
        return None
    return {name: value for name, value in asdict(closed).items() if name != "file_url"} | {
        "file": closed.file_url
    }
