"""Why a project came out as it did: its step of the account as plain sentences."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.counting.amounts import rounded_text
from app.counting.backing import Backing
from app.counting.outcome import Outcome, Purse, Step, Verdict
from app.decisions.models import TieDecision
from app.proposals.models import Proposal
from app.rounds.models import Round
from app.web.visit import Visit
from app.words import formats
from app.words.catalogue import N_, translations

LONGEST = 48  # letters of a title inside a sentence
MOST_TAKERS = 3  # projects that took a loser's money, as far as a sentence names them
LOT = 8  # digits of a lot on a page; the whole one is in the files


def money(of: Round, amount: int) -> str:
    """A sum in the round's own currency."""
    return formats.money(amount, of.currency, of.minor_digits)


def title_of(visit: Visit, of: Round, proposal: Proposal) -> tuple[str, str]:
    """A project's title for this reader, and the language it is in."""
    if of.imported_from:
        return proposal.title, proposal.lang
    lang = "kk" if visit.lang == "kk" else "ru"
    return visit.in_lang(proposal, "title") or proposal.title, lang


@dataclass(frozen=True, slots=True)
class Account:
    """A count with everything that its words need. `ties`: the commission's, as they came."""

    visit: Visit
    of: Round
    outcome: Outcome
    proposals: Mapping[str, Proposal]
    ties: tuple[TieDecision, ...] = ()

    def say(self, words: str, /, **facts: object) -> str:
        """A sentence in the reader's language."""
        return translations(self.visit.lang).gettext(words) % facts

    def money(self, amount: int) -> str:
        """A sum in the round's own currency."""
        return money(self.of, amount)

    def each(self, text: str) -> str:
        """What one person paid or had: the account's rounded text, with its currency."""
        whole, dot, rest = text.partition(".")
        sign = "₸" if self.of.currency == "KZT" else self.of.currency
        shown = formats.number(int(whole)) + (f",{rest}" if dot else "")
        return f"{shown}{formats.NBSP}{sign}"

    def named(self, number: str) -> str:
        """`«Көше шамдары» (№ 3)`: a project inside a sentence, by its number on the ballot."""
        title, _ = title_of(self.visit, self.of, self.proposals[number])
        short = title if len(title) <= LONGEST else f"{title[: LONGEST - 1].rstrip()}…"
        return f"«{short}» (№{formats.NBSP}{number})"


def why(account: Account, step: Step) -> tuple[str, ...]:
    """Sentences about one project, its reason first, then how a tie was decided."""
    return tuple(filter(None, (*_reason(account, step), *_tie(account, step))))


def support(step: Step) -> float | None:
    """Percent of the price that its supporters' shares came to; None without shares."""
    if step.backing is None or not step.cost:
        return None
    return float(step.backing.support(step.cost) * 100)


def price_each(account: Account, backing: Backing) -> str:
    """What each of those who paid the whole price paid."""
    assert backing.price is not None
    return account.each(rounded_text(backing.price, account.outcome.decimals, further=0))


def paid_by(step: Step) -> tuple[int, int, int]:
    """How many paid all of the price, a part of it, and nothing."""
    people = [many for many, _ in step.backing.payers] if step.backing else []
    if not people:
        return 0, 0, 0
    return people[0], sum(people[1:-1]), people[-1]


def _reason(account: Account, step: Step) -> tuple[str, ...]:
    say, outcome = account.say, account.outcome
    reasons: dict[Verdict, Callable[[Account, Step], tuple[str, ...]]] = {
        Verdict.FUNDED: _funded,
        Verdict.SHORT: _supporters_had,
        Verdict.TOO_DEAR: _too_dear,
    }
    if told := reasons.get(step.verdict):
        return told(account, step)
    if step.verdict is Verdict.BELOW_THRESHOLD:
        form = (
            N_("At least %(least)s points were needed.")
            if outcome.measure == "points"
            else N_("At least %(least)s votes were needed.")
        )
        return (say(form, least=formats.number(outcome.threshold)),)
    if step.verdict is Verdict.RIVAL_TAKEN and step.rival:
        form = N_("Only one of the two can be built: %(rival)s was taken before it.")
        return (say(form, rival=account.named(step.rival)),)
    if step.verdict is Verdict.AFTER_STOP:
        return (say(N_("This rule stops at the first project that does not fit.")),)
    return ()


def _funded(account: Account, step: Step) -> tuple[str, ...]:
    say, backing = account.say, step.backing
    left = say(N_("Left after it: %(left)s."), left=account.money(step.left_after))
    if step.paid_from is Purse.SHARES and backing and backing.price is not None:
        return (*_bought(account, step, backing), left)
    if step.paid_from is Purse.GUARANTEE and step.part:
        part = step.part
        return (
            say(
                N_(
                    "Paid from the part kept for its settlement (%(place)s): %(before)s was in it, "
                    "%(after)s stayed."
                ),
                place=part.settlement,
                before=account.money(part.left_before),
                after=account.money(part.left_after),
            ),
            left,
        )
    if step.paid_from is Purse.REMAINDER:
        return (
            *(_supporters_had(account, step) if backing else ()),
            say(
                N_("It was then taken by votes from what the shares had left: %(before)s."),
                before=account.money(step.left_before),
            ),
            left,
        )
    return (left,)


def _bought(account: Account, step: Step, backing: Backing) -> tuple[str, ...]:
    full, part, nothing = paid_by(step)
    points = account.outcome.shares is not None and account.outcome.shares.utility == "points"
    each = N_("Paid for each point: %(each)s.") if points else N_("Each of %(full)s paid %(each)s.")
    told = [
        account.say(
            N_("Bought in turn %(turn)s: its supporters had %(had)s left of their shares."),
            turn=backing.turn,
            had=account.money(backing.had),
        ),
        account.say(each, full=formats.number(full), each=price_each(account, backing)),
    ]
    if part:
        told.append(
            account.say(N_("%(part)s more had less left and paid that."), part=formats.number(part))
        )
    if nothing:
        told.append(account.say(N_("%(none)s had nothing left."), none=formats.number(nothing)))
    return tuple(told)


def _too_dear(account: Account, step: Step) -> tuple[str, ...]:
    say, outcome = account.say, account.outcome
    if step.cost > outcome.budget:
        form = N_("It costs more than there is for all projects: %(budget)s.")
        return (say(form, budget=account.money(outcome.budget)),)
    left, missing = account.money(step.left_before), account.money(step.missing)
    if step.backing:
        return (
            *_supporters_had(account, step),
            say(
                N_(
                    "When the rest was given out by votes, %(left)s was left; %(missing)s was "
                    "missing."
                ),
                left=left,
                missing=missing,
            ),
        )
    told = []
    if step.part:
        told.append(
            say(
                N_("In the part kept for its settlement (%(place)s) %(left)s was left."),
                place=step.part.settlement,
                left=account.money(step.part.left_before),
            )
        )
    told.append(
        say(
            N_("When its turn came, %(left)s was left; %(missing)s was missing."),
            left=left,
            missing=missing,
        )
    )
    if taken := _last_taken(outcome, step):
        form = N_("It would still have fitted before this one was taken: %(project)s.")
        told.append(say(form, project=account.named(taken)))
    return tuple(told)


def _last_taken(outcome: Outcome, step: Step) -> str | None:
    """The project after whose taking too little was left for this one."""
    for one in outcome.steps:
        if one is step:
            return None
        if one.verdict is Verdict.FUNDED and one.left_after < step.cost <= one.left_before:
            return one.project
    return None


def _supporters_had(account: Account, step: Step) -> tuple[str, ...]:
    say, backing = account.say, step.backing
    if backing is None:
        return ()
    needed, had = account.money(step.cost), account.money(backing.had)
    lacking = account.money(max(step.cost - backing.had, 0))
    if backing.short_after == 0:
        form = N_(
            "Needed: %(needed)s. All the shares of its supporters come to %(had)s: %(lacking)s too "
            "little from the start."
        )
        return (say(form, needed=needed, had=had, lacking=lacking),)
    if backing.short_after is None:
        form = N_("Needed: %(needed)s. In the end its supporters had %(had)s of their shares left.")
        return (say(form, needed=needed, had=had),)
    turn = account.outcome.turns[backing.short_after - 1]
    told = say(
        N_(
            "Needed: %(needed)s. Its supporters had %(had)s of their shares left once this was "
            "bought: %(project)s. Too little by %(lacking)s."
        ),
        needed=needed,
        had=had,
        lacking=lacking,
        project=account.named(turn.project),
    )
    if not backing.takers:
        return (told,)
    spent = ", ".join(
        f"{account.named(project)} {account.money(taken)}"
        for project, taken in backing.takers[:MOST_TAKERS]
    )
    return told, say(N_("They had spent most on: %(spent)s."), spent=spent)


def _tie(account: Account, step: Step) -> tuple[str, ...]:
    if step.tie_broken_by is None:
        return ()
    others = ", ".join(step.tied_with)
    if step.paid_from is Purse.SHARES:
        even = account.say(
            N_("In that turn it was level with ballot number %(others)s."), others=others
        )
        decided = {
            "cost": N_("The lower price goes first."),
            "votes": N_("More votes go first."),
            "draw": N_("The draw decided the order."),
            "commission": N_("The commission decided the order."),
        }[step.tie_broken_by]
        told = [even, account.say(decided)]
    else:
        form = {
            "cost": N_("Equal votes with ballot number %(others)s: the lower price goes first."),
            "votes": N_("Equal points with ballot number %(others)s: more supporters go first."),
            "draw": N_("Equal votes with ballot number %(others)s: the draw decided the order."),
            "commission": N_(
                "Equal votes with ballot number %(others)s: the commission decided the order."
            ),
        }[step.tie_broken_by]
        told = [account.say(form, others=others)]
    if step.draw:
        told.append(
            account.say(
                N_("Its lot begins with %(lot)s; the lowest lot goes first."), lot=step.draw[:LOT]
            )
        )
    if step.tie_broken_by == "commission" and (act := _act(account, step)):
        told.append(act)
    return tuple(told)


def _act(account: Account, step: Step) -> str:
    for one in account.ties:
        if step.project in one.ordered:
            return account.say(
                N_("Minutes no. %(number)s, %(date)s: %(words)s"),
                number=one.act_number,
                date=formats.day(one.act_date, account.visit.lang),
                words=account.visit.in_lang(one, "words"),
            )
    return ""
