"""Further measures of a crowd, for analysis: no signal, and nothing a preset sees.

Each comes from the same `Tally` as the signals do, so that it can be had of any moment, any circle
and any machines together. NaN where too few people make it undefined.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .features import KINDS, axis_values, grid_sums
from .statistics import Readings, binned
from .table import AXIS, UNSAID
from .tally import Tally

Doubles = NDArray[np.float64]

ALPHA = 1.3  # of Esteban and Ray: how much it counts to be many in one place; at most 1.6
POLES = 21  # bins; the value depends on how many there are
FEWEST = 4.0  # people of whom a kurtosis can be told


def more(tally: Tally) -> Readings:
    """Return measures of each row, by name.

    `esteban_ray_valence`, `esteban_ray_arousal`, `bimodality_valence`, `bimodality_arousal` and
    `kinds`, the effective number of kinds of feeling, 1 to 9.
    """
    cube = tally.mass.reshape(-1, AXIS, AXIS)
    values, kinds = axis_values()[:UNSAID], grid_sums(cube)[:, KINDS]
    bins = np.minimum(((values + 1.0) * (POLES / 2.0)).astype(np.intp), POLES - 1)
    rows = np.arange(len(cube))[:, None] * POLES
    people = np.full(len(cube), np.nan)
    weight, squares = tally.mass.sum(axis=1), tally.squares[:, 0]
    np.divide(weight * weight, squares, out=people, where=squares > 0.0)
    measures: Readings = {"kinds": hill(kinds)}
    for name, others in (("valence", 2), ("arousal", 1)):
        mass = cube.sum(axis=others)[:, :UNSAID]
        poles = binned((rows + bins).ravel(), mass.ravel(), len(cube) * POLES)
        measures[f"esteban_ray_{name}"] = esteban_ray(poles.reshape(-1, POLES))
        measures[f"bimodality_{name}"] = bimodality(mass, values, people)
    return measures


def esteban_ray(histograms: Doubles, alpha: float = ALPHA) -> Doubles:
    """Return the polarisation of each row of (rows, K) in [0, 1]; NaN if empty.

    2^(1+α) Σ p_a^(1+α) p_b |c_a − c_b| over all pairs of bins, the ends being 1 apart: 1 for two
    poles alike, 0 for a single one. Esteban & Ray 1994 (Econometrica 62:819).
    """
    bins = histograms.shape[1]
    apart = np.abs(np.subtract.outer(np.arange(bins), np.arange(bins))) / (bins - 1)
    totals = histograms.sum(axis=1, keepdims=True)
    p = np.full_like(histograms, math.nan)
    np.divide(histograms, totals, out=p, where=totals > 0.0)
    polarization: Doubles = 2.0 ** (1.0 + alpha) * (p ** (1.0 + alpha) * (p @ apart)).sum(axis=1)
    return polarization


def bimodality(weights: Doubles, values: Doubles, people: Doubles) -> Doubles:
    """Return Sarle's coefficient in (0, 1] of (rows, n) weights of (n,) values.

    (G₁² + 1) / (G₂ + 3 (n−1)² / ((n−2)(n−3))) with the unbiased skewness and excess kurtosis of
    `people` (rows,), the effective number of them; NaN below four, and where all feel the same.
    Above 5/9 two peaks are likely, or one at an end of the scale: never use it alone (Pfister et
    al. 2013, Frontiers in Psychology 4:700).
    """
    totals = weights.sum(axis=1)
    out = np.full(len(weights), math.nan)
    for row in np.flatnonzero((totals > 0.0) & (people >= FEWEST)).tolist():
        p, n = weights[row] / totals[row], float(people[row])
        apart = values - float((p * values).sum())
        second, third, fourth = (float((p * apart**k).sum()) for k in (2, 3, 4))
        if second <= 1e-12:
            continue
        skew = third / second**1.5 * math.sqrt(n * (n - 1.0)) / (n - 2.0)
        pairs = (n - 2.0) * (n - 3.0)
        kurtosis = ((n + 1.0) * (fourth / second**2 - 3.0) + 6.0) * (n - 1.0) / pairs
        out[row] = (skew**2 + 1.0) / (kurtosis + 3.0 * (n - 1.0) ** 2 / pairs)
    return out


def hill(histograms: Doubles) -> Doubles:
    """Return 1 / Σ p² of each row of (rows, K), in [1, K]: how many kinds there are in effect.

    Hill 1973 (Ecology 54:427), of order 2; NaN if empty.
    """
    squares = (histograms * histograms).sum(axis=1)
    kinds = np.full(len(histograms), math.nan)
    np.divide(histograms.sum(axis=1) ** 2, squares, out=kinds, where=squares > 0.0)
    return kinds
