"""A proposal's way: the entries of the record as dated steps, what holds now, what comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from app.core.clock import day_of
from app.core.workdays import Term, TermState
from app.decisions.models import Body, Said, Word
from app.followup.models import Works
from app.followup.rules import delay_of
from app.ledger.models import Entry
from app.proposals.models import Proposal, Status
from app.rounds.calendar import ALLOWED, Act, Calendar
from app.rounds.models import Stage
from app.web.called_off import Notice
from app.web.frame import Link
from app.web.visit import Visit
from app.web.way_steps import State, Step, step_of
from app.words import formats, phrases
from app.words.catalogue import N_, translations

MarkKind = Literal["ok", "bad", "late", "turn", "cur", "plain"]
# What still lies ahead of a proposal, and the stage with which it begins.
AHEAD = (
    (Stage.VOTING, N_("The village votes")),
    (Stage.RESULTS, N_("The results are published")),
    (Stage.ASSEMBLY, N_("The assembly of the local community discusses the result")),
    (Stage.DECISION, N_("The akim decides on each project, with reasons")),
    (Stage.BUDGET, N_("The draft budget goes to the raion, then to the maslikhat")),
    (Stage.WORKS, N_("Works begin, if the maslikhat approves")),
)
ENDED = frozenset({Status.FORWARDED, Status.REFUSED, Status.WITHDRAWN})
OVER = ENDED | {"missed", "akim_declined", "raion_declined", "maslikhat_declined", "ready"}
CORRECTABLE = frozenset(stage for stage, acts in ALLOWED.items() if Act.CORRECT in acts)
UNLISTED = frozenset({Status.SUBMITTED, Status.RETURNED, Status.ADMITTED})


@dataclass(frozen=True, slots=True)
class Mark:
    """A state in one word, with its icon's kind."""

    kind: MarkKind
    text: str


@dataclass(frozen=True, slots=True)
class Now:
    """What holds now, and what comes next and by when."""

    title: str
    text: str
    mark: Mark | None = None
    late: bool = False
    over: bool = False  # nothing comes after the last entry


@dataclass(frozen=True, slots=True)
class Way:
    """The whole way of a proposal."""

    now: Now
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything the way is made of."""

    proposal: Proposal
    calendar: Calendar
    term: Term | None
    entries: Sequence[Entry]
    words: Mapping[Body, Word]
    works: Works | None
    elsewhere: bool = False  # a vote held elsewhere and brought in: nothing follows it here
    off: Notice | None = None  # the round was called off, and every open way with it
    in_budget: tuple[Link, ...] = ()  # the newest published plan with a line of it


def build_way(visit: Visit, at: Standing) -> Way:
    """The way of a proposal as it stands at this visit."""
    now = now_of(visit, at)
    steps = [step_of(visit, entry, author=at.proposal.author) for entry in at.entries]
    for place, entry in enumerate(at.entries):
        if entry.kind == "decisions.into_draft" and at.in_budget:
            steps[place] = replace(steps[place], link=at.in_budget[0])
    if at.off is not None and at.calendar.cancelled_at is not None:
        day = formats.day(day_of(at.calendar.cancelled_at), visit.lang)
        steps.append(Step(when=day, title=at.off.title, text=at.off.why, state="late"))
    if not now.over:
        say = translations(visit.lang).gettext
        state: State = "late" if now.late else "now"
        steps.append(Step(when=say(N_("Now")), title=now.title, text=now.text, state=state))
        steps += _ahead(visit, at)
    return Way(now, tuple(steps))


def code_of(at: Standing, stage: Stage | None, today: date) -> str:
    """Names what holds now; `way.<code>` and `next.<code>` word it."""
    status = at.proposal.status
    if status == Status.SUBMITTED:
        late = at.term is not None and at.term.state is TermState.OVERDUE
        return "overdue" if late else "review"
    if status == Status.ON_BALLOT:
        return "voting" if stage is Stage.VOTING else "counting"
    if status == Status.RETURNED and stage not in CORRECTABLE:
        return "missed"
    if status not in (Status.RECOMMENDED, Status.NOT_RECOMMENDED):
        return status
    if at.works is not None:
        if at.works.ready_on:
            return "ready"
        return "late" if delay_of(at.works, today) else "works"
    return next(
        (
            f"{body}_{at.words[body].said}"
            for body in (Body.MASLIKHAT, Body.RAION, Body.AKIM, Body.ASSEMBLY)
            if body in at.words
        ),
        status,
    )


def now_of(visit: Visit, at: Standing) -> Now:
    """The note above the way."""
    if at.off is not None:
        return Now(at.off.title, at.off.lines[0], over=True)
    today = day_of(visit.now)
    stage = at.calendar.stage(visit.now)
    code = code_of(at, stage, today)
    by = _by_when(at, code, stage)
    title = phrases.label(f"way.{code}", visit.lang)
    if at.elsewhere:
        return Now(title, phrases.label("next.elsewhere", visit.lang), over=True)
    text = phrases.phrase(phrases.LABELS[f"next.{code}"], visit.lang, {"date": by or today})
    if by is None and code not in (*ENDED, "missed"):
        text = " ".join(filter(None, (text, _next_stage(visit, at.calendar, stage))))
    mark = mark_of(visit, at.proposal, at.term) if at.proposal.status == Status.SUBMITTED else None
    why = visit.in_lang(at.proposal, "extended_why")
    if why and at.term is not None and at.term.state is TermState.EXTENDED:
        text += " " + phrases.phrase(phrases.LABELS["fact.reason"], visit.lang, {"value": why})
    if at.works is not None and code == "late" and (delay := delay_of(at.works, today)):
        mark = Mark("bad", late_by(visit, delay.days))
    departs = any(word.departs for word in at.words.values())
    if mark is None and departs:
        mark = Mark("turn", phrases.label("fact.departs", visit.lang))
    return Now(title, text, mark, late=code in ("overdue", "late"), over=code in OVER)


def _by_when(at: Standing, code: str, stage: Stage | None) -> date | None:
    """The day on which the next thing is due or begins."""
    if code in ("review", "overdue"):
        return at.term.due if at.term else None
    if code == "returned":
        return day_of(at.calendar.begins(Stage.VOTING))
    if code == "voting":
        return day_of(at.calendar.begins(Stage.COUNTING))
    if code == "counting":
        return day_of(at.calendar.begins(Stage.RESULTS))
    if code == "admitted":
        return day_of(at.calendar.begins(Stage.VOTING))
    if at.works is None:
        return None
    return {"ready": at.works.ready_on, "late": at.works.promised_on}.get(
        code, at.works.expected_on or at.works.promised_on
    )


def _next_stage(visit: Visit, calendar: Calendar, stage: Stage | None) -> str:
    """`Келесі кезең: Жиналыс, 14 мамыр 2026.`; nothing after the last one."""
    coming = [start for start in calendar.starts if start.at > visit.now]
    if not coming or stage is Stage.WORKS:
        return ""
    facts = {
        "stage": phrases.label(f"stage.{coming[0].stage}", visit.lang),
        "date": day_of(coming[0].at),
    }
    return phrases.phrase(phrases.LABELS["next.stage"], visit.lang, facts)


def mark_of(visit: Visit, proposal: Proposal, term: Term | None) -> Mark:
    """A proposal's state in a word: its status, or how its answer's clock stands."""
    status = proposal.status
    if term is not None and status == Status.SUBMITTED:
        say = translations(visit.lang)
        if term.state is TermState.OVERDUE:
            return Mark("late", overdue(visit, term.days))
        if term.state is TermState.EXTENDED:
            text = say.gettext(N_("Extended until: %(date)s"))
            return Mark("plain", text % {"date": formats.day(term.due, visit.lang)})
        text = say.gettext(N_("Answer due: %(date)s"))
        return Mark("plain", text % {"date": formats.day(term.due, visit.lang)})
    kinds: dict[str, MarkKind] = {
        Status.ADMITTED: "ok",
        Status.RECOMMENDED: "ok",
        Status.ON_BALLOT: "cur",
        Status.RETURNED: "cur",
        Status.REFUSED: "bad",
    }
    return Mark(kinds.get(status, "plain"), phrases.label(f"status.{status}", visit.lang))


def overdue(visit: Visit, days: int) -> str:
    """`Жауап беру мерзімі өтіп кетті: 3 жұмыс күні`."""
    words = translations(visit.lang).ngettext(
        "Answer overdue by %(n)s working day", "Answer overdue by %(n)s working days", days
    )
    return words % {"n": days}


def late_by(visit: Visit, days: int) -> str:
    """`Кешігуде: 19 күн`."""
    words = translations(visit.lang).ngettext("Late by %(n)s day", "Late by %(n)s days", days)
    return words % {"n": days}


def _ahead(visit: Visit, at: Standing) -> list[Step]:
    """The steps that are still to come, with the days on which their stages begin."""
    say = translations(visit.lang).gettext
    heard = set(at.words)
    wanted: tuple[Stage, ...]
    if at.works is not None or at.proposal.status == Status.NOT_RECOMMENDED:
        # The akim answers on every project that was voted on; the rest of the way is not its own.
        wanted = () if at.works or Body.AKIM in heard else (Stage.DECISION,)
    else:
        wanted = tuple(stage for stage, _ in AHEAD)
    declined = any(word.said == Said.DECLINED for word in at.words.values())
    voting = at.calendar.begins(Stage.VOTING) <= visit.now
    if declined or (voting and at.proposal.status in UNLISTED):
        wanted = ()
    return [
        Step(
            when=formats.day(day_of(at.calendar.begins(stage)), visit.lang),
            title=say(title),
            state="next",
        )
        for stage, title in AHEAD
        if stage in wanted and at.calendar.begins(stage) > visit.now
    ]
