"""What a body said of a project, version by version, as pages show it."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.clock import day_of
from app.decisions.models import Body, Word
from app.decisions.queries import approval_of, words_about
from app.decisions.rules import budget_state
from app.proposals.models import Proposal, Status
from app.web.visit import Visit
from app.words import formats, phrases


@dataclass(frozen=True, slots=True)
class WordView:
    """One version of a body's word."""

    body: str
    title: str  # «Әкім: келісілді»
    when: str
    version: int
    holds: bool  # the newest version
    departs: bool
    amount: str
    dates: str
    act: str
    scan_url: str
    text: str
    reason: str
    lang: str
    corrects: str
    by: str


@dataclass(frozen=True, slots=True)
class DecisionPanel:
    """The decisions on a proposal, for its page."""

    words: tuple[WordView, ...]
    older: tuple[WordView, ...]
    state: str
    departs: bool
    recommendation: bool  # the maslikhat has not decided on the round yet


def words_view(visit: Visit, words: Sequence[Word]) -> tuple[WordView, ...]:
    """Every version, the newest first."""
    newest = {word.body: word.id for word in words}
    return tuple(_view(visit, word, newest[word.body] == word.id) for word in reversed(words))


def decision_panel(visit: Visit, proposal: Proposal) -> DecisionPanel | None:
    """The panel of a proposal that was voted on; None where nobody has spoken."""
    if proposal.status not in (Status.RECOMMENDED, Status.NOT_RECOMMENDED):
        return None
    words = words_about(visit.session, district_id=visit.district.id, proposal_id=proposal.id)
    if not words:
        return None
    views = words_view(visit, words)
    holding = {Body(word.body): word for word in words}
    return DecisionPanel(
        words=tuple(one for body in Body for one in views if one.holds and one.body == body),
        older=tuple(one for one in views if not one.holds),
        state=phrases.label(f"budget_state.{budget_state(holding)}", visit.lang),
        departs=any(word.departs for word in holding.values()),
        recommendation=approval_of(
            visit.session, district_id=visit.district.id, round_id=proposal.round_id
        )
        is None,
    )


def _view(visit: Visit, word: Word, holds: bool) -> WordView:
    dates = " – ".join(
        formats.day(one, visit.lang) for one in (word.starts_on, word.ends_on) if one
    )
    body = phrases.label(f"body.{word.body}", visit.lang)
    act = ""
    if f"act.{word.act_type}" in phrases.LABELS:
        act = phrases.label(f"act.{word.act_type}", visit.lang)
    number = f"№ {word.act_number}" if word.act_number else ""
    day = formats.day(word.act_date, visit.lang) if word.act_date else ""
    return WordView(
        body=word.body,
        title=f"{body[:1].upper()}{body[1:]}: "
        + phrases.label(f"said.{word.body}_{word.said}", visit.lang),
        when=formats.day(day_of(word.at), visit.lang),
        version=word.version,
        holds=holds,
        departs=word.departs,
        amount=formats.tenge(word.amount) if word.amount else "",
        dates=dates,
        act=", ".join(part for part in (f"{act} {number}".strip(), day) if part),
        scan_url=f"{visit.here}/photos/{word.scan_id}" if word.scan_id else "",
        text=visit.in_lang(word, "words"),
        reason=visit.in_lang(word, "reason"),
        lang="kk" if visit.lang == "kk" else "ru",
        corrects=visit.in_lang(word, "corrects_why"),
        by=", ".join(part for part in (word.by_name, word.by_order) if part)
        if word.body == Body.AKIM
        else "",
    )
