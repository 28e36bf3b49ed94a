"""What is allowed when works are followed and questions asked. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.core.refusal import Refusal
from app.core.workdays import Term, WorkCalendar, term_state
from app.followup.models import Question, QuestionState, Works, WorkStage, WorkStep

STAGES = tuple(WorkStage)
# How much of the time up to the promise each stage may take, as usual in rural procurement.
SHARES: Mapping[WorkStage, float] = {
    WorkStage.PROCUREMENT: 0.35,
    WorkStage.CONTRACT: 0.45,
    WorkStage.WORKS: 0.95,
    WorkStage.ACCEPTANCE: 1.0,
}
LEAST_WORKING_DAYS = 3  # that a deputy gives an office for an answer
USUAL_WORKING_DAYS = 10  # that an office has, where a deputy names no other day


@dataclass(frozen=True, slots=True)
class Delay:
    """How late works are, in calendar days, and against which day."""

    days: int
    promised_on: date
    expected_on: date | None


def promised_steps(opened: date, promised_on: date) -> dict[WorkStage, date]:
    """A day for each stage, from the day works are opened to the day they were promised for."""
    span = max((promised_on - opened).days, 0)
    return {stage: opened + timedelta(days=int(span * SHARES[stage])) for stage in STAGES}


def delay_of(works: Works, today: date) -> Delay | None:
    """How late works are: unfinished after the promise, or finished after it."""
    end = works.ready_on or today
    if end <= works.promised_on:
        return None
    return Delay((end - works.promised_on).days, works.promised_on, works.expected_on)


def current_stage(steps: Sequence[WorkStep]) -> WorkStage | None:
    """The first stage that is not done; None when all are."""
    undone = {WorkStage(step.stage) for step in steps if step.done_on is None}
    return next((stage for stage in STAGES if stage in undone), None)


def why_not_done(
    steps: Sequence[WorkStep], *, stage: WorkStage, done_on: date, today: date
) -> Refusal | None:
    """Why a stage cannot be marked as done: out of order, done already, or in the future."""
    current = current_stage(steps)
    if current is None or STAGES.index(stage) < STAGES.index(current):
        return Refusal("followup.done_already")
    if current != stage:
        return Refusal("followup.not_this_stage")
    if done_on > today:
        return Refusal("followup.future", field="done_on")
    before = [step.done_on for step in steps if step.done_on is not None]
    if before and done_on < max(before):
        return Refusal("followup.before_last", field="done_on", last=max(before))
    return None


def why_not_contract(
    *, planned: int, contractor: str, contract_number: str, contract: int | None
) -> Refusal | None:
    """Why a contract cannot be written down: it names who, by which paper, for at most the plan."""
    if not contractor:
        return Refusal("form.missing", field="contractor")
    if not contract_number:
        return Refusal("form.missing", field="contract_number")
    if contract is None:
        return Refusal("form.missing", field="contract")
    if contract > planned:
        return Refusal("followup.above_plan", field="contract", left_tenge=planned)
    return None


def why_not_promise(works: Works, *, expected_on: date, today: date) -> Refusal | None:
    """Why a new day cannot be named: it is ready, or the day is no later than what was said."""
    if works.ready_on is not None:
        return Refusal("followup.ready_already")
    earliest = max(today, works.promised_on + timedelta(days=1))
    if expected_on < earliest:
        return Refusal("followup.not_later", field="expected_on", earliest=earliest)
    return None


def why_not_pay(
    *, planned: int, paid: int, amount: int, paid_on: date, today: date
) -> Refusal | None:
    """Why a payment cannot be recorded: nothing, more than approved, less than nothing, future."""
    if amount == 0:
        return Refusal("followup.no_amount", field="amount")
    if paid + amount > planned:
        return Refusal("followup.above_plan", field="amount", left_tenge=planned - paid)
    if paid + amount < 0:
        return Refusal("followup.below_zero", field="amount", paid_tenge=paid)
    if paid_on > today:
        return Refusal("followup.future", field="paid_on")
    return None


def why_not_ask(*, due: date, today: date, calendar: WorkCalendar) -> Refusal | None:
    """Why a question cannot have this target date."""
    earliest = calendar.after(today, LEAST_WORKING_DAYS)
    if due < earliest:
        return Refusal("followup.too_soon", field="due", earliest=earliest)
    return None


def question_term(question: Question, *, today: date, calendar: WorkCalendar) -> Term:
    """How a question's clock stands: running, overdue in working days, or answered."""
    return term_state(
        due=question.due,
        extended_until=None,
        waiting=False,
        answered=question.state in (QuestionState.ANSWERED, QuestionState.ACCEPTED),
        today=today,
        calendar=calendar,
    )


def why_not_answer(question: Question) -> Refusal | None:
    """Why a question cannot be answered now."""
    if question.state not in (QuestionState.OPEN, QuestionState.NOT_ACCEPTED):
        return Refusal("followup.answered_already")
    return None


def why_not_judge(question: Question, *, office_id: str | None) -> Refusal | None:
    """Why an answer cannot be accepted or refused: only its asker may, once it is there."""
    if question.asked_office_id != office_id:
        return Refusal("followup.not_yours")
    if question.state != QuestionState.ANSWERED:
        return Refusal("followup.no_answer_yet")
    return None
