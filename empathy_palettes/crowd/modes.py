"""The modes of feeling: where in the plane people gather, each with an identity held over time.

Does not smooth: centres and masses follow the crowd at once. Names no feeling.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .features import axis_values
from .statistics import binned
from .table import AXIS, UNSAID
from .tally import Tally

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]

GRID = 16  # cells per axis
MOST = 16
LASTS = 0.05  # a mode holds at least this share of the crowd,
APPEARS = 0.06  # and a new one this: no mode comes and goes on one person's account
VALLEY = 0.7  # between two modes the density falls to this part of the lower peak, or lower,
NOISE = 1.5  # and by this many standard errors of that peak
BLUR_NOISE = (70.0 / 256.0) ** 2  # variance that the blur leaves of a count of 1: Σ kernel²
SAME_PLACE = 0.4  # a mode this near to where one was, is that one,
MEMORY = 20  # for this many evaluations after it was last seen
LEVELS = 2.0**20  # densities are compared in these units, so that rounding decides no tie


@dataclass(frozen=True, slots=True)
class Modes:
    """At most 16 gatherings, by ascending identity, so that each keeps its place in the order.

    `centres` (k, 2) f4: mean valence and arousal of those gathered, in [-1, 1]. `mass` (k,) f4:
    their share of the crowd's weight, at least .05; the sum is at most 1, as smaller groups are
    left out. `spread` (k,) f4: root mean square distance from the centre per axis. `identity` (k,)
    i8: a number from 0 that a gathering keeps while it lasts and no later one is given. `voices`
    (k,) i8: how many people it is made of.
    """

    centres: Floats
    mass: Floats
    spread: Floats
    identity: Ints
    voices: Ints

    def __len__(self) -> int:
        return len(self.mass)

    def of_at_least(self, people: int) -> Modes:
        """Return the same without those of fewer people."""
        enough = self.voices >= people
        if enough.all():
            return self
        return Modes(
            self.centres[enough],
            self.mass[enough],
            self.spread[enough],
            self.identity[enough],
            self.voices[enough],
        )


def _no_modes() -> Modes:
    empty = (
        np.empty((0, 2), np.float32),
        np.empty(0, np.float32),
        np.empty(0, np.float32),
        np.empty(0, np.int64),
        np.empty(0, np.int64),
    )
    for array in empty:
        array.flags.writeable = False
    return Modes(*empty)


NO_MODES = _no_modes()


@dataclass(slots=True)
class _Known:
    """Where an identity was last seen, and how many evaluations ago."""

    valence: float
    arousal: float
    unseen: int = 0


class ModeTracker:
    """Finds the modes anew at each call and gives them their identities."""

    def __init__(self) -> None:
        self._next = 0
        self._known: dict[int, _Known] = {}  # by ascending identity: later ones are added last
        self._blur = _binomial_blur()
        self._levels = _moments()
        self._round = _neighbourhoods()

    def update(self, valence: Floats, arousal: Floats, weight: Floats) -> Modes:
        """Return the modes of (people,) arrays; who has not said both feelings is left out."""
        here = np.flatnonzero(~(np.isnan(valence) | np.isnan(arousal)) & (weight > 0.0))
        v, a = valence[here].astype(np.float64), arousal[here].astype(np.float64)
        w = weight[here].astype(np.float64)
        cell = _region(a) * GRID + _region(v)
        parts = (w, w * v, w * a, w * (v * v + a * a))
        sums = [binned(cell, part, GRID * GRID).reshape(GRID, GRID) for part in parts]
        voices = np.bincount(cell, minlength=GRID * GRID).reshape(GRID, GRID)
        return self._of(np.array(sums), voices, float((w * w).sum()))

    def follow(self, tally: Tally, voices: Ints) -> Modes:
        """Return the modes of the first row of a tally, the same that `update` returns.

        `voices` (4356,): of how many people the weight in each cell is.
        """
        groups, moments, squares = self._levels
        mass = tally.mass[0].reshape(AXIS, AXIS)[:UNSAID, :UNSAID].T  # arousal is the row here
        sums = [
            groups @ mass @ groups.T,
            groups @ mass @ moments.T,
            moments @ mass @ groups.T,
            groups @ mass @ squares.T + squares @ mass @ groups.T,
        ]
        heads = voices.reshape(AXIS, AXIS)[:UNSAID, :UNSAID].T
        return self._of(np.array(sums), groups @ heads @ groups.T, float(tally.squares[0, 1]))

    def _of(self, sums: Doubles, voices: Doubles | Ints, squares: float) -> Modes:
        """Return the modes of (4, 16, 16) sums per region: w, w·v, w·a, w·(v² + a²).

        `voices` (16, 16): how many people are in each region.
        """
        centres, mass, spread, heads = self._gatherings(sums, voices, squares)
        identity = self._identify(centres, mass)
        order = [i for i in np.argsort(identity, kind="stable") if identity[i] >= 0]
        return Modes(
            centres[order].astype(np.float32),
            mass[order].astype(np.float32),
            spread[order].astype(np.float32),
            identity[order],
            heads[order].astype(np.int64),
        )

    def _gatherings(
        self, sums: Doubles, voices: Doubles | Ints, squares: float
    ) -> tuple[Doubles, Doubles, Doubles, Doubles]:
        """Return centres (k, 2), masses, spreads and people of the basins of the peaks."""
        total = float(sums[0].sum())
        if total <= 0.0:
            return np.empty((0, 2)), np.empty(0), np.empty(0), np.empty(0)
        density = self._blur @ sums[0] @ self._blur.T
        highest = float(density.max())
        effective_people = total * total / squares
        level = np.round(density * (LEVELS / highest))
        basin = _merge(
            _climb(level, self._round), level, highest / LEVELS / total * effective_people
        )
        mass, sum_v, sum_a, sum_squares, heads = (
            binned(basin, part.ravel().astype(np.float64), GRID * GRID) for part in (*sums, voices)
        )
        kept = np.flatnonzero(mass >= LASTS * total)
        kept = np.sort(kept[np.argsort(-mass[kept], kind="stable")][:MOST])
        mass = mass[kept]
        centres = np.stack([sum_v[kept], sum_a[kept]], axis=1) / mass[:, None]
        variance = sum_squares[kept] / mass - (centres**2).sum(axis=1)
        return centres, mass / total, np.sqrt(np.maximum(variance, 0.0) / 2.0), heads[kept]

    def _identify(self, centres: Doubles, mass: Doubles) -> Ints:
        """Return each gathering's identity, nearest pairs first; −1: too small to be a new one."""
        identity = np.full(len(mass), -1, np.int64)
        known = list(self._known)
        if known and len(mass):
            places = np.array([(k.valence, k.arousal) for k in self._known.values()])
            away = np.hypot(*(centres[:, None, :] - places[None, :, :]).transpose(2, 0, 1))
            taken: set[int] = set()
            for pair in np.argsort(away, axis=None, kind="stable").tolist():
                which, other = divmod(pair, len(known))
                if away[which, other] > SAME_PLACE:
                    break
                if identity[which] < 0 and known[other] not in taken:
                    identity[which] = known[other]
                    taken.add(known[other])
        for which in np.flatnonzero((identity < 0) & (mass >= APPEARS)).tolist():
            identity[which] = self._next
            self._next += 1
        for state in self._known.values():
            state.unseen += 1
        for name, (valence, arousal) in zip(identity.tolist(), centres.tolist(), strict=True):
            if name >= 0:
                self._known[name] = _Known(valence, arousal)
        self._known = {k: state for k, state in self._known.items() if state.unseen <= MEMORY}
        return identity


def _region(values: Doubles) -> Ints:
    """Which of the grid's cells along one axis each value in [-1, 1] is in."""
    return np.minimum((values + 1.0) * (GRID / 2), GRID - 1).astype(np.int64)


def _binomial_blur() -> Doubles:
    """The 3-tap binomial blur, twice, along one axis; beyond the grid its last cell repeats.

    As a (16, 16) matrix B: the blurred grid is B h Bᵀ.
    """
    once = np.eye(GRID) * 2.0 + np.eye(GRID, k=1) + np.eye(GRID, k=-1)
    once[0, 0] = once[-1, -1] = 3.0
    once /= 4.0
    twice: Doubles = once @ once
    return twice


def _moments() -> tuple[Doubles, Doubles, Doubles]:
    """Return (16, 65) of 65 levels: which cell of an axis each is in, times itself, its square."""
    values = axis_values()[:UNSAID]
    groups = (_region(values) == np.arange(GRID)[:, None]).astype(np.float64)
    return groups, groups * values, groups * (values * values)


def _neighbourhoods() -> Ints:
    """Return (256, 9) where each cell and the eight round it are in a grid with a cell's border."""
    corner = np.arange(GRID)[:, None] * (GRID + 2) + np.arange(GRID)
    steps = np.arange(3)[:, None] * (GRID + 2) + np.arange(3)
    return corner.reshape(-1, 1) + steps.ravel()


def _climb(level: Doubles, neighbours: Ints) -> Ints:
    """Return for each cell, flat, the peak that steepest ascent leads to.

    Of equal neighbours the lowest index is taken, so that a plateau has one way off.
    """
    padded = np.full((GRID + 2, GRID + 2), -1.0)
    padded[1:-1, 1:-1] = level
    best = padded.ravel().take(neighbours).argmax(axis=1)
    up: Ints = np.arange(GRID * GRID) + (best // 3 - 1) * GRID + (best % 3 - 1)
    for _ in range(8):  # 2⁸ climbs: as many as there are cells
        up = up[up]
    return up


def _merge(peak_of: Ints, level: Doubles, people_per_level: float) -> Ints:
    """Join basins whose valley is too shallow to part them, the highest valleys first.

    `people_per_level`: effective people per cell that one unit of `level` stands for; a peak of n
    has a standard error of √(n · BLUR_NOISE).
    """
    height = level.ravel().tolist()
    label = peak_of.reshape(GRID, GRID)
    ends, others, valleys = [], [], []
    for near, far in _NEIGHBOURS:
        apart = label[near] != label[far]
        ends.append(label[near][apart])
        others.append(label[far][apart])
        valleys.append(np.minimum(level[near], level[far])[apart])
    one, two, valley = np.concatenate(ends), np.concatenate(others), np.concatenate(valleys)
    pair = np.minimum(one, two) * (GRID * GRID) + np.maximum(one, two)
    order = np.lexsort((pair, -valley))
    pair, first = np.unique(pair[order], return_index=True)
    depth = valley[order][first]
    joined = list(range(GRID * GRID))
    highest_first = np.lexsort((pair, -depth))
    pairs, depths = pair[highest_first].tolist(), depth[highest_first].tolist()
    for ends_of, valley_of in zip(pairs, depths, strict=True):
        low, high = divmod(ends_of, GRID * GRID)
        low, high = _root(joined, low), _root(joined, high)
        if low == high:
            continue
        if (height[low], -low) > (height[high], -high):
            low, high = high, low
        people = height[low] * people_per_level
        shallow = (1.0 - VALLEY) * people
        chance = NOISE * math.sqrt(people * BLUR_NOISE)
        if valley_of > 0.0 and people - valley_of * people_per_level < max(shallow, chance):
            joined[low] = high
    roots = np.array(joined)
    for _ in range(8):
        roots = roots[roots]
    basins: Ints = roots[peak_of]
    return basins


def _root(joined: list[int], cell: int) -> int:
    while joined[cell] != cell:
        cell = joined[cell]
    return cell


#: Slices of the grid that pair each cell with its neighbour right, up, up right and up left.
_NEIGHBOURS = (
    (np.s_[:, :-1], np.s_[:, 1:]),
    (np.s_[:-1, :], np.s_[1:, :]),
    (np.s_[:-1, :-1], np.s_[1:, 1:]),
    (np.s_[:-1, 1:], np.s_[1:, :-1]),
)
