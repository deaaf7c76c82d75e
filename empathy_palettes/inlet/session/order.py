"""Whether a session's chunks follow on each other, so that none is missing, twice or misplaced.

Steps are those of the show, from its first part on.
"""

from __future__ import annotations

from ...core.clock import STEPS_PER_SECOND
from .format import Beginning
from .passage import Passage
from .records import BrokenError


class Order:
    """What has been read so far, as far as it says what may come next.

    `index`: of the next frame, None before any; `step`: the one at which the last frame ended;
    those of the part before, to begin with. `first`: index of the first frame, and the step before
    it. `frames` of this part.
    """

    def __init__(self, index: int | None = None, step: int | None = None) -> None:
        self.begin: Beginning | None = None
        self.index = index
        self.step = step
        self.first: tuple[int, int] | None = None
        self.frames = 0
        self._second = -1  # of the last samples
        self._signals = -1
        self._others = {"commands": -1, "works": -1, "withdrawn": -1}

    def take(self, said: Passage) -> None:
        """Take the next chunk; `BrokenError`, and nothing is taken, where it is another."""
        begin = said.begin or self.begin
        if begin is None or (said.begin is not None and self.begin is not None):
            raise BrokenError("no beginning, or a second one")
        index, step, frames = self._frames(said)
        second = self._seconds(said, begin)
        signals = self._signals
        for at, _ in said.signals:
            if at <= signals:
                raise BrokenError("signals that are out of order")
            signals = at
        others = {
            "commands": [at for at, _ in said.commands],
            "works": [work.step for work in said.works],
            "withdrawn": [at for at, _ in said.withdrawn],
        }
        for name, steps in others.items():
            if sorted([self._others[name], *steps]) != [self._others[name], *steps]:
                raise BrokenError(f"{name} that are out of order")
        before = len(said.here), len(said.here_simulated)
        if before > (0, 0) and (said.begin is None or begin.step == 0 or max(before) > 1):
            raise BrokenError("people who were here before, where there is no before")
        if said.end is not None and said.end.frames not in (frames, index):
            raise BrokenError("an end that counts other frames")
        for name, steps in others.items():
            self._others[name] = steps[-1] if steps else self._others[name]
        if self.first is None and frames:
            ticks = next(ticks for ticks in said.ticks if ticks.steps)
            self.first = ticks.index, ticks.step - ticks.steps[0]
        self.begin, self.index, self.step, self.frames = begin, index, step, frames
        self._second, self._signals = second, signals

    def _frames(self, said: Passage) -> tuple[int | None, int | None, int]:
        index, step, frames = self.index, self.step, self.frames
        for ticks in said.ticks:
            if not ticks.steps:
                continue
            if index is not None and step is not None:
                if ticks.index != index or ticks.step != step + ticks.steps[0]:
                    raise BrokenError("frames that do not follow on those before")
            elif ticks.step < ticks.steps[0]:
                raise BrokenError("frames from before the show")
            index = ticks.index + len(ticks.steps)
            step = ticks.step + sum(ticks.steps[1:])
            frames += len(ticks.steps)
        return index, step, frames

    def _seconds(self, said: Passage, begin: Beginning) -> int:
        """The second whose samples these are; that of those before, where there are none."""
        here: set[int] = set()
        for sealed in (said.samples, said.simulated):
            if len(sealed) > 1:
                raise BrokenError("samples of one second in two messages")
            here.update(each.second for each in sealed)
        if not here:
            return self._second
        before = max(self._second, begin.step // STEPS_PER_SECOND - 1)
        if len(here) > 1 or min(here) <= before:
            raise BrokenError("samples that are out of order")
        return here.pop()
