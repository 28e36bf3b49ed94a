"""The lower half of a district's front: works against their promises, and answers that are owed."""

from dataclasses import dataclass
from datetime import date

from app.core.clock import day_of
from app.followup.models import Seen
from app.followup.queries import WorksRow, asked_of, overdue_answers, works_of
from app.followup.rules import delay_of
from app.places.queries import work_calendar
from app.proposals.models import Proposal
from app.web.doors import may_ask
from app.web.frame import Link
from app.web.visit import Visit
from app.words import formats
from app.words.catalogue import N_, translations

WORKS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class WorksCard:
    """Works as they stand: the promise against what is."""

    place: str
    title: str
    lang: str
    url: str
    kind: str
    state: str
    rows: tuple[tuple[str, str, bool], ...]
    share: float
    paid: str
    paid_share: str
    planned: str
    seen: str


@dataclass(frozen=True, slots=True)
class OverdueRow:
    """An answer that somebody owes."""

    title: str
    lang: str
    url: str
    small: str
    state: str
    ask: Link | None


def title_of(visit: Visit, one: Proposal) -> tuple[str, str]:
    """A proposal's title and its language: as admitted, else as its author wrote it."""
    admitted = visit.in_lang(one, "title")
    if admitted:
        return admitted, "kk" if visit.lang == "kk" else "ru"
    return one.title, one.lang


def works_cards(visit: Visit, places: dict[str, str]) -> tuple[WorksCard, ...]:
    """The works that need eyes most: unfinished and latest first."""
    rows = works_of(visit.session, district_ids=[visit.district.id])
    today = day_of(visit.now)

    def urgency(row: WorksRow) -> tuple[bool, int, date]:
        delay = delay_of(row.works, today)
        late = delay.days if delay and row.works.ready_on is None else 0
        return row.works.ready_on is not None, -late, row.works.promised_on

    return tuple(works_card(visit, row, places) for row in sorted(rows, key=urgency)[:WORKS_SHOWN])


def works_card(visit: Visit, row: WorksRow, places: dict[str, str]) -> WorksCard:
    """One card of works."""
    catalogue = translations(visit.lang)
    say = catalogue.gettext
    works, today = row.works, day_of(visit.now)
    title, lang = title_of(visit, row.proposal)
    delay = delay_of(works, today)
    lines = [(say(N_("Promised for")), formats.day(works.promised_on, visit.lang), False)]
    if works.ready_on is not None:
        kind, state = "ok", say(N_("Built"))
        lines.append((say(N_("Ready on")), formats.day(works.ready_on, visit.lang), True))
    elif delay is not None:
        kind = "bad"
        state = catalogue.ngettext("Late: %(n)s day", "Late: %(n)s days", delay.days)
        state %= {"n": delay.days}
        if works.expected_on is not None:
            lines.append((say(N_("New date")), formats.day(works.expected_on, visit.lang), True))
    else:
        kind, state = "cur", say(N_("Works are under way"))
        lines.append((say(N_("Forecast")), say(N_("on time")), True))
    share = row.paid / works.planned if works.planned else 0.0
    built = row.seen.get(Seen.BUILT, 0)
    seen = catalogue.ngettext("%(n)s resident says: built", "%(n)s residents say: built", built) % {
        "n": formats.number(built)
    }
    return WorksCard(
        place=places.get(row.proposal.settlement_id or "", ""),
        title=title,
        lang=lang,
        url=f"{visit.here}/proposals/{row.proposal.number}",
        kind=kind,
        state=state,
        rows=tuple(lines),
        share=share * 100,
        paid=formats.tenge(row.paid),
        paid_share=formats.percent(share),
        planned=formats.tenge(works.planned),
        seen=seen if built else "",
    )


def overdue_rows(visit: Visit, *, most: int) -> tuple[tuple[OverdueRow, ...], int]:
    """The answers owed longest, and how many there are in all."""
    catalogue = translations(visit.lang)
    say = catalogue.gettext
    ids = [visit.district.id]
    calendar, today = work_calendar(visit.session), day_of(visit.now)

    def late(days: int) -> str:
        words = catalogue.ngettext(
            "Answer overdue by %(n)s working day", "Answer overdue by %(n)s working days", days
        )
        return words % {"n": days}

    rows: list[tuple[date, OverdueRow]] = []
    for one in overdue_answers(visit.session, district_ids=ids, today=today, calendar=calendar):
        url = f"{visit.here}/proposals/{one.proposal.number}"
        small = say(N_("No. %(number)s · the akim's office owes the answer · due %(date)s")) % {
            "number": one.proposal.number,
            "date": formats.day(one.due, visit.lang),
        }
        title, lang = title_of(visit, one.proposal)
        ask = Link(f"{url}/ask", say(N_("Ask a deputy"))) if may_ask(visit) else None
        rows.append((one.due, OverdueRow(title, lang, url, small, late(one.days), ask)))
    for asked in asked_of(visit.session, district_ids=ids, owed_before=today):
        question, about = asked.question, asked.proposal
        small = say(N_("%(name)s, member of the maslikhat · due %(date)s")) % {
            "name": question.asked_by,
            "date": formats.day(question.due, visit.lang),
        }
        words = question.text.split("\n")[0]
        title = words if len(words) <= 120 else words[:117].rstrip() + "…"
        url = f"{visit.here}/questions/{question.number}"
        days = calendar.between(question.due, today)
        ask = None
        if about is not None and may_ask(visit):
            ask = Link(f"{visit.here}/proposals/{about.number}/ask", say(N_("Ask a deputy")))
        rows.append((question.due, OverdueRow(title, question.lang, url, small, late(days), ask)))
    rows.sort(key=lambda row: row[0])
    return tuple(row for _, row in rows[:most]), len(rows)
