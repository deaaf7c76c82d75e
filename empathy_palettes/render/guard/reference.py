"""The budget guard in numpy: what the shaders must equal, and what needs no GPU.

Every probe of every cell remembers how far its luminance went since its last transition, and when
the last three transitions were. While all three are remembered a picture that would make a fourth
is mixed with the one shown before it, so far that it does not. The same for saturated red, which
is paled instead of held, and for the means of nine windows and of the whole picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import numbers
from .paling import light, pale
from .numbers import (
    LIGHT,
    MEMORY,
    PROBES,
    RED_ALLOWED,
    RED_CHANGE,
    RED_DARK,
    RED_SHARE,
    RED_STEP,
    REMEMBERED,
    ROOM,
    TILES,
    WEIGHTS,
    WHOLE,
    WINDOWS,
)

Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]
Pixels = NDArray[np.uint8]
