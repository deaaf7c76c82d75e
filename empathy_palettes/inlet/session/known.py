"""Which people's names a recording has asked for already, thousands of them in microseconds."""

from __future__ import annotations

import numpy as np

from ...core.places import NOWHERE, Places, spread
from .format import Whos

_BITS = 16
_LOW = np.uint32((1 << _BITS) - 1)
_NOBODY = 0xFFFFFFFF


class Known:
    """Numbers of people; they are given densely, so that their low bits tell most of them apart."""

    def __init__(self) -> None:
        self._likely = np.full(1 << _BITS, _NOBODY, np.uint32)
        self._places = Places(1024)

    def __len__(self) -> int:
        return len(self._places)

    def strangers(self, who: Whos) -> Whos:
        """Return those of `who` that are not known yet, ascending; from now on they are."""
        missed: Whos = who[self._likely.take(who & _LOW) != who]
        if not len(missed):
            return missed
        missed = np.unique(missed)
        self._likely[missed & _LOW] = missed
        strangers: Whos = missed[self._places.find(spread(missed)) == NOWHERE]
        if len(strangers):
            self._places.insert(spread(strangers), np.zeros(len(strangers), np.int64))
        return strangers

    def lose(self, who: Whos) -> None:
        """Know these people no more."""
        low = who & _LOW
        low = low[self._likely.take(low) == who]
        self._likely[low] = _NOBODY
        self._places.remove(spread(who))
