"""A test picture that moves, with the verdict that follows from what it is made of.

Measures nothing: an analyser that is put to the test must not be its own judge. The verdicts are
arithmetic on the two colours, the rate and the area, by the rules in `core.flash`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core import flash
from ...core.color import linear_to_srgb, luminance, srgb_to_linear
from .figures import Level, Size, Where

Picture = NDArray[np.uint8]  # (height, width, 3), sRGB-encoded, row 0 at the top
Draw = Callable[[int, Size], Picture]  # of a step and a size
Light = tuple[float, float, float]  # linear, [0, 1]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a sequence before anybody looks: True fails, False passes, None is unsaid.

    For a display of 200 cd/m² or less and a window of a third of the picture's width and height.
    `general`, `red`: more than three flashes in a second; `extended`: four transitions a second or
    more, of either kind, for four seconds of five; `patterns`: stripes. `because`: why.
    """

    general: bool | None
    red: bool | None
    extended: bool | None
    patterns: bool | None
    because: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """A picture for each step of 1/60 s: `draw(step, (width, height))`, from step 0 on.

    `seconds`: for how long to look, no less. `fps`: the fewest frames a second (30 or 60) at which
    the verdict holds; at 30 every other step is shown.
    """

    name: str
    about: str
    seconds: float
    draw: Draw
    verdict: Known
    fps: int = 30


def painted(where: Where, dark: Light, light: Light) -> Draw:
    """Return what draws `light` where it is lit, and `dark` elsewhere."""
    low, high = encoded(dark), encoded(light)

    def draw(step: int, size: Size) -> Picture:
        lit = where(step, size)[..., None]
        picture = np.empty((size[1], size[0], 3), np.uint8)
        picture[:] = low
        np.copyto(picture, high, where=lit)
        return picture

    return draw


def shaded(level: Level, dark: Light, light: Light) -> Draw:
    """Return what fills the picture with a colour between two, mixed in linear light."""
    low, high = np.array(dark), np.array(light)

    def draw(step: int, size: Size) -> Picture:
        mix = level(step)
        picture = np.empty((size[1], size[0], 3), np.uint8)
        picture[:] = _codes(low + (high - low) * mix)
        return picture

    return draw


def known(
    dark: Light,
    light: Light,
    most: float,
    *,
    share: float = 1.0,
    held: bool | None = None,
    patterns: bool | None = False,
    note: str = "",
) -> Known:
    """Return what follows for points that go back and forth between two colours.

    `most`: transitions at a point in its worst second; `share` of the worst window that such
    points cover; `held`: whether four a second last for four seconds of five (None: they do where
    `most` says four). `note`: where `most`, `share` or `patterns` come from.
    """
    a, b = srgb_to_linear(encoded(dark) / 255), srgb_to_linear(encoded(light) / 255)
    one, other = sorted((float(luminance(a)), float(luminance(b))))
    counts = other - one >= flash.CHANGE and one < flash.DARKER_BELOW
    reddens = _red_share(a, b) >= flash.RED_SATURATED and _red_change(a, b) > flash.RED_CHANGE
    covers = share > flash.AREA
    many = covers and most > flash.MOST_TRANSITIONS
    lasting = most >= flash.EXTENDED_TRANSITIONS if held is None else held
    told = [f"Luminance {one:.3f} and {other:.3f}: a change of {other - one:.3f}"]
    if counts:
        told[0] += " is a transition"
    elif other - one >= flash.CHANGE:
        told[0] += f" is none where the darker is not below {flash.DARKER_BELOW:.2f}"
    else:
        told[0] += f" is none, being below {flash.CHANGE:.2f}"
    if reddens:
        told.append(
            f"R/(R+G+B) reaches {_red_share(a, b):.2f} and R−G−B changes by "
            f"{_red_change(a, b):.2f}: a red transition"
        )
    if counts or reddens:
        told.append(f"{most:g} in the worst second, over {share:.0%} of the worst window")
        if most >= flash.EXTENDED_TRANSITIONS and not lasting:
            told.append("not for four seconds of five")
    because = "; ".join(told + [note] * bool(note)) + "."
    extended = (counts or reddens) and covers and lasting
    return Known(counts and many, reddens and many, extended, patterns, because)


def encoded(light: Light) -> Picture:
    """Return the sRGB-encoded bytes (3,) nearest to a linear colour."""
    return _codes(np.array(light))


def _codes(linear: NDArray[np.float64]) -> Picture:
    return np.rint(255 * linear_to_srgb(linear)).astype(np.uint8)


def _red_share(a: NDArray[np.floating], b: NDArray[np.floating]) -> float:
    """The greater R / (R + G + B) of two colours, where it is a red at all."""
    shares = [
        float(colour[0] / colour.sum())
        for colour in (a, b)
        if colour[0] - colour[1] - colour[2] >= flash.RED_FLOOR
    ]
    return max(shares, default=0.0)


def _red_change(a: NDArray[np.floating], b: NDArray[np.floating]) -> float:
    one, other = (max(0.0, float(colour[0] - colour[1] - colour[2])) for colour in (a, b))
    return abs(one - other)
