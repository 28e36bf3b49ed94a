"""The number of a paper ballot: eight random digits and a ninth that catches slips. Pure.

The ninth digit is Damm's (2004): it catches every wrong digit and every pair that was swapped.
"""

import re
import secrets

from app.core.refusal import Refusal

DIGITS = 9
# A totally anti-symmetric quasigroup of order ten, as Damm gives it.
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


def check_digit(digits: str) -> str:
    """The digit that belongs behind these."""
    state = 0
    for digit in digits:
        state = int(_DAMM[state][int(digit)])
    return str(state)


def new_number() -> str:
    """A number for a new sheet. It comes from nothing and leads to nobody."""
    digits = f"{secrets.randbelow(10 ** (DIGITS - 1)):0{DIGITS - 1}d}"
    return digits + check_digit(digits)


def written(number: str) -> str:
    """`123 456 789`, as it stands on the sheet."""
    return " ".join(number[at : at + 3] for at in range(0, DIGITS, 3))


def read_number(typed: str) -> str:
    """The number a person typed from a sheet. Raises Refusal("voting.number_slip")."""
    digits = re.sub(r"[\s\-.]", "", typed)
    if not re.fullmatch(rf"[0-9]{{{DIGITS}}}", digits) or check_digit(digits) != "0":
        raise Refusal("voting.number_slip", field="number")
    return digits
