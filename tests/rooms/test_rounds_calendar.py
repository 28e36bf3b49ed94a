"""Exactly one stage at any moment, the zone's change, and who may do what when."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.clock import ALMATY, at, day_of
from app.core.refusal import Refusal
from app.rounds.calendar import (
    ALLOWED,
    ORDER,
    ROLES,
    Act,
    Start,
    calendar,
    usual_starts,
    why_not_now,
)
from app.rounds.models import Stage
from tests.town import STARTS

REVIEWED = Path(__file__).with_name("stages.txt")
OF = calendar([Start(stage, moment) for stage, moment in STARTS.items()])
moments = st.integers(1_748_736_000, 1_843_430_400).map(lambda s: datetime.fromtimestamp(s, UTC))


def no(code: str):
    """The refusal with this very code."""
    return pytest.raises(Refusal, match=f"^{re.escape(code)}$")


def test_almaty_is_five_hours_ahead_since_march_2024_and_was_six_before():
    assert datetime(2024, 2, 29, 12, tzinfo=ALMATY).utcoffset() == timedelta(hours=6)
    assert datetime(2024, 3, 1, 12, tzinfo=ALMATY).utcoffset() == timedelta(hours=5)
    assert datetime(2026, 4, 27, 20, tzinfo=ALMATY).utcoffset() == timedelta(hours=5)
    assert at(date(2026, 4, 27), 20) == datetime(2026, 4, 27, 15, tzinfo=UTC)
    assert day_of(datetime(2026, 4, 26, 19, tzinfo=UTC)) == date(2026, 4, 27)


@given(starts=st.lists(moments, min_size=len(ORDER), max_size=len(ORDER), unique=True), now=moments)
def test_exactly_one_stage_holds_at_any_moment(starts, now):
    of = calendar([Start(s, m) for s, m in zip(ORDER, sorted(starts), strict=True)])
    holding = [
        stage
        for stage in ORDER
        if of.begins(stage) <= now and ((end := of.ends(stage)) is None or now < end)
    ]
    assert len(holding) == (0 if now < min(starts) else 1)
    assert of.stage(now) == (holding[0] if holding else None)


@given(now=moments, act=st.sampled_from(Act))
def test_an_act_is_refused_exactly_outside_its_stages(now, act):
    why = why_not_now(act, OF, now)
    stage = OF.stage(now)
    assert (why is None) == (stage is not None and act in ALLOWED[stage])
    if why is not None:
        moment = why.facts.get("opens") or why.facts.get("closed")
        assert isinstance(moment, datetime)
        assert (moment > now) == (why.code == "rounds.not_yet")


@pytest.mark.parametrize("stage", ORDER)
def test_a_stage_begins_at_its_first_moment_and_ends_before_the_next(stage):
    begins = OF.begins(stage)
    assert OF.stage(begins) is stage
    assert OF.stage(begins - timedelta(microseconds=1)) is not stage


def test_a_calendar_with_a_stage_missing_doubled_or_out_of_order_is_refused():
    starts = [Start(stage, moment) for stage, moment in STARTS.items()]
    swapped = [Start(starts[0].stage, starts[1].at), Start(starts[1].stage, starts[0].at)]
    same = [*starts[:-1], Start(starts[-1].stage, starts[-2].at)]
    for wrong in (starts[:-1], [*starts, starts[0]], [*swapped, *starts[2:]], same):
        with no("rounds.calendar_order"):
            calendar(wrong)


@given(opens=st.dates(date(2026, 1, 10), date(2026, 4, 20)))
def test_the_proposed_calendar_is_a_calendar(opens):
    starts = usual_starts(at(opens - timedelta(days=5)), opens)
    of = calendar([Start(stage, moment) for stage, moment in starts.items()])
    assert day_of(of.begins(Stage.BUDGET)) <= date(2026, 9, 1)


def stage_table() -> str:
    """Role × act × stage, for a human to read."""
    width = max(len(act) for act in Act)
    lines = []
    for role in sorted({role for roles in ROLES.values() for role in roles}):
        lines.append(role)
        for act in Act:
            if role in ROLES[act]:
                stages = [str(stage) for stage in ORDER if act in ALLOWED[stage]]
                lines.append(f"  {act:<{width}}  {' '.join(stages)}")
        lines.append("")
    return "\n".join(lines)


def test_who_may_do_what_in_which_stage_is_as_reviewed():
    assert set(ROLES) == set(Act)
    assert set(ALLOWED) == set(Stage)
    table = stage_table()
    print(table)
    assert table == REVIEWED.read_text(encoding="utf-8"), "read it, then replace stages.txt"
