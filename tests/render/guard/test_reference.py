"""The laws of the guard in numpy, beside counters written out in plain Python."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from empathy_palettes.core.color import luminance, srgb_to_linear
from empathy_palettes.render.guard import numbers
from empathy_palettes.render.guard.reference import Reference, Zigzag

Pixels = NDArray[np.uint8]


def transitions(values: list[float], least: float) -> list[int]:
    """Return when a change of `least` from the last peak or valley was complete."""
    low = high = values[0]
    rising: bool | None = None
    found = []
    for when, value in enumerate(values):
        low, high = min(low, value), max(high, value)
        if rising is not False and high - value >= least:
            rising, low, high = False, value, value
            found.append(when)
        elif rising is not True and value - low >= least:
            rising, low, high = True, value, value
            found.append(when)
    return found


def most_in(times: list[int], span: int) -> int:
    return max((sum(first <= time < first + span for time in times) for first in times), default=0)


def shown(reference: Reference, pictures: list[Pixels], steps: int = 1) -> NDArray[np.uint8]:
    return np.array([reference.step(picture, steps) for picture in pictures])


def flat(color: tuple[int, ...] | int) -> Pixels:
    return np.full((6, 8, 3), color, np.uint8)


COLORS = st.sampled_from(
    [(0, 0, 0), (255, 255, 255), (255, 0, 0), (140, 0, 0), (0, 190, 255), (200, 90, 90), (90,) * 3]
)  # fmt: skip


@settings(max_examples=60)
@given(st.lists(st.tuples(COLORS, st.integers(1, 9)), min_size=4, max_size=40))
def test_a_wall_of_one_colour_has_three_transitions_in_any_second(
    program: list[tuple[tuple[int, int, int], int]],
) -> None:
    pictures = [flat(color) for color, frames in program for _ in range(frames)]
    found = shown(Reference((8, 6)), [flat(0), *pictures])[:, 3, 4]
    light = luminance(srgb_to_linear(found / 255.0))
    assert most_in(transitions(light.tolist(), 0.1), 61) <= 3
    linear = srgb_to_linear(found / 255.0)
    total = np.maximum(linear.sum(axis=1), 1e-9)
    excess = np.maximum(linear[:, 0] - linear[:, 1] - linear[:, 2], 0)
    red = np.where((linear[:, 0] / total >= 0.8) & (excess >= 0.0625), 1 + excess, 0.0)
    assert most_in(transitions(red.tolist(), 0.0625), 61) <= 3


@given(
    st.lists(st.integers(0, numbers.LUMINANCE), min_size=2, max_size=60),
    st.integers(1, 1000),
)
def test_transitions_are_those_of_a_plain_counter(values: list[int], least: int) -> None:
    zigzag = Zigzag((1,), least, least)
    counted = []
    for when, value in enumerate(values):
        zigzag.age(1)
        zigzag.commit(np.array([value], np.int32))
        if zigzag.left[0, 0] == numbers.MEMORY:
            counted.append(when)
    assert counted == [when - 1 for when in transitions([0, *values], least)]


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 15])
def test_what_flashes_seldom_is_shown_as_it_is(steps: int) -> None:
    every = numbers.MEMORY // max(steps, 1) // 3 + 1 if steps else 10**6
    pictures = [flat(255 * (frame // every % 2)) for frame in range(8 * every if steps else 20)]
    reference = Reference((8, 6))
    for picture in pictures:
        assert (reference.step(picture, steps) == picture).all()
        assert not reference.acting.any()


def test_slow_light_and_steady_light_are_shown_as_they_are() -> None:
    reference = Reference((8, 6))
    for frame in range(400):
        picture = flat(round(127 - 127 * np.cos(frame / 65)))
        assert (reference.step(picture) == picture).all()


def test_a_held_strobe_stays_near_what_was_shown_and_is_let_go() -> None:
    strobe = [flat(255 * (frame // 3 % 2)) for frame in range(120)]
    steady = [flat(255)] * (numbers.MEMORY + 2)
    found = shown(Reference((8, 6)), strobe + steady)
    light = luminance(srgb_to_linear(found[:, 0, 0] / 255.0))
    assert len(transitions(light.tolist(), 0.1)) < 10
    assert (found[-1] == 255).all()


def test_only_what_flashes_is_held() -> None:
    size = (160, 90)
    reference = Reference(size, grid=size)
    rng = np.random.default_rng(3)
    picture = rng.integers(0, 256, (90, 160, 3), np.uint8)
    for frame in range(60):
        picture[40:60, 70:90] = 255 * (frame // 4 % 2)
        found = reference.step(picture.copy())
        assert not reference.acting[:38].any() and not reference.acting[:, :68].any()
        assert (found[:38] == picture[:38]).all()
    assert reference.held[40:60, 70:90].mean() > 0.99


def test_a_lone_spark_goes_on() -> None:
    """A pixel in three hundred flashes: seldom two of the eight that a cell looks at."""
    size = (96, 54)
    reference = Reference(size, grid=(12, 7))
    rng = np.random.default_rng(4)
    lit = rng.random((54, 96)) < 1 / 300
    for frame in range(90):
        picture = np.zeros((54, 96, 3), np.uint8)
        picture[lit] = 255 * (frame // 3 % 2)
        assert (reference.step(picture)[lit] == picture[lit]).mean() > 0.95


def test_turns_of_several_parts_do_not_make_the_mean_flash() -> None:
    size = (96, 54)
    reference = Reference(size)
    pictures = []
    for frame in range(240):
        picture = np.zeros((54, 96, 3), np.uint8)
        picture[:, frame // 4 % 6 :: 6] = 255  # each column two transitions in 24 frames
        pictures.append(picture)
    raw = luminance(srgb_to_linear(np.array(pictures) / 255.0)).mean(axis=(1, 2))
    assert np.ptp(raw) < 0.01
    means = []
    for frame in range(240):
        picture = np.zeros((54, 96, 3), np.uint8)
        picture[frame * 7 % 54 :][:9, :] = 255 * (frame // 5 % 2)
        found = reference.step(picture)
        means.append(luminance(srgb_to_linear(found / 255.0)).mean())
    assert most_in(transitions(means, 0.1), 61) <= 4


def test_sequences_are_guarded_each_for_itself() -> None:
    rng = np.random.default_rng(8)
    pictures = rng.integers(0, 2, (40, 3, 6, 8, 3), np.uint8) * 255
    together = Reference((8, 6), grid=(8, 6), sequences=3)
    found = np.array([together.step(picture) for picture in pictures])
    for number in range(3):
        alone = shown(Reference((8, 6), grid=(8, 6)), list(pictures[:, number]))
        assert (found[:, number] == alone).all()
    assert together.acting.shape == (3, 6, 8)
