"""The whole public table of a round's proposals, to take away."""

from collections.abc import Iterator

from fastapi import APIRouter, Response

from app.core.clock import day_of
from app.places.queries import settlements
from app.proposals.directions import direction
from app.proposals.queries import public_proposals
from app.rounds.models import Round
from app.web.doors import Anyone
from app.web.proposals import names_of, round_here
from app.web.sheet import sheet
from app.web.visit import Visit

router = APIRouter()
COLUMNS = (
    *("number", "status", "lang", "title", "title_kk", "title_ru", "settlement_kato"),
    *("settlement", "place", "direction", "direction_name", "estimate", "contribution", "price"),
    *("author", "filed_at_office", "submitted_on", "due", "extended_until", "answered_on"),
    *("state_number", "ballot_number", "votes", "url"),
)


@router.get("/{lang}/{slug}/rounds/{key}/proposals.csv")
def download(visit: Anyone, key: str) -> Response:
    """Every public proposal of the round, one a row, with all that is public about it."""
    of = round_here(visit, key)
    return sheet(f"{visit.district.slug}-{of.key}-proposals.csv", COLUMNS, _rows(visit, of))


def _rows(visit: Visit, of: Round) -> Iterator[tuple[object, ...]]:
    names = names_of(visit, list(settlements(visit.session, district_id=of.district_id)))
    for one in public_proposals(visit.session, district_id=of.district_id, round_id=of.id):
        days = (one.submitted_at, one.answered_at)
        submitted, answered = (day_of(moment) if moment else None for moment in days)
        yield (
            *(one.number, one.status, one.lang, one.title, one.title_kk, one.title_ru),
            *(one.settlement_id, names.get(one.settlement_id or "", ""), one.place),
            *(one.direction, direction(one.direction).name(visit.lang) if one.direction else ""),
            *(one.estimate, one.contribution, one.price, one.author),
            *("yes" if one.filed_by else "no", submitted, one.due, one.extended_until, answered),
            *(one.state_number, one.ballot_number, one.votes),
            f"{visit.here}/proposals/{one.number}",
        )
