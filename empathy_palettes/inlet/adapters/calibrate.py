"""What a person's own sensors usually say, so that a number can be told from the usual ones.

A slow z-score: with α = 1 − exp(−Δt/τ), τ = 180 s, μ ← μ + α (s − μ) and
v ← (1 − α) (v + α (s − μ_old)²), z = (s − μ) / max(√v, floor). The recursion is that of Finch 2009
(Incremental calculation of weighted mean and variance, University of Cambridge); τ and the floors
are ours. A state that lasts ten minutes becomes the usual one, and its z goes to 0.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...core.clock import STEPS_PER_SECOND
from .adapter import Value

Floats = NDArray[np.float64]
Steps = NDArray[np.int64]
Rows = NDArray[np.int64]

TAU = 180.0  # seconds
WARM_UP = 60.0  # seconds that were listened to until a score is wholly believed
FROZEN_AT = 3.0  # of |z|: such a number is no part of what is usual
LONGEST_FROZEN = TAU  # then it is: a sensor that was moved must not be an outlier for ever
LONGEST_STEP = 10.0  # seconds that one number may stand for
_QUALITY = 0.5

_NEVER = -(10**15)


class Calibration:
    """The filters of some values for many people; one row each, as `Value` declares them.

    `apply` takes the numbers that are there, NaN where none is, and returns what counts instead,
    and how far each may be believed: [0, 1], rising over the first minute of a calibrated one.
    """

    def __init__(self, values: Sequence[Value], rows: int) -> None:
        count = len(values)
        self._smooth = np.array([value.smooth or 0.0 for value in values])
        self._phasic = np.array([value.phasic or 0.0 for value in values])
        self._calibrate = np.array([value.calibrate for value in values], bool)
        self._floor = np.array([value.floor or 1.0 for value in values])
        self._magnitude = np.array([value.magnitude for value in values], bool)
        self.plain = not (self._smooth.any() or self._phasic.any() or self._calibrate.any())
        self._count = 0 if self.plain else count
        self._allocate(0 if self.plain else rows)

    def _allocate(self, rows: int) -> None:
        shape = (rows, self._count)
        self._last: Steps = np.full(shape, _NEVER, np.int64)
        self._low = np.zeros(shape)
        self._slow = np.zeros(shape)
        self._mean = np.zeros(shape)
        self._variance = np.zeros(shape)
        self._listened = np.zeros(shape)
        self._frozen = np.zeros(shape)
        self._out = np.full(shape, np.nan)

    def _arrays(self) -> tuple[NDArray[np.generic], ...]:
        return (self._last, self._low, self._slow, self._mean, self._variance, self._listened,
                self._frozen, self._out)  # fmt: skip

    def grow(self, rows: int) -> None:
        """Make room for so many people; those that there are stay."""
        if self.plain:
            return
        old = self._arrays()
        self._allocate(rows)
        for new, kept in zip(self._arrays(), old, strict=True):
            new[: len(kept)] = kept

    def forget(self, row: int) -> None:
        """Let the next person of this row be somebody new, and nothing be left of this one."""
        if self.plain:
            return
        for array in self._arrays():
            array[row] = 0
        self._last[row] = _NEVER
        self._out[row] = np.nan

    def apply(
        self, rows: Rows, numbers: Floats, heard: Steps, quality: Floats
    ) -> tuple[Floats, Floats]:
        """Return what counts and its confidence, both (n, values).

        `numbers` and `heard`, the step of each, (n, values); `quality` (n,) in [0, 1].
        """
        if self.plain:
            return np.where(self._magnitude, np.abs(numbers), numbers), np.ones(numbers.shape)
        there = ~np.isnan(numbers)
        last = self._last[rows]
        fresh = there & (heard > last)
        new = fresh & (last == _NEVER)
        seconds = np.minimum((heard - last) / STEPS_PER_SECOND, LONGEST_STEP)
        seconds = np.where(fresh & ~new, seconds, 0.0)

        low = np.where(new, numbers, self._low[rows])
        low += np.where(fresh, _share(seconds, self._smooth, 1.0) * (numbers - low), 0.0)
        slow = np.where(new, low, self._slow[rows])
        slow += np.where(fresh, _share(seconds, self._phasic, 0.0) * (low - slow), 0.0)
        value = np.where(self._phasic > 0, low - slow, low)

        mean = np.where(new, value, self._mean[rows])
        variance = np.where(new, 0.0, self._variance[rows])
        listened = np.where(new, 0.0, self._listened[rows]) + seconds
        off = value - mean
        unusual = np.abs(off) > FROZEN_AT * np.maximum(np.sqrt(variance), self._floor)
        frozen = np.where(new | ~unusual, 0.0, self._frozen[rows] + seconds)
        # Nobody's first minute is frozen: what is usual for them is not known yet.
        held = unusual & (listened > WARM_UP) & (frozen <= LONGEST_FROZEN)
        held |= (quality < _QUALITY)[:, None]
        share = np.where(fresh & ~held, 1.0 - np.exp(-seconds / TAU), 0.0)
        mean += np.where(fresh, share * off, 0.0)
        variance = (1.0 - share) * (variance + np.where(fresh, share * off * off, 0.0))
        score = (value - mean) / np.maximum(np.sqrt(variance), self._floor)

        out = np.where(self._calibrate, score, value)
        out = np.where(fresh, out, self._out[rows])
        for kept, now in (
            (self._last, np.where(fresh, heard, last)),
            (self._low, low),
            (self._slow, slow),
            (self._mean, mean),
            (self._variance, variance),
            (self._listened, listened),
            (self._frozen, frozen),
            (self._out, out),
        ):
            kept[rows] = np.where(there, now, kept[rows])
        out = np.where(self._magnitude, np.abs(out), out)
        believed = np.where(self._calibrate, np.minimum(listened / WARM_UP, 1.0), 1.0)
        return np.where(there, out, np.nan), believed


def _share(seconds: Floats, constants: Floats, without: float) -> Floats:
    """How far a low-pass goes towards a new number; `without`: where there is no low-pass."""
    used = np.where(constants > 0, constants, 1.0)
    return np.where(constants > 0, 1.0 - np.exp(-seconds / used), without)
