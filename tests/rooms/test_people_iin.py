"""The identification number: the order's checksum, and what its digits say."""

from datetime import date

import pytest

from app.people.iin import born_on, check_digit, of_age, why_not_iin

# Born in the 19th century by their seventh digit: nobody alive has one of these.
FIRST_PASS = [
    "600615110003", "600615110013", "600615110023", "600615110033",
    "600615110043", "600615110053", "600615110063", "600615110073",
]  # fmt: skip
SECOND_PASS = [
    "600615210008", "600615210021", "600615210033",
    "600615210045", "600615210057", "600615210069",
]  # fmt: skip
NEVER_ISSUED = ["60061521001", "61061521029", "64061511018"]


@pytest.mark.parametrize("iin", [*FIRST_PASS, *SECOND_PASS])
def test_a_number_of_the_order_is_one(iin: str) -> None:
    assert why_not_iin(iin) is None


@pytest.mark.parametrize("iin", [*FIRST_PASS, *SECOND_PASS])
def test_no_other_last_digit_will_do(iin: str) -> None:
    for digit in "0123456789".replace(iin[11], ""):
        assert why_not_iin(iin[:11] + digit).code == "people.iin_check"


@pytest.mark.parametrize("first11", NEVER_ISSUED)
def test_some_numbers_are_never_issued(first11: str) -> None:
    assert check_digit(first11) is None
    for digit in "0123456789":
        assert why_not_iin(first11 + digit).code == "people.iin_check"


@pytest.mark.parametrize("typed", ["", "60061511000", "6006151100033", "60061511000x", "٦" * 12])
def test_it_has_twelve_plain_digits(typed: str) -> None:
    assert why_not_iin(typed).code == "people.iin_digits"


def test_the_refusal_never_tells_the_number_back() -> None:
    assert "600615110004" not in repr(why_not_iin("600615110004"))


@pytest.mark.parametrize(
    ("iin", "born"),
    [
        ("600615110003", date(1860, 6, 15)),
        ("840229400000", date(1984, 2, 29)),
        ("080101500000", date(2008, 1, 1)),
        ("080101700000", None),  # no century
        ("080101000000", None),
        ("081301500000", None),  # no month
        ("830229400000", None),  # no such day
    ],
)
def test_the_first_seven_digits_tell_the_day_of_birth(iin: str, born: date | None) -> None:
    assert born_on(iin) == born


def test_eighteen_is_a_day() -> None:
    assert of_age(date(2008, 4, 27)) == date(2026, 4, 27)
    assert of_age(date(2008, 2, 29)) == date(2026, 3, 1)
