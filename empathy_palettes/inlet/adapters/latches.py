"""What each participant of one adapter said last, value by value, until enough is there to tell.

Knows no addresses. A device sends one number at a time; here they come together.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...core.clock import STEPS_PER_SECOND
from ..said import Said, said
from ..sample import Kind
from .adapter import Adapter, Value
from .calibrate import Calibration
from .mixing import Mixing

EVERY_STEPS = 3  # at most 20 times a second
_NEVER = -(10**15)
_ROOM = 16
_NO_WORD = 0


class Latches:
    """The rows of one adapter's participants; `origin`: the inlet that they come through.

    What a commit is waited for with counts from the commit on, else at once. `due` is empty but
    for those who said something since, and at least three steps ago were heard last.
    """

    def __init__(self, adapter: Adapter, kind: Kind, origin: int) -> None:
        columns = adapter.columns
        self._kind, self._origin = kind, origin
        self._stale = round(adapter.stale * STEPS_PER_SECOND)
        self._commits = any(message.commit for message in adapter.message)
        values = [adapter.value.get(name, Value()) for name in columns]
        self._derived = [
            (len(adapter.sent) + place, [columns.index(name) for name in value.greatest_of])
            for place, value in enumerate(values[len(adapter.sent) :])
        ]
        self._mixing = Mixing(adapter)
        self._calibration = Calibration(values, 0)
        self._width = len(columns)
        self._free: list[int] = []
        self._rows = 0
        self._allocate(0)

    def _allocate(self, rows: int) -> None:
        self._name = np.zeros((rows, 2), np.uint64)
        self._number = np.full((rows, self._width), np.nan)
        self._heard = np.full((rows, self._width), _NEVER, np.int64)
        self._next = np.full((rows, self._width if self._commits else 0), np.nan)
        self._next_heard = np.full(self._next.shape, _NEVER, np.int64)
        self._word = np.zeros(rows, np.uint8)
        self._worded = np.full(rows, _NEVER, np.int64)
        self._told = np.full(rows, _NEVER, np.int64)
        self._new = np.zeros(rows, bool)

    def _arrays(self) -> tuple[NDArray[np.generic], ...]:
        return (self._name, self._number, self._heard, self._next, self._next_heard, self._word,
                self._worded, self._told, self._new)  # fmt: skip

    def add(self, name: tuple[int, int]) -> int:
        """Return the row of somebody new, whose name's pair of numbers is `name`."""
        if not self._free:
            old, rows = self._arrays(), max(_ROOM, 2 * self._rows)
            self._allocate(rows)
            for new, kept in zip(self._arrays(), old, strict=True):
                new[: len(kept)] = kept
            self._calibration.grow(rows)
            self._free = list(range(rows - 1, self._rows - 1, -1))
            self._rows = rows
        row = self._free.pop()
        self._name[row] = name
        return row

    def forget(self, row: int) -> None:
        """Let a row be nobody's, and nothing of it be left."""
        for array, empty in zip(
            self._arrays(),
            (0, np.nan, _NEVER, np.nan, _NEVER, 0, _NEVER, _NEVER, False),
            strict=True,
        ):
            array[row] = empty
        self._calibration.forget(row)
        self._free.append(row)

    def hear(self, row: int, column: int, number: float, step: int) -> None:
        """Keep one number of somebody's; NaN: they have none."""
        if self._commits:
            self._next[row, column] = number
            self._next_heard[row, column] = step
        else:
            self._number[row, column] = number
            self._heard[row, column] = step
            self._new[row] = True

    def hear_word(self, row: int, word: int, step: int) -> None:
        """Keep an emotion word of somebody's, by its index."""
        self._word[row] = word
        self._worded[row] = step
        self._new[row] = True

    def commit(self, row: int) -> None:
        """Let what was heard of somebody count."""
        told = self._next_heard[row] != _NEVER
        if told.any():
            self._number[row, told] = self._next[row, told]
            self._heard[row, told] = self._next_heard[row, told]
            self._next_heard[row] = _NEVER
            self._new[row] = True

    def due(self, step: int) -> Said | None:
        """Return what those who spoke feel, at most every third step each; None: nobody did."""
        if not self._new.any():
            return None
        rows = np.flatnonzero(self._new & (step - self._told >= EVERY_STEPS))
        if not len(rows):
            return None
        self._new[rows] = False
        self._told[rows] = step
        numbers, heard = self._number[rows], self._heard[rows]
        numbers[step - heard > self._stale] = np.nan
        for column, of in self._derived:
            numbers[:, column] = np.fmax.reduce(numbers[:, of], axis=1)
            heard[:, column] = heard[:, of].max(axis=1)
        quality = self._mixing.quality(numbers)
        numbers, believed = self._calibration.apply(rows, numbers, heard, quality)
        word = np.where(step - self._worded[rows] > self._stale, _NO_WORD, self._word[rows])
        felt = self._mixing.feel(numbers, believed, quality, word.astype(np.uint8))
        says = ~np.isnan(felt.feeling).all(axis=1)
        told = said(int(says.sum()), self._kind, self._origin)
        told.name[:] = self._name[rows[says]]
        told.valence[:], told.arousal[:], told.dominance[:] = felt.feeling[says].T
        told.weight[:] = felt.weight[says]
        told.word[:] = felt.word[says]
        return told if len(told) else None
