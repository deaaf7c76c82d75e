"""The hash is the published one, on numbers and arrays alike, and spreads evenly."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from empathy_palettes.mapping.chance import mixed, mixed_array, unit, unit_array

GOLDEN = 0x9E3779B97F4A7C15


def test_it_is_splitmix64() -> None:
    # the first outputs of the published generator for the seed 1234567
    outputs = [6457827717110365317, 3203168211198807973, 9817491932198370423]
    assert [mixed((1234567 + turn * GOLDEN) % 2**64) for turn in range(3)] == outputs


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=8))
def test_arrays_agree_with_numbers(words: list[int]) -> None:
    hashed = mixed_array(np.array(words, np.uint64))
    assert hashed.tolist() == [mixed(word) for word in words]
    assert unit_array(hashed).tolist() == [unit(mixed(word)) for word in words]


def test_neighbours_are_evenly_spread_in_zero_to_one() -> None:
    values = unit_array(mixed_array(np.arange(100_000)))
    assert 0.0 <= values.min()
    assert values.max() < 1.0
    share = np.bincount((values * 10).astype(int), minlength=10) / len(values)
    np.testing.assert_allclose(share, 0.1, atol=0.005)  # five standard deviations
    assert abs(np.corrcoef(values[:-1], values[1:])[0, 1]) < 0.016


def test_the_largest_word_stays_below_one() -> None:
    assert unit(2**64 - 1) == 1.0 - 2.0**-53
