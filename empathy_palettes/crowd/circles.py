"""What each circle feels: the signals of the crowd again, circle by circle, and how circles tie.

Hides nobody: who shows it asks `of_at_least` first. Knows numbers of circles, never their names.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..core.clock import STEP, STEPS_PER_SECOND
from . import statistics
from .minute import Minute
from .table import People
from .tally import Tally
from .ties import SAMPLE_STEPS, WINDOW, Ties
from .within import Within

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Doubles = NDArray[np.float64]

CIRCLES = 64  # circles 1 to 64 are read; who is in a later one counts in the crowd alone
TURNS = STEPS_PER_SECOND // 10  # each step renews those circles whose turn it is
EASE_SECONDS = 1.0

#: What is read of a circle: every signal that an instant defines, and resonance within it.
CIRCLE_SIGNALS: tuple[str, ...] = (
    *("valence", "arousal", "dominance"),
    *("median_valence", "median_arousal", "median_dominance"),
    *("agreement", "polarization", "divide_angle", "divide_offset", "divide_gap"),
    *("spread", "diversity", "joy", "calm", "tension", "sorrow"),
    *("count", "presence", "confidence", "resonance"),
)
_FORGOTTEN = WINDOW * SAMPLE_STEPS + TURNS  # steps without a circle: nothing is left of any
_COUNTS = ("members", "voices", "moved", "commanding")
_NOBODY = {"count": 0.0, "presence": 0.0, "confidence": 0.0}  # the rest is undefined


@dataclass(frozen=True, slots=True)
class CircleReadings:
    """Every circle at this step; element n − 1 of an array is circle n, from 1 to 64.

    `signals`: name of `CIRCLE_SIGNALS` → (64,) f4, within the signal's range, NaN where undefined
    (all of them where nobody is in the circle, but count, presence and confidence, which are 0).
    `members` (64,) i4: how many people are in it; 0 = there is no such circle now. `voices moved
    commanding` (64,) i4: of how many of them the signals are, at least; of how many resonance is,
    and of how many dominance, for not everybody moves, or says that. `share` (64,) f4: its part of
    the crowd's weight, in [0, 1]. `age` (64,) f4: seconds since the first of those who made it
    joined, 0 where there is none. `x y` (64,) f4 in [-1, 1]: where it is in the plane of valence
    and arousal, eased over a second, 0 where there is none. `ties` (64, 64) f4 in [-1, 1]:
    resonance between two circles, the correlation of their mean feelings over the last minute,
    symmetric, 1 on the diagonal of a circle that moves; NaN where either has been there for less
    than 20 s or stood still. No trust is measured. Arrays are read, never written, and hold good
    for this step only; each circle is renewed ten times a second.
    """

    signals: Mapping[str, Floats]
    members: Ints
    voices: Ints
    moved: Ints
    commanding: Ints
    share: Floats
    age: Floats
    x: Floats
    y: Floats
    ties: Floats

    def of_at_least(self, people: int) -> CircleReadings:
        """Return the same with circles of fewer voices as though they were not there."""
        few = self.voices < people
        still, meek = self.moved < people, self.commanding < people
        if not (self.members[few].any() or self.moved[still].any() or self.commanding[meek].any()):
            return self
        signals = {
            name: np.where(few, np.float32(_NOBODY.get(name, math.nan)), values)
            for name, values in self.signals.items()
        }
        for name, too_few in (
            ("resonance", still),
            ("dominance", meek),
            ("median_dominance", meek),
        ):
            signals[name][too_few] = math.nan
        ties = self.ties.copy()
        ties[few], ties[:, few] = np.nan, np.nan
        zeros = {
            name: np.where(few, np.float32(0), getattr(self, name))
            for name in ("share", "age", "x", "y")
        }
        counts = {name: np.where(few, np.int32(0), getattr(self, name)) for name in _COUNTS}
        return replace(self, signals=signals, ties=ties, **counts, **zeros)


def no_circles() -> CircleReadings:
    """Return what there is to read where nobody is in a circle."""
    return CircleReadings(
        signals={
            name: np.full(CIRCLES, _NOBODY.get(name, math.nan), np.float32)
            for name in CIRCLE_SIGNALS
        },
        members=np.zeros(CIRCLES, np.int32),
        voices=np.zeros(CIRCLES, np.int32),
        moved=np.zeros(CIRCLES, np.int32),
        commanding=np.zeros(CIRCLES, np.int32),
        share=np.zeros(CIRCLES, np.float32),
        age=np.zeros(CIRCLES, np.float32),
        x=np.zeros(CIRCLES, np.float32),
        y=np.zeros(CIRCLES, np.float32),
        ties=np.full((CIRCLES, CIRCLES), np.nan, np.float32),
    )


class CircleTracker:
    """Reads the circles in turn, a sixth of them at each step.

    `now`: every circle as it was read last.
    """

    def __init__(self) -> None:
        self.now = no_circles()
        self._ties = Ties(CIRCLES)
        self._within = Within(CIRCLES)
        self._began = np.zeros(CIRCLES, np.int64)
        self._until = -_FORGOTTEN  # the last step at which somebody was in a circle

    def step(
        self,
        people: People,
        units: Floats,
        trust: Floats,
        step: int,
        total: float,
        factor_of: Doubles | None = None,
        minute: Minute | None = None,
    ) -> None:
        """Read the circles whose turn it is at `step`.

        `units` (capacity,): what each one weighs, in whole parts of 2¹⁶, and `trust` (capacity,):
        what they weighed when they spoke; 1 is a whole one. `factor_of` (256,): what their origin's
        share makes of it, if anything. `total`: the crowd's weight, after shares. `minute`: the
        last minute of everybody, at this step, for the resonance within circles.
        """
        if people.circle[: people.reach].any():
            self._until = step
        elif step - self._until > _FORGOTTEN:
            return
        turn = step % TURNS
        places = np.arange((turn or TURNS) - 1, CIRCLES, TURNS)
        self._take(_tally(people, units, trust, turn, len(places), factor_of), places, step, total)
        self._ties.step(self.now.signals["valence"], self.now.signals["arousal"], step)
        self.now = replace(self.now, ties=self._ties.now)
        if minute is not None:
            self._within.step(people, self.now.members, step, minute)
            np.maximum(self._within.value, 0.0, out=self.now.signals["resonance"])
            np.copyto(self.now.moved, self._within.voices)

    def _take(self, tally: Tally, places: NDArray[np.intp], step: int, total: float) -> None:
        now = self.now
        for name, values in now.signals.items():
            if name != "resonance":
                values[places] = _NOBODY.get(name, math.nan)
        lasting = now.members[places] > 0
        there = tally.people > 0
        now.members[places] = tally.people
        now.voices[places] = _fewest(tally.voices[:, [1, 2, 4]])
        now.commanding[places] = tally.voices[:, 3]
        for position in (now.share, now.age):
            position[places] = 0.0
        for position in (now.x, now.y):
            position[places[~there]] = 0.0
        if not there.any():
            return
        self._began[places[there & ~lasting]] = step
        tally, places, lasting = tally.rows(there), places[there], lasting[there]
        for name, read in statistics.of(tally).items():
            now.signals[name][places] = read
        now.age[places] = (step - self._began[places]) * STEP
        if total > 0.0:
            now.share[places] = np.minimum(tally.mass.sum(axis=1) / total, 1.0)
        ease = np.where(lasting, -math.expm1(-TURNS * STEP / EASE_SECONDS), 1.0)
        for position, name in ((now.x, "valence"), (now.y, "arousal")):
            mean, at = now.signals[name][places], position[places]
            position[places] = np.where(np.isnan(mean), at, at + (mean - at) * ease)


def _fewest(voices: Doubles) -> Doubles:
    """The least of each row (n, k) that is above 0; 0 where there is none."""
    least = np.where(voices > 0.0, voices, np.inf).min(axis=1)
    return np.where(np.isinf(least), 0.0, least)


def _tally(
    people: People,
    units: Floats,
    trust: Floats,
    turn: int,
    rows: int,
    factor_of: Doubles | None,
) -> Tally:
    """The tally of circles `turn`, `turn` + 6, … (6, 12, … for turn 0), one row each."""
    circle = people.circle[: people.reach]
    slots = np.flatnonzero(_mine(turn).take(circle, mode="clip"))
    tally = Tally.empty(rows)
    if not len(slots):
        return tally
    row = (circle[slots].astype(np.intp) - 1) // TURNS
    weight, trusted = units[slots].astype(np.float64), trust[slots].astype(np.float64)
    if factor_of is not None:
        factor = factor_of[people.origin[slots]]
        weight, trusted = np.rint(weight * factor), trusted * factor
    tally.add(people.cell[slots], people.dominance_level[slots], weight, row)
    tally.trust[:] = np.bincount(row, trusted, rows)
    tally.people[:] = np.bincount(row, minlength=rows)
    return tally


def _mine(turn: int) -> NDArray[np.bool_]:
    """(66,): whether it is a circle's turn, by number; never of 0, nor of 65 and later."""
    mine: NDArray[np.bool_] = np.arange(CIRCLES + 2) % TURNS == turn
    mine[[0, -1]] = False
    return mine
