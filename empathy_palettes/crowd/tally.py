"""How much of a crowd's weight lies at each level of feeling: sums that add up without rounding.

Feelings are multiples of 1/32 and weights are held to whole parts of 2¹⁶, so every sum is exact in
a double: the same in any order of the people, and over machines that count a part of them each.
Works out no statistic: `statistics` does, from these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .table import AXIS, UNSAID, People, cells, levels

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Indices = NDArray[np.intp]

UNITS = 65_536.0  # what a whole weight is counted as; squares of a million still fit 53 bits
CELLS = AXIS * AXIS
CHUNK = 32_768  # people at a time: what is worked on stays in the cache
_ALONE = 8_192  # longer products a BLAS shares out among threads, which costs more than they do
_ENOUGH_HALVES = 18  # half-lives after which a weight rounds to nothing


def _both_said() -> Doubles:
    both = np.ones((AXIS, AXIS))
    both[UNSAID], both[:, UNSAID] = 0.0, 0.0
    return both.ravel()


@dataclass(frozen=True, slots=True)
class Tally:
    """The weight of people, in (rows,) groups: `one + other` is the tally of both sets of people.

    `mass` (rows, 4356): weight by cell, `levels` of valence × 66 + that of arousal. `dominance`
    (rows, 66): by level of dominance. `squares` (rows, 2): Σ w² of all, and of those who said both
    valence and arousal. `trust` (rows,): Σ w as it was when they spoke. `people` (rows,): how many
    there are, whatever their weight. `voices` (rows, 5): how many of them weigh anything: all, who
    said valence, arousal, dominance, and who both valence and arousal. Who has said nothing has to
    come with weight 0.
    """

    mass: Doubles
    dominance: Doubles
    squares: Doubles
    trust: Doubles
    people: Doubles
    voices: Doubles

    @classmethod
    def empty(cls, rows: int = 1) -> Tally:
        """Return a tally of nobody."""
        shapes = ((rows, CELLS), (rows, AXIS), (rows, 2), rows, rows, (rows, 5))
        return cls(*(np.zeros(shape) for shape in shapes))

    @classmethod
    def of(
        cls, valence: ArrayLike, arousal: ArrayLike, dominance: ArrayLike, weight: ArrayLike
    ) -> Tally:
        """Return the tally of (people,) arrays, feelings held to 1/32 and weights to 2⁻¹⁶."""
        tally = cls.empty()
        v, a, d = (np.asarray(values, np.float32) for values in (valence, arousal, dominance))
        units = np.rint(np.asarray(weight, np.float64) * UNITS)
        tally.add(cells(v, a), levels(d), units)
        tally.trust[:] = float(units.sum()) / UNITS
        tally.people[:] = len(units)
        return tally

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.mass + other.mass,
            self.dominance + other.dominance,
            self.squares + other.squares,
            self.trust + other.trust,
            self.people + other.people,
            self.voices + other.voices,
        )

    def whole(self, factors: ArrayLike = 1.0) -> Tally:
        """Return all rows as one, each row's weights multiplied by its own of (rows,) `factors`."""
        times = np.broadcast_to(np.asarray(factors, np.float64), self.trust.shape)
        each = times[:, None]
        return Tally(
            (each * self.mass).sum(axis=0, keepdims=True),
            (each * self.dominance).sum(axis=0, keepdims=True),
            (each * each * self.squares).sum(axis=0, keepdims=True),
            (times * self.trust).sum(keepdims=True),
            self.people.sum(keepdims=True),
            self.voices[times > 0.0].sum(axis=0, keepdims=True),
        )

    def rows(self, which: NDArray[np.bool_]) -> Tally:
        """Return those rows."""
        return Tally(
            self.mass[which],
            self.dominance[which],
            self.squares[which],
            self.trust[which],
            self.people[which],
            self.voices[which],
        )

    def add(
        self,
        cell: NDArray[np.uint16],
        level: NDArray[np.uint8],
        units: Doubles,
        row: Indices | None = None,
    ) -> None:
        """Add people to all but `trust` and `people`: (n,), `units` whole numbers of 2⁻¹⁶.

        `row`: the group of each, the first if not given.
        """
        rows = len(self.trust)
        index: NDArray[Any] = cell
        if row is not None:
            index = row * CELLS + cell
        mass = np.bincount(index, units, rows * CELLS).reshape(rows, CELLS) * (1.0 / UNITS)
        self.mass[:] += mass
        weighs: NDArray[np.bool_] = units > 0.0
        self.voices[:, [0, 1, 2, 4]] += _count(weighs, row, rows)[:, None]
        squares = _squares(units, units, row, rows)
        self.squares[:, 0] += squares
        partly = mass.reshape(rows, AXIS, AXIS)
        if partly[:, UNSAID].any() or partly[:, :, UNSAID].any():
            squares = _squares(units, units * _BOTH.take(cell), row, rows)
            for place, silent in _SILENT.items():
                self.voices[:, place] -= _count(weighs & silent.take(cell), row, rows)
        self.squares[:, 1] += squares
        commanding = np.flatnonzero(level != UNSAID)
        if len(commanding):  # most say none; to add them all up in one bin is slow
            index = level[commanding].astype(np.intp)
            if row is not None:
                index += row[commanding] * AXIS
            sums = np.bincount(index, units[commanding], rows * AXIS)
            theirs = None if row is None else row[commanding]
            self.voices[:, 3] += _count(weighs[commanding], theirs, rows)
            self.dominance[:] += sums.reshape(rows, AXIS) / UNITS


def _squares(one: Doubles, other: Doubles, row: Indices | None, rows: int) -> Doubles:
    """Σ one · other of each row, as whole weights, exact."""
    if row is not None:
        return np.bincount(row, one * other, rows) / UNITS**2
    total = 0.0
    for start in range(0, len(one), _ALONE):
        part = slice(start, start + _ALONE)
        total += float(np.dot(one[part], other[part]))
    return np.array([total / UNITS**2])


def _count(which: NDArray[np.bool_], row: Indices | None, rows: int) -> Doubles:
    """How many of `which` there are in each row."""
    if row is None:
        return np.array([float(np.count_nonzero(which))])
    count: Doubles = np.bincount(row, which, rows).astype(np.float64)
    return count


_BOTH = _both_said()
_PLANE = np.arange(CELLS)
#: By column of `voices`, the cells of those who are not among it.
_SILENT = {
    1: _PLANE // AXIS == UNSAID,
    2: _PLANE % AXIS == UNSAID,
    4: _BOTH == 0.0,
}


class Scales:
    """Weighs everybody who is here, step after step.

    `units` (capacity,) f4: what each weighed when last weighed, in whole parts of 2¹⁶: the source's
    confidence × what their stream is worth × 2^(−silence / half-life). `trust` (capacity,) f4: the
    same without the last factor, 1 for a whole one.
    """

    def __init__(self, capacity: int, half_life: float, leave_after: int) -> None:
        """`half_life` and `leave_after` in steps: after the latter somebody has no weight left."""
        ages = min(leave_after + 1, int(half_life * _ENOUGH_HALVES) + 1)
        self._by_age = np.zeros(ages + 1, np.float32)
        self._by_age[:ages] = UNITS * np.exp2(-np.arange(ages) / half_life)
        self.units = np.zeros(capacity, np.float32)
        self.trust = np.zeros(capacity, np.float32)

    def weigh(
        self,
        people: People,
        step: int,
        worth: Floats | None = None,
        row_of: NDArray[np.intp] | None = None,
        rows: int = 1,
    ) -> Tally:
        """Return the tally of everybody at `step`.

        `worth` (capacity,) f4: a factor of each one's weight. `row_of` (256,): which of the `rows`
        each origin is counted in; if not given there is one row.
        """
        tally = Tally.empty(rows)
        if not people.reach:
            return tally
        room = min(CHUNK, max(people.reach, 1))
        ages, whole = np.empty(room, np.intp), np.empty(room, np.float64)
        for start in range(0, people.reach, CHUNK):
            part = slice(start, min(start + CHUNK, people.reach))
            units, trust = self.units[part], self.trust[part]
            silent, exact = ages[: len(units)], whole[: len(units)]
            np.subtract(step, people.said[part], out=silent)
            self._by_age.take(silent, out=units, mode="clip")  # so an empty slot's is 0
            np.multiply(people.weight[part], 1.0 if worth is None else worth[part], out=trust)
            units *= trust
            np.rint(units, out=units)
            np.copyto(exact, units)
            row = None if row_of is None else row_of.take(people.origin[part])
            tally.add(people.cell[part], people.dominance_level[part], exact, row)
            np.multiply(trust, UNITS, out=exact)
            np.rint(exact, out=exact)
            exact *= 1.0 / UNITS
            if row is None:
                tally.trust[0] += float(exact.sum())
            else:
                tally.trust[:] += np.bincount(row, exact, rows)
                tally.people[:] += np.bincount(row[people.alive[part]], minlength=rows)
        if row_of is None:
            tally.people[0] = people.count
        return tally
