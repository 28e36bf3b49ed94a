"""Casting, changing and counting a ballot, on either engine."""

import base64
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlmodel import Session, select

from app.core.clock import at
from app.core.database import transaction
from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.ledger.models import Entry
from app.people.models import RollEntry
from app.rounds.models import Round, Stage
from app.rounds.queries import calendar_of
from app.voting import box, envelopes, queries, rules, sealing
from app.voting.actions import Cast, cast
from app.voting.models import Ballot, CastKey, Channel
from tests.conftest import SetClock
from tests.town import STARTS, Town

CLOSE = STARTS[Stage.COUNTING]


@pytest.fixture
def vote(town: Town) -> Round:
    """A round of Surat with eight projects on the ballot, and one of Oytal with three."""
    made = town.round()
    for number in range(8):
        town.proposal(made, f"Жоба {number + 1}")
    other = town.round("oytal")
    for number in range(3):
        town.proposal(other, f"Ойтал жобасы {number + 1}")
    return made


@pytest.fixture
def say(town: Town, vote: Round, clock: SetClock) -> Callable[..., Cast]:
    """`say("aigerim", 1, 2)` casts in a transaction of its own."""
    forms = iter(range(10**6))

    def one(name: str, *choices: int, idem: str = "", of: Round = vote) -> Cast:
        with transaction(town.session) as session:
            return cast(
                session,
                keyring=town.keyring,
                clock=clock,
                district_id=of.district_id,
                round_id=of.id,
                person_id=town.ids.get(name, name),
                choices=choices,
                idem=idem or f"form-{next(forms)}",
            )

    return one


def counted_for(town: Town, of: Round, name: str) -> tuple[int, ...] | None:
    return queries.my_choices(town.session, keyring=town.keyring, of=of, person_id=town.ids[name])


def refused(action: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as why:
        action()
    return why.value.code


def seal(town: Town, of: Round, clock: SetClock) -> sealing.Sealed:
    with transaction(town.session) as session:
        return sealing.seal(session, keyring=town.keyring, clock=clock, round_id=of.id)


def test_a_ballot_is_counted_and_the_last_one_counts(
    town: Town, vote: Round, say: Callable[..., Cast]
) -> None:
    assert say("aigerim", 5, 1, 1) == Cast((1, 5), changed=True)
    assert counted_for(town, vote, "aigerim") == (1, 5)
    assert say("aigerim", 2) == Cast((2,), changed=True)
    assert counted_for(town, vote, "aigerim") == (2,)
    assert counted_for(town, vote, "bolat") is None
    assert queries.rights_used(town.session, of=vote) == 1


def test_an_old_form_that_comes_late_does_not_undo_a_newer_choice(
    town: Town, vote: Round, say: Callable[..., Cast]
) -> None:
    say("aigerim", 1, idem="first")
    say("aigerim", 2, idem="second")
    assert say("aigerim", 1, idem="first") == Cast((2,), changed=False)
    assert counted_for(town, vote, "aigerim") == (2,)
    # The same key from another person's form is another key.
    assert say("bolat", 3, idem="first").changed


def test_a_retry_after_the_close_is_told_what_was_counted(
    say: Callable[..., Cast], clock: SetClock
) -> None:
    clock.set(CLOSE - timedelta(microseconds=1))
    say("aigerim", 4, idem="last minute")
    clock.set(CLOSE)
    assert say("aigerim", 4, idem="last minute") == Cast((4,), changed=False)
    assert refused(lambda: say("aigerim", 4, idem="too late")) == "rounds.closed"


def test_voting_opens_and_closes_to_the_moment(say: Callable[..., Cast], clock: SetClock) -> None:
    clock.set(STARTS[Stage.VOTING] - timedelta(microseconds=1))
    assert refused(lambda: say("aigerim", 1)) == "rounds.not_yet"
    clock.set(STARTS[Stage.VOTING])
    assert say("aigerim", 1).changed
    clock.set(CLOSE)
    assert refused(lambda: say("bolat", 1)) == "rounds.closed"


@pytest.mark.parametrize(
    ("choices", "code"),
    [
        ((), "voting.choose_one"),
        ((9,), "voting.not_on_ballot"),
        ((0,), "voting.not_on_ballot"),
        ((-1, 1), "voting.not_on_ballot"),
        ((1, 2, 3, 4, 5, 6), "voting.too_many"),
    ],
)
def test_what_makes_no_ballot_changes_nothing(
    town: Town, vote: Round, say: Callable[..., Cast], choices: tuple[int, ...], code: str
) -> None:
    say("aigerim", 1, 2)
    assert refused(lambda: say("aigerim", *choices, idem="bad")) == code
    assert counted_for(town, vote, "aigerim") == (1, 2)
    # The refused form is not used up: corrected, it counts.
    assert say("aigerim", 3, idem="bad").changed


def test_another_districts_resident_has_no_vote_here(
    town: Town, vote: Round, say: Callable[..., Cast]
) -> None:
    assert refused(lambda: say("gulnar", 1)) == "voting.not_on_roll"
    oytal = town.session.exec(select(Round).where(Round.district_id == "d-oytal")).one()
    assert say("gulnar", 1, of=oytal).changed
    assert refused(lambda: say("aigerim", 1, of=oytal)) == "voting.not_on_roll"
    # The round of one district under the name of the other, for either one's resident.
    for name in ("gulnar", "aigerim"):
        with pytest.raises(Refusal), transaction(town.session) as session:
            cast(
                session,
                keyring=town.keyring,
                clock=town.clock,
                district_id="d-oytal",
                round_id=vote.id,
                person_id=town.ids[name],
                choices=[1],
                idem="forged",
            )
    assert queries.rights_used(town.session, of=vote) == 0


def test_who_is_taken_off_the_roll_loses_the_right(
    town: Town, vote: Round, say: Callable[..., Cast]
) -> None:
    say("aigerim", 1)
    with transaction(town.session) as session:
        entry = session.exec(
            select(RollEntry).where(RollEntry.person_id == town.ids["aigerim"])
        ).one()
        entry.removed_on, entry.removed_why = date(2026, 4, 18), "moved"
        session.add(entry)
    assert refused(lambda: say("aigerim", 2)) == "voting.not_on_roll"
    # What was counted while the right stood is not taken away.
    assert counted_for(town, vote, "aigerim") == (1,)


def test_who_came_on_the_roll_too_late_or_is_too_young_has_no_vote(
    town: Town, vote: Round, say: Callable[..., Cast]
) -> None:
    with transaction(town.session) as session:
        just = town.resident("Жас Азамат", of_age_on=vote.of_age_on)
        young = town.resident("Кіші Бала", of_age_on=vote.of_age_on + timedelta(days=1))
        late = town.resident("Кеш Келген")
        entry = session.exec(select(RollEntry).where(RollEntry.person_id == late)).one()
        entry.added_on = vote.roll_closes_on + timedelta(days=1)
        session.add(entry)
    assert say(just, 1).changed
    assert refused(lambda: say(young, 1)) == "voting.too_young"
    assert refused(lambda: say(late, 1)) == "voting.listed_late"


@pytest.mark.parametrize("fate", ["missing", "another"])
def test_without_the_rounds_very_key_nothing_is_cast_or_sealed(
    town: Town, vote: Round, say: Callable[..., Cast], clock: SetClock, fate: str
) -> None:
    say("aigerim", 1)
    path = town.keyring.folder / f"round-{vote.id}.key"
    kept = path.read_text()
    path.unlink()
    if fate == "another":
        path.write_text("ab" * 32 + "\n")
    town.keyring.forget()
    assert refused(lambda: say("bolat", 1)) == "voting.no_key"
    clock.set(CLOSE)
    assert refused(lambda: seal(town, vote, clock)) == "voting.no_key"
    path.write_text(kept)
    town.keyring.forget()
    assert seal(town, vote, clock).online == 1


def test_paper_overrides_online_and_never_the_other_way_round(
    town: Town, vote: Round, say: Callable[..., Cast]
) -> None:
    say("aigerim", 1, idem="before")
    key = envelopes.ballot_key(town.keyring, round_id=vote.id, person_id=town.ids["aigerim"])
    where = {"district_id": vote.district_id, "round_id": vote.id, "ballot_key": key}
    with transaction(town.session) as session:
        assert box.mark_paper(session, **where)
        assert not box.mark_paper(session, **where)
        assert not box.put_in(session, **where, envelope=b"forged")
    assert refused(lambda: say("aigerim", 2)) == "voting.paper_issued"
    assert refused(lambda: say("aigerim", 1, idem="before")) == "voting.paper_issued"
    assert counted_for(town, vote, "aigerim") is None


def test_nothing_is_sealed_before_the_close(
    town: Town, vote: Round, say: Callable[..., Cast], clock: SetClock
) -> None:
    say("aigerim", 1)
    clock.set(CLOSE - timedelta(microseconds=1))
    assert refused(lambda: seal(town, vote, clock)) == "voting.still_open"
    assert queries.counted(town.session, round_id=vote.id) == []


def test_sealing_counts_every_ballot_once_and_only_once(
    town: Town, vote: Round, say: Callable[..., Cast], clock: SetClock
) -> None:
    say("aigerim", 1, 2)
    say("bolat", 2)
    say("bolat", 2, 3)
    clock.set(CLOSE)
    assert seal(town, vote, clock) == sealing.Sealed(2, now=True)
    assert seal(town, vote, clock) == sealing.Sealed(2, now=False)
    assert sorted(queries.counted(town.session, round_id=vote.id)) == [((1, 2), 1), ((2, 3), 1)]
    left = town.session.exec(select(Ballot).where(Ballot.round_id == vote.id)).all()
    assert [one.envelope for one in left] == [None, None]
    assert town.session.exec(select(CastKey).where(CastKey.round_id == vote.id)).all() == []
    # The right stays used, and what it said is no longer known to anybody.
    used = queries.used_right(
        town.session, keyring=town.keyring, of=vote, person_id=town.ids["bolat"]
    )
    assert used is Channel.ONLINE
    assert counted_for(town, vote, "bolat") is None
    assert refused(lambda: say("bolat", 1)) == "rounds.closed"
    entries = town.session.exec(select(Entry).where(Entry.subject == vote.id)).all()
    assert [(one.kind, one.facts) for one in entries] == [("voting.sealed", {"online": 2})]


def test_a_vote_that_nobody_came_to_is_sealed_too(town: Town, vote: Round, clock: SetClock) -> None:
    clock.set(CLOSE)
    assert seal(town, vote, clock) == sealing.Sealed(0, now=True)
    with transaction(town.session) as session:
        balance = sealing.close_paper(session, round_id=vote.id, now=clock.now())
    assert (balance.online, balance.paper_issued, balance.eligible) == (0, 0, 2)


@pytest.mark.parametrize("how", ["changed", "swapped", "emptied", "foreign project"])
def test_a_tampered_ballot_stops_the_sealing_and_is_not_skipped(
    town: Town, vote: Round, say: Callable[..., Cast], clock: SetClock, how: str
) -> None:
    for name in ("aigerim", "bolat"):
        say(name, 1)
    table = box.table_of(Ballot)
    with transaction(town.session) as session:
        rows = session.connection().execute(table.select().where(table.c.round_id == vote.id)).all()
        first, second = rows
        wrong: bytes | None = {
            "changed": bytes([first.envelope[0] ^ 1]) + first.envelope[1:],
            "swapped": second.envelope,
            "emptied": None,
            "foreign project": envelopes.close(
                town.keyring, round_id=vote.id, ballot_key=first.ballot_key, choices=[77]
            ),
        }[how]
        session.connection().execute(
            table.update().where(table.c.ballot_key == first.ballot_key).values(envelope=wrong)
        )
    clock.set(CLOSE)
    with pytest.raises(sealing.SealBroken):
        seal(town, vote, clock)
    assert queries.counted(town.session, round_id=vote.id) == []
    assert town.session.exec(select(Round.sealed_at).where(Round.id == vote.id)).one() is None
    with transaction(town.session) as session:
        session.connection().execute(
            table.update()
            .where(table.c.ballot_key == first.ballot_key)
            .values(envelope=first.envelope)
        )
    assert seal(town, vote, clock).online == 2


def test_a_voter_whose_ballot_was_tampered_with_is_told_and_can_cast_again(
    town: Town, vote: Round, say: Callable[..., Cast]
) -> None:
    say("aigerim", 1)
    table = box.table_of(Ballot)
    with transaction(town.session) as session:
        session.connection().execute(
            table.update().where(table.c.round_id == vote.id).values(envelope=b"x" * 540)
        )
    assert refused(lambda: counted_for(town, vote, "aigerim")) == "voting.envelope_broken"
    assert say("aigerim", 2).changed
    assert counted_for(town, vote, "aigerim") == (2,)


def test_one_round_does_not_seal_another(
    town: Town, vote: Round, say: Callable[..., Cast], clock: SetClock
) -> None:
    oytal = town.session.exec(select(Round).where(Round.district_id == "d-oytal")).one()
    say("gulnar", 1, of=oytal)
    say("aigerim", 2)
    clock.set(CLOSE)
    assert seal(town, vote, clock).online == 1
    assert queries.counted(town.session, round_id=oytal.id) == []
    assert counted_for(town, oytal, "gulnar") == (1,)


def test_turnout_is_shown_only_where_the_rules_say_so(
    town: Town, vote: Round, say: Callable[..., Cast]
) -> None:
    say("aigerim", 1)
    assert queries.turnout_so_far(town.session, of=vote) is None
    vote.show_turnout = True
    assert queries.turnout_so_far(town.session, of=vote) == 1


def test_envelopes_look_alike_and_never_repeat(town: Town, vote: Round) -> None:
    sealed = [
        envelopes.close(town.keyring, round_id=vote.id, ballot_key="k", choices=choices)
        for choices in ([1], [1], [1, 2, 3, 4, 5], [10**6])
    ]
    assert len({len(one) for one in sealed}) == 1
    assert len(set(sealed)) == len(sealed)
    assert not any(b"[1" in one or b"[1" in base64.b64encode(one) for one in sealed)


@pytest.mark.parametrize(
    ("listed_on", "of_age_on", "code"),
    [
        (date(2026, 4, 1), date(2026, 4, 27), ""),
        (date(2026, 4, 2), date(2026, 4, 27), "voting.listed_late"),
        (date(2026, 4, 1), date(2026, 4, 28), "voting.too_young"),
        (None, date(2026, 4, 27), "voting.not_on_roll"),
    ],
)
def test_the_days_that_decide_about_a_right_belong_to_it(
    listed_on: date | None, of_age_on: date, code: str
) -> None:
    why = rules.why_no_right(
        listed_on=listed_on,
        of_age_on=of_age_on,
        roll_closes_on=date(2026, 4, 1),
        adult_by=date(2026, 4, 27),
    )
    assert (why.code if why else "") == code


def test_the_rule_itself_knows_paper(town: Town, vote: Round, clock: SetClock) -> None:
    of = calendar_of(town.session, round_id=vote.id)
    for used, code in ((None, ""), (Channel.ONLINE, ""), (Channel.PAPER, "voting.paper_issued")):
        why = rules.why_not_vote(of=of, now=clock.now(), no_right=None, used=used)
        assert (why.code if why else "") == code


def test_every_stage_says_why_one_cannot_vote(town: Town, vote: Round) -> None:
    of = calendar_of(town.session, round_id=vote.id)
    on = rules.Paper(frozenset({1, 2}), 1)
    said = {
        stage: rules.why_not_cast(of=of, now=start, no_right=None, used=None, choices=[1], on=on)
        for stage, start in STARTS.items()
    }
    assert {stage: why.code if why else "" for stage, why in said.items()} == {
        stage: "rounds.not_yet"
        if start < STARTS[Stage.VOTING]
        else ("" if stage is Stage.VOTING else "rounds.closed")
        for stage, start in STARTS.items()
    }
    closed = said[Stage.WORKS]
    assert closed is not None
    assert closed.facts["closed"] == at(date(2026, 4, 27), 20)


def test_a_missing_key_is_said_by_the_keyring_too(tmp_path: object, keyring: Keyring) -> None:
    assert refused(lambda: keyring.round_mac("nowhere", "ballot", "x")) == "voting.no_key"


def test_the_session_of_a_refused_cast_is_clean(
    town: Town, session: Session, say: Callable[..., Cast]
) -> None:
    assert refused(lambda: say("aigerim")) == "voting.choose_one"
    assert session.exec(select(CastKey)).all() == []
    assert session.exec(select(Ballot)).all() == []
