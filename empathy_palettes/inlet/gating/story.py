"""What of a batch held when: by what somebody had said before, and what they take back after.

Knows rows and their order only, not what was said.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .registry import Rows

Mask = NDArray[np.bool_]


def as_told(rows: Rows, at: Rows, after: Mask, before: Mask) -> Mask:
    """Return for each entry of a batch what held of its row then.

    `rows`: (n,) of all entries. `at`: (k,) ascending, the entries that changed what holds of their
    rows, to `after` (k,). `before`: (n,), what held of each at the beginning.
    """
    key = _keys(rows)
    order = np.argsort(key[at])
    place = np.searchsorted(key[at][order], key, side="right") - 1
    last = order[place]
    told = (place >= 0) & (rows[at][last] == rows)
    return np.where(told, after[last], before)


def taken_back(rows: Rows, at: Rows) -> Mask:
    """Return for each entry of a batch whether one of `at`, of the same row, comes after it."""
    if len(at) == 0:
        return np.zeros(len(rows), np.bool_)
    key = _keys(rows)
    ends = np.sort(key[at])
    following = np.searchsorted(ends, key, side="right")
    there = following < len(ends)
    following[~there] = 0
    same: Mask = ends[following] // len(rows) == rows
    return there & same


def _keys(rows: Rows) -> Rows:
    """One number per entry, by which entries sort by row, and by turn where the row is the same."""
    return rows * len(rows) + np.arange(len(rows))
