"""Text as people type it: cleaned of what a database refuses, folded for search."""

import unicodedata

# Kazakh letters that a Russian keyboard lacks, and pairs that people mix, each to one letter.
_FOLDED = str.maketrans("әғқңөұүһіёыҺ", "агкноуухиеих")
_WELCOME = frozenset("\n\t")
# Marks that turn the direction of what follows: with them one title could disguise a whole list.
_TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: str) -> str:
    """What was typed, in composed form, without control characters, ends trimmed."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(c for c in text if c not in _TURNING)
    kept = (c for c in text if c in _WELCOME or unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(kept).strip()


def fold(text: str) -> str:
    """For search: «құдық» and «кудык» become the same."""
    return unicodedata.normalize("NFC", text).casefold().translate(_FOLDED)


_ORDER = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
_PLACE = {letter: place for place, letter in enumerate(_ORDER)}


def in_order(text: str) -> tuple[int, ...]:
    """A key that sorts by the Kazakh alphabet, whatever a database thinks of Ә and Ұ."""
    return tuple(
        _PLACE[letter] + 0x10000 if letter in _PLACE else ord(letter)
        for letter in unicodedata.normalize("NFC", text).casefold()
    )
