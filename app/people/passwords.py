"""Officials' passwords: how long, how common, and how they are kept.

Length counts and composition does not. A word of the list, a name of one's own or of one's place,
a year or a row of keys adds nothing: what is left when they are taken out must be long enough.
Argon2id at 19 MiB, two passes, one lane; at most two hashes at once, so that a flood of sign-ins
costs the residents' pages nothing.
"""

import re
import threading
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from passlib.hash import argon2  # type: ignore[import-untyped]

from app.core.refusal import Refusal
from app.core.text import clean, fold

SHORTEST, LONGEST = 12, 200  # characters
LEFT = 4  # letters that no list knows, or twice as many digits
WORDS = Path(__file__).with_name("common_passwords.txt")
_hasher = argon2.using(memory_cost=19 * 1024, time_cost=2, parallelism=1)
_two_at_once = threading.BoundedSemaphore(2)
# Whoever finds this many before them is asked to press again: a request that waits holds a thread
# that residents' pages need.
_in_line = threading.BoundedSemaphore(8)
_CYRILLIC = "йцукенгшщзхъфывапролджэячсмитьбюё"
_LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_OTHER_LAYOUT = str.maketrans(_CYRILLIC, _LATIN)
_LOOK_ALIKE = str.maketrans("0134578@$!", "oieastbasi")
_GUESSABLE = re.compile(
    r"\d{12}"  # an identification number
    r"|(?<!\d)[78]?7\d{9}(?!\d)"  # a phone
    r"|(?:0?[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d"  # a day
    r"|(?:19|20)\d\d"  # a year
)
_RUNS = ("01234567890123456789", "98765432109876543210", "147258369", "159357", "123321")


def why_not_password(password: str, *, login: str, about: Iterable[str] = ()) -> Refusal | None:
    """Why a password is too weak. `about`: the official's name, the place they serve."""
    if len(password) < SHORTEST:
        return Refusal("people.password_short", field="password", least=SHORTEST)
    if len(password) > LONGEST:
        return Refusal("form.too_long", field="password", most=LONGEST)
    if len(set(password)) < 5 or left_of(password, (login, *about)) < LEFT:
        return Refusal("people.password_easy", field="password")
    return None


def left_of(password: str, own: Iterable[str] = ()) -> int:
    """How many letters, or pairs of digits, are left when what anyone would try is taken out."""
    own_words = {part for text in own for part in re.findall(r"\w+", fold(text)) if len(part) >= 3}
    folded = fold(password)
    return min(_left(text, own_words) for text in (folded, folded.translate(_LOOK_ALIKE)))


def _left(text: str, own: set[str]) -> int:
    for word in sorted(own, key=len, reverse=True):
        text = text.replace(word, " ")
    text = _common().sub(" ", text)
    text = _GUESSABLE.sub(" ", text)
    letters = digits = 0
    for run in re.findall(r"\d+|[^\W\d_]+", text):
        if run.isdigit():
            digits += 0 if _is_run(run) else len(run)
        else:
            letters += len(run)
    return letters + digits // 2


def _is_run(digits: str) -> bool:
    return len(set(digits)) <= 2 or any(digits in run for run in _RUNS)


@cache
def _common() -> re.Pattern[str]:
    words: set[str] = set()
    for line in WORDS.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            for word in line.casefold().split():
                # Folding makes two keyboards' letters one: the other layout goes by the keys.
                words |= {fold(word), word.translate(_OTHER_LAYOUT)}
    longest_first = sorted((word for word in words if len(word) >= 3), key=len, reverse=True)
    return re.compile("|".join(re.escape(word) for word in longest_first))


def hash_password(password: str) -> str:
    """An Argon2id hash; raises Refusal("page.busy") where too many wait."""
    with _Turn():
        return str(_hasher.hash(password))


def is_right(password: str, kept: str) -> bool:
    """Whether this is the password that was hashed; a hash that is none costs the same time."""
    usable = bool(_hasher.identify(kept))
    shown = kept if usable else _nobodys_hash()
    with _Turn():
        return bool(_hasher.verify(clean(password)[: LONGEST + 1], shown)) and usable


@cache
def _nobodys_hash() -> str:
    return hash_password("nobody ever has this password")


class _Turn:
    """One of the two places at the hasher, after a short line."""

    def __enter__(self) -> None:
        if not _in_line.acquire(blocking=False):
            raise Refusal("page.busy")
        _two_at_once.acquire()

    def __exit__(self, *_: object) -> None:
        _two_at_once.release()
        _in_line.release()
