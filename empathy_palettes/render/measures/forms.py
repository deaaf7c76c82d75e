"""How many forms there are in a picture: patches that stand out from what surrounds them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .run import Floats, Run

STANDS_OUT = 0.04  # of OKLab L: two just noticeable differences, seen at a glance
AROUND = 0.2  # of the short side: what surrounds a cell
LEAST = 3  # cells: less is grain


def abundance(run: Run) -> float:
    """Return how many distinct forms there are, 0 and more.

    Connected patches, side by side, of three cells or more, in which OKLab L is above the mean of
    the square about it, a fifth of the short side to each way, by more than .04; or below it, if
    there are more of those. A cell is 1/45 of the short side.
    """
    light = run.lab[..., 0]
    apart = light - _around(light, max(round(AROUND * run.short), 1))
    counts = [
        max(patches(picture > STANDS_OUT, LEAST), patches(picture < -STANDS_OUT, LEAST))
        for picture in apart
    ]
    return float(np.mean(counts))


def patches(mask: NDArray[np.bool_], least: int) -> int:
    """Return how many patches of (rows, columns) are joined by their sides and `least` cells large.

    Runs of each row are joined to those that they touch in the row above: union-find.
    """
    parent: list[int] = []
    size: list[int] = []

    def root(run: int) -> int:
        while parent[run] != run:
            parent[run] = parent[parent[run]]
            run = parent[run]
        return run

    above: list[tuple[int, int, int]] = []
    edges = np.diff(np.pad(mask.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    for row in edges:
        begins, ends = np.flatnonzero(row == 1).tolist(), np.flatnonzero(row == -1).tolist()
        here = []
        for begin, end in zip(begins, ends, strict=True):
            number = len(parent)
            parent.append(number)
            size.append(end - begin)
            for other_begin, other_end, other in above:
                if other_begin < end and begin < other_end:
                    one, two = root(number), root(other)
                    if one != two:
                        parent[one] = two
                        size[two] += size[one]
            here.append((begin, end, number))
        above = here
    return sum(parent[run] == run and size[run] >= least for run in range(len(parent)))


def _around(light: Floats, reach: int) -> Floats:
    """Return the mean of the square about each cell, of as much of it as lies in the picture."""
    found = light
    for axis in (1, 2):
        cells = light.shape[axis]
        sums = np.concatenate(
            [np.zeros_like(found.take([0], axis=axis)), found.cumsum(axis=axis)], axis=axis
        )
        at = np.arange(cells)
        begin, end = np.maximum(at - reach, 0), np.minimum(at + reach + 1, cells)
        shape = [1, 1, 1]
        shape[axis] = cells
        found = (sums.take(end, axis=axis) - sums.take(begin, axis=axis)) / (end - begin).reshape(
            shape
        )
    return found
