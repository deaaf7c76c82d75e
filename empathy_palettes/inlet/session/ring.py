"""The last minute, in memory: what everybody said in it, and before it last.

Writes no file (`show.keeping` does) and knows no names. What somebody said leaves it the moment
they withdraw.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ...core.clock import STEPS_PER_SECOND
from ..sample import SAMPLE, SIMULATED, Samples
from .latest import Latest

Whos = NDArray[np.uint32]
Told = tuple[int, Mapping[str, float]]

SECONDS = 70  # a minute, and ten seconds that are lived through before it, unseen
MOST_BYTES = 128 << 20
_NOBODY = 0xFFFFFFFF  # of a row whose person has withdrawn
_NONE = np.empty(0, np.uint32)
_EVERY = STEPS_PER_SECOND // 10  # steps; signals are told at one of so many, the first
_TURN = 3  # which of them is that of what falls
_A_FEW = 4


@dataclass(frozen=True, slots=True)
class Past:
    """One second of the ring, in a copy: of steps 60 × `second` to 60 × `second` + 59.

    `samples`: in their order. `withdrawn`: who left, each with the step: simulated people, for of
    others who withdrew nothing is left. `told`: the signals that might be told, each with the step.
    """

    second: int
    samples: Samples
    withdrawn: tuple[tuple[int, Whos], ...]
    told: tuple[Told, ...]


@dataclass(slots=True)
class _Second:
    """The rows of one second. `who` is apart, so that those of one person are soon found."""

    number: int
    who: Whos
    rows: Samples
    count: int = 0
    withdrawn: list[tuple[int, Whos]] = field(default_factory=list)
    gone: list[Whos] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)

    @property
    def size(self) -> int:
        return self.who.nbytes + self.rows.nbytes

    def add(self, samples: Samples) -> None:
        end = self.count + len(samples)
        if end > len(self.who):
            room = max(2 * len(self.who), end)
            # First `who`, as `past` looks at it last: see there.
            self.who = np.concatenate([self.who, np.empty(room - len(self.who), np.uint32)])
            self.rows = np.concatenate([self.rows, np.empty(room - len(self.rows), SAMPLE)])
        self.rows[self.count : end] = samples
        self.who[self.count : end] = samples["who"]
        self.count = end

    def erase(self, whos: Whos) -> list[Whos]:
        """Lose what these people said, but for simulated ones; return those of them who are."""
        who = self.who[: self.count]
        if len(whos) <= _A_FEW:
            hit = np.concatenate([np.flatnonzero(who == one) for one in whos])
        else:
            hit = np.flatnonzero(np.isin(who, whos))
        if not len(hit):
            return []
        simulated = self.rows["origin"][hit] == SIMULATED
        real = hit[~simulated]
        who[real] = _NOBODY
        self.rows.view(np.uint8).reshape(-1, SAMPLE.itemsize)[real] = 0
        return [who[hit[simulated]]] if simulated.any() else []

    def past(self, count: int) -> Past:
        """Return the first `count` rows; may be asked for on another thread.

        Whoever is erased meanwhile is nobody in `who` before their rows are touched, so that rows
        which are half gone are left out.
        """
        samples = self.rows_between(0, count)
        return Past(self.number, samples, tuple(self.withdrawn), tuple(self.told))

    def rows_between(self, start: int, end: int) -> Samples:
        """Return the rows from `start` to `end`, as `past` does."""
        rows = self.rows[start:end].copy()
        here = self.who[start:end] != _NOBODY
        return rows if here.all() else rows[here]


class _Falling:
    """The second that has left the ring last, on its way into a `Latest`: a tenth at a time.

    All of it at once could take longer than a step has.
    """

    def __init__(self, second: _Second, at: int = 0) -> None:
        self.second = second
        self._at = at

    def copy(self) -> _Falling:
        return _Falling(self.second, self._at)

    def go_on(self, before: Latest) -> None:
        part = -(-self.second.count * _EVERY // STEPS_PER_SECOND)
        if self._at < self.second.count:
            self._take(before, min(self._at + part, self.second.count))

    def finish(self, before: Latest) -> None:
        self._take(before, self.second.count)
        left = [whos for _, whos in self.second.withdrawn]
        before.lose(np.concatenate([_NONE, *left, *self.second.gone]))

    def _take(self, before: Latest, end: int) -> None:
        before.take(self.second.rows_between(self._at, end))
        self._at = end


class Cut:
    """What was in the ring at one moment: from step `begin` to step `end`.

    `len`: of how many seconds. Each is copied when it is asked for, then without whom has withdrawn
    since; who withdraws when it has left the ring is for the caller to leave out. What is asked of
    it may be asked on another thread.
    """

    def __init__(
        self, begin: int, end: int, before: Latest, falling: _Falling, seconds: list[_Second]
    ) -> None:
        self.begin = begin
        self.end = end
        self._before = before
        self._falling = falling
        self._seconds = [(second, second.count) for second in seconds]

    def __len__(self) -> int:
        return len(self._seconds)

    def here(self) -> Samples:
        """Return what everybody had said last before `begin`, as its samples, by number."""
        self._falling.finish(self._before)
        return self._before.samples(self.begin)

    def second(self, index: int) -> Past:
        """Return one of its seconds, in a copy."""
        second, count = self._seconds[index]
        past = second.past(count)
        return Past(
            past.second,
            past.samples,
            tuple(each for each in past.withdrawn if each[0] <= self.end),
            tuple(each for each in past.told if each[0] <= self.end),
        )


class Ring:
    """Of the last `seconds`, and of the one that has begun, what was admitted at each step.

    Steps come one after another, from any one on; seconds begin at multiples of 60. Older seconds
    fall into a `Latest`; so do they where the ring would hold more than `most_bytes` without its
    last two. Who withdraws leaves both at once, with all they said; simulated people are nobody's,
    and what they said stays.
    """

    def __init__(self, seconds: int = SECONDS, most_bytes: int = MOST_BYTES) -> None:
        if seconds < 1:
            raise ValueError(f"at least 1 second, not {seconds}")
        self._most_seconds = seconds
        self._most_bytes = most_bytes
        self._seconds: deque[_Second] = deque()
        self._before = Latest()
        self._falling = _Falling(_Second(0, _NONE, np.empty(0, SAMPLE)))
        self._bytes = 0  # of all seconds but the last, which grows
        self._end = -1

    @property
    def bytes(self) -> int:
        """How much memory the samples take."""
        growing = self._seconds[-1].size if self._seconds else 0
        return self._bytes + growing + self._falling.second.size

    @property
    def first(self) -> int:
        """The step at which the oldest second begins; 0 while there is none."""
        return self._seconds[0].number * STEPS_PER_SECOND if self._seconds else 0

    def step(
        self,
        step: int,
        samples: Samples,
        withdrawn: Whos = _NONE,
        gone: Whos = _NONE,
        told: Mapping[str, float] | None = None,
    ) -> None:
        """Take in a step: what was admitted, who left, and the signals that may be told.

        `told` is copied at every sixth step, and ignored at others.
        """
        if not self._seconds or self._seconds[-1].number != step // STEPS_PER_SECOND:
            self._begin(step)
        if step % _EVERY == _TURN:
            self._falling.go_on(self._before)
        second = self._seconds[-1]
        self._end = step
        if len(withdrawn):
            if len(samples):  # who withdraws in the same step is dropped by the crowd, too
                samples = samples[~np.isin(samples["who"], withdrawn)]
            simulated = self.erase(withdrawn)
            if len(simulated):
                second.withdrawn.append((step, simulated))
        if len(samples):
            second.add(samples)
        if len(gone):
            second.gone.append(gone.copy())
        if told is not None and step % _EVERY == 0:
            second.told.append((step, dict(told)))

    def erase(self, whos: Whos) -> Whos:
        """Lose all that these people said, but for simulated ones; return those of them who are."""
        if not len(whos):
            return _NONE
        before = self._before.samples(0)
        of = before[np.isin(before["who"], whos)] if len(before) else before
        simulated = [of["who"][of["origin"] == SIMULATED]]
        self._before.lose(of["who"][of["origin"] != SIMULATED])
        for second in (self._falling.second, *self._seconds):
            simulated += second.erase(whos)
        found: Whos = np.unique(np.concatenate(simulated)).astype(np.uint32)
        return found

    def cut(self) -> Cut:
        """Return what is in it now; it goes on, and the cut stays."""
        before, falling = self._before.copy(), self._falling.copy()
        return Cut(self.first, self._end, before, falling, list(self._seconds))

    def _begin(self, step: int) -> None:
        """Begin a second, and let the oldest fall."""
        room = 64
        if self._seconds:
            last = self._seconds[-1]
            self._bytes += last.size
            room += last.count + last.count // 8  # as many again, most likely
        number = step // STEPS_PER_SECOND
        who, rows = np.empty(room, np.uint32), np.empty(room, SAMPLE)
        self._seconds.append(_Second(number, who, rows))
        oldest = number - self._most_seconds
        while len(self._seconds) > 1 and (
            self._seconds[0].number < oldest or self._bytes > self._most_bytes
        ):
            self._fall()

    def _fall(self) -> None:
        self._falling.finish(self._before)
        self._falling = _Falling(self._seconds.popleft())
        self._bytes -= self._falling.second.size
