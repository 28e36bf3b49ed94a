"""What calls for a deputy's attention: late answers, late works, departures from the vote."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.core.clock import day_of
from app.core.workdays import TermState, WorkCalendar
from app.decisions.queries import departures
from app.followup.queries import Asked, overdue_answers, works_of
from app.followup.rules import delay_of, question_term
from app.places.models import District
from app.proposals.models import Proposal
from app.web.visit import Visit
from app.web.way import Mark
from app.words import phrases
from app.words.catalogue import N_, translations

KINDS: dict[str, str] = {
    "answer": N_("Overdue answers"),
    "departure": N_("Departures from the vote"),
    "works": N_("Late works"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One matter, before it is worded."""

    kind: str
    district: District
    number: str
    title_kk: str
    title_ru: str
    lead: str  # whose question it is
    title: str
    lang: str
    mark: Mark
    day: date
    delay: int  # working days for answers, calendar days for works, 0 for departures
    sum: int | None  # tenge
    body: str  # who departed
    path: str  # behind the district's address
    ask_path: str


def attention(
    visit: Visit,
    *,
    districts: Mapping[str, District],
    asked: list[Asked],
    calendar: WorkCalendar,
) -> list[Item]:
    """All matters of these districts, the latest first within each kind: seven queries."""
    today = day_of(visit.now)
    session, ids = visit.session, list(districts)
    say = translations(visit.lang).gettext
    items = []
    for late in overdue_answers(session, district_ids=ids, today=today, calendar=calendar):
        mark = Mark("late", say(N_("Answer overdue")))
        items.append(_of(visit, districts, late.proposal, "answer", mark, late.due, late.days))
    for one in asked:
        term = question_term(one.question, today=today, calendar=calendar)
        if term.state is TermState.OVERDUE:
            items.append(_question(visit, districts, one, term.days))
    for departure in departures(session, district_ids=ids):
        word = departure.word
        body = phrases.label(f"departed.{word.body}", visit.lang)
        mark = Mark("turn", say(N_("Departure: %(body)s")) % {"body": body})
        day = day_of(word.at)
        items.append(
            _of(
                *(visit, districts, departure.proposal, "departure", mark, day, 0),
                amount=word.amount if word.amount is not None else departure.proposal.price,
                body=word.body,
            )
        )
    for row in works_of(session, district_ids=ids):
        delay = delay_of(row.works, today)
        if delay is not None and row.works.ready_on is None:
            mark = Mark("bad", say(N_("Works are late")))
            items.append(
                _of(
                    *(visit, districts, row.proposal, "works", mark),
                    *(delay.promised_on, delay.days),
                    amount=row.works.planned,
                )
            )
    return items


def _of(
    visit: Visit,
    districts: Mapping[str, District],
    proposal: Proposal,
    kind: str,
    mark: Mark,
    day: date,
    delay: int,
    *,
    amount: int | None = None,
    body: str = "",
) -> Item:
    admitted = visit.in_lang(proposal, "title")
    path = f"proposals/{proposal.number}"
    return Item(
        kind=kind,
        district=districts[proposal.district_id],
        number=proposal.number or "",
        title_kk=proposal.title_kk or proposal.title,
        title_ru=proposal.title_ru or proposal.title,
        lead="",
        title=admitted or proposal.title,
        lang=("kk" if visit.lang == "kk" else "ru") if admitted else proposal.lang,
        mark=mark,
        day=day,
        delay=delay,
        sum=amount,
        body=body,
        path=path,
        ask_path=f"{path}/ask",
    )


def _question(visit: Visit, districts: Mapping[str, District], asked: Asked, delay: int) -> Item:
    question, say = asked.question, translations(visit.lang).gettext
    mine = visit.who is not None and visit.who.office_id == question.asked_office_id
    line = question.text.split("\n")[0]
    short = line if len(line) <= 120 else line[:117].rstrip() + "…"
    return Item(
        kind="answer",
        district=districts[question.district_id],
        number=f"{question.number}",
        title_kk=short,
        title_ru=short,
        lead=say(N_("Your question")) if mine else say(N_("A deputy's question")),
        title=short,
        lang=question.lang,
        mark=Mark("late", say(N_("Answer overdue"))),
        day=question.due,
        delay=delay,
        sum=None,
        body="",
        path=f"questions/{question.number}",
        ask_path=f"proposals/{asked.proposal.number}/ask" if asked.proposal else "",
    )
