"""The form that sets a round: what it asks, how its calendar is read, what stands around it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from pydantic import BaseModel, Field

from app.core.clock import at, day_of
from app.core.refusal import Refusal
from app.rounds.calendar import ORDER
from app.rounds.counting_rules import MOST_GUARANTEE
from app.rounds.models import (
    BallotMethod,
    Completion,
    CountingRule,
    Round,
    Stage,
    Ties,
    Utility,
)
from app.web.counting_form import CountingForm, counting_form
from app.web.forms import Day, Posted, Tenge
from app.web.rounds import round_title
from app.web.visit import Visit
from app.words import formats, phrases
from app.words.catalogue import N_, translations

HOURS = (Stage.VOTING, Stage.COUNTING, Stage.RESULTS)  # the stages whose hour is asked for


class RoundForm(BaseModel):
    """Everything an office sets, save the calendar."""

    key: str = Field(max_length=8)
    budget_year: int = Field(ge=2020, le=2100)
    envelope: Tenge
    envelope_basis_kk: str = Field(default="", max_length=500)
    envelope_basis_ru: str = Field(default="", max_length=500)
    most_choices: int = Field(ge=1, le=20)
    nudge_choices: int = Field(ge=1, le=20)
    price_cap: Tenge | None = None
    threshold: int = Field(default=1, ge=0, le=1_000_000)
    show_turnout: bool = False
    method: BallotMethod = BallotMethod.APPROVAL
    counting_rule: CountingRule = CountingRule.MOST_VOTES
    utility: Utility = Utility.COST
    completion: Completion = Completion.ADD1U
    ties: Ties = Ties.DRAW
    guarantee_percent: int = Field(default=0, ge=0, le=MOST_GUARANTEE)
    compare_rules: bool = False
    of_age_on: Day
    roll_shown_on: Day
    roll_closes_on: Day
    draw_day: Day
    why: str = Field(default="", max_length=500)  # for the second official


@dataclass(frozen=True, slots=True)
class StageField:
    """The fields of a stage's start."""

    name: str
    label: str
    hint: str
    hour: bool


@dataclass(frozen=True, slots=True)
class RoundFormView:
    """What stands around the form."""

    title: str
    action: str
    new: bool
    second: bool  # another official has to agree
    stages: tuple[StageField, ...]
    labels: Mapping[str, str]
    counting: CountingForm
    try_url: str  # where rules can be tried before one is chosen


def form_view(
    visit: Visit, one: Round | None, typed: Mapping[str, str], *, second: bool = False
) -> RoundFormView:
    """The form's surroundings: to announce a round, or to change this one."""
    say = translations(visit.lang).gettext
    stages = tuple(
        StageField(
            name=stage,
            label=phrases.label(f"stage.{stage}", visit.lang),
            hint=phrases.label(f"stage_does.{stage}", visit.lang),
            hour=stage in HOURS,
        )
        for stage in ORDER[1:]
    )
    names = [name for name in RoundForm.model_fields if name not in ("key", "why")]
    labels = {"key": say(N_("Name of the round"))}
    labels |= {name: phrases.label(f"rule.{name}", visit.lang) for name in names}
    for field in stages:
        labels[f"day_{field.name}"] = field.label
        labels[f"hour_{field.name}"] = field.label
    labels["why"] = say(N_("Why it is to be changed"))
    base = f"{visit.here}/desk/round"
    return RoundFormView(
        title=round_title(visit, one) if one else say(N_("Announce a round")),
        action=f"{base}/{one.key}" if one else f"{base}/new",
        new=one is None,
        second=second,
        stages=stages,
        labels=labels,
        counting=counting_form(typed, visit.lang),
        try_url=f"{base}/try",
    )


def typed_starts(starts: Mapping[Stage, datetime]) -> dict[str, str]:
    """A calendar as the form's fields."""
    typed = {}
    for stage, moment in starts.items():
        typed[f"day_{stage}"] = day_of(moment).isoformat()
        if stage in HOURS:
            typed[f"hour_{stage}"] = formats.hour(moment)
    return typed


def read_starts(
    posted: Posted, before: Mapping[Stage, datetime]
) -> tuple[dict[Stage, datetime], list[Refusal]]:
    """The calendar a form names. The announcement stays; an hour that is not asked for, too."""
    starts = {Stage.ANNOUNCED: before[Stage.ANNOUNCED]}
    wrong = []
    for stage in ORDER[1:]:
        day = _read_day(posted.text(f"day_{stage}"))
        if day is None:
            missing = not posted.text(f"day_{stage}")
            code = "form.missing" if missing else "form.day"
            wrong.append(Refusal(code, field=f"day_{stage}"))
            continue
        if stage not in HOURS:
            old = before.get(stage)
            same = old is not None and day_of(old) == day
            starts[stage] = old if old is not None and same else at(day)
            continue
        hour = _read_hour(posted.text(f"hour_{stage}"))
        if hour is None:
            wrong.append(Refusal("rounds.hour", field=f"hour_{stage}"))
            continue
        starts[stage] = at(day, hour.hour, hour.minute)
    return starts, wrong


def _read_day(text: str) -> date | None:
    class One(BaseModel):
        day: Day

    try:
        return One.model_validate({"day": text}).day
    except ValueError:
        return None


def _read_hour(text: str) -> time | None:
    try:
        return time.fromisoformat(text) if text else None
    except ValueError:
        return None


def at_field(why: Refusal) -> Refusal:
    """A stage's refusal, said at the stage's day."""
    return why.at(f"day_{why.field}") if why.field in set(Stage) else why
