"""What the desk shows of one proposal: itself, its clock, what is prepared for it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.core.clock import day_of
from app.core.refusal import Refusal
from app.people.models import Role
from app.places.queries import work_calendar
from app.proposals.directions import direction
from app.proposals.models import Proposal, Review, Status, Verdict
from app.proposals.pledges import promised_to
from app.proposals.queries import may_write, photos_of, similar_to
from app.proposals.reasons import LATE, REASONS, Reason
from app.proposals.review_queries import next_in_queue, queue
from app.proposals.review_rules import (
    FIELDS,
    TITLE_MOST,
    Preparation,
    forward_by,
    preparation_of,
    term_of,
    why_not_answer,
    why_not_review,
    with_ready_words,
)
from app.rounds.calendar import Act, Calendar
from app.rounds.queries import round_of
from app.web.desk import Clocked, clocked, places_of
from app.web.forms import Filled, blank
from app.web.frame import Link
from app.web.visit import Visit
from app.words import formats, phrases


def url_of(visit: Visit, number: str) -> str:
    """The desk's page of a proposal."""
    return f"{visit.here}/desk/proposals/{number}"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a prepared answer: a label's code, its value, the value's language."""

    code: str
    value: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class ReadView:
    """The proposal itself."""

    number: str
    title: str
    body: str
    lang: str
    author: str
    filed_by: str
    place: str
    direction: str
    direction_fits: bool
    estimate: int | None
    contribution: str
    submitted_at: datetime | None
    state_number: str
    status: str
    public_url: str
    text_url: str
    photos: tuple[str, ...]
    clock: Clocked | None
    extended_why: str
    forward_by: date | None
    forward_late: bool


@dataclass(frozen=True, slots=True)
class ReviewView:
    """The page of one proposal on the desk."""

    read: ReadView
    akim: bool
    why_not: Refusal | None
    tabs: tuple[Link, ...]
    verdict: str
    cap: int | None
    envelope: int
    promised: int  # by confirmed pledges to it, in tenge
    pledges_url: str
    reasons: list[tuple[str, str, str]]
    similar: tuple[tuple[str, str, str], ...]  # url, title, its language
    lines: tuple[Line, ...]
    answer: str  # a label's code
    ready: bool
    note: str
    saved: bool
    half_done: bool
    can_extend: bool
    url: str
    receipt_url: str
    next_number: str  # after half-done work was kept
    correct_url: str  # where the clerk corrects it for whoever handed it in at the office


def prepared_lines(visit: Visit, of: Preparation) -> tuple[Line, ...]:
    """A prepared answer, line by line, as it will be published."""
    of = with_ready_words(of)
    lines = []
    if of.cofinanced and of.price is not None:
        lines.append(Line("prep.whole", formats.tenge(of.price + of.cofinanced)))
    for name in FIELDS[of.verdict]:
        value = getattr(of, name)
        if value in (None, "") or (name == "cofinanced" and not value):
            continue
        lang = name[-2:] if name.endswith(("_kk", "_ru")) else ""
        if isinstance(value, int):
            shown = formats.tenge(value)
        elif isinstance(value, date):
            shown = formats.day(value, visit.lang)
        elif name == "reason_code":
            known = f"reason_code.{value}" in phrases.LABELS
            shown = phrases.label(f"reason_code.{value}", visit.lang) if known else str(value)
        else:
            shown = str(value)
        lines.append(Line(f"prep.{name}", shown, lang))
    return tuple(lines)


def chosen_of(asked: str, review: Review | None, open_now: tuple[Verdict, ...]) -> Verdict | None:
    """The verdict whose form is shown: the one asked for, the one begun, or the first."""
    for one in (asked, review.verdict if review else ""):
        if one in open_now:
            return Verdict(one)
    return open_now[0] if open_now else None


def opened(
    proposal: Proposal, review: Review | None, chosen: Verdict | None, promised: int = 0
) -> Filled[Any]:
    """The forms as they open: what was kept, with the resident's title in its own language.

    What neighbours give opens with what confirmed pledges come to (`promised`, tenge).
    """
    kept: dict[str, object] = {"state_number": proposal.state_number}
    if chosen is Verdict.ADMIT:
        kept[f"title_{proposal.lang}"] = proposal.title[:TITLE_MOST]
    if review is not None and chosen is not None:
        same = review.verdict == chosen
        for name in FIELDS[chosen]:
            value = getattr(review, name)
            if value not in (None, "") and (same or not name.startswith("reason")):
                kept[name] = value
        if chosen is Verdict.ADMIT and review.cofinanced and review.price is not None:
            kept["price"] = review.price + review.cofinanced  # the form asks for the whole cost
        elif chosen is Verdict.ADMIT:
            kept.pop("cofinanced", None)
    if chosen is Verdict.ADMIT and promised and (review is None or review.verdict != chosen):
        kept["cofinanced"] = promised
    fits = proposal.direction is None or direction(proposal.direction).payable
    if chosen is Verdict.REFUSE and "reason_code" not in kept and not fits:
        kept["reason_code"] = "not_ours"
    return blank(**kept)


def review_view(
    visit: Visit,
    proposal: Proposal,
    review: Review | None,
    chosen: Verdict | None,
    open_now: tuple[Verdict, ...],
    calendar: Calendar,
    saved: str,
) -> ReviewView:
    round_ = round_of(visit.session, district_id=visit.district.id, round_id=proposal.round_id)
    assert round_ is not None
    why_not = why_not_review(proposal.status)
    if why_not is None and not open_now:
        why_not = why_not_answer(Act.REVIEW, Verdict.ADMIT, calendar, visit.now)
    url = url_of(visit, proposal.number or "")
    prepared = preparation_of(review) if review is not None and review.verdict else None
    late = Verdict.ADMIT not in open_now
    days = day_of(visit.now)
    similar = similar_to(visit.session, proposal=proposal) if why_not is None else []
    return ReviewView(
        read=_read(visit, proposal),
        akim=visit.who is not None and visit.who.role is Role.AKIM,
        why_not=why_not,
        tabs=tuple(
            Link(f"{url}?verdict={one}", phrases.label(f"verdict.{one}", visit.lang), one == chosen)
            for one in open_now
        ),
        verdict=str(chosen or ""),
        cap=round_.price_cap,
        envelope=round_.envelope,
        promised=promised_to(visit.session, proposal=proposal),
        pledges_url=f"{visit.here}/desk/contributions?to={proposal.number}",
        reasons=[
            (one.code, phrases.label(one.label, visit.lang), _ready_words(visit, one))
            for one in REASONS
            if late or one.code != LATE
        ],
        similar=tuple((url_of(visit, one.number or ""), one.title, one.lang) for one in similar),
        lines=prepared_lines(visit, prepared) if prepared else (),
        answer=f"answer.{prepared.verdict}" if prepared else "",
        ready=review is not None and review.ready,
        note=review.note if review is not None else "",
        saved=saved in ("1", "half"),
        half_done=saved == "half",
        can_extend=why_not is None
        and proposal.extended_until is None
        and proposal.due is not None
        and days <= proposal.due,
        url=url,
        receipt_url=f"{visit.here}/desk/receipts/{proposal.number}",
        correct_url=f"{visit.here}/drafts/{proposal.id}/what"
        if proposal.status == Status.RETURNED
        and may_write(proposal, visit.who)
        and calendar.allows(Act.CORRECT, visit.now)
        else "",
        next_number=_next(visit, proposal) if saved == "half" else "",
    )


def _next(visit: Visit, proposal: Proposal) -> str:
    found = queue(visit.session, district_id=visit.district.id, now=visit.now)
    following = next_in_queue(found, after=proposal.number or "")
    return following.number if following else ""


def _ready_words(visit: Visit, one: Reason) -> str:
    return one.kk if visit.lang == "kk" else one.ru


def _read(visit: Visit, proposal: Proposal) -> ReadView:
    days = work_calendar(visit.session)
    today = day_of(visit.now)
    term = term_of(proposal, today=today, calendar=days)
    settlement = places_of(visit).get(proposal.settlement_id or "", "")
    of = direction(proposal.direction) if proposal.direction else None
    last = forward_by(proposal.submitted_at, days) if proposal.submitted_at else None
    base = f"{visit.here}/proposals/{proposal.number}"
    return ReadView(
        number=proposal.number or "",
        title=proposal.title,
        body=proposal.body,
        lang=proposal.lang,
        author=proposal.author or "–",
        filed_by=proposal.filed_by,
        place=", ".join(part for part in (settlement, proposal.place) if part),
        direction=of.name(visit.lang) if of else "",
        direction_fits=of is not None and of.payable,
        estimate=proposal.estimate,
        contribution=proposal.contribution,
        submitted_at=proposal.submitted_at,
        state_number=proposal.state_number,
        status=f"status.{proposal.status}",
        public_url=base,
        text_url=f"{base}/text",
        photos=tuple(
            f"{visit.here}/photos/{one.id}"
            for one in photos_of(visit.session, proposal=proposal, writing=False)
        ),
        clock=clocked(term)
        if term and proposal.status in (Status.SUBMITTED, Status.RETURNED)
        else None,
        extended_why=visit.in_lang(proposal, "extended_why") if proposal.extended_until else "",
        forward_by=last if proposal.status == Status.SUBMITTED else None,
        forward_late=last is not None and today > last,
    )
