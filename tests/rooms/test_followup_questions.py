"""Deputies' questions and residents' pleas, on either engine, with a second raion next door."""

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session, select

from app.core.clock import at, day_of
from app.core.database import open_session, transaction
from app.core.refusal import Refusal
from app.core.workdays import WorkCalendar
from app.decisions.models import Body, Said, Word
from app.followup.models import Plea, Question, QuestionState
from app.followup.overview import (
    current_rounds,
    members,
    share_late,
    side_by_side,
    waiting_for_approval,
)
from app.followup.queries import asked_of, open_pleas, overdue_answers
from app.followup.questions import answer, ask, judge, plead
from app.ledger.models import Entry
from app.people.queries import Who
from app.places.models import Place
from app.places.queries import districts
from app.proposals.models import Proposal, Status
from app.rounds.models import Stage
from tests.conftest import SetClock
from tests.town import RAION, Town
from tests.works_town import OTHER_RAION, last_round, next_door, stranger, who, works

SURAT = "d-surat"
DUE = date(2026, 4, 30)


@pytest.fixture
def lamps(town: Town) -> Proposal:
    works(town, last_round(town, "oytal"), "Мәдениет үйінің шатыры")
    return works(town, last_round(town))


def refused(action: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(Refusal) as why:
        action()
    return why.value.code, why.value.field


class Deputy:
    """Somebody who asks and judges, each time in a transaction."""

    def __init__(self, town: Town, who: Who) -> None:
        self.town, self.who = town, who

    def ask(self, about: Proposal, **over: object) -> Question:
        values: dict[str, object] = {
            "district_id": about.district_id,
            "proposal_id": about.id,
            "who": self.who,
            "lang": "kk",
            "text": "Шам бағандары қашан жеткізіледі?",
            "due": DUE,
            "now": self.town.clock.now(),
            **over,
        }
        with transaction(self.town.session) as session:
            return ask(session, **values)  # type: ignore[arg-type]

    def judge(self, one: Question, accepted: bool, why: str = "") -> Question:
        number, district_id = one.number, one.district_id
        with transaction(self.town.session) as session:
            return judge(
                session,
                district_id=district_id,
                number=number,
                who=self.who,
                accepted=accepted,
                why=why,
                now=self.town.clock.now(),
            )


@pytest.fixture
def saule(town: Town) -> Deputy:
    return Deputy(town, who(town, "saule"))


@pytest.fixture
def askar(town: Town) -> Deputy:
    return Deputy(town, stranger(town, next_door(town)))


def reply(
    town: Town, name: str, one: Question, text: str = "Мамырда, 22-сіне дейін.", district: str = ""
) -> Question:
    who_, number, of = who(town, name), one.number, district or one.district_id
    with transaction(town.session) as session:
        return answer(
            session,
            district_id=of,
            number=number,
            who=who_,
            lang="kk",
            text=text,
            now=town.clock.now(),
        )


def kinds(session: Session, one: Proposal) -> list[str]:
    rows = session.exec(select(Entry).where(Entry.subject == one.id)).all()
    return [entry.kind for entry in sorted(rows, key=lambda entry: entry.number)][1:]


def test_asked_answered_and_accepted_all_in_public(
    town: Town, lamps: Proposal, saule: Deputy, clock: SetClock
) -> None:
    question = saule.ask(lamps)
    assert (question.number, question.state, question.due) == (1, QuestionState.OPEN, DUE)
    assert saule.ask(lamps).number == 2
    clock.forward(days=3)
    reply(town, "erlan", question)
    done = saule.judge(question, accepted=True)
    assert (done.state, done.answered_by) == (QuestionState.ACCEPTED, "Ерлан Тасқынов")
    assert done.closed_at == clock.now()
    assert kinds(town.session, lamps) == [
        "followup.asked",
        "followup.asked",
        "followup.answered",
        "followup.accepted",
    ]
    entry = town.session.exec(select(Entry).where(Entry.kind == "followup.answered")).one()
    assert (entry.office, entry.facts["words"]) == ("akim", "Мамырда, 22-сіне дейін.")


def test_a_question_is_answered_once(town: Town, lamps: Proposal, saule: Deputy) -> None:
    question = saule.ask(lamps)
    reply(town, "dana", question)
    assert reply(town, "dana", question).answer == "Мамырда, 22-сіне дейін."  # pressed twice
    again = lambda: reply(town, "erlan", question, "Басқаша жауап")  # noqa: E731
    assert refused(again) == ("followup.answered_already", "")
    assert kinds(town.session, lamps).count("followup.answered") == 1


def test_a_refused_answer_needs_words_a_new_date_and_a_new_answer(
    town: Town, lamps: Proposal, saule: Deputy, clock: SetClock
) -> None:
    question = saule.ask(lamps)
    assert refused(lambda: saule.judge(question, accepted=True)) == ("followup.no_answer_yet", "")
    reply(town, "dana", question, "Жақында.")
    assert refused(lambda: saule.judge(question, accepted=False)) == ("form.missing", "why")
    clock.set(at(date(2026, 5, 4), 12))  # a Monday
    judged = saule.judge(question, accepted=False, why="Нақты күн айтылмаған")
    assert (judged.state, judged.closed_at) == (QuestionState.NOT_ACCEPTED, None)
    assert judged.due == date(2026, 5, 18)
    saule.judge(question, accepted=False, why="Нақты күн айтылмаған")  # pressed twice
    assert kinds(town.session, lamps).count("followup.not_accepted") == 1
    reply(town, "dana", question, "22 мамырда.")
    assert saule.judge(question, accepted=True).verdict_why == ""


def test_only_the_asker_judges(town: Town, lamps: Proposal, saule: Deputy, askar: Deputy) -> None:
    question = saule.ask(lamps)
    reply(town, "dana", question)
    for stranger_ in (askar, Deputy(town, who(town, "dana")), Deputy(town, who(town, "raushan"))):
        for accepted in (True, False):
            verdict = lambda who=stranger_, yes=accepted: who.judge(question, yes, "Жоқ")  # noqa: E731
            assert refused(verdict) == ("followup.not_yours", "")
    stored = town.session.exec(select(Question)).one()
    assert stored.state == QuestionState.ANSWERED


def test_a_deputy_of_another_raion_cannot_ask(town: Town, lamps: Proposal, askar: Deputy) -> None:
    assert refused(lambda: askar.ask(lamps)) == ("followup.not_your_raion", "")
    for name in ("dana", "erlan", "aigerim", "timur"):
        other = Deputy(town, who(town, name))
        assert refused(lambda other=other: other.ask(lamps)) == ("followup.not_your_raion", "")
    assert town.session.exec(select(Question)).all() == []


def test_a_question_stays_in_its_district(town: Town, lamps: Proposal, saule: Deputy) -> None:
    """Neither a proposal nor a question of the other district can be had by its id."""
    wrong = lambda: saule.ask(lamps, district_id="d-oytal")  # noqa: E731
    assert refused(wrong) == ("followup.no_proposal", "")
    question = saule.ask(lamps)
    foreign = lambda: reply(town, "marat", question, district="d-oytal")  # noqa: E731
    assert refused(foreign) == ("followup.no_question", "")
    assert asked_of(town.session, district_ids=["d-oytal"]) == []
    (mine,) = asked_of(town.session, district_ids=[SURAT])
    assert mine.proposal is not None
    assert mine.proposal.id == lamps.id


def test_a_draft_is_nothing_to_ask_about(town: Town, lamps: Proposal, saule: Deputy) -> None:
    draft = town.proposal(town.round(), status=Status.DRAFT, number=None)
    assert refused(lambda: saule.ask(draft)) == ("followup.no_proposal", "")


def test_a_form_pressed_twice_asks_once(
    town: Town, lamps: Proposal, saule: Deputy, askar: Deputy
) -> None:
    first = saule.ask(lamps, question_id="b" * 20)
    assert saule.ask(lamps, question_id="b" * 20).number == first.number
    assert len(town.session.exec(select(Question)).all()) == 1
    # The id of somebody else's question gives nothing away.
    raushan = Deputy(town, who(town, "raushan"))
    assert refused(lambda: raushan.ask(lamps, question_id="b" * 20)) == ("form.wrong", "")


def test_the_target_date_leaves_the_office_time(town: Town, lamps: Proposal, saule: Deputy) -> None:
    soon = lambda: saule.ask(lamps, due=date(2026, 4, 21))  # noqa: E731
    assert refused(soon) == ("followup.too_soon", "due")
    saule.ask(lamps, due=date(2026, 4, 22))


def test_sixteen_questions_at_once_have_sixteen_numbers(
    engine: Engine, town: Town, lamps: Proposal, saule: Deputy
) -> None:
    proposal_id, errors = lamps.id, []
    now, asker = town.clock.now(), saule.who
    town.session.rollback()  # an open reader holds up SQLite's writers

    def one() -> None:
        try:
            with open_session(engine) as session, transaction(session):
                ask(
                    session,
                    district_id=SURAT,
                    proposal_id=proposal_id,
                    who=asker,
                    lang="kk",
                    text="Қашан бітеді?",
                    due=DUE,
                    now=now,
                )
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=one) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    with open_session(engine) as session:
        numbers = sorted(one.number for one in session.exec(select(Question)))
    assert numbers == list(range(1, 17))


def beg(town: Town, name: str, about: Proposal, text: str, district: str = SURAT) -> Plea:
    proposal_id = about.id
    with transaction(town.session) as session:
        return plead(
            session,
            district_id=district,
            proposal_id=proposal_id,
            person_id=town.ids[name],
            lang="kk",
            text=text,
            now=town.clock.now(),
        )


def test_one_plea_a_person_and_its_words_can_change(town: Town, lamps: Proposal) -> None:
    beg(town, "aigerim", lamps, "Шам жанбайды")
    beg(town, "bolat", lamps, "Төрт шам жоқ")
    beg(town, "aigerim", lamps, "Әлі де жанбайды")
    pleas = open_pleas(town.session, district_ids=[SURAT])
    assert sorted((one.name, one.plea.text) for one in pleas) == [
        ("Айгерім С.", "Әлі де жанбайды"),
        ("Болат Е.", "Төрт шам жоқ"),
    ]
    assert open_pleas(town.session, district_ids=["d-oytal"]) == []
    foreign = lambda: beg(town, "gulnar", lamps, "Маған да", district="d-oytal")  # noqa: E731
    assert refused(foreign) == ("followup.no_proposal", "")


def test_a_plea_becomes_one_question_and_comes_back_when_that_is_closed(
    town: Town, lamps: Proposal, saule: Deputy
) -> None:
    plea = beg(town, "aigerim", lamps, "Шам жанбайды")
    question = saule.ask(lamps, plea_id=plea.id)
    assert open_pleas(town.session, district_ids=[SURAT]) == []
    taken = lambda: beg(town, "aigerim", lamps, "Тағы да")  # noqa: E731
    assert refused(taken) == ("followup.plea_taken_up", "")
    assert saule.ask(lamps, plea_id=plea.id).number == 2  # it stays with the first one
    assert town.session.exec(select(Plea)).one().question_id == question.id
    reply(town, "dana", question)
    saule.judge(question, accepted=True)
    beg(town, "aigerim", lamps, "Тағы да сөнді")
    assert [one.plea.text for one in open_pleas(town.session, district_ids=[SURAT])] == [
        "Тағы да сөнді"
    ]


def test_a_plea_of_another_proposal_is_not_taken_up(
    town: Town, lamps: Proposal, saule: Deputy
) -> None:
    roof = town.session.exec(select(Proposal).where(Proposal.district_id == "d-oytal")).one()
    plea = beg(town, "gulnar", roof, "Шатыр ағады", district="d-oytal")
    saule.ask(lamps, plea_id=plea.id)
    assert [one.plea.id for one in open_pleas(town.session, district_ids=["d-oytal"])] == [plea.id]


def test_sixteen_pleas_of_one_person_are_one(engine: Engine, town: Town, lamps: Proposal) -> None:
    proposal_id, errors, now = lamps.id, [], town.clock.now()
    town.session.rollback()

    def one(number: int) -> None:
        try:
            with open_session(engine) as session, transaction(session):
                plead(
                    session,
                    district_id=SURAT,
                    proposal_id=proposal_id,
                    person_id=town.ids["aigerim"],
                    lang="kk",
                    text=f"Шам жанбайды {number}",
                    now=now,
                )
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    with open_session(engine) as session:
        assert len(session.exec(select(Plea)).all()) == 1


def test_overdue_answers_count_working_days_and_skip_what_waits_for_the_resident(
    town: Town,
) -> None:
    now = town.round()
    late = town.proposal(now, "Көпір", status=Status.SUBMITTED, due=date(2026, 4, 10))
    town.proposal(
        now,
        "Ұзартылған",
        status=Status.SUBMITTED,
        due=date(2026, 4, 10),
        extended_until=date(2026, 4, 24),
    )
    town.proposal(
        now,
        "Тұрғынды күтуде",
        status=Status.SUBMITTED,
        due=date(2026, 4, 10),
        waiting_since=date(2026, 4, 8),
    )
    town.proposal(now, "Бүгін", status=Status.SUBMITTED, due=date(2026, 4, 18))
    town.proposal(
        *(now, "Жауап берілген"),
        status=Status.SUBMITTED,
        due=date(2026, 4, 10),
        answered_at=at(date(2026, 4, 12)),
    )
    found = overdue_answers(
        town.session,
        district_ids=[SURAT],
        today=day_of(town.clock.now()),
        calendar=WorkCalendar(),
    )
    assert [(one.proposal.id, one.days) for one in found] == [(late.id, 5)]
    nowhere = overdue_answers(
        town.session, district_ids=["d-oytal"], today=DUE, calendar=WorkCalendar()
    )
    assert nowhere == []


def queries_of(engine: Engine, act: Callable[[], object]) -> int:
    count = 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1

    event.listen(engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return count


def test_districts_stand_side_by_side(
    engine: Engine, town: Town, lamps: Proposal, saule: Deputy, askar: Deputy
) -> None:
    now = town.round()
    town.proposal(now, "Көпір", status=Status.SUBMITTED, due=date(2026, 4, 10))
    town.proposal(now, "Қайтып алынған", status=Status.WITHDRAWN, due=date(2026, 4, 10))
    question = saule.ask(lamps)
    town.clock.forward(days=20)  # type: ignore[attr-defined]
    assert question.due < day_of(town.clock.now())
    found = districts(town.session, raion_kato=RAION)
    standing = {
        one.district.slug: one
        for one in side_by_side(town.session, districts=found, now=town.clock.now())
    }
    surat, oytal = standing["surat"], standing["oytal"]
    assert set(standing) == {"surat", "oytal"}  # the raion next door is not here
    assert surat.round is not None
    assert (surat.round.key, surat.stage) == ("2026", Stage.RESULTS)
    assert (surat.answers, surat.answers_late, surat.works, surat.works_late) == (2, 1, 1, 1)
    assert (surat.questions, surat.questions_overdue) == (1, 1)
    assert share_late(surat) == 0.5
    assert (oytal.answers_late, oytal.works_late, oytal.questions) == (0, 1, 0)
    one = queries_of(
        engine, lambda: side_by_side(town.session, districts=found[:1], now=town.clock.now())
    )
    two = queries_of(
        engine, lambda: side_by_side(town.session, districts=found, now=town.clock.now())
    )
    assert one == two


def test_members_are_those_of_this_raion_whose_term_runs(town: Town, askar: Deputy) -> None:
    today = date(2026, 4, 18)
    ours = members(town.session, raion_kato=RAION, today=today)
    assert [(one.name, one.constituency) for one in ours] == [("Сәуле Оразбаева", (SURAT,))]
    theirs = members(town.session, raion_kato=OTHER_RAION, today=today)
    assert [one.name for one in theirs] == ["Askar"]
    assert members(town.session, raion_kato=RAION, today=date(2024, 12, 31)) == []
    assert town.session.get(Place, OTHER_RAION) is not None


def say(town: Town, about: Proposal, body: Body) -> None:
    values = {name: getattr(about, name) for name in ("district_id", "round_id", "id")}
    with transaction(town.session) as session:
        session.add(
            Word(
                id=f"{body}-{values['id']}",
                district_id=values["district_id"],
                round_id=values["round_id"],
                proposal_id=values["id"],
                body=body,
                version=1,
                said=Said.AGREED,
                departs=False,
                by_name="Ерлан",
                at=town.clock.now(),
            )
        )


def test_the_maslikhats_office_sees_what_waits_for_its_decision(
    town: Town, clock: SetClock
) -> None:
    round_ = town.round()
    project = town.proposal(round_, "Көпір", status=Status.RECOMMENDED)

    def waiting() -> list[str]:
        ids = [SURAT, "d-oytal"]
        found = waiting_for_approval(town.session, district_ids=ids, now=clock.now())
        return [one.id for one in found]

    clock.set(at(date(2026, 10, 1)))
    assert waiting() == []
    say(town, project, Body.ASSEMBLY)
    assert waiting() == []
    say(town, project, Body.AKIM)
    assert waiting() == [round_.id]
    other = waiting_for_approval(town.session, district_ids=["d-oytal"], now=clock.now())
    assert other == []
    clock.set(at(date(2026, 6, 1)))  # before the budget's stage
    assert waiting() == []
    clock.set(at(date(2026, 12, 20)))
    say(town, project, Body.MASLIKHAT)
    assert waiting() == []


def test_the_round_under_way_goes_before_a_newer_one_that_is_not(
    town: Town, clock: SetClock
) -> None:
    old = last_round(town)
    found = current_rounds(town.session, district_ids=[SURAT], now=clock.now())
    assert found[SURAT][0].id == old.id
    new = town.round()
    found = current_rounds(town.session, district_ids=[SURAT], now=clock.now())
    assert found[SURAT][0].id == new.id
    clock.set(at(date(2026, 1, 20)) - timedelta(days=1))
    found = current_rounds(town.session, district_ids=[SURAT], now=clock.now())
    assert found[SURAT][0].id in (old.id, new.id)
