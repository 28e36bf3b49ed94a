"""Every message stands in Kazakh and Russian, with the same placeholders; English is the source."""

import re

import pytest

from app.words.check import extracted, problems
from app.words.phrases import LABELS, REFUSALS, label, phrase


def test_messages_are_found_at_all() -> None:
    assert len(extracted()) > 300


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_every_message_is_there(lang: str) -> None:
    assert list(problems(lang)) == []


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_every_phrase_can_be_said(lang: str) -> None:
    for code, words in REFUSALS.items():
        texts = words if isinstance(words, tuple) else (words,)
        facts = {name: 3 for text in texts for name in re.findall(r"%\((\w+)\)s", text)}
        if isinstance(words, tuple):
            facts["n"] = 3
        assert phrase(words, lang, facts), code
    for code in LABELS:
        assert label(code, lang), code
