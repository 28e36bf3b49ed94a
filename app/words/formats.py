"""Sums, numbers, days and moments as people read them."""

from datetime import date, datetime

from babel.dates import format_date

from app.core.clock import ALMATY, day_of
from app.words.catalogue import N_, translations

NBSP = "\u00a0"
LOCALES = {"kk": "kk", "ru": "ru", "en": "en_GB"}
ZONE = N_("Almaty time, UTC+5")


def number(value: int) -> str:
    """`12 500 000`, the same in all three languages, unbreakable."""
    return f"{value:,}".replace(",", NBSP).replace("-", "\u2212")


def tenge(value: int) -> str:
    """`12 500 000 ₸`."""
    return f"{number(value)}{NBSP}₸"


def money(value: int, currency: str = "KZT", minor_digits: int = 0) -> str:
    """A sum in the round's own currency, which an imported round keeps."""
    if currency == "KZT" and minor_digits == 0:
        return tenge(value)
    whole, rest = divmod(value, 10**minor_digits)
    tail = f",{rest:0{minor_digits}d}" if minor_digits and rest else ""
    return f"{number(whole)}{tail}{NBSP}{currency}"


def percent(share: float, digits: int = 0) -> str:
    """`27,4 %`."""
    return f"{share * 100:.{digits}f}".replace(".", ",") + f"{NBSP}%"


def day(value: date, lang: str) -> str:
    """`12 ақпан 2026`."""
    return format_date(value, "d MMMM y", locale=LOCALES[lang]).replace(" ", NBSP)


def day_short(value: date, lang: str) -> str:
    """`12 ақпан`."""
    return format_date(value, "d MMMM", locale=LOCALES[lang]).replace(" ", NBSP)


def hour(value: datetime) -> str:
    """`20:00`, in Kazakhstan."""
    return value.astimezone(ALMATY).strftime("%H:%M")


def moment(value: datetime, lang: str) -> str:
    """`27 сәуір 2026, 20:00 (Алматы уақыты, UTC+5)`."""
    zone = translations(lang).gettext(ZONE)
    return f"{moment_short(value, lang)} ({zone})"


def moment_short(value: datetime, lang: str) -> str:
    """`27 сәуір 2026, 20:00`: in lists and of what is over; a deadline has its zone in words."""
    return f"{day(day_of(value), lang)}, {hour(value)}"


def days(first: date, last: date, lang: str) -> str:
    """`6–27 сәуір`, `28 ақпан – 3 наурыз`."""
    if first == last:
        return day_short(first, lang)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day_short(last, lang)}"
    return f"{day_short(first, lang)} – {day_short(last, lang)}"


def month(number: int, lang: str) -> str:
    """`наурыз`: the name of a month by its number, as it stands alone."""
    name = format_date(date(2026, number, 1), "LLLL", locale=LOCALES[lang])
    return name if lang == "en" else name.lower()
