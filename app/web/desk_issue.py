"""The akim's batch: what is prepared, read, chosen, and issued with one press."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from app.core.clock import day_of
from app.core.database import transaction
from app.core.refusal import Refusal
from app.places.queries import work_calendar
from app.proposals.models import Verdict
from app.proposals.reasons import COMPLAINT
from app.proposals.review_actions import issue, seal_of
from app.proposals.review_queries import Ready, ready_to_issue, states_of
from app.proposals.review_rules import forward_by, preparation_of, why_not_answer
from app.rounds.calendar import Act
from app.rounds.queries import calendars_of
from app.web.desk import Clocked, clocked
from app.web.desk_reading import Line, prepared_lines, url_of
from app.web.doors import Akim
from app.web.forms import Filled, Form, blank, fill
from app.web.render import page, see_other
from app.web.visit import Visit

router = APIRouter()
MarkKind = Literal["ok", "bad", "late", "turn", "cur", "plain"]
MOST = 200  # answers told of after one press
# The line that decides each answer, shown before it is opened.
TELLING = {
    Verdict.ADMIT: "prep.price",
    Verdict.REFUSE: "prep.reason_code",
    Verdict.FORWARD: "prep.forward_to_",
}


class Batch(BaseModel):
    """The answers chosen: `number:seal` of each."""

    chosen: list[str] = []


@dataclass(frozen=True, slots=True)
class Waiting:
    """One prepared answer."""

    value: str
    chosen: bool
    url: str
    number: str
    title: str
    lang: str
    answer: str  # a label's code
    brief: str  # what decides it: the price, the ground, to whom
    prepared_by: str
    clock: Clocked
    lines: tuple[Line, ...]
    complain_until: date | None
    forward_by: date | None
    why_not: Refusal | None


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one answer of the last press."""

    url: str
    number: str
    title: str
    lang: str
    kind: MarkKind
    state: str  # a label's code


@dataclass(frozen=True, slots=True)
class IssueView:
    """The batch."""

    waiting: tuple[Waiting, ...]
    told: tuple[Told, ...]
    by_order: str


@router.get("/{lang}/{slug}/desk/issue")
def show(visit: Akim, told: str = "") -> Response:
    """What waits for the akim; after a press, what became of each answer."""
    return _page(visit, told=tuple(told.split(","))[:MOST] if told else ())


@router.post("/{lang}/{slug}/desk/issue")
def press(visit: Akim, posted: Form) -> Response:
    """Issues the chosen answers, all in one transaction."""
    form = fill(Batch, posted)
    assert visit.who is not None
    chosen = []
    if form.value is not None:
        for one in form.value.chosen:
            number, _, seal = one.partition(":")
            chosen.append((number, seal))
        try:
            with transaction(visit.session):
                issue(
                    visit.session,
                    clock=visit.clock,
                    district_id=visit.district.id,
                    chosen=chosen,
                    by_name=visit.who.name,
                    by_order=visit.who.by_order,
                )
            numbers = ",".join(dict(chosen))
            return see_other(visit, f"{visit.here}/desk/issue?told={numbers}")
        except Refusal as why:
            form = form.refused(why)
    return _page(visit, form=form)


def _page(
    visit: Visit, *, form: Filled[Batch] | None = None, told: tuple[str, ...] = ()
) -> Response:
    district_id = visit.district.id
    calendars = calendars_of(visit.session, district_id=district_id)
    days = work_calendar(visit.session)
    picked = set(form.many.get("chosen", [])) if form else None
    waiting = []
    for one in ready_to_issue(visit.session, district_id=district_id, now=visit.now):
        verdict = Verdict(one.review.verdict or "")
        why_not = why_not_answer(Act.ISSUE, verdict, calendars[one.proposal.round_id], visit.now)
        submitted = one.proposal.submitted_at
        by = forward_by(submitted, days) if submitted and verdict is Verdict.FORWARD else None
        waiting.append(_waiting(visit, one, picked, why_not, by))
    view = IssueView(
        waiting=tuple(waiting),
        told=_told(visit, told),
        by_order=visit.who.by_order if visit.who else "",
    )
    shown = form or blank()
    return page(
        visit, "desk/issue.html", status=422 if shown.problems else 200, form=shown, view=view
    )


def _waiting(
    visit: Visit,
    one: Ready,
    picked: set[str] | None,
    why_not: Refusal | None,
    by: date | None,
) -> Waiting:
    number = one.proposal.number or ""
    value = f"{number}:{seal_of(one.review)}"
    verdict = Verdict(one.review.verdict or "")
    refusing = verdict is Verdict.REFUSE
    lines = prepared_lines(visit, preparation_of(one.review))
    telling = TELLING.get(verdict, "")
    if verdict is Verdict.FORWARD:
        telling += "kk" if visit.lang == "kk" else "ru"
    return Waiting(
        value=value,
        chosen=why_not is None if picked is None else value in picked,
        url=url_of(visit, number),
        number=number,
        title=one.proposal.title,
        lang=one.proposal.lang,
        answer=f"answer.{verdict}",
        brief=next((line.value for line in lines if line.code == telling), ""),
        prepared_by=one.review.prepared_by,
        clock=clocked(one.term),
        lines=lines,
        complain_until=COMPLAINT.ends(day_of(visit.now)) if refusing else None,
        forward_by=by,
        why_not=why_not,
    )


def _told(visit: Visit, numbers: tuple[str, ...]) -> tuple[Told, ...]:
    """How these stand now, read anew: what was skipped shows what it has become."""
    if not numbers:
        return ()
    found = []
    for proposal, ready in states_of(visit.session, district_id=visit.district.id, numbers=numbers):
        answered = proposal.answered_at is not None or proposal.waiting_since is not None
        kind: MarkKind = "ok" if answered else "turn"
        state = f"status.{proposal.status}"
        if not answered and proposal.status == "submitted":
            state = "told.changed" if ready else "told.not_ready"
        number = proposal.number or ""
        found.append(
            Told(url_of(visit, number), number, proposal.title, proposal.lang, kind, state)
        )
    return tuple(found)
