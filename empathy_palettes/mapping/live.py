"""`live`: a signal of the crowd, its usual range widened to its whole span.

A real crowd's mean moves within about ±.2 of neutral; without this a wall hardly moves. Never
says more than three times what is there, and never turns neutral into anything else.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..core.clock import STEPS_PER_SECOND
from .arithmetic import Number
from .memory import Scope

MOST_GAIN = 3.0
FEWEST_PEOPLE = 20
_MEMORY_S = 3_600.0  # what was an hour ago counts 1/e
_PRIOR_S = 60.0  # as if it had been everywhere, evenly, for a minute: the gain grows from 1
_EVERY = 6  # steps between two looks
_BINS = 128
_TAIL = 0.1  # the range is what lies between the tenth and the ninetieth percent


class Live:
    """The range of one signal over the last hour, and the signal widened by it."""

    def __init__(self, seed: int = 0) -> None:
        self._bins: NDArray[np.float64] = np.full(_BINS, _PRIOR_S / _BINS)
        self._prior = _PRIOR_S
        self._age = 0
        self._pivot, self._gain = 0.5, 1.0

    def step(self, scope: Scope, *values: Number) -> Number:
        """Take (signal, least, most, how many people): numbers, not arrays."""
        x, least, most, count = (float(value) for value in values)
        span = most - least
        if count >= FEWEST_PEOPLE:
            if self._age % _EVERY == 0:
                place = min(max((x - least) / span, 0.0), 1.0)
                self._look(place, neutral=-least / span)
            self._age += 1
        pivot = 0.0 if least < 0.0 < most else least + span * self._pivot
        return min(max(x + (self._gain - 1.0) * (x - pivot), least), most)

    def _look(self, place: float, neutral: float) -> None:
        """Add what the signal is now, ease the old out, and find pivot and gain anew.

        The pivot is the place that stays where it is. It is neutral where the signal has two sides,
        and its wider side reaches the end of the span. Else it is the place that a stretch from
        [low, high] to [0, 1] leaves alone, so that a signal that does not move is shown as it is.
        """
        seconds = _EVERY / STEPS_PER_SECOND
        left = math.exp(-seconds / _MEMORY_S)
        self._prior *= left
        self._bins *= left
        self._bins[min(int(place * _BINS), _BINS - 1)] += seconds
        low, high = self._range()
        if 0.0 < neutral < 1.0:
            self._pivot = neutral
            reach = max((neutral - low) / neutral, (high - neutral) / (1.0 - neutral))
        else:
            reach = high - low
            self._pivot = low / (1.0 - reach)
        gain = min(MOST_GAIN, 1.0 / max(reach, 1.0 / MOST_GAIN))
        seen = 1.0 - self._prior / float(self._bins.sum())
        self._gain = 1.0 + (gain - 1.0) * seen

    def _range(self) -> tuple[float, float]:
        total = self._bins.cumsum()
        whole = float(total[-1])
        return self._place(total, _TAIL * whole), self._place(total, (1.0 - _TAIL) * whole)

    def _place(self, total: NDArray[np.float64], part: float) -> float:
        """Where the bins have added up to `part`, which is less than all of them: no bin is 0."""
        at = int(total.searchsorted(part, "right"))
        below = float(total[at - 1]) if at else 0.0
        return at / _BINS + (part - below) * (1.0 / _BINS / (float(total[at]) - below))
