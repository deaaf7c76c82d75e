"""Where and when a test picture is lit: masks over the pixels, counted in steps of 1/60 s.

Knows no colours and no verdicts: `sequences` does. Times and places are exact: phases are
fractions, and the places of moving edges are integers.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Size = tuple[int, int]  # width, height
Mask = NDArray[np.bool_]  # broadcasts with (height, width)
Lit = Callable[[int], bool]  # of a step
Where = Callable[[int, Size], Mask]  # of a step and a size
Level = Callable[[int], float]  # of a step, in [0, 1]

STEPS = 60  # in a second


def square(hz: Fraction | float, duty: Fraction | float = Fraction(1, 2), phase: float = 0) -> Lit:
    """Return a wave that is lit for `duty` of each of `hz` periods a second, and begins dark."""
    rate, dark, begin = Fraction(hz), 1 - Fraction(duty), Fraction(phase)
    return lambda step: (rate * step / STEPS + begin) % 1 >= dark


def pulses(starts: tuple[int, ...], length: int, every: int | None = None) -> Lit:
    """Return a wave lit for `length` steps from each of `starts`, again `every` so many steps."""

    def lit(step: int) -> bool:
        now = step % every if every else step
        return any(start <= now < start + length for start in starts)

    return lit


def between(lit: Lit, first: int, last: int) -> Lit:
    """Return a wave that is dark but from step `first` up to, and not with, step `last`."""
    return lambda step: first <= step < last and lit(step - first)


def triangle(hz: float) -> Level:
    """Return a level that rises for half of each period and falls for the other."""
    rate = Fraction(hz)
    return lambda step: float(1 - abs(2 * ((rate * step / STEPS) % 1) - 1))


def sine(hz: float) -> Level:
    """Return a level that swings as a cosine does, from 0."""
    return lambda step: float(0.5 - 0.5 * np.cos(2 * np.pi * hz * step / STEPS))


def sawtooth(hz: float) -> Level:
    """Return a level that rises through each period, and drops at its end."""
    rate = Fraction(hz)
    return lambda step: float((rate * step / STEPS) % 1)


def staircase(treads: int, steps: int) -> Level:
    """Return a level that climbs `treads` stairs of equal height, and down again, each `steps`."""

    def level(step: int) -> float:
        at = step // steps % (2 * treads)
        return min(at, 2 * treads - at) / treads

    return level


def chirp(first_hz: float, last_hz: float, seconds: float) -> Lit:
    """Return a square wave whose rate climbs evenly from one to the other."""
    climb = (last_hz - first_hz) / seconds

    def lit(step: int) -> bool:
        time = step / STEPS
        return (first_hz * time + climb * time * time / 2) % 1 >= 0.5

    return lit


def pixels(size: Size) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return x (1, width) and y (height, 1)."""
    width, height = size
    return np.arange(width)[None, :], np.arange(height)[:, None]


def everywhere(lit: Lit) -> Where:
    """The whole picture at once."""
    return lambda step, size: np.full((1, 1), lit(step))


def within(where: Where, lit: Lit) -> Where:
    """A part of the picture, by a wave; the rest stays dark."""
    return lambda step, size: where(step, size) & lit(step)


def reversing(where: Where, lit: Lit) -> Where:
    """A part of the picture, and by turns the rest."""
    return lambda step, size: where(step, size) ^ lit(step)


def either(one: Where, other: Where) -> Where:
    """What one or the other lights."""
    return lambda step, size: one(step, size) | other(step, size)


def box(left: float, top: float, width: float, height: float) -> Where:
    """A rectangle, in shares of the picture's width and height."""

    def where(_step: int, size: Size) -> Mask:
        x, y = pixels(size)
        across = (x >= round(left * size[0])) & (x < round((left + width) * size[0]))
        return across & (y >= round(top * size[1])) & (y < round((top + height) * size[1]))

    return where


def checker(edge: int) -> Where:
    """A chessboard of squares of `edge` pixels."""

    def where(_step: int, size: Size) -> Mask:
        x, y = pixels(size)
        light: Mask = (x // edge + y // edge) % 2 == 1
        return light

    return where


def bars(pairs: int, hz: float = 0, duty: float = 0.5, upright: bool = True) -> Where:
    """So many light–dark pairs across the picture, and `hz` of them pass any point each second.

    `duty`: the light bar's share of a pair.
    """
    rate, light = Fraction(hz), Fraction(duty).limit_denominator(1000)

    def where(step: int, size: Size) -> Mask:
        x, y = pixels(size)
        place, length = (x, size[0]) if upright else (y, size[1])
        turn = 2 * length * STEPS * rate.denominator
        moved = (2 * place + 1) * pairs * STEPS * rate.denominator
        phase = (moved - 2 * length * step * rate.numerator) % turn
        lit: Mask = phase * light.denominator < turn * light.numerator
        return lit

    return where


def quadrants(hz: Fraction | float) -> Where:
    """One quarter of the picture after the other, round the middle, `hz` rounds a second."""
    rate = Fraction(hz)

    def where(step: int, size: Size) -> Mask:
        x, y = pixels(size)
        right, low = 2 * x >= size[0], 2 * y >= size[1]
        quarter = np.where(low, 3 - right.astype(np.int64), right)
        lit: Mask = quarter == int(4 * ((rate * step / STEPS) % 1))
        return lit

    return where


def lighthouse(hz: float, share: float = 0.25) -> Where:
    """A beam that turns about the middle, `hz` rounds a second, and covers `share` of the round."""
    rate = Fraction(hz)

    def where(step: int, size: Size) -> Mask:
        x, y = pixels(size)
        angle = np.arctan2(2 * y + 1 - size[1], 2 * x + 1 - size[0]) / (2 * np.pi)
        return (angle - float((rate * step / STEPS) % 1)) % 1 < share

    return where


def rings(hz: float) -> Where:
    """Two rings on their way out from the middle; `hz` of them pass any point each second."""
    rate = Fraction(hz)

    def where(step: int, size: Size) -> Mask:
        x, y = pixels(size)
        out = np.hypot((2 * x + 1 - size[0]) / size[0], (2 * y + 1 - size[1]) / size[1])
        return (2 * out - float((rate * step / STEPS) % 1)) % 1 < 0.5

    return where


def snow(hz: float, share: float = 0.5, seed: int = 5) -> Where:
    """Each pixel lit or not by chance, `share` of them, and drawn anew `hz` times a second."""
    rate = Fraction(hz)

    def where(step: int, size: Size) -> Mask:
        width, height = size
        picture = np.random.default_rng((seed, int(rate * step / STEPS)))
        return picture.random((height, width), np.float32) < share

    return where


def stars(hz: float, share: float, seed: int = 6) -> Where:
    """A share of the pixels, chosen by chance, each with a time of its own to be lit."""
    rate = Fraction(hz)

    def where(step: int, size: Size) -> Mask:
        width, height = size
        sky = np.random.default_rng(seed)
        chosen = sky.random((height, width), np.float32) < share
        begin = sky.integers(0, 1000, (height, width))
        return chosen & ((begin + int(1000 * ((rate * step / STEPS) % 1))) % 1000 < 500)

    return where


def tiles(hz: float, across: int = 8, down: int = 5, seed: int = 7) -> Where:
    """A mosaic that is cut to another one, by chance, `hz` times a second."""
    rate = Fraction(hz)

    def where(step: int, size: Size) -> Mask:
        x, y = pixels(size)
        cut = np.random.default_rng((seed, int(rate * step / STEPS)))
        lit = cut.random((down, across)) < 0.5
        return lit[y * down // size[1], x * across // size[0]]

    return where
