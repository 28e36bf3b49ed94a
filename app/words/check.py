"""`python -m app.words.check [AREA …]`: is every message there, in every language?

Extracts the messages of templates and code, compares them with the .po files, and says what is
missing, left over, empty, fuzzy, said twice differently, or has other placeholders.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir

from app.words.catalogue import LANGUAGES, areas, messages, read_area

ROOT = Path(__file__).parents[2]
JINJA = {"silent": "false", "trimmed": "true", "extensions": "jinja2.ext.do"}
KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
Key = tuple[str, str]  # context, message
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
GLUED = re.compile(r"%\(\w+\)s-?[а-яәғқңөұүһі]")  # a Kazakh suffix on a placeholder


def extracted() -> dict[Key, tuple[str, ...]]:
    """Every message of the source: its key, and its texts (two when it counts)."""
    found: dict[Key, tuple[str, ...]] = {}
    sources = (
        ("app", [("**.py", "python")]),
        ("templates", [("**.html", "jinja2"), ("**.txt", "jinja2")]),
    )
    for folder, methods in sources:
        for _, _, message, _, context in extract_from_dir(
            ROOT / folder,
            method_map=methods,
            options_map={"**.html": JINJA},
            keywords=KEYWORDS,
        ):
            texts = message if isinstance(message, tuple) else (message,)
            found[(context or "", texts[0])] = texts
    # A pair in a phrase book is marked text by text, and counts all the same.
    from app.words.phrases import REFUSALS

    for phrase in REFUSALS.values():
        if isinstance(phrase, tuple):
            found[("", phrase[0])] = phrase
            if phrase[1] != phrase[0]:
                found.pop(("", phrase[1]), None)
    return found


def problems(lang: str, only: tuple[str, ...] = ()) -> Iterator[str]:
    """What is wrong with a language, line by line."""
    source = extracted()
    said: dict[Key, tuple[str, object]] = {}
    for path in areas(lang):
        for message in messages(read_area(path, lang)):
            one = message.id if isinstance(message.id, str) else message.id[0]
            key = (message.context or "", one)
            where = f"{lang}/{path.name}: {one!r}"
            if only and path.stem not in only:
                said.setdefault(key, (path.name, message.string))
                continue
            texts = _texts(message)
            if message.fuzzy:
                yield f"{where}: fuzzy"
            if not all(texts):
                yield f"{where}: empty"
            if key not in source:
                yield f"{where}: nobody says this"
                continue
            if key in said and said[key][1] != message.string:
                yield f"{where}: said otherwise in {said[key][0]}"
            said[key] = (path.name, message.string)
            if len(source[key]) != (1 if isinstance(message.id, str) else 2):
                yield f"{where}: counts in one place and not in the other"
            wanted = set(PLACEHOLDER.findall(source[key][-1]))
            for text in texts:
                if not set(PLACEHOLDER.findall(text)) <= wanted or (
                    len(texts) == 1 and set(PLACEHOLDER.findall(text)) != wanted
                ):
                    yield f"{where}: other placeholders: {text!r}"
                if lang == "kk" and GLUED.search(text):
                    yield f"{where}: a suffix is glued to a placeholder: {text!r}"
    if not only:
        for _context, one in sorted(set(source) - set(said)):
            yield f"{lang}: missing: {one!r}"


def _texts(message: Message) -> tuple[str, ...]:
    string = message.string
    if isinstance(string, (tuple, list)):
        return tuple(text or "" for text in string)
    return (string or "",)


def missing(lang: str) -> list[str]:
    """Messages that no .po file of the language has."""
    return [line for line in problems(lang) if ": missing: " in line]


def main(only: tuple[str, ...]) -> int:
    """Prints every problem; 1 if there is any."""
    found = [line for lang in LANGUAGES if lang != "en" for line in problems(lang, only)]
    print("\n".join(found) or "every message is there, in every language")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(tuple(sys.argv[1:])))
