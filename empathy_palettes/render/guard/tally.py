"""How much the guard did, read back without anybody waiting for the GPU."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

import moderngl
import numpy as np

EVERY = 60  # frames from one reading to the next
_LATER = 2  # frames from asking for the numbers to looking at them


@dataclass(frozen=True, slots=True)
class Interventions:
    """What the guard did since the beginning.

    `frames`: how many of the pictures were altered; `of`, of how many. `held`, `reddened`: the
    share of the cells of all pictures that were mixed with the picture before, and whose saturated
    reds were paled, [0, 1]; `altered`: of those that were either. `most`: the largest share of one
    picture that was altered.
    """

    frames: int = 0
    of: int = 0
    held: float = 0.0
    reddened: float = 0.0
    altered: float = 0.0
    most: float = 0.0


class Tally:
    """Asks for the guard's counters once in `EVERY` frames, and looks at them two frames later.

    `cells`: of a picture. The counters are of 32 bits and may begin again from 0.
    """

    def __init__(self, ctx: moderngl.Context, cells: int, owner: ExitStack) -> None:
        self.known = Interventions()
        self._cells = cells
        self._buffer = ctx.buffer(reserve=32)
        owner.callback(self._buffer.release)
        self._frames = 0
        self._asked = 0
        self._last = np.zeros(4, np.uint32)
        self._totals = [0, 0, 0, 0]

    def take(self, counters: moderngl.Framebuffer, place: int) -> None:
        """Take note of a frame; `place`: the pixel with frames, held, reddened and most.

        The next one begins with altered.
        """
        self._frames += 1
        if self._frames % EVERY == 0:
            viewport = (place, 0, 2, 1)
            counters.read_into(self._buffer, viewport=viewport, components=4, dtype="u4")
            self._asked = self._frames
        elif self._frames % EVERY == _LATER and self._asked:
            self._look()

    def _look(self) -> None:
        found = np.frombuffer(self._buffer.read(), np.uint32)
        counts, most = np.delete(found[:5], 3), int(found[3])
        for number, gain in enumerate(counts - self._last):
            self._totals[number] += int(gain)
        self._last = counts
        frames, *cells = self._totals
        held, red, altered = (count / (self._cells * self._asked) for count in cells)
        share = most / self._cells
        self.known = Interventions(frames, self._asked, held, red, altered, share)
