"""Resonance against every pair's correlation, one by one."""

import itertools
import math

import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.crowd.minute import BLOCK, SAMPLE_STEPS, WINDOW
from empathy_palettes.crowd.resonance import ENOUGH, Resonance
from empathy_palettes.crowd.table import NEVER, People
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


def stand(people: People, values: Series, born: NDArray[np.int64]) -> None:
    """Put people into the first slots: they feel `values` (NaN: nobody there) since `born`."""
    here = ~np.isnan(values)
    people.reach = len(values)
    people.valence[: len(values)] = values
    people.born[:] = NEVER
    people.born[: len(values)] = np.where(here, born, NEVER)


def followed(series: Series, born: list[int] | None = None) -> float:
    """What is said of people who were born at the given samples (by default all at 0)."""
    people, resonance = People(max(series.shape[1], 1)), Resonance()
    births = np.zeros(series.shape[1], np.int64) if born is None else np.array(born)
    for time, values in enumerate(series):
        stand(people, np.where(births <= time, values, NAN), births * SAMPLE_STEPS)
        resonance.step(people, time * SAMPLE_STEPS)
    return resonance.value


def pairwise(series: Series) -> float:
    pairs = itertools.combinations(series.T, 2)
    return float(np.mean([np.corrcoef(one, two)[0, 1] for one, two in pairs]))


@pytest.mark.parametrize("shared", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("samples", [ENOUGH, WINDOW, 2 * WINDOW + 17])
def test_it_is_the_mean_correlation_of_all_pairs(shared: float, samples: int) -> None:
    series = crowd_of(9, samples, shared)
    assert followed(series) == pytest.approx(pairwise(series[-WINDOW:]), abs=2e-6)  # float32 sums


def test_two_who_move_together_and_two_who_move_apart() -> None:
    one = quantised(crowd_of(1, WINDOW, 0.0) / 2)
    assert followed(np.hstack([one, 2 * one - 0.5])) == pytest.approx(1.0, abs=1e-5)
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
    series[50, 2] = 1 / 32  # a standard deviation of .003
    assert followed(series) == pytest.approx(pairwise(series[:, :2]), abs=2e-6)
    series[:, 2] = quantised(np.linspace(0, 0.1, WINDOW))
    assert followed(series) == pytest.approx(pairwise(series), abs=2e-6)


def test_a_new_person_inherits_nothing_from_the_slot() -> None:
    series = crowd_of(3, WINDOW, 0.9)
    taken, fresh = (People(3), Resonance()), (People(3), Resonance())
    for time, values in enumerate(series):
        born = np.array([0, 0, 60 * SAMPLE_STEPS])
        stand(taken[0], values, born if time >= 60 else np.zeros(3, np.int64))
        stand(fresh[0], np.where([True, True, time >= 60], values, NAN), born)
        for people, resonance in (taken, fresh):
            resonance.step(people, time * SAMPLE_STEPS)
    assert taken[1].value == fresh[1].value


def test_slots_that_empty_and_fill_again_start_anew() -> None:
    series = crowd_of(4, 2 * WINDOW, 0.5)
    taken, fresh = (People(4), Resonance()), (People(4), Resonance())
    for time in range(2 * WINDOW):
        step = time * SAMPLE_STEPS
        if time < WINDOW:
            stand(taken[0], series[time], np.zeros(4, np.int64))
        elif time < WINDOW + 10:
            stand(taken[0], series[time][:1], np.zeros(1, np.int64))
            stand(fresh[0], series[time][:1], np.zeros(1, np.int64))
        else:
            for people, _ in (taken, fresh):
                stand(people, series[time][1:], np.full(3, (WINDOW + 10) * SAMPLE_STEPS))
        taken[1].step(taken[0], step)
        if time >= WINDOW:
            fresh[1].step(fresh[0], step)
    assert taken[1].value == pytest.approx(fresh[1].value, abs=1e-7)


def test_who_takes_a_slot_within_the_half_second_does_not_count_with_the_sample_before() -> None:
    """Two blocks of slots: the second has its turn a step after the sample."""
    people, resonance = People(BLOCK + 1), Resonance()
    everybody = np.zeros(BLOCK + 1)
    for time in range(3):
        stand(people, everybody + 0.5, np.zeros(BLOCK + 1, np.int64))
        resonance.step(people, time * SAMPLE_STEPS)
        if time == 2:
            people.born[BLOCK] = time * SAMPLE_STEPS + 1
        for step in range(1, SAMPLE_STEPS):
            resonance.step(people, time * SAMPLE_STEPS + step)
    first, second = resonance.minute.blocks
    assert first.length[0].tolist() == [3] * BLOCK and first.ring[0, 2].tolist() == [16] * BLOCK
    assert second.length[0, 0] == 0 and not second.ring.any()


def test_a_large_crowd_is_looked_at_over_the_half_second_with_the_same_result() -> None:
    count = 2 * BLOCK + 300
    few = crowd_of(5, ENOUGH + 3, 0.7)
    series = np.zeros((len(few), count))
    places = [0, 1, BLOCK, 2 * BLOCK + 1, count - 1]
    series[:, places] = few
    people, resonance = People(count), Resonance()
    values = []
    for step in range(len(series) * SAMPLE_STEPS):
        if step % SAMPLE_STEPS == 0:
            stand(people, series[step // SAMPLE_STEPS], np.zeros(count, np.int64))
        resonance.step(people, step)
        values.append(resonance.value)
    assert values[-1] == pytest.approx(pairwise(few), abs=2e-6)
    defined = range(ENOUGH * SAMPLE_STEPS, len(values))
    changed = [step for step in defined if values[step] != values[step - 1]]
    assert {step % SAMPLE_STEPS for step in changed} == {3}  # a block a step, after the sample


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
