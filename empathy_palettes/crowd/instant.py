"""The signals of one crowd at one instant, as plain numbers: `statistics.of` for a single row.

A step asks for them once, and for arrays this small it is the calls that cost: so few numbers are
worked out as numbers. Says the same as `statistics` to the bit, where a tally's sums are exact.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from functools import cache
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .features import (
    CATEGORIES,
    CATEGORY,
    FEATURES,
    FIRST,
    KINDS,
    KINDS_OF_FEELING,
    PLANE,
    QUADRANT,
    SIDES,
    WEIGHTS,
    axis_values,
    cells_as_points,
)
from .signals import Reading
from .statistics import (
    CUT_BINS,
    CUT_BINS_PER_UNIT,
    EVEN,
    FULL_ROOM,
    NAN,
    RELIABLE_PEOPLE,
    unimodality,
)
from .table import AXIS, PER_UNIT, UNSAID
from .tally import Tally

Doubles = NDArray[np.float64]

_KINDS, _HEAPS = KINDS_OF_FEELING + 1, 4
_NOBODY = ("count", "presence", "confidence")  # these are 0 where nobody is, the rest is undefined
_NAMES = (
    *("valence", "arousal", "dominance", "median_valence", "median_arousal", "median_dominance"),
    *("agreement", "polarization", "divide_angle", "divide_offset", "divide_gap"),
    *("spread", "diversity", "joy", "calm", "tension", "sorrow", *_NOBODY),
)


def reading(tally: Tally) -> Reading:
    """Return the signals that an instant defines, of a tally of one row; NaN where undefined."""
    people = float(tally.people[0])
    if people == 0.0:
        return {name: 0.0 if name in _NOBODY else NAN for name in _NAMES}
    said = _sides()
    mass = tally.mass.reshape(AXIS, AXIS)
    pleasant, stirred = mass.sum(axis=1), mass.sum(axis=0)
    commanding = tally.dominance[0, :UNSAID]
    valence = (said.valence @ pleasant).tolist()
    arousal = (said.arousal @ stirred).tolist()
    command = float(commanding.sum())
    plane, soft = _plane(mass, pleasant, stirred)
    angle, offset, gap = _divide(mass, plane)
    spread = _spread(plane)
    joy, calm, tension, sorrow = _quadrants(plane[0], *soft)
    agreements = [_agreement(axis[-CATEGORIES:], axis[0]) for axis in (valence, arousal)]
    defined = [(1.0 + agreement) / 2.0 for agreement in agreements if agreement == agreement]
    return {
        "valence": _ratio(valence[1], valence[0]),
        "arousal": _ratio(arousal[1], arousal[0]),
        "dominance": _ratio(float(commanding @ said.levels), command),
        "median_valence": _median(pleasant),
        "median_arousal": _median(stirred),
        "median_dominance": _median(tally.dominance[0]) if command > 0.0 else NAN,
        "agreement": sum(defined) / len(defined) if defined else NAN,
        "polarization": _polarization(valence[0], *valence[2:6]),
        "divide_angle": angle,
        "divide_offset": offset,
        "divide_gap": gap,
        "spread": spread,
        "diversity": _diversity(tally.mass[0]),
        "joy": joy,
        "calm": calm,
        "tension": tension,
        "sorrow": sorrow,
        "count": people,
        "presence": min(float(np.log1p(people)) / math.log1p(FULL_ROOM), 1.0),
        "confidence": _confidence(tally),
    }


class _Sides(NamedTuple):
    """The features that the level of one feeling alone decides, one column per level.

    `valence` (13, 66): weight, Σ, the sides, the categories; `arousal` (9, 66): weight, Σ, the
    categories. Of those who said both: `along` (4, 65) 1, v, v², softly pleasant; `across` (3, 65)
    a, a², softly stirred. `levels` (65,): the feelings themselves. `kind` (4356,): which of the
    nine kinds each cell is of, 9 where either was not said, and 10 · n for n of four heaps that
    neighbours take in turn, since adding to one heap over and over is slow.
    """

    valence: Doubles
    arousal: Doubles
    along: Doubles
    across: Doubles
    levels: Doubles
    kind: NDArray[np.intp]


@cache
def _sides() -> _Sides:
    all_of_them = cells_as_points().features.reshape(FEATURES, AXIS, AXIS)
    v, a = CATEGORY.start, CATEGORY.start + CATEGORIES
    of_valence = [WEIGHTS.start, FIRST.start, *range(SIDES.start, SIDES.stop), *range(v, a)]
    of_arousal = [WEIGHTS.start + 1, FIRST.start + 1, *range(a, CATEGORY.stop)]
    along = [PLANE.start, PLANE.start + 1, PLANE.start + 3, QUADRANT.start]
    across = [PLANE.start + 2, PLANE.start + 4, QUADRANT.start + 1]
    kinds = all_of_them[KINDS].reshape(KINDS_OF_FEELING, -1)
    sides = _Sides(
        all_of_them[of_valence, :, 0],
        all_of_them[of_arousal, 0, :],
        all_of_them[along, :UNSAID, UNSAID - 1],
        # where pleasantness is whole, what is said of the quadrants is of the stir alone
        all_of_them[across, UNSAID - 1, :UNSAID],
        axis_values()[:UNSAID],
        np.where(kinds.any(axis=0), kinds.argmax(axis=0), KINDS_OF_FEELING)
        + np.arange(AXIS * AXIS) % _HEAPS * _KINDS,
    )
    for array in sides:
        array.flags.writeable = False
    return sides


def _plane(
    mass: Doubles, pleasant: Doubles, stirred: Doubles
) -> tuple[list[float], tuple[float, float, float]]:
    """The sums of `PLANE`, and those of `QUADRANT`, of (66, 66) weights and their margins."""
    said, both = _sides(), mass[:UNSAID, :UNSAID]
    if pleasant[UNSAID] or stirred[UNSAID]:
        pleasant, stirred = both.sum(axis=1), both.sum(axis=0)
    weight, v, vv, glad = (said.along @ pleasant[:UNSAID]).tolist()
    a, aa, live = (said.across @ stirred[:UNSAID]).tolist()
    mixed = said.along[1::2] @ both  # v and softly pleasant
    va, joy = float(mixed[0] @ said.across[0]), float(mixed[1] @ said.across[2])
    return [weight, v, a, vv, aa, va], (glad, live, joy)


def _divide(mass: Doubles, plane: list[float]) -> tuple[float, float, float]:
    """Angle, offset and gap of the line between two camps: see `statistics.divide_lines`."""
    weight = plane[0]
    if not weight > 0.0:
        return NAN, NAN, NAN
    mean_v, mean_a, per_vv, per_aa, per_va = (part / weight for part in plane[1:])
    wide = (per_vv - mean_v * mean_v) - (per_aa - mean_a * mean_a)
    slant = per_va - mean_v * mean_a
    if not float(np.hypot(wide, 2.0 * slant)) >= 1e-9:
        return NAN, NAN, NAN
    angle = float(np.arctan2(2.0 * slant, wide)) / 2.0
    if float(np.cos(angle)) < 1e-9:
        angle = math.pi / 2.0
    levels = _sides().levels
    along = np.add.outer(float(np.cos(angle)) * levels, float(np.sin(angle)) * levels).ravel()
    heavy = mass[:UNSAID, :UNSAID].ravel()
    heaps = along * CUT_BINS_PER_UNIT
    np.rint(heaps, out=heaps)
    heaps += CUT_BINS
    index = heaps.astype(np.intp)
    below = np.bincount(index, heavy, 2 * CUT_BINS + 1).cumsum()
    moment = np.bincount(index, np.multiply(heavy, along, out=along), 2 * CUT_BINS + 1).cumsum()
    total, last = float(below[-1]), float(moment[-1])
    rest = total - below
    cuttable = (below > EVEN * total) & (rest > EVEN * total)
    pull = moment - below * (last / total)
    pull *= pull
    between = np.zeros_like(below)
    np.divide(pull, below * rest, out=between, where=cuttable)
    cut = int((between >= float(between.max()) * (1.0 - EVEN)).argmax())
    if not cuttable[cut]:
        return NAN, NAN, NAN
    low = float(moment[cut]) / float(below[cut])
    high = (last - float(moment[cut])) / float(rest[cut])
    return angle, (low + high) / 2.0, high - low


def _median(heaps: Doubles) -> float:
    """The median of (66,) weights by level, the last of which is not said: see `middle`."""
    below = list(accumulate(heaps[:UNSAID].tolist()))
    half = below[-1] / 2.0
    if half <= 0.0:
        return NAN
    lower = bisect_left(below, half * (1.0 - EVEN))
    upper = bisect_right(below, half * (1.0 + EVEN))
    return (lower + upper) / (2.0 * PER_UNIT) - 1.0


@cache
def _layers() -> list[float]:
    """What a layer says of agreement, by which categories it fills: bit i is category i."""
    filled = np.arange(2**CATEGORIES)[:, None] >> np.arange(CATEGORIES) & 1
    filled[0] = 1  # no layer fills none
    spoken: list[float] = unimodality(filled.astype(np.float64)).tolist()
    return spoken


def _agreement(heights: list[float], total: float) -> float:
    """Return the agreement of seven weights, `total` in all: see `statistics.agreement`."""
    if not total > 0.0:
        return NAN
    spoken, filled, size = _layers(), 2**CATEGORIES - 1, float(CATEGORIES)
    agreement = ground = 0.0
    for category in sorted(range(CATEGORIES), key=heights.__getitem__):
        height = heights[category]
        if height > ground:
            agreement += spoken[filled] * (height - ground) * size
            ground = height
        filled ^= 1 << category
        size -= 1.0
    return agreement / total


def _polarization(
    total: float, above: float, below: float, pull_up: float, pull_down: float
) -> float:
    if not total > 0.0:
        return NAN
    above, below, pull_up, pull_down = (part / total for part in (above, below, pull_up, pull_down))
    return 2.0 * (below * pull_up - above * pull_down)


def _spread(plane: list[float]) -> float:
    weight = plane[0]
    if not weight > 0.0:
        return NAN
    mean_v, mean_a, per_vv, per_aa, _ = (part / weight for part in plane[1:])
    variance = (per_vv - mean_v * mean_v) + (per_aa - mean_a * mean_a)
    return math.sqrt(max(variance, 0.0) / 2.0)


def _diversity(mass: Doubles) -> float:
    """Shannon's entropy of the kinds of feeling in (4356,) weights: see `statistics.diversity`."""
    heaps = np.bincount(_sides().kind, mass, _HEAPS * _KINDS).reshape(_HEAPS, _KINDS)
    kinds = heaps.sum(axis=0)[:KINDS_OF_FEELING]
    total = float(kinds.sum())
    if not total > 0.0:
        return NAN
    shares = kinds / total
    logs = np.zeros(KINDS_OF_FEELING)
    np.log(shares, out=logs, where=shares > 0.0)
    return max(0.0, -float((shares * logs).sum()) / math.log(KINDS_OF_FEELING))


def _quadrants(
    total: float, pleasant: float, stirred: float, both: float
) -> tuple[float, float, float, float]:
    if not total > 0.0:
        return NAN, NAN, NAN, NAN
    right, up, joy = pleasant / total, stirred / total, both / total
    calm, tension = max(right - joy, 0.0), max(up - joy, 0.0)
    return joy, calm, tension, max(1.0 - joy - calm - tension, 0.0)


def _confidence(tally: Tally) -> float:
    """How much the numbers can be relied on: see `statistics.confidence`, times the freshness."""
    weight, trust = float(tally.mass.sum()), float(tally.trust[0])
    squares = float(tally.squares[0, 0])
    effective = weight * weight / squares if squares > 0.0 else 0.0
    fresh = weight / trust if trust > 0.0 else 0.0
    return -float(np.expm1(-effective / RELIABLE_PEOPLE)) * fresh


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0.0 else NAN
