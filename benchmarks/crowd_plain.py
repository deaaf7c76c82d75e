"""The crowd's signals as one would write them first: float64, a line of numpy for each."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from empathy_palettes.crowd.statistics import agreement
from empathy_palettes.crowd.table import People

Doubles = NDArray[np.float64]


def signals(people: People, step: int, half_life: float) -> dict[str, float]:
    """Return what `statistics.of` returns of everybody at `step`; `half_life` in steps."""
    here = people.alive
    v, a, d, trust = (
        column[here].astype(np.float64)
        for column in (people.valence, people.arousal, people.dominance, people.weight)
    )
    w = trust * np.exp(-math.log(2) * (step - people.said[here]) / half_life)
    said_v, said_a, said_d = ~np.isnan(v), ~np.isnan(a), ~np.isnan(d)
    out = {"count": float(len(v)), "presence": min(1.0, math.log1p(len(v)) / math.log(1001))}
    for name, values, said in (
        ("valence", v, said_v),
        ("arousal", a, said_a),
        ("dominance", d, said_d),
    ):
        heard = values[said]
        out[name] = float(np.average(heard, weights=w[said])) if len(heard) else math.nan
        out["median_" + name] = (
            float(np.quantile(heard, 0.5, weights=w[said], method="inverted_cdf"))
            if len(heard)
            else math.nan
        )
    rows = [
        np.histogram(values[said], bins=7, range=(-1, 1), weights=w[said])[0]
        for values, said in ((v, said_v), (a, said_a))
    ]
    out["agreement"] = float((1 + agreement(np.array(rows)).mean()) / 2)
    out["polarization"] = polarization(v[said_v], w[said_v])
    both = said_v & said_a
    v, a, of_both = v[both], a[both], w[both]
    out |= plane(v, a, of_both)
    out["confidence"] = (1 - math.exp(-(w.sum() ** 2) / (w**2).sum() / 5)) * w.sum() / trust.sum()
    return out


def polarization(v: Doubles, w: Doubles) -> float:
    """4 p₊ p₋ (μ₊ − μ₋) / 2."""
    up, down = v > 0, v < 0
    if not (up.any() and down.any()):
        return 0.0
    between = np.average(v[up], weights=w[up]) - np.average(v[down], weights=w[down])
    return float(2 * w[up].sum() * w[down].sum() / w.sum() ** 2 * between)


def plane(v: Doubles, a: Doubles, w: Doubles) -> dict[str, float]:
    """The measures of the plane."""
    total = w.sum()
    covariance = np.cov(np.stack([v, a]), aweights=w, ddof=0)
    angle = math.atan2(2 * covariance[0, 1], covariance[0, 0] - covariance[1, 1]) / 2
    along = v * math.cos(angle) + a * math.sin(angle)
    edges = (np.arange(-91, 93) - 0.5) / 64
    mass = np.histogram(along, edges, weights=w)[0].cumsum()
    moment = np.histogram(along, edges, weights=w * along)[0].cumsum()
    with np.errstate(divide="ignore", invalid="ignore"):
        between = (moment - mass * moment[-1] / total) ** 2 / (mass * (total - mass))
    cut = int(np.nanargmax(np.where(np.isfinite(between), between, -1)))
    low, high = moment[cut] / mass[cut], (moment[-1] - moment[cut]) / (total - mass[cut])
    octant = np.rint(np.arctan2(a, v) / (math.pi / 4)).astype(int) % 8
    kind = np.where(np.hypot(v, a) < 0.2, 8, octant)
    shares = np.array([w[kind == each].sum() for each in range(9)]) / total
    shares = shares[shares > 0]
    right, up = np.clip(0.5 + 2 * v, 0, 1), np.clip(0.5 + 2 * a, 0, 1)
    return {
        "divide_angle": angle,
        "divide_offset": float(low + high) / 2,
        "divide_gap": float(high - low),
        "spread": math.sqrt(np.trace(covariance) / 2),
        "diversity": float(-(shares * np.log(shares)).sum() / math.log(9)),
        "joy": float((w * right * up).sum() / total),
        "calm": float((w * right * (1 - up)).sum() / total),
        "tension": float((w * (1 - right) * up).sum() / total),
        "sorrow": float((w * (1 - right) * (1 - up)).sum() / total),
    }
