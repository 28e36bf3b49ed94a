"""Reading a round's closed list: who stands on it, its file, its root.

The root is the SHA-256 of a text file: one line for everybody on the list, the keyed pseudonym as
64 lowercase hexadecimal digits and a line feed, the lines in ascending order. A pseudonym is
HMAC-SHA-256 under the round's own key; it is not the one that ballots lie under.
"""

from collections.abc import Iterable
from hashlib import sha256

from sqlmodel import Session, select

from app.core.keys import Keyring
from app.rounds.models import Round
from app.voting.list_models import RollClosing, Voter


def root_of(pseudonyms: Iterable[str]) -> str:
    """The root of a list: the SHA-256 of `list_file`."""
    return sha256(list_file(pseudonyms)).hexdigest()


def list_file(pseudonyms: Iterable[str]) -> bytes:
    """The file that the root is the hash of: sorted, one pseudonym and a line feed for each."""
    return "".join(f"{one}\n" for one in sorted(pseudonyms)).encode("ascii")


def pseudonym(keyring: Keyring, *, round_id: str, person_id: str) -> str:
    """Somebody's line in the file; nobody finds it without the round's key."""
    return keyring.round_mac(round_id, "voter", person_id)


def closing_of(session: Session, *, of: Round) -> RollClosing | None:
    """The public numbers of a closed list; None while it is open, and in rounds of before."""
    return session.exec(
        select(RollClosing).where(
            RollClosing.district_id == of.district_id, RollClosing.round_id == of.id
        )
    ).first()


def on_list(session: Session, *, of: Round, person_id: str) -> bool:
    """Whether somebody stands on the closed list of a round."""
    return (
        session.exec(
            select(Voter.person_id).where(
                Voter.district_id == of.district_id,
                Voter.round_id == of.id,
                Voter.person_id == person_id,
            )
        ).first()
        is not None
    )


def pseudonyms_of(session: Session, *, of: Round) -> list[str]:
    """All lines of the file, in their order."""
    return sorted(
        session.exec(
            select(Voter.pseudonym).where(
                Voter.district_id == of.district_id, Voter.round_id == of.id
            )
        ).all()
    )
