"""The circles that simulated people are in, and the ups and downs that a circle goes through.

Says nothing and feels nothing: `simulate` does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MOST_RINGS = 64
_UNEVEN = 0.8  # standard deviation of the logarithm of a circle's size
_ALONG = (-0.5, 1.0)  # the part of a circle's variance that is everybody's; below 0: against them
_CLOSE = (0.6, 2.6)  # times the mood's `shared`: how much the people of a circle move together


class Rings:
    """Everybody is in one of `circles` circles (1 to 64), each of at least one person if it can be.

    `of` (people,): whose circle is which, from 0. Sizes are uneven. Some circles go along with the
    ups and downs of all, some against them, some their own way; in some people are close, in others
    they hardly move together. The same seed gives the same.
    """

    def __init__(self, people: int, circles: int, seed: int) -> None:
        if not 1 <= circles <= MOST_RINGS:
            raise ValueError(f"there are at most {MOST_RINGS} circles")
        # Numbers of their own, so that people have the tempers that they have without circles.
        self._random = np.random.Generator(np.random.PCG64([seed, circles]))
        random = self._random
        size = np.exp(_UNEVEN * random.normal(size=circles))
        first = np.arange(min(people, circles))
        rest = random.choice(circles, max(people - circles, 0), p=size / size.sum())
        self.of: NDArray[np.int64] = random.permutation(np.concatenate([first, rest]))
        part = random.uniform(*_ALONG, size=(circles, 1))
        self._along = np.copysign(np.sqrt(np.abs(part)), part)
        self._close = random.uniform(*_CLOSE, size=(circles, 1))
        self._own = random.normal(size=(circles, 2))

    def move(self, kept: float) -> None:
        """Let each circle's own ups and downs go on, of which the part `kept` stays."""
        self._own *= kept
        self._own += np.sqrt(1.0 - kept * kept) * self._random.normal(size=self._own.shape)

    def shared(self, together: Array) -> Array:
        """Return what each person shares, (people, 2), where all share `together`, (2,).

        One circle's is of unit variance where `together` is, times how close its people are.
        """
        own = np.sqrt(1.0 - self._along * self._along) * self._own
        ours: Array = self._close * (self._along * together + own)
        return ours[self.of]
