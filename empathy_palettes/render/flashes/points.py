"""Where a picture is looked at: a grid of pixels, never of means, one in each field of the grid.

A mean would hide what flashes in opposite phase side by side. Each pixel's place in its field is a
fixed hash of the field's number: no checker or stripe, however fine, falls in step with all.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...core.color import srgb_to_linear

Places = tuple[NDArray[np.intp], NDArray[np.intp]]  # rows and columns of pixels, (rows, cols) each
Linear = NDArray[np.float32]  # (rows, cols, 3) linear light, [0, 1]

_SHIFT = 0.37  # of a field: what a place would have without a hash, off any grid of the guard's
_MIX = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D)  # xxHash's primes
_FINE = 255 * 16 + 1  # entries: every byte's value is one of them


def places(size: tuple[int, int], points: tuple[int, int]) -> Places:
    """Return the pixels to look at in a picture of `size`, row 0 at the top.

    `points`: how many across and down; a smaller picture is looked at pixel by pixel.
    """
    (width, height), (across, down) = size, points
    cols, rows = min(across, width), min(down, height)
    row, col = np.indices((rows, cols))
    number = (row * cols + col).astype(np.uint64)
    x = (col + (_SHIFT + _hash(number, 1)) % 1.0) * width / cols
    y = (row + (_SHIFT + _hash(number, 2)) % 1.0) * height / rows
    return y.astype(np.intp), x.astype(np.intp)


class Decoding:
    """sRGB-encoded values to linear light, by table: 256 entries for bytes, more for floats."""

    def __init__(self) -> None:
        self._bytes = srgb_to_linear(np.arange(256, dtype=np.float64) / 255).astype(np.float32)
        self._fine = srgb_to_linear(np.arange(_FINE, dtype=np.float64) / (_FINE - 1)).astype(
            np.float32
        )

    def from_bytes(self, srgb: NDArray[np.uint8]) -> Linear:
        """Return linear light of sRGB-encoded bytes, of any shape."""
        return self._bytes.take(srgb)

    def from_floats(self, srgb: NDArray[np.float32]) -> Linear:
        """Return linear light of sRGB-encoded values, clipped to [0, 1], within 1/4,000."""
        index = srgb * np.float32(_FINE - 1)
        index += np.float32(0.5)
        np.clip(index, 0, _FINE - 1, out=index)
        return self._fine.take(index.astype(np.int32))


def _hash(number: NDArray[np.uint64], salt: int) -> NDArray[np.float64]:
    """Return a number in [0, 1) for each whole number: the same on every machine."""
    mask = np.uint64(0xFFFFFFFF)
    mixed = (number * np.uint64(_MIX[0]) + np.uint64(salt * _MIX[1])) & mask
    for prime in _MIX[1:]:
        mixed ^= mixed >> np.uint64(15)
        mixed = (mixed * np.uint64(prime)) & mask
    mixed ^= mixed >> np.uint64(16)
    return mixed.astype(np.float64) / 2.0**32
