"""The sums that the crowd's signals are made of, in one fused pass that numba compiles.

Needs numba, which nothing else here does: `pip install numba`.
"""

from __future__ import annotations

from collections.abc import Callable

import numba
import numpy as np

from empathy_palettes.crowd.table import People
from empathy_palettes.crowd.tally import UNITS, Tally


def _one_pass(said, trusted, cell, level, step, half_life, mass, dominance, sums):  # type: ignore[no-untyped-def]
    units, per_step = np.float32(UNITS), np.float32(-1.0 / half_life)
    for slot in range(len(said)):
        trust = trusted[slot]
        if trust == 0.0:
            continue
        weight = np.rint(units * trust * np.exp2(np.float32(step - said[slot]) * per_step))
        weight = np.float64(weight) / UNITS
        at = cell[slot]
        mass[at] += weight
        dominance[level[slot]] += weight
        square = weight * weight
        sums[0] += square
        if at < 65 * 66 and at % 66 != 65:
            sums[1] += square
        sums[2] += trust
        sums[3] += 1.0


def tallier(people: People, half_life: float) -> Callable[[int], Tally]:
    """Return what tallies `people` at a step; compiled, and run once."""
    one_pass = numba.njit(fastmath=True)(_one_pass)

    def tally(step: int) -> Tally:
        out, sums = Tally.empty(), np.zeros(4)
        reach = slice(0, people.reach)
        one_pass(
            *(people.said[reach], people.weight[reach]),
            *(people.cell[reach], people.dominance_level[reach]),
            *(step, half_life, out.mass[0], out.dominance[0], sums),
        )
        out.dominance[0, -1] = 0.0
        out.squares[0], out.trust[0], out.people[0] = sums[:2], sums[2], sums[3]
        return out

    tally(0)
    return tally
