"""Money is whole tenge, as an int. It is never a float."""

import re

from app.core.refusal import Refusal

MOST = 10**15  # far above any budget here, far below what a 64-bit column holds
_TYPED = re.compile(r"\d{1,3}(?:[ \u00a0\u202f.,']\d{3})+|\d+")


def read_tenge(typed: str) -> int:
    """The sum a person typed: «12 500 000», «12500000 ₸», «12.500.000».

    Raises `Refusal("form.money")` for anything else, fractions of a tenge included.
    """
    text = typed.replace("₸", " ").replace("тг", " ").strip()
    if not _TYPED.fullmatch(text):
        raise Refusal("form.money")
    digits = re.sub(r"\D", "", text).lstrip("0") or "0"
    if len(digits) > len(str(MOST)):  # Python turns no text of thousands of digits into a number
        raise Refusal("form.money")
    amount = int(digits)
    if amount > MOST:
        raise Refusal("form.money")
    return amount


_THOUSANDS = re.compile(r"((?:\d{1,3}(?:[ \u00a0\u202f']\d{3})+|\d+))(?:,(\d{1,3})|\.(\d{1,2}))?")
_MINUS = ("-", "\u2212", "\u2013")


def read_sum(typed: str, *, unit: int = 1, signed: bool = False) -> int:
    """A sum in tenge, or in thousands (`unit=1000`) with a decimal part: «12 345,6» is 12 345 600.

    Three digits after a dot could be either, so only a comma takes them. Below zero only where
    `signed`. Raises `Refusal("form.money")` for anything else.
    """
    text = typed.strip()
    minus = signed and text.startswith(_MINUS)
    if minus:
        text = text[1:].strip()
    if unit == 1:
        amount = read_tenge(text)
    else:
        found = _THOUSANDS.fullmatch(text)
        if found is None:
            raise Refusal("form.money")
        rest = found[2] or found[3] or ""
        amount = read_tenge(found[1]) * unit + int(rest.ljust(3, "0"))
    if amount > MOST:
        raise Refusal("form.money")
    return -amount if minus else amount


def write_sum(amount: int, *, unit: int = 1) -> str:
    """A sum as `read_sum` reads it: in tenge, or in thousands with what is left after a comma."""
    sign = "-" if amount < 0 else ""
    whole, rest = divmod(abs(amount), unit)
    tail = f",{rest:03d}".rstrip("0") if rest else ""
    return sign + f"{whole:,}".replace(",", "\u00a0") + tail
