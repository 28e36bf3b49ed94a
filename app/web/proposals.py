"""The proposals of a round: the list with its filters, and the whole table to take away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Response

from app.core.clock import day_of
from app.core.refusal import Refusal
from app.core.workdays import Term, WorkCalendar, term_state
from app.places.models import Settlement
from app.places.queries import settlements, work_calendar
from app.proposals.directions import direction, directions
from app.proposals.models import PUBLIC, Proposal, Status
from app.proposals.queries import (
    WHOLE,
    drafts_of,
    search,
    sent_by,
    title_in,
)
from app.rounds.calendar import Act, why_not_now
from app.rounds.models import Round
from app.rounds.queries import calendar_of, round_by_key
from app.web.called_off import Notice, called_off
from app.web.doors import Anyone
from app.web.frame import Link
from app.web.render import page
from app.web.sheet import Pager
from app.web.visit import Visit
from app.web.way import ENDED, Mark, mark_of
from app.words import formats, phrases
from app.words.catalogue import N_, translations

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Row:
    """A proposal in a list."""

    url: str
    number: str
    title: str
    lang: str
    place: str
    direction: str
    mark: Mark
    money: str
    money_label: str


@dataclass(frozen=True, slots=True)
class Sought:
    """What was asked for, and what one can ask for."""

    text: str
    settlement: str
    direction: str
    status: str
    settlements: tuple[tuple[str, str], ...]
    directions: tuple[tuple[str, str], ...]
    statuses: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft of the reader's own, or what came back to them for correction."""

    url: str
    title: str
    lang: str
    returned: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """The list of a round's proposals."""

    action: str
    new: Link | None
    closed: Refusal | None
    drafts: tuple[Drafted, ...]
    sought: Sought
    total: int
    rows: tuple[Row, ...]
    pager: Pager
    csv_url: str
    all_url: str
    off: Notice | None  # that the round was called off


def round_here(visit: Visit, key: str) -> Round:
    """The round of this address; 404 without one."""
    found = round_by_key(visit.session, district_id=visit.district.id, key=key)
    if found is None:
        raise HTTPException(404)
    return found


def money(of: Round, value: int) -> str:
    """A sum in the round's own currency."""
    return formats.money(value, of.currency, of.minor_digits)


def names_of(visit: Visit, found: list[Settlement]) -> dict[str, str]:
    """The settlements' names in the reader's language, by their codes."""
    return {one.id: visit.in_lang(one, "name") for one in found}


def place_of(visit: Visit, proposal: Proposal, names: Mapping[str, str]) -> str:
    """`Сұрат, Абай көшесі`; the whole district where no settlement is named."""
    whole = translations(visit.lang).gettext(N_("The whole district"))
    where = names.get(proposal.settlement_id, "") if proposal.settlement_id else whole
    return ", ".join(part for part in (where, proposal.place) if part)


def term_of(proposal: Proposal, now: datetime, calendar: WorkCalendar) -> Term | None:
    """How the answer's clock stands; None where none runs."""
    if proposal.due is None:
        return None
    return term_state(
        due=proposal.due,
        extended_until=proposal.extended_until,
        waiting=proposal.status == Status.RETURNED,
        answered=proposal.status != Status.SUBMITTED and proposal.status != Status.RETURNED,
        today=day_of(now),
        calendar=calendar,
    )


@router.get("/{lang}/{slug}/rounds/{key}/proposals")
def show(
    visit: Anyone,
    key: str,
    q: str = "",
    settlement: str = "",
    direction: str = "",
    status: str = "",
    page_no: str = "1",
) -> Response:
    """The list, filtered by plain GET; htmx takes only the part that changes."""
    of = round_here(visit, key)
    district_id = visit.district.id
    q = q.replace("\0", "")[:120].strip()
    status = status if status in PUBLIC else ""
    number = int(direction) if direction.isdecimal() and 1 <= int(direction[:3]) <= 19 else None
    places = list(settlements(visit.session, district_id=district_id))
    names = names_of(visit, places)
    settlement = settlement if settlement == WHOLE or settlement in names else ""
    found = search(
        visit.session,
        district_id=district_id,
        round_id=of.id,
        text=q,
        settlement=settlement,
        direction=number,
        status=status,
        page=int(page_no[:6]) if page_no.isdecimal() else 1,
    )
    base = f"{visit.here}/rounds/{of.key}/proposals"
    asked = {"q": q, "settlement": settlement, "direction": str(number or ""), "status": status}

    def to(page_number: int) -> str:
        query = {name: value for name, value in asked.items() if value}
        return f"{base}?{urlencode({**query, 'page_no': str(page_number)})}"

    workdays = work_calendar(visit.session)
    why = _why_not_begin(visit, of)
    begin = Link(f"{base}/new", translations(visit.lang).gettext(N_("Make a proposal")))
    listing = Listing(
        action=base,
        new=begin if why is None and not of.imported_from else None,
        closed=why if of.cancelled_at is None else None,
        drafts=_drafts(visit, of),
        sought=_sought(visit, q, settlement, number, status, names),
        total=found.total,
        rows=tuple(_row(visit, of, one, names, workdays) for one in found.rows),
        pager=Pager(
            found.page,
            found.pages,
            to(found.page - 1) if found.page > 1 else "",
            to(found.page + 1) if found.page < found.pages else "",
        ),
        csv_url=f"{base}.csv",
        all_url=base if any(asked.values()) else "",
        off=called_off(visit, of),
    )
    return page(visit, "proposals/list.html", listing=listing)


def _why_not_begin(visit: Visit, of: Round) -> Refusal | None:
    """Why no proposal can be made now; None too for a round from elsewhere, which has no desk."""
    if of.imported_from:
        return None
    return why_not_now(Act.PROPOSE, calendar_of(visit.session, round_id=of.id), visit.now)


def _drafts(visit: Visit, of: Round) -> tuple[Drafted, ...]:
    who = visit.who
    if who is None or who.person_id is None or who.district_id != of.district_id:
        return ()
    mine = drafts_of(visit.session, district_id=of.district_id, person_id=who.person_id)
    return tuple(
        Drafted(
            url=f"{visit.here}/drafts/{one.id}/what",
            title=one.title,
            lang=one.lang,
            returned=one.status == Status.RETURNED,
        )
        for one in mine
        if one.round_id == of.id
    )


def own_links(visit: Visit, *, here: str, district_id: str, person_id: str) -> list[Link]:
    """A resident's own proposals for their page: drafts first, then what was handed in."""
    ask = {"district_id": district_id, "person_id": person_id}
    links = [
        Link(f"{here}/drafts/{one.id}/what", f"{_standing(visit, one)}: {one.title}")
        for one in drafts_of(visit.session, **ask)
    ]
    links += [
        Link(f"{here}/proposals/{one.number}", f"{_standing(visit, one)}: {one.title}")
        for one in sent_by(visit.session, **ask)
        if one.status != Status.RETURNED
    ]
    return links


def _standing(visit: Visit, one: Proposal) -> str:
    words = phrases.label(f"status.{one.status}", visit.lang)
    return f"{one.number}, {words}" if one.number else words


def _sought(
    visit: Visit,
    text: str,
    settlement: str,
    number: int | None,
    status: str,
    names: Mapping[str, str],
) -> Sought:
    say = translations(visit.lang).gettext
    return Sought(
        text=text,
        settlement=settlement,
        direction=str(number or ""),
        status=status,
        settlements=(
            ("", say(N_("All"))),
            *names.items(),
            (WHOLE, say(N_("The whole district"))),
        ),
        directions=(
            ("", say(N_("All"))),
            *((str(one.n), one.short(visit.lang)) for one in directions()),
        ),
        statuses=(
            ("", say(N_("All"))),
            *((one, phrases.label(f"status.{one}", visit.lang)) for one in Status if one in PUBLIC),
        ),
    )


def _row(
    visit: Visit, of: Round, one: Proposal, names: Mapping[str, str], workdays: WorkCalendar
) -> Row:
    say = translations(visit.lang).gettext
    title, lang = title_in(one, visit.lang)
    amount = one.price or one.estimate
    return Row(
        url=f"{visit.here}/proposals/{one.number}",
        number=one.number or "",
        title=title,
        lang=lang,
        place="" if of.imported_from else place_of(visit, one, names),
        direction=direction(one.direction).short(visit.lang) if one.direction else "",
        mark=Mark("plain", say(N_("The round was called off")))
        if of.cancelled_at is not None and one.status not in ENDED
        else mark_of(visit, one, term_of(one, visit.now, workdays)),
        money=money(of, amount) if amount else "",
        money_label=say(N_("Price")) if one.price else say(N_("Author's estimate")),
    )
