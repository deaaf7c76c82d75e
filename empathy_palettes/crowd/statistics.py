"""What a crowd feels at one instant, from arrays alone; NaN where too few people make it undefined.

Keeps nothing from one call to the next: what needs time is in `resonance`, `modes` and `smooth`.
Every number comes from weighted sums and histograms, in O(people), and is the same under any order
of the people and any common factor of the weights.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .signals import Reading

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

NAN = float("nan")
CATEGORIES = 7  # van der Eijk's ordered categories
EVEN = 1e-6  # relative; sums that differ by less are the same but for rounding
MEDIAN_BINS_PER_UNIT = 1024
CUT_BINS_PER_UNIT = 64
SOFT_EDGE = 0.25  # a feeling this far from an axis belongs wholly to its side of it
NEUTRAL_RADIUS = 0.2  # nearer to the middle than this is no kind of feeling but "neutral"
KINDS_OF_FEELING = 9  # eight octants and neutral
RELIABLE_PEOPLE = 5.0


class Divide(NamedTuple):
    """The line between two camps: the points p with p · (cos angle, sin angle) = offset.

    `angle` in (−π/2, π/2] points from the less to the more pleasant camp (straight up where they
    differ in arousal alone); `gap` is the distance between the camps' centres along it.
    """

    angle: float
    offset: float
    gap: float


def staleness(weight: Floats, age: NDArray[np.int64], half_life: float) -> Floats:
    """Return `weight` halved for every `half_life` steps of `age` (in steps)."""
    decay = age.astype(np.float32)
    decay *= np.float32(-1.0 / half_life)
    np.exp2(decay, out=decay)
    decay *= weight
    return decay


def signals(
    valence: Floats, arousal: Floats, dominance: Floats, weight: Floats, freshness: float = 1.0
) -> Reading:
    """Return the signals that an instant defines, from (people,) arrays.

    `valence arousal dominance` in [-1, 1], NaN = never said; `weight` ≥ 0. `freshness` in [0, 1]:
    how much of the weight has not gone stale, a factor of `confidence`. A measure of one axis takes
    everybody who said it; a measure of the plane, those who said both valence and arousal. Left
    out: momentum, resonance, arrivals and departures, which need time.
    """
    feelings = np.array((valence, arousal, dominance), np.float64)
    known = ~np.isnan(feelings)
    np.copyto(feelings, 0.0, where=~known)
    heavy = np.asarray(weight, np.float64)
    weights = heavy * known
    totals = weights.sum(axis=1)
    means = _ratio((weights * feelings).sum(axis=1), totals).tolist()
    medians = weighted_medians(feelings, weights).tolist()
    consensus = agreement(category_histograms(feelings[:2], weights[:2]))
    both = weights[0] * known[1]
    v, a = feelings[0], feelings[1]
    divide = divide_line(v, a, both)
    joy, calm, tension, sorrow = quadrant_shares(v, a, both)
    people = len(heavy)
    return {
        "valence": means[0],
        "arousal": means[1],
        "dominance": means[2],
        "median_valence": medians[0],
        "median_arousal": medians[1],
        "median_dominance": medians[2],
        "agreement": _mean_of_defined((1.0 + consensus) / 2.0),
        "polarization": split_polarization(v, weights[0]),
        "divide_angle": divide.angle,
        "divide_offset": divide.offset,
        "divide_gap": divide.gap,
        "spread": dispersion(v, a, both),
        "diversity": diversity(v, a, both),
        "joy": joy,
        "calm": calm,
        "tension": tension,
        "sorrow": sorrow,
        "count": float(people),
        "presence": presence(people),
        "confidence": confidence(heavy * known.any(axis=0)) * freshness,
    }


def binned(index: NDArray[np.intp], weights: Doubles, bins: int) -> Doubles:
    """Return (bins,) the sum of `weights` per bin; `index` in [0, bins)."""
    return np.bincount(index, weights, minlength=bins).astype(np.float64, copy=False)


def weighted_medians(values: Doubles, weights: Doubles) -> Doubles:
    """Return the weighted median of each row of (rows, people) `values` in [-1, 1]; NaN if empty.

    From a histogram with bins 1/1024 apart: exact for multiples of 1/1024 (the gate gives
    multiples of 1/32), else within 1/2048. Midway between the two middle values where the weight
    splits evenly between them.
    """
    rows, bins = len(values), 2 * MEDIAN_BINS_PER_UNIT + 1
    index = np.rint(values * MEDIAN_BINS_PER_UNIT).astype(np.intp)
    index += MEDIAN_BINS_PER_UNIT + np.arange(rows)[:, None] * bins
    histogram = binned(index.ravel(), weights.ravel(), rows * bins)
    below = histogram.reshape(rows, bins).cumsum(axis=1)
    half = below[:, -1:] / 2.0
    lower = (below >= half * (1.0 - EVEN)).argmax(axis=1)
    upper = (below > half * (1.0 + EVEN)).argmax(axis=1)
    medians: Doubles = (lower + upper) / (2.0 * MEDIAN_BINS_PER_UNIT) - 1.0
    medians[half[:, 0] <= 0.0] = np.nan
    return medians


def category_histograms(values: Doubles, weights: Doubles) -> Doubles:
    """Return (rows, 7) weights per category: seven equal parts of [-1, 1]."""
    rows = len(values)
    index = np.minimum(((values + 1.0) * (CATEGORIES / 2.0)).astype(np.intp), CATEGORIES - 1)
    index += np.arange(rows)[:, None] * CATEGORIES
    histogram = binned(index.ravel(), weights.ravel(), rows * CATEGORIES)
    return histogram.reshape(rows, CATEGORIES)


def agreement(histograms: Doubles) -> Doubles:
    """Return van der Eijk's agreement A in [-1, 1] of each row of (rows, K); NaN if empty.

    van der Eijk 2001 (Quality & Quantity 35:325): the histogram is peeled into layers of equal
    height; a layer that fills S of K categories has A = U · (1 − (S−1)/(K−1)), where U weighs the
    triples that speak for one peak (110, 011) against those that speak for two (101).
    """
    k = histograms.shape[1]
    heights = np.sort(histograms, axis=1)  # (rows, layers)
    thickness = np.diff(heights, axis=1, prepend=0.0)
    filled = (histograms[:, None, :] >= heights[:, :, None]).astype(np.float64)
    size = filled.sum(axis=2)
    # Every triple of interest has one empty category; left and right count the filled beside it.
    left = filled.cumsum(axis=2)
    right = size[:, :, None] - left
    empty = 1.0 - filled
    double = (empty * left * right).sum(axis=2)
    single = (empty * (left * (left - 1.0) + right * (right - 1.0))).sum(axis=2) / 2.0
    triples = np.maximum((k - 2.0) * (single + double), 1.0)
    unimodality = ((k - 2.0) * single - (k - 1.0) * double) / triples
    unimodality[size == 1.0] = 1.0
    layers = unimodality * (1.0 - (size - 1.0) / (k - 1.0)) * thickness * size
    return _ratio(layers.sum(axis=1), histograms.sum(axis=1))


def split_polarization(values: Doubles, weights: Doubles) -> float:
    """Return 4 p₊ p₋ (μ₊ − μ₋) / 2 in [0, 1]; 1 = half at +1 and half at −1; NaN if empty.

    p±: the share of the weight on either side of 0, μ±: its mean; the two-group case of Esteban &
    Ray 1994 (Econometrica 62:819).
    """
    total = float(weights.sum())
    if total <= 0.0:
        return NAN
    above = float((weights * (values > 0.0)).sum()) / total
    below = float((weights * (values < 0.0)).sum()) / total
    pull_up = float((weights * np.maximum(values, 0.0)).sum()) / total
    pull_down = float((weights * np.minimum(values, 0.0)).sum()) / total
    return 2.0 * (below * pull_up - above * pull_down)


def divide_line(valence: Doubles, arousal: Doubles, weights: Doubles) -> Divide:
    """Return the line between the two camps; NaN where all feel the same or no axis leads.

    The camps lie along the principal axis of the crowd; the cut between them is the one that
    leaves the least variance within (Otsu 1979), found in a histogram with bins 1/64 apart; the
    line is midway between the two centres, across the axis.
    """
    undefined = Divide(NAN, NAN, NAN)
    total = float(weights.sum())
    if total <= 0.0:
        return undefined
    mean_v, mean_a = float((weights * valence).sum()), float((weights * arousal).sum())
    dv, da = valence - mean_v / total, arousal - mean_a / total
    wide = float((weights * (dv * dv - da * da)).sum()) / total
    slant = float((weights * dv * da).sum()) / total
    if math.hypot(wide, 2.0 * slant) < 1e-9:
        return undefined
    angle = math.atan2(2.0 * slant, wide) / 2.0
    if math.cos(angle) < 1e-9:  # rounding may not choose between up and down
        angle = math.pi / 2.0
    along = valence * math.cos(angle) + arousal * math.sin(angle)
    half = math.ceil(math.sqrt(2.0) * CUT_BINS_PER_UNIT)
    index = np.rint(along * CUT_BINS_PER_UNIT).astype(np.intp) + half
    mass = binned(index, weights, 2 * half + 1).cumsum()
    moment = binned(index, weights * along, 2 * half + 1).cumsum()
    rest = total - mass
    cuttable = (mass > EVEN * total) & (rest > EVEN * total)
    if not cuttable.any():
        return undefined
    between = np.zeros_like(mass)
    pull = moment - mass * (moment[-1] / total)
    np.divide(pull * pull, mass * rest, out=between, where=cuttable)
    cut = int((between >= between.max() * (1.0 - EVEN)).argmax())
    low = float(moment[cut] / mass[cut])
    high = float((moment[-1] - moment[cut]) / rest[cut])
    return Divide(angle, (low + high) / 2.0, high - low)


def dispersion(valence: Doubles, arousal: Doubles, weights: Doubles) -> float:
    """Return √(Σ w ‖x − mean‖² / (2 Σ w)) in [0, 1]; 0 = all feel the same; NaN if empty."""
    total = float(weights.sum())
    if total <= 0.0:
        return NAN
    dv = valence - float((weights * valence).sum()) / total
    da = arousal - float((weights * arousal).sum()) / total
    return math.sqrt(float((weights * (dv * dv + da * da)).sum()) / (2.0 * total))


def diversity(valence: Doubles, arousal: Doubles, weights: Doubles) -> float:
    """Return Shannon's entropy over nine kinds of feeling, over ln 9, in [0, 1]; NaN if empty.

    The kinds are the eight octants of the circumplex (Russell 1980), centred on its axes and
    diagonals, and neutral, which is nearer than 0.2 to the middle.
    """
    octant_edge = math.tan(math.pi / 8.0)
    size_v, size_a = np.abs(valence), np.abs(arousal)
    side_v = np.sign(valence) * (size_v >= octant_edge * size_a)
    side_a = np.sign(arousal) * (size_a >= octant_edge * size_v)
    felt = valence * valence + arousal * arousal >= NEUTRAL_RADIUS**2
    index = ((3.0 * side_v + side_a) * felt + 4.0).astype(np.intp)
    shares = binned(index, weights, KINDS_OF_FEELING)
    total = float(shares.sum())
    if total <= 0.0:
        return NAN
    shares = shares[shares > 0.0] / total
    return max(0.0, -float((shares * np.log(shares)).sum()) / math.log(KINDS_OF_FEELING))


def quadrant_shares(
    valence: Doubles, arousal: Doubles, weights: Doubles
) -> tuple[float, float, float, float]:
    """Return the shares of joy, calm, tension and sorrow, each in [0, 1], sum 1; NaN if empty.

    Soft: a feeling less than 0.25 from an axis belongs to both its sides in proportion, so that
    nobody's share jumps when they cross it.
    """
    total = float(weights.sum())
    if total <= 0.0:
        return NAN, NAN, NAN, NAN
    pleasant = np.clip(0.5 + valence * (0.5 / SOFT_EDGE), 0.0, 1.0)
    stirred = np.clip(0.5 + arousal * (0.5 / SOFT_EDGE), 0.0, 1.0)
    glad = weights * pleasant
    up, right = float((weights * stirred).sum()) / total, float(glad.sum()) / total
    joy = float((glad * stirred).sum()) / total
    calm, tension = max(right - joy, 0.0), max(up - joy, 0.0)
    return joy, calm, tension, max(1.0 - joy - calm - tension, 0.0)


def presence(people: int) -> float:
    """Return how full the room is, in [0, 1]: ln(1 + people) / ln 1001, at most 1."""
    return min(1.0, math.log1p(people) / math.log(1001.0))


def confidence(weights: Doubles) -> float:
    """Return 1 − exp(−n/5) in [0, 1), n = (Σw)² / Σw², Kish's effective number of people."""
    squares = float((weights * weights).sum())
    if squares <= 0.0:
        return 0.0
    return 1.0 - math.exp(-(float(weights.sum()) ** 2) / squares / RELIABLE_PEOPLE)


def _ratio(parts: Doubles, wholes: Doubles) -> Doubles:
    ratios: Doubles = np.full_like(parts, np.nan)
    np.divide(parts, wholes, out=ratios, where=wholes > 0.0)
    return ratios


def _mean_of_defined(values: Doubles) -> float:
    defined = values[~np.isnan(values)]
    return float(defined.mean()) if len(defined) else NAN
