"""The office of the maslikhat records what the maslikhat decided on each project of the draft."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, Field

from app.core.database import transaction
from app.core.money import read_tenge
from app.core.refusal import Refusal
from app.decisions.actions import record_approval
from app.decisions.models import Body, Said
from app.decisions.queries import newest_words, voted_on
from app.decisions.rules import Approval
from app.followup.actions import open_works
from app.proposals.photos import keep_scan
from app.rounds.calendar import Act, why_not_now
from app.rounds.models import Round
from app.rounds.queries import calendar_of
from app.web.doors import MaslikhatOffice
from app.web.forms import Day, Filled, Form, Posted, blank, fill
from app.web.on_ballot import OnBallot, counted_round, lines_of, round_links, rows_said
from app.web.render import page, see_other
from app.web.shrunk_view import shrunk_view
from app.web.visit import Visit

router = APIRouter()


class ApprovalForm(BaseModel):
    """The maslikhat's decision."""

    number: Annotated[str, Field(max_length=40)]
    decided_on: Day


@dataclass(frozen=True, slots=True)
class Draft:
    """The projects before the maslikhat, and those that are not."""

    waiting: tuple[OnBallot, ...]
    heard: tuple[OnBallot, ...]
    outside: tuple[OnBallot, ...]


@router.get("/{lang}/{slug}/approval")
def newest(visit: MaslikhatOffice) -> Response:
    """The draft budget of the newest counted round."""
    of = counted_round(visit)
    if of is None:
        return page(visit, "decisions/none_yet.html")
    return _show(visit, of)


@router.get("/{lang}/{slug}/approval/{key}")
def show(visit: MaslikhatOffice, key: str) -> Response:
    """The draft budget of this round."""
    return _show(visit, _need(visit, key))


@router.post("/{lang}/{slug}/approval/{key}")
def keep(visit: MaslikhatOffice, key: str, posted: Form) -> Response:
    """Records the decision and opens the works of what was approved."""
    of = _need(visit, key)
    round_id = of.id
    form = fill(ApprovalForm, posted)
    if form.value is None:
        return _show(visit, of, form, 422)
    name = visit.by_name
    try:
        with transaction(visit.session):
            now = visit.clock.now()
            words = record_approval(
                visit.session,
                district_id=visit.district.id,
                round_id=round_id,
                number=form.value.number,
                decided_on=form.value.decided_on,
                approvals=_approvals(visit, round_id, posted),
                scan_id=_scan(visit, posted),
                by_name=name,
                now=now,
            )
            before = newest_words(visit.session, district_id=visit.district.id, round_id=round_id)
            for word in words:
                promised = before[word.proposal_id][Body.AKIM].ends_on
                if word.said == Said.DECLINED or word.amount is None or promised is None:
                    continue
                open_works(
                    visit.session,
                    district_id=visit.district.id,
                    proposal_id=word.proposal_id,
                    planned=word.amount,
                    promised_on=promised,
                    by_name=name,
                    now=now,
                )
    except Refusal as why:
        return _show(visit, _need(visit, key), form.refused(why), 422)
    return see_other(visit, f"{visit.here}/approval/{key}")


def _need(visit: Visit, key: str) -> Round:
    of = counted_round(visit, key)
    if of is None:
        raise HTTPException(404)
    return of


def _approvals(visit: Visit, round_id: str, posted: Posted) -> dict[str, Approval]:
    projects = voted_on(visit.session, district_id=visit.district.id, round_id=round_id)
    found = {}
    for number, said, reason_kk, reason_ru, amount in rows_said(posted, projects):
        if said not in (Said.AGREED, Said.DECLINED):
            raise Refusal("form.choice", field=f"said-{number}")
        approved = said == Said.AGREED
        found[projects[number].id] = Approval(
            approved=approved,
            amount=_amount(number, amount) if approved else None,
            reason_kk=reason_kk,
            reason_ru=reason_ru,
        )
    return found


def _amount(number: str, typed: str) -> int:
    try:
        return read_tenge(typed)
    except Refusal as why:
        code = "form.missing" if not typed else why.code
        raise Refusal(code, field=f"amount-{number}") from None


def _scan(visit: Visit, posted: Posted) -> str | None:
    files = posted.files.get("scan")
    if not files:
        return None
    try:
        return keep_scan(
            visit.session, district_id=visit.district.id, data=files[0].data, now=visit.now
        ).id
    except Refusal as why:
        raise why.at("scan") from None


def _show(
    visit: Visit, of: Round, form: Filled[ApprovalForm] | None = None, status: int = 200
) -> Response:
    lines = lines_of(visit, of)
    waiting = tuple(one for one in lines if one.in_draft and Body.MASLIKHAT not in one.heard)
    no = why_not_now(Act.RECORD_APPROVAL, calendar_of(visit.session, round_id=of.id), visit.now)
    return page(
        visit,
        "decisions/approval.html",
        status=status,
        form=form or _typed(waiting),
        key=of.key,
        action=f"{visit.here}/approval/{of.key}",
        rounds=round_links(visit, "approval", of),
        draft=Draft(
            waiting=waiting,
            heard=tuple(one for one in lines if Body.MASLIKHAT in one.heard),
            outside=tuple(one for one in lines if not one.in_draft),
        ),
        no=no,
        shrunk=shrunk_view(visit, of),
    )


def _typed(waiting: tuple[OnBallot, ...]) -> Filled[ApprovalForm]:
    """The sums of the draft, and the reasons that were given where it goes against the vote."""
    typed: dict[str, object] = {}
    for one in waiting:
        typed[f"amount-{one.number}"] = one.amount
        typed[f"reason_kk-{one.number}"] = one.reason_kk
        typed[f"reason_ru-{one.number}"] = one.reason_ru
    return blank(**typed)
