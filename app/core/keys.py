"""Keys live in a folder outside the database; whoever has only the database has none of them.

Each serves one purpose and is rotated alone; SECURITY.md lists them. Every round has a key file of
its own, so that it can be destroyed when the round is beyond dispute.

What was hashed under a key that was rotated away is hashed once more under the new one: the
database never knew what was hashed. `roll.1.key` is the oldest, `roll.key` the newest of such a
chain, and a keyed hash goes through all of them. What was sealed is sealed anew.
"""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.core.key_files import NEXT, new_key, settle, write_whole
from app.core.refusal import Refusal

_PADDED = 512  # bytes: ballots of any length look alike in a dump
NAMES = ("roll", "card", "personal", "web")
# Which key serves a purpose. A purpose that is not listed has no key, and asking is a defect.
KEY_OF = {
    "iin": "roll",  # identification numbers
    "sighting": "roll",  # who said "built", without their name
    "card": "card",  # typed codes of cards
    "card-group": "card",
    "card-qr": "card",
    "one-time-code": "card",  # officials' printed codes
    "phone": "personal",
    "subject": "personal",  # of the state's identity provider
    "form-token": "web",
    "tries": "web",
    "phone-code": "web",  # six digits, for ten minutes
    "network": "web",
}
CHAINED = ("roll", "card", "personal")  # what is under the web key is forgotten within a day


class Keyring:
    """The keys of this installation."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._rounds: dict[str, bytes] = {}
        self._chains: dict[str, list[bytes]] = {}

    def make(self) -> None:
        """Makes the keys that are not there.

        An installation of the first release had one `master.key` for everything: its keys begin as
        copies of it, so that what was hashed stays true, and part when each is rotated.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        first = self.folder / "master.key"
        for name in NAMES:
            self._write(f"{name}.key", first.read_text().strip() if first.is_file() else "")

    def missing(self) -> list[str]:
        """The files that are not there."""
        return [f"{name}.key" for name in NAMES if not (self.folder / f"{name}.key").is_file()]

    def ready(self) -> bool:
        """Whether every key can be read."""
        return not self.missing()

    def fingerprint(self, name: str) -> str:
        """Names a key, with its chain, without telling it."""
        keys = self._chain(name)
        return _through(keys, "fingerprint", name)[:16]

    def fingerprints(self) -> dict[str, str]:
        """All of them by name, as the database remembers them."""
        return {name: self.fingerprint(name) for name in NAMES}

    def first_fingerprint(self) -> str:
        """The fingerprint of the first release's one key; empty where its file is not there."""
        try:
            return _through([self._read("master.key")], "fingerprint")[:16]
        except (OSError, ValueError):
            return ""

    def mac(self, purpose: str, *parts: str) -> str:
        """A keyed hash of the parts; equal parts under another purpose give another value."""
        return _through(self._chain(KEY_OF[purpose]), purpose, *parts)

    def seal(self, purpose: str, about: str, content: str) -> bytes:
        """Personal content that must be read again: a number, a line of a list.

        Purpose and subject are bound in: what was sealed for one row does not open in another.
        """
        nonce = secrets.token_bytes(12)
        sealed = AESGCM(self._sealing_key()).encrypt(
            nonce, content.encode(), _bound(purpose, about)
        )
        return nonce + sealed

    def unseal(self, purpose: str, about: str, sealed: bytes) -> str:
        """What `seal` closed. Raises ValueError when it was tampered with or is another row's."""
        try:
            plain = AESGCM(self._sealing_key()).decrypt(
                sealed[:12], sealed[12:], _bound(purpose, about)
            )
        except InvalidTag as broken:
            raise ValueError("what was sealed does not open") from broken
        return plain.decode()

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

    def ahead(self, name: str) -> "Keyring":
        """This ring as it will be once `name.key.next` has taken its place."""
        ring = Keyring(self.folder)
        older = self._chain(name) if name in CHAINED else []
        ring._chains[name] = [*older, self._read(f"{name}.key{NEXT}")]
        return ring

    def carry_over(self, purpose: str, mac: str) -> str:
        """A keyed hash of the chain before its newest key, as the whole chain makes it."""
        newest = self._chain(KEY_OF[purpose])[-1]
        return _mac(hmac.new(newest, purpose.encode(), hashlib.sha256).digest(), mac)

    def make_next(self, name: str) -> None:
        """Makes the key that will follow, unless one waits already."""
        path = self.folder / f"{name}.key{NEXT}"
        if not path.is_file():
            write_whole(path, new_key())

    def take_next(self, name: str) -> None:
        """Puts the key that waits into its place; of a chain the one before stays, numbered.

        Each step is whole or not at all, and the next call finishes what was cut.
        """
        path = self.folder / f"{name}.key"
        if name in CHAINED:
            *older, _ = self.chain_files(name)
            kept = path.read_text().strip()
            if not older or older[-1].read_text().strip() != kept:
                number = int(older[-1].name.split(".")[1]) + 1 if older else 1
                write_whole(self.folder / f"{name}.{number}.key", kept)
        (self.folder / f"{name}.key{NEXT}").replace(path)
        settle(self.folder)
        self.forget()

    def ahead_of_round(self, round_id: str) -> str:
        """The fingerprint that a round's key will have once the one that waits took its place."""
        return _mac(self._read(f"round-{round_id}.key{NEXT}"), "fingerprint")[:32]

    def drop_round_key(self, round_id: str) -> None:
        """Destroys a round's key: its ballots and pseudonyms lead back to nobody any more."""
        (self.folder / f"round-{round_id}.key").unlink(missing_ok=True)
        settle(self.folder)
        self.forget()

    def forget(self) -> None:
        """Forgets what was read, so that the files are looked at again."""
        self._chains.clear()
        self._rounds.clear()

    def chain_files(self, name: str) -> list[Path]:
        """The files of a key, the oldest first and the newest last."""
        if name not in CHAINED:
            return [self.folder / f"{name}.key"]
        older = sorted(
            self.folder.glob(f"{name}.*.key"), key=lambda path: int(path.name.split(".")[1])
        )
        return [*older, self.folder / f"{name}.key"]

    def _chain(self, name: str) -> list[bytes]:
        if name not in self._chains:
            keys = [self._read(path.name) for path in self.chain_files(name)]
            # A rotation was cut after the older key got its number and before the newer took over.
            self._chains[name] = keys[:-1] if keys[-2:-1] == keys[-1:] else keys
        return self._chains[name]

    def _sealing_key(self) -> bytes:
        return bytes.fromhex(_through(self._chain("personal")[-1:], "seal"))

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

    def _write(self, name: str, content: str = "") -> None:
        path = self.folder / name
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return
        with os.fdopen(handle, "w") as file:
            file.write((content or new_key()) + "\n")
            file.flush()
            os.fsync(file.fileno())


def _mac(key: bytes, *parts: str) -> str:
    # Lengths are hashed too, so that ("ab", "c") and ("a", "bc") differ.
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _bound(purpose: str, about: str) -> bytes:
    return f"{len(purpose)}:{purpose}{about}".encode()


def _through(keys: list[bytes], purpose: str, *parts: str) -> str:
    """A keyed hash, and the hash of that under every later key of the chain."""
    first, *later = (hmac.new(key, purpose.encode(), hashlib.sha256).digest() for key in keys)
    found = _mac(first, *parts)
    for key in later:
        found = _mac(key, found)
    return found
