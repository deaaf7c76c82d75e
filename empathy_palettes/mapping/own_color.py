"""Everybody's own colour: worked out when they say something new, and eased towards.

Does not decide the colour of a feeling: `affect` does. Feelings come in levels of 1/32, so that the
colour of a level is worked out once and looked up from then on.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..core.clock import STEP
from ..core.color import linear_to_srgb
from ..crowd.table import People, Slots
from .affect import affect_rgb
from .hues import AFFECT, Hues

Floats = NDArray[np.float32]

COLOR_EASE = 0.25  # seconds in which somebody's colour goes 63 % of the way to a new one
_LEVELS = 65  # from −1 to 1 by 1/32
_UNSAID = _LEVELS  # the level of a dominance that was never said
_PART = np.float32(1 - math.exp(-STEP / COLOR_EASE))


class OwnColors:
    """The colours of `capacity` slots; `shown` (capacity, 4) f4, sRGB-encoded, alpha free to use.

    Nobody's colour is 0. `hues`: what colours are made of.
    """

    def __init__(self, capacity: int, hues: Hues = AFFECT) -> None:
        self._hues = hues
        self.shown = np.zeros((capacity, 4), np.float32)
        self._due = np.zeros((capacity, 4), np.float32)
        self._levels = np.zeros((_LEVELS * _LEVELS * (_LEVELS + 1), 4), np.float32)
        self._known = np.zeros(len(self._levels), np.bool_)

    def step(self, people: People, changed: Slots, reborn: Slots) -> None:
        """Ease every colour by a step; `changed` have spoken since the last, or are gone.

        `reborn` among them have a slot that was another's, or nobody's: theirs is there at once.
        """
        due = self._due
        if len(changed):
            feelings = people.valence, people.arousal, people.dominance
            said = self._of(*(felt.take(changed) for felt in feelings))
            gone = ~people.alive.take(changed)
            if gone.any():
                said[gone] = 0
            _items(due)[changed] = _items(said)
            _items(self.shown)[reborn] = _items(due)[reborn]
        reach = people.reach
        way = due[:reach] - self.shown[:reach]
        way *= _PART
        self.shown[:reach] += way
        # A difference of 0 stays 0, so that a colour that has come at once does not move.

    def _of(self, valence: Floats, arousal: Floats, dominance: Floats) -> Floats:
        """Return the colours (n, 4) of feelings; valence and arousal that are NaN are neutral."""
        level = np.stack([valence, arousal, dominance])
        level *= np.float32(32)
        level += np.float32(32)
        unsaid = level != level  # NaN
        np.copyto(level[:2], np.float32(32), where=unsaid[:2])
        np.copyto(level[2], np.float32(_UNSAID), where=unsaid[2])
        whole = level.astype(np.intp)
        odd = (whole != level).any(axis=0)
        # By dominance first: where it was never said the colours lie close together.
        index = (whole[2] * _LEVELS + whole[0]) * _LEVELS + whole[1]
        if odd.any():
            index[odd] = 0
        known = self._known.take(index)
        if not known.all():
            self._learn(np.unique(index[~known]))
        colors: Floats = _items(self._levels).take(index).view(np.float32).reshape(-1, 4)
        if odd.any():
            feelings = _neutral(valence[odd]), _neutral(arousal[odd]), dominance[odd]
            colors[odd, :3] = linear_to_srgb(affect_rgb(*feelings, hues=self._hues))
        return colors

    def _learn(self, index: Slots) -> None:
        third, pair = np.divmod(index, _LEVELS * _LEVELS)
        first, second = np.divmod(pair, _LEVELS)
        valence, arousal, dominance = (
            (level.astype(np.float32) - 32) / 32 for level in (first, second, third)
        )
        dominance[third == _UNSAID] = np.nan
        linear = affect_rgb(valence, arousal, dominance, hues=self._hues)
        self._levels[index, :3] = linear_to_srgb(linear)
        self._known[index] = True


def _neutral(values: Floats) -> Floats:
    return np.where(np.isnan(values), np.float32(0), values)


def _items(colors: Floats) -> NDArray[np.complex128]:
    """Return colours (n, 4) as n items of 16 bytes: numpy moves those several times faster."""
    items: NDArray[np.complex128] = colors.view(np.complex128)[:, 0]
    return items
