"""The desk's paper: print sheets, hand one out, enter what came back, settle differences.

Counts of sheets only. No page here tells how many votes a project has.
"""

from dataclasses import dataclass
from hashlib import sha256

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, Field

from app.core.database import transaction
from app.core.refusal import Refusal
from app.rounds.calendar import Act, Calendar, why_not_now
from app.rounds.models import Round, Stage
from app.rounds.queries import calendars_of, rounds_of
from app.voting import paper, queries, readings
from app.voting.numbers import read_number, written
from app.web.doors import Desk
from app.web.forms import Filled, Form, blank, fill
from app.web.frame import Link
from app.web.render import page, see_other
from app.web.visit import Visit
from app.words.catalogue import N_, translations

router = APIRouter()
BASE = "/{lang}/{slug}/desk/paper"


class Order(BaseModel):
    """How many sheets to print, and which."""

    count: int = Field(ge=1)
    large: str = ""


class HandOut(BaseModel):
    """Whom a sheet is handed to, or from whom an unused one comes back."""

    person: str = Field(default="", max_length=40)
    document: str = ""
    number: str = Field(default="", max_length=40)


class Read(BaseModel):
    """What a person read from a sheet."""

    number: str = Field(max_length=40)
    choice: list[int] = Field(default_factory=list)
    spoiled: str = ""


@dataclass(frozen=True, slots=True)
class Where:
    """The round that the desk's paper is about now."""

    round: Round
    calendar: Calendar
    stage: Stage | None


@dataclass(frozen=True, slots=True)
class Tray:
    """The balance of sheets, and what the desk may do now."""

    rows: tuple[tuple[str, str], ...]
    next: tuple[Link, ...]
    differing: int
    closed: bool
    why: Refusal | None  # why nothing may be done now


@dataclass(frozen=True, slots=True)
class Project:
    """A project as it stands on a sheet."""

    number: int
    title_kk: str
    title_ru: str
    price: int
    place_kk: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One printed ballot. Every sheet has its projects in an order of its own."""

    number: str
    projects: tuple[Project, ...]


@dataclass(frozen=True, slots=True)
class SheetWords:
    """What every sheet says, in Kazakh and in Russian."""

    title: tuple[str, str]
    what: tuple[str, str]
    how: tuple[str, str]
    money: tuple[str, str]
    spoiled: tuple[str, str]
    secret: tuple[str, str]
    final: tuple[str, str]
    number: tuple[str, str]


@router.get(BASE)
def show(visit: Desk) -> Response:
    """The balance of the sheets, and what to do next."""
    where = _where(visit)
    return page(visit, "voting/paper.html", tray=None if where is None else _tray(visit, where))


@router.get(BASE + "/print")
def ask_print(visit: Desk) -> Response:
    """How many, and which."""
    return _print_page(visit, _needed(visit), blank(count=20))


@router.post(BASE + "/print")
def do_print(visit: Desk, posted: Form) -> Response:
    """The sheets themselves. Printing again makes new ones: no number is ever printed twice."""
    where = _needed(visit)
    form = fill(Order, posted)
    if form.value is None:
        return _print_page(visit, where, form, status=422)
    try:
        with transaction(visit.session) as session:
            numbers = paper.print_sheets(
                session,
                clock=visit.clock,
                district_id=visit.district.id,
                round_id=where.round.id,
                count=form.value.count,
                large=bool(form.value.large),
                office=_office(visit),
                by_name=_name(visit),
            )
    except Refusal as why:
        return _print_page(visit, where, form.refused(why), status=422)
    return page(
        visit,
        "voting/sheets.html",
        sheets=[_sheet(visit, where.round, number) for number in numbers],
        words=_sheet_words(where.round),
        envelope=where.round.envelope,
        large=bool(form.value.large),
    )


@router.get(BASE + "/issue")
def ask_issue(visit: Desk, name: str = "", done: str = "") -> Response:
    """Find the person on the roll."""
    return _issue_page(visit, _needed(visit), name[:100], Filled(), done=done)


@router.post(BASE + "/issue")
def do_issue(visit: Desk, posted: Form) -> Response:
    """Hands out a sheet, or takes an unused one back. What the person voted is not touched upon."""
    where = _needed(visit)
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
    return see_other(visit, f"{_url(visit)}/issue?done={'back' if back else 'issued'}")


@router.get(BASE + "/enter")
def ask_enter(visit: Desk, done: str = "") -> Response:
    """One sheet, as it lies there."""
    return _read_page(visit, _needed(visit), "voting/enter.html", Filled(), done=done)


@router.post(BASE + "/enter")
def do_enter(visit: Desk, posted: Form) -> Response:
    """A first or a second reading; which of them, the sheet knows."""
    where = _needed(visit)
    form = fill(Read, posted)
    if form.value is None:
        return _read_page(visit, where, "voting/enter.html", form, status=422)
    try:
        number = read_number(form.value.number)
        with transaction(visit.session) as session:
            came = readings.enter(
                session,
                clock=visit.clock,
                district_id=visit.district.id,
                round_id=where.round.id,
                number=number,
                choices=form.value.choice,
                spoiled=bool(form.value.spoiled),
                official_id=_official(visit),
            )
    except Refusal as why:
        return _read_page(visit, where, "voting/enter.html", form.refused(why), status=422)
    done = "first" if came.reading == 1 else "agree" if came.settled else "differ"
    return see_other(visit, f"{_url(visit)}/enter?done={done}")


@router.get(BASE + "/settle")
def ask_settle(visit: Desk, number: str = "", done: str = "") -> Response:
    """The sheets that two people read differently."""
    form = blank(number=number[:40]) if number else Filled()
    return _read_page(visit, _needed(visit), "voting/settle.html", form, done=done)


@router.post(BASE + "/settle")
def do_settle(visit: Desk, posted: Form) -> Response:
    """A third person's reading holds."""
    where = _needed(visit)
    form = fill(Read, posted)
    if form.value is None:
        return _read_page(visit, where, "voting/settle.html", form, status=422)
    try:
        number = read_number(form.value.number)
        with transaction(visit.session) as session:
            readings.settle(
                session,
                clock=visit.clock,
                district_id=visit.district.id,
                round_id=where.round.id,
                number=number,
                choices=form.value.choice,
                spoiled=bool(form.value.spoiled),
                official_id=_official(visit),
                office=_office(visit),
                by_name=_name(visit),
            )
    except Refusal as why:
        return _read_page(visit, where, "voting/settle.html", form.refused(why), status=422)
    return see_other(visit, f"{_url(visit)}/settle?done=settled")


def _url(visit: Visit) -> str:
    return f"{visit.here}/desk/paper"


def _official(visit: Visit) -> str:
    assert visit.who is not None
    assert visit.who.official_id is not None
    return visit.who.official_id


def _name(visit: Visit) -> str:
    return visit.who.name if visit.who else ""


def _office(visit: Visit) -> str:
    return str(visit.who.role) if visit.who and visit.who.role else ""


def _where(visit: Visit) -> Where | None:
    """The round whose paper is on the desk: in the vote or its count, else the newest one."""
    calendars = calendars_of(visit.session, district_id=visit.district.id)
    found = [
        Where(of, calendars[of.id], calendars[of.id].stage(visit.now))
        for of in rounds_of(visit.session, district_id=visit.district.id)
        if of.id in calendars and not of.imported_from
    ]
    busy = [one for one in found if one.stage in (Stage.VOTING, Stage.COUNTING)]
    return next(iter(busy or found), None)


def _needed(visit: Visit) -> Where:
    where = _where(visit)
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
    url = _url(visit)
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


def _print_page(visit: Visit, where: Where, form: Filled[Order], status: int = 200) -> Response:
    why = why_not_now(Act.PRINT_BALLOTS, where.calendar, visit.now)
    return page(visit, "voting/print.html", status=status, form=form, why=why)


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


def _read_page(
    visit: Visit,
    where: Where,
    template: str,
    form: Filled[Read],
    *,
    status: int = 200,
    done: str = "",
) -> Response:
    found = queries.projects(
        visit.session, district_id=where.round.district_id, round_id=where.round.id
    )
    return page(
        visit,
        template,
        status=status,
        form=form,
        options=[(one.number, f"№ {one.number}. {visit.in_lang(one, 'title')}") for one in found],
        most=where.round.most_choices,
        differing=[
            Link(f"{_url(visit)}/settle?number={number}", written(number))
            for number in readings.differing(visit.session, of=where.round)
        ],
        done=done,
        why=why_not_now(Act.ENTER_PAPER, where.calendar, visit.now),
    )


def _sheet(visit: Visit, of: Round, number: str) -> Sheet:
    found = queries.projects(visit.session, district_id=of.district_id, round_id=of.id)
    drawn = sorted(found, key=lambda one: sha256(f"{number} {one.number}".encode()).digest())
    return Sheet(
        number=written(number),
        projects=tuple(
            Project(one.number, one.title_kk, one.title_ru, one.price, one.settlement_kk)
            for one in drawn
        ),
    )


def _sheet_words(of: Round) -> SheetWords:
    def both(message: str, **facts: object) -> tuple[str, str]:
        kk, ru = (translations(lang).gettext(message) % facts for lang in ("kk", "ru"))
        return kk, ru

    return SheetWords(
        title=both(N_("Ballot")),
        what=both(
            N_("Which projects should the budget of the year %(year)s pay for?"),
            year=of.budget_year,
        ),
        how=both(
            N_("Put any mark into the boxes of the projects you support: at most %(most)s."),
            most=of.most_choices,
        ),
        money=both(N_("Money of this round")),
        spoiled=both(
            N_("A ballot without a mark, or with more than %(most)s marks, is spoiled."),
            most=of.most_choices,
        ),
        secret=both(N_("Do not sign it. Fold it and put it into the box yourself.")),
        final=both(N_("Whoever takes a paper ballot votes on paper only.")),
        number=both(N_("The number tells nothing about a person.")),
    )
