"""Everybody the gate knows something of: a row each, found by name or by number.

Decides nothing: who may come, and what is remembered of those who left, is `memory`'s and the
gate's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...core.places import NOWHERE, Places, spread
from ..naming import Digests

Rows = NDArray[np.int64]
Whos = NDArray[np.uint32]

NUMBERS = 2**32 - 1  # as many as u4 has, but for the one that stands for nobody

_NOBODY = NUMBERS
_FIRST_ROOM = 256
_COLUMNS = (
    "name",
    "number",
    "present",
    "seated",
    "circle",
    "withdrawn",
    "level",
    "host",
    "simulated",
)


class Registry:
    """Rows in columns that grow as they have to.

    Public columns, by row: `name` (n, 2) u8, `number` u4 of those who have a seat, `seated` bool:
    who is `present` (bool), and who is expected back from the show before (`expect`). `circle` u2,
    0 = none, `withdrawn` bool, `level` u1: what they have consented to, 1 or 2, 0 = not known,
    `host` u8: the machine whose word on them counts, 0 = none yet, `simulated` bool: whether who
    is here is. The last row is nobody's, so
    that −1, `NOWHERE`, finds an empty one. `present_count`, `seated_count`: how many are. `first`:
    the number given first.

    `touched` (n,) bool: the rows of which something may have changed since whoever reads them has
    cleared them; None while nobody does.
    """

    def __init__(self, first: int = 0) -> None:
        self.name = np.zeros((_FIRST_ROOM, 2), np.uint64)
        self.number = np.full(_FIRST_ROOM, _NOBODY, np.uint32)
        self.present = np.zeros(_FIRST_ROOM, np.bool_)
        self.seated = np.zeros(_FIRST_ROOM, np.bool_)
        self.circle = np.zeros(_FIRST_ROOM, np.uint16)
        self.withdrawn = np.zeros(_FIRST_ROOM, np.bool_)
        self.level = np.zeros(_FIRST_ROOM, np.uint8)
        self.host = np.zeros(_FIRST_ROOM, np.uint64)
        self.simulated = np.zeros(_FIRST_ROOM, np.bool_)
        self.present_count = 0
        self.seated_count = 0
        self.touched: NDArray[np.bool_] | None = None
        self._rows = Places()
        self._numbers = Places()
        self._next = first
        self._free = np.arange(_FIRST_ROOM - 2, -1, -1)  # a stack, the lowest on top
        self._left = len(self._free)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def room(self) -> int:
        """Row numbers are below this, so far."""
        return len(self.number)

    @property
    def real_count(self) -> int:
        """How many have a seat, but for simulated people."""
        return self.seated_count - int(np.count_nonzero(self.seated & self.simulated))

    @property
    def next_number(self) -> int:
        """The number that is given next."""
        return self._next

    def touch(self, rows: Rows) -> None:
        """Note that something of these rows may have changed."""
        if self.touched is not None:
            self.touched[rows] = True

    def find(self, names: Digests) -> Rows:
        """Return the row of each name, `NOWHERE` where it has none."""
        return self._rows.find(names)

    def find_numbers(self, numbers: Whos) -> Rows:
        """Return the row of each number that is somebody's, `NOWHERE` for others."""
        return self._numbers.find(spread(numbers))

    def add(self, names: Digests) -> Rows:
        """Return a new row for each of these names, which have none yet and are each given once."""
        if self._left < len(names):
            self._grow(len(names))
        left = self._left - len(names)
        rows = self._free[left : self._left][::-1].copy()
        self._left = left
        self.name[rows] = names
        self._rows.insert(names, rows)
        return rows

    def release(self, rows: Rows) -> None:
        """Forget these rows, each given once, altogether. None of them has a seat."""
        if len(rows) == 0:
            return
        self._rows.remove(self.name[rows])
        self.name[rows] = 0
        self.circle[rows] = 0
        self.withdrawn[rows] = False
        self.level[rows] = 0
        self.host[rows] = 0
        self.simulated[rows] = False
        self.touch(rows)
        self._free[self._left : self._left + len(rows)] = rows[::-1]
        self._left += len(rows)

    def enter(self, rows: Rows) -> None:
        """Let these come: they keep the numbers they are expected with, or get the next, in order.

        Only when all 2³² have been given does the count begin anew, past those still in use.
        """
        new = rows[~self.seated[rows]]
        self._seat(new, self._unused(len(new)))
        self.present[rows] = True
        self.present_count += len(rows)
        self.touch(rows)

    def expect(self, rows: Rows, numbers: Whos) -> None:
        """Keep a seat, and these numbers that nobody has, for people who are not here."""
        self._seat(rows, numbers)
        self.touch(rows)

    def everybody(self) -> Rows:
        """Return all rows that are somebody's."""
        return np.sort(np.setdiff1d(np.arange(self.room - 1), self._free[: self._left]))

    def expected(self) -> Rows:
        """Return the rows of those for whom a seat is kept."""
        return np.flatnonzero(self.seated & ~self.present)

    def unseat(self, row: int) -> None:
        """Take somebody's seat; their number stays theirs until they `leave`."""
        self.present_count -= int(self.present[row])
        self.seated_count -= int(self.seated[row])
        self.present[row] = self.seated[row] = False

    def leave(self, rows: Rows) -> Whos:
        """Take the numbers of these rows back, each row given once, and return them."""
        numbers: Whos = self.number[rows]
        self._numbers.remove(spread(numbers))
        self.number[rows] = _NOBODY
        self.present_count -= int(np.count_nonzero(self.present[rows]))
        self.seated_count -= int(np.count_nonzero(self.seated[rows]))
        self.present[rows] = self.seated[rows] = False
        self.touch(rows)
        return numbers

    def _seat(self, rows: Rows, numbers: Whos) -> None:
        self._numbers.insert(spread(numbers), rows)
        self.number[rows] = numbers
        self.seated[rows] = True
        self.seated_count += len(rows)

    def _unused(self, count: int) -> Whos:
        numbers = np.empty(0, np.uint32)
        while len(numbers) < count:
            wanted = count - len(numbers)
            some = ((self._next + np.arange(wanted)) % NUMBERS).astype(np.uint32)
            self._next = (self._next + wanted) % NUMBERS
            numbers = np.concatenate([numbers, some[self.find_numbers(some) == NOWHERE]])
        return numbers

    def _grow(self, more: int) -> None:
        before = self.room
        room = max(2 * before, before + more)
        for column in (*_COLUMNS, *(() if self.touched is None else ("touched",))):
            old = getattr(self, column)
            new = np.zeros((room, *old.shape[1:]), old.dtype)
            new[:before] = old
            setattr(self, column, new)
        self.number[before - 1 :] = _NOBODY
        free = np.empty(room - 1, np.int64)
        fresh = np.arange(room - 2, before - 2, -1)
        free[: len(fresh)] = fresh
        free[len(fresh) : len(fresh) + self._left] = self._free[: self._left]
        self._free, self._left = free, len(fresh) + self._left


def distinct(names: Digests) -> tuple[Rows, Rows]:
    """Return where each name is first, in order of appearance, and which of them each one is."""
    halves = np.sort(names[:, 0])
    if np.count_nonzero(halves[1:] == halves[:-1]) == 0:  # the usual case, and sooner seen
        each = np.arange(len(names))
        return each, each.copy()
    order = np.lexsort((names[:, 1], names[:, 0]))
    ordered = names[order]
    starts = np.ones(len(names), np.bool_)
    np.any(ordered[1:] != ordered[:-1], axis=1, out=starts[1:])
    first = order[starts]
    by_appearance = np.argsort(first)
    turn = np.empty(len(first), np.int64)
    turn[by_appearance] = np.arange(len(first))
    which = np.empty(len(names), np.int64)
    which[order] = turn[np.cumsum(starts) - 1]
    return first[by_appearance], which
