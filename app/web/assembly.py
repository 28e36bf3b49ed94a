"""The assembly of the local community: its agenda and minutes on paper, and its word recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, Field

from app.core.database import transaction
from app.core.refusal import Refusal
from app.decisions.actions import record_assembly
from app.decisions.models import Assembly, Body, Said, Word
from app.decisions.queries import assemblies_of, newest_words, result_of, voted_on
from app.decisions.rules import NOTICE_DAYS, Meeting, Verdict, quorum
from app.proposals.models import Proposal
from app.proposals.photos import keep_scan
from app.rounds.calendar import Act, why_not_now
from app.rounds.models import Round
from app.rounds.queries import calendar_of
from app.web.doors import Clerk, Desk
from app.web.forms import Day, Filled, Form, Posted, blank, fill
from app.web.on_ballot import OnBallot, counted_round, lines_of, round_links, rows_said
from app.web.render import page, see_other
from app.web.visit import Visit
from app.words import formats

router = APIRouter()
Line = Annotated[str, Field(max_length=200)]
Text = Annotated[str, Field(max_length=6000)]


class MeetingForm(BaseModel):
    """The five things the law wants in the minutes, and the notice."""

    number: Annotated[str, Field(max_length=20)]
    notice_on: Day
    held_on: Day
    place: Line
    eligible: Annotated[int, Field(ge=1, le=1000)]
    present: Annotated[int, Field(ge=0, le=1000)]
    names: Text
    chair: Line
    secretary: Line
    speeches_kk: Text = ""
    speeches_ru: Text = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A meeting that is recorded."""

    number: str
    day: str
    present: str
    minutes_url: str
    scan_url: str


@dataclass(frozen=True, slots=True)
class Item:
    """A project on the agenda, in the language of the sheet."""

    number: str
    title: str
    votes: str
    price: str
    recommended: bool
    said: str  # agreed, declined or nothing yet
    reason: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A printed sheet in one language; empty places are filled in by hand."""

    lang: str
    office: str
    raion: str
    budget_year: str
    key: str
    voters: str
    envelope: str
    spent: str
    items: tuple[Item, ...]
    meeting: Assembly | None
    day: str
    names: tuple[str, ...]
    speeches: str
    quorum: str


@router.get("/{lang}/{slug}/desk/assembly")
def newest(visit: Desk) -> Response:
    """The meeting about the newest counted round."""
    of = counted_round(visit)
    if of is None:
        return page(visit, "decisions/none_yet.html")
    return _show(visit, of, blank())


@router.get("/{lang}/{slug}/desk/assembly/{key}")
def show(visit: Desk, key: str) -> Response:
    """The meeting about this round."""
    return _show(visit, _need(visit, key), blank())


@router.post("/{lang}/{slug}/desk/assembly/{key}")
def keep(visit: Clerk, key: str, posted: Form) -> Response:
    """Records the minutes with the word on each project."""
    of = _need(visit, key)
    round_id = of.id
    form = fill(MeetingForm, posted)
    if form.value is None:
        return _show(visit, of, form, 422)
    try:
        with transaction(visit.session):
            now = visit.clock.now()
            scan = None
            if files := posted.files.get("scan"):
                scan = _scan(visit, files[0].data)
            record_assembly(
                visit.session,
                district_id=visit.district.id,
                round_id=round_id,
                meeting=Meeting(**form.value.model_dump(), scan_id=scan),
                verdicts=_verdicts(visit, round_id, posted),
                by_name=visit.by_name,
                now=now,
            )
    except Refusal as why:
        return _show(visit, _need(visit, key), form.refused(why), 422)
    return see_other(visit, f"{visit.here}/desk/assembly/{key}")


@router.get("/{lang}/{slug}/desk/assembly/{key}/agenda")
def agenda(visit: Desk, key: str) -> Response:
    """The agenda item, in Kazakh and in Russian."""
    of = _need(visit, key)
    return page(
        visit,
        "decisions/agenda.html",
        sheets=(_sheet(visit, of, "kk", None), _sheet(visit, of, "ru", None)),
        back=f"{visit.here}/desk/assembly/{key}",
    )


@router.get("/{lang}/{slug}/desk/assembly/{key}/minutes")
def minutes(visit: Desk, key: str) -> Response:
    """The minutes: a draft to be filled in by hand, or those of a recorded meeting."""
    of = _need(visit, key)
    number = visit.request.query_params.get("meeting", "")
    met = None
    if number:
        met = next((one for one in _met(visit, of) if one.number == number), None)
        if met is None:
            raise HTTPException(404)
    return page(
        visit,
        "decisions/minutes.html",
        sheets=(_sheet(visit, of, "kk", met), _sheet(visit, of, "ru", met)),
        back=f"{visit.here}/desk/assembly/{key}",
    )


def _need(visit: Visit, key: str) -> Round:
    of = counted_round(visit, key)
    if of is None:
        raise HTTPException(404)
    return of


def _met(visit: Visit, of: Round) -> Sequence[Assembly]:
    return assemblies_of(visit.session, district_id=visit.district.id, round_id=of.id)


def _scan(visit: Visit, data: bytes) -> str:
    try:
        return keep_scan(visit.session, district_id=visit.district.id, data=data, now=visit.now).id
    except Refusal as why:
        raise why.at("scan") from None


def _verdicts(visit: Visit, round_id: str, posted: Posted) -> dict[str, Verdict]:
    projects = voted_on(visit.session, district_id=visit.district.id, round_id=round_id)
    found = {}
    for number, said, reason_kk, reason_ru, _ in rows_said(posted, projects):
        if said not in (Said.AGREED, Said.DECLINED):
            raise Refusal("form.choice", field=f"said-{number}")
        found[projects[number].id] = Verdict(
            agreed=said == Said.AGREED, reason_kk=reason_kk, reason_ru=reason_ru
        )
    return found


def _show(visit: Visit, of: Round, form: Filled[MeetingForm], status: int = 200) -> Response:
    base = f"{visit.here}/desk/assembly/{of.key}"
    is_clerk = visit.who is not None and visit.who.role == "clerk"
    no = why_not_now(Act.RECORD_ASSEMBLY, calendar_of(visit.session, round_id=of.id), visit.now)
    held = tuple(
        Held(
            number=one.number,
            day=formats.day(one.held_on, visit.lang),
            present=f"{one.present} / {one.eligible}",
            minutes_url=f"{base}/minutes?meeting={one.number}",
            scan_url=f"{visit.here}/photos/{one.scan_id}" if one.scan_id else "",
        )
        for one in _met(visit, of)
    )
    lines: tuple[OnBallot, ...] = lines_of(visit, of)
    others = tuple(one for one in lines if not one.recommended)
    return page(
        visit,
        "decisions/assembly.html",
        status=status,
        form=form,
        key=of.key,
        base=base,
        rounds=round_links(visit, "desk/assembly", of),
        held=held,
        recommended=tuple(one for one in lines if one.recommended),
        others=others,
        opened=any(form.typed.get(f"said-{one.number}") for one in others),
        writes=is_clerk and no is None,
        no=no,
        notice_days=NOTICE_DAYS,
    )


def _sheet(visit: Visit, of: Round, lang: str, met: Assembly | None) -> Sheet:
    result = result_of(visit.session, district_id=visit.district.id, round_id=of.id)
    assert result is not None  # the round is counted
    projects = voted_on(visit.session, district_id=visit.district.id, round_id=of.id)
    words = newest_words(visit.session, district_id=visit.district.id, round_id=of.id)
    outcome = result.outcome
    items = []
    for step in outcome.steps:
        proposal = projects[step.project]
        word = words.get(proposal.id, {}).get(Body.ASSEMBLY) if met else None
        if word is not None and met is not None and word.assembly_id != met.id:
            word = None
        if met is not None and word is None:
            continue  # this meeting did not speak of it
        items.append(_item(proposal, word, lang, step.project in outcome.selected, step.votes))
    return Sheet(
        lang=lang,
        office=getattr(visit.district, f"name_{lang}"),
        raion=getattr(visit.district, f"raion_{lang}"),
        budget_year=str(of.budget_year),
        key=of.key,
        voters=formats.number(outcome.voters),
        envelope=formats.tenge(outcome.budget),
        spent=formats.tenge(outcome.total_cost),
        items=tuple(items),
        meeting=met,
        day=formats.day(met.held_on, lang) if met else "",
        names=tuple(line for line in met.names.splitlines() if line.strip()) if met else (),
        speeches=getattr(met, f"speeches_{lang}") if met else "",
        quorum=formats.number(quorum(met.eligible)) if met else "",
    )


def _item(proposal: Proposal, word: Word | None, lang: str, recommended: bool, votes: int) -> Item:
    return Item(
        number=str(proposal.ballot_number),
        title=getattr(proposal, f"title_{lang}") or proposal.title,
        votes=formats.number(votes),
        price=formats.tenge(proposal.price or 0),
        recommended=recommended,
        said=word.said if word else "",
        reason=getattr(word, f"reason_{lang}") if word else "",
    )
