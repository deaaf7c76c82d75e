"""`emo_people`: a column of numbers and a colour for every slot.

Does not place people: `[people]` of a preset does. Does not say who is near: `emo_dots` does.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..core.clock import STEP, STEPS_PER_SECOND
from ..crowd.table import NEVER, People, Slots
from .hues import AFFECT, Hues
from .own_color import OwnColors
from .sheets import Sheets

Floats = NDArray[np.float32]

FOLD = 4096  # slots in a row of emo_people; the next three rows hold the next 4096
ARRIVAL = 1.0  # seconds in which a newcomer appears
AGE_SCALE = 60.0  # seconds
_SHRINKS = 4  # the table becomes smaller where this much less would do, so that it never flutters


class Roster:
    """The table of `capacity` slots, written down anew where something has changed.

    `leave_after`: seconds of silence after which somebody is gone; they fade over the second half.
    `hues`: what everybody's own colour is made of.
    """

    def __init__(self, capacity: int, leave_after: float, hues: Hues = AFFECT) -> None:
        self._patience = leave_after * STEPS_PER_SECOND
        self._width = min(capacity, FOLD)
        self._folds = 1
        room = -(-capacity // FOLD) * self._width
        self._born = np.full(capacity, NEVER, np.int64)
        self._said = np.full(capacity, NEVER, np.int64)
        self._place = np.zeros((room, 4), np.float32)
        self._feeling = np.zeros((room, 4), np.float32)
        self._colors = OwnColors(room, hues)
        self._reach = 0
        self._sheets = Sheets()

    def presence(self, people: People, step: int) -> Floats:
        """Return how much everybody is there, (reach,) in [0, 1]; 0 in empty slots.

        It rises over the first second, and falls while somebody has long been silent.
        """
        reach = people.reach
        born, said, alive = people.born[:reach], people.said[:reach], people.alive[:reach]
        presence = alive.astype(np.float32)
        if not reach:
            return presence
        arrival = ARRIVAL * STEPS_PER_SECOND
        # Compared as whole numbers: with a fraction numpy would turn every step into one first.
        new = np.flatnonzero(born > math.floor(step - arrival))
        if len(new):
            lived = np.clip((step - born[new]).astype(np.float32) / np.float32(arrival), 0, 1)
            presence[new] = lived * (lived * (3 - 2 * lived))
        quiet = np.flatnonzero((said < math.ceil(step - self._patience / 2)) & alive)
        if len(quiet):
            silent = (step - said[quiet]).astype(np.float32) / np.float32(self._patience)
            presence[quiet] *= np.clip(2 - 2 * silent, 0, 1)
        return presence

    def table(
        self, people: People, place: tuple[Floats, Floats, Floats, Floats], step: int
    ) -> Floats:
        """Return (3 · folds, width, 4), encoded 0..1; once per step, in order.

        `place`: across, up, size and presence, each (reach,) in [0, 1]; they are 0 in empty slots.
        There are as many folds as reach to the highest slot in use; later a few more, perhaps.
        """
        reach = people.reach
        if not reach and not self._reach:
            return self._folded(0, ())
        changed, reborn = self._news(people)
        self._write_feelings(people, changed)
        self._colors.step(people, changed, reborn)
        for channel, values in enumerate(place):
            self._place[:reach, channel] = values
        self._place[reach : self._reach] = 0
        color = self._colors.shown
        color[:reach, 3] = _age(people.born[:reach], step)
        color[:reach, 3] *= people.alive[:reach]
        color[reach : self._reach] = 0
        self._reach = reach
        return self._folded(reach, (self._place, self._feeling, color))

    def _news(self, people: People) -> tuple[Slots, Slots]:
        """Return the slots whose people have spoken, come or gone since, and the last two alone."""
        top = max(people.reach, self._reach)
        other = people.born[:top] != self._born[:top]
        spoke = people.said[:top] != self._said[:top]
        changed = np.flatnonzero(other | spoke)
        reborn = np.flatnonzero(other)
        self._born[reborn] = people.born[reborn]
        self._said[changed] = people.said[changed]
        return changed, reborn

    def _write_feelings(self, people: People, changed: Slots) -> None:
        if not len(changed):
            return
        feelings = people.valence, people.arousal, people.dominance
        said = np.stack([felt.take(changed) for felt in feelings])
        said *= np.float32(0.5)
        said += np.float32(0.5)
        np.copyto(said, np.float32(0.5), where=said != said)  # NaN: never said
        rows = np.empty((len(changed), 4), np.float32)
        rows[:, :3] = said.T
        rows[:, 3] = people.weight.take(changed)
        gone = ~people.alive.take(changed)
        if gone.any():
            rows[gone] = 0
        # Moved as items of 16 bytes: numpy does that several times faster than row by row.
        self._feeling.view(np.complex128)[changed, 0] = rows.view(np.complex128)[:, 0]

    def _folded(self, reach: int, rows: tuple[Floats, ...]) -> Floats:
        wanted = max(-(-reach // FOLD), 1)
        if wanted > self._folds or wanted * _SHRINKS <= self._folds:
            self._folds = wanted
        folds, width = self._folds, self._width
        table = self._sheets.lend((folds, 3, width, 4))
        if not rows:
            table.fill(0)
        for row, values in enumerate(rows):
            table[:, row] = values[: folds * width].reshape(folds, width, 4)
        return table.reshape(folds * 3, width, 4)


def _age(born: NDArray[np.signedinteger], step: int) -> Floats:
    age = (step - born).astype(np.float32)
    age *= np.float32(-STEP / AGE_SCALE)
    np.exp(age, out=age)
    return np.subtract(1, age, out=age)
