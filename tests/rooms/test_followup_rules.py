"""What is allowed when works are followed and questions asked: pure."""

from datetime import date, timedelta
from typing import Any

import pytest

from app.core.clock import at
from app.core.refusal import Refusal
from app.core.workdays import TermState, WorkCalendar
from app.followup import rules
from app.followup.models import Question, QuestionState, Works, WorkStage, WorkStep

TODAY = date(2026, 4, 18)  # a Saturday
PROMISED = date(2026, 3, 30)


def some_works(**over: Any) -> Works:
    values: dict[str, Any] = {"planned": 3_950_000, "promised_on": PROMISED, **over}
    return Works(proposal_id="p", district_id="d-surat", opened_at=at(date(2025, 12, 24)), **values)


def steps(*done: date | None) -> list[WorkStep]:
    return [
        WorkStep(
            district_id="d-surat", proposal_id="p", stage=stage, promised_on=PROMISED, done_on=day
        )
        for stage, day in zip(WorkStage, done, strict=True)
    ]


def question(state: QuestionState, due: date = date(2026, 4, 15)) -> Question:
    return Question(
        id="q",
        district_id="d-surat",
        number=1,
        asked_by="Сәуле",
        asked_office_id="o-saule",
        lang="kk",
        text="Қашан?",
        asked_at=at(date(2026, 4, 1)),
        due=due,
        state=state,
    )


def test_stages_are_promised_between_the_opening_and_the_promise() -> None:
    opened = date(2025, 12, 24)
    days = rules.promised_steps(opened, PROMISED)
    assert list(days) == list(WorkStage)
    assert sorted(days.values()) == list(days.values())
    assert days[WorkStage.ACCEPTANCE] == PROMISED
    assert min(days.values()) > opened
    # A promise that has passed when works are opened makes every stage due at once.
    assert set(rules.promised_steps(PROMISED, opened).values()) == {PROMISED}


@pytest.mark.parametrize(
    ("works", "days"),
    [
        (some_works(), 19),
        (some_works(expected_on=date(2026, 5, 22)), 19),  # a new date does not forgive the old
        (some_works(promised_on=TODAY), None),
        (some_works(promised_on=TODAY - timedelta(days=1)), 1),
        (some_works(ready_on=PROMISED), None),
        (some_works(ready_on=date(2026, 4, 2)), 3),
    ],
)
def test_delay_is_counted_in_calendar_days_against_the_first_promise(
    works: Works, days: int | None
) -> None:
    found = rules.delay_of(works, TODAY)
    assert (found.days if found else None) == days


def test_stages_are_finished_in_order_and_not_in_the_future() -> None:
    begun = steps(date(2026, 1, 28), None, None, None)

    def why(stage: WorkStage, day: date) -> Refusal | None:
        return rules.why_not_done(begun, stage=stage, done_on=day, today=TODAY)

    assert rules.current_stage(begun) is WorkStage.CONTRACT
    assert why(WorkStage.CONTRACT, TODAY) is None
    assert why(WorkStage.CONTRACT, date(2026, 1, 28)) is None
    assert why(WorkStage.PROCUREMENT, TODAY) == Refusal("followup.done_already")
    assert why(WorkStage.WORKS, TODAY) == Refusal("followup.not_this_stage")
    assert why(WorkStage.CONTRACT, TODAY + timedelta(days=1)) == Refusal(
        "followup.future", field="done_on"
    )
    assert why(WorkStage.CONTRACT, date(2026, 1, 27)) == Refusal(
        "followup.before_last", field="done_on", last=date(2026, 1, 28)
    )
    all_done = steps(*[date(2026, 2, 1)] * 4)
    assert rules.current_stage(all_done) is None
    assert rules.why_not_done(
        all_done, stage=WorkStage.ACCEPTANCE, done_on=TODAY, today=TODAY
    ) == Refusal("followup.done_already")


@pytest.mark.parametrize(
    ("paid", "amount", "refusal"),
    [
        (0, 1000, None),
        (400, 600, None),
        (400, 601, Refusal("followup.above_plan", field="amount", left_tenge=600)),
        (400, -400, None),
        (400, -401, Refusal("followup.below_zero", field="amount", paid_tenge=400)),
        (400, 0, Refusal("followup.no_amount", field="amount")),
    ],
)
def test_payments_stay_between_nothing_and_the_plan(
    paid: int, amount: int, refusal: Refusal | None
) -> None:
    found = rules.why_not_pay(planned=1000, paid=paid, amount=amount, paid_on=TODAY, today=TODAY)
    assert found == refusal


def test_a_payment_is_not_dated_ahead() -> None:
    found = rules.why_not_pay(
        planned=1000, paid=0, amount=1, paid_on=TODAY + timedelta(days=1), today=TODAY
    )
    assert found == Refusal("followup.future", field="paid_on")


def test_a_contract_names_who_by_which_paper_and_for_how_much() -> None:
    def why(contractor: str, number: str, contract: int | None) -> Refusal | None:
        return rules.why_not_contract(
            planned=1000, contractor=contractor, contract_number=number, contract=contract
        )

    assert why("Жарық", "11", 1000) is None
    assert why("", "11", 1000) == Refusal("form.missing", field="contractor")
    assert why("Жарық", "", 1000) == Refusal("form.missing", field="contract_number")
    assert why("Жарық", "11", None) == Refusal("form.missing", field="contract")
    assert why("Жарық", "11", 1001) == Refusal(
        "followup.above_plan", field="contract", left_tenge=1000
    )


def test_a_new_promise_is_later_than_the_first_and_not_past() -> None:
    def why(day: date, **over: Any) -> Refusal | None:
        return rules.why_not_promise(some_works(**over), expected_on=day, today=TODAY)

    assert why(TODAY) is None
    assert why(TODAY - timedelta(days=1)) == Refusal(
        "followup.not_later", field="expected_on", earliest=TODAY
    )
    ahead = date(2026, 6, 1)
    assert why(ahead, promised_on=ahead) == Refusal(
        "followup.not_later", field="expected_on", earliest=ahead + timedelta(days=1)
    )
    assert why(TODAY, ready_on=PROMISED) == Refusal("followup.ready_already")


def test_an_office_has_at_least_three_working_days() -> None:
    calendar = WorkCalendar(off=frozenset({date(2026, 4, 20)}))
    # Saturday the 18th; Monday is a holiday: Tuesday, Wednesday, Thursday.
    earliest = date(2026, 4, 23)
    assert rules.why_not_ask(due=earliest, today=TODAY, calendar=calendar) is None
    assert rules.why_not_ask(due=date(2026, 4, 22), today=TODAY, calendar=calendar) == Refusal(
        "followup.too_soon", field="due", earliest=earliest
    )


@pytest.mark.parametrize(
    ("state", "due", "expected"),
    [
        (QuestionState.OPEN, date(2026, 4, 20), (TermState.RUNNING, 1)),
        (QuestionState.OPEN, date(2026, 4, 18), (TermState.RUNNING, 0)),
        (QuestionState.OPEN, date(2026, 4, 15), (TermState.OVERDUE, 2)),
        (QuestionState.NOT_ACCEPTED, date(2026, 4, 15), (TermState.OVERDUE, 2)),
        (QuestionState.ANSWERED, date(2026, 4, 15), (TermState.ANSWERED, 0)),
        (QuestionState.ACCEPTED, date(2026, 4, 15), (TermState.ANSWERED, 0)),
    ],
)
def test_a_questions_clock_runs_in_working_days(
    state: QuestionState, due: date, expected: tuple[TermState, int]
) -> None:
    term = rules.question_term(question(state, due), today=TODAY, calendar=WorkCalendar())
    assert (term.state, term.days) == expected


def test_who_may_answer_and_who_may_judge() -> None:
    for state in QuestionState:
        may_answer = state in (QuestionState.OPEN, QuestionState.NOT_ACCEPTED)
        assert (rules.why_not_answer(question(state)) is None) == may_answer
        judged = rules.why_not_judge(question(state), office_id="o-saule")
        assert (judged is None) == (state is QuestionState.ANSWERED)
        for stranger in ("o-other", None):
            assert rules.why_not_judge(question(state), office_id=stranger) == Refusal(
                "followup.not_yours"
            )
