"""Where a further cluster may begin: a look at some of the people, all pairs of them.

Gives no identity and decides nothing for good: `clusters` puts what is found here on trial.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .changes import FINE_DIRECTION
from .series import mean_of_pairs

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

POOL = 256  # people that are looked at
COHERENT = 0.1  # the mean correlation of changes that a cluster has beyond what chance gives
PICKED = 8  # standard deviations of that: who is in a group was chosen for being alike
_NEAR = 0.15  # a correlation of two people that may be more than chance
_FREE = 37.0  # independent changes of a minute of two feelings that are nothing but noise
_REFINED = 4  # times
_FINE = np.float32(32.0)  # of a correlation by which a person is drawn towards another
_NOTHING = 1e-6  # of the largest change: there was nobody to make one


def chance(people: int) -> float:
    """Return the standard deviation of the mean correlation of `people` who move apart."""
    if people < 2:
        return math.inf
    return math.sqrt(2.0 / (people * (people - 1) * _FREE))


def densest(units: Floats, asked: Floats) -> Doubles:
    """Return the direction (dimensions,) in which most people resemble each other most.

    `units` (n, dimensions): unit vectors, n at most 256; `asked` (n,): how much each has to
    resemble a group to be in it. Where `units` are those of `Changes`, the result does not depend
    on the order in which a processor sums: every sum is exact.
    """
    near: Floats = units @ units.T
    np.fill_diagonal(near, 0.0)
    near *= near >= _NEAR
    near *= _FINE
    np.rint(near, out=near)
    near *= np.float32(1.0) / _FINE
    towards = _directions(near @ units)
    gains: Floats = towards @ units.T
    gains -= asked
    np.maximum(gains, 0.0, out=gains)
    np.fill_diagonal(gains, 0.0)
    best = int(gains.sum(axis=1, dtype=np.float64).argmax())
    start: Doubles = towards[best].astype(np.float64)
    return start


def grown(
    start: Doubles,
    units: Floats,
    asked: Floats,
    share: float,
    fewest: int,
    known: Doubles,
    one: float,
) -> Doubles | None:
    """Return the direction (dimensions,) of the group about `start`, or None if it is none.

    `units` and `asked` as in `densest`. A group has `share` of n people or more, and `fewest`; its
    direction correlates with none of `known` (k, dimensions) by more than `one`.
    """
    rows = units.astype(np.float64)
    inside = rows @ start >= asked
    for _ in range(_REFINED):
        total = rows[inside].sum(axis=0)
        along = rows @ total
        length = float(total @ total)
        others = np.sqrt(np.maximum(length - (2.0 * along - 1.0) * inside, 1e-12))
        inside = (along - inside) / others >= asked
    count = int(np.count_nonzero(inside))
    if count < max(fewest, share * len(units)):
        return None
    total = rows[inside].sum(axis=0)
    length = float(total @ total)
    if mean_of_pairs(length, count) < COHERENT + PICKED * chance(count):
        return None
    direction: Doubles = total / math.sqrt(length)
    if any(resemblance(direction, other) > one for other in known):
        return None
    return direction


def resemblance(one: Doubles, two: Doubles) -> float:
    """Return the correlation of two sums (60,) over the changes that both have, in [-1, 1].

    A sum of people who came lately has nothing to say about the time before.
    """
    both = (np.abs(one) > _NOTHING * np.abs(one).max()) & (
        np.abs(two) > _NOTHING * np.abs(two).max()
    )
    one, two = one[both], two[both]
    length = math.sqrt(dot(one, one) * dot(two, two))
    return dot(one, two) / length if length > 0.0 else 0.0


def dot(one: Doubles, two: Doubles) -> float:
    """Return the sum of the products, rounded once: the same whatever the processor."""
    return math.fsum((one * two).tolist())


def _directions(rows: Floats) -> Floats:
    wide = rows.astype(np.float64)
    lengths = np.sqrt(np.einsum("ij,ij->i", wide, wide))
    wide *= (FINE_DIRECTION / np.maximum(lengths, 1e-6))[:, None]
    directions: Floats = (np.rint(wide) / FINE_DIRECTION).astype(np.float32)
    return directions
