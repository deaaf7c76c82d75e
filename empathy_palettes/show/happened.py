"""What happened on stage in the last minute, so that it can happen again: works, and commands.

Knows no people, and carries nothing out.
"""

from __future__ import annotations

from collections import deque

from ..core.clock import STEPS_PER_SECOND
from ..core.command import Command
from ..inlet.session.passage import Work
from .handover import BEGINNING, Standing

#: Until a picture that was held still before is held still again: a work needs some time to come
#: to what it looks like.
STILL_STEPS = 5 * STEPS_PER_SECOND

Commands = list[tuple[int, Command]]


class Happened:
    """Follows what is on show and what is asked; forgets what is older, but for what came of it.

    `entries`: how many the playlist has. `standing`: how the show stood as it began.
    """

    def __init__(self, entries: int, standing: Standing = BEGINNING) -> None:
        self._entries = entries
        self._frozen = standing.frozen
        self._dark = standing.dark
        self._work: Work | None = None
        self._knobs: dict[str, Command] = {}  # turned since the work came on show
        self._moved = 0  # steps that the work on show had lived when it was last held still
        self._moving_from = 0
        self._later: deque[tuple[int, Command | Work]] = deque()

    def asked(self, step: int, command: Command) -> None:
        """Note a command that was applied after `step`."""
        self._later.append((step, command))

    def on_show(self, work: Work) -> None:
        """Note what is on show from its step on."""
        self._later.append((work.step, work))

    def forget(self, begin: int) -> None:
        """Keep of what happened before step `begin` only how the show stands then."""
        while self._later and self._later[0][0] < begin:
            at, happened = self._later.popleft()
            if isinstance(happened, Work):
                self._work = happened
                self._knobs.clear()
                self._moved, self._moving_from = 0, happened.step
            elif happened.name == "freeze":
                self._hold_or_go_on(at)
            elif happened.name == "blackout":
                self._dark = not self._dark
            elif happened.name == "knob" and happened.args:
                self._knobs[str(happened.args[0])] = happened

    def since(self, begin: int) -> tuple[Work | None, list[Work], Commands]:
        """Return what was on show at `begin`, the works after it, and commands that bring it about.

        What crossed of itself comes as `next` or `previous`, as a command that was asked for while
        another crossing was on was heeded later than it was given. How the show stood as it began,
        at step 0, is for the session's beginning to say.
        """
        self.forget(begin)
        work, works, commands = self._work, list[Work](), self._standing(begin)
        thawed = begin == 0 or not self._frozen
        place = work.place if work else None
        for step, happened in self._later:
            if isinstance(happened, Work):
                if place is None:
                    work = happened
                else:
                    # It was on show after the step that the command has to come before.
                    commands.append((max(step - 1, 0), self._crossing(place, happened.place)))
                    works.append(happened)
                place = happened.place
            elif happened.name == "freeze" and not thawed:
                thawed = True
                if step >= begin + STILL_STEPS:
                    commands += [(begin + STILL_STEPS, happened), (step, happened)]
            elif happened.name not in ("next", "previous"):
                commands.append((step, happened))
        if not thawed:
            commands.append((begin + STILL_STEPS, Command("freeze")))
        return work, works, sorted(commands, key=lambda each: each[0])

    def age(self, begin: int) -> int:
        """Return for how many steps the work on show at `begin` had moved."""
        self.forget(begin)
        return self._moved + (0 if self._frozen else max(begin - self._moving_from, 0))

    def _hold_or_go_on(self, step: int) -> None:
        if not self._frozen:
            self._moved += step - self._moving_from
        self._frozen = not self._frozen
        self._moving_from = step

    def _standing(self, begin: int) -> Commands:
        """What brings about how the show stands at `begin`, but that the picture is held still."""
        dark = [Command("blackout")] if self._dark else []
        return [(begin - 1, command) for command in (*self._knobs.values(), *dark) if begin]

    def _crossing(self, place: int, to: int) -> Command:
        back = (place - 1) % self._entries == to != (place + 1) % self._entries
        return Command("previous" if back else "next")
