"""A price that neighbours help to pay, in one sentence wherever the price stands."""

from app.words import formats
from app.words.catalogue import N_, translations


def in_all(lang: str, *, price: int, cofinanced: int) -> str:
    """`Costs … in all; neighbours give …; from the budget …`; nothing where nobody gives.

    `price` is what the budget pays, both in tenge.
    """
    if not cofinanced:
        return ""
    words = translations(lang).gettext(
        N_("Costs %(whole)s in all; neighbours give %(given)s; from the budget %(price)s")
    )
    return words % {
        "whole": formats.tenge(price + cofinanced),
        "given": formats.tenge(cofinanced),
        "price": formats.tenge(price),
    }


def missing_words(lang: str, *, cofinanced: int, come: int) -> str:
    """What of the help that the price counted on has not come; nothing where all has. Tenge."""
    missing = cofinanced - come
    if not cofinanced or missing <= 0:
        return ""
    words = translations(lang).gettext(
        N_("Of %(given)s that neighbours give, %(missing)s has not come yet.")
    )
    return words % {"given": formats.tenge(cofinanced), "missing": formats.tenge(missing)}
