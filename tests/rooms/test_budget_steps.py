"""The legal steps of a budget year: due, done, late, not needed; and the papers of article 40.

The days expected here are those of the Budget Code, articles 40, 89 and 91.
"""

from datetime import date
from typing import Any

import pytest
from icalendar import Calendar
from sqlmodel import Session, select

from app.budget.actions import Act, publish
from app.budget.models import ANNUAL, Kind
from app.budget.step_models import LegalStep, Paper, Publication, StepDone
from app.budget.step_notes import note_publication, note_step
from app.budget.steps import StepState, checklist, late_publications, year_steps
from app.budget.sums import Line
from app.core.clock import at
from app.core.database import transaction
from app.core.refusal import Refusal
from tests.town import Town

LINES = (Line("receipt", 10, "tax"), Line("spending", 10, "8"))
DANA = "Дана Омарова"


def step(session: Session, key: str, today: date) -> tuple[StepState, date | None]:
    found = year_steps(session, district_id="d-surat", year=2027, today=today)
    session.rollback()
    one = next(one for one in found if one.rule.key == key)
    return one.state, one.due


def done(session: Session, key: str, on: date) -> None:
    with transaction(session):
        note_step(
            session,
            district_id="d-surat",
            year=2027,
            key=key,
            done_on=on,
            by_name=DANA,
            now=at(on, 18),
        )


def put(session: Session, kind: Kind, on: date, *, month: int = 0, year: int = 2027) -> None:
    act = Act("№ 1", on) if kind is not Kind.EXECUTED else Act()
    with transaction(session):
        publish(
            session,
            district_id="d-surat",
            year=year,
            kind=kind,
            lines=LINES,
            act=act,
            month=month,
            by_name=DANA,
            now=at(on, 12),
        )


def test_the_draft_goes_to_the_raion_by_the_first_of_september(
    session: Session, town: Town
) -> None:
    town.classification()
    assert step(session, "to_raion", date(2026, 9, 1)) == (StepState.NEXT, date(2026, 9, 1))
    assert step(session, "to_raion", date(2026, 9, 2))[0] is StepState.LATE
    put(session, Kind.AT_RAION, date(2026, 9, 3))
    assert step(session, "to_raion", date(2026, 9, 4))[0] is StepState.DONE_LATE
    assert step(session, "to_maslikhat", date(2026, 9, 4)) == (StepState.AHEAD, date(2026, 11, 10))


def test_the_maslikhat_has_five_calendar_days_from_the_raions_signature(
    session: Session, town: Town
) -> None:
    town.classification()
    assert step(session, "approved", date(2026, 12, 20)) == (StepState.UNDATED, None)
    done(session, "raion_signed", date(2026, 12, 21))
    assert step(session, "approved", date(2026, 12, 26))[1] == date(2026, 12, 26)
    assert step(session, "approved", date(2026, 12, 27))[0] is StepState.LATE
    put(session, Kind.APPROVED, date(2026, 12, 26))
    assert step(session, "approved", date(2026, 12, 27))[0] is StepState.DONE


def test_a_plan_for_the_quarter_is_needed_only_without_a_budget(
    session: Session, town: Town
) -> None:
    town.classification()
    today = date(2026, 12, 26)
    assert step(session, "quarter_plan", today) == (StepState.LATE, date(2026, 12, 25))
    assert step(session, "latest", today)[1] == date(2027, 3, 1)
    put(session, Kind.APPROVED, date(2026, 12, 24))
    assert step(session, "quarter_plan", today)[0] is StepState.NOT_NEEDED
    assert step(session, "latest", today)[0] is StepState.NOT_NEEDED


def test_what_others_do_is_never_held_against_the_district(session: Session, town: Town) -> None:
    town.classification()
    assert step(session, "republic_budget", date(2027, 2, 1))[0] is StepState.UNDATED


def test_publishing_here_ticks_the_checklist_and_a_late_month_stays_late(
    session: Session, town: Town
) -> None:
    town.classification()
    today = date(2026, 4, 18)
    late = late_publications(session, district_ids=["d-surat", "d-oytal"], year=2026, today=today)
    # Due by then: the draft of last September, and January to March by the 15th of the next month.
    assert late == {"d-surat": 4, "d-oytal": 4}
    session.rollback()
    put(session, Kind.EXECUTED, date(2026, 2, 10), month=1, year=2026)
    put(session, Kind.EXECUTED, date(2026, 4, 16), month=2, year=2026)
    found = checklist(session, district_id="d-surat", year=2026, today=today)
    session.rollback()
    months = {one.month: one for one in found if one.rule.paper == Paper.MONTH}
    assert (months[1].published_on, months[1].was_late) == (date(2026, 2, 10), False)
    assert (months[2].published_on, months[2].was_late) == (date(2026, 4, 16), True)
    assert months[3].late
    assert not months[4].late
    late = late_publications(session, district_ids=["d-surat", "d-oytal"], year=2026, today=today)
    assert late == {"d-surat": 2, "d-oytal": 4}


def test_what_was_published_elsewhere_counts_and_keeps_its_address(
    session: Session, town: Town
) -> None:
    town.classification()
    wanted = {
        "district_id": "d-surat",
        "year": 2026,
        "paper": "month",
        "month": 1,
        "place": "site",
        "published_on": date(2026, 2, 12),
        "url": "https://example.kz/1",
        "by_name": DANA,
        "now": at(date(2026, 2, 12), 12),
    }
    for over, code in (
        ({"url": "javascript:alert(1)"}, "budget.url"),
        ({"url": ""}, "budget.url_missing"),
        ({"place": "here"}, "budget.place_unknown"),
        ({"paper": "month", "month": 0}, "budget.paper_unknown"),
        ({"paper": "x"}, "budget.paper_unknown"),
        ({"published_on": date(2026, 2, 13)}, "budget.step_ahead"),
        ({"year": 1999}, "budget.year"),
    ):
        with pytest.raises(Refusal) as why, transaction(session):
            note_publication(session, **{**wanted, **over})  # type: ignore[arg-type]
        assert why.value.code == code
    assert session.exec(select(Publication)).all() == []
    session.rollback()
    with transaction(session):
        note_publication(session, **wanted)  # type: ignore[arg-type]
    found = checklist(session, district_id="d-surat", year=2026, today=date(2026, 4, 1))
    january = next(one for one in found if one.month == 1)
    assert january.published["site"].url == "https://example.kz/1"
    assert not january.late


def test_a_step_noted_again_holds_the_new_day_once(session: Session, town: Town) -> None:
    town.classification()
    done(session, "raion_done", date(2026, 10, 14))
    done(session, "raion_done", date(2026, 10, 12))
    assert session.exec(select(StepDone.done_on)).all() == [date(2026, 10, 12)]
    session.rollback()
    for key, on, code in (
        ("no_such", date(2026, 1, 1), "budget.step_unknown"),
        ("publish_draft", date(2026, 1, 1), "budget.step_unknown"),
    ):
        with pytest.raises(Refusal) as why:
            done(session, key, on)
        assert why.value.code == code


def test_terms_are_rows_that_can_be_corrected(session: Session, town: Town) -> None:
    town.classification()
    with transaction(session):
        term = session.exec(select(LegalStep).where(LegalStep.key == "to_raion")).one()
        term.month, term.day = 8, 20
        session.add(term)
    assert step(session, "to_raion", date(2026, 8, 1))[1] == date(2026, 8, 20)


def test_the_annual_report_is_due_once_the_year_is_over(session: Session, town: Town) -> None:
    town.classification()
    found = checklist(session, district_id="d-surat", year=2025, today=date(2026, 4, 2))
    session.rollback()
    year = next(one for one in found if one.rule.paper == Paper.YEAR)
    assert (year.due, year.late) == (date(2026, 4, 1), True)
    put(session, Kind.EXECUTED, date(2026, 4, 5), month=ANNUAL, year=2025)
    found = checklist(session, district_id="d-surat", year=2025, today=date(2026, 4, 6))
    year = next(one for one in found if one.rule.paper == Paper.YEAR)
    assert (year.late, year.was_late) == (False, True)


def test_the_calendar_file_is_one_that_calendars_read(visit: Any) -> None:
    visit.town.classification()
    answer = visit().client.get("/kk/surat/budget/calendar.ics?year=2027")
    assert answer.headers["content-type"].startswith("text/calendar")
    events = {str(one["uid"]): one for one in Calendar.from_ical(answer.content).walk("VEVENT")}
    one = events["to_raion-2027-315446000@asar"]
    assert one["dtstart"].dt == date(2026, 9, 1)
    assert max(len(line) for line in answer.content.split(b"\r\n")) <= 75
