"""The fail-safe guard against whoever knows how it works, pixel by pixel."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from empathy_palettes.core.color import luminance, srgb_to_linear
from empathy_palettes.core.flash import EXTENDED_SECONDS, EXTENDED_TRANSITIONS, threshold
from empathy_palettes.render.guard.slewing import SlewReference

from .brighter import Brighter

Pixels = NDArray[np.uint8]
NITS = (200.0, 400.0, 1000.0, 2000.0, 4000.0)
SECONDS = 7


def swings(nits: float) -> tuple[Pixels, Pixels]:
    """Return pairs of colours (1, n, 3), darker and brighter, that just make a transition.

    Greys of every level, greys a code or two further, and colours of three levels of their own.
    """
    light = np.asarray(srgb_to_linear(np.arange(256) / 255.0))
    rng = np.random.default_rng(1)
    low = np.repeat(np.arange(231)[:, None], 3, axis=1)
    low = np.concatenate([low, low, low, rng.integers(0, 231, (600, 3))])
    high = np.searchsorted(light, light[low] + threshold(nits) + 1e-6)
    high[231:462] += 1
    high[462:693] += 2
    high[693:] += rng.integers(-2, 3, (600, 3))
    high = np.clip(high, 0, 255)
    makes = luminance(light[high]) - luminance(light[low]) >= threshold(nits)
    pairs = np.stack([low, high])[:, makes]
    return np.asarray(pairs[0][None], np.uint8), np.asarray(pairs[1][None], np.uint8)


@pytest.mark.parametrize("nits", NITS)
@pytest.mark.parametrize("overdone", [False, True])
def test_nobody_gets_a_fourth_transition_in_a_second(nits: float, overdone: bool) -> None:
    """Each pixel turns back as soon as it shows what it wanted, or is shown the most for it."""
    low, high = swings(nits)
    guard = SlewReference((low.shape[1], 1), peak_nits=nits)
    pixels = Brighter(low.shape[:1] + low.shape[:2], nits)
    up = np.ones(low.shape[:2], np.bool_)
    ends = (np.full_like(high, 255), np.zeros_like(low)) if overdone else (high, low)
    for _ in range(120):  # up to where they are to swing
        guard.step(low, 60)
    for _ in range(SECONDS * 60):
        found = guard.step(np.where(up[..., None], *ends))
        pixels.see(found[None])
        up = np.where(up, ~(found >= high).all(axis=-1), (found <= low).all(axis=-1))
    assert low.shape[1] > 600
    assert 2 <= pixels.most["general"].max() < EXTENDED_TRANSITIONS
    assert pixels.most["red"].max() == 0
    assert pixels.held.max() < EXTENDED_SECONDS


@pytest.mark.parametrize("nits", NITS)
@pytest.mark.parametrize("period", [8, 15, 16, 20])
def test_swings_of_any_speed_have_three_transitions_in_a_second(nits: float, period: int) -> None:
    low, high = swings(nits)
    guard = SlewReference((low.shape[1], 1), peak_nits=nits)
    pixels = Brighter(low.shape[:1] + low.shape[:2], nits)
    for _ in range(120):
        guard.step(low, 60)
    for step in range(3 * 60):
        pixels.see(guard.step(high if step // period % 2 else low)[None])
    assert pixels.most["general"].max() < EXTENDED_TRANSITIONS


def test_what_stands_still_is_shown_as_it_is() -> None:
    grid = np.arange(0, 256, 15, dtype=np.uint8)
    colors = np.stack(np.meshgrid(grid, grid, grid), axis=-1).reshape(1, -1, 3)
    linear = np.asarray(srgb_to_linear(colors / 255.0))
    red = linear[..., 0] >= 0.77 * linear.sum(axis=-1)
    guard = SlewReference((colors.shape[1], 1))
    for _ in range(8):
        found = guard.step(colors, 60)
    assert (found[~red] == colors[~red]).all()
    assert red.sum() > 100
