"""From raw readings to published ones: never undefined, never out of range, never a jump.

Computes no statistic of its own but those that are made of time: momentum, arrivals, departures.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from ..core.clock import STEP, STEPS_PER_SECOND
from .signals import SIGNALS, Reading

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
    together, so that their sum stays 1. The line between the camps has no direction of its own: its
    angle takes the shorter way round and its offset changes sign with it, so that the line itself
    never jumps; while there is no line, the angle rests.

    What `begins` jumps: it is as though there had been nothing of it before.
    """

    def __init__(self) -> None:
        self._names = names = list(SIGNALS)
        self._low = np.array([signal.lo for signal in SIGNALS.values()], np.float64)
        self._high = np.array([signal.hi for signal in SIGNALS.values()], np.float64)
        self._neutral = np.array([signal.neutral for signal in SIGNALS.values()], np.float64)
        self._most = (self._high - self._low) * (SLEW_PER_SECOND * STEP)
        self._now = self._neutral.copy()
        self._shares = np.array([names.index(name) for name in SHARES])
        self._count = names.index("count")
        self._angle = names.index("divide_angle")
        self._offset = names.index("divide_offset")
        self._axis = 0j  # e^(2iθ), eased; 0: there has been no line yet

    def step(self, raw: Reading, begins: Collection[str] = ()) -> Reading:
        """Take in the raw reading of the next step and return the published one.

        `begins`: signals that follow nothing of what has been published of them.
        """
        wanted = np.array([raw[name] for name in self._names], np.float64)
        np.copyto(wanted, self._neutral, where=np.isnan(wanted))
        np.clip(wanted, self._low, self._high, out=wanted)
        if "divide_angle" in begins:
            self._axis = 0j
            self._now[self._angle] = wanted[self._angle]
        angle = self._turn(raw["divide_angle"])
        if math.cos(angle - wanted[self._angle]) < 0.0:
            wanted[self._offset] *= -1.0
        if begins:
            anew = [self._names.index(name) for name in begins]
            self._now[anew] = wanted[anew]
        change = (wanted - self._now) * -math.expm1(-STEP / EASE_SECONDS)
        excess = float((np.abs(change) / self._most)[self._shares].max())
        if excess > 1.0:
            change[self._shares] /= excess
        np.clip(change, -self._most, self._most, out=change)
        self._now += change
        self._now[self._angle] = angle
        self._now[self._count] = raw["count"]
        return dict(zip(self._names, self._now.tolist(), strict=True))

    def _turn(self, angle: float) -> float:
        """Return the published angle, turned towards the axis that lies at `angle`."""
        now = float(self._now[self._angle])
        if math.isnan(angle):
            return now
        axis = cmath.exp(2j * angle)
        ease = -math.expm1(-STEP / AXIS_SECONDS) if self._axis else 1.0
        self._axis += (axis - self._axis) * ease
        turn = math.remainder(cmath.phase(self._axis) / 2.0 - now, math.pi)
        most = float(self._most[self._angle])
        return math.remainder(now + min(max(turn, -most), most), math.tau)
