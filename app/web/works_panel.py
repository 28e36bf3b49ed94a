"""What stands beside a proposal on its page once it is works: money, stages, what residents see."""

from dataclasses import dataclass

from app.budget.giving_queries import towards
from app.core.clock import day_of
from app.core.refusal import Refusal
from app.core.workdays import WorkCalendar
from app.followup.models import Question, QuestionState, Seen, WorkStage
from app.followup.queries import (
    WorksRow,
    my_sighting,
    payments_of,
    questions_of,
    works_of,
    works_photos,
)
from app.followup.rules import current_stage, delay_of, question_term
from app.people.models import Role
from app.places.queries import work_calendar
from app.proposals.models import Proposal
from app.rounds.calendar import Act, why_not_now
from app.rounds.queries import calendar_of
from app.web.doors import may_ask
from app.web.frame import Link
from app.web.priced import missing_words
from app.web.visit import Visit
from app.web.way import Mark, late_by, overdue
from app.words import formats, phrases
from app.words.catalogue import N_, translations

SEEN_ICONS = {Seen.BUILT: "check", Seen.PARTLY: "clock", Seen.NOT_BUILT: "cross"}


@dataclass(frozen=True, slots=True)
class Bar:
    """A sum as a bar beside others; `share` of the approved sum, 0 to 100."""

    label: str
    text: str
    share: float
    kind: str
    line: None = None


@dataclass(frozen=True, slots=True)
class StageLine:
    """A stage of works: promised against real."""

    name: str
    mark: Mark
    facts: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class SeenChoice:
    """One of the three words, and how many said it."""

    value: str
    label: str
    count: str
    share: float
    icon: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class SeenView:
    """What residents see there."""

    total: str
    choices: tuple[SeenChoice, ...]
    url: str
    mine: bool  # the reader has said theirs
    open: bool  # the reader may say theirs here
    invite: str  # where a visitor signs in to say theirs
    closed: Refusal | None


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A deputy's question in short."""

    url: str
    number: str
    asked_by: str
    text: str
    lang: str
    mark: Mark
    answer: str
    answer_lang: str
    answered_by: str
    waits: bool  # for the office
    late: bool


@dataclass(frozen=True, slots=True)
class PhotoView:
    """A photo of the works."""

    url: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True, slots=True)
class WorksView:
    """Works beside their proposal."""

    mark: Mark
    bars: tuple[Bar, ...]
    paid_line: str
    contractor: tuple[tuple[str, str, bool], ...]
    late_why: str
    missing: str  # what of the neighbours' help has not come
    stages: tuple[StageLine, ...]
    payments: tuple[tuple[str, str, str], ...]  # day, sum, document
    photos: tuple[PhotoView, ...]
    seen: SeenView
    desk: Link | None


@dataclass(frozen=True, slots=True)
class FollowView:
    """The panel: works where there are some, questions, and the way to ask."""

    works: WorksView | None
    questions: tuple[QuestionLine, ...]
    ask: Link | None


def follow_view(visit: Visit, proposal: Proposal) -> FollowView | None:
    """The panel of a proposal; None while there is nothing to follow."""
    ids = [proposal.district_id]
    rows = works_of(visit.session, district_ids=ids, proposal_id=proposal.id)
    questions = questions_of(visit.session, district_ids=ids, proposal_id=proposal.id)
    if not rows and not questions:
        return None
    calendar = work_calendar(visit.session)
    say = translations(visit.lang).gettext
    deputy = visit.who is not None and visit.who.role == Role.MASLIKHAT
    label = say(N_("Put a question")) if deputy else say(N_("Ask a deputy"))
    return FollowView(
        works=works_view(visit, rows[0]) if rows else None,
        questions=tuple(question_line(visit, one, calendar) for one in questions),
        ask=Link(f"{visit.here}/proposals/{proposal.number}/ask", label)
        if may_ask(visit)
        else None,
    )


def either(visit: Visit, row: object, name: str) -> str:
    """Words kept in Kazakh and Russian, in the reader's language where it was written in it."""
    return visit.in_lang(row, name) or getattr(row, f"{name}_kk") or getattr(row, f"{name}_ru")


def works_view(visit: Visit, row: WorksRow) -> WorksView:
    """Everything that is public about works."""
    say = translations(visit.lang).gettext
    works, proposal = row.works, row.proposal
    base = works.contract or works.planned
    share = row.paid / base if base else 0.0
    of = (
        say(N_("Paid of the contract: %(share)s")) if works.contract else say(N_("Paid: %(share)s"))
    )
    contractor = []
    if works.contractor:
        contractor.append((say(N_("Contractor")), works.contractor, False))
        contractor.append((say(N_("Contract")), f"№ {works.contract_number}", False))
    at_desk = (
        visit.who is not None
        and visit.who.role in (Role.CLERK, Role.AKIM)
        and visit.who.district_id == works.district_id
    )
    payments = payments_of(visit.session, proposal_id=proposal.id)
    return WorksView(
        mark=works_mark(visit, row),
        bars=money_bars(visit, row),
        paid_line=of % {"share": formats.percent(share)},
        contractor=tuple(contractor),
        late_why=either(visit, works, "late_why"),
        missing=_missing(visit, proposal),
        stages=stage_lines(visit, row),
        payments=tuple(
            (formats.day(one.paid_on, visit.lang), formats.tenge(one.amount), one.document)
            for one in payments
        ),
        photos=photo_views(visit, proposal),
        seen=seen_view(visit, row),
        desk=Link(f"{visit.here}/desk/works/{proposal.number}", say(N_("Report on these works")))
        if at_desk
        else None,
    )


def _missing(visit: Visit, proposal: Proposal) -> str:
    if not proposal.cofinanced:
        return ""
    found = towards(visit.session, district_id=proposal.district_id, proposal_id=proposal.id)
    come = found.received - found.returned
    return missing_words(visit.lang, cofinanced=proposal.cofinanced, come=come)


def works_mark(visit: Visit, row: WorksRow) -> Mark:
    """How works stand, in words."""
    say = translations(visit.lang).gettext
    delay = delay_of(row.works, day_of(visit.now))
    if row.works.ready_on is not None:
        return Mark("ok", say(N_("Built")))
    if delay is not None:
        return Mark("bad", late_by(visit, delay.days))
    return Mark("cur", say(N_("Works are under way")))


def money_bars(visit: Visit, row: WorksRow) -> tuple[Bar, ...]:
    """Approved, contract and paid, on one scale."""
    say = translations(visit.lang).gettext
    planned = row.works.planned

    def bar(label: str, amount: int, kind: str) -> Bar:
        share = 100 * amount / planned if planned else 0.0
        return Bar(label, formats.tenge(amount), share, kind)

    bars = [bar(say(N_("Approved")), planned, "soft")]
    if row.works.contract is not None:
        bars.append(bar(say(N_("By the contract")), row.works.contract, "soft"))
    bars.append(bar(say(N_("Paid")), row.paid, "full"))
    return tuple(bars)


def stage_lines(visit: Visit, row: WorksRow) -> tuple[StageLine, ...]:
    """The stages in their order, promised against real."""
    say = translations(visit.lang).gettext
    today = day_of(visit.now)
    current = current_stage(row.steps)
    lines = []
    for step in row.steps:
        promised = formats.day(step.promised_on, visit.lang)
        facts = [say(N_("Promised for: %(date)s")) % {"date": promised}]
        end = step.done_on or today
        late = (end - step.promised_on).days
        if step.done_on is not None:
            mark = Mark("ok", say(N_("Done")))
            done = formats.day(step.done_on, visit.lang)
            facts.append(say(N_("Done on: %(date)s")) % {"date": done})
            if late > 0:
                facts.append(say(N_("Later by: %(days)s")) % {"days": days_of(visit, late)})
        elif step.stage == current:
            mark = Mark("bad", late_by(visit, late)) if late > 0 else Mark("cur", say(N_("Now")))
        else:
            mark = Mark("plain", say(N_("Ahead")))
        name = phrases.label(f"work_stage.{step.stage}", visit.lang)
        if step.stage == WorkStage.CONTRACT and row.works.contract is not None:
            facts.append(row.works.contractor)
        lines.append(StageLine(name, mark, tuple(facts), either(visit, step, "note")))
    return tuple(lines)


def days_of(visit: Visit, count: int) -> str:
    """`19 күн`."""
    return translations(visit.lang).ngettext("%(n)s day", "%(n)s days", count) % {"n": count}


def photo_views(visit: Visit, proposal: Proposal) -> tuple[PhotoView, ...]:
    """The photos of the works."""
    say = translations(visit.lang).gettext
    found = works_photos(visit.session, district_id=proposal.district_id, proposal_id=proposal.id)
    return tuple(
        PhotoView(
            url=f"{visit.here}/photos/{photo_id}",
            width=width,
            height=height,
            alt=say(N_("Photo %(n)s of the works, of %(all)s"))
            % {"n": formats.number(place), "all": formats.number(len(found))},
        )
        for place, (photo_id, width, height, _) in enumerate(found, start=1)
    )


def seen_view(visit: Visit, row: WorksRow) -> SeenView:
    """What residents said they see, and whether the reader may say it."""
    who, proposal = visit.who, row.proposal
    mine = None
    resident = who is not None and who.is_resident and who.district_id == proposal.district_id
    if resident and who is not None and who.person_id is not None:
        mine = my_sighting(
            visit.session,
            keyring=visit.keyring,
            proposal_id=proposal.id,
            person_id=who.person_id,
        )
    total = sum(row.seen.values())
    calendar = calendar_of(visit.session, round_id=proposal.round_id)
    closed = why_not_now(Act.SEE, calendar, visit.now)
    url = f"{visit.here}/proposals/{proposal.number}/seen"
    return SeenView(
        total=formats.number(total),
        choices=tuple(
            SeenChoice(
                value=seen,
                label=phrases.label(f"seen.{seen}", visit.lang),
                count=formats.number(row.seen.get(seen, 0)),
                share=100 * row.seen.get(seen, 0) / total if total else 0.0,
                icon=SEEN_ICONS[seen],
                chosen=mine == seen,
            )
            for seen in Seen
        ),
        url=url,
        mine=mine is not None,
        open=resident and closed is None,
        invite=url if who is None and closed is None else "",
        closed=closed,
    )


def question_mark(visit: Visit, question: Question, calendar: WorkCalendar) -> Mark:
    """How a question stands, in words: waiting, overdue in working days, answered, judged."""
    say = translations(visit.lang).gettext
    term = question_term(question, today=day_of(visit.now), calendar=calendar)
    if term.state == "overdue":
        return Mark("late", overdue(visit, term.days))
    date = {"date": formats.day(question.due, visit.lang)}
    if question.state == QuestionState.OPEN:
        return Mark("cur", say(N_("Awaiting an answer. Due: %(date)s")) % date)
    if question.state == QuestionState.NOT_ACCEPTED:
        return Mark(
            "bad", say(N_("The answer was not accepted. A new one is due: %(date)s")) % date
        )
    if question.state == QuestionState.ANSWERED:
        return Mark("plain", say(N_("Answered; the deputy has not judged it yet")))
    return Mark("ok", say(N_("The answer was accepted")))


def question_line(
    visit: Visit, question: Question, calendar: WorkCalendar, *, here: str = ""
) -> QuestionLine:
    """A question in short. `here` is its district's address, on pages outside the district."""
    term = question_term(question, today=day_of(visit.now), calendar=calendar)
    return QuestionLine(
        url=f"{here or visit.here}/questions/{question.number}",
        number=formats.number(question.number),
        asked_by=question.asked_by,
        text=question.text,
        lang=question.lang,
        mark=question_mark(visit, question, calendar),
        answer=question.answer,
        answer_lang=question.answer_lang,
        answered_by=question.answered_by,
        waits=question.state in (QuestionState.OPEN, QuestionState.NOT_ACCEPTED),
        late=term.state == "overdue",
    )
