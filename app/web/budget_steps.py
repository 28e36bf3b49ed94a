"""The legal steps of a budget year as a line and a calendar file; the publication checklist."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from fastapi import APIRouter, HTTPException, Response
from icalendar import Calendar, Event

from app.budget.models import ANNUAL, Kind
from app.budget.queries import versions
from app.budget.rules import FIRST_YEAR
from app.budget.step_models import LegalStep, Paper, Publication
from app.budget.steps import HERE, PORTAL, SITE, Item, Step, StepState, checklist, year_steps
from app.core.clock import day_of
from app.web.doors import Anyone
from app.web.frame import Link
from app.web.render import file, page
from app.web.visit import Visit
from app.web.way_steps import Says
from app.web.way_steps import Step as WayStep
from app.words import formats, phrases
from app.words.catalogue import N_, translations

router = APIRouter()
STATES: dict[StepState, Literal["did", "now", "next", "late"]] = {
    StepState.DONE: "did",
    StepState.DONE_LATE: "did",
    StepState.LATE: "late",
    StepState.NEXT: "now",
    StepState.AHEAD: "next",
    StepState.UNDATED: "next",
}


@dataclass(frozen=True, slots=True)
class CalendarView:
    """The steps of one budget year."""

    year: int
    lead: str
    years: tuple[Link, ...]
    steps: tuple[WayStep, ...]
    unverified: bool
    files: tuple[Link, ...]
    papers: Link
    money: Link
    note: Link | None  # for the clerk


@dataclass(frozen=True, slots=True)
class Where:
    """A place where a paper may be read."""

    label: str
    text: str
    link: Link | None


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One paper of the checklist."""

    title: str
    due: str
    kind: Literal["ok", "late", "turn", "plain"]
    state: str
    places: tuple[Where, ...]
    note_url: str = ""


@dataclass(frozen=True, slots=True)
class PapersView:
    """The checklist of one budget year."""

    year: int
    years: tuple[Link, ...]
    published: int
    due: int
    late: int
    rows: tuple[PaperRow, ...]
    later: tuple[PaperRow, ...]  # beyond the next that is due
    unverified: bool
    calendar: Link
    money: Link
    note: Link | None


def asked_year(visit: Visit, year: str, *, usual: int) -> int:
    """The budget year that an address asks for; the usual one for anything odd."""
    today = day_of(visit.now)
    if year.isascii() and year.isdigit() and len(year) == 4:
        if FIRST_YEAR <= int(year) <= today.year + 2:
            return int(year)
        raise HTTPException(404)
    return usual


def made_year(today: date) -> int:
    """The budget year that is being made: from summer on the next one."""
    return today.year + 1 if today.month >= 6 else today.year


@router.get("/{lang}/{slug}/budget/calendar")
def calendar(visit: Anyone, year: str = "") -> Response:
    """The legal steps of a budget year, done or due or late."""
    today = day_of(visit.now)
    asked = asked_year(visit, year, usual=made_year(today))
    found = year_steps(visit.session, district_id=visit.district.id, year=asked, today=today)
    catalogue = translations(visit.lang)
    here = f"{visit.here}/budget"
    view = CalendarView(
        year=asked,
        lead=_lead(visit, found, today),
        years=_years(f"{here}/calendar", asked, today),
        steps=tuple(
            way_step(visit, one, today) for one in found if one.state is not StepState.NOT_NEEDED
        ),
        unverified=any(not one.rule.verified for one in found),
        files=(
            Link(
                f"{here}/calendar.ics?year={asked}",
                catalogue.gettext(N_("Take it into your calendar (.ics)")),
            ),
        ),
        papers=Link(
            f"{here}/published?year={asked}", catalogue.gettext(N_("What was published, and when"))
        ),
        money=Link(here, catalogue.gettext(N_("Our money"))),
        note=_desk_link(visit, asked),
    )
    return page(visit, "budget/calendar.html", view=view)


def _desk_link(visit: Visit, year: int) -> Link | None:
    who = visit.who
    if who is None or who.role != "clerk" or who.district_id != visit.district.id:
        return None
    say = translations(visit.lang).gettext
    return Link(f"{visit.here}/desk/budget/steps?year={year}", say(N_("Note what was done")))


def _years(url: str, asked: int, today: date) -> tuple[Link, ...]:
    first = max(FIRST_YEAR, min(asked, today.year) - 1)
    last = max(today.year + 1, asked)
    return tuple(
        Link(f"{url}?year={one}", str(one), one == asked) for one in range(last, first - 1, -1)
    )


def _lead(visit: Visit, found: Sequence[Step], today: date) -> str:
    catalogue = translations(visit.lang)
    late = sum(one.state is StepState.LATE for one in found)
    if late:
        words = catalogue.ngettext("%(n)s step is late.", "%(n)s steps are late.", late)
        return words % {"n": late}
    coming = next((one for one in found if one.state is StepState.NEXT), None)
    if coming is None or coming.due is None:
        return ""
    words = catalogue.gettext(N_("Next: %(step)s. Term: %(day)s."))
    name = step_name(visit, coming.rule)
    return words % {"step": name, "day": formats.day(coming.due, visit.lang)}


def step_name(visit: Visit, rule: LegalStep) -> str:
    """A step in the reader's language."""
    return str(getattr(rule, f"name_{visit.lang}"))


def way_step(visit: Visit, one: Step, today: date) -> WayStep:
    """A legal step as a stop of the line."""
    say = translations(visit.lang).gettext
    state = state_words(visit, one)
    when = state if one.due is None else f"{formats.day(one.due, visit.lang)} · {state}"
    told = []
    if one.done_on is not None:
        told.append(say(N_("Done: %(day)s")) % {"day": formats.day(one.done_on, visit.lang)})
    elif one.due is None and one.rule.after:
        told.append(
            say(N_("Calendar days after the step before it: %(n)s")) % {"n": one.rule.days or 0}
        )
    elif one.due is not None and one.state is StepState.LATE:
        words = translations(visit.lang).ngettext(
            "%(n)s day late", "%(n)s days late", (today - one.due).days
        )
        told.append(words % {"n": (today - one.due).days})
    law = say(N_("Law: %(law)s")) % {"law": law_of(visit, one.rule)}
    if not one.rule.verified:
        law += " · " + say(N_("the term is not verified"))
    note = one.note
    words = visit.in_lang(note, "note") if note is not None else ""
    link = Link(note.url, say(N_("Read it"))) if note is not None and note.url else None
    return WayStep(
        when=when,
        title=step_name(visit, one.rule),
        state=STATES[one.state],
        office=law,
        text=". ".join(told),
        says=Says(note.by_name, (words,)) if note is not None and words else None,
        link=link,
    )


def state_words(visit: Visit, one: Step) -> str:
    """How a step stands; what has its day and is not known here is not noted."""
    unknown = one.state is StepState.UNDATED and one.due is not None
    code = "not_noted" if unknown else str(one.state)
    return phrases.label(f"budget.step.{code}", visit.lang)


def law_of(visit: Visit, rule: LegalStep) -> str:
    """The article; the Budget Code where no other law is named."""
    say = translations(visit.lang).gettext
    if rule.law.startswith("Law 148"):
        return say(N_("Law on local government, %(article)s")) % {"article": "39-3(4)"}
    return say(N_("Budget Code, %(article)s")) % {"article": rule.law.removeprefix("art. ")}


@router.get("/{lang}/{slug}/budget/calendar.ics")
def calendar_file(visit: Anyone, year: str = "") -> Response:
    """The same steps for a phone's own calendar: whole days, with a reminder three days before."""
    today = day_of(visit.now)
    asked = asked_year(visit, year, usual=made_year(today))
    found = year_steps(visit.session, district_id=visit.district.id, year=asked, today=today)
    body = ics(visit, found, asked)
    return file(body, "text/calendar; charset=utf-8", name=f"{visit.district.slug}-{asked}.ics")


def ics(visit: Visit, found: Sequence[Step], year: int) -> bytes:
    """The calendar file of these steps; the same steps give the same bytes."""
    name = visit.in_lang(visit.district, "short")
    made = Calendar()
    made.add("prodid", "-//Asar//Budget steps//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", f"{name}: {year}")
    for one in found:
        if one.due is None or one.state is StepState.NOT_NEEDED:
            continue
        event = Event()
        event.add("uid", f"{one.rule.key}-{year}-{visit.district.kato}@asar")
        event.add("dtstamp", visit.district.opened_at)
        event.add("dtstart", one.due)
        event.add("dtend", one.due + timedelta(days=1))
        event.add("summary", f"{name}: {step_name(visit, one.rule)}")
        event.add("description", law_of(visit, one.rule))
        event.add("transp", "TRANSPARENT")
        made.add_component(event)
    return bytes(made.to_ical())


@router.get("/{lang}/{slug}/budget/published")
def published(visit: Anyone, year: str = "") -> Response:
    """What article 40 wants published: when it was due, where it can be read, what is late."""
    today = day_of(visit.now)
    asked = asked_year(visit, year, usual=today.year)
    found = checklist(visit.session, district_id=visit.district.id, year=asked, today=today)
    return page(visit, "budget/published.html", view=papers_view(visit, asked, found))


def papers_view(visit: Visit, year: int, found: Sequence[Item]) -> PapersView:
    """A year's checklist as its page shows it."""
    today = day_of(visit.now)
    urls = _version_urls(visit, year)
    say = translations(visit.lang).gettext
    note = _desk_link(visit, year)
    coming = min((one.due for one in found if one.due and one.due >= today), default=today)
    return PapersView(
        year=year,
        years=_years(f"{visit.here}/budget/published", year, today),
        published=sum(one.published_on is not None for one in found),
        due=sum(one.due is not None and one.due < today for one in found),
        late=sum(one.late for one in found),
        rows=tuple(
            _paper_row(visit, one, urls, note.url if note else "")
            for one in found
            if not _later(one, coming)
        ),
        later=tuple(
            _paper_row(visit, one, urls, note.url if note else "")
            for one in found
            if _later(one, coming)
        ),
        unverified=any(not one.rule.verified for one in found),
        calendar=Link(f"{visit.here}/budget/calendar?year={year}", say(N_("Legal steps"))),
        money=Link(f"{visit.here}/budget", say(N_("Our money"))),
        note=note,
    )


def _later(one: Item, coming: date) -> bool:
    return one.published_on is None and (one.due is None or one.due > coming)


def _version_urls(visit: Visit, year: int) -> Mapping[tuple[str, int], str]:
    """Where the first version that counts as a paper can be read here."""
    found: dict[tuple[str, int], str] = {
        (Paper.CITIZENS, 0): f"{visit.here}/budget/{year}/citizens"
    }
    papers = {Kind.DRAFT: Paper.DRAFT, Kind.APPROVED: Paper.DECISION}
    base = f"{visit.here}/budget/{year}"
    for one in versions(visit.session, district_id=visit.district.id, year=year):
        if one.kind == Kind.EXECUTED:
            annual = one.month == ANNUAL
            key = (Paper.YEAR, 0) if annual else (Paper.MONTH, one.month)
            found[key] = f"{base}/months/{one.month}/{one.number}"
        elif Kind(one.kind) in papers:
            found[papers[Kind(one.kind)], 0] = f"{base}/plan/{one.number}"
    return found


def paper_name(visit: Visit, rule: LegalStep, month: int) -> str:
    """A paper in the reader's language, with its month."""
    name = step_name(visit, rule)
    return f"{name}: {formats.month(month, visit.lang)}" if month else name


def _paper_row(
    visit: Visit, one: Item, urls: Mapping[tuple[str, int], str], note_url: str
) -> PaperRow:
    kind: Literal["ok", "late", "turn", "plain"] = "plain"
    code = "ahead"
    if one.published_on is not None:
        kind, code = ("turn", "was_late") if one.was_late else ("ok", "yes")
    elif one.late:
        kind, code = "late", "late"
    here = urls.get((one.rule.paper, one.month), "")
    query = f"paper={one.rule.paper}" + (f"&month={one.month}" if one.month else "")
    return PaperRow(
        title=paper_name(visit, one.rule, one.month),
        due=formats.day(one.due, visit.lang) if one.due else "",
        kind=kind,
        state=phrases.label(f"budget.published.{code}", visit.lang),
        places=tuple(
            _where(visit, place, one.published.get(place), here) for place in (HERE, SITE, PORTAL)
        ),
        note_url=f"{note_url}&{query}#papers" if note_url else "",
    )


def _where(visit: Visit, place: str, found: Publication | None, here: str) -> Where:
    label = phrases.label(f"budget.place.{place}", visit.lang)
    if found is None:
        return Where(label, "", None)
    day = formats.day(found.published_on, visit.lang)
    url = here if place == HERE else found.url
    return Where(label, day, Link(url, day) if url else None)
