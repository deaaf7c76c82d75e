"""The budget guard's arithmetic of pixels in numpy: what it measures of a colour, and makes of it.

Arrays of bytes whose last axis is R, G, B, sRGB-encoded; all of it in integers. `glsl` has the same
for shaders, written another way.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from .numbers import RED_DARK, RED_LEFT, RED_SHARE, RED_STEP, WEIGHTS, lights

Ints = NDArray[np.int32]
Pixels = NDArray[np.uint8]


def measured(pixels: Pixels) -> tuple[Ints, Ints]:
    """Return the luminance, 0 to `numbers.LUMINANCE`, and the redness of pixels (…, 3); (…)."""
    by_weight = _weighted()
    codes = [pixels[..., channel] for channel in range(3)]
    luminance = by_weight[0][codes[0]]
    for channel in (1, 2):
        luminance += by_weight[channel][codes[channel]]
    small = lights().astype(np.int32)
    red, green, blue = (small[code] for code in codes)
    return (luminance >> np.uint32(20)).astype(np.int32), _redness(red, green, blue)


def falls(old: Pixels, new: Pixels) -> Ints:
    """Return how much luminance goes where channels fall from `old` to `new` (…, 3); (…)."""
    by_weight = _weighted()
    lost = np.zeros(old.shape[:-1], np.uint32)
    for channel, table in enumerate(by_weight):
        before, after = table[old[..., channel]], table[new[..., channel]]
        lost += before - np.minimum(before, after)
    return (lost >> np.uint32(20)).astype(np.int32)


def paled(pixels: Pixels) -> Pixels:
    """Return pixels (n, 3) with every saturated red mixed with its own luminance.

    As far as leaves `RED_LEFT` % of the light in red; other colours are as they were.
    """
    table = lights()
    found = pixels.copy()
    where = np.flatnonzero(_redness(*table[pixels].T))
    light = table[pixels[where]]
    red, green, blue = light.T
    grey = light @ np.array(WEIGHTS) >> 16
    wanted = 100 * red - RED_LEFT * light.sum(axis=1)
    whole = wanted + (3 * RED_LEFT - 100) * grey
    share = (256 * wanted + whole - 1) // whole
    below, above = _codes()
    found[where, 0] = below[red - ((red - grey) * share >> 8)]
    for channel, old in ((1, green), (2, blue)):
        found[where, channel] = above[old + ((grey - old) * share >> 8)]
    return found


def mixed(old: Pixels, new: Pixels, share: NDArray[np.integer]) -> Pixels:
    """Return pixels `share` of 256 of the way from `old` to `new`, in squares of code values.

    Rounded towards `old`, so that a share that is too small to be seen changes nothing. `share`:
    broadcast against the pixels.
    """
    squares = np.square(np.arange(256, dtype=np.int32))
    below, above = _roots()
    before, rise = squares[old], squares[new] - squares[old]
    way = np.abs(rise) * share >> 8
    square = np.where(rise >= 0, before + way, before - way)
    found: Pixels = np.where(rise >= 0, below[square], above[square])
    return found


@cache
def _weighted() -> NDArray[np.uint32]:
    """Return what each code value of R, G and B adds to the luminance, times 2^20; (3, 256)."""
    found: NDArray[np.uint32] = (lights() * np.array(WEIGHTS)[:, None]).astype(np.uint32)
    return found


@cache
def _codes() -> tuple[Pixels, Pixels]:
    """Return the code value whose light is at most each light, and that of at least it."""
    return _inverse(lights())


@cache
def _roots() -> tuple[Pixels, Pixels]:
    """Return the square root of each number up to 255², rounded down, and rounded up."""
    return _inverse(np.square(np.arange(256)))


def _inverse(rising: NDArray[np.int_]) -> tuple[Pixels, Pixels]:
    values = np.arange(rising[-1] + 1)
    below = np.searchsorted(rising, values, side="right") - 1
    return below.astype(np.uint8), np.searchsorted(rising, values).astype(np.uint8)


def _redness(
    red: NDArray[np.integer], green: NDArray[np.integer], blue: NDArray[np.integer]
) -> Ints:
    """Return 0 for what is no saturated red, or too dark to be one, else how red it is."""
    excess = red - green - blue
    saturated = (100 * red >= RED_SHARE * (red + green + blue)) & (excess >= RED_DARK)
    return np.where(saturated, RED_STEP + (excess >> 5), 0).astype(np.int32)
