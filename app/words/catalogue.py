"""The messages of each language. English is the source; Kazakh and Russian come from .po files."""

import io
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("kk", "ru", "en")
LOCALE = Path(__file__).parent / "locale"


def N_(message: str) -> str:
    """Marks a message for translation without translating it yet."""
    return message


def areas(lang: str) -> list[Path]:
    """The .po files of a language, one per area."""
    return sorted((LOCALE / lang).glob("*.po"))


def read_area(path: Path, lang: str) -> Catalog:
    """One .po file."""
    with path.open("rb") as file:
        return read_po(file, locale=lang, abort_invalid=True)


def messages(catalogue: Catalog) -> list[Message]:
    """The messages of a catalogue without its header."""
    return [message for message in catalogue if message.id]


@cache
def translations(lang: str) -> NullTranslations:
    """All messages of a language. English returns what it is asked."""
    if lang == "en":
        return NullTranslations()
    merged = Catalog(locale=lang)
    for path in areas(lang):
        for message in messages(read_area(path, lang)):
            merged.add(message.id, message.string, context=message.context)
    buffer = io.BytesIO()
    write_mo(buffer, merged)
    buffer.seek(0)
    return GNUTranslations(buffer)
