"""A block of memory that datagrams are packed into as they are read, and lent from.

Reads no socket: `udp`, `mmsg` and `nap` do.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..osc import DEFAULT_LIMITS
from .datagrams import Bytes, Datagrams, Ints

LONGEST = DEFAULT_LIMITS.datagram + 1  # bytes; a longer one is cut here, and rejected by its size
STRIDE = DEFAULT_LIMITS.datagram + 64  # of rows: another cache line than the row's before it

_BYTES = 8 * 1024 * 1024
_DATAGRAMS = 1 << 17
_WIDEST = -(-LONGEST // 4) * 4
_CLASSES = (64, 256, 1_024, 4_096)  # bytes: rows of a class take as much room as its longest


class Block:
    """Room for `size` bytes of datagrams, 131,072 of them at most; untouched memory costs nothing.

    Filled by `pack`, emptied from the front by `lend`; `clear` makes room again. Each begins at a
    multiple of four; between one and the next may lie bytes that belong to neither.
    """

    def __init__(self, size: int = _BYTES) -> None:
        self._data = np.empty(size + _WIDEST, np.uint8)
        self._start = np.empty(_DATAGRAMS, np.int64)
        self._length = np.empty(_DATAGRAMS, np.int64)
        self._host = np.empty((_DATAGRAMS, 2), np.uint64)
        self._port = np.empty(_DATAGRAMS, np.uint16)
        self.clear()

    def __len__(self) -> int:
        """How many wait to be lent."""
        return self._count - self._lent

    def clear(self) -> None:
        """Forget everything; what was lent is written over from now on."""
        self._used = 0
        self._count = 0
        self._lent = 0

    def room(self) -> int:
        """Return how many datagrams there is room for, whatever their lengths; 0 = full."""
        return min((len(self._data) - self._used) // _WIDEST, _DATAGRAMS - self._count)

    def fits(self, lent: Datagrams) -> bool:
        """Return whether there is room for these."""
        longest = int(lent.length.max(initial=0)) + 3
        size, room = len(lent) * longest, len(self._data) - self._used
        return size <= room and len(lent) <= _DATAGRAMS - self._count

    def pack(self, lent: Datagrams) -> None:
        """Append datagrams that a receiver lends in rows of `STRIDE`, as many as there is room for.

        Rows of about one length are copied together, so that their lengths need no loop.
        """
        count, length = len(lent), lent.length
        if not count:
            return
        rows = lent.data[: count * STRIDE].reshape(count, STRIDE)
        longest = int(length.max())
        here = slice(self._count, self._count + count)
        self._length[here] = length
        self._host[here] = lent.host
        self._port[here] = lent.port
        starts = self._start[here]
        if longest <= _CLASSES[0] or int(length.min()) * 2 > longest:
            starts[:] = self._copy(rows, longest)
        else:
            classes = np.searchsorted(_CLASSES, length)
            for number in np.unique(classes):
                which = np.flatnonzero(classes == number)
                starts[which] = self._copy(rows, int(length[which].max()), which)
        self._count += count

    def _copy(self, rows: Bytes, longest: int, which: NDArray[np.intp] | None = None) -> Ints:
        """Copy the first bytes of some rows; return where each begins."""
        width = -(-longest // 4) * 4
        some = rows[:, :width] if which is None else rows[which, :width]
        end = self._used + len(some) * width
        self._data[self._used : end].reshape(len(some), width)[:] = some
        starts = np.arange(len(some)) * width + self._used
        self._used = end
        return starts

    def lend(self, most: int) -> Datagrams:
        """Return the oldest `most` that have not been lent, without copying them."""
        here = slice(self._lent, min(self._lent + most, self._count))
        self._lent = here.stop
        return Datagrams(
            self._data[: self._used],
            self._start[here],
            self._length[here],
            self._host[here],
            self._port[here],
        )
