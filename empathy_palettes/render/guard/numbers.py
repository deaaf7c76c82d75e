"""The numbers of the budget guard: one definition for its shaders and for its reference.

Everything is counted in integers, so that both come to the same on every machine. Does not know
how a picture is judged: `core.flash` says what a flash is.

*Light* is linear light, 0 to `LIGHT`; *luminance* is 0 to `LUMINANCE`; *redness* is 0 where a
colour is no saturated red, else `RED_STEP` and more.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from ...core import flash
from ...core.color import srgb_to_linear

GRID = (160, 90)  # cells, or fewer where they would be
NARROWEST = 2  # pixels
TILES = (18, 9)  # of cells: what is drawn at once, or not at all
WINDOWS = (3, 3)  # of tiles; the mean of each has a budget of its own, and that of all of them
PROBES = 8  # pixels of a cell that are looked at

#: Steps for which a transition counts: a second, and so much that counting 61 frames to a second,
#: or another instant of a slow transition, does not find a fourth one.
MEMORY = 63
REMEMBERED = 3  # transitions; a fourth one is not let through
STRICT = 0.85  # of every threshold: pixels differ from the probes, means from those of the probes
HELD = 0.80  # of every threshold: as far as what is held may go

#: In 1/LUMINANCE, however small the threshold is. A change of colour is less here than it is by
#: half a step of each light and by what is rounded down, 1.1 at most. What is held goes beyond
#: `HELD` by 8.8 at most (the curve is steeper near black than squares are, and two roundings), and
#: 11.9 more where a red is paled. Where a red that was shown as it was is paled as it is held, one
#: that had just come to the threshold may still make a transition, once; it is counted.
WRONG = 1.1
BEYOND = 21

#: Probes of a cell that may make more transitions than are remembered, each second the same ones:
#: so a lone spark moves on, and a quarter of anything cannot flash.
FREE = 1
TICK = 5  # steps
FREED = 13  # ticks for which a probe that was let go is one of those

WHOLE = 256  # a mix of so much is the new picture

#: Squares are mixed, not light: a channel falls by up to 1.14 of its share, and rises by less than
#: it, but near black. So a share leaves 7/8 of the room, counting what goes that way only, and a
#: change of colour is darker, or brighter, on its way than at both ends: by .11 of what rises or
#: falls, whichever is less, and by a step of 8 bits, which one channel is rounded by and another
#: is not.
ROOM = 224
ASTRAY = 28  # of 256
ROUNDED = 36  # in 1/LUMINANCE

BETWEEN = 64  # places from the centre of a cell to the next
PITCH_BITS = 18  # as many as 160 cells leave in 32

LIGHT = 65025
LUMINANCE = 4064
WEIGHTS = (13933, 46871, 4732)  # of 65536: R, G, B in luminance

SLACK = 0.002  # of a code value: as near as light must come to one to have reached it

RED_SHARE = 79  # % of the light; more is a saturated red
RED_LEFT = 77  # % of the light, of what was one
RED_DARK = int(0.8 * flash.RED_FLOOR * LIGHT)  # of R − G − B; less is none
RED_STEP = 64
RED_CHANGE = int(STRICT * flash.RED_CHANGE * (LIGHT >> 5))
RED_HELD = int(HELD * flash.RED_CHANGE * (LIGHT >> 5))


@cache
def lights() -> NDArray[np.int64]:
    """Return the light of each code value: IEC 61966-2-1, to the nearest 1/`LIGHT`; (256,)."""
    exact = np.asarray(srgb_to_linear(np.arange(256) / 255.0))
    return np.rint(exact * LIGHT).astype(np.int64)


def change(peak_nits: float) -> int:
    """Return the change of luminance that the guard counts as a transition, 1 or more.

    No change that is one by `core.flash` is less: see `WRONG`.
    """
    least = flash.threshold(peak_nits) * LUMINANCE
    return max(int(min(STRICT * least, least - WRONG)), 1)


def held(peak_nits: float) -> int:
    """Return how far luminance may come back where it must make no transition, 1 or more."""
    least = flash.threshold(peak_nits) * LUMINANCE
    return max(min(int(HELD * least), change(peak_nits) - BEYOND), 1)


def slew_rate(peak_nits: float) -> float:
    """Return how much light the fail-safe guard lets change in a second, of full light.

    Four transitions in 61 frames need three times the threshold from the first one to the last,
    less the step of 8 bits by which what is shown may lag behind when the first one is made.
    """
    steps = np.diff(lights()).max() / LIGHT
    return float((REMEMBERED * flash.threshold(peak_nits) - steps) * 60 / 62)


def cells(size: tuple[int, int]) -> tuple[int, int]:
    """Return how many cells (across, down) a picture of this size has."""
    return parts((size[0] // NARROWEST, size[1] // NARROWEST), GRID)


def parts(things: tuple[int, int], most: tuple[int, int]) -> tuple[int, int]:
    """Return how many parts (across, down) so many things have: each has one at least."""
    return max(min(most[0], things[0]), 1), max(min(most[1], things[1]), 1)


def starts(parts: int, whole: int) -> NDArray[np.int64]:
    """Return where each of `parts` begins, of `whole` things; (parts + 1,), the last is `whole`."""
    return -(-np.arange(parts + 1) * whole // parts)


def places(cells: int, pixels: int) -> NDArray[np.int64]:
    """Return where pixels lie among the centres of cells, along one axis; (pixels,).

    In 1/BETWEEN: BETWEEN is the centre of cell 0, BETWEEN · cells that of the last one.
    """
    by = pitch(cells, pixels)
    return ((np.arange(pixels) * by + by // 2) >> PITCH_BITS) + BETWEEN // 2


def pitch(cells: int, pixels: int) -> int:
    """Return how far it is from one pixel to the next in cells, in 2^-PITCH_BITS / BETWEEN."""
    return int(2 * 2**PITCH_BITS * BETWEEN * cells + pixels) // (2 * pixels)


def probes(size: tuple[int, int], cells: tuple[int, int]) -> NDArray[np.int64]:
    """Return the pixels (x, y) that are looked at, row 0 first; (rows, columns, PROBES, 2).

    Each has its own eighth of the cell, where it lies anywhere, but that the four of one half lie
    in one row, which is read in half the time: no stripe or checker avoids them.
    """
    across, down = starts(cells[0], size[0]), starts(cells[1], size[1])
    number = np.arange(cells[0] * cells[1] * PROBES, dtype=np.uint32)
    chance = _hash(number).reshape(cells[1], cells[0], PROBES).astype(np.int64)
    which = np.arange(PROBES)
    column = (which & 3) * 256 + (chance & 255)
    row = (which >> 2) * 256 + (chance[..., which & 4] >> 8 & 255)
    x = across[:-1, None] + (column * np.diff(across)[:, None] >> 10)
    y = down[:-1, None, None] + (row * np.diff(down)[:, None, None] >> 9)
    return np.stack([x, y], axis=-1)


def _hash(h: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return Wellons' 32-bit integer hash."""
    for shift, by in ((16, 0x7FEB352D), (15, 0x846CA68B), (16, 1)):
        h = np.multiply(h ^ (h >> np.uint32(shift)), np.uint32(by), dtype=np.uint32)
    return h
