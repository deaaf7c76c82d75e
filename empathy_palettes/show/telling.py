"""What of a crowd may be told, and which of its groups shown: nothing of too few people.

Works out no statistic, and hides nobody's own light: each person is answered however few they are.
What a picture follows is smoothed for whoever is there, and so holds something of one person for a
while after others have come: what is told is smoothed apart from it, from enough people only.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..core.clock import STEP
from ..crowd.analysis import more
from ..crowd.circles import CIRCLES, EASE_SECONDS, CircleReadings
from ..crowd.clusters import MOST
from ..crowd.crowd import Crowd
from ..crowd.modes import NO_MODES, Modes
from ..crowd.signals import SIGNALS, Reading
from ..crowd.smooth import Momentum, Smoother
from ..crowd.ties import SAMPLE_STEPS, WINDOW
from ..inlet.sample import SIMULATED

Labels = NDArray[np.uint8]
Names = frozenset[str]

ALWAYS_TOLD = ("count", "presence")

#: What is a statistic of those who said valence, arousal, dominance, and both of the first two.
_SAID_BY = tuple(
    frozenset(names.split())
    for names in (
        "valence median_valence momentum_valence agreement polarization "
        "esteban_ray_valence bimodality_valence",
        "arousal median_arousal momentum_arousal agreement esteban_ray_arousal bimodality_arousal",
        "dominance median_dominance",
        "divide_angle divide_offset divide_gap spread diversity joy calm tension sorrow kinds",
    )
)
_EVERY_SIGNAL: Names = frozenset(SIGNALS)
_RESONANCE: Names = frozenset({"resonance"})
_NONE: Names = frozenset()
_EASE = -math.expm1(-STEP / EASE_SECONDS)
_TIE_STEPS = WINDOW * SAMPLE_STEPS


class Telling:
    """What may be told of a crowd at the step that it was taken to last.

    `minimum_group`, 1 and more: of how many people a statistic must be before it is told, or its
    group shown. Whose word weighs nothing is not counted: a statistic is of those who have said
    something. Nor are simulated people. Where all are simulated everything is told, as nobody is
    there to protect; where some are beside real people nothing is, and no group is shown.

    `few`: whether a statistic of the whole crowd would be one of too few. `reading`: the signals
    that may be told, only how many people there are while these are few; smoothed as the crowd's
    are, but from what may be told alone, and begun anew where it could not be before. `modes`,
    `circles` and `clusters`, (capacity,) with 0 = none: what may be shown, None = nothing of it;
    where a circle is, is eased from when it is shown.
    """

    def __init__(self, minimum_group: int = 1) -> None:
        self.minimum_group = minimum_group
        self.few = True
        self.reading: Reading = dict.fromkeys(ALWAYS_TOLD, 0.0)
        self.modes: Modes = NO_MODES
        self.circles: CircleReadings | None = None
        self.clusters: Labels | None = None
        self._all_simulated = False
        self._told: Names = _NONE
        self._smoother = Smoother()
        self._momenta = {axis: Momentum() for axis in ("valence", "arousal")}
        self._shown = np.zeros(CIRCLES, np.bool_)
        self._lasted = np.zeros(CIRCLES, np.int64)  # steps for which each has been shown
        self._places = np.zeros((2, CIRCLES), np.float32)  # x and y of circles, NaN = not known

    def step(self, crowd: Crowd) -> None:
        """Follow a crowd: to be called once after each of its steps."""
        self._count(crowd)
        self._read(crowd, _EVERY_SIGNAL if self.few else self._hidden(crowd))
        if self.few:
            self.modes, self.circles, self.clusters = NO_MODES, None, None
            self._shown[:] = False
            self._lasted[:] = 0
            return
        self.modes = crowd.modes.of_at_least(self.minimum_group)
        self.circles = self._eased(crowd.circles.of_at_least(self.minimum_group))
        self.clusters = self._clusters(crowd)

    def analysis(self, crowd: Crowd) -> dict[str, float]:
        """Return further measures that may be told; NaN left out."""
        if self.few:
            return {}
        hidden = self._hidden(crowd)
        measures = {name: float(rows[0]) for name, rows in more(crowd.tally).items()}
        return {
            name: value
            for name, value in measures.items()
            if name not in hidden and not math.isnan(value)
        }

    def _count(self, crowd: Crowd) -> None:
        people = crowd.people
        here = slice(people.reach)
        real = people.alive[here] & (people.origin[here] != SIMULATED)
        count = int(np.count_nonzero(real))
        self._all_simulated = count == 0 < people.count
        voices = int(np.count_nonzero(people.weight[here][real]))
        enough = min(voices, crowd.tally.voices[0, 0]) >= self.minimum_group
        self.few = not (self._all_simulated or (count == people.count and enough))

    def _hidden(self, crowd: Crowd) -> Names:
        """What is of too few although enough are here, as not everybody says everything."""
        if self._all_simulated:
            return _NONE
        said = zip(_SAID_BY, crowd.tally.voices[0, 1:].tolist(), strict=True)
        few = [names for names, voices in said if 0 < voices < self.minimum_group]
        if 0 < crowd.moved < self.minimum_group:
            few.append(_RESONANCE)
        return _NONE.union(*few)

    def _read(self, crowd: Crowd, hidden: Names) -> None:
        """Smooth what may be told, anew where it could not be at the step before."""
        raw = crowd.raw | {
            f"momentum_{axis}": momentum.step(math.nan if axis in hidden else crowd.raw[axis])
            for axis, momentum in self._momenta.items()
        }
        told = _EVERY_SIGNAL - hidden
        reading: Reading = {}
        if not self.few:
            raw |= dict.fromkeys(hidden & _EVERY_SIGNAL, math.nan)
            reading = self._smoother.step(raw, told - self._told)
        how_many = {name: crowd.reading[name] for name in ALWAYS_TOLD}
        self.reading = {name: reading[name] for name in SIGNALS if name in told} | how_many
        self._told = told

    def _eased(self, circles: CircleReadings) -> CircleReadings:
        """Return circles with nothing of what was felt before they were shown.

        Their places are eased from then on, and their ties wait until no sample is older.
        """
        shown = circles.members > 0
        if not (shown.any() or self._shown.any()):
            return circles
        self._lasted = np.where(shown, self._lasted + 1, 0)
        young = self._lasted < _TIE_STEPS
        ties = np.where(young | young[:, None], np.float32(np.nan), circles.ties)
        means = np.stack([circles.signals["valence"], circles.signals["arousal"]])
        places = np.where(shown & self._shown, self._places, np.float32(np.nan))
        moved = places + np.nan_to_num(means - places) * np.float32(_EASE)
        self._places = np.where(np.isnan(places), means, moved)
        self._shown = shown
        x, y = np.nan_to_num(self._places)
        return replace(circles, x=x, y=y, ties=ties)

    def _clusters(self, crowd: Crowd) -> Labels:
        """Which cluster each slot is in, of those that may be shown.

        Counted at every step, as members leave before the clusters are found again.
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
