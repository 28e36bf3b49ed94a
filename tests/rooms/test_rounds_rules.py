"""The rules page as one canonical text, its hash, and the seed of the draw."""

import json
from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.clock import at
from app.rounds.calendar import Start, calendar
from app.rounds.models import Round
from app.rounds.rules import (
    ProjectLine,
    Settings,
    canonical,
    draw_value,
    rules_of,
    rules_sha256,
    seed_of,
    settings_of,
    why_not_draw_value,
    why_not_key,
    why_not_settings,
)
from tests.town import STARTS

OF = calendar([Start(stage, moment) for stage, moment in STARTS.items()])
GOOD = Settings(
    budget_year=2027,
    envelope=12_000_000,
    envelope_basis_kk="Әкімнің өтініші",
    envelope_basis_ru="Заявление акима",
    of_age_on=date(2026, 4, 27),
    roll_shown_on=date(2026, 3, 21),
    roll_closes_on=date(2026, 4, 5),
    draw_day=date(2026, 4, 28),
    price_cap=6_000_000,
)
PROJECTS = (
    ProjectLine(1, "Шамдар", "Лампы", 5_200_000),
    ProjectLine(2, "Құдық", "Колодец", 2_200_000),
)


def a_round(**over: object) -> Round:
    settings = {name: getattr(GOOD, name) for name in Settings.__dataclass_fields__}
    return Round(id="r", district_id="d", key="2026", **{**settings, **over})


def test_a_round_of_before_keeps_the_hash_that_it_had():
    """The hash was computed by the code as it stood before there was a second rule (9809746)."""
    of_before = Round(
        id="r",
        district_id="d-surat",
        key="2026",
        budget_year=2027,
        envelope=12_000_000,
        envelope_basis_kk="Әкімнің өтініші",
        envelope_basis_ru="Заявление акима",
        of_age_on=date(2026, 4, 27),
        roll_shown_on=date(2026, 3, 15),
        roll_closes_on=date(2026, 4, 1),
        draw_day=date(2026, 4, 28),
        threshold=1,
        price_cap=6_000_000,
    )
    projects = [
        ProjectLine(1, "Шамдар", "Лампы", 5_200_000),
        ProjectLine(2, "Жол", "Дорога", 4_000_000, 500_000),
    ]
    assert (
        rules_sha256(rules_of(of_before, OF, projects, kato="315446000"))
        == "c62db562ce55f81ceea8c38705be9d3be6b1c819e7a55201c773a6e2d8779fa7"
    )


def test_good_settings_pass_and_read_back():
    assert why_not_settings(GOOD, OF) is None
    assert settings_of(a_round()) == GOOD


@pytest.mark.parametrize(
    ("over", "code", "field"),
    [
        ({"budget_year": 2026}, "rounds.budget_year", "budget_year"),
        ({"budget_year": 2031}, "rounds.budget_year", "budget_year"),
        ({"envelope": 0}, "rounds.envelope", "envelope"),
        ({"most_choices": 0}, "rounds.choices", "most_choices"),
        ({"most_choices": 21}, "rounds.choices", "most_choices"),
        ({"nudge_choices": 6}, "rounds.nudge", "nudge_choices"),
        ({"price_cap": 12_000_001}, "rounds.price_cap", "price_cap"),
        ({"threshold": -1}, "rounds.threshold", "threshold"),
        ({"of_age_on": date(2026, 4, 28)}, "rounds.of_age", "of_age_on"),
        ({"roll_closes_on": date(2026, 1, 1)}, "rounds.roll_closes", "roll_closes_on"),
        ({"roll_closes_on": date(2026, 4, 6)}, "rounds.roll_closes", "roll_closes_on"),
        ({"roll_shown_on": None}, "rounds.roll_shown", "roll_shown_on"),
        ({"roll_shown_on": date(2026, 3, 22)}, "rounds.roll_shown", "roll_shown_on"),
        ({"roll_closes_on": date(2026, 4, 4)}, "rounds.roll_shown", "roll_shown_on"),
        ({"roll_shown_on": date(2026, 1, 19)}, "rounds.roll_shown_early", "roll_shown_on"),
        ({"draw_day": date(2026, 4, 6)}, "rounds.draw_day", "draw_day"),
        ({"draw_day": date(2026, 4, 30)}, "rounds.draw_day", "draw_day"),
    ],
)
def test_a_wrong_setting_is_named_at_its_field(over, code, field):
    why = why_not_settings(replace(GOOD, **over), OF)
    assert why is not None
    assert (why.code, why.field) == (code, field)


@pytest.mark.parametrize("key", ["2025", "26", "2026-1", "2026-10", "2026/2", ""])
def test_a_round_is_named_after_the_year_of_its_vote(key):
    assert why_not_key(key, OF) is not None
    assert why_not_key("2026", OF) is None
    assert why_not_key("2026-2", OF) is None


def test_the_canonical_text_is_sorted_without_spaces_and_in_utf8():
    text = canonical(rules_of(a_round(), OF, PROJECTS, kato="315446000"))
    again = json.loads(text)
    assert text == canonical(again)
    assert list(again) == sorted(again)
    assert "Шамдар".encode() in text
    assert b": " not in text
    assert rules_sha256(again) == sha256(text).hexdigest()


@pytest.mark.parametrize(
    "over",
    [
        {"envelope": 12_000_001},
        {"threshold": 2},
        {"most_choices": 4},
        {"price_cap": None},
        {"show_turnout": True},
        {"draw_day": date(2026, 4, 27)},
        {"of_age_on": date(2026, 4, 26)},
    ],
)
def test_any_change_of_a_rule_changes_the_hash(over):
    before = rules_sha256(rules_of(a_round(), OF, PROJECTS, kato="315446000"))
    assert rules_sha256(rules_of(a_round(**over), OF, PROJECTS, kato="315446000")) != before
    dearer = (replace(PROJECTS[0], price=5_200_001), PROJECTS[1])
    assert rules_sha256(rules_of(a_round(), OF, dearer, kato="315446000")) != before
    assert rules_sha256(rules_of(a_round(), OF, PROJECTS[::-1], kato="315446000")) == before
    helped = (replace(PROJECTS[0], cofinanced=1), PROJECTS[1])
    rules = rules_of(a_round(), OF, helped, kato="315446000")
    assert rules_sha256(rules) != before
    # Where nobody helps the word is not there: rules frozen before keep their hash.
    assert ["cofinanced" in one for one in rules["projects"]] == [True, False]


def test_the_seed_can_be_made_again_with_two_lines_of_any_language():
    frozen = a_round(rules_sha256="ab" * 32, draw_value="523.41")
    assert seed_of(frozen, "cd" * 32) == sha256(("ab" * 32 + "\n523.41").encode()).hexdigest()
    silent = a_round(rules_sha256="ab" * 32)
    value = "ballots:" + "cd" * 32
    assert seed_of(silent, "cd" * 32) == sha256(("ab" * 32 + "\n" + value).encode()).hexdigest()
    with pytest.raises(ValueError, match="not frozen"):
        seed_of(a_round(), "cd" * 32)


@given(whole=st.integers(10, 9999), part=st.integers(0, 99), comma=st.booleans())
def test_a_rate_has_one_form_however_it_is_typed(whole, part, comma):
    typed = f"{whole}{',' if comma else '.'}{part:02d}"
    assert why_not_draw_value(a_round(), typed, at(date(2026, 4, 28), 12)) is None
    assert draw_value(typed) == f"{whole}.{part:02d}"


@pytest.mark.parametrize("typed", ["", "523", "5.1", "12345.10", "523.411", "523.41 ", "-523.41"])
def test_what_is_no_rate(typed):
    why = why_not_draw_value(a_round(), typed, at(date(2026, 4, 28), 12))
    assert (why is None) == (typed.strip() == "523.41")


def test_a_rate_before_its_day_or_a_second_one_is_refused():
    early = why_not_draw_value(a_round(), "523.41", at(date(2026, 4, 27), 23))
    assert early is not None
    assert early.code == "rounds.draw_early"
    twice = why_not_draw_value(a_round(draw_value="523.41"), "1.10", at(date(2026, 4, 28), 12))
    assert twice is not None
    assert twice.code == "rounds.draw_known"
