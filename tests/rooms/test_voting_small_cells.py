"""Small numbers by settlement are hidden so that the public total does not give them away."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.voting.small_cells import LEAST, hidden_small


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({}, {}),
        ({"a": 120}, {"a": 120}),
        ({"a": 120, "b": 20}, {"a": 120, "b": 20}),
        ({"a": 120, "b": 19}, {"a": None, "b": None}),  # 139 together would tell 19
        ({"a": 120, "b": 60, "c": 7}, {"a": 120, "b": None, "c": None}),
        ({"a": 120, "b": 15, "c": 7}, {"a": 120, "b": None, "c": None}),  # 22 together
        ({"a": 120, "b": 90, "c": 3, "d": 4}, {"a": 120, "b": None, "c": None, "d": None}),
        ({"a": 120, "b": 40, "c": 19, "d": 19}, {"a": 120, "b": None, "c": None, "d": None}),
    ],
)
def test_what_is_hidden(counts: dict[str, int], shown: dict[str, int | None]) -> None:
    assert hidden_small(counts) == shown


@pytest.mark.parametrize(("least", "most", "places"), [(3, 7, 2), (3, 7, 3), (3, 6, 4), (4, 8, 3)])
def test_nobody_computes_a_small_number_even_knowing_the_rule(
    least: int, most: int, places: int
) -> None:
    """Every list of counts that leads to the same public page: no small one is the same in all."""
    names = "abcd"[:places]
    pages = defaultdict(list)
    for numbers in product(range(most + 1), repeat=places):
        shown = hidden_small(dict(zip(names, numbers, strict=True)), least=least)
        pages[sum(numbers), tuple(shown.values())].append(numbers)
    hidden = 0
    for (total, shown_numbers), possible in pages.items():
        for place, number in enumerate(shown_numbers):
            if number is not None:
                assert number >= least
                continue
            hidden += 1
            told = {numbers[place] for numbers in possible}
            assert len(told) > 1 or min(told) >= least or total == 0, (total, shown_numbers)
    assert hidden >= 20


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 400), min_size=2))
def test_what_is_hidden_is_never_alone_nor_few(counts: dict[str, int]) -> None:
    shown = hidden_small(counts)
    assert set(shown) == set(counts)
    assert all(number in (None, counts[name]) for name, number in shown.items())
    assert all(number is None or number >= LEAST for number in shown.values())
    hidden = [name for name, number in shown.items() if number is None]
    if hidden and len(hidden) < len(counts):
        assert len(hidden) >= 2
        assert sum(counts[name] for name in hidden) >= LEAST
