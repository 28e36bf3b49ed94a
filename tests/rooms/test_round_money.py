"""A smaller sum, lines of the next draft, and money that was saved: to the last tenge."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, update
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, select

from app.budget import drafts
from app.budget.models import Kind
from app.budget.project_lines import project_lines
from app.budget.sums import Line
from app.core.clock import at
from app.core.database import transaction
from app.core.ids import new_id
from app.decisions.actions import record_assembly, say
from app.decisions.into_budget import put_into_draft, put_of
from app.decisions.models import Body, Said
from app.decisions.queries import newest_words, result_of, voted_on
from app.decisions.rules import Saying, Verdict
from app.decisions.shrinking import chosen, shrunk, still_fit
from app.followup.actions import finish_step, pay
from app.followup.models import Spare, SpareMove, WorkStage
from app.followup.round_money import round_money
from app.followup.spare import note_spare, savings_of, spares_of, sums_of
from app.ledger.models import Entry
from app.proposals.models import Proposal, Status
from app.rounds.models import Round, Stage
from tests.budget_lines import RECEIPTS, approve
from tests.counted_round import CountedRound, agreed, meeting
from tests.town import Town
from tests.two_officials import no, together
from tests.works_town import last_round, works


@given(
    costs=st.lists(st.integers(0, 10**9), max_size=12),
    amount=st.integers(0, 10**10),
    more=st.integers(0, 10**9),
)
def test_projects_drop_from_the_bottom_until_the_rest_fits(
    costs: list[int], amount: int, more: int
) -> None:
    kept = still_fit(costs, amount)
    assert sum(costs[:kept]) <= amount
    assert kept == len(costs) or sum(costs[: kept + 1]) > amount  # none drops that would fit
    assert still_fit(costs, amount + more) >= kept  # more money never drops more
    assert still_fit(costs[:kept], amount) == kept  # what stays, stays
    if sum(costs) <= amount:
        assert kept == len(costs)


@pytest.fixture
def of(town: Town) -> CountedRound:
    town.classification()
    return CountedRound(town)


def decide(of: CountedRound, **amounts: int) -> list[Proposal]:
    """The assembly and the akim agree to everything recommended."""
    won = of.of_status(Status.RECOMMENDED)
    of.to(Stage.ASSEMBLY)
    with transaction(of.session):
        record_assembly(
            of.session,
            district_id="d-surat",
            round_id=of.round.id,
            meeting=meeting(),
            verdicts={one.id: Verdict(agreed=True) for one in won},
            by_name="Дана О.",
            now=of.town.clock.now(),
        )
    of.to(Stage.DECISION)
    for one in won:
        speak(of, one, agreed(amount=one.price))
    of.let_go()
    return won


def speak(of: CountedRound, one: Proposal, saying: Saying) -> None:
    with transaction(of.session):
        say(
            of.session,
            district_id="d-surat",
            proposal_id=one.id,
            saying=saying,
            by_name="Дана О.",
            now=of.town.clock.now(),
        )


def raion(said: Said, amount: int | None = None) -> Saying:
    why = {"reason_kk": "Қаржы азайды.", "reason_ru": "Средств стало меньше."}
    return Saying(
        body=Body.RAION,
        said=said,
        amount=amount,
        act_type="raion",
        act_date=date(2026, 9, 1),
        **why,
    )


def less(of: CountedRound, confirmed: int) -> Any:
    session, scope = of.session, {"district_id": "d-surat", "round_id": of.round.id}
    result = result_of(session, **scope)
    assert result is not None
    one = Round(**{**of.round.model_dump(), "confirmed_envelope": confirmed})
    found = shrunk(
        one,
        result.outcome,
        proposals=voted_on(session, **scope),
        words=newest_words(session, **scope),
    )
    of.let_go()
    return found, chosen(result.outcome)


def test_what_drops_goes_by_the_order_of_choice_and_by_what_was_said_since(
    of: CountedRound,
) -> None:
    # 5 + 4 million of 12 were recommended: the first, then one of two by the draw.
    won = of.of_status(Status.RECOMMENDED)
    by_number = {str(one.ballot_number): one for one in won}
    found, order = less(of, 8_999_999)
    first, second = (by_number[number].id for number in order)
    assert (found.kept, found.dropped, found.less) == ((first,), (second,), 3_000_001)
    assert less(of, 9_000_000)[0].dropped == ()
    assert less(of, 4_999_999)[0].dropped == (first, second)
    assert less(of, 12_000_000)[0] is None
    # Once the raion has taken the first one out, the second fits again.
    decide(of)
    of.to(Stage.BUDGET)
    speak(of, by_number[order[0]], raion(Said.DECLINED))
    of.let_go()
    found, _ = less(of, 4_000_000)
    assert (found.kept, found.dropped) == ((second,), ())


def test_the_rounds_projects_become_lines_of_the_draft(of: CountedRound) -> None:
    session, now = of.session, at(date(2026, 8, 20))

    def put(**over: Any) -> Any:
        with transaction(session):
            given = {
                "district_id": "d-surat",
                "round_id": of.round.id,
                "by_name": "Дана О.",
                "now": now,
            }
            return drafts.work_of(put_into_draft(session, **{**given, **over}))

    with no("decisions.none_agreed"):
        put()
    won = decide(of)
    with pytest.raises(LookupError):
        put(district_id="d-oytal")
    with transaction(session):
        typed = (Line("spending", 60_000_000, "1", "p001"), RECEIPTS)
        drafts.save(
            session,
            district_id="d-surat",
            year=2027,
            month=0,
            lines=typed,
            stated={"receipt": 90_000_000},
            by_name="Дана О.",
            now=now,
        )
    work = put()
    assert work.lines[:2] == typed
    assert work.stated == {"receipt": 90_000_000}
    found = {line.proposal_id: line for line in work.lines[2:]}
    assert {key: line.amount for key, line in found.items()} == {one.id: one.price for one in won}
    assert {(line.side, line.part, line.round_id) for line in found.values()} == {
        ("spending", "8", of.round.id)
    }
    entries = session.exec(select(Entry.subject).where(Entry.kind == "decisions.into_draft")).all()
    assert sorted(entries) == sorted(one.id for one in won)
    session.rollback()
    with no("decisions.in_draft_already"):
        put()
    # The raion reduces one and removes the other: pressing again brings the draft up to date.
    of.to(Stage.BUDGET)
    speak(of, won[0], raion(Said.PART, 4_500_000))
    speak(of, won[1], raion(Said.DECLINED))
    assert [line.amount for line in put().lines if line.proposal_id] == [4_500_000]
    put_now = put_of(session, of=session.get_one(Round, of.round.id))
    assert (put_now.missing, put_now.gone) == ((), ())
    of.let_go()


def test_the_way_of_the_money_is_told_station_by_station(of: CountedRound) -> None:
    session = of.session
    won = decide(of)
    with transaction(session):
        put = put_into_draft(
            session,
            district_id="d-surat",
            round_id=of.round.id,
            by_name="Дана О.",
            now=at(date(2026, 8, 20)),
        )
    lines = (*drafts.work_of(put).lines, RECEIPTS)
    approve(session, of.round, at(date(2026, 8, 25)), kind=Kind.DRAFT, act=None, lines=lines)
    of.to(Stage.BUDGET)
    speak(of, won[1], raion(Said.DECLINED))
    cut = tuple(line for line in lines if line.proposal_id != won[1].id)
    approve(session, of.round, at(date(2026, 12, 24)), lines=cut)
    money = round_money(session, of=session.get_one(Round, of.round.id))
    found = {row.proposal.id: row for row in money.rows}
    one, other = found[won[0].id], found[won[1].id]
    assert (one.voted, one.draft.amount, one.raion.amount, one.approved.amount) == (
        5_000_000,
        5_000_000,
        None,
        5_000_000,
    )
    assert one.draft.version.kind == "draft"
    assert one.approved.version.number == 2
    assert (other.voted, other.draft.amount, other.raion.amount) == (4_000_000, 4_000_000, 0)
    assert (other.raion.cut, other.approved.amount, other.state) == (True, None, "removed")
    assert other.raion.word.reason_ru == "Средств стало меньше."
    assert (money.total("voted"), money.total("draft")) == (9_000_000, 9_000_000)
    assert (money.whole, money.share_of(500_000)) == (5_000_000, 0.1)
    at_home = project_lines(session, district_id="d-surat", proposal_ids=[won[0].id])
    assert [(each.version.number, each.line.amount) for each in at_home] == [
        (1, 5_000_000),
        (2, 5_000_000),
    ]
    assert project_lines(session, district_id="d-oytal", proposal_ids=[won[0].id]) == []
    of.let_go()


class Spared:
    """Last year's round with one project that was built for less."""

    def __init__(self, town: Town) -> None:
        self.session, self.now = town.session, at(date(2026, 4, 10), 12)
        self.of = last_round(town)
        self.built = works(town, self.of, planned=4_000_000, ballot_number=1)
        self.other = works(town, self.of, "Көпір", planned=2_000_000, ballot_number=2)
        for stage, day in zip(WorkStage, (5, 10, 20, 25), strict=True):
            contract = {"contractor": "ЖШС", "contract_number": "1", "contract": 3_700_000}
            with transaction(self.session):
                finish_step(
                    self.session,
                    district_id="d-surat",
                    proposal_id=self.built.id,
                    stage=stage,
                    done_on=date(2026, 2, day),
                    by_name="Дана О.",
                    now=self.now,
                    **(contract if stage is WorkStage.CONTRACT else {}),  # type: ignore[arg-type]
                )
        self.pay(3_500_000)
        self.round_id, self.built_id, self.other_id = self.of.id, self.built.id, self.other.id
        self.session.expunge_all()
        self.session.rollback()

    def pay(self, amount: int) -> None:
        with transaction(self.session):
            pay(
                self.session,
                district_id="d-surat",
                proposal_id=self.built_id if hasattr(self, "built_id") else self.built.id,
                amount=amount,
                paid_on=date(2026, 3, 1),
                document="№ 4",
                by_name="Дана О.",
                now=self.now,
            )

    def note(self, move: SpareMove, amount: int, own: Session | None = None, **over: Any) -> Spare:
        session = own or self.session
        given = {
            "district_id": "d-surat",
            "round_id": self.round_id,
            "moved_on": date(2026, 4, 9),
            "words_kk": "Арзанға түсті",
            "words_ru": "Обошлось дешевле",
            "by_name": "Дана О.",
            "now": self.now,
            **over,
        }
        with transaction(session):
            return note_spare(session, move=move, amount=amount, **given)

    def left(self) -> int:
        found = spares_of(self.session, district_id="d-surat", round_id=self.round_id)
        self.session.rollback()
        return sums_of(found).left


@pytest.fixture
def spared(town: Town) -> Spared:
    return Spared(town)


def test_only_what_accepted_works_left_over_is_saved(session: Session, spared: Spared) -> None:
    of = session.get_one(Round, spared.round_id)
    found = [(one.proposal.id, one.amount) for one in savings_of(session, of=of)]
    session.rollback()
    # Planned 4.0, the contract 3.7: its last 0.2 is still owed to the builder.
    assert found == [(spared.built_id, 300_000)]
    saved = SpareMove.SAVED
    for code, amount, over in (
        ("spare.which", 100, {}),
        ("spare.not_saved", 300_001, {"proposal_id": spared.built_id}),
        ("spare.not_saved", 1, {"proposal_id": spared.other_id}),  # not accepted
        ("followup.no_amount", 0, {"proposal_id": spared.built_id}),
        ("followup.future", 1, {"proposal_id": spared.built_id, "moved_on": date(2026, 4, 11)}),
        ("form.missing", 1, {"proposal_id": spared.built_id, "words_kk": " "}),
    ):
        with no(code):
            spared.note(saved, amount, **over)
    with pytest.raises(LookupError):
        spared.note(saved, 1, district_id="d-oytal", proposal_id=spared.built_id)
    key = new_id()
    for _ in range(2):  # pressed twice
        spared.note(saved, 300_000, proposal_id=spared.built_id, spare_id=key)
    assert spared.left() == 300_000
    with no("spare.not_saved"):
        spared.note(saved, 1, proposal_id=spared.built_id)
    # What was saved cannot be paid out for the same works any more.
    spared.pay(200_000)
    with no("followup.above_plan"):
        spared.pay(1)
    with pytest.raises(DatabaseError, match="append-only"), transaction(session):
        session.connection().execute(update(Spare).values(amount=1))


def test_no_more_is_used_than_is_there(session: Session, spared: Spared) -> None:
    with no("spare.not_there"):
        spared.note(SpareMove.USED, 1)
    spared.note(SpareMove.SAVED, 300_000, proposal_id=spared.built_id)
    spared.note(SpareMove.RETURNED, 50_000)
    with no("spare.not_there"):
        spared.note(SpareMove.USED, 350_001)
    spared.note(SpareMove.USED, 200_000, proposal_id=spared.other_id)
    assert spared.left() == 150_000
    facts = session.exec(select(Entry).where(Entry.kind == "followup.money_used")).one()
    assert (facts.subject, facts.facts["amount"]) == (spared.other_id, 200_000)


def test_of_two_who_use_the_last_of_it_one_is_refused(
    engine: Engine, session: Session, spared: Spared
) -> None:
    spared.note(SpareMove.SAVED, 300_000, proposal_id=spared.built_id)
    session.expunge_all()
    session.rollback()
    came = together(
        engine,
        *(lambda own: spared.note(SpareMove.USED, 200_000, own) for _ in range(3)),
    )
    assert came == ["done", "spare.not_there", "spare.not_there"]
    assert spared.left() == 100_000


def test_saving_and_paying_at_once_never_spend_the_same_money(
    engine: Engine, session: Session, spared: Spared
) -> None:
    def save(own: Session) -> None:
        spared.note(SpareMove.SAVED, 300_000, own, proposal_id=spared.built_id)

    def pays(own: Session) -> None:
        with transaction(own):
            pay(
                own,
                district_id="d-surat",
                proposal_id=spared.built_id,
                amount=500_000,
                paid_on=date(2026, 3, 1),
                document="№ 5",
                by_name="Дана О.",
                now=spared.now,
            )

    came = together(engine, save, pays)
    assert "done" in came
    assert came != ["done", "done"]
