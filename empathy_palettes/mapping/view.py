"""What a preset is shown of the crowd, and of the sound, at one step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..crowd.circles import CircleReadings
from ..crowd.modes import Modes
from ..crowd.signals import Reading
from ..crowd.table import People
from ..inlet.hearing import SILENCE, Hearing


@dataclass(frozen=True, slots=True)
class CrowdView:
    """The crowd as it is at `step`, which is counted from the start of the show.

    `leave_after`: seconds of silence after which somebody has left.

    `reading`: every signal, finite. `people`, `modes` and what follows are read, never written, and
    hold good for this step only. `sound`: what is heard at this step. `clusters`: per slot, the
    number of those who move together with this person, 0 = none; None: none are to be shown.
    `circles`: those that may be shown; None: none.
    """

    reading: Reading
    people: People
    modes: Modes
    step: int
    leave_after: float = 60.0
    sound: Hearing = SILENCE
    clusters: NDArray[np.uint8] | None = None
    circles: CircleReadings | None = None
