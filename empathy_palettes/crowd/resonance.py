"""Resonance: how much people's feelings moved together during the last minute.

An association, never a cause: it does not tell contagion from a film that all are watching.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..core.clock import STEPS_PER_SECOND
from .table import People

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

SAMPLE_STEPS = STEPS_PER_SECOND // 2  # the series are kept at 2 Hz
WINDOW = 120  # samples: 60 s
ENOUGH = 40  # samples: 20 s here before somebody counts
STILL = 0.01  # a standard deviation below this is no movement
AROUSAL_LAG = SAMPLE_STEPS // 3  # steps; arousal's turn, so that no step does the work of both


class Resonance:
    """Follows people's valence and arousal; `value` is their mean correlation, NaN below two.

    The mean of valence's and arousal's `Track.correlation`, or of the one that is defined.
    """

    def __init__(self) -> None:
        self.value = float("nan")
        self._valence = Track()
        self._arousal = Track()

    def step(self, people: People, step: int) -> None:
        """Take in the crowd as it is at `step`; each feeling is looked at twice a second."""
        turn = step % SAMPLE_STEPS
        if turn == 0:
            self._valence.record(people.valence[: people.reach], people.born[: people.reach])
        elif turn == AROUSAL_LAG:
            self._arousal.record(people.arousal[: people.reach], people.born[: people.reach])
        else:
            return
        both = (self._valence.correlation, self._arousal.correlation)
        defined = [value for value in both if value == value]
        self.value = sum(defined) / len(defined) if defined else float("nan")


class Track:
    """One feeling of everybody over the last minute, and its mean pairwise correlation.

    `correlation` in [−1/(n−1), 1] over the n people who have been here for 20 s or more and moved;
    NaN for n < 2. Somebody here for less than the whole window counts with their own mean for the
    time before, which draws their correlations towards 0.
    """

    def __init__(self) -> None:
        self.correlation = float("nan")
        self._ring = np.zeros((WINDOW, 0), np.float32)  # zero where there was nobody
        self._row = 0
        self._length = np.zeros(0, np.int64)  # samples kept of the person in a slot
        self._born = np.zeros(0, np.int64)

    def record(self, values: Floats, born: Ints) -> None:
        """Append each slot's value (NaN = nobody, or never said), and work out the correlation.

        A slot whose `born` has changed holds somebody new, whose series begins now. Slots from
        `len(values)` on are empty.
        """
        slots = len(values)
        if slots > len(self._born):
            self._widen(slots)
        self._length[slots:] = 0
        fresh = born != self._born[:slots]
        if fresh.any():
            self._ring[:, :slots][:, fresh] = 0.0
            self._length[:slots][fresh] = 0
            self._born[:slots] = born
        said = ~np.isnan(values)
        self._ring[self._row, slots:] = 0.0
        self._ring[self._row, :slots] = np.where(said, values, 0.0)
        self._length[:slots] = np.minimum(self._length[:slots] + said, WINDOW)
        self._row = (self._row + 1) % WINDOW
        self.correlation = self._correlate(slots)

    def _correlate(self, slots: int) -> float:
        """Mean pairwise correlation from unit-length series z: (‖Σ z‖² − n) / (n (n−1))."""
        length = self._length[:slots]
        if np.count_nonzero(length >= ENOUGH) < 2:
            return float("nan")
        ring = self._ring[:, :slots]
        samples = np.maximum(length, 1)
        mean = np.einsum("ti->i", ring) / samples
        squares = np.einsum("ti,ti->i", ring, ring) - samples * mean * mean
        moved = (length >= ENOUGH) & (squares >= samples * STILL**2)
        people = int(np.count_nonzero(moved))
        if people < 2:
            return float("nan")
        scale = np.where(moved, 1.0 / np.sqrt(np.where(moved, squares, 1.0)), 0.0)
        # Σ z at each time is Σ scale · x − Σ scale · mean, the latter over those here by then.
        total = np.einsum("ti,i->t", ring, scale.astype(np.float32)).astype(np.float64)
        joined = np.bincount(WINDOW - length, scale * mean, minlength=WINDOW + 1)[:WINDOW]
        oldest_first = np.roll(total, -self._row) - joined.cumsum()
        return (float((oldest_first**2).sum()) - people) / (people * (people - 1))

    def _widen(self, slots: int) -> None:
        size = max(64, 1 << (slots - 1).bit_length())
        ring = np.zeros((WINDOW, size), np.float32)
        ring[:, : self._ring.shape[1]] = self._ring
        self._ring = ring
        self._length = np.concatenate([self._length, np.zeros(size - len(self._length), np.int64)])
        self._born = np.concatenate([self._born, np.zeros(size - len(self._born), np.int64)])
