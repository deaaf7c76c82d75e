"""The latest of everybody, until it is their turn: thirty samples a second of one person at most.

Lets nobody in, and loses nothing but what the same person has said anew since.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ...core.clock import STEPS_PER_SECOND
from ..said import Said
from ..sample import NOT_GIVEN, SAMPLE, Kind, Samples
from .registry import Registry, Rows

GRAIN = 32  # feelings are told in steps of 1/32
FRESH_STEPS = 10 * STEPS_PER_SECOND  # for so long no device speaks over what a person says
EACH_SECOND = 30  # samples of one person
APART = STEPS_PER_SECOND // EACH_SECOND

_AXES = ("valence", "arousal", "dominance")
_LONG_AGO = -(2**62)  # a difference of two steps still fits

#: What a sample is filled with as people speak, and what it holds where they say nothing.
_UNFELT: tuple[tuple[str, float], ...] = tuple((axis, NOT_GIVEN) for axis in _AXES)
_PLAIN: tuple[tuple[str, float], ...] = (("weight", 1.0), ("kind", Kind.SELF_REPORT), ("word", 0))
_BLANK = (*_UNFELT, *_PLAIN, ("origin", 0))

_Scalar = TypeVar("_Scalar", bound=np.generic)
Mask = NDArray[np.bool_]


class Mailbox:
    """One sample in the making for each row of a `registry`, of whoever is present.

    Of what somebody says before their turn the last counts, per component; weight, kind and word
    are those of the last feeling. A sample that says nothing of a feeling tells of a circle, or
    that somebody is still here. `superseded`: how many of what was put here went on within the
    sample of another. `len`: how many people wait for their turn.

    What somebody says of themselves stands for ten seconds: until then what a device says of them
    (any other kind) tells nothing of a component that they told, and nothing of weight, kind, word
    or origin. What is left untold of it is `superseded`.
    """

    def __init__(self, registry: Registry) -> None:
        self.superseded = 0
        self._registry = registry
        self._waiting: Rows = np.empty(0, np.int64)  # in the order in which they began to
        self._box = {name: np.full(registry.room, blank, SAMPLE[name]) for name, blank in _BLANK}
        # The step at which they last told of it themselves.
        self._own = {axis: np.full(registry.room, _LONG_AGO, np.int64) for axis in _AXES}
        self._waits = np.zeros(registry.room, np.bool_)
        self._sent = np.full(registry.room, _LONG_AGO, np.int64)
        self._turn = np.zeros(registry.room, np.int64)  # scratch

    def __len__(self) -> int:
        return len(self._waiting)

    def reserve(self) -> None:
        """Follow the registry, which has grown."""
        more = self._registry.room - len(self._waits)
        for name, blank in _BLANK:
            self._box[name] = _longer(self._box[name], more, blank)
        for axis in _AXES:
            self._own[axis] = _longer(self._own[axis], more, _LONG_AGO)
        self._waits = _longer(self._waits, more, False)
        self._sent = _longer(self._sent, more, _LONG_AGO)
        self._turn = np.zeros(self._registry.room, np.int64)

    def put(self, rows: Rows, said: Said, step: int) -> None:
        """Take in what is said by `rows`, of people who are present, in order, at `step`.

        Feelings are rounded to 1/32, halves to even, and −0 is 0.
        """
        box, leads, own = self._box, None, self._own
        device = said.kind != Kind.SELF_REPORT
        if np.count_nonzero(device):
            rows, said, leads = self._beside_people(rows, said, device, step)
            own = {}  # has been noted
        felt = np.zeros(len(rows), np.bool_)
        for axis in _AXES:
            values = getattr(said, axis)
            given = ~np.isnan(values)
            if not given.any():
                continue
            # Of repeated rows numpy's assignment keeps the last, and the last is to win.
            telling, felt = rows, felt | given
            if not given.all():
                telling, values = rows[given], values[given]
            box[axis][telling] = _rounded(values)
            if own:
                own[axis][telling] = step
        if leads is not None:
            felt &= leads
        every = felt.all()
        feeling = rows if every else rows[felt]
        for column in ("weight", "kind", "word"):
            values = getattr(said, column)
            box[column][feeling] = values if every else values[felt]
        if leads is None:
            box["origin"][rows] = said.origin
        else:
            box["origin"][rows[leads]] = said.origin[leads]
        self._begin_to_wait(rows)

    def take(self, step: int) -> Samples:
        """Return the samples of everybody whose turn it is at `step`, who waited longest first."""
        waiting = self._waiting
        if len(waiting) == 0:
            return np.empty(0, SAMPLE)
        due = step - self._sent[waiting] >= APART
        if due.all():
            rows, self._waiting = waiting, waiting[:0]
        else:
            rows, self._waiting = waiting[due], waiting[~due]
        samples = np.empty(len(rows), SAMPLE)
        for name, _ in _BLANK:
            samples[name] = self._box[name].take(rows)
        silent = np.isnan(samples["valence"])
        if silent.any():
            silent &= np.isnan(samples["arousal"]) & np.isnan(samples["dominance"])
            for name, blank in _PLAIN:
                samples[name][silent] = blank
        samples["who"] = self._registry.number.take(rows)
        samples["circle"] = self._registry.circle.take(rows)
        samples["consent"] = self._registry.level.take(rows)
        samples["step"] = step
        for name, blank in _UNFELT:
            self._box[name][rows] = blank
        self._waits[rows] = False
        self._sent[rows] = step
        return samples

    def drop(self, rows: Rows) -> None:
        """Throw away what waits of these rows; whoever has them next begins anew."""
        self._sent[rows] = _LONG_AGO
        for name, blank in _BLANK:
            self._box[name][rows] = blank
        for steps in self._own.values():
            steps[rows] = _LONG_AGO
        if self._waits[rows].any():
            self._waits[rows] = False
            self._waiting = self._waiting[self._waits[self._waiting]]

    def _beside_people(
        self, rows: Rows, said: Said, device: Mask, step: int
    ) -> tuple[Rows, Said, Mask]:
        """Return what devices say over nobody, and what people say; and which weight is to count.

        In a batch what people say goes before all that devices do.
        """
        told = [~np.isnan(getattr(said, axis)) for axis in _AXES]
        for axis, given in zip(_AXES, told, strict=True):
            self._own[axis][rows[given & ~device]] = step
        spoke = [step - self._own[axis][rows] < FRESH_STEPS for axis in _AXES]
        mute = [device & fresh for fresh in spoke]
        left = [given & ~silent for given, silent in zip(told, mute, strict=True)]
        gone = device & np.logical_or.reduce(told) & ~np.logical_or.reduce(left)
        self.superseded += int(np.count_nonzero(gone))
        kept = ~gone
        said = said.take(kept)
        for axis, silent in zip(_AXES, mute, strict=True):
            getattr(said, axis)[silent[kept]] = NOT_GIVEN
        return rows[kept], said, ~np.logical_or.reduce(mute)[kept]

    def _begin_to_wait(self, rows: Rows) -> None:
        fresh = rows[~self._waits[rows]]
        turn = np.arange(len(fresh))
        self._turn[fresh[::-1]] = turn[::-1]  # so that of repeated rows the first stays
        first = fresh[self._turn[fresh] == turn]
        self._waits[first] = True
        self._waiting = np.concatenate([self._waiting, first]) if len(self._waiting) else first
        self.superseded += len(rows) - len(first)


def _rounded(values: NDArray[np.float32]) -> NDArray[np.float32]:
    rounded: NDArray[np.float32] = np.rint(values * np.float32(GRAIN))
    rounded /= np.float32(GRAIN)
    rounded += np.float32(0.0)
    return rounded


def _longer(column: NDArray[_Scalar], more: int, blank: float) -> NDArray[_Scalar]:
    return np.concatenate([column, np.full(more, blank, column.dtype)])
