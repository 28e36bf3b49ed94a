"""The ballot: choose, check, cast, done. Every saved state is a counted state.

The choices travel only in the bodies of forms and never stand in an address or a log.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, Field

from app.core.database import transaction
from app.core.refusal import Refusal
from app.rounds.models import BallotMethod, Round, Stage
from app.rounds.queries import calendar_of, round_by_key
from app.voting import envelopes, queries, rules
from app.voting.actions import cast
from app.voting.models import Channel
from app.web.called_off import Notice, called_off
from app.web.counted_words import beside_price, counted_in_short, rivals_by_number, rivals_in_words
from app.web.doors import Anyone, Resident
from app.web.forms import Filled, Form, fill
from app.web.priced import in_all
from app.web.render import page, see_other
from app.web.visit import Visit

router = APIRouter()


class Choices(BaseModel):
    """What was ticked."""

    choice: list[int] = Field(default_factory=list)


class Sent(Choices):
    """What was ticked, and which form it came from."""

    idem: str = Field(min_length=8, max_length=64)


@dataclass(frozen=True, slots=True)
class Row:
    """A project on the ballot as its reader sees it."""

    number: int
    title: str
    text: str
    price: int
    place: str
    url: str
    chosen: bool
    under: str = ""  # what it costs in all, where neighbours help; which projects it excludes


@dataclass(frozen=True, slots=True)
class Ballot:
    """Everything the pages of the ballot show."""

    url: str
    results_url: str
    rows: tuple[Row, ...]
    most: int
    money: int | None  # with a knapsack ballot, what the chosen have to fit into; tenge
    nudge: int
    envelope: int
    budget_year: int
    opens: datetime
    closes: datetime
    stage: str  # "before", "now" or "after" the voting; "off" in a round that was called off
    signed_in: bool
    can_vote: bool
    why: Refusal | None  # why this person has no ballot here; None for visitors
    voted: bool  # a ballot of theirs is counted
    on_paper: bool
    turnout: int | None
    contact: str
    roll_closes_on: date
    rules_url: str
    counted: tuple[str, ...]  # how the votes are counted, in short
    off: Notice | None = None  # that the round was called off

    @property
    def chosen(self) -> tuple[Row, ...]:
        """The ticked projects."""
        return tuple(row for row in self.rows if row.chosen)

    @property
    def cost(self) -> int:
        """What the ticked projects cost together, in tenge."""
        return sum(row.price for row in self.chosen)

    @property
    def rest(self) -> int:
        """What is left of the money; less than nothing where the ticked ones cost too much."""
        return self.envelope - self.cost


@router.get("/{lang}/{slug}/rounds/{key}/ballot")
def show(visit: Anyone, key: str) -> Response:
    """The list; for a resident with their own counted choices ticked."""
    of = _round(visit, key)
    form: Filled[Choices] = Filled()
    ticked: Iterable[int] = ()
    try:
        ticked = _counted(visit, of) or ()
    except Refusal as why:
        form = form.refused(why)
    status = 200 if not form.problems else 409
    return page(
        visit, "voting/ballot.html", status=status, form=form, ballot=_view(visit, of, ticked)
    )


@router.post("/{lang}/{slug}/rounds/{key}/ballot/check")
def check(visit: Resident, key: str, posted: Form) -> Response:
    """Check your choices. Nothing is counted here, and the page says so."""
    of = _round(visit, key)
    form = fill(Choices, posted)
    ticked = set(form.value.choice) if form.value else _numbers(posted.all("choice"))
    if form.value and posted.text("do") != "change":
        why = rules.why_not_cast(
            of=calendar_of(visit.session, round_id=of.id),
            now=visit.now,
            no_right=_no_right(visit, of),
            used=_used(visit, of),
            choices=form.value.choice,
            on=queries.paper_of(visit.session, of=of),
        ) or envelopes.why_no_key(visit.keyring, of)
        if why is None:
            return page(
                visit,
                "voting/check.html",
                ballot=_view(visit, of, ticked),
                idem=secrets.token_urlsafe(24),
            )
        form = form.refused(why)
    status = 422 if form.problems else 200
    return page(
        visit, "voting/ballot.html", status=status, form=form, ballot=_view(visit, of, ticked)
    )


@router.post("/{lang}/{slug}/rounds/{key}/ballot")
def send(visit: Resident, key: str, posted: Form) -> Response:
    """Counts the ballot, and only then says so."""
    of = _round(visit, key)
    form = fill(Sent, posted).unseen("idem")
    if form.value:
        try:
            with transaction(visit.session) as session:
                cast(
                    session,
                    keyring=visit.keyring,
                    clock=visit.clock,
                    district_id=visit.district.id,
                    round_id=of.id,
                    person_id=_person(visit),
                    choices=form.value.choice,
                    idem=form.value.idem,
                )
            return see_other(visit, f"{_url(visit, of)}/done")
        except Refusal as why:
            form = form.refused(why)
    ticked = _numbers(posted.all("choice"))
    return page(visit, "voting/ballot.html", status=422, form=form, ballot=_view(visit, of, ticked))


@router.get("/{lang}/{slug}/rounds/{key}/ballot/done")
def done(visit: Resident, key: str) -> Response:
    """What is counted, as it is read back, and until when it can be changed."""
    of = _round(visit, key)
    ticked = _counted(visit, of)
    if ticked is None:
        return see_other(visit, _url(visit, of))
    return page(visit, "voting/done.html", ballot=_view(visit, of, ticked))


def _round(visit: Visit, key: str) -> Round:
    of = round_by_key(visit.session, district_id=visit.district.id, key=key)
    if of is None or of.imported_from:
        raise HTTPException(404)
    return of


def _url(visit: Visit, of: Round) -> str:
    return f"{visit.here}/rounds/{of.key}/ballot"


def _person(visit: Visit) -> str:
    assert visit.who is not None
    assert visit.who.person_id is not None
    return visit.who.person_id


def _at_home(visit: Visit) -> bool:
    """Whether a resident of this very district is here."""
    who = visit.who
    return who is not None and who.is_resident and who.district_id == visit.district.id


def _counted(visit: Visit, of: Round) -> tuple[int, ...] | None:
    if not _at_home(visit):
        return None
    return queries.my_choices(visit.session, keyring=visit.keyring, of=of, person_id=_person(visit))


def _used(visit: Visit, of: Round) -> Channel | None:
    return queries.used_right(visit.session, keyring=visit.keyring, of=of, person_id=_person(visit))


def _no_right(visit: Visit, of: Round) -> Refusal | None:
    return queries.why_no_right(visit.session, of=of, person_id=_person(visit))


def _numbers(typed: Iterable[str]) -> set[int]:
    """The numbers among what was sent, to tick them again."""
    return {int(one) for one in typed if one.isascii() and one.isdigit() and len(one) < 6}


def _view(visit: Visit, of: Round, ticked: Iterable[int]) -> Ballot:
    calendar = calendar_of(visit.session, round_id=of.id)
    opens, closes = calendar.begins(Stage.VOTING), calendar.begins(Stage.COUNTING)
    stage = "before" if visit.now < opens else "now" if visit.now < closes else "after"
    if of.cancelled_at is not None:
        stage = "off"
    why: Refusal | None = None
    used: Channel | None = None
    if _at_home(visit):
        why = envelopes.why_no_key(visit.keyring, of)
        if why is None:
            used = _used(visit, of)
            why = rules.why_not_vote(
                of=calendar, now=visit.now, no_right=_no_right(visit, of), used=used
            )
    elif visit.who is not None:
        why = Refusal("voting.not_on_roll")
    rows = _rows(visit, of, set(ticked))
    contact = ", ".join(
        part for part in (visit.in_lang(visit.district, "address"), visit.district.phone) if part
    )
    return Ballot(
        url=_url(visit, of),
        results_url=f"{visit.here}/rounds/{of.key}/results",
        rows=rows,
        most=of.most_choices,
        money=of.envelope if of.method == BallotMethod.KNAPSACK else None,
        nudge=min(of.nudge_choices, of.most_choices, len(rows)),
        envelope=of.envelope,
        budget_year=of.budget_year,
        opens=opens,
        closes=closes,
        stage=stage,
        signed_in=visit.who is not None,
        can_vote=visit.who is not None and why is None,
        why=why,
        voted=used is Channel.ONLINE and of.cancelled_at is None,
        on_paper=used is Channel.PAPER,
        turnout=queries.turnout_so_far(visit.session, of=of) if stage == "now" else None,
        contact=contact,
        roll_closes_on=of.roll_closes_on,
        rules_url=f"{visit.here}/rounds/{of.key}/rules",
        counted=counted_in_short(visit, of),
        off=called_off(visit, of),
    )


def _rows(visit: Visit, of: Round, ticked: set[int]) -> tuple[Row, ...]:
    """The projects in the reader's own order; no project stands first for everybody."""

    def place_in_line(number: int) -> str:
        if _at_home(visit):
            try:
                return visit.keyring.round_mac(of.id, "order", _person(visit), str(number))
            except Refusal:
                pass  # the page without the key: the visitors' order will do
        return sha256(f"{of.id} {number}".encode()).hexdigest()

    found = queries.projects(visit.session, district_id=of.district_id, round_id=of.id)
    excluded = rivals_by_number(of)
    titles = {one.number: visit.in_lang(one, "title") for one in found}
    return tuple(
        Row(
            number=one.number,
            title=visit.in_lang(one, "title"),
            text=visit.in_lang(one, "short"),
            price=one.price,
            place=visit.in_lang(one, "settlement"),
            url=f"{visit.here}/proposals/{one.proposal_number}",
            chosen=one.number in ticked,
            under=beside_price(
                in_all(visit.lang, price=one.price, cofinanced=one.cofinanced),
                rivals_in_words(
                    visit.lang,
                    (titles[other] for other in excluded.get(one.number, ()) if other in titles),
                ),
            ),
        )
        for one in sorted(found, key=lambda one: place_in_line(one.number))
    )
