"""Trying both rules before choosing one: on the district's last round, or on a file of elsewhere.

Nothing is kept. The module's name comes before `desk_round`, one of whose addresses takes any key.
"""

from dataclasses import dataclass

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from app.core.refusal import Refusal
from app.core.text import clean
from app.counting import pb_read
from app.counting.asked import Asked, CannotCount, count
from app.counting.bad_file import BadFile
from app.counting.compare import OutcomesCompared, compare
from app.counting.outcome import Outcome
from app.counting.pb_file import PbFile
from app.counting.recipe import asked_by
from app.decisions.models import CountOutcome
from app.decisions.queries import counted_rounds
from app.rounds.models import Completion, CountingRule, Utility
from app.web.doors import Clerk
from app.web.forms import Filled, Form, blank, fill
from app.web.frame import Link
from app.web.render import page
from app.web.visit import Visit
from app.words import formats, phrases
from app.words.catalogue import N_, translations

router = APIRouter()
ADDRESS = "/{lang}/{slug}/desk/round/try"
MOST_BYTES = 2_000_000
# Distinct ballots times projects: so much counts within a few seconds, and a page may not take more
MOST_WORK = 120_000
MOST_ROUNDS = 5
MOST_SHOWN = 30  # projects in a list
FILE = "file"


class TryForm(BaseModel):
    """What is counted, and how Equal Shares counts."""

    source: str = Field(max_length=8)
    utility: Utility = Utility.COST
    completion: Completion = Completion.ADD1U


@dataclass(frozen=True, slots=True)
class Side:
    """One rule's outcome."""

    name: str
    winners: str
    spent: str
    share: str
    nothing: str
    chosen: str  # of their choices a voter gets on average


@dataclass(frozen=True, slots=True)
class Won:
    """Projects that win under both rules, or under one alone."""

    title: str
    rows: tuple[tuple[str, str, str], ...]  # name, price, votes
    more: int


@dataclass(frozen=True, slots=True)
class Tried:
    """What both rules come to on one election."""

    name: str
    voters: str
    money: str
    sides: tuple[Side, Side]
    better: tuple[tuple[str, str], ...]  # for how many voters which rule is better
    lists: tuple[Won, ...]
    same: bool  # both rules choose the same
    short_ballots: bool  # so few choices a ballot that Equal Shares cannot help
    average: str  # choices a ballot


@dataclass(frozen=True, slots=True)
class TryView:
    """The page: a form, and what came of it."""

    action: str
    back: Link
    sources: tuple[tuple[str, str], ...]
    utilities: tuple[tuple[str, str], ...]
    completions: tuple[tuple[str, str], ...]
    most_mb: int
    tried: Tried | None


@router.get(ADDRESS)
def ask(visit: Clerk) -> Response:
    """The page where an election is chosen."""
    sources = _sources(visit)
    form = blank(source=sources[0][0], utility=Utility.COST, completion=Completion.ADD1U)
    return _page(visit, form)


@router.post(ADDRESS)
def tried(visit: Clerk, posted: Form) -> Response:
    """The same page with both outcomes side by side. Writes nothing."""
    form = fill(TryForm, posted)
    if form.value is None:
        return _page(visit, form, status=422)
    typed = form.value
    files = posted.files.get(FILE, [])
    source = FILE if files else typed.source  # whoever adds a file means it
    if source not in dict(_sources(visit)):
        form = form.refused(Refusal("form.choice", field="source"))
    elif source == FILE and not files:
        form = form.refused(Refusal("pb.no_file", field=FILE))
    elif files and len(files[0].data) > MOST_BYTES:
        form = form.refused(Refusal("pb.big", field=FILE, most=MOST_BYTES // 1_000_000))
    if form.problems:
        return _page(visit, form, status=422)
    try:
        if source == FILE:
            name, data = files[0].name[:80], files[0].data
        else:
            name, data = _last(visit, source)
        visit.session.rollback()  # a count takes a moment: nobody waits for it
        found = _count(visit, name, data, typed)
    except Refusal as why:
        return _page(visit, form.refused(why), status=422)
    return _page(visit, form, tried=found)


def _last(visit: Visit, key: str) -> tuple[str, bytes]:
    """The published ballots of a counted round of the district."""
    of = next(
        one
        for one in counted_rounds(visit.session, district_id=visit.district.id)
        if one.key == key
    )
    row = visit.session.get_one(CountOutcome, of.id)
    words = translations(visit.lang).gettext(N_("Round %(key)s"))
    return words % {"key": key}, row.ballots_pb.encode()


def _count(visit: Visit, name: str, data: bytes, typed: TryForm) -> Tried:
    """Both rules on this file. Raises Refusal where it is wrong, too much, or cannot be counted."""
    try:
        file = pb_read.read(data)
    except BadFile as wrong:
        raise bad_file(wrong) from wrong
    distinct = len({frozenset(vote.choices) for vote in file.votes})
    if distinct * len(file.projects) > MOST_WORK:
        raise Refusal("pb.too_much", field=FILE, ballots=distinct, projects=len(file.projects))
    usual = _asked(file)
    shares = Asked(
        rule=str(CountingRule.EQUAL_SHARES),
        utility=typed.utility,
        completion=typed.completion,
        seed=usual.seed,
        exclusive=usual.exclusive,
    )
    try:
        by_votes, by_shares = count(file, usual), count(file, shares)
    except CannotCount as wrong:
        raise Refusal("pb.cannot", field=FILE, reason=str(wrong)) from wrong
    return _tried(visit, name, file, by_votes, by_shares)


def _asked(file: PbFile) -> Asked:
    """Most votes, with the draw and the groups that the file names, where it is one of ours."""
    try:
        said = asked_by(file.meta.get("comment", "")) or Asked()
    except CannotCount:
        said = Asked()
    return Asked(seed=said.seed, exclusive=said.exclusive)


def bad_file(wrong: BadFile) -> Refusal:
    """What is wrong with a file, in the reader's language where there are words for it."""
    code = f"pb.{wrong.code}"
    if code in phrases.REFUSALS:
        return Refusal(code, field=FILE, line=wrong.line, **wrong.facts)
    return Refusal("pb.other", field=FILE, line=wrong.line, reason=wrong.sentence())


def _tried(visit: Visit, name: str, file: PbFile, by_votes: Outcome, by_shares: Outcome) -> Tried:
    say = translations(visit.lang).gettext
    election = file.election()
    compared = compare(by_shares, by_votes, election)
    currency = clean(file.currency)[:12] or "?"

    def money(amount: int) -> str:
        return formats.money(amount, currency, file.decimals)

    ours, theirs = frozenset(by_votes.selected), frozenset(by_shares.selected)
    names = {line.id: clean(line.name)[:160] for line in file.projects}
    votes = {step.project: step.votes for step in by_votes.steps}
    costs = {line.id: line.project.cost for line in file.projects}

    def won(words: str, chosen: frozenset[str]) -> Won:
        ordered = sorted(chosen, key=lambda one: (-votes[one], one))
        return Won(
            say(words),
            tuple(
                (names[one], money(costs[one]), formats.number(votes[one]))
                for one in ordered[:MOST_SHOWN]
            ),
            max(0, len(ordered) - MOST_SHOWN),
        )

    choices = sum(len(ballot) * people for ballot, people in election.ballots)
    average = choices / (compared.voters or 1)
    better = compared.by_number
    return Tried(
        name=clean(name) or clean(file.meta.get("instance", ""))[:80],
        voters=formats.number(compared.voters),
        money=money(by_votes.budget),
        sides=(
            _side(visit, CountingRule.MOST_VOTES, by_votes, compared, money(by_votes.total_cost)),
            _side(
                visit, CountingRule.EQUAL_SHARES, by_shares, compared, money(by_shares.total_cost)
            ),
        ),
        better=(
            (say(N_("More of their choices win under most votes")), formats.number(better.second)),
            (say(N_("More of their choices win under Equal Shares")), formats.number(better.first)),
            (say(N_("As many under both")), formats.number(better.same)),
            (say(N_("Nothing under either")), formats.number(compared.nothing_both)),
        ),
        lists=tuple(
            one
            for one in (
                won(N_("Win under both"), ours & theirs),
                won(N_("Win under most votes only"), ours - theirs),
                won(N_("Win under Equal Shares only"), theirs - ours),
            )
            if one.rows
        ),
        same=ours == theirs,
        short_ballots=average < SHORT,
        average=f"{average:.1f}".replace(".", ","),
    )


SHORT = 2.5  # choices a ballot, from which on Equal Shares leaves clearly fewer with nothing


def _side(
    visit: Visit, rule: CountingRule, outcome: Outcome, compared: OutcomesCompared, spent: str
) -> Side:
    shares = rule is CountingRule.EQUAL_SHARES
    nothing = compared.nothing_first if shares else compared.nothing_second
    chosen = compared.chosen_first if shares else compared.chosen_second
    name = phrases.label(f"counting_rule.{rule}", visit.lang)
    return Side(
        name=name[:1].upper() + name[1:],
        winners=formats.number(len(outcome.selected)),
        spent=spent,
        share=formats.percent(outcome.total_cost / outcome.budget) if outcome.budget else "",
        nothing=f"{formats.number(nothing)} ({formats.percent(nothing / (compared.voters or 1))})",
        chosen=f"{chosen / (compared.voters or 1):.2f}".replace(".", ","),
    )


def _sources(visit: Visit) -> tuple[tuple[str, str], ...]:
    say = translations(visit.lang).gettext
    found = counted_rounds(visit.session, district_id=visit.district.id)[:MOST_ROUNDS]
    words = say(N_("Our round %(key)s"))
    return (
        *((one.key, words % {"key": one.key}) for one in found),
        (FILE, say(N_("A file of an election elsewhere"))),
    )


def _page(
    visit: Visit, form: Filled[TryForm], *, tried: Tried | None = None, status: int = 200
) -> Response:
    say = translations(visit.lang).gettext

    def options(name: str, values: type[Utility] | type[Completion]) -> tuple[tuple[str, str], ...]:
        return tuple((str(one), phrases.label(f"{name}.{one}", visit.lang)) for one in values)

    view = TryView(
        action=f"{visit.here}/desk/round/try",
        back=Link(f"{visit.here}/desk/round", say(N_("Rounds"))),
        sources=_sources(visit),
        utilities=options("utility", Utility),
        completions=options("completion", Completion),
        most_mb=MOST_BYTES // 1_000_000,
        tried=tried,
    )
    return page(visit, "rounds/desk_try.html", status=status, form=form, view=view)
