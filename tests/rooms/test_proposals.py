"""Proposals from draft to receipt, correction and withdrawal, on both engines."""

import io
import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import Engine
from sqlmodel import Session, select

from app.core.clock import at, day_of
from app.core.database import open_session, transaction
from app.core.ids import new_id
from app.core.refusal import Refusal
from app.ledger.queries import entries_about
from app.people.models import RollEntry
from app.people.queries import Who
from app.proposals import actions, photos
from app.proposals.models import Photo, Proposal, Status
from app.proposals.queries import (
    as_written,
    draft_for,
    drafts_of,
    photo_for,
    photos_of,
    proposal_for,
    sent_by,
    similar_to,
)
from app.proposals.rules import MOST_DRAFTS, What, Where
from app.rounds.models import Round
from tests.conftest import SetClock
from tests.town import Town

WHAT = What("kk", "Мектеп жолына шам орнату", "Жол қараңғы, балалар қыста қараңғыда қайтады.", 8)
WHERE = Where("315446100", "Абай көшесі", 1_200_000, "Бағандарды өзіміз қазамыз")
OPEN = at(date(2026, 2, 10), 12)


@pytest.fixture
def of(town: Town, clock: SetClock) -> Round:
    clock.set(OPEN)
    return town.round("surat")


def picture(colour: str = "teal") -> photos.Picture:
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(kept, "JPEG")
    return photos.remake(kept.getvalue())


def draft(town: Town, of: Round, *, who: str = "aigerim", **over: Any) -> Proposal:
    """A draft with both steps kept."""
    session = town.session
    with transaction(session):
        made = actions.start_draft(
            session,
            district_id=of.district_id,
            round_id=of.id,
            person_id=town.ids[who],
            what=over.get("what", WHAT),
            now=town.clock.now(),
        )
        actions.save_where(
            session,
            draft=made,
            where=over.get("where", WHERE),
            pictures=over.get("pictures", ()),
            now=town.clock.now(),
        )
    return made


def sent(town: Town, of: Round, **over: Any) -> Proposal:
    made = draft(town, of, **over)
    with transaction(town.session):
        return actions.submit(town.session, draft=made, now=town.clock.now())


def returned(town: Town, proposal: Proposal) -> Proposal:
    """As the akim returns it for correction."""
    with transaction(town.session):
        proposal.status = Status.RETURNED
        proposal.waiting_since = day_of(town.clock.now())
        town.session.add(proposal)
    return proposal


def refused(town: Town, act: Callable[[], object]) -> str:
    """The code of what an act refuses; nothing is written."""
    with pytest.raises(Refusal) as why, transaction(town.session):
        act()
    return why.value.code


def who(town: Town, name: str, district: str = "d-surat") -> Who:
    return Who(sign_in_id="s", name=name, person_id=town.ids[name], district_id=district)


def test_a_draft_is_kept_and_taken_up_by_its_author_alone(town: Town, of: Round) -> None:
    made = draft(town, of)
    assert as_written(made) == (WHAT, WHERE)
    assert (made.author, made.number, made.status) == ("Айгерім С.", None, Status.DRAFT)
    ask = {"district_id": "d-surat", "proposal_id": made.id}
    assert draft_for(town.session, who=who(town, "aigerim"), **ask) is made
    assert draft_for(town.session, who=who(town, "bolat"), **ask) is None
    assert draft_for(town.session, who=None, **ask) is None
    elsewhere = {**ask, "district_id": "d-oytal"}
    assert draft_for(town.session, who=who(town, "aigerim"), **elsewhere) is None
    mine = drafts_of(town.session, district_id="d-surat", person_id=town.ids["aigerim"])
    assert [one.id for one in mine] == [made.id]
    assert not drafts_of(town.session, district_id="d-surat", person_id=town.ids["bolat"])
    assert not entries_about(town.session, district_id="d-surat", subject=made.id)


def test_handing_in_gives_a_number_a_day_and_an_entry(town: Town, of: Round) -> None:
    made = sent(town, of)
    assert (made.status, made.number, made.due) == ("submitted", "2026-0001", date(2026, 3, 3))
    (entry,) = entries_about(town.session, district_id="d-surat", subject=made.id)
    assert (entry.kind, entry.office) == ("proposals.submitted", "resident")
    assert entry.by_name == ""  # the proposal names its author; the record, for good, does not
    assert entry.facts == {"number": "2026-0001", "due": "2026-03-03"}
    found = proposal_for(town.session, district_id="d-surat", number="2026-0001", who=None)
    assert found is not None
    assert found.id == made.id
    assert proposal_for(town.session, district_id="d-oytal", number="2026-0001", who=None) is None
    assert sent_by(town.session, district_id="d-surat", person_id=town.ids["aigerim"]) == [made]


def test_handing_in_twice_gives_the_same_receipt(town: Town, of: Round) -> None:
    made = sent(town, of)
    with transaction(town.session):
        again = actions.submit(town.session, draft=made, now=OPEN + timedelta(minutes=1))
    assert (again.id, again.number, again.submitted_at) == (made.id, "2026-0001", OPEN)
    assert len(entries_about(town.session, district_id="d-surat", subject=made.id)) == 1


def test_each_district_numbers_its_own_year(town: Town, of: Round, clock: SetClock) -> None:
    oytal = town.round("oytal")
    numbers = [sent(town, of).number for _ in range(2)]
    where = Where("315443100", "Абай көшесі")
    numbers.append(sent(town, oytal, who="gulnar", where=where).number)
    assert numbers == ["2026-0001", "2026-0002", "2026-0001"]


def test_a_draft_number_that_is_used_again_writes_on_the_same_draft(town: Town, of: Round) -> None:
    draft_id = new_id()
    for title in ("Мектеп жолына шам орнату", "Мектеп жолына отыз шам"):
        with transaction(town.session):
            actions.start_draft(
                town.session,
                district_id="d-surat",
                round_id=of.id,
                person_id=town.ids["aigerim"],
                what=What("kk", title, WHAT.body, 8),
                now=OPEN,
                draft_id=draft_id,
            )
    assert [p.title for p in town.session.exec(select(Proposal))] == ["Мектеп жолына отыз шам"]
    for name, district in (("bolat", "d-surat"), ("gulnar", "d-oytal")):
        code = refused(
            town,
            lambda name=name, district=district: actions.start_draft(  # type: ignore[misc]
                town.session,
                district_id=district,
                round_id=of.id,
                person_id=town.ids[name],
                what=WHAT,
                now=OPEN,
                draft_id=draft_id,
            ),
        )
        assert code == "proposals.no_such_draft"


def test_nobody_of_another_roll_begins_here_or_hands_in_after_moving(town: Town, of: Round) -> None:
    assert refused(town, lambda: draft_of(town, of, "gulnar")) == "proposals.not_on_roll"
    made = draft(town, of)
    with transaction(town.session):
        person_id = town.ids["aigerim"]
        entry = town.session.exec(select(RollEntry).where(RollEntry.person_id == person_id)).one()
        entry.removed_on, entry.removed_why = date(2026, 2, 10), "moved"
    assert (
        refused(town, lambda: actions.submit(town.session, draft=made, now=OPEN))
        == "proposals.not_on_roll"
    )
    town.session.refresh(made)
    assert (made.status, made.number) == (Status.DRAFT, None)


def draft_of(town: Town, of: Round, name: str) -> Proposal:
    return actions.start_draft(
        town.session,
        district_id=of.district_id,
        round_id=of.id,
        person_id=town.ids[name],
        what=WHAT,
        now=OPEN,
    )


def test_drafts_are_limited_and_can_be_thrown_away(town: Town, of: Round) -> None:
    made = [draft(town, of, pictures=[picture()]) for _ in range(MOST_DRAFTS)]
    code = refused(town, lambda: draft_of(town, of, "aigerim"))
    assert code == "proposals.too_many_drafts"
    with transaction(town.session):
        actions.discard(town.session, draft=made[0])
    assert len(town.session.exec(select(Proposal)).all()) == MOST_DRAFTS - 1
    assert len(town.session.exec(select(Photo)).all()) == MOST_DRAFTS - 1
    assert sent(town, of).number == "2026-0001"  # there is room again


def test_what_was_sent_cannot_be_thrown_away_or_written_on(town: Town, of: Round) -> None:
    made, session = sent(town, of), town.session
    for act in (
        lambda: actions.discard(session, draft=made),
        lambda: actions.save_what(session, draft=made, what=WHAT, now=OPEN),
        lambda: actions.save_where(session, draft=made, where=WHERE, now=OPEN),
        lambda: actions.save_photos(session, draft=made, pictures=[picture()], now=OPEN),
    ):
        assert refused(town, act) == "proposals.sent_already"


def test_nothing_is_begun_kept_or_sent_when_its_stage_is_over(
    town: Town, of: Round, clock: SetClock
) -> None:
    made, session = draft(town, of), town.session
    late = at(date(2026, 3, 1))  # the very moment at which review begins
    for act in (
        lambda: actions.save_what(session, draft=made, what=WHAT, now=late),
        lambda: actions.save_where(session, draft=made, where=WHERE, now=late),
        lambda: actions.submit(session, draft=made, now=late),
    ):
        assert refused(town, act) == "rounds.closed"
    with transaction(session):
        actions.submit(session, draft=made, now=late - timedelta(seconds=1))
    assert made.number == "2026-0001"


def test_a_settlement_of_the_other_district_is_refused(town: Town, of: Round) -> None:
    made = draft(town, of)
    oytal = Where("315443100", "Абай көшесі")
    code = refused(
        town, lambda: actions.save_where(town.session, draft=made, where=oytal, now=OPEN)
    )
    assert code == "form.choice"


def test_a_title_and_a_place_are_one_line(town: Town, of: Round) -> None:
    what = What("kk", " Мектеп\n\tжолына   шам", WHAT.body, 8)
    made = draft(town, of, what=what, where=Where(None, "Абай\n көшесі"))
    assert (made.title, made.place) == ("Мектеп жолына шам", "Абай көшесі")


def test_a_draft_without_its_second_step_is_not_sent(town: Town, of: Round) -> None:
    with transaction(town.session):
        made = draft_of(town, of, "aigerim")
    code = refused(town, lambda: actions.submit(town.session, draft=made, now=OPEN))
    assert code == "form.missing"


def test_three_photos_and_no_more_each_kept_once(town: Town, of: Round) -> None:
    made = draft(town, of, pictures=[picture("teal"), picture("gold")])
    session = town.session

    def add(*colours: str, drop: tuple[str, ...] = ()) -> None:
        actions.save_photos(
            session, draft=made, pictures=[picture(c) for c in colours], drop=drop, now=OPEN
        )

    assert refused(town, lambda: add("red", "blue")) == "photos.too_many"
    with transaction(session):
        add("teal", "gold", "red")  # a double press brings the same ones again
    kept = photos_of(session, proposal=made, writing=True)
    assert len(kept) == 3
    with transaction(session):
        add("blue", drop=(kept[0].id,))
    assert kept[0].id not in [one.id for one in photos_of(session, proposal=made, writing=True)]
    assert len(session.exec(select(Photo)).all()) == 3


def test_photos_of_another_proposal_are_not_dropped(town: Town, of: Round) -> None:
    theirs = draft(town, of, who="bolat", pictures=[picture()])
    mine = draft(town, of, pictures=[picture("gold")])
    (victim,) = photos_of(town.session, proposal=theirs, writing=True)
    with transaction(town.session):
        actions.save_photos(town.session, draft=mine, pictures=[], drop=[victim.id], now=OPEN)
    assert photos_of(town.session, proposal=theirs, writing=True) == [victim]


def test_a_correction_is_seen_by_nobody_before_it_is_sent(
    town: Town, of: Round, clock: SetClock
) -> None:
    made = sent(town, of, pictures=[picture("teal")])
    clock.set(at(date(2026, 2, 17), 10))
    returned(town, made)
    (old,) = photos_of(town.session, proposal=made, writing=False)
    better = What("kk", "Мектеп жолына отыз шам", WHAT.body, 8)
    with transaction(town.session):
        now = clock.now()
        actions.save_what(town.session, draft=made, what=better, now=now)
        actions.save_where(
            town.session,
            draft=made,
            where=Where(None, "Барлық көше"),
            pictures=[picture("gold")],
            drop=[old.id],
            now=now,
        )
    town.session.refresh(made)
    assert (made.title, made.place) == (WHAT.title, "Абай көшесі")
    assert photos_of(town.session, proposal=made, writing=False) == [old]
    (new,) = photos_of(town.session, proposal=made, writing=True)
    ask = {"district_id": "d-surat", "photo_id": new.id}
    assert photo_for(town.session, who=None, **ask) is None
    assert photo_for(town.session, who=who(town, "bolat"), **ask) is None
    assert photo_for(town.session, who=who(town, "aigerim"), **ask) is not None

    clock.set(at(date(2026, 3, 5), 10))  # review has begun; a correction is still taken
    with transaction(town.session):
        actions.submit(town.session, draft=made, now=clock.now())
    assert (made.title, made.place, made.settlement_id) == (better.title, "Барлық көше", None)
    assert (made.status, made.number, made.correction) == ("submitted", "2026-0001", None)
    # Ten working days were left on 17 February; ten are left on 5 March.
    assert (made.due, made.waiting_since) == (date(2026, 3, 19), None)
    assert [one.id for one in photos_of(town.session, proposal=made, writing=False)] == [new.id]
    assert photo_for(town.session, who=None, **ask) is not None
    assert town.session.get(Photo, old.id) is None
    entry = entries_about(town.session, district_id="d-surat", subject=made.id)[-1]
    assert entry.kind == "proposals.corrected"
    assert entry.facts == {"was_title": WHAT.title, "due": "2026-03-19"}
    found = town.session.exec(select(Proposal.search)).one()
    assert "отиз шам" in found


def test_a_withdrawal_stays_readable_with_its_reason(town: Town, of: Round) -> None:
    made = sent(town, of)
    with transaction(town.session):
        actions.withdraw(town.session, proposal=made, now=OPEN, reason="Көрші ұсынып қойыпты")
    assert made.status == Status.WITHDRAWN
    entry = entries_about(town.session, district_id="d-surat", subject=made.id)[-1]
    assert (entry.kind, entry.facts) == (
        "proposals.withdrawn",
        {"reason": "Көрші ұсынып қойыпты"},
    )
    again = refused(town, lambda: actions.withdraw(town.session, proposal=made, now=OPEN))
    assert again == "proposals.withdrawn_already"


def test_withdrawing_drops_a_correction_that_was_never_sent(town: Town, of: Round) -> None:
    made = returned(town, sent(town, of, pictures=[picture("teal")]))
    with transaction(town.session):
        actions.save_photos(town.session, draft=made, pictures=[picture("gold")], now=OPEN)
    with transaction(town.session):
        actions.withdraw(town.session, proposal=made, now=OPEN)
    assert made.correction is None
    assert len(town.session.exec(select(Photo)).all()) == 1


def test_nothing_is_withdrawn_once_the_vote_has_begun(town: Town, of: Round) -> None:
    listed = town.proposal(of)
    code = refused(town, lambda: actions.withdraw(town.session, proposal=listed, now=OPEN))
    assert code == "proposals.cannot_withdraw"
    admitted = town.proposal(of, status=Status.ADMITTED)
    voting = at(date(2026, 4, 6))
    code = refused(town, lambda: actions.withdraw(town.session, proposal=admitted, now=voting))
    assert code == "rounds.closed"


def test_the_clerk_files_in_a_residents_name_once(town: Town, of: Round) -> None:
    draft_id = new_id()
    for _ in range(2):
        with transaction(town.session):
            made = actions.file_for(
                town.session,
                district_id="d-surat",
                round_id=of.id,
                person_id=town.ids["bolat"],
                what=WHAT,
                where=WHERE,
                clerk="Дана Омарова",
                now=OPEN,
                pictures=[picture()],
                draft_id=draft_id,
            )
    assert (made.number, made.author, made.filed_by) == ("2026-0001", "Болат Е.", "Дана Омарова")
    (entry,) = entries_about(town.session, district_id="d-surat", subject=made.id)
    assert (entry.kind, entry.office, entry.by_name) == (
        "proposals.filed",
        "clerk",
        "Дана Омарова",
    )
    assert "Болат" not in str(entry.facts)


def test_the_clerk_cannot_file_for_somebody_of_the_other_district(town: Town, of: Round) -> None:
    code = refused(
        town,
        lambda: actions.file_for(
            town.session,
            district_id="d-surat",
            round_id=of.id,
            person_id=town.ids["gulnar"],
            what=WHAT,
            where=WHERE,
            clerk="Дана Омарова",
            now=OPEN,
        ),
    )
    assert code == "proposals.not_on_roll"


def test_titles_with_shared_words_near_by_are_similar(town: Town, of: Round) -> None:
    def titled(title: str, settlement: str, name: str = "bolat") -> Proposal:
        where = Where(settlement, "Абай көшесі")
        return sent(town, of, who=name, what=What("kk", title, WHAT.body, 8), where=where)

    same_place = titled("Мектептің қоршауын жөндеу", "315446100")
    two_words = titled("Мектеп пен емхана жолына белгі", "315446200")
    titled("Мектепке баратын көпір", "315446200")  # one word, another village
    titled("Құдық көшесін жөндеу", "315446100")  # only words that every title has
    mine = draft(town, of, what=What("kk", "Мектеп жолын жөндеу", WHAT.body, 8))
    assert similar_to(town.session, proposal=mine) == [two_words, same_place]


def test_many_at_once_get_numbers_without_a_gap(
    engine: Engine, town: Town, of: Round, clock: SetClock
) -> None:
    with transaction(town.session):
        people = [town.resident(f"Адамов Бір {n}") for n in range(12)]
    round_id, failed = of.id, []

    def hand_in(person_id: str) -> None:
        try:
            with open_session(engine) as session, transaction(session):
                actions.file_for(
                    session,
                    district_id="d-surat",
                    round_id=round_id,
                    person_id=person_id,
                    what=WHAT,
                    where=WHERE,
                    clerk="Дана",
                    now=OPEN,
                )
        except Exception as why:
            failed.append(why)

    threads = [threading.Thread(target=hand_in, args=(one,)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with open_session(engine) as session:
        numbers = sorted(session.exec(select(Proposal.number)).all(), key=str)
    assert numbers == [f"2026-{n:04d}" for n in range(1, 13)]


def test_one_draft_pressed_from_many_hands_is_one_proposal(
    engine: Engine, town: Town, of: Round
) -> None:
    draft_id, round_id, person = new_id(), of.id, town.ids["aigerim"]
    got: list[object] = []

    def press() -> None:
        try:
            with open_session(engine) as session, transaction(session):
                made = actions.file_for(
                    session,
                    district_id="d-surat",
                    round_id=round_id,
                    person_id=person,
                    what=WHAT,
                    where=WHERE,
                    clerk="Дана",
                    now=OPEN,
                    draft_id=draft_id,
                )
                got.append(made.number)
        except Exception as why:
            got.append(why)

    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == ["2026-0001"] * 8


def photo_of(session: Session, proposal: Proposal) -> str:
    return photos_of(session, proposal=proposal, writing=True)[0].id


def test_a_photo_of_a_draft_is_its_authors_and_the_desks(town: Town, of: Round) -> None:
    made = draft(town, of, pictures=[picture()])
    ask = {"district_id": "d-surat", "photo_id": photo_of(town.session, made)}
    dana = Who(sign_in_id="s", name="Дана", role="clerk", district_id="d-surat")  # type: ignore[arg-type]
    marat = Who(sign_in_id="s", name="Марат", role="clerk", district_id="d-oytal")  # type: ignore[arg-type]
    allowed = [who(town, "aigerim"), dana]
    for one in allowed:
        assert photo_for(town.session, who=one, **ask) is not None
    for one in (None, who(town, "bolat"), who(town, "gulnar", "d-oytal"), marat):
        assert photo_for(town.session, who=one, **ask) is None
    with transaction(town.session):
        actions.submit(town.session, draft=made, now=OPEN)
    assert photo_for(town.session, who=None, **ask) is not None
    other = {**ask, "district_id": "d-oytal"}
    assert photo_for(town.session, who=who(town, "aigerim"), **other) is None
