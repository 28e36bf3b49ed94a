"""What a review must hold before it is an answer, and who may give one when. Pure.

A *preparation* is the clerk's work and may stay half done. It is *ready* when nothing is missing;
only what is ready can be issued. The answer's clock runs in working days (APPC article 76).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from app.core.clock import day_of
from app.core.refusal import Refusal
from app.core.workdays import Term, WorkCalendar, term_state
from app.proposals.models import Proposal, Review, Status, Verdict
from app.proposals.reasons import (
    EXTENSION_MONTHS,
    FORWARD_WORKING_DAYS,
    OWN_WORDS,
    months_later,
    reason_of,
    words_for,
)
from app.proposals.rules import why_not_text
from app.rounds.calendar import Act, Calendar, why_not_now

TITLE_MOST = 120  # characters on a ballot
SHORT_MOST = 140
WITHDRAWN_PRICE = 999_999_999  # tenge; Pabulib's mark of a withdrawn project in published files
TEXT_LEAST, TEXT_MOST = 10, 2000  # a reason of fewer characters says nothing
LATE_VERDICTS = frozenset({Verdict.FORWARD, Verdict.REFUSE})


@dataclass(frozen=True, slots=True)
class Preparation:
    """What a clerk prepared: a verdict and what belongs to it. Sums in tenge."""

    verdict: Verdict
    price: int | None = None  # what the budget pays
    cofinanced: int = 0  # what neighbours have pledged towards it: the whole cost is both
    title_kk: str = ""
    title_ru: str = ""
    short_kk: str = ""
    short_ru: str = ""
    reason_code: str = ""
    reason_kk: str = ""
    reason_ru: str = ""
    needed: int | None = None
    available: int | None = None
    went_to_kk: str = ""
    went_to_ru: str = ""
    again_on: date | None = None
    forward_to_kk: str = ""
    forward_to_ru: str = ""


FIELDS: dict[Verdict, tuple[str, ...]] = {
    Verdict.ADMIT: (
        "price",
        "cofinanced",
        "title_kk",
        "title_ru",
        "short_kk",
        "short_ru",
        "reason_kk",
        "reason_ru",
    ),
    Verdict.RETURN: ("reason_kk", "reason_ru"),
    Verdict.FORWARD: ("forward_to_kk", "forward_to_ru", "reason_kk", "reason_ru"),
    Verdict.REFUSE: (
        "reason_code",
        "reason_kk",
        "reason_ru",
        "needed",
        "available",
        "went_to_kk",
        "went_to_ru",
        "again_on",
    ),
}


def preparation_of(review: Review) -> Preparation:
    """What is kept of a preparation, as the rules read it. The verdict must be there."""
    kept = {
        name: getattr(review, name)
        for name in Preparation.__dataclass_fields__
        if name != "verdict"
    }
    return Preparation(verdict=Verdict(review.verdict or ""), **kept)


def with_ready_words(of: Preparation) -> Preparation:
    """The same preparation with the reason's ready sentence where none was written."""
    if of.verdict is not Verdict.REFUSE:
        return of
    kk, ru = words_for(of.reason_code, of.reason_kk, of.reason_ru)
    given = {name: getattr(of, name) for name in Preparation.__dataclass_fields__}
    return Preparation(**{**given, "reason_kk": kk, "reason_ru": ru})


def what_is_missing(
    of: Preparation,
    *,
    cap: int | None,
    envelope: int,
    today: date,
    direction_fits: bool = True,
    promised: int = 0,
) -> tuple[Refusal, ...]:
    """Everything that keeps this from being an answer, each at its field.

    `promised` is what confirmed pledges to the project come to, in tenge.
    """
    if of.verdict is Verdict.ADMIT:
        return (*_admit(of, cap, envelope, direction_fits), *_cofinanced(of, promised))
    if of.verdict is Verdict.RETURN:
        return tuple(_both(of, "reason"))
    if of.verdict is Verdict.FORWARD:
        return (*_both(of, "forward_to", least=3), *_both(of, "reason"))
    return tuple(_refuse(of, today))


def _both(
    of: Preparation, name: str, *, least: int = TEXT_LEAST, most: int = TEXT_MOST
) -> Iterator[Refusal]:
    """An answer of an office is in Kazakh and in Russian."""
    for field in (f"{name}_kk", f"{name}_ru"):
        if refusal := why_not_text(getattr(of, field), least, most, field=field):
            yield refusal


def _admit(
    of: Preparation, cap: int | None, envelope: int, direction_fits: bool
) -> Iterator[Refusal]:
    if not direction_fits:
        yield Refusal("review.not_competent")
    if of.price is None:
        yield Refusal("form.missing", field="price")
    elif of.price < 1 and of.cofinanced:
        yield Refusal("review.all_given", field="cofinanced")
    elif of.price < 1:
        yield Refusal("form.too_small", field="price", least=1)
    elif cap is not None and of.price > cap:
        yield Refusal("review.over_cap", field="price", cap_tenge=cap)
    elif of.price > envelope:
        yield Refusal("review.over_envelope", field="price", envelope_tenge=envelope)
    elif of.price == WITHDRAWN_PRICE:
        yield Refusal("review.withdrawn_price", field="price", price_tenge=of.price)
    yield from _both(of, "reason")
    yield from _both(of, "title", least=3, most=TITLE_MOST)
    yield from _both(of, "short", least=3, most=SHORT_MOST)


def _cofinanced(of: Preparation, promised: int) -> Iterator[Refusal]:
    """A price may be lowered only by what somebody has promised and the office has confirmed."""
    if of.cofinanced > promised:
        yield Refusal("review.more_than_pledged", field="cofinanced", promised_tenge=promised)


def _refuse(of: Preparation, today: date) -> Iterator[Refusal]:
    reason = reason_of(of.reason_code)
    if reason is None:
        yield Refusal("form.choice", field="reason_code")
    if reason is not None and (reason.code == OWN_WORDS or not (of.reason_kk and of.reason_ru)):
        yield from _both(of, "reason")
    if reason is None or not reason.needs_money:
        return
    for field in ("needed", "available"):
        if getattr(of, field) is None:
            yield Refusal("review.money_missing", field=field)
    if of.needed is not None and of.available is not None and of.available >= of.needed:
        yield Refusal("review.money_is_there", field="available", needed_tenge=of.needed)
    for field in ("went_to_kk", "went_to_ru"):
        if len(getattr(of, field)) < TEXT_LEAST:
            yield Refusal("review.money_missing", field=field)
    if of.again_on is None:
        yield Refusal("review.money_missing", field="again_on")
    elif of.again_on <= today:
        yield Refusal("review.again_in_past", field="again_on")


def why_not_answer(act: Act, verdict: Verdict, of: Calendar, now: datetime) -> Refusal | None:
    """Why an answer cannot be prepared or issued at this moment.

    While the review lasts any verdict; afterwards only a refusal or a forwarding, since the law
    still demands an answer but the list of the vote stands.
    """
    if verdict in LATE_VERDICTS and of.allows(Act.ANSWER_LATE, now):
        return None
    if of.allows(Act.ANSWER_LATE, now):
        return Refusal("review.too_late")
    return why_not_now(act, of, now)


def why_not_review(status: str) -> Refusal | None:
    """Why a proposal in this state is not the office's to answer."""
    if status == Status.SUBMITTED:
        return None
    if status == Status.RETURNED:
        return Refusal("review.with_resident")
    if status == Status.WITHDRAWN:
        return Refusal("review.withdrawn")
    return Refusal("review.answered")


def why_not_extend(
    proposal: Proposal, *, until: date, why_kk: str, why_ru: str, today: date
) -> Refusal | None:
    """Why the term cannot be extended so: once, before it ran out, at most by two months.

    APPC article 76; the head of the office decides it, with reasons.
    """
    if refusal := why_not_review(proposal.status):
        return refusal
    due = proposal.due
    if proposal.extended_until is not None:
        return Refusal("review.extended_once", until=proposal.extended_until)
    if due is None or today > due:
        return Refusal("review.term_over")
    for field, text in (("why_kk", why_kk), ("why_ru", why_ru)):
        if len(text) < TEXT_LEAST:
            return Refusal("form.too_short", field=field, least=TEXT_LEAST)
    if until <= due:
        return Refusal("review.extend_later", field="until", due=due)
    last = months_later(due, EXTENSION_MONTHS)
    if until > last:
        return Refusal("review.extend_too_far", field="until", last=last)
    return None


def term_of(proposal: Proposal, *, today: date, calendar: WorkCalendar) -> Term | None:
    """How the answer stands against its term; None for a draft."""
    if proposal.due is None:
        return None
    return term_state(
        due=proposal.due,
        extended_until=proposal.extended_until,
        waiting=proposal.status == Status.RETURNED,
        answered=proposal.answered_at is not None,
        today=today,
        calendar=calendar,
    )


def forward_by(submitted_at: datetime, calendar: WorkCalendar) -> date:
    """The last day on which it may go to the competent body: three working days."""
    return calendar.after(day_of(submitted_at), FORWARD_WORKING_DAYS)
