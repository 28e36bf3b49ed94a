"""How a count went as a whole: rule, equal shares, the money turn by turn, the other rule."""

from dataclasses import dataclass

from app.counting.amounts import rounded_text
from app.counting.outcome import Outcome, Purse, Step, Verdict
from app.decisions.queries import Compared
from app.web.account_words import Account, paid_by, price_each, title_of
from app.words import formats
from app.words.catalogue import N_

MOST_NAMED = 12  # projects in a list of the comparison; the whole is in the JSON


@dataclass(frozen=True, slots=True)
class SharesView:
    """The equal shares in a few sentences."""

    first: str  # the share at the start
    last: str  # the share that decided
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """A project that was taken, and what was left of all the money. Bars are percent of it."""

    number: int
    title: str
    lang: str
    url: str
    price: str
    each: str  # what one supporter paid; empty where nobody paid by share
    paid: str  # how many paid all, a part, nothing
    source: str  # out of what it was paid, where that is to be said
    left: str
    before: float
    share: float
    kind: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A row of the comparison: the same figure under both rules."""

    words: str
    ours: str
    theirs: str
    share: float
    other_share: float


@dataclass(frozen=True, slots=True)
class Split:
    """People who get more under one rule, under the other, as much: a part of a bar."""

    label: str
    text: str
    share: float
    kind: str


@dataclass(frozen=True, slots=True)
class ComparedView:
    """What the other rule would have chosen; it decides nothing."""

    ours: str
    theirs: str
    rows: tuple[Pair, ...]
    by_number: tuple[Split, ...]
    by_cost: tuple[Split, ...]
    only_ours: tuple[tuple[str, str], ...]  # title, language
    only_theirs: tuple[tuple[str, str], ...]
    more: int  # projects of both lists that are not named
    same: bool  # both take the same projects


def rule_name(account: Account, outcome: Outcome) -> str:
    """What people call the rule."""
    if outcome.shares is None:
        return account.say(N_("Most votes"))
    return account.say(N_("Equal Shares"))


def stops(outcome: Outcome) -> bool:
    """Whether the rule ended at the first project that did not fit, as some cities' do."""
    return any(step.verdict is Verdict.AFTER_STOP for step in outcome.steps)


def rule_lines(account: Account) -> tuple[str, ...]:
    """By what rule it was counted, from the account itself: for the page and the printed sheet."""
    say, outcome = account.say, account.outcome
    shares = outcome.shares
    told: list[str] = []
    if shares is None:
        told.append(
            say(N_("From the most votes down, until the first project that does not fit."))
            if stops(outcome)
            else say(N_("From the most votes down, whatever still fits into the money is taken."))
        )
    else:
        told.append(
            say(
                N_(
                    "Every ballot has an equal share of the money. Those who chose a project pay "
                    "for it together, in equal parts; who has less left pays what is left."
                )
            )
        )
        told.append(
            say(
                {
                    "cost": N_("What gives the most for each tenge of a supporter goes first."),
                    "number": N_("What costs one supporter the least goes first."),
                    "points": N_("What costs the least for a point goes first."),
                }[shares.utility]
            )
        )
    if outcome.threshold:
        told.append(
            say(
                N_("A project needs at least: %(least)s."),
                least=formats.number(outcome.threshold),
            )
        )
    for group in outcome.exclusions:
        told.append(
            say(
                N_("Of these at most one is taken: %(projects)s."),
                projects=", ".join(f"№{formats.NBSP}{one}" for one in sorted(group, key=_number)),
            )
        )
    if outcome.guarantees:
        parts = ", ".join(f"{place} {account.money(part)}" for place, part in outcome.guarantees)
        told.append(
            say(N_("Kept first for the projects of each settlement: %(parts)s."), parts=parts)
        )
    told.append(
        say(N_("Equals: the lower price, then more votes, then the commission's decision."))
        if outcome.decided is not None
        else say(N_("Equals: the lower price, then more votes, then the draw."))
    )
    for one in account.ties:
        told.append(
            say(
                N_(
                    "The commission's order of equals: %(order)s. Minutes no. %(number)s, %(date)s."
                ),
                order=", ".join(f"№{formats.NBSP}{number}" for number in one.ordered),
                number=one.act_number,
                date=formats.day(one.act_date, account.visit.lang),
            )
        )
    return tuple(told)


def _number(text: str) -> tuple[int, str]:
    return (int(text), "") if text.isascii() and text.isdigit() else (0, text)


def shares_view(account: Account) -> SharesView | None:
    """The shares of a count by Equal Shares; None under another rule."""
    outcome, say = account.outcome, account.say
    shares = outcome.shares
    if shares is None:
        return None
    first = account.each(rounded_text(shares.first, outcome.decimals, further=0))
    last = account.each(rounded_text(shares.share, outcome.decimals, further=0))
    told = [
        say(
            N_("At the start each of %(ballots)s ballots had an equal share: %(first)s."),
            ballots=formats.number(shares.ballots),
            first=first,
        )
    ]
    if shares.increases:
        told.append(
            say(
                N_(
                    "Much of it would have stayed unspent, so all shares were raised together in "
                    "small steps (%(steps)s of them), up to %(last)s."
                ),
                steps=formats.number(shares.increases),
                last=last,
            )
        )
    if shares.ended is not None:
        told.append(
            say(
                {
                    "over": N_("One step more would have cost more than there is."),
                    "all_in": N_("Then every project that had votes was in."),
                    "exhaustive": N_("Then no other project fitted into what was left."),
                }[shares.ended]
            )
        )
    told.append(
        say(
            N_("The shares bought %(n)s projects for %(sum)s."),
            n=len(outcome.turns),
            sum=account.money(sum(step.cost for step in outcome.turns)),
        )
    )
    if outcome.filled_up:
        told.append(
            say(
                N_("From what was left %(n)s more were taken by votes, for %(sum)s."),
                n=len(outcome.filled_up),
                sum=account.money(sum(step.cost for step in outcome.filled_up)),
            )
        )
    elif shares.completion != "add1u":
        told.append(say(N_("What was left was not given out.")))
    return SharesView(first, last, tuple(told))


def turns(account: Account) -> tuple[Turn, ...]:
    """The projects that were taken, in order."""
    taken = [step for step in account.outcome.steps if step.verdict is Verdict.FUNDED]
    return tuple(_turn(account, place, step) for place, step in enumerate(taken, start=1))


def _turn(account: Account, place: int, step: Step) -> Turn:
    outcome, say = account.outcome, account.say
    proposal = account.proposals[step.project]
    title, lang = title_of(account.visit, account.of, proposal)
    each = paid = source = ""
    backing = step.backing
    if step.paid_from is Purse.SHARES and backing and backing.price is not None:
        each = price_each(account, backing)
        full, part, nothing = map(formats.number, paid_by(step))
        paid = say(
            N_("all of it: %(full)s, a part: %(part)s, nothing: %(none)s"),
            full=full,
            part=part,
            none=nothing,
        )
    elif step.paid_from is Purse.REMAINDER:
        source = say(N_("Filled up by votes from what was left"))
    elif step.paid_from is Purse.GUARANTEE and step.part:
        source = say(N_("From the part kept for: %(place)s"), place=step.part.settlement)
    whole = max(outcome.budget, 1)
    return Turn(
        number=place,
        title=title,
        lang=lang,
        url=f"{account.visit.here}/proposals/{proposal.number}",
        price=account.money(step.cost),
        each=each,
        paid=paid,
        source=source,
        left=account.money(step.left_after),
        before=(outcome.budget - step.left_before) * 100 / whole,
        share=step.cost * 100 / whole,
        kind="gold" if step.paid_from in (Purse.REMAINDER, Purse.GUARANTEE) else "full",
    )


def compared_view(account: Account, compared: Compared | None) -> ComparedView | None:
    """Both rules side by side; None where the round does not compare."""
    if compared is None:
        return None
    ours, theirs, held = account.outcome, compared.other, compared.held
    say, voters = account.say, max(compared.held.voters, 1)
    names = rule_name(account, ours), rule_name(account, theirs)

    def pair(words: str, one: int, other: int, whole: int, texts: tuple[str, str]) -> Pair:
        whole = max(whole, 1)
        return Pair(say(words), *texts, one * 100 / whole, other * 100 / whole)

    def people(number: int) -> str:
        return f"{formats.number(number)} ({formats.percent(number / voters)})"

    def split(first: int, second: int, same: int) -> tuple[Split, ...]:
        both = say(N_("As much under both"))
        parts = ((names[0], first, "full"), (names[1], second, "gold"), (both, same, "soft"))
        return tuple(Split(label, people(n), n * 100 / voters, kind) for label, n, kind in parts)

    won, would = len(ours.selected), len(theirs.selected)
    chosen = held.chosen_first, held.chosen_second
    rows = (
        pair(
            N_("Projects chosen"),
            won,
            would,
            len(ours.steps),
            (formats.number(won), formats.number(would)),
        ),
        pair(
            N_("Money spent"),
            ours.total_cost,
            theirs.total_cost,
            ours.budget,
            (account.money(ours.total_cost), account.money(theirs.total_cost)),
        ),
        pair(
            N_("Voters of whose choices nothing was taken"),
            held.nothing_first,
            held.nothing_second,
            voters,
            (people(held.nothing_first), people(held.nothing_second)),
        ),
        pair(
            N_("Projects that a voter chose and got, on average"),
            chosen[0],
            chosen[1],
            max(*chosen, 1),
            (_average(chosen[0], voters), _average(chosen[1], voters)),
        ),
    )
    only_ours = _only(account, ours, theirs)
    only_theirs = _only(account, theirs, ours)
    number, cost = held.by_number, held.by_cost
    hidden = sum(max(len(one) - MOST_NAMED, 0) for one in (only_ours, only_theirs))
    return ComparedView(
        ours=names[0],
        theirs=names[1],
        rows=rows,
        by_number=split(number.first, number.second, number.same),
        by_cost=split(cost.first, cost.second, cost.same),
        only_ours=only_ours[:MOST_NAMED],
        only_theirs=only_theirs[:MOST_NAMED],
        more=hidden,
        same=set(ours.selected) == set(theirs.selected),
    )


def _average(number: int, voters: int) -> str:
    return f"{number / voters:.2f}".replace(".", ",")


def _only(account: Account, one: Outcome, other: Outcome) -> tuple[tuple[str, str], ...]:
    """What is taken under one and not under the other, in the order of the count."""
    missed = set(other.selected)
    return tuple(
        title_of(account.visit, account.of, account.proposals[step.project])
        for step in one.steps
        if step.verdict is Verdict.FUNDED and step.project not in missed
    )
