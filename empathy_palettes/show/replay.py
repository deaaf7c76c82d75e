"""How a recorded session is shown again: from where on, how fast, and by which clock.

Opens nothing: `recorded` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ..core.clock import STEPS_PER_SECOND, Tick
from ..core.errors import ConfigError, Fault
from ..inlet.session.session import Session
from .installation import Installation
from .recorded import Recorded
from .recorded_door import lead_in, length
from .seeking import FAR_STEPS, LEAD_STEPS

LONG = 60.0  # seconds before the first picture
FAR = FAR_STEPS / STEPS_PER_SECOND


@dataclass(frozen=True, slots=True)
class Replay:
    """A session to be shown in real time: from step `start` on, `speed` times as fast.

    `loop`: again and again. `exact`: by the ticks of the live show, one frame for each and none
    waited for, so that the frames are the same; `start`, `speed` and `loop` mean nothing then.
    `own`: it is the session's own installation that is shown, and does what was commanded then.
    """

    recorded: Recorded
    start: int = 0
    speed: float = 1.0
    loop: bool = False
    exact: bool = False
    own: bool = True


def start_step(session: Session, seconds: float) -> int:
    """Return the step at which to begin; ConfigError where the session is over by then.

    `seconds` count from its first frame on.
    """
    unseen, last = lead_in(session), length(session)
    step = unseen + round(seconds * STEPS_PER_SECOND)
    if step >= last:
        fix = f"it lasts {(last - unseen) / STEPS_PER_SECOND:g} s"
        raise ConfigError(Fault("", "--from", f"{seconds:g} s is not within the session", fix))
    return step


def unseen(seconds: float, *, exact: bool = False) -> tuple[str, ...]:
    """Return the line that says why nothing is to be seen yet, where it takes long.

    `exact`: all that came before is lived through, however much that is.
    """
    if seconds < LONG:
        return ()
    if seconds <= FAR or exact:
        return (f"{seconds:g} s are lived through unseen first: that takes a while",)
    lead = LEAD_STEPS / STEPS_PER_SECOND
    return (
        f"the {lead:g} s before are lived through unseen first: "
        "the pictures are like those of the show, not the same bytes",
    )


def between(clock: Iterable[Tick], start: int, end: int) -> Iterator[Tick]:
    """Yield a clock's ticks, moved so that the first shows step `start`; up to step `end`.

    What comes before `start` is lived through unseen, in the first tick.
    """
    index = 0
    if start:
        yield Tick(0, start, start)
        index = 1
    for tick in clock:
        if start + tick.step > end:
            return
        yield replace(tick, index=tick.index + index, step=tick.step + start)


def with_crowd_of(then: Installation, installation: Installation) -> Installation:
    """Return another installation, with the crowd of a session's own, `then`, in place of its own.

    How long people count, how many there may be, the shares of inlets and the smallest group that
    numbers are told of are those of the session.
    """
    return installation.model_copy(
        update={
            "inlet": then.inlet,
            "consent": then.consent,
            "crowd": then.crowd,
            "simulated": None,
            "record": None,
        }
    )
