"""What is printed on a card, and what comes of it when somebody types it. Pure.

The number has seven random digits and a check digit. The code is two groups of five: in each, four
random characters (40 bits in all) and a check character, of 32 characters no two of which are taken
for each other. The square (QR) carries a secret of 24 random characters (120 bits) in its place.
The checks are Luhn's, in base 10 and 32: they find every single slip without asking anybody, and
say in which group. The second group's is moved by one, so that two groups swapped are a slip too.
Cards of the first release have one code of twelve characters.
"""

import secrets
from collections.abc import Sequence

from app.core.refusal import Refusal

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U
GROUP = 5
CODE = 2 * GROUP
FIRST_RELEASE = 12
SECRET = 24
# What people type for it: look-alikes, and Cyrillic letters of the same shape.
_TYPED = str.maketrans("OILUОІАВЕЁКМНРСТХУЗ", "011V01ABEEKMHPCTXY3")
_SKIPPED = str.maketrans("", "", " -\u00a0\u2010\u2011\u2012\u2013\u2014.\t\n")


def _luhn(values: Sequence[int], base: int) -> int:
    """The check value that makes a sequence of values whole."""
    total = 0
    for place, value in enumerate(reversed(values)):
        doubled = value * 2 if place % 2 == 0 else value
        total += doubled // base + doubled % base
    return -total % base


def new_number() -> str:
    """A random card number."""
    digits = [secrets.randbelow(10) for _ in range(7)]
    return "".join(map(str, [*digits, _luhn(digits, 10)]))


def new_code() -> str:
    """A random code of two groups."""
    groups = []
    for place in (0, 1):
        values = [secrets.randbelow(32) for _ in range(GROUP - 1)]
        groups += [*values, (_luhn(values, 32) + place) % 32]
    return "".join(ALPHABET[value] for value in groups)


def new_secret() -> str:
    """A random secret for the square: nobody types it, so it needs no check."""
    return "".join(secrets.choice(ALPHABET) for _ in range(SECRET))


def number_of(typed: str) -> str:
    """The number as it is kept: its digits."""
    return typed.translate(_SKIPPED)


def code_of(typed: str) -> str:
    """The code as it is kept: capital letters, look-alikes put right, no gaps."""
    return typed.translate(_SKIPPED).upper().translate(_TYPED)


def grouped(text: str, size: int = 4) -> str:
    """In groups, as it is printed: `1234 5678`, and by fives `ABCDE FGHJK`."""
    return " ".join(text[start : start + size] for start in range(0, len(text), size))


def why_not_number(number: str) -> Refusal | None:
    """Why no card can have this number: a slip of the finger."""
    if len(number) != 8 or not (number.isascii() and number.isdigit()):
        return Refusal("people.number_shape", field="card")
    digits = [int(digit) for digit in number]
    if _luhn(digits[:-1], 10) != digits[-1]:
        return Refusal("people.number_slip", field="card")
    return None


def why_not_code(code: str) -> Refusal | None:
    """Why no card can have this code, or this secret of a square: a slip of the finger."""
    if any(letter not in ALPHABET for letter in code):
        return Refusal("people.code_shape", field="code")
    if len(code) == SECRET:
        return None
    if len(code) == FIRST_RELEASE:
        return None if _checks(code, 0) else Refusal("people.code_slip", field="code")
    if len(code) != CODE:
        return Refusal("people.code_shape", field="code")
    first, second = _checks(code[:GROUP], 0), _checks(code[GROUP:], 1)
    if first and second:
        return None
    if first or second:
        slip = "people.code_slip_second" if first else "people.code_slip_first"
        return Refusal(slip, field="code")
    return Refusal("people.code_slip", field="code")


def why_not_group(group: str) -> Refusal | None:
    """Why no card can have this first group: a slip of the finger."""
    if len(group) != GROUP or any(letter not in ALPHABET for letter in group):
        return Refusal("people.group_shape", field="group")
    return None if _checks(group, 0) else Refusal("people.group_slip", field="group")


def _checks(group: str, place: int) -> bool:
    values = [ALPHABET.index(letter) for letter in group]
    return (_luhn(values[:-1], 32) + place) % 32 == values[-1]
