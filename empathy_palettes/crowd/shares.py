"""Shares: whole classes of people, each an origin of samples, hold at most a part of the weight.

Weighs no single person (the gate and `echoes` have).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

ORIGINS = 256


class Shares:
    """Which origins are limited, and what that makes of the weight of each.

    `shares`: origin, 0 to 255 → the most it may hold of the total, in (0, 1]; ValueError where it
    is none of these. `rows`: how many classes there are: those who are not limited, together, are
    the first, each that is limited one of its own. `row_of` (256,): the class of each origin.
    """

    def __init__(self, shares: Mapping[int, float]) -> None:
        for origin, share in shares.items():
            if not (0 <= origin < ORIGINS and 0.0 < share <= 1.0):
                raise ValueError(f"origin {origin} cannot have a share of {share}")
        self.row_of = np.zeros(ORIGINS, np.intp)
        self.row_of[list(shares)] = np.arange(1, len(shares) + 1)
        self.rows = len(shares) + 1
        self._most = np.array([1.0, *shares.values()])

    def factors(self, totals: Doubles) -> Doubles:
        """Return (rows,) what to multiply the weights of each class by, 1 for one that fits.

        `totals` (rows,): the weight there is of each. A class that is alone holds all.
        """
        return capped(totals, self._most)


def capped(totals: Doubles, most: Doubles) -> Doubles:
    """Return (n,) factors in [0, 1] after which no class holds more than its part of the total.

    `totals` (n,) ≥ 0; `most` (n,) in (0, 1]. The total S that is left is the largest that solves
    S = Σ min(total, most · S): those that are held sum to (Σ held most) S, so S is the weight of
    the others over 1 − Σ held most. Applied only where two classes are present; where the parts of
    those present make no whole, they are stretched alike until they do.
    """
    factors = np.ones(len(totals))
    present = np.flatnonzero(totals > 0.0)
    if len(present) < 2:
        return factors
    weight, part = totals[present], most[present].astype(np.float64)
    if part.sum() <= 1.0:
        part /= part.sum()
        factors[present] = np.minimum(
            part * (weight / part).min() / weight, 1.0
        )  # but for rounding
        return factors
    order = np.argsort(-weight / part, kind="stable")
    part, sorted_weight = part[order], weight[order]
    held_parts = np.concatenate([[0.0], part.cumsum()])[:-1]
    others = sorted_weight[::-1].cumsum()[::-1]  # if those before are held
    left = np.divide(others, 1.0 - held_parts, out=np.zeros(len(part)), where=held_parts < 1.0)
    fits = (held_parts < 1.0) & (sorted_weight <= part * left * (1.0 + 1e-12))
    total = float(left[int(fits.argmax())])
    factors[present] = np.minimum(most[present] * total / weight, 1.0)
    return factors
