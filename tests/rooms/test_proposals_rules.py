"""What is allowed with a proposal on its resident's side, without a database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.clock import at
from app.core.refusal import Refusal
from app.core.workdays import WorkCalendar
from app.proposals import rules
from app.proposals.directions import direction, directions
from app.proposals.models import Status
from app.proposals.rules import Clock, What, Where
from app.rounds.calendar import Start, calendar
from tests.town import STARTS

ROUND = calendar([Start(stage, moment) for stage, moment in STARTS.items()])
OPEN = at(date(2026, 2, 10), 12)
REVIEW = at(date(2026, 3, 10), 12)
VOTING = at(date(2026, 4, 10), 12)
GOOD = What("kk", "Мектеп жолына шам орнату", "Жол қараңғы, балалар қыста қараңғыда қайтады.", 8)
# Nauryz and the eve of it as they stood in 2026.
HOLIDAYS = WorkCalendar(off=frozenset({date(2026, 3, 9), date(2026, 3, 23), date(2026, 3, 24)}))


def codes(found: list[Refusal]) -> dict[str, str]:
    return {why.field: why.code for why in found}


def test_a_draft_is_begun_in_its_stage_by_people_on_the_roll() -> None:
    why = rules.why_not_start
    assert why(on_roll=True, drafts=0, of=ROUND, now=OPEN) is None
    assert why(on_roll=False, drafts=0, of=ROUND, now=OPEN) == Refusal("proposals.not_on_roll")
    late = why(on_roll=True, drafts=0, of=ROUND, now=REVIEW)
    assert late == Refusal("rounds.closed", closed=at(date(2026, 3, 1)))
    early = why(on_roll=True, drafts=0, of=ROUND, now=at(date(2026, 1, 25)))
    assert early == Refusal("rounds.not_yet", opens=at(date(2026, 2, 1)))
    full = why(on_roll=True, drafts=rules.MOST_DRAFTS, of=ROUND, now=OPEN)
    assert full == Refusal("proposals.too_many_drafts", most=rules.MOST_DRAFTS)


@pytest.mark.parametrize("status", Status)
def test_only_drafts_and_what_was_returned_can_be_written_on(status: Status) -> None:
    open_now = rules.why_not_edit(status=status, of=ROUND, now=OPEN)
    assert (open_now is None) == (status in (Status.DRAFT, Status.RETURNED))
    in_review = rules.why_not_edit(status=status, of=ROUND, now=REVIEW)
    assert (in_review is None) == (status == Status.RETURNED)
    assert rules.why_not_edit(status=status, of=ROUND, now=VOTING) is not None


@pytest.mark.parametrize("status", Status)
def test_a_proposal_is_withdrawn_until_the_vote_begins(status: Status) -> None:
    before = rules.why_not_withdraw(status=status, of=ROUND, now=REVIEW)
    assert (before is None) == (status in rules.WITHDRAWABLE)
    assert rules.why_not_withdraw(status=status, of=ROUND, now=VOTING) is not None


def test_the_first_step_says_everything_that_is_wrong_at_once() -> None:
    assert rules.wrong_in_what(GOOD) == []
    assert codes(rules.wrong_in_what(What("", "", "", None))) == {
        "title": "form.missing",
        "body": "form.missing",
        "text_lang": "form.choice",
        "direction": "proposals.no_direction",
    }
    assert codes(rules.wrong_in_what(What("en", "ш" * 121, "ш" * 4001, 20))) == {
        "title": "form.too_long",
        "body": "form.too_long",
        "text_lang": "form.choice",
        "direction": "proposals.no_direction",
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Шам", "form.too_short"),
        ("12345678 90 !!", "form.too_short"),
        ("需要一条新的道路和一盏灯", "proposals.other_script"),
        ("مدرسة جديدة في القرية", "proposals.other_script"),
        ("Lamps on Abay street", ""),
        ("<script>alert(1)</script>", ""),  # words like any others: the page escapes them
    ],
)
def test_a_title_is_words_that_the_office_can_read(text: str, code: str) -> None:
    why = rules.why_not_text(text, *rules.TITLE, field="title")
    assert (why.code if why else "") == code


def test_the_second_step_takes_a_settlement_of_this_district_or_all_of_it() -> None:
    here = {"315446100"}
    assert rules.wrong_in_where(Where("315446100", "Абай көшесі"), settlements=here) == []
    assert rules.wrong_in_where(Where(None, "Абай көшесі"), settlements=here) == []
    wrong = rules.wrong_in_where(Where("315443100", "", None, "а" * 501), settlements=here)
    assert codes(wrong) == {
        "settlement": "form.choice",
        "place": "form.missing",
        "contribution": "form.too_long",
    }


def test_an_answer_is_owed_in_fifteen_working_days() -> None:
    assert rules.started(date(2026, 2, 10), WorkCalendar()).due == date(2026, 3, 3)
    assert rules.started(date(2026, 3, 6), HOLIDAYS).due == date(2026, 4, 1)


def test_the_clock_goes_on_where_it_stood_when_the_proposal_was_returned() -> None:
    clock = Clock(due=date(2026, 3, 3), waiting_since=date(2026, 2, 17))
    left = HOLIDAYS.between(date(2026, 2, 17), date(2026, 3, 3))
    again = rules.continued(clock, date(2026, 3, 5), HOLIDAYS)
    assert HOLIDAYS.between(date(2026, 3, 5), again.due) == left == 10
    assert again.waiting_since is None


def test_an_extended_clock_keeps_its_first_term() -> None:
    clock = Clock(date(2026, 3, 3), date(2026, 3, 20), date(2026, 3, 12))
    again = rules.continued(clock, date(2026, 3, 16), WorkCalendar())
    assert again == Clock(date(2026, 3, 3), date(2026, 3, 24))


@given(
    st.dates(date(2026, 2, 1), date(2026, 3, 1)),
    st.integers(0, 40),
    st.integers(0, 40),
)
def test_no_correction_takes_a_day_from_the_office_or_from_the_resident(
    handed_in: date, read: int, waited: int
) -> None:
    calendar = HOLIDAYS
    due = rules.started(handed_in, calendar).due
    returned = handed_in + timedelta(days=read)
    back = returned + timedelta(days=waited)
    again = rules.continued(Clock(due, None, returned), back, calendar).due
    assert calendar.works(again)
    assert calendar.between(back, again) == max(calendar.between(returned, due), 3)


def test_receipt_numbers_follow_one_another_in_their_year() -> None:
    assert rules.next_number(2026, None) == "2026-0001"
    assert rules.next_number(2026, "2026-0031") == "2026-0032"
    assert rules.next_number(2026, "2026-9999") == "2026-10000"


def test_the_nineteen_directions_begin_with_what_a_round_can_pay_for() -> None:
    found = directions()
    assert sorted(one.n for one in found) == list(range(1, 20))
    assert [one.payable for one in found] == [True] * 10 + [False] * 9
    assert direction(8).name("kk") == "Елді мекендердегі көшелерді жарықтандыру"
    assert all(one.name(lang) and one.short(lang) for one in found for lang in ("kk", "ru", "en"))
