"""The palette of a feeling and of a crowd, and its colours between the swatches.

Does not read palette files: `palette_file` does. Does not encode: everything here is linear RGB.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Field

from ..core.clock import STEP
from ..core.color import (
    Array,
    fit_oklab,
    fit_oklab_and_linear,
    linear_to_oklab,
    oklch_to_oklab,
)
from ..core.config import Record
from ..crowd.modes import Modes
from ..crowd.signals import Reading
from .affect import affect_lch, affect_rgb
from .groups import Group, Grouping
from .hues import AFFECT, Hues
from .ladder import ladder, told_apart
from .sight import MOST_SHOWN

__all__ = [
    "AFFECT_SOURCE",
    "PaletteMemory",
    "PaletteSpec",
    "affect_lch",
    "affect_rgb",
    "palette",
    "ramp",
    "resample",
]

AFFECT_SOURCE = "affect"  # the one that is no file
RAMP_LENGTH = 256
EASE = 1.0  # seconds in which a swatch goes 63 % of the way to what it should be
_PART = 1 - math.exp(-STEP / EASE)
_ASKED_EVERY = 6  # steps; twice the work of the rest, and nobody sees the difference


class PaletteSpec(Record):
    """A preset's `[palette]`.

    `source`: "affect", the crowd's own, or the name of a file in `presets/palettes/`, of colours or
    of other hues; `contrast` and `diversity` (0..1) and `vivid` (a factor of chroma, 0..2) shape
    what is the crowd's only, and each is a number or a formula.
    """

    source: str = AFFECT_SOURCE
    colors: Annotated[int, Field(ge=2, le=MOST_SHOWN)] = 5
    contrast: float | str = "0.35 + 0.4 * polarization"
    diversity: float | str = "diversity"
    vivid: float | str = 1.0


class PaletteMemory:
    """A crowd's palette from step to step; no colour ever jumps.

    `fixed`, linear RGB (k, 3), takes the place of the crowd's colours; `hues` are what these are
    made of.
    """

    def __init__(self, colors: int, fixed: ArrayLike | None = None, hues: Hues = AFFECT) -> None:
        self._hues = hues
        self._fixed = None if fixed is None else resample(fixed, colors)
        self._grouping = Grouping(colors)
        self._lab: Array | None = None
        self._asked: object = None
        self._target: Array | None = None
        self._shown: Array | None = None
        self._steps = 0

    def step(
        self, reading: Reading, modes: Modes, contrast: float, diversity: float, vivid: float = 1.0
    ) -> Array:
        """Return linear RGB (colors, 3), dark to light, one step of 1/60 s after the last call.

        `reading` finite; `contrast diversity` are held to [0, 1], `vivid` to [0, 2]. The first
        call gives what the crowd asks for, later ones ease towards it in OKLab; what it asks for is
        asked ten times a second. A mixture of two rows that rise in lightness rises too, so
        swatches stay apart while they change. Where none does, the array is the same one.
        """
        if self._fixed is not None:
            return self._fixed
        if self._steps % _ASKED_EVERY == 0 or self._target is None:
            groups = self._grouping.step(reading, modes)
            asked = (groups, _held(contrast, 1.0), _held(diversity, 1.0), _held(vivid, 2.0))
            if self._target is None or asked != self._asked:
                self._asked = asked
                self._target = fit_oklab(oklch_to_oklab(ladder(*asked, self._hues)))
        self._steps += 1
        before = self._lab
        self._lab = self._target if before is None else before + (self._target - before) * _PART
        if self._shown is None or before is None or not np.array_equal(self._lab, before):
            self._shown = told_apart(self._lab)[1]
        return self._shown


def palette(
    valence: float,
    arousal: float,
    colors: int = 5,
    contrast: float = 0.35,
    diversity: float = 0.0,
    vivid: float = 1.0,
    hues: Hues = AFFECT,
) -> Array:
    """Return the linear RGB (colors, 3), dark to light, of a crowd that all feels one thing."""
    one = Group("all", valence, arousal, 1.0)
    row = ladder([(one, colors)], contrast, diversity, vivid, hues)
    return told_apart(fit_oklab(oklch_to_oklab(row)))[1]


def resample(colors: ArrayLike, count: int) -> Array:
    """Return `count` colours, linear RGB, along (n, 3) linear RGB, ends kept; mixed in OKLab."""
    given = np.asarray(colors, np.float64)
    if len(given) == count:
        return given
    return _along(given, *_split(np.linspace(0, len(given) - 1, count), len(given)))


def ramp(colors: ArrayLike, length: int = RAMP_LENGTH) -> Array:
    """Return (length, 3) linear RGB through (n, 3) linear RGB, mixed in OKLab.

    Swatch i is met at (i + ½) / n, so that each has the same part of the whole; the ends are flat.
    """
    given = np.asarray(colors, np.float64)
    return _along(given, *_ramp_places(len(given), length))


@cache
def _ramp_places(colors: int, length: int) -> tuple[NDArray[np.intp], Array]:
    return _split((np.arange(length) + 0.5) / length * colors - 0.5, colors)


def _split(places: Array, colors: int) -> tuple[NDArray[np.intp], Array]:
    """Return the colour below each place, (n,), and how far it is from there to the next, (n, 1).

    Before the first and beyond the last colour lies nothing else.
    """
    held = np.clip(places, 0, colors - 1)
    below = np.minimum(held.astype(np.intp), max(colors - 2, 0))
    return below, (held - below)[:, None]


def _along(linear: Array, below: NDArray[np.intp], part: Array) -> Array:
    lab = linear_to_oklab(linear)
    slope = np.diff(lab, axis=0) if len(lab) > 1 else np.zeros_like(lab)
    mixed = slope.take(below, axis=0)
    mixed *= part
    mixed += lab.take(below, axis=0)
    # Two colours may keep the bound on red, and their mixture break it: OKLab is not linear.
    fitted = fit_oklab_and_linear(mixed)[1]
    return np.clip(fitted, 0, 1, out=fitted)


def _held(value: float, most: float) -> float:
    return min(max(value, 0.0), most)
