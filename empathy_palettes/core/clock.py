"""Time, counted in whole steps of 1/60 s; the only module that reads a clock.

A clock is an iterable of `Tick`s. It knows nothing of pictures, people or outlets.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

STEPS_PER_SECOND = 60
STEP = 1.0 / STEPS_PER_SECOND
MOST_STEPS_PER_FRAME = 15
_UNIX_EPOCH = 2_208_988_800.0  # in seconds since 1900
ROUNDING = 1e-4  # of a step: what is this near to a boundary has reached it


@dataclass(frozen=True, slots=True)
class Tick:
    """One frame's place in time.

    `index`: which frame, from 0. `step`: the step at which it ends. `steps`: how many steps it
    spans. `phase`: how far into the next step it is shown, in [0, 1); 0 live and in a replay.
    """

    index: int
    step: int
    steps: int
    phase: float = 0.0

    @property
    def seconds(self) -> float:
        """The instant the frame shows, in seconds since step 0."""
        return (self.step + self.phase) * STEP


class FixedClock:
    """Frames at exact instants `index / fps`; never sleeps.

    `fps` may be a fraction such as 24000/1001; two clocks agree wherever their instants meet.
    `start`: the step that the first frame shows; what came before it is lived through unseen.
    """

    def __init__(self, fps: Fraction | int, frames: int, start: int = 0) -> None:
        self.fps = Fraction(fps)
        if self.fps <= 0:
            raise ValueError(f"fps must be positive, not {fps}")
        self.frames = frames
        self.start = start

    def __iter__(self) -> Iterator[Tick]:
        last = 0
        for index in range(self.frames):
            instant = self.start + index * STEPS_PER_SECOND / self.fps
            step = instant.numerator // instant.denominator
            yield Tick(index, step, step - last, float(instant - step))
            last = step


class RealClock:
    """Frames as fast as they are asked for, presented on step boundaries.

    Waits for the next boundary, then spans every step since the last frame. It alone clamps: a
    stall of more than `MOST_STEPS_PER_FRAME` steps is forgotten rather than caught up with; of so
    many more where a show goes `speed` times as fast as time, as a recorded one may. `seconds`
    bounds the show, from its first frame on, however often it begins anew; None runs until the
    caller stops asking. `busy` holds the seconds that each of the last ten minutes' frames took,
    waiting left out. `over`: the show's seconds have passed.
    """

    def __init__(
        self,
        seconds: float | None = None,
        *,
        speed: float = 1.0,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._speed = speed
        self._most = max(MOST_STEPS_PER_FRAME, round(MOST_STEPS_PER_FRAME * speed))
        self._seconds = seconds
        self._now = now
        self._sleep = sleep
        self.over = False
        self._end: float | None = None
        self.busy: deque[float] = deque(maxlen=10 * 60 * STEPS_PER_SECOND)

    def __iter__(self) -> Iterator[Tick]:
        origin = self._now()
        if self._end is None and self._seconds is not None:
            self._end = origin + self._seconds
        index, step, passed = 0, 0, 0  # `passed`: boundaries gone by, clamped ones included
        while True:
            moment = self._now()
            if self._end is not None and moment >= self._end:
                self.over = True
                return
            due = int((moment - origin) * self._speed * STEPS_PER_SECOND + ROUNDING)
            if due <= passed:
                self._sleep(max(origin + (passed + 1) * STEP / self._speed - moment, 0.0))
                continue
            steps = min(due - passed, self._most)
            passed = due
            step += steps
            begun = self._now()
            yield Tick(index, step, steps)
            self.busy.append(self._now() - begun)
            index += 1


class ReplayClock:
    """The ticks of a recorded show, one after another; never sleeps."""

    def __init__(self, ticks: Iterable[Tick]) -> None:
        self._ticks = ticks

    def __iter__(self) -> Iterator[Tick]:
        return iter(self._ticks)


def stamp() -> str:
    """Return the wall clock's local time as `20260131-235959`, for file names and logs only."""
    return time.strftime("%Y%m%d-%H%M%S")


def wall() -> float:
    """Return seconds since 1970 by the wall clock, which may jump: for ages of files only."""
    return time.time()


def monotonic() -> float:
    """Return seconds since some instant of this machine's, the same for all of its processes."""
    return time.monotonic()


def seconds_since_1900() -> float:
    """Return the time of day as time tags of OSC have it; only to be counted by, never acted on."""
    return time.time() + _UNIX_EPOCH
