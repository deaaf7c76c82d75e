"""Resonance against every pair's correlation, one by one."""

import itertools
import math

import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.crowd.resonance import ENOUGH, SAMPLE_STEPS, WINDOW, Resonance, Track
from empathy_palettes.crowd.table import People
from empathy_palettes.inlet.sample import SAMPLE

NAN = math.nan
Series = NDArray[np.float64]  # (time, people)


def quantised(series: Series) -> Series:
    rounded: Series = np.clip(np.round(series * 32) / 32, -1, 1)
    return rounded


def crowd_of(people: int, samples: int, shared: float, seed: int = 1) -> Series:
    """Slow random series, of which `shared` is common to all."""
    rng = np.random.default_rng(seed)
    noise = np.cumsum(rng.normal(0, 0.08, (samples, people + 1)), axis=0)
    return quantised(np.tanh(shared * noise[:, :1] + (1 - shared) * noise[:, 1:]))


def followed(series: Series, born: list[int] | None = None) -> float:
    """What a track says of people who were born at the given samples (by default all at 0)."""
    track = Track()
    births = np.zeros(series.shape[1], np.int64) if born is None else np.array(born)
    for time, values in enumerate(series):
        here = births <= time
        track.record(np.where(here, values, NAN).astype(np.float32), np.where(here, births, -99))
    return track.correlation


def pairwise(series: Series) -> float:
    pairs = itertools.combinations(series.T, 2)
    return float(np.mean([np.corrcoef(one, two)[0, 1] for one, two in pairs]))


@pytest.mark.parametrize("shared", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("samples", [ENOUGH, WINDOW, 2 * WINDOW + 17])
def test_it_is_the_mean_correlation_of_all_pairs(shared: float, samples: int) -> None:
    series = crowd_of(9, samples, shared)
    assert followed(series) == pytest.approx(pairwise(series[-WINDOW:]), abs=2e-6)  # float32 sums


def test_it_is_the_same_for_feelings_between_the_steps_of_the_gate() -> None:
    series = crowd_of(9, WINDOW, 0.4) * 0.917
    assert followed(series) == pytest.approx(pairwise(series), abs=1e-5)


def test_two_who_move_together_and_two_who_move_apart() -> None:
    one = crowd_of(1, WINDOW, 0.0)
    assert followed(np.hstack([one, one / 2])) == pytest.approx(1.0, abs=1e-5)
    assert followed(np.hstack([one, -one])) == pytest.approx(-1.0, abs=1e-5)


def test_who_came_later_counts_with_their_own_mean_before() -> None:
    series, born = crowd_of(6, WINDOW, 0.6), [0, 0, 10, 30, 79, 80]
    filled = series.copy()
    for person, start in enumerate(born):
        filled[:start, person] = series[start:, person].mean()
    assert followed(series, born) == pytest.approx(pairwise(filled), abs=2e-6)


def test_twenty_seconds_and_some_movement_are_asked_for() -> None:
    series = crowd_of(4, WINDOW, 0.6)
    series[:, 3] = 0.3  # still
    some = pairwise(series[:, :2])
    assert followed(series, [0, 0, WINDOW - ENOUGH + 1, 0]) == pytest.approx(some, abs=2e-6)
    assert math.isnan(followed(series, [0, WINDOW - ENOUGH + 1, WINDOW - ENOUGH + 1, 0]))
    assert math.isnan(followed(series[: ENOUGH - 1]))
    assert math.isnan(followed(np.empty((WINDOW, 0))))


def test_an_outlier_of_one_moment_is_no_movement_but_a_slow_drift_is() -> None:
    series = crowd_of(3, WINDOW, 0.6)
    series[:, 2] = 0.0
    series[50, 2] = 1 / 32
    assert followed(series) == pytest.approx(pairwise(series[:, :2]), abs=2e-6)
    series[:, 2] = quantised(np.linspace(0, 0.1, WINDOW))
    assert followed(series) == pytest.approx(pairwise(series), abs=2e-6)


def test_a_new_person_inherits_nothing_from_the_slot() -> None:
    series = crowd_of(3, WINDOW, 0.9)
    track, fresh = Track(), Track()
    for time, values in enumerate(series.astype(np.float32)):
        track.record(values, np.array([0, 0, 0 if time < 60 else 60]))
        fresh.record(np.where([True, True, time >= 60], values, NAN), np.array([0, 0, 60]))
    assert track.correlation == fresh.correlation


def test_slots_that_empty_and_fill_again_start_anew() -> None:
    series = crowd_of(4, 2 * WINDOW, 0.5).astype(np.float32)
    track, fresh = Track(), Track()
    for values in series[:WINDOW]:
        track.record(values, np.zeros(4, np.int64))
    for values in series[WINDOW : WINDOW + 10]:
        track.record(values[:1], np.zeros(1, np.int64))
        fresh.record(values[:1], np.zeros(1, np.int64))
    for values in series[WINDOW + 10 :]:
        track.record(values[1:], np.full(3, 9))
        fresh.record(values[1:], np.full(3, 9))
    assert track.correlation == fresh.correlation


def test_both_feelings_are_sampled_twice_a_second_and_averaged() -> None:
    valence, arousal = crowd_of(5, 60, 0.8, seed=2), crowd_of(5, 60, 0.2, seed=3)
    people, resonance = People(5), Resonance()
    batch = np.zeros(5, SAMPLE)
    batch["who"], batch["dominance"] = np.arange(5), NAN
    for step in range(60 * SAMPLE_STEPS):
        batch["valence"], batch["arousal"] = valence[step // 30], arousal[step // 30]
        people.apply(batch, step)
        resonance.step(people, step)
    expected = (pairwise(valence) + pairwise(arousal)) / 2
    assert resonance.value == pytest.approx(expected, abs=2e-6)


def test_where_only_one_feeling_is_said_it_is_that_ones() -> None:
    arousal = crowd_of(4, 50, 0.5)
    people, resonance = People(4), Resonance()
    batch = np.zeros(4, SAMPLE)
    batch["who"], batch["valence"] = np.arange(4), NAN
    for step in range(50 * SAMPLE_STEPS):
        batch["arousal"] = arousal[step // 30]
        people.apply(batch, step)
        resonance.step(people, step)
    assert resonance.value == pytest.approx(pairwise(arousal), abs=2e-6)
