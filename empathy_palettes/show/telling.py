"""What of a crowd may be told, and which of its groups shown: nothing of too few people.

Works out no statistic, and hides nobody's own light: each person is answered however few they are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..crowd.analysis import more
from ..crowd.circles import CircleReadings
from ..crowd.clusters import MOST
from ..crowd.crowd import Crowd
from ..crowd.modes import Modes
from ..crowd.signals import Reading
from ..inlet.sample import SIMULATED

Labels = NDArray[np.uint8]

ALWAYS_TOLD = ("count", "presence")

#: What is a statistic of those who said valence, arousal, dominance, and both of the first two.
_SAID_BY = (
    "valence median_valence momentum_valence agreement polarization "
    "esteban_ray_valence bimodality_valence".split(),
    "arousal median_arousal momentum_arousal agreement "
    "esteban_ray_arousal bimodality_arousal".split(),
    "dominance median_dominance".split(),
    "divide_angle divide_offset divide_gap spread diversity joy calm tension sorrow kinds".split(),
)


@dataclass(frozen=True, slots=True)
class Telling:
    """How many people a statistic must be of before it is told, or its group shown.

    `minimum_group`: 1 and more. Whose word weighs nothing is not counted: a statistic is of those
    who have said something. Nor are simulated people; but where all are simulated everything is
    told, as nobody is there to protect.
    """

    minimum_group: int = 1

    def few(self, crowd: Crowd) -> bool:
        """Return whether a statistic of the whole crowd would be one of too few."""
        return _voices(crowd) < self.minimum_group

    def reading(self, crowd: Crowd) -> Reading:
        """Return the signals that may be told: only how many people there are, while too few."""
        reading = crowd.reading
        if self.few(crowd):
            return {name: reading[name] for name in ALWAYS_TOLD}
        hidden = self._hidden(crowd)
        return {name: value for name, value in reading.items() if name not in hidden}

    def analysis(self, crowd: Crowd) -> dict[str, float]:
        """Return further measures that may be told; NaN left out."""
        if self.few(crowd):
            return {}
        hidden = self._hidden(crowd)
        measures = {name: float(rows[0]) for name, rows in more(crowd.tally).items()}
        return {
            name: value
            for name, value in measures.items()
            if name not in hidden and not math.isnan(value)
        }

    def _hidden(self, crowd: Crowd) -> set[str]:
        """What is of too few although enough are here, as not everybody says everything."""
        if math.isinf(_voices(crowd)):
            return set()
        said = zip(_SAID_BY, crowd.tally.voices[0, 1:].tolist(), strict=True)
        few = (names for names, voices in said if 0 < voices < self.minimum_group)
        hidden = set().union(*few)
        return hidden | {"resonance"} if 0 < crowd.moved < self.minimum_group else hidden

    def modes(self, crowd: Crowd) -> Modes:
        """Return the gatherings that may be shown."""
        return crowd.modes.of_at_least(self.minimum_group)

    def circles(self, crowd: Crowd) -> CircleReadings:
        """Return the circles that may be shown."""
        return crowd.circles.of_at_least(self.minimum_group)

    def clusters(self, crowd: Crowd) -> Labels:
        """Return which cluster each slot is in, (capacity,): 0 = none that may be shown.

        Counted anew at each call, as members leave before the clusters are found again.
        """
        if not len(crowd.clusters):
            return crowd.cluster_of
        members = np.bincount(crowd.cluster_of[: crowd.people.reach], minlength=MOST + 1)
        enough = members >= self.minimum_group
        enough[0] = True
        if enough[members > 0].all():
            return crowd.cluster_of
        number = np.where(enough, np.arange(MOST + 1), 0).astype(np.uint8)
        return number[crowd.cluster_of]


def _voices(crowd: Crowd) -> float:
    """Return how many real people have said something; boundless where all are simulated."""
    people = crowd.people
    here = slice(people.reach)
    real = people.alive[here] & (people.origin[here] != SIMULATED)
    if people.count and not real.any():
        return math.inf
    voices = int(np.count_nonzero(people.weight[here][real]))
    return min(float(crowd.tally.voices[0, 0]), float(voices))
