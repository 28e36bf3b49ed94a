"""What a body said of a project, version by version, as pages show it."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.budget.project_lines import project_lines
from app.core.clock import day_of
from app.decisions.models import Body, Word
from app.decisions.queries import approval_of, words_about
from app.decisions.rules import budget_state
from app.proposals.models import Proposal, Status
from app.rounds.queries import round_of
from app.web.budget_view import version_title, version_url
from app.web.frame import Link
from app.web.shrunk_view import ShrunkView, shrunk_view
from app.web.visit import Visit
from app.words import formats, phrases
from app.words.catalogue import N_, translations


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
    dropped: ShrunkView | None  # the confirmed sum is smaller, and it no longer fits
    in_budget: tuple[Link, ...]  # the published plans that it stands in, newest first
    money: Link  # of its round


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
        dropped=_dropped(visit, proposal),
        in_budget=in_budget(visit, proposal),
        money=_money(visit, proposal),
    )


def _dropped(visit: Visit, proposal: Proposal) -> ShrunkView | None:
    of = round_of(visit.session, district_id=proposal.district_id, round_id=proposal.round_id)
    found = shrunk_view(visit, of) if of is not None else None
    here = f"{visit.here}/proposals/{proposal.number}"
    return found if found and any(one.url == here for one in found.dropped) else None


def _money(visit: Visit, proposal: Proposal) -> Link:
    of = round_of(visit.session, district_id=proposal.district_id, round_id=proposal.round_id)
    label = translations(visit.lang).gettext(N_("Money of the round"))
    return Link(f"{visit.here}/rounds/{of.key if of else ''}/money", label)


def in_budget(visit: Visit, proposal: Proposal) -> tuple[Link, ...]:
    """The published plans with a line of this project: which, and what sum."""
    found = project_lines(
        visit.session, district_id=proposal.district_id, proposal_ids=[proposal.id]
    )
    say = translations(visit.lang).gettext
    links = []
    for one in reversed(found):
        words = say(N_("%(paper)s, %(year)s, version %(number)s: %(sum)s"))
        facts = {
            "paper": version_title(one.version, visit.lang),
            "year": one.version.year,
            "number": one.version.number,
            "sum": formats.tenge(one.line.amount),
        }
        links.append(Link(version_url(visit, one.version), words % facts))
    return tuple(links)


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
