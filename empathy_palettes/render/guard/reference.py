"""The budget guard in numpy: what the shaders must equal, and what needs no GPU.

Every probe of every cell remembers how far its luminance went since its last transition, and when
the last three transitions were. While all three are remembered a picture that would make a fourth
is mixed with the one shown before it, so far that it does not; a lone probe of a cell is let go.
The same for the means of nine windows and of the whole picture. Saturated red comes, or turns, only
while no transition of it is remembered; else it is paled.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from . import numbers
from .arithmetic import Ints, Pixels, falls, measured, mixed, paled
from .numbers import (
    ASTRAY,
    BETWEEN,
    FREE,
    FREED,
    MEMORY,
    PROBES,
    RED_CHANGE,
    RED_HELD,
    REMEMBERED,
    ROOM,
    ROUNDED,
    TICK,
    TILES,
    WHOLE,
    WINDOWS,
)

Bools = NDArray[np.bool_]


class Zigzag:
    """How values went: the furthest since each one's last transition, and when the last ones were.

    `change`: what makes a transition; `held`: a little less, where what is held stops. At the
    beginning all are 0, and have been for long.
    """

    def __init__(self, shape: tuple[int, ...], change: int, held: int) -> None:
        self._change = change
        self._held = held
        self._extreme = np.zeros(shape, np.int32)
        self._rising = np.zeros(shape, np.bool_)
        #: Steps for which each transition is still remembered, the last one first.
        self.left = np.zeros((REMEMBERED, *shape), np.int8)

    def commit(self, value: Ints) -> None:
        """Take what was shown."""
        back = self._back(value)
        turned = back >= self._change
        np.copyto(self._extreme, value, where=turned | (back < 0))
        for older in range(REMEMBERED - 1, 0, -1):
            np.copyto(self.left[older], self.left[older - 1], where=turned)
        np.copyto(self.left[0], MEMORY, where=turned)
        self._rising ^= turned

    def age(self, steps: int) -> None:
        """Let `steps` go by."""
        self.left -= np.int8(min(steps, MEMORY))
        np.maximum(self.left, 0, out=self.left)

    def turns(self, value: Ints) -> Bools:
        """Return where `value` would make a transition, or nearly."""
        return self._back(value) >= self._held

    def share(self, shown: Ints, wanted: Ints, falls: Ints) -> Ints:
        """Return how much of the change from `shown`, committed, to `wanted` may be; 0 to WHOLE.

        `falls`: what part of the change goes down, while more or less goes up.
        """
        rises = falls + wanted - shown
        other = np.maximum(np.minimum(falls, rises), 0)
        astray = (other * ASTRAY >> 8) + np.minimum(other, ROUNDED)
        furthest = np.maximum(self._back(shown), self._back(wanted)) + astray
        against = np.where(self._rising, falls, rises)
        held = (self.left[-1] > 0) & (furthest >= self._held) & (against > 0)
        room = np.maximum(self._held - 1 - self._back(shown), 0)
        share = np.minimum(ROOM * room // np.maximum(against, 1), WHOLE)
        return np.where(held, share, WHOLE)

    def _back(self, value: Ints) -> Ints:
        """Return how far `value` has come back from the furthest one."""
        way = self._extreme - value
        return np.where(self._rising, way, -way)


class Reference:
    """The guard of pictures (height, width, 3) of uint8, sRGB-encoded; it begins with black.

    `size`: (width, height). `grid`: cells (across, down), else as many as the shaders would have.
    `peak_nits`: the luminance of the display's white in cd/m². `sequences`: how many shows are
    guarded at once, each for itself, None one without an axis of its own. Row 0 may be the top or
    the bottom one, as long as it stays so.
    """

    def __init__(
        self,
        size: tuple[int, int],
        *,
        grid: tuple[int, int] | None = None,
        peak_nits: float = 200.0,
        sequences: int | None = None,
    ) -> None:
        columns, rows = numbers.parts(size, grid) if grid else numbers.cells(size)
        self._lead = () if sequences is None else (sequences,)
        many = sequences or 1
        probes = np.moveaxis(numbers.probes(size, (columns, rows)), 2, 0)
        self._x, self._y = probes[..., 0], probes[..., 1]
        self._places = _Places(columns, size[0]), _Places(rows, size[1])
        self._tiles = _Tiles((columns, rows))
        changes = numbers.change(peak_nits), numbers.held(peak_nits)
        self._luminance = Zigzag((many, PROBES, rows, columns), *changes)
        self._red = Zigzag((many, PROBES, rows, columns), RED_CHANGE, RED_HELD)
        self._windows = Zigzag((many, *self._tiles.windows), *changes)
        self._whole = Zigzag((many, 1, 1), *changes)
        self._freed = np.zeros((many, PROBES, rows, columns), np.int8)
        self._clock = 0
        self._shown = np.zeros((many, size[1], size[0], 3), np.uint8)
        self._share = np.full((many, rows, columns), WHOLE, np.int32)
        self._paled = np.zeros((many, rows, columns), np.bool_)

    @property
    def held(self) -> Bools:
        """Which cells of the last picture were mixed; (rows, columns), or of each sequence."""
        return (self._share < WHOLE).reshape(self._lead + self._share.shape[1:])

    @property
    def reddened(self) -> Bools:
        """Which cells of the last picture had their saturated reds paled; as `held`."""
        return self._paled.reshape(self._lead + self._paled.shape[1:])

    @property
    def acting(self) -> Bools:
        """Which cells of the last picture were altered; as `held`."""
        return self.held | self.reddened

    def step(self, frame: Pixels, steps: int = 1) -> Pixels:
        """Return the guarded picture, `steps` of 1/60 s after the last one."""
        new = frame.reshape(self._shown.shape)
        old_colors, new_colors = (at[:, self._y, self._x] for at in (self._shown, new))
        before, redness = measured(old_colors)
        after, wanted_redness = measured(new_colors)
        for history, value in ((self._luminance, before), (self._red, redness)):
            history.commit(value)
            history.age(steps)
        shares = self._luminance.share(before, after, falls(old_colors, new_colors))
        share = _least_around(
            np.where(self._let_go(shares < WHOLE, steps), WHOLE, shares.min(axis=1))
        )
        means = self._means(share, _total(before), _total(after), steps)
        self._share = share * means >> 8
        spent = self._red.left[0] > 0
        turning = spent & (wanted_redness > 0) & self._red.turns(wanted_redness)
        tinged = spent & ((redness > 0) | (wanted_redness > 0))
        turns, tinges = (
            _any_around(_crowded(spent) & probes.any(axis=1)) for probes in (turning, tinged)
        )
        self._paled = turns | (tinges & (self._share < WHOLE))
        self._shown = self._altered(new)
        return self._shown.reshape(frame.shape).copy()

    def _let_go(self, wanting: Bools, steps: int) -> Bools:
        """Return the cells that are let go, whichever of their probes want too much."""
        ticks = (self._clock + steps) // TICK - self._clock // TICK
        self._clock += steps
        self._freed = np.maximum(self._freed - min(ticks, FREED), 0).astype(np.int8)
        free = ~_crowded(wanting | (self._freed > 0))
        self._freed[wanting & free[:, None]] = FREED
        return free

    def _means(self, share: Ints, before: Ints, after: Ints, steps: int) -> Ints:
        """Return by cell how much of its change its window's mean, and the whole's, may follow."""
        shown = self._tiles.sums(before)
        way = self._tiles.sums(_smoothed(share) * (after - before)) >> 8
        counts = self._tiles.counts
        ways = self._tiles.of_windows(way)
        windows = _mean_share(self._windows, self._tiles.of_windows(shown), ways, counts, steps)
        ways = (ways >> 4) * windows >> 4
        shown, ways = (sums.sum(axis=(1, 2), keepdims=True) for sums in (shown, ways))
        whole = _mean_share(self._whole, shown, ways, counts.sum(keepdims=True), steps)
        return self._tiles.of_cells(windows * whole >> 8)

    def _altered(self, new: Pixels) -> Pixels:
        """Return the picture that is shown instead."""
        found = new.copy()
        if (self._share < WHOLE).any():
            share = self._interpolated()
            where = share < WHOLE
            found[where] = mixed(self._shown[where], found[where], share[where][:, None])
        if self._paled.any():
            columns, rows = (place.nearest for place in self._places)
            where = self._paled[:, rows[:, None], columns]
            found[where] = paled(found[where])
        return found

    def _interpolated(self) -> Ints:
        """Return the share of every pixel, from those of the centres of the cells around it."""
        x, y = self._places
        share = self._share[:, :, x.before] * (BETWEEN - x.way) + self._share[:, :, x.after] * x.way
        up, down = share[:, y.before], share[:, y.after]
        found: Ints = (up * (BETWEEN - y.way)[:, None] + down * y.way[:, None]) // BETWEEN**2
        return found


class _Places:
    """Where the pixels of one axis lie among the centres of its cells, in 1/BETWEEN of a cell."""

    def __init__(self, cells: int, pixels: int) -> None:
        place = numbers.places(cells, pixels)
        after, self.way = np.divmod(place.astype(np.int32), BETWEEN)
        self.before = np.maximum(after - 1, 0)
        self.after = np.minimum(after, cells - 1)
        self.nearest = np.where(self.way < BETWEEN // 2, self.before, self.after)


class _Tiles:
    """Sums over tiles of cells, and over windows of tiles, of arrays (…, rows, columns)."""

    def __init__(self, cells: tuple[int, int]) -> None:
        self._tiles = numbers.parts(cells, TILES)
        self._windows = numbers.parts(self._tiles, WINDOWS)
        self._cuts = [numbers.starts(n, of) for n, of in zip(self._tiles, cells, strict=True)]
        self._coarse = [
            numbers.starts(n, of) for n, of in zip(self._windows, self._tiles, strict=True)
        ]
        self.windows = self._windows[::-1]
        self.counts = self.of_windows(self.sums(np.ones(cells[::-1], np.int32)))

    def sums(self, cells: Ints) -> Ints:
        """Return the sums over tiles."""
        return _sums(cells, self._cuts)

    def of_windows(self, tiles: Ints) -> Ints:
        """Return the sums over windows, of those over tiles."""
        return _sums(tiles, self._coarse)

    def of_cells(self, windows: Ints) -> Ints:
        """Return what its window has, for each cell."""
        for axis, coarse, cuts in zip((-1, -2), self._coarse, self._cuts, strict=True):
            windows = windows.repeat(np.diff(cuts[coarse]), axis=axis)
        return windows


def _sums(values: Ints, cuts: list[NDArray[np.int64]]) -> Ints:
    across = np.add.reduceat(values, cuts[0][:-1], axis=-1, dtype=np.int32)
    found: Ints = np.add.reduceat(across, cuts[1][:-1], axis=-2, dtype=np.int32)
    return found


def _total(probes: Ints) -> Ints:
    found: Ints = probes.sum(axis=1, dtype=np.int32)
    return found


def _mean_share(history: Zigzag, shown: Ints, way: Ints, cells: Ints, steps: int) -> Ints:
    """Return how much of the change a mean may follow; `shown`, `way`: sums over probes."""
    probes = cells * PROBES
    mean = shown // probes
    history.commit(mean)
    history.age(steps)
    change = np.sign(way) * (np.abs(way) // probes)
    return history.share(mean, mean + change, np.maximum(-change, 0))


def _least_around(values: NDArray[np.integer]) -> Ints:
    """Return the least of every cell and the eight around it; (…, rows, columns)."""
    for axis in (-1, -2):
        there = np.moveaxis(values, axis, 0)
        found = there.copy()
        np.minimum(found[1:], there[:-1], out=found[1:])
        np.minimum(found[:-1], there[1:], out=found[:-1])
        values = np.moveaxis(found, 0, axis)
    return values.astype(np.int32)


def _any_around(cells: Bools) -> Bools:
    """Return where a cell, or one of the eight around it, is so."""
    return _least_around(-cells.astype(np.int8)) < 0


def _crowded(probes: Bools) -> Bools:
    """Return where more than `FREE` probes of a cell are so."""
    return np.asarray(probes.sum(axis=1) > FREE)


def _smoothed(share: Ints) -> Ints:
    """Return the mean of each cell's interpolated shares, nearly."""
    for axis in (-1, -2):
        padded = np.pad(share, [(1, 1) if axis == at - 3 else (0, 0) for at in range(3)], "edge")
        parts = [np.take(padded, range(i, padded.shape[axis] - 2 + i), axis) for i in range(3)]
        share = parts[0] + 6 * parts[1] + parts[2]
    return share >> 6
