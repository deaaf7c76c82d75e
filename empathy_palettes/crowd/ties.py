"""Ties: how alike the mean feelings of two circles moved during the last minute.

An association, never a cause, and no trust is measured. Follows means; who is in a circle is not
its business.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..core.clock import STEPS_PER_SECOND

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

SAMPLE_STEPS = STEPS_PER_SECOND // 2  # the series are kept at 2 Hz
WINDOW = 120  # samples: 60 s
ENOUGH = 40  # samples: 20 s in which both were there
STILL = 0.002  # a standard deviation below this is no movement; a mean moves less than a person


class Ties:
    """The correlation of every two of (n,) series over the last minute.

    `now` (n, n) f4 in [-1, 1], symmetric, NaN where undefined: the mean of valence's and arousal's
    Pearson correlation over the samples in which both circles felt something, or of the one that is
    defined. It takes 20 s of such samples, and both must have moved.
    """

    def __init__(self, circles: int) -> None:
        self.now: Floats = np.full((circles, circles), np.nan, np.float32)
        self._ring = np.full((2, WINDOW, circles), np.nan)  # valence and arousal
        self._row = 0
        self._valence = np.full((circles, circles), np.nan)

    def step(self, valence: Floats, arousal: Floats, step: int) -> None:
        """Take in the mean feelings (n,) at `step`, NaN = nobody's; looked at twice a second."""
        turn = step % SAMPLE_STEPS
        if turn == 0:
            self._ring[0, self._row], self._ring[1, self._row] = valence, arousal
            self._row = (self._row + 1) % WINDOW
        elif turn == 1:  # no step does the work of both
            self._valence = correlations(self._ring[0])
        elif turn == 2:
            both = np.stack([self._valence, correlations(self._ring[1])])
            defined = ~np.isnan(both)
            count = defined.sum(axis=0)
            total = np.where(defined, both, 0.0).sum(axis=0)
            mean = np.full_like(total, np.nan)
            np.divide(total, count, out=mean, where=count > 0)
            self.now = mean.astype(np.float32)


def correlations(series: Doubles) -> Doubles:
    """Return (n, n) Pearson's r of every two of (time, n) series where both are known (not NaN).

    NaN where there are fewer than 40 such samples or either did not move in them.
    """
    n = series.shape[1]
    out = np.full((n, n), np.nan)
    lasting = np.flatnonzero(np.count_nonzero(~np.isnan(series), axis=0) >= ENOUGH)
    if not len(lasting):
        return out
    known = ~np.isnan(series[:, lasting])
    x, m = np.where(known, series[:, lasting], 0.0), known.astype(np.float64)
    count = np.maximum(_products(m, m), 1.0)
    sums, squares = _products(x, m), _products(x * x, m)  # of one while the other is known
    between = _products(x, x) - sums * sums.T / count
    within = squares - sums * sums / count
    moved = (within >= count * STILL**2) & (count >= ENOUGH)
    moved &= moved.T
    r = np.full_like(between, np.nan)
    np.divide(between, np.sqrt(np.maximum(within * within.T, 0.0)), out=r, where=moved)
    out[np.ix_(lasting, lasting)] = np.clip(r, -1.0, 1.0)
    return out


def _products(one: Doubles, other: Doubles) -> Doubles:
    """Return oneᵀ other of (time, n) arrays, by halves, too small for a BLAS to use threads for."""
    half = len(one) // 2
    first: Doubles = one[:half].T @ other[:half]
    first += one[half:].T @ other[half:]
    return first
