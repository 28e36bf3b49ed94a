"""The desk's paper: print sheets, hand one out, enter what came back, settle differences.

Counts of sheets only. No page here tells how many votes a project has.
"""

from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, Field

from app.core.database import transaction
from app.core.refusal import Refusal
from app.rounds.calendar import Act, Calendar, why_not_now
from app.rounds.models import Round, Stage
from app.rounds.queries import calendars_of, rounds_of
from app.voting import paper, queries, readings
from app.voting.numbers import read_number
from app.web.doors import Desk
from app.web.forms import Filled, Form, fill
from app.web.frame import Link
from app.web.render import page, see_other
from app.web.visit import Visit
from app.words.catalogue import N_, translations

router = APIRouter()
BASE = "/{lang}/{slug}/desk/paper"


class HandOut(BaseModel):
    """Whom a sheet is handed to, or from whom an unused one comes back."""

    person: str = Field(default="", max_length=40)
    document: str = ""
    number: str = Field(default="", max_length=40)


@dataclass(frozen=True, slots=True)
class Where:
    """The round that the desk's paper is about now."""

    round: Round
    calendar: Calendar
    stage: Stage | None


@dataclass(frozen=True, slots=True)
class Hand:
    """The official who acts, and in which office."""

    official_id: str
    office: str
    name: str


@dataclass(frozen=True, slots=True)
class Tray:
    """The balance of sheets, and what the desk may do now."""

    rows: tuple[tuple[str, str], ...]
    next: tuple[Link, ...]
    differing: int
    closed: bool
    why: Refusal | None  # why nothing may be done now


@router.get(BASE)
def show(visit: Desk) -> Response:
    """The balance of the sheets, and what to do next."""
    where = round_on_desk(visit)
    return page(visit, "voting/paper.html", tray=None if where is None else _tray(visit, where))


@router.get(BASE + "/issue")
def ask_issue(visit: Desk, name: str = "", done: str = "") -> Response:
    """Find the person on the roll."""
    return _issue_page(visit, needed_round(visit), name[:100], Filled(), done=done)


@router.post(BASE + "/issue")
def do_issue(visit: Desk, posted: Form) -> Response:
    """Hands out a sheet, or takes an unused one back. What the person voted is not touched upon."""
    where = needed_round(visit)
    form = fill(HandOut, posted)
    name = posted.text("name")[:100]
    back = posted.text("do") == "take_back"
    number = ""
    try:
        if form.value is None:
            return _issue_page(visit, where, name, form, status=422)
        if not form.value.person:
            raise Refusal("voting.person", field="person")
        if back:
            number = read_number(form.value.number)
        elif not form.value.document:
            raise Refusal("voting.document", field="document")
        with transaction(visit.session) as session:
            if back:
                paper.take_back(
                    session,
                    keyring=visit.keyring,
                    clock=visit.clock,
                    district_id=visit.district.id,
                    round_id=where.round.id,
                    person_id=form.value.person,
                    number=number,
                )
            else:
                paper.issue(
                    session,
                    keyring=visit.keyring,
                    clock=visit.clock,
                    district_id=visit.district.id,
                    round_id=where.round.id,
                    person_id=form.value.person,
                )
    except Refusal as why:
        return _issue_page(visit, where, name, form.refused(why), status=422)
    return see_other(visit, f"{desk_url(visit)}/issue?done={'back' if back else 'issued'}")


def desk_url(visit: Visit) -> str:
    """Where the desk's paper lies."""
    return f"{visit.here}/desk/paper"


def hand_of(visit: Visit) -> Hand:
    """Whoever is at the desk."""
    who = visit.who
    assert who is not None
    assert who.official_id is not None
    return Hand(who.official_id, who.role or "", who.name)


def round_on_desk(visit: Visit) -> Where | None:
    """The round whose paper is on the desk: in the vote or its count, else the newest one."""
    calendars = calendars_of(visit.session, district_id=visit.district.id)
    found = [
        Where(of, calendars[of.id], calendars[of.id].stage(visit.now))
        for of in rounds_of(visit.session, district_id=visit.district.id)
        if of.id in calendars and not of.imported_from
    ]
    busy = [one for one in found if one.stage in (Stage.VOTING, Stage.COUNTING)]
    return next(iter(busy or found), None)


def needed_round(visit: Visit) -> Where:
    """The same; 404 in a district without a round."""
    where = round_on_desk(visit)
    if where is None:
        raise HTTPException(404)
    return where


def _tray(visit: Visit, where: Where) -> Tray:
    say = translations(visit.lang).gettext
    of = where.round
    sheets = readings.balance(visit.session, of=of)
    closed = queries.turnout(visit.session, district_id=of.district_id, round_id=of.id) is not None
    rows = (
        (say(N_("Printed")), sheets.printed),
        (say(N_("of them in large print")), sheets.large),
        (say(N_("Handed out")), sheets.issued),
        (say(N_("Came back unused")), sheets.returned),
        (say(N_("Handed out and not entered yet")), sheets.not_entered),
        (say(N_("Entered by one person")), sheets.once),
        (say(N_("Entered by two, and they differ")), sheets.differing),
        (say(N_("Settled by a third person")), sheets.settled_by_third),
        (say(N_("Settled and counted at the close")), sheets.agreed),
        (say(N_("Spoiled")), sheets.spoiled),
    )
    url = desk_url(visit)
    links = []
    if where.calendar.allows(Act.ISSUE_PAPER, visit.now):
        links += [
            Link(f"{url}/print", say(N_("Print ballots"))),
            Link(f"{url}/issue", say(N_("Hand out a ballot"))),
        ]
    open_ = where.calendar.allows(Act.ENTER_PAPER, visit.now) and not closed
    if open_:
        links += [
            Link(f"{url}/enter", say(N_("Enter a ballot"))),
            Link(f"{url}/settle", say(N_("Settle differences"))),
        ]
    why = None if closed else why_not_now(Act.ENTER_PAPER, where.calendar, visit.now)
    return Tray(
        rows=tuple((words, str(n)) for words, n in rows),
        next=tuple(links),
        differing=sheets.differing if open_ else 0,
        closed=closed,
        why=why,
    )


def _issue_page(
    visit: Visit,
    where: Where,
    name: str,
    form: Filled[HandOut],
    *,
    status: int = 200,
    done: str = "",
) -> Response:
    found = queries.neighbours(visit.session, of=where.round, named=name)
    return page(
        visit,
        "voting/issue.html",
        status=status,
        form=form,
        name=name,
        people=[
            (one.person_id, one.full_name, f"{one.born}, {visit.in_lang(one, 'settlement')}")
            for one in found
        ],
        done=done,
        why=why_not_now(Act.ISSUE_PAPER, where.calendar, visit.now),
    )
