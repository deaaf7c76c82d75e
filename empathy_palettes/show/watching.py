"""What the technician is told of the flash guard: that it is off, that it slows, that it holds.

Guards nothing: `render.guard` does.
"""

from __future__ import annotations

from typing import Literal

from ..core.clock import STEPS_PER_SECOND
from ..core.flash import Safety
from ..render.guard.tally import Interventions

_HELD = (
    "the flash guard holds {share:.0%} of the picture: "
    "the preset would flash more than three times a second there"
)
_PALED = (
    "the flash guard pales the red of {share:.0%} of the picture: "
    "the preset would flash in saturated red there"
)

TOLD_STEPS = 10 * STEPS_PER_SECOND
HOUR_STEPS = 3600 * STEPS_PER_SECOND
WORTH_TELLING = 0.05  # of the picture; less is seen by nobody

UNGUARDED = (
    "the flash guard is off, by unsafe_no_flash_guard: "
    "nothing keeps this wall from flashing; take that line out"
)

_ALTERED = "the flash guard {did} {share:.0%} of the picture: it would have flashed {how} there"
WORTH_A_LINE = 0.01  # of all pictures of a film


def altered(done: Interventions) -> str:
    """Return a line on what the guard altered of a film, or "" where that is little."""
    if done.altered < WORTH_A_LINE:
        return ""
    reds = done.reddened > done.held
    did, how = ("paled", "in saturated red") if reds else ("held", "more than three times a second")
    return _ALTERED.format(did=did, how=how, share=done.altered)


class GuardWatch:
    """Follows what a guard does; `warnings`: what it said of itself when it was made.

    `cautions`: what is to be told of it whatever it does.
    """

    def __init__(self, safety: Safety, warnings: tuple[str, ...] = ()) -> None:
        self.cautions = (UNGUARDED,) if safety.guard == "off" else warnings
        self._known = Interventions()
        self._until = 0
        self._line = ""

    def lines(self, step: int, done: Interventions) -> tuple[str, ...]:
        """Return what to tell at `step`; `done`: what the guard did so far."""
        if done.of != self._known.of:
            before, self._known = self._known, done
            share = _since(before, done, "altered")
            if share >= WORTH_TELLING:
                reds, held = (_since(before, done, what) for what in ("reddened", "held"))
                self._until = step + TOLD_STEPS
                self._line = (_PALED if reds > held else _HELD).format(share=share)
        # Told again each hour, so that whoever looks into the log, or at the wall, learns of it.
        told = self.cautions if step % HOUR_STEPS < TOLD_STEPS else ()
        return (*told, *((self._line,) if step < self._until else ()))


def _since(
    before: Interventions, after: Interventions, what: Literal["held", "reddened", "altered"]
) -> float:
    """Return the share of the pictures between two looks that was held, paled, or either."""
    cells = [getattr(done, what) * done.of for done in (before, after)]
    return float((cells[1] - cells[0]) / (after.of - before.of))
