"""Results as a page shows them: everything is printed from the stored account, nothing counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.counting.outcome import Outcome, Purse, Step, Verdict
from app.counting.recipe import COMMAND, of_outcome, remark
from app.decisions.models import Body, TieDecision, Word
from app.decisions.queries import Result
from app.proposals.models import Proposal, Status
from app.rounds.models import Round
from app.voting.models import Turnout
from app.web.account_view import (
    ComparedView,
    SharesView,
    compared_view,
    rule_lines,
    rule_name,
    shares_view,
    stops,
)
from app.web.account_words import Account, money, support, title_of, why
from app.web.priced import in_all
from app.web.visit import Visit
from app.words import formats, phrases
from app.words.catalogue import N_, translations

PAGE = 40  # projects on a page; the whole table is a download

BarKind = Literal["full", "soft", "gold", "open"]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar, or a row of bars."""

    label: str
    text: str
    share: float
    kind: BarKind
    line: float | None = None


@dataclass(frozen=True, slots=True)
class Against:
    """A body that decided against the vote, and why."""

    said: str
    by: str
    reason: str
    reason_lang: str


@dataclass(frozen=True, slots=True)
class Departure:
    """A project on which somebody decided against the vote."""

    title: str
    title_lang: str
    url: str
    price: str
    against: tuple[Against, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A project in the order of the count."""

    rank: int
    number: str
    title: str
    title_lang: str
    url: str
    place: str
    votes: str
    share: float
    line: float | None
    bar: BarKind
    price: str
    mark: str  # ok or plain
    icon: str
    departs: bool
    result: str
    why: str
    words: tuple[str, ...]
    support: float | None  # percent of the price that its supporters' shares came to
    support_text: str


@dataclass(frozen=True, slots=True)
class Balance:
    """What became of every right and every sheet, in rows of words and figures."""

    rows: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class Recount:
    """What anyone needs to count again."""

    size: str
    ballots_sha256: str
    outcome_sha256: str
    seed: str
    draw_value: str
    rules_sha256: str
    command: str
    base: str


@dataclass(frozen=True, slots=True)
class Counted:
    """A counted round, whole."""

    tiles: tuple[tuple[str, str, str], ...]
    approved: str  # the maslikhat's decision, once there is one
    departures: tuple[Departure, ...]
    rows: tuple[Row, ...]
    threshold: str
    points: bool
    money: tuple[Part, ...]
    balance: Balance | None
    recount: Recount
    rule: str
    stops: bool  # at the first project that does not fit
    rules: tuple[str, ...]  # by what it was counted, in sentences
    shares: SharesView | None
    compared: ComparedView | None


def body_name(visit: Visit, word: Word) -> str:
    """Who spoke, with the number and the date of the act."""
    parts = [phrases.label(f"body.{word.body}", visit.lang)]
    if word.act_number:
        parts.append(_act(visit, word))
    if word.act_date:
        parts.append(formats.day(word.act_date, visit.lang))
    return ", ".join(parts)


def _act(visit: Visit, word: Word) -> str:
    say = translations(visit.lang).gettext
    form = N_("minutes no. %(number)s") if word.body == Body.ASSEMBLY else N_("no. %(number)s")
    return say(form) % {"number": word.act_number}


def said_of(visit: Visit, word: Word) -> str:
    """`Жиналыс: келісілді, хаттама № 4, 14 мамыр 2025`."""
    said = phrases.label(f"said.{word.body}_{word.said}", visit.lang)
    if word.amount and word.said == "part":
        said = f"{said} ({formats.tenge(word.amount)})"
    name = body_name(visit, word)
    return f"{name[:1].upper()}{name[1:]}: {said}"


def build(
    visit: Visit,
    of: Round,
    result: Result,
    *,
    proposals: Mapping[str, Proposal],
    words: Mapping[str, Mapping[Body, Word]],
    places: Mapping[str, str],
    turnout: Turnout | None,
    approval: Word | None,
    ties: tuple[TieDecision, ...] = (),
) -> Counted:
    """The page of a counted round."""
    outcome = result.outcome
    account = Account(visit, of, outcome, proposals, ties)
    return Counted(
        tiles=_tiles(visit, of, outcome, turnout),
        approved=approved(visit, approval),
        departures=tuple(_departures(visit, of, outcome, proposals, words)),
        rows=tuple(
            _row(account, rank, step, words, places)
            for rank, step in enumerate(outcome.steps, start=1)
        ),
        threshold=formats.number(outcome.threshold) if outcome.threshold else "",
        points=outcome.measure == "points",
        money=_money(visit, of, outcome),
        balance=balance(visit, turnout, outcome) if turnout else None,
        recount=_recount(visit, of, result),
        rule=rule_name(account, outcome),
        stops=stops(outcome),
        rules=rule_lines(account),
        shares=shares_view(account),
        compared=compared_view(account, result.compared),
    )


def approved(visit: Visit, approval: Word | None) -> str:
    """`Аудандық мәслихат бекітті: шешім № 38-2, 24 желтоқсан 2025`."""
    if approval is None or approval.act_date is None:
        return ""
    say = translations(visit.lang).gettext
    return say(N_("The raion maslikhat's decision no. %(number)s, %(date)s")) % {
        "number": approval.act_number,
        "date": formats.day(approval.act_date, visit.lang),
    }


def _tiles(
    visit: Visit, of: Round, outcome: Outcome, turnout: Turnout | None
) -> tuple[tuple[str, str, str], ...]:
    catalogue = translations(visit.lang)
    say = catalogue.gettext
    voted = outcome.voters
    share = ""
    found: list[tuple[str, str, str]] = []
    if turnout is not None and turnout.eligible:
        share = say(N_("%(share)s of the %(eligible)s people on the roll")) % {
            "share": formats.percent(voted / turnout.eligible, 1),
            "eligible": formats.number(turnout.eligible),
        }
    found.append((formats.number(voted), say(N_("people voted")), share))
    if turnout is not None:
        spoiled = say(N_("spoiled paper ballots: %(n)s")) % {
            "n": formats.number(turnout.paper_spoiled)
        }
        both = f"{formats.number(turnout.online)} + {formats.number(turnout.paper_counted)}"
        found.append((both, say(N_("online and on paper")), spoiled))
    spent = say(N_("%(spent)s of %(envelope)s")) % {
        "spent": money(of, outcome.total_cost),
        "envelope": money(of, outcome.budget),
    }
    won = f"{len(outcome.selected)} / {len(outcome.steps)}"
    found.append((won, say(N_("projects recommended by the vote")), spent))
    return tuple(found)


def _departures(
    visit: Visit,
    of: Round,
    outcome: Outcome,
    proposals: Mapping[str, Proposal],
    words: Mapping[str, Mapping[Body, Word]],
) -> list[Departure]:
    found = []
    for step in outcome.steps:
        proposal = proposals[step.project]
        title, lang = title_of(visit, of, proposal)
        said = words.get(proposal.id, {})
        against = tuple(
            Against(
                said=phrases.label(f"said.{body}_{said[body].said}", visit.lang),
                by=body_name(visit, said[body]),
                reason=visit.in_lang(said[body], "reason"),
                reason_lang="kk" if visit.lang == "kk" else "ru",
            )
            for body in Body
            if body in said and said[body].departs
        )
        if against:
            url = f"{visit.here}/proposals/{proposal.number}"
            found.append(Departure(title, lang, url, money(of, step.cost), against))
    return found


def _row(
    account: Account,
    rank: int,
    step: Step,
    words: Mapping[str, Mapping[Body, Word]],
    places: Mapping[str, str],
) -> Row:
    visit, of, outcome = account.visit, account.of, account.outcome
    proposal = account.proposals[step.project]
    title, lang = title_of(visit, of, proposal)
    said = [words[proposal.id][body] for body in Body if body in words.get(proposal.id, {})]
    won = step.verdict is Verdict.FUNDED
    against = any(word.departs for word in said)
    most = max((one.votes for one in outcome.steps), default=0)
    scale = max(most, outcome.threshold, 1)
    helped = in_all(visit.lang, price=step.cost, cofinanced=proposal.cofinanced)
    helped += "." if helped else ""
    lost = support(step) if not won or step.paid_from is Purse.REMAINDER else None
    return Row(
        rank=rank,
        number=step.project,
        title=title,
        title_lang=lang,
        url=f"{visit.here}/proposals/{proposal.number}",
        place=places.get(proposal.settlement_id or "", ""),
        votes=formats.number(step.votes),
        share=max(step.votes, 0) * 100 / scale,
        line=outcome.threshold * 100 / scale if outcome.threshold else None,
        bar="open" if against else "full" if won else "soft",
        price="" if step.verdict is Verdict.WITHDRAWN else money(of, step.cost),
        mark="ok" if won else "plain",
        icon="check" if won else "cross",
        departs=against,
        result=phrases.label(_verdict(step), visit.lang),
        why=" ".join(part for part in (helped, *why(account, step)) if part),
        # The last one who spoke, and whoever went against the vote; the project's page has all.
        words=tuple(said_of(visit, one) for one in said if one.departs or one is said[-1]),
        support=lost,
        support_text="" if lost is None else formats.percent(int(lost * 10) / 1000, 1),
    )


def _verdict(step: Step) -> str:
    if step.paid_from in (Purse.REMAINDER, Purse.GUARANTEE):
        return f"why.funded_{step.paid_from}"
    return f"why.{step.verdict}"


def _money(visit: Visit, of: Round, outcome: Outcome) -> tuple[Part, ...]:
    say = translations(visit.lang).gettext
    whole = max(outcome.budget, 1)
    rows: list[tuple[str, int, BarKind]] = []
    if outcome.shares is None:
        rows.append((N_("For the recommended projects"), outcome.total_cost, "full"))
    else:
        filled = sum(step.cost for step in outcome.filled_up)
        rows.append((N_("Bought by the residents' shares"), outcome.total_cost - filled, "full"))
        if filled:
            rows.append((N_("Filled up by votes from what was left"), filled, "gold"))
    rows.append((N_("Left over"), outcome.budget - outcome.total_cost, "soft"))
    return tuple(Part(say(label), money(of, n), n * 100 / whole, kind) for label, n, kind in rows)


def balance(visit: Visit, turnout: Turnout, outcome: Outcome) -> Balance:
    """The balance of ballots, honest to the sheet."""
    say = translations(visit.lang).gettext
    lines: Sequence[tuple[str, int, bool]] = (
        (N_("People who may vote"), turnout.eligible, False),
        (N_("Voted online"), turnout.online, False),
        (N_("Paper ballots printed"), turnout.printed, False),
        (N_("Paper ballots handed out"), turnout.paper_issued, False),
        (N_("Paper ballots counted"), turnout.paper_counted, False),
        (N_("Paper ballots spoiled"), turnout.paper_spoiled, False),
        (N_("Paper ballots read differently and not settled"), turnout.paper_unsettled, False),
        (N_("Paper ballots handed out and not returned"), turnout.paper_missing, False),
        (N_("Ballots counted in all"), outcome.voters, True),
    )
    return Balance(tuple((say(words), formats.number(n), strong) for words, n, strong in lines))


def _recount(visit: Visit, of: Round, result: Result) -> Recount:
    file = f"{visit.district.slug}-{of.key}.pb"
    kilobytes = formats.number(max(1, round(result.ballots_size / 1024)))
    return Recount(
        size=translations(visit.lang).gettext(N_("%(n)s KB")) % {"n": kilobytes},
        ballots_sha256=result.ballots_sha256,
        outcome_sha256=result.outcome_sha256,
        seed=result.outcome.seed,
        draw_value=result.draw_value,
        rules_sha256=of.rules_sha256 or "",
        command=f"asar count {file} {options(result.outcome)}",
        base=f"{visit.here}/rounds/{of.key}",
    )


def options(outcome: Outcome) -> str:
    """What `asar count` is told to come to this outcome; the threshold stands in the file."""
    try:
        return remark(of_outcome(outcome)).partition(COMMAND)[2]
    except ValueError:  # a published election's own rule: the file says it
        return "--rule as-published"


def won(proposal: Proposal) -> bool:
    """Whether the vote recommended it."""
    return proposal.status == Status.RECOMMENDED
