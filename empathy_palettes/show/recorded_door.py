"""The door of a show that is shown again: who said what, out of a recorded session.

Nobody comes in through it: what was said at each step is what was said then.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import numpy as np

from ..core.clock import MOST_STEPS_PER_FRAME, STEPS_PER_SECOND, Tick
from ..core.command import Command
from ..inlet.gate import Admitted, Gate
from ..inlet.naming import Naming
from ..inlet.notices import Notices
from ..inlet.sample import SAMPLE, Samples
from ..inlet.session.session import Second, Session
from .door import Door

_NOBODY = np.empty(0, np.uint32)


class RecordedDoor(Door):
    """Gives the samples of `session` back, a step at a time; steps count from its beginning.

    Where the session begins in the middle of a show, what each who was there had said last is said
    again at the first step; so is `before` at step `begin`, where it is entered later.
    """

    def __init__(self, session: Session, begin: int = 0, before: Samples | None = None) -> None:
        super().__init__(Gate("attested"), Naming(), Notices())
        self._offset = offset(session)
        self._before: Samples = session.here if before is None else before
        self._seconds = session.seconds_of(begin + self._offset if begin else 0)
        self._second: Second | None = None
        self._next: Second | None = next(self._seconds, None)

    def admit(self, step: int) -> Admitted:
        """Return who said what at `step`, and who withdrew; each step in its turn."""
        recorded = step + self._offset
        first = recorded - recorded % STEPS_PER_SECOND
        if self._next is not None and self._next.step0 <= first:
            self._second, self._next = self._next, next(self._seconds, None)
        samples, withdrawn = np.empty(0, SAMPLE), _NOBODY
        if self._second is not None and self._second.step0 == first:
            steps = self._second.samples["step"]
            begin, end = np.searchsorted(steps, [recorded, recorded + 1])
            samples = self._second.samples[begin:end]
            withdrawn = self._second.withdrawn.get(recorded, _NOBODY)
        if len(self._before):
            samples, self._before = np.concatenate([self._before, samples]), self._before[:0]
        self.accepted += len(samples)
        samples = samples.copy()
        samples["step"] = step
        return Admitted(samples, withdrawn)

    def say(self, valence: float, arousal: float) -> None:
        """Hear nothing: the hand at this machine was not there."""

    def hush(self) -> None:
        """Hear nothing."""

    def close(self) -> None:
        """Close the session's file."""
        with closing(self._seconds):  # type: ignore[type-var]  # it is a generator
            super().close()


def offset(session: Session) -> int:
    """Return how many steps of the recorded show come before the first that is shown again."""
    return max(session.beginning.step - 1, 0)


def script(session: Session) -> list[tuple[int, Command]]:
    """Return the session's commands, each with the step of the show after which it is applied."""
    before = offset(session)
    return [(step - before, command) for step, command in session.commands]


def ticks(session: Session) -> Iterator[Tick]:
    """Yield the session's frames, as they are to be counted when it is shown again."""
    before, last = offset(session), 0
    for index, tick in enumerate(session.ticks()):
        step = tick.step - before
        yield Tick(index, step, step - last)
        last = step


def lead_in(session: Session) -> int:
    """Return the step of the first frame, where the session lived some steps unseen; else 0."""
    first = next(ticks(session), None)
    return first.step if first is not None and first.step > MOST_STEPS_PER_FRAME else 0


def length(session: Session) -> int:
    """Return how many steps there are to be shown."""
    return max(session.steps - offset(session), 0)
