"""The one record that every source becomes, and what a source says before the gate has seen it."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Kind(IntEnum):
    """How a feeling was come by; shown to the operator, weighed by presets."""

    SELF_REPORT = 0
    EXPRESSION = 1
    PHYSIOLOGY = 2
    MODEL = 3


#: `who`: dense number given by the gate. `step`: the step that applies it. `valence arousal
#: dominance`: [-1, 1], quantised to 1/32, NaN = not given. `weight`: [0, 1]. `circle`, `word`: 0
#: = none. `origin`: which of the show's inlets it came through, from 1, whose share of the crowd's
#: weight may be limited; 0: none of them; `SIMULATED`: a simulated person's. `consent`: 1 = part of
#: the collective, 2 = may also be followed alone.
SAMPLE = np.dtype(
    [
        ("who", "u4"),
        ("step", "i8"),
        ("valence", "f4"),
        ("arousal", "f4"),
        ("dominance", "f4"),
        ("weight", "f4"),
        ("kind", "u1"),
        ("circle", "u2"),
        ("word", "u1"),
        ("origin", "u1"),
        ("consent", "u1"),
    ]
)
Samples = NDArray[np.void]  # of dtype SAMPLE

NOT_GIVEN = float("nan")
SIMULATED = 255  # of `origin`


class Observation(NamedTuple):
    """One thing a named source said, in range, before the gate: not yet anybody's sample.

    `valence arousal dominance` in [-1, 1] or NaN = not said. `circle`: a circle's name, "" =
    leaves, None = not said. `consent`: 0, 1, 2, None = not said.
    """

    who: bytes
    valence: float = NOT_GIVEN
    arousal: float = NOT_GIVEN
    dominance: float = NOT_GIVEN
    weight: float = 1.0
    kind: Kind = Kind.SELF_REPORT
    word: int = 0
    circle: str | None = None
    consent: int | None = None
