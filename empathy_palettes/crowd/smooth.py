"""From raw readings to published ones: never undefined, never out of range, never a jump.

Computes no statistic of its own but those that are made of time: momentum, arrivals, departures.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..core.clock import STEP, STEPS_PER_SECOND
from .signals import SIGNALS, Reading, neutral_reading

Doubles = NDArray[np.float64]

FAST_SECONDS = 3.0
SLOW_SECONDS = 15.0
FLOW_STEPS = 3 * STEPS_PER_SECOND
EASE_SECONDS = 0.15
AXIS_SECONDS = 0.5
SLEW_PER_SECOND = 0.5  # of a signal's span
SHARES = ("joy", "calm", "tension", "sorrow")


class Momentum:
    """How fast a mean is going, per second: the gap between a slow and a fast follower of it.

    (EMA₃ₛ − EMA₁₅ₛ) / 12 s, exact on a ramp. NaN while the mean is; begins at rest where it begins.
    """

    def __init__(self) -> None:
        self._fast = float("nan")
        self._slow = float("nan")

    def step(self, mean: float) -> float:
        """Take in the mean of the next step and return its momentum."""
        if math.isnan(mean) or math.isnan(self._fast):
            self._fast = self._slow = mean
        # STEP / (τ + STEP) makes a follower lag behind a ramp by exactly τ.
        self._fast += (mean - self._fast) * (STEP / (FAST_SECONDS + STEP))
        self._slow += (mean - self._slow) * (STEP / (SLOW_SECONDS + STEP))
        return (self._fast - self._slow) / (SLOW_SECONDS - FAST_SECONDS)


class Flow:
    """How many per second, over the last three seconds."""

    def __init__(self) -> None:
        self._ring = [0] * FLOW_STEPS
        self._at = 0
        self._sum = 0

    def step(self, happened: int) -> float:
        """Take in how many there were in the next step and return the rate."""
        self._sum += happened - self._ring[self._at]
        self._ring[self._at] = happened
        self._at = (self._at + 1) % FLOW_STEPS
        return self._sum * STEPS_PER_SECOND / FLOW_STEPS


class Smoother:
    """Publishes a raw reading: eases (τ .15 s) and moves by at most half of a span per second.

    Undefined goes to the signal's neutral. `count` is passed on as it is. The four shares move
    together, so that their sum stays 1. The line between the camps is an axis: its angle takes the
    shorter way round and its offset changes sign with it, so that the line itself never jumps;
    while there is no line, the angle rests.
    """

    def __init__(self) -> None:
        names = list(SIGNALS)
        self._names = names
        self._low = np.array([signal.lo for signal in SIGNALS.values()], np.float64)
        self._high = np.array([signal.hi for signal in SIGNALS.values()], np.float64)
        self._neutral = np.array([signal.neutral for signal in SIGNALS.values()], np.float64)
        self._most = (self._high - self._low) * (SLEW_PER_SECOND * STEP)
        self._now = self._neutral.copy()
        first = names.index(SHARES[0])
        if tuple(names[first : first + len(SHARES)]) != SHARES:
            raise ValueError(f"the table of signals must hold {SHARES} side by side")
        self._shares = slice(first, first + len(SHARES))
        self._axis = (0.0, 0.0)  # cos 2θ, sin 2θ, eased; (0, 0): there has been no line yet

    def step(self, raw: Reading) -> Reading:
        """Take in the raw reading of the next step and return the published one."""
        wanted = np.array([raw[name] for name in self._names], np.float64)
        undefined = np.isnan(wanted)
        np.copyto(wanted, self._neutral, where=undefined)
        np.clip(wanted, self._low, self._high, out=wanted)
        angle, offset = self._line(raw["divide_angle"], raw["divide_offset"])
        names = self._names
        wanted[names.index("divide_offset")] = offset
        change = (wanted - self._now) * -math.expm1(-STEP / EASE_SECONDS)
        excess = np.abs(change[self._shares]).max() / self._most[self._shares][0]
        if excess > 1.0:
            change[self._shares] /= excess
        np.clip(change, -self._most, self._most, out=change)
        self._now += change
        np.clip(self._now, self._low, self._high, out=self._now)
        self._now[names.index("divide_angle")] = angle
        self._now[names.index("count")] = raw["count"]
        return dict(zip(names, self._now.tolist(), strict=True))

    def _line(self, angle: float, offset: float) -> tuple[float, float]:
        """Return the angle to publish, and the offset wanted as seen along the published angle."""
        now = float(self._now[self._names.index("divide_angle")])
        if math.isnan(angle):
            return now, 0.0
        ...
