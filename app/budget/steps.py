"""The legal steps of a budget year, and the papers article 40 of the Budget Code wants published.

What is due when comes from rows of `legal_step`; what was done comes from the versions published
here and from what the office notes. The upper half is pure.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from sqlmodel import Session, col, or_, select

from app.budget.models import PLAN, BudgetVersion
from app.budget.rules import month_over
from app.budget.step_models import LegalStep, Paper, Publication, StepDone
from app.core.clock import day_of
from app.places.models import District

MONTH_OVER = "month_over"
HERE, SITE, PORTAL = "here", "site", "portal"
NOTED = (SITE, PORTAL)  # what the office notes; `here` is noted by publishing


class StepState(StrEnum):
    """How a step stands."""

    DONE = "done"
    DONE_LATE = "done_late"
    LATE = "late"
    NEXT = "next"  # the nearest that is due
    AHEAD = "ahead"
    UNDATED = "undated"  # its term begins with something that has not happened
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, slots=True)
class Step:
    """A legal step of one budget year of one district."""

    rule: LegalStep
    due: date | None
    done_on: date | None
    state: StepState
    note: StepDone | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A paper to publish: where and when it was."""

    rule: LegalStep
    month: int  # 0 where it is not a month's
    due: date | None
    published: Mapping[str, Publication]  # place → the first publication there
    late: bool  # not published and past its day
    was_late: bool  # published after its day

    @property
    def published_on(self) -> date | None:
        """When it was first open to everybody, here or on the office's site."""
        days = [one.published_on for place, one in self.published.items() if place in (HERE, SITE)]
        return min(days, default=None)


def due_of(rule: LegalStep, *, year: int, done: Mapping[str, date], month: int = 0) -> date | None:
    """The day by which a step of a budget year is due; None while its term has not begun."""
    if rule.after == MONTH_OVER and rule.days is not None:
        return month_over(year, month) - timedelta(days=1) + timedelta(days=rule.days)
    if rule.after in done and rule.days is not None:
        return done[rule.after] + timedelta(days=rule.days)
    if rule.month and rule.day:
        return date(year + rule.year_offset, rule.month, rule.day)
    return None


def steps_of(
    rules: Iterable[LegalStep],
    *,
    year: int,
    done: Mapping[str, date],
    today: date,
    notes: Mapping[str, StepDone] | None = None,
    since: date | None = None,
) -> tuple[Step, ...]:
    """The steps of a budget year in their order.

    What was due before the district came to live here (`since`) is not late, only not noted.
    """
    wanted = [rule for rule in rules if not rule.paper]
    dues = {rule.key: due_of(rule, year=year, done=done) for rule in wanted}
    needed = {rule.key: _needed(rule, dues.get(rule.key), done) for rule in wanted}
    found = []
    nearest: date | None = None
    for rule in sorted(wanted, key=lambda one: one.place):
        due, done_on = dues[rule.key], done.get(rule.key)
        if not (needed[rule.key] and needed.get(rule.only_with, True)):
            state = StepState.NOT_NEEDED
        elif done_on is not None:
            late = due is not None and done_on > due and not rule.outside
            state = StepState.DONE_LATE if late else StepState.DONE
        elif due is None:
            state = StepState.UNDATED
        elif due < today:
            # What others do is not held against the district; it is simply not known here.
            before = since is not None and due < since
            state = StepState.UNDATED if rule.outside or before else StepState.LATE
        else:
            state = StepState.AHEAD
            nearest = due if nearest is None and not rule.outside else nearest
        found.append(Step(rule, due, done_on, state, (notes or {}).get(rule.key)))
    return tuple(
        Step(one.rule, one.due, one.done_on, StepState.NEXT, one.note)
        if one.state is StepState.AHEAD and one.due == nearest and not one.rule.outside
        else one
        for one in found
    )


def _needed(rule: LegalStep, due: date | None, done: Mapping[str, date]) -> bool:
    instead = done.get(rule.unless) if rule.unless else None
    return instead is None or due is None or instead > due


def items_of(
    rules: Iterable[LegalStep],
    publications: Iterable[Publication],
    *,
    year: int,
    done: Mapping[str, date],
    today: date,
) -> tuple[Item, ...]:
    """The checklist of a budget year: one line for each paper, twelve for the months."""
    first: dict[tuple[str, int], dict[str, Publication]] = {}
    for one in sorted(publications, key=lambda row: (row.published_on, row.at)):
        first.setdefault((one.paper, _month_of(one)), {}).setdefault(one.place, one)
    found = []
    for rule, month, due in papers_due(rules, year=year, done=done):
        published = first.get((rule.paper, month), {})
        item = Item(rule, month, due, published, late=False, was_late=False)
        day = item.published_on
        over = due is not None and due < today
        late, was_late = day is None and over, day is not None and due is not None and day > due
        found.append(replace(item, late=late, was_late=was_late))
    return tuple(found)


def papers_due(
    rules: Iterable[LegalStep], *, year: int, done: Mapping[str, date]
) -> Iterator[tuple[LegalStep, int, date | None]]:
    """What article 40 wants published of a year: its rule, month (0: none), and when it is due."""
    for rule in sorted((rule for rule in rules if rule.paper), key=lambda one: one.place):
        for month in range(1, 13) if rule.paper == Paper.MONTH else (0,):
            yield rule, month, due_of(rule, year=year, done=done, month=month)


def _month_of(one: Publication) -> int:
    return one.month if one.paper == Paper.MONTH else 0


# -- reading


def legal_steps(session: Session, *, year: int) -> Sequence[LegalStep]:
    """The steps in force for a budget year, in their order."""
    return session.exec(
        select(LegalStep)
        .where(
            LegalStep.since <= year,
            or_(col(LegalStep.until).is_(None), col(LegalStep.until) >= year),
        )
        .order_by(col(LegalStep.place))
    ).all()


def done_days(
    session: Session, *, district_ids: Sequence[str], year: int, rules: Sequence[LegalStep]
) -> dict[str, dict[str, date]]:
    """When which step was done, by district: as noted, else by the version that does it."""
    found: dict[str, dict[str, date]] = {one: {} for one in district_ids}
    versions = session.exec(
        select(
            col(BudgetVersion.district_id),
            col(BudgetVersion.kind),
            col(BudgetVersion.act_date),
            col(BudgetVersion.at),
        )
        .where(
            col(BudgetVersion.district_id).in_(district_ids),
            BudgetVersion.year == year,
            BudgetVersion.month == PLAN,
        )
        .order_by(col(BudgetVersion.number))
    ).all()
    for district_id, kind, act_date, at in versions:
        for rule in rules:
            if rule.done_by == kind:
                found[district_id].setdefault(rule.key, act_date or day_of(at))
    for note in session.exec(
        select(StepDone).where(col(StepDone.district_id).in_(district_ids), StepDone.year == year)
    ):
        found[note.district_id][note.key] = note.done_on
    return found


def notes(session: Session, *, district_id: str, year: int) -> dict[str, StepDone]:
    """What the office noted of a year's steps, by step."""
    rows = session.exec(
        select(StepDone).where(StepDone.district_id == district_id, StepDone.year == year)
    ).all()
    return {row.key: row for row in rows}


def year_steps(session: Session, *, district_id: str, year: int, today: date) -> tuple[Step, ...]:
    """The legal steps of a district's budget year as they stand today."""
    rules = legal_steps(session, year=year)
    done = done_days(session, district_ids=[district_id], year=year, rules=rules)[district_id]
    opened = session.exec(select(col(District.opened_at)).where(District.id == district_id)).one()
    return steps_of(
        rules,
        year=year,
        done=done,
        today=today,
        notes=notes(session, district_id=district_id, year=year),
        since=day_of(opened),
    )


def checklist(session: Session, *, district_id: str, year: int, today: date) -> tuple[Item, ...]:
    """What article 40 wants published of a district's budget year, as it stands today."""
    found = checklists(session, district_ids=[district_id], year=year, today=today)
    return found[district_id]


def checklists(
    session: Session, *, district_ids: Sequence[str], year: int, today: date
) -> dict[str, tuple[Item, ...]]:
    """The same of several districts, in a constant number of queries."""
    rules = legal_steps(session, year=year)
    done = done_days(session, district_ids=district_ids, year=year, rules=rules)
    rows: dict[str, list[Publication]] = {one: [] for one in district_ids}
    for row in session.exec(
        select(Publication).where(
            col(Publication.district_id).in_(district_ids), Publication.year == year
        )
    ):
        rows[row.district_id].append(row)
    return {
        one: items_of(rules, rows[one], year=year, done=done[one], today=today)
        for one in district_ids
    }


def late_publications(
    session: Session, *, district_ids: Sequence[str], year: int, today: date
) -> dict[str, int]:
    """How many papers of a year each district has not published though they are due.

    What `checklists` calls late, counted for thousands of districts at once: no row is made an
    object, and districts whose terms began on the same days share one list of what is due.
    """
    steps = legal_steps(session, year=year)
    rules = [rule for rule in steps if rule.paper]
    begins = sorted({rule.after for rule in rules} - {"", MONTH_OVER})
    done = done_days(session, district_ids=district_ids, year=year, rules=steps)
    there: dict[str, set[tuple[str, int]]] = {one: set() for one in district_ids}
    for district_id, paper, month in session.exec(
        select(col(Publication.district_id), col(Publication.paper), col(Publication.month)).where(
            col(Publication.district_id).in_(district_ids),
            Publication.year == year,
            col(Publication.place).in_((HERE, SITE)),
        )
    ):
        there[district_id].add((paper, month if paper == Paper.MONTH else 0))
    lists: dict[tuple[date | None, ...], list[tuple[str, int]]] = {}
    found = {}
    for one in district_ids:
        days = tuple(done[one].get(step) for step in begins)
        if days not in lists:
            lists[days] = _overdue(rules, year=year, done=done[one], today=today)
        found[one] = sum(key not in there[one] for key in lists[days])
    return found


def _overdue(
    rules: Iterable[LegalStep], *, year: int, done: Mapping[str, date], today: date
) -> list[tuple[str, int]]:
    """The papers, and of which months, that are due before today."""
    return [
        (rule.paper, month)
        for rule, month, due in papers_due(rules, year=year, done=done)
        if due is not None and due < today
    ]
