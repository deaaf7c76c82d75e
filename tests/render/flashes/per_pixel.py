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
FLOOR = 20 / 320  # of R − G − B, or of R + G + B: what is darker has no colour
FAR = 0.2  # in u'v'
#: Degrees in u'v' from a saturated red to whatever is so far from it in sRGB, all within 11 of one.
AROUND = (158, 179, 200, 221, 242, 263)


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


class Hues:
    """Changes of more than .2 in u'v' to a saturated red and away from one, by turns (WCAG 2.2).

    Any two states may make one that lie between the last one's end and now. Their distance is
    measured along six directions: up to 2 % too small, never too large.
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        ways = np.radians(AROUND)
        self._ways = np.stack([np.cos(ways), np.sin(ways)], axis=1).astype(np.float32)
        self._others = np.full((len(ways), *shape), -np.inf, np.float32)  # how far they reached
        self._reds = np.full((len(ways), *shape), np.inf, np.float32)  # how far they stayed back
        self._at_red = np.zeros(shape, np.bool_)
        self._begun = np.zeros(shape, np.bool_)  # the first may lead away

    def go(self, red: Floats, green: Floats, blue: Floats) -> Bools:
        """Take the next linear light; return where a change has come to be one."""
        x = 0.4124564 * red + 0.3575761 * green + 0.1804375 * blue
        y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
        z = 0.0193339 * red + 0.1191920 * green + 0.9503041 * blue
        total = red + green + blue
        whole = np.maximum(x + 15 * y + 3 * z, 1e-9)
        along = np.tensordot(self._ways, np.stack([4 * x / whole, 9 * y / whole]), axes=1)
        known = total >= FLOOR
        is_red = known & (red >= 0.8 * total) & (red - green - blue >= FLOOR)
        to_red = is_red & ~self._at_red & ((self._others - along).max(axis=0) > FAR)
        away = known & (self._at_red | ~self._begun) & ((along - self._reds).max(axis=0) > FAR)
        self._others[:, away] = -np.inf
        self._reds[:, to_red] = np.inf
        self._at_red = (self._at_red | to_red) & ~away
        self._begun |= to_red | away
        np.maximum(self._others, along, out=self._others, where=known)
        np.minimum(self._reds, along, out=self._reds, where=is_red)
        made: Bools = to_red | away
        return made


class PerPixel:
    """Counts for frames of shape (count, height, width, 3), uint8, `fps` a second.

    A red transition is one by WCAG 2.1 or one by 2.2, whichever has made more at a pixel.
    """

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
        self._hues = Hues(shape)
        rules = ("general", "amount", "hue")
        self._rings = {rule: np.zeros((fps, *shape), np.bool_) for rule in rules}
        self._counts = {rule: np.zeros(shape, np.uint8) for rule in rules}
        self._many: list[Bools] = []  # of each frame: which shows had four or more
        self._frame = 0
        #: Of each show: the most that any pixel had, the greatest share of a window with more
        #: than three flashes.
        self.most = {kind: np.zeros(shape[0], np.int64) for kind in ("general", "red")}
        self.share = {kind: np.zeros(shape[0]) for kind in self.most}

    def see(self, frames: NDArray[np.uint8]) -> None:
        """Take the next frame of every show."""
        red, green, blue = (self._light[frames[..., channel]] for channel in range(3))
        luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
        _, begin, end = self._bright.go(luminance)
        self._add("general", self._bright.once(np.minimum(begin, end) < 0.8))
        amount = np.maximum(red - green - blue, 0)
        is_red = (red >= 0.8 * (red + green + blue)) & (amount >= FLOOR)
        turned, _, end = self._amount.go(amount)
        np.copyto(self._red_from, self._red_now, where=turned)
        moved = turned | (end != self._end)
        np.copyto(self._red_now, is_red, where=moved)
        self._red_now |= is_red & (amount == end)
        self._end = end
        self._add("amount", self._amount.once(self._red_now | self._red_from))
        self._add("hue", self._hues.go(red, green, blue))
        counts = {
            "general": self._counts["general"],
            "red": np.maximum(self._counts["amount"], self._counts["hue"]),
        }
        many = np.zeros(len(frames), np.bool_)
        for kind, count in counts.items():
            np.maximum(self.most[kind], count.max(axis=(1, 2)), out=self.most[kind])
            np.maximum(self.share[kind], _worst(count > 6), out=self.share[kind])
            many |= _worst(count >= 4) > AREA
        self._many.append(many)
        self._frame += 1

    @property
    def held(self) -> NDArray[np.float64]:
        """For how many of any five seconds each show had four transitions a second or more."""
        many = np.array(self._many, np.int64)
        total = np.concatenate([np.zeros((5 * self._fps, many.shape[1]), np.int64), many.cumsum(0)])
        longest = (total[5 * self._fps :] - total[: -5 * self._fps]).max(axis=0)
        return np.asarray(longest / self._fps, np.float64)

    def _add(self, rule: str, made: Bools) -> None:
        ring, counts = self._rings[rule], self._counts[rule]
        place = self._frame % self._fps
        counts -= ring[place]
        counts += made
        ring[place] = made


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
