"""What is kept of a session when it is opened: frames, signals, commands; no sample of anybody's.

Grows with the length of a show, by some kilobytes a minute.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ...core.clock import STEPS_PER_SECOND, Tick
from ...core.command import Command
from ...core.config import nearest
from .passage import Passage, Work
from .records import BrokenError

_MOST_SIGNALS = 1 << 8
_MOST_ROWS = 1 << 23  # of signals: ten days
_MOST_COMMANDS = 1 << 20
_MOST_FRAMES = 1 << 27


class Signals(dict[str, NDArray[np.float32]]):
    """Signals by name; a KeyError says which name may have been meant."""

    def __missing__(self, name: str) -> NDArray[np.float32]:
        raise KeyError(f"no signal {name!r} was told: {nearest(str(name), self)}".rstrip(": "))


class Gathered:
    """Frames, commands, works and signals, in the order of the show; numbers of its people.

    `people`: real ones, their words erased or not; `simulated`: the others.
    """

    def __init__(self) -> None:
        self.frames = 0
        self.commands: list[tuple[int, Command]] = []
        self.works: list[Work] = []
        self.people: set[int] = set()
        self.simulated: set[int] = set()
        self._ticks: list[tuple[int, int, bytes | tuple[int, ...]]] = []
        self._times = array("d")
        self._columns: dict[str, tuple[array[int], array[float]]] = {}

    def take(self, said: Passage) -> None:
        """Keep what a chunk says; `BrokenError` where it is more than any show has."""
        self.frames += sum(len(ticks.steps) for ticks in said.ticks)
        names = self._columns.keys() | {name for _, values in said.signals for name in values}
        rows = len(self._times) + len(said.signals)
        commands = len(self.commands) + len(self.works) + len(said.commands) + len(said.works)
        if (
            self.frames > _MOST_FRAMES
            or len(names) > _MOST_SIGNALS
            or rows > _MOST_ROWS
            or commands > _MOST_COMMANDS
        ):
            raise BrokenError("more than any show has")
        for ticks in said.ticks:
            small = max(ticks.steps, default=0) < 256
            steps = bytes(ticks.steps) if small else ticks.steps
            self._ticks.append((ticks.index, ticks.step, steps))
        for step, values in said.signals:
            for name, value in values.items():
                where, told = self._columns.setdefault(name, (array("q"), array("f")))
                where.append(len(self._times))
                told.append(value)
            self._times.append(step / STEPS_PER_SECOND)
        self.commands += said.commands
        works = said.works
        if said.begin is not None and works and self.works:  # each part says it anew
            same = (works[0].place, works[0].name) == (self.works[-1].place, self.works[-1].name)
            works = works[1:] if same else works
        self.works += works
        for sealed in (*said.samples, *said.here):
            self.people.update(sealed.who.tolist())
        for sealed in (*said.simulated, *said.here_simulated):
            self.simulated.update(sealed.who.tolist())

    def ticks(self) -> Iterator[Tick]:
        """Yield the frames."""
        for index, step, all_steps in self._ticks:
            at = step - (all_steps[0] if all_steps else 0)
            for place, steps in enumerate(all_steps):
                at += steps
                yield Tick(index + place, at, steps)

    def time(self) -> NDArray[np.float64]:
        """Return the seconds at which signals were told."""
        return np.array(self._times, np.float64)

    def signals(self) -> Signals:
        """Return each signal at each time, NaN where it was not told."""
        told = Signals()
        for name, (where, values) in self._columns.items():
            column = np.full(len(self._times), np.nan, np.float32)
            column[np.array(where, np.int64)] = values
            told[name] = column
        return told
