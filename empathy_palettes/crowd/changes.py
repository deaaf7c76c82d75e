"""How people's feelings changed during the last minute, as unit vectors.

Compares nobody with anybody: `clusters` and `seeding` do.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .minute import UNITS, WINDOW, Block

Floats = NDArray[np.float32]

AXES = 2
SAMPLES = 4  # that are averaged: two seconds
POSITIONS = WINDOW // SAMPLES  # of which 28 hold a change
ENOUGH = 10  # averages, 20 s, before somebody counts
MOVES = 4  # changes that are not 0: one leap is no movement
SIMILAR = 0.4  # who resembles others less does not move with them, however long they are here
_SURE = 3.0  # standard deviations
STILL = 0.01  # of a root mean square change: no movement
# Powers of two, so that products of these are summed without rounding (see `Changes`):
FINE = 1024.0  # of a unit vector's component
FINE_WEIGHT = 16.0
FINE_DIRECTION = 8192.0  # of the component of what a unit vector is compared with


class Changes(NamedTuple):
    """Of each of n slots, the changes from one two seconds' mean to the next.

    `units` (60, n) f4: valence's 30 positions as they lie in the ring, then arousal's; of unit
    length with both feelings counting alike, or the one that moves; 0 for who does not count.
    `counted` (n,): who does: here for 20 s, with four changes or more of a feeling. `asked`
    (n,) f4 in [.4, 1]: the similarity to others that is more than chance, which is high while
    there are few changes to compare. `compared` (2, n): how many of each feeling's newest
    changes these are, at most 28. `weight` (n,) f4 in [0, 1]: what the person adds to a sum of
    vectors, so that the changes of who came lately are no larger in it than the others'.

    Units are whole 1024ths and weights whole 16ths: what is summed of them is exact in whatever
    order a processor sums, so that all processors find the same clusters.
    """

    units: Floats
    counted: NDArray[np.bool_]
    asked: Floats
    compared: NDArray[np.int16]
    weight: Floats


def changes(block: Block, window: int) -> Changes:
    """Return the changes of a block, or of some of its slots, up to position `window`.

    `window`: the newest that is complete. The oldest may be being overwritten, so that it and the
    change from it are left out.
    """
    four = block.ring.reshape(AXES, POSITIONS, SAMPLES, -1)
    sums = np.add(four[:, :, 0], four[:, :, 1]).astype(np.float32)  # at most 64: no overflow
    sums += np.add(four[:, :, 2], four[:, :, 3])
    change = np.empty_like(sums)
    np.subtract(sums[:, 1:], sums[:, :-1], out=change[:, 1:])
    np.subtract(sums[:, 0], sums[:, -1], out=change[:, 0])
    change[:, [(window + 1) % POSITIONS, (window + 2) % POSITIONS]] = 0.0
    # Up to three newer samples may have been counted into `length` already.
    averages = (block.length - (SAMPLES - 1)) // SAMPLES
    age = (window - np.arange(POSITIONS)) % POSITIONS
    for axis in range(AXES):
        recent = np.flatnonzero((block.length[axis] > 0) & (averages[axis] < POSITIONS - 1))
        if len(recent):
            change[axis][:, recent] *= age[:, None] < averages[axis][recent] - 1
    squares = np.einsum("apn,apn->an", change, change)
    moves = np.add.reduce((change != 0).view(np.uint8), axis=1, dtype=np.uint8)
    least = np.maximum(averages - 1, 1) * np.float32((STILL * UNITS * SAMPLES) ** 2)
    counts = (averages >= ENOUGH) & (moves >= MOVES) & (squares >= least)
    scale = np.zeros(counts.shape, np.float32)
    np.divide(FINE, np.sqrt(squares * counts.sum(axis=0)), out=scale, where=counts)
    change *= scale[:, None]
    np.rint(change, out=change)
    change *= np.float32(1.0 / FINE)
    compared = np.maximum((np.minimum(averages, POSITIONS - 1) - 1) * counts, 0)
    asked = _SURE / np.sqrt(np.maximum(compared.sum(axis=0), 1)).astype(np.float32)
    np.clip(asked, SIMILAR, 1.0, out=asked)
    known = compared.sum(axis=0) / np.maximum(counts.sum(axis=0) * (POSITIONS - 2), 1)
    units = change.reshape(AXES * POSITIONS, -1)
    weight = (np.rint(np.sqrt(known) * FINE_WEIGHT) / FINE_WEIGHT).astype(np.float32)
    return Changes(units, counts.any(axis=0), asked, compared, weight)
