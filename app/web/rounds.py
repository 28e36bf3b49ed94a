"""A round's own pages: its calendar as a line standing up, and its rules on one page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import RedirectResponse
from sqlmodel import col, select

from app.decisions.queries import approval_of
from app.ledger.models import Entry
from app.people.seconds import named_here
from app.places.models import Kind, Place, Settlement
from app.places.queries import settlements
from app.proposals.models import Proposal, Status
from app.rounds.calendar import ORDER, Calendar
from app.rounds.envelope_basis import in_rules, resting_of
from app.rounds.models import EnvelopeKind, Round, Stage
from app.rounds.queries import calendar_of, round_by_key
from app.rounds.rules import ProjectLine, canonical, publishes_at, rules_of, rules_sha256
from app.web.basis_view import act_words
from app.web.called_off import Notice, called_off, put_off
from app.web.doors import Anyone
from app.web.frame import Link
from app.web.now import NowCard, now_card, stage_now
from app.web.render import file, page
from app.web.results_view import approved
from app.web.rules_view import Change, RulesView, changes_of, moment_in_words, rules_view
from app.web.tie_view import OrderView, TiedProject, orders_of, tied_projects
from app.web.visit import Visit
from app.words import formats, phrases
from app.words.catalogue import N_, translations

router = APIRouter()
BASE = "/{lang}/{slug}/rounds/{key}"
# Stages that are announced by their first moment, not by a span of days.
SPANS = (Stage.PROPOSALS, Stage.REVIEW, Stage.VOTING, Stage.COUNTING)


@dataclass(frozen=True, slots=True)
class StepView:
    """A stop on the round's line, as the macro `way` draws it."""

    when: str
    title: str
    text: str
    office: str
    state: str
    says: None = None
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class RoundView:
    """The round: where it stands, its line, its money, its pages."""

    title: str
    now: NowCard
    steps: tuple[StepView, ...]
    money: tuple[tuple[str, str, bool], ...]
    confirmed: bool
    recommendation: str
    approved: str  # the maslikhat's decision, once it is recorded
    links: tuple[Link, ...]
    changes: tuple[Change, ...]
    off: Notice | None  # that it was called off
    held: Notice | None  # that its result was put off
    tied: tuple[TiedProject, ...]  # equal projects that the count waits for
    orders: tuple[OrderView, ...]  # what the commission decided about such projects


def the_round(visit: Visit, key: str) -> tuple[Round, Calendar]:
    """The district's own round at this address, or a 404."""
    found = round_by_key(visit.session, district_id=visit.district.id, key=key)
    if found is None or found.imported_from:
        raise HTTPException(404)
    return found, calendar_of(visit.session, round_id=found.id)


def held_elsewhere(visit: Visit, key: str) -> bool:
    """Whether this round was imported: it has no calendar and no rules of ours."""
    found = round_by_key(visit.session, district_id=visit.district.id, key=key)
    return found is not None and bool(found.imported_from)


@router.get(BASE + "/")
def show(visit: Anyone, key: str) -> Response:
    """The round and its calendar; one that was held elsewhere has its results alone."""
    if held_elsewhere(visit, key):
        return RedirectResponse(f"{visit.here}/rounds/{key}/results", status_code=303)
    return page(visit, "rounds/round.html", view=round_view(visit, *the_round(visit, key)))


@router.get(BASE)
def no_slash(visit: Anyone, key: str) -> Response:
    """The same page with its slash."""
    if not held_elsewhere(visit, key):
        the_round(visit, key)
    return RedirectResponse(f"{visit.here}/rounds/{key}/", status_code=308)


@router.get(BASE + "/rules")
def show_rules(visit: Anyone, key: str) -> Response:
    """The rules on one page; once frozen, exactly what was frozen."""
    return page(visit, "rounds/rules.html", view=_rules_view(visit, key))


@router.get(BASE + "/rules/print")
def print_rules(visit: Anyone, key: str) -> Response:
    """The same on paper, for the notice board."""
    return page(visit, "rounds/rules_print.html", view=_rules_view(visit, key))


@router.get(BASE + "/rules.json")
def rules_json(visit: Anyone, key: str) -> Response:
    """The canonical text: the SHA-256 of this very file is the hash on the page."""
    one, of = the_round(visit, key)
    body = canonical(_rules(visit, one, of))
    name = f"{visit.district.slug}-{one.key}-rules.json"
    return file(body, "application/json", name=name)


def _rules(visit: Visit, one: Round, of: Calendar) -> dict[str, object]:
    if one.rules is not None:
        return one.rules
    projects = visit.session.exec(
        select(Proposal)
        .where(
            Proposal.district_id == visit.district.id,
            Proposal.round_id == one.id,
            Proposal.status == Status.ADMITTED,
        )
        .order_by(col(Proposal.number))
    ).all()
    lines = [
        ProjectLine(
            place,
            found.title_kk or found.title,
            found.title_ru or found.title,
            price,
            found.cofinanced,
            found.settlement_id or "",
            found.rival_group,
        )
        for place, found in enumerate(projects, start=1)
        if (price := found.price)
    ]
    resting = resting_of(visit.session, district_id=one.district_id, round_id=one.id)
    return rules_of(
        one,
        of,
        lines,
        kato=visit.district.kato,
        basis=in_rules(resting),
        settlements=[place.id for place in _settlements(visit)] if one.guarantee_percent else (),
    )


def _settlements(visit: Visit) -> Sequence[Settlement]:
    return settlements(visit.session, district_id=visit.district.id)


def _rules_view(visit: Visit, key: str) -> RulesView:
    one, of = the_round(visit, key)
    rules = _rules(visit, one, of)
    return rules_view(
        visit,
        one,
        rules,
        sha256=one.rules_sha256 or rules_sha256(rules),
        recommendation=recommendation(visit),
        changes=_changes(visit, one),
        off=called_off(visit, one),
        named=_named(visit),
        settlements=_settlements(visit),
    )


def _named(visit: Visit) -> tuple[str, ...]:
    """Who was named in advance as the second official."""
    found = named_here(visit.session, district_id=visit.district.id, now=visit.now)
    return tuple(
        f"{one.name}, {phrases.label(f'role.{one.role}', visit.lang)}" for one in found if one.role
    )


def recommendation(visit: Visit) -> str:
    """That a vote is a recommendation, with the name of the maslikhat that decides."""
    raion = visit.session.get(Place, visit.district.raion_kato)
    city = raion is not None and raion.kind == Kind.CITY
    return phrases.label(f"recommendation.{'city' if city else 'raion'}", visit.lang)


def _changes(visit: Visit, one: Round) -> tuple[Change, ...]:
    entries = visit.session.exec(
        select(Entry)
        .where(
            Entry.district_id == visit.district.id,
            Entry.subject == one.id,
            Entry.kind == "rounds.edited",
        )
        .order_by(col(Entry.number))
    ).all()
    return changes_of(visit, entries)


def round_title(visit: Visit, one: Round) -> str:
    """The year of the vote is in the address; the page says the budget's year in words."""
    words = translations(visit.lang).gettext(N_("Round %(key)s: money of %(year)s"))
    return words % {"key": one.key, "year": one.budget_year}


def round_view(visit: Visit, one: Round, of: Calendar) -> RoundView:
    """The round's page."""
    base = f"{visit.here}/rounds/{one.key}"
    say = translations(visit.lang).gettext
    off = called_off(visit, one)
    links = [
        Link(f"{base}/rules", say(N_("Rules of the round"))),
        Link(f"{base}/money", say(N_("Money of the round"))),
        Link(f"{base}/proposals", say(N_("Proposals"))),
        Link(f"{visit.here}/roll", say(N_("The list of voters"))),
    ]
    stage = stage_now(visit, one, of)
    if stage is Stage.VOTING:
        links.append(Link(f"{base}/ballot", say(N_("Vote"))))
    if one.counted_at is not None:
        links.append(Link(f"{base}/results", say(N_("Results"))))
    if stage in (Stage.WORKS, Stage.EVALUATED):
        links.append(Link(f"{visit.here}/works", say(N_("Works"))))
    return RoundView(
        title=round_title(visit, one),
        now=now_card(visit, (one, of)),
        steps=_steps_off(visit, one, of, off) if off else _steps(visit, one, of, stage),
        money=_money(visit, one),
        confirmed=one.envelope_kind == EnvelopeKind.CONFIRMED,
        recommendation=recommendation(visit),
        approved=approved(
            visit, approval_of(visit.session, district_id=one.district_id, round_id=one.id)
        ),
        links=tuple(links),
        changes=_changes(visit, one),
        off=off,
        held=put_off(visit, one),
        tied=tied_projects(visit, one),
        orders=orders_of(visit, one),
    )


def _steps(visit: Visit, one: Round, of: Calendar, now: Stage | None) -> tuple[StepView, ...]:
    return tuple(_step(visit, one, of, each, now) for each in ORDER)


def _steps_off(visit: Visit, one: Round, of: Calendar, off: Notice) -> tuple[StepView, ...]:
    """The stages it came through, and its end."""
    at = of.cancelled_at
    assert at is not None
    last = of.reached(at)
    came = ORDER[: ORDER.index(last) + 1] if last else ()
    end = StepView(formats.moment(at, visit.lang), off.title, off.why, "", "late")
    return (*(replace(_step(visit, one, of, each, None), state="did") for each in came), end)


def _step(visit: Visit, one: Round, of: Calendar, stage: Stage, now: Stage | None) -> StepView:
    place = ORDER.index(stage) - (ORDER.index(now) if now else -1)
    state = "did" if place < 0 else ("now" if place == 0 else "next")
    return StepView(
        when=_when(visit, one, of, stage),
        title=phrases.label(f"stage.{stage}", visit.lang),
        text=phrases.label(f"stage_does.{stage}", visit.lang),
        office=phrases.label(f"stage_who.{stage}", visit.lang),
        state=state,
    )


def _when(visit: Visit, one: Round, of: Calendar, stage: Stage) -> str:
    begins, ends = of.begins(stage), of.ends(stage)
    if stage is Stage.RESULTS:
        begins = publishes_at(one, of)
    if stage not in SPANS or ends is None:
        return moment_in_words(begins, visit.lang)
    words = translations(visit.lang).gettext(N_("From: %(start)s. To: %(end)s."))
    return words % {
        "start": moment_in_words(begins, visit.lang),
        "end": moment_in_words(ends, visit.lang, last=True),
    }


def _money(visit: Visit, one: Round) -> tuple[tuple[str, str, bool], ...]:
    say = translations(visit.lang).gettext

    def label(code: str) -> str:
        return phrases.label(code, visit.lang)

    rows = [
        (label("rule.envelope"), formats.money(one.envelope, one.currency, one.minor_digits), True)
    ]
    if one.confirmed_envelope is not None:
        rows.append(
            (say(N_("Sum in the approved budget")), formats.tenge(one.confirmed_envelope), True)
        )
    rows += [
        (label("rule.envelope_kind"), label(f"envelope.{one.envelope_kind}"), False),
        (label("rule.budget_year"), str(one.budget_year), False),
    ]
    resting = resting_of(visit.session, district_id=one.district_id, round_id=one.id)
    if resting is not None:
        act = act_words(visit, resting.basis.act_number, resting.basis.said_on)
        rows.append((say(N_("Rests on")), f"{label(f'basis.{resting.basis.kind}')}, {act}", False))
    elif basis := visit.in_lang(one, "envelope_basis"):
        rows.append((say(N_("Basis")), basis, False))
    else:
        rows.append((say(N_("Rests on")), say(N_("no paper has been published yet")), False))
    return tuple(rows)
