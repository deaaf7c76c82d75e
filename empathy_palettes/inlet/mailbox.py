"""The latest of everybody, until it is their turn: thirty samples a second of one person at most.

Lets nobody in, and loses nothing but what the same person has said anew since.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ..core.clock import STEPS_PER_SECOND
from .registry import Registry, Rows
from .said import Said
from .sample import NOT_GIVEN, SAMPLE, Kind, Samples

GRAIN = 32  # feelings are told in steps of 1/32
EACH_SECOND = 30  # samples of one person
APART = STEPS_PER_SECOND // EACH_SECOND

_AXES = ("valence", "arousal", "dominance")
_LONG_AGO = -(2**62)  # a difference of two steps still fits

#: What a sample is filled with as people speak, and what it holds where they say nothing.
_BLANK: tuple[tuple[str, float], ...] = (
    *((axis, NOT_GIVEN) for axis in _AXES),
    ("weight", 1.0),
    ("kind", Kind.SELF_REPORT),
    ("word", 0),
    ("origin", 0),
)

_Scalar = TypeVar("_Scalar", bound=np.generic)


class Mailbox:
    """One sample in the making for each row of a `registry`, of whoever is present.

    Of what somebody says before their turn the last counts, per component; weight, kind and word
    are those of the last feeling. A sample that says nothing of a feeling tells of a circle, or
    that somebody is still here. `superseded`: how many of what was put here went on within the
    sample of another. `len`: how many people wait for their turn.
    """

    def __init__(self, registry: Registry) -> None:
        self.superseded = 0
        self._registry = registry
        self._waiting: Rows = np.empty(0, np.int64)  # in the order in which they began to
        self._box = {name: np.full(registry.room, blank, SAMPLE[name]) for name, blank in _BLANK}
        self._waits = np.zeros(registry.room, np.bool_)
        self._sent = np.full(registry.room, _LONG_AGO, np.int64)
        self._turn = np.empty(registry.room, np.int64)  # scratch

    def __len__(self) -> int:
        return len(self._waiting)

    def reserve(self) -> None:
        """Follow the registry, which has grown."""
        more = self._registry.room - len(self._waits)
        for name, blank in _BLANK:
            self._box[name] = _longer(self._box[name], more, blank)
        self._waits = _longer(self._waits, more, False)
        self._sent = _longer(self._sent, more, _LONG_AGO)
        self._turn = np.empty(self._registry.room, np.int64)

    def put(self, rows: Rows, said: Said) -> None:
        """Take in what is said by `rows`, of people who are present, in order.

        Feelings are rounded to 1/32, halves to even, and −0 is 0.
        """
        box = self._box
        felt = np.zeros(len(rows), np.bool_)
        for axis in _AXES:
            values = getattr(said, axis)
            given = ~np.isnan(values)
            if not given.any():
                continue
            # Of repeated rows numpy's assignment keeps the last, and the last is to win.
            if given.all():
                box[axis][rows] = _rounded(values)
                felt = given
            else:
                box[axis][rows[given]] = _rounded(values[given])
                felt |= given
        every = felt.all()
        feeling = rows if every else rows[felt]
        for column in ("weight", "kind", "word"):
            values = getattr(said, column)
            box[column][feeling] = values if every else values[felt]
        box["origin"][rows] = said.origin
        self._begin_to_wait(rows)

    def take(self, step: int) -> Samples:
        """Return the samples of everybody whose turn it is at `step`, who waited longest first."""
        waiting = self._waiting
        if len(waiting) == 0:
            return np.empty(0, SAMPLE)
        due = step - self._sent[waiting] >= APART
        if due.all():
            rows, self._waiting = waiting, waiting[:0]
        else:
            rows, self._waiting = waiting[due], waiting[~due]
        samples = np.empty(len(rows), SAMPLE)
        for name, _ in _BLANK:
            samples[name] = self._box[name].take(rows)
        samples["who"] = self._registry.number.take(rows)
        samples["circle"] = self._registry.circle.take(rows)
        samples["step"] = step
        self._empty(rows)
        self._sent[rows] = step
        return samples

    def drop(self, rows: Rows) -> None:
        """Throw away what waits of these rows; whoever has them next begins anew."""
        self._sent[rows] = _LONG_AGO
        if self._waits[rows].any():
            self._empty(rows)
            self._waiting = self._waiting[self._waits[self._waiting]]

    def _empty(self, rows: Rows) -> None:
        for name, blank in _BLANK:
            self._box[name][rows] = blank
        self._waits[rows] = False

    def _begin_to_wait(self, rows: Rows) -> None:
        fresh = rows[~self._waits[rows]]
        turn = np.arange(len(fresh))
        self._turn[fresh[::-1]] = turn[::-1]  # so that of repeated rows the first stays
        first = fresh[self._turn[fresh] == turn]
        self._waits[first] = True
        self._waiting = np.concatenate([self._waiting, first]) if len(self._waiting) else first
        self.superseded += len(rows) - len(first)


def _rounded(values: NDArray[np.float32]) -> NDArray[np.float32]:
    rounded: NDArray[np.float32] = np.rint(values * np.float32(GRAIN))
    rounded /= np.float32(GRAIN)
    rounded += np.float32(0.0)
    return rounded


def _longer(column: NDArray[_Scalar], more: int, blank: float) -> NDArray[_Scalar]:
    return np.concatenate([column, np.full(more, blank, column.dtype)])
