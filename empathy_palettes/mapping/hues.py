"""The hues that feelings are given: anchors in the plane, each with a hue that a place may swap.

Makes no colour: `affect` does. Hue is the weak part of the evidence. Nations mostly agree (r = .88;
Jonauskaite et al. 2020, Psych Sci 31:1245), and what one place takes for granted another does not.
Lightness and chroma are not swapped: they carry the rest.
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..core.config import Record

Degrees = Annotated[float, Field(ge=0, lt=360)]

#: Where each anchor lies: valence, arousal and dominance, as people have rated the word.
PLACES = MappingProxyType(
    {
        "anger": (-0.51, 0.59, 0.25),
        "joy": (0.76, 0.48, 0.35),
        "love": (0.87, 0.54, -0.18),
        "disgust": (-0.60, 0.35, 0.11),
        "relief": (0.68, -0.46, 0.06),
        "contentment": (0.55, -0.40, 0.20),
        "pleasure": (0.70, 0.00, 0.20),
        "sadness": (-0.63, -0.27, -0.33),
        "boredom": (-0.65, -0.62, -0.33),
        "fear": (-0.64, 0.60, -0.43),
        "surprise": (0.40, 0.67, -0.13),
    }
)


class Hues(Record):
    """The hue of each anchor, in degrees of OKLCh; by default those of `affect`."""

    anger: Degrees = 29.0  # red
    joy: Degrees = 80.0  # between yellow and orange
    love: Degrees = 8.0  # between red and pink
    disgust: Degrees = 55.0  # brown
    relief: Degrees = 240.0  # blue
    contentment: Degrees = 165.0  # green
    pleasure: Degrees = 320.0  # purple
    sadness: Degrees = 264.0  # towards blue: music that is sad (Palmer et al. 2013)
    boredom: Degrees = 264.0
    fear: Degrees = 20.0  # a choice of ours: no source makes it purple
    surprise: Degrees = 50.0  # a choice of ours


AFFECT = Hues()


@cache
def places() -> NDArray[np.float64]:
    """Return where the anchors lie, (anchors, 3); not to be written to."""
    return _kept(np.array(list(PLACES.values())))


@cache
def arrows(hues: Hues) -> NDArray[np.float64]:
    """Return the unit vector of each anchor's hue, (anchors, 2); not to be written to."""
    turns = np.radians([getattr(hues, name) for name in PLACES])
    return _kept(np.stack([np.cos(turns), np.sin(turns)], axis=-1))


def _kept(table: NDArray[np.float64]) -> NDArray[np.float64]:
    table.flags.writeable = False
    return table
