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
