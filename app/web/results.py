"""The results of a round: the page, its files, and the printed protocol."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Response
from sqlmodel import select

from app.core.clock import day_of
from app.decisions.models import Body, TieDecision, Word
from app.decisions.queries import (
    Result,
    approval_of,
    ballots_pb,
    newest_words,
    result_of,
    tie_decisions,
    voted_on,
)
from app.ledger.queries import entries_about
from app.places.models import Settlement
from app.proposals.models import Proposal
from app.rounds.calendar import ORDER
from app.rounds.models import Round, Stage
from app.rounds.queries import calendar_of, calendars_of, round_by_key, rounds_of
from app.rounds.rules import last_day
from app.voting.models import Turnout
from app.web import results_files
from app.web.account_words import Account, money
from app.web.called_off import called_off, put_off
from app.web.disputed import disputed_view
from app.web.doors import Anyone
from app.web.render import file, page
from app.web.results_view import PAGE, Counted, approved, build, options
from app.web.sheet import Pager
from app.web.shrunk_view import shrunk_view
from app.web.tie_view import tied_projects
from app.web.visit import Visit
from app.words import formats
from app.words.catalogue import N_, translations

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Foreign:
    """What a page says of a round that was imported from elsewhere."""

    source: str
    place: str
    rule: str
    differs: str


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands on top: which round this is, and how far it has come."""

    key: str
    about: str
    voted: str
    waiting: str  # why there is nothing to see yet; empty once it is counted


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round in the list of all results."""

    title: str
    url: str
    when: str
    state: str
    counted: bool
    figures: str


@dataclass(frozen=True, slots=True)
class Found:
    """A counted round with what its pages are made of."""

    of: Round
    result: Result
    proposals: Mapping[str, Proposal]
    words: Mapping[str, Mapping[Body, Word]]
    turnout: Turnout | None
    ties: tuple[TieDecision, ...]

    def account(self, visit: Visit) -> Account:
        """The count as it is put into words."""
        return Account(visit, self.of, self.result.outcome, self.proposals, self.ties)


@router.get("/{lang}/{slug}/results")
def all_results(visit: Anyone) -> Response:
    """All rounds of the district with what came of them."""
    district_id = visit.district.id
    calendars = calendars_of(visit.session, district_id=district_id)
    lines = tuple(
        _line(visit, one)
        for one in rounds_of(visit.session, district_id=district_id)
        if one.id in calendars and calendars[one.id].reached(visit.now) is not None
    )
    return page(visit, "decisions/all.html", lines=lines)


@router.get("/{lang}/{slug}/rounds/{key}/results")
def results(visit: Anyone, key: str) -> Response:
    """The results of one round, or when they will be there."""
    of = _round(visit, key)
    found = _find(visit, of)
    if found is None:
        return page(
            visit,
            "decisions/waiting.html",
            heading=heading_of(visit, of),
            off=called_off(visit, of) or put_off(visit, of),
            tied=tied_projects(visit, of),
            back=_up(visit),
        )
    counted = _counted(visit, found)
    rows, pager = _paged(visit, counted)
    return page(
        visit,
        "decisions/results.html",
        heading=heading_of(visit, of),
        counted=counted,
        rows=rows,
        pager=pager,
        foreign=_foreign(visit, of),
        disputed=disputed_view(visit, of, found.result.outcome),
        shrunk=shrunk_view(visit, of),
        back=_up(visit),
    )


@router.get("/{lang}/{slug}/rounds/{key}/protocol")
def protocol(visit: Anyone, key: str) -> Response:
    """The results as a paper for the notice board."""
    found = counted_here(visit, key)
    return page(
        visit,
        "decisions/protocol.html",
        heading=heading_of(visit, found.of),
        counted=_counted(visit, found),
        office=visit.in_lang(visit.district, "name"),
        back=f"{visit.here}/rounds/{key}/results",
    )


@router.get("/{lang}/{slug}/rounds/{key}/results.csv")
def as_csv(visit: Anyone, key: str) -> Response:
    """The table for spreadsheets."""
    found = counted_here(visit, key)
    body = results_files.as_csv(found.of, found.result, found.proposals, found.words)
    return file(body, "text/csv; charset=utf-8", name=_name(visit, key, "csv"))


@router.get("/{lang}/{slug}/rounds/{key}/results.json")
def as_json(visit: Anyone, key: str) -> Response:
    """The whole account."""
    found = counted_here(visit, key)
    body = results_files.as_json(
        visit.district,
        found.of,
        found.result,
        found.proposals,
        found.words,
        found.turnout,
        recount=f"asar count {_name(visit, key, 'pb')} {options(found.result.outcome)}",
        ties=found.ties,
    )
    return file(body, "application/json", name=_name(visit, key, "json"))


@router.get("/{lang}/{slug}/rounds/{key}/ballots.pb")
def ballots(visit: Anyone, key: str) -> Response:
    """The ballots, without voters, for whoever counts again."""
    of = _round(visit, key)
    text = ballots_pb(visit.session, district_id=visit.district.id, round_id=of.id)
    if text is None:
        raise HTTPException(404)
    return file(text, "text/plain; charset=utf-8", name=_name(visit, key, "pb"))


def _name(visit: Visit, key: str, ending: str) -> str:
    return f"{visit.district.slug}-{key}.{ending}"


def _up(visit: Visit) -> str:
    return f"{visit.here}/results"


def _round(visit: Visit, key: str) -> Round:
    of = round_by_key(visit.session, district_id=visit.district.id, key=key)
    if of is None:
        raise HTTPException(404)
    return of


def _find(visit: Visit, of: Round) -> Found | None:
    session, district_id = visit.session, visit.district.id
    result = result_of(session, district_id=district_id, round_id=of.id)
    if result is None:
        return None
    return Found(
        of=of,
        result=result,
        proposals=voted_on(session, district_id=district_id, round_id=of.id),
        words=newest_words(session, district_id=district_id, round_id=of.id),
        turnout=session.exec(
            select(Turnout).where(Turnout.district_id == district_id, Turnout.round_id == of.id)
        ).first(),
        ties=tuple(tie_decisions(session, district_id=district_id, round_id=of.id)),
    )


def counted_here(visit: Visit, key: str) -> Found:
    """A counted round by its address; 404 before the count."""
    found = _find(visit, _round(visit, key))
    if found is None:
        raise HTTPException(404)
    return found


def _counted(visit: Visit, found: Found) -> Counted:
    settlements = visit.session.exec(
        select(Settlement).where(Settlement.district_id == visit.district.id)
    )
    return build(
        visit,
        found.of,
        found.result,
        proposals=found.proposals,
        words=found.words,
        places={one.id: visit.in_lang(one, "name") for one in settlements},
        turnout=found.turnout,
        ties=found.ties,
        approval=approval_of(visit.session, district_id=visit.district.id, round_id=found.of.id),
    )


def _paged(visit: Visit, counted: Counted) -> tuple[tuple[object, ...], Pager]:
    pages = max(1, -(-len(counted.rows) // PAGE))
    typed = visit.request.query_params.get("page", "1")
    at = min(max(int(typed), 1), pages) if typed.isdecimal() and len(typed) < 6 else 1
    path = visit.request.url.path
    pager = Pager(
        at,
        pages,
        f"{path}?page={at - 1}#rows" if at > 1 else "",
        f"{path}?page={at + 1}#rows" if at < pages else "",
    )
    return counted.rows[(at - 1) * PAGE : at * PAGE], pager


def heading_of(visit: Visit, of: Round) -> Heading:
    """Which round this is, and how far it has come."""
    say = translations(visit.lang).gettext
    calendar = calendar_of(visit.session, round_id=of.id)
    first = day_of(calendar.begins(Stage.VOTING))
    last = last_day(calendar, Stage.VOTING)
    about = say(N_("About the budget of the year %(year)s")) % {"year": of.budget_year}
    if of.imported_from:
        about = visit.in_lang(of, "envelope_basis")
    voted = say(N_("The vote: %(first)s – %(last)s")) % {
        "first": formats.day(first, visit.lang),
        "last": formats.day(last, visit.lang),
    }
    if of.cancelled_at is not None:
        voted = ""  # it was not held to its end
    waiting = ""
    if of.counted_at is None:
        waiting = _waiting(visit, calendar.stage(visit.now), of)
    return Heading(of.key, about, voted, waiting)


def _waiting(visit: Visit, stage: Stage | None, of: Round) -> str:
    """Why there is nothing to see, and when there will be."""
    say = translations(visit.lang).gettext
    if off := called_off(visit, of) or put_off(visit, of):
        return off.lines[0]
    calendar = calendar_of(visit.session, round_id=of.id)
    if stage is None or ORDER.index(stage) < ORDER.index(Stage.VOTING):
        words, at = N_("Voting has not begun. It opens: %(at)s."), Stage.VOTING
    elif stage is Stage.VOTING:
        words = N_("The vote is running until: %(at)s. There is no interim count, for anyone.")
        at = Stage.COUNTING
    elif stage is Stage.COUNTING:
        words = N_("The ballots are being counted. The results will be published: %(at)s.")
        at = Stage.RESULTS
    else:
        return say(N_("The ballots are being counted. The results appear here by themselves."))
    return say(words) % {"at": formats.moment(calendar.begins(at), visit.lang)}


def _foreign(visit: Visit, of: Round) -> Foreign | None:
    if not of.imported_from:
        return None
    entries = entries_about(visit.session, district_id=visit.district.id, subject=of.id)
    facts = next((one.facts for one in entries if one.kind == "decisions.imported"), {})
    return Foreign(
        source=of.imported_from,
        place=visit.in_lang(of, "envelope_basis"),
        rule=str(facts.get("rule", "")),
        differs=", ".join(map(str, facts.get("differs", ()))),
    )


def _line(visit: Visit, of: Round) -> RoundLine:
    say = translations(visit.lang).gettext
    heading = heading_of(visit, of)
    result = result_of(visit.session, district_id=visit.district.id, round_id=of.id)
    figures, state = "", say(N_("No result yet"))
    if of.cancelled_at is not None:
        state = say(N_("The round was called off"))
    if result is not None:
        outcome = result.outcome
        figures = say(N_("Voted: %(voters)s. Recommended: %(won)s of %(all)s, %(spent)s")) % {
            "voters": formats.number(outcome.voters),
            "won": len(outcome.selected),
            "all": len(outcome.steps),
            "spent": money(of, outcome.total_cost),
        }
        found = approval_of(visit.session, district_id=visit.district.id, round_id=of.id)
        state = approved(visit, found) or say(N_("Recommendation of the residents"))
        if of.imported_from:
            state = say(N_("Imported: %(place)s")) % {"place": heading.about}
    return RoundLine(
        title=say(N_("Round %(key)s")) % {"key": of.key},
        url=f"{visit.here}/rounds/{of.key}/results",
        when=heading.voted,
        state=state,
        counted=result is not None,
        figures=figures or heading.waiting,
    )
