"""A round's own key: made anew before its list is closed, destroyed once nobody can dispute it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from app.core.database import open_session, transaction
from app.core.key_files import alone, waiting
from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.ledger.actions import record
from app.ledger.models import Entry
from app.people.models import Role
from app.places.models import District
from app.places.queries import district_by_slug
from app.rotation import CannotRotate
from app.rounds.models import Round
from app.rounds.queries import calendar_of, lock_round, round_by_key
from app.voting import disputes
from app.voting.list_models import Dispute, RollClosing

DESTROYED = "rounds.key_destroyed"


@dataclass(frozen=True, slots=True)
class RoundKey:
    """A round's key as `asar keys check` names it."""

    name: str  # surat/2026
    round_id: str
    state: str  # present, needed (and missing), other, destroyed, left (destroyed, yet there), gone


def find_round(session: Session, name: str) -> Round:
    """The round of an address such as `surat/2026`, or of its id. Raises CannotRotate."""
    slug, slash, key = name.partition("/")
    home = district_by_slug(session, slug) if slash else None
    found = round_by_key(session, district_id=home.id, key=key) if home else None
    if not slash:
        found = session.get(Round, name)
    if found is None or found.imported_from:
        raise CannotRotate(f"There is no round {name!r}. Say it like surat/2026.")
    return found


def why_not_rotate(session: Session, of: Round) -> str:
    """Why a round's key must stay as it is; empty where it need not."""
    closed = session.exec(select(RollClosing).where(RollClosing.round_id == of.id)).first()
    if closed is not None or of.frozen_at is not None or of.sealed_at is not None:
        return (
            "The round's list is closed: its published root and every ballot hang on this key."
            " It is not rotated any more, only destroyed once nobody can dispute the vote."
        )
    return ""


def rotate_round(engine: Engine, keyring: Keyring, name: str, *, now: datetime) -> None:
    """Makes a round's key anew. Raises CannotRotate, and KeysInUse while anybody serves."""
    with open_session(engine) as session, alone(keyring.folder):
        of = find_round(session, name)
        file = f"round-{of.id}"
        if others := [one for one in waiting(keyring.folder) if one != file]:
            raise CannotRotate(f"Finish first the rotation of {others[0]}.")
        begun = file in waiting(keyring.folder)
        if not (begun and of.key_fingerprint == keyring.ahead_of_round(of.id)):
            if why := why_not_rotate(session, of):
                raise CannotRotate(why)
            keyring.make_next(file)
            with transaction(session):
                of = lock_round(session, round_id=of.id, alone=True)
                if why := why_not_rotate(session, of):
                    raise CannotRotate(why)
                before = of.key_fingerprint
                of.key_fingerprint = keyring.ahead_of_round(of.id)
                session.add(of)
                record(
                    session,
                    district_id=of.district_id,
                    round_id=of.id,
                    subject=of.id,
                    kind="rounds.key_rotated",
                    at=now,
                    office=Role.OPERATOR,
                    before=before,
                    after=of.key_fingerprint,
                    fingerprint=of.key_fingerprint,
                )
        keyring.take_next(file)


def why_not_destroy(session: Session, of: Round, now: datetime) -> str:
    """Why a round's key is still needed; empty where it is not."""
    if of.cancelled_at is not None:
        return ""  # its ballots are never opened
    if of.counted_at is None:
        return "The round is not counted: without the key its ballots can never be opened."
    until = disputes.until(of, calendar_of(session, round_id=of.id))
    if now < until:
        return f"A vote of this round can be disputed until {until:%Y-%m-%d %H:%M} UTC."
    if session.exec(
        select(Dispute.id).where(Dispute.round_id == of.id, col(Dispute.settled_at).is_(None))
    ).first():
        return "A dispute about a vote of this round is not settled."
    return ""


def destroy_round(engine: Engine, keyring: Keyring, name: str, *, now: datetime) -> None:
    """Destroys a round's key: in public first, then the file. Raises CannotRotate.

    Cut between the two, the same command removes the file that was left.
    """
    with open_session(engine) as session:
        of = find_round(session, name)
        with transaction(session):
            of = lock_round(session, round_id=of.id, alone=True)
            if why := why_not_destroy(session, of, now):
                raise CannotRotate(why)
            if not _destroyed(session, of):
                record(
                    session,
                    district_id=of.district_id,
                    round_id=of.id,
                    subject=of.id,
                    kind=DESTROYED,
                    at=now,
                    office=Role.OPERATOR,
                    fingerprint=of.key_fingerprint,
                )
        keyring.drop_round_key(of.id)


def round_keys(session: Session, keyring: Keyring) -> Sequence[RoundKey]:
    """How the key of every round of our own stands."""
    asked = (
        select(Round, District)
        .where(Round.district_id == District.id, Round.imported_from == "")
        .order_by(col(District.slug), col(Round.key))
    )
    found = []
    for of, home in session.exec(asked):
        try:
            here = keyring.round_fingerprint(of.id)
        except (Refusal, OSError, ValueError):
            here = ""
        if _destroyed(session, of):
            state = "left" if here else "destroyed"
        elif here == of.key_fingerprint:
            state = "present"
        else:
            state = "other" if here else "needed"
        found.append(RoundKey(f"{home.slug}/{of.key}", of.id, state))
    return found


def _destroyed(session: Session, of: Round) -> bool:
    asked = select(Entry.id).where(Entry.district_id == of.district_id, Entry.subject == of.id)
    return session.exec(asked.where(Entry.kind == DESTROYED)).first() is not None
