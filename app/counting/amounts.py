"""Amounts and fractions as text: exactly, or rounded for reading."""

from fractions import Fraction


def amount_text(number: int, decimals: int) -> str:
    """Smallest units → the shortest decimal text of the amount."""
    if not decimals:
        return str(number)
    whole, rest = divmod(number, 10**decimals)
    return f"{whole}.{rest:0{decimals}}".rstrip("0").rstrip(".")


def amount_units(text: str, decimals: int) -> int:
    """The reverse of `amount_text`."""
    whole, _, rest = text.partition(".")
    return int(whole + rest.ljust(decimals, "0"))


def fraction_text(number: Fraction) -> str:
    """Always `n/d`, in lowest terms."""
    return f"{number.numerator}/{number.denominator}"


def rounded_text(number: Fraction, decimals: int, further: int = 2) -> str:
    """An amount given in smallest units, with `further` digits more than it has, halves upwards."""
    digits = decimals + further
    units = (2 * number.numerator * 10**further + number.denominator) // (2 * number.denominator)
    whole, rest = divmod(units, 10**digits)
    return f"{whole}.{rest:0{digits}}".rstrip("0").rstrip(".") if digits else str(whole)
