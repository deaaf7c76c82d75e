"""Correlations of whole series against numpy's, pair by pair, and against a published crowd's."""

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from empathy_palettes.crowd.series import leave_one_out, mean_of_pairs, mean_pairwise
from empathy_palettes.inlet.annotations import load, timeline

Series = NDArray[np.float64]

FILM = Path(__file__).parents[2].parent / "shared" / "data" / "gump"


def walks(seed: int, people: int, samples: int = 50) -> Series:
    rng = np.random.default_rng(seed)
    shared: Series = np.cumsum(rng.normal(0, 0.1, (samples, 1)), axis=0)
    own: Series = np.cumsum(rng.normal(0, 0.1, (samples, people)), axis=0)
    return shared + own


def every_pair(series: Series) -> float:
    pairs = itertools.combinations(series.T, 2)
    return float(np.mean([np.corrcoef(one, two)[0, 1] for one, two in pairs]))


def every_one(series: Series) -> float:
    found = []
    for person in range(series.shape[1]):
        others = np.delete(series, person, axis=1).sum(axis=1)
        found.append(np.corrcoef(series[:, person], others)[0, 1])
    return float(np.mean(found))


@given(st.integers(0, 1000), st.integers(2, 12))
def test_they_are_what_they_say(seed: int, people: int) -> None:
    series = walks(seed, people)
    assert mean_pairwise(series) == pytest.approx(every_pair(series), abs=1e-10)
    assert leave_one_out(series) == pytest.approx(every_one(series), abs=1e-10)


@given(st.integers(0, 1000), st.permutations(range(6)))
def test_the_order_of_people_and_the_scale_of_each_say_nothing(seed: int, order: list[int]) -> None:
    series = walks(seed, 6)
    scaled = series[:, order] * np.arange(1, 7) + 5.0
    assert mean_pairwise(scaled) == pytest.approx(mean_pairwise(series), abs=1e-10)
    assert leave_one_out(series[:, order]) == pytest.approx(leave_one_out(series), abs=1e-10)


def test_few_people() -> None:
    one, two = walks(1, 1), walks(1, 2)
    for measure in (mean_pairwise, leave_one_out):
        assert math.isnan(measure(np.empty((0, 0)))) and math.isnan(measure(np.empty((9, 0))))
        assert math.isnan(measure(one))
        assert measure(two) == pytest.approx(every_pair(two), abs=1e-10)
        assert measure(np.hstack([one, one])) == pytest.approx(1.0)
    assert mean_pairwise(np.hstack([one, -one])) == pytest.approx(-1.0)
    assert math.isnan(mean_of_pairs(1.0, 1)) and mean_of_pairs(4.0, 2) == 1.0


def test_who_does_not_move_is_left_out() -> None:
    series = walks(3, 4)
    still = np.insert(series, 2, 0.25, axis=1)
    assert mean_pairwise(still) == pytest.approx(every_pair(series), abs=1e-10)
    assert leave_one_out(still) == pytest.approx(every_one(series), abs=1e-10)


@pytest.mark.skipif(not FILM.is_dir(), reason="the annotations of ../shared/data/gump are absent")
def test_nine_observers_of_a_film_agree_as_published() -> None:
    observers = [one for one in load(FILM) if one.name.startswith("av")]
    assert len(observers) == 9
    seen = timeline(observers, np.arange(7200.0))
    valence, arousal = np.nan_to_num(seen.valence).T, np.nan_to_num(seen.arousal).T
    assert round(leave_one_out(valence), 4) == 0.7284
    assert round(leave_one_out(arousal), 4) == 0.5506
    assert round(mean_pairwise(valence), 4) == 0.5782
    assert round(mean_pairwise(arousal), 4) == 0.3672
