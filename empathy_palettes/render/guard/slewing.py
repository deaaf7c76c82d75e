"""The fail-safe guard in numpy: what `slew` draws, within a rounding."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...core.color import linear_to_srgb, luminance, srgb_to_linear
from .numbers import RED_LEFT, slew_rate

Pixels = NDArray[np.uint8]


class SlewReference:
    """The guard of pictures (height, width, 3) of uint8, sRGB-encoded; it begins with black."""

    def __init__(self, size: tuple[int, int], *, peak_nits: float = 200.0) -> None:
        self._rate = slew_rate(peak_nits)
        self._light = np.zeros((size[1], size[0], 3))

    def step(self, frame: Pixels, steps: int = 1) -> Pixels:
        """Return the guarded picture, `steps` of 1/60 s after the last one."""
        most = self._rate * steps / 60
        self._light += np.clip(srgb_to_linear(frame / 255.0) - self._light, -most, most)
        red = self._light[..., 0]
        left = RED_LEFT / 100
        grey = luminance(self._light)
        wanted = np.maximum(red - left * self._light.sum(axis=-1), 0)
        whole = wanted + grey * (3 * left - 1)
        share = np.divide(wanted, whole, out=np.zeros_like(whole), where=whole > 0)[..., None]
        light = self._light + (grey[..., None] - self._light) * share
        return np.rint(linear_to_srgb(light) * 255).astype(np.uint8)
