"""What a preset is shown of the crowd, and of the sound, at one step."""

from __future__ import annotations

from dataclasses import dataclass

from ..crowd.modes import Modes
from ..crowd.signals import Reading
from ..crowd.table import People
from ..inlet.hearing import SILENCE, Hearing


@dataclass(frozen=True, slots=True)
class CrowdView:
    """The crowd as it is at `step`, which is counted from the start of the show.

    `leave_after`: seconds of silence after which somebody has left.

    `reading`: every signal, finite. `people` and `modes` are read, never written, and hold good
    for this step only. `sound`: what is heard at this step.
    """

    reading: Reading
    people: People
    modes: Modes
    step: int
    leave_after: float = 60.0
    sound: Hearing = SILENCE
