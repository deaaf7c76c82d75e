"""What a crowd feels at one instant, from arrays alone; NaN where too few people make it undefined.

Keeps nothing from one call to the next: what needs time is in `resonance`, `modes` and `smooth`.
Every number comes from weighted sums and histograms, in O(people), and is the same under any order
of the people and any common factor of the weights. `of` is the way of a show: it needs a `Tally`
alone, however many people are in it; `signals` is the same for any arrays.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .features import (
    CATEGORIES,
    CATEGORY,
    FIRST,
    KINDS,
    KINDS_OF_FEELING,
    PLANE,
    QUADRANT,
    SIDES,
    WEIGHTS,
    Points,
    axis_values,
    category,
    cells_as_points,
    features,
    grid_sums,
)
from .signals import Reading
from .table import AXIS, PER_UNIT, UNSAID
from .tally import Tally

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

NAN = float("nan")
EVEN = 1e-6  # relative; sums that differ by less are the same but for rounding
MEDIAN_BINS_PER_UNIT = 1024
CUT_BINS_PER_UNIT = 64
CUT_BINS = math.ceil(math.sqrt(2.0) * CUT_BINS_PER_UNIT)  # on either side of the middle
RELIABLE_PEOPLE = 5.0
FULL_ROOM = 1000

#: Signal name → (rows,) f8, a value for each group of people.
Readings = dict[str, Doubles]


def of(tally: Tally) -> Readings:
    """Return the signals that an instant defines, of each row of a tally.

    Those of `signals`; freshness is how much of the weight has not gone stale.
    """
    cube = tally.mass.reshape(-1, AXIS, AXIS)
    axes = np.stack([cube.sum(axis=2), cube.sum(axis=1), tally.dominance], axis=1)[..., :UNSAID]
    medians = middle(axes.reshape(-1, UNSAID), PER_UNIT).reshape(-1, 3)
    dominance = tally.dominance[:, :UNSAID]
    commanding = np.stack([dominance.sum(axis=1), dominance @ axis_values()[:UNSAID]], axis=1)
    weight = tally.mass.sum(axis=1)
    # Who said dominance alone is in the mass, in the cell of no valence and no arousal.
    freshness = _ratio(weight, tally.trust, 0.0)
    reliable = confidence(weight, tally.squares[:, 0]) * freshness
    cells = cells_as_points()
    return _read(cells, tally.mass, grid_sums(cube), commanding, medians, tally.people, reliable)


def reading(readings: Mapping[str, Doubles], row: int = 0) -> Reading:
    """Return one row as plain numbers."""
    return {name: float(values[row]) for name, values in readings.items()}


def signals(
    valence: ArrayLike,
    arousal: ArrayLike,
    dominance: ArrayLike,
    weight: ArrayLike,
    freshness: float = 1.0,
) -> Reading:
    """Return the signals that an instant defines, from (people,) arrays.

    `valence arousal dominance` in [-1, 1], NaN = never said; `weight` ≥ 0. `freshness` in [0, 1]:
    how much of the weight has not gone stale, a factor of `confidence`. A measure of one axis takes
    everybody who said it; a measure of the plane, those who said both valence and arousal. Left
    out: momentum, resonance, arrivals and departures, which need time.
    """
    feelings = np.array((valence, arousal, dominance), np.float64)
    known = ~np.isnan(feelings)
    heavy = np.asarray(weight, np.float64)
    weights = heavy * known
    medians = weighted_medians(np.where(known, feelings, 0.0), weights)
    commanding = np.array([[weights[2].sum(), (weights[2] * np.nan_to_num(feelings[2])).sum()]])
    points = Points(feelings[0], feelings[1], features(feelings[0], feelings[1]))
    heard = heavy * known.any(axis=0)
    reliable = confidence(heard.sum(), (heard * heard).sum()) * freshness
    people = np.array([float(len(heavy))])
    sums = np.einsum("fp,p->f", points.features, heavy)[None]
    read = _read(points, heavy[None], sums, commanding, medians[None], people, reliable)
    return reading(read)


def _read(
    points: Points,
    weights: Doubles,
    sums: Doubles,
    commanding: Doubles,
    medians: Doubles,
    people: Doubles,
    reliable: Doubles,
) -> Readings:
    """Return the signals of (rows, n) `weights` at (n,) `points`.

    `sums` (rows, 40): of their features; `commanding` (rows, 2): weight and Σ of dominance;
    `medians` (rows, 3); `people` and `reliable`, their confidence, (rows,).
    """
    means = _ratio(sums[:, FIRST], sums[:, WEIGHTS])
    categories = sums[:, CATEGORY].reshape(-1, CATEGORIES)
    plane = sums[:, PLANE]
    divide = divide_lines(points.valence, points.arousal, weights, plane)
    joy, calm, tension, sorrow = quadrant_shares(plane[:, 0], sums[:, QUADRANT])
    return {
        "valence": means[:, 0],
        "arousal": means[:, 1],
        "dominance": _ratio(commanding[:, 1], commanding[:, 0]),
        "median_valence": medians[:, 0],
        "median_arousal": medians[:, 1],
        "median_dominance": medians[:, 2],
        "agreement": _mean_of_defined((1.0 + agreement(categories).reshape(-1, 2)) / 2.0),
        "polarization": _polarization(sums[:, WEIGHTS][:, 0], sums[:, SIDES]),
        "divide_angle": divide[0],
        "divide_offset": divide[1],
        "divide_gap": divide[2],
        "spread": dispersion(plane),
        "diversity": diversity(sums[:, KINDS]),
        "joy": joy,
        "calm": calm,
        "tension": tension,
        "sorrow": sorrow,
        "count": people,
        "presence": presence(people),
        "confidence": np.broadcast_to(reliable, people.shape),
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
    return middle(histogram.reshape(rows, bins), MEDIAN_BINS_PER_UNIT)


def middle(histograms: Doubles, bins_per_unit: int) -> Doubles:
    """Return the median of each row of (rows, bins) from −1 on; NaN if empty."""
    below = histograms.cumsum(axis=1)
    half = below[:, -1:] / 2.0
    lower = (below >= half * (1.0 - EVEN)).argmax(axis=1)
    upper = (below > half * (1.0 + EVEN)).argmax(axis=1)
    medians: Doubles = (lower + upper) / (2.0 * bins_per_unit) - 1.0
    medians[half[:, 0] <= 0.0] = np.nan
    return medians


def category_histograms(values: Doubles, weights: Doubles) -> Doubles:
    """Return (rows, 7) weights per category: seven equal parts of [-1, 1]."""
    rows = len(values)
    index = category(values) + np.arange(rows)[:, None] * CATEGORIES
    histogram = binned(index.ravel(), weights.ravel(), rows * CATEGORIES)
    return histogram.reshape(rows, CATEGORIES)


def agreement(histograms: Doubles) -> Doubles:
    """Return van der Eijk's agreement A in [-1, 1] of each row of (rows, K); NaN if empty.

    van der Eijk 2001 (Quality & Quantity 35:325): the histogram is peeled into layers of equal
    height; a layer that fills S of K categories has A = U · (1 − (S−1)/(K−1)), where U weighs the
    triples that speak for one peak (110, 011) against those that speak for two (101).
    """
    heights = np.sort(histograms, axis=1)  # (rows, layers)
    thickness = np.diff(heights, axis=1, prepend=0.0)
    filled = (histograms[:, None, :] >= heights[:, :, None]).astype(np.float64)
    layers = unimodality(filled) * thickness * filled.sum(axis=2)
    return _ratio(layers.sum(axis=1), histograms.sum(axis=1))


def unimodality(filled: Doubles) -> Doubles:
    """Return what layers (…, K) that fill some of K categories, 1 or 0 each, say of agreement.

    U · (1 − (S−1)/(K−1)) in [-1, 1], S the categories that are filled, one at least: see
    `agreement`.
    """
    k = filled.shape[-1]
    size = filled.sum(axis=-1)
    # Every triple of interest has one empty category; left and right count the filled beside it.
    left = filled.cumsum(axis=-1)
    right = size[..., None] - left
    empty = 1.0 - filled
    double = (empty * left * right).sum(axis=-1)
    single = (empty * (left * (left - 1.0) + right * (right - 1.0))).sum(axis=-1) / 2.0
    triples = np.maximum((k - 2.0) * (single + double), 1.0)
    peaked = ((k - 2.0) * single - (k - 1.0) * double) / triples
    peaked[size == 1.0] = 1.0
    said: Doubles = peaked * (1.0 - (size - 1.0) / (k - 1.0))
    return said


def split_polarization(values: Doubles, weights: Doubles) -> float:
    """Return 4 p₊ p₋ (μ₊ − μ₋) / 2 in [0, 1]; 1 = half at +1 and half at −1; NaN if empty.

    p±: the share of the weight on either side of 0, μ±: its mean; the two-group case of Esteban &
    Ray 1994 (Econometrica 62:819).
    """
    parts = (values > 0.0, values < 0.0, np.maximum(values, 0.0), np.minimum(values, 0.0))
    sides = np.array([[float((weights * part).sum()) for part in parts]])
    return float(_polarization(weights.sum(keepdims=True), sides)[0])


def _polarization(total: Doubles, sides: Doubles) -> Doubles:
    above, below, pull_up, pull_down = _ratio(sides, total[:, None]).T
    polarization: Doubles = 2.0 * (below * pull_up - above * pull_down)
    return polarization


def divide_lines(
    valence: Doubles, arousal: Doubles, weights: Doubles, plane: Doubles
) -> tuple[Doubles, Doubles, Doubles]:
    """Return angle, offset and gap of the line between two camps, (rows,); NaN where there is none.

    The line is the points p with p · (cos angle, sin angle) = offset. `angle` in (−π/2, π/2] points
    from the less to the more pleasant camp (straight up where they differ in arousal alone); `gap`
    is the distance between the camps' centres along it. The camps lie along the principal axis of
    the crowd; the cut between them is the one that leaves the least variance within (Otsu 1979),
    found in a histogram with bins 1/64 apart; the line is midway between the two centres, across
    the axis. There is none where all feel the same or no axis leads.

    `valence arousal` (n,), NaN = not said; `weights` (rows, n); `plane` (rows, 6): their sums.
    """
    rows = len(plane)
    mean_v, mean_a, per_vv, per_aa, per_va = _ratio(plane[:, 1:], plane[:, :1]).T
    wide = (per_vv - mean_v * mean_v) - (per_aa - mean_a * mean_a)
    slant = per_va - mean_v * mean_a
    leads = np.hypot(wide, 2.0 * slant) >= 1e-9  # nor does NaN
    angle = np.arctan2(2.0 * slant, wide) / 2.0
    angle[np.cos(angle) < 1e-9] = math.pi / 2.0  # rounding may not choose between up and down
    angle[~leads] = np.nan
    if not leads.any():
        return angle, angle.copy(), angle.copy()
    here = np.flatnonzero(weights.any(axis=0))
    here = here[~np.isnan(valence[here] + arousal[here])]
    at, heavy = np.where(leads, angle, 0.0), weights[:, here]
    along = np.cos(at)[:, None] * valence[here] + np.sin(at)[:, None] * arousal[here]
    bins = 2 * CUT_BINS + 1
    index = np.rint(along * CUT_BINS_PER_UNIT).astype(np.intp)
    index += CUT_BINS + np.arange(rows)[:, None] * bins
    heaps = (binned(index.ravel(), part.ravel(), rows * bins) for part in (heavy, heavy * along))
    mass, moment = (heap.reshape(rows, bins).cumsum(axis=1) for heap in heaps)
    total, last = mass[:, -1:], moment[:, -1:]
    rest = total - mass
    cuttable = (mass > EVEN * total) & (rest > EVEN * total)
    pull = moment - mass * (last / np.where(total > 0.0, total, 1.0))
    between = np.divide(pull * pull, mass * rest, out=np.zeros_like(mass), where=cuttable)
    cut = (between >= between.max(axis=1, keepdims=True) * (1.0 - EVEN)).argmax(axis=1)
    row = np.arange(rows)
    cuttable_there = leads & cuttable[row, cut]
    low = _ratio(moment[row, cut], mass[row, cut])
    high = _ratio(last[:, 0] - moment[row, cut], rest[row, cut])
    for part in (angle, low, high):
        part[~cuttable_there] = np.nan
    return angle, (low + high) / 2.0, high - low


def dispersion(plane: Doubles) -> Doubles:
    """Return √(Σ w ‖x − mean‖² / (2 Σ w)) in [0, 1] of (rows, 6) sums; 0 = all feel the same."""
    mean_v, mean_a, per_vv, per_aa, _ = _ratio(plane[:, 1:], plane[:, :1]).T
    variance = (per_vv - mean_v * mean_v) + (per_aa - mean_a * mean_a)
    spread: Doubles = np.sqrt(np.maximum(variance, 0.0) / 2.0)
    return spread


def diversity(kinds: Doubles) -> Doubles:
    """Return Shannon's entropy of (rows, 9) kinds of feeling, over ln 9, in [0, 1]."""
    shares = _ratio(kinds, kinds.sum(axis=1, keepdims=True))
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0.0)
    entropy: Doubles = -(shares * logs).sum(axis=1) / math.log(KINDS_OF_FEELING)
    return np.maximum(entropy, 0.0)


def quadrant_shares(total: Doubles, parts: Doubles) -> tuple[Doubles, Doubles, Doubles, Doubles]:
    """Return the shares of joy, calm, tension and sorrow, each in [0, 1], sum 1; NaN if empty.

    Soft: a feeling less than 0.25 from an axis belongs to both its sides in proportion, so that
    nobody's share jumps when they cross it. `parts` (rows, 3): the weight of the pleasant, of the
    stirred, and of who is both.
    """
    right, up, joy = _ratio(parts, total[:, None]).T
    calm, tension = np.maximum(right - joy, 0.0), np.maximum(up - joy, 0.0)
    return joy, calm, tension, np.maximum(1.0 - joy - calm - tension, 0.0)


def presence(people: ArrayLike) -> Doubles:
    """Return how full the room is, in [0, 1]: ln(1 + people) / ln 1001, at most 1."""
    full = np.log1p(np.asarray(people, np.float64)) / math.log1p(FULL_ROOM)
    return np.minimum(full, 1.0)


def confidence(weight: ArrayLike, squares: ArrayLike) -> Doubles:
    """Return 1 − exp(−n/5) in [0, 1), n = (Σw)² / Σw², Kish's effective number of people."""
    heard = np.asarray(weight, np.float64) ** 2
    return -np.expm1(-_ratio(heard, np.asarray(squares, np.float64), 0.0) / RELIABLE_PEOPLE)


def _ratio(parts: Doubles, wholes: Doubles, otherwise: float = NAN) -> Doubles:
    """Return parts / wholes, `otherwise` where the whole is nothing."""
    shape = np.broadcast_shapes(parts.shape, wholes.shape)
    ratios: Doubles = np.full(shape, otherwise)
    np.divide(parts, wholes, out=ratios, where=wholes > 0.0)
    return ratios


def _mean_of_defined(values: Doubles) -> Doubles:
    """Return the mean of the defined in each row; NaN where none is."""
    defined = ~np.isnan(values)
    return _ratio(np.where(defined, values, 0.0).sum(axis=1), defined.sum(axis=1))
