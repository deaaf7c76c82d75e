"""Where the light is in a picture, which way it runs, and whether the picture falls in two."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from .change import gradient
from .run import Floats, Run

ANGLES = 24  # ways in which a line may divide a picture
LEAST = 0.1  # of the picture on either side of it
WINDOWS = 3  # along the short side, within each of which lines have a way in common, or not
FLAT = 1e-4  # variance of OKLab: less is no difference


def gathering(run: Run) -> float:
    """Return how light gathers round its centroid: 1 all in one point, 0 as even as a lit page.

    1 − r / r₀; r² = Σ Y |x − c|² / Σ Y, c the centroid of the luminance Y, r₀ the same for even
    light. Below 0, down to −.8, where light keeps to the edges; 0 for black. The
    radius of gyration.
    """
    light = run.light
    weight = light.sum(axis=(1, 2))
    rows, columns = (np.arange(size) + 0.5 for size in light.shape[1:])
    square = np.zeros(len(light))
    for places, axis in ((rows, 2), (columns, 1)):
        along = light.sum(axis=axis)
        total = np.maximum(weight, 1e-12)
        centre = along @ places / total
        square += np.maximum(along @ places**2 / total - centre**2, 0.0)
    even = (len(rows) ** 2 + len(columns) ** 2 - 2) / 12.0  # cells are points here
    found = np.where(weight > 1e-9, 1.0 - np.sqrt(square / even), 0.0)
    return float(found.mean())


def order(run: Run) -> float:
    """Return how far lines nearby run the same way, 0 (every way) to 1 (parallel).

    The coherence of the structure tensor J = Σ ∇L ∇Lᵀ of windows a third of the short side large,
    √((J₁₁ − J₂₂)² + 4 J₁₂²) / (J₁₁ + J₂₂), the mean weighed by J₁₁ + J₂₂; 0 where nothing runs.
    Bigün & Granlund 1987 (ICCV); Jähne 1993.
    """
    across, down = gradient(run.lab[..., 0])
    parts = [_windows(each) for each in (across * across, down * down, across * down)]
    energy = parts[0] + parts[1]
    common = np.hypot(parts[0] - parts[1], 2.0 * parts[2])
    total = energy.sum(axis=(1, 2))
    found = np.divide(common.sum(axis=(1, 2)), total, out=np.zeros_like(total), where=total > 1e-9)
    return float(found.mean())


def division(run: Run) -> float:
    """Return how well one straight line tells two sides apart, 0 to 1 (two plain halves).

    The largest share of the variance of OKLab that lies between the two sides of a line, of 24
    ways and any place that leaves a tenth of the picture on either side; a slope from one side to
    the other gives .75. Otsu 1979 (IEEE SMC 9:62), of places in place of grey levels.
    """
    lab = run.lab.reshape(len(run.lab), -1, 3)
    lab = lab - lab.mean(axis=1, keepdims=True)
    variance = np.square(lab).sum(axis=-1).mean(axis=1)
    best = np.zeros(len(lab))
    for cells, first, last, below in _lines(run.lab.shape[1], run.lab.shape[2]):
        sums = lab[:, cells].cumsum(axis=1)[:, first:last]
        squares = np.square(sums).sum(axis=-1)
        best = np.maximum(best, (squares / (below * (lab.shape[1] - below))).max(axis=1))
    return float((best / np.maximum(variance, FLAT)).mean())


def _windows(values: Floats) -> Floats:
    """Return the sums of (n, rows, columns) in windows a third of the short side large."""
    short = min(values.shape[1:])
    edges = [
        np.linspace(0, size, max(round(WINDOWS * size / short), 1) + 1).round().astype(np.intp)[:-1]
        for size in values.shape[1:]
    ]
    return np.asarray(np.add.reduceat(np.add.reduceat(values, edges[0], axis=1), edges[1], axis=2))


@cache
def _lines(rows: int, columns: int) -> list[tuple[NDArray[np.intp], int, int, Floats]]:
    """Return, per way, the cells in their order along it, and which cuts there may be.

    These are the cells before `first` + 1 to `last` of them, whose numbers are the last entry.
    """
    down, across = np.mgrid[0:rows, 0:columns].astype(np.float64)
    count = rows * columns
    first, last = int(np.ceil(LEAST * count)) - 1, int(np.floor((1.0 - LEAST) * count))
    below = np.arange(first + 1, last + 1, dtype=np.float64)
    found = []
    for angle in np.arange(ANGLES) * np.pi / ANGLES:
        along = np.cos(angle) * across + np.sin(angle) * down
        found.append((np.argsort(along.ravel(), kind="stable"), first, last, below))
    return found
