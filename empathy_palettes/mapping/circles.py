"""`emo_circles` and `emo_ties`: what each circle of people feels, and which move together.

Decides nothing about who may be shown: circles that are too small are masked before.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..crowd.circles import CIRCLES, CircleReadings
from .roster import AGE_SCALE

Floats = NDArray[np.float32]


def circles_texture(circles: CircleReadings | None) -> Floats:
    """Return (3, 64, 4), column n − 1 for circle n, encoded 0..1.

    Valence, arousal, share and agreement below; x, y, resonance and age; and above them 1 where
    there is such a circle, 1 where its resonance is known. Where there is none, all is neutral.
    """
    table = np.zeros((3, CIRCLES, 4), np.float32)
    table[:2, :, :2] = 0.5
    table[0, :, 3] = 1
    if circles is None:
        return table
    signals, here = circles.signals, circles.members > 0
    table[2, :, 0] = here
    table[0, :, 0] = _signed(signals["valence"], here)
    table[0, :, 1] = _signed(signals["arousal"], here)
    table[0, :, 2] = np.where(here, circles.share, 0)
    table[0, :, 3] = _known(signals["agreement"], here, 1)
    table[1, :, 0] = _signed(circles.x, here)
    table[1, :, 1] = _signed(circles.y, here)
    table[1, :, 2] = _known(signals["resonance"], here, 0)
    table[1, :, 3] = np.where(here, 1 - np.exp(circles.age / np.float32(-AGE_SCALE)), 0)
    table[2, :, 1] = here & ~np.isnan(signals["resonance"])
    return table


def ties_texture(circles: CircleReadings | None) -> Floats:
    """Return (64, 64, 4): the resonance between two circles, ½ = none, and 1 where it is known."""
    table = np.zeros((CIRCLES, CIRCLES, 4), np.float32)
    table[..., 0] = 0.5
    if circles is not None:
        here = circles.members > 0
        known = ~np.isnan(circles.ties) & here & here[:, np.newaxis]
        table[..., 0] = _signed(circles.ties, known)
        table[..., 1] = known
    return table


def _signed(values: Floats, here: NDArray[np.bool_]) -> Floats:
    return _known(values / 2 + np.float32(0.5), here, 0.5)


def _known(values: NDArray[np.floating[Any]], here: NDArray[np.bool_], neutral: float) -> Floats:
    return np.where(here & ~np.isnan(values), values, np.float32(neutral))
