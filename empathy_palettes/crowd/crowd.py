"""The crowd: who is here and what they feel, taken one step further at each call.

Admits nobody (the gate has) and knows nothing of pictures.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import Field

from ..core.clock import STEPS_PER_SECOND
from ..core.config import Record
from ..inlet.sample import Samples
from . import statistics
from .modes import NO_MODES, Modes, ModeTracker
from .resonance import Resonance
from .signals import SIGNALS, Reading, neutral_reading
from .smooth import Flow, Momentum, Smoother
from .table import People, Whos

MODES_STEPS = STEPS_PER_SECOND // 10
MODES_TURN = 3  # resonance looks on even steps, so that no step does the work of both


class CrowdSettings(Record):
    """How long people count, and how many there may be.

    `half_life`: seconds of silence after which somebody's word counts half. `leave_after`: seconds
    of silence after which they are gone. `max_people`: slots; further people are turned away.
    """

    half_life: Annotated[float, Field(gt=0, le=3600)] = 20.0
    leave_after: Annotated[float, Field(ge=1, le=86_400)] = 60.0
    max_people: Annotated[int, Field(ge=1, le=65_535)] = 4096


class Crowd:
    """Everybody who is here, and the readings of the step that was taken last.

    `people`: the table, one slot per person. `raw`: what the step's samples make of each signal,
    within its range, NaN where undefined. `reading`: the same as published: smoothed, finite, every
    signal of `SIGNALS` within its range (`count` may exceed its own). `modes`: renewed ten times a
    second. `gone`: the numbers of those whose silence ended their stay in this step, for the gate
    to forget; who withdrew is not among them. Depends on nothing but the steps taken.
    """

    def __init__(self, settings: CrowdSettings) -> None:
        self.settings = settings
        self.current_step = 0
        self.people = People(settings.max_people)
        self.gone: Whos = np.empty(0, np.uint32)
        self.modes: Modes = NO_MODES
        self.reading: Reading = neutral_reading()
        self.raw: Reading = dict.fromkeys(SIGNALS, float("nan")) | dict.fromkeys(
            ("count", "presence", "confidence", "arrivals", "departures"), 0.0
        )
        self._tracker = ModeTracker()
        self._resonance = Resonance()
        self._momentum_valence = Momentum()
        self._momentum_arousal = Momentum()
        self._arrivals = Flow()
        self._departures = Flow()
        self._smoother = Smoother()

    def step(self, step: int, samples: Samples, withdrawn: Whos) -> None:
        """Go to `step`, the one after the last: `withdrawn` are erased, `samples` apply.

        A sample of somebody who withdraws in the same step is dropped.
        """
        self.current_step = step
        here = self.people.count
        if len(withdrawn) and len(samples):
            samples = samples[~np.isin(samples["who"], withdrawn)]
        left = self.people.withdraw(withdrawn)
        came = self.people.apply(samples, step)
        self.gone = self.people.expire(step, round(self.settings.leave_after * STEPS_PER_SECOND))
        self._read(step, came, left + len(self.gone), first=here == 0 and came > 0)

    def _read(self, step: int, came: int, left: int, first: bool) -> None:
        people = self.people
        slots = people.slots()
        valence, arousal = people.valence[slots], people.arousal[slots]
        trusted = people.weight[slots]
        half_life = self.settings.half_life * STEPS_PER_SECOND
        weight = statistics.staleness(trusted, step - people.said[slots], half_life)
        trust = float(trusted.sum(dtype=np.float64))
        freshness = float(weight.sum(dtype=np.float64)) / trust if trust else 0.0
        now = statistics.signals(valence, arousal, people.dominance[slots], weight, freshness)
        self._resonance.step(people, step)
        if step % MODES_STEPS == MODES_TURN or first:
            self.modes = self._tracker.update(valence, arousal, weight)
        now["resonance"] = max(self._resonance.value, 0.0)  # NaN, being first, stays
        now["momentum_valence"] = self._momentum_valence.step(now["valence"])
        now["momentum_arousal"] = self._momentum_arousal.step(now["arousal"])
        now["arrivals"] = self._arrivals.step(came)
        now["departures"] = self._departures.step(left)
        self.raw = now
        self.reading = self._smoother.step(now)
