"""Noting when a legal step was done, and where a paper was published."""

from datetime import date, datetime

from sqlmodel import Session, select

from app.budget.actions import lock_budget
from app.budget.models import ANNUAL
from app.budget.rules import why_not_year
from app.budget.step_models import LegalStep, Paper, Publication, StepDone
from app.budget.steps import HERE, NOTED, legal_steps
from app.core.clock import day_of
from app.core.ids import new_id
from app.core.refusal import Refusal, insist
from app.ledger.actions import record


def note_step(
    session: Session,
    *,
    district_id: str,
    year: int,
    key: str,
    done_on: date,
    note_kk: str = "",
    note_ru: str = "",
    url: str = "",
    by_name: str,
    now: datetime,
) -> StepDone:
    """Notes when a step was done; noted again, the new day holds and the record keeps both.

    Raises Refusal budget.step_unknown, budget.step_ahead, budget.url.
    """
    insist(why_not_year(year, day_of(now)))
    rule = next((one for one in legal_steps(session, year=year) if one.key == key), None)
    insist(why_not_note(rule, done_on=done_on, url=url, today=day_of(now)))
    lock_budget(session, district_id=district_id, year=year)
    old = session.exec(
        select(StepDone).where(
            StepDone.district_id == district_id, StepDone.year == year, StepDone.key == key
        )
    ).first()
    said = (done_on, note_kk.strip(), note_ru.strip(), url.strip())
    if old is not None and (old.done_on, old.note_kk, old.note_ru, old.url) == said:
        return old
    before = {"done_on": old.done_on, "url": old.url} if old else None
    row = old or StepDone(
        id=new_id(), district_id=district_id, year=year, key=key, done_on=done_on,
        by_name=by_name, at=now,
    )  # fmt: skip
    row.done_on, row.note_kk, row.note_ru = done_on, note_kk.strip(), note_ru.strip()
    row.url, row.by_name, row.at = url.strip(), by_name, now
    session.add(row)
    record(
        session,
        district_id=district_id,
        subject=row.id,
        kind="budget.step_noted",
        at=now,
        office="clerk",
        by_name=by_name,
        before=before,
        after={"done_on": done_on, "url": row.url},
        year=year,
        step_key=key,
        day=done_on,
    )
    session.flush()
    return row


def why_not_note(rule: LegalStep | None, *, done_on: date, url: str, today: date) -> Refusal | None:
    """Why a step cannot be noted so."""
    if rule is None or rule.paper:
        return Refusal("budget.step_unknown", field="key")
    if done_on > today:
        return Refusal("budget.step_ahead", field="done_on")
    return why_not_url(url)


def why_not_url(url: str) -> Refusal | None:
    """Only addresses of the web, so that a page can lead there."""
    text = url.strip()
    if text and (not text.startswith(("https://", "http://")) or len(text) > 500 or " " in text):
        return Refusal("budget.url", field="url")
    return None


def note_publication(
    session: Session,
    *,
    district_id: str,
    year: int,
    paper: str,
    month: int,
    place: str,
    published_on: date,
    url: str,
    by_name: str,
    now: datetime,
) -> Publication:
    """Notes that a paper was published on the office's site or the portal, with its address.

    Raises Refusal budget.paper_unknown, budget.place_unknown, budget.step_ahead, budget.url,
    budget.url_missing.
    """
    insist(why_not_year(year, day_of(now)))
    if paper not in list(Paper) or (paper == Paper.MONTH) != (1 <= month <= 12):
        raise Refusal("budget.paper_unknown", field="paper")
    if place not in NOTED:
        raise Refusal("budget.place_unknown", field="place")
    if published_on > day_of(now):
        raise Refusal("budget.step_ahead", field="published_on")
    if not url.strip():
        raise Refusal("budget.url_missing", field="url")
    insist(why_not_url(url))
    lock_budget(session, district_id=district_id, year=year)
    at_month = ANNUAL if paper == Paper.YEAR else month
    known = session.exec(
        select(Publication).where(
            Publication.district_id == district_id,
            Publication.year == year,
            Publication.paper == paper,
            Publication.month == at_month,
            Publication.place == place,
            Publication.published_on == published_on,
            Publication.url == url.strip(),
        )
    ).first()
    if known is not None:  # a form pressed twice
        return known
    row = Publication(
        id=new_id(),
        district_id=district_id,
        year=year,
        paper=paper,
        month=at_month,
        place=place,
        published_on=published_on,
        url=url.strip(),
        by_name=by_name,
        at=now,
    )
    session.add(row)
    record(
        session,
        district_id=district_id,
        subject=row.id,
        kind="budget.paper_noted",
        at=now,
        office="clerk",
        by_name=by_name,
        after={"paper": paper, "month": month, "place": place, "url": row.url},
        year=year,
        paper=paper,
        month=month or None,
        place=place,
        day=published_on,
    )
    session.flush()
    return row


def note_citizens(
    session: Session, *, district_id: str, year: int, by_name: str, now: datetime
) -> Publication:
    """The citizens' budget made here is published: its page is open to everybody."""
    insist(why_not_year(year, day_of(now)))
    lock_budget(session, district_id=district_id, year=year)
    known = session.exec(
        select(Publication).where(
            Publication.district_id == district_id,
            Publication.year == year,
            Publication.paper == Paper.CITIZENS,
            Publication.place == HERE,
        )
    ).first()
    if known is not None:
        return known
    row = Publication(
        id=new_id(),
        district_id=district_id,
        year=year,
        paper=Paper.CITIZENS,
        place=HERE,
        published_on=day_of(now),
        by_name=by_name,
        at=now,
    )
    session.add(row)
    record(
        session,
        district_id=district_id,
        subject=row.id,
        kind="budget.citizens_published",
        at=now,
        office="clerk",
        by_name=by_name,
        year=year,
    )
    session.flush()
    return row
