"""Looks at pictures: whether any of them shows something, and whether all of them are numbers.

Reads them back from the GPU: for checking, never for the frame.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...render.chain import Picture

_LEAST = 1.5 / 255  # a difference of one step of 8 bits is seen by nobody


class Judge:
    """What is to be said of the pictures it was shown.

    `pictures`: how many. `flat`: whether each of them was one colour all over. `unseen`: whether
    each is that over black, transparent where it is not flat. `numbers`: whether none held a NaN or
    an infinity.
    """

    def __init__(self) -> None:
        self.pictures = 0
        self.flat = True
        self.unseen = True
        self.numbers = True

    def look(self, picture: Picture) -> None:
        """Take a picture of a chain into account: RGBA8, RGBA16F or RGBA32F, straight alpha."""
        self.pictures += 1
        raw = picture.read()
        if picture.dtype == "f1":
            pixels = np.frombuffer(raw, np.uint8).reshape(-1, 4).astype(np.float32) / 255
        else:
            kind = np.float16 if picture.dtype == "f2" else np.float32
            pixels = np.frombuffer(raw, kind).reshape(-1, 4).astype(np.float32)
            finite = np.isfinite(pixels)
            self.numbers = self.numbers and bool(finite.all())
            pixels = np.where(finite, pixels, np.float32(0)).clip(0, 1)
        if self.unseen:
            self.flat = self.flat and _one_colour(pixels)
            self.unseen = _one_colour(pixels[:, :3] * pixels[:, 3:])


def _one_colour(pixels: NDArray[np.floating[Any]]) -> bool:
    return bool(np.ptp(pixels, axis=0).max() < _LEAST)
