"""A third opinion on flashes: every pixel of many shows at once, by the rule as it is written.

Shares no code with the analyser or the guard: no grid, no probes, no tables but sRGB's own.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

WINDOW = 1 / 3
AREA = 0.25


class Legs:
    """Transitions of a value at each pixel: legs from one turning point to the next.

    A leg goes on while the value goes on; the next begins once the value has come back by `swing`.
    """

    def __init__(self, shape: tuple[int, ...], swing: float) -> None:
        self._swing = np.float32(swing)
        self._low = np.full(shape, np.inf, np.float32)  # since the last turn
        self._high = np.full(shape, -np.inf, np.float32)
        self._from = np.full(shape, np.nan, np.float32)  # where the leg began
        self._up = np.zeros(shape, np.int8)  # +1 rising, -1 falling, 0 not known yet
        self._told = np.zeros(shape, np.bool_)

    def go(self, value: Floats) -> tuple[Bools, Floats, Floats]:
        """Take the next values; return who has just turned, and both ends of everybody's leg."""
        np.minimum(self._low, value, out=self._low)
        np.maximum(self._high, value, out=self._high)
        falls = (self._up >= 0) & (self._high - value >= self._swing)
        rises = (self._up <= 0) & (value - self._low >= self._swing)
        rises &= ~falls
        for turned, top, way in ((falls, self._high, -1), (rises, self._low, 1)):
            np.copyto(self._from, top, where=turned)
            self._up[turned] = way
            np.copyto(self._low, value, where=turned)
            np.copyto(self._high, value, where=turned)
        turned = falls | rises
        self._told &= ~turned
        return turned, self._from, np.where(self._up > 0, self._high, self._low)

    def once(self, holds: Bools) -> Bools:
        """Return whose leg has come to count, of those that hold: each leg counts once."""
        new: Bools = holds & (self._up != 0) & ~self._told
        self._told |= new
        return new


class PerPixel:
    """Counts for frames of shape (count, height, width, 3), uint8, `fps` a second."""

    def __init__(self, shape: tuple[int, int, int], fps: int = 60) -> None:
        self._fps = fps
        codes = np.arange(256) / 255
        light = np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4)
        self._light = light.astype(np.float32)
        self._bright = Legs(shape, 0.1 - 1e-6)
        self._amount = Legs(shape, 20 / 320 + 1e-6)
        self._red_now = np.zeros(shape, np.bool_)  # of the leg's end, and of its beginning
        self._red_from = np.zeros(shape, np.bool_)
        self._end = np.zeros(shape, np.float32)
        self._rings = {kind: np.zeros((fps, *shape), np.bool_) for kind in ("general", "red")}
        self._counts = {kind: np.zeros(shape, np.uint8) for kind in self._rings}
        self._many: list[Bools] = []  # of each frame: which shows had four or more
        self._frame = 0
        #: Of each show: the most that any pixel had, the greatest share of a window with more
        #: than three flashes.
        self.most = {kind: np.zeros(shape[0], np.int64) for kind in self._rings}
        self.share = {kind: np.zeros(shape[0]) for kind in self._rings}

    def see(self, frames: NDArray[np.uint8]) -> None:
        """Take the next frame of every show."""
        red, green, blue = (self._light[frames[..., channel]] for channel in range(3))
        luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
        _, begin, end = self._bright.go(luminance)
        self._add("general", self._bright.once(np.minimum(begin, end) < 0.8))
        amount = np.maximum(red - green - blue, 0)
        is_red = (red >= 0.8 * (red + green + blue)) & (amount >= 20 / 320)
        turned, _, end = self._amount.go(amount)
        np.copyto(self._red_from, self._red_now, where=turned)
        moved = turned | (end != self._end)
        np.copyto(self._red_now, is_red, where=moved)
        self._red_now |= is_red & (amount == end)
        self._end = end
        self._add("red", self._amount.once(self._red_now | self._red_from))
        many = [_worst(self._counts[kind] >= 4) > AREA for kind in self._rings]
        self._many.append(many[0] | many[1])
        self._frame += 1

    @property
    def held(self) -> NDArray[np.float64]:
        """For how many of any five seconds each show had four transitions a second or more."""
        many = np.array(self._many, np.int64)
        total = np.concatenate([np.zeros((5 * self._fps, many.shape[1]), np.int64), many.cumsum(0)])
        longest = (total[5 * self._fps :] - total[: -5 * self._fps]).max(axis=0)
        return np.asarray(longest / self._fps, np.float64)

    def _add(self, kind: str, made: Bools) -> None:
        ring, counts = self._rings[kind], self._counts[kind]
        place = self._frame % self._fps
        counts -= ring[place]
        counts += made
        ring[place] = made
        np.maximum(self.most[kind], counts.max(axis=(1, 2)), out=self.most[kind])
        np.maximum(self.share[kind], _worst(counts > 6), out=self.share[kind])


def _worst(mask: Bools) -> NDArray[np.float64]:
    """The greatest share of any window that lies in a mask (count, height, width): (count,)."""
    if not mask.any():
        return np.zeros(len(mask))
    count, height, width = mask.shape
    down, across = max(round(height * WINDOW), 1), max(round(width * WINDOW), 1)
    sums = np.zeros((count, height + 1, width + 1), np.int32)
    np.cumsum(np.cumsum(mask, axis=1, dtype=np.int32), axis=2, out=sums[:, 1:, 1:])
    inside = sums[:, down:, across:] - sums[:, :-down, across:]
    inside += sums[:, :-down, :-across] - sums[:, down:, :-across]
    share: NDArray[np.float64] = inside.max(axis=(1, 2)) / (down * across)
    return share
