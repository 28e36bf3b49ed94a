"""Length counts; what anybody would try first does not."""

import pytest

from app.core.refusal import Refusal
from app.people.passwords import (
    LONGEST,
    SHORTEST,
    hash_password,
    is_right,
    left_of,
    why_not_password,
)

ABOUT = ("Омарова Дана Сәкенқызы", "Сұрат ауылдық округі", "Суратский сельский округ", "surat")


def refusal(password: str) -> str:
    why = why_not_password(password, login="d.omarova", about=ABOUT)
    return why.code if why else ""


@pytest.mark.parametrize(
    "password",
    [
        "password2026",
        "PASSWORD-password",
        "P@ssw0rd!2026",
        "qwertyuiop[]1",
        "1q2w3e4r5t6y",
        "administrator1",
        "iloveyou-2015",
        "парольпароль",
        "Пароль123456",
        "gfhjkmgfhjkm",  # «пароль» on a Latin keyboard
        "йцукенгшщзхъ",
        "Казахстан2026",
        "привет-привет",
        "құпиясөз-2026",
        "КУПИЯСОЗ2026",  # without the letters that a keyboard lacks
        "Қазақстан2030",
        "махаббат-1990",
        "наурыз-наурыз",
        "Сұрат-Сұрат-26",
        "surat.СУРАТ.99",
        "Дана-Омарова-1",
        "d.omarova2026!",
        "890101300018",  # an identification number
        "+77011234567",  # a phone
        "01.02.1990-01.02.1990",
        "111122223333",
        "............aaaa",
    ],
)
def test_what_anybody_would_try(password: str) -> None:
    assert len(password) >= SHORTEST
    assert refusal(password) == "people.password_easy"


@pytest.mark.parametrize(
    "password",
    [
        "жеті рет өлшеп бір рет кес",
        "correct horse battery",
        "8347-9923-1102",
        "тегене құмыра шелек",
        "asar-demo-2026",
        "кобыла жует мел",
        "Zj4v…Qk9pLw2h",
        "я" * 30 + "ұңәі" + "м" * 30,
    ],
)
def test_what_is_long_and_ones_own(password: str) -> None:
    assert refusal(password) == ""


def test_short_and_endless() -> None:
    assert refusal("тегене құм") == "people.password_short"
    assert refusal("құдық шам көпір " * 13) == "form.too_long"
    long = "құдық шам көпір арық терек қауға "[:-1] * 6
    assert 64 < len(long) <= LONGEST
    assert refusal(long) == ""


def test_nothing_is_cut_off() -> None:
    """Two passwords of 200 letters that differ in the last one, in an alphabet of two bytes."""
    base = ("құдық шам көпір арық терек қауға " * 7)[: LONGEST - 1]
    kept = hash_password(base + "а")
    assert is_right(base + "а", kept)
    assert not is_right(base + "б", kept)
    assert not is_right(base, kept)
    assert not is_right(base + "аа", kept)


def test_letters_that_keyboards_lack_are_told_apart_all_the_same() -> None:
    kept = hash_password("құдық шам көпір")
    assert not is_right("кудык шам копир", kept)


def test_own_words_count_only_where_they_are_ones_own() -> None:
    assert left_of("Дана-Омарова-1", ()) > left_of("Дана-Омарова-1", ABOUT)
    assert why_not_password("тегене тегене", login="x", about=("Тегене",)) == Refusal(
        "people.password_easy", field="password"
    )
