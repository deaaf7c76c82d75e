"""Who has been remembered longest: rows of a table in the order in which they were put here.

Does not know what is remembered of them, nor how many may be.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]

_NOT_HERE = -1
_FIRST_ROOM = 256
_LEAST_LOOK = 64


class Ages:
    """An ordered set of rows, oldest first, whole batches at a time.

    A log of rows in which only the last mention of a row counts, where `_at` says that it stands;
    what does not count is swept out when the log is full. So nothing moves when a row is taken
    out of the middle.
    """

    def __init__(self, rows: int) -> None:
        self._at = np.full(rows, _NOT_HERE, np.int32)
        self._log = np.zeros(_FIRST_ROOM, np.int32)
        self._head = 0
        self._tail = 0
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def reserve(self, rows: int) -> None:
        """Make room for row numbers below `rows`."""
        at = np.full(rows, _NOT_HERE, np.int32)
        at[: len(self._at)] = self._at
        self._at = at

    def has(self, rows: Rows) -> NDArray[np.bool_]:
        """Return which of `rows` are here; −1 never is."""
        here: NDArray[np.bool_] = self._at[rows] != _NOT_HERE
        return here

    def __contains__(self, row: int) -> bool:
        return bool(self._at[row] != _NOT_HERE)

    def put(self, row: int) -> None:
        """Make `row` the youngest, whether or not it was here."""
        if self._tail == len(self._log):
            self._sweep(1)
        self._count += row not in self
        self._at[row] = self._tail
        self._log[self._tail] = row
        self._tail += 1

    def put_all(self, rows: Rows) -> None:
        """Make `rows`, each given once, the youngest, the last of them last."""
        if self._tail + len(rows) > len(self._log):
            self._sweep(len(rows))
        end = self._tail + len(rows)
        self._count += len(rows) - int(np.count_nonzero(self.has(rows)))
        self._at[rows] = np.arange(self._tail, end)
        self._log[self._tail : end] = rows
        self._tail = end

    def drop(self, row: int) -> bool:
        """Take `row` out; return whether it was here."""
        was_here = row in self
        self._count -= was_here
        self._at[row] = _NOT_HERE
        return was_here

    def drop_all(self, rows: Rows) -> None:
        """Take `rows`, each given once, out; those that are not here are passed over."""
        self._count -= int(np.count_nonzero(self.has(rows)))
        self._at[rows] = _NOT_HERE

    def take_oldest(self, count: int) -> Rows:
        """Take out the oldest `count`, or all there are, and return them, oldest first."""
        found: list[Rows] = []
        count = min(count, self._count)
        while count > 0:
            span = np.arange(self._head, min(self._head + max(2 * count, _LEAST_LOOK), self._tail))
            rows = self._log[span]
            counts = np.flatnonzero(self._at[rows] == span)[:count]
            self._head = int(span[counts[-1] if len(counts) == count else -1]) + 1
            count -= len(counts)
            found.append(rows[counts].astype(np.int64))
            self.drop_all(found[-1])
        return np.concatenate(found) if found else np.empty(0, np.int64)

    def _sweep(self, more: int) -> None:
        """Keep what counts, and make room for `more` and for as many as there are."""
        span = np.arange(self._head, self._tail)
        rows = self._log[span]
        rows = rows[self._at[rows] == span]
        self._log = np.zeros(max(_FIRST_ROOM, 2 * (len(rows) + more)), np.int32)
        self._log[: len(rows)] = rows
        self._at[rows] = np.arange(len(rows))
        self._head, self._tail = 0, len(rows)
