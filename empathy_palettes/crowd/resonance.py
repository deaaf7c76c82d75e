"""Resonance: how much people's feelings moved together during the last minute.

An association, never a cause: it does not tell contagion from a film that all are watching.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .minute import BLOCK, UNITS, WINDOW, Block, Minute
from .series import mean_of_pairs
from .table import People

Floats = NDArray[np.float32]

ENOUGH = 40  # samples: 20 s here before somebody counts
STILL = 0.01  # a standard deviation below this is no movement


class Resonance:
    """Follows people's valence and arousal; `value` is their mean correlation, NaN below two.

    The mean of valence's and arousal's mean pairwise correlation, each in [−1/(n−1), 1] over the n
    people who have been here for 20 s or more and moved, or of the one that is defined. Somebody
    here for less than the whole minute counts with their own mean for the time before, which draws
    their correlations towards 0. Sampled twice a second (`minute`); the work of a large crowd is
    spread over the steps until the next sample, and `value` is renewed when it is done. `voices`:
    of how many people it is, at least; 0 where it is NaN.
    """

    def __init__(self) -> None:
        self.value = float("nan")
        self.voices = 0
        self.minute = Minute()
        self._sums = (_Sum(), _Sum())  # valence's and arousal's, of the blocks so far
        self._series = np.empty((WINDOW, BLOCK), np.float32)
        self._squares = np.empty((WINDOW, BLOCK), np.float32)

    def step(self, people: People, step: int) -> None:
        """Take in the crowd as it is at `step`."""
        for block in self.minute.step(people, step):
            for axis, sums in enumerate(self._sums):
                self._add(block, axis, sums)
        if self.minute.complete:
            both = [(sums.correlation(self.minute.row), sums.people) for sums in self._sums]
            defined = [(value, people) for value, people in both if value == value]
            self.voices = min((people for _, people in defined), default=0)
            found = [value for value, _ in defined]
            self.value = sum(found) / len(found) if found else float("nan")
            self._sums = (_Sum(), _Sum())

    def _add(self, block: Block, axis: int, sums: _Sum) -> None:
        length = block.length[axis]
        if length.max() < ENOUGH:
            return
        series = self._series
        np.copyto(series, block.ring[axis])
        # Whole numbers below 2²⁴: these float32 sums are exact, in whatever order they are made.
        total = _ONES @ series
        squares = _ONES @ np.multiply(series, series, out=self._squares)
        samples = np.maximum(length, 1).astype(np.float64)
        mean = total / samples
        squares = squares - samples * mean * mean
        moved = (length >= ENOUGH) & (squares >= samples * (STILL * UNITS) ** 2)
        scale = np.zeros(BLOCK)
        np.divide(1.0, np.sqrt(squares, where=moved, out=np.ones(BLOCK)), out=scale, where=moved)
        sums.people += int(np.count_nonzero(moved))
        sums.series += series @ scale.astype(np.float32)
        sums.means += np.bincount(WINDOW - length, scale * mean, minlength=WINDOW + 1)


_ONES = np.ones(WINDOW, np.float32)


class _Sum:
    """The sum of unit-length series of one feeling, in two parts: Σ scale · x and Σ scale · mean.

    `series` (120,) as the ring lies; `means` (121,) by the time, oldest first, from which on they
    are to be taken off: that of everybody's first sample.
    """

    def __init__(self) -> None:
        self.people = 0
        self.series = np.zeros(WINDOW)
        self.means = np.zeros(WINDOW + 1)

    def correlation(self, row: int) -> float:
        """Mean pairwise correlation, `row` being the newest sample's."""
        oldest_first = np.roll(self.series, -(row + 1)) - self.means[:WINDOW].cumsum()
        return mean_of_pairs(float((oldest_first**2).sum()), self.people)
