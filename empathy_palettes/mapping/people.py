"""The people as textures: every slot's numbers and colour, the crowd in space, its gatherings.

Uploads nothing. Decides nothing about who may be shown: the gate has. Values are encoded 0..1, row
0 is the lowest; each call gives arrays of its own, since two steps may be on their way at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..crowd.circles import CircleReadings
from ..crowd.modes import Modes
from ..crowd.table import People, Slots
from .circles import circles_texture, ties_texture
from .field import field
from .hues import AFFECT, Hues
from .roster import Roster
from .sheets import Sheets

Floats = NDArray[np.float32]

_PLACED = frozenset({"emo_people", "emo_field", "emo_dots"})  # they ask where people are
TEXTURES = _PLACED | {"emo_modes", "emo_circles", "emo_ties"}

DOTS_WIDTH, DOTS_HEIGHT = 256, 144
MODES_WIDTH = 16
LARGEST = 64.0  # the size, in thousandths of the picture's short side, that is encoded as 1
NUMBERED = 1_048_576  # slots and identities are encoded as fractions of this, exact in a float


class PeopleTextures:
    """Builds those textures that a preset's shaders declare, `wanted`, once per step.

    `capacity`: the slots there are. `leave_after`: the seconds of silence after which somebody is
    gone (`CrowdSettings.leave_after`); they fade over the second half of it. `hues`: what
    everybody's own colour is made of.
    """

    def __init__(
        self,
        capacity: int,
        wanted: frozenset[str],
        leave_after: float = 60.0,
        hues: Hues = AFFECT,
    ) -> None:
        self._wanted = wanted
        self._roster = Roster(capacity, leave_after, hues)
        self._newest = _Newest()
        self._sheets = Sheets()

    def update(
        self,
        people: People,
        modes: Modes,
        x: Floats | float,
        y: Floats | float,
        size: Floats | float,
        step: int,
        circles: CircleReadings | None = None,
    ) -> tuple[dict[str, Floats], dict[str, int]]:
        """Return the textures and the whole numbers of this step, by uniform name.

        `x y` in [-1, 1] across and up the picture, `size` in thousandths of its short side, 0..64:
        one value per slot, at least `people.reach` of them, or one for all. What lies outside is
        held to the edge; NaN is the middle, or no size. `circles`: those that may be shown. Must be
        called once per step, in order.
        """
        shown: dict[str, Floats] = {}
        if not self._wanted.isdisjoint(_PLACED):
            reach = people.reach
            across = _part(x, reach, -1, 1)
            up = _part(y, reach, -1, 1)
            scale = _part(size, reach, 0, LARGEST)
            presence = self._roster.presence(people, step)
            if "emo_people" in self._wanted:
                place = across, up, scale, presence
                alive = people.alive[:reach]
                if people.count < reach:
                    place = across * alive, up * alive, scale * alive, presence
                shown["emo_people"] = self._roster.table(people, place, step)
            if "emo_field" in self._wanted:
                here = people.slots()
                valence = np.nan_to_num(people.valence[here], nan=0.0)
                arousal = np.nan_to_num(people.arousal[here], nan=0.0)
                weight = people.weight[here] * presence[here]
                shown["emo_field"] = field(across[here], up[here], valence, arousal, weight)
            if "emo_dots" in self._wanted:
                newest = self._newest
                slots, these = newest.last(people)
                grid = self._sheets.lend((DOTS_HEIGHT * DOTS_WIDTH, 4))
                shown["emo_dots"] = _dots(grid, across, up, scale, slots, these, newest.shown)
        if "emo_modes" in self._wanted:
            shown["emo_modes"] = _modes(modes)
        if "emo_circles" in self._wanted:
            shown["emo_circles"] = circles_texture(circles)
        if "emo_ties" in self._wanted:
            shown["emo_ties"] = ties_texture(circles)
        return shown, {"emo_people_count": people.reach}


def _part(values: Floats | float, reach: int, low: float, high: float) -> Floats:
    """How far from `low` to `high` the values of the slots in use are, [0, 1]; NaN counts as 0."""
    given = np.asarray(values, np.float32)
    own = np.full(reach, given) if given.ndim == 0 else given[:reach]
    part: Floats = own.clip(low, high)
    if not (part == part).all():
        part = np.nan_to_num(own, nan=0.0).clip(low, high)
    part -= np.float32(low)
    part /= np.float32(high - low)
    return part


class _Newest:
    """The slots in use, those who came last at the end; sorted only when somebody has come.

    `shown`: the slots as `emo_dots` tells them.
    """

    def __init__(self) -> None:
        self._who: NDArray[np.uint32] = np.empty(0, np.uint32)
        self._slots: Slots = np.empty(0, np.intp)
        self._all: slice | None = slice(0)
        self.shown: Floats = np.empty(0, np.float32)

    def last(self, people: People) -> tuple[Slots, Slots | slice]:
        """Return the slots, and what takes them out of an array of those in use."""
        who = people.who[: people.reach]
        if not np.array_equal(who, self._who):
            self._who = who.copy()
            here = people.slots()
            self._slots = here[np.argsort(people.born[here], kind="stable")]
            every = np.array_equal(self._slots, np.arange(people.reach))
            self._all = slice(people.reach) if every else None
            self.shown = (self._slots.astype(np.float32) + 1) * np.float32(1 / NUMBERED)
        return self._slots, self._slots if self._all is None else self._all


def _dots(
    grid: Floats,
    across: Floats,
    up: Floats,
    size: Floats,
    slots: Slots,
    these: Slots | slice,
    numbers: Floats,
) -> Floats:
    """(144, 256, 4): who is in each cell, and where in it; of several the last of `slots`.

    x and y within the cell, (slot + 1) / 1048576 (`numbers`), size; all 0 where nobody is. A shader
    that looks at its own cell and the eight round it meets everybody at a constant cost. It is
    written on `grid` (36864, 4).
    """
    grid.fill(0)
    if not len(slots):
        return grid.reshape(DOTS_HEIGHT, DOTS_WIDTH, 4)
    dots = np.empty((len(slots), 4), np.float32)
    x = across[these] * np.float32(DOTS_WIDTH)
    y = up[these] * np.float32(DOTS_HEIGHT)
    column = np.minimum(np.floor(x), np.float32(DOTS_WIDTH - 1))
    row = np.minimum(np.floor(y), np.float32(DOTS_HEIGHT - 1))
    np.subtract(x, column, out=dots[:, 0])
    np.subtract(y, row, out=dots[:, 1])
    dots[:, 2] = numbers
    dots[:, 3] = size[these]
    row *= DOTS_WIDTH
    row += column
    # Of repeated indices numpy's assignment keeps the last. As one item of 16 bytes a dot is moved
    # several times faster than as four numbers.
    grid.view(np.complex128)[row.astype(np.intp), 0] = dots.view(np.complex128)[:, 0]
    return grid.reshape(DOTS_HEIGHT, DOTS_WIDTH, 4)


def _modes(modes: Modes) -> Floats:
    """(2, 16, 4): centre, mass, spread below; identity / 1048576 and 1 = present above."""
    table = np.zeros((2, MODES_WIDTH, 4), np.float32)
    count = len(modes)
    table[0, :count, :2] = modes.centres / 2 + 0.5
    table[0, :count, 2] = modes.mass
    table[0, :count, 3] = modes.spread
    table[1, :count, 0] = modes.identity % NUMBERED / NUMBERED
    table[1, :count, 1] = 1
    return table
