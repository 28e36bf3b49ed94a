"""What is printed on a card, and what comes of it when somebody types it. Pure.

The number has seven random digits and a check digit. The code has eleven random characters
(55 bits) and a check character, of 32 characters no two of which are taken for each other.
Both checks are Luhn's, in base 10 and 32: they find every single slip without asking anybody.
"""

import secrets
from collections.abc import Sequence

from app.core.refusal import Refusal

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U
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
    """A random code."""
    values = [secrets.randbelow(32) for _ in range(11)]
    return "".join(ALPHABET[value] for value in [*values, _luhn(values, 32)])


def number_of(typed: str) -> str:
    """The number as it is kept: its digits."""
    return typed.translate(_SKIPPED)


def code_of(typed: str) -> str:
    """The code as it is kept: capital letters, look-alikes put right, no gaps."""
    return typed.translate(_SKIPPED).upper().translate(_TYPED)


def grouped(text: str) -> str:
    """In groups of four, as it is printed: `1234 5678`."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def why_not_number(number: str) -> Refusal | None:
    """Why no card can have this number: a slip of the finger."""
    if len(number) != 8 or not (number.isascii() and number.isdigit()):
        return Refusal("people.number_shape", field="card")
    digits = [int(digit) for digit in number]
    if _luhn(digits[:-1], 10) != digits[-1]:
        return Refusal("people.number_slip", field="card")
    return None


def why_not_code(code: str) -> Refusal | None:
    """Why no card can have this code: a slip of the finger."""
    if len(code) != 12 or any(letter not in ALPHABET for letter in code):
        return Refusal("people.code_shape", field="code")
    values = [ALPHABET.index(letter) for letter in code]
    if _luhn(values[:-1], 32) != values[-1]:
        return Refusal("people.code_slip", field="code")
    return None
