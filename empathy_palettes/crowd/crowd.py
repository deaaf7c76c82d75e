"""The crowd: who is here and what they feel, taken one step further at each call.

Admits nobody (the gate has) and knows nothing of pictures.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..core.clock import STEPS_PER_SECOND
from ..core.config import Record
from ..inlet.sample import Samples
from . import instant
from .circles import CircleReadings, CircleTracker
from .clusters import Clusters, ClusterTracker, Labels
from .echoes import Echoes
from .modes import NO_MODES, Modes, ModeTracker
from .resonance import Resonance
from .shares import Shares
from .signals import SIGNALS, Reading, neutral_reading
from .smooth import Flow, Momentum, Smoother
from .table import People, Whos
from .tally import CELLS, Scales, Tally

MODES_STEPS = STEPS_PER_SECOND // 10
MODES_TURN = 3  # resonance looks on even steps, so that no step does the work of both


class CrowdSettings(Record):
    """How long people count, and how many there may be.

    `half_life`: seconds of silence after which somebody's word counts half. `leave_after`: seconds
    of silence after which they are gone. `max_people`: slots; further people are turned away.
    """

    half_life: Annotated[float, Field(gt=0, le=3600)] = 20.0
    leave_after: Annotated[float, Field(ge=1, le=86_400)] = 60.0
    max_people: Annotated[int, Field(ge=1, le=1_000_000)] = 4096


class Crowd:
    """Everybody who is here, and the readings of the step that was taken last.

    `shares`: origin of samples → the most that all who come from it may hold of the total weight,
    in (0, 1], where somebody else is there.

    `people`: the table, one slot per person. `raw`: what the step's samples make of each signal,
    within its range, NaN where undefined. `reading`: the same as published: smoothed, finite, every
    signal of `SIGNALS` within its range (`count` may exceed its own). `tally`: what both are made
    of, after shares. `modes`, `circles`: renewed ten times a second. `clusters`: who moves
    together. `gone`: the numbers of those whose silence ended their stay in this step, for the gate
    to forget; who withdrew is not among them. Depends on nothing but the steps taken.
    """

    def __init__(self, settings: CrowdSettings, shares: Mapping[int, float] | None = None) -> None:
        self.settings = settings
        self.current_step = 0
        self.people = People(settings.max_people)
        self.gone: Whos = np.empty(0, np.uint32)
        self.modes: Modes = NO_MODES
        self.reading: Reading = neutral_reading()
        self.raw: Reading = dict.fromkeys(SIGNALS, float("nan")) | dict.fromkeys(
            ("count", "presence", "confidence", "arrivals", "departures"), 0.0
        )
        self.tally = Tally.empty()
        self._patience = round(settings.leave_after * STEPS_PER_SECOND)
        self._scales = Scales(
            settings.max_people, settings.half_life * STEPS_PER_SECOND, self._patience
        )
        self._shares = Shares(shares) if shares else None
        self._echoes = Echoes(settings.max_people)
        self._tracker = ModeTracker()
        self._circles = CircleTracker()
        self._clusters = ClusterTracker(settings.max_people)
        self._resonance = Resonance()
        self._momentum_valence = Momentum()
        self._momentum_arousal = Momentum()
        self._arrivals = Flow()
        self._departures = Flow()
        self._smoother = Smoother()

    @property
    def circles(self) -> CircleReadings:
        """What each Trust Circle feels."""
        return self._circles.now

    @property
    def moved(self) -> int:
        """Of how many people `resonance` is, at least; 0 where it is undefined."""
        return self._resonance.voices

    @property
    def clusters(self) -> Clusters:
        """The groups that move together."""
        return self._clusters.clusters

    @property
    def cluster_of(self) -> Labels:
        """The number of the cluster that each slot is in, (capacity,): 1 to 8, 0 = none."""
        return self._clusters.label

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
        self.gone = self.people.expire(step, self._patience)
        self._echoes.heard(self.people, self.people.spoke, step)
        self._echoes.step(self.people, step)
        self._resonance.step(self.people, step)
        self._clusters.step(self.people, step, self._resonance.minute)
        self._weigh(step)
        if step % MODES_STEPS == MODES_TURN or (here == 0 and came > 0):
            self.modes = self._tracker.follow(self.tally, self._voices())
        self._read(came, left + len(self.gone))

    def _weigh(self, step: int) -> None:
        """Tally the crowd, and its circles, after what echoes and shares leave of each one."""
        people, scales, shares = self.people, self._scales, self._shares
        worth, factor_of = self._echoes.worth, None
        if shares is None:
            self.tally = scales.weigh(people, step, worth)
        else:
            classes = scales.weigh(people, step, worth, shares.row_of, shares.rows)
            factors = shares.factors(classes.mass.sum(axis=1))
            self.tally = classes.whole(factors)
            factor_of = factors[shares.row_of]
        total = float(self.tally.mass.sum())
        minute = self._resonance.minute
        self._circles.step(people, scales.units, scales.trust, step, total, factor_of, minute)

    def _voices(self) -> NDArray[np.intp]:
        """How many people of any weight are at each level of feeling, (4356,)."""
        reach = self.people.reach
        heard = self.people.cell[:reach][self._scales.units[:reach] > 0.0]
        return np.bincount(heard, minlength=CELLS)

    def _read(self, came: int, left: int) -> None:
        now = instant.reading(self.tally)
        now["resonance"] = max(self._resonance.value, 0.0)  # NaN, being first, stays
        now["momentum_valence"] = self._momentum_valence.step(now["valence"])
        now["momentum_arousal"] = self._momentum_arousal.step(now["arousal"])
        now["arrivals"] = self._arrivals.step(came)
        now["departures"] = self._departures.step(left)
        self.raw = now
        self.reading = self._smoother.step(now)
