"""How many of something may come per second, counted in steps: of all, or of each host.

Does not know what it counts, and reads no clock.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...core.clock import STEPS_PER_SECOND
from ...core.places import NOWHERE, Places, spread

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Numbers = NDArray[np.uint64]

MOST_HOSTS = 4_096
FORGET_STEPS = 10 * STEPS_PER_SECOND


class Allowance:
    """A token bucket: `each_second` at once, and as many again per second of steps."""

    def __init__(self, each_second: int) -> None:
        self._each_second = each_second
        self._full = each_second * STEPS_PER_SECOND  # in whole numbers: one costs a second's steps
        self._left = self._full
        self._step = 0

    def left(self, step: int) -> int:
        """Return how many there are at `step`."""
        passed = max(step - self._step, 0)
        self._left = min(self._full, self._left + passed * self._each_second)
        self._step = step
        return self._left // STEPS_PER_SECOND

    def take(self, step: int, wanted: int = 1) -> int:
        """Take as many of those `wanted` as there are at `step`; return how many."""
        taken = min(self.left(step), wanted)
        self._left -= taken * STEPS_PER_SECOND
        return taken


class Allowances:
    """A token bucket for each host: `each_second` at once, and as many again per second of steps.

    `most` hosts, 65,535 or fewer, are told apart at a time; while all of these are busy, the
    others share one bucket. A host whose bucket is full again is forgotten every ten seconds, for
    a stranger has no less. `len`: how many are told apart now.
    """

    def __init__(self, each_second: int, most: int = MOST_HOSTS) -> None:
        self._each_second = each_second
        self._full = each_second * STEPS_PER_SECOND  # in whole numbers: one costs a second's steps
        self._most = most
        self._places = Places(most)
        self._host = np.zeros(most, np.uint64)
        self._used = np.zeros(most, np.bool_)
        self._left = np.full(most + 1, self._full, np.int64)  # the last is for all others
        self._renewed = np.zeros(most + 1, np.int64)  # step
        self._forgot = 0  # step

    def __len__(self) -> int:
        return len(self._places)

    def take(self, hosts: Numbers, step: int) -> Mask:
        """Take one at `step` for each of `hosts` (n,), keyed numbers; return who got one.

        They are served in order. Steps must not fall.
        """
        if not FORGET_STEPS > step - self._forgot >= 0:
            self._forget(step)
        if not len(hosts):
            return np.zeros(0, np.bool_)
        row = self._rows(hosts, step)
        wanted = np.bincount(row, minlength=len(self._left))
        rows = np.flatnonzero(wanted)
        wanted = wanted[rows]
        self._renew(rows, step)
        most = self._left[rows] // STEPS_PER_SECOND
        self._left[rows] -= np.minimum(wanted, most) * STEPS_PER_SECOND
        if (wanted <= most).all():
            return np.ones(len(hosts), np.bool_)
        got: Mask = _ranks(row) < most[np.searchsorted(rows, row)]
        return got

    def _rows(self, hosts: Numbers, step: int) -> Ints:
        """Where the bucket of each is; strangers are given one as long as there are any."""
        if (hosts == hosts[0]).all():  # the usual case: one gateway, or one flood
            return np.repeat(self._rows_of(hosts[:1], step), len(hosts))
        return self._rows_of(hosts, step)

    def _rows_of(self, hosts: Numbers, step: int) -> Ints:
        keys = spread(hosts)
        row = self._places.find(keys)
        if (row != NOWHERE).all():
            return row
        new = np.unique(hosts[row == NOWHERE])
        if len(self) + len(new) > self._most:
            self._forget(step)  # and some of these, perhaps
            new = np.unique(hosts[self._places.find(keys) == NOWHERE])
        free = np.flatnonzero(~self._used)[: len(new)]
        new = new[: len(free)]
        self._places.insert(spread(new), free)
        self._host[free] = new
        self._used[free] = True
        self._left[free] = self._full
        self._renewed[free] = step
        row = self._places.find(keys)
        row[row == NOWHERE] = self._most
        return row

    def _renew(self, rows: NDArray[np.intp], step: int) -> None:
        passed = np.maximum(step - self._renewed[rows], 0)
        self._left[rows] = np.minimum(self._left[rows] + passed * self._each_second, self._full)
        self._renewed[rows] = step

    def _forget(self, step: int) -> None:
        """Forget whoever may have a second's worth at once; a stranger may, too."""
        self._forgot = step
        self._renew(np.flatnonzero(self._used), step)
        idle = np.flatnonzero(self._used & (self._left[:-1] >= self._full))
        self._places.remove(spread(self._host[idle]))
        self._used[idle] = False
        self._host[idle] = 0


def ranked(order: NDArray[np.intp], begins: Mask) -> Ints:
    """Return how many of its group stand before each, in the order they came in.

    `order`: a stable one that puts groups together; `begins`: where in it, from its second entry
    on, another group begins.
    """
    starts = np.flatnonzero(np.concatenate([[True], begins]))
    sizes = np.diff(starts, append=len(order))
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order)) - np.repeat(starts, sizes)
    return ranks


def _ranks(row: Ints) -> Ints:
    """How many of the same row stand before each."""
    few = row.astype(np.uint16)  # sixteen bits are sorted by radix
    order = np.argsort(few, kind="stable")
    few = few[order]
    return ranked(order, few[1:] != few[:-1])
