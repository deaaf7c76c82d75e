"""The course of a film: what stands at each instant, what was worst, and for how long.

Between two frames nothing is seen, but time goes by: a transition falls out of the second at an
instant of its own, whenever the next frame may come. Time is in whole microseconds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...core.flash import (
    EXTENDED_OF_SECONDS,
    EXTENDED_SECONDS,
    EXTENDED_TRANSITIONS,
    MOST_TRANSITIONS,
)
from .verdict import Finding
from .windows import SECOND, SLACK, Counts, Mask, Reach, Second, Windows

TENTHS = 10  # of a second that the series tells apart

_LONG = EXTENDED_OF_SECONDS * SECOND
_TENTH = SECOND // TENTHS


class Course:
    """One kind of flash over the film: its counts now, and its worst second.

    `rules`: by how many rules it is counted; of their counts the greatest holds at each point.
    """

    def __init__(self, count: int, windows: Windows, rules: int = 1) -> None:
        self.reach = Reach(windows)
        self._seconds = [Second(count) for _ in range(rules)]
        self.counts: Counts = self._seconds[0].counts  # transitions of each point, a second's
        self._worst: tuple[int, float] = (0, 0.0)  # transitions, and the share of a window
        self._at = 0
        self._where = (0.5, 0.5)
        self._points = np.zeros(count, np.bool_)

    @property
    def leaves(self) -> int:
        """When the next transition falls out of the second."""
        return min(second.leaves for second in self._seconds)

    def leave(self, now: int) -> None:
        """Let fall out of the second what is a second old."""
        if any([second.drop(now - SECOND) for second in self._seconds]):
            self._look()

    def add(self, made: Sequence[Mask | None], now: int) -> None:
        """Add who made a transition, by each rule, in the frame that comes now."""
        pairs = zip(self._seconds, made, strict=True)
        if not any([second.add(mask, now) for second, mask in pairs]):
            return
        self._look()
        found = (self.reach.most, self.reach.share)
        if found > self._worst:
            self._worst, self._at, self._where = found, now, self.reach.where
            np.greater_equal(self.counts, self.reach.most, out=self._points)

    def points(self) -> Mask:
        """Return who made the worst second, (n,)."""
        return self._points.copy()

    def finding(self, size: tuple[int, int]) -> Finding:
        """Return the worst second, for a picture of `size`."""
        most, share = self._worst
        return Finding(
            passed=most <= MOST_TRANSITIONS,
            share=share,
            second=max(self._at - SECOND, 0) / SECOND,
            flashes=most / 2,
            where=(self._where[0] * size[0], self._where[1] * size[1]),
        )

    def _look(self) -> None:
        self.counts = self._seconds[0].counts
        for second in self._seconds[1:]:
            self.counts = np.maximum(self.counts, second.counts)
        self.reach.look(self.counts)


class Held:
    """For how much of any five seconds there were four transitions or more in each."""

    def __init__(self, count: int) -> None:
        self._points = np.zeros(count, np.bool_)
        self._parts: deque[tuple[int, int]] = deque()  # from when to when
        self._worst = (0, 0)  # how long in all, and transitions
        self._found = Finding()

    def add(self, course: Course, begin: int, end: int) -> None:
        """Take the time from `begin` to `end`, through which the counts of a course stood still.

        The five seconds that hold the most of it end where some part of it ends.
        """
        reach = course.reach
        if reach.most < EXTENDED_TRANSITIONS:
            return
        if self._parts and self._parts[-1][1] == begin:
            self._parts[-1] = self._parts[-1][0], end
        else:
            self._parts.append((begin, end))
        while self._parts[0][1] <= begin - _LONG:
            self._parts.popleft()
        held = int(self.lasted(np.array([end]))[0])
        if (held, reach.most) > self._worst:
            self._worst = (held, reach.most)
            np.greater_equal(course.counts, EXTENDED_TRANSITIONS, out=self._points)
            self._found = Finding(
                held < EXTENDED_SECONDS * SECOND - 2 * SLACK,
                reach.share,
                max(end - _LONG, 0) / SECOND,
                reach.most / 2,
                reach.where,
                held / SECOND,
            )

    def lasted(self, instants: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return for how long it was held in the five seconds before each instant, (n,).

        Of instants that are no earlier than what was added last.
        """
        if not self._parts:
            return np.zeros(len(instants), np.int64)
        begin, end = np.array(self._parts, np.int64).T
        till = instants[:, None]
        over = np.minimum(end, till) - np.maximum(begin, till - _LONG)
        total: NDArray[np.int64] = np.maximum(over, 0).sum(axis=1)
        return total

    def finding(self, size: tuple[int, int]) -> Finding:
        """Return the worst of it, for a picture of `size`."""
        found = self._found
        where = (found.where[0] * size[0], found.where[1] * size[1])
        return Finding(found.passed, found.share, found.second, found.flashes, where, found.held)

    def points(self) -> Mask:
        """Return who made the worst of it, (n,)."""
        return self._points.copy()


class Tenths:
    """The greatest of some numbers in each tenth of a second, as long as a film may be."""

    def __init__(self, numbers: int) -> None:
        self._table = np.zeros((numbers, 64), np.float32)
        self._used = 0

    def add(self, begin: int, numbers: Sequence[ArrayLike], many: int) -> None:
        """Add numbers, one or `many` each, for so many tenths from that of `begin` on."""
        first = begin // _TENTH
        end = first + many
        if end > self._table.shape[1]:
            longer = np.zeros((len(self._table), max(end, 2 * self._table.shape[1])), np.float32)
            longer[:, : self._used] = self._table[:, : self._used]
            self._table = longer
        self._used = max(self._used, end)
        for row, number in zip(self._table, numbers, strict=True):
            np.maximum(row[first:end], number, out=row[first:end])

    def table(self) -> NDArray[np.float32]:
        """Return them, (numbers, tenths)."""
        return self._table[:, : self._used].copy()


def tenths(begin: int, end: int) -> NDArray[np.int64]:
    """Return two instants, and between them those at which a tenth ends."""
    last = max((end - SLACK) // _TENTH, begin // _TENTH)
    edges = np.arange(begin // _TENTH, last + 2, dtype=np.int64) * _TENTH
    return np.clip(edges, begin, end)
