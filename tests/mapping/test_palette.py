import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from empathy_palettes.core.color import (
    RED_SHARE,
    Array,
    delta_e_ok,
    linear_to_oklab,
    oklab_to_oklch,
)
from empathy_palettes.crowd.modes import NO_MODES, Modes, ModeTracker
from empathy_palettes.crowd.signals import Reading, neutral_reading
from empathy_palettes.crowd.statistics import signals
from empathy_palettes.mapping.affect import affect_lch
from empathy_palettes.mapping.palette import (
    EASE,
    PaletteMemory,
    PaletteSpec,
    palette,
    ramp,
    resample,
)
from empathy_palettes.mapping.sight import LEAST_DIFFERENCE, least_difference


def crowd_of(*camps: tuple[float, float], deviation: float = 0.1, people: int = 240) -> Array:
    random = np.random.default_rng(6)
    middle = np.array(camps)[np.arange(people) % len(camps)]
    return np.clip(middle + random.normal(0, deviation, (people, 2)), -1, 1).astype(np.float32)


def read(crowd: Array, tracker: ModeTracker | None = None) -> tuple[Reading, Modes]:
    v, a = np.ascontiguousarray(crowd.T)
    weight = np.ones(len(crowd), np.float32)
    known = {k: x for k, x in signals(v, a, v * np.nan, weight).items() if not math.isnan(x)}
    modes = (tracker or ModeTracker()).update(v, a, weight)
    return {**neutral_reading(), **known}, modes


def settled(crowd: Array, colors: int = 5) -> Array:
    return PaletteMemory(colors).step(*read(crowd), contrast=0.35, diversity=0.3)


def hues(linear: Array) -> Array:
    return oklab_to_oklch(linear_to_oklab(linear))[:, 2]


def lightness(linear: Array) -> Array:
    return linear_to_oklab(linear)[:, 0]


def apart(hue: Array, centre: float) -> Array:
    degrees: Array = np.abs((hue - centre + 180) % 360 - 180)
    return degrees


def test_moods_differ_in_what_the_evidence_is_about() -> None:
    joy, calm = settled(crowd_of((0.6, 0.5))), settled(crowd_of((0.5, -0.5)))
    tension, sorrow = settled(crowd_of((-0.5, 0.6))), settled(crowd_of((-0.6, -0.4)))
    assert min(lightness(joy).mean(), lightness(calm).mean()) > 0.15 + max(
        lightness(tension).mean(), lightness(sorrow).mean()
    )
    chroma = [oklab_to_oklch(linear_to_oklab(x))[:, 1].mean() for x in (joy, tension, calm, sorrow)]
    assert min(chroma[:2]) > 1.5 * max(chroma[2:])


def test_two_camps_keep_their_colours_and_their_shares() -> None:
    anger, calm = (-0.55, 0.6), (0.6, -0.45)
    colors = settled(crowd_of(anger, anger, calm), colors=9)
    wanted = [float(affect_lch(*camp)[2]) for camp in (anger, calm)]
    assert apart(hues(colors)[:6], wanted[0]).max() <= 35
    assert apart(hues(colors)[6:], wanted[1]).max() <= 35


def test_nobody_feels_the_mean_and_no_swatch_shows_it() -> None:
    camps = (-0.6, 0.5), (0.6, 0.5)
    colors = linear_to_oklab(settled(crowd_of(*camps)))
    mean = linear_to_oklab(palette(0.0, 0.5, colors=3))[1]
    assert delta_e_ok(colors, mean).min() > 0.1


def test_a_still_palette_is_the_same_array() -> None:
    reading, modes = read(crowd_of((0.2, 0.2), deviation=0.35))
    memory = PaletteMemory(5)
    first = memory.step(reading, modes, 0.4, 0.5)
    assert all(memory.step(reading, modes, 0.4, 0.5) is first for _ in range(20))
    sad = {**reading, "valence": -0.9}
    shown = [memory.step(sad, modes, 1.0, 1.0) for _ in range(12)]  # asked ten times a second
    assert shown[-1] is not shown[-2] and not np.array_equal(shown[-1], first)


def test_a_still_crowd_has_a_still_palette() -> None:
    reading, modes = read(crowd_of((0.2, 0.2), deviation=0.35))
    memory = PaletteMemory(5)
    first = memory.step(reading, modes, 0.4, 0.5)
    for _ in range(10):
        np.testing.assert_allclose(memory.step(reading, modes, 0.4, 0.5), first, atol=1e-9)


def test_colours_ease_towards_a_new_mood() -> None:
    memory = PaletteMemory(5)
    before = memory.step(*read(crowd_of((0.6, 0.5))), contrast=0.35, diversity=0.3)
    grief = read(crowd_of((-0.6, -0.4)))
    goal = settled(crowd_of((-0.6, -0.4)))
    colors = before
    for _ in range(round(60 * EASE)):
        colors = memory.step(*grief, contrast=0.35, diversity=0.3)
    way = delta_e_ok(linear_to_oklab(colors), linear_to_oklab(goal)).mean()
    whole = delta_e_ok(linear_to_oklab(before), linear_to_oklab(goal)).mean()
    assert way / whole == pytest.approx(1 / math.e, abs=0.05)
    for _ in range(900):
        colors = memory.step(*grief, contrast=0.35, diversity=0.3)
    np.testing.assert_allclose(colors, goal, atol=1e-4)


@pytest.mark.parametrize("colors", [2, 5, 12])
def test_no_colour_ever_jumps_and_all_can_be_told_apart(colors: int) -> None:
    random = np.random.default_rng(colors)
    memory, tracker = PaletteMemory(colors), ModeTracker()
    camps, goals = random.uniform(-0.8, 0.8, (2, 3, 2))
    belongs = random.integers(0, 3, 200)
    reading, modes = read(crowd_of((0, 0)))
    before: Array | None = None
    for step in range(600):
        if step % 120 == 0:
            goals = random.uniform(-0.9, 0.9, (3, 2))
            belongs = random.integers(0, random.integers(1, 4), 200)
        camps += (goals - camps) * 0.03
        if step % 10 == 0:
            crowd = camps[belongs] + random.normal(0, 0.15, (200, 2))
            reading, modes = read(np.clip(crowd, -1, 1).astype(np.float32), tracker)
        linear = memory.step(reading, modes, 0.35 + 0.4 * reading["polarization"], 0.5)
        lab = linear_to_oklab(linear)
        assert least_difference(lab) >= LEAST_DIFFERENCE
        assert (linear[:, 0] <= (RED_SHARE + 1e-6) * linear.sum(axis=1)).all()
        if before is not None:
            # a second from black to white at the very most
            assert delta_e_ok(lab, before).max() <= 1 / 60
        before = lab


def test_a_fixed_palette_stays() -> None:
    fixed = np.array([[0.0, 0.0, 0.0], [0.5, 0.2, 0.0], [1.0, 1.0, 1.0]])
    same = PaletteMemory(3, fixed)
    reading, modes = read(crowd_of((0.6, 0.5)))
    np.testing.assert_array_equal(same.step(reading, modes, 0.5, 0.5), fixed)
    more = PaletteMemory(5, fixed).step(reading, NO_MODES, 0.5, 0.5)
    np.testing.assert_allclose(more[::2], fixed, atol=1e-7)


def test_requests_outside_the_scale_are_held_to_it() -> None:
    reading, modes = read(crowd_of((0.1, 0.1)))
    wild = PaletteMemory(5).step(reading, modes, 40.0, -3.0, 99.0)
    held = PaletteMemory(5).step(reading, modes, 1.0, 0.0, 2.0)
    np.testing.assert_array_equal(wild, held)


@given(st.floats(-1, 1), st.floats(-1, 1), st.integers(2, 16))
def test_the_palette_of_a_feeling_is_about_its_colour(v: float, a: float, colors: int) -> None:
    linear = palette(v, a, colors)
    assert linear.shape == (colors, 3)
    assert linear.min() >= 0
    assert linear.max() <= 1
    assert (np.diff(lightness(linear)) > 0).all()
    light = float(affect_lch(v, a)[0])
    assert lightness(linear).mean() == pytest.approx(light, abs=0.005 if colors < 9 else 0.06)


def test_ramp_gives_each_swatch_its_part() -> None:
    linear = palette(-0.2, 0.3, 4)
    full = ramp(linear)
    assert full.shape == (256, 3)
    np.testing.assert_allclose(full[[0, 31]], linear[[0, 0]], atol=0.005)
    middles = np.array([(i + 0.5) / 4 * 256 for i in range(4)]).astype(int)
    np.testing.assert_allclose(full[middles], linear, atol=0.005)
    lab = linear_to_oklab(full)
    wanted = (linear_to_oklab(linear)[0] + linear_to_oklab(linear)[1]) / 2
    np.testing.assert_allclose(lab[63:65].mean(axis=0), wanted, atol=1e-6)


def test_resampling_keeps_the_ends_and_mixes_in_oklab() -> None:
    given_row = np.array([[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]])
    three = resample(given_row, 3)
    np.testing.assert_allclose(three[[0, 2]], given_row, atol=1e-6)
    np.testing.assert_allclose(lightness(three), [0, 0.5, 1], atol=1e-6)
    np.testing.assert_array_equal(resample(given_row, 2), given_row)


def test_spec_knows_its_bounds() -> None:
    assert PaletteSpec().colors == 5
    assert PaletteSpec(contrast="0.2 + arousal").contrast == "0.2 + arousal"
    for colors in (1, 17):
        with pytest.raises(ValidationError):
            PaletteSpec(colors=colors)
