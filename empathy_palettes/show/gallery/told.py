"""What is seen in a picture, in plain words, for whoever cannot see it.

Measures what is there (light, hue, where it lies, how it moves), and knows nothing of feelings.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ...core.color import linear_to_oklab, oklab_to_oklch, srgb_to_linear

Pixels = NDArray[np.uint8]  # (height, width, 3) sRGB, row 0 at the top

#: Up to which mean lightness of OKLab a picture is called so.
_LIGHTS = (
    (0.12, "almost black"),
    (0.25, "very dark"),
    (0.4, "dark"),
    (0.6, "half-lit"),
    (0.75, "bright"),
    (1.1, "very bright"),
)
#: Up to which hue of OKLCh, in degrees, a colour is called so.
_HUES = (
    (15, "rose"),
    (42, "red"),
    (62, "orange"),
    (85, "amber"),
    (112, "yellow"),
    (135, "yellow-green"),
    (162, "green"),
    (195, "sea green"),
    (228, "turquoise"),
    (255, "sky blue"),
    (283, "blue"),
    (310, "violet"),
    (340, "purple"),
    (361, "rose"),
)
_GREY = 0.025  # chroma
_COLOURED = 0.012  # mean chroma: below it a picture has no colour to speak of
_SECOND = 0.4  # of the first hue's weight has another one that is named too
_GATHERED = 0.75  # of the spread that even light has
#: Up to which change of lightness in a second a film is said to move so.
_MOTIONS = (
    (0.012, "all but still"),
    (0.04, "moving slowly"),
    (0.12, "in steady motion"),
    (9.0, "in quick motion"),
)


def seen(pixels: Pixels, motion: float) -> str:
    """Return what a picture shows: `dark, blue and violet, lightest at the left, moving slowly`.

    `motion`: as `motion_of` has it.
    """
    small = pixels[::2, ::2].astype(np.float32) / np.float32(255)
    lch = oklab_to_oklch(linear_to_oklab(srgb_to_linear(small)))
    light, chroma, hue = (lch[..., each] for each in range(3))
    words = [
        _upto(_LIGHTS, float(light.mean())),
        _colours(chroma, hue),
        _where(light),
        _upto(_MOTIONS, motion),
    ]
    return ", ".join(words)


def motion_of(pictures: list[Pixels], fps: int) -> float:
    """Return how much a film's lightness changes in a second, the mean over it and its pixels."""
    apart = max(fps // 6, 1)
    grey = [each[::2, ::2].mean(axis=2, dtype=np.float32) / 255 for each in pictures[::apart]]
    changes = [float(np.abs(after - before).mean()) for before, after in pairwise(grey)]
    return float(np.mean(changes)) * fps / apart if changes else 0.0


def _upto(names: tuple[tuple[float, str], ...], value: float) -> str:
    return next((name for most, name in names if value <= most), names[-1][1])


def _colours(chroma: NDArray[np.floating], hue: NDArray[np.floating]) -> str:
    if float(chroma.mean()) < _COLOURED:
        return "nearly without colour"
    weights: dict[str, float] = {}
    low = 0.0
    for high, name in _HUES:
        within = (hue >= low) & (hue < high) & (chroma > _GREY)
        weights[name] = weights.get(name, 0.0) + float(chroma[within].sum())
        low = high
    first, second = sorted(weights, key=lambda name: -weights[name])[:2]
    if weights[second] >= _SECOND * weights[first]:
        return f"{first} and {second}"
    return f"mostly {first}"


def _where(light: NDArray[np.floating]) -> str:
    """Say where what is lighter than the rest lies, if it lies somewhere."""
    rest = np.quantile(light, 0.6)
    extra = np.maximum(light - rest, 0)
    if float(extra.sum()) <= 1e-3 * light.size:
        return "evenly lit"
    share = extra / extra.sum()
    rows, columns = light.shape
    y, x = (np.arange(rows) + 0.5) / rows, (np.arange(columns) + 0.5) / columns
    down, across = float(share.sum(axis=1) @ y), float(share.sum(axis=0) @ x)
    spread = float(share.sum(axis=1) @ (y - down) ** 2 + share.sum(axis=0) @ (x - across) ** 2)
    off = abs(across - 0.5) > 0.1 or abs(down - 0.5) > 0.1
    if spread > _GATHERED / 6 and not off:
        return "light all over"
    vertical = "top" if down < 0.4 else "bottom" if down > 0.6 else ""
    sideways = "left" if across < 0.4 else "right" if across > 0.6 else ""
    said = " ".join(filter(None, (vertical, sideways)))
    return f"lightest at the {said}" if said else "lightest in the middle"
