"""In which steps the measures are counted, and which of them are seen.

Measures nothing.
"""

from __future__ import annotations

import math
from types import MappingProxyType

#: What is told apart on a wall, of each measure as `scaled` has it. Lightness, chroma and motion
#: are those that a promise is held to; the others are about three times the least change that two
#: pictures beside each other show.
STEPS: MappingProxyType[str, float] = MappingProxyType(
    {
        "lightness": 0.06,
        "chroma": 0.03,
        "warmth": 0.03,
        "motion": math.log(1.5),
        "contrast": 0.03,
        "complexity": math.log(1.25),
        "gathering": 0.06,
        "order": 0.08,
        "division": 0.10,
        "abundance": math.log(1.5),
    }
)

#: Less is no change of the rest, however little a picture wanders by itself.
LEAST = 0.25  # of a step
SLOWEST = 0.004  # waves a second; slower is still
COARSEST = 0.2  # waves along the short side


def scaled(measure: str, value: float) -> float:
    """Return a measure on the scale on which its changes are alike: ratios for what is counted."""
    if measure == "motion":
        return math.log(max(value, SLOWEST))
    if measure == "complexity":
        return math.log(max(value, COARSEST))
    if measure == "abundance":
        return math.log1p(max(value, 0.0))
    return value
