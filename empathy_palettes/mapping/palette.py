"""The palette of a feeling and of a crowd, and its colours between the swatches.

Does not read palette files: `palette_file` does. Does not encode: everything here is linear RGB.
"""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike
from pydantic import Field

from ..core.clock import STEP
from ..core.color import Array, fit_oklab, linear_to_oklab, oklab_to_linear, oklch_to_oklab
from ..core.config import Record
from ..crowd.modes import Modes
from ..crowd.signals import Reading
from .affect import affect_lch, affect_rgb
from .groups import Group, Grouping
from .ladder import ladder, told_apart

__all__ = [
    "PaletteMemory",
    "PaletteSpec",
    "affect_lch",
    "affect_rgb",
    "palette",
    "ramp",
    "resample",
]

RAMP_LENGTH = 256
EASE = 1.0  # seconds in which a swatch goes 63 % of the way to what it should be
_ASKED_EVERY = 6  # steps; twice the work of the rest, and nobody sees the difference


class PaletteSpec(Record):
    """A preset's `[palette]`.

    `source`: "affect", the crowd's own, or the name of a file in `presets/palettes/`; `contrast`
    and `diversity` (0..1) and `vivid` (a factor of chroma, 0..2) shape the former only, and each
    is a number or a formula.
    """

    source: str = "affect"
    colors: Annotated[int, Field(ge=2, le=16)] = 5
    contrast: float | str = "0.35 + 0.4 * polarization"
    diversity: float | str = "diversity"
    vivid: float | str = 1.0


class PaletteMemory:
    """A crowd's palette from step to step; no colour ever jumps.

    `fixed`, linear RGB (k, 3), takes the place of the crowd's colours.
    """

    def __init__(self, colors: int, fixed: ArrayLike | None = None) -> None:
        self._fixed = None if fixed is None else resample(fixed, colors)
        self._grouping = Grouping(colors)
        self._lab: Array | None = None
        self._target: Array | None = None
        self._steps = 0

    def step(
        self, reading: Reading, modes: Modes, contrast: float, diversity: float, vivid: float = 1.0
    ) -> Array:
        """Return linear RGB (colors, 3), dark to light, one step of 1/60 s after the last call.

        `reading` finite; `contrast diversity` are held to [0, 1], `vivid` to [0, 2]. The first
        call gives what the crowd asks for, later ones ease towards it in OKLab; what it asks for is
        asked ten times a second. A mixture of two rows that rise in lightness rises too, so
        swatches stay apart while they change.
        """
        if self._fixed is not None:
            return self._fixed
        if self._steps % _ASKED_EVERY == 0 or self._target is None:
            groups = self._grouping.step(reading, modes)
            row = ladder(groups, _held(contrast, 1.0), _held(diversity, 1.0), _held(vivid, 2.0))
            self._target = fit_oklab(oklch_to_oklab(row))
        self._steps += 1
        if self._lab is None:
            self._lab = self._target
        else:
            self._lab = self._lab + (self._target - self._lab) * (1 - math.exp(-STEP / EASE))
        return _linear(told_apart(self._lab))


def palette(
    valence: float,
    arousal: float,
    colors: int = 5,
    contrast: float = 0.35,
    diversity: float = 0.0,
    vivid: float = 1.0,
) -> Array:
    """Return the linear RGB (colors, 3), dark to light, of a crowd that all feels one thing."""
    one = Group("all", valence, arousal, 1.0)
    row = ladder([(one, colors)], contrast, diversity, vivid)
    return _linear(told_apart(fit_oklab(oklch_to_oklab(row))))


def resample(colors: ArrayLike, count: int) -> Array:
    """Return `count` colours, linear RGB, along (n, 3) linear RGB, ends kept; mixed in OKLab."""
    given = np.asarray(colors, np.float64)
    if len(given) == count:
        return given
    return _along(given, np.linspace(0, len(given) - 1, count))


def ramp(colors: ArrayLike, length: int = RAMP_LENGTH) -> Array:
    """Return (length, 3) linear RGB through (n, 3) linear RGB, mixed in OKLab.

    Swatch i is met at (i + ½) / n, so that each has the same part of the whole; the ends are flat.
    """
    given = np.asarray(colors, np.float64)
    places = (np.arange(length) + 0.5) / length * len(given) - 0.5
    return _along(given, places)


def _along(linear: Array, places: Array) -> Array:
    lab = linear_to_oklab(linear)
    index = np.arange(len(lab))
    mixed = np.stack([np.interp(places, index, lab[:, axis]) for axis in range(3)], axis=-1)
    return _linear(mixed)


def _linear(lab: Array) -> Array:
    # Ours keep their bound on red as they mix; a fixed palette's reds are its author's.
    linear: Array = np.clip(oklab_to_linear(fit_oklab(lab, red_share=1.0)), 0, 1)
    return linear


def _held(value: float, most: float) -> float:
    return min(max(value, 0.0), most)
