"""Echoes: streams that move identically, as one script behind many names does, weigh as one.

Judges nobody who holds still, says the same word as others, or merely sends at the same pace.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .table import People

Floats = NDArray[np.float32]
Slots = NDArray[np.intp]


class Echoes:
    """Compares how people's feelings changed in the last half minute; `worth` is what they count.

    `worth` (capacity,) f4 per slot: 1, or 1/size for each of a group of four or more whose changes
    coincide in time and are nine tenths equal, eight changes or more in 30 s. A factor for the
    weight, before shares. Somebody new in a slot begins with 1.
    """

    def __init__(self, capacity: int) -> None:
        self.worth: Floats = np.ones(capacity, np.float32)

    def heard(self, people: People, slots: Slots, step: int) -> None:
        """Take in that these `slots` (n,) said something at `step`, after `People.apply` did.

        Repeated slots do no harm; somebody whose `born` is `step` begins anew.
        """

    def step(self, people: People, step: int) -> None:
        """Go to `step`, after `heard`: a slice of the comparison; renewed about once a second."""
