"""The word of each body: versions, departures, quorum, and who may say what when."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine

from app.core.database import open_session, transaction
from app.core.refusal import Refusal
from app.decisions.actions import record_approval, record_assembly, say
from app.decisions.models import Assembly, Body, Said, Word
from app.decisions.queries import departures, newest_words, words_about
from app.decisions.rules import (
    Approval,
    BudgetState,
    Meeting,
    Saying,
    Verdict,
    budget_state,
    in_draft_budget,
)
from app.ledger.queries import entries_about
from app.proposals.models import Proposal, Status
from app.rounds.models import Stage
from tests.counted_round import CountedRound, agreed, declined, meeting
from tests.town import Town

KK, RU = "Жер құжаты жоқ.", "Нет документов на землю."


@pytest.fixture
def decided(town: Town) -> CountedRound:
    counted = CountedRound(town)
    counted.to(Stage.ASSEMBLY)
    return counted


def met(of: CountedRound, what: Meeting | None = None, **no: str) -> Assembly:
    """The assembly says yes to everything recommended but what `no` names by ballot number."""
    verdicts = {
        one.id: Verdict(agreed=False, reason_kk=KK, reason_ru=RU)
        if f"n{one.ballot_number}" in no
        else Verdict(agreed=True)
        for one in of.of_status(Status.RECOMMENDED)
    }
    with transaction(of.session):
        return record_assembly(
            of.session,
            district_id="d-surat",
            round_id=of.round.id,
            meeting=what or meeting(),
            verdicts=verdicts,
            by_name="Дана Омарова",
            now=of.town.clock.now(),
        )


def spoken(of: CountedRound, proposal: Proposal, saying: Saying, **how: Any) -> Word:
    with transaction(of.session):
        return say(
            of.session,
            **{
                "district_id": "d-surat",
                "proposal_id": proposal.id,
                "saying": saying,
                "by_name": "Ерлан Тасқынов",
                "now": of.town.clock.now(),
                **how,
            },
        )


def refused(of: CountedRound, proposal: Proposal, saying: Saying, **how: Any) -> tuple[str, str]:
    with pytest.raises(Refusal) as why:
        spoken(of, proposal, saying, **how)
    return why.value.code, why.value.field


def states(of: CountedRound) -> dict[int, BudgetState]:
    words = newest_words(of.session, district_id="d-surat", round_id=of.round.id)
    found = {number: budget_state(words.get(one.id, {})) for number, one in of.proposals.items()}
    of.session.rollback()
    return found


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"present": 4, "names": "а\nб\nв\nг"}, "decisions.no_quorum"),
        ({"notice_on": date(2026, 5, 5)}, "decisions.notice_short"),
        ({"present": 11}, "decisions.too_many_present"),
        ({"names": "Ахметов Серік"}, "decisions.names_differ"),
        ({"held_on": date(2026, 6, 14)}, "decisions.in_future"),
        ({"held_on": date(2026, 4, 29)}, "decisions.before_count"),
    ],
)
def test_a_meeting_that_could_not_decide_is_refused(
    decided: CountedRound, over: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refusal) as why:
        met(decided, meeting(**over))
    assert why.value.code == code
    words = newest_words(decided.session, district_id="d-surat", round_id=decided.round.id)
    assert words == {}


def test_every_recommended_project_needs_the_assemblys_word(decided: CountedRound) -> None:
    with pytest.raises(Refusal) as why, transaction(decided.session):
        record_assembly(
            decided.session,
            district_id="d-surat",
            round_id=decided.round.id,
            meeting=meeting(),
            verdicts={decided.proposals[1].id: Verdict(agreed=True)},
            by_name="Дана",
            now=decided.town.clock.now(),
        )
    assert why.value.code == "decisions.verdict_missing"
    assert why.value.field in ("said-2", "said-3")


def test_the_draft_budget_needs_assembly_and_akim(decided: CountedRound) -> None:
    first = decided.proposals[1]
    spoken(decided, first, agreed())
    assert states(decided)[1] is BudgetState.OPEN
    met(decided)
    assert states(decided)[1] is BudgetState.DRAFT
    words = newest_words(decided.session, district_id="d-surat", round_id=decided.round.id)
    assert in_draft_budget(words[first.id])
    assert not in_draft_budget(words.get(decided.proposals[5].id, {}))


def test_departures_name_who_departed_and_why(decided: CountedRound) -> None:
    met(decided, n1="no")
    lost = decided.proposals[5]
    spoken(
        decided,
        lost,
        agreed(amount=1_000_000, reason_kk="Қажет.", reason_ru="Нужно."),
    )
    found = departures(decided.session, district_ids=["d-surat", "d-oytal"])
    assert {(one.proposal.ballot_number, one.word.body) for one in found} == {
        (1, Body.ASSEMBLY),
        (5, Body.AKIM),
    }
    assert all(one.word.reason_kk and one.word.reason_ru for one in found)
    assert departures(decided.session, district_ids=["d-oytal"]) == []
    entry = entries_about(decided.session, district_id="d-surat", subject=decided.proposals[1].id)[
        -1
    ]
    assert (entry.kind, entry.office, entry.facts["departs"], entry.facts["reason_ru"]) == (
        "decisions.assembly_declined",
        "assembly",
        True,
        RU,
    )


def test_a_word_lacks_nothing(decided: CountedRound) -> None:
    won, lost = decided.proposals[1], decided.proposals[5]
    cases = [
        (won, declined(reason_ru=""), ("decisions.departure_reason", "reason_ru")),
        (lost, declined(reason_kk=""), ("decisions.reason", "reason_kk")),
        (lost, agreed(amount=1_000_000), ("decisions.departure_reason", "reason_kk")),
        (won, agreed(words_kk=""), ("decisions.words", "words_kk")),
        (won, agreed(words_ru=""), ("decisions.words", "words_ru")),
        (won, agreed(amount=4_000_000), ("decisions.less_is_part", "amount")),
        (won, agreed(said=Said.PART, reason_kk=KK, reason_ru=RU), ("decisions.part_is_less",
         "amount")),
        (won, agreed(amount=None), ("form.missing", "amount")),
        (won, agreed(ends_on=None), ("form.missing", "ends_on")),
        (won, agreed(starts_on=date(2027, 7, 1)), ("decisions.ends_before", "ends_on")),
        (won, agreed(act_number=""), ("form.missing", "act_number")),
        (won, agreed(act_date=None), ("form.missing", "act_date")),
        (won, agreed(act_date=date(2026, 6, 1)), ("decisions.in_future", "act_date")),
        (won, declined(amount=5), ("decisions.amount_of_no", "amount")),
    ]  # fmt: skip
    decided.to(Stage.DECISION)
    for proposal, saying, expected in cases:
        assert refused(decided, proposal, saying) == expected
    assert words_about(decided.session, district_id="d-surat", proposal_id=won.id) == []


def test_a_correction_keeps_the_first_version(decided: CountedRound) -> None:
    decided.to(Stage.DECISION)
    won = decided.proposals[1]
    spoken(decided, won, agreed(), expected_version=0)
    assert refused(decided, won, agreed()) == ("decisions.correction_reason", "corrects_why_kk")
    assert refused(decided, won, agreed(), expected_version=0)[0] == "decisions.stale"
    spoken(
        decided,
        won,
        agreed(amount=5_200_000, corrects_why_kk="Баға нақтыланды.", corrects_why_ru="Уточнена."),
        expected_version=1,
    )
    both = words_about(decided.session, district_id="d-surat", proposal_id=won.id)
    assert [(word.version, word.amount) for word in both] == [(1, 5_000_000), (2, 5_200_000)]
    assert both[0].corrects_why_kk == ""
    words = newest_words(decided.session, district_id="d-surat", round_id=decided.round.id)
    assert words[won.id][Body.AKIM].version == 2


def test_a_repeat_discussion_is_a_new_version_without_a_correction(decided: CountedRound) -> None:
    met(decided, n1="no")
    decided.to(Stage.DECISION, days=3)
    met(decided, meeting(number="5", notice_on=date(2026, 5, 15), held_on=date(2026, 5, 29)))
    words = newest_words(decided.session, district_id="d-surat", round_id=decided.round.id)
    word = words[decided.proposals[1].id][Body.ASSEMBLY]
    assert (word.version, word.said, word.departs) == (2, Said.AGREED, False)
    with pytest.raises(Refusal) as why:
        met(decided, meeting(number="5", notice_on=date(2026, 5, 15), held_on=date(2026, 5, 29)))
    assert why.value.code == "decisions.number_taken"


def test_nobody_speaks_out_of_stage(decided: CountedRound) -> None:
    won = decided.proposals[1]
    decided.to(Stage.RESULTS)
    assert refused(decided, won, agreed())[0] == "rounds.not_yet"
    raion = Saying(body=Body.RAION, said=Said.AGREED, amount=5_000_000, act_date=date(2026, 5, 1))
    assert refused(decided, won, raion)[0] == "rounds.not_yet"


def test_the_raion_and_the_maslikhat_speak_of_the_draft_only(decided: CountedRound) -> None:
    met(decided)
    decided.to(Stage.DECISION)
    for one in decided.of_status(Status.RECOMMENDED):
        spoken(decided, one, agreed(amount=one.price))
    decided.to(Stage.BUDGET)
    day = date(2026, 9, 1)
    won, lost = decided.proposals[1], decided.proposals[5]
    raion = Saying(body=Body.RAION, said=Said.AGREED, amount=5_000_000, act_date=day)
    assert refused(decided, lost, raion)[0] == "decisions.not_in_draft"
    less = Saying(
        body=Body.RAION, said=Said.PART, amount=4_500_000, act_date=day, reason_kk=KK, reason_ru=RU
    )
    assert spoken(decided, won, less).departs
    assert states(decided)[1] is BudgetState.REDUCED
    approvals = {
        one.id: Approval(approved=True, amount=one.price)
        for one in decided.of_status(Status.RECOMMENDED)
    }

    def approve(approvals: dict[str, Approval]) -> list[Word]:
        with transaction(decided.session):
            return record_approval(
                decided.session,
                district_id="d-surat",
                round_id=decided.round.id,
                number="38-2",
                decided_on=day,
                approvals=approvals,
                by_name="Раушан Қалиева",
                now=decided.town.clock.now(),
            )

    with pytest.raises(Refusal) as why:
        approve({**approvals, lost.id: Approval(approved=True, amount=1)})
    assert why.value.code == "decisions.not_in_draft"
    with pytest.raises(Refusal) as why:
        approve({won.id: approvals[won.id]})
    assert why.value.code == "decisions.verdict_missing"
    part = Approval(approved=True, amount=4_500_000)
    with pytest.raises(Refusal) as why:
        approve({**approvals, won.id: part})
    assert (why.value.code, why.value.field) == ("decisions.departure_reason", "reason_kk-1")
    said = approve(
        {**approvals, won.id: Approval(approved=True, amount=4_500_000, reason_kk=KK, reason_ru=RU)}
    )
    assert {(word.said, word.departs) for word in said} == {("part", True), ("agreed", False)}
    assert states(decided)[1] is BudgetState.APPROVED


def test_a_foreign_proposal_is_not_there(decided: CountedRound) -> None:
    won = decided.proposals[1]
    assert refused(decided, won, agreed(), district_id="d-oytal")[0] == "decisions.no_project"
    assert spoken(decided, won, agreed(act_date=date(2026, 5, 14))).version == 1


def test_two_pens_at_once_make_one_version(decided: CountedRound, engine: Engine) -> None:
    won = decided.proposals[1]
    together = Barrier(2)
    now = decided.town.clock.now()

    def write(name: str) -> str:
        with open_session(engine) as session:
            together.wait(timeout=20)
            try:
                with transaction(session):
                    say(
                        session,
                        district_id="d-surat",
                        proposal_id=won.id,
                        saying=agreed(),
                        by_name=name,
                        expected_version=0,
                        now=now,
                    )
            except Refusal as why:
                return why.code
            return "published"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(write, ("Ерлан", "Орынбасар")))
    assert said == ["decisions.stale", "published"]
    both = words_about(decided.session, district_id="d-surat", proposal_id=won.id)
    assert [word.version for word in both] == [1]
