"""Transitions of many points at once: the swings of a value between its peaks and its valleys.

Counts nothing over time or area: `windows` does. Arrays are flat, one entry for each point.

A swing runs from one extreme (its pivot) to the next, and turns back once the value has come back
from the extreme by the threshold or more: smaller ripples belong to the swing they ride on. Each
swing is one transition, told in the frame in which it first is one. This is the greatest number of
alternating changes of that size that a series holds. What the first frame shows is the first
pivot. A state is a saturated red where it is one at its extreme, or on the way back until it turns.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...core.flash import DARKER_BELOW, RED_CHANGE, RED_DISTANCE, RED_FLOOR, RED_SATURATED

Values = NDArray[np.float32]  # (n,)
Mask = NDArray[np.bool_]  # (n,)

_FROM_RED = (158, 179, 200, 221, 242, 263)  # degrees in u'v', so close that none lies 11 beside one
_FAR = np.float32(RED_DISTANCE * np.cos(np.radians(11)))
_XYZ = (  # of linear sRGB, IEC 61966-2-1
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_NOWHERE = np.float32(9)  # farther along than any colour
_ROUNDING = 1e-6  # of float32: a change of exactly the threshold is one


class Brightness:
    """Transitions of relative luminance: changes of `change` or more, darker state below .80."""

    def __init__(self, count: int, change: float) -> None:
        self._change = np.float32(change - _ROUNDING)
        self._swing = _Swing(count, self._change)

    def see(self, luminance: Values) -> Mask:
        """Take the next frame's values, (n,) in [0, 1]; return who made a transition in it."""
        swing = self._swing
        swing.go(luminance)
        darker = np.minimum(swing.pivot, swing.extreme)
        made = swing.uncounted & (darker < np.float32(DARKER_BELOW))
        swing.uncounted &= ~made
        return made


class RedAmount:
    """Transitions of a saturated red by its amount, max(0, R − G − B): WCAG 2.0 and 2.1.

    A change of more than 20/320, one of its two states being saturated.
    """

    def __init__(self, count: int) -> None:
        self._swing = _Swing(count, np.float32(RED_CHANGE + _ROUNDING), flagged=True)

    def see(self, amount: Values, saturated: Mask) -> Mask:
        """Take the next frame's amounts, (n,) in [0, 1], and who is saturated in it."""
        swing = self._swing
        swing.go(amount, saturated)
        made = swing.uncounted & (swing.pivot_flag | swing.extreme_flag)
        swing.uncounted &= ~made
        return made


class RedHue:
    """Transitions of a saturated red by its chromaticity, u'v' of CIE 1976: WCAG 2.2.

    A change of more than .2, one of its two states being saturated; those that lead to red and
    those that lead away take turns. Each leads from any colour since the last one turned to the
    present one. Distances are taken along a few directions, which are all there are from a
    saturated red to what is so far from it, and by 2 % too large rather than too small. What is
    too dark to have a colour keeps the one it had.
    """

    def __init__(self, count: int) -> None:
        self._from_linear = _projections(_FROM_RED)
        # How far along each direction all colours went since the last transition, and how far
        # back the saturated ones stayed.
        self._others = np.full((len(_FROM_RED), count), -_NOWHERE, np.float32)
        self._reds = np.full((len(_FROM_RED), count), _NOWHERE, np.float32)
        self._at_red = np.zeros(count, np.bool_)  # the last transition led to red
        self._may_leave = np.ones(count, np.bool_)  # it did, or there was none yet
        self._any_red = False  # somewhere in `_reds`

    def see(self, linear: Values, saturated: Mask) -> Mask:
        """Take the next frame's linear light, (3, n), and who is saturated in it."""
        mixed = self._from_linear @ linear
        along, whole, seen = mixed[:-2], mixed[-2], mixed[-1] >= np.float32(RED_FLOOR)
        along /= np.maximum(whole, np.float32(1e-6), out=whole)
        red = seen & saturated
        red_now = bool(red.any())
        made = np.zeros(len(seen), np.bool_)
        if self._any_red:
            leaves = (along - self._reds).max(axis=0) > _FAR
            leaves &= self._may_leave
            leaves &= seen
            if leaves.any():
                made |= leaves
                self._others[:, leaves] = -_NOWHERE
                self._at_red &= ~leaves
                self._may_leave &= ~leaves
        if red_now:
            comes = (self._others - along).max(axis=0) > _FAR
            comes &= red
            comes &= ~self._at_red
            if comes.any():
                made |= comes
                self._reds[:, comes] = _NOWHERE
                self._at_red |= comes
                self._may_leave |= comes
        if red_now:
            self._any_red = True
            np.minimum(self._reds, along, out=self._reds, where=red)
        if not seen.all():
            along[:, ~seen] = -_NOWHERE
        np.maximum(self._others, along, out=self._others)
        return made


def saturated_red(linear: Values, amount: Values) -> Mask:
    """Return who is a saturated red: R at least .8 of R + G + B, and not too dark for a colour.

    `linear` (3, n); `amount` (n,): its R − G − B.
    """
    total = linear[0] + linear[1]
    total += linear[2]
    total *= np.float32(RED_SATURATED)
    saturated: Mask = linear[0] >= total
    saturated &= amount >= np.float32(RED_FLOOR)
    return saturated


class _Swing:
    """The present swing of each point: from `pivot` to `extreme`, `uncounted` while it may count.

    `flagged`: a mask goes along with the values; the flags are those of pivot and extreme.
    """

    def __init__(self, count: int, change: np.float32, *, flagged: bool = False) -> None:
        self.pivot = np.zeros(count, np.float32)
        self.extreme = np.zeros(count, np.float32)
        self.pivot_flag = np.zeros(count, np.bool_)
        self.extreme_flag = np.zeros(count, np.bool_)
        self.uncounted = np.zeros(count, np.bool_)
        self._sign = np.ones(count, np.float32)  # +1 upwards
        self._resting = np.ones(count, np.bool_)  # not yet moved as far as `change`
        self._started = False
        self._change = change
        self._flagged = flagged

    def go(self, value: Values, flag: Mask | None = None) -> None:
        """Take the next frame's values."""
        if not self._started:
            self._started = True
            self.pivot[:] = self.extreme[:] = value
            if flag is not None:
                self.pivot_flag[:] = self.extreme_flag[:] = flag
            return
        ahead = (value - self.extreme) * self._sign
        back = ahead <= -self._change
        back &= ~self._resting
        if back.any():
            np.copyto(self.pivot, self.extreme, where=back)
            np.copyto(self.pivot_flag, self.extreme_flag, where=back)
            np.negative(self._sign, out=self._sign, where=back)
            self.uncounted |= back
        on = (ahead > 0) | back
        np.copyto(self.extreme, value, where=on)
        if flag is not None:
            np.copyto(self.extreme_flag, flag, where=on)
            self.extreme_flag |= flag
        if self._resting.any():
            self._start(value, flag)

    def _start(self, value: Values, flag: Mask | None) -> None:
        """Let those begin whose values have come as far apart as `change`.

        Until then `pivot` is the least so far, `extreme` the most.
        """
        below = self._resting & (value < self.pivot)
        np.copyto(self.pivot, value, where=below)
        if flag is not None:
            np.copyto(self.pivot_flag, flag, where=below)
        begun = self._resting & (self.extreme - self.pivot >= self._change)
        if not begun.any():
            return
        falls = begun & below
        most, most_flag = self.extreme[falls], self.extreme_flag[falls]
        self.extreme[falls], self.extreme_flag[falls] = self.pivot[falls], self.pivot_flag[falls]
        self.pivot[falls], self.pivot_flag[falls] = most, most_flag
        self._sign[falls] = -1
        self.uncounted |= begun
        self._resting &= ~begun


def _projections(degrees: tuple[int, ...]) -> NDArray[np.float32]:
    """Return what linear sRGB is multiplied by for u'v' along some directions (CIE 15).

    u' = 4X / w and v' = 9Y / w of w = X + 15Y + 3Z. Rows: w times the way along each direction,
    then w, then R + G + B.
    """
    x, y, z = np.array(_XYZ)
    ways = [4 * np.cos(angle) * x + 9 * np.sin(angle) * y for angle in np.radians(degrees)]
    return np.stack([*ways, x + 15 * y + 3 * z, np.ones(3)]).astype(np.float32)
