"""What is summed over people to know a crowd: every measure is made of these sums.

Each is a function of a feeling alone, so that sums over people and over the cells of a `Tally` are
the same sums, and those of two halves of a crowd add up. Makes no measure of them: `statistics`
does.
"""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .table import AXIS, PER_UNIT

Doubles = NDArray[np.float64]

NAN = float("nan")
CATEGORIES = 7  # van der Eijk's ordered categories
SOFT_EDGE = 0.25  # a feeling this far from an axis belongs wholly to its side of it
NEUTRAL_RADIUS = 0.2  # nearer to the middle than this is no kind of feeling but "neutral"
KINDS_OF_FEELING = 9  # eight octants and neutral

# Where in the features each sum stands; what is said of an axis is 0 for who did not say it.
WEIGHTS = slice(0, 2)  # of those who said valence, and arousal
FIRST = slice(2, 4)  # Σ valence, Σ arousal
SIDES = slice(4, 8)  # of valence: weight above 0, below 0, Σ of those above, of those below
CATEGORY = slice(8, 8 + 2 * CATEGORIES)  # weight per category of valence, and of arousal
PLANE = slice(22, 28)  # of those who said both: weight, v, a, v², a², va
QUADRANT = slice(28, 31)  # of those: pleasant, stirred, both at once; soft
KINDS = slice(31, 31 + KINDS_OF_FEELING)
FEATURES = 40


def axis_values() -> Doubles:
    """Return the 66 levels as feelings: −1 to 1 in steps of 1/32, and NaN."""
    return np.append(np.arange(AXIS - 1) / PER_UNIT - 1.0, NAN)


def features(valence: Doubles, arousal: Doubles) -> Doubles:
    """Return (40, n) what each of (n,) feelings in [-1, 1] adds to each sum; NaN = not said."""
    known = ~np.isnan(valence), ~np.isnan(arousal)
    v, a = (np.where(said, x, 0.0) for said, x in zip(known, (valence, arousal), strict=True))
    both = (known[0] & known[1]).astype(np.float64)
    out = np.zeros((FEATURES, len(v)))
    out[WEIGHTS] = known
    out[FIRST] = v, a
    out[SIDES] = v > 0.0, v < 0.0, np.maximum(v, 0.0), np.minimum(v, 0.0)
    people = np.arange(len(v))
    for axis, (said, x) in enumerate(zip(known, (v, a), strict=True)):
        out[CATEGORY][category(x) + axis * CATEGORIES, people] = said
    out[PLANE] = both, v * both, a * both, v * v * both, a * a * both, v * a * both
    pleasant = np.clip(0.5 + v * (0.5 / SOFT_EDGE), 0.0, 1.0) * both
    stirred = np.clip(0.5 + a * (0.5 / SOFT_EDGE), 0.0, 1.0) * both
    out[QUADRANT] = pleasant, stirred, pleasant * stirred
    out[KINDS][kind_of_feeling(v, a), people] = both
    return out


def category(values: Doubles) -> NDArray[np.intp]:
    """Return which of seven equal parts of [-1, 1] each value is in."""
    return np.minimum(((values + 1.0) * (CATEGORIES / 2.0)).astype(np.intp), CATEGORIES - 1)


def kind_of_feeling(valence: Doubles, arousal: Doubles) -> NDArray[np.intp]:
    """Return which of nine kinds each feeling is.

    The kinds are the eight octants of the circumplex (Russell 1980), centred on its axes and
    diagonals, and neutral, which is nearer than 0.2 to the middle.
    """
    octant_edge = math.tan(math.pi / 8.0)
    size_v, size_a = np.abs(valence), np.abs(arousal)
    side_v = np.sign(valence) * (size_v >= octant_edge * size_a)
    side_a = np.sign(arousal) * (size_a >= octant_edge * size_v)
    felt = valence * valence + arousal * arousal >= NEUTRAL_RADIUS**2
    kind: NDArray[np.intp] = ((3.0 * side_v + side_a) * felt + 4.0).astype(np.intp)
    return kind


class Points(NamedTuple):
    """Feelings that people may have: (n,) f8, NaN = not said, and (40, n) what each adds."""

    valence: Doubles
    arousal: Doubles
    features: Doubles


@cache
def cells_as_points() -> Points:
    """Return the 4356 cells of a `Tally`, read-only."""
    values = axis_values()
    valence, arousal = np.repeat(values, AXIS), np.tile(values, AXIS)
    points = Points(valence, arousal, features(valence, arousal))
    for array in points:
        array.flags.writeable = False
    return points


def grid_sums(mass: Doubles) -> Doubles:
    """Return (rows, 40) sums of the features over (rows, 66, 66) weights of the cells.

    In products so small that a BLAS does not share them out among threads, which costs more than
    they do, and tens of times as much while a processor is busy.
    """
    parts = cells_as_points().features.reshape(FEATURES, AXIS, AXIS).transpose(1, 0, 2)
    sums: Doubles = np.matmul(parts, mass.transpose(1, 2, 0)).sum(axis=0).T
    return sums
