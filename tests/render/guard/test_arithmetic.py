"""What the guard measures of colours, and makes of them, beside the exact formulas."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from empathy_palettes.core import flash
from empathy_palettes.core.color import luminance, srgb_to_linear
from empathy_palettes.render.guard import numbers
from empathy_palettes.render.guard.arithmetic import falls, measured, mixed, paled
from empathy_palettes.render.guard.numbers import lights
from empathy_palettes.render.guard.reference import Zigzag

NITS = (200.0, 400.0, 800.0, 1000.0, 2000.0, 4000.0)
CODES = arrays(np.uint8, (50, 3))


def exact() -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.asarray(srgb_to_linear(np.arange(256) / 255.0))


def test_light_is_the_exact_one_and_rises() -> None:
    light = lights() / numbers.LIGHT
    assert (np.diff(light) > 0).all()
    assert light[0] == 0 and light[255] == 1
    assert np.abs(light - exact()).max() <= 0.5 / numbers.LIGHT
    assert measured(np.full((1, 3), 255, np.uint8))[0] == numbers.LUMINANCE


def test_luminance_of_every_colour_is_as_near_as_is_trusted() -> None:
    """All 256³ of them: how far the luminances of any two may be wrong by."""
    green, blue = np.mgrid[:256, :256].astype(np.uint8)
    whole = numbers.LIGHT / 16  # what white has before it is rounded down
    low, high = np.inf, -np.inf
    for red in range(256):
        found = measured(np.dstack([np.full_like(green, red), green, blue]))[0]
        light = exact()
        true = 0.2126 * light[red] + 0.7152 * light[green] + 0.0722 * light[blue]
        wrong = found - whole * true
        low, high = min(low, wrong.min()), max(high, wrong.max())
    assert high - low < numbers.WRONG
    assert whole >= numbers.LUMINANCE


@pytest.mark.parametrize("nits", NITS)
def test_every_change_that_is_a_transition_is_one_here(nits: float) -> None:
    """Those of random colours whose green is what just makes them one."""
    rng = np.random.default_rng(int(nits))
    first, second = rng.integers(0, 256, (2, 200_000, 3), np.uint8)
    light, least = exact(), flash.threshold(nits)
    weights = (0.2126, 0.7152, 0.0722)
    others = light[second[:, 0]] * weights[0] + light[second[:, 2]] * weights[2]
    wanted = luminance(light[first]) + least - others
    green = np.searchsorted(light * weights[1], wanted)
    makes = (wanted > 0) & (green < 256)
    assert makes.sum() > 50_000
    second[:, 1] = np.minimum(green, 255)
    change = measured(second)[0] - measured(first)[0]
    assert change[makes].min() >= numbers.change(nits)
    assert numbers.change(nits) + numbers.WRONG <= least * numbers.LUMINANCE


@pytest.mark.parametrize("nits", NITS)
def test_what_is_held_makes_no_transition(nits: float) -> None:
    """Of colours whose three transitions are remembered, at any smaller share.

    Of some the reds are paled, and were.
    """
    rng = np.random.default_rng(int(nits))
    count = 100_000
    furthest, shown, wanted = rng.integers(0, 256, (3, count, 3), np.uint8)
    near = rng.random((2, count)) < 0.4
    shown[near[0]] = np.clip(furthest[near[0]] + rng.integers(-9, 10, (near[0].sum(), 3)), 0, 255)
    some = rng.random(count) < 0.5
    shown[some] = paled(shown[some])
    wanted[near[1]] = np.clip(shown[near[1]] + rng.integers(-30, 31, (near[1].sum(), 3)), 0, 255)
    zigzag = Zigzag((count,), numbers.change(nits), numbers.held(nits))
    for pixels in (furthest, shown):
        zigzag.commit(measured(pixels)[0])
    zigzag.left[:] = 1
    least = zigzag.share(measured(shown)[0], measured(wanted)[0], falls(shown, wanted))
    share = least * rng.choice([256, 256, 255, 200, 128, 30], count) >> 8
    found = mixed(shown, wanted, share[:, None])
    found[some] = paled(found[some])
    altered = least < numbers.WHOLE
    assert altered.mean() > 0.2 and (~altered).mean() > 0.1
    zigzag.commit(measured(found)[0])
    assert not (zigzag.left[0] == numbers.MEMORY).any()


def test_a_mix_goes_no_further_astray_than_is_reckoned_with() -> None:
    """What is between two colours may be darker than both, or brighter."""
    rng = np.random.default_rng(5)
    old, new = rng.integers(0, 256, (2, 500_000, 3), np.uint8)
    found = measured(mixed(old, new, rng.integers(0, 257, (500_000, 1))))[0]
    before, after = measured(old)[0], measured(new)[0]
    fall = falls(old, new)
    other = np.maximum(np.minimum(fall, fall + after - before), 0)
    astray = np.maximum(np.minimum(before, after) - found, found - np.maximum(before, after))
    most = (other * numbers.ASTRAY >> 8) + np.minimum(other, numbers.ROUNDED)
    assert (astray <= most + 1).all()
    assert astray.max() > numbers.ROUNDED


def every_red() -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """Return colours with R ≥ G, B, in steps of three."""
    grid = np.arange(0, 256, 3, dtype=np.uint8)
    colors = np.stack(np.meshgrid(grid, grid, grid), axis=-1).reshape(-1, 3)
    return np.asarray(colors[colors[:, 0] >= colors[:, 1:].max(axis=1)])


def test_no_saturated_red_is_overlooked() -> None:
    colors = every_red()
    linear = srgb_to_linear(colors / 255.0)
    excess = linear[:, 0] - linear[:, 1] - linear[:, 2]
    share = linear[:, 0] / np.maximum(linear.sum(axis=1), 1e-9)
    red = (share >= flash.RED_SATURATED) & (excess >= flash.RED_FLOOR)
    assert red.sum() > 1000
    assert (measured(colors)[1][red] > 0).all()


def test_a_paled_red_is_none_and_as_bright() -> None:
    colors = every_red()
    found = paled(colors)
    linear = srgb_to_linear(found / 255.0)
    saturated = measured(colors)[1] > 0
    assert (measured(found)[1] == 0).all()
    assert (found[~saturated] == colors[~saturated]).all()
    share = linear[saturated, 0] / linear[saturated].sum(axis=1)
    assert share.max() < 0.79
    assert share.min() > 0.70  # no paler than it must be
    change = luminance(linear) - luminance(srgb_to_linear(colors / 255.0))
    assert np.abs(change).max() < 0.006


@given(CODES, CODES, st.integers(0, numbers.WHOLE))
def test_a_mix_lies_between_and_follows_its_share(
    old: np.ndarray[tuple[int, int], np.dtype[np.uint8]],
    new: np.ndarray[tuple[int, int], np.dtype[np.uint8]],
    share: int,
) -> None:
    found = mixed(old, new, np.array(share)).astype(float)
    low, high = np.minimum(old, new), np.maximum(old, new)
    assert ((found >= low) & (found <= high)).all()
    a, b = old.astype(float), new.astype(float)
    wanted = np.sqrt(a**2 + (b**2 - a**2) * share / numbers.WHOLE)
    assert np.abs(found - wanted).max() <= 1 + 1e-9 or share < numbers.WHOLE / 128
    assert (np.abs(found - a) <= np.abs(wanted - a) + 1e-9).all(), "rounded towards the old one"


def test_the_ends_of_a_mix_are_the_pictures() -> None:
    old = np.random.default_rng(0).integers(0, 256, (500, 3), np.uint8)
    new = old[::-1]
    assert (mixed(old, new, np.array(0)) == old).all()
    assert (mixed(old, new, np.array(numbers.WHOLE)) == new).all()


@given(st.integers(1, 200), st.integers(1, 200))
def test_probes_lie_in_their_cells(width: int, height: int) -> None:
    cells = numbers.cells((width, height))
    places = numbers.probes((width, height), cells)
    assert places.shape == (cells[1], cells[0], numbers.PROBES, 2)
    for axis, along in ((0, 1), (1, 0)):
        cell = places[..., axis] * cells[axis] // (width, height)[axis]
        wanted = np.arange(cells[axis]).reshape([-1 if at == along else 1 for at in range(3)])
        assert (cell == wanted).all()


def test_probes_of_a_small_cell_are_all_its_pixels() -> None:
    places = numbers.probes((32, 18), (16, 9))
    assert len(np.unique(places.reshape(-1, 2), axis=0)) == 32 * 18


@given(st.integers(1, 160), st.integers(1, 2000))
def test_no_pixel_is_between_centres_that_are_far(cells: int, more: int) -> None:
    """The share of every pixel comes from its own cell and its neighbours."""
    pixels = cells + more
    place = numbers.places(cells, pixels)
    own = np.arange(pixels) * cells // pixels
    before = np.maximum(place // numbers.BETWEEN - 1, 0)
    after = np.minimum(place // numbers.BETWEEN, cells - 1)
    assert (np.abs(before - own) <= 1).all()
    assert (np.abs(after - own) <= 1).all()
    centre = (np.arange(pixels) + 0.5) * cells / pixels + 0.5
    assert np.abs(place / numbers.BETWEEN - centre).max() < 2 / numbers.BETWEEN
