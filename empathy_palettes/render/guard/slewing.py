"""The fail-safe guard in numpy: what `slew` draws, within a rounding."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...core.color import linear_to_srgb, luminance, srgb_to_linear
from .numbers import RED_LEFT, SLACK, slew_rate

Pixels = NDArray[np.uint8]


class SlewReference:
    """The guard of pictures (height, width, 3) of uint8, sRGB-encoded; it begins with black."""

    def __init__(self, size: tuple[int, int], *, peak_nits: float = 200.0) -> None:
        self._rate = slew_rate(peak_nits)
        self._light = np.zeros((size[1], size[0], 3))
        self._shown = np.zeros((size[1], size[0], 3))

    def step(self, frame: Pixels, steps: int = 1) -> Pixels:
        """Return the guarded picture, `steps` of 1/60 s after the last one."""
        most = self._rate * steps / 60
        way = _paled(np.asarray(srgb_to_linear(frame / 255.0))) - self._light
        far = np.abs(way).max(axis=-1, keepdims=True)
        self._light += way * np.divide(most, far, out=np.ones_like(far), where=far > most)
        place = np.asarray(linear_to_srgb(np.maximum(self._light, 0.0))) * 255
        below, above = np.floor(place + SLACK), np.ceil(place - SLACK)
        self._shown = np.clip(np.clip(self._shown, below, above), 0, 255)
        return self._shown.astype(np.uint8)


def _paled(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return linear light (…, 3) with saturated reds mixed with their own luminance."""
    left = RED_LEFT / 100
    grey = luminance(light)
    wanted = np.maximum(light[..., 0] - left * light.sum(axis=-1), 0)
    whole = wanted + grey * (3 * left - 1)
    share = np.divide(wanted, whole, out=np.zeros_like(whole), where=whole > 0)[..., None]
    return np.asarray(light + (grey[..., None] - light) * share)
