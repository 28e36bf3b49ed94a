"""Deputies' questions and residents' pleas: asked, answered, judged, all in public."""

from datetime import date, datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, func, select

from app.core.clock import day_of
from app.core.ids import new_id
from app.core.refusal import Refusal, insist
from app.followup.models import Plea, Question, QuestionState
from app.followup.rules import USUAL_WORKING_DAYS, why_not_answer, why_not_ask, why_not_judge
from app.ledger.actions import record
from app.people.queries import Who
from app.places.models import District
from app.places.queries import work_calendar
from app.proposals.models import PUBLIC, Proposal


def ask(
    session: Session,
    *,
    district_id: str,
    proposal_id: str | None,
    who: Who,
    lang: str,
    text: str,
    due: date,
    now: datetime,
    plea_id: str | None = None,
    question_id: str | None = None,
) -> Question:
    """A deputy asks the akim's office of a district of their raion, by a target date.

    `plea_id` is the resident's plea it takes up; `question_id` comes with the form: a form pressed
    twice asks once.
    """
    district = session.exec(
        select(District).where(District.id == district_id).with_for_update()
    ).one()
    if who.raion_kato != district.raion_kato or who.office_id is None:
        raise Refusal("followup.not_your_raion")
    if question_id is not None and (known := session.get(Question, question_id)):
        if (known.district_id, known.asked_office_id) != (district_id, who.office_id):
            raise Refusal("form.wrong")
        return known
    if proposal_id is not None:
        _proposal(session, district_id=district_id, proposal_id=proposal_id)
    insist(why_not_ask(due=due, today=day_of(now), calendar=work_calendar(session)))
    last = session.exec(
        select(func.max(Question.number)).where(Question.district_id == district_id)
    ).one()
    made = Question(
        id=question_id or new_id(),
        district_id=district_id,
        proposal_id=proposal_id,
        number=(last or 0) + 1,
        asked_by=who.name,
        asked_office_id=who.office_id,
        lang=lang,
        text=text,
        asked_at=now,
        due=due,
    )
    session.add(made)
    session.flush()
    if plea_id is not None:
        plea = session.exec(
            select(Plea).where(Plea.id == plea_id, Plea.district_id == district_id)
        ).first()
        if plea is not None and plea.proposal_id == proposal_id and plea.question_id is None:
            plea.question_id = made.id
            session.add(plea)
            session.flush()
    _record(session, made, "followup.asked", "maslikhat", who.name, now, words=text, due=due)
    return made


def answer(
    session: Session,
    *,
    district_id: str,
    number: int,
    who: Who,
    lang: str,
    text: str,
    now: datetime,
) -> Question:
    """The office answers. An answer that was not accepted may be given anew."""
    question = _question(session, district_id=district_id, number=number)
    said = (QuestionState.ANSWERED, text, who.name)
    if (question.state, question.answer, question.answered_by) == said:
        return question  # pressed twice
    insist(why_not_answer(question))
    question.answer, question.answer_lang, question.answered_by = text, lang, who.name
    question.answered_at, question.state = now, QuestionState.ANSWERED
    session.add(question)
    session.flush()
    office = str(who.role or "clerk")
    _record(session, question, "followup.answered", office, who.name, now, words=text)
    return question


def judge(
    session: Session,
    *,
    district_id: str,
    number: int,
    who: Who,
    accepted: bool,
    why: str = "",
    now: datetime,
) -> Question:
    """The asker accepts the answer, or refuses it with a reason and a new target date."""
    question = _question(session, district_id=district_id, number=number)
    verdict = QuestionState.ACCEPTED if accepted else QuestionState.NOT_ACCEPTED
    asked_by_them = question.asked_office_id == who.office_id
    if asked_by_them and (question.state, question.verdict_why) == (verdict, why):
        return question  # pressed twice
    insist(why_not_judge(question, office_id=who.office_id))
    if not accepted and not why:
        raise Refusal("form.missing", field="why")
    if not accepted:
        question.due = work_calendar(session).after(day_of(now), USUAL_WORKING_DAYS)
    question.state = verdict
    question.verdict_why, question.closed_at = why, now if accepted else None
    session.add(question)
    session.flush()
    if accepted:
        _record(session, question, "followup.accepted", "maslikhat", who.name, now)
    else:
        _record(
            session,
            question,
            "followup.not_accepted",
            "maslikhat",
            who.name,
            now,
            reason=why,
            due=question.due,
        )
    return question


def plead(
    session: Session,
    *,
    district_id: str,
    proposal_id: str,
    person_id: str,
    lang: str,
    text: str,
    now: datetime,
) -> Plea:
    """A resident asks the deputies to look at a proposal; asking again changes the words.

    While a question that took the plea up is open, the words stand.
    """
    _proposal(session, district_id=district_id, proposal_id=proposal_id)
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.exec(
        insert(Plea)
        .values(
            id=new_id(),
            district_id=district_id,
            proposal_id=proposal_id,
            person_id=person_id,
            lang=lang,
            text=text,
            at=now,
        )
        .on_conflict_do_nothing(index_elements=["proposal_id", "person_id"])
    )
    made = session.exec(
        select(Plea)
        .where(Plea.proposal_id == proposal_id, Plea.person_id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if made.text == text:
        return made
    if made.question_id is not None:
        question = session.get_one(Question, made.question_id)
        if question.state != QuestionState.ACCEPTED:
            raise Refusal("followup.plea_taken_up", number=question.number)
        made.question_id = None
    made.lang, made.text, made.at = lang, text, now
    session.add(made)
    session.flush()
    return made


def _proposal(session: Session, *, district_id: str, proposal_id: str) -> Proposal:
    found = session.exec(
        select(Proposal).where(Proposal.district_id == district_id, Proposal.id == proposal_id)
    ).first()
    if found is None or found.status not in PUBLIC:
        raise Refusal("followup.no_proposal")
    return found


def _question(session: Session, *, district_id: str, number: int) -> Question:
    found = session.exec(
        select(Question)
        .where(Question.district_id == district_id, Question.number == number)
        .with_for_update()
    ).first()
    if found is None:
        raise Refusal("followup.no_question")
    return found


def _record(
    session: Session,
    question: Question,
    kind: str,
    office: str,
    by_name: str,
    now: datetime,
    **facts: object,
) -> None:
    proposal = session.get(Proposal, question.proposal_id) if question.proposal_id else None
    record(
        session,
        district_id=question.district_id,
        round_id=proposal.round_id if proposal else None,
        subject=question.proposal_id or question.id,
        kind=kind,
        at=now,
        office=office,
        by_name=by_name,
        question=question.number,
        **facts,
    )
