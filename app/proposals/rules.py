"""What is allowed with a proposal, on its resident's side. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from app.core.refusal import Refusal
from app.core.workdays import WorkCalendar
from app.proposals.models import Status
from app.rounds.calendar import Act, Calendar, why_not_now

LANGUAGES = ("kk", "ru")  # in which the office answers
TITLE = (8, 120)  # characters, at least and at most
BODY = (30, 4000)
PLACE = (3, 300)
CONTRIBUTION = 500
REASON = 1000
MOST_PHOTOS = 3
MOST_DRAFTS = 5  # of one person in one round
TERM = 15  # working days for the first reasoned answer (APPC article 76)
EDITABLE = frozenset({Status.DRAFT, Status.RETURNED})
WITHDRAWABLE = frozenset({Status.SUBMITTED, Status.RETURNED, Status.ADMITTED})


@dataclass(frozen=True, slots=True)
class What:
    """The first step: what the village needs, in the resident's own words."""

    lang: str
    title: str
    body: str
    direction: int | None


@dataclass(frozen=True, slots=True)
class Where:
    """The second step. No settlement means the whole district; the estimate is in tenge."""

    settlement_id: str | None
    place: str
    estimate: int | None = None
    contribution: str = ""


def act_of(status: str) -> Act:
    """What working on a proposal in this status is: proposing, or correcting."""
    return Act.CORRECT if status == Status.RETURNED else Act.PROPOSE


def why_not_start(*, on_roll: bool, drafts: int, of: Calendar, now: datetime) -> Refusal | None:
    """Why somebody cannot begin a draft."""
    if not on_roll:
        return Refusal("proposals.not_on_roll")
    if why := why_not_now(Act.PROPOSE, of, now):
        return why
    if drafts >= MOST_DRAFTS:
        return Refusal("proposals.too_many_drafts", most=MOST_DRAFTS)
    return None


def why_not_edit(*, status: str, of: Calendar, now: datetime) -> Refusal | None:
    """Why a draft, or a returned proposal, cannot be written on."""
    if status not in EDITABLE:
        return Refusal("proposals.sent_already")
    return why_not_now(act_of(status), of, now)


def why_not_withdraw(*, status: str, of: Calendar, now: datetime) -> Refusal | None:
    """Why a proposal cannot be taken back: it can be until the vote begins."""
    if status == Status.WITHDRAWN:
        return Refusal("proposals.withdrawn_already")
    if status not in WITHDRAWABLE:
        return Refusal("proposals.cannot_withdraw")
    return why_not_now(Act.WITHDRAW, of, now)


def wrong_in_what(what: What) -> list[Refusal]:
    """Everything that is wrong with the first step, each at its field."""
    found = [
        why_not_text(what.title, *TITLE, field="title"),
        why_not_text(what.body, *BODY, field="body"),
    ]
    if what.lang not in LANGUAGES:
        found.append(Refusal("form.choice", field="text_lang"))
    if what.direction is None or not 1 <= what.direction <= 19:
        found.append(Refusal("proposals.no_direction", field="direction"))
    return [why for why in found if why]


def wrong_in_where(where: Where, *, settlements: Collection[str]) -> list[Refusal]:
    """Everything that is wrong with the second step, each at its field."""
    found = [why_not_text(where.place, *PLACE, field="place")]
    if where.settlement_id == "":
        found.append(Refusal("form.missing", field="settlement"))
    elif where.settlement_id is not None and where.settlement_id not in settlements:
        found.append(Refusal("form.choice", field="settlement"))
    if len(where.contribution) > CONTRIBUTION:
        found.append(Refusal("form.too_long", field="contribution", most=CONTRIBUTION))
    return [why for why in found if why]


def why_not_text(text: str, least: int, most: int, *, field: str) -> Refusal | None:
    """Why these are no words an office could answer."""
    if not text:
        return Refusal("form.missing", field=field)
    if len(text) > most:
        return Refusal("form.too_long", field=field, most=most)
    letters = [sign for sign in text if sign.isalpha()]
    ours = sum(sign < "\u0250" or "\u0400" <= sign < "\u0530" for sign in letters)
    if ours * 2 < len(letters):
        return Refusal("proposals.other_script", field=field)
    if len(text) < least or len(letters) < 3:
        return Refusal("form.too_short", field=field, least=least)
    return None


def why_not_photos(*, kept: int, added: int) -> Refusal | None:
    """Why so many photos cannot be added."""
    if kept + added > MOST_PHOTOS:
        return Refusal("photos.too_many", field="photos", most=MOST_PHOTOS)
    return None


@dataclass(frozen=True, slots=True)
class Clock:
    """The answer's clock of a proposal: days by which it is owed."""

    due: date
    extended_until: date | None = None
    waiting_since: date | None = None


def started(today: date, calendar: WorkCalendar) -> Clock:
    """The clock of a proposal that was handed in today."""
    return Clock(due=calendar.after(today, TERM))


def continued(clock: Clock, today: date, calendar: WorkCalendar) -> Clock:
    """The clock goes on where it stood when the proposal was returned: no working day is lost.

    At least three working days remain, so that a correction sent on the last day can be read.
    """
    if clock.waiting_since is None:
        return clock
    left = calendar.between(clock.waiting_since, clock.extended_until or clock.due)
    last = calendar.after(today, max(left, 3))
    if clock.extended_until is None:
        return Clock(due=last)
    return replace(clock, extended_until=last, waiting_since=None)


def next_number(year: int, last: str | None) -> str:
    """The receipt's number after this one: "2026-0031"."""
    count = int(last.split("-")[1]) if last else 0
    return f"{year}-{count + 1:04d}"
