"""A ballot's choices inside their envelope.

Everybody with the database alone sees envelopes of one length and nothing else. An envelope opens
only with the round's key, and only beside the ballot key it was closed for.
"""

import json
from collections.abc import Collection

from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.rounds.models import Round


class EnvelopeBroken(Exception):
    """An envelope that does not open, or holds no ballot. It is never skipped."""


def why_no_key(keyring: Keyring, of: Round) -> Refusal | None:
    """Why this process may not touch the round's ballots: its key is missing, or is another."""
    try:
        fingerprint = keyring.round_fingerprint(of.id)
    except Refusal as why:
        return why
    return None if fingerprint == of.key_fingerprint else Refusal("voting.no_key")


def ballot_key(keyring: Keyring, *, round_id: str, person_id: str) -> str:
    """The one key of this person's right in this round, over web, desk and paper alike."""
    return keyring.round_mac(round_id, "ballot", person_id)


def close(keyring: Keyring, *, round_id: str, ballot_key: str, choices: Collection[int]) -> bytes:
    """The choices, sealed: sorted and each once, so that equal ballots are equal inside."""
    content = json.dumps(sorted(set(choices)), separators=(",", ":")).encode()
    return keyring.close_envelope(round_id, ballot_key, content)


def open_(
    keyring: Keyring, *, round_id: str, ballot_key: str, sealed: bytes | None
) -> tuple[int, ...]:
    """What was closed. Raises EnvelopeBroken when it was tampered with or taken away."""
    if sealed is None:
        raise EnvelopeBroken("an online ballot without its envelope")
    try:
        found = json.loads(keyring.open_envelope(round_id, ballot_key, sealed))
    except ValueError as wrong:
        raise EnvelopeBroken("an envelope that does not open") from wrong
    if not isinstance(found, list) or not found or not all(type(one) is int for one in found):
        raise EnvelopeBroken("an envelope without a ballot in it")
    return tuple(sorted(set(found)))
