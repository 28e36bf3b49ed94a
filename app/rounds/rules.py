"""What a round may be set to, its rules page as one canonical text, and the seed of its draw. Pure.

Everything that decides a result stands in the dict of `rules_of`; its hash names the page.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from app.core.clock import at, day_of
from app.core.refusal import Refusal
from app.rounds.calendar import ORDER, Calendar
from app.rounds.counting_rules import counting_text, rival_groups, why_not_counting
from app.rounds.models import (
    BallotMethod,
    Completion,
    CountingRule,
    EnvelopeKind,
    Round,
    Stage,
    Ties,
    Utility,
)

KEY = re.compile(r"(?P<year>20\d\d)(-[2-9])?")
RATE = re.compile(r"[1-9]\d{1,3}[.,]\d{1,2}")
MOST_CHOICES = 20
HOLD_MOST = timedelta(days=10)  # how long after its day a result can be put off
ROLL_SHOWN_FOR = timedelta(days=15)  # at least so long may one ask before the list closes
# The public value of the draw: the official rate of the dollar, set by the National Bank.
DRAW_SOURCE = "nationalbank.kz USD/KZT"


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """A project as the frozen list names it; the price is in tenge."""

    number: int
    title_kk: str
    title_ru: str
    price: int  # what the budget pays
    cofinanced: int = 0  # what neighbours give beside it
    settlement: str = ""  # where it is, if in one place
    rivals: str = ""  # the group of projects of which at most one is taken


@dataclass(frozen=True, slots=True)
class Settings:
    """What the akim's office sets. Sums are in tenge."""

    budget_year: int
    envelope: int
    envelope_basis_kk: str
    envelope_basis_ru: str
    of_age_on: date  # whoever is 18 by this day may vote
    roll_closes_on: date
    draw_day: date
    roll_shown_on: date | None = None  # anyone may ask from here on; unset in old rounds alone
    envelope_kind: str = EnvelopeKind.INDICATIVE
    most_choices: int = 5
    nudge_choices: int = 3
    price_cap: int | None = None
    threshold: int = 1  # nobody is recommended by no votes at all
    show_turnout: bool = False
    method: str = BallotMethod.APPROVAL
    counting_rule: str = CountingRule.MOST_VOTES
    utility: str = Utility.COST  # of Equal Shares
    completion: str = Completion.ADD1U  # of Equal Shares
    ties: str = Ties.DRAW
    guarantee_percent: int = 0  # of the envelope, for each settlement; of most votes
    compare_rules: bool = False


def settings_of(one: Round) -> Settings:
    """The settings that a round has."""
    names = Settings.__dataclass_fields__
    return Settings(**{name: getattr(one, name) for name in names})


def why_not_key(key: str, of: Calendar) -> Refusal | None:
    """A round's address is the year of its vote, then `2026-2`."""
    found = KEY.fullmatch(key)
    year = day_of(of.begins(Stage.VOTING)).year
    if found is None or int(found["year"]) != year:
        return Refusal("rounds.key", field="key", year=str(year))
    return None


def why_not_settings(one: Settings, of: Calendar) -> Refusal | None:
    """What is wrong with a round's settings, at the field where it is."""
    opens, closes = day_of(of.begins(Stage.VOTING)), last_day(of, Stage.VOTING)
    if not opens.year < one.budget_year <= opens.year + 2:
        return Refusal("rounds.budget_year", field="budget_year", year=str(opens.year))
    if one.envelope <= 0:
        return Refusal("rounds.envelope", field="envelope")
    if not 1 <= one.most_choices <= MOST_CHOICES:
        return Refusal("rounds.choices", field="most_choices", most=MOST_CHOICES)
    if not 1 <= one.nudge_choices <= one.most_choices:
        return Refusal("rounds.nudge", field="nudge_choices", most=one.most_choices)
    if one.price_cap is not None and not 0 < one.price_cap <= one.envelope:
        return Refusal("rounds.price_cap", field="price_cap", tenge=one.envelope)
    if one.threshold < 0:
        return Refusal("rounds.threshold", field="threshold")
    if one.of_age_on > closes:
        return Refusal("rounds.of_age", field="of_age_on", day=closes)
    if why := why_not_counting(one):
        return why
    if why := _why_not_roll_days(one, of):
        return why
    # The value must not exist when the list is frozen, and must when the votes are counted.
    latest = day_of(of.begins(Stage.RESULTS)) - timedelta(days=1)
    if not opens < one.draw_day <= latest:
        return Refusal(
            "rounds.draw_day", field="draw_day", first=opens + timedelta(days=1), last=latest
        )
    return None


def _why_not_roll_days(one: Settings, of: Calendar) -> Refusal | None:
    latest = day_of(of.begins(Stage.VOTING)) - timedelta(days=1)
    if not day_of(of.begins(Stage.ANNOUNCED)) <= one.roll_closes_on <= latest:
        return Refusal("rounds.roll_closes", field="roll_closes_on", day=latest)
    shown_by = one.roll_closes_on - ROLL_SHOWN_FOR
    if one.roll_shown_on is None or one.roll_shown_on > shown_by:
        return Refusal("rounds.roll_shown", field="roll_shown_on", day=shown_by)
    if one.roll_shown_on < day_of(of.begins(Stage.ANNOUNCED)):
        return Refusal(
            "rounds.roll_shown_early",
            field="roll_shown_on",
            day=day_of(of.begins(Stage.ANNOUNCED)),
        )
    return None


def why_not_move_roll(
    old: Settings, new: Settings, *, before: Calendar, after: Calendar, now: datetime
) -> Refusal | None:
    """Why the list's closing cannot be moved so: closed, it stays closed and as it is."""
    closed, closes = (
        _roll_closes(old.roll_closes_on, before),
        _roll_closes(new.roll_closes_on, after),
    )
    if closed != closes and (closed <= now or closes <= now):
        return Refusal("rounds.roll_closed", field="roll_closes_on", at=min(closed, closes))
    if old.of_age_on != new.of_age_on and closed <= now:
        return Refusal("rounds.roll_closed", field="of_age_on", at=closed)
    return None


def roll_closes_at(one: Round, of: Calendar) -> datetime:
    """When a round's list is closed: at the end of its day, at the latest when voting opens."""
    return _roll_closes(one.roll_closes_on, of)


def _roll_closes(on: date, of: Calendar) -> datetime:
    return min(at(on + timedelta(days=1)), of.begins(Stage.VOTING))


def usual_roll_days(voting: date) -> tuple[date, date]:
    """From when on one may ask, and the day the list closes: the day before voting opens."""
    closes = voting - timedelta(days=1)
    return closes - ROLL_SHOWN_FOR, closes


def why_not_move(before: Calendar, after: Calendar, now: datetime) -> Refusal | None:
    """Why a calendar cannot be changed so: what has begun has begun, what is to come lies ahead."""
    for stage in ORDER:
        old, new = before.begins(stage), after.begins(stage)
        if old != new and (old <= now or new <= now):
            return Refusal("rounds.stage_begun", field=stage)
    return None


def needs_second(of: Calendar, now: datetime) -> bool:
    """Whether a change of the round wants a second official: from the first proposal on, people
    rely on what was announced."""
    return of.begins(Stage.PROPOSALS) <= now


def why_not_cancel(of: Calendar, now: datetime) -> Refusal | None:
    """Why a round cannot be called off: what was voted to the end is counted and published."""
    if of.cancelled_at is not None:
        return Refusal("rounds.cancelled", at=of.cancelled_at)
    if of.begins(Stage.COUNTING) <= now:
        return Refusal("rounds.cancel_late", closed=of.begins(Stage.COUNTING))
    return None


def why_not_hold(one: Round, of: Calendar, now: datetime) -> Refusal | None:
    """Why the result cannot be put off now: once, between the vote's end and the result's day."""
    if of.cancelled_at is not None:
        return Refusal("rounds.cancelled", at=of.cancelled_at)
    if one.held_at is not None:
        return Refusal("rounds.held_once")
    if now < of.begins(Stage.COUNTING):
        return Refusal("rounds.not_yet", opens=of.begins(Stage.COUNTING))
    if of.begins(Stage.RESULTS) <= now or one.counted_at is not None:
        return Refusal("rounds.closed", closed=of.begins(Stage.RESULTS))
    return None


def latest_hold(of: Calendar) -> datetime:
    """Until when a result can be put off at most: ten days, and never into the assembly."""
    return min(of.begins(Stage.RESULTS) + HOLD_MOST, of.begins(Stage.ASSEMBLY))


def why_not_hold_until(of: Calendar, until: datetime) -> Refusal | None:
    """Why a result cannot be put off until this moment."""
    if not of.begins(Stage.RESULTS) < until <= latest_hold(of):
        return Refusal(
            "rounds.hold_until", field="until", first=of.begins(Stage.RESULTS), last=latest_hold(of)
        )
    return None


def publishes_at(one: Round, of: Calendar) -> datetime:
    """When the result publishes itself: on its day, or when the hold ends."""
    starts = of.begins(Stage.RESULTS)
    return starts if one.held_until is None else max(starts, one.held_until)


def why_not_draw_value(one: Round, value: str, now: datetime) -> Refusal | None:
    """Why this cannot be recorded as the public value of the draw."""
    if one.draw_value is not None:
        return Refusal("rounds.draw_known", field="value")
    if day_of(now) < one.draw_day:
        return Refusal("rounds.draw_early", field="value", day=one.draw_day)
    if not RATE.fullmatch(value.strip()):
        return Refusal("rounds.draw_format", field="value")
    return None


def draw_value(typed: str) -> str:
    """The rate in its one form, with two decimals: «523,4» becomes `523.40`."""
    whole, _, part = typed.strip().replace(",", ".").partition(".")
    return f"{whole}.{part:0<2}"


def last_day(of: Calendar, stage: Stage) -> date:
    """The last day that a stage touches."""
    end = of.ends(stage)
    return day_of(end - timedelta(seconds=1) if end else of.begins(stage))


def rules_of(
    one: Round,
    of: Calendar,
    projects: Sequence[ProjectLine],
    *,
    kato: str,
    basis: Mapping[str, Any] | None = None,
    settlements: Sequence[str] = (),
) -> dict[str, Any]:
    """Everything that decides the round, as plain JSON values. Moments are ISO 8601 in UTC.

    `basis` is what the sum rests on (`envelope_basis.in_rules`), where a paper was named;
    `settlements` are those of the district, for their guaranteed parts.
    """
    rivals = rival_groups((line.number, line.rivals) for line in projects)
    drawn = one.ties == Ties.DRAW
    return {
        "format": 1,
        "district_kato": kato,
        "round": one.key,
        "budget_year": one.budget_year,
        "calendar": {stage: of.begins(stage).isoformat() for stage in ORDER},
        "envelope": {
            "amount": one.envelope,
            "currency": one.currency,
            "kind": one.envelope_kind,
            "basis_kk": one.envelope_basis_kk,
            "basis_ru": one.envelope_basis_ru,
            # Projects that won stay in the order in which they were chosen, as far as it goes.
            "if_smaller": "in-order-chosen",
            # A round without a paper keeps the text, and so the hash, that it always had.
            **({"basis": dict(basis)} if basis else {}),
        },
        "who_proposes": one.who_proposes,
        "who_votes": {
            "citizens_registered_here": True,
            "of_age_on": one.of_age_on.isoformat(),
            # A round announced before lists were shown has no such day, and its text stays.
            **({"roll_shown_on": one.roll_shown_on.isoformat()} if one.roll_shown_on else {}),
            "roll_closes_on": one.roll_closes_on.isoformat(),
        },
        "ballot": {
            "method": one.method,
            # A knapsack ballot has no limit but the money.
            **(
                {"most_cost": one.envelope}
                if one.method == BallotMethod.KNAPSACK
                else {"most_choices": one.most_choices}
            ),
            "nudge_choices": one.nudge_choices,
            "changeable_until_close": True,
            "paper_overrides_online": True,
            "turnout_shown_while_open": one.show_turnout,
        },
        "price_cap": one.price_cap,
        "counting": {
            "rule": one.counting_rule,
            "threshold": one.threshold,
            "does_not_fit": "skipped",
            "ties": ["lower-cost", "more-votes", "draw" if drawn else "commission"],
            **counting_text(one, settlements=settlements, envelope=one.envelope),
            **({"rivals": rivals} if rivals else {}),
            "draw": {
                "day": one.draw_day.isoformat(),
                "value": DRAW_SOURCE,
                "if_not_recorded": "ballots:sha256",
                "seed": "sha256(rules_sha256 + LF + value)",
                "order": "sha256(seed + LF + number), ascending",
            },
        },
        "result": "recommendation",
        "projects": [
            {
                "number": line.number,
                "title_kk": line.title_kk,
                "title_ru": line.title_ru,
                "price": line.price,
                # Only where there is some: rules frozen before keep their hash.
                **({"cofinanced": line.cofinanced} if line.cofinanced else {}),
                **({"settlement": line.settlement} if one.guarantee_percent else {}),
            }
            for line in sorted(projects, key=lambda line: line.number)
        ],
    }


def canonical(rules: dict[str, Any]) -> bytes:
    """The one way to write rules down: JSON, keys sorted, no spaces, UTF-8."""
    text = json.dumps(rules, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def rules_sha256(rules: dict[str, Any]) -> str:
    """The hash that names a rules page."""
    return sha256(canonical(rules)).hexdigest()


def seed_of(one: Round, ballots_sha256: str) -> str:
    """The seed of the draw: SHA-256 of the frozen rules' hash, a line feed and the public value.

    Where no rate was recorded in time, the value is the hash of the published ballots: nobody
    could know it when the list was frozen, and nobody in office can hold up the count.
    """
    if one.rules_sha256 is None:
        raise ValueError("the rules are not frozen")
    value = one.draw_value or f"ballots:{ballots_sha256}"
    return sha256(f"{one.rules_sha256}\n{value}".encode()).hexdigest()
