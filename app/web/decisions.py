"""The akim's decision on each project that was voted on, and what the raion does with it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, Field
from sqlmodel import select

from app.core.database import transaction
from app.core.refusal import Refusal
from app.decisions.actions import say
from app.decisions.models import Body, Said, Word
from app.decisions.queries import words_about
from app.decisions.reasons import NOT_RECOMMENDED, REASONS, WORDS_NO, WORDS_YES, ready, ready_words
from app.decisions.rules import Saying, departs, in_draft_budget
from app.people.models import Role
from app.proposals.models import Proposal, Status
from app.proposals.photos import keep_scan
from app.rounds.calendar import Act, why_not_now
from app.rounds.models import Round
from app.rounds.queries import calendar_of, round_of
from app.web.doors import Akim, Clerk, Desk
from app.web.forms import Day, Filled, Form, Posted, Tenge, blank, fill
from app.web.on_ballot import OnBallot, counted_round, line_of, lines_of, round_links
from app.web.render import page, see_other
from app.web.shrunk_view import ShrunkView, shrunk_view
from app.web.visit import Visit
from app.web.word_view import WordView, words_view
from app.words import phrases

router = APIRouter()
Text = Annotated[str, Field(max_length=4000)]
Number = Annotated[str, Field(max_length=40)]
ACT_TYPES = ("decision", "order")
CORRECTION = {"corrects_why_kk", "corrects_why_ru", "version"}


class DecisionForm(BaseModel):
    """What the akim publishes of one project."""

    said: Literal["agreed", "part", "declined"]
    amount: Tenge | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    reason_code: Annotated[str, Field(max_length=40)] = ""
    reason_kk: Text = ""
    reason_ru: Text = ""
    words_kk: Text = ""
    words_ru: Text = ""
    act_type: Literal["decision", "order"] = "decision"
    act_number: Number = ""
    act_date: Day | None = None
    corrects_why_kk: Text = ""
    corrects_why_ru: Text = ""
    version: int = 0
    confirm: str = ""


class RaionForm(BaseModel):
    """What the raion did with a project of the draft budget."""

    said: Literal["agreed", "part", "declined"]
    amount: Tenge | None = None
    reason_kk: Text = ""
    reason_ru: Text = ""
    act_number: Number = ""
    act_date: Day | None = None
    corrects_why_kk: Text = ""
    corrects_why_ru: Text = ""
    version: int = 0
    confirm: str = ""


@dataclass(frozen=True, slots=True)
class Writing:
    """The form on a project's page: whose it is, and why it may not be filled in now."""

    body: str
    action: str
    version: int
    no: Refusal | None
    reasons: tuple[tuple[str, str], ...]
    acts: tuple[tuple[str, str], ...]
    options: tuple[tuple[str, str], ...]


@router.get("/{lang}/{slug}/desk/decisions")
def newest(visit: Desk) -> Response:
    """Every project of the newest counted round with what each body said."""
    of = counted_round(visit)
    if of is None:
        return page(visit, "decisions/none_yet.html")
    return _list(visit, of)


@router.get("/{lang}/{slug}/desk/decisions/round/{key}")
def of_round(visit: Desk, key: str) -> Response:
    """The same of another round."""
    of = counted_round(visit, key)
    if of is None:
        raise HTTPException(404)
    return _list(visit, of)


@router.get("/{lang}/{slug}/desk/decisions/{number}")
def show(visit: Desk, number: str) -> Response:
    """One project: what was said, and the form of whoever has a word now."""
    return _show(visit, _need(visit, number))


@router.post("/{lang}/{slug}/desk/decisions/{number}")
def publish(visit: Akim, number: str, posted: Form) -> Response:
    """Publishes the akim's decision, or a new version of it."""
    form = fill(DecisionForm, posted).unseen("version")
    return _publish(visit, number, posted, form, Body.AKIM)


@router.post("/{lang}/{slug}/desk/decisions/{number}/raion")
def keep_raion(visit: Clerk, number: str, posted: Form) -> Response:
    """Records what the raion kept, reduced or removed."""
    form = fill(RaionForm, posted).unseen("version")
    return _publish(visit, number, posted, form, Body.RAION)


def _publish(
    visit: Visit,
    number: str,
    posted: Posted,
    form: Filled[DecisionForm] | Filled[RaionForm],
    body: Body,
) -> Response:
    proposal = _need(visit, number)
    if form.value is None:
        return _show(visit, proposal, form, 422)
    saying = _saying(form.value, body)
    recommended = proposal.status == Status.RECOMMENDED
    if departs(saying.said, recommended=recommended) and not form.value.confirm:
        why = Refusal("decisions.confirm_departure", field="confirm")
        return _show(visit, proposal, form.refused(why), 422)
    who = visit.who
    assert who is not None
    try:
        with transaction(visit.session):
            say(
                visit.session,
                district_id=visit.district.id,
                proposal_id=proposal.id,
                saying=_with_scan(visit, saying, posted, proposal.id),
                by_name=who.name,
                by_order=who.by_order,
                expected_version=form.value.version,
                now=visit.clock.now(),
            )
    except Refusal as why:
        return _show(visit, _need(visit, number), form.refused(why), 422)
    return see_other(visit, f"{visit.here}/desk/decisions/{number}")


def _saying(form: DecisionForm | RaionForm, body: Body) -> Saying:
    given = form.model_dump(exclude={"version", "confirm", "said"})
    if (found := ready(given.get("reason_code", ""))) is not None:
        given["reason_kk"] = given["reason_kk"] or found.kk
        given["reason_ru"] = given["reason_ru"] or found.ru
    said = Said(form.said)
    if body is Body.RAION:
        given["act_type"] = "raion"
    else:
        given |= {name: ready_words(said, given[name]) for name in ("words_kk", "words_ru")}
    return Saying(body=body, said=said, **given)


def _with_scan(visit: Visit, saying: Saying, posted: Posted, proposal_id: str) -> Saying:
    files = posted.files.get("scan")
    if not files:
        return saying
    try:
        scan = keep_scan(
            visit.session,
            district_id=visit.district.id,
            data=files[0].data,
            now=visit.now,
            proposal_id=proposal_id,
        )
    except Refusal as why:
        raise why.at("scan") from None
    return replace(saying, scan_id=scan.id)


def _need(visit: Visit, number: str) -> Proposal:
    """The proposal if it was voted on in a counted round of this district."""
    found = visit.session.exec(
        select(Proposal).where(Proposal.district_id == visit.district.id, Proposal.number == number)
    ).first()
    if found is None or found.status not in (Status.RECOMMENDED, Status.NOT_RECOMMENDED):
        raise HTTPException(404)
    of = round_of(visit.session, district_id=visit.district.id, round_id=found.round_id)
    if of is None or of.imported_from:
        raise HTTPException(404)
    return found


def _list(visit: Visit, of: Round) -> Response:
    lines: tuple[OnBallot, ...] = lines_of(visit, of)
    return page(
        visit,
        "decisions/list.html",
        key=of.key,
        lines=lines,
        rounds=round_links(visit, "desk/decisions/round", of),
        open=sum(1 for one in lines if Body.AKIM not in one.heard),
        shrunk=shrunk_view(visit, of),
    )


def _show(
    visit: Visit,
    proposal: Proposal,
    form: Filled[DecisionForm] | Filled[RaionForm] | None = None,
    status: int = 200,
) -> Response:
    said = words_about(visit.session, district_id=visit.district.id, proposal_id=proposal.id)
    writing = _writing(visit, proposal, said)
    views: tuple[WordView, ...] = words_view(visit, said)
    return page(
        visit,
        "decisions/one.html",
        status=status,
        form=form or _typed(proposal, writing, said),
        line=line_of(visit, proposal, {Body(word.body): word for word in said}),
        words=views,
        writing=writing,
        shrunk=_shrunk(visit, proposal),
    )


def _shrunk(visit: Visit, proposal: Proposal) -> ShrunkView | None:
    of = round_of(visit.session, district_id=proposal.district_id, round_id=proposal.round_id)
    return shrunk_view(visit, of) if of is not None else None


def _writing(visit: Visit, proposal: Proposal, said: Sequence[Word]) -> Writing | None:
    """The form that this visitor has here; None for whoever only reads."""
    role = visit.who.role if visit.who else None
    body = Body.AKIM if role is Role.AKIM else Body.RAION
    act = Act.DECIDE if body is Body.AKIM else Act.RECORD_RAION
    calendar = calendar_of(visit.session, round_id=proposal.round_id)
    no = why_not_now(act, calendar, visit.now)
    newest = {Body(word.body): word for word in said}
    if body is Body.RAION and (no is not None or not in_draft_budget(newest)):
        return None
    path = f"{visit.here}/desk/decisions/{proposal.number}"
    label = phrases.label
    return Writing(
        body=body,
        action=path if body is Body.AKIM else f"{path}/raion",
        version=newest[body].version if body in newest else 0,
        no=no,
        reasons=tuple((one.code, label(one.label, visit.lang)) for one in REASONS if one.kk),
        acts=tuple((one, label(f"act.{one}", visit.lang)) for one in ACT_TYPES),
        options=tuple((one, label(f"said.{body}_{one}", visit.lang)) for one in Said),
    )


def _typed(
    proposal: Proposal, writing: Writing | None, said: Sequence[Word]
) -> Filled[DecisionForm]:
    """What the form opens with: the newest version, else what follows from the vote."""
    if writing is None:
        return blank()
    newest = next((word for word in reversed(said) if word.body == writing.body), None)
    if newest is not None:
        names = set(DecisionForm.model_fields) & set(Word.model_fields) - CORRECTION
        return blank(**{name: getattr(newest, name) for name in names})
    if proposal.status == Status.RECOMMENDED:
        before = [word.amount for word in said if word.amount]
        amount = before[-1] if before else proposal.price
        if amount is not None and proposal.price is not None and amount < proposal.price:
            return blank(said=Said.PART, amount=amount, act_type=ACT_TYPES[0])
        kk, ru = WORDS_YES
        return blank(
            said=Said.AGREED, amount=amount, words_kk=kk, words_ru=ru, act_type=ACT_TYPES[0]
        )
    kk, ru = WORDS_NO
    return blank(
        said=Said.DECLINED,
        reason_code=NOT_RECOMMENDED.code,
        words_kk=kk,
        words_ru=ru,
        act_type=ACT_TYPES[0],
    )
