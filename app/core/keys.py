"""Keys live in a folder outside the database; whoever has only the database has none of them.

`master.key` serves identification numbers, card codes and form tokens, each through a key of its
own derived from it. Every round has a key file of its own, so that it can be destroyed when the
round is beyond dispute.
"""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.core.refusal import Refusal

_PADDED = 512  # bytes: ballots of any length look alike in a dump


class Keyring:
    """The keys of this installation."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._rounds: dict[str, bytes] = {}
        self._master: bytes | None = None

    def make(self) -> None:
        """Makes the master key if there is none."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._write("master.key")

    def ready(self) -> bool:
        """Whether the master key can be read."""
        return (self.folder / "master.key").is_file()

    def fingerprint(self) -> str:
        """Names the master key without telling it."""
        return self.mac("fingerprint")[:16]

    def mac(self, purpose: str, *parts: str) -> str:
        """A keyed hash of the parts; equal parts under another purpose give another value."""
        if self._master is None:
            self._master = self._read("master.key")
        key = hmac.new(self._master, purpose.encode(), hashlib.sha256).digest()
        return _mac(key, *parts)

    def make_round_key(self, round_id: str) -> str:
        """Makes the round's key, once, and returns its fingerprint."""
        self._write(f"round-{round_id}.key")
        return self.round_fingerprint(round_id)

    def round_fingerprint(self, round_id: str) -> str:
        """Names the round's key; raises Refusal("voting.no_key") where it is missing."""
        return _mac(self._round(round_id), "fingerprint")[:32]

    def round_mac(self, round_id: str, purpose: str, *parts: str) -> str:
        """A keyed hash under the round's own key."""
        return _mac(self._round(round_id), purpose, *parts)

    def close_envelope(self, round_id: str, ballot_key: str, content: bytes) -> bytes:
        """The choices of a ballot, sealed: a dump of the database alone does not tell them.

        All envelopes have one length; the ballot's key is bound in, so they cannot be swapped.
        """
        nonce = secrets.token_bytes(12)
        padded = content.ljust(_PADDED, b" ")
        if len(padded) != _PADDED:
            raise ValueError("a ballot that long cannot be")
        sealed = AESGCM(self._envelope_key(round_id)).encrypt(nonce, padded, ballot_key.encode())
        return nonce + sealed

    def open_envelope(self, round_id: str, ballot_key: str, sealed: bytes) -> bytes:
        """What `close_envelope` sealed. Raises ValueError when it was tampered with."""
        try:
            plain = AESGCM(self._envelope_key(round_id)).decrypt(
                sealed[:12], sealed[12:], ballot_key.encode()
            )
        except InvalidTag as broken:
            raise ValueError("a ballot's envelope was tampered with") from broken
        return plain.rstrip(b" ")

    def forget(self) -> None:
        """Forgets what was read, so that the files are looked at again."""
        self._master = None
        self._rounds.clear()

    def _envelope_key(self, round_id: str) -> bytes:
        return bytes.fromhex(_mac(self._round(round_id), "envelope"))

    def _round(self, round_id: str) -> bytes:
        if round_id not in self._rounds:
            try:
                self._rounds[round_id] = self._read(f"round-{round_id}.key")
            except FileNotFoundError:
                raise Refusal("voting.no_key") from None
        return self._rounds[round_id]

    def _read(self, name: str) -> bytes:
        return bytes.fromhex((self.folder / name).read_text().strip())

    def _write(self, name: str) -> None:
        path = self.folder / name
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())


def _mac(key: bytes, *parts: str) -> str:
    # Lengths are hashed too, so that ("ab", "c") and ("a", "bc") differ.
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
