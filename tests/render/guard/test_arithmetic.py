"""What the guard measures of colours, and makes of them, beside the exact formulas."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from empathy_palettes.core import flash
from empathy_palettes.core.color import luminance, srgb_to_linear
from empathy_palettes.render.guard import numbers
from empathy_palettes.render.guard.arithmetic import lights, measured, mixed, paled

CODES = arrays(np.uint8, (50, 3))


def exact() -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.asarray(srgb_to_linear(np.arange(256) / 255.0))


def test_light_is_near_the_exact_one_and_rises() -> None:
    light = lights() / numbers.LIGHT
    assert (np.diff(light) > 0).all()
    assert light[0] == 0 and light[255] == 1
    assert np.abs(light - exact()).max() < 0.0041


def test_every_change_that_is_a_transition_is_one_here() -> None:
    light = lights() / numbers.LIGHT
    for nits in (80.0, 200.0, 1000.0, 10000.0):
        least = flash.threshold(nits)
        true = np.subtract.outer(exact(), exact())
        found = np.subtract.outer(light, light)[true >= least]
        assert found.min() * numbers.LUMINANCE >= numbers.change(nits)


@given(CODES)
def test_luminance_is_near_the_exact_one(pixels: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> None:  # fmt: skip # noqa: E501
    found = measured(pixels)[0] / numbers.LUMINANCE
    assert np.abs(found - luminance(srgb_to_linear(pixels / 255.0))).max() < 0.0045
    assert measured(np.full((1, 3), 255, np.uint8))[0] == numbers.LUMINANCE


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
