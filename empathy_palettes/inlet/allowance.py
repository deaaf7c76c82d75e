"""How many of something may come per second, counted in steps.

Does not know what it counts, and reads no clock.
"""

from __future__ import annotations

from ..core.clock import STEPS_PER_SECOND


class Allowance:
    """A token bucket: `each_second` at once, and as many again per second of steps."""

    def __init__(self, each_second: int) -> None:
        self._each_second = each_second
        self._full = each_second * STEPS_PER_SECOND  # in whole numbers: one costs a second's steps
        self._left = self._full
        self._step = 0

    def left(self, step: int) -> int:
        """Return how many there are at `step`."""
        passed = max(step - self._step, 0)
        self._left = min(self._full, self._left + passed * self._each_second)
        self._step = step
        return self._left // STEPS_PER_SECOND

    def take(self, step: int, wanted: int = 1) -> int:
        """Take as many of those `wanted` as there are at `step`; return how many."""
        taken = min(self.left(step), wanted)
        self._left -= taken * STEPS_PER_SECOND
        return taken
