"""Where a further cluster may begin: a look at some of the people, all pairs of them.

Gives no identity and decides nothing for good: `clusters` puts what is found here on trial.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .series import mean_of_pairs

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

POOL = 256  # people that are looked at
COHERENT = 0.1  # the mean correlation of changes that a cluster has beyond what chance gives
PICKED = 8  # standard deviations of that: who is in a group was chosen for being alike
_NEAR = 0.15  # a correlation of two people that may be more than chance
_FREE = 37.0  # independent changes of a minute of two feelings that are nothing but noise
_REFINED = 4  # times
_NOTHING = 1e-6  # of the largest change: there was nobody to make one


def chance(people: int) -> float:
    """Return the standard deviation of the mean correlation of `people` who move apart."""
    if people < 2:
        return math.inf
    return math.sqrt(2.0 / (people * (people - 1) * _FREE))


def seed(
    units: Floats, asked: Floats, share: float, fewest: int, known: Doubles, one: float
) -> Doubles | None:
    """Return the direction (dimensions,) of the group that is most worth a cluster, or None.

    `units` (n, dimensions): unit vectors; `asked` (n,): how much each has to resemble the group
    to be in it. A group has `share` of n people or more, and `fewest`; its direction
    correlates with none of `known` (k, dimensions) by more than `one`.
    """
    if len(units) < fewest:
        return None
    near: Floats = units @ units.T
    np.fill_diagonal(near, 0.0)
    near[near < _NEAR] = 0.0
    towards = _directions(near @ units)
    gains = np.maximum(towards @ units.T - asked, 0.0)
    np.fill_diagonal(gains, 0.0)
    start = towards[int(gains.sum(axis=1).argmax())].astype(np.float64)
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
    length = math.sqrt(float(one @ one) * float(two @ two))
    return float(one @ two) / length if length > 0.0 else 0.0


def _directions(rows: Floats) -> Floats:
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    directions: Floats = rows / np.maximum(lengths, np.float32(1e-6))[:, None]
    return directions
