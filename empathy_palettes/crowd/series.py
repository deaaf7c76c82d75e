"""How much whole series move together: plain functions on (time, people) arrays.

Keeps nothing and knows no window: `resonance` follows a crowd while it lives.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Doubles = NDArray[np.float64]


def mean_pairwise(series: ArrayLike) -> float:
    """Return the mean correlation over all pairs of columns, in [−1/(n−1), 1]; NaN for n < 2.

    `series` (time, people), finite; n counts those who move at all. All pairs at once, from the
    length of the sum of unit series.
    """
    units = _units(_moving(series))
    return mean_of_pairs(float((units.sum(axis=1) ** 2).sum()), units.shape[1])


def leave_one_out(series: ArrayLike) -> float:
    """Return inter-subject correlation in [-1, 1]: each with the sum of the others, on average.

    `series` (time, people), finite; who does not move is left out, as is, from the average, whose
    others' sum does not move; NaN where nobody is left. Hasson et al. 2004 (Science 303:1634),
    Nastase et al. 2019 (SCAN 14:667).
    """
    own = _moving(series)
    if own.shape[1] < 2:
        return float("nan")
    others = own.sum(axis=1, keepdims=True) - own
    lengths = np.sqrt((own * own).sum(axis=0) * (others * others).sum(axis=0))
    defined = lengths > _TINY * (own * own).sum(axis=0)
    if not defined.any():
        return float("nan")
    return float(((own * others).sum(axis=0)[defined] / lengths[defined]).mean())


def mean_of_pairs(squared_length: float, people: int) -> float:
    """Return the mean product over the pairs of `people` unit vectors from ‖their sum‖²; NaN < 2.

    ‖Σ z‖² = n + the sum over both orders of every pair, so (‖Σ z‖² − n) / (n (n − 1)).
    """
    if people < 2:
        return float("nan")
    return (squared_length - people) / (people * (people - 1))


_TINY = 1e-9  # of a length: rounding left by values that cancel


def _moving(series: ArrayLike) -> Doubles:
    """The columns about their means, without those that are constant."""
    table = np.asarray(series, np.float64)
    if not table.size:
        return np.empty((len(table), 0))
    moves = table.max(axis=0) > table.min(axis=0)
    kept = table[:, moves]
    centred: Doubles = kept - kept.mean(axis=0)
    return centred


def _units(centred: Doubles) -> Doubles:
    units: Doubles = centred / np.sqrt((centred * centred).sum(axis=0))
    return units
