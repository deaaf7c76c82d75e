"""The functions of the formula language that remember, in one table.

Every call of one has a cell; a cell takes a step of 1/60 s each time its formula is evaluated. A
value per person starts anew where the slot is reborn. Where cells are kept is `memory`'s affair;
the two large ones are in `delay` and `live`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass

import numpy as np

from ..core.clock import STEPS_PER_SECOND
from .arithmetic import TINY, Array, Number, as_number, bound, magnitude, select, truth
from .chance import mixed, mixed_array, unit, unit_array
from .delay import Delay
from .live import Live
from .memory import Cell, Scope
from .params import WRAP
from .stateless import Entry

SHAPES = ("sine", "triangle", "square", "saw")


@dataclass(frozen=True, slots=True)
class Remembering(Entry):
    """A function with memory; `cell(seed)` makes the memory of one call."""

    _: KW_ONLY
    cell: Callable[[int], Cell]


def _alike(x: Number, *others: Number) -> Number:
    """Return x in the shape that it and the others have together."""
    if isinstance(x, np.ndarray) or all(isinstance(other, float) for other in others):
        return x
    wide: Array = np.full(np.broadcast_shapes(*map(np.shape, others)), x)
    return wide


def _kept(kept: Number | None, x: Number) -> Number:
    """Return what is kept for as many slots as come now; what was not there before is x itself.

    A room's arrays reach a little beyond the highest slot in use: nobody is lost in what is cut.
    """
    if kept is None or np.ndim(kept) != np.ndim(x):
        return x
    if isinstance(kept, float) or isinstance(x, float) or len(kept) == len(x):
        return kept
    return kept[: len(x)] if len(kept) > len(x) else np.concatenate((kept, x[len(kept) :]))


def _renewed(scope: Scope, kept: Number, fresh: Number) -> Number:
    """Return what is kept, but `fresh` for every slot that somebody new has taken."""
    if isinstance(kept, float) or scope.reborn is None or not scope.reborn.any():
        return kept
    renewed: Array = np.where(scope.reborn, fresh, kept)
    return renewed


def _wide(x: Number) -> Number:
    """Return x in double precision: what adds up over months needs it."""
    return x if isinstance(x, float) else x.astype(np.float64)


class Lag:
    """A one-pole filter with a time constant for the way up and one for the way down."""

    def __init__(self, seed: int = 0) -> None:
        self._value: Number | None = None
        self._seconds, self._left = math.nan, 0.0  # the last number of them, and its decay

    def step(self, scope: Scope, *values: Number) -> Number:
        """Take (x, seconds) or (x, seconds up, seconds down)."""
        x, up, down = values[0], values[1], values[-1]
        if type(x) is float and type(up) is float and type(down) is float:
            return self._step(x, up, down)
        goal = _wide(_alike(x, up, down))
        last = _renewed(scope, _kept(self._value, goal), goal)
        seconds = up if up is down else select(as_number(goal > last), up, down)
        left = self._decay(seconds) if type(seconds) is float else _decay(seconds)
        distance = (last - goal) * left
        distance += goal
        self._value = distance
        return distance

    def _step(self, goal: float, up: float, down: float) -> float:
        """The same for numbers, which is nearly always."""
        last = self._value if type(self._value) is float else goal
        self._value = goal + (last - goal) * self._decay(up if goal > last else down)
        return self._value

    def _decay(self, seconds: float) -> float:
        if seconds != self._seconds:
            self._seconds, self._left = seconds, float(_decay(seconds))
        return self._left


def _decay(seconds: Number) -> Number:
    """Return what is left of a distance after one step, with this time constant."""
    if isinstance(seconds, float):
        return math.exp(-1.0 / (max(seconds, TINY) * STEPS_PER_SECOND))
    return np.exp(-1.0 / (np.maximum(_wide(seconds), TINY) * STEPS_PER_SECOND))


class Travel:
    """The integral of a rate, from 0, wrapping at `period`."""

    def __init__(self, seed: int = 0, period: float = WRAP) -> None:
        self._period = period
        self._place: Number | None = None

    def step(self, scope: Scope, *values: Number) -> Number:
        """Take (rate per second)."""
        move = _wide(values[0]) / STEPS_PER_SECOND
        if type(move) is float and type(self._place) is float:
            self._place = self._wrapped(self._place + move)
            return self._place
        start = move * 0.0
        if self._place is None or np.ndim(self._place) != np.ndim(move):
            self._place = start
        else:
            place = _kept(self._place, start - move) + move
            self._place = _renewed(scope, self._wrapped(place), start)
        return self._place

    def _wrapped(self, place: Number) -> Number:
        # a place just below 0 rounds to the period itself, which is 0
        wrapped = place % self._period
        if type(wrapped) is float:
            return 0.0 if wrapped >= self._period else wrapped
        return select(as_number(wrapped >= self._period), 0.0, wrapped)


class Lfo:
    """A wave between 0 and 1, beginning at 0; its frequency may change without a jump."""

    def __init__(self, seed: int = 0) -> None:
        self._phase = Travel(period=1.0)

    def step(self, scope: Scope, *values: Number) -> Number:
        """Take (Hz, the shape's place in `SHAPES`)."""
        phase = self._phase.step(scope, values[0])
        shape = SHAPES[int(values[1])] if isinstance(values[1], float) else SHAPES[0]
        if shape == "sine":
            turn = phase * math.tau
            return 0.5 - 0.5 * (math.cos(turn) if isinstance(turn, float) else np.cos(turn))
        if shape == "triangle":
            return 1.0 - magnitude(2.0 * phase - 1.0)
        return as_number(phase >= 0.5) if shape == "square" else phase


class Noise:
    """Value noise between 0 and 1 with period 1,024, each call and each person its own.

    Quintic interpolation (Perlin, 2002) between hashed values, `hz` of them a second.
    """

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._place = Travel()

    def step(self, scope: Scope, *values: Number) -> Number:
        """Take (Hz)."""
        place = self._place.step(scope, values[0])
        cell = np.floor(place) if isinstance(place, np.ndarray) else float(math.floor(place))
        f = place - cell
        t = f * f * f * (f * (f * 6.0 - 15.0) + 10.0)
        here = self._value(scope, cell)
        there = self._value(scope, (cell + 1.0) % WRAP)
        return here + (there - here) * t

    def _value(self, scope: Scope, cell: Number) -> Number:
        if scope.person is None and isinstance(cell, float):
            return unit(mixed(self._seed ^ mixed(int(cell))))
        column = np.asarray(cell, np.float64).astype(np.uint64)
        if scope.person is not None:
            column = column + (scope.person.astype(np.uint64) << np.uint64(10))
        return unit_array(mixed_array(mixed_array(column) ^ np.uint64(self._seed)))


class Pick:
    """A number in [0, 1) by chance that stays: the same seed, the same number."""

    def __init__(self, seed: int = 0) -> None:
        """Take no seed of the call's own: two formulas that pick with one seed agree."""

    def step(self, scope: Scope, *values: Number) -> Number:
        """Take (seed, of which the whole part counts)."""
        chosen = bound(values[0])
        preset = mixed(scope.state.seed & 0xFFFFFFFFFFFFFFFF)
        if scope.person is None and isinstance(chosen, float):
            return unit(mixed(preset ^ mixed(math.floor(chosen) & 0xFFFFFFFFFFFFFFFF)))
        words = mixed_array(np.atleast_1d(np.floor(chosen)).astype(np.int64)) ^ np.uint64(preset)
        if scope.person is not None:
            words = words ^ mixed_array(scope.person.astype(np.uint64) + np.uint64(1))
        return unit_array(mixed_array(words))


class Hold:
    """Sample and hold."""

    def __init__(self, seed: int = 0) -> None:
        self._value: Number | None = None

    def step(self, scope: Scope, *values: Number) -> Number:
        """Take (x, when): a new value is taken in every step in which `when` is true."""
        x, when = _alike(*values), values[1]
        self._value = select(when, x, _renewed(scope, _kept(self._value, x), x))
        return self._value


class Trigger:
    """An edge: 1 in the step in which a condition comes true, else 0."""

    def __init__(self, seed: int = 0) -> None:
        self._before: Number | None = None

    def step(self, scope: Scope, *values: Number) -> Number:
        """Take (condition); one that is true from the start has not come true."""
        now = as_number(truth(values[0]))
        before = _renewed(scope, _kept(self._before, now), now)
        self._before = now
        return as_number(now > before)


REMEMBERING = (
    Remembering("smooth", ("x", "s"), "x, followed with a time constant of s seconds", cell=Lag),
    Remembering(
        "lag", ("x", "up_s", "down_s"), "the same, with one for the way up and one down", cell=Lag
    ),
    Remembering(
        "travel",
        ("rate",),
        "the way gone at this rate per second, from 0, wrapping at 1024: motion that never jumps",
        cell=Travel,
    ),
    Remembering(
        "lfo",
        ("hz", "shape"),
        'a wave from 0 to 1 and back: "sine", "triangle", "square" or "saw"',
        optional=1,
        cell=Lfo,
    ),
    Remembering(
        "noise", ("hz",), "a smooth wander between 0 and 1; each person their own", cell=Noise
    ),
    Remembering("delay", ("x", "s"), "x as it was s seconds ago, at most 60", cell=Delay),
    Remembering("hold", ("x", "when"), "x as it was when the condition last held", cell=Hold),
    Remembering(
        "trigger",
        ("condition",),
        "1 for the one step in which the condition comes true",
        cell=Trigger,
    ),
    Remembering(
        "pick",
        ("seed",),
        "a number by chance from 0 to 1 that stays; each person their own",
        cell=Pick,
    ),
    Remembering(
        "live",
        ("signal",),
        "a signal of the crowd, its range of the last hour widened to its whole span",
        cell=Live,
    ),
)
