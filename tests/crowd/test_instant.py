"""The signals of one crowd in plain numbers: to the bit what `statistics` says of many at once."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from empathy_palettes.crowd import instant, statistics
from empathy_palettes.crowd.signals import Reading
from empathy_palettes.crowd.tally import Tally


def tally(seed: int, people: int, spread: float, silent: float) -> Tally:
    rng = np.random.default_rng(seed)
    v, a, d = (
        np.where(
            rng.random(people) < silent,
            math.nan,
            np.round(np.clip(rng.normal(rng.uniform(-1, 1), spread, people), -1, 1) * 32) / 32,
        )
        for _ in range(3)
    )
    weight = rng.integers(0, 257, people) / 256
    weight[np.isnan(v) & np.isnan(a) & np.isnan(d)] = 0.0
    return Tally.of(v, a, d, weight)


def as_many(one: Tally) -> Reading:
    return statistics.reading(statistics.of(one))


@settings(max_examples=150)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(0, 40),
    st.sampled_from([0.0, 0.05, 0.4, 1.0]),
    st.sampled_from([0.0, 0.3, 0.9, 1.0]),
)
def test_it_says_the_same_to_the_bit(seed: int, people: int, spread: float, silent: float) -> None:
    one = tally(seed, people, spread, silent)
    assert repr(instant.reading(one)) == repr(as_many(one))


@pytest.mark.parametrize("spread", [0.02, 0.5])
def test_a_large_crowd_too(spread: float) -> None:
    one = tally(3, 20_000, spread, 0.1)
    assert repr(instant.reading(one)) == repr(as_many(one))


def test_camps_that_differ_in_arousal_alone() -> None:
    one = Tally.of([0.5] * 4, [-0.5, -0.5, 0.5, 0.5], [math.nan] * 4, [1.0] * 4)
    assert repr(instant.reading(one)) == repr(as_many(one))
    assert instant.reading(one)["divide_angle"] == math.pi / 2


def test_after_shares_it_differs_by_rounding_alone() -> None:
    one = tally(4, 300, 0.4, 0.1).whole([0.3])
    assert instant.reading(one) == pytest.approx(as_many(one), abs=1e-12)


def test_nobody_is_not_the_same_as_people_of_no_weight() -> None:
    nobody, weightless = Tally.empty(), Tally.of([0.5], [0.5], [0.5], [0.0])
    for one in (nobody, weightless):
        assert repr(instant.reading(one)) == repr(as_many(one))
    assert instant.reading(weightless)["presence"] > instant.reading(nobody)["presence"] == 0.0
