"""`live`: a signal of the crowd, its usual range widened to its whole span.

A real crowd's mean moves within about ±.2 of neutral; without this a wall hardly moves. Never
says more than three times what is there, and never turns neutral into anything else.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..core.clock import STEPS_PER_SECOND
from .arithmetic import Number
from .memory import Scope

MOST_GAIN = 3.0
FEWEST_PEOPLE = 20
_MEMORY_S = 3_600.0  # what was an hour ago counts 1/e
_PRIOR_S = 60.0  # at first as if the signal had been everywhere, evenly, for a minute
_EVERY = 6  # steps between two looks
_BINS = 128
_TAIL = 0.1  # the range is what lies between the tenth and the ninetieth percent


class Live:
    """The range of one signal over the last hour, and the signal widened by it."""

    def __init__(self, seed: int = 0) -> None:
        self._bins: NDArray[np.float64] = np.full(_BINS, _PRIOR_S / _BINS)
        self._age = 0
        self._low, self._high = _TAIL, 1.0 - _TAIL

    def step(self, scope: Scope, *values: Number) -> Number:
        """Take (signal, least, most, how many people): numbers, not arrays."""
        x, least, most, count = (float(value) for value in values)
        place = min(max((x - least) / (most - least), 0.0), 1.0)
        if count >= FEWEST_PEOPLE:
            if self._age % _EVERY == 0:
                self._look(place)
            self._age += 1
        middle, gain = self._widening(bipolar=least < 0.0 < most, neutral=-least / (most - least))
        wide = min(max(middle + gain * (place - middle), 0.0), 1.0)
        return least + (most - least) * wide

    def _look(self, place: float) -> None:
        """Add what the signal is now; ease the old out; find the range anew."""
        seconds = _EVERY / STEPS_PER_SECOND
        self._bins *= np.exp(-seconds / _MEMORY_S)
        self._bins[min(int(place * _BINS), _BINS - 1)] += seconds
        total = np.concatenate(([0.0], np.cumsum(self._bins)))
        edges = np.linspace(0.0, 1.0, _BINS + 1)
        tails = np.array([_TAIL, 1.0 - _TAIL]) * total[-1]
        self._low, self._high = (float(edge) for edge in np.interp(tails, total, edges))

    def _widening(self, *, bipolar: bool, neutral: float) -> tuple[float, float]:
        """Return the place that stays where it is, and the gain about it.

        Neutral stays where the signal has two sides: its wider side reaches the end of the span.
        Else the place that a stretch from [low, high] to [0, 1] leaves alone stays, so that a
        signal that does not move is shown as it is.
        """
        if bipolar:
            reach = max((neutral - self._low) / neutral, (self._high - neutral) / (1.0 - neutral))
            return neutral, min(MOST_GAIN, 1.0 / max(reach, 1.0 / MOST_GAIN))
        width = self._high - self._low
        return self._low / (1.0 - width), min(MOST_GAIN, 1.0 / max(width, 1.0 / MOST_GAIN))
