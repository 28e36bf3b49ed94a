"""What a review must hold, and how the answer's clock runs. Pure."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.clock import at
from app.core.refusal import Refusal
from app.core.workdays import TermState, WorkCalendar
from app.proposals.models import Proposal, Status, Verdict
from app.proposals.reasons import COMPLAINT, REASONS, months_later, words_for
from app.proposals.review_rules import (
    Preparation,
    forward_by,
    term_of,
    what_is_missing,
    why_not_answer,
    why_not_extend,
    with_ready_words,
)
from app.rounds.calendar import Act, Start, calendar
from tests.town import STARTS

# Nauryz 2026: 21-23 March are holidays, a weekend among them; 24 and 25 are given, say.
NAURYZ = WorkCalendar(off=frozenset({date(2026, 3, n) for n in (21, 22, 23, 24, 25)}))
TODAY = date(2026, 3, 10)
CALENDAR = calendar([Start(stage, moment) for stage, moment in STARTS.items()])
ADMIT = Preparation(
    verdict=Verdict.ADMIT,
    price=3_000_000,
    title_kk="Көше шамдары",
    title_ru="Уличные фонари",
    short_kk="Алты шам.",
    short_ru="Шесть фонарей.",
    reason_kk="Бағасы порталдан алынды.",
    reason_ru="Цена взята с портала.",
)
NO_MONEY = Preparation(
    verdict=Verdict.REFUSE,
    reason_code="no_money",
    needed=20_000_000,
    available=12_000_000,
    went_to_kk="Барлық қаражат жолға бөлінді.",
    went_to_ru="Все средства ушли на дорогу.",
    again_on=date(2027, 2, 1),
)


def missing(of: Preparation, *, cap: int | None = 5_000_000, fits: bool = True) -> dict[str, str]:
    found = what_is_missing(
        with_ready_words(of), cap=cap, envelope=12_000_000, today=TODAY, direction_fits=fits
    )
    return {one.field: one.code for one in found}


def proposal(**over: object) -> Proposal:
    values = {
        "id": "p",
        "district_id": "d",
        "round_id": "r",
        "status": Status.SUBMITTED,
        "number": "2026-0001",
        "submitted_at": at(date(2026, 3, 2), 10),
        "started_at": at(date(2026, 3, 2), 10),
        "due": date(2026, 3, 27),
        **over,
    }
    return Proposal(**values)


def test_a_whole_preparation_lacks_nothing() -> None:
    assert missing(ADMIT) == {}
    assert missing(NO_MONEY) == {}


def test_a_price_has_its_bounds() -> None:
    assert missing(replace(ADMIT, price=None)) == {"price": "form.missing"}
    assert missing(replace(ADMIT, price=0)) == {"price": "form.too_small"}
    assert missing(replace(ADMIT, price=5_000_000)) == {}
    assert missing(replace(ADMIT, price=5_000_001)) == {"price": "review.over_cap"}
    assert missing(replace(ADMIT, price=12_000_001), cap=None) == {"price": "review.over_envelope"}


def test_a_price_that_published_files_keep_for_withdrawn_projects_is_refused() -> None:
    found = what_is_missing(
        with_ready_words(replace(ADMIT, price=999_999_999)),
        cap=None,
        envelope=2_000_000_000,
        today=TODAY,
        direction_fits=True,
    )
    assert {one.field: one.code for one in found} == {"price": "review.withdrawn_price"}


def test_what_a_round_cannot_pay_for_is_not_admitted() -> None:
    assert missing(ADMIT, fits=False) == {"": "review.not_competent"}


def test_an_answer_is_in_both_languages() -> None:
    assert missing(replace(ADMIT, reason_ru="", title_kk="")) == {
        "reason_ru": "form.missing",
        "title_kk": "form.missing",
    }
    assert missing(replace(ADMIT, short_kk="а" * 141)) == {"short_kk": "form.too_long"}


@pytest.mark.parametrize("field", ["needed", "available", "went_to_kk", "went_to_ru", "again_on"])
def test_no_money_demands_every_answer(field: str) -> None:
    none = "" if field.startswith("went") else None
    assert missing(replace(NO_MONEY, **{field: none})) == {field: "review.money_missing"}


def test_no_money_demands_that_there_is_none() -> None:
    assert missing(replace(NO_MONEY, available=20_000_000)) == {
        "available": "review.money_is_there"
    }
    assert missing(replace(NO_MONEY, again_on=TODAY)) == {"again_on": "review.again_in_past"}


def test_another_reason_needs_no_money_but_words() -> None:
    assert missing(Preparation(verdict=Verdict.REFUSE, reason_code="not_ours")) == {}
    assert missing(Preparation(verdict=Verdict.REFUSE, reason_code="other")) == {
        "reason_kk": "form.missing",
        "reason_ru": "form.missing",
    }
    assert missing(Preparation(verdict=Verdict.REFUSE)) == {"reason_code": "form.choice"}


def test_forwarding_says_to_whom() -> None:
    assert set(missing(Preparation(verdict=Verdict.FORWARD))) == {
        "forward_to_kk",
        "forward_to_ru",
        "reason_kk",
        "reason_ru",
    }


def test_a_ready_sentence_follows_its_reason_and_own_words_stay() -> None:
    first, second = REASONS[0], REASONS[2]
    assert words_for(second.code, first.kk, first.ru) == (second.kk, second.ru)
    assert words_for(second.code, "Өз сөзім", "") == ("Өз сөзім", second.ru)


def test_three_working_days_to_forward_skip_weekends_and_holidays() -> None:
    assert forward_by(at(date(2026, 3, 5), 23), NAURYZ) == date(2026, 3, 10)  # Thursday
    assert forward_by(at(date(2026, 3, 20), 9), NAURYZ) == date(2026, 3, 30)  # before Nauryz


def test_the_clock_in_words() -> None:
    def stands(day: date, **over: object) -> tuple[TermState, int]:
        term = term_of(proposal(**over), today=day, calendar=NAURYZ)
        assert term is not None
        return term.state, term.days

    assert stands(date(2026, 3, 20)) == (TermState.RUNNING, 2)  # 26 and 27 March
    assert stands(date(2026, 3, 27)) == (TermState.RUNNING, 0)
    assert stands(date(2026, 3, 29)) == (TermState.OVERDUE, 0)  # late on a Sunday
    assert stands(date(2026, 3, 31)) == (TermState.OVERDUE, 2)
    longer = {"extended_until": date(2026, 4, 10)}
    assert stands(date(2026, 3, 31), **longer) == (TermState.EXTENDED, 8)
    assert stands(date(2026, 4, 13), **longer) == (TermState.OVERDUE, 1)
    assert stands(date(2026, 4, 20), status=Status.RETURNED)[0] is TermState.WAITING


def test_a_term_is_extended_once_in_time_and_by_two_months() -> None:
    def why(
        of: Proposal, until: date, today: date = TODAY, text: str = "Сметаны күтудеміз"
    ) -> object:
        return why_not_extend(of, until=until, why_kk=text, why_ru=text, today=today)

    assert why(proposal(), date(2026, 5, 27)) is None
    assert why(proposal(), date(2026, 5, 28)) == Refusal(
        "review.extend_too_far", field="until", last=date(2026, 5, 27)
    )
    assert why(proposal(), date(2026, 3, 27)) == Refusal(
        "review.extend_later", field="until", due=date(2026, 3, 27)
    )
    late = why(proposal(), date(2026, 4, 27), today=date(2026, 3, 28))
    assert late == Refusal("review.term_over")
    again = why(proposal(extended_until=date(2026, 4, 1)), date(2026, 4, 27))
    assert again == Refusal("review.extended_once", until=date(2026, 4, 1))
    assert why(proposal(), date(2026, 4, 27), text="") is not None
    assert why(proposal(status=Status.ADMITTED), date(2026, 4, 27)) == Refusal("review.answered")


def test_after_the_vote_opened_only_a_no_can_be_said() -> None:
    voting = at(date(2026, 4, 10))
    assert why_not_answer(Act.ISSUE, Verdict.ADMIT, CALENDAR, voting) == Refusal("review.too_late")
    assert why_not_answer(Act.ISSUE, Verdict.RETURN, CALENDAR, voting) == Refusal("review.too_late")
    assert why_not_answer(Act.ISSUE, Verdict.REFUSE, CALENDAR, voting) is None
    assert why_not_answer(Act.ISSUE, Verdict.FORWARD, CALENDAR, voting) is None
    early = why_not_answer(Act.REVIEW, Verdict.REFUSE, CALENDAR, at(date(2026, 1, 25)))
    assert early is not None
    assert early.code == "rounds.not_yet"


def test_a_complaint_has_three_months() -> None:
    assert COMPLAINT.ends(date(2026, 11, 30)) == date(2027, 2, 28)
    assert COMPLAINT.ends(date(2026, 3, 10)) == date(2026, 6, 10)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 30))
def test_months_later_stays_in_its_month(day: date, months: int) -> None:
    later = months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1
