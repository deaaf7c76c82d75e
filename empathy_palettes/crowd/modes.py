"""The modes of feeling: where in the plane people gather, each with an identity held over time.

Does not smooth: centres and masses follow the crowd at once. Names no feeling.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Modes:
    """At most 16 gatherings, by ascending identity, so that each keeps its place in the order.

    `centres` (k, 2) f4: mean valence and arousal of those gathered, in [-1, 1]. `mass` (k,) f4:
    their share of the crowd's weight; the sum is at most 1, as the scattered belong to none.
    `spread` (k,) f4: root mean square distance from the centre per axis. `identity` (k,) i8: a
    number from 0 that a gathering keeps while it lasts and no later one is given.
    """

    centres: Floats
    mass: Floats
    spread: Floats
    identity: Ints

    def __len__(self) -> int:
        return len(self.mass)


def _no_modes() -> Modes:
    empty = (
        np.empty((0, 2), np.float32),
        np.empty(0, np.float32),
        np.empty(0, np.float32),
        np.empty(0, np.int64),
    )
    for array in empty:
        array.flags.writeable = False
    return Modes(*empty)


NO_MODES = _no_modes()
