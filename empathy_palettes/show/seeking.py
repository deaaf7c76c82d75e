"""Where a long session is entered, so that not all of it has to be lived through first.

Finds out how the show stood then: who was here, what they had said last, what was on show and for
how long. Draws nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from operator import itemgetter

import numpy as np

from ..core.clock import STEPS_PER_SECOND
from ..core.command import Command
from ..crowd.table import People
from ..inlet.sample import SAMPLE, Samples
from ..inlet.session.latest import Latest
from ..inlet.session.passage import Work
from ..inlet.session.session import Session
from .handover import Standing
from .happened import Happened
from .installation import Installation
from .programme import stays
from .recorded_door import offset

FAR_STEPS = 180 * STEPS_PER_SECOND  # up to there all is lived through, exactly
LEAD_STEPS = 120 * STEPS_PER_SECOND  # unseen: what follows the crowd has settled by then
#: How far back it is looked for what somebody said last who has only been here since.
LOOKED_STEPS = 1200 * STEPS_PER_SECOND


@dataclass(frozen=True, slots=True)
class Entrance:
    """How a recorded show stood at `step`, counted from its first step that is shown again.

    `before`: what each who was here had said last, with the step of it, ordered by number. `place`
    of the entry on show, for `age` steps. `script`: the commands from then on, with those first
    that bring about the rest; each with the step after which it is applied.
    """

    step: int = 0
    before: Samples = field(default_factory=lambda: np.empty(0, SAMPLE))
    place: int = 0
    age: int = 0
    script: Sequence[tuple[int, Command]] = ()

    def let_age(self, people: People) -> None:
        """Note, of those who were here, for how long they had been silent."""
        slots = people.slots()
        row = np.searchsorted(self.before["who"], people.who[slots])
        row = np.minimum(row, max(len(self.before) - 1, 0))
        if len(self.before):
            known = self.before["who"][row] == people.who[slots]
            known &= people.said[slots] == self.step
            said = np.minimum(self.before["step"][row].astype(np.int64), self.step)
            people.said[slots[known]] = said[known]


def entrance(
    session: Session, installation: Installation, standing: Standing, start: int, *, own: bool
) -> Entrance | None:
    """Return where to enter a session whose step `start` is to be seen first; None: at its start.

    `installation`: what is shown; `own`: it is the session's own, which began as in `standing`, and
    does again what was commanded; else it goes its own way, by the clock.
    """
    if start <= FAR_STEPS:
        return None
    step, shift = start - LEAD_STEPS, offset(session)
    before = _before(session, step + shift, installation.crowd.leave_after)
    before["step"] -= np.minimum(before["step"], shift)
    if not own:
        place, age = _place(installation, step)
        return Entrance(step, before, place, age)
    happened = Happened(len(installation.playlist), standing)
    told: list[tuple[int, Work | Command]] = [(work.step, work) for work in session.works]
    for at, each in sorted([*told, *session.commands], key=itemgetter(0)):
        if isinstance(each, Work):
            happened.on_show(each)
        else:
            happened.asked(at, each)
    work, _, commands = happened.since(step + shift)
    script = [(at - shift, command) for at, command in commands]
    place = work.place if work else standing.place
    return Entrance(step, before, place, happened.age(step + shift), script)


def _before(session: Session, step: int, leave_after: float) -> Samples:
    """What each had said last who was here when `step` of the session began."""
    patience = ceil(leave_after * STEPS_PER_SECOND)
    first = step - max(LOOKED_STEPS, patience)
    latest = Latest()
    if first <= session.beginning.step:
        latest.take(session.here)
    for second in session.seconds_of(max(first, 0)):
        if second.step0 >= step:
            break
        samples = second.samples[second.samples["step"] < step]
        left = [whos for at, whos in second.withdrawn.items() if at < step]
        latest.take(samples)
        for whos in left:
            latest.lose(whos)
    samples, _ = latest.of(latest.who)
    here: Samples = samples[samples["step"].astype(np.int64) >= step - patience]
    return here


def _place(installation: Installation, step: int) -> tuple[int, int]:
    """Which entry is on show at a step, of a show that nobody commands, and for how long."""
    fade = installation.transition.seconds
    durations = [stays(entry, fade) for entry in installation.playlist]
    age = step % sum(durations)
    for place, lasts in enumerate(durations):
        if age < lasts:
            return place, age
        age -= lasts
    return 0, 0
