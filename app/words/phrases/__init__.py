"""The phrase books, one per room: what every refusal and every code says.

A book has `REFUSALS` (code → sentence) and `LABELS` (code → words). Facts stand as `%(name)s`; a
sentence that counts is a pair (one, many) and counts by its fact `n`. A fact whose name ends in
`tenge` is money; dates and moments are written out for the reader's language.
"""

from collections.abc import Mapping
from datetime import date, datetime
from importlib import import_module
from pkgutil import iter_modules

from app.core.refusal import Refusal
from app.words import formats
from app.words.catalogue import translations

Phrase = str | tuple[str, str]

REFUSALS: dict[str, Phrase] = {}
LABELS: dict[str, str] = {}

for _book in sorted(module.name for module in iter_modules(__path__)):
    _module = import_module(f"{__name__}.{_book}")
    for _name, _all in (("REFUSALS", REFUSALS), ("LABELS", LABELS)):
        for _code, _phrase in getattr(_module, _name, {}).items():
            if _code in _all:
                raise RuntimeError(f"two phrase books word {_code!r}")
            _all[_code] = _phrase


def label(code: str, lang: str) -> str:
    """The words of a code, such as `stage.voting`."""
    return translations(lang).gettext(LABELS[code])


def refusal(why: Refusal, lang: str) -> str:
    """The sentence of a "no"."""
    return phrase(REFUSALS[why.code], lang, why.facts)


def phrase(words: Phrase, lang: str, facts: Mapping[str, object]) -> str:
    """A phrase with its facts, in the reader's language."""
    catalogue = translations(lang)
    if isinstance(words, tuple):
        count = facts["n"]
        assert isinstance(count, int)
        text = catalogue.ngettext(words[0], words[1], count)
    else:
        text = catalogue.gettext(words)
    return text % {name: fact(name, value, lang) for name, value in facts.items()}


def fact(name: str, value: object, lang: str) -> str:
    """One fact as it reads in a sentence."""
    if isinstance(value, datetime):
        return formats.moment(value, lang)
    if isinstance(value, date):
        return formats.day(value, lang)
    if isinstance(value, int):
        return formats.tenge(value) if name.endswith("tenge") else formats.number(value)
    return str(value)
