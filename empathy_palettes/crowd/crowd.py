"""The crowd: people, and what they feel, one step at a time. (Public shape; being filled in.)"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import Field

from ..core.config import Record
from ..inlet.sample import Samples
from .modes import NO_MODES
from .signals import Reading, neutral_reading
from .table import People, Whos


class CrowdSettings(Record):
    half_life: Annotated[float, Field(gt=0, le=3600)] = 20.0
    leave_after: Annotated[float, Field(gt=0, le=3600)] = 60.0
    max_people: Annotated[int, Field(ge=1, le=65_535)] = 4096


class Crowd:
    def __init__(self, settings: CrowdSettings) -> None:
        self.people = People(settings.max_people)
        self.current_step = 0
        self.raw: Reading = neutral_reading()
        self.reading: Reading = neutral_reading()
        self.modes = NO_MODES
        self.gone: Whos = np.empty(0, np.uint32)

    def step(self, step: int, samples: Samples, withdrawn: Whos) -> None:
        raise NotImplementedError
