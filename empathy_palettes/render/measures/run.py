"""A run of pictures, made ready to be measured: averaged into cells, and told in OKLab.

Reads no GPU and measures nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ...core.color import linear_to_oklab, luminance, srgb_to_linear

Floats = NDArray[np.float64]

CELLS = 45  # across the short side: what is smaller is grain, and dither is less than grain


@dataclass(frozen=True, slots=True)
class Run:
    """Pictures at even distances in time.

    `lab` (n, rows, columns, 3): OKLab of the mean linear light of each cell, 45 cells across the
    short side. `light` (n, rows, columns): their relative luminance. `fps`: pictures per second.
    `short`: cells across the short side.
    """

    lab: Floats
    light: Floats
    fps: float

    @property
    def short(self) -> int:
        """How many cells lie across the short side."""
        return int(min(self.lab.shape[1:3]))

    @classmethod
    def of_linear(cls, pictures: NDArray[np.floating], fps: float) -> Run:
        """Return (n, height, width, 3) of linear light, at least 8 on each side, as a run."""
        if pictures.ndim != 4 or not len(pictures) or min(pictures.shape[1:3]) < 8:
            raise ValueError(f"no pictures of eight pixels or more: {pictures.shape}")
        cells = averaged(np.asarray(pictures, np.float64), CELLS)
        return cls(np.asarray(linear_to_oklab(cells)), np.asarray(luminance(cells)), fps)

    @classmethod
    def of_srgb(cls, pictures: NDArray[np.uint8], fps: float) -> Run:
        """Return (n, height, width, 3 or 4) of sRGB-encoded bytes, opaque, as a run."""
        return cls.of_linear(_decoded()[pictures[..., :3]], fps)


def averaged(pictures: Floats, cells: int) -> Floats:
    """Return (n, height, width, …) averaged into cells, `cells` of them across the short side.

    A cell that cuts a pixel takes its part of it: no cell is heavier than another. Pictures that
    are smaller stay as they are.
    """
    height, width = pictures.shape[1:3]
    short = min(height, width)
    if short <= cells:
        return pictures
    rows, columns = (max(round(side * cells / short), 1) for side in (height, width))
    down, across = _parts(height, rows), _parts(width, columns)
    tall = np.tensordot(pictures, down, axes=(1, 1))  # (n, width, …, rows)
    both = np.tensordot(tall, across, axes=(1, 1))  # (n, …, rows, columns)
    return np.moveaxis(both, (-2, -1), (1, 2))


@cache
def _parts(pixels: int, cells: int) -> Floats:
    """Return (cells, pixels): which part of each cell is each pixel's; every row adds up to 1."""
    size = Fraction(pixels, cells)
    parts = np.zeros((cells, pixels))
    for cell in range(cells):
        begin, end = cell * size, (cell + 1) * size
        for pixel in range(int(begin), min(-int(-end // 1), pixels)):
            inside = min(end, Fraction(pixel + 1)) - max(begin, Fraction(pixel))
            parts[cell, pixel] = float(inside / size)
    parts.flags.writeable = False
    return parts


@cache
def _decoded() -> Floats:
    table = np.asarray(srgb_to_linear(np.arange(256) / 255.0), np.float64)
    table.flags.writeable = False
    return table
