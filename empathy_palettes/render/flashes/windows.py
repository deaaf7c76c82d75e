"""How many transitions in a second, over how much of a window: counts over time and area.

Time is in whole microseconds, so that no sum of seconds ever drifts.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from ...core.flash import AREA

Mask = NDArray[np.bool_]  # (n,) or (rows, cols)
Counts = NDArray[np.uint16]  # (n,)
Held = NDArray[np.int32]  # how many points of a mask each place of a window has

SECOND = 1_000_000
SLACK = 500  # what a file that counts in milliseconds may be off by
NEVER = 1 << 62
MOST_FRAMES = 4096  # in a second: 30 MB of 320 x 180 points


class Second:
    """How many transitions each of `count` points has made in the second that ends now."""

    def __init__(self, count: int) -> None:
        self.counts: Counts = np.zeros(count, np.uint16)
        self._made: deque[tuple[int, NDArray[np.uint8]]] = deque()  # when, and eight in a byte

    @property
    def leaves(self) -> int:
        """When the oldest falls out of the second."""
        return self._made[0][0] + SECOND if self._made else NEVER

    def drop(self, until: int) -> bool:
        """Forget what was made at `until` or before; return whether any count has changed."""
        changed = False
        while self._made and self._made[0][0] <= until:
            gone = np.unpackbits(self._made.popleft()[1], count=len(self.counts))
            self.counts -= gone
            changed = True
        return changed

    def add(self, made: Mask | None, now: int) -> bool:
        """Add who made one at `now`, in microseconds; return whether any count has changed.

        What was a second ago, to half a millisecond, is in this second no more. Of more than
        `MOST_FRAMES` in a second the oldest are forgotten.
        """
        changed = self.drop(now - SECOND + SLACK)
        if made is not None and made.any():
            if len(self._made) == MOST_FRAMES:
                self.drop(self._made[0][0])
            self.counts += made
            self._made.append((now, np.packbits(made)))
            changed = True
        return changed


class Windows:
    """Every place of a window on a grid of points."""

    def __init__(self, grid: tuple[int, int], window: tuple[float, float]) -> None:
        """`grid`: rows and columns. `window`: its width and height as shares of the picture's."""
        self.grid = grid
        rows, cols = grid
        self._high = min(max(round(rows * window[1]), 1), rows)
        self._wide = min(max(round(cols * window[0]), 1), cols)
        self._sums = np.zeros((rows + 1, cols + 1), np.int32)

    @property
    def points(self) -> int:
        """How many points a window has."""
        return self._high * self._wide

    def worst(self, mask: Mask) -> tuple[float, Held]:
        """Return the largest share of any window that lies in a mask (n,), and `centre`'s input."""
        rows, cols = self.grid
        inside = self._sums[1:, 1:]
        np.cumsum(mask.reshape(rows, cols), axis=0, dtype=np.int32, out=inside)
        np.cumsum(inside, axis=1, out=inside)
        high, wide = self._high, self._wide
        sums = self._sums
        held = sums[high:, wide:] - sums[:-high, wide:]
        held -= sums[high:, :-wide]
        held += sums[:-high, :-wide]
        return float(held.max()) / self.points, held

    def centre(self, held: Held) -> tuple[float, float]:
        """Return the centre of the worst window, as shares of the picture's width and height."""
        rows, cols = self.grid
        ties = held == held.max()  # a whole picture that flashes does so in its middle
        row = float(np.flatnonzero(ties.any(axis=1)).mean())
        col = float(np.flatnonzero(ties.any(axis=0)).mean())
        return (col + self._wide / 2) / cols, (row + self._high / 2) / rows


class Reach:
    """The most transitions that more than a quarter of some window has made in the last second."""

    def __init__(self, windows: Windows) -> None:
        self.most = 0
        self.share = 0.0  # of that window
        self._held: Held | None = None
        self._windows = windows

    @property
    def where(self) -> tuple[float, float]:
        """The centre of that window, as shares of the picture's width and height."""
        return (0.5, 0.5) if self._held is None else self._windows.centre(self._held)

    def look(self, counts: Counts) -> None:
        """Look at the counts, (n,), of the present second."""
        tally = np.bincount(counts)[::-1].cumsum()[::-1]  # how many have made so many or more
        possible = int(np.count_nonzero(tally[1:] > AREA * self._windows.points))
        before = min(self.most, possible)
        self.most, self.share, self._held = before, 0.0, None
        while self.most < possible and self._holds(counts, self.most + 1):
            self.most += 1
        if self.most > before:
            return
        while self.most and not self._holds(counts, self.most):
            self.most -= 1

    def _holds(self, counts: Counts, most: int) -> bool:
        share, held = self._windows.worst(counts >= most)
        if share > AREA:
            self.share, self._held = share, held
        return share > AREA
