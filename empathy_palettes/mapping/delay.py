"""`delay`: what a value was some seconds ago.

Keeps as many steps as the longest delay it was ever asked for, at most a minute: for 4,096 people
that is 1 MB a second.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.clock import STEPS_PER_SECOND
from .arithmetic import Array, Number
from .memory import Scope

LONGEST_DELAY = 60.0  # seconds


class Delay:
    """What a value was some seconds ago, between two steps by a straight line."""

    def __init__(self, seed: int = 0) -> None:
        self._rows: NDArray[np.floating[Any]] | None = None
        self._newest = 0

    def step(self, scope: Scope, *values: Number) -> Number:
        """Take (x, seconds up to `LONGEST_DELAY`); before there is a past, x itself."""
        x = np.asarray(values[0])
        back = np.clip(values[1], 0.0, LONGEST_DELAY) * STEPS_PER_SECOND
        whole = np.floor(back).astype(np.intp)
        rows = self._room(x, int(whole.max()) + 2)
        self._newest = (self._newest + 1) % len(rows)
        rows[self._newest] = x
        if scope.reborn is not None and x.ndim and scope.reborn.any():
            rows[:, scope.reborn] = x[scope.reborn]
        near, far = (self._newest - whole) % len(rows), (self._newest - whole - 1) % len(rows)
        part = back - whole
        if whole.ndim:
            past = rows.reshape(len(rows), -1)
            slot = np.arange(len(whole)) if x.ndim else np.zeros(1, np.intp)
            mixed: Array = past[near, slot] * (1.0 - part) + past[far, slot] * part
            return mixed
        value: Array = rows[near] * (1.0 - part) + rows[far] * part
        return value if x.ndim else float(value)

    def _room(self, x: NDArray[Any], wanted: int) -> NDArray[np.floating[Any]]:
        """Return the ring of past values, at least `wanted` long, its unknown past filled."""
        rows = self._rows
        if rows is None or rows.ndim != x.ndim + 1:
            rows = np.repeat(x[np.newaxis], wanted, axis=0)
            self._newest = 0
        if rows.shape[1:] != x.shape:  # slots that have come have no past, those gone no more
            more = np.repeat(x[np.newaxis, rows.shape[1] :], len(rows), axis=0)
            rows = np.concatenate((rows[:, : len(x)], more), axis=1)
        if len(rows) < wanted:
            ordered = np.roll(rows, -1 - self._newest, axis=0)
            unknown = np.repeat(ordered[:1], wanted - len(rows), axis=0)
            rows = np.concatenate((unknown, ordered))
            self._newest = wanted - 1
        self._rows = rows
        return rows
