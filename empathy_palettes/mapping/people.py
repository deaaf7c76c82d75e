"""The people as textures: every slot's numbers and colour, the crowd in space, its gatherings.

Uploads nothing. Decides nothing about who may be shown: the gate has. Values are encoded 0..1, row
0 is the lowest; each call gives arrays of its own, since two steps may be on their way at once.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..core.clock import STEP, STEPS_PER_SECOND
from ..core.color import linear_to_srgb
from ..crowd.modes import Modes
from ..crowd.table import People, Slots
from .affect import affect_rgb
from .field import field

Floats = NDArray[np.float32]

TEXTURES = frozenset({"emo_people", "emo_field", "emo_dots", "emo_modes"})

FOLD = 4096  # slots in a row of emo_people; the next three rows hold the next 4096
DOTS_WIDTH, DOTS_HEIGHT = 256, 144
MODES_WIDTH = 16
LARGEST = 64.0  # the size, in thousandths of the picture's short side, that is encoded as 1
NUMBERED = 65_536  # slots and identities are encoded as fractions of this, exact in a float
ARRIVAL = 1.0  # seconds in which a newcomer appears
COLOR_EASE = 0.25  # seconds in which somebody's colour goes 63 % of the way to a new one
AGE_SCALE = 60.0  # seconds


class PeopleTextures:
    """Builds those textures that a preset's shaders declare, `wanted`, once per step.

    `capacity`: the slots there are. `leave_after`: the seconds of silence after which somebody is
    gone (`CrowdSettings.leave_after`); they fade over the second half of it.
    """

    def __init__(self, capacity: int, wanted: frozenset[str], leave_after: float = 60.0) -> None:
        self._wanted = wanted
        self._patience = leave_after * STEPS_PER_SECOND
        self._width = min(capacity, FOLD)
        self._folds = math.ceil(capacity / FOLD)
        self._colors = _Colors(capacity)

    def update(
        self,
        people: People,
        modes: Modes,
        x: Floats | float,
        y: Floats | float,
        size: Floats | float,
        step: int,
    ) -> tuple[dict[str, Floats], dict[str, int]]:
        """Return the textures and the whole numbers of this step, by uniform name.

        `x y` in [-1, 1] across and up the picture, `size` in thousandths of its short side, 0..64:
        one value per slot, at least `people.reach` of them, or one for all. What lies outside is
        held to the edge; NaN is the middle, or no size. Must be called once per step, in order.
        """
        here = people.slots()
        shown: dict[str, Floats] = {}
        if not self._wanted.isdisjoint(TEXTURES - {"emo_modes"}):
            across = _part(x, here, -1, 1)
            up = _part(y, here, -1, 1)
            scale = _part(size, here, 0, LARGEST)
            presence = self._presence(people, here, step)
            if "emo_people" in self._wanted:
                place = np.stack([across, up, scale, presence], axis=-1)
                shown["emo_people"] = self._table(people, here, place, step)
            if "emo_field" in self._wanted:
                valence = np.nan_to_num(people.valence[here], nan=0.0)
                arousal = np.nan_to_num(people.arousal[here], nan=0.0)
                weight = people.weight[here] * presence
                shown["emo_field"] = field(across, up, valence, arousal, weight)
            if "emo_dots" in self._wanted:
                newest_last = np.argsort(people.born[here], kind="stable")
                dots = np.stack([across, up, scale], axis=-1)
                shown["emo_dots"] = _dots(here[newest_last], dots[newest_last])
        if "emo_modes" in self._wanted:
            shown["emo_modes"] = _modes(modes)
        return shown, {"emo_people_count": people.reach}

    def _presence(self, people: People, here: Slots, step: int) -> Floats:
        """From 0 to 1 over the first second, and back while somebody has long been silent."""
        lived = (step - people.born[here]).astype(np.float32) / (ARRIVAL * STEPS_PER_SECOND)
        silent = (step - people.said[here]).astype(np.float32) / np.float32(self._patience)
        presence: Floats = np.clip(lived, 0, 1)
        presence *= presence * (3 - 2 * presence)
        presence *= np.clip(2 - 2 * silent, 0, 1)
        return presence

    def _table(self, people: People, here: Slots, place: Floats, step: int) -> Floats:
        table = np.zeros((self._folds, 3, self._width, 4), np.float32)
        fold, column = np.divmod(here, FOLD)
        feelings = (people.valence, people.arousal, people.dominance)
        table[fold, 0, column] = place
        for channel, values in enumerate(feelings):
            table[fold, 1, column, channel] = np.nan_to_num(values[here], nan=0.0) / 2 + 0.5
        table[fold, 1, column, 3] = people.weight[here]
        table[fold, 2, column, :3] = self._colors.step(people, here)
        age = (step - people.born[here]).astype(np.float32) * np.float32(STEP / AGE_SCALE)
        table[fold, 2, column, 3] = 1 - np.exp(-age)
        return table.reshape(self._folds * 3, self._width, 4)


class _Colors:
    """Everybody's own colour, sRGB-encoded, worked out when they say something new, and eased."""

    def __init__(self, capacity: int) -> None:
        self._born = np.full(capacity, -1, np.int64)
        self._said = np.full((3, capacity), np.nan, np.float32)
        self._due = np.zeros((capacity, 3), np.float32)
        self._shown = np.zeros((capacity, 3), np.float32)

    def step(self, people: People, here: Slots) -> Floats:
        """Return (people here, 3), one step after the last call."""
        said = np.stack([people.valence[here], people.arousal[here], people.dominance[here]])
        before = self._said[:, here]
        same = ((said == before) | (np.isnan(said) & np.isnan(before))).all(axis=0)
        reborn = people.born[here] != self._born[here]
        new = ~same | reborn
        if new.any():
            valence, arousal, dominance = said[:, new]
            valence, arousal = np.nan_to_num(valence, nan=0.0), np.nan_to_num(arousal, nan=0.0)
            self._due[here[new]] = linear_to_srgb(affect_rgb(valence, arousal, dominance))
            self._said[:, here] = said
            self._born[here] = people.born[here]
        shown, due = self._shown[here], self._due[here]
        shown += (due - shown) * np.float32(1 - math.exp(-STEP / COLOR_EASE))
        shown[reborn] = due[reborn]
        self._shown[here] = shown
        return shown


def _part(values: Floats | float, here: Slots, low: float, high: float) -> Floats:
    """How far from `low` to `high` the values of those here are, [0, 1]; NaN counts as 0."""
    given = np.asarray(values, np.float32)
    own = np.full(len(here), given) if given.ndim == 0 else given[here]
    known = np.nan_to_num(own, nan=0.0)
    part: Floats = (np.clip(known, low, high) - np.float32(low)) / np.float32(high - low)
    return part


def _dots(slots: Slots, dots: Floats) -> Floats:
    """(144, 256, 4): who is in each cell, and where in it; of several the last given.

    x and y within the cell, (slot + 1) / 65536, size; all 0 where nobody is. A shader that looks
    at its own cell and the eight round it meets everybody at a constant cost.
    """
    grid = np.zeros((DOTS_HEIGHT * DOTS_WIDTH, 4), np.float32)
    across, up = dots[:, 0] * np.float32(DOTS_WIDTH), dots[:, 1] * np.float32(DOTS_HEIGHT)
    column = np.minimum(across.astype(np.intp), DOTS_WIDTH - 1)
    row = np.minimum(up.astype(np.intp), DOTS_HEIGHT - 1)
    # Of repeated indices numpy's assignment keeps the last.
    grid[row * DOTS_WIDTH + column] = np.stack(
        [across - column, up - row, (slots + 1) / NUMBERED, dots[:, 2]], axis=-1
    )
    return grid.reshape(DOTS_HEIGHT, DOTS_WIDTH, 4)


def _modes(modes: Modes) -> Floats:
    """(2, 16, 4): centre, mass, spread below; identity / 65536 and 1 = present above."""
    table = np.zeros((2, MODES_WIDTH, 4), np.float32)
    count = len(modes)
    table[0, :count, :2] = modes.centres / 2 + 0.5
    table[0, :count, 2] = modes.mass
    table[0, :count, 3] = modes.spread
    table[1, :count, 0] = modes.identity % NUMBERED / NUMBERED
    table[1, :count, 1] = 1
    return table
