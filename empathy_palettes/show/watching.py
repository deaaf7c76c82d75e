"""What the technician is told of the flash guard: that it is off, that it slows, that it holds.

Guards nothing: `render.guard` does.
"""

from __future__ import annotations

from ..core.clock import STEPS_PER_SECOND
from ..core.flash import Safety
from ..render.guard.tally import Interventions

TOLD_STEPS = 10 * STEPS_PER_SECOND
HOUR_STEPS = 3600 * STEPS_PER_SECOND
WORTH_TELLING = 0.05  # of the picture; less is seen by nobody

UNGUARDED = (
    "the flash guard is off, by unsafe_no_flash_guard: "
    "nothing keeps this wall from flashing; take that line out"
)


class GuardWatch:
    """Follows what a guard does; `warnings`: what it said of itself when it was made."""

    def __init__(self, safety: Safety, warnings: tuple[str, ...] = ()) -> None:
        self._off = safety.guard == "off"
        self._warnings = warnings
        self._known = Interventions()
        self._until = 0
        self._line = ""

    def lines(self, step: int, done: Interventions) -> tuple[str, ...]:
        """Return what to tell at `step`; `done`: what the guard did so far."""
        if done.of != self._known.of:
            share = _since(self._known, done)
            self._known = done
            if share >= WORTH_TELLING:
                self._until = step + TOLD_STEPS
                self._line = (
                    f"the flash guard holds {share:.0%} of the picture: "
                    "the preset would flash more than three times a second there"
                )
        # Told again each hour, so that whoever looks into the log, or at the wall, learns of it.
        warnings = (UNGUARDED,) if self._off else self._warnings
        told = warnings if step % HOUR_STEPS < TOLD_STEPS else ()
        return (*told, *((self._line,) if step < self._until else ()))


def _since(before: Interventions, after: Interventions) -> float:
    """Return the share of the pictures that was altered between two looks."""
    cells = [(done.held + done.reddened) * done.of for done in (before, after)]
    return min((cells[1] - cells[0]) / (after.of - before.of), 1.0)
