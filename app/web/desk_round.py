"""The desk's page of rounds: announce one, edit it until it is frozen, record the draw's value."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from app.core.clock import ALMATY, day_of
from app.core.database import transaction
from app.core.refusal import Refusal
from app.decisions.ties import waiting_tie
from app.people.consent import actor_of
from app.people.models import Role
from app.proposals.rivals import why_not_set_rivals
from app.rounds.actions import announce, edit, set_draw_value, why_not_edit
from app.rounds.asking import ask_change, ask_envelope
from app.rounds.calendar import ORDER, Act, Calendar, usual_starts, why_not_now
from app.rounds.envelope_basis import citable, owed, resting_of, why_not_rest
from app.rounds.models import EnvelopeKind, Round, Stage
from app.rounds.queries import calendars_of, rounds_of
from app.rounds.rules import (
    Settings,
    needs_second,
    settings_of,
    usual_roll_days,
    why_not_cancel,
    why_not_hold,
)
from app.web.basis_view import line_options
from app.web.counting_form import USUAL
from app.web.desk_money import read_line
from app.web.doors import Clerk, Desk
from app.web.forms import Filled, Form, blank, fill
from app.web.frame import Link
from app.web.render import page, see_other
from app.web.round_form import RoundForm, at_field, form_view, read_starts, typed_starts
from app.web.rounds import round_title, the_round
from app.web.visit import Visit
from app.words import formats, phrases
from app.words.catalogue import N_, translations

router = APIRouter()
BASE = "/{lang}/{slug}/desk/round"


class DrawForm(BaseModel):
    """The official rate of the draw's day."""

    value: str = Field(max_length=12)


class EnvelopeForm(BaseModel):
    """The line of the approved budget that confirms the sum."""

    line: str = Field(max_length=20)


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round on the desk."""

    key: str
    title: str
    stage: str
    off: bool  # called off
    frozen: str
    owed: str  # by when a paper about the sum has to be there; empty where none is owed
    url: str
    links: tuple[Link, ...]  # what is to be done about it now
    draw_day: str
    draw_value: str


@dataclass(frozen=True, slots=True)
class DeskRounds:
    """The desk's list of rounds."""

    rows: tuple[RoundRow, ...]
    clerk: bool


@dataclass(frozen=True, slots=True)
class AskedView:
    """What stands around one question about a round."""

    title: str
    action: str
    draw_day: str
    asked: str
    lines: tuple[tuple[str, str], ...] = ()  # of the approved budget
    year: str = ""


@router.get(BASE)
def rounds(visit: Desk) -> Response:
    """All rounds of the district."""
    calendars = calendars_of(visit.session, district_id=visit.district.id)
    clerk = visit.who is not None and visit.who.role == Role.CLERK
    rows = tuple(
        _row(visit, one, calendars[one.id], clerk)
        for one in rounds_of(visit.session, district_id=visit.district.id)
        if one.id in calendars and not one.imported_from
    )
    return page(visit, "rounds/desk_list.html", view=DeskRounds(rows, clerk))


def _row(visit: Visit, one: Round, of: Calendar, clerk: bool) -> RoundRow:
    stage = of.stage(visit.now) or Stage.ANNOUNCED
    off = one.cancelled_at is not None
    called_off = translations(visit.lang).gettext(N_("The round was called off"))
    resting = resting_of(visit.session, district_id=one.district_id, round_id=one.id)
    owes = owed(one, of, resting, visit.now)
    return RoundRow(
        key=one.key,
        title=round_title(visit, one),
        stage=called_off if off else phrases.label(f"stage.{stage}", visit.lang),
        off=off,
        frozen=formats.moment(one.frozen_at, visit.lang) if one.frozen_at else "",
        url=f"{visit.here}/rounds/{one.key}/",
        owed=formats.day(day_of(of.begins(Stage.VOTING)), visit.lang) if owes else "",
        links=(
            *(_links(visit, one, of) if clerk else ()),
            *_about_money(visit, one, of, clerk),
            *_rare(visit, one, of),
        ),
        draw_day=formats.day(one.draw_day, visit.lang),
        draw_value=one.draw_value or "",
    )


def _links(visit: Visit, one: Round, of: Calendar) -> tuple[Link, ...]:
    say = translations(visit.lang).gettext
    base = f"{visit.here}/desk/round/{one.key}"
    links = []
    if why_not_edit(one, of, visit.now) is None:
        links.append(Link(base, say(N_("Change the rules"))))
    drawn = why_not_now(Act.SET_DRAW, of, visit.now) is None and one.draw_value is None
    if drawn and day_of(visit.now) >= one.draw_day:
        links.append(Link(f"{base}/draw", say(N_("Record the rate"))))
    if why_not_set_rivals(one, of, visit.now) is None:
        links.append(Link(f"{base}/rivals", say(N_("Projects that exclude each other"))))
    if waiting_tie(visit.session, one):
        links.append(Link(f"{base}/tie", say(N_("Record the commission's order"))))
    confirmed = one.envelope_kind == EnvelopeKind.CONFIRMED
    if not confirmed and why_not_now(Act.CONFIRM_ENVELOPE, of, visit.now) is None:
        links.append(Link(f"{base}/envelope", say(N_("Confirm the sum"))))
    return tuple(links)


def _about_money(visit: Visit, one: Round, of: Calendar, clerk: bool) -> tuple[Link, ...]:
    """The round's money at the desk, and the akim's own form."""
    say = translations(visit.lang).gettext
    base = f"{visit.here}/desk/round/{one.key}"
    links = [Link(f"{base}/money", say(N_("Money of the round")))]
    if not clerk and why_not_rest(one, of) is None:
        links.append(Link(f"{base}/statement", say(N_("State the sum"))))
    return tuple(links)


def _rare(visit: Visit, one: Round, of: Calendar) -> tuple[Link, ...]:
    """What the clerk and the akim can both ask a second official for."""
    say = translations(visit.lang).gettext
    base = f"{visit.here}/desk/second"
    links = []
    if why_not_hold(one, of, visit.now) is None:
        links.append(Link(f"{base}/hold/{one.key}", say(N_("Put the result off"))))
    if why_not_cancel(of, visit.now) is None:
        links.append(Link(f"{base}/cancel/{one.key}", say(N_("Call the round off"))))
    return tuple(links)


@router.get(BASE + "/new")
def new(visit: Clerk, start: str = "") -> Response:
    """The form, with a calendar proposed from the one day on which proposals open."""
    known = rounds_of(visit.session, district_id=visit.district.id)
    keys = {one.key for one in known}
    running = {one.key for one in known if one.cancelled_at is None}
    opens = _opens(day_of(visit.now), start, running)
    starts = usual_starts(visit.now, opens)
    voting = starts[Stage.VOTING].astimezone(ALMATY).date()
    closes = starts[Stage.COUNTING].astimezone(ALMATY).date()
    shown, roll_closes = usual_roll_days(voting)
    form = blank(
        start=opens,
        key=_free_key(voting.year, keys),
        budget_year=voting.year + 1,
        most_choices=5,
        nudge_choices=3,
        threshold=1,
        **USUAL,
        of_age_on=closes,
        roll_shown_on=shown,
        roll_closes_on=roll_closes,
        draw_day=closes,
        **typed_starts(starts),
    )
    view = form_view(visit, None, form.typed)
    return page(visit, "rounds/desk_form.html", form=form, view=view)


def _opens(today: date, wanted: str, keys: set[str]) -> date:
    """The day asked for, if it can be; else in two weeks, or next February for a second round."""
    try:
        day = date.fromisoformat(wanted)
    except ValueError:
        day = today
    if 0 < (day - today).days < 800:
        return day
    if str(today.year) in keys or today > date(today.year, 4, 20):
        return date(today.year + 1, 2, 1)
    return today + timedelta(days=14)


def _free_key(year: int, keys: set[str]) -> str:
    tried = [str(year), *(f"{year}-{number}" for number in range(2, 10))]
    return next((key for key in tried if key not in keys), "")


@router.post(BASE + "/new")
def announced(visit: Clerk, posted: Form) -> Response:
    """Announces the round."""
    form = fill(RoundForm, posted)
    starts, wrong = read_starts(posted, {Stage.ANNOUNCED: visit.now})
    form = form.refused(*wrong)
    if form.value is not None and not form.problems:
        try:
            with transaction(visit.session):
                one = announce(
                    visit.session,
                    keyring=visit.keyring,
                    district_id=visit.district.id,
                    starts=starts,
                    by_name=visit.by_name,
                    now=visit.now,
                    **form.value.model_dump(exclude={"why"}),
                )
        except Refusal as why:
            form = form.refused(at_field(why))
        else:
            return see_other(visit, f"{visit.here}/rounds/{one.key}/")
    view = form_view(visit, None, form.typed)
    return page(visit, "rounds/desk_form.html", status=422, form=form, view=view)


@router.get(BASE + "/{key}")
def change(visit: Clerk, key: str) -> Response:
    """The form with what the round has; a frozen one says why it cannot be changed."""
    one, of = the_round(visit, key)
    if why := why_not_edit(one, of, visit.now):
        raise why
    values = asdict(settings_of(one))
    values.pop("envelope_kind")
    for name in ("show_turnout", "compare_rules"):
        values[name] = "1" if values[name] else ""
    starts = {stage: of.begins(stage) for stage in ORDER}
    form = blank(key=one.key, **values, **typed_starts(starts))
    view = form_view(visit, one, form.typed, second=needs_second(of, visit.now))
    return page(visit, "rounds/desk_form.html", form=form, view=view)


@router.post(BASE + "/{key}")
def changed(visit: Clerk, key: str, posted: Form) -> Response:
    """Changes the rules; old and new go into the public record.

    Once proposals are open nothing is changed here: a second official is asked.
    """
    one, of = the_round(visit, key)
    second = needs_second(of, visit.clock.now())
    form = fill(RoundForm, posted)
    before = {stage: of.begins(stage) for stage in ORDER}
    starts, wrong = read_starts(posted, before)
    form = form.refused(*wrong)
    if second and form.value is not None and not form.value.why:
        form = form.refused(Refusal("form.missing", field="why"))
    if form.value is not None and not form.problems:
        values = form.value.model_dump(exclude={"key", "why"})
        settings = Settings(**values, envelope_kind=one.envelope_kind)
        assert visit.who is not None
        try:
            with transaction(visit.session):
                if second:
                    asked = ask_change(
                        visit.session,
                        keyring=visit.keyring,
                        district_id=visit.district.id,
                        round_id=one.id,
                        settings=settings,
                        starts=starts,
                        why=form.value.why,
                        first=actor_of(visit.who),
                        now=visit.clock.now(),
                    )
                    done = f"{visit.here}/desk/second/{asked.id}"
                else:
                    edit(
                        visit.session,
                        district_id=visit.district.id,
                        round_id=one.id,
                        settings=settings,
                        starts=starts,
                        by_name=visit.who.name,
                        now=visit.clock.now(),
                    )
                    done = f"{visit.here}/rounds/{key}/rules"
        except Refusal as why:
            form = form.refused(at_field(why))
        else:
            return see_other(visit, done)
    one, of = the_round(visit, key)
    view = form_view(visit, one, form.typed, second=second)
    return page(visit, "rounds/desk_form.html", status=422, form=form, view=view)


@router.get(BASE + "/{key}/draw")
def rate(visit: Clerk, key: str) -> Response:
    """The form for the official rate."""
    return _asked(visit, "rounds/desk_draw.html", the_round(visit, key)[0])


@router.post(BASE + "/{key}/draw")
def draw(visit: Clerk, key: str, posted: Form) -> Response:
    """Records the official rate, once."""
    one, _ = the_round(visit, key)
    form = fill(DrawForm, posted)
    if form.value is not None:
        try:
            with transaction(visit.session):
                set_draw_value(
                    visit.session,
                    district_id=visit.district.id,
                    round_id=one.id,
                    value=form.value.value,
                    by_name=visit.by_name,
                    now=visit.clock.now(),
                )
        except Refusal as why:
            form = form.refused(why)
        else:
            return see_other(visit, f"{visit.here}/desk/round")
    return _asked(visit, "rounds/desk_draw.html", the_round(visit, key)[0], status=422, form=form)


@router.get(BASE + "/{key}/envelope")
def approved(visit: Clerk, key: str) -> Response:
    """The form for the sum in the approved budget."""
    one, _ = the_round(visit, key)
    lines = citable(visit.session, one, approved=True, most=1)
    form = blank(line=lines[0].code) if lines else blank()
    return _asked(visit, "rounds/desk_envelope.html", one, form=form)


@router.post(BASE + "/{key}/envelope")
def envelope(visit: Clerk, key: str, posted: Form) -> Response:
    """Asks a second official to confirm the sum in the approved budget."""
    one, _ = the_round(visit, key)
    form = fill(EnvelopeForm, posted)
    named = read_line(form.value.line) if form.value is not None else None
    if form.value is not None and (named is None or named[0] != one.budget_year):
        form = form.refused(Refusal("form.choice", field="line"))
    elif named is not None:
        assert visit.who is not None
        try:
            with transaction(visit.session):
                asked = ask_envelope(
                    visit.session,
                    keyring=visit.keyring,
                    district_id=visit.district.id,
                    round_id=one.id,
                    number=named[1],
                    line=named[2],
                    first=actor_of(visit.who),
                    now=visit.clock.now(),
                )
        except Refusal as why:
            form = form.refused(why)
        else:
            return see_other(visit, f"{visit.here}/desk/second/{asked.id}")
    return _asked(
        visit, "rounds/desk_envelope.html", the_round(visit, key)[0], status=422, form=form
    )


def _asked(
    visit: Visit, template: str, one: Round, *, status: int = 200, form: Filled[Any] | None = None
) -> Response:
    view = AskedView(
        title=round_title(visit, one),
        action=visit.request.url.path,
        draw_day=formats.day(one.draw_day, visit.lang),
        asked=formats.tenge(one.envelope),
        lines=line_options(visit, citable(visit.session, one, approved=True)),
        year=str(one.budget_year),
    )
    return page(visit, template, status=status, form=form, view=view)
