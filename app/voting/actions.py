"""Casting a ballot.

The transaction of a cast writes two rows and no more: a used idempotency key and the ballot. No
row that names a person, no time, no order, no entry of the record, no log.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session

from app.core.clock import Clock
from app.core.keys import Keyring
from app.core.refusal import Refusal, insist
from app.rounds.models import Round
from app.rounds.queries import calendar_of, lock_round
from app.voting import box, envelopes, queries, rules
from app.voting.models import CastKey, Channel


@dataclass(frozen=True, slots=True)
class Cast:
    """What is counted now. `changed` is False where this very form had been sent before."""

    choices: tuple[int, ...]
    changed: bool


def cast(
    session: Session,
    *,
    keyring: Keyring,
    clock: Clock,
    district_id: str,
    round_id: str,
    person_id: str,
    choices: Collection[int],
    idem: str,
) -> Cast:
    """Counts this ballot in the place of the person's earlier one. Inside a transaction.

    Takes the round's lock, shared, and only then reads the clock and asks the right: whatever was
    counted before the sealing took the lock alone is sealed, whatever comes after is refused. A
    form (`idem`) that was sent before changes nothing and is told what stands, after the close
    too: its answer may have been lost on the way.
    """
    of = lock_round(session, round_id=round_id)
    if of.district_id != district_id:
        raise Refusal("voting.not_on_roll")
    now = clock.now()
    insist(envelopes.why_no_key(keyring, of))
    key = envelopes.ballot_key(keyring, round_id=round_id, person_id=person_id)
    form = keyring.round_mac(round_id, "cast", key, idem)
    if session.get(CastKey, (district_id, round_id, form)) is not None:
        return _standing(session, keyring, of, person_id)
    insist(
        rules.why_not_cast(
            of=calendar_of(session, round_id=round_id),
            now=now,
            no_right=queries.why_no_right(session, of=of, person_id=person_id),
            used=queries.used_right(session, keyring=keyring, of=of, person_id=person_id),
            choices=choices,
            on=queries.paper_of(session, of=of),
        )
    )
    if not box.use_key(session, district_id=district_id, round_id=round_id, key=form):
        return _standing(session, keyring, of, person_id)
    envelope = envelopes.close(keyring, round_id=round_id, ballot_key=key, choices=choices)
    if not box.put_in(
        session,
        district_id=district_id,
        round_id=round_id,
        ballot_key=key,
        envelope=envelope,
    ):
        raise Refusal("voting.paper_issued")
    return Cast(tuple(sorted(set(choices))), changed=True)


def _standing(session: Session, keyring: Keyring, of: Round, person_id: str) -> Cast:
    standing = queries.my_choices(session, keyring=keyring, of=of, person_id=person_id)
    if standing is not None:
        return Cast(standing, changed=False)
    if queries.used_right(session, keyring=keyring, of=of, person_id=person_id) is Channel.PAPER:
        raise Refusal("voting.paper_issued")
    # A paper ballot came between and went back unused: the old form is spent, a new one is not.
    raise Refusal("voting.cast_again")
