"""Resonance within each circle: how much its people's feelings moved together in the last minute.

An association, never a cause. Says the same of a circle as `resonance` would of a crowd of it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .minute import BLOCK, UNITS, WINDOW, Minute
from .resonance import ENOUGH, STILL
from .series import mean_of_pairs
from .table import People, Slots

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

AT_A_TIME = 3  # circles at a step: all 64 have their turn between two samples
MOST = 512  # of a circle, evenly chosen by slot: its mean correlation is then known to about ±.01


class Within:
    """Each circle's mean pairwise correlation, the mean of valence's and arousal's.

    `value` (circles,) f4: by number from 1, in [−1/(n−1), 1], NaN below two people who have been
    here for 20 s and moved. A circle is renewed twice a second where there are up to 4,096 slots in
    use, and at least every six seconds however many there are: a minute's resonance is slow.
    `voices` (circles,) i4: of how many people each value is, at least; 0 where it is NaN.
    """

    def __init__(self, circles: int) -> None:
        self.value: Floats = np.full(circles, np.nan, np.float32)
        self.voices = np.zeros(circles, np.int32)
        self._ready = False  # the newest sample has been tidied in every block
        self._next = 0

    def step(self, people: People, members: NDArray[np.int32], step: int, minute: Minute) -> None:
        """Go to `step`, where `minute` is already; `members` (circles,): how many each has."""
        if minute.sampled == step:
            self._ready = False
        self._ready |= minute.complete
        self.value[members < 2] = np.nan
        self.voices[members < 2] = 0
        several = np.flatnonzero(members >= 2)
        if not self._ready or not len(several):
            return
        at = int(np.searchsorted(several, self._next))
        turn = np.roll(several, -at)[:AT_A_TIME].tolist()
        self._next = turn[-1] + 1
        for place in turn:
            slots = np.flatnonzero(people.circle[: people.reach] == place + 1)
            slots = slots[:: -(-len(slots) // MOST) or 1]
            self.value[place], self.voices[place] = _resonance(slots, minute)


def _resonance(slots: Slots, minute: Minute) -> tuple[float, int]:
    """The mean of valence's and arousal's, or of the one that is defined; and of how many."""
    slots = slots[slots < len(minute.in_use) * BLOCK]
    if len(slots) < 2:
        return float("nan"), 0
    block, place = np.divmod(slots, BLOCK)
    series = np.empty((2, WINDOW, len(slots)), np.float32)
    length = np.empty((2, len(slots)), np.int64)
    edges = np.flatnonzero(np.diff(block, prepend=-1)).tolist()
    for start, stop in zip(edges, [*edges[1:], len(slots)], strict=True):
        here = minute.blocks[int(block[start])]
        series[:, :, start:stop] = here.ring[:, :, place[start:stop]]
        length[:, start:stop] = here.length[:, place[start:stop]]
    both = [_correlation(series[axis], length[axis], minute.row) for axis in (0, 1)]
    defined = [(value, people) for value, people in both if value == value]
    if not defined:
        return float("nan"), 0
    return sum(value for value, _ in defined) / len(defined), min(people for _, people in defined)


def _correlation(series: Floats, length: NDArray[np.int64], newest: int) -> tuple[float, int]:
    """Mean pairwise correlation of (120, n) samples in whole units, zero before the first.

    And of how many people it is.
    """
    samples = np.maximum(length, 1)
    mean = series.sum(axis=0, dtype=np.float64) / samples
    squares = np.einsum("ti,ti->i", series, series, dtype=np.float64) - samples * mean * mean
    moved = (length >= ENOUGH) & (squares >= samples * (STILL * UNITS) ** 2)
    people = int(np.count_nonzero(moved))
    if people < 2:
        return float("nan"), people
    oldest_first = np.roll(series[:, moved], -(newest + 1), axis=0).astype(np.float64)
    there = np.arange(WINDOW)[:, None] >= WINDOW - length[moved]
    unit = (oldest_first - mean[moved]) * there / np.sqrt(squares[moved])
    return mean_of_pairs(float((unit.sum(axis=1) ** 2).sum()), people), people
