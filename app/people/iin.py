"""The individual identification number (ЖСН, ИИН): whether one can be, and what its digits say.

Order of the Ministry of Internal Affairs no. 521 of 29.06.2023 (adilet V2300032942). About one
random string in ten passes, so a valid number proves nothing about who typed it. Pure.
"""

from datetime import date

from app.core.refusal import Refusal

_FIRST = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_CENTURY = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}
AGE_OF_MAJORITY = 18  # years


def check_digit(first11: str) -> int | None:
    """The twelfth digit for these eleven; None for a number that is never issued."""
    for weights in (_FIRST, _SECOND):
        rest = sum(int(d) * w for d, w in zip(first11, weights, strict=True)) % 11
        if rest != 10:
            return rest
    return None


def why_not_iin(iin: str) -> Refusal | None:
    """Why this is no identification number. Never tells the number back."""
    if len(iin) != 12 or not (iin.isascii() and iin.isdigit()):
        return Refusal("people.iin_digits")
    if check_digit(iin[:11]) != int(iin[11]):
        return Refusal("people.iin_check")
    return None


def born_on(iin: str) -> date | None:
    """The day of birth by the historic layout of digits 1-7; None where they hold no day."""
    century = _CENTURY.get(iin[6])
    if century is None:
        return None
    try:
        return date(century + int(iin[:2]), int(iin[2:4]), int(iin[4:6]))
    except ValueError:
        return None


def of_age(born: date) -> date:
    """The day of turning 18; for somebody born on 29 February, 1 March of a common year."""
    try:
        return born.replace(year=born.year + AGE_OF_MAJORITY)
    except ValueError:
        return date(born.year + AGE_OF_MAJORITY, 3, 1)
